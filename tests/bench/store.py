#!/usr/bin/env python3
"""A store of a generated fleet, measured: how fast it takes events in, how large it is, how fast it
answers.

usage: store.py --program BENCH_STORE [--events 1M,3M,10M] [--servers N] [--work DIR] [--check]

Bars: rows a second at least half of what the sqlite3 program reaches with the same rows and the same
indexes; at most 120 bytes an event beside its text; each trend question under 60 ms when warm (of
CPU time: others may be at work here).  What grows is shown for each number of events beside the
first, the questions that do by name.  Ends with 1 when a bar is missed.
"""
import argparse
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time

RATE_BAR, BYTES_BAR, MS_BAR = 0.5, 120, 60
KINDS, SLOWEST = ("trend", "list", "page"), 12
# A question grows that takes this much longer than with the first number of events, and so long.
GROWS, GROWS_MS = 1.5, 0.5
UNITS = {"K": 10**3, "M": 10**6}

# Events with their texts, each text once, and the indexes of both, as the store has them; nothing
# around them.  An empty cell stands for NULL, which a CSV file cannot say.
BARE = """PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA cache_size = -262144;
CREATE TABLE event (
    id INTEGER PRIMARY KEY, evidence INTEGER NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
    line INTEGER NOT NULL, more INTEGER NOT NULL, offset INTEGER NOT NULL, time_us INTEGER,
    level INTEGER NOT NULL) STRICT;
CREATE INDEX event_by_evidence ON event (id >> 36, evidence);
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY, signature INTEGER NOT NULL, hash INTEGER NOT NULL, text TEXT NOT NULL,
    pattern INTEGER, UNIQUE (signature, hash));
CREATE INDEX evidence_by_pattern ON evidence (pattern) WHERE pattern <> '';
.mode csv
.import {evidence} evidence
.import {event} event
"""
COLUMNS = {"evidence": "id, signature, hash, text, pattern",
           "event": "id, evidence, seq, at, line, more, offset, time_us, level"}


def number(text):
    return int(text[:-1]) * UNITS[text[-1].upper()] if text[-1].upper() in UNITS else int(text)


def run(*args):
    done = subprocess.run(args, capture_output=True, text=True)
    if done.returncode not in (0, 1) or not done.stdout:
        sys.exit(f"store.py: {' '.join(args)}: {done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def children_cpu():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def bare_import(work, store):
    """Seconds, and seconds of CPU, in which the sqlite3 program takes in the same rows of events."""
    bare = os.path.join(work, "bare.db")
    rows = {name: os.path.join(work, name + ".csv") for name in COLUMNS}
    for path in (bare, bare + "-wal", bare + "-shm"):
        if os.path.exists(path):
            os.remove(path)
    for name, path in rows.items():
        with open(path, "w") as file:
            subprocess.run(["sqlite3", "-csv", store, f"SELECT {COLUMNS[name]} FROM {name}"],
                           check=True, stdout=file)
    began, cpu = time.monotonic(), children_cpu()
    subprocess.run(["sqlite3", bare], input=BARE.format(**rows), text=True, check=True,
                   stdout=subprocess.DEVNULL)
    seconds, cpu = time.monotonic() - began, children_cpu() - cpu
    for path in (bare, *rows.values()):
        os.remove(path)
    return seconds, cpu


def text_bytes(store):
    """What the texts themselves take, and the words of findings."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    n = db.execute("SELECT coalesce(sum(length(CAST(text AS BLOB))), 0) FROM evidence").fetchone()[0]
    db.close()
    return n


def measure(args, events):
    store = os.path.join(args.work, f"fleet-{events}.db")
    for path in (store, store + "-wal", store + "-shm"):
        if os.path.exists(path):
            os.remove(path)
    filled = run(args.program, "fill", store, str(events), str(args.servers))[0]
    seconds, cpu = bare_import(args.work, store)
    asked = run(args.program, "ask", store)
    result = {"events": filled["events"], "attempts": filled["attempts"],
              "rate": filled["rows_per_second"], "bare": filled["events"] / seconds,
              "cpu": filled["cpu_seconds"], "bare_cpu": cpu,
              "size": os.path.getsize(store),
              "bytes": (os.path.getsize(store) - text_bytes(store)) / filled["events"],
              "tags": filled["tag_seconds"], "asked": asked, "faults": None}
    if args.check:
        checked = run(args.program, "check", store)[0]
        result["faults"], result["checked"] = checked["faults"], checked["seconds"]
    if not args.keep:
        os.remove(store)
    return result


def told(good):
    return "ok" if good else "MISSED"


def filling(results):
    print("| events | attempts | rows/s | bare sqlite3, rows/s | ratio "
          "| CPU, s | bare, CPU, s | ratio of CPU | bytes/event beside text "
          "| tags of all servers, s | sums are right |")
    print("|---" * 11 + "|")
    for r in results:
        ratio = r["rate"] / r["bare"]
        right = "not checked" if r["faults"] is None else told(r["faults"] == 0)
        print(f"| {r['events']:,} | {r['attempts']:,} | {r['rate']:,.0f} | {r['bare']:,.0f} "
              f"| {ratio:.2f} {told(ratio >= RATE_BAR)} "
              f"| {r['cpu']:.1f} | {r['bare_cpu']:.1f} | {r['bare_cpu'] / r['cpu']:.2f} "
              f"| {r['bytes']:.0f} "
              f"{told(r['bytes'] <= BYTES_BAR)} | {r['tags']:.1f} | {right} |")


def sorted_ms(result, kind, key="cpu_ms"):
    return sorted(a[key] for a in result["asked"] if a["kind"] == kind)


def asking(results):
    print("\n| questions, CPU ms: median, slowest | " +
          " | ".join(f"{r['events']:,}" for r in results) + " |")
    print("|---" * (len(results) + 1) + "|")
    for kind in KINDS:
        cells = []
        for r in results:
            ms = sorted_ms(r, kind)
            cells.append(f"{ms[len(ms) // 2]:.1f}, {ms[-1]:.1f} {told(ms[-1] <= MS_BAR)}")
        print(f"| {kind} ({len(ms)}) | " + " | ".join(cells) + " |")
    print("\n| slowest | " + " | ".join(f"{r['events']:,}: CPU ms (by the clock)" for r in results) +
          " |")
    print("|---" * (len(results) + 1) + "|")
    for last in sorted(results[-1]["asked"], key=lambda a: -a["cpu_ms"])[:SLOWEST]:
        same = [next(a for a in r["asked"] if a["question"] == last["question"]) for r in results]
        print(f"| {last['question']} | " +
              " | ".join(f"{a['cpu_ms']:.1f} ({a['ms']:.1f})" for a in same) + " |")


def growth(results):
    """Beside the first row: linear are what filling takes and the store's size, flat the questions."""
    first = results[0]
    print("\n| growth: events | CPU time to fill | size | a question's CPU time: median, slowest |")
    print("|---|---|---|---|")
    for r in results:
        ms, was = sorted_ms(r, "trend"), sorted_ms(first, "trend")
        print(f"| {r['events'] / first['events']:.1f} times | {r['cpu'] / first['cpu']:.1f} times "
              f"| {r['size'] / first['size']:.1f} times "
              f"| {ms[len(ms) // 2] / was[len(was) // 2]:.1f}, {ms[-1] / was[-1]:.1f} times |")


def growing(results):
    """The questions that take longer the more events there are, the worst first."""
    first, last = results[0], results[-1]
    was = {a["question"]: a["cpu_ms"] for a in first["asked"]}
    times = {a["question"]: a["cpu_ms"] / max(was[a["question"]], 0.01) for a in last["asked"]}
    rows = [a for a in last["asked"]
            if times[a["question"]] > GROWS and a["cpu_ms"] > GROWS_MS]
    print(f"\n| {len(rows)} of {len(was)} questions grow: CPU ms | {first['events']:,} "
          f"| {last['events']:,} | times |")
    print("|---|---|---|---|")
    for a in sorted(rows, key=lambda a: -a["cpu_ms"]):
        name = a["question"]
        print(f"| {name} | {was[name]:.1f} | {a['cpu_ms']:.1f} | {times[name]:.1f} |")


def good(r):
    slowest = max(a["cpu_ms"] for a in r["asked"])
    return (r["rate"] / r["bare"] >= RATE_BAR and r["bytes"] <= BYTES_BAR and not r["faults"] and
            slowest <= MS_BAR)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--events", default="1M,3M,10M")
    parser.add_argument("--servers", type=int, default=20000)
    parser.add_argument("--work", default="build/bench-store")
    parser.add_argument("--check", action="store_true", help="compare the sums with the events")
    parser.add_argument("--keep", action="store_true", help="leave the stores there")
    args = parser.parse_args()
    if not shutil.which("sqlite3"):
        sys.exit("store.py: the sqlite3 program is missing")
    os.makedirs(args.work, exist_ok=True)
    results = [measure(args, number(n)) for n in args.events.split(",")]
    filling(results)
    asking(results)
    growth(results)
    growing(results)
    sys.exit(0 if all(good(r) for r in results) else 1)


main()
