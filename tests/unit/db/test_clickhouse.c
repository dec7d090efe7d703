#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "db/backends/clickhouse_http.h"
#include "db/backends/clickhouse_profile.h"
#include "db/backends/clickhouse_trouble.h"

static void test_addresses_are_taken_apart(void **state)
{
    static const struct {
        const char *url, *fault, *database, *cluster; /* fault: a part of what is said */
    } cases[] = {
        {"clickhouse://host/db", NULL, "db", ""},
        {"clickhouse://host:9000/db_2?cluster=all", NULL, "db_2", "all"},
        {"clickhouses://[::1]:8443/x", NULL, "x", ""},
        {"clickhouse://host", "names no database", NULL, NULL},
        {"clickhouse://host/", "names no database", NULL, NULL},
        {"clickhouse://host/a-b", "names no database", NULL, NULL},
        {"clickhouse:///db", "no host", NULL, NULL},
        {"clickhouse://host:0/db", "no port", NULL, NULL},
        {"clickhouse://host:70000/db", "no port", NULL, NULL},
        {"clickhouse://me:secret@host/db", "'clickhouse://...@host/db'", NULL, NULL},
        {"clickhouse://me:secret@host/db", "belong into the environment", NULL, NULL},
        {"clickhouse://me:se/cret@host/db?cluster=a", "'clickhouse://...@host/db?cluster=a'", NULL,
         NULL},
        {"clickhouse://host/db?user=me&password=secret", "'clickhouse://host/db?...'", NULL, NULL},
        {"clickhouse://host/db?cluster=a&password=secret", "'clickhouse://host/db?...'", NULL,
         NULL},
        {"clickhouse://host/db?cluster=a;b", "?cluster=NAME only", NULL, NULL},
        {"clickhouse://host/db?user=me", "?cluster=NAME only", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dx_clickhouse *c = NULL;
        dx_err err = {0};
        const dx_rc rc = dx_clickhouse_open(&c, cases[i].url, &err);
        assert_int_equal(rc, cases[i].fault ? DX_FAIL : DX_OK);
        assert_true(dx_clickhouse_is_url(cases[i].url));
        if (cases[i].fault) {
            assert_int_equal(err.kind, DX_E_USAGE);
            assert_non_null(strstr(err.text, cases[i].fault));
            continue;
        }
        assert_true(dx_str_eq(dx_clickhouse_database(c), dx_str_of(cases[i].database)));
        assert_true(dx_str_eq(dx_clickhouse_cluster(c), dx_str_of(cases[i].cluster)));
        dx_clickhouse_close(c);
    }
    assert_false(dx_clickhouse_is_url("site.db"));
}

static void test_no_text_ends_a_literal(void **state)
{
    dx_buf sql = {0};

    (void)state;
    dx_clickhouse_literal(&sql, DX_LIT("a'b\\c\nd\te\0f"));
    assert_int_equal(sql.n, 18);
    assert_memory_equal(sql.p, "'a\\'b\\\\c\\nd\\te\\0f'", 18);
    dx_buf_done(&sql);
}

static void test_rows_come_back_as_they_were_written(void **state)
{
    static const dx_str texts[] = {
        {"", 0}, {"plain", 5}, {"tab\tline\nquote'back\\slash\r\b\f", 28}, {"\0\0", 2}, {"\\N", 2}};
    enum { N = sizeof texts / sizeof *texts };
    dx_arena *arena = dx_arena_new(0);
    dx_buf row = {0};
    dx_str rest, field[N + 1];

    (void)state;
    for (size_t i = 0; i < N; i++) {
        if (i)
            dx_buf_char(&row, '\t');
        dx_clickhouse_value(&row, texts[i]);
    }
    dx_buf_char(&row, '\n');
    rest = dx_buf_str(&row);
    assert_true(dx_clickhouse_row(&rest, arena, field, N + 1));
    for (size_t i = 0; i < N; i++)
        assert_true(dx_str_eq(field[i], texts[i]));
    assert_null(field[N].p);
    assert_false(dx_clickhouse_row(&rest, arena, field, N));
    dx_buf_done(&row);
    dx_arena_free(arena);
}

static void test_fields_are_counted_as_they_are_taken(void **state)
{
    static const struct {
        dx_str rest;
        size_t n;
    } rows[] = {{{"", 0}, 0},       {{"\n", 1}, 1},           {{"a\n", 2}, 1},
                {{"a\tb\n", 4}, 2}, {{"\t\t\nx\ty\n", 7}, 3}, {{"a\\tb\tc\n", 7}, 2}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(dx_clickhouse_fields(rows[i].rest), rows[i].n);
}

static void test_exceptions_are_told_from_rows(void **state)
{
    static const struct {
        const char *body;
        size_t at;
        int code;
    } rows[] = {
        {"", SIZE_MAX, 0},
        {"Code: 60, e.displayText() = DB::Exception: no table, e.what() = DB::Exception\n", 0, 60},
        {"Code: 516. DB::Exception: default: Authentication failed\n", 0, 516},
        {"1\t2\nCode: 241, e.displayText() = DB::Exception: too much\n", 4, 241},
        {"1\r\n__exception__\r\nCode: 241. DB::NetException: x\r\n", 18, 241},
        {"srv\tCode: 241, e.displayText() = DB::Exception: a log said so\n", SIZE_MAX, 241},
        {"Code: 241 was seen\t7\nCode: 5 DB::Exception\tof a row\n", SIZE_MAX, 241},
        {"Code: 5\n", SIZE_MAX, 5},
        {"Code: 99999999999999999999 DB::", 0, 999999},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(ch_exception_at(dx_str_of(rows[i].body)), rows[i].at);
        assert_int_equal(ch_exception_code(dx_str_of(rows[i].body)), rows[i].code);
    }
}

static void test_a_refusal_says_what_to_do(void **state)
{
    static const struct {
        long status;
        const char *body, *said;
        dx_ch_trouble trouble;
    } rows[] = {
        {500, "Code: 193, DB::Exception: Wrong password", "SETUPDX_CLICKHOUSE_USER", DX_CH_REFUSED},
        {500, "Code: 243, DB::Exception: full", "make room", DX_CH_AWAY},
        {500, "Code: 279, DB::NetException: All tries failed. Code: 210, refused", "279",
         DX_CH_PARTIAL},
        {500, "Code: 198. DB::NetException: Not found address of host: b", "198", DX_CH_PARTIAL},
        {500, "Code: 62, DB::Exception: Syntax error: x. Max query size exceeded",
         "raise max_query_size", DX_CH_REFUSED},
        {500, "Code: 62, DB::Exception: Syntax error", "docs/scale.md", DX_CH_REFUSED},
        {413, "<html>", "client_max_body_size", DX_CH_REFUSED},
        {500, "Code: 2790, DB::Exception: not that", "2790", DX_CH_REFUSED},
        {500, "Code: 60. DB::Exception: There is no table", "db schema", DX_CH_REFUSED},
        {502, "<html>", "status 502", DX_CH_AWAY},
        {404, "", "no ClickHouse server", DX_CH_REFUSED},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        dx_err err = {0};
        dx_ch_trouble trouble = DX_CH_NONE;
        assert_int_equal(
            ch_say_refused("u", rows[i].status, dx_str_of(rows[i].body), &trouble, &err), DX_FAIL);
        assert_int_equal(trouble, rows[i].trouble);
        assert_non_null(strstr(err.text, rows[i].said));
    }
}

static void test_nobody_at_home_is_said(void **state)
{
    dx_clickhouse *c;
    dx_ch_trouble trouble;
    dx_buf body = {0};
    dx_err err = {0};

    (void)state;
    assert_int_equal(dx_clickhouse_open(&c, "clickhouse://127.0.0.1:1/db", &err), DX_OK);
    assert_int_equal(
        dx_clickhouse_ask(c, &(dx_ch_ask){.sql = DX_LIT("SELECT 1")}, &body, &trouble, &err),
        DX_FAIL);
    assert_int_equal(trouble, DX_CH_AWAY);
    assert_int_equal(err.kind, DX_E_STORE);
    assert_non_null(strstr(err.text, "does not answer"));
    dx_buf_done(&body);
    dx_clickhouse_close(c);
}

static void test_a_profile_tells_what_is_to_be_set_right(void **state)
{
    static const struct {
        const char *said, *neutral, *name;
        unsigned version;
    } cases[] = {
        {"24.7.2.13\t[]\n", "", NULL, 2407},
        {"18.16.1\t['join_use_nulls=1']\n", "", "join_use_nulls", 1816},
        {"26.7.2.1\t['limit=0','extremes=1','skip_unavailable_shards=1']\r\n",
         "&limit=0&extremes=0", "skip_unavailable_shards", 2607},
        {"24.7\t['not_extremes=1','extremes_too=1']\n", "", NULL, 2407},
        {"22.8.1.1\n", "", NULL, 2208}, /* of who may not see settings */
        {"", "", NULL, 0},
        {"odd\n\n\t\n", "", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        dx_arena *arena = dx_arena_new(0);
        ch_profile profile;
        ch_profile_read(&profile, dx_str_of(cases[i].said), arena);
        assert_true(profile.known);
        assert_int_equal(profile.version, cases[i].version);
        assert_true(dx_str_eq(profile.neutral, dx_str_of(cases[i].neutral)));
        assert_true((profile.name == NULL) == (cases[i].name == NULL));
        if (profile.name)
            assert_string_equal(profile.name, cases[i].name);
        dx_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses_are_taken_apart),
        cmocka_unit_test(test_no_text_ends_a_literal),
        cmocka_unit_test(test_rows_come_back_as_they_were_written),
        cmocka_unit_test(test_fields_are_counted_as_they_are_taken),
        cmocka_unit_test(test_exceptions_are_told_from_rows),
        cmocka_unit_test(test_a_refusal_says_what_to_do),
        cmocka_unit_test(test_nobody_at_home_is_said),
        cmocka_unit_test(test_a_profile_tells_what_is_to_be_set_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
