/* Which places of a piece count. */
#include "core/buf.h"
#include "core/near.h"
#include "framing.h"
#include "parser/piece.h"
#include "parser/recall.h"

#define FORMATS                                                                                    \
    "setupdx: 1\n"                                                                                 \
    "formats:\n"                                                                                   \
    "  - id: log\n"                                                                                \
    "    fallback: stamped\n"                                                                      \
    "    record: { joins: true, stamp: '^(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2}) ' }\n"

enum { LITERALS = 2 };

/* What is looked for, in logs of the format. */
typedef struct search {
    framing f;
    dx_scanner *scanner;
    const dx_near *near[LITERALS];
    bool wanted[LITERALS];
    dx_scan_subset base;
    dx_quests *quests;
    const dx_quest *quest;
    dx_stamper *stamper;
    dx_recall recall;
    dx_piece piece;
} search;

static void search_begin(search *s, const char *const pattern[LITERALS],
                         const char *const literal[LITERALS])
{
    const dx_format *const *formats;
    dx_scan_literal all[LITERALS];
    dx_err err;

    memset(s, 0, sizeof *s);
    framing_begin(&s->f, FORMATS);
    for (uint32_t i = 0; i < LITERALS; i++) {
        const dx_str text = dx_str_of(literal[i]);
        all[i] = (dx_scan_literal){text, i};
        s->wanted[i] = true;
        assert_true(
            dx_near_of(dx_str_of(pattern[i]), &text, 1, s->f.arena, s->f.arena, &s->near[i]));
        assert_non_null(s->near[i]);
    }
    assert_int_equal(dx_scanner_new(&s->scanner, NULL, all, LITERALS, &err), DX_OK);
    s->base = (dx_scan_subset){s->scanner, s->wanted, LITERALS, s->near};
    s->quests = dx_quests_new();
    assert_non_null(s->quests);
    assert_int_equal(dx_formats_all(s->f.formats, &formats), 1);
    assert_int_equal(
        dx_quests_get(s->quests, formats[0], &s->base, DX_NONE, &s->quest, &s->stamper, &err),
        DX_OK);
    assert_non_null(s->quest->scanner);
}

static void search_end(search *s)
{
    dx_piece_done(&s->piece);
    dx_recall_done(&s->recall);
    dx_quests_free(s->quests);
    dx_scanner_free(s->scanner);
    framing_end(&s->f);
}

static void look(search *s, dx_str text, size_t until, bool all)
{
    s->piece.text = text;
    s->piece.until = until;
    s->piece.all = all;
    s->piece.next = (dx_piece_line){.number = 1};
    dx_piece_look(s->quest, &s->piece, s->stamper, &s->recall);
    assert_false(s->piece.starved);
}

static bool is_spot(const search *s, uint64_t offset)
{
    for (size_t i = 0; i < s->piece.n_spots; i++)
        if (s->piece.spot[i].offset == offset)
            return true;
    return false;
}

static const char *const went[LITERALS] = {"(?:at|a)[^\\n]{0,30}? went[^\\n]{0,20}? well",
                                           "stayed[^\\n]{0,20}? well"};
static const char *const went_literal[LITERALS] = {"went", "stayed"};

/* The second line's hit takes back the first one's; when that is the last of a piece, nobody knows
 * of the second. */
static void test_the_end_of_a_piece_is_no_end_though_all_is_in_sight(void **state)
{
    static const char first[] = "10:00:00 they went home a\n";
    static const char second[] = "10:00:01 day after day went so well\n";
    const uint64_t place = (uint64_t)(strstr(first, "went") - first);
    dx_buf log = {0};
    search s;

    (void)state;
    search_begin(&s, went, went_literal);
    dx_buf_add(&log, dx_str_of(first));
    dx_buf_add(&log, dx_str_of(second));
    for (int whole = 0; whole < 2; whole++) {
        look(&s, dx_buf_str(&log), log.n, whole);
        assert_int_equal(s.piece.n_lines, 2);
        assert_true(is_spot(&s, place));
        look(&s, dx_buf_str(&log), sizeof first - 1, whole);
        assert_int_equal(s.piece.n_lines, 1);
        assert_true(is_spot(&s, place));
    }
    dx_buf_clear(&log); /* without the second it is not there */
    dx_buf_add(&log, dx_str_of(first));
    look(&s, dx_buf_str(&log), log.n, true);
    assert_int_equal(s.piece.n_spots, 0);
    dx_buf_done(&log);
    search_end(&s);
}

/* Lines of which each holds both literals and none counts by itself. */
static void test_what_is_taken_back_stands_in_order(void **state)
{
    static const char *const pattern[LITERALS] = {"(?:go[^\\n]{0,99})?went[^\\n]{0,9}ok1",
                                                  "(?:go[^\\n]{0,99})?stayed[^\\n]{0,9}ok2"};
    static const char line[] = "10:00:00 it stayed it went\n";
    enum { LINES = 100 };
    dx_buf log = {0};
    search s;

    (void)state;
    search_begin(&s, pattern, went_literal);
    for (int i = 0; i < LINES; i++)
        dx_buf_add(&log, dx_str_of(line));
    dx_buf_add(&log, DX_LIT("10:00:01 x stayed ok2 went ok1\n"));
    look(&s, dx_buf_str(&log), log.n, true);
    assert_int_equal(s.piece.n_spots, 2 * (LINES + 1));
    for (size_t i = 1; i < s.piece.n_spots; i++)
        assert_true(s.piece.spot[i - 1].offset < s.piece.spot[i].offset);
    dx_buf_done(&log);
    search_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_end_of_a_piece_is_no_end_though_all_is_in_sight),
        cmocka_unit_test(test_what_is_taken_back_stands_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
