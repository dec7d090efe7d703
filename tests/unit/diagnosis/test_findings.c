#include "fixture.h"

static void test_all_three_messages_give_95(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    story_ins(&s);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.ims", 95);
    assert_int_equal(v.n_undecided, 0);
    assert_int_equal(v.n_unexplained, 0);
    assert_int_equal(v.findings[0].n_absent, 0);
}

static void test_the_third_message_may_be_missing_without_a_word(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    story_ins(&s);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.ims", 85);
    assert_int_equal(v.findings[0].n_absent, 0);
}

static void test_a_missing_should_step_is_asked_for(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.ims", 55);
    assert_int_equal(v.findings[0].n_absent, 1);
    assert_text(v.findings[0].absent[0], "then the script cdo.ins missed a module");
}

static void test_the_ledger_names_steps_then_conditions(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const dx_event *reg = story_reg(&s, USER_DLL);
    const dx_event *ins = story_ins(&s);
    const dx_verdict v = judge(&s);
    const dx_finding *found = &v.findings[0];
    assert_int_equal(found->n_evidence, 3);
    assert_text(found->evidence[0].step, "reg");
    assert_ptr_equal(found->evidence[0].event, reg);
    assert_int_equal(found->evidence[0].points, 30);
    assert_text(found->evidence[1].step, "ins");
    assert_ptr_equal(found->evidence[1].event, ins);
    assert_text(found->evidence[2].why, "the folder belongs to one user");
    assert_int_equal(found->evidence[2].points, 25);
    assert_ptr_equal(found->evidence[2].event, reg);
}

static void test_scripts_before_the_registration_do_not_count(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_ins(&s);
    story_uns(&s);
    story_reg(&s, USER_DLL);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_finding(&v, 0, "t.ims", 55);
    assert_int_equal(v.n_undecided, 0);
    assert_int_equal(v.n_unexplained, 2);
}

static void test_steps_keep_their_order_among_each_other(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    story_uns(&s);
    story_ins(&s);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.ims", 85);
}

static void test_the_candidate_with_the_most_points_wins(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, "D:\\elsewhere\\cdonts.dll");
    const dx_event *second = story_reg(&s, USER_DLL);
    story_ins(&s);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.ims", 85);
    assert_ptr_equal(v.findings[0].evidence[0].event, second);
    assert_int_equal(v.n_findings, 1);
    assert_int_equal(v.n_unexplained, 0);
}

static void test_the_earliest_candidate_wins_a_tie(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const dx_event *first = story_reg(&s, USER_DLL);
    story_reg(&s, USER_DLL);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 1);
    assert_ptr_equal(v.findings[0].evidence[0].event, first);
    assert_int_equal(v.n_unexplained, 0);
}

static void test_another_dll_is_another_story(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    const dx_event *reg = story_reg(&s, "d:\\john's copy of 5.5\\bin\\scripto.dll");
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 0);
    assert_int_equal(v.n_undecided, 0);
    assert_int_equal(v.n_unexplained, 1);
    assert_ptr_equal(v.unexplained[0], reg);
}

static void test_a_base_signature_includes_its_refinements(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_script(&s, "t.ins", "E:\\setup\\server.ins", 205, 0xc002007e);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.setup-ts", 75);
}

static void test_two_servers_do_not_add_up(void **state)
{
    fixture f;
    story own, other;
    (void)state;
    fixture_open(&f, "  - id: t.far\n"
                     "    title: With help from elsewhere\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                     "      - { as: ins, sees: t.ins, need: should, anywhere: true, points: 30,\n"
                     "          why: a script failed at another time }\n" REST);
    story_begin(&own, &f, "EX1", 1);
    story_say(&own, "t.stray", NULL, DX_FAILURE);
    story_begin(&other, &f, "EX2", 1);
    story_ins(&other);
    dx_verdict v = judge_among(&own, &other.told, 1);
    assert_finding(&v, 0, "t.far", 40);
    other.told.attempt.server = DX_LIT("ex1");
    v = judge_among(&own, &other.told, 1);
    assert_finding(&v, 0, "t.far", 70);
    assert_ptr_equal(v.findings[0].evidence[1].event, &other.event[0]);
    fixture_close(&f);
}

static void test_two_attempts_do_not_add_up_unless_the_step_says_anywhere(void **state)
{
    fixture *f = *state;
    story own, other;
    story_begin(&own, f, "EX1", 1);
    story_reg(&own, USER_DLL);
    story_begin(&other, f, "EX1", 2);
    story_ins(&other);
    const dx_verdict v = judge_among(&own, &other.told, 1);
    assert_finding(&v, 0, "t.ims", 55);
}

static void test_a_step_may_be_seen_in_attempts_that_this_one_started(void **state)
{
    fixture f;
    story outer, other;
    (void)state;
    fixture_open(&f, "  - id: t.outer\n"
                     "    title: With what happened inside\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                     "      - { as: ins, sees: t.ins, need: should, inside: true, points: 30,\n"
                     "          why: a script failed inside }\n" REST);
    story_begin(&outer, &f, "EX1", 1);
    outer.told.path = DX_LIT("setup.log");
    story_say(&outer, "t.stray", NULL, DX_FAILURE);
    story_begin(&other, &f, "EX1", 2);
    other.told.path = DX_LIT("setup.log");
    story_ins(&other);
    dx_verdict v = judge_among(&outer, &other.told, 1);
    assert_finding(&v, 0, "t.outer", 40);
    other.told.attempt.parent = 1;
    v = judge_among(&outer, &other.told, 1);
    assert_finding(&v, 0, "t.outer", 70);
    other.told.path = DX_LIT("other.log");
    v = judge_among(&outer, &other.told, 1);
    assert_finding(&v, 0, "t.outer", 40);
    fixture_close(&f);
}

static void test_steps_of_the_fix_and_conditions_know_nested_attempts(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.nested\n"
                     "    title: Nested\n"
                     "    steps: [{ as: s, sees: t.stray, points: 40, why: w }]\n"
                     "    weigh: [{ if: { attempt.nested: true }, points: 20, why: inside }]\n"
                     "    cause: { class: a-class, text: A cause. }\n"
                     "    fix: [Always., { act: Inside., nested: true },\n"
                     "          { act: Outside., nested: false }]\n"
                     "    refs: [KB Q000001]\n");
    story_begin(&s, &f, "EX1", 2);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.nested", 40);
    assert_int_equal(v.findings[0].n_fix, 2);
    assert_text(v.findings[0].fix[1].act, "Outside.");
    s.told.attempt.parent = 1;
    v = judge(&s);
    assert_finding(&v, 0, "t.nested", 60);
    assert_int_equal(v.findings[0].n_fix, 2);
    assert_text(v.findings[0].fix[1].act, "Inside.");
    fixture_close(&f);
}

static void test_any_order_binds_before_and_after(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.mix\n"
                 "    title: In any order\n"
                 "    any-order: true\n"
                 "    steps:\n"
                 "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                 "      - { as: more, sees: t.stray, need: may, points: 20, why: twice }\n"
                 "      - { as: uns, sees: t.uns, need: may, points: 10, why: a script }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_uns(&s);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.mix", 50); /* one event never serves two steps */
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    v = judge(&s);
    assert_finding(&v, 0, "t.mix", 70);
    fixture_close(&f);
}

static void test_an_optional_step_never_takes_the_room_of_a_necessary_one(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.room\n"
                     "    title: Room\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                     "      - { as: uns, sees: t.uns, need: may, points: 10, why: a script }\n"
                     "      - { as: mode, sees: t.install-mode, points: 10, why: a mode }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.room", 50);
    fixture_close(&f);
}

static void test_steps_before_the_anchor_take_the_nearest_event(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.prior\n"
                 "    title: Prior\n"
                 "    steps:\n"
                 "      - { as: mode, sees: t.install-mode, need: may, points: 10, why: mode }\n"
                 "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    const dx_event *near = story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    const dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.prior", 50);
    assert_ptr_equal(v.findings[0].evidence[0].event, near);
    fixture_close(&f);
}

static void test_a_gap_counts_only_between_known_times(void **state)
{
    static const int64_t minute = 60 * INT64_C(1000000);
    fixture f;
    story s;
    (void)state;
    fixture_open(
        &f, "  - id: t.soon\n"
            "    title: Soon\n"
            "    gap: 30m\n"
            "    steps:\n"
            "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
            "      - { as: mode, sees: t.install-mode, need: may, points: 10, why: mode }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    dx_event *stray = story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_event *mode = story_say(&s, "t.install-mode", NULL, DX_CONTEXT);
    dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.soon", 50);
    stray->time_us = 0;
    mode->time_us = 30 * minute;
    v = judge(&s);
    assert_finding(&v, 0, "t.soon", 50);
    mode->time_us++;
    v = judge(&s);
    assert_finding(&v, 0, "t.soon", 40);
    stray->time_us = INT64_MIN + 1; /* a distance that no int64_t holds */
    mode->time_us = INT64_MAX;
    v = judge(&s);
    assert_finding(&v, 0, "t.soon", 40);
    fixture_close(&f);
}

static void test_facts_of_the_attempt_can_be_weighed(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.facts\n"
                     "    title: Facts\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                     "    weigh:\n"
                     "      - { if: { attempt.outcome: failed }, points: 5, why: failed }\n"
                     "      - { if: { attempt.format: setup-log }, points: 10, why: format }\n"
                     "      - { if: { attempt.product: /exchange/ }, points: 15, why: product }\n"
                     "      - { if: { attempt.user: absent }, points: 2, why: nobody }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.facts", 52);
    s.told.attempt.outcome = DX_FAILED;
    story_fact(&s, "product", "Microsoft Exchange Server 5.5");
    story_fact(&s, "user", "admin");
    v = judge(&s);
    assert_finding(&v, 0, "t.facts", 70);
    fixture_close(&f);
}

static void test_a_condition_on_an_unbound_step_holds_only_for_absent(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.gone\n"
                     "    title: Gone\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                     "      - { as: ins, sees: t.ins, need: may, points: 1, why: a script }\n"
                     "    weigh:\n"
                     "      - { if: { ins.line: '!9' }, points: 10, why: not nine }\n"
                     "      - { if: { ins.line: absent }, points: 20, why: no script }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_finding(&v, 0, "t.gone", 60);
    story_ins(&s);
    v = judge(&s);
    assert_finding(&v, 0, "t.gone", 51);
    fixture_close(&f);
}

static void test_nothing_below_its_floor_is_a_finding(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f,
                 "  - id: t.weak\n"
                 "    title: Weak\n"
                 "    floor: 41\n"
                 "    steps:\n"
                 "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n"
                 "      - { as: ins, sees: t.ins, need: may, points: 1, why: a script }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings, 0);
    assert_int_equal(v.n_undecided, 1);
    assert_int_equal(v.undecided[0].candidates[0].confidence, 40);
    story_ins(&s);
    v = judge(&s);
    assert_finding(&v, 0, "t.weak", 41);
    fixture_close(&f);
}

static void test_a_retired_rule_is_silent(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.old\n"
                     "    title: Old\n"
                     "    status: retired\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: it failed }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_say(&s, "t.stray", NULL, DX_FAILURE);
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings + v.n_undecided, 0);
    assert_int_equal(v.n_unexplained, 1);
    fixture_close(&f);
}

static void test_no_events_give_an_empty_verdict(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    s.told.events = NULL;
    const dx_verdict v = judge(&s);
    assert_int_equal(v.n_findings + v.n_undecided + v.n_unexplained + v.n_harmless, 0);
}

static void test_out_of_memory_is_said_and_leaves_the_verdict_alone(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    story_ins(&s);
    dx_rc rc = DX_FAIL;
    for (size_t limit = 16; rc != DX_OK; limit += 64) {
        dx_arena *small = dx_arena_new(limit);
        dx_err err = {0};
        dx_verdict v = {.n_findings = 77};
        assert_true(limit < 1 << 16);
        rc = dx_diagnose(f->book, &s.told, NULL, 0, small, &v, &err);
        assert_int_equal(v.n_findings, rc == DX_OK ? 1 : 77);
        assert_int_equal(err.kind, rc == DX_OK ? DX_E_NONE : DX_E_NOMEM);
        dx_arena_free(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_all_three_messages_give_95),
        fixture_test(test_the_third_message_may_be_missing_without_a_word),
        fixture_test(test_a_missing_should_step_is_asked_for),
        fixture_test(test_the_ledger_names_steps_then_conditions),
        fixture_test(test_scripts_before_the_registration_do_not_count),
        fixture_test(test_steps_keep_their_order_among_each_other),
        fixture_test(test_the_candidate_with_the_most_points_wins),
        fixture_test(test_the_earliest_candidate_wins_a_tie),
        fixture_test(test_another_dll_is_another_story),
        fixture_test(test_a_base_signature_includes_its_refinements),
        cmocka_unit_test(test_two_servers_do_not_add_up),
        fixture_test(test_two_attempts_do_not_add_up_unless_the_step_says_anywhere),
        cmocka_unit_test(test_a_step_may_be_seen_in_attempts_that_this_one_started),
        cmocka_unit_test(test_steps_of_the_fix_and_conditions_know_nested_attempts),
        cmocka_unit_test(test_any_order_binds_before_and_after),
        cmocka_unit_test(test_an_optional_step_never_takes_the_room_of_a_necessary_one),
        cmocka_unit_test(test_steps_before_the_anchor_take_the_nearest_event),
        cmocka_unit_test(test_a_gap_counts_only_between_known_times),
        cmocka_unit_test(test_facts_of_the_attempt_can_be_weighed),
        cmocka_unit_test(test_a_condition_on_an_unbound_step_holds_only_for_absent),
        cmocka_unit_test(test_nothing_below_its_floor_is_a_finding),
        cmocka_unit_test(test_a_retired_rule_is_silent),
        fixture_test(test_no_events_give_an_empty_verdict),
        fixture_test(test_out_of_memory_is_said_and_leaves_the_verdict_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
