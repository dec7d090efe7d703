#!/usr/bin/env python3
"""Feeds the messages of known support articles to setupdx, as quoted and in other spellings.

usage: check.py SETUPDX FAMILY.jsonl RULE_FOLDER [-v]

An article is recognized when the first finding, or a candidate of an undecided cause, refers to it.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

SEED = "exch55.ims-ts-execute-mode"
SEED_ARTICLE = "Q263072"
WANTED_SPELLED = 98.0
WANTED_FOUND = 47  # of the articles with all their messages; the others cannot be told from a like one

# Messages that fit several articles: all of them must be named.
SHARED = {
    "The system cannot find the file specified.\nMicrosoft Windows NT\nID no: 0xc0020002":
        "Q246086 Q216110 Q274197 Q323730 Q178312 Q199379 Q263072",
    "The system cannot find the path specified.\nMicrosoft Windows NT\nID no: 0xc0020003": "Q246086 Q182814",
    "Access is denied.\nMicrosoft Windows NT\nID no: 0xc0020005": "Q260204 Q243080 Q260338 Q170472",
    "No mapping between account names and security IDs was done.\nMicrosoft Windows NT\nID no: 0xc0020534":
        "Q174729 Q182966 Q249280 Q190822",
    "The service did not respond to the start or control request in a timely\nfashion.\n"
    "Microsoft Windows NT\nID no: 0xc002041d": "Q262939 Q300535",
    "Self registration of the DLL c:\\winnt\\system32\\inetcomm.dll failed.": "Q194820 Q233219",
    "Processing file 'D:\\setup\\i386\\webcon.uns', at or near line 16\nThe system cannot find the file specified.\n"
    "Microsoft Windows NT\nID no: 0xc0020002": "Q169324 Q178312",
    "Processing file 'E:\\setup\\i386\\server.ins', at or near line 153.\nAn internal component has failed.\n"
    "Microsoft Exchange Server Setup\nID no: c103798a": "Q251181 Q260538 Q269248",
    "The file appears to be corrupted.\nMicrosoft Exchange Server Setup\nID no: c103264a": "Q160183 Q165698",
    "An unexpected error has occurred.\nID no: c106fdda": "Q180009 Q246207",
    "Setup has detected that you are not running a set of Windows NT related fixes required for Outlook Web Access.\n"
    "Microsoft Exchange Server Setup\nID no: c1037997": "Q179796 Q245785 Q259506",
    "Setup has detected that you are not running a set of Windows NT related fixes required for clustering to work.\n"
    "Microsoft Exchange Server Setup\nID no: c1037996": "Q225011 Q245785 Q267583",
    "The Active Server Components failed to install properly": "Q165663 Q176587",
}
BATCH = 400


# ---- spellings ----

ID = re.compile(r"\b(?:ID|Id)(?:\s|[.:#])*(?:no|No|NO)?\b[ .:]*(?=\s*(?:0x|c10|C10|c00|DS_E_|\d{8}-))")


def footer(form):
    return lambda text: ID.sub(form, text)


def wrapped(width):
    """Every paragraph filled anew; a word longer than the line stays whole."""

    def wrap(text):
        paragraphs = []
        for paragraph in re.split(r"\n[ \t]*\n", text):
            lines, line = [], ""
            for word in paragraph.split():
                if line and len(line) + 1 + len(word) > width:
                    lines.append(line)
                    line = word
                else:
                    line = f"{line} {word}" if line else word
            paragraphs.append("\n".join(lines + [line]))
        return "\n\n".join(paragraphs)

    return wrap


def each_line(change):
    return lambda text: "\n".join(change(line) for line in text.split("\n"))


def blank_lines(text):
    return re.sub(r"\n+", "\n\n", text)


def bullets(text):
    return "- " + text.replace("\n", "\n  ")


SPELLINGS = {
    "comma inside the quotes": lambda t: re.sub(r"(\.(?:ins|uns))(['\"])?,? at or", r"\1,\2 at or", t, flags=re.I),
    "comma outside the quotes": lambda t: re.sub(r"(\.(?:ins|uns)),?(['\"])?,? at or", r"\1\2, at or", t, flags=re.I),
    "no quotes": lambda t: re.sub(r"file ['\"]([^\n]*?(?:\n[^\n]*?)?\.(?:ins|uns),?)['\"]", r"file \1", t),
    "double quotes": lambda t: re.sub(r"file '?([^'\"]*?\.(?:ins|uns))(,?)'?", r'file "\1"\2', t),
    "ID No.": footer("ID No. "),
    "ID:": footer("ID: "),
    "ID: no.": footer("ID: no. "),
    "ID. No.": footer("ID. No. "),
    "ID#": footer("ID# "),
    "ID number:": footer("ID number: "),
    "Identification number:": footer("Identification number: "),
    "ID no without a stop": footer("ID no "),
    "ID no: without a blank": footer("ID no:"),
    "break between ID and no": footer("ID\nno: "),
    "code on the next line": footer("ID no:\n"),
    "code after an empty line": footer("ID no:\n\n"),
    "codes in capitals": lambda t: re.sub(r"\b(?:0x)?c[01]0[0-9a-f]{4,6}\b", lambda m: m.group().upper(), t),
    "lower case": str.lower,
    "capitals": str.upper,
    "wrapped at 40": wrapped(40),
    "wrapped at 60": wrapped(60),
    "wrapped at 72": wrapped(72),
    "not wrapped": wrapped(10000),
    "empty lines inside": blank_lines,
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "bullets": bullets,
    "quoted with >": each_line(lambda line: "> " + line),
    "indented": each_line(lambda line: "\t  " + line if line else line),
}


# ---- running ----


class Texts:
    """Asks setupdx about many texts; equal ones are asked once."""

    def __init__(self, program):
        self.program = program
        self.answers = {}

    def ask(self, texts):
        fresh = sorted({t for t in texts if t not in self.answers})
        for i in range(0, len(fresh), BATCH):
            self._ask_batch(fresh[i : i + BATCH])

    def _ask_batch(self, batch):
        with tempfile.TemporaryDirectory() as folder:
            for i, text in enumerate(batch):
                # A line of its own keeps texts apart that only differ in blanks.
                with open(os.path.join(folder, f"{i:05}.txt"), "w", encoding="utf-8", newline="") as out:
                    lead = "> " if text.startswith("> ") else ""
                    out.write(f"{lead}Ticket {i}\n{lead}\n{text}")
            report = self._run(folder)
        places = {a["attempt"]: int(os.path.basename(a["file"])[:5]) for a in report["attempts"]}
        for text in batch:
            self.answers[text] = {"findings": [], "undecided": []}
        for kind in ("findings", "undecided"):
            for entry in report[kind]:
                self.answers[batch[places[entry["attempt"]]]][kind].append(entry)

    def _run(self, folder):
        done = subprocess.run(
            [self.program, "--db", ":memory:", "-f", "json", folder],
            capture_output=True, text=True, timeout=600, check=False,
        )
        if done.returncode not in (0, 1):
            sys.exit(f"setupdx ended with {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)


def alone(program, text):
    """One text on standard input, as it is."""
    done = subprocess.run(
        [program, "--db", ":memory:", "-f", "json", "-"],
        input=text.encode(), capture_output=True, timeout=60, check=False,
    )
    return json.loads(done.stdout)


def references(rule_folder):
    refs = {}
    for folder, _, names in os.walk(rule_folder):
        for name in sorted(n for n in names if n.endswith(".yaml")):
            rule = None
            with open(os.path.join(folder, name), encoding="utf-8") as lines:
                for line in lines:
                    if m := re.match(r"  - (?:\{ )?id: ([\w.-]+)", line):
                        rule = m.group(1)
                    elif m := re.match(r"    refs: \[(.*)\]", line):
                        refs[rule] = [r.strip().strip("'\"") for r in m.group(1).split(",")]
    return refs


# ---- judging ----


def verdict(answer, article, refs):
    """'found', 'open' (a candidate), or 'missed'."""
    ref = f"KB {article}"
    if answer["findings"] and ref in answer["findings"][0]["references"]:
        return "found"
    candidates = [c["diagnosis"] for u in answer["undecided"] for c in u["candidates"]]
    return "open" if any(ref in refs.get(c, []) for c in candidates) else "missed"


def strangers(answer, article):
    return [f["diagnosis"] for f in answer["findings"] if f"KB {article}" not in f["references"]]


def says(answer):
    findings = [f"{f['diagnosis']} {f['confidence']}" for f in answer["findings"]]
    open_ones = ["/".join(c["diagnosis"] for c in u["candidates"]) for u in answer["undecided"]]
    return "; ".join(findings + [f"open: {o}" for o in open_ones]) or "nothing"


def paste(cases, spelling=None):
    """Texts as they would be pasted: the messages with empty lines between; only those that a spelling changes."""
    texts = []
    for article, messages in cases:
        said = [spelling(m) for m in messages] if spelling else messages
        if not spelling or said != messages:
            gap = "\n> \n" if said[0].startswith("> ") else "\n\n"
            texts.append((article, gap.join(said) + "\n"))
    return texts


def as_article(a):
    """The messages in the layout of a support article, whose advice is no evidence."""
    indented = "\n\t\n\tThen this is shown:\n\t\n".join(
        "\n".join("\t  " + line for line in m.split("\n")) for m in a["messages"])
    return f"""## {a["id"]}: {a["title"]}

\tArticle: {a["id"]}
\tProduct(s): {a["product"]}
\tVersion(s): {a["versions"]}
\t
\t{"-" * 79}
\tThe information in this article applies to:
\t
\t- Microsoft Exchange Server, version {a["versions"]}, on platform(s):
\t   - the operating system: {a["os"]}
\t{"-" * 79}
\t
\tSYMPTOMS
\t========
\t
\tSetup stops, and this is shown:
\t
{indented}
\t
\tCAUSE
\t=====
\t
\t{a["cause"]}
\t
\tRESOLUTION
\t==========
\t
\t{" ".join(a["fix"])}
\t
\tMORE INFORMATION
\t================
\t
\t{a["discriminator"]}
"""


class Table:
    def __init__(self, refs, verbose):
        self.refs = refs
        self.verbose = verbose
        self.failed = False

    def row(self, name, cases, answers, wanted):
        counts = {"found": 0, "open": 0, "missed": 0}
        strange = 0
        for article, text in cases:
            answer = answers(text)
            got = verdict(answer, article, self.refs)
            counts[got] += 1
            strange += bool(strangers(answer, article))
            self.seed(name, article, answer)
            if self.verbose and (got == "missed" or strangers(answer, article)):
                print(f"    {got} {article}: {says(answer)}\n" + "\n".join("      | " + l for l in text.split("\n")))
        share = 100.0 * (counts["found"] + counts["open"]) / max(1, len(cases))
        low = share < wanted or strange > 0
        self.failed |= low
        print(f"{name:38} {len(cases):5} {counts['found']:6} {counts['open']:6} {counts['missed']:7} "
              f"{strange:9} {share:6.1f} %{'  NOT GOOD ENOUGH' if low else ''}")
        return counts

    def seed(self, name, article, answer):
        if article != SEED_ARTICLE and any(f["diagnosis"] == SEED for f in answer["findings"]):
            print(f"{name}: {article} is taken for {SEED_ARTICLE}")
            self.failed = True


def check_shared(program, refs):
    """What is wrong with the answers to messages that fit several articles."""
    for text, wanted in SHARED.items():
        answer = alone(program, text + "\n")
        candidates = [c for u in answer["undecided"] for c in u["candidates"]]
        named = {r for c in candidates for r in refs.get(c["diagnosis"], [])}
        if answer["findings"]:
            yield f"decided, and should not be: {says(answer)}: {text}"
        if missing := [a for a in wanted.split() if f"KB {a}" not in named]:
            yield f"does not name {missing}: {text}"
        if any(not u["question"] for u in answer["undecided"]):
            yield f"asks no question: {text}"
        yield from (f"{c['diagnosis']} has no tell: {text}" for c in candidates if not c["tell"])


def main():
    program, family, rules = sys.argv[1:4]
    with open(family, encoding="utf-8") as lines:
        articles = [json.loads(line) for line in lines]
    whole = [(a["id"], a["messages"]) for a in articles]
    single = [(a["id"], [m]) for a in articles for m in a["messages"]]
    table = Table(references(rules), "-v" in sys.argv[4:])
    print(f"{'':38} {'texts':>5} {'found':>6} {'open':>6} {'missed':>7} {'strangers':>9}  share")

    written = [(a["id"], as_article(a)) for a in articles]
    one = {text: alone(program, text) for _, text in paste(whole) + paste(single) + written}
    counts = table.row("all messages, as quoted", paste(whole), one.get, 100.0)
    table.failed |= counts["found"] < WANTED_FOUND
    table.row("each message alone, as quoted", paste(single), one.get, 100.0)

    table.row("in the layout of an article", written, one.get, 100.0)

    texts = Texts(program)
    spelled = {n: paste(whole + single, s) for n, s in SPELLINGS.items()}
    texts.ask([t for cases in spelled.values() for _, t in cases])
    answer = texts.answers.__getitem__
    sums = {"found": 0, "open": 0, "missed": 0}
    for name, cases in spelled.items():
        for kind, n in table.row(name, cases, answer, 95.0).items():
            sums[kind] += n
    n = sum(sums.values())
    share = 100.0 * (n - sums["missed"]) / n
    table.failed |= share < WANTED_SPELLED
    print(f"{'all spellings':38} {n:5} {sums['found']:6} {sums['open']:6} {sums['missed']:7} {'':9} {share:6.1f} %")
    for fault in check_shared(program, table.refs):
        print(fault)
        table.failed = True
    return 1 if table.failed else 0


if __name__ == "__main__":
    sys.exit(main())
