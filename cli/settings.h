/* What the command line asked for, before anything is opened. */
#ifndef DX_CLI_SETTINGS_H
#define DX_CLI_SETTINGS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DX_MAX_OUTPUTS = 16 };

typedef struct dx_words {
    const char **p;
    size_t n;
} dx_words;

/* `-f json -o r.json`: one rendering of the result. */
typedef struct dx_output {
    const char *format; /* NULL = text */
    const char *file;   /* NULL = standard output */
} dx_output;

typedef struct dx_settings {
    const char *db;
    const char *server, *server_from;
    const char *encoding, *log_format;
    dx_words rules;
    bool no_default_rules, no_cache;
    const char *color, *progress; /* one of the option's words, or NULL */
    const char *now;
    unsigned verbose;
    bool profile;
    bool quiet, strict, exit_zero, help, version;
    const char *near, *product;                   /* beside a code */
    const char *listen, *cert, *key, *token_file; /* of serve */
    dx_words names;
    bool hex, json;
    const char *why_not;               /* a rule beside a text or finding */
    const char *ticket_markup, *voice; /* how a finding is told in a ticket */
    bool watch;
    const char *since, *until; /* of questions over all that is stored */
    dx_words tags;
    const char *trend_of, *trend_by;
    uint64_t top, skip, weeks, quiet_weeks; /* 0 = default */
    const char *fix, *ticket, *reason, *by_whom, *silent_until;
    bool remove;
    const char *out_folder, *key_file, *map_file; /* of redact */
    bool verify, no_verify;
    const char *older_than, *merge_into; /* of db prune, db merge */
    bool list;                           /* of query */
    uint64_t row_limit, time_limit;
    const char *push_to;
    const char *answer_format; /* of commands that answer in one piece, or NULL */
    const char *list_format;   /* of rules list, or NULL */
    uint64_t jobs;             /* 0 = as many as there are processors */
    uint64_t limit_depth, limit_members, limit_bytes, limit_ratio; /* 0 = default */
    dx_output outputs[DX_MAX_OUTPUTS];
    size_t n_outputs;
} dx_settings;
#endif
