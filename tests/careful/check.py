"""Steps of fixes whose command removes or overwrites more than one thing by its name must say what
is lost, when not to do it, or how to take it back.    check.py FOLDER

A person follows a step literally. What counts as such a command is the list below; what counts as
saying so is an undo, or one of the words. It is a net for what nobody thought of, no proof."""
import pathlib
import re
import sys

TAKES_AWAY = re.compile(
    r"autoremove|\bpurge\b|\brm -r|\bwipefs\b|\bmkfs|\bdd if=|\bclean\b(?=( /|$|'| convert))"
    r"|vgremove|minikube delete|adb uninstall|/delete-driver|\bdel /|\brd /s|\brmdir /s"
    r"|icacls .*/(reset|inheritance)|takeown|chmod -R|force-overwrite"
    r"|chown -R \S+ (\$\(|/( |'|$|usr|etc|home|var( |'|$)|opt( |'|$)))"
    r"|--overwrite|--nodeps|--force-remove|resetbase|trusted=yes|setenforce 0|nogpgcheck|gpgcheck=0"
    r"|allow-unauthenticated|\| *(sudo )?\S*( \S+=\S+)* *(ba)?sh\b|SkipPublisherCheck"
    r"|hypervisorlaunchtype off|ipa-server-install --uninstall|DROP |reg delete|Uninstall-Adcs",
    re.IGNORECASE)
SAYS_SO = re.compile(
    r"\b(lost|erase[sd]?|deletes?|gone|only (when|for|in|on)|save[sd]?|rename|unchecked|stop working"
    r"|every other|throw|empty|not more|leftover|skipped|keeps?|anew|new identity|note|noted"
    r"|fetch(es)?|together with|look which)\b", re.IGNORECASE)


def steps(path):
    """(line, id, act, command, has an undo) of each step of a fix that has a command"""
    lines = path.read_text(encoding="utf-8").split("\n")
    rule, fix, i = "", False, 0
    while i < len(lines):
        line = lines[i]
        begins = re.match(r"  - id: (\S+)", line)
        if begins:
            rule, fix = begins.group(1), False
        elif re.match(r"    \w", line):
            fix = line.startswith("    fix:")
        if fix and line.startswith("      - "):
            end = i + 1
            while end < len(lines) and re.match(r"       +\S", lines[end]):
                end += 1
            step = " ".join(part.strip() for part in lines[i:end])
            found = re.match(r"(.*?)\bcommand: (.*?)(\b(?:undo|see|nested): .*)?$", step)
            if found:
                act = found.group(1) + (found.group(3) or "")
                yield i + 1, rule, act, found.group(2), "undo: " in step
            i = end
            continue
        i += 1


def main():
    seen = dangerous = faults = 0
    for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.yaml")):
        for line, rule, act, command, undo in steps(path):
            seen += 1
            if not TAKES_AWAY.search(command):
                continue
            dangerous += 1
            if not undo and not SAYS_SO.search(act):
                faults += 1
                print(f"{path}:{line}: {rule}: '{command.strip(' }')}' takes something away, "
                      f"and the step does not say so: {act}")
    print(f"{seen} commands, {dangerous} of them take something away, {faults} do not say so")
    # A reader that finds no steps would find no faults either.
    return 1 if faults or seen < 500 or dangerous < 20 else 0


sys.exit(main())
