/* Commands and their options as tables: parsing, --help, completion and the manual's test read
 * the same rows, so that they cannot disagree. */
#ifndef DX_CLI_COMMAND_H
#define DX_CLI_COMMAND_H
#include "core/arena.h"
#include "core/err.h"
#include "cli/settings.h"

/* Exit codes; what a script may rely on. */
enum {
    DX_EXIT_OK = 0,
    DX_EXIT_FAILURE_FOUND = 1,
    DX_EXIT_USAGE = 2, /* also: a faulty rule */
    DX_EXIT_INCOMPLETE = 3,
    DX_EXIT_RUNTIME = 4,
    DX_EXIT_INTERRUPTED = 130
};

typedef enum dx_option_kind {
    DX_OPT_FLAG,   /* bool */
    DX_OPT_COUNT,  /* unsigned, one more each time */
    DX_OPT_TEXT,   /* const char * */
    DX_OPT_WORD,   /* const char *, one of the blank-separated words in `values` */
    DX_OPT_NUMBER, /* uint64_t; K, M, G and T are powers of 1024 */
    DX_OPT_LIST,   /* dx_words */
    DX_OPT_FORMAT, /* opens another entry of outputs */
    DX_OPT_OUTPUT  /* names the file of the last one */
} dx_option_kind;

typedef struct dx_option {
    const char *name;     /* without dashes */
    char letter;          /* 0 = none */
    const char *argument; /* shown in help; NULL = takes none */
    dx_option_kind kind;
    size_t at;          /* of the value in dx_settings */
    const char *values; /* words to complete, or "@file", "@dir", "@format", "@log-format" */
    const char *help;
} dx_option;

typedef struct dx_command dx_command;

/* One run of the program, parsed. */
typedef struct dx_invocation {
    const dx_command *command;
    bool named; /* false: nobody named it, so it is the default */
    dx_settings settings;
    const char *const *args; /* what is no option */
    size_t n_args;
    dx_arena *arena; /* lives until the program ends */
} dx_invocation;

struct dx_command {
    const char *name;                    /* "scan", "rules check" */
    const char *arguments;               /* "PATH..." */
    const char *summary;                 /* one line */
    const char *about;                   /* what it does, or NULL */
    const char *examples;                /* lines, three of them first in --help */
    const dx_option *options;            /* ends with a NULL name */
    const char *complete;                /* what its arguments are: "@file", "@rule", words */
    int (*run)(const dx_invocation *in); /* exit code; prints its own errors */
};

/* The first is the default.  Ends with NULL. */
extern const dx_command *const dx_commands[];
const dx_command *dx_command_find(const char *name);
#endif
