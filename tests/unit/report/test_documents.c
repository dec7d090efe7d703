/* Reports of many logs as documents: what says the same is told once, and all of it with -v. */
#include "report/tries.h"
#include "tests/unit/report/text.h"

enum { SERVERS = 500 };

typedef struct fleet {
    char server[SERVERS][16];
    seed s[SERVERS];
    dx_report_attempt attempts[SERVERS];
    dx_report_source sources[SERVERS];
    dx_report report;
} fleet;

/* The same failure on every server; the last of the logs could not be read. */
static fleet *fleet_make(void)
{
    static fleet f;

    for (unsigned i = 0; i < SERVERS; i++) {
        (void)snprintf(f.server[i], sizeof f.server[i], "SRV%u", i + 1);
        seed_make(&f.s[i]);
        f.s[i].of.attempt.server = f.s[i].finding[0].server = dx_str_of(f.server[i]);
        f.s[i].finding[0].cause = dx_str_of(f.server[i]);
        f.sources[i] = f.s[i].source;
        f.sources[i].path = dx_str_of(f.server[i]);
    }
    f.sources[SERVERS - 1].damage = true;
    f.sources[SERVERS - 1].skipped = DX_LIT("no permission");
    f.report = *gather(f.s, SERVERS, f.attempts);
    f.report.sources = f.sources;
    f.report.n_sources = SERVERS;
    return &f;
}

static size_t count(const char *text, const char *what)
{
    size_t n = 0;

    for (; (text = strstr(text, what)) != NULL; text++)
        n++;
    return n;
}

static void test_a_page_tells_the_same_failure_of_many_servers_once(void **state)
{
    const fleet *f = fleet_make();

    (void)state;
    char *page = written("html", &f->report, NULL);
    assert_int_equal(count(page, "<article "), 1);
    assert_says(page, "<summary>Also on 499 other servers</summary>");
    assert_int_equal(count(page, "data-fact=\"also\""), 200);
    assert_says(page, "<p class=\"meta\">299 more places: with --verbose");
    assert_int_equal(count(page, "<details class=\"attempt\""), 1);
    assert_int_equal(count(page, "data-fact=\"source\"") + count(page, "data-fact=\"skipped\""),
                     200);
    assert_int_equal(count(page, "data-fact=\"skipped\""), 1);
    assert_says(page, "300 more files: with --verbose");
    assert_true(strlen(page) < 250000);
    free(page);
}

static void test_a_page_links_to_nothing_that_it_leaves_out(void **state)
{
    const fleet *f = fleet_make();
    char anchor[40];

    (void)state;
    char *page = written("html", &f->report, NULL);
    for (unsigned i = 1; i <= SERVERS; i++) {
        (void)snprintf(anchor, sizeof anchor, "href=\"#a%u\"", i);
        const bool linked = strstr(page, anchor) != NULL;
        (void)snprintf(anchor, sizeof anchor, "id=\"a%u\"", i);
        assert_true(!linked || strstr(page, anchor) != NULL);
    }
    free(page);
}

static void test_with_verbose_a_page_tells_each_by_itself(void **state)
{
    const fleet *f = fleet_make();

    (void)state;
    char *page = written("html", &f->report, &(dx_style){.verbose = 1});
    assert_int_equal(count(page, "<article "), SERVERS);
    assert_int_equal(count(page, "<details class=\"attempt\""), SERVERS);
    assert_silent_on(page, "with --verbose");
    free(page);
}

static void test_markdown_tells_the_same_failure_of_many_servers_once(void **state)
{
    const fleet *f = fleet_make();

    (void)state;
    char *text = written("markdown", &f->report, NULL);
    assert_int_equal(count(text, "\n**Cause:**"), 1);
    assert_says(text, "**Also** on 499 other servers:");
    assert_says(text, "- 449 more places: with --verbose");
    assert_says(text, "no permission");
    assert_true(strlen(text) < 50000);
    free(text);
    text = written("markdown", &f->report, &(dx_style){.verbose = 1});
    assert_int_equal(count(text, "\n**Cause:**"), SERVERS);
    free(text);
}

/* One server that failed the same way each time. */
static void test_markdown_tells_the_latest_of_many_tries(void **state)
{
    fleet *f = fleet_make();
    dx_arena *arena = dx_arena_new(0);

    (void)state;
    for (unsigned i = 0; i < SERVERS; i++)
        f->s[i].of.attempt.server = f->s[i].finding[0].server = DX_LIT("SRV1");
    f->report.tries = dx_tries_new(f->attempts, SERVERS, arena);
    char *text = written("markdown", &f->report, NULL);
    assert_says(text, "**Again** in 500 attempts");
    assert_int_equal(count(text, "of this report: "), 21);
    assert_says(text, "- attempt 500 of this report: ");
    assert_says(text, "- 479 more earlier attempts: with --verbose");
    free(text);
    text = written("markdown", &f->report, &(dx_style){.verbose = 1});
    assert_int_equal(count(text, "of this report: "), SERVERS);
    free(text);
    dx_arena_free(arena);
}

/* A few tries of one server: what the card leaves out is told with its attempt. */
static void test_a_page_hides_none_of_some_tries(void **state)
{
    enum { TRIES = 12 };
    fleet *f = fleet_make();
    dx_arena *arena = dx_arena_new(0);

    (void)state;
    for (unsigned i = 0; i < TRIES; i++)
        f->s[i].of.attempt.server = f->s[i].finding[0].server = DX_LIT("SRV1");
    f->report.n_attempts = TRIES;
    f->report.tries = dx_tries_new(f->attempts, TRIES, arena);
    char *page = written("html", &f->report, NULL);
    assert_int_equal(count(page, "<summary>The same failure in attempt "), 5);
    assert_says(page, "6 more attempts with this failure: with --verbose");
    assert_int_equal(count(page, "<details class=\"attempt\""), TRIES);
    assert_int_equal(count(page, ">Timeline<"), TRIES);
    free(page);
    page = written("html", &f->report, &(dx_style){.verbose = 1});
    assert_int_equal(count(page, "<summary>The same failure in attempt "), TRIES - 1);
    assert_silent_on(page, "with --verbose");
    free(page);
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_page_tells_the_same_failure_of_many_servers_once),
        cmocka_unit_test(test_a_page_links_to_nothing_that_it_leaves_out),
        cmocka_unit_test(test_with_verbose_a_page_tells_each_by_itself),
        cmocka_unit_test(test_markdown_tells_the_same_failure_of_many_servers_once),
        cmocka_unit_test(test_markdown_tells_the_latest_of_many_tries),
        cmocka_unit_test(test_a_page_hides_none_of_some_tries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
