/* What the tests of the matcher share: the rules of fixtures/matcher with some formats, and the
 * events of whole texts. */
#ifndef DX_TEST_PATTERNS_MATCHING_H
#define DX_TEST_PATTERNS_MATCHING_H
#include "tests/unit/parser/framing.h"

#include <stdlib.h>

#include "core/buf.h"
#include "patterns/matcher.h"

typedef struct bench {
    framing framing;
    dx_yset set;
    dx_rulebook *book;
    dx_matcher *matcher;
} bench;

static inline int set_up(void **state)
{
    bench *b = calloc(1, sizeof *b);
    dx_faults faults = {.on_fault = framing_fault};
    dx_err err = {0};
    if (!b)
        return -1;
    framing_begin(&b->framing, PLAIN_FORMATS "  - id: lines\n"
                                             "    detect: { line: '^LINES$' }\n"
                                             "  - id: runs\n"
                                             "    detect: { line: '^RUN' }\n"
                                             "    record: { joins: true }\n"
                                             "    attempts: { starts: '^RUN' }\n"
                                             "  - id: article\n"
                                             "    detect: { line: '^SYMPTOMS$' }\n"
                                             "    record: { paragraphs: true, joins: true }\n"
                                             "    advice: { from: '^CAUSE$' }\n");
    static const char folder[] = DX_SOURCE_DIR "/tests/unit/patterns/fixtures/matcher";
    assert_int_equal(dx_yset_add(&b->set, folder, false, b->framing.arena, &faults, &err), DX_OK);
    if (dx_rulebook_new(&b->book, &b->set, &faults, &err) != DX_OK)
        fail_msg("%s", err.text);
    assert_int_equal(dx_matcher_new(&b->matcher, b->book, &err), DX_OK);
    b->framing.options.n_openers = dx_rulebook_openers(b->book, &b->framing.options.openers);
    *state = b;
    return 0;
}

static inline int tear_down(void **state)
{
    bench *b = *state;
    dx_matcher_free(b->matcher);
    dx_rulebook_free(b->book);
    framing_end(&b->framing);
    free(b);
    return 0;
}

/* ---- matching ---- */

typedef struct matched {
    dx_event *event;
    size_t n, cap;
} matched;

static inline matched match(bench *b, dx_str text)
{
    matched out = {0};
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;
    framing_open(&b->framing, text);
    dx_matcher_begin(b->matcher);
    while ((rc = dx_framer_next(b->framing.framer, &rec, &err)) == DX_OK) {
        dx_events found;
        assert_int_equal(dx_matcher_run(b->matcher, &rec, dx_framer_format(b->framing.framer),
                                        b->framing.arena, &found, &err),
                         DX_OK);
        for (size_t i = 0; i < found.n; i++)
            assert_true(DX_PUSH(b->framing.arena, out.event, out.n, out.cap, found.p[i]));
    }
    assert_int_equal(rc, DX_END);
    return out;
}

static inline matched match_text(bench *b, const char *text)
{
    return match(b, dx_str_of(text));
}

/* "t.reg:3 t.script:4-6" */
static inline void assert_found(const matched *m, const char *wanted)
{
    dx_buf said = {0};
    for (size_t i = 0; i < m->n; i++) {
        const dx_event *e = &m->event[i];
        dx_buf_printf(&said, "%s%.*s:%u", i ? " " : "", DX_FMT(e->signature), e->line);
        if (e->last_line != e->line)
            dx_buf_printf(&said, "-%u", e->last_line);
    }
    if (strcmp(said.p ? said.p : "", wanted) != 0)
        fail_msg("'%s' instead of '%s'", said.p ? said.p : "", wanted);
    dx_buf_done(&said);
}

static inline void assert_finds(bench *b, const char *text, const char *wanted)
{
    const matched m = match_text(b, text);
    assert_found(&m, wanted);
}

static inline void assert_field(const dx_event *e, const char *name, const char *wanted)
{
    const dx_field *f = dx_event_field(e, dx_str_of(name));
    assert_non_null(f);
    assert_str(f->text, wanted);
}

static inline bool has_text(const dx_event *e, const char *name, const char *wanted)
{
    const dx_field *f = dx_event_field(e, dx_str_of(name));
    return f != NULL && dx_str_eq(f->text, dx_str_of(wanted));
}

#define matcher_test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#endif
