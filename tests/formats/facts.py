"""Takes the facts out of every rendering of one report and compares them with those of the JSON."""
import csv
import html.parser
import json
import os
import re
import sys
import xml.etree.ElementTree as ElementTree

work = sys.argv[1]
problems = []
HIDDEN = re.compile("[\xad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff]")


def problem(text):
    if len(problems) < 40:
        problems.append(text)


def path(extension):
    return os.path.join(work, "r." + extension)


def visible(text):
    """As dx_utf_visible() shows it, with all blanks and line ends alike."""
    text = (text or "").replace("\r\n", "\n").replace("\t", " ")
    text = re.sub("[\x00-\x09\x0b-\x1f\x7f-\x9f]", lambda m: "\\x%02x" % ord(m.group()), text)
    text = HIDDEN.sub(lambda m: "\\u{%04x}" % ord(m.group()), text)
    return norm(text)


def norm(text):
    return re.sub(r"\s+", " ", (text or "").replace("\\n", " ").replace("\n", " ")).strip()


def place(file, member, line=None):
    return visible((file or "another log") + ("!" + member if member else "") + (":%d" % line if line else ""))


# ---- what the JSON says ----

def of_event(e):
    return place(e["file"], e["member"], e["line"])


def tries_of(item):
    key = (item["key"], item["attempt"])
    told = {("told with", *key, item["told_with"])} if item["told_with"] else set()
    return told | {("try", *key, t["attempt"], t["line"]) for t in item["tries"]}


def json_facts(findings, undecided, unexplained, attempts, sources, gaps):
    facts = set()
    for f in findings:
        key = (f["key"], f["attempt"])
        facts.add(("finding", *key, f["diagnosis"], visible(f["server"]), f["confidence"], f["state"]))
        facts.add(("title", *key, visible(f["title"])))
        facts.add(("cause", *key, visible(f["cause"])))
        for n, step in enumerate(f["fix"]):
            for part in ("act", "command", "see", "undo"):
                if step[part]:
                    facts.add((part, *key, n + 1, visible(step[part])))
        for e in f["evidence"]:
            if e["line"]:
                facts.add(("evidence", *key, of_event(e), visible(e["text"])))
            if e["points"]:
                facts.add(("why", *key, e["points"], visible(e["why"] or e["step"])))
        for r in f["rivals"]:
            facts.add(("rival", *key, r["diagnosis"], r["confidence"], visible(r["tell"])))
        facts |= {("not seen", *key, visible(t)) for t in f["not_seen"]}
        facts |= tries_of(f)
        facts |= {("reference", *key, visible(t)) for t in f["references"]}
    for u in undecided:
        key = (u["key"], u["attempt"])
        facts |= tries_of(u)
        facts.add(("question", *key, visible(u["question"])))
        facts |= {("candidate", *key, c["diagnosis"], c["confidence"], visible(c["tell"])) for c in u["candidates"]}
        facts |= {("evidence", *key, of_event(e), visible(e["text"])) for e in u["evidence"]}
    for e in unexplained:
        facts.add(("unexplained", e["attempt"], of_event(e), visible(e["text"])))
    for a in attempts:
        n = a["attempt"]
        facts.add(("attempt", n, visible(a["server"]), a["verdict"]))
        facts.add(("outcome", n, a["outcome"], visible(a["outcome_text"])))
        facts |= {("fact", n, visible(f["name"]), visible(f["value"])) for f in a["facts"]}
        facts |= {("code", n, visible(c["text"]), visible(c["meaning"])) for c in a["codes"]}
        facts |= {("nearest", n, r["diagnosis"], visible(r["differs"])) for r in a["nearest"]}
        facts |= {("around", n, l["line"], l["own"], visible(l["text"])) for l in a["around"]}
    for s in sources:
        if s["skipped"]:
            facts.add(("skipped", place(s["path"], s["member"]), visible(s["skipped"])))
        else:
            facts.add(("source", place(s["path"], s["member"]), s["format"] or "", s["encoding"]))
        facts |= {("note", visible(t)) for t in s["notes"]}
    for g in gaps:
        facts.add(("gap", g["signature"], g["count"]))
    return facts


def from_json():
    r = json.load(open(path("json"), encoding="utf-8"))
    return json_facts(r["findings"], r["undecided"], r["unexplained"], r["attempts"], r["sources"], r["gaps"])


def from_ndjson():
    kinds = {}
    for line in open(path("ndjson"), encoding="utf-8"):
        o = json.loads(line)
        kinds.setdefault(o["kind"], []).append(o)
    return json_facts(*(kinds.get(k, []) for k in ("finding", "undecided", "unexplained", "attempt", "source", "gap")))


# ---- SARIF: the same objects, in places of its own ----

def from_sarif():
    log = json.load(open(path("sarif"), encoding="utf-8"))
    run = log["runs"][0]
    rules = {r["id"] for r in run["tool"]["driver"]["rules"]}
    by_rule = {"setupdx.attempt": [], "setupdx.undecided": [], "setupdx.unexplained": []}
    findings = []
    if log["version"] != "2.1.0" or not run["tool"]["driver"]["name"]:
        problem("sarif: version or tool name is missing")
    for result in run["results"]:
        if result["ruleId"] not in rules or not result["message"]["text"]:
            problem("sarif: result without a known rule or without text: %s" % result["ruleId"])
        if result["kind"] != "fail" and result["level"] != "none":
            problem("sarif: kind %s with level %s" % (result["kind"], result["level"]))
        for location in result["locations"]:
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            if not re.fullmatch(r"(file://)?[A-Za-z0-9\-._~/!$'()*,;=@%]+", uri):
                problem("sarif: no URI: %s" % uri)
            if location["physicalLocation"].get("region", {"startLine": 1})["startLine"] < 1:
                problem("sarif: startLine below 1")
        if result["ruleId"] in by_rule:
            by_rule[result["ruleId"]].append(result["properties"])
        else:
            findings.append(result["properties"])
            if result["partialFingerprints"]["incidentKey/v1"] != result["properties"]["key"]:
                problem("sarif: fingerprint is not the key")
    notes = run["invocations"][0]["toolExecutionNotifications"]
    gaps = [{"signature": n["message"]["text"].split(" could not be judged on ")[0],
             "count": int(n["message"]["text"].split(" could not be judged on ")[1].split()[0])}
            for n in notes if " could not be judged on " in n["message"]["text"]]
    return json_facts(findings, by_rule["setupdx.undecided"], by_rule["setupdx.unexplained"],
                      by_rule["setupdx.attempt"], [a["properties"] for a in run["artifacts"]], gaps)


# ---- tables: CSV and Prometheus ----

def table_facts(rows):
    facts, evidence_keys = set(), set()
    for r in rows:
        kind, text = r["kind"], norm(r["text"])
        n = int(r["attempt"] or 0)
        key = (r["key"], n)
        where = norm((r["file"] or "another log") + ("!" + r["member"] if r["member"] else ""))
        line = where + (":" + r["line"] if r["line"] else "")
        number = int(r["number"] or 0)
        if kind == "finding":
            facts.add(("finding", *key, r["id"], norm(r["server"]), number, r["value"]))
            facts.add(("title", *key, norm(r["title"])))
        elif kind in ("cause", "not-seen", "reference"):
            facts.add((kind.replace("-", " "), *key, text))
        elif kind == "fix":
            facts.add(("act", *key, int(r["n"]), text))
            if r["value"]:
                facts.add(("command", *key, int(r["n"]), norm(r["value"])))
        elif kind in ("see", "undo"):
            facts.add((kind, *key, int(r["n"]), text))
        elif kind == "evidence":
            if r["line"]:
                facts.add(("evidence", *key, line, text))
            if number:
                facts.add(("why", *key, number, norm(r["value"] or r["title"])))
        elif kind in ("rival", "candidate"):
            facts.add((kind, *key, r["id"], number, text))
        elif kind == "told-with":
            facts.add(("told with", *key, number))
        elif kind == "try":
            facts.add(("try", *key, number, int(r["line"] or 0) or None))
        elif kind == "undecided":
            facts.add(("question", *key, text))
        elif kind == "unexplained":
            facts.add(("unexplained", n, line, text))
        elif kind == "attempt":
            facts.add(("attempt", n, norm(r["server"]), r["value"]))
        elif kind == "outcome":
            facts.add(("outcome", n, r["value"], text))
        elif kind == "fact":
            facts.add(("fact", n, norm(r["title"]), norm(r["value"])))
        elif kind == "code":
            facts.add(("code", n, norm(r["id"]), text))
        elif kind == "nearest":
            facts.add(("nearest", n, r["id"], norm(r["value"])))
        elif kind == "around":
            facts.add(("around", n, int(r["line"]), number == 1, text))
        elif kind == "skipped":
            facts.add(("skipped", where, text))
        elif kind == "source":
            facts.add(("source", where, r["id"], r["title"]))
        elif kind == "note":
            facts.add(("note", text))
        elif kind == "gap":
            facts.add(("gap", r["id"], number))
    return facts


def from_csv():
    rows = list(csv.DictReader(open(path("csv"), encoding="utf-8", newline="")))
    for r in rows:
        for name, cell in r.items():
            if cell and cell.lstrip(" \n")[0] in "=+-@\t" and name != "number":
                problem("csv: a spreadsheet takes this for a formula: %r" % cell[:60])
            if cell and cell[0] == "'" and cell[1:].lstrip(" \n")[:1] in ("=", "+", "-", "@"):
                r[name] = cell[1:]
    return table_facts(rows)


# Metrics that are not named as the kind in the other table.
METRICS = {"finding_confidence": "finding", "fix_info": "fix", "fix_see_info": "see", "fix_undo_info": "undo",
           "evidence_points": "evidence", "rival_confidence": "rival", "candidate_confidence": "candidate",
           "undecided_candidates": "undecided", "code_outcome": "code", "nearest_percent": "nearest",
           "around_own": "around", "try_attempt": "try",
           "source_lines": "source", "skipped": "skipped", "gap_records": "gap"}
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"(?:,|$)')


def from_prometheus():
    rows, helped, seen = [], set(), set()
    for line in open(path("prometheus"), encoding="utf-8"):
        if line.startswith("# HELP "):
            helped.add(line.split()[2])
        if line.startswith("#"):
            continue
        m = re.fullmatch(r"setupdx_([a-z_]+)\{(.*)\} (-?\d+)\n", line)
        if not m or "setupdx_" + m[1] not in helped or m[1] + m[2] in seen:
            problem("prometheus: no sample, without HELP or twice: %s" % line[:100])
            continue
        seen.add(m[1] + m[2])
        row = dict.fromkeys("server attempt key n id title value file member line time text".split(), "")
        for name, value in LABEL.findall(m[2]):
            row[name] = re.sub(r"\\(.)", lambda e: "\n" if e[1] == "n" else e[1], value)
        row["kind"] = METRICS.get(m[1], m[1].replace("_info", "").replace("_", "-"))
        row["number"] = m[3]
        rows.append(row)
    return table_facts(rows)


# ---- HTML ----

class Page(html.parser.HTMLParser):
    VOID = {"meta", "br", "path", "rect", "circle", "line", "polyline"}
    KNOWN = set("html head meta title style body a main header footer section article div p span b strong h1 h2 h3 h4 "
                "ol ul li dl dt dd pre code table caption thead tbody tr th td figure figcaption svg text details "
                "summary time".split()) | VOID

    def __init__(self):
        super().__init__()
        self.stack = []  # [tag, attributes, text, facts inside]
        self.root = ["", {}, [], []]

    def handle_starttag(self, tag, attrs):
        if tag not in self.KNOWN:
            problem("html: element <%s>" % tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "src") or name == "href" and value[0] != "#":
                problem("html: attribute %s=%r" % (name, value))
        if tag not in self.VOID:
            self.stack.append([tag, dict(attrs), [], []])

    def handle_data(self, data):
        for node in self.stack:
            node[2].append(data)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        node = self.stack.pop()
        if node[0] != tag:
            problem("html: <%s> closed by </%s>" % (node[0], tag))
        (self.stack[-1] if self.stack else self.root)[3].append(node)


def nodes(node, stop=()):
    for child in node[3]:
        yield child
        if child[0] not in stop:
            yield from nodes(child, stop)


def fact_of(node, name, stop=("article",)):
    return [norm("".join(n[2])) for n in nodes(node, stop) if n[1].get("data-fact") == name]


def first(texts):
    return texts[0] if texts else ""


def card_facts(card):
    facts = set()
    attempt = int(card[1]["data-attempt"])
    key = (card[1].get("data-key"), attempt)
    state = first(fact_of(card, "state")).split(":")[0] or "open"
    if card[1]["data-fact"] == "finding":
        facts.add(("finding", *key, first(fact_of(card, "diagnosis")), first(fact_of(card, "server")),
                   int(first(fact_of(card, "confidence"))), state))
        facts.add(("title", *key, first(fact_of(card, "title"))))
        facts.add(("cause", *key, first(fact_of(card, "cause"))))
    facts |= {("question", *key, t) for t in fact_of(card, "question")}
    facts |= {("not seen", *key, t) for t in fact_of(card, "not-seen")}
    facts |= {("reference", *key, t) for t in fact_of(card, "reference")}
    steps = 0
    for n in nodes(card, ("article",)):
        name = n[1].get("data-fact")
        if name == "fix":
            steps += 1
            for part in ("act", "command", "see", "undo"):
                facts |= {(part, *key, steps, t) for t in fact_of(n, part)}
        elif name in ("evidence", "unexplained"):
            owner = key if name == "evidence" else (attempt,)
            facts.add((name, *owner, first(fact_of(n, "place")), first(fact_of(n, "text"))))
        elif name == "told-with":
            facts.add(("told with", *key, int(n[1]["data-attempt"])))
        elif name == "try":
            line = re.search(r":(\d+)$", first(fact_of(n, "place")))
            facts.add(("try", *key, int(n[1]["data-attempt"]), int(line[1]) if line else None))
        elif name == "reason":
            points, why = norm("".join(n[3][0][2])), norm("".join(n[3][1][2]))
            if int(points):
                facts.add(("why", *key, int(points), re.sub(r" \[\d+\]$", "", why)))
        elif name in ("rival", "candidate", "nearest"):
            sure = re.search(r"\xb7 (\d+) of 99", "".join(n[2]))
            owner = (*key, first(fact_of(n, "id")), int(sure[1]) if sure else 0, first(fact_of(n, "tell")))
            facts.add((name, *owner) if name != "nearest" else (name, attempt, first(fact_of(n, "id")), first(fact_of(n, "differs"))))
        elif name in ("around", "around-own"):
            number, text = (norm("".join(part[2])) for part in n[3])
            facts.add(("around", attempt, int(number), name == "around-own", text))
        elif name == "code":
            facts.add(("code", attempt, first(fact_of(n, "text")), first(fact_of(n, "meaning"))))
    return facts


def attempt_facts(node):
    n = int(node[1]["id"][1:])
    facts = {("attempt", n, norm("".join(node[3][0][3][1][2])), node[1]["data-verdict"])}
    terms = [(norm("".join(t[2])), t) for t in nodes(node, ("article",)) if t[0] in ("dt", "dd")]
    pairs = list(zip(terms[::2], terms[1::2]))
    ends = {t[0]: d[0] for t, d in pairs}
    facts.add(("outcome", n, ends["outcome"], ends.get("said by", "")))
    for term, described in pairs:
        if described[1][1].get("data-fact") == "fact":
            meta = norm("".join("".join(m[2]) for m in nodes(described[1]) if m[1].get("class") == "meta"))
            value = described[0][:-len(meta)].strip() if meta else described[0]
            facts.add(("fact", n, term[0], value))
    article = [node[0], {"data-fact": "attempt", "data-attempt": str(n)}, node[2], node[3]]
    return facts | card_facts(article)


def from_html():
    page = Page()
    page.feed(open(path("html"), encoding="utf-8").read())
    facts = set()
    for node in nodes(page.root):
        name = node[1].get("data-fact")
        if node[0] == "article":
            facts |= card_facts(node)
        elif name == "attempt":
            facts |= attempt_facts(node)
        elif name == "skipped":
            facts.add(("skipped", first(fact_of(node, "place")), first(fact_of(node, "why"))))
        elif name == "source":
            cells = node[3]
            text = norm("".join(cells[1][2]))
            notes = fact_of(node, "note")
            facts |= {("note", t) for t in notes}
            for t in notes:
                text = text.replace(t, "")
            how = norm("".join("".join(c[2]) for c in cells[2][3]))
            facts.add(("source", first(fact_of(node, "place")), text.strip(),
                       norm("".join(cells[2][2]))[:-len(how) or None].strip()))
        elif name == "gap":
            m = re.match(r"(\S+) hit its limit on (\d+)", norm("".join(node[2])))
            facts.add(("gap", m[1], int(m[2])))
    return facts


# ---- Markdown, alone and inside of JUnit ----

def plain(text):
    """Markdown of one line as text."""
    text = text.strip()
    span = re.fullmatch(r"(`+) ?(.*?) ?\1", text)
    return norm(span[2] if span else re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def spans(text):
    return [m[2].strip() if m[1] != "`" else m[2] for m in re.finditer(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)", text)]


class Story:
    """Reads the Markdown of items line by line."""

    def __init__(self):
        self.facts, self.key, self.attempt, self.part = set(), None, 0, ""

    def add(self, kind, *values):
        self.facts.add((kind, self.key, self.attempt, *values))

    def head(self, server, title):
        self.server, self.title, self.key, self.sure, self.state, self.step = server, title, None, None, "open", 0
        self.part = ""

    def event(self, where, text):
        if self.key and self.part == "Signs":
            self.add("evidence", where, text)
        else:
            self.facts.add(("unexplained", self.attempt, where, text))

    def rival(self, line):
        kind = {"Less likely": "rival", "Possible causes": "candidate"}.get(self.part)
        m = re.match(r"- .* \(`([^`]+)`, (?:(\d+) of 99|nothing speaks for it)\)(?: To tell: (.*?))?(?: Only there: (.*))?$", line)
        if kind:
            self.add(kind, m[1], int(m[2] or 0), plain(m[3] or ""))
        else:
            self.facts.add(("nearest", self.attempt, m[1], plain(m[4] or "")))

    def labelled(self, label, text):
        if label == "Key":
            m = re.match(r"`([0-9a-f-]+)`, attempt (\d+)", text)
            self.key, self.attempt = m[1], int(m[2])
        elif label == "Attempt":
            self.attempt = int(text.split()[0])
        elif label == "State":
            self.state = text.split(":")[0]
        elif label == "Cause":
            self.add("cause", plain(text))
        elif label == "To decide":
            self.add("question", plain(text))
        elif label == "Told with":
            self.add("told with", int(text.split()[1]))
        elif label == "Sure":
            self.sure = int(re.search(r"(\d+) of 99", text)[1])
        elif label == "Rule":
            self.add("finding", spans(text)[0], plain(self.server), self.sure, self.state)
            self.add("title", plain(self.title))

    def code(self, line):
        text = spans(line)[0]
        m = re.match(r" \(line \d+\) .*?: (.*?)(?: \(an outcome, no cause\))?$", line[line.index(text) + len(text) + 1:])
        self.facts.add(("code", self.attempt, norm(text), plain(m[1])))

    def listed(self, line):
        if self.part in ("Less likely", "Possible causes", "Nearest known failures"):
            self.rival(line)
        elif self.part == "Codes":
            self.code(line)
        elif self.part in ("Not seen", "Source"):
            self.add({"Not seen": "not seen", "Source": "reference"}[self.part], plain(line[2:]))

    def row(self, line):
        cells = [c.strip() for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        if cells[0].lstrip("+-").isdigit() and int(cells[0]):
            self.add("why", int(cells[0]), plain(cells[1]))

    def attempt_line(self, line):
        m = re.match(r"- \S+ attempt (\d+) of (.*?): ", line)
        self.n = int(m[1])
        self.server_of = plain(m[2])
        self.line_of = line
        # the verdict stands in words
        for words, verdict in ENDINGS:
            if words in line:
                self.facts.add(("attempt", self.n, self.server_of, verdict))
                return
        problem("markdown: no verdict in %s" % line[:80])

    def fact_line(self, line):
        m = re.match(r"  - outcome: ([a-z ]+?)(?: \(line \d+\))?(?:: (.*))?(?:, code `[^`]*`)?$", line)
        if m:
            text = re.sub(r", code `[^`]*`$", "", m[2] or "")
            self.facts.add(("outcome", self.n, m[1], plain(text)))
            return
        m = re.match(r"  - (.*?): (.*) \((?:line \d+|from the .*)\)$", line)
        if m:
            self.facts.add(("fact", self.n, plain(m[1]), plain(m[2])))

    def read(self, text):
        lines, i = text.split("\n"), 0
        while i < len(lines):
            line = lines[i]
            i += 1
            head = re.match(r"## (?:FAIL|WARN|OK|\?\?\?\?) (.*?): (.*)", line)
            label = re.match(r"\*\*([A-Za-z ]+):\*\* (.*)", line)
            sign = re.match(r"\d+\. (`.*)$", line)
            if head:
                self.head(head[1], head[2])
            elif line.startswith("### "):
                self.part = line[4:]
                self.step = 0
            elif line.startswith("- attempt ") and not self.part:
                line = re.search(r":(\d+)`$", line)
                self.add("try", int(lines[i - 1].split()[2]), int(line[1]) if line else None)
            elif line == "## Attempts":
                self.part = "Attempts"
            elif line.startswith("## "):
                self.part = line[3:]
            elif re.match(r"- (?:FAIL|WARN|OK|\?\?\?\?) attempt \d+ of ", line):
                self.part = "Attempts"
                self.attempt_line(line)
            elif self.part == "Attempts" and line.startswith("  - "):
                self.fact_line(line)
            elif label and self.part != "What was read":
                self.labelled(label[1], label[2])
            elif self.part == "Do this" and re.match(r"\d+\. ", line):
                self.step += 1
                self.add("act", self.step, plain(line.split(". ", 1)[1]))
            elif self.part == "Do this" and line.startswith("   - "):
                word, text = line[5:].split(": ", 1)
                self.add({"Type": "command", "See": "see", "Undo": "undo"}[word], self.step, plain(text))
            elif sign:
                where = spans(sign[1])[0]
                while not lines[i].strip():
                    i += 1
                fence = lines[i].strip().rstrip("text")
                body = []
                i += 1
                while lines[i].strip() != fence:
                    body.append(lines[i].strip())
                    i += 1
                i += 1
                self.event(norm(where), norm(" ".join(body)))
            elif self.part == "Around the first error" and line.startswith("```"):
                while not lines[i].startswith(line.rstrip("text")):
                    m = re.match(r"(\d+)([:-]) ?(.*)", lines[i])
                    self.facts.add(("around", self.attempt, int(m[1]), m[2] == ":", norm(m[3])))
                    i += 1
                i += 1
            elif line.startswith("| "):
                self.row(line)
            elif line.startswith("- ") and self.part == "What was read":
                self.read_line(line)
            elif line.startswith("  - ") and self.part == "What was read":
                self.facts.add(("note", plain(line[4:])))
            elif line.startswith("- "):
                self.listed(line)

    def read_line(self, line):
        if line.startswith("- not judged: "):
            m = re.match(r"- not judged: `([^`]+)` hit its limit on (\d+)", line)
            self.facts.add(("gap", m[1], int(m[2])))
            return
        where = spans(line)[0]
        rest = line[line.index(where) + len(where):].lstrip("`")
        m = re.match(r" (?:\*\*not read:\*\*|skipped:) (.*)", rest)
        if m:
            self.facts.add(("skipped", norm(where), plain(m[1])))
            return
        m = re.match(r": (.*?), (\S+) \(", rest)
        self.facts.add(("source", norm(where), plain(m[1]).replace("no known format", ""), m[2]))


# By class; the first that fits.
ENDINGS = ((" failed, resolved since", "resolved"), (" failed, which is silenced", "silenced"),
           (" was cancelled", "cancelled"),
           (": the log stops before the end", "cut off"), (": the log does not say how it ended", "silent"),
           (": a second start, refused beside the one that was running", "silent"),
           (": it is not known how it ended", "unclear"), (" succeeded", "succeeded"),
           (" failed, and several causes are possible", "undecided"), (" failed", "failed"))


def from_markdown():
    story = Story()
    story.read(open(path("markdown"), encoding="utf-8").read())
    return story.facts


def from_junit():
    story = Story()
    root = ElementTree.parse(path("junit")).getroot()
    for suite in root:
        cases = suite.findall("testcase")
        counted = {k: sum(c.find(k[:-1] if k != "skipped" else k) is not None for c in cases)
                   for k in ("failures", "errors", "skipped")}
        if int(suite.get("tests")) != len(cases) or any(int(suite.get(k)) != n for k, n in counted.items()):
            problem("junit: the suite %s counts wrongly" % suite.get("name")[:60])
        for case in cases:
            text = "".join(child.text or "" for child in case)
            if case.get("classname") != "coverage":
                story.read(text)
                continue
            said = [c for c in case if c.tag != "system-out"]
            if said and said[0].get("type") == "not-judged":
                m = re.match(r"(\S+): not judged on (\d+)", text)
                story.facts.add(("gap", m[1], int(m[2])))
            elif said:
                story.facts.add(("skipped", norm(case.get("name")), norm(said[0].get("message"))))
            lines = text.strip().split("\n")
            m = re.match(r"(.*?), (\S+) \(.*\), \d+ lines, \d+ bytes$", lines[0])
            if m and not said:
                story.facts.add(("source", norm(case.get("name")), m[1], m[2]))
            story.facts |= {("note", norm(line)) for line in lines[1 if m else 0:] if line and not said}
    return story.facts


# ---- the schema ----

def check_schema():
    try:
        import jsonschema
    except ImportError:
        print("formats: skipped: jsonschema (python3-jsonschema) is not here")
        return
    schema = json.load(open("docs/report.schema.json"))
    objects = [("json", json.load(open(path("json"), encoding="utf-8")), schema)]
    line = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": "#/$defs/line"}
    seen = set()
    for text in open(path("ndjson"), encoding="utf-8"):
        o = json.loads(text)
        if o["kind"] not in seen or o["kind"] == "finding":
            objects.append(("ndjson " + o["kind"], o, line))
        seen.add(o["kind"])
    for name in ("explained",):
        if os.path.exists(path(name)):
            objects.append((name, json.load(open(path(name), encoding="utf-8")), schema))
    for name, o, against in objects:
        for error in list(jsonschema.Draft202012Validator(against).iter_errors(o))[:2]:
            problem("%s does not obey the schema: %s: %s" % (name, list(error.path), error.message[:120]))


# ---- the comparison ----

def clipped(fact):
    """Labels of metrics end after 512 bytes."""
    return tuple(norm(v.encode()[:400].decode("utf-8", "ignore")) if isinstance(v, str) else v for v in fact)


def compare(name, want, got):
    if name == "prometheus":
        want, got = set(map(clipped, want)), set(map(clipped, got))
    missing, more = want - got, got - want
    for what, facts in (("lacks", missing), ("has no such thing in JSON", more)):
        for fact in sorted(facts, key=str)[:4]:
            problem("%s: %s: %s" % (name, what, str(fact)[:300]))
    print("formats: %-10s %6d facts%s" % (name, len(got), "" if not missing | more else
                                        ", %d missing, %d too many" % (len(missing), len(more))))


def main():
    want = from_json()
    kinds = {fact[0] for fact in want}
    for kind in ("finding", "told with", "try", "question", "candidate", "unexplained", "code", "nearest", "around", "skipped", "undo", "not seen"):
        if kind not in kinds:
            problem("the inputs give no '%s': the test would not see it missing" % kind)
    readers = {"ndjson": from_ndjson, "html": from_html, "markdown": from_markdown, "csv": from_csv,
               "sarif": from_sarif, "junit": from_junit, "prometheus": from_prometheus}
    for name, reader in readers.items():
        compare(name, want, reader())
    check_schema()
    for text in problems:
        print("formats: " + text)
    return 1 if problems else 0


sys.exit(main())
