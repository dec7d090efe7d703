#include "fixture.h"

/* A second rule that knows the message of smtp.uns, but needs another one. */
#define JOIN_RULE(rivals)                                                                          \
    "  - id: t.join\n"                                                                             \
    "    title: A proxy DLL was missing while joining a site\n"                                    \
    "    steps:\n"                                                                                 \
    "      - { as: stray, sees: t.stray, points: 60, why: the proxy DLL was missing }\n"           \
    "      - { as: uns, sees: t.uns, need: should, points: 20, why: a script stopped }\n" REST     \
        rivals

static void test_the_third_message_alone_cannot_be_decided(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, JOIN_RULE(""));
    story_begin(&s, &f, "EX1", 1);
    const dx_event *uns = story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 0);
    assert_int_equal(v.n_unexplained, 0);
    assert_int_equal(v.n_undecided, 1);
    const dx_undecided *u = &v.undecided[0];
    assert_int_equal(u->n_events, 1);
    assert_ptr_equal(u->events[0], uns);
    assert_int_equal(u->n_candidates, 2);
    assert_text(u->candidates[0].id, "t.join");
    assert_int_equal(u->candidates[0].confidence, 20);
    assert_text(u->candidates[1].id, "t.ims");
    assert_int_equal(u->candidates[1].confidence, 10);
    assert_text(u->question, "Was there also a message: the proxy DLL was missing?");
    fixture_close(&f);
}

static void test_events_with_the_same_candidates_make_one_question(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_ins(&s);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_undecided, 1);
    assert_int_equal(v.undecided[0].n_events, 2);
    assert_int_equal(v.undecided[0].n_candidates, 1);
    assert_text(v.undecided[0].candidates[0].id, "t.ims");
    assert_int_equal(v.undecided[0].candidates[0].confidence, 40);
    assert_text(v.undecided[0].question,
                "Was there also a message: Setup could not register cdonts.dll?");
}

static void test_events_with_different_candidates_make_two_questions(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, JOIN_RULE(""));
    story_begin(&s, &f, "EX1", 1);
    story_ins(&s);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_undecided, 2);
    assert_int_equal(v.undecided[0].n_candidates, 1);
    assert_int_equal(v.undecided[1].n_candidates, 2);
    assert_string_not_equal(v.undecided[0].key, v.undecided[1].key);
    fixture_close(&f);
}

static void test_a_rule_against_which_more_speaks_is_no_candidate(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.against\n"
                     "    title: Against\n"
                     "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n"
                     "    weigh: [{ if: { attempt.user: absent }, points: -41, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_undecided, 0);
    assert_int_equal(v.n_unexplained, 1);
    fixture_close(&f);
}

static void test_context_never_raises_a_question(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.mode\n"
                 "    title: Mode\n"
                 "    steps:\n"
                 "      - { as: s, sees: t.stray, points: 40, why: w }\n"
                 "      - { as: mode, sees: t.install-mode, need: may, points: 9, why: w }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_undecided + v.n_unexplained + v.n_findings, 0);
    fixture_close(&f);
}

static void test_unknown_errors_are_unexplained_unless_the_attempt_succeeded(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_say(&s, NULL, NULL, DX_UNKNOWN);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_int_equal(v.n_unexplained, 2);
    assert_ptr_equal(v.unexplained[0], &s.event[0]);
    s.told.attempt.outcome = DX_SUCCEEDED;
    v = judge(&s);
    assert_int_equal(v.n_unexplained, 1);
    assert_ptr_equal(v.unexplained[0], &s.event[1]);
    assert_int_equal(v.n_unknown, 1);
}

static void test_what_shares_its_text_with_an_explained_event_is_explained(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    dx_event *stray = story_say(&s, "t.stray", NULL, DX_FAILURE);
    stray->seq = s.event[0].seq;
    dx_verdict v = judge(&s);
    assert_int_equal(v.n_unexplained, 0);
    stray->at = (uint32_t)s.event[0].text.n; /* the same record, but behind it */
    v = judge(&s);
    assert_int_equal(v.n_unexplained, 1);
}

static void test_an_unknown_error_that_a_signature_knows_is_told_once(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const dx_event *stray = story_say(&s, "t.stray", NULL, DX_FAILURE);
    story_say(&s, NULL, NULL, DX_UNKNOWN)->seq = 1;
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_unexplained, 1);
    assert_ptr_equal(v.unexplained[0], stray);
}

static void test_harmless_events_are_listed_apart(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const dx_event *noise = story_say(&s, "t.noise", NULL, DX_HARMLESS);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_harmless, 1);
    assert_ptr_equal(v.harmless[0], noise);
    assert_int_equal(v.n_unexplained, 0);
}

/* ---- rules that are not for successes ---- */

#define MENDED                                                                                     \
    "  - id: t.mended\n"                                                                           \
    "    title: Mended\n"                                                                          \
    "    unless: succeeded\n"                                                                      \
    "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST

static void test_what_a_success_got_over_counts_as_explained(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, MENDED);
    story_begin(&s, &f, "EX1", 1);
    const dx_event *stray = story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.mended", 40);
    s.told.attempt.outcome = DX_SUCCEEDED;
    v = judge(&s);
    assert_int_equal(v.n_findings + v.n_undecided + v.n_unexplained, 0);
    assert_int_equal(v.n_harmless, 1);
    assert_ptr_equal(v.harmless[0], stray);
    fixture_close(&f);
}

static void test_a_rule_for_all_attempts_keeps_what_it_explains(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, MENDED "  - id: t.always\n"
                            "    title: Always\n"
                            "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    s.told.attempt.outcome = DX_SUCCEEDED;
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.always", 40);
    assert_int_equal(v.n_harmless + v.n_unexplained, 0);
    fixture_close(&f);
}

static void test_one_text_that_a_success_got_over_counts_once(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, MENDED "  - id: t.other\n"
                            "    title: Other\n"
                            "    unless: succeeded\n"
                            "    steps: [{ as: s, sees: t.reg, points: 40, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    story_say(&s, "t.reg", NULL, DX_FAILURE)->seq = 1;
    s.told.attempt.outcome = DX_SUCCEEDED;
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_harmless, 1);
    assert_int_equal(v.n_unexplained, 0);
    fixture_close(&f);
}

static void test_what_only_adds_to_a_failure_does_not_look_like_one(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.mended\n"
                 "    title: Mended\n"
                 "    unless: succeeded\n"
                 "    any-order: true\n"
                 "    steps:\n"
                 "      - { as: s, sees: t.install-mode, points: 40, why: w }\n"
                 "      - { as: m, sees: t.execute-mode, need: may, points: 9, why: w }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    dx_event *proof = story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    story_say(&s, "t.execute-mode", NULL, DX_CONTEXT)->level = DX_LEVEL_INFO;
    proof->level = DX_LEVEL_INFO;
    s.told.attempt.outcome = DX_SUCCEEDED;
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_harmless, 1);
    assert_ptr_equal(v.harmless[0], proof);
    fixture_close(&f);
}

static void test_the_question_is_the_tell_when_two_candidates_are_rivals(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.a\n"
                     "    title: A\n"
                     "    steps:\n"
                     "      - { as: need, sees: t.noise, points: 40, why: w }\n"
                     "      - { as: s, sees: t.stray, need: should, points: 30, why: w }\n" REST
                     "    rivals: { t.b: tell a from b }\n"
                     "  - id: t.b\n"
                     "    title: B\n"
                     "    steps:\n"
                     "      - { as: need, sees: t.noise, points: 40, why: w,\n"
                     "          ask: Look for the noise. }\n"
                     "      - { as: s, sees: t.stray, need: should, points: 20, why: w }\n" REST
                     "    rivals: { t.a: tell b from a }\n");
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_undecided, 1);
    assert_text(v.undecided[0].question, "tell a from b");
    assert_text(v.undecided[0].candidates[1].tell, "tell b from a");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_third_message_alone_cannot_be_decided),
        fixture_test(test_events_with_the_same_candidates_make_one_question),
        cmocka_unit_test(test_events_with_different_candidates_make_two_questions),
        cmocka_unit_test(test_a_rule_against_which_more_speaks_is_no_candidate),
        cmocka_unit_test(test_context_never_raises_a_question),
        fixture_test(test_unknown_errors_are_unexplained_unless_the_attempt_succeeded),
        fixture_test(test_what_shares_its_text_with_an_explained_event_is_explained),
        fixture_test(test_an_unknown_error_that_a_signature_knows_is_told_once),
        fixture_test(test_harmless_events_are_listed_apart),
        cmocka_unit_test(test_what_a_success_got_over_counts_as_explained),
        cmocka_unit_test(test_a_rule_for_all_attempts_keeps_what_it_explains),
        cmocka_unit_test(test_what_only_adds_to_a_failure_does_not_look_like_one),
        cmocka_unit_test(test_one_text_that_a_success_got_over_counts_once),
        cmocka_unit_test(test_the_question_is_the_tell_when_two_candidates_are_rivals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
