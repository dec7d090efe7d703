/* Logs that could not be read are remembered until they can. */
#define _XOPEN_SOURCE 700
#include "folder.h"

#include "db/manage.h"

enum { LATER = 1000000 };

static void open_at(fx *f, const char *where, int64_t now_us)
{
    dx_store_close(f->store);
    f->store = NULL;
    if (dx_store_open(&f->store, where, &(dx_store_options){.now_us = now_us, .wait_ms = 20},
                      &f->err))
        fail_msg("%s", f->err.text);
    fx_scan(f, "rules-1");
}

static void put(fx *f, const char *path, const char *server, const char *why)
{
    const dx_unread u = {dx_str_of(path), DX_LIT(""), dx_str_of(server), dx_str_of(why), false};
    if (dx_store_put_unread(f->store, &u, &f->err))
        fail_msg("%s", f->err.text);
}

static void was_read(fx *f, const char *path)
{
    if (dx_store_was_read(f->store, dx_str_of(path), &f->err))
        fail_msg("%s", f->err.text);
}

static void test_what_cannot_be_read_is_told_with_its_server(void **state)
{
    fx *f = *state;
    open_at(f, f->path, FX_NOW);
    put(f, "fleet/a/x.log", "srv1", "cannot open it: Permission denied");
    put(f, "fleet/b/y.log", "unknown", "a binary file");
    assert_int_equal(dx_store_alias(f->store, DX_LIT("srv1"), DX_LIT("mail1"), DX_NONE, &f->err),
                     DX_OK);
    assert_int_equal(fx_ask(fx_db(f),
                            "SELECT count(*) FROM v_unread WHERE server = 'mail1' AND NOT partly"
                            " AND path = 'fleet/a/x.log' AND first_seen = last_seen"
                            " AND why LIKE '%denied'"),
                     1);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM v_unread"), 2);
}

static void test_it_goes_when_its_path_was_read(void **state)
{
    fx *f = *state;
    open_at(f, f->path, FX_NOW);
    put(f, "fleet/a/x.log", "srv1", "a binary file");
    put(f, "fleet/a/y.log", "srv1", "a binary file");
    put(f, "fleet/ab.log", "srv2", "a binary file");
    was_read(f, "fleet"); /* in the same scan that put them */
    assert_int_equal(fx_count(f, "unread"), 3);
    open_at(f, f->path, FX_NOW + LATER);
    put(f, "fleet/a/y.log", "unknown", "only partly read");
    was_read(f, "fleet/a/");
    assert_int_equal(fx_count(f, "unread"), 2);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM unread WHERE path = 'fleet/a/y.log'"
                                      " AND server = 'srv1' AND why = 'only partly read'"
                                      " AND last_seen_us - first_seen_us = 1000000"),
                     1);
    was_read(f, "fleet/ab.log");
    assert_int_equal(fx_count(f, "unread"), 1);
    open_at(f, f->path, FX_NOW + 2 * LATER);
    was_read(f, "/");
    assert_int_equal(fx_count(f, "unread"), 1);
    was_read(f, "fleet");
    assert_int_equal(fx_count(f, "unread"), 0);
}

static void test_what_is_in_a_folder_that_cannot_be_entered_stays(void **state)
{
    fx *f = *state;
    open_at(f, f->path, FX_NOW);
    put(f, "fleet/a/x.log", "srv1", "a binary file");
    put(f, "fleet/ab/y.log", "srv1", "a binary file");
    open_at(f, f->path, FX_NOW + LATER);
    put(f, "fleet/a", "srv1", "cannot open it: Permission denied");
    was_read(f, "fleet");
    assert_int_equal(fx_count(f, "unread"), 2);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM unread WHERE path = 'fleet/a/x.log'"
                                      " AND why = 'a binary file'"
                                      " AND last_seen_us - first_seen_us = 1000000"),
                     1);
}

static void test_pruning_takes_what_is_old(void **state)
{
    fx *f = *state;
    dx_pruned gone;
    open_at(f, f->path, FX_NOW);
    put(f, "x.log", "srv1", "a binary file");
    assert_int_equal(dx_store_prune(f->store, FX_NOW, &gone, &f->err), DX_OK);
    assert_int_equal(fx_count(f, "unread"), 1);
    assert_int_equal(dx_store_prune(f->store, FX_NOW + 1, &gone, &f->err), DX_OK);
    assert_int_equal(fx_count(f, "unread"), 0);
}

static void merge(fx *f, const char *into, const char *from)
{
    dx_merged done;
    open_at(f, into, FX_NOW + 3 * LATER);
    if (dx_store_merge(f->store, from, f->arena, &done, &f->err))
        fail_msg("%s", f->err.text);
}

/* Each way round. */
static void assert_merges(fx *f, const char *into, const char *from)
{
    merge(f, into, from);
    assert_int_equal(fx_count(f, "unread"), 2);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM unread WHERE path = 'both.log'"
                                      " AND why = 'later' AND server = 'srv2'"
                                      " AND last_seen_us - first_seen_us = 1000000"),
                     1);
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM unread WHERE path = 'one.log'"), 1);
    dx_store_close(f->store);
    f->store = NULL;
}

static void test_of_two_stores_the_later_word_counts(void **state)
{
    fx *f = *state;
    for (int i = 0; i < 2; i++) {
        const char *a = dx_arena_printf(f->arena, "%s/a%d.db", f->dir, i).p;
        const char *b = dx_arena_printf(f->arena, "%s/b%d.db", f->dir, i).p;
        open_at(f, a, FX_NOW);
        put(f, "both.log", "srv1", "sooner");
        put(f, "read-since.log", "srv1", "a binary file");
        put(f, "one.log", "srv1", "a binary file");
        open_at(f, b, FX_NOW + LATER);
        put(f, "both.log", "srv2", "later");
        fx_put_text(f, "read-since.log", "it can be read now");
        dx_store_close(f->store);
        f->store = NULL;
        assert_merges(f, i ? b : a, i ? a : b);
    }
}

/* That it was read at last must not be lost on the way. */
static void test_of_three_stores_none_need_be_the_first(void **state)
{
    enum { STORES = 3 };
    static const int orders[][STORES] = {{0, 1, 2}, {1, 0, 2}, {0, 2, 1},
                                         {2, 0, 1}, {1, 2, 0}, {2, 1, 0}};
    fx *f = *state;
    for (size_t o = 0; o < sizeof orders / sizeof *orders; o++) {
        const char *at[STORES];
        for (int i = 0; i < STORES; i++) {
            at[i] = dx_arena_printf(f->arena, "%s/%zu-%d.db", f->dir, o, i).p;
            open_at(f, at[i], FX_NOW + i * LATER);
            if (i == 1)
                put(f, "x.log", "srv1", "a binary file");
            else
                fx_put_text(f, "x.log", "some words");
        }
        merge(f, at[orders[o][0]], at[orders[o][1]]);
        merge(f, at[orders[o][0]], at[orders[o][2]]);
        assert_int_equal(fx_count(f, "unread"), 0);
        assert_int_equal(fx_ask(fx_db(f), "SELECT began_us FROM source JOIN scan"
                                          " ON scan.id = source.scan"),
                         FX_NOW + 2 * LATER);
        merge(f, at[orders[o][0]], at[1]);
        assert_int_equal(fx_count(f, "unread"), 0);
    }
}

static void test_a_store_of_version_13_gets_room_for_it(void **state)
{
    fx *f = *state;
    open_at(f, f->path, FX_NOW);
    fx_put_text(f, "x.log", "some words");
    if (sqlite3_exec(fx_db(f),
                     "DROP VIEW v_unread; DROP TABLE unread; DROP TABLE tally_line;"
                     "DROP TABLE week_servers; DROP TABLE week_things; PRAGMA user_version = 13",
                     NULL, NULL, NULL))
        fail_msg("%s", sqlite3_errmsg(fx_db(f)));
    open_at(f, f->path, FX_NOW);
    put(f, "y.log", "srv1", "a binary file");
    assert_int_equal(fx_ask(fx_db(f), "SELECT count(*) FROM v_unread"), 1);
    assert_int_equal(fx_count(f, "attempt"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        folder_test(test_what_cannot_be_read_is_told_with_its_server),
        folder_test(test_it_goes_when_its_path_was_read),
        folder_test(test_what_is_in_a_folder_that_cannot_be_entered_stays),
        folder_test(test_pruning_takes_what_is_old),
        folder_test(test_of_two_stores_the_later_word_counts),
        folder_test(test_of_three_stores_none_need_be_the_first),
        folder_test(test_a_store_of_version_13_gets_room_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
