#include "cli/command.h"

#define AT(member) offsetof(dx_settings, member)

/* Rows that several commands share. */
#define OPT_HELP                                                                                   \
    {                                                                                              \
        "help", 'h', NULL, DX_OPT_FLAG, AT(help), NULL, "show this help"                           \
    }
#define OPT_VERSION                                                                                \
    {                                                                                              \
        "version", 0, NULL, DX_OPT_FLAG, AT(version), NULL,                                        \
            "show the versions of all that takes part"                                             \
    }
#define OPT_COLOR                                                                                  \
    {                                                                                              \
        "color", 0, "WHEN", DX_OPT_WORD, AT(color), "auto always never",                           \
            "colour the result: auto, always or never"                                             \
    }
#define OPT_VERBOSE                                                                                \
    {                                                                                              \
        "verbose", 'v', NULL, DX_OPT_COUNT, AT(verbose), NULL,                                     \
            "also what was skipped, guessed and why"                                               \
    }
#define OPT_QUIET                                                                                  \
    {                                                                                              \
        "quiet", 'q', NULL, DX_OPT_FLAG, AT(quiet), NULL,                                          \
            "no warnings and no progress, errors only"                                             \
    }
#define OPT_RULES                                                                                  \
    {                                                                                              \
        "rules", 0, "PATH", DX_OPT_LIST, AT(rules), "@file",                                       \
            "read rules and formats below this folder, or in this file, too; may be repeated"      \
    }
#define OPT_NO_DEFAULT_RULES                                                                       \
    {                                                                                              \
        "no-default-rules", 0, NULL, DX_OPT_FLAG, AT(no_default_rules), NULL,                      \
            "use nothing but what --rules names"                                                   \
    }
#define OPT_DB                                                                                     \
    {                                                                                              \
        "db", 0, "FILE", DX_OPT_TEXT, AT(db), "@file",                                             \
            "the store; ':memory:' keeps nothing [~/.local/state/setupdx/setupdx.db]"              \
    }
#define OPT_NOW                                                                                    \
    {                                                                                              \
        "now", 0, "TIME", DX_OPT_TEXT, AT(now), NULL,                                              \
            "take this for the current time (2026-11-22T10:00:00Z): repeatable results"            \
    }
#define OPT_FORMAT                                                                                 \
    {                                                                                              \
        "format", 'f', "FORMAT", DX_OPT_FORMAT, 0, "@format",                                      \
            "write the result as text, json or ndjson; may be repeated with -o"                    \
    }
#define OPT_OUTPUT                                                                                 \
    {                                                                                              \
        "output", 'o', "FILE", DX_OPT_OUTPUT, 0, "@file",                                          \
            "write the format named before it to this file instead of standard output"             \
    }
#define OPT_PROGRESS                                                                               \
    {                                                                                              \
        "progress", 0, "WHEN", DX_OPT_WORD, AT(progress), "auto never",                            \
            "progress on standard error: auto (on a terminal, after a second) or never"            \
    }
#define OPT_END                                                                                    \
    {                                                                                              \
        0                                                                                          \
    }

static const dx_option scan_options[] = {
    OPT_DB,
    OPT_FORMAT,
    OPT_OUTPUT,
    {"server", 0, "NAME", DX_OPT_TEXT, AT(server), NULL, "the server that the logs come from"},
    {"server-from", 0, "REGEX", DX_OPT_TEXT, AT(server_from), NULL,
     "take the server's name from the path: PCRE2 with a group named 'server'"},
    {"encoding", 0, "NAME", DX_OPT_TEXT, AT(encoding), "utf-8 utf-16le utf-16be cp1252 cp437 cp850",
     "do not guess the encoding of the logs"},
    {"log-format", 0, "ID", DX_OPT_TEXT, AT(log_format), "@log-format",
     "do not guess the format of the logs"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    {"exit-zero", 0, NULL, DX_OPT_FLAG, AT(exit_zero), NULL,
     "exit with 0 whatever was found (run-time and usage errors excepted)"},
    OPT_COLOR,
    OPT_PROGRESS,
    OPT_VERBOSE,
    OPT_QUIET,
    OPT_NOW,
    {"limit-depth", 0, "N", DX_OPT_NUMBER, AT(limit_depth), NULL, "archives inside archives [4]"},
    {"limit-members", 0, "N", DX_OPT_NUMBER, AT(limit_members), NULL,
     "files in one archive [100000]"},
    {"limit-bytes", 0, "N", DX_OPT_NUMBER, AT(limit_bytes), NULL,
     "bytes unpacked from one archive [64G]"},
    {"limit-ratio", 0, "N", DX_OPT_NUMBER, AT(limit_ratio), NULL,
     "unpacked to packed bytes of one archive [1000]"},
    OPT_VERSION,
    OPT_HELP,
    OPT_END,
};

static const dx_option rediagnose_options[] = {OPT_DB,  OPT_RULES, OPT_NO_DEFAULT_RULES,
                                               OPT_NOW, OPT_HELP,  OPT_END};

static const dx_option code_options[] = {
    {"near", 0, "TEXT", DX_OPT_TEXT, AT(near), NULL,
     "the message that stood beside the code: decides between readings"},
    {"product", 0, "NAME", DX_OPT_TEXT, AT(product), NULL, "the product that printed the code"},
    {"hex", 0, NULL, DX_OPT_FLAG, AT(hex), NULL, "bare digits are hexadecimal"},
    {"json", 0, NULL, DX_OPT_FLAG, AT(json), NULL, "answer as JSON"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_HELP,
    OPT_END,
};

static const dx_option rules_options[] = {OPT_RULES, OPT_NO_DEFAULT_RULES, OPT_HELP, OPT_END};

static const dx_option rules_list_options[] = {
    {"format", 'f', "FORMAT", DX_OPT_WORD, AT(list_format), "text markdown",
     "text: a line for each; markdown: a page with samples, cases and what they reach"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_HELP,
    OPT_END,
};

static const dx_option rules_check_options[] = {
    {"strict", 0, NULL, DX_OPT_FLAG, AT(strict), NULL, "what is only unwise is a fault, too"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_QUIET,
    OPT_HELP,
    OPT_END,
};

static const dx_option version_options[] = {OPT_VERBOSE, OPT_RULES, OPT_NO_DEFAULT_RULES,
                                            OPT_NOW,     OPT_HELP,  OPT_END};

static const dx_option bare_options[] = {OPT_HELP, OPT_END};

const dx_command dx_commands[] = {
    {"scan", "PATH...", "read logs, say what failed, why and what to do",
     "Reads files, folders and archives (zip, cab, tar, 7z, gz; also inside each other). '-' is\n"
     "standard input: paste an error message there. 'scan' itself may be left out.\n"
     "What was found is kept in the store, so that later scans know what happened before.\n\n"
     "Exit codes: 0 no failure, 1 a failure was found, 2 wrong option or faulty rule,\n"
     "3 nothing failed but something could not be read or judged, 4 run-time error,\n"
     "130 interrupted.",
     "setupdx scan /mnt/logs\n"
     "setupdx scan --db :memory: 'Exchange Server Setup.log'\n"
     "setupdx scan -f json -o result.json -f text server1.zip server2.zip\n"
     "setupdx scan --server-from 'logs/(?<server>[^/]+)/' /mnt/logs\n",
     scan_options, "@file", dx_cmd_scan},
    {"rediagnose", "", "bring what is stored to the current rules, without any log",
     "Judges every stored attempt again and replaces its findings. Needed after new rules.",
     "setupdx rediagnose\n"
     "setupdx rediagnose --db site.db\n"
     "setupdx rediagnose --db site.db --rules ./my-rules\n",
     rediagnose_options, NULL, dx_cmd_rediagnose},
    {"code", "CODE...", "say what an error code can mean",
     "Takes hexadecimal, signed and unsigned decimal, names, and what logs print around them;\n"
     "'-' reads codes from standard input, one a line. Exit code 1 when a code is not known.",
     "setupdx code 0xc0020002 --near 'The system cannot find the file specified'\n"
     "setupdx code 1603 -2147024891\n"
     "setupdx code --json ERROR_FILE_NOT_FOUND\n",
     code_options, NULL, dx_cmd_code},
    {"rules", "", "work with rules: check, list, show, try, words, new", NULL,
     "setupdx rules list\n"
     "setupdx rules show exch55.ims-ts-execute-mode\n"
     "setupdx rules check my-rules.yaml\n",
     rules_options, "check list show try words new", dx_cmd_rules},
    {"rules check", "[PATH...]", "run every sample and every case that the rules hold",
     "Without a path all rules are checked; with paths only what they hold, in the company of\n"
     "all other rules. Every fault is reported with its place; exit code 2 when there is one.",
     "setupdx rules check\n"
     "setupdx rules check --strict patterns/rules/exchange-5.5\n"
     "setupdx rules check my-rules.yaml\n",
     rules_check_options, "@file", dx_cmd_rules_check},
    {"rules list", "[WORD...]", "list signatures and diagnoses, or those with these words", NULL,
     "setupdx rules list\n"
     "setupdx rules list exchange\n"
     "setupdx rules list Q263072\n",
     rules_list_options, NULL, dx_cmd_rules_list},
    {"rules show", "ID...", "tell what a rule looks for, how it weighs, and its remedy", NULL,
     "setupdx rules show exch55.ims-ts-execute-mode\n"
     "setupdx rules show exch55.selfreg-failed\n"
     "setupdx rules show --rules my-rules.yaml my.rule\n",
     rules_options, "@rule", dx_cmd_rules_show},
    {"rules try", "TEXT|-", "show which signatures a text carries, and which nearly",
     "For every signature whose literal occurs: how many pieces of its regex fit, and the\n"
     "fields when all do. '-' reads the text from standard input.",
     "setupdx rules try 'Self registration of the DLL C:\\WINNT\\cdo.dll failed : 0d.'\n"
     "setupdx rules try - < message.txt\n"
     "setupdx rules try --rules my-rules.yaml 'Setup failed: 12'\n",
     rules_options, NULL, dx_cmd_rules_try},
    {"rules words", "", "list all field names with their types, and the parts of each type", NULL,
     "setupdx rules words\n"
     "setupdx rules words --rules my-rules.yaml\n"
     "setupdx rules words --help\n",
     rules_options, NULL, dx_cmd_rules_words},
    {"rules new", "ID", "print a filled-in rule file to start from",
     "The result is a whole file: change it and run 'setupdx rules check' on it.",
     "setupdx rules new my.setup-failed > my-rules.yaml\n"
     "setupdx rules check my-rules.yaml\n"
     "setupdx scan --rules my-rules.yaml /mnt/logs\n",
     rules_options, NULL, dx_cmd_rules_new},
    {"completion", "bash", "print the completion script for a shell", NULL,
     "setupdx completion bash > ~/.local/share/bash-completion/completions/setupdx\n"
     "source <(setupdx completion bash)\n"
     "setupdx completion bash | less\n",
     bare_options, "bash", dx_cmd_completion},
    {"version", "", "show the versions of all that takes part", NULL,
     "setupdx version\n"
     "setupdx version -v\n"
     "setupdx version --rules my-rules.yaml\n",
     version_options, NULL, dx_cmd_version},
    {"help", "[COMMAND]", "show the help of a command", NULL,
     "setupdx help\n"
     "setupdx help scan\n"
     "setupdx help rules check\n",
     bare_options, "@command", dx_cmd_help},
    {0},
};
