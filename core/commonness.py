#!/usr/bin/env python3
"""Writes core/scanner_commonness.c: how common runs of four bytes are in what setups write.

    core/commonness.py >core/scanner_commonness.c

Read are the texts below samples/ and the sample texts of rules and formats, folded and in lower
case as the scanner sees them.  Only counts are kept, by hash, four bits each: 0 = never seen,
n = about 2^(n-1) a megabyte."""
import glob, os, re, sys

BITS = 15
TEXT = re.compile(r"^( *)text: \|-?\n((?:\1  .*\n|\s*\n)+)", re.M)
LINE = re.compile(r"^ *(?:[\w-]+: \{.*)?text: *['\"]?(.*?)['\"]?(?: \})?$", re.M)


def texts():
    for path in sorted(glob.glob("samples/**/*", recursive=True)):
        if os.path.isfile(path):
            raw = open(path, "rb").read()
            yield raw.decode("utf-16" if raw[:2] == b"\xff\xfe" else "utf-8", "replace")
    for path in sorted(glob.glob("patterns/rules/**/*.yaml", recursive=True)
                       + glob.glob("parser/formats/*.yaml")):
        source = open(path, encoding="utf-8").read()
        for match in TEXT.finditer(source):
            yield match[2]
        for match in LINE.finditer(source):
            if not match[1].startswith("|"):
                yield match[1]


def bucket(gram):
    x = int.from_bytes(gram, "little") | 0x20202020
    x ^= x >> 15
    return (x * 0x9E3779B1 & 0xFFFFFFFF) >> (32 - BITS)


def main():
    grams, size = {}, 0
    for text in texts():
        folded = re.sub(r"\s+", " ", text).lower().encode("utf-8", "replace")
        size += len(folded)
        for i in range(len(folded) - 3):
            grams[folded[i:i + 4]] = grams.get(folded[i:i + 4], 0) + 1
    count = [0] * (1 << BITS)
    for gram, n in grams.items():
        count[bucket(gram)] += n
    level = [min(15, int(n * 1048576 / size).bit_length()) for n in count]
    print("/* Made by core/commonness.py from %d KiB of samples. */" % (size // 1024))
    print('#include "core/scanner_impl.h"\n')
    print("/* Four bits for each hash, the lower ones first. */")
    print("const uint64_t dx_gram_commonness[DX_COMMONNESS_WORDS] = {")
    for i in range(0, len(level), 64):
        words = [sum(level[i + k * 16 + j] << (4 * j) for j in range(16)) for k in range(4)]
        print("    " + " ".join("0x%016x," % w for w in words))
    print("};")
    print("%d bytes, %d runs, levels: %s" % (size, len(grams), [level.count(i) for i in range(16)]),
          file=sys.stderr)


main()
