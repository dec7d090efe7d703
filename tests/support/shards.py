"""ClickHouse servers on loopback, for tests: started as an unprivileged user, stopped at the end."""
import atexit
import glob
import http.server
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

CONFIG = """<yandex>
  <logger><level>warning</level><log>{dir}/server.log</log><errorlog>{dir}/error.log</errorlog></logger>
  <listen_host>127.0.0.1</listen_host>
  <http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><interserver_http_port>{inter}</interserver_http_port>
  <path>{dir}/data/</path><tmp_path>{dir}/tmp/</tmp_path><user_files_path>{dir}/files/</user_files_path>
  <format_schema_path>{dir}/schemas/</format_schema_path>
  <users_config>{dir}/users.xml</users_config><default_profile>default</default_profile>
  <default_database>default</default_database><timezone>UTC</timezone>
  <mark_cache_size>67108864</mark_cache_size><uncompressed_cache_size>67108864</uncompressed_cache_size>
  <remote_servers><setupdx>{shards}</setupdx></remote_servers>
</yandex>
"""
SHARD = "<shard><replica><host>127.0.0.1</host><port>{tcp}</port></replica></shard>"
USERS = """<yandex>
  <profiles><default><max_memory_usage>2000000000</max_memory_usage></default>
    <hasty><max_rows_to_read>3</max_rows_to_read><read_overflow_mode>break</read_overflow_mode>
      <max_result_rows>3</max_result_rows><result_overflow_mode>break</result_overflow_mode>
      <skip_unavailable_shards>1</skip_unavailable_shards><join_use_nulls>1</join_use_nulls></hasty></profiles>
  <users><default><password></password><networks><ip>127.0.0.1</ip></networks>
    <profile>default</profile><quota>default</quota></default>
    <hasty><password></password><networks><ip>127.0.0.1</ip></networks>
    <profile>hasty</profile><quota>default</quota></hasty></users>
  <quotas><default/></quotas>
</yandex>
"""
START_S = 60


def installed():
    return shutil.which("clickhouse-server") or ("/usr/sbin/clickhouse-server"
                                                 if os.path.exists("/usr/sbin/clickhouse-server") else None)


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Shard:
    def __init__(self, folder, http, tcp, inter, shards):
        self.folder, self.http, self.process = folder, http, None
        for part in ("data", "tmp", "files", "schemas"):
            os.makedirs(os.path.join(folder, part))
        self.write("config.xml", CONFIG.format(dir=folder, http=http, tcp=tcp, inter=inter, shards=shards))
        self.write("users.xml", USERS)

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def start(self):
        """Waits until it answers: a server with data may need a while."""
        as_nobody = ["setpriv", "--pdeathsig=KILL"]  # it does not outlive a test that is killed
        if os.getuid() == 0:
            as_nobody += ["--reuid=nobody", "--regid=nogroup", "--clear-groups"]
            nobody = pwd.getpwnam("nobody")
            for base, folders, files in os.walk(self.folder):
                for path in [base] + [os.path.join(base, name) for name in files]:
                    os.chown(path, nobody.pw_uid, nobody.pw_gid)
        with open(os.path.join(self.folder, "out.log"), "ab") as out:
            self.process = subprocess.Popen(
                [*as_nobody, installed(), f"--config-file={self.folder}/config.xml"], stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, cwd=self.folder)
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                if self.ask("SELECT 1").strip() == "1":
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
            time.sleep(0.1)
        raise RuntimeError(f"the server on port {self.http} did not start; see {self.folder}/error.log")

    def ask(self, sql, timeout=60):
        request = urllib.request.Request(f"http://127.0.0.1:{self.http}/?wait_end_of_query=1", data=sql.encode())
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return answer.read().decode()

    def kill(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def url(self, database="default", cluster=True):
        return f"clickhouse://127.0.0.1:{self.http}/{database}" + ("?cluster=setupdx" if cluster else "")


def new_folder():
    """Goes with this process; what a killed one left behind goes now."""
    base = os.path.join(tempfile.gettempdir(), "setupdx-shards-")
    for old in glob.glob(base + "*-*"):
        owner = old[len(base):].split("-")[0]
        if owner.isdigit() and not os.path.exists(f"/proc/{owner}"):
            shutil.rmtree(old, ignore_errors=True)
    folder = tempfile.mkdtemp(prefix=f"{base}{os.getpid()}-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def cluster(n=2):
    """n shards that know each other, not yet started."""
    folder, ports = new_folder(), free_ports(3 * n)
    names = "".join(SHARD.format(tcp=ports[3 * i + 1]) for i in range(n))
    os.chmod(folder, 0o755)
    shards = [Shard(os.path.join(folder, f"shard{i + 1}"), *ports[3 * i:3 * i + 3], names) for i in range(n)]
    for shard in shards:
        atexit.register(shard.kill)
    return shards


class Counter:
    """A door before a shard that counts the rows of its answers."""

    def __init__(self, shard):
        counter, self.rows, self.asked = self, 0, time.monotonic()

        class Door(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                request = urllib.request.Request(f"http://127.0.0.1:{shard.http}{self.path}", data=asked)
                try:
                    with urllib.request.urlopen(request, timeout=60) as answer:
                        status, body = answer.status, answer.read()
                except urllib.error.HTTPError as error:
                    status, body = error.code, error.read()
                counter.rows += body.count(b"\n")
                counter.asked = time.monotonic()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.door = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.door.daemon_threads = True
        threading.Thread(target=self.door.serve_forever, daemon=True).start()

    def url(self):
        return f"clickhouse://127.0.0.1:{self.door.server_address[1]}/default?cluster=setupdx"

    def wait(self, seconds=3):
        """Until nobody has asked for a while."""
        while time.monotonic() < self.asked + seconds:
            time.sleep(0.1)

    def close(self):
        self.door.shutdown()
        self.door.server_close()
