#!/usr/bin/env python3
"""Asks setupdx about each message of many support articles, alone, as somebody would paste it.

usage: articles.py SETUPDX CASES.jsonl RULE_FOLDER [-v]

A message is named when the first finding, or a candidate of an undecided cause, refers to its article.
It is answered when there is any finding: sentences that Windows has for many programs have rules that
refer to other articles.
"""
import collections
import json
import sys

from check import Texts, references, says, verdict

WANTED_NAMED = 330  # of about 1,370; what is left are mostly games, MS-DOS and hardware of the nineties
WANTED_ANSWERED = 415


def main():
    program, cases, rules = sys.argv[1:4]
    with open(cases, encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    texts = Texts(program)
    texts.ask([message + "\n" for a in articles for message in a["messages"]])
    refs = references(rules)
    count = collections.defaultdict(collections.Counter)
    for a in articles:
        for message in a["messages"]:
            answer = texts.answers[message + "\n"]
            kind = "named" if verdict(answer, a["id"], refs) != "missed" else "answered"
            if not answer["findings"] and not answer["undecided"]:
                kind = "unknown"
            count[a["product"]][kind] += 1
            if kind != "named" and "-v" in sys.argv:
                print(f'{a["id"]} {says(answer)}: {" / ".join(message.split(chr(10)))[:100]}')
    total = sum(count.values(), collections.Counter())
    for product in sorted(count, key=lambda p: -sum(count[p].values())):
        c = count[product]
        print(f'{sum(c.values()):5} {c["named"]:5} {c["answered"]:5} {c["unknown"]:5}  {product}')
    print(f'{sum(total.values())} messages: {total["named"]} named, {total["answered"]} answered otherwise, {total["unknown"]} unknown')
    return 1 if total["named"] < WANTED_NAMED or total["named"] + total["answered"] < WANTED_ANSWERED else 0


sys.exit(main())
