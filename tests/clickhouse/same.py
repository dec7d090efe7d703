"""What the tests of a shared store ask, of what fleet, and how they compare: the answers of a store that
many machines share are those of one in a file, byte for byte."""
import glob
import json
import os
import random
import re
import shutil
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, "tests/support")
import shards  # noqa: E402
from e2e import Bench, tell  # noqa: E402

bench = Bench()
SERVERS, WEEKS, NOW = 60, 8, "2026-03-02T12:00:00Z"
EXCHANGE = ("Self registration of the DLL C:\\Documents and Settings\\jdoe\\WINDOWS\\system32\\cdonts.dll failed : 0d.\n"
            "Processing file 'C:\\EXCHSRVR\\bin\\cdo.ins,' at or near line 7\n The specified module could not be found.\n"
            " Microsoft Windows NT\n ID no: 0xc002007e\n")
CHANGES = [["server", "alias", "SRV001", "SRV000"], ["server", "alias", "SRV003", "SRV002"],
           ["silence", "exch55.ims-ts-execute-mode", "--until", "2026-04-01", "--reason", "it's \"known\" \\ today"]]

# ---- questions ----

OF = ["signature", "diagnosis", "cause", "product", "server", "code"]
FEW = [["trend", "-f", "json"], ["trend", "--of", "server", "--by", "month", "-f", "json"], ["trend", "fixes", "-f", "json"],
       ["trend", "new", "--weeks", "4", "-f", "json"], ["server", "list", "-f", "json"]]


def every_question():
    asked = [["trend", "--of", of, "--by", by] for of in OF for by in ("day", "week", "month", "version", "site")]
    for where in (["--server", "SRV001"], ["--server", "SRV000"], ["--server", "nobody"], ["--product", "Contoso Agent"],
                  ["--tag", "site=Berlin"], ["--tag", "site=Berlin", "--tag", "owner=O'Brien \"x\\y\""],
                  ["--since", "2026-02-10"], ["--since", "2026-01-20", "--until", "2026-02-20"]):
        asked += [["trend", "--of", of, *where] for of in ("diagnosis", "signature", "server")]
    asked += [["trend", "--of", "server", "--top", "3", "--skip", "5"], ["trend", "--of", "signature", "--top", "200"]]
    for of in OF[:4] + ["code"]:
        asked += [["trend", kind, "--of", of, "--weeks", weeks]
                  for kind, weeks in (("new", "6"), ("regressed", "3"), ("spreading", "6"))]
    asked += [["trend", "regressed", "--weeks", "2", "--quiet-weeks", "2", "--of", "signature"],
              ["trend", "quiet"], ["trend", "quiet", "--quiet-weeks", "1", "--weeks", "9"],
              ["trend", "quiet", "--tag", "site=Paris"], ["trend", "quiet", "--product", "Contoso Agent"],
              ["trend", "quiet", "--quiet-weeks", "1", "--top", "4", "--skip", "3"], ["trend", "quiet", "--product", "none"],
              ["trend", "new", "--tag", "site=Paris", "--weeks", "9"], ["trend", "spreading", "--server", "SRV001"],
              ["trend", "regressed", "--weeks", "2", "--quiet-weeks", "2", "--of", "signature", "--tag", "site=Paris"]]
    asked += [["trend", kind, "--of", of, "--weeks", "9", *where] for kind in ("new", "regressed", "spreading") for of in ("diagnosis", "product")
              for where in (["--tag", "site=Berlin"], ["--server", "SRV000", "--product", "Contoso Agent"])]
    asked += [["trend", "fixes", *more] for more in ([], ["--product", "Contoso Agent"], ["--tag", "site=Berlin"],
                                                     ["--since", "2026-01-10", "--until", "2026-02-01"],
                                                     ["--since", "2026-02-01"], ["--server", "SRV000"], ["--product", "none"])]
    asked += [["server", "list", "--top", "500"], ["server", "list", "--tag", "site=Paris"], ["server", "list", "--top", "4", "--skip", "7"],
              ["server", "list", "--until", "2026-02-10"], ["server", "list", "--product", "none"], ["server", "list", "--server", "SRV001"],
              ["server", "list", "rv00"], ["server", "list", "SRV001", "--product", "Contoso Agent"], ["server", "show", "nobody"],
              ["server", "list", "--since", "2026-02-10"], ["server", "list", "--product", "Contoso Agent"]]
    asked += [["server", "show", f"SRV{i:03d}"] for i in (0, 1, 2, 7, 14)]
    known = [["-f", form] for form in ("json", "csv", "table", "html")]
    return ([one + known[0] for one in asked]
            + [one + form for one in (["trend"], ["trend", "new", "--weeks", "6"], ["trend", "fixes"], ["server", "list"],
                                      ["trend", "--by", "version", "--of", "code"]) for form in known[1:]])


def every_page():
    """What the page asks, and programs ask of it."""
    wheres = ["", "site=Berlin", "server=SRV001", "server=SRV000", "server=nobody", "product=Contoso Agent", "product=none"]
    asked = [f"findings?{where}&{more}" for where in wheres for more in ("by=diagnosis", "top=7&skip=2")]
    asked += [f"findings?order={order}&{more}" for order in ("last", "servers", "growth", "first")
              for more in ("", "by=diagnosis", "by=diagnosis&top=2&skip=1", "by=diagnosis&site=Paris", "product=Contoso Agent")]
    asked += [f"findings?{more}" for more in ("standing=new", "standing=known,regressed", "standing=regressed&server=SRV004",
                                              "standing=verified&by=diagnosis", "cause=environment", "cause=package&by=diagnosis",
                                              "diagnosis=exch55.ims-ts-execute-mode", "period=month", "period=week&by=diagnosis",
                                              "from=2026-01-10&to=2026-02-10", "standing=silenced,pending")]
    asked += [f"heat?{where}&{more}" for where in wheres for more in ("", "weeks=4&top=5&skip=3")]
    asked += ["heat?diagnosis=exch55.ims-ts-execute-mode", "heat?weeks=52&diagnosis=none"]
    asked += [f"attempts?{where}&{more}" for where in wheres for more in ("top=9&skip=4", "failed=yes")]
    asked += ["attempts?diagnosis=exch55.ims-ts-execute-mode&top=4", "attempts?period=month&failed=yes"]
    asked += ["unknown", "unknown?top=3&skip=2", "unknown?period=month", "unknown?from=2026-01-10&to=2026-02-10", "servers?top=500"]
    return [urllib.parse.quote("/api/v1/" + one, safe="/?&=") for one in asked]


def queries():
    """Queries by name, and the views, whose rows have no order of their own."""
    names = [line.split()[0] for line in bench.run("query", "--list").out.splitlines()]
    return [name for name in names if name not in ("v_coverage", "incomplete", "v_unread", "unreadable")]


# What several views, none or a table are read for.
OWN = ["SELECT count(*) AS n FROM v_attempts", "SELECT 1 AS one", "SELECT sum(attempts) FROM v_weekly",
       "SELECT v_servers.server, week FROM v_servers, v_weekly ORDER BY 1, 2 LIMIT 50", "SELECT name FROM server ORDER BY 1",
       "SELECT diagnosis, count(*) FROM v_findings JOIN v_servers USING (server) GROUP BY 1 ORDER BY 1",
       "WITH v_daily AS (SELECT count(*) AS n FROM standing) SELECT n FROM v_daily",
       "SELECT key, site FROM v_keys JOIN v_servers USING (server) ORDER BY key",
       "SELECT sum(failures), count(*) FROM v_sums WHERE what = 'server'", "SELECT day, median_seconds FROM v_daily, v_fixes ORDER BY 1, 2",
       "SELECT v_new.id, week FROM v_new LEFT JOIN v_spreading ON v_new.id = diagnosis ORDER BY 1, 2",
       "SELECT key, came_again FROM v_keys WHERE key IN (SELECT key FROM v_regressed) ORDER BY 1", "SELECT x FROM v_daily",
       "SELECT count(*), count(code), sum(failed) FROM v_attempts JOIN v_servers USING (server)",
       "SELECT product, version, outcome, count(*) FROM v_attempts GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
       "SELECT server, happened, ended, code, errors, warnings FROM v_attempts WHERE failed = 1 AND happened >= '2026-02-10'"
       " AND happened < '2026-02-20T09' ORDER BY 2, 1, 3", "SELECT count(*) FROM v_attempts WHERE happened > '2026-02-31'",
       "SELECT server, count(*) FROM v_attempts WHERE server = 'SRV000' OR diagnosis IS NULL GROUP BY 1 ORDER BY 1",
       "SELECT count(*) FROM v_attempts WHERE server = 'SRV001'", "SELECT count(*) FROM v_attempts WHERE server = 'SRV000'",
       "SELECT s.server, a.happened, a.code FROM v_servers AS s LEFT JOIN v_attempts AS a ON a.server = s.server AND a.code = '1603' ORDER BY 1, 2",
       "SELECT f.key, f.title, a.outcome FROM v_findings AS f JOIN v_attempts AS a USING (attempt) WHERE a.failed = 1 ORDER BY 1, 3, 2",
       "SELECT state, cause, count(*), max(confidence) FROM v_findings WHERE diagnosis = 'exch55.ims-ts-execute-mode' GROUP BY 1, 2",
       "SELECT * FROM v_sums WHERE what = 'server' AND id = 'SRV002' ORDER BY by, bucket, product",
       "SELECT * FROM v_sums WHERE what = 'signature' AND by = 'month' AND of_product = 0 ORDER BY id, bucket",
       "SELECT * FROM v_sums WHERE product = 'Contoso Agent' AND by = 'week' ORDER BY what, id, bucket",
       "SELECT bucket, v_sums.failures, v_daily.servers FROM v_sums JOIN v_daily ON bucket = day WHERE what = 'all' AND by = 'day'"
       " AND NOT of_product ORDER BY 1", "SELECT count(*) FROM v_sums WHERE by = 'year' OR what = 7",
       "SELECT count(*) FROM v_keys JOIN finding_key USING (key)", *(
           f"SELECT {what}, count(*) FROM v_attempts WHERE {where} GROUP BY 1 ORDER BY 1" for what, where in (
               ("product", "failed"), ("product", "NOT failed AND code <> '1603'"), ("outcome", "outcome IN ('failed', 'undecided')"),
               ("outcome", "outcome <> 'cut off'"), ("server", "server IN ('SRV000', 'SRV001', 'SRV014', NULL)"), ("code", "code NOT NULL"),
               ("code", "code IN ('1603', '0') AND diagnosis IS NULL"), ("version", "errors > 0 OR failed"), ("version", "errors > 0"),
               ("cause", "server <> 'SRV002' AND cause IS NOT NULL"), ("ended IS NULL", "ended IS NULL"), ("code", "code IN (1603, '0')"))), *(
           f"SELECT {what}, count(*) FROM v_findings WHERE {where} GROUP BY 1 ORDER BY 1" for what, where in (
               ("state", "state = 'open'"), ("state", "state <> 'open'"), ("diagnosis", "state IN ('resolved', 'fix begun') AND confidence >= 60"),
               ("cause", "diagnosis <> 'exch55.ims-ts-execute-mode'"), ("diagnosis", "diagnosis IN ('exch55.ims-ts-execute-mode', 'none')"))),
       "SELECT * FROM v_sums WHERE what IN ('all', 'code') AND by <> 'day' AND of_product ORDER BY what, id, by, bucket, product",
       "SELECT * FROM v_sums WHERE what <> 'server' AND by IN ('all', 'month') AND NOT of_product ORDER BY what, id, by, bucket",
       "SELECT day, id FROM v_daily LEFT JOIN v_sums ON bucket = day AND what = 'code' AND of_product ORDER BY 1, 2",
       "SELECT s.server, count(a.code) FROM v_servers AS s LEFT JOIN v_attempts AS a ON a.server = s.server AND a.failed AND a.code <> '1603'"
       " GROUP BY 1 ORDER BY 1", "SELECT count(*), count(s.server) FROM v_attempts AS a LEFT JOIN v_servers AS s ON s.server = a.server AND a.failed"]

# ---- a fleet ----

def attempt_log(server, week, rng):
    date, failed = f"{1 + week % 2}/{rng.randrange(1, 27)}/2026", rng.random() < 0.4
    product = rng.choice(["Contoso Agent", "Fabrikam \"Tools\" 'R2' \\ 64"])
    code = rng.choice([1603, 1618, 1722]) if failed else 0
    told = rng.choice(["Error 1722. There is a problem with this Windows Installer package. A program run as part of the"
                       " setup did not finish as expected.", f"Error 29{week:02d}5. Nobody's rule \\ knows \"this\"."])
    return (f"=== Verbose logging started: {date}  9:0{week}:08  Build type: SHIP UNICODE 5.00.10011.00  "
            f"Calling process: C:\\Windows\\system32\\msiexec.exe ===\n"
            f"MSI (s) (CC:F4) [09:0{week}:09:001]: Product: {product} -- "
            + (told if failed else "Installation completed successfully.") + "\n"
            f"Property(S): ComputerName = {server}\nProperty(S): ProductName = {product}\n"
            f"Property(S): ProductVersion = 1.{week % 3}.0\n"
            f"MSI (s) (CC:88) [09:0{week}:10:440]: MainEngineThread is returning {code}\n"
            f"=== Verbose logging stopped: {date}  9:0{week}:11 ===\n")


def fleet(folder, seed, servers=SERVERS, prefix="SRV"):
    """Each server sets up Windows Installer packages every now and then; some fail and are mended."""
    rng = random.Random(seed)
    for i in range(servers):
        server = f"{prefix}{i:03d}"
        os.makedirs(os.path.join(folder, server))
        for week in range(WEEKS):
            if rng.random() < 0.6:
                with open(os.path.join(folder, server, f"week{week}.log"), "w", encoding="utf-8") as file:
                    file.write(attempt_log(server, week, rng))
        if i % 7 == 0:
            with open(os.path.join(folder, server, "exchange.log"), "w", encoding="utf-8") as file:
                file.write(f"++++ Microsoft Exchange Setup initialized ++++\nServer name: {server}\n" + EXCHANGE)
    return folder


# ---- stores ----

class Store:
    """A store by its URL, and the spool of one machine that uses it."""

    def __init__(self, url, spool):
        self.url, self.spool = url, bench.path(spool)

    def run(self, *args, now=NOW):
        return bench.run(*args, "--db", self.url, SETUPDX_SPOOL=self.spool, SETUPDX_NOW=now)

    def start(self, *args):
        return bench.start(*args, "--db", self.url, SETUPDX_SPOOL=self.spool, SETUPDX_NOW=NOW)

    def answer(self, question):
        done = self.run(*question)
        return done.code, done.out.replace(self.url, "STORE"), done.err

    def rows(self, query):
        done = self.run("query", query, "-f", "csv")
        # an attempt's number is that of the store it is asked of
        numbers = {"v_attempts": r"^\d+,", "v_findings": r"(?<=^[0-9a-f]{4}-[0-9a-f]{4}),\d+(?=,)"}.get(query, "$")
        return done.code, sorted(re.sub(numbers, "", line) for line in done.out.splitlines())


class Page:
    """`setupdx serve` of a store."""

    def __init__(self, store):
        self.store, self.process = store, store.start("serve", "-q", "--listen", "127.0.0.1:0")
        self.url = self.process.stdout.readline().decode().strip().rstrip("/")

    def ask(self, path):
        try:
            with urllib.request.urlopen(self.url + path, timeout=120) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return f"{error.code}: {error.read().decode()[:500]}"

    def answer(self, path):
        """An attempt's number is that of the store it is asked of."""
        return re.sub(r'"(id|last_attempt)": \d+', r'"\1": 0', self.ask(path)).replace(self.store.url, "STORE")

    def close(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def same_pages(what, shared, local, asked=None):
    asked, pages = asked or every_page(), (Page(shared), Page(local))
    different = [(path, a[:400], b[:400]) for path, a, b in
                 ((path, pages[0].answer(path), pages[1].answer(path)) for path in asked) if a != b]
    for page in pages:
        page.close()
    bench.check(f"{what}: {len(asked)} answers of the page are those of a store in a file", not different, different[:2])


def same_numbers(what, shared, local):
    """The numbers that lists give attempts lead to these attempts, whoever read them and is asked next."""
    def told(page, path, name, number):
        answer = page.ask("/api/v1/" + path)
        if not answer.startswith("{"):
            return [answer, 0]
        rows = json.loads(answer)[name]
        return [page.answer(f"/api/v1/attempts/{row[number]}") for row in rows] + [len(rows)]

    pages = Page(shared), Page(local)
    for path, name, number in (("attempts?failed=yes&top=8", "attempts", "id"), ("attempts?server=SRV002", "attempts", "id"),
                               ("findings?top=6", "findings", "last_attempt"), ("unknown?top=6", "unknown", "last_attempt")):
        a, b = (told(page, path, name, number) for page in pages)
        bench.check(f"{what}: the {a[-1]} attempts of {path} are told as by a store in a file", a == b and a[-1] > 1,
                    [(x[:500], y[:500]) for x, y in zip(a[:-1], b[:-1]) if x != y][:1])
    for page in pages:
        page.close()


def few_rows(what, shard, spool):
    """What comes from the servers grows with what is shown, not with what is stored."""
    counter = shards.Counter(shard)
    page, attempts = Page(Store(counter.url(), spool)), int(shard.ask("SELECT count() FROM attempt"))
    page.ask("/api/v1/findings?top=1")
    counter.wait()  # the page makes some answers beforehand
    for path, most in (("findings?top=5", 40), ("findings?by=diagnosis", 80), ("heat?top=5", 30), ("unknown?top=3", 20),
                       ("attempts?top=5", 20), ("attempts?failed=yes&top=5", 20),
                       ("lists/regressed?of=diagnosis", 60), ("lists/new?of=diagnosis", 60),
                       ("trend?of=product&by=month", 40), ("trend?of=diagnosis&by=month", 60),
                       ("trend?of=server&by=month&top=3", 40), ("trend?of=server&by=week&top=3&period=all", 120),
                       ("trend?of=signature&by=month&top=3", 40), ("trend?of=code&by=version&top=3", 60),
                       ("trend?of=product&by=site&top=3", 40 + SERVERS), ("trend?of=diagnosis&by=month&server=SRV000&top=3", 40),
                       ("trend?of=product&by=month&site=Paris&top=3", 40 + SERVERS), ("lists/quiet?quiet=1&top=5", 30),
                       ("lists/new?of=diagnosis&server=SRV000", 100), ("fixes", 20), ("servers?top=5", 60)):
        before = counter.rows
        page.ask("/api/v1/" + path)
        bench.check(f"{what}: {path} takes {counter.rows - before} of {most} rows at most, of {attempts} attempts",
                    0 < counter.rows - before <= most < attempts // 2)
    page.close()
    asker = Store(counter.url(), spool)
    for query, most in (("weeks", 40), ("newest", 60), ("v_spreading", 80), ("v_fixes", 20), ("v_decisions", 130), ("SELECT 1", 5),
                        ("SELECT count(*) FROM v_attempts", 5), ("SELECT product, sum(failed) FROM v_attempts GROUP BY 1", 10),
                        ("SELECT * FROM v_attempts WHERE server = 'SRV000'", 20),
                        ("SELECT id, servers FROM v_sums WHERE what = 'code' AND by = 'month' AND of_product = 0", 20),
                        ("SELECT happened, code FROM v_attempts WHERE failed AND server IN ('SRV000', 'SRV007')", 20),
                        ("SELECT happened, code FROM v_attempts WHERE outcome <> 'succeeded' AND code NOT IN ('0') AND server IN ('SRV000')", 20),
                        ("SELECT id, servers FROM v_sums WHERE what IN ('code', 'cause') AND by = 'month' AND NOT of_product", 30)):
        before = counter.rows
        bench.equal(f"{what}: 'query {query}' is answered", asker.run("query", query).code, 0)
        bench.check(f"{what}: 'query {query}' takes {counter.rows - before} of {most} rows at most",
                    0 < counter.rows - before <= most < attempts // 2)
    counter.close()


def same(what, shared, local, questions):
    different = []
    for question in questions:
        a, b = shared.answer(question), local.answer(question)
        if a[:2] != b[:2] or (not a[1] and a[0] == 0):
            different.append((" ".join(question), a[2], a[1][:400], b[1][:400]))
    bench.check(f"{what}: {len(questions)} answers are those of a store in a file", not different, different[:2])


def same_queries(what, shared, local):
    different = []
    for name in queries():
        a, b = shared.rows(name), local.rows(name)
        if a != b:
            different.append((name, a[0], b[0], sorted(set(a[1]) - set(b[1]))[:3], sorted(set(b[1]) - set(a[1]))[:3]))
    different += [sql for sql in OWN if shared.answer(["query", sql, "-f", "csv"])[:2] != local.answer(["query", sql, "-f", "csv"])[:2]]
    bench.check(f"{what}: {len(queries()) + len(OWN)} queries are answered as by a store in a file", not different, different[:2])


def explained(local, most, server=""):
    """Questions for findings in full."""
    keys = local.run("query", f"SELECT DISTINCT key FROM v_findings WHERE server LIKE '{server}%' ORDER BY key", "-f", "csv")
    return [["explain", key, "-f", "json"] for key in keys.out.split()[1:most + 1]]


def untied(answer):
    """What happened at one moment is listed in the order in which it was read; that of two machines is their own."""
    told = json.loads(answer[1])
    others = told["explanation"]["others"]
    told["explanation"]["others"] = sorted(json.dumps(one) for one in others if one["happened"] != others[-1]["happened"])
    return answer[0], told


def nothing_missed(what, shared):
    """Only what may have changed is looked at after a command; a push looks at everything."""
    done = bench.run("db", "push", "--db", shared.spool, "--to", shared.url, SETUPDX_NOW=NOW)
    bench.check(f"{what}: nothing was left behind", done.code == 0 and " 0 attempts and 0 notes" in done.out,
                done.out + done.err)


def same_hashes(ask):
    """Shards and the numbers of attempts are made of these, so no version may think otherwise; for Bench.equal()."""
    return ("hashes are those of other versions", ask("SELECT cityHash64('agent-1', toInt64(7)), cityHash64('SRV001'), cityHash64('a', 'b', 'c', toInt64(1))"),
            "15039500469039777273\t10907151190937791022\t12234896404117872861\n")


def until(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return bench.check(what, False, "it did not come")
        time.sleep(0.05)
    return True


# ---- what is done to a shared store and to one in a file, alike ----

def filled(store, logs):
    """Logs are read, and people tell what they know."""
    tags = bench.write("tags.csv", "server,site,owner\n" + "".join(
        f"SRV{i:03d},{'Berlin' if i % 2 else 'Paris'},\"{'O' + chr(39) + 'Brien ' + chr(34) * 2 + 'x' + chr(92) + 'y' + chr(34) * 2}\"\n"
        for i in range(SERVERS)))
    bench.equal("the first logs are read", store.run("ingest", logs).code, 0)
    for change in [["server", "tag", tags], *CHANGES]:
        done = store.run(*change)
        bench.check(f"'{' '.join(change[:2])}' is taken", done.code == 0, done.err)


def resolved(by, local, logs):
    """Every second finding is; some of them were seen again later."""
    inbox = json.loads(local.run("scan", "-f", "json", logs).out)
    keys = list(dict.fromkeys(finding["key"] for finding in inbox["findings"]))
    for number, key in enumerate(keys[:24:2]):
        for store in (by, local):
            done = store.run("resolve", key, "--fix", "1", "--ticket", "T1", "--by", "me", now=f"2026-0{1 + number % 2}-{12 + number}T12:00:00Z")
            bench.check(f"{key} is resolved", done.code == 0, done.err)
    return keys


def dealt(logs, of_log):
    """The logs of each server are dealt to folders."""
    for number, path in enumerate(sorted(glob.glob(os.path.join(logs, "*/week*.log")))):
        to = os.path.join(of_log(number, path), os.path.basename(os.path.dirname(path)))
        os.makedirs(to, exist_ok=True)
        shutil.copy(path, to)


def read_by_two(what, pair, local):
    """At the same time, logs of the same servers; the folders that they read."""
    halves = [bench.path("logs/half1"), bench.path("logs/half2")]
    dealt(fleet(bench.path("logs/4"), 4, prefix="TWO"), lambda number, path: halves[number % 2])
    reading = [one.start("ingest", half) for one, half in zip(pair, halves)]
    bench.equal("two machines read at once", [one.wait(timeout=170) for one in reading], [0, 0])
    bench.equal("the local store reads both halves", local.run("ingest", *halves).code, 0)
    same_queries(what, pair[0], local)
    same(what, pair[0], local, FEW)
    told = [[untied(store.answer(question)) for question in explained(local, 12, "TWO")] for store in (pair[1], local)]
    bench.check(f"{what}: {len(told[0])} findings are told as by a store in a file", len(told[0]) > 5 and told[0] == told[1])
    for one in pair:
        nothing_missed(what, one)
    return halves


def unsettled(stores, local, ask):
    """What a command reads while no server answers is sent by the next one, and that one only asks: nobody settles.  Who
    asks then is told what became of failures all the same, and writes nothing."""
    early, late, asker = stores
    dealt(fleet(bench.path("logs/5"), 5, servers=40, prefix="ASK"),
          lambda number, path: bench.path("logs/early" if int(path[-5]) < WEEKS // 2 else "logs/late"))
    bench.equal("one machine reads what failed", early.run("ingest", bench.path("logs/early")).code, 0)
    nowhere = Store(f"clickhouse://127.0.0.1:{shards.free_ports(1)[0]}/default", os.path.basename(late.spool))
    done = nowhere.run("ingest", bench.path("logs/late"))
    bench.check("another one what came later, and cannot send it", done.code == 0 and "waits in" in done.err, done.err)
    bench.equal("until it asks", late.run("server", "list").code, 0)
    bench.equal("the local store reads both", local.run("ingest", bench.path("logs/early"), bench.path("logs/late")).code, 0)
    sent = "SELECT count(), sum(version) FROM attempt FINAL"
    before = ask(sent)
    same("unsettled", asker, local, FEW)
    same_queries("unsettled", asker, local)
    same_pages("unsettled", asker, local, [f"/api/v1/attempts?server=ASK{i:03d}" for i in range(40)]
               + [path for path in every_page() if "/findings?" in path])
    for what, store in (("a finding", asker), ("who sent last", late)):
        told = [[untied(one.answer(question)) for question in explained(local, 12, "ASK")] for one in (store, local)]
        bench.check(f"unsettled: {len(told[0])} findings are told to {what} as by a store in a file", len(told[0]) > 5 and told[0] == told[1])
    bench.equal("and nothing was written", ask(sent), before)
    bench.check("not even a spool", not os.path.exists(asker.spool))
    bench.equal("one who sends settles", early.run("server", "tag", bench.write("tag.csv", "server,rack\nASK001,R1\n")).code, 0)
    local.run("server", "tag", bench.path("tag.csv"))
    bench.check("of what was told otherwise until then", ask(sent) != before, before)
    same_queries("settled", asker, local)
    same("settled", asker, local, FEW)


# Names are whatever logs and people make of them.
NAMES = ["O'Brien\\srv", 'say "hello"', "two\nlines\tand a tab", "\\N", "'; DROP TABLE attempt; --", "a\x1eb\x1fc\x1dd",
         "\udcff\udcfe", "\u00fcn\u00ef\u2028code", "{x:String} %s %n", "a,b;c", "-- ", "`x`", "SRV002\\"]
ODD = [[*question, "-f", form] for name in [*NAMES, "also '\\\" odd"] for question, form in (
    (["trend", "--server", name], "json"), (["server", "show", name], "json"),
    (["trend", "--of", "server", "--tag", f"site={name[::-1]}"], "csv"))]


def odd_names(store):
    """A store learns of servers with such names."""
    odd = bench.write("odd.log", attempt_log("SRV999", 3, random.Random(5)) + "Error 2905. A\x1eB\x1fC\x1dD \x00 \\ ' \".\n")
    for name in NAMES:
        done = store.run("ingest", "--server", name, odd)
        bench.check(f"the server {name!a} is taken", done.code == 0, done.err)
    cells = "".join('"' + name.replace('"', '""') + '","' + name[::-1].replace('"', '""') + '"\n'
                    for name in NAMES if "\n" not in name and "\udcff" not in name)
    done = store.run("server", "tag", bench.write("odd.csv", "server,site\n" + cells))
    bench.check("odd tags are taken", done.code == 0, done.err)
    bench.equal("an odd alias is taken", store.run("server", "alias", "also '\\\" odd", NAMES[0]).code, 0)


def pushed(local, url):
    """A store in a file is sent as a whole."""
    for times in ("once", "twice"):
        done = bench.run("db", "push", "--db", local.url, "--to", url, SETUPDX_NOW=NOW)
        bench.check(f"a store is pushed {times}", done.code == 0, done.err + done.out)
    tell(done.out.strip())
    bench.check("the second push had nothing to send", " 0 attempts" in done.out, done.out)
