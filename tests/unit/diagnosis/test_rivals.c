#include "fixture.h"

static void test_the_plain_folder_belongs_to_the_rival(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, PLAIN_DLL);
    story_ins(&s);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.cdonts", 75);
    assert_int_equal(v.n_undecided, 0);
    assert_int_equal(v.n_unexplained, 2);
}

static void test_no_folder_leaves_the_loser_visible_as_a_rival(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, "cdonts.dll");
    story_ins(&s);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.ims", 70);
    assert_int_equal(v.findings[0].n_rivals, 1);
    assert_text(v.findings[0].rivals[0].id, "t.cdonts");
    assert_text(v.findings[0].rivals[0].title, "cdonts.dll is missing");
    assert_text(v.findings[0].rivals[0].tell, "Look at the folder in the first message.");
    assert_int_equal(v.findings[0].rivals[0].confidence, 30);
}

static void test_a_rival_of_which_nothing_speaks_has_no_confidence(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.a\n"
                     "    title: A\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 50, why: it failed }\n" REST
                     "    rivals: { t.b: Look. }\n"
                     "  - id: t.b\n"
                     "    title: 'B of {uns.file}'\n"
                     "    steps:\n"
                     "      - { as: uns, sees: t.uns, points: 50, why: a script }\n" REST
                     "    rivals: { t.a: Look. }\n");
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.a", 50);
    assert_int_equal(v.findings[0].rivals[0].confidence, 0);
    assert_text(v.findings[0].rivals[0].title, "B of \xE2\x80\xA6");
    fixture_close(&f);
}

static void test_equal_rivals_become_one_open_question(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const dx_event *reg = story_reg(&s, "cdonts.dll");
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 0);
    assert_int_equal(v.n_unexplained, 0);
    assert_int_equal(v.n_undecided, 1);
    const dx_undecided *u = &v.undecided[0];
    assert_int_equal(u->n_events, 1);
    assert_ptr_equal(u->events[0], reg);
    assert_int_equal(u->n_candidates, 2);
    assert_text(u->candidates[0].id, "t.cdonts"); /* 30 each: by id */
    assert_int_equal(u->candidates[0].confidence, 30);
    assert_text(u->candidates[1].id, "t.ims");
    assert_int_equal(u->candidates[1].confidence, 30);
    assert_text(u->question, "A folder of one user means execute mode.");
    assert_text(u->server, "EX1");
    assert_int_equal(strlen(u->key), 9);
}

/* Two rules on one message: the second has `lead` points more. */
static dx_verdict contest(fixture *f, story *s, int lead)
{
    char more[1000];
    (void)snprintf(more, sizeof more,
                   "  - id: t.a\n"
                   "    title: A\n"
                   "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST
                   "    rivals: { t.b: tell a from b }\n"
                   "  - id: t.b\n"
                   "    title: B\n"
                   "    steps: [{ as: s, sees: t.stray, points: %d, why: w }]\n" REST
                   "    rivals: { t.a: tell b from a }\n",
                   40 + lead);
    fixture_open(f, more);
    story_begin(s, f, "EX1", 1);
    story_say(s, "t.stray", NULL, DX_FAILURE);
    return judge(s);
}

static void test_a_lead_of_15_decides_and_one_of_14_does_not(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = contest(&f, &s, 15);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.b", 55);
    assert_int_equal(v.n_undecided, 0);
    fixture_close(&f);
    v = contest(&f, &s, 14);
    assert_int_equal(v.n_findings, 0);
    assert_int_equal(v.n_undecided, 1);
    assert_text(v.undecided[0].candidates[0].id, "t.b");
    assert_text(v.undecided[0].question, "tell b from a");
    fixture_close(&f);
}

static void test_rivals_on_different_messages_both_stand(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    story_reg(&s, PLAIN_DLL);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 2);
    assert_finding(&v, 0, "t.cdonts", 75);
    assert_finding(&v, 1, "t.ims", 55);
}

static void test_a_rival_that_explains_the_message_too_leaves_no_second_finding(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, "cdonts.dll");
    story_reg(&s, USER_DLL);
    story_ins(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.ims", 85);
    assert_int_equal(v.n_undecided + v.n_unexplained, 0);
}

/* Which rules find a script that stopped: one for any, and one for cdo.ins with this lead. */
static dx_verdict any_and_closer(fixture *f, story *s, int lead)
{
    char more[700];
    (void)snprintf(more, sizeof more,
                   "  - id: t.any\n"
                   "    title: Any script\n"
                   "    steps: [{ as: s, sees: t.script, points: 40, why: w }]\n" REST
                   "  - id: t.this\n"
                   "    title: This script\n"
                   "    steps: [{ as: s, sees: t.ins, where: { file.name: cdo.ins }, points: %d, "
                   "why: w }]\n" REST,
                   40 + lead);
    fixture_open(f, more);
    story_begin(s, f, "EX1", 1);
    story_ins(s);
    return judge(s);
}

static void test_a_rule_that_looks_closer_at_a_message_is_told_alone(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = any_and_closer(&f, &s, 15);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.this", 55);
    assert_int_equal(v.n_undecided + v.n_unexplained, 0);
    fixture_close(&f);
    v = any_and_closer(&f, &s, 14);
    assert_int_equal(v.n_findings, 2);
    assert_int_equal(v.n_undecided, 0);
    fixture_close(&f);
}

/* A frame for a stray message, and a rule that says why. */
#define FRAME                                                                                      \
    "  - id: t.frame\n"                                                                            \
    "    title: It ended\n"                                                                        \
    "    frame: true\n"                                                                            \
    "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST "  - id: t.why\n"           \
    "    title: Why\n"                                                                             \
    "    floor: 0\n"                                                                               \
    "    steps: [{ as: s, sees: t.ins, points: %d, why: w }]\n" REST

static dx_verdict frame_and_why(fixture *f, story *s, int points, uint32_t apart)
{
    char more[700];
    (void)snprintf(more, sizeof more, FRAME, points);
    fixture_open(f, more);
    story_begin(s, f, "EX1", 1);
    story_ins(s);
    story_say(s, "t.stray", NULL, DX_FAILURE)->line = s->event[0].line + apart;
    return judge(s);
}

static void test_a_frame_is_not_told_beside_what_is_more_certain(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = frame_and_why(&f, &s, 41, 400);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.why", 41);
    assert_int_equal(v.n_undecided + v.n_unexplained, 0); /* its message is part of it */
    fixture_close(&f);
    v = frame_and_why(&f, &s, 40, 400);
    assert_int_equal(v.n_findings, 2);
    fixture_close(&f);
}

static void test_a_frame_far_from_any_reason_is_told(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = frame_and_why(&f, &s, 90, 401);
    assert_int_equal(v.n_findings, 2);
    assert_finding(&v, 1, "t.frame", 40);
    fixture_close(&f);
    v = frame_and_why(&f, &s, 90, 1);
    assert_int_equal(v.n_findings, 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE)->line = 1000; /* a second that nothing explains */
    v = judge(&s);
    assert_int_equal(v.n_findings, 2);
    fixture_close(&f);
}

static void test_of_frames_alone_the_most_certain_is_told(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.frame\n"
                     "    title: It ended\n"
                     "    frame: true\n"
                     "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST
                     "  - id: t.other\n"
                     "    title: It ended so\n"
                     "    frame: true\n"
                     "    steps: [{ as: s, sees: t.ins, points: 50, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_ins(&s);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.other", 50);
    assert_int_equal(v.n_undecided + v.n_unexplained, 0);
    fixture_close(&f);
}

static void test_another_signature_for_just_this_text_looks_closer(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.any\n"
                     "    title: Any\n"
                     "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST
                     "  - id: t.this\n"
                     "    title: This\n"
                     "    steps: [{ as: s, sees: t.reg, points: 70, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    story_reg(&s, "contoso.dll");
    dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 2);
    s.event[1].seq = s.event[0].seq;
    s.event[1].at = s.event[0].at;
    s.event[1].text = s.event[0].text;
    v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.this", 70);
    assert_int_equal(v.n_undecided + v.n_unexplained, 0);
    fixture_close(&f);
}

static void test_rules_that_are_no_rivals_stand_side_by_side(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.a\n"
                 "    title: A\n"
                 "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST "  - id: t.b\n"
                 "    title: B\n"
                 "    steps: [{ as: s, sees: t.stray, points: 80, why: w }]\n" REST "  - id: t.c\n"
                 "    title: C\n"
                 "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 3);
    assert_finding(&v, 0, "t.b", 80);
    assert_finding(&v, 1, "t.a", 40);
    assert_finding(&v, 2, "t.c", 40);
    fixture_close(&f);
}

#define GENERAL_RULES                                                                              \
    "  - id: t.g\n"                                                                                \
    "    title: General\n"                                                                         \
    "    steps: [{ as: s, sees: t.loose, points: 50, why: w }]\n" REST "  - id: t.h\n"             \
    "    title: General, too\n"                                                                    \
    "    steps: [{ as: s, sees: t.loose-too, points: 50, why: w }]\n" REST "  - id: t.a\n"         \
    "    title: A\n"                                                                               \
    "    steps: [{ as: s, sees: t.stray, points: 50, why: w }]\n"                                  \
    "    weigh: [{ if: { attempt.user: absent }, points: -1, why: w }]\n" REST

static void test_a_general_rule_is_told_where_no_other_is_as_sure(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, GENERAL_RULES);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.loose", NULL, DX_FAILURE);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 2); /* 50 and 49: both */
    assert_finding(&v, 0, "t.g", 50);
    assert_finding(&v, 1, "t.a", 49);
    story_fact(&s, "user", "EX1\\admin");
    v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.a", 50);
    assert_int_equal(v.n_unexplained, 0);
    fixture_close(&f);
}

static void test_of_general_rules_the_one_for_the_first_message_is_told(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, GENERAL_RULES);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.loose-too", NULL, DX_FAILURE);
    story_say(&s, "t.loose", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.h", 50);
    assert_int_equal(v.n_unexplained, 0);
    fixture_close(&f);
}

/* t.ims and t.cdonts contend for the first message. */
static dx_verdict question_and_general(fixture *f, story *s, uint32_t apart)
{
    fixture_open(f, GENERAL_RULES);
    story_begin(s, f, "EX1", 1);
    story_reg(s, "cdonts.dll");
    story_say(s, "t.loose", NULL, DX_FAILURE)->line = s->event[0].line + apart;
    return judge(s);
}

static void test_an_open_question_hides_what_a_general_rule_says_near_it_only(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = question_and_general(&f, &s, 400);
    assert_int_equal(v.n_undecided, 1);
    assert_int_equal(v.n_findings, 0);
    fixture_close(&f);
    v = question_and_general(&f, &s, 401);
    assert_int_equal(v.n_undecided, 1);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.g", 50);
    fixture_close(&f);
}

#define GENERAL_AND_FRAME                                                                          \
    "  - id: t.frame\n"                                                                            \
    "    title: It ended\n"                                                                        \
    "    frame: true\n"                                                                            \
    "    steps: [{ as: s, sees: t.stray, points: %d, why: w }]\n" REST "  - id: t.g\n"             \
    "    title: General\n"                                                                         \
    "    steps: [{ as: s, sees: t.loose, points: 50, why: w }]\n" REST

static dx_verdict frame_and_general(fixture *f, story *s, int points, uint32_t apart)
{
    char more[700];
    (void)snprintf(more, sizeof more, GENERAL_AND_FRAME, points);
    fixture_open(f, more);
    story_begin(s, f, "EX1", 1);
    story_say(s, "t.loose", NULL, DX_FAILURE);
    story_say(s, "t.stray", NULL, DX_FAILURE)->line = s->event[0].line + apart;
    return judge(s);
}

static void test_a_frame_does_not_hide_what_a_general_rule_says_near_it(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = frame_and_general(&f, &s, 70, 400);
    assert_int_equal(v.n_findings, 2);
    assert_finding(&v, 0, "t.frame", 70);
    assert_finding(&v, 1, "t.g", 50);
    assert_int_equal(v.n_unexplained, 0);
    fixture_close(&f);
    v = frame_and_general(&f, &s, 70, 401);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.frame", 70);
    fixture_close(&f);
}

static void test_a_general_rule_that_is_surer_than_a_frame_near_it_is_told_alone(void **state)
{
    fixture f;
    story s;
    (void)state;
    dx_verdict v = frame_and_general(&f, &s, 49, 400);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.g", 50);
    assert_int_equal(v.n_unexplained, 0);
    fixture_close(&f);
    v = frame_and_general(&f, &s, 49, 401);
    assert_int_equal(v.n_findings, 2);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_the_plain_folder_belongs_to_the_rival),
        fixture_test(test_no_folder_leaves_the_loser_visible_as_a_rival),
        cmocka_unit_test(test_a_rival_of_which_nothing_speaks_has_no_confidence),
        fixture_test(test_equal_rivals_become_one_open_question),
        cmocka_unit_test(test_a_lead_of_15_decides_and_one_of_14_does_not),
        fixture_test(test_rivals_on_different_messages_both_stand),
        fixture_test(test_a_rival_that_explains_the_message_too_leaves_no_second_finding),
        cmocka_unit_test(test_a_rule_that_looks_closer_at_a_message_is_told_alone),
        cmocka_unit_test(test_another_signature_for_just_this_text_looks_closer),
        cmocka_unit_test(test_a_frame_is_not_told_beside_what_is_more_certain),
        cmocka_unit_test(test_a_frame_far_from_any_reason_is_told),
        cmocka_unit_test(test_of_frames_alone_the_most_certain_is_told),
        cmocka_unit_test(test_rules_that_are_no_rivals_stand_side_by_side),
        cmocka_unit_test(test_a_general_rule_is_told_where_no_other_is_as_sure),
        cmocka_unit_test(test_of_general_rules_the_one_for_the_first_message_is_told),
        cmocka_unit_test(test_an_open_question_hides_what_a_general_rule_says_near_it_only),
        cmocka_unit_test(test_a_frame_does_not_hide_what_a_general_rule_says_near_it),
        cmocka_unit_test(test_a_general_rule_that_is_surer_than_a_frame_near_it_is_told_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
