"""Logs that make a report hold everything a report can hold, below FOLDER/in."""
import os
import sys
import zipfile

folder = os.path.join(sys.argv[1], "in")
os.makedirs(folder)


def put(name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(text)


# One bare message that fits two causes.
put("undecided.txt",
    "Processing file 'C:\\EXCHSRVR\\bin\\smtp.uns', at or near line 27\n"
    "The system cannot find the file specified.\nMicrosoft Windows NT\nID no: 0xc0020002\n")

# The same again on the same server, a minute later.
put("undecided-again.txt",
    "I clicked Retry.\n\nProcessing file 'C:\\EXCHSRVR\\bin\\smtp.uns', at or near line 27\n"
    "The system cannot find the file specified.\nMicrosoft Windows NT\nID no: 0xc0020002\n")

# The same beside an error with a code that no rule explains.
put("undecided.log", "2026-02-03 09:59:59 INFO Installation started\n"
    "2026-02-03 10:00:01 ERROR Processing file 'C:\\EXCHSRVR\\bin\\smtp.uns', at or near line 27 "
    "The system cannot find the file specified. Microsoft Windows NT ID no: 0xc0020002\n"
    "2026-02-03 10:00:02 ERROR The copy of the address book returned error 0x80070005\n"
    "2026-02-03 10:01:00 ERROR Installation failed\n")

# A remedy that can be taken back, and a second message that is missed.
put("half.txt", "The command LODCTR DSACTRS.INI FAILED ERROR CODE <112>\n")

# Nobody knows it, and it comes near to what somebody knows.
put("near.log", "2026-02-03 09:59:59 INFO Installation started\n"
    "2026-02-03 10:00:01 ERROR The self registration of this DLL has failed: cdonts.dll\n"
    "2026-02-03 10:01:00 ERROR Installation failed\n")

# The text of a stranger: markup, formulas, fences, turned and hidden text, a line of 1 MB.
HOSTILE = [
    "<script>alert('x')</script> & \"quoted\" </pre></details>",
    "=HYPERLINK(\"x\") \u202eturned\u202c \x1b[2Jcleared \x07",
    "```` fences ``` and | bars | [link](target) **bold** {0} {\"a\":1}",
    "']]> --> {label=\"x\"} back\\slash \\n %s %n",
    "A" * 1000000,
]
lines = ["2026-02-03 10:00:0%d ERROR %s returned error 0x80070005\n" % (i, text)
         for i, text in enumerate(HOSTILE)]
for server in ("by-server/<img src=x onerror=alert(1)>", "by-server/=cmd|'x'!A0", "by-server/`a`_b_|"):
    put(server + "/hostile.log", "2026-02-03 09:59:59 INFO Installation started\n" + "".join(lines) +
        "2026-02-03 10:01:00 ERROR Installation failed\n")

with zipfile.ZipFile(os.path.join(folder, "logs of a server.zip"), "w") as archive:
    for base, _, names in sorted(os.walk("samples/exchange-5.5/ims-ts-execute-mode")):
        for name in sorted(names):
            archive.write(os.path.join(base, name), "MAIL#07/" + name)
    archive.writestr("MAIL#07/twice.log", open("samples/exchange-5.5/perf-names-locked/ticket.txt").read())

with open(os.path.join(folder, "damaged.zip"), "wb") as out:
    out.write(b"PK\x03\x04 this is no archive")
put("table.bin", "\0\1\2\3" * 600)
