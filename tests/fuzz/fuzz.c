#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include "core/utf.h"

void fuzz_die(const char *what, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}

int fuzz_choice(dx_str *text)
{
    if (text->n < 2 || text->p[0] != 1)
        return -1;
    const int choice = (unsigned char)text->p[1];
    *text = dx_str_slice(*text, 2, text->n);
    return choice;
}

static void print_fault(void *ctx, const dx_err *fault)
{
    char line[1000];
    (void)ctx;
    dx_err_format(fault, line, sizeof line);
    fprintf(stderr, "%s\n", line);
}

const dx_yset *fuzz_set(const char *folder)
{
    /* Kept in sight, so that they are no leaks. */
    static struct {
        dx_yset set;
        dx_arena *arena;
    } loaded[4];
    static size_t n;
    char path[600];
    dx_err err = {0};
    dx_faults faults = {.on_fault = print_fault};

    FUZZ_MUST(n < sizeof loaded / sizeof *loaded);
    snprintf(path, sizeof path, "%s/%s", DX_SOURCE_DIR, folder);
    loaded[n].arena = dx_arena_new(0);
    FUZZ_MUST(loaded[n].arena != NULL);
    FUZZ_MUST(dx_yset_add(&loaded[n].set, path, false, loaded[n].arena, &faults, &err) == DX_OK);
    FUZZ_MUST(faults.n == 0);
    return &loaded[n++].set;
}

const dx_formats *fuzz_formats(void)
{
    dx_formats *formats = NULL;
    dx_err err = {0};
    dx_faults faults = {.on_fault = print_fault};

    FUZZ_MUST(dx_formats_new(&formats, fuzz_set("parser/formats"), &faults, &err) == DX_OK);
    return formats;
}

static void check_view(const dx_view *view)
{
    FUZZ_MUST(dx_utf_valid(view->text));
    FUZZ_MUST(view->text.n == 0 || (view->n_starts >= 1 && view->start[0].at == 0));
    for (size_t i = 0; i < view->n_starts; i++) {
        FUZZ_MUST(view->start[i].at <= view->text.n);
        FUZZ_MUST(i == 0 || (view->start[i].at >= view->start[i - 1].at &&
                             view->start[i].line > view->start[i - 1].line));
    }
}

void fuzz_check_record(const dx_record *rec, dx_arena *into)
{
    FUZZ_MUST(rec->line >= 1 && rec->seq >= 1 && rec->attempt >= 1);
    FUZZ_MUST(dx_utf_valid(rec->text));
    check_view(&rec->view);
    for (int join = DX_JOIN_TIGHT; rec->other && join < DX_JOINS; join++) {
        dx_view view;
        if (rec->other(rec, (dx_join)join, into, &view))
            check_view(&view);
    }
}
