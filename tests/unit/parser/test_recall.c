/* What is found in lines that were there before, without looking through them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "core/hash.h"
#include "parser/recall.h"

static const char escape[] = "\x1b[31m";

enum { LINES = 60, ROUNDS = 25, PER_TEXT = 120, LITERALS = 400 };

static uint32_t below(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1103515245u + 12345u;
    return (*seed >> 16) % n;
}

/* A line of few words, so that much of it is in many; some have a margin,
 * breaks or CR LF. */
static dx_str a_line(uint32_t *seed, dx_arena *into)
{
    static const char *const word[] = {"error", "setup",   "ror 5", "failed", "with", "code", "the",
                                       "0x80",  "service", "not",   "Err",    "or",   "ed",   "x"};
    static const char *const gap[] = {" ", " ", " ", " ", "  ", "\t", escape, "", "\r"};
    dx_buf line = {0};

    if (below(seed, 4) == 0)
        dx_buf_add(&line, DX_LIT("[12] "));
    for (uint32_t n = 1 + below(seed, 9); n > 0; n--) {
        dx_buf_add(&line, dx_str_of(word[below(seed, sizeof word / sizeof *word)]));
        dx_buf_add(&line, dx_str_of(n > 1 ? gap[below(seed, sizeof gap / sizeof *gap)] : ""));
    }
    dx_buf_add(&line, dx_str_of(below(seed, 8) == 0 ? "\r\n" : "\n"));
    const dx_str kept = dx_arena_copy(into, dx_buf_str(&line));
    dx_buf_done(&line);
    assert_non_null(kept.p);
    return kept;
}

static size_t margins(void *ctx, dx_str line, uint8_t at[DX_MARGINS])
{
    (void)ctx;
    at[0] = 5;
    return dx_str_starts(line, DX_LIT("[12] "));
}

static size_t not_in_escape(const char *text, size_t at)
{
    for (size_t back = 0; back < sizeof escape - 1 && back <= at; back++)
        if (text[at - back] == '\x1b')
            return at - back;
    return at;
}

static dx_str behind_margin(dx_str line)
{
    return dx_str_slice(line, dx_str_starts(line, DX_LIT("[12] ")) ? 5 : 0, line.n);
}

/* Pieces of the lines, also across their ends, with single blanks. */
static void make_literals(uint32_t *seed, const dx_str *line, dx_scan_literal *out, dx_arena *into)
{
    for (uint32_t n = 0; n < LITERALS;) {
        dx_buf text = {0}, plain = {0};
        dx_buf_add(&text, behind_margin(line[below(seed, LINES)]));
        dx_buf_add(&text, behind_margin(line[below(seed, LINES)]));
        const size_t from = below(seed, (uint32_t)text.n), most = 4 + below(seed, 24);
        for (size_t i = not_in_escape(text.p, from); i < text.n && plain.n < most; i++) {
            const char c = text.p[i];
            const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
            if (c == '\x1b') {
                i += sizeof escape - 2;
                continue;
            }
            if (!blank)
                dx_buf_char(&plain, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
            else if (plain.n > 0 && plain.p[plain.n - 1] != ' ')
                dx_buf_char(&plain, ' ');
        }
        const dx_str literal = dx_str_trim(dx_buf_str(&plain));
        if (literal.n >= DX_SCAN_LEAST)
            out[n] = (dx_scan_literal){dx_arena_copy(into, literal), n % 7 == 0 ? UINT32_MAX : n};
        n += literal.n >= DX_SCAN_LEAST;
        dx_buf_done(&text);
        dx_buf_done(&plain);
    }
}

/* The lines in a new order; the piece owns nothing of them but its list. */
static void fill(uint32_t *seed, const dx_str *line, dx_buf *text, dx_piece *p)
{
    dx_buf_clear(text);
    for (p->n_lines = 0; p->n_lines < PER_TEXT; p->n_lines++) {
        const dx_str next = line[below(seed, LINES)];
        p->begin[p->n_lines] = (uint32_t)text->n;
        p->print[p->n_lines] = dx_hash64(next, 0);
        dx_buf_add(text, next);
    }
    assert_false(text->failed);
    p->text = dx_buf_str(text);
    p->until = text->n;
    p->next.offset = 1000 + text->n;
}

static void assert_same(const dx_scan_hits *a, const dx_scan_hits *b)
{
    assert_int_equal(a->n, b->n);
    for (size_t i = 0; i < a->n; i++) {
        assert_int_equal(a->p[i].at, b->p[i].at);
        assert_int_equal(a->p[i].id, b->p[i].id);
    }
}

static size_t look_at_all(const dx_quest *q, uint32_t *seed, const dx_str *line,
                          dx_scan_margins *where)
{
    uint32_t begin[PER_TEXT];
    uint64_t print[PER_TEXT];
    dx_piece p = {.first.offset = 1000, .begin = begin, .print = print};
    dx_scan_hits plain = {0};
    dx_recall recall = {.quest = q};
    dx_buf text = {0};
    size_t known = 0;

    for (int round = 0; round < ROUNDS; round++) {
        fill(seed, line, &text, &p);
        dx_scan_range range = {.text = p.text, .until = p.until, .margins = where};
        assert_true(dx_scanner_run(q->scanner, &range, &plain));
        recall.on = true;
        assert_true(dx_recall_begin(&recall, q, &p, &range));
        known += range.n_known;
        assert_true(dx_scanner_run(q->scanner, &range, &p.hits));
        assert_true(dx_recall_merge(&recall, &p));
        assert_true(p.hits.n > 0);
        assert_same(&plain, &p.hits);
        dx_recall_learn(&recall, &p);
    }
    dx_recall_done(&recall);
    dx_scan_hits_done(&plain);
    dx_scan_hits_done(&p.hits);
    dx_buf_done(&text);
    return known;
}

static void test_the_same_is_found_in_lines_that_were_there_before(void **state)
{
    (void)state;
    for (uint32_t seed = 1, n = 0; n < 6; n++) {
        dx_arena *arena = dx_arena_new(0);
        dx_str line[LINES];
        dx_scan_literal all[LITERALS];
        dx_scanner *base = NULL, *top = NULL;
        const size_t below_top = n % 3 == 0 ? 90 : LITERALS - 60; /* with a sieve and without */
        dx_err err;

        for (size_t i = 0; i < LINES; i++)
            line[i] = a_line(&seed, arena);
        make_literals(&seed, line, all, arena);
        assert_int_equal(dx_scanner_new(&base, NULL, all, below_top, &err), DX_OK);
        assert_int_equal(dx_scanner_new(&top, base, all + below_top,
                                        n % 3 == 0 ? 0 : LITERALS - below_top, &err),
                         DX_OK);
        const dx_quest q = {.scanner = top};
        assert_true(look_at_all(&q, &seed, line, n % 2 ? margins : NULL) > LINES * ROUNDS / 2);
        dx_scanner_free(top);
        dx_scanner_free(base);
        dx_arena_free(arena);
    }
}

/* More lines than there is room for, and lines of which the fingerprints are
 * all the same. */
static void test_room_is_bounded(void **state)
{
    dx_seen *s = dx_seen_new();
    dx_seen_line found;
    char text[16];
    size_t known = 0;

    (void)state;
    assert_non_null(s);
    for (unsigned i = 0; i < 200000; i++) {
        const dx_str line = {text, (size_t)snprintf(text, sizeof text, "line %u\n", i)};
        const dx_scan_find find = {.at = 107, .which = i, .depth = 2, .mid = 3};
        dx_seen_learn(s, line, i < 1000 ? 7 : dx_hash64(line, 0), &find, 1, 100);
        known += i < 1000 && dx_seen_get(s, line, 7, &found);
    }
    assert_in_range(known, 8, 100);
    assert_true(
        dx_seen_get(s, DX_LIT("line 199999\n"), dx_hash64(DX_LIT("line 199999\n"), 0), &found));
    assert_int_equal(found.n, 1);
    assert_int_equal(found.find[0].at, 7);
    assert_int_equal(found.find[0].which, 199999);
    assert_false(
        dx_seen_get(s, DX_LIT("line 2000\n"), dx_hash64(DX_LIT("line 2000\n"), 0), &found));
    dx_seen_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_same_is_found_in_lines_that_were_there_before),
        cmocka_unit_test(test_room_is_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
