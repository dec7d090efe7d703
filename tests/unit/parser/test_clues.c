#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "parser/clues.h"
#include "tests/unit/parser/shipped.h"

typedef struct bench {
    shipped in;
    bool learns; /* from the texts before */
} bench;

static int set_up(void **state)
{
    static bench b;

    b = (bench){.learns = false};
    *state = &b;
    return shipped_read(&b.in);
}

/* All that is done for one text. */
static const bool *look(const bench *b, dx_str text, const dx_rival_format *rival)
{
    const dx_clues *clues = dx_formats_clues(b->in.formats);
    const bool *fit = dx_clues_fit(clues, DX_NONE, text, b->in.arena);

    assert_non_null(fit);
    return dx_clues_look(clues, text, fit, rival, b->in.arena);
}

static int tear_down(void **state)
{
    bench *b = *state;
    shipped_done(&b->in);
    return 0;
}

/* How many clues are in the text; each must be among those that a look says may be. */
static size_t check_text(const bench *b, dx_str text, int rival, size_t *ruled_out)
{
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    const bool *seen = look(b, text, &(dx_rival_format){b->learns ? all[0] : NULL, rival});
    size_t found = 0;

    assert_non_null(seen);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < all[i]->n_clues; k++) {
            const dx_clue *c = &all[i]->clues[k];
            if (!c->line)
                continue;
            *ruled_out += !seen[c->number];
            if (dx_regex_find(c->line, b->in.rx, text, 0, NULL, 0) != DX_RX_YES)
                continue;
            found++;
            assert_true(seen[c->number]);
        }
    }
    return found;
}

/* Of all samples. */
static size_t check_samples(const bench *b, int rival, size_t *ruled_out)
{
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    size_t found = 0;

    for (size_t i = 0; i < n; i++) {
        const dx_format_sample *samples;
        const size_t n_samples = dx_format_samples(all[i], &samples);
        for (size_t k = 0; k < n_samples; k++)
            found += check_text(b, samples[k].text, rival, ruled_out);
    }
    assert_true(found > n);
    return found;
}

static void test_no_clue_of_any_sample_is_missed(void **state)
{
    size_t ruled_out = 0;
    const size_t found = check_samples(*state, 0, &ruled_out);

    assert_true(ruled_out > 10 * found);
}

static void test_none_is_missed_where_some_are_not_looked_for(void **state)
{
    static const int rivals[] = {1, 49, 50, 75, 130, 270, 399, 400, 1000000};
    size_t ruled_out;

    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++)
        (void)check_samples(*state, rivals[i], &ruled_out);
}

/* Each after all others, too: what was looked for before is never too little. */
static void test_none_is_missed_whatever_was_looked_for_before(void **state)
{
    static const int rivals[] = {1, 50, 130, 270, 400};
    bench with = *(const bench *)*state;
    size_t ruled_out;

    with.learns = true;
    for (size_t i = 0; i < 2 * sizeof rivals / sizeof *rivals; i++)
        (void)check_samples(&with, rivals[i / 2], &ruled_out);
    assert_int_equal(dx_clues_looks(dx_formats_clues(with.in.formats)), 8);
}

/* What may still be there is too little, unless nothing certain is known of it. */
static void test_what_is_not_looked_for_does_not_beat_the_rival(void **state)
{
    const bench *b = *state;
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    const dx_str text = DX_LIT("0\nA\nE\nI\nM\nP\nS\nT\nW\n[\n(\n=\n \n");
    const dx_rival_format rival = {NULL, 130}, none = {NULL, 0};
    const bool *open = look(b, text, &rival);
    const bool *always = look(b, text, &none);
    size_t spared = 0;

    for (size_t i = 0; i < n; i++) {
        int most = 0, certain = 0;
        for (size_t k = 0; k < all[i]->n_clues; k++) {
            const dx_clue *c = &all[i]->clues[k];
            most += c->points > 0 && open[c->number] ? c->points : 0;
            certain += c->points > 0 && always[c->number] ? c->points : 0;
            spared += open[c->number] && !always[c->number];
        }
        assert_true(most < 130 || most == certain);
    }
    assert_true(spared > 20);
}

/* Where lines begin with nothing but a bracket, most formats need no look at all. */
static void test_nothing_that_beats_the_rival_stays_open_for_few_beginnings(void **state)
{
    const bench *b = *state;
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    const dx_str text = DX_LIT("[\n[");
    const dx_rival_format rival = {all[0], 130}, none = {NULL, 0};
    const size_t before = dx_clues_looks(dx_formats_clues(b->in.formats));

    for (size_t round = 0; round < 2; round++) {
        const bool *open = look(b, text, &rival);
        const bool *always = look(b, text, &none);
        for (size_t i = 0; i < n; i++) {
            int most = 0, certain = 0;
            for (size_t k = 0; k < all[i]->n_clues; k++) {
                const dx_clue *c = &all[i]->clues[k];
                most += c->points > 0 && open[c->number] ? c->points : 0;
                certain += c->points > 0 && always[c->number] ? c->points : 0;
            }
            assert_true(most < 130 || most == certain);
        }
    }
    assert_int_equal(dx_clues_looks(dx_formats_clues(b->in.formats)), before + 1);
}

/* Nothing is learned of a line that few clues may be in, nor anew of a format with more points; and
 * the clues are not denied. */
static void test_a_log_with_an_odd_line_is_looked_through_like_others(void **state)
{
    static const int rivals[] = {130, 135, 270};
    bench with = *(const bench *)*state;
    const dx_clues *clues = dx_formats_clues(with.in.formats);
    size_t ruled_out = 0, found = 0;

    with.learns = true;
    (void)check_text(&with, DX_LIT("[\n["), rivals[0], &ruled_out);
    const size_t before = dx_clues_looks(clues);
    for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++)
        found += check_text(&with, DX_LIT("[\n=== Logging started: 1/2/2024  10:00:00 ===\n["),
                            rivals[i], &ruled_out);
    assert_true(before > 0 && found > 0 && ruled_out > 1000);
    assert_int_equal(dx_clues_looks(clues), before);
}

/* ": *** " is all that is certain of a clue with which lines like these may begin. */
static void test_a_clue_without_a_word_leaves_the_others_the_quicker_look(void **state)
{
    const bench *b = *state;
    const dx_clues *clues = dx_formats_clues(b->in.formats);
    const dx_format *const *all;
    const dx_str text = DX_LIT("make: nothing\nninja: nothing\nSetup began\n");

    (void)dx_formats_all(b->in.formats, &all);
    (void)look(b, text, &(dx_rival_format){all[1], 130});
    assert_true(dx_clues_looks(clues) > 0);
    assert_int_equal(dx_clues_quick_looks(clues), dx_clues_looks(clues));
}

static int most_of(const dx_format *f, const bool *seen)
{
    int most = 0;

    for (size_t k = 0; k < f->n_clues; k++)
        most += seen[f->clues[k].number] && f->clues[k].points > 0 ? f->clues[k].points : 0;
    return most;
}

static void test_formats_that_may_have_enough_points_are_listed_in_their_order(void **state)
{
    const bench *b = *state;
    const dx_format *const *all;
    const size_t n = dx_formats_all(b->in.formats, &all);
    const dx_str text = DX_LIT("make: nothing\n[2024-01-01 10:00:00] Setup began\n=== Logging\n");
    const bool *seen = look(b, text, &(dx_rival_format){NULL, 130});
    uint32_t *place = dx_arena_get(b->in.arena, n * sizeof *place);
    size_t some = 0;

    assert_non_null(place);
    for (int least = 1; least < 400; least += 7) {
        const size_t listed = dx_clues_formats(dx_formats_clues(b->in.formats), seen, least, place);
        size_t at = 0;
        for (size_t i = 0; i < n; i++)
            if (most_of(all[i], seen) >= least) {
                assert_true(at < listed);
                assert_int_equal(place[at++], i);
            }
        assert_int_equal(at, listed);
        some += listed;
    }
    assert_true(some > 0);
}

static void test_an_empty_head_holds_next_to_nothing(void **state)
{
    size_t ruled_out = 0;
    check_text(*state, DX_LIT(""), 0, &ruled_out);
    assert_true(ruled_out > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_clue_of_any_sample_is_missed),
        cmocka_unit_test(test_none_is_missed_where_some_are_not_looked_for),
        cmocka_unit_test(test_what_is_not_looked_for_does_not_beat_the_rival),
        cmocka_unit_test(test_nothing_that_beats_the_rival_stays_open_for_few_beginnings),
        cmocka_unit_test(test_a_log_with_an_odd_line_is_looked_through_like_others),
        cmocka_unit_test(test_a_clue_without_a_word_leaves_the_others_the_quicker_look),
        cmocka_unit_test(test_none_is_missed_whatever_was_looked_for_before),
        cmocka_unit_test(test_formats_that_may_have_enough_points_are_listed_in_their_order),
        cmocka_unit_test(test_an_empty_head_holds_next_to_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
