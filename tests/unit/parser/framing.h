/* Log formats from YAML text and whole logs as arrays of records: what the tests of framing and
 * matching share. */
#ifndef DX_TEST_PARSER_FRAMING_H
#define DX_TEST_PARSER_FRAMING_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/framer.h"

/* ---- formats ---- */

#define PLAIN_FORMATS                                                                              \
    "setupdx: 1\n"                                                                                 \
    "formats:\n"                                                                                   \
    "  - id: dialogs\n"                                                                            \
    "    fallback: plain\n"                                                                        \
    "    record: { paragraphs: true, joins: true }\n"                                              \
    "  - id: log\n"                                                                                \
    "    fallback: stamped\n"                                                                      \
    "    record:\n"                                                                                \
    "      joins: true\n"                                                                          \
    "      stamp: '^(?:(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2}) )?(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2}) " \
    "?(?:(?<level>ERROR|INFO|WARN) )?'\n"                                                          \
    "    time: { layouts: ['%Y-%m-%d %H:%M:%S'] }\n"                                               \
    "    levels: { error: ERROR, warning: WARN, info: INFO }\n"

typedef struct framing {
    dx_arena *arena;
    dx_formats *formats;
    dx_source *source;
    dx_framer *framer;
    dx_framer_options options;
    dx_str path;
} framing;

static inline void framing_fault(void *ctx, const dx_err *fault)
{
    char text[700];
    (void)ctx;
    dx_err_format(fault, text, sizeof text);
    print_error("%s\n", text);
}

static inline dx_formats *framing_formats(dx_arena *into, const char *yaml)
{
    dx_faults faults = {.on_fault = framing_fault};
    dx_err err = {0};
    dx_formats *formats = NULL;
    dx_yfile *file = dx_arena_get(into, sizeof *file);
    assert_non_null(file);
    *file = (dx_yfile){.path = DX_LIT("formats.yaml"), .name = DX_LIT("formats.yaml")};
    file->root = dx_ytree_parse(into, "formats.yaml", dx_str_of(yaml), &faults);
    assert_non_null(file->root);
    const dx_yset set = {.file = file, .n = 1, .newest_us = DX_NO_TIME};
    if (dx_formats_new(&formats, &set, &faults, &err) != DX_OK)
        fail_msg("%s", err.text);
    return formats;
}

static inline void framing_begin(framing *f, const char *yaml)
{
    memset(f, 0, sizeof *f);
    f->arena = dx_arena_new(0);
    assert_non_null(f->arena);
    f->formats = framing_formats(f->arena, yaml);
    f->path = DX_LIT("setup.log");
}

static inline void framing_open(framing *f, dx_str bytes)
{
    dx_err err = {0};
    dx_framer_close(f->framer);
    dx_source_close(f->source);
    f->framer = NULL;
    f->source = NULL;
    assert_int_equal(dx_source_memory(&f->source, f->path, bytes, &err), DX_OK);
    if (dx_framer_open(&f->framer, f->source, f->formats, &f->options, &err) != DX_OK)
        fail_msg("%s", err.text);
}

static inline void framing_end(framing *f)
{
    dx_framer_close(f->framer);
    dx_source_close(f->source);
    dx_formats_free(f->formats);
    dx_arena_free(f->arena);
}

/* One for a test, with the formats that all tests of its file ask. */
static inline int framing_new(void **state, const char *yaml)
{
    if (!(*state = malloc(sizeof(framing))))
        return -1;
    framing_begin(*state, yaml);
    return 0;
}

static inline int framing_free(void **state)
{
    framing_end(*state);
    free(*state);
    return 0;
}

/* ---- logs ---- */

typedef struct framed {
    dx_record *rec; /* their texts are copies */
    size_t n, cap;
    const dx_attempt *attempt;
    size_t n_attempts;
    const dx_str *note;
    size_t n_notes;
} framed;

static inline framed frame(framing *f, dx_str bytes)
{
    framed out = {0};
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;
    framing_open(f, bytes);
    while ((rc = dx_framer_next(f->framer, &rec, &err)) == DX_OK) {
        rec.text = dx_arena_copy(f->arena, rec.text);
        rec.view.text = dx_arena_copy(f->arena, rec.view.text);
        rec.view.start =
            dx_arena_dup(f->arena, rec.view.start, rec.view.n_starts * sizeof *rec.view.start);
        rec.component = dx_arena_copy(f->arena, rec.component);
        assert_true(DX_PUSH(f->arena, out.rec, out.n, out.cap, rec));
    }
    assert_int_equal(rc, DX_END);
    assert_int_equal(dx_framer_next(f->framer, &rec, &err), DX_END);
    out.n_attempts = dx_framer_attempts(f->framer, &out.attempt);
    out.n_notes = dx_framer_notes(f->framer, &out.note);
    return out;
}

static inline framed frame_text(framing *f, const char *text)
{
    return frame(f, dx_str_of(text));
}

static inline void assert_str(dx_str is, const char *wanted)
{
    if (!dx_str_eq(is, dx_str_of(wanted)))
        fail_msg("'%.*s' instead of '%s'", DX_FMT(is), wanted);
}

static inline void assert_note(const framed *log, const char *wanted)
{
    for (size_t i = 0; i < log->n_notes; i++)
        if (dx_str_eq(log->note[i], dx_str_of(wanted)))
            return;
    fail_msg("no note says '%s'", wanted);
}
#endif
