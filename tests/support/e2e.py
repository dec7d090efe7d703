"""What the end-to-end tests share: a fresh folder, the program, checks that are printed.

A test is a script tests/NAME/run that is called with the program and the build folder, from the
source tree.  It prints what it checks and ends with 1 when something failed.  What cannot be
tested here is skipped aloud, never silently.
"""
import atexit
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.path.join(os.path.dirname(ROOT), "shared")
NOW = "2026-11-22T10:00:00Z"


class Done:
    """How a run of the program ended."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as error:
            tell(f"FAILED: no JSON ({error}): exit {self.code}, {self.err[:2000]}")
            sys.exit(1)


def tell(text):
    print(text, flush=True)


class Bench:
    def __init__(self):
        self.program = os.path.abspath(sys.argv[1])
        with open(self.program, "rb") as file:
            program = file.read()
        # then everything takes ten times longer
        self.sanitized = b"__asan_init" in program or b"__tsan_init" in program
        self.tmp = tempfile.mkdtemp(prefix="setupdx-")
        atexit.register(shutil.rmtree, self.tmp, ignore_errors=True)
        for number in (signal.SIGTERM, signal.SIGHUP):  # also then things are put away
            signal.signal(number, lambda number, _: sys.exit(128 + number))
        self.failed = self.passed = self.skipped = self.reports = 0
        self.home = self.path("home")
        os.mkdir(self.home)
        os.mkdir(self.path("reports"))
        self.began = time.monotonic()

    # ---- files ----

    def path(self, *parts):
        return os.path.join(self.tmp, *parts)

    def write(self, name, content):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        return path

    # ---- the program ----

    def env(self, **more):
        keep = {key: os.environ[key] for key in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS")
                if key in os.environ}
        return {**keep, "HOME": self.home, "LC_ALL": "C.UTF-8", "TERM": "dumb", "TZ": "UTC",
                "SETUPDX_NOW": NOW, **more}

    def run(self, *args, stdin=b"", before=(), timeout=170, **more):
        done = subprocess.run([*before, self.program, *args], input=stdin, capture_output=True,
                              timeout=timeout, env=self.env(**more), cwd=self.tmp)
        return Done(done.returncode, done.stdout.decode("utf-8", "replace"),
                    done.stderr.decode("utf-8", "replace"))

    def scan(self, *args, db=":memory:", **more):
        """Scans with JSON, keeps the report for the check against the schema."""
        done = self.run("scan", "--db", db, "-f", "json", *args, **more)
        if done.out:
            self.reports += 1
            self.write(f"reports/{self.reports}.json", done.out)
        return done

    def start(self, *args, before=(), **more):
        process = subprocess.Popen([*before, self.program, *args], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=self.tmp,
                                   env=self.env(**more))
        atexit.register(process.kill)  # a no-op when it has ended
        return process

    # ---- checks ----

    def check(self, what, good, detail=""):
        if good:
            self.passed += 1
            tell(f"ok      {what}")
        else:
            self.failed += 1
            tell(f"FAILED  {what}" + (f"\n        {str(detail)[:3000]}" if detail != "" else ""))
        return good

    def equal(self, what, got, wanted):
        return self.check(what, got == wanted, f"got {got!r}, wanted {wanted!r}")

    def ended(self, what, done, code, *said):
        """The exit code, and that standard error names all of `said`."""
        self.equal(f"{what}: exit {code}", done.code, code)
        lost = [word for word in said if word not in done.err]
        self.check(f"{what}: says {', '.join(said)}", not lost, f"lacks {lost}: {done.err}") \
            if said else None
        if "Sanitizer" in done.err or "runtime error" in done.err:
            self.check(f"{what}: no sanitizer speaks", False, done.err)

    def skip(self, what, why):
        self.skipped += 1
        tell(f"SKIPPED {what}: {why}")

    def check_schema(self, kind="reports", schema="docs/report.schema.json"):
        """Files NUMBER.json in the folder `kind`, or NAME.json that the schema knows by name."""
        files = sorted(glob.glob(self.path(kind, "*.json")))
        done = subprocess.run([sys.executable, os.path.join(ROOT, "tests/support/validate.py"),
                               os.path.join(ROOT, schema), *files], capture_output=True, text=True)
        if done.returncode == 77:
            self.skip(f"{kind} follow {schema}", done.stderr.strip())
        else:
            self.check(f"{len(files)} {kind} follow {schema}", done.returncode == 0, done.stderr)

    def finish(self):
        self.check_schema()
        tell(f"{self.passed} checks passed, {self.failed} failed, {self.skipped} skipped "
             f"in {time.monotonic() - self.began:.0f} s")
        sys.exit(1 if self.failed else 0)


def findings(report):
    """[(diagnosis, certainty, state)] of a report."""
    return [(f["diagnosis"], f["certainty"], f["state"]) for f in report["findings"]]


def interrupt(process, number=signal.SIGINT):
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    return Done(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
