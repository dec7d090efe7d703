#include "grammar.h"

static const char *const users[] = {
    "administrator",
    "user",
    "owner",
    "account",
    "vendor of the software",
    "local system",
    "operator",
    "group",
    "manufacturer",
    "service account",
    "help desk",
    "domain administrator",
};

static const char *const buttons[] = {
    "OK",     "Cancel", "Retry", "Next", "Yes",    "Ignore", "No",     "Abort",
    "Finish", "Close",  "Exit",  "Back", "Repair", "Skip",   "Browse", "Install Now",
};

static const char *const room[] = {
    "memory", "disk space", "free space on drive $d:", "handles", "room in $D", "virtual memory",
    "rights", "resources",
};

static const char *const verbs[] = {
    "open",      "install",   "load",      "register",  "update",     "create",      "start",
    "remove",    "access",    "replace",   "configure", "initialize", "locate",      "delete",
    "connect",   "upgrade",   "restore",   "process",   "convert",    "rename",      "change",
    "validate",  "verify",    "complete",  "export",    "import",     "extract",     "expand",
    "enable",    "disable",   "mount",     "move",      "save",       "detect",      "close",
    "check",     "repair",    "prepare",   "resolve",   "launch",     "migrate",     "publish",
    "query",     "attach",    "merge",     "unpack",    "lock",       "allocate",    "append",
    "assign",    "authorize", "compact",   "decode",    "decrypt",    "encrypt",     "enlist",
    "enumerate", "flush",     "generate",  "index",     "inspect",    "join",        "parse",
    "patch",     "promote",   "provision", "recover",   "recycle",    "redirect",    "refresh",
    "reload",    "replicate", "reserve",   "retrieve",  "select",     "synchronize", "translate",
    "uninstall", "unlock",
};

static const char *const adjectives[] = {
    "required",   "selected",  "specified", "new",       "local",          "shared",
    "temporary",  "existing",  "remote",    "default",   "current",        "system",
    "previous",   "network",   "public",    "secondary", "global",         "internal",
    "external",   "hidden",    "signed",    "legacy",    "missing",        "inherited",
    "encrypted",  "nested",    "detached",  "pending",   "private",        "primary",
    "original",   "optional",  "virtual",   "protected", "invalid",        "damaged",
    "obsolete",   "common",    "custom",    "cached",    "compressed",     "dynamic",
    "exclusive",  "foreign",   "generic",   "implicit",  "incoming",       "indexed",
    "isolated",   "mandatory", "migrated",  "offline",   "orphaned",       "outgoing",
    "partial",    "portable",  "proposed",  "published", "redundant",      "renewed",
    "restricted", "scheduled", "sealed",    "staged",    "static",         "suspended",
    "trusted",    "unsigned",  "upgraded",  "versioned", "administrative", "write-protected",
};

static const char *const nouns[] = {
    "driver",        "database",     "folder",
    "service",       "component",    "registry key",
    "account",       "directory",    "library",
    "package",       "server",       "configuration",
    "disk",          "product",      "setting",
    "partition",     "certificate",  "device",
    "connection",    "site",         "control",
    "catalog",       "font",         "printer",
    "domain",        "policy",       "mail folder",
    "program group", "template",     "protocol",
    "journal",       "manifest",     "endpoint",
    "namespace",     "container",    "schedule",
    "snapshot",      "credential",   "listener",
    "index",         "resource",     "cluster",
    "adapter",       "address book", "agent",
    "alias",         "archive",      "assembly",
    "attribute",     "binding",      "boot record",
    "bridge",        "buffer",       "cabinet",
    "channel",       "checkpoint",   "class",
    "client",        "connector",    "console",
    "context",       "converter",    "counter",
    "cursor",        "dictionary",   "dialect",
    "extension",     "feature",      "filter",
    "firewall rule", "form",         "gateway",
    "group",         "handler",      "header",
    "help file",     "host",         "icon",
    "identity",      "image",        "instance",
    "interface",     "job",          "kernel module",
    "language",      "layout",       "licence",
    "link",          "log",          "macro",
    "mapping",       "media",        "memory block",
    "menu",          "retry queue",  "monitor",
    "node",          "object",       "department list",
    "page file",     "password",     "patch",
    "pipe",          "pointer",      "port",
    "profile",       "property",     "provider",
    "proxy",         "queue",        "record",
    "replica",       "role",         "schema",
    "script",        "section",      "session",
    "share",         "shortcut",     "socket",
    "spooler",       "stack",        "storage group",
    "stream",        "symbol",       "table",
    "task",          "thread",       "token",
    "topology",      "transform",    "trust",
    "type library",  "update",       "volume",
    "wizard",        "workstation",  "zone",
};

static const char *const vendors[] = {
    "Contoso",   "Microsoft", "Microsoft", "Windows", "Fabrikam",  "Northwind", "Litware",
    "Proseware", "Tailspin",  "Wingtip",   "Adatum",  "Lamna",     "Munson",    "Relecloud",
    "Trey",      "Margie",    "Fourth",    "Coho",    "Humongous",
};

static const char *const wares[] = {
    "Mail Server",
    "Server",
    "Exchange Connector",
    "Exchange Server",
    "Windows Installer",
    "Server Setup",
    "Office",
    "Index",
    "Backup",
    "Agent",
    "Desktop Suite",
    "SQL Gateway",
    "Management Console",
    "Media Encoder",
    "Directory Service",
    "Fax",
    "Print Hub",
    "Web Components",
    "Data Engine",
    "Update 3",
    "Encyclopedia",
    "Studio",
    "Service Pack 2",
    "Mail Relay",
    "Runtime 4.5",
    "Host Integration",
    "Portal",
    "Viewer",
    "Firewall Client",
};

static const char *const products[] = {
    "$V $W",   "$V $W",      "^$s$s $W",       "$W",
    "^$s$s$s", "$V $W $I.0", "$V ^$s$s $#.$#", "^$s$s for $V $W",
};

/* Pieces of names; what they are put together from is below. */
static const char *const syllables[] = {
    "ms",  "set", "reg",  "net",  "srv",   "dao",  "ole",  "mail", "data", "ex",   "win", "sys",
    "log", "idx", "core", "odbc", "wiz",   "vb",   "perf", "cfg",  "sql",  "util", "ad",  "ldap",
    "ctl", "dir", "font", "help", "ime",   "inst", "jet",  "kern", "lib",  "map",  "mmc", "nt",
    "ab",  "act", "bin",  "cdo",  "crypt", "dbg",  "drv",  "enu",  "fax",  "gdi",  "htm", "imap",
    "oab", "pst", "quot", "ras",  "smtp",  "tcp",  "uns",  "vol",  "web",  "xml",  "zip", "host",
};
static const char *const shouted[] = {
    "MS",  "SETUP", "REG", "NET",  "SRV", "DAO", "OLE", "MAIL", "DATA", "EX",  "WIN",   "SYS",
    "LOG", "IDX",   "VMM", "ODBC", "WIZ", "VB",  "DRV", "CFG",  "SQL",  "UTI", "HIMEM", "LDAP",
    "CTL", "DIR",   "FNT", "HLP",  "IME", "INS", "JET", "KRN",  "USER", "MAP", "TMP",   "NT",
};
static const char *const camels[] = {
    "Mail",    "Store",     "Set",      "Register", "Service", "Config",  "Get",     "Install",
    "Data",    "Update",    "Topology", "Role",     "Domain",  "Class",   "Create",  "Object",
    "Journal", "Load",      "Library",  "Value",    "Copy",    "File",    "Disk",    "Check",
    "Open",    "Key",       "Event",    "Site",     "Manager", "Counter", "Query",   "Thread",
    "Commit",  "Transport", "Backup",   "Index",    "Monitor", "Parse",   "Process", "Write",
    "Secure",  "Policy",    "Rollback", "Agent",    "Host",
};
static const char *const endings[] = {"dll", "exe", "ini", "inf", "txt", "sys", "cab", "msi",
                                      "log", "ocx", "xml", "drv", "dat", "cfg", "hlp", "mdb"};
static const char *const shouted_endings[] = {"DLL", "EXE", "INI", "SYS", "INF", "COM",
                                              "OCX", "HLP", "TXT", "386", "VXD", "DRV"};

static const char *const files[] = {
    "$s$s.$e",     "$s$s.$e", "$s$s$#.$e", "$k$k.$j",   "$k$k.$j",     "$k$#.$j",  "$s.$e",
    "$D\\$s$s.$e", "$c$c.$e", "$s$s$s.$e", "$k$k$k.$j", "$D\\$k$k.$j", "$s_$s.$e",
};
static const char *const folders[] = {
    "$d:\\$s$s",
    "$d:\\$k$k",
    "$d:\\$V\\$c",
    "\\\\$U\\$s$s$$",
    "$d:\\WINDOWS\\$k",
    "%TEMP%\\$s$#",
    "$d:\\Program Files\\$V\\$c$c",
    "$d:\\$k\\$k$#\\$k",
    "$d:\\Users\\$s$s\\$c",
};
static const char *const modules[] = {"$c$c", "$c$c$c", "$c$c", "$k$c", "$c$c$#", "MS$c$c", "$V$c"};
static const char *const shouts[] = {"$k$k", "$k$k$#", "$k-$k$#", "$k$k_$k", "$k$#$#"};
static const char *const keys[] = {
    "HKLM\\SOFTWARE\\$V\\$c$c", "HKEY_LOCAL_MACHINE\\System\\$c\\$c$c",
    "HKCU\\Software\\$V\\$c",   "HKCR\\$V.$c.$#",
    "Software\\$c\\$c$c\\$M",
};
static const char *const drives[] = {"C", "D", "A", "E", "F", "X"};
static const char *const digits[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
static const char *const numbers[] = {"$#$#", "$#$#$#$#", "$#", "$#$#$#", "1$#$#$#", "$#$#$#$#$#"};
static const char *const hex_digits[] = {"0", "8", "1", "4", "c", "7", "2", "a",
                                         "5", "f", "3", "6", "9", "b", "d", "e"};
static const char *const hexes[] = {"0x8007$x$x$x$x", "0x$x$x$x$x$x$x$x$x", "$x$x$x$x$x$x$xh",
                                    "0xc002$x$x$x$x", "0x$x$x"};
static const char *const things[] = {"$a $n", "$n", "$n of $P"};

const bench_list bench_verbs = BENCH_FIRST_MOST('v', verbs);
const bench_list bench_adjectives = BENCH_FIRST_MOST('a', adjectives);
const bench_list bench_nouns = BENCH_FIRST_MOST('n', nouns);
const bench_list bench_vocabulary[] = {BENCH_FIRST_MOST('u', users),
                                       BENCH_FIRST_MOST('B', buttons),
                                       BENCH_FIRST_MOST('r', room),
                                       BENCH_FIRST_MOST('a', adjectives),
                                       BENCH_FIRST_MOST('n', nouns),
                                       BENCH_ANY('V', vendors),
                                       BENCH_ANY('W', wares),
                                       BENCH_ANY('P', products),
                                       BENCH_ANY('s', syllables),
                                       BENCH_ANY('k', shouted),
                                       BENCH_ANY('c', camels),
                                       BENCH_FIRST_MOST('e', endings),
                                       BENCH_FIRST_MOST('j', shouted_endings),
                                       BENCH_ANY('F', files),
                                       BENCH_FIRST_MOST('D', folders),
                                       BENCH_FIRST_MOST('M', modules),
                                       BENCH_ANY('U', shouts),
                                       BENCH_ANY('K', keys),
                                       BENCH_FIRST_MOST('d', drives),
                                       BENCH_ANY('#', digits),
                                       BENCH_FIRST_MOST('I', numbers),
                                       BENCH_FIRST_MOST('x', hex_digits),
                                       BENCH_FIRST_MOST('H', hexes),
                                       BENCH_FIRST_MOST('N', things),
                                       {0}};
