/* A small rule book and attempts told message by message: what the tests of diagnosis/ share. */
#ifndef DX_TEST_DIAGNOSIS_FIXTURE_H
#define DX_TEST_DIAGNOSIS_FIXTURE_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/diagnose.h"

/* ---- the book: book.yaml, and rules of a test's own ---- */

typedef struct fixture {
    dx_arena *arena;
    dx_yfile file[2];
    dx_rulebook *book;
} fixture;

static inline void fixture_fault(void *ctx, const dx_err *fault)
{
    char text[700];
    (void)ctx;
    dx_err_format(fault, text, sizeof text);
    print_error("%s\n", text);
}

static inline dx_str fixture_read(dx_arena *into, const char *path)
{
    static const size_t most = 1 << 16;
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *p = dx_arena_get(into, most);
    assert_non_null(p);
    const size_t n = fread(p, 1, most, in);
    assert_true(n > 0 && n < most);
    assert_int_equal(fclose(in), 0);
    return (dx_str){p, n};
}

/* `more`: the items of another `diagnoses:`, or NULL. */
static inline void fixture_open(fixture *f, const char *more)
{
    static const char path[] = DX_SOURCE_DIR "/tests/unit/diagnosis/book.yaml";
    dx_faults faults = {.on_fault = fixture_fault};
    dx_err err = {0};
    f->arena = dx_arena_new(0);
    assert_non_null(f->arena);
    f->file[0] = (dx_yfile){.path = dx_str_of(path), .name = DX_LIT("book.yaml")};
    f->file[0].root = dx_ytree_parse(f->arena, path, fixture_read(f->arena, path), &faults);
    assert_non_null(f->file[0].root);
    if (more) {
        const dx_str yaml = dx_arena_printf(f->arena, "setupdx: 1\ndiagnoses:\n%s", more);
        f->file[1] = (dx_yfile){.path = DX_LIT("more.yaml"), .name = DX_LIT("more.yaml")};
        f->file[1].root = dx_ytree_parse(f->arena, "more.yaml", yaml, &faults);
        assert_non_null(f->file[1].root);
    }
    const dx_yset set = {.file = f->file, .n = more ? 2 : 1, .newest_us = DX_NO_TIME};
    if (dx_rulebook_new(&f->book, &set, &faults, &err) != DX_OK)
        fail_msg("%s", err.text);
}

static inline void fixture_close(fixture *f)
{
    dx_rulebook_free(f->book);
    dx_arena_free(f->arena);
}

static inline int fixture_set_up(void **state)
{
    if (!(*state = malloc(sizeof(fixture))))
        return -1;
    fixture_open(*state, NULL);
    return 0;
}

static inline int fixture_tear_down(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

/* A test that asks book.yaml alone. */
#define fixture_test(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)

static inline const dx_rule *fixture_rule(const fixture *f, const char *id)
{
    const dx_rule *rule = dx_rulebook_rule(f->book, dx_str_of(id));
    assert_non_null(rule);
    return rule;
}

/* ---- attempts ---- */

typedef struct story {
    fixture *f;
    dx_case told;
    dx_event event[64];
    dx_fact fact[4];
} story;

static inline void story_begin(story *s, fixture *f, const char *server, uint32_t attempt)
{
    memset(s, 0, sizeof *s);
    s->f = f;
    s->told.attempt = (dx_attempt){.ordinal = attempt,
                                   .server = dx_str_of(server),
                                   .format = DX_LIT("setup-log"),
                                   .outcome = DX_UNDECIDED,
                                   .began_us = DX_NO_TIME,
                                   .ended_us = DX_NO_TIME};
    s->told.events = s->event;
    s->told.attempt.facts = s->fact;
}

static inline void story_fact(story *s, const char *name, const char *value)
{
    dx_attempt *a = &s->told.attempt;
    assert_true(a->n_facts < sizeof s->fact / sizeof *s->fact);
    s->fact[a->n_facts++] = (dx_fact){.name = dx_str_of(name), .value = dx_str_of(value)};
}

static inline dx_event *story_say(story *s, const char *signature, const char *base,
                                  dx_polarity polarity)
{
    assert_true(s->told.n_events < sizeof s->event / sizeof *s->event);
    const uint32_t seq = (uint32_t)s->told.n_events + 1;
    dx_event *e = &s->event[s->told.n_events++];
    *e = (dx_event){.signature = dx_str_of(signature),
                    .base = dx_str_of(base),
                    .polarity = polarity,
                    .attempt = s->told.attempt.ordinal,
                    .line = seq * 10,
                    .last_line = seq * 10,
                    .seq = seq,
                    .time_us = DX_NO_TIME,
                    .level = DX_LEVEL_ERROR,
                    .text = DX_LIT("a message of some length")};
    return e;
}

static inline dx_event *story_reg(story *s, const char *dll)
{
    dx_event *e = story_say(s, "t.reg", NULL, DX_FAILURE);
    dx_field *fields = dx_arena_get(s->f->arena, sizeof *fields);
    fields[0] = (dx_field){DX_LIT("dll"), DX_T_WINPATH, dx_str_of(dll), 0};
    e->fields = fields;
    e->n_fields = 1;
    return e;
}

static inline dx_event *story_script(story *s, const char *signature, const char *file, int line,
                                     int64_t code)
{
    dx_event *e = story_say(s, signature, "t.script", DX_FAILURE);
    dx_field *fields = dx_arena_get(s->f->arena, 4 * sizeof *fields);
    fields[0] = (dx_field){DX_LIT("file"), DX_T_WINPATH, dx_str_of(file), 0};
    fields[1] =
        (dx_field){DX_LIT("line"), DX_T_INT, dx_arena_printf(s->f->arena, "%d", line), line};
    fields[2] = (dx_field){DX_LIT("reason"), DX_T_TEXT, DX_LIT("It could not be found"), 0};
    fields[3] = (dx_field){DX_LIT("code"), DX_T_HEX32,
                           dx_arena_printf(s->f->arena, "0x%llx", (unsigned long long)code), code};
    e->fields = fields;
    e->n_fields = 4;
    return e;
}

static inline dx_event *story_ins(story *s)
{
    return story_script(s, "t.ins", "C:\\EXCHSRVR\\bin\\cdo.ins", 7, 0xc002007e);
}

static inline dx_event *story_uns(story *s)
{
    return story_script(s, "t.uns", "C:\\EXCHSRVR\\bin\\smtp.uns", 27, 0xc0020002);
}

#define USER_DLL  "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll"
#define PLAIN_DLL "C:\\WINNT\\system32\\cdonts.dll"

/* ---- verdicts ---- */

static inline dx_verdict judge_among(const story *s, const dx_case *others, size_t n)
{
    dx_verdict v;
    dx_err err = {0};
    assert_int_equal(dx_diagnose(s->f->book, &s->told, others, n, s->f->arena, &v, &err), DX_OK);
    return v;
}

static inline dx_verdict judge(const story *s)
{
    return judge_among(s, NULL, 0);
}

static inline void assert_text(dx_str found, const char *wanted)
{
    if (!dx_str_eq(found, dx_str_of(wanted)))
        fail_msg("'%.*s' is not '%s'", DX_FMT(found), wanted);
}

static inline void assert_holds(dx_str text, const char *part)
{
    if (dx_str_find(text, dx_str_of(part), 0) == SIZE_MAX)
        fail_msg("'%.*s' does not hold '%s'", DX_FMT(text), part);
}

/* What every rule of a test's own needs and none of them is about. */
#define REST                                                                                       \
    "    cause: { class: a-class, text: A cause. }\n"                                              \
    "    fix: [Do it.]\n"                                                                          \
    "    refs: [KB Q000001]\n"

static inline void assert_finding(const dx_verdict *v, size_t i, const char *id, int confidence)
{
    assert_true(i < v->n_findings);
    assert_text(v->findings[i].diagnosis, id);
    assert_int_equal(v->findings[i].confidence, confidence);
}
#endif
