#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"

enum { MOST_WORDS = 16 };

static int make_arena(void **state)
{
    *state = dx_arena_new(0);
    return *state ? 0 : -1;
}

static int free_arena(void **state)
{
    dx_arena_free(*state);
    return 0;
}

/* Words up to NULL, as main() gets them. */
static dx_rc parse(dx_arena *arena, dx_invocation *out, dx_err *err, const char *const *words)
{
    char *argv[MOST_WORDS + 2] = {NULL};
    int argc = 0;
    argv[argc++] = dx_arena_dup(arena, "setupdx", sizeof "setupdx");
    for (; *words; words++)
        argv[argc++] = dx_arena_dup(arena, *words, strlen(*words) + 1);
    /* Arguments are borrowed, so the array must outlive the result. */
    char **kept = dx_arena_dup(arena, argv, sizeof argv);
    return dx_options_parse(out, argc, kept, arena, err);
}

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_a_path_alone_is_scanned(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("/mnt/logs")), DX_OK);
    assert_string_equal(in.command->name, "scan");
    assert_int_equal(in.n_args, 1);
    assert_string_equal(in.args[0], "/mnt/logs");
}

static void test_a_store_may_stand_where_nothing_else_can(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("db", "check", "my site.db")), DX_OK);
    assert_string_equal(in.settings.db, "my site.db");
    assert_int_equal(in.n_args, 0);
    assert_int_equal(parse(*state, &in, &err, WORDS("trend", "new", "site.db")), DX_OK);
    assert_string_equal(in.settings.db, "site.db");
    assert_int_equal(parse(*state, &in, &err, WORDS("db", "stats", "clickhouse://logs/x")), DX_OK);
    assert_string_equal(in.settings.db, "clickhouse://logs/x");
}

static void test_what_is_no_store_is_not_taken_for_one(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("trend", "nwe")), DX_OK);
    assert_null(in.settings.db);
    assert_int_equal(in.n_args, 1);
    /* One is named already, or the argument is something else. */
    assert_int_equal(parse(*state, &in, &err, WORDS("db", "check", "a.db", "--db", "b.db")), DX_OK);
    assert_string_equal(in.settings.db, "b.db");
    assert_int_equal(in.n_args, 1);
    assert_int_equal(parse(*state, &in, &err, WORDS("db", "snapshot", "copy.db")), DX_OK);
    assert_null(in.settings.db);
}

/* Whether a file with these bytes, that is named as a log, is taken for a store. */
static bool is_taken(dx_arena *arena, const char *command, const char *bytes, size_t n)
{
    char path[] = "/tmp/dx-options-XXXXXX";
    const int fd = mkstemp(path);
    dx_invocation in;
    dx_err err = {0};
    assert_true(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && close(fd) == 0);
    const dx_rc rc = parse(arena, &in, &err, WORDS(command, path));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rc, DX_OK);
    return in.settings.db != NULL;
}

static void test_a_log_is_not_taken_for_a_store(void **state)
{
    static const char store[] = "SQLite format 3", text[] = "The setup failed.\n";
    assert_true(is_taken(*state, "rediagnose", store, sizeof store));
    assert_false(is_taken(*state, "rediagnose", text, sizeof text - 1));
    assert_false(is_taken(*state, "rediagnose", text, 0)); /* it would be made one */
    assert_false(is_taken(*state, "serve", store, sizeof store - 1));
}

static void test_two_words_name_a_command(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("rules", "check", "--strict", "x")), DX_OK);
    assert_string_equal(in.command->name, "rules check");
    assert_true(in.settings.strict);
    assert_int_equal(in.n_args, 1);
}

static void test_values_may_be_attached_or_follow(void **state)
{
    static const char *const ways[][4] = {{"--db=x", NULL}, {"--db", "x", NULL}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        dx_invocation in;
        dx_err err = {0};
        assert_int_equal(parse(*state, &in, &err, ways[i]), DX_OK);
        assert_string_equal(in.settings.db, "x");
    }
}

static void test_letters_may_be_joined(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("-vvqfjson", "x")), DX_OK);
    assert_int_equal(in.settings.verbose, 2);
    assert_true(in.settings.quiet);
    assert_int_equal(in.settings.n_outputs, 1);
    assert_string_equal(in.settings.outputs[0].format, "json");
}

static void test_a_file_belongs_to_the_format_before_it(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("-f", "json", "-o", "r.json", "-f", "text")),
                     DX_OK);
    assert_int_equal(in.settings.n_outputs, 2);
    assert_string_equal(in.settings.outputs[0].file, "r.json");
    assert_string_equal(in.settings.outputs[1].format, "text");
    assert_null(in.settings.outputs[1].file);
}

static void test_a_file_without_a_format_gets_text(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("-o", "r.txt", "x")), DX_OK);
    assert_int_equal(in.settings.n_outputs, 1);
    assert_null(in.settings.outputs[0].format);
    assert_int_equal(parse(*state, &in, &err, WORDS("-o", "a", "-o", "b")), DX_FAIL);
    assert_int_equal(err.kind, DX_E_USAGE);
}

static void test_two_dashes_end_the_options(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("-q", "--", "-v", "--db")), DX_OK);
    assert_int_equal(in.n_args, 2);
    assert_string_equal(in.args[0], "-v");
    assert_int_equal(in.settings.verbose, 0);
}

static void test_a_dash_and_negative_numbers_are_arguments(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("code", "-2147024891", "-")), DX_OK);
    assert_int_equal(in.n_args, 2);
}

static void test_lists_keep_their_order(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("--rules", "a", "x", "--rules=b")), DX_OK);
    assert_int_equal(in.settings.rules.n, 2);
    assert_string_equal(in.settings.rules.p[0], "a");
    assert_string_equal(in.settings.rules.p[1], "b");
}

static void test_numbers_know_powers_of_1024(void **state)
{
    dx_invocation in;
    dx_err err = {0};
    assert_int_equal(parse(*state, &in, &err, WORDS("--limit-bytes", "3M", "--limit-depth=2")),
                     DX_OK);
    assert_int_equal(in.settings.limit_bytes, 3 * 1024 * 1024);
    assert_int_equal(in.settings.limit_depth, 2);
}

static void test_numbers_that_are_none_are_refused(void **state)
{
    static const char *const bad[] = {"",        "0", "-1", "x", "K", "1X", "9999999999999999999",
                                      "9999999T"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        dx_invocation in;
        dx_err err = {0};
        assert_int_equal(parse(*state, &in, &err, WORDS("--limit-bytes", bad[i])), DX_FAIL);
        assert_int_equal(err.kind, DX_E_USAGE);
    }
}

static void test_faults_propose_what_was_meant(void **state)
{
    static const struct {
        const char *words[4];
        const char *said;
    } faults[] = {
        {{"--formt", "json"}, "did you mean '--format'?"},
        {{"rules", "list", "--rule"}, "did you mean '--rules'?"},
        {{"-version"}, "did you mean '--version'?"},
        {{"--db"}, "--db needs a value"},
        {{"resolve", "--ticket", "--db"}, "--ticket needs a value"},
        {{"--quiet=no"}, "takes no value"},
        {{"--color", "red"}, "auto always never"},
        {{"rediagnose", "-f", "json"}, "unknown option '-f'"},
    };
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        dx_invocation in = {.n_args = 77};
        dx_err err = {0};
        assert_int_equal(parse(*state, &in, &err, faults[i].words), DX_FAIL);
        assert_int_equal(err.kind, DX_E_USAGE);
        assert_int_equal(in.n_args, 77);
        if (!strstr(err.text, faults[i].said))
            fail_msg("'%s' does not say '%s'", err.text, faults[i].said);
    }
}

static void test_windows_spelling_is_translated(void **state)
{
    static const struct {
        const char *arg, *advice;
    } cases[] = {
        {"/LogsPath:C:\\x", "setupdx scan 'C:\\x'"},
        {"/output=r.txt", "-o r.txt"},
        {"/?", "setupdx --help"},
        {"/db:store.db", "--db store.db"},
        {"/encoding", "--encoding NAME"},
        {"/mnt/logs", NULL},
        {"/", NULL},
        {"logs", NULL},
    };
    const dx_command *scan = dx_command_find("scan");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *advice = NULL;
        const bool known = dx_options_windows_style(scan, cases[i].arg, *state, &advice);
        assert_int_equal(known, cases[i].advice != NULL);
        if (known)
            assert_string_equal(advice, cases[i].advice);
    }
}

static void test_the_tables_are_whole(void **state)
{
    (void)state;
    for (const dx_command *const *at = dx_commands, *c; (c = *at) != NULL; at++) {
        assert_non_null(c->run);
        assert_non_null(c->summary);
        assert_non_null(c->arguments);
        unsigned examples = 0;
        for (const char *line = c->examples; (line = strchr(line, '\n')); line++)
            examples++;
        assert_in_range(examples, 3, 4);
        for (const dx_option *o = c->options; o->name; o++) {
            assert_non_null(o->help);
            const bool takes = o->kind != DX_OPT_FLAG && o->kind != DX_OPT_COUNT;
            assert_int_equal(o->argument != NULL, takes);
            for (const dx_option *other = o + 1; other->name; other++) {
                assert_string_not_equal(o->name, other->name);
                assert_true(!o->letter || o->letter != other->letter);
            }
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_path_alone_is_scanned),
        TEST(test_a_store_may_stand_where_nothing_else_can),
        TEST(test_what_is_no_store_is_not_taken_for_one),
        TEST(test_a_log_is_not_taken_for_a_store),
        TEST(test_two_words_name_a_command),
        TEST(test_values_may_be_attached_or_follow),
        TEST(test_letters_may_be_joined),
        TEST(test_a_file_belongs_to_the_format_before_it),
        TEST(test_a_file_without_a_format_gets_text),
        TEST(test_two_dashes_end_the_options),
        TEST(test_a_dash_and_negative_numbers_are_arguments),
        TEST(test_lists_keep_their_order),
        TEST(test_numbers_know_powers_of_1024),
        TEST(test_numbers_that_are_none_are_refused),
        TEST(test_faults_propose_what_was_meant),
        TEST(test_windows_spelling_is_translated),
        TEST(test_the_tables_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
