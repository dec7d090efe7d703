#include "cli/option_rows.h"

const dx_option dx_rules_options[] = {OPT_RULES, OPT_NO_DEFAULT_RULES, OPT_NO_CACHE, OPT_HELP,
                                      OPT_END};

const dx_option dx_bare_options[] = {OPT_HELP, OPT_END};

/* Every command, in the order of --help; each is defined in cli/cmd_NAME.c. */
#define COMMANDS(X)                                                                                \
    X(scan)                                                                                        \
    X(ingest)                                                                                      \
    X(rediagnose)                                                                                  \
    X(trend)                                                                                       \
    X(trend_new)                                                                                   \
    X(trend_regressed)                                                                             \
    X(trend_spreading)                                                                             \
    X(trend_quiet)                                                                                 \
    X(trend_fixes)                                                                                 \
    X(server)                                                                                      \
    X(server_list)                                                                                 \
    X(server_show)                                                                                 \
    X(server_alias)                                                                                \
    X(server_tag)                                                                                  \
    X(resolve)                                                                                     \
    X(silence)                                                                                     \
    X(unsilence)                                                                                   \
    X(query)                                                                                       \
    X(db)                                                                                          \
    X(db_merge)                                                                                    \
    X(db_check)                                                                                    \
    X(db_snapshot)                                                                                 \
    X(db_prune)                                                                                    \
    X(db_dump)                                                                                     \
    X(db_push)                                                                                     \
    X(db_schema)                                                                                   \
    X(db_stats)                                                                                    \
    X(redact)                                                                                      \
    X(explain)                                                                                     \
    X(report)                                                                                      \
    X(serve)                                                                                       \
    X(code)                                                                                        \
    X(rules)                                                                                       \
    X(rules_check)                                                                                 \
    X(rules_list)                                                                                  \
    X(rules_show)                                                                                  \
    X(rules_try)                                                                                   \
    X(rules_words)                                                                                 \
    X(rules_new)                                                                                   \
    X(completion)                                                                                  \
    X(version)                                                                                     \
    X(help)

#define DECLARE(name) extern const dx_command dx_command_##name;
COMMANDS(DECLARE)

#define ROW(name) &dx_command_##name,
const dx_command *const dx_commands[] = {COMMANDS(ROW) NULL};
