#include "cli/options.h"

#include <stdint.h>
#include <string.h>

#include "core/os.h"
#include "report/cmdline.h"

enum { TOO_MANY_EDITS = 3 };

/* Where the reader stands in argv. */
typedef struct reader {
    dx_invocation *out;
    char **argv;
    int argc, at;
    const char **args; /* room for argc */
    size_t n_args;
    dx_err *err;
} reader;

static const dx_option *find_long(const dx_command *command, dx_str name)
{
    for (const dx_option *o = command->options; o->name; o++) {
        if (dx_str_eq(name, dx_str_of(o->name)))
            return o;
    }
    return NULL;
}

static const dx_option *find_letter(const dx_command *command, char letter)
{
    for (const dx_option *o = command->options; o->name; o++) {
        if (o->letter == letter)
            return o;
    }
    return NULL;
}

/* Of a command; NULL when none is like it. */
static const char *nearest_option(const dx_command *command, const char *name)
{
    dx_meant near = dx_meant_by(dx_str_of(name), TOO_MANY_EDITS);
    for (const dx_option *o = command->options; o->name; o++)
        dx_meant_see(&near, dx_str_of(o->name));
    return near.word.p;
}

const char *dx_command_nearest(const char *name)
{
    dx_meant near = dx_meant_by(dx_str_of(name), TOO_MANY_EDITS);
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++)
        dx_meant_see(&near, dx_str_of(c->name));
    return near.word.p;
}

const dx_command *dx_command_find(const char *name)
{
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        if (strcmp(c->name, name) == 0)
            return c;
    }
    return NULL;
}

/* The word of a list that was meant: *there when it is as typed. */
static dx_str nearest_word(const char *words, dx_str typed, bool *there)
{
    dx_str rest = dx_str_of(words), word;
    dx_meant near = dx_meant_by(typed, TOO_MANY_EDITS);
    *there = false;
    while (!*there && dx_str_next(&rest, ' ', &word)) {
        *there = dx_str_eq(word, typed);
        dx_meant_see(&near, word);
    }
    return near.word;
}

static dx_rc take_one_of(reader *r, const dx_option *o, const char *value)
{
    bool there;
    const dx_str near = nearest_word(o->values, dx_str_of(value), &there);

    if (!there)
        return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE, "--%s takes one of: %s; not '%s'%s%.*s%s",
                       o->name, o->values, value, near.n ? ": did you mean '" : "", DX_FMT(near),
                       near.n ? "'?" : "");
    *(const char **)((char *)&r->out->settings + o->at) = value;
    return DX_OK;
}

/* "64G" and the like. */
static bool read_number(dx_str text, uint64_t *out)
{
    static const char suffixes[] = "KMGT";
    unsigned shift = 0;
    long long number;

    const char *suffix = text.n ? strchr(suffixes, text.p[text.n - 1]) : NULL;
    if (suffix && *suffix) {
        shift = 10 * (unsigned)(suffix - suffixes + 1);
        text.n--;
    }
    if (!dx_str_to_i64(text, &number) || number <= 0 || number > (INT64_MAX >> shift))
        return false;
    *out = (uint64_t)number << shift;
    return true;
}

static dx_rc add_format(reader *r, const char *value)
{
    dx_settings *s = &r->out->settings;
    if (s->n_outputs == DX_MAX_OUTPUTS)
        return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE, "over %d formats at once", DX_MAX_OUTPUTS);
    s->outputs[s->n_outputs++] = (dx_output){.format = value};
    return DX_OK;
}

static dx_rc name_output(reader *r, const char *value)
{
    dx_settings *s = &r->out->settings;
    if (s->n_outputs == 0 && add_format(r, NULL) != DX_OK)
        return DX_FAIL;
    dx_output *last = &s->outputs[s->n_outputs - 1];
    if (last->file)
        return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE,
                       "'-o %s' and '-o %s' are for the same format: put '-f FORMAT' before each",
                       last->file, value);
    last->file = value;
    return DX_OK;
}

static dx_rc add_to_list(reader *r, dx_words *list, const char *value)
{
    if (!list->p)
        list->p = dx_arena_get(r->out->arena, (size_t)r->argc * sizeof *list->p);
    if (!list->p)
        return dx_nomem(r->err);
    list->p[list->n++] = value;
    return DX_OK;
}

static dx_rc apply(reader *r, const dx_option *o, const char *value)
{
    void *const at = (char *)&r->out->settings + o->at;

    switch (o->kind) {
    case DX_OPT_FLAG:
        *(bool *)at = true;
        return DX_OK;
    case DX_OPT_COUNT:
        ++*(unsigned *)at;
        return DX_OK;
    case DX_OPT_TEXT:
        *(const char **)at = value;
        return DX_OK;
    case DX_OPT_WORD:
        return take_one_of(r, o, value);
    case DX_OPT_NUMBER:
        if (!read_number(dx_str_of(value), at))
            return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE,
                           "--%s takes a number above 0 (K, M, G and T are known); not '%s'",
                           o->name, value);
        return DX_OK;
    case DX_OPT_LIST:
        return add_to_list(r, at, value);
    case DX_OPT_FORMAT:
        return add_format(r, value);
    case DX_OPT_OUTPUT:
        return name_output(r, value);
    }
    return DX_OK;
}

/* Of "name=value", or of "name" alone. */
static dx_str name_in(const char *word)
{
    return (dx_str){word, strcspn(word, "=")};
}

/* "--ticket --db x": the value was forgotten, not meant to be "--db". */
static bool is_known_option(const reader *r, const char *word)
{
    return word[0] == '-' && word[1] == '-' && word[2] != '\0' &&
           find_long(r->out->command, name_in(word + 2)) != NULL;
}

/* The value of an option: what stands behind it in the same word, or the next word. */
static dx_rc take_value(reader *r, const dx_option *o, const char *attached)
{
    if (!attached && r->at < r->argc && !is_known_option(r, r->argv[r->at]))
        attached = r->argv[r->at++];
    if (!attached)
        return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE, "--%s needs a value: --%s %s", o->name,
                       o->name, o->argument);
    return apply(r, o, attached);
}

static dx_rc take_long(reader *r, const char *word)
{
    const dx_command *command = r->out->command;
    const char *equals = strchr(word, '=');
    const dx_str name = name_in(word);
    const dx_option *o = find_long(command, name);

    if (!o) {
        const dx_str typed = dx_arena_copy(r->out->arena, name);
        const char *near = typed.p ? nearest_option(command, typed.p) : NULL;
        return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE,
                       near ? "unknown option '--%.*s': did you mean '--%s'?"
                            : "unknown option '--%.*s'; see: setupdx %s --help",
                       DX_FMT(name), near ? near : command->name);
    }
    if (o->argument)
        return take_value(r, o, equals ? equals + 1 : NULL);
    if (equals)
        return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE, "--%s takes no value", o->name);
    return apply(r, o, NULL);
}

static bool is_file(const char *path)
{
    dx_file_info info = {.kind = DX_FILE_NONE};
    dx_err ignored = {0};

    return dx_os_stat(path, &info, &ignored) == DX_OK && info.kind == DX_FILE_PLAIN;
}

static dx_rc no_letter(const reader *r, char letter, const char *letters)
{
    const char *words = "unknown option '-%c' in '-%s'";

    if (is_file(letters - 1))
        words = "unknown option '-%c': the file is './-%s'";
    else if (letters[1] && find_long(r->out->command, dx_str_of(letters)))
        words = "unknown option '-%c': did you mean '--%s'?";
    return dx_fail(r->err, DX_E_USAGE, DX_NOWHERE, words, letter, letters);
}

/* "-v", "-vq", "-fjson", "-f json": what stands behind a dash. */
static dx_rc take_letters(reader *r, const char *letters)
{
    for (const char *l = letters; *l; l++) {
        const dx_option *o = find_letter(r->out->command, *l);
        if (!o)
            return no_letter(r, *l, letters);
        if (o->argument)
            return take_value(r, o, l[1] ? l + 1 : NULL);
        if (apply(r, o, NULL) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static bool is_argument(const char *word)
{
    /* "-" is standard input, "-2147024891" a code. */
    return word[0] != '-' || word[1] == '\0' || (word[1] >= '0' && word[1] <= '9');
}

static dx_rc take_word(reader *r, const char *word, bool *only_arguments)
{
    if (*only_arguments || is_argument(word)) {
        r->args[r->n_args++] = word;
        return DX_OK;
    }
    if (strcmp(word, "--") == 0) {
        *only_arguments = true;
        return DX_OK;
    }
    return word[1] == '-' ? take_long(r, word + 2) : take_letters(r, word + 1);
}

/* The command that the first words name; the default one when they name none. */
static const dx_command *take_command(reader *r)
{
    const char *first = r->argc > 1 ? r->argv[1] : "";
    const char *second = r->argc > 2 ? r->argv[2] : "";
    const dx_str both = dx_arena_printf(r->out->arena, "%s %s", first, second);
    const dx_command *command = both.p ? dx_command_find(both.p) : NULL;

    r->at = 3;
    if (!command) {
        command = dx_command_find(first);
        r->at = 2;
    }
    if (!command) {
        command = dx_commands[0];
        r->at = 1;
    }
    return command;
}

static bool ends_in_db(const char *word)
{
    return dx_str_iends(dx_str_of(word), DX_LIT(".db"));
}

static bool begins_as_store(const char *path)
{
    static const char begin[] = "SQLite format 3";
    char bytes[sizeof begin] = {0};
    dx_file *file = NULL;
    dx_err ignored = {0};
    size_t got = 0;

    if (!is_file(path) || dx_file_open(&file, path, &ignored) != DX_OK)
        return false;
    const bool read = dx_file_read(file, bytes, sizeof bytes, &got, &ignored) == DX_OK;
    dx_file_close(file);
    return read && got == sizeof bytes && memcmp(bytes, begin, sizeof begin) == 0;
}

/* A file is one by what it begins with: some commands make a store of an empty file, which may be
 * the log of somebody. */
static bool is_store(const char *word)
{
    return strstr(word, "://") || ends_in_db(word) || begins_as_store(word);
}

/* Of a command that takes no argument, but a store: `db check site.db`. */
static void take_store(dx_invocation *made)
{
    if (made->n_args != 1 || made->command->arguments[0] != '\0' || made->settings.db ||
        !find_long(made->command, DX_LIT("db")) || !is_store(made->args[0]))
        return;
    made->settings.db = made->args[0];
    made->n_args = 0;
}

dx_rc dx_options_parse(dx_invocation *out, int argc, char **argv, dx_arena *arena, dx_err *err)
{
    dx_invocation made = {.arena = arena};
    reader r = {.out = &made, .argv = argv, .argc = argc, .err = err};
    bool only_arguments = false;

    r.args = dx_arena_get(arena, ((size_t)argc + 1) * sizeof *r.args);
    if (!r.args)
        return dx_nomem(err);
    made.command = take_command(&r);
    made.named = r.at > 1;
    while (r.at < argc) {
        if (take_word(&r, argv[r.at++], &only_arguments) != DX_OK)
            return DX_FAIL;
    }
    made.args = r.args;
    made.n_args = r.n_args;
    take_store(&made);
    *out = made;
    return DX_OK;
}

/* How people who know other tools spell things, and how it is said here. */
static const struct {
    const char *word, *here; /* %s = the value */
} windows_words[] = {
    {"?", "setupdx --help"},
    {"help", "setupdx --help"},
    {"h", "setupdx --help"},
    {"LogsPath", "setupdx scan %s"},
    {"Output", "-o %s"},
    {"Format", "-f %s"},
    {"Verbose", "-v"},
    {"Quiet", "-q"},
    {"Scenario", "setupdx scan PATH"},
    {"Mode", "setupdx scan PATH"},
    {"ZipLogs", "setupdx scan FILE.zip (archives are read as they are)"},
};

bool dx_options_windows_style(const dx_command *command, const char *arg, dx_arena *arena,
                              const char **advice)
{
    if (arg[0] != '/' || arg[1] == '\0')
        return false;
    const char *colon = strpbrk(arg + 1, ":=");
    const dx_str word = {arg + 1, colon ? (size_t)(colon - arg - 1) : strlen(arg + 1)};
    const char *value = colon ? colon + 1 : "";

    for (size_t i = 0; i < sizeof windows_words / sizeof *windows_words; i++) {
        if (!dx_str_ieq(word, dx_str_of(windows_words[i].word)))
            continue;
        const char *hole = strstr(windows_words[i].here, "%s");
        const size_t before =
            hole ? (size_t)(hole - windows_words[i].here) : strlen(windows_words[i].here);
        const dx_str given = hole ? dx_cmdline_word(arena, dx_str_of(value), "...") : DX_LIT("");
        *advice = dx_arena_printf(arena, "%.*s%.*s%s", (int)before, windows_words[i].here,
                                  DX_FMT(given), hole ? hole + 2 : "")
                      .p;
        return *advice != NULL;
    }
    for (const dx_option *o = command->options; o->name; o++) {
        if (!dx_str_ieq(word, dx_str_of(o->name)))
            continue;
        *advice = dx_arena_printf(arena, "--%s%s%s", o->name, o->argument ? " " : "",
                                  o->argument ? (*value ? value : o->argument) : "")
                      .p;
        return *advice != NULL;
    }
    return false;
}
