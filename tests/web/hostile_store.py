"""Logs for the page's tests: real failures on a few servers, and text that wants to be markup."""
import glob
import gzip
import os
import shutil

from e2e import ROOT

EVIL = ("<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\" onmouseover=\"x "
        "'`&amp;lt; \u202etxet\u202c \u200b \x1b[31m \x07 ]]> {{7*7}} ${7*7}")

DIALOG = ("Self registration of the DLL C:\\Documents and Settings\\{who}\\WINDOWS\\system32\\"
          "cdonts.dll failed : 0d.\n\nProcessing file 'C:\\EXCHSRVR\\bin\\cdo.ins,' at or near line 7"
          "\nThe specified module could not be found.\nMicrosoft Windows NT\nID no: 0xc002007e\n")


def msi_log(text):
    """A Windows Installer log whose error message is `text`."""
    return ("=== Verbose logging started: 11/20/2026  09:12:03  Build type: SHIP UNICODE "
            "5.00.10011.00  Calling process: C:\\WINDOWS\\system32\\msiexec.exe ===\n"
            "MSI (s) (34:A8) [09:12:05:120]: Product: Desk Tool -- Error 1714. " + text + "\n"
            "MSI (s) (34:A8) [09:12:09:120]: Product: Desk Tool -- Installation failed.\n"
            "MSI (s) (34:A8) [09:12:09:121]: MainEngineThread is returning 1603\n"
            "=== Verbose logging stopped: 11/20/2026  09:12:10 ===\n")


# An hour and a half without a line, then a clock that was set back.
CLOCK = """2026-11-20 09:00:00, Info                  CBS    Starting TrustedInstaller initialization.
2026-11-20 09:00:04, Error                 CBS    Failed to open the desk tool's store [HRESULT = 0x80070005 - E_ACCESSDENIED]
2026-11-20 10:31:00, Error                 CBS    Failed to resume the desk tool's session [HRESULT = 0x80070005 - E_ACCESSDENIED]
2026-11-20 08:31:00, Error                 CBS    Failed to finish the desk tool's session [HRESULT = 0x80070005 - E_ACCESSDENIED]
2026-11-20 08:31:02, Info                  CBS    Ending TrustedInstaller finalization.
"""


def write_logs(bench):
    """fleet/SERVER/...: what the page shows in its tests."""
    servers = ["MAIL01", "MAIL02", "WEB-7", "<b>bold<!--", "db\u202e02"]
    for i, folder in enumerate(sorted(glob.glob(os.path.join(ROOT, "samples/*/*")))):
        if os.path.isdir(folder):
            shutil.copytree(folder, bench.path("fleet", servers[i % 3], f"s{i}"))
    for i, server in enumerate(servers):
        bench.write(f"fleet/{server}/ims/Exchange Server Setup.log",
                    DIALOG.format(who=f"user{i}" if i < 3 else "<script>x"))
        bench.write(f"fleet/{server}/evil/msi{i}.log", msi_log(EVIL + f" {i}"))
    bench.write("fleet/CLOCK-1/cbs/CBS.log", CLOCK)
    bench.write("fleet/CLOCK-1/half/half.log", msi_log("half").split("\n")[0] +
                "\nMSI (s) (34:A8) [09:12:05:120]: Doing action: CostInitialize\n")
    bench.write("fleet/CLOCK-1/bad/bytes.log", "Gr\u00fc\u00dfe \u20ac \u4e2d\u6587, a setup\n".encode() * 40 + b"\nSetup completed successfully.\n\nstray \xff byte\n")
    bench.write("fleet/WEB-7/torn/<b>torn.gz", gzip.compress(os.urandom(3000))[:2000])
    bench.write("fleet/MAIL02/long/msi-long.log", msi_log("<i>" + "A" * 1000000 + EVIL))
