#include "words.h"
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define PICK(list, r) list[bench_below(r, sizeof(list) / sizeof *(list))]

bench_random bench_seed(uint64_t seed)
{
    bench_random r = {seed * 0x9E3779B97F4A7C15u + 0x632BE59BD9B4E019u};

    for (int i = 0; i < 8; i++)
        bench_below(&r, 2);
    return r;
}

uint32_t bench_below(bench_random *r, uint32_t n)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return (uint32_t)((r->state >> 32) * n >> 32);
}

void bench_add(bench_text *t, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    const int n = vsnprintf(t->p + t->n, sizeof t->p - t->n, fmt, args);
    va_end(args);
    if (n > 0 && t->n + (size_t)n < sizeof t->p)
        t->n += (size_t)n;
}

/* ---- uneventful lines ---- */

static const char *const files[] = {"Store.Engine.dll", "MbxTools.exe",     "schema14.ldf",
                                    "counters.ini",     "transport.cfg",    "wm_layout.xml",
                                    "DataAccess.dll",   "ClientHost.exe",   "rulesengine.dll",
                                    "msvcp120.dll",     "languagepack.cab", "Topology.Service.exe",
                                    "addressbook.res",  "oabgen.dll",       "searchcore.dll"};
static const char *const tasks[] = {"Get-MailHost",    "Test-Prereq",       "Set-LocalPermission",
                                    "New-EdgeContent", "Install-Transport", "Start-SetupService",
                                    "Write-Registry",  "Update-Topology",   "Set-ReceiveLimit",
                                    "Get-DomainTree",  "Enable-Counter",    "Remove-OldFiles"};
static const char *const settings[] = {"TargetFolder",  "DatabasePath", "OrganizationName",
                                       "LanguageCount", "RoleState",    "ServicesBefore",
                                       "DomainMaster",  "UpdatesDir",   "PrereqMode"};
static const char *const things[] = {"mailbox store", "address list",  "receive connector",
                                     "offline book",  "edge topology", "message queue",
                                     "public folder", "journal rule",  "search catalog"};
static const char *const actions[] = {
    "InstallInitialize", "ProcessComponents", "WriteRegistryValues", "InstallServices",
    "StartServices",     "PublishFeatures",   "RegisterProduct",     "CostFinalize",
    "AppSearch",         "MigrateFeatures",   "CreateShortcuts",     "RemoveOldValues"};
static const char *const properties[] = {"TARGETDIR",  "ADDLOCAL",     "REBOOTPROMPT",
                                         "ROOTDRIVE",  "SystemFolder", "UpgradeCode",
                                         "MsiLogging", "ARPCOMMENTS",  "PIDKEYPART"};

static const char root[] = "C:\\Program Files\\Contoso\\Mail Server\\V15";

void bench_exchange_line(bench_text *t, bench_random *r)
{
    switch (bench_below(r, 12)) {
    case 0:
        bench_add(t,
                  "Active directory session settings for '%s' are: view of the whole forest '%u'",
                  PICK(tasks, r), bench_below(r, 100));
        break;
    case 1:
        bench_add(t, "Beginning processing %s -Identity:'MBX%04u' -Verbose:$%s", PICK(tasks, r),
                  bench_below(r, 5000), bench_below(r, 2) ? "true" : "false");
        break;
    case 2:
        bench_add(t, "Ending processing %s", PICK(tasks, r));
        break;
    case 3:
        bench_add(t, "Copying '%s\\Bin\\%s', %u bytes, checksum %08x", root, PICK(files, r),
                  bench_below(r, 9000000), bench_below(r, 0xFFFFFFFF));
        break;
    case 4:
        bench_add(t,
                  "The next value of setting '%s' is '%u' and was read from domain controller "
                  "DC%02u.contoso.example",
                  PICK(settings, r), bench_below(r, 100000), bench_below(r, 40));
        break;
    case 5:
        bench_add(t, "Previous operation run on the %s was kept; it took %u ms.", PICK(things, r),
                  bench_below(r, 30000));
        break;
    case 6:
        bench_add(t, "Finished the step for the %s with %u of %u objects.", PICK(things, r),
                  bench_below(r, 500), 500 + bench_below(r, 500));
        break;
    case 7:
        bench_add(t,
                  "Domain controller DC%02u.contoso.example knows the object "
                  "CN=%s,CN=Servers,CN=Contoso,DC=contoso,DC=example.",
                  bench_below(r, 40), PICK(settings, r));
        break;
    case 8:
        bench_add(
            t,
            "Evaluated [Setting:%s] [HasException:False] [Value:\"%u\"] [ParentValue:\"<NULL>\"]"
            " [Thread:%u] [Duration:00:00:00.%07u]",
            PICK(settings, r), bench_below(r, 4000), bench_below(r, 90), bench_below(r, 9999999));
        break;
    case 9:
        bench_add(t, "Writing registry value HKLM\\SOFTWARE\\Contoso\\MailServer\\v15\\%s = %u",
                  PICK(settings, r), bench_below(r, 70000));
        break;
    case 10:
        bench_add(t, "Searching for a service of file '%s' in the list of %u services.",
                  PICK(files, r), bench_below(r, 300));
        break;
    default:
        bench_add(t, "Resolved object '%s' to a %s that the installation will keep.",
                  PICK(settings, r), PICK(things, r));
        break;
    }
}

static void msi_prefix(bench_text *t, bench_random *r)
{
    bench_add(t, "MSI (%c) (%02X:%02X) [%02u:%02u:%02u:%03u]: ", "sc"[bench_below(r, 2)],
              bench_below(r, 256), bench_below(r, 256), bench_below(r, 24), bench_below(r, 60),
              bench_below(r, 60), bench_below(r, 1000));
}

static void msi_operation(bench_text *t, bench_random *r)
{
    msi_prefix(t, r);
    switch (bench_below(r, 4)) {
    case 0:
        bench_add(t,
                  "Executing op: FileCopy(SourceName=%s,SourceCabKey=F%08X,DestName=%s,"
                  "Attributes=512,FileSize=%u,PerTick=65536,,VerifyMedia=1,,,,,CheckCRC=0,"
                  "Version=15.%u.%u.%u,Language=1033,InstallMode=58982400,,,,,,,)",
                  PICK(files, r), bench_below(r, 0xFFFFFFFF), PICK(files, r),
                  bench_below(r, 4000000), bench_below(r, 3), bench_below(r, 3000),
                  bench_below(r, 40));
        break;
    case 1:
        bench_add(t,
                  "Executing op: ComponentRegister(ComponentId={%08X-%04X-%04X-%04X-%08X%04X},"
                  "KeyPath=%s\\Bin\\%s,State=3,,Disk=1,SharedDllRefCount=0,BinaryType=1)",
                  bench_below(r, 0xFFFFFFFF), bench_below(r, 65536), bench_below(r, 65536),
                  bench_below(r, 65536), bench_below(r, 0xFFFFFFFF), bench_below(r, 65536), root,
                  PICK(files, r));
        break;
    case 2:
        bench_add(
            t, "File: %s\\Bin\\%s;\tOverwrite;\tWon't patch;\tExisting file is of a lower version",
            root, PICK(files, r));
        break;
    default:
        bench_add(t, "PROPERTY CHANGE: Adding %s property. Its value is '%u'.", PICK(properties, r),
                  bench_below(r, 100000));
        break;
    }
}

void bench_msi_line(bench_text *t, bench_random *r)
{
    switch (bench_below(r, 9)) {
    case 0:
        msi_prefix(t, r);
        bench_add(t, "Doing action: %s", PICK(actions, r));
        break;
    case 1:
        bench_add(t, "Action start %u:%02u:%02u: %s.", bench_below(r, 24), bench_below(r, 60),
                  bench_below(r, 60), PICK(actions, r));
        break;
    case 2:
        bench_add(t, "Action ended %u:%02u:%02u: %s. Return value 1.", bench_below(r, 24),
                  bench_below(r, 60), bench_below(r, 60), PICK(actions, r));
        break;
    case 3:
        bench_add(t, "Property(S): %s = %s\\%u\\", PICK(properties, r), root,
                  bench_below(r, 10000));
        break;
    default:
        msi_operation(t, r);
        break;
    }
}

const char *bench_file(bench_random *r)
{
    return PICK(files, r);
}

const char *bench_seed_message(bench_text *t, uint32_t which, bench_random *r)
{
    if (which == 0) {
        bench_add(t,
                  "Self registration of the DLL %c:\\Documents and\nSettings\\user%u\\WINDOWS\\"
                  "system32\\cdonts.dll failed : 0d.\n",
                  "CDEF"[bench_below(r, 4)], bench_below(r, 1000));
        return "exch55.selfreg-failed";
    }
    const bool uns = which == 2;
    bench_add(t,
              "Processing file '%c:\\EXCHSRVR\\bin\\%s at or near line %u\nThe %s\n"
              "Microsoft Windows NT\nID no: 0xc002%s\n",
              "CDEF"[bench_below(r, 4)], uns ? "smtp.uns'," : "cdo.ins,'", 1 + bench_below(r, 90),
              uns ? "system cannot find the file specified."
                  : "specified module could not be found.",
              uns ? "0002" : "007e");
    return "exch55.process-file";
}
