/* Any log against all rules: events lie inside the log and its records, in order. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "core/utf.h"
#include "patterns/matcher.h"

typedef struct bench {
    const dx_formats *formats;
    dx_rulebook *book;
    dx_matcher *matcher;
} bench;

static bench open_bench(void)
{
    bench b = {.formats = fuzz_formats()};
    dx_err err = {0};
    dx_faults faults = {0};

    FUZZ_MUST(dx_rulebook_new(&b.book, fuzz_set("patterns/rules"), &faults, &err) == DX_OK);
    FUZZ_MUST(dx_matcher_new(&b.matcher, b.book, &err) == DX_OK);
    return b;
}

static void check_event(const bench *b, const dx_event *e, const dx_record *rec, uint32_t lines)
{
    FUZZ_MUST(dx_rulebook_signature(b->book, e->signature) != NULL);
    FUZZ_MUST(e->line >= rec->line && e->line < rec->line + rec->n_lines);
    FUZZ_MUST(e->last_line >= e->line && e->last_line <= lines);
    FUZZ_MUST(e->at < rec->view.text.n);
    FUZZ_MUST(e->seq == rec->seq && e->attempt == rec->attempt);
    FUZZ_MUST(e->text.n > 0 && e->text.n <= 2000 && dx_utf_valid(e->text));
    for (size_t i = 0; i < e->n_fields; i++)
        FUZZ_MUST(e->fields[i].name.n > 0 && dx_utf_valid(e->fields[i].text));
}

static void match_all(bench *b, dx_framer *f, dx_arena *into, uint32_t lines)
{
    dx_record rec;
    dx_err err = {0};

    dx_matcher_begin(b->matcher);
    while (dx_framer_next(f, &rec, &err) == DX_OK) {
        dx_events found = {0};
        FUZZ_MUST(dx_matcher_run(b->matcher, &rec, dx_framer_format(f), into, &found, &err) ==
                  DX_OK);
        for (size_t i = 0; i < found.n; i++)
            check_event(b, &found.p[i], &rec, lines);
        dx_arena_reset(into);
    }
}

static uint32_t count_lines(dx_framer *f)
{
    dx_record rec;
    dx_err err = {0};

    while (dx_framer_next(f, &rec, &err) == DX_OK) {
    }
    return dx_framer_lines(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bench b;
    dx_framer_options options = {0};
    dx_err err = {0};
    uint32_t lines = 0;
    dx_arena *into = dx_arena_new(0);

    if (!b.book)
        b = open_bench();
    options.n_openers = dx_rulebook_openers(b.book, &options.openers);
    for (int pass = 0; pass < 2; pass++) { /* how many lines there are is only known at the end */
        dx_source *src = NULL;
        dx_framer *f = NULL;
        const dx_str bytes = {(const char *)data, size};
        FUZZ_MUST(dx_source_memory(&src, DX_LIT("fuzz/setup.log"), bytes, &err) == DX_OK);
        FUZZ_MUST(dx_framer_open(&f, src, b.formats, &options, &err) == DX_OK);
        if (pass == 0)
            lines = count_lines(f);
        else
            match_all(&b, f, into, lines);
        dx_framer_close(f);
        dx_source_close(src);
    }
    dx_arena_free(into);
    return 0;
}
