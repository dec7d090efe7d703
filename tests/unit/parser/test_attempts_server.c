/* Which server an attempt ran on. */
#include "tests/unit/parser/runs.h"

static void test_a_server_comes_from_the_caller_the_log_or_the_path(void **state)
{
    framing *f = *state;
    dx_regex *from = NULL;
    dx_err err = {0};
    assert_int_equal(dx_regex_new(&from, DX_LIT("logs/(?<server>[^/]+)/"), 0, NULL, &err), DX_OK);
    f->path = DX_LIT("logs/PATH1/setup.log");
    framed log = frame_text(f, "BEGIN\nServer: LOG1\nEND 0\n");
    assert_str(log.attempt[0].server, "LOG1");
    log = frame_text(f, "BEGIN\nEND 0\n");
    assert_str(log.attempt[0].server, "unknown");
    f->options.server_from = from;
    log = frame_text(f, "BEGIN\nEND 0\n");
    assert_str(log.attempt[0].server, "PATH1");
    log = frame_text(f, "BEGIN\nServer: LOG1\nEND 0\n");
    assert_str(log.attempt[0].server, "LOG1");
    f->path = DX_LIT("elsewhere/setup.log");
    log = frame_text(f, "BEGIN\nEND 0\n");
    assert_str(log.attempt[0].server, "unknown");
    f->options.server = DX_LIT("GIVEN");
    log = frame_text(f, "BEGIN\nServer: LOG1\nEND 0\n");
    assert_str(log.attempt[0].server, "GIVEN");
    dx_regex_free(from);
}

/* File names are bytes; a regex must only see UTF-8. */
static void test_a_path_that_is_no_text_names_a_server_all_the_same(void **state)
{
    framing *f = *state;
    dx_regex *from = NULL;
    dx_err err = {0};
    assert_int_equal(dx_regex_new(&from, DX_LIT("logs/(?<server>[^/]+)/"), 0, NULL, &err), DX_OK);
    f->options.server_from = from;
    f->path = DX_LIT("\xFFlogs/SRV\xC3/run-\xE4.log");
    const framed log = frame_text(f, "BEGIN\nEND 0\n");
    assert_str(log.attempt[0].server, "SRV\xEF\xBF\xBD");
    dx_regex_free(from);
}

static void test_attempts_without_a_server_have_their_neighbours(void **state)
{
    framing *f = *state;
    const framed log = frame_text(f, "BEGIN\nEND\nBEGIN\nServer: A\nEND\nBEGIN\nEND\nBEGIN\n"
                                     "Server: B\nEND\nBEGIN\nEND\n");
    static const char *const servers[] = {"A", "A", "A", "B", "B"};
    assert_int_equal(log.n_attempts, 5);
    for (size_t i = 0; i < 5; i++)
        assert_str(log.attempt[i].server, servers[i]);
}

/* Nothing here may take longer than the log deserves. */
static void test_many_attempts_without_a_server_are_no_burden(void **state)
{
    enum { RUNS_MANY = 20000 };
    framing *f = *state;
    dx_buf text = {0};
    for (int i = 0; i < RUNS_MANY; i++)
        dx_buf_add(&text, DX_LIT("BEGIN\nEND 0\n"));
    const framed log = frame(f, dx_buf_str(&text));
    assert_int_equal(log.n_attempts, RUNS_MANY);
    assert_str(log.attempt[RUNS_MANY - 1].server, "unknown");
    dx_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        runs_test(test_a_server_comes_from_the_caller_the_log_or_the_path),
        runs_test(test_a_path_that_is_no_text_names_a_server_all_the_same),
        runs_test(test_attempts_without_a_server_have_their_neighbours),
        runs_test(test_many_attempts_without_a_server_are_no_burden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
