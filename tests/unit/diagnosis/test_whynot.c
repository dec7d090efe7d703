#include "fixture.h"

typedef struct traces {
    const dx_trace *p;
    size_t n;
} traces;

static traces why_not(const story *s, const char *rule)
{
    traces t;
    dx_err err = {0};
    assert_int_equal(
        dx_why_not(s->f->book, fixture_rule(s->f, rule), &s->told, s->f->arena, &t.p, &t.n, &err),
        DX_OK);
    return t;
}

static void test_every_step_and_condition_gets_a_sentence(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    const traces t = why_not(&s, "t.ims");
    assert_int_equal(t.n, 5);
    assert_true(t.p[0].held);
    assert_text(t.p[0].text, "reg: Setup could not register cdonts.dll");
    assert_int_equal(t.p[0].points, 30);
    assert_ptr_equal(t.p[0].event, &s.event[0]);
    assert_false(t.p[1].held);
    assert_text(t.p[1].text, "ins: no t.ins in this attempt");
    assert_null(t.p[1].event);
    assert_false(t.p[2].held);
    assert_true(t.p[3].held);
    assert_text(t.p[3].text, "the folder belongs to one user");
    assert_false(t.p[4].held);
    assert_text(t.p[4].text,
                "not \"the folder is the system's own\": reg.dll.dir is 'C:\\Documents and "
                "Settings\\Administrator\\WINDOWS\\system32', not what the rule's pattern "
                "describes");
}

static void test_the_nearest_message_and_its_failed_test_are_named(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_script(&s, "t.ins", "C:\\setup\\far.ins", 1, 0xc002007e);
    story_reg(&s, "C:\\bin\\cdo.dll");
    story_reg(&s, USER_DLL);
    const dx_event *near = story_script(&s, "t.ins", "C:\\setup\\shared.ins", 1, 0xc002007e);
    traces t = why_not(&s, "t.ims");
    assert_ptr_equal(t.p[1].event, near);
    assert_text(t.p[1].text, "ins: line 40 carries t.ins, but file.name is 'shared.ins', not "
                             "'cdo.ins'");
    s.told.n_events = 2;
    t = why_not(&s, "t.ims");
    assert_text(t.p[0].text, "reg: line 20 carries t.reg, but dll.name is 'cdo.dll', not "
                             "'cdonts.dll'");
    assert_text(t.p[3].text,
                "not \"the folder belongs to one user\": the step of reg.dll.dir is not bound");
}

static void test_the_wrong_order_is_named(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_ins(&s);
    story_reg(&s, USER_DLL);
    const traces t = why_not(&s, "t.ims");
    assert_false(t.p[1].held);
    assert_text(t.p[1].text, "ins: line 10 carries t.ins, but it stands in the wrong order");
}

static void test_a_number_is_shown_as_the_log_wrote_it(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.code\n"
                     "    title: Code\n"
                     "    steps:\n"
                     "      - { as: s, sees: t.script, where: { code: [0x1, 0x2] }, points: 40,\n"
                     "          why: w }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_ins(&s);
    const traces t = why_not(&s, "t.code");
    assert_text(t.p[0].text,
                "s: line 10 carries t.ins, but code is '0xc002007e', not '0x1' or '0x2'");
    fixture_close(&f);
}

static void test_points_below_the_floor_are_the_last_reason(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    const traces t = why_not(&s, "t.cdonts");
    assert_int_equal(t.n, 4);
    assert_false(t.p[3].held);
    assert_text(t.p[3].text, "0 points in all: the rule speaks from 30 on");
}

static void test_an_empty_attempt_has_no_step_held(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const traces t = why_not(&s, "t.ims");
    assert_int_equal(t.n, 5);
    for (size_t i = 0; i < t.n; i++)
        assert_false(t.p[i].held);
}

static void test_a_success_is_the_last_reason_for_a_rule_that_is_not_for_it(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.mended\n"
                 "    title: Mended\n"
                 "    unless: succeeded\n"
                 "    steps: [{ as: s, sees: t.stray, points: 40, why: it went wrong }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    s.told.attempt.outcome = DX_SUCCEEDED;
    const traces t = why_not(&s, "t.mended");
    assert_int_equal(t.n, 2);
    assert_true(t.p[0].held);
    assert_false(t.p[1].held);
    assert_text(t.p[1].text, "the attempt succeeded, and the rule is only for those that did not");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_every_step_and_condition_gets_a_sentence),
        fixture_test(test_the_nearest_message_and_its_failed_test_are_named),
        fixture_test(test_the_wrong_order_is_named),
        cmocka_unit_test(test_a_number_is_shown_as_the_log_wrote_it),
        fixture_test(test_points_below_the_floor_are_the_last_reason),
        cmocka_unit_test(test_a_success_is_the_last_reason_for_a_rule_that_is_not_for_it),
        fixture_test(test_an_empty_attempt_has_no_step_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
