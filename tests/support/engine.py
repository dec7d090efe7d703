"""ClickHouse of today in a library (npm/chdb) behind a door that speaks HTTP (tests/clickhouse_current/door.cjs), on loopback."""
import atexit
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request

import shards

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Clusters of one process: this one alone, and it beside a shard where nobody listens.
CONFIG = """<clickhouse>
  <tcp_port>{tcp}</tcp_port><timezone>UTC</timezone><mark_cache_size>67108864</mark_cache_size>
  <remote_servers><whole>{here}</whole><half>{here}{gone}</half></remote_servers>
</clickhouse>
"""
START_S = 60


def missing():
    """What is not here, with how to come by it; or nothing."""
    if not shutil.which("node"):
        return "node is not installed: ./dev install"
    if not os.path.exists(os.path.join(ROOT, "npm/chdb/node_modules/chdb/package.json")):
        return "npm's package chdb is not installed: ./dev install"
    done = subprocess.run(["node", "-e", "require('./npm/chdb/node_modules/chdb')"], cwd=ROOT, capture_output=True, text=True)
    return f"npm's package chdb does not run here: {done.stderr.strip()[-300:]}" if done.returncode else None


class Door:
    """`users`: a dictionary of names to (password, profile), a profile being a list of the engine's arguments."""

    def __init__(self, users=None, tls=None):
        self.folder, (tcp, gone) = shards.new_folder(), shards.free_ports(2)
        places = {name: shards.SHARD.format(tcp=port) for name, port in (("here", tcp), ("gone", gone))}
        self.write("config.xml", CONFIG.format(tcp=tcp, **places))
        people = {"default": ("", []), **(users or {})}
        self.write("setting.json", json.dumps({
            "folder": os.path.join(self.folder, "data"), "config": os.path.join(self.folder, "config.xml"),
            "users": {name: {"password": password, "arguments": profile} for name, (password, profile) in people.items()},
            **({"tls": tls} if tls else {})}))
        # It does not outlive a test that is killed.
        with open(os.path.join(self.folder, "out.log"), "ab") as out:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", "node", os.path.join(ROOT, "tests/clickhouse_current/door.cjs"),
                 os.path.join(self.folder, "setting.json")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=out, cwd=self.folder)
        atexit.register(self.kill)
        self.port = self.process.stdout.readline().decode().strip()
        self.tls = tls
        self.wait()

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def wait(self):
        end = time.monotonic() + START_S
        while self.port and not self.tls and time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ping", timeout=10) as said:
                    if said.read() == b"Ok.\n":
                        return
            except OSError:
                time.sleep(0.05)
        if not self.port or not self.tls:
            raise RuntimeError(f"the door did not open; see {self.folder}/out.log")

    def ask(self, sql, database="default"):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/?database={database}", data=sql.encode())
        try:
            with urllib.request.urlopen(request, timeout=60) as said:
                return said.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def url(self, database, cluster=""):
        return f"clickhouse{'s' if self.tls else ''}://127.0.0.1:{self.port}/{database}" + (f"?cluster={cluster}" if cluster else "")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
