#!/usr/bin/env python3
"""Writes texts that just fail to be known messages: the samples of the built-in rules and messages of
the generated signatures, each with something wrong (misses.c), without those in which a signature is
found all the same.

    misses.py --program SETUPDX --gen GEN --rules GENERATED_RULES --signatures N OUT

`gen log --shape near --misses OUT` makes logs of them."""
import argparse, os, random, re, sqlite3, subprocess, tempfile

ROUNDS = 12


def parse():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--program", required=True)
    p.add_argument("--gen", required=True)
    p.add_argument("--rules", required=True)
    p.add_argument("--signatures", type=int, required=True)
    p.add_argument("out")
    return p.parse_args()


def samples(program):
    """The texts of all samples of the built-in signatures."""
    listed = subprocess.run([program, "rules", "list"], capture_output=True, text=True, check=True).stdout
    ids = [row.split()[0] for row in listed.splitlines() if row.split()[1] != "diagnosis"]
    shown = subprocess.run([program, "rules", "show", *ids], capture_output=True, text=True, check=True).stdout
    for block in re.findall(r"^Sample [^\n]*\n((?:    [^\n]*\n|\n(?=    ))+)", shown, re.M):
        lines = [line[4:] for line in block.splitlines()]
        yield "\n".join(line for line in lines if line.strip())


def first_lines(o, log, folder):
    """The lines on which something known begins."""
    db = os.path.join(folder, "misses.db")
    if os.path.exists(db):
        os.remove(db)
    done = subprocess.run([o.program, "scan", log, "--log-format", "dialogs", "--rules", o.rules,
                           "--db", db, "--quiet"], capture_output=True)
    if done.returncode not in (0, 1):
        raise SystemExit("misses: the scan ended with %d: %s" % (done.returncode, done.stderr.decode()))
    query = """SELECT sighting.first_line + event.line FROM event
                 JOIN evidence ON evidence.id = event.evidence
                 JOIN signature ON signature.id = evidence.signature
                 JOIN sighting ON sighting.attempt = event.attempt
                WHERE signature.name <> ''"""  # '': nobody knows it
    with sqlite3.connect(db) as store:
        return {line for line, in store.execute(query)}


def without_known(o, texts, gap, folder):
    """The texts, written one behind the other, in which nothing known begins."""
    log = os.path.join(folder, "texts.log")
    write(log, texts, gap)
    found, line, kept = first_lines(o, log, folder), 1, []
    for text in texts:
        behind = line + text.count("\n") + 1
        if found.isdisjoint(range(line, behind)):
            kept.append(text)
        line = behind + gap.count("\n") - 1
    return kept


def write(path, texts, gap="\n\n"):
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(gap.join(texts) + "\n")


def main():
    o = parse()
    with tempfile.TemporaryDirectory() as folder:
        known = os.path.join(folder, "known")
        write(known, samples(o.program))
        subprocess.run([o.gen, "misses", "--signatures", str(o.signatures), known, o.out], check=True)
        texts = re.split(r"\n\n+", open(o.out, encoding="utf-8").read().strip("\n"))
        for round in range(ROUNDS):  # also without empty lines: where texts meet, more is found
            texts = without_known(o, texts, "\n" if round % 2 else "\n\n", folder)
            random.Random(round).shuffle(texts)
        write(o.out, texts)


main()
