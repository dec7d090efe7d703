/* A whole book, read from the made-up product in fixtures/post. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "patterns/rulebook.h"

typedef struct shelf {
    dx_arena *arena;
    dx_yset set;
    dx_rulebook *book;
} shelf;

static void print_fault(void *ctx, const dx_err *fault)
{
    char line[1000];
    (void)ctx;
    dx_err_format(fault, line, sizeof line);
    fprintf(stderr, "%s\n", line);
}

static int open_book(void **state)
{
    shelf *s = calloc(1, sizeof *s);
    dx_faults faults = {.on_fault = print_fault};
    dx_err err = {0};
    *state = s;
    if (s == NULL)
        return -1;
    s->arena = dx_arena_new(0);
    if (dx_yset_add(&s->set, DX_SOURCE_DIR "/tests/unit/patterns/fixtures/post", false, s->arena,
                    &faults, &err) != DX_OK)
        return -1;
    return dx_rulebook_new(&s->book, &s->set, &faults, &err) == DX_OK ? 0 : -1;
}

static int close_book(void **state)
{
    shelf *s = *state;
    dx_rulebook_free(s->book);
    dx_arena_free(s->arena);
    free(s);
    return 0;
}

static const dx_signature *signature(void **state, const char *id)
{
    const shelf *s = *state;
    const dx_signature *sig = dx_rulebook_signature(s->book, dx_str_of(id));
    assert_non_null(sig);
    return sig;
}

static const dx_rule *rule(void **state, const char *id)
{
    const shelf *s = *state;
    const dx_rule *found = dx_rulebook_rule(s->book, dx_str_of(id));
    assert_non_null(found);
    return found;
}

static void assert_text(dx_str got, const char *wanted)
{
    if (!dx_str_eq(got, dx_str_of(wanted)))
        fail_msg("'%.*s' != '%s'", DX_FMT(got), wanted);
}

/* ---- the book ---- */

static void test_lists_are_sorted_by_id_and_know_their_place(void **state)
{
    const shelf *s = *state;
    static const char *const wanted[] = {"post.ancient",       "post.ink-mode", "post.jam",
                                         "post.left-ink-mode", "post.no-ink",   "post.stamp"};
    const dx_signature *const *sigs = NULL;
    const dx_rule *const *rules = NULL;
    assert_int_equal(dx_rulebook_signatures(s->book, &sigs), 6);
    for (size_t i = 0; i < 6; i++) {
        assert_text(sigs[i]->id, wanted[i]);
        assert_int_equal(sigs[i]->index, i);
    }
    assert_int_equal(dx_rulebook_rules(s->book, &rules), 2);
    assert_text(rules[0]->id, "post.empty");
    assert_int_equal(rules[1]->index, 1);
}

static void test_earlier_ids_lead_to_the_same_entry(void **state)
{
    const shelf *s = *state;
    assert_ptr_equal(signature(state, "post.old-ink"), signature(state, "post.no-ink"));
    assert_ptr_equal(rule(state, "post.no-ink-left"), rule(state, "post.empty"));
    assert_text(rule(state, "post.empty")->was[0], "post.no-ink-left");
    assert_null(dx_rulebook_signature(s->book, DX_LIT("post.empty")));
    assert_null(dx_rulebook_rule(s->book, DX_LIT("post.stamp")));
    assert_null(dx_rulebook_rule(s->book, DX_NONE));
}

static void test_book_carries_version_and_digest_of_the_set(void **state)
{
    const shelf *s = *state;
    assert_text(dx_rulebook_version(s->book), "2026.11");
    assert_true(dx_hash_eq(dx_rulebook_digest(s->book), s->set.digest));
}

static void test_openers_are_those_that_ask_for_it(void **state)
{
    const shelf *s = *state;
    const dx_str *openers = NULL;
    assert_int_equal(dx_rulebook_openers(s->book, &openers), 2);
    assert_text(openers[0], "could not print the stamp");
    assert_text(openers[1], "ink mode");
}

static void test_an_empty_set_gives_an_empty_book(void **state)
{
    (void)state;
    const dx_yset none = {0};
    const dx_signature *const *sigs = NULL;
    const dx_str *openers = NULL;
    dx_faults faults = {0};
    dx_err err = {0};
    dx_rulebook *book = NULL;
    assert_int_equal(dx_rulebook_new(&book, &none, &faults, &err), DX_OK);
    assert_int_equal(dx_rulebook_signatures(book, &sigs), 0);
    assert_int_equal(dx_rulebook_openers(book, &openers), 0);
    assert_null(dx_rulebook_signature(book, DX_LIT("a")));
    assert_int_equal(dx_rulebook_version(book).n, 0);
    dx_rulebook_free(book);
    dx_rulebook_free(NULL);
}

/* ---- signatures ---- */

static void test_signature_is_read_as_written(void **state)
{
    const dx_signature *sig = signature(state, "post.stamp");
    assert_text(sig->title, "A stamp was not printed");
    assert_text(sig->means, "The machine could not reach its spool.");
    assert_text(sig->from, "Handbook 1");
    assert_text(sig->contains, "print the stamp");
    assert_text(sig->opener, "could not print the stamp");
    assert_int_equal(sig->polarity, DX_FAILURE);
    assert_int_equal(sig->level, DX_LEVEL_WARNING);
    assert_int_equal(sig->n_formats, 2);
    assert_text(sig->formats[1], "post-log");
    assert_int_equal(sig->at.line, 11);
}

static void test_a_scope_with_dialogs_holds_terminals(void **state)
{
    (void)state;
    dx_str wide[] = {DX_LIT("dialogs")}, narrow[] = {DX_LIT("post-log")};
    const dx_signature everywhere = {.n_formats = 0};
    const dx_signature pasted = {.formats = wide, .n_formats = 1};
    const dx_signature logged = {.formats = narrow, .n_formats = 1};
    assert_true(dx_signature_in(&everywhere, DX_LIT("post-log")));
    assert_true(dx_signature_in(&pasted, DX_LIT("dialogs")));
    assert_true(dx_signature_in(&pasted, DX_LIT("post-terminal")));
    assert_false(dx_signature_in(&pasted, DX_LIT("post-log")));
    assert_true(dx_signature_in(&logged, DX_LIT("post-log")));
    assert_false(dx_signature_in(&logged, DX_LIT("post-terminal")));
}

static void test_a_scope_with_consoles_holds_what_any_tool_prints(void **state)
{
    (void)state;
    dx_str all[] = {DX_LIT("consoles")}, one[] = {DX_LIT("post-console")};
    const dx_signature any = {.formats = all, .n_formats = 1};
    const dx_signature own = {.formats = one, .n_formats = 1};
    assert_true(dx_signature_in(&any, DX_LIT("post-console")));
    assert_true(dx_signature_in(&any, DX_LIT("mail-console")));
    assert_false(dx_signature_in(&any, DX_LIT("post-terminal")));
    assert_false(dx_signature_in(&any, DX_LIT("post-log")));
    assert_false(dx_signature_in(&own, DX_LIT("mail-console")));
}

static void test_a_tool_that_runs_others_shows_what_any_of_them_prints(void **state)
{
    (void)state;
    dx_str told[] = {DX_LIT("dialogs")}, all[] = {DX_LIT("consoles")}, one[] = {DX_LIT("post-log")};
    const dx_signature pasted = {.formats = told, .n_formats = 1};
    const dx_signature any = {.formats = all, .n_formats = 1};
    const dx_signature own = {.formats = one, .n_formats = 1};
    assert_true(dx_signature_in(&pasted, DX_LIT("post-session")));
    assert_true(dx_signature_in(&any, DX_LIT("post-session")));
    assert_false(dx_signature_in(&own, DX_LIT("post-session")));
    assert_true(dx_format_is_printed(DX_LIT("post-session")));
}

static void test_definitions_are_put_into_pieces(void **state)
{
    const dx_signature *sig = signature(state, "post.stamp");
    assert_int_equal(sig->n_pieces, 3);
    assert_text(sig->pieces[2], "(?<code>(?:(?:0x)?[0-9a-f]{1,8}))\\b");
    assert_int_equal(sig->piece_at[2].line, sig->piece_at[0].line + 2);
}

static void test_fields_know_type_and_group(void **state)
{
    const dx_signature *sig = signature(state, "post.stamp");
    assert_int_equal(sig->n_fields, 2);
    assert_text(sig->fields[0].name, "file");
    assert_int_equal(sig->fields[0].type, DX_T_WINPATH);
    assert_int_equal(sig->fields[0].group, dx_regex_group(sig->regex, "file"));
    assert_int_equal(sig->fields[1].type, DX_T_HEX32);
    assert_int_equal(sig->fields[1].group, 2);
}

static void test_regex_takes_a_paragraph_end_for_a_blank(void **state)
{
    const dx_signature *sig = signature(state, "post.stamp");
    dx_regex_scratch *rx = dx_regex_scratch_new();
    dx_span group[3];
    const dx_str text = DX_LIT("COULD not print\nthe stamp a.stp, error\n0X5 now");
    assert_int_equal(dx_regex_find(sig->regex, rx, text, 0, group, 3), DX_RX_YES);
    assert_text(dx_span_of(text, group[1]), "a.stp");
    assert_text(dx_span_of(text, group[2]), "0X5");
    dx_regex_scratch_free(rx);
}

static void test_samples_have_names_texts_and_values(void **state)
{
    const dx_signature *sig = signature(state, "post.stamp");
    assert_int_equal(sig->n_samples, 2);
    assert_text(sig->samples[0].name, "plain");
    assert_text(sig->samples[0].is, "post.no-ink");
    assert_text(sig->samples[0].from, "Handbook 1");
    assert_int_equal(sig->samples[0].n_gives, 2);
    assert_text(sig->samples[0].gives[1].field, "code");
    assert_text(sig->samples[0].gives[1].value, "5");
    assert_text(sig->samples[1].text, "Could not print the stamp c:\\a.stp, error 7");
    assert_int_equal(sig->n_not, 1);
    assert_text(sig->not_samples[0].name, "letter");
    assert_text(signature(state, "post.ink-mode")->not_samples[0].name, "not-1");
}

static void test_refinement_takes_after_its_base(void **state)
{
    const dx_signature *base = signature(state, "post.stamp");
    const dx_signature *sig = signature(state, "post.no-ink");
    assert_ptr_equal(sig->refines, base);
    assert_null(sig->regex);
    assert_int_equal(sig->n_fields, 2);
    assert_int_equal(sig->level, DX_LEVEL_WARNING);
    assert_int_equal(sig->n_formats, 2);
    assert_text(sig->samples[0].is, "post.no-ink");
    assert_int_equal(base->n_refinements, 2);
    assert_ptr_equal(base->refinements[0], sig);
    assert_text(base->refinements[1]->id, "post.jam");
    assert_int_equal(base->refinements[1]->polarity, DX_HARMLESS);
    assert_int_equal(base->refinements[1]->level, DX_LEVEL_INFO);
}

static void test_status_and_polarity_are_kept(void **state)
{
    assert_true(signature(state, "post.ancient")->retired);
    assert_true(rule(state, "post.empty")->draft);
    assert_int_equal(signature(state, "post.ink-mode")->polarity, DX_CONTEXT);
    assert_int_equal(signature(state, "post.left-ink-mode")->polarity, DX_SUCCESS);
    assert_int_equal(signature(state, "post.left-ink-mode")->opener.n, 0);
}

/* ---- diagnoses ---- */

static void test_rule_is_read_as_written(void **state)
{
    const dx_rule *r = rule(state, "post.private-spool");
    assert_text(r->title, "Setup wrote {stamp.file.name} into a private folder");
    assert_text(r->applies, "Post 2 on any system");
    assert_text(r->product, "post");
    assert_true(r->gap_us == INT64_C(90000000));
    assert_int_equal(r->floor, 40);
    assert_false(r->any_order);
    assert_text(r->cause_class, "private-folder");
    assert_int_equal(r->n_refs, 2);
    assert_ptr_equal(r->fix_begins, signature(state, "post.ink-mode"));
    assert_ptr_equal(r->fix_ends, signature(state, "post.left-ink-mode"));
    assert_text(r->left_open_advice, "Leave ink mode.");
    const dx_rule *other = rule(state, "post.empty");
    assert_true(other->any_order);
    assert_int_equal(other->floor, 30);
    assert_true(other->gap_us == 0);
    assert_int_equal(other->n_refs, 1);
}

static void test_steps_point_to_signatures(void **state)
{
    const dx_rule *r = rule(state, "post.private-spool");
    assert_int_equal(r->n_steps, 2);
    assert_text(r->steps[0].as, "stamp");
    assert_int_equal(r->steps[0].need, DX_MUST);
    assert_int_equal(r->steps[0].points, 40);
    assert_int_equal(r->steps[0].where.n, 2);
    assert_int_equal(r->steps[0].where.p[0].n_values, 2);
    assert_true(r->steps[0].where.p[1].negate);
    assert_text(r->steps[0].where.p[1].values[0], "0x20");
    assert_int_equal(r->steps[1].n_sees, 2);
    assert_ptr_equal(r->steps[1].sees[1], signature(state, "post.left-ink-mode"));
    assert_int_equal(r->steps[1].need, DX_SHOULD);
    assert_text(r->steps[1].ask, "the line about ink");
    assert_true(r->steps[1].anywhere);
    assert_ptr_equal(rule(state, "post.empty")->steps[0].sees[0], signature(state, "post.no-ink"));
}

static void test_weighings_hold_their_conditions(void **state)
{
    const dx_rule *r = rule(state, "post.private-spool");
    assert_int_equal(r->n_weigh, 2);
    assert_text(r->weigh[0].tests.p[0].path, "stamp.file.dir");
    assert_non_null(r->weigh[0].tests.p[0].pattern);
    assert_int_equal(r->weigh[1].points, -10);
    assert_true(r->weigh[1].tests.p[0].absent);
    assert_text(r->weigh[1].tests.p[1].path, "attempt.mode");
    assert_true(r->weigh[1].tests.p[1].negate);
    assert_non_null(r->weigh[1].tests.p[1].pattern);
}

static void test_fix_steps_are_sentences_or_maps(void **state)
{
    const dx_rule *r = rule(state, "post.private-spool");
    assert_int_equal(r->n_fix, 2);
    assert_text(r->fix[0].act, "Stop the machine.");
    assert_int_equal(r->fix[0].command.n, 0);
    assert_text(r->fix[1].command, "move {stamp.file} \\spool");
    assert_text(r->fix[1].see, "1 file moved");
    assert_text(r->fix[1].undo, "move it back");
    assert_int_equal(rule(state, "post.empty")->n_fix, 1);
}

static void test_cases_speak_with_the_words_of_samples(void **state)
{
    const dx_rule *r = rule(state, "post.private-spool");
    assert_int_equal(r->n_cases, 2);
    const struct dx_case_log *log = &r->cases[0].logs[0];
    assert_text(log->server, "A");
    assert_int_equal(log->attempt, 2);
    assert_text(log->format, "text");
    assert_int_equal(log->n_says, 3);
    assert_text(log->says[0], "Could not print the stamp c:\\home\\ann\\a.stp, error 0x5");
    assert_text(log->says[1], "and/or");
    assert_text(log->says[2], "Could not print the letter");
    assert_int_equal(r->cases[0].n_expect, 2);
    assert_int_equal(r->cases[0].expect[0].confidence, 90);
    assert_true(r->cases[0].expect[1].undecided);
    assert_text(r->cases[1].logs[0].server, "unknown");
    assert_int_equal(r->cases[1].logs[0].attempt, 1);
    assert_int_equal(r->cases[1].n_expect, 0);
}

static void test_rivals_are_mutual(void **state)
{
    const dx_rule *a = rule(state, "post.private-spool"), *b = rule(state, "post.empty");
    assert_int_equal(a->n_rivals, 1);
    assert_text(a->rivals[0].id, "post.empty");
    assert_text(a->rivals[0].tell, "Look into the tank.");
    assert_text(b->rivals[0].id, "post.private-spool");
}

#define ON_BOOK(f) cmocka_unit_test_setup_teardown(f, open_book, close_book)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOOK(test_lists_are_sorted_by_id_and_know_their_place),
        ON_BOOK(test_earlier_ids_lead_to_the_same_entry),
        ON_BOOK(test_book_carries_version_and_digest_of_the_set),
        ON_BOOK(test_openers_are_those_that_ask_for_it),
        cmocka_unit_test(test_an_empty_set_gives_an_empty_book),
        ON_BOOK(test_signature_is_read_as_written),
        cmocka_unit_test(test_a_scope_with_dialogs_holds_terminals),
        cmocka_unit_test(test_a_scope_with_consoles_holds_what_any_tool_prints),
        cmocka_unit_test(test_a_tool_that_runs_others_shows_what_any_of_them_prints),
        ON_BOOK(test_definitions_are_put_into_pieces),
        ON_BOOK(test_fields_know_type_and_group),
        ON_BOOK(test_regex_takes_a_paragraph_end_for_a_blank),
        ON_BOOK(test_samples_have_names_texts_and_values),
        ON_BOOK(test_refinement_takes_after_its_base),
        ON_BOOK(test_status_and_polarity_are_kept),
        ON_BOOK(test_rule_is_read_as_written),
        ON_BOOK(test_steps_point_to_signatures),
        ON_BOOK(test_weighings_hold_their_conditions),
        ON_BOOK(test_fix_steps_are_sentences_or_maps),
        ON_BOOK(test_cases_speak_with_the_words_of_samples),
        ON_BOOK(test_rivals_are_mutual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
