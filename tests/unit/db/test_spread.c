/* Packed lists of what servers told on days: what goes in comes out, lists add up, and bytes of
 * somebody else do no harm. */
#include "fixture.h"

enum { MOST = 60 };

typedef struct list {
    sq_part p[MOST];
    size_t n;
} list;

static unsigned roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 8) % n;
}

static list make(unsigned *seed, bool changes)
{
    list l = {.n = roll(seed, MOST)};
    int64_t place = 0;
    for (size_t i = 0; i < l.n; i++) {
        place += roll(seed, roll(seed, 5) ? 3 : 100000) + (i != 0);
        l.p[i] = (sq_part){place, roll(seed, 400), 1 + roll(seed, 2) * roll(seed, 300), 0};
        l.p[i].failures = roll(seed, (unsigned)l.p[i].attempts + 1);
        if (changes && roll(seed, 2)) {
            l.p[i].events = -l.p[i].events;
            l.p[i].attempts = -l.p[i].attempts;
            l.p[i].failures = -l.p[i].failures;
        }
    }
    return l;
}

static void pack(const list *l, dx_buf *out)
{
    sq_packer to = {.out = out};
    for (size_t i = 0; i < l->n; i++)
        sq_pack(&to, &l->p[i]);
    assert_false(out->failed);
}

static void assert_is(dx_str bytes, const list *l)
{
    sq_spread s = sq_spread_of(bytes);
    for (size_t i = 0; i < l->n; i++) {
        assert_true(sq_spread_next(&s));
        assert_int_equal(s.now.place, l->p[i].place);
        assert_int_equal(s.now.events, l->p[i].events);
        assert_int_equal(s.now.attempts, l->p[i].attempts);
        assert_int_equal(s.now.failures, l->p[i].failures);
    }
    assert_false(sq_spread_next(&s));
}

static void test_what_is_packed_is_read(void **state)
{
    unsigned seed = 1;
    (void)state;
    for (int i = 0; i < 300; i++) {
        dx_buf bytes = {0};
        const list l = make(&seed, i % 2);
        pack(&l, &bytes);
        assert_is(dx_buf_str(&bytes), &l);
        dx_buf_done(&bytes);
    }
}

/* Both ways of reading, of the same bytes: wherever they are cut, and of any bytes at all. */
static void assert_both_read(dx_str bytes)
{
    sq_spread quick = sq_spread_of(bytes), plain = quick;
    bool more = true;
    while (more) {
        more = sq_spread_next_any(&plain);
        assert_int_equal(sq_spread_next(&quick), more);
        if (!more)
            break;
        assert_memory_equal(&quick.now, &plain.now, sizeof quick.now);
        assert_ptr_equal(quick.p, plain.p);
    }
}

static void test_the_quick_way_reads_the_same(void **state)
{
    unsigned seed = 11;
    (void)state;
    for (int64_t step = 1; step < INT64_C(1) << 30; step += step / 3 + 1) {
        const list l = {.p = {{step, 1, 1, 0}, {2 * step, 42, 1, 1}, {3 * step, 9, 2, 1}}, .n = 3};
        dx_buf bytes = {0};
        pack(&l, &bytes);
        for (size_t n = 0; n <= bytes.n; n++)
            assert_both_read((dx_str){bytes.p, n});
        dx_buf_done(&bytes);
    }
    for (int i = 0; i < 2000; i++) {
        char some[12];
        for (size_t k = 0; k < sizeof some; k++)
            some[k] = (char)(roll(&seed, 3) ? roll(&seed, 256) : 0x80);
        assert_both_read((dx_str){some, roll(&seed, sizeof some + 1)});
    }
}

static void test_one_good_attempt_takes_two_bytes(void **state)
{
    const list l = {.p = {{40, 2, 1, 0}, {47, 20, 1, 1}}, .n = 2};
    dx_buf bytes = {0};
    (void)state;
    pack(&l, &bytes);
    assert_int_equal(bytes.n, 4);
    dx_buf_done(&bytes);
}

/* The plain way: every place of either. */
static list sum(const list *a, const list *b)
{
    list l = {.n = 0};
    size_t i = 0, k = 0;
    while (i < a->n || k < b->n) {
        const bool x = i < a->n && (k == b->n || a->p[i].place <= b->p[k].place);
        const bool y = k < b->n && (i == a->n || b->p[k].place <= a->p[i].place);
        sq_part p = x ? a->p[i] : b->p[k];
        if (x && y) {
            p.events += b->p[k].events;
            p.attempts += b->p[k].attempts;
            p.failures += b->p[k].failures;
        }
        if (p.attempts)
            l.p[l.n++] = p;
        i += x;
        k += y;
    }
    return l;
}

static void test_lists_add_up(void **state)
{
    unsigned seed = 5;
    (void)state;
    for (int i = 0; i < 300; i++) {
        list a = make(&seed, false), b = make(&seed, true);
        dx_buf x = {0}, y = {0}, out = {0};
        a.n /= 2, b.n /= 2; /* the sum fits into a list, too */
        b.n = i % 3 || b.n < a.n ? b.n : a.n;
        for (size_t k = 0; k < b.n && i % 3 == 0; k++) /* takes back what was there */
            b.p[k] = (sq_part){a.p[k].place, -a.p[k].events, -a.p[k].attempts, -a.p[k].failures};
        pack(&a, &x);
        pack(&b, &y);
        const list due = sum(&a, &b);
        sq_spread_add(dx_buf_str(&x), dx_buf_str(&y), &out);
        assert_is(dx_buf_str(&out), &due);
        dx_buf_done(&x), dx_buf_done(&y), dx_buf_done(&out);
    }
}

static void test_bytes_of_somebody_else_do_no_harm(void **state)
{
    unsigned seed = 11;
    unsigned char bytes[64];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        const size_t n = roll(&seed, sizeof bytes);
        int64_t last = 0, total = 0;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (unsigned char)(roll(&seed, 3) ? 0x80 | roll(&seed, 128) : roll(&seed, 128));
        sq_spread s = sq_spread_of((dx_str){(char *)bytes, n});
        for (size_t k = 0; sq_spread_next(&s); k++) {
            assert_true(k < n && s.now.place >= last);
            last = s.now.place;
            total += s.now.events + s.now.attempts + s.now.failures; /* which must not overflow */
        }
        dx_buf out = {0};
        sq_spread_add((dx_str){(char *)bytes, n / 2}, (dx_str){(char *)bytes + n / 2, n - n / 2},
                      &out);
        assert_true(!out.failed && total < INT64_MAX);
        dx_buf_done(&out);
    }
}

/* ---- releases of a week ---- */

enum { RELEASES = 5 };

typedef struct week {
    list of[RELEASES + 1]; /* by release, from 1 on; they are numbered 1, 11, 111 ... */
} week;

static int64_t number_of(int release)
{
    int64_t n = 1;
    for (; release > 1; release--)
        n = 10 * n + 1;
    return n;
}

static void pack_week(const week *w, dx_buf *out)
{
    sq_week_packer to = {.out = out};
    for (int r = 1; r <= RELEASES; r++) {
        dx_buf bytes = {0};
        pack(&w->of[r], &bytes);
        sq_week_pack(&to, number_of(r), dx_buf_str(&bytes));
        dx_buf_done(&bytes);
    }
    assert_false(out->failed);
}

static void assert_week_is(dx_str bytes, const week *due)
{
    sq_week w = sq_week_of(bytes);
    for (int r = 1; r <= RELEASES; r++) {
        if (!due->of[r].n)
            continue;
        assert_true(sq_week_next(&w));
        assert_int_equal(w.release, number_of(r));
        assert_is(w.list, &due->of[r]);
    }
    assert_false(sq_week_next(&w));
}

static void test_weeks_add_up_by_release(void **state)
{
    unsigned seed = 3;
    (void)state;
    for (int i = 0; i < 300; i++) {
        week a = {.of = {{.n = 0}}}, b = a, due = a;
        dx_buf x = {0}, y = {0}, out = {0};
        for (int r = 1; r <= RELEASES; r++) {
            if (roll(&seed, 3))
                a.of[r] = make(&seed, false);
            if (roll(&seed, 3))
                b.of[r] = make(&seed, true);
            a.of[r].n /= 2, b.of[r].n /= 2;
            due.of[r] = !a.of[r].n ? b.of[r] : !b.of[r].n ? a.of[r] : sum(&a.of[r], &b.of[r]);
        }
        pack_week(&a, &x);
        pack_week(&b, &y);
        assert_week_is(dx_buf_str(&x), &a);
        sq_week_add(dx_buf_str(&x), dx_buf_str(&y), &out);
        assert_week_is(dx_buf_str(&out), &due);
        dx_buf_done(&x), dx_buf_done(&y), dx_buf_done(&out);
    }
}

static void test_weeks_of_somebody_else_do_no_harm(void **state)
{
    unsigned seed = 29;
    unsigned char bytes[64];
    (void)state;
    for (int i = 0; i < 20000; i++) {
        const size_t n = roll(&seed, sizeof bytes);
        int64_t last = 0;
        for (size_t k = 0; k < n; k++)
            bytes[k] = (unsigned char)(roll(&seed, 4) ? roll(&seed, 8) : roll(&seed, 256));
        sq_week w = sq_week_of((dx_str){(char *)bytes, n});
        for (size_t k = 0; sq_week_next(&w); k++) {
            assert_true(k < n && w.release >= last);
            assert_true(w.list.p >= (char *)bytes && w.list.n <= n &&
                        w.list.p + w.list.n <= (char *)bytes + n);
            last = w.release;
        }
        dx_buf out = {0};
        sq_week_add((dx_str){(char *)bytes, n / 2}, (dx_str){(char *)bytes + n / 2, n - n / 2},
                    &out);
        assert_false(out.failed);
        dx_buf_done(&out);
    }
}

static void test_days_of_a_week_have_places(void **state)
{
    (void)state;
    assert_int_equal(sq_part_place(3, 4), 21);         /* 1970-01-05, a Monday */
    assert_int_equal(sq_part_place(3, 10), 27);        /* the Sunday behind it */
    assert_int_equal(sq_part_place(3, -1), 3 * 7 + 2); /* 1969-12-31, a Wednesday */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_packed_is_read),
        cmocka_unit_test(test_the_quick_way_reads_the_same),
        cmocka_unit_test(test_one_good_attempt_takes_two_bytes),
        cmocka_unit_test(test_lists_add_up),
        cmocka_unit_test(test_bytes_of_somebody_else_do_no_harm),
        cmocka_unit_test(test_weeks_add_up_by_release),
        cmocka_unit_test(test_weeks_of_somebody_else_do_no_harm),
        cmocka_unit_test(test_days_of_a_week_have_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
