"""The colours of report/style.css: text has 4.5:1 on every surface it stands on, marks have 3:1."""
import re
import sys

css = open("report/style.css").read()
blocks = {"light": re.search(r":root \{(.*?)\}", css, re.S)[1],
          "dark": re.search(r':root\[data-theme="dark"\] \{(.*?)\}', css, re.S)[1]}
system = re.search(r'prefers-color-scheme: dark\) \{\s*:root[^{]*\{(.*?)\}', css, re.S)[1]


def tokens(block):
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))


def luminance(color):
    parts = [int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def ratio(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


TEXT = [(ink, ground) for ink in ("ink", "soft", "accent") for ground in ("ground", "surface", "sunken")]
TEXT += [(tone, tone + "-soft") for tone in ("bad", "warn", "good", "info")]
TEXT += [(tone, "surface") for tone in ("bad", "warn", "good", "info")]
TEXT += [("ink", "plain-soft"), ("accent", "accent-soft")]
TEXT += [("heat-ink", "heat-1"), ("heat-ink", "heat-2"), ("heat-ink", "heat-3"),
         ("heat-ink-strong", "heat-4"), ("heat-ink-strong", "heat-5")]
MARKS = [(tone, ground) for tone in ("bad", "warn", "good", "accent", "plain", "line-strong")
         for ground in ("ground", "surface")]

code = 0
if tokens(blocks["dark"]) != tokens(system):
    print("contrast: the dark theme of the system and the chosen one differ")
    code = 1
for theme, block in blocks.items():
    colors = tokens(block)
    for pairs, least in ((TEXT, 4.5), (MARKS, 3.0)):
        for front, back in pairs:
            if ratio(colors[front], colors[back]) < least:
                print("contrast: %s: %s on %s has %.2f:1, %.1f:1 is wanted" % (
                    theme, front, back, ratio(colors[front], colors[back]), least))
                code = 1
sys.exit(code)
