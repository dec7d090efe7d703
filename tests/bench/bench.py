#!/usr/bin/env python3
"""Measures scans of generated logs beside other tools in the same run, and prints a table.

    bench.py --program SETUPDX --gen GEN --work FOLDER [--size 1G] [--runs 5] [--files 20000]
             [--keep] [--recall]

Every round runs every command once, one after the other; what is compared are medians. --recall
checks only that each planted block is found and nothing else is: a test for every day."""
import argparse, hashlib, os, platform, re, resource, shutil, sqlite3, statistics, subprocess, sys, time

SETS = (10, 100, 1000, 20000)
DENSE, USUAL = 1000, 100000  # bytes between two blocks
HARD = ("near", "gram", "line", "nul")  # shapes that are hard to scan
CONTEXT = 3  # the polarity of what claims nothing by itself
WRAPS = ("own lines", "own lines, each stamped", "at blanks", "at blanks, each stamped", "one line",
         "at a column")


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--program", required=True)
    p.add_argument("--gen", required=True)
    p.add_argument("--micro", help="also measure single steps with this program")
    p.add_argument("--vectorscan", help="also compare with Vectorscan by this program, where it is")
    p.add_argument("--rules", default="patterns/rules", help="the built-in rules, for their literals")
    p.add_argument("--work", required=True, help="folder for what is generated")
    p.add_argument("--size", default="1G")
    p.add_argument("--runs", type=int, default=5)
    p.add_argument("--files", type=int, default=20000, help="of 50 KB, in the tree")
    p.add_argument("--keep", action="store_true", help="keep the logs for the next time")
    p.add_argument("--recall", action="store_true")
    return p.parse_args()


def bytes_of(text):
    return int(text.rstrip("KMG")) << {"K": 10, "M": 20, "G": 30}.get(text[-1], 0)


def size_of(path):
    """Bytes of a file, or of all files below a folder."""
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs)


class Run:
    """One command, run several times over what it reads, a file or a folder."""

    def __init__(self, name, command, reads, codes=(0, 1)):
        self.name, self.command, self.reads, self.codes = name, command, reads, codes
        self.size = size_of(reads)
        self.wall, self.cpu, self.peak = [], [], 0

    def once(self):
        start = time.perf_counter()
        # A pipe, for grep stops at the first match when it writes to /dev/null.
        p = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
        while p.stdout.read(1 << 20):
            pass
        _, status, used = os.wait4(p.pid, 0)
        p.returncode = os.waitstatus_to_exitcode(status)
        if p.returncode not in self.codes:
            sys.exit("bench: exit code %d: %s" % (p.returncode, " ".join(self.command)))
        self.wall.append(time.perf_counter() - start)
        self.cpu.append(used.ru_utime + used.ru_stime)
        self.peak = max(self.peak, used.ru_maxrss / 1024)

    def seconds(self):
        return statistics.median(self.wall)

    def cpu_seconds(self):
        return statistics.median(self.cpu)

    def per_byte(self):
        return self.seconds() / self.size


class Data:
    """What is generated, once."""

    def __init__(self, o):
        self.o, self.dir = o, os.path.abspath(o.work)
        self.size = bytes_of(o.size)
        with open(o.gen, "rb") as gen:
            self.gen = hashlib.sha256(gen.read()).hexdigest()
        os.makedirs(self.dir, exist_ok=True)
        # Whatever else runs here must not turn compiled rules out.
        os.environ["XDG_CACHE_HOME"] = self.path("cache")

    def path(self, name):
        return os.path.join(self.dir, name)

    def make(self, kind, name, *options):
        path, stamp = self.path(name), self.path(name + ".made")
        wanted = " ".join((kind,) + options + (self.gen,))
        if not (os.path.exists(path) and os.path.exists(stamp) and open(stamp).read() == wanted):
            if os.path.isdir(path):
                shutil.rmtree(path)
            extra = [self.path(name + ".literals")] if kind == "rules" else []
            truth = [] if kind == "rules" else ["--truth", path + ".truth"]
            subprocess.run([self.o.gen, kind, *options, *truth, path, *extra], check=True)
            with open(stamp, "w") as f:
                f.write(wanted)
        return path

    def log(self, name, size=None, **more):
        options = ["--size", str(self.size if size is None else size)]
        for key, value in more.items():
            options += ["--" + key] if value is True else ["--" + key, str(value)]
        return self.make("log", name, *options)

    def rules(self, n):
        return self.make("rules", "rules%d" % n, "--signatures", str(n))

    def misses(self):
        """What just fails to be a message that the rules know (misses.py)."""
        path = self.path("misses.txt")
        if not os.path.exists(path):
            here = os.path.dirname(os.path.abspath(__file__))
            subprocess.run([sys.executable, os.path.join(here, "misses.py"), "--program", self.o.program,
                            "--gen", self.o.gen, "--rules", self.rules(20000), "--signatures", "20000",
                            path], check=True)
        return path

    def literals(self, n):
        return self.rules(n) + ".literals"

    def looked_for(self, n):
        """What a scan looks for, one text of each signature: mostly rarer than its literal."""
        done = subprocess.run([self.o.program, "rules", "check", "-v", "--rules", self.rules(n)],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        path = self.path("looked-for.txt")
        with open(path, "w") as f:
            f.writelines(m[1] + "\n" for m in re.finditer(r"^bench\.\S+ +'(.*?)'(?::| or )", done.stdout, re.M))
        return path

    def builtin_literals(self):
        """The literals of the built-in signatures, as far as the rules name them."""
        found = set()
        for folder, _, files in os.walk(self.o.rules):
            for file in files:
                text = open(os.path.join(folder, file), encoding="utf-8").read()
                for m in re.finditer(r"^    contains: *(.*?) *(?: #.*)?$", text, re.M):
                    found.add(m[1].strip("'\"").replace("''", "'"))
        path = self.path("builtin.literals")
        with open(path, "w") as f:
            f.writelines(x + "\n" for x in sorted(found) if x)
        return path

    def scan(self, path, rules=0, jobs=1, db="bench.db"):
        command = [self.o.program, "scan", path, "--db", self.path(db), "--jobs", str(jobs),
                   "--progress", "never", "--quiet"]
        return command + (["--rules", self.rules(rules)] if rules else [])


def warm(path):
    """What is read lies in the page cache: some systems put away what nobody read for a minute."""
    for folder, _, files in os.walk(path):
        for file in files:
            warm(os.path.join(folder, file))
    if os.path.isfile(path):
        with open(path, "rb") as f:
            while f.read(1 << 20):
                pass


def fresh(data, run, db="bench.db"):
    warm(run.reads)
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(data.path(db) + suffix):
            os.remove(data.path(db) + suffix)
    run.once()


# ---- recall ----

def read_truth(path, rules):
    """(file, line) -> (signature, way of wrapping) of the blocks that the rules know."""
    truth = {}
    for row in open(path):
        file, line, name, wrap = row.rstrip("\n").split("\t")
        if not name.startswith("bench.s") or int(name[7:]) < rules:
            truth[os.path.abspath(file), int(line)] = (name, int(wrap))
    return truth


def stored_events(db):
    query = """SELECT source.path, sighting.first_line + event.line, signature.name, signature.base
                 FROM event JOIN evidence ON evidence.id = event.evidence
                 JOIN signature ON signature.id = evidence.signature
                 JOIN sighting ON sighting.attempt = event.attempt
                 JOIN source ON source.id = sighting.source
                WHERE signature.name <> '' AND signature.polarity <> ?"""  # '': nobody knows it
    with sqlite3.connect(db) as store:
        for path, line, name, base in store.execute(query, (CONTEXT,)):
            yield (os.path.abspath(path), line), base or name


def check_recall(data, what, path, rules, jobs=1):
    run = Run(what, data.scan(path, rules, jobs, "recall.db"), path)
    fresh(data, run, "recall.db")
    truth = read_truth(path + ".truth", rules)
    seen, wrong = set(), []
    for place, name in stored_events(data.path("recall.db")):
        if place in truth and truth[place][0] == name:
            seen.add(place)
        else:
            wrong.append((place, name))
    missed = [(place, truth[place]) for place in truth if place not in seen]
    print("| %s | %d | %d | %d |" % (what, len(truth), len(missed), len(wrong)))
    for (file, line), (name, wrap) in missed[:5]:
        print("missed: %s:%d: %s (%s)" % (file, line, name, WRAPS[wrap]), file=sys.stderr)
    for (file, line), name in wrong[:5]:
        print("false: %s:%d: %s" % (file, line, name), file=sys.stderr)
    return not missed and not wrong and len(truth) > 0


def recall(data):
    print("\n| recall | blocks | missed | false |\n|---|---|---|---|")
    size = min(data.size, 64 << 20)
    good = True
    for shape in ("exchange", "msi"):
        log = data.log("recall-%s.log" % shape, size, shape=shape, every=size // 400)
        good &= check_recall(data, shape + ", 1,000 signatures", log, 1000)
    wide = data.log("recall-wide.log", size, utf16=True, every=size // 400)
    good &= check_recall(data, "exchange as UTF-16, 1,000 signatures", wide, 1000)
    tree = data.make("tree", "recall-tree", "--files", "30", "--size", "50000", "--every", "20000")
    good &= check_recall(data, "30 files, 2 at a time", tree, 1000, 2)
    return good


# ---- times ----

def peers(data, log, tree):
    """Commands of others, as far as they are here."""
    runs = [Run("cat", ["cat", log], log), Run("wc -l", ["wc", "-l", log], log),
            Run("cat, tree", ["sh", "-c", "find %s -name '*.log' -print0 | xargs -0 cat" % tree], tree)]
    for n in (10, 1000):
        runs.append(Run("grep -cF, %d" % n, ["grep", "-cF", "-f", data.literals(n), log], log))
    if shutil.which("rg"):
        rg = ["rg", "-j", "1", "-c", "-F", "-f"]
        for n in SETS:
            runs.append(Run("rg, %d" % n, rg + [data.literals(n), log], log))
        runs.append(Run("rg -i, built-in", rg[:-1] + ["-i", "-f", data.builtin_literals(), log], log))
        runs.append(Run("rg, 1000, tree", ["rg", "-j", "2", "-c", "-F", "-f", data.literals(1000), tree],
                        tree))
    if shutil.which("lnav"):
        # It keeps a folder of its own in the home; --quiet: it loads and shows nothing.
        runs.append(Run("lnav, load", ["env", "HOME=" + data.dir, "lnav", "-n", "-q", "-c", ":goto 0",
                                       log], log))
    return runs


def own(data, log, tree):
    wide = data.log("wide.log", utf16=True)
    half, dense = data.log("half.log", data.size // 2), data.log("dense.log", every=DENSE)
    small = data.log("small.log", 50000)
    runs = [Run("built-in", data.scan(log), log), Run("100", data.scan(log, 100), log),
            Run("1000", data.scan(log, 1000), log), Run("20000", data.scan(log, 20000), log),
            Run("20000, 2 jobs", data.scan(log, 20000, 2), log),
            Run("20000, UTF-16", data.scan(wide, 20000), wide),
            Run("20000, half", data.scan(half, 20000), half),
            Run("20000, 100 times the hits", data.scan(dense, 20000), dense),
            Run("1000, tree, 2 jobs", data.scan(tree, 1000, 2), tree),
            Run("small file, built-in", data.scan(small), small),
            Run("small file, 20000", data.scan(small, 20000), small)]
    for shape in HARD:
        more = {"misses": data.misses()} if shape == "near" else {}
        path = data.log("hard-%s.log" % shape, shape=shape, **more)
        runs.append(Run("20000, " + shape, data.scan(path, 20000), path, (0, 1, 3)))
    return runs


def bars(r):
    """(what, value, bar, good); a bar of a tool that is not here is left out."""
    def over(a, b, key="seconds"):
        return getattr(r[a], key)() / getattr(r[b], key)() if a in r and b in r else None
    rows = [("built-in against rg -i with their literals", over("rg -i, built-in", "built-in"), ">=", 3),
            ("built-in against rg with 10", over("rg, 10", "built-in"), ">=", 1),
            ("1,000 against rg with 1,000", over("rg, 1000", "1000"), ">=", 3),
            ("20,000 against rg with 20,000", over("rg, 20000", "20000"), ">=", 10),
            ("20,000: 2 jobs against 1", over("20000", "20000, 2 jobs"), ">=", 1.7),
            ("time per byte, 20,000 against 100", over("20000", "100"), "<=", 2.2),
            ("UTF-16 against UTF-8", over("20000, UTF-16", "20000"), "<=", 1.4),
            ("tree, 1,000, against rg", over("rg, 1000, tree", "1000, tree, 2 jobs"), ">=", 3),
            ("tree, CPU against cat", over("1000, tree, 2 jobs", "cat, tree", "cpu_seconds"), "<=", 2.5),
            ("twice the data, time", over("20000", "20000, half"), "<=", 2.2),
            ("100 times the hits, time", over("20000, 100 times the hits", "20000"), "<=", 100),
            ("peak MiB, 20,000", r["20000"].peak, "<=", 128),
            ("start, built-in, CPU ms", r["small file, built-in"].cpu_seconds() * 1e3, "<=", 30),
            ("start, 20,000, CPU ms", r["small file, 20000"].cpu_seconds() * 1e3, "<=", 150)]
    for shape in HARD:
        rows.append(("hard: %s, time per byte" % shape, over("20000, " + shape, "20000", "per_byte"),
                     "<=", 5))
    return [(what, value, "%s %g" % (sign, bar), value >= bar if sign == ">=" else value <= bar)
            for what, value, sign, bar in rows if value is not None]


def version(command):
    try:
        out = subprocess.run(command, capture_output=True, text=True).stdout
    except OSError:
        return None
    return out.splitlines()[0] if out else None


def show_versions(o):
    cpu = [l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")]
    print("On %s, %d processors, Linux %s." % (cpu[0] if cpu else platform.machine(), os.cpu_count(),
                                             platform.release()))
    for command in ([o.program, "--version"], ["rg", "--version"], ["grep", "--version"],
                    ["lnav", "-V"]):
        print("- %s" % (version(command) or command[0] + ": not here, left out"))


def times(data):
    log = data.log("log.log")
    tree = data.make("tree", "tree", "--files", str(data.o.files), "--size", "50000")
    runs = own(data, log, tree) + peers(data, log, tree)
    for i in range(-1, data.o.runs):  # the first round warms the caches
        for run in runs:
            fresh(data, run)
            if i < 0:
                run.wall, run.cpu, run.peak = [], [], 0
    by_name = {r.name: r for r in runs}
    print("\n| scan | s | GB/s | CPU s | peak MiB |\n|---|---|---|---|---|")
    for r in runs:
        print("| %s | %.3f | %.2f | %.2f | %.0f |" % (r.name, r.seconds(), r.size / r.seconds() / 1e9,
                                                  r.cpu_seconds(), r.peak))
    print("\n| bar | value | wanted | |\n|---|---|---|---|")
    good = True
    for what, value, wanted, holds in bars(by_name):
        print("| %s | %.2f | %s | %s |" % (what, value, wanted, "ok" if holds else "**no**"))
        good &= holds
    return good


def steps(data):
    """What is measured in one process, on a text in memory."""
    text = data.log("micro.log", 64 << 20)
    print()
    sys.stdout.flush()
    if data.o.micro:
        subprocess.run([data.o.micro, data.looked_for(20000), text], check=True)
        print()
        sys.stdout.flush()
    if data.o.vectorscan and os.path.exists(data.o.vectorscan):
        subprocess.run([data.o.vectorscan, text] + [data.literals(n) for n in SETS], check=True)
    else:
        print("Vectorscan: not here, left out")


def main():
    o = parse()
    data = Data(o)
    show_versions(o)
    good = recall(data)
    if not o.recall:
        good &= times(data)
        steps(data)
    if not o.keep and not o.recall:
        shutil.rmtree(data.dir, ignore_errors=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
