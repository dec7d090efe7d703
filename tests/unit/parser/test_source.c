#include <signal.h>
#include "packs.h"
#include "parser/finder.h"

static const char a_text[] = "Setup began\r\nError 1603\r\n";

static void test_memory_source_gives_its_bytes_without_copying(void **state)
{
    (void)state;
    char bytes[] = "abcdef";
    dx_err err;
    dx_source *s;
    assert_int_equal(dx_source_memory(&s, DX_LIT("pasted"), (dx_str){bytes, 6}, &err), DX_OK);
    assert_true(dx_str_eq(dx_source_path(s), DX_LIT("pasted")));
    assert_int_equal(dx_source_member(s).n, 0);
    assert_true(dx_source_modified(s) == DX_NO_TIME);
    char two[3] = "";
    size_t got;
    assert_int_equal(dx_source_read(s, two, 2, &got, &err), DX_OK);
    assert_string_equal(two, "ab");
    bytes[2] = 'X'; /* a copy would not see this */
    dx_buf rest = {0};
    drain(s, 3, &rest, &err);
    assert_string_equal(rest.p, "Xdef");
    dx_buf_done(&rest);
    dx_source_close(s);
}

static void test_walk_goes_on_where_the_first_bytes_were_read_already(void **state)
{
    (void)state;
    dx_buf begun = {0}, all = {0};
    for (int i = 0; i < 3000; i++)
        dx_buf_printf(&begun, "line %d\n", i);
    write_file("rest.log", DX_LIT("and the rest\n"));
    const dx_found file = {.path = in_scratch("rest.log"),
                           .asked = true,
                           .memory = dx_buf_str(&begun),
                           .goes_on = true};
    dx_walk *w = NULL;
    dx_source *s = NULL;
    dx_err err;
    assert_int_equal(dx_walk_new(&w, &(dx_walk_options){0}, &err), DX_OK);
    dx_walk_enter(w, &file);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_OK);
    drain(s, 1000, &all, &err);
    dx_buf_add(&begun, DX_LIT("and the rest\n"));
    assert_string_equal(all.p, begun.p);
    dx_walk_close(w);
    dx_buf_done(&begun);
    dx_buf_done(&all);
}

static void test_empty_memory_source_ends_at_once(void **state)
{
    (void)state;
    dx_err err;
    dx_source *s;
    char c;
    size_t got = 9;
    assert_int_equal(dx_source_memory(&s, DX_NONE, DX_NONE, &err), DX_OK);
    assert_int_equal(dx_source_read(s, &c, 1, &got, &err), DX_OK);
    assert_int_equal(got, 0);
    dx_source_close(s);
    dx_source_close(NULL);
}

static void test_walk_gives_a_file_whole(void **state)
{
    (void)state;
    dx_buf big = {0};
    for (int i = 0; i < 40000; i++)
        dx_buf_printf(&big, "line %d\n", i);
    write_file("big.log", dx_buf_str(&big));
    heard *h = walk_one("big.log");
    assert_int_equal(h->n_logs, 1);
    assert_int_equal(h->n_skips, 0);
    assert_log(h, 0, "big.log", big.p);
    assert_true(h->modified[0] > 0);
    forget(h);
    dx_buf_done(&big);
}

/* Around the sizes of what is read at once. */
static void test_walk_gives_files_of_any_size_whole(void **state)
{
    static const size_t size[] = {1, 8191, 8192, 8193, 65535, 65536, 65537, 131072, 131073};
    (void)state;
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        dx_buf text = {0};
        while (text.n < size[i])
            dx_buf_char(&text, text.n % 50 == 49 ? '\n' : (char)('a' + text.n % 23));
        write_file("sized.log", dx_buf_str(&text));
        heard *h = walk_one("sized.log");
        assert_log(h, 0, "sized.log", text.p);
        forget(h);
        dx_buf_done(&text);
    }
}

static void test_a_file_that_grows_while_it_is_read_is_read_on(void **state)
{
    (void)state;
    dx_buf big = {0}, read = {0};
    for (int i = 0; i < 20000; i++)
        dx_buf_printf(&big, "line %d\n", i);
    write_file("grows.log", dx_str_slice(dx_buf_str(&big), 0, 70000));
    const char *path = in_scratch("grows.log");
    dx_err err = {0};
    dx_walk *w;
    dx_source *s;
    assert_int_equal(dx_walk_open(&w, &path, 1, NULL, &err), DX_OK);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_OK);
    write_file("grows.log", dx_buf_str(&big));
    drain(s, 4096, &read, &err);
    assert_int_equal(err.kind, DX_E_NONE);
    assert_int_equal(read.n, big.n);
    assert_memory_equal(read.p, big.p, big.n);
    dx_buf_done(&read);
    dx_buf_done(&big);
    dx_walk_close(w);
}

static void test_walk_reads_folders_in_byte_order(void **state)
{
    (void)state;
    write_file("d/b.log", DX_LIT("b"));
    write_file("d/a/z.log", DX_LIT("z"));
    write_file("d/a/y.log", DX_LIT("y"));
    write_file("d/C.log", DX_LIT("C"));
    heard *h = walk_one("d");
    assert_int_equal(h->n_logs, 4);
    assert_log(h, 0, "d/C.log", "C");
    assert_log(h, 1, "d/a/y.log", "y");
    assert_log(h, 2, "d/a/z.log", "z");
    assert_log(h, 3, "d/b.log", "b");
    forget(h);
}

static void test_walk_keeps_the_order_of_the_paths(void **state)
{
    (void)state;
    write_file("o/2.log", DX_LIT("2"));
    write_file("o/1.log", DX_LIT("1"));
    const char *paths[] = {in_scratch("o/2.log"), in_scratch("o/1.log")};
    heard *h = walk(NULL, paths, 2);
    assert_int_equal(h->n_logs, 2);
    assert_log(h, 0, "o/2.log", "2");
    assert_log(h, 1, "o/1.log", "1");
    forget(h);
}

static void test_walk_reads_each_real_file_once_and_ends_in_link_loops(void **state)
{
    (void)state;
    char command[900];
    write_file("loop/a.log", DX_LIT("a"));
    snprintf(command, sizeof command,
             "cd '%s/loop' && ln -s . self && ln -s a.log b.log && ln a.log c.log && "
             "ln -s nowhere d.log && ln -s e.log e.log",
             scratch);
    assert_int_equal(system(command), 0);
    const char *paths[] = {in_scratch("loop"), in_scratch("loop/a.log")};
    heard *h = walk(NULL, paths, 2);
    assert_int_equal(h->n_logs, 1);
    assert_log(h, 0, "loop/a.log", "a");
    assert_int_equal(h->n_skips, 6);
    assert_skip(h, 0, "loop/b.log", "read already");
    assert_skip(h, 1, "loop/c.log", "read already");
    assert_skip(h, 2, "damage loop/d.log", "leads nowhere");
    assert_skip(h, 3, "damage loop/e.log", "");
    assert_skip(h, 4, "loop/self", "read already");
    assert_skip(h, 5, "loop/a.log", "read already");
    assert_false(h->asked[5]);
    forget(h);
}

static void test_many_files_are_all_remembered(void **state)
{
    (void)state;
    char name[40];
    for (int i = 0; i < 300; i++) {
        snprintf(name, sizeof name, "many/%03d.bin", i);
        write_file(name, DX_LIT("\0\0\0\0"));
    }
    const char *path = in_scratch("many");
    dx_err err;
    dx_walk *w;
    dx_source *s;
    assert_int_equal(dx_walk_open(&w, &path, 1, NULL, &err), DX_OK);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_END);
    dx_walk_close(w);
    dx_walk_close(NULL);
}

static void test_a_missing_path_is_a_skip(void **state)
{
    (void)state;
    write_file("there.log", DX_LIT("x"));
    const char *paths[] = {in_scratch("missing.log"), "", in_scratch("there.log")};
    heard *h = walk(NULL, paths, 3);
    assert_int_equal(h->n_logs, 1);
    assert_int_equal(h->n_skips, 2);
    assert_skip(h, 0, "damage missing.log", "no such file");
    assert_true(h->asked[0]);
    forget(h);
}

static void test_what_may_not_be_read_is_damage(void **state)
{
    (void)state;
    char command[700];
    write_file("locked/file.log", DX_LIT("x"));
    write_file("locked/folder/inside.log", DX_LIT("x"));
    snprintf(command, sizeof command, "cd '%s/locked' && chmod 0 file.log folder", scratch);
    assert_int_equal(system(command), 0);
    FILE *all_powerful = fopen(in_scratch("locked/file.log"), "rb");
    if (all_powerful) {
        fclose(all_powerful);
        print_message("this user may read everything: nothing to test here\n");
        skip();
    }
    heard *h = walk_one("locked");
    assert_int_equal(h->n_logs, 0);
    assert_int_equal(h->n_skips, 2);
    assert_skip(h, 0, "damage locked/file.log", "");
    assert_skip(h, 1, "damage locked/folder", "");
    forget(h);
}

static void test_pipes_in_folders_do_not_block(void **state)
{
    (void)state;
    char command[700];
    write_file("pipes/a.log", DX_LIT("a"));
    snprintf(command, sizeof command, "mkfifo '%s/pipes/p'", scratch);
    assert_int_equal(system(command), 0);
    heard *h = walk_one("pipes");
    assert_int_equal(h->n_logs, 1);
    assert_skip(h, 0, "pipes/p", "pipe");
    forget(h);
}

static void test_files_of_unknown_size_are_read(void **state)
{
    (void)state;
    const char *path = "/proc/self/status";
    FILE *f = fopen(path, "rb");
    if (!f) {
        print_message("no /proc here: nothing to test\n");
        skip();
    }
    fclose(f);
    heard *h = walk(NULL, &path, 1);
    assert_int_equal(h->n_logs, 1);
    assert_int_equal(h->error[0].kind, DX_E_NONE);
    assert_non_null(strstr(h->content[0].p, "Pid:"));
    forget(h);
}

static void test_an_empty_file_is_no_damage(void **state)
{
    (void)state;
    write_file("empty.log", DX_LIT(""));
    heard *h = walk_one("empty.log");
    assert_int_equal(h->n_logs, 0);
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "empty.log", "empty file");
    forget(h);
}

static void test_a_file_cut_while_it_is_read_breaks(void **state)
{
    (void)state;
    dx_buf big = {0};
    for (int i = 0; i < 200000; i++)
        dx_buf_printf(&big, "line %d\n", i);
    write_file("shrinks.log", dx_buf_str(&big));
    const char *path = in_scratch("shrinks.log");
    dx_err err = {0};
    dx_walk *w;
    dx_source *s;
    assert_int_equal(dx_walk_open(&w, &path, 1, NULL, &err), DX_OK);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_OK);
    write_file("shrinks.log", DX_LIT("short\n"));
    dx_buf read = {0};
    drain(s, 4096, &read, &err);
    assert_int_equal(err.kind, DX_E_IO);
    assert_non_null(strstr(err.text, "shorter"));
    assert_memory_equal(read.p, big.p, read.n);
    size_t got;
    char c;
    assert_int_equal(dx_source_read(s, &c, 1, &got, &err), DX_FAIL); /* and stays broken */
    assert_int_equal(dx_walk_next(w, &s, &err), DX_END);
    dx_walk_close(w);
    dx_buf_done(&read);
    dx_buf_done(&big);
}

static void test_a_dash_is_standard_input(void **state)
{
    (void)state;
    write_file("stdin.log", DX_LIT(a_text));
    assert_non_null(freopen(in_scratch("stdin.log"), "rb", stdin));
    const char *path = "-";
    heard *h = walk(NULL, &path, 1);
    assert_int_equal(h->n_logs, 1);
    assert_log(h, 0, "-", a_text);
    assert_true(h->modified[0] == DX_NO_TIME);
    forget(h);
}

/* Its locks would be lost: the store, and what lies beside it, is not even opened. */
static void test_the_store_is_left_alone(void **state)
{
    static const char *const names[] = {"own/a.log", "own/s.db", "own/s.db-shm", "own/s.db-wal"};
    (void)state;
    dx_err err;
    dx_finder *f;
    dx_found found;
    for (size_t i = 0; i < 4; i++)
        write_file(names[i], DX_LIT("a line\n"));
    const char *const path = in_scratch("own");
    assert_int_equal(dx_finder_open(&f, &path, 1, NULL, NULL, &err), DX_OK);
    assert_int_equal(dx_finder_leave_out(f, in_scratch("own/s.db"), &err), DX_OK);
    assert_int_equal(dx_finder_next(f, &found, &err), DX_OK);
    assert_string_equal(found.path, in_scratch("own/a.log"));
    assert_int_equal(dx_finder_next(f, &found, &err), DX_END);
    dx_finder_close(f);
}

static dx_rc at_most(void *ctx, dx_err *err)
{
    int *left = ctx;
    return (*left)-- > 0 ? DX_OK : dx_fail(err, DX_E_IO, DX_NOWHERE, "enough");
}

/* Whoever holds something while the walk goes on is asked often, though there is nothing to open.
 */
static void test_of_folders_and_what_is_passed_over_is_told_too(void **state)
{
    (void)state;
    dx_err err;
    dx_finder *f;
    dx_found found;
    int left = 100;
    write_file("bare/a/b/c/one.log", DX_LIT("a line\n"));
    const char *const paths[] = {in_scratch("bare"), in_scratch("bare/a"), in_scratch("none")};
    assert_int_equal(dx_finder_open(&f, paths, 3, NULL, NULL, &err), DX_OK);
    dx_finder_tell_each(f, at_most, &left);
    assert_int_equal(dx_finder_next(f, &found, &err), DX_OK);
    assert_string_equal(found.path, in_scratch("bare/a/b/c/one.log"));
    assert_int_equal(left, 95); /* four folders and the log */
    left = 2;                   /* what was read already, and what is not there */
    assert_int_equal(dx_finder_next(f, &found, &err), DX_FAIL);
    assert_string_equal(err.text, "enough");
    dx_finder_close(f);
}

static bool is_packed(const char *name)
{
    return dx_found_is_packed(&(dx_found){.path = in_scratch(name)});
}

static void test_what_is_packed_is_known_by_its_first_bytes(void **state)
{
    (void)state;
    const part one = {"a.log", DX_LIT(a_text)};
    dx_buf zip = pack("zip", "none", &one, 1), gzip = pack("raw", "gzip", &one, 1);

    write_buf("packed.log", &zip);
    write_buf("packed.txt", &gzip);
    write_file("plain.zip", DX_LIT(a_text));
    write_file("plain.log", DX_LIT(""));
    assert_true(is_packed("packed.log"));
    assert_true(is_packed("packed.txt"));
    assert_false(is_packed("plain.zip"));
    assert_false(is_packed("plain.log"));
    assert_false(is_packed("missing.zip"));
}

/* The last test: the interruption stays. */
static void test_an_interruption_ends_the_walk(void **state)
{
    (void)state;
    write_file("stop/a.log", DX_LIT(a_text));
    write_file("stop/b.log", DX_LIT(a_text));
    const char *path = in_scratch("stop");
    dx_err err = {0};
    dx_walk *w;
    dx_source *s;
    dx_os_catch_interrupt();
    assert_int_equal(dx_walk_open(&w, &path, 1, NULL, &err), DX_OK);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_OK);
    assert_int_equal(raise(SIGINT), 0);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_CANCEL);
    dx_walk_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_source_gives_its_bytes_without_copying),
        cmocka_unit_test(test_walk_goes_on_where_the_first_bytes_were_read_already),
        cmocka_unit_test(test_empty_memory_source_ends_at_once),
        cmocka_unit_test(test_walk_gives_a_file_whole),
        cmocka_unit_test(test_walk_gives_files_of_any_size_whole),
        cmocka_unit_test(test_a_file_that_grows_while_it_is_read_is_read_on),
        cmocka_unit_test(test_walk_reads_folders_in_byte_order),
        cmocka_unit_test(test_walk_keeps_the_order_of_the_paths),
        cmocka_unit_test(test_walk_reads_each_real_file_once_and_ends_in_link_loops),
        cmocka_unit_test(test_many_files_are_all_remembered),
        cmocka_unit_test(test_a_missing_path_is_a_skip),
        cmocka_unit_test(test_what_may_not_be_read_is_damage),
        cmocka_unit_test(test_pipes_in_folders_do_not_block),
        cmocka_unit_test(test_files_of_unknown_size_are_read),
        cmocka_unit_test(test_an_empty_file_is_no_damage),
        cmocka_unit_test(test_a_file_cut_while_it_is_read_breaks),
        cmocka_unit_test(test_a_dash_is_standard_input),
        cmocka_unit_test(test_the_store_is_left_alone),
        cmocka_unit_test(test_of_folders_and_what_is_passed_over_is_told_too),
        cmocka_unit_test(test_what_is_packed_is_known_by_its_first_bytes),
        cmocka_unit_test(test_an_interruption_ends_the_walk),
    };
    return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
