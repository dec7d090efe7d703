/* Any log in any format becomes records in order, each in an attempt that exists. */
#include "fuzz.h"

#include "core/utf.h"

static void check_attempts(const dx_framer *f, uint32_t highest, uint32_t lines)
{
    const dx_attempt *attempts;
    const size_t n = dx_framer_attempts(f, &attempts);

    FUZZ_MUST(n >= 1 && highest <= n);
    for (size_t i = 0; i < n; i++) {
        const dx_attempt *a = &attempts[i];
        FUZZ_MUST(a->ordinal == i + 1 && a->parent < a->ordinal);
        FUZZ_MUST(a->outcome_line <= lines && a->last_line <= lines);
        FUZZ_MUST(a->first_line <= a->last_line || a->last_line == 0);
        FUZZ_MUST(dx_utf_valid(a->server) && dx_utf_valid(a->outcome_text));
        for (size_t k = 0; k < a->n_facts; k++)
            FUZZ_MUST(dx_utf_valid(a->facts[k].value) && a->facts[k].line <= lines);
    }
}

static void read_all(dx_framer *f)
{
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;
    uint32_t line = 0, seq = 0, highest = 0;
    dx_arena *scratch = dx_arena_new(0);

    FUZZ_MUST(scratch != NULL);
    while ((rc = dx_framer_next(f, &rec, &err)) == DX_OK) {
        FUZZ_MUST(rec.seq == rec.line && rec.seq >= seq && rec.line >= line);
        fuzz_check_record(&rec, scratch);
        dx_arena_reset(scratch);
        seq = rec.seq;
        line = rec.line;
        highest = rec.attempt > highest ? rec.attempt : highest;
    }
    FUZZ_MUST(rc == DX_END);
    check_attempts(f, highest, dx_framer_lines(f));
    dx_arena_free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const dx_formats *formats;
    const dx_format *const *all;
    dx_str bytes = {(const char *)data, size};
    dx_framer_options options = {0};
    dx_source *src = NULL;
    dx_framer *f = NULL;
    dx_err err = {0};

    if (!formats)
        formats = fuzz_formats();
    const int choice = fuzz_choice(&bytes);
    const size_t n = dx_formats_all(formats, &all);
    if (choice >= 0)
        options.format = dx_format_id(all[(size_t)choice % n]).p;
    FUZZ_MUST(dx_source_memory(&src, DX_LIT("fuzz/setup.log"), bytes, &err) == DX_OK);
    FUZZ_MUST(dx_framer_open(&f, src, formats, &options, &err) == DX_OK);
    read_all(f);
    dx_framer_close(f);
    dx_source_close(src);
    return 0;
}
