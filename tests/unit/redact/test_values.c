#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include <cmocka.h>
#include "redact/kinds.h"
#include "redact/leak.h"
#include "redact/set.h"

static const unsigned char key[DX_REDACT_KEY] = "any bytes will do for a test....";

static dx_values *values_of(const char *const *texts, size_t n, dx_shape shape)
{
    dx_err err;
    dx_values *v;

    assert_int_equal(dx_values_new(&v, key, &err), DX_OK);
    assert_int_equal(dx_values_ordinary(v, DX_LIT("install"), &err), DX_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(dx_values_add(v, dx_str_of(texts[i]), shape, &err), DX_OK);
    assert_int_equal(dx_values_seal(v, &err), DX_OK);
    return v;
}

static void replaced(const dx_values *v, const char *text, dx_buf *out)
{
    const dx_str s = dx_str_of(text);

    dx_buf_clear(out);
    assert_int_equal(dx_values_replace(v, s, s.n, out), s.n);
    assert_false(out->failed);
}

static void test_case_length_and_punctuation_stay(void **state)
{
    static const char *const names[] = {"srv-mail01", "jane.doe"};
    dx_values *v = values_of(names, 2, DX_SHAPE_NAME);
    dx_buf out = {0};

    (void)state;
    replaced(v, "On SRV-Mail01$ Jane.Doe", &out);
    assert_int_equal(out.n, 23);
    assert_memory_equal(out.p, "On ", 3);
    assert_true(out.p[3] >= 'A' && out.p[3] <= 'Z' && out.p[7] >= 'A' && out.p[7] <= 'Z');
    assert_true(out.p[8] >= 'a' && out.p[8] <= 'z' && out.p[11] >= '0' && out.p[11] <= '9');
    assert_true(out.p[6] == '-' && out.p[13] == '$' && out.p[19] == '.');
    assert_null(strstr(out.p, "01"));
    dx_buf_done(&out);
    dx_values_free(v);
}

static void test_the_order_of_adding_plays_no_part(void **state)
{
    static const char *const one[] = {"alpha7", "beta8", "gamma9"};
    static const char *const other[] = {"gamma9", "alpha7", "beta8"};
    dx_values *a = values_of(one, 3, DX_SHAPE_NAME), *b = values_of(other, 3, DX_SHAPE_NAME);
    dx_buf x = {0}, y = {0};

    (void)state;
    replaced(a, "alpha7 beta8 gamma9", &x);
    replaced(b, "alpha7 beta8 gamma9", &y);
    assert_string_equal(x.p, y.p);
    dx_buf_done(&x);
    dx_buf_done(&y);
    dx_values_free(a);
    dx_values_free(b);
}

static void test_no_two_become_the_same(void **state)
{
    static char names[900][8];
    const char *texts[900];
    dx_str original, replacement;

    (void)state;
    for (int i = 0; i < 900; i++) {
        sprintf(names[i], "srv%d", 100 + i);
        texts[i] = names[i];
    }
    dx_values *v = values_of(texts, 900, DX_SHAPE_NAME);
    dx_set seen = {0};
    dx_arena *arena = dx_arena_new(0);
    for (size_t i = 0; i < dx_values_count(v); i++) {
        dx_values_get(v, i, &original, &replacement);
        assert_int_equal(dx_set_add(&seen, arena, replacement), DX_SET_NEW);
        assert_false(dx_str_eq(original, replacement));
    }
    dx_arena_free(arena);
    dx_values_free(v);
}

static void test_parts_of_ordinary_words_must_stand_alone(void **state)
{
    static const char *const names[] = {"install", "stall", "ab"};
    dx_values *v = values_of(names, 3, DX_SHAPE_NAME);
    dx_buf out = {0};

    (void)state;
    replaced(v, "install abc stall, ab", &out);
    assert_memory_equal(out.p, "install abc ", 12);
    assert_null(strstr(out.p + 12, "stall"));
    assert_null(strstr(out.p + 12, "ab"));
    dx_buf_done(&out);
    dx_values_free(v);
}

static void test_a_line_end_may_stand_inside(void **state)
{
    static const char *const names[] = {"kowalczyk"};
    dx_values *v = values_of(names, 1, DX_SHAPE_NAME);
    dx_buf out = {0};

    (void)state;
    replaced(v, "KOWA\r\n> lczyk", &out);
    assert_int_equal(out.n, 13);
    assert_memory_equal(out.p + 4, "\r\n> ", 4);
    assert_null(strstr(out.p, "KOWA"));
    assert_null(strstr(out.p, "lczyk"));
    dx_buf_done(&out);
    dx_values_free(v);
}

/* Text of the value that stands there, and how far it reaches. */
static void found_at(const dx_values *v, const char *text, size_t from, const char *value,
                     size_t to)
{
    const dx_str s = dx_str_of(text);
    dx_value_at at;
    dx_str original, replacement;

    assert_true(dx_values_find(v, s, from, from + 1, &at));
    dx_values_get(v, at.value, &original, &replacement);
    assert_int_equal(original.n, strlen(value));
    assert_memory_equal(original.p, value, original.n);
    assert_int_equal(at.from, from);
    assert_int_equal(at.to, to);
}

static void test_of_values_that_begin_alike_the_longest_counts(void **state)
{
    static const char *const names[] = {"kowal",          "kowalczyk", "kowalczyk-groeger",
                                        "kowalczykowska", "kow",       "kowalski\rjan"};
    dx_values *v = values_of(names, 6, DX_SHAPE_NAME);
    dx_value_at at;

    (void)state;
    found_at(v, "KOWALCZYK-Groeger", 0, "kowalczyk-groeger", 17);
    found_at(v, "kowalczyk-groegen", 0, "kowalczyk", 9);
    found_at(v, "kowalczykowski", 0, "kowalczyk", 9);
    found_at(v, "kowalczy", 0, "kowal", 5);
    found_at(v, "kow alczyk", 0, "kow", 3);
    found_at(v, "kowalczyk\n> owska", 0, "kowalczykowska", 17);
    found_at(v, "kow\r\n\n\talczyk", 0, "kowalczyk", 13);
    found_at(v, "kowalski\r\njan", 0, "kowalski\rjan", 13);
    found_at(v, "kowalski\njan", 0, "kowal", 5);
    assert_false(dx_values_find(v, DX_LIT("kowa"), 0, 4, &at)); /* "kow" must stand alone */
    assert_false(dx_values_find(v, DX_LIT("k\nowalczyk"), 0, 11, &at));
    dx_values_free(v);
}

/* How many bytes of n names are looked at in a text of names and of what only begins like them. */
static size_t compared_with(size_t n)
{
    enum { MOST = 20000, PLACES = 2000 };
    static char names[MOST][32];
    static const char *texts[MOST];
    dx_buf text = {0};
    dx_value_at at = {0};
    size_t compared = 0, found = 0;

    assert_in_range(n, 1, MOST);
    for (size_t i = 0; i < n; i++) {
        sprintf(names[i], "fabrikam%05zu", i);
        texts[i] = names[i];
    }
    for (size_t i = 0; i < PLACES; i++)
        dx_buf_printf(&text, "Fabrikam%05zu on fabrikam-%zu, ", i * 7919 % n, i);
    assert_false(text.failed);
    dx_values *v = values_of(texts, n, DX_SHAPE_NAME);
    while (dx_values_find(v, dx_buf_str(&text), at.to, text.n, &at)) {
        compared += at.compared;
        found++;
    }
    assert_int_equal(found, PLACES);
    dx_values_free(v);
    dx_buf_done(&text);
    return compared + at.compared;
}

static void test_ten_times_as_many_names_cost_little_more(void **state)
{
    const size_t few = compared_with(2000);

    (void)state;
    assert_in_range(few, 2000 * sizeof "fabrikam", SIZE_MAX);
    assert_in_range(compared_with(20000), few, 2 * few);
}

static void test_ranges_and_well_known_ends_stay(void **state)
{
    static const char *const addresses[] = {"192.168.12.250"};
    static const char *const sids[] = {"S-1-5-21-1-22-333-500", "S-1-5-21-1-22-333-1105"};
    dx_values *v = values_of(addresses, 1, DX_SHAPE_IP4);
    dx_values *w = values_of(sids, 2, DX_SHAPE_SID);
    dx_buf out = {0};

    (void)state;
    replaced(v, "192.168.12.250 192.168.12.2501", &out);
    assert_memory_equal(out.p, "192.168.", 8);
    assert_memory_not_equal(out.p, "192.168.12.250", 14);
    assert_string_equal(out.p + 14, " 192.168.12.2501");
    replaced(w, "S-1-5-21-1-22-333-500 S-1-5-21-1-22-333-1105", &out);
    assert_memory_equal(out.p, "S-1-5-21-", 9);
    assert_non_null(strstr(out.p, "-500 S-1-5-21-"));
    assert_null(strstr(out.p, "1105"));
    dx_buf_done(&out);
    dx_values_free(v);
    dx_values_free(w);
}

static void test_kinds_are_found_where_they_stand(void **state)
{
    static const struct {
        const char *line, *gone; /* NULL: nothing is */
    } cases[] = {
        {"C:\\Users\\kowalczyk\\AppData", "kowalczyk"},
        {"file /home/kowalczyk/x", "kowalczyk"},
        {"\\\\QXMAIL77\\share$", "QXMAIL77"},
        {"\\\\?\\C:\\x", NULL},
        {"http://wsus77.fabryka.pl:8530/x", "fabryka"},
        {"https://download.microsoft.com/x", NULL},
        {"Logged on user: FABRYKA\\kowalczyk.", "FABRYKA"},
        {"PublicKeyToken=31bf3856ad364e35", NULL},
        {"password = hunter2hunter", "hunter2hunter"},
        {"Version 10.0.19041.1", NULL},
        {"version 8.1.240.6", NULL},
        {"S-1-5-18", NULL},
        {"User: SYSTEM", NULL},
        {"connect to 94.12.13.14:80", "94.12.13.14"},
    };
    dx_kinds *kinds;
    dx_err err;

    (void)state;
    assert_int_equal(dx_kinds_new(&kinds, &err), DX_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dx_values *v;
        dx_buf out = {0};
        uint64_t gaps = 0;
        assert_int_equal(dx_values_new(&v, key, &err), DX_OK);
        assert_int_equal(dx_kinds_ordinary(kinds, v, &err), DX_OK);
        assert_int_equal(dx_kinds_learn(kinds, dx_str_of(cases[i].line), v, &gaps, &err), DX_OK);
        assert_int_equal(dx_values_seal(v, &err), DX_OK);
        replaced(v, cases[i].line, &out);
        assert_int_equal(gaps, 0);
        if (cases[i].gone)
            assert_null(strstr(out.p, cases[i].gone));
        else
            assert_string_equal(out.p, cases[i].line);
        dx_buf_done(&out);
        dx_values_free(v);
    }
    dx_kinds_free(kinds);
}

static void test_leaks_are_seen_in_every_dress(void **state)
{
    static const char *const names[] = {"kowalczyk"};
    static const struct {
        dx_str bytes;
        const char *how; /* NULL: there is none */
    } cases[] = {
        {{"by Kowalczyk.", 13}, "as it is"},
        {{"k\0o\0w\0a\0l\0c\0z\0y\0k\0", 18}, "with zero bytes between"},
        {{"%6bowalczy%6B", 13}, "percent-encoded"},
        {{"eHhrb3dhbGN6eWt5eQ==", 20}, "in base64"}, /* xxkowalczykyy */
        {{"kowalcyk", 8}, NULL},
    };
    dx_values *v = values_of(names, 1, DX_SHAPE_NAME);
    dx_err err;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dx_leak leak;
        bool found;
        assert_int_equal(dx_leak_find(v, cases[i].bytes, &found, &leak, &err), DX_OK);
        assert_int_equal(found, cases[i].how != NULL);
        if (found)
            assert_string_equal(leak.how, cases[i].how);
    }
    dx_values_free(v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_case_length_and_punctuation_stay),
        cmocka_unit_test(test_the_order_of_adding_plays_no_part),
        cmocka_unit_test(test_no_two_become_the_same),
        cmocka_unit_test(test_parts_of_ordinary_words_must_stand_alone),
        cmocka_unit_test(test_a_line_end_may_stand_inside),
        cmocka_unit_test(test_of_values_that_begin_alike_the_longest_counts),
        cmocka_unit_test(test_ten_times_as_many_names_cost_little_more),
        cmocka_unit_test(test_ranges_and_well_known_ends_stay),
        cmocka_unit_test(test_kinds_are_found_where_they_stand),
        cmocka_unit_test(test_leaks_are_seen_in_every_dress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
