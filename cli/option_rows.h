/* Option rows that several commands share.  Included by cli/cmd_*.c only. */
#ifndef DX_CLI_OPTION_ROWS_H
#define DX_CLI_OPTION_ROWS_H
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
#define OPT_NO_CACHE                                                                               \
    {                                                                                              \
        "no-cache", 0, NULL, DX_OPT_FLAG, AT(no_cache), NULL,                                      \
            "read and check all rule files anew, and keep nothing of it for the next run"          \
    }
#define OPT_JOBS                                                                                   \
    {                                                                                              \
        "jobs", 'j', "N", DX_OPT_NUMBER, AT(jobs), NULL,                                           \
            "read this many files at a time [one for each processor]"                              \
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
            "write the result as text, json, ndjson, html, markdown, csv, sarif, junit or "        \
            "prometheus; may be repeated with -o"                                                  \
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
#define OPT_LOG_SERVER                                                                             \
    {                                                                                              \
        "server", 0, "NAME", DX_OPT_TEXT, AT(server), NULL, "the server that the logs come from"   \
    }
#define OPT_SERVER_FROM                                                                            \
    {                                                                                              \
        "server-from", 0, "REGEX", DX_OPT_TEXT, AT(server_from), NULL,                             \
            "take the name of a log's server from its path, where the log does not say it: PCRE2 " \
            "with a group named 'server'"                                                          \
    }
#define OPT_ENCODING                                                                               \
    {                                                                                              \
        "encoding", 0, "NAME", DX_OPT_TEXT, AT(encoding),                                          \
            "utf-8 utf-16le utf-16be cp1252 cp437 cp850", "do not guess the encoding of the logs"  \
    }
#define OPT_LOG_FORMAT                                                                             \
    {                                                                                              \
        "log-format", 0, "ID", DX_OPT_TEXT, AT(log_format), "@log-format",                         \
            "do not guess the format of the logs"                                                  \
    }
#define OPT_LIMIT_DEPTH                                                                            \
    {                                                                                              \
        "limit-depth", 0, "N", DX_OPT_NUMBER, AT(limit_depth), NULL,                               \
            "archives inside archives [4]"                                                         \
    }
#define OPT_LIMIT_MEMBERS                                                                          \
    {                                                                                              \
        "limit-members", 0, "N", DX_OPT_NUMBER, AT(limit_members), NULL,                           \
            "files in one archive [100000]"                                                        \
    }
#define OPT_LIMIT_BYTES                                                                            \
    {                                                                                              \
        "limit-bytes", 0, "N", DX_OPT_NUMBER, AT(limit_bytes), NULL,                               \
            "bytes unpacked from one archive [64G]"                                                \
    }
#define OPT_LIMIT_RATIO                                                                            \
    {                                                                                              \
        "limit-ratio", 0, "N", DX_OPT_NUMBER, AT(limit_ratio), NULL,                               \
            "unpacked to packed bytes of one archive [1000]"                                       \
    }
/* ---- questions over all that is stored ---- */

#define OPT_SINCE                                                                                  \
    {                                                                                              \
        "since", 0, "TIME", DX_OPT_TEXT, AT(since), NULL,                                          \
            "from this time on: 24h, 7d, 12w, 2026-11-01"                                          \
    }
#define OPT_UNTIL                                                                                  \
    {                                                                                              \
        "until", 0, "TIME", DX_OPT_TEXT, AT(until), NULL, "up to this time, not included"          \
    }
#define OPT_SERVER                                                                                 \
    {                                                                                              \
        "server", 0, "NAME", DX_OPT_TEXT, AT(server), NULL,                                        \
            "only this server, by its name or an alias"                                            \
    }
#define OPT_PRODUCT                                                                                \
    {                                                                                              \
        "product", 0, "NAME", DX_OPT_TEXT, AT(product), NULL, "only this product"                  \
    }
#define OPT_TAG                                                                                    \
    {                                                                                              \
        "tag", 0, "NAME=VALUE", DX_OPT_LIST, AT(tags), NULL,                                       \
            "only servers with this tag; may be repeated: all must hold"                           \
    }
#define OPT_FILTER OPT_SERVER, OPT_PRODUCT, OPT_TAG
#define OPT_TOP                                                                                    \
    {                                                                                              \
        "top", 0, "N", DX_OPT_NUMBER, AT(top), NULL, "so many rows, 1000 at most"                  \
    }
#define OPT_SKIP                                                                                   \
    {                                                                                              \
        "skip", 0, "N", DX_OPT_NUMBER, AT(skip), NULL, "leave out the first N rows"                \
    }
#define OPT_PAGE OPT_TOP, OPT_SKIP
#define OPT_ANSWER_FORMAT                                                                          \
    {                                                                                              \
        "format", 'f', "FORMAT", DX_OPT_FORMAT, 0, "table json csv html",                          \
            "write the answer as table, json, csv or html; may be repeated with -o"                \
    }
#define OPT_ANSWER OPT_DB, OPT_ANSWER_FORMAT, OPT_OUTPUT, OPT_COLOR, OPT_QUIET, OPT_NOW, OPT_HELP
#define OPT_BY_WHOM                                                                                \
    {                                                                                              \
        "by", 0, "NAME", DX_OPT_TEXT, AT(by_whom), NULL, "who says so [the user's name]"           \
    }
#define OPT_TABLE_FORMAT                                                                           \
    {                                                                                              \
        "format", 'f', "FORMAT", DX_OPT_WORD, AT(answer_format), "table json csv",                 \
            "write the answer as table, json or csv"                                               \
    }
#define OPT_END                                                                                    \
    {                                                                                              \
        0                                                                                          \
    }

/* Options of several commands. */
extern const dx_option dx_rules_options[];

/* Options of several commands. */
extern const dx_option dx_bare_options[];
#endif
