/* Which clues of formats are met in usual logs of another format: each is tried as a regex with all
 * of such a log's head, in every log.
 *     usual_clues FORMATS FORMAT MOST UNCERTAIN <LOG
 * The log is of that format.  Clues of others with which a line of it may begin, and of whose
 * certain texts one stands in it more than MOST times a megabyte, are told, and the exit code is 1.
 * So are those of which nothing is certain, when there are more than UNCERTAIN. */
#include "usual.h"
#include <stdio.h>
#include <stdlib.h>
#include "core/scanner.h"
#include "parser/format_impl.h"

enum { TEXTS_MOST = 1 << 14 };

/* A text of a clue that is asked about, or DX_NONE: nothing is certain of it. */
typedef struct sought {
    const dx_format *format;
    size_t clue; /* by number in the format's list, from 1 on */
    dx_str text;
    size_t met;
} sought;

typedef struct list {
    sought p[TEXTS_MOST];
    size_t n;
} list;

static dx_formats *load(const char *path, dx_arena *arena)
{
    static dx_yset set;
    dx_faults faults = {.on_fault = usual_fault};
    dx_formats *formats = NULL;
    dx_err err = {0};

    if (dx_yset_add(&set, path, false, arena, &faults, &err) != DX_OK ||
        dx_formats_new(&formats, &set, &faults, &err) != DX_OK)
        usual_die(err.text);
    return formats;
}

static void add_clue(list *all, const dx_format *f, size_t i, dx_arena *arena)
{
    const dx_fragments found = dx_clues_certain(f->clues[i].line, arena);

    if (all->n + found.n >= TEXTS_MOST)
        usual_die("too many texts");
    for (size_t k = 0; k < found.n; k++)
        all->p[all->n++] = (sought){f, i + 1, found.p[k], 0};
    if (found.n == 0)
        all->p[all->n++] = (sought){f, i + 1, DX_NONE, 0};
}

/* With which a line of the log may begin, of formats but its own. */
static void add_clues(list *all, const dx_formats *formats, dx_str own, dx_str log, dx_arena *arena)
{
    const bool *fit = dx_clues_fit(dx_formats_clues(formats), DX_NONE, log, arena);
    const dx_format *const *format;
    const size_t n = dx_formats_all(formats, &format);

    if (fit == NULL)
        usual_die("out of memory");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; !dx_str_eq(format[i]->id, own) && k < format[i]->n_clues; k++)
            if (format[i]->clues[k].line && fit[format[i]->clues[k].number])
                add_clue(all, format[i], k, arena);
}

static void count(list *all, dx_str log)
{
    static dx_scan_literal literal[TEXTS_MOST];
    const dx_scan_range range = {.text = log, .until = log.n};
    dx_scanner *scanner = NULL;
    dx_scan_hits hits = {0};
    size_t n = 0;
    dx_err err = {0};

    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].text.n > 0)
            literal[n++] = (dx_scan_literal){all->p[i].text, (uint32_t)i};
    if (dx_scanner_new(&scanner, NULL, literal, n, &err) != DX_OK)
        usual_die(err.text);
    if (!dx_scanner_run(scanner, &range, &hits))
        usual_die("out of memory");
    for (size_t i = 0; i < hits.n; i++)
        all->p[hits.p[i].id].met++;
    dx_scan_hits_done(&hits);
    dx_scanner_free(scanner);
}

/* Gives how many were told. */
static size_t tell_met(const list *all, size_t bytes, double most)
{
    size_t told = 0;

    for (size_t i = 0; i < all->n; i++) {
        const sought *one = &all->p[i];
        const double times = (double)one->met * (1 << 20) / (double)bytes;
        if (times <= most)
            continue;
        printf("%.*s, clue %zu: '%.*s' stands in a usual log %.0f times a megabyte\n",
               DX_FMT(one->format->id), one->clue, DX_FMT(one->text), times);
        told++;
    }
    return told;
}

static size_t tell_uncertain(const list *all, size_t most)
{
    size_t n = 0;

    for (size_t i = 0; i < all->n; i++)
        n += all->p[i].text.n == 0;
    for (size_t i = 0; n > most && i < all->n; i++)
        if (all->p[i].text.n == 0)
            printf("%.*s, clue %zu: no four characters in a row are certain, as of %zu in all\n",
                   DX_FMT(all->p[i].format->id), all->p[i].clue, n);
    return n > most ? n : 0;
}

/* The log's lines as formats are asked about them: without the CR of a CRLF. */
static dx_str read_log(char *text)
{
    const size_t read = fread(text, 1, USUAL_LOG_MOST, stdin);
    size_t n = 0;

    for (size_t i = 0; i < read; i++)
        if (text[i] != '\r')
            text[n++] = text[i];
    return (dx_str){text, n};
}

int main(int argc, char **argv)
{
    static list all;
    dx_arena *arena = dx_arena_new(0);
    char *text = dx_arena_get(arena, USUAL_LOG_MOST);

    if (argc != 5 || text == NULL)
        usual_die("four arguments, and a log");
    const dx_str log = read_log(text);
    if (log.n < USUAL_LOG_LEAST)
        usual_die("a megabyte of a log at least");
    dx_formats *formats = load(argv[1], arena);
    add_clues(&all, formats, dx_str_of(argv[2]), log, arena);
    count(&all, log);
    const size_t told = tell_met(&all, log.n, strtod(argv[3], NULL)) +
                        tell_uncertain(&all, strtoul(argv[4], NULL, 10));
    dx_formats_free(formats);
    dx_arena_free(arena);
    return told > 0;
}
