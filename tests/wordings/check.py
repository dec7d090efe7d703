#!/usr/bin/env python3
"""Feeds known failures in their logs' words, and as people paste them, to setupdx.

usage: check.py SETUPDX TEXTS

TEXTS says for each text which diagnosis has to come first, and which values its remedy has to name.
"""
import json
import re
import subprocess
import sys

HEADER = re.compile(r"^== (?P<row>\d+) (?P<rule>\S+)\n", re.M)


def texts(path):
    with open(path, encoding="utf-8") as file:
        pieces = HEADER.split(file.read())[1:]
    for row, rule, body in zip(pieces[::3], pieces[1::3], pieces[2::3]):
        values = []
        while body.startswith("with: "):
            line, body = body.split("\n", 1)
            values.append(line[len("with: ") :])
        yield int(row), rule, values, body


def first_finding(program, text):
    done = subprocess.run(
        [program, "explain", "--db", ":memory:", "-f", "json", "--", "-"],
        input=text, capture_output=True, text=True, check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"FAILED: exit {done.returncode}: {done.stderr}")
    findings = json.loads(done.stdout).get("findings", [])
    return findings[0] if findings else None


def fault(program, rule, values, text):
    finding = first_finding(program, text)
    found = finding["diagnosis"] if finding else "none"
    if found != rule:
        return f"found {found} instead of {rule}"
    said = json.dumps([finding.get(part) for part in ("title", "cause", "fix")]).replace("\\\\", "\\") if finding else ""
    for value in values:
        if value not in said:
            return f"{rule} does not say {value}"
    return None


def main():
    program, path = sys.argv[1:3]
    rows, wrong = set(), set()
    count = 0
    for row, rule, values, text in texts(path):
        rows.add(row)
        count += 1
        problem = fault(program, rule, values, text)
        if problem:
            wrong.add(row)
            print(f"row {row}: {problem}\n    {text.splitlines()[0][:120]}")
    print(f"{count} texts of {len(rows)} known failures: {len(rows - wrong)} right")
    return 1 if wrong else 0


sys.exit(main())
