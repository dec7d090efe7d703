/* Which signatures are looked for by what usual lines hold: such a literal makes every scan slower,
 * whether or not anything is found.
 *     usual RULES FORMATS FORMAT MOST <LOG
 * The log, in which nothing fails, is scanned for the signatures that are in the format's scope.
 * Those that are met more than MOST times a megabyte are told, and the exit code is 1. */
#include "usual.h"
#include <stdio.h>
#include <stdlib.h>
#include "core/scanner.h"
#include "patterns/rulebook.h"
#include "patterns/sought.h"

static dx_rulebook *load(const char *rules, const char *formats, dx_arena *arena)
{
    static dx_yset set;
    dx_faults faults = {.on_fault = usual_fault};
    dx_rulebook *book = NULL;
    dx_err err = {0};

    if (dx_yset_add(&set, rules, false, arena, &faults, &err) != DX_OK ||
        dx_yset_add(&set, formats, false, arena, &faults, &err) != DX_OK ||
        dx_rulebook_new(&book, &set, &faults, &err) != DX_OK)
        usual_die(err.text);
    return book;
}

/* How often each signature is met, by index. */
static size_t *count(const dx_rulebook *book, dx_str format, dx_str log, dx_arena *arena)
{
    const dx_signature *const *all;
    const size_t n = dx_rulebook_signatures(book, &all);
    size_t *met = dx_arena_get(arena, (n + 1) * sizeof *met);
    bool *wanted = dx_arena_get(arena, n + 1);
    dx_scan_hits hits = {0};

    if (met == NULL || wanted == NULL)
        usual_die("out of memory");
    for (size_t i = 0; i < n; i++)
        wanted[i] = dx_signature_in(all[i], format);
    const dx_scan_range range = {
        .text = log, .until = log.n, .wanted = wanted, .n_wanted = (uint32_t)n};
    if (!dx_scanner_run(dx_rulebook_sought(book)->scanner, &range, &hits))
        usual_die("out of memory");
    for (size_t i = 0; i < hits.n; i++)
        met[hits.p[i].id]++;
    dx_scan_hits_done(&hits);
    return met;
}

int main(int argc, char **argv)
{
    dx_arena *arena = dx_arena_new(0);
    char *text = dx_arena_get(arena, USUAL_LOG_MOST);
    const dx_signature *const *all;
    int code = 0;

    if (argc != 5 || text == NULL)
        usual_die("four arguments, and a log");
    const dx_str log = {text, fread(text, 1, USUAL_LOG_MOST, stdin)};
    if (log.n < USUAL_LOG_LEAST)
        usual_die("a megabyte of a log at least");
    const double most = strtod(argv[4], NULL);
    const dx_rulebook *book = load(argv[1], argv[2], arena);
    const size_t *met = count(book, dx_str_of(argv[3]), log, arena);
    const size_t n = dx_rulebook_signatures(book, &all);
    for (size_t i = 0; i < n; i++) {
        const double times = (double)met[i] * (1 << 20) / (double)log.n;
        if (times <= most)
            continue;
        printf("%.*s is looked for by what a usual log holds %.0f times a megabyte\n",
               DX_FMT(all[i]->id), times);
        code = 1;
    }
    dx_arena_free(arena);
    return code;
}
