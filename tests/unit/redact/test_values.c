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
        cmocka_unit_test(test_ranges_and_well_known_ends_stay),
        cmocka_unit_test(test_kinds_are_found_where_they_stand),
        cmocka_unit_test(test_leaks_are_seen_in_every_dress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
