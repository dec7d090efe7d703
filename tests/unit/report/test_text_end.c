/* What stands below the verdicts: files, gaps, what comes next. */
#include "tests/unit/report/text.h"

static void test_nothing_recognised_tells_what_is_wanted(void **state)
{
    const dx_report_source source = {.path = DX_LIT("notes.txt"), .lines = 12};
    const dx_report r = {.sources = &source, .n_sources = 1, .complete = true};

    (void)state;
    char *text = text_of(&r, NULL);
    assert_says(text, "No setup attempt was recognised. Read 1 of 1 file, 1 with nothing of a "
                      "setup.\n");
    assert_says(text, "Nothing recognised in 12 lines");
    assert_says(text, "Exchange Server Setup.log");
    assert_says(text, "Next: setupdx scan PATH-OF-THE-SETUP-LOG\n");
    free(text);
}

static void test_a_known_log_without_a_failure_is_not_called_unknown(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_UNDECIDED);
    s.of.n_events = 0;
    s.source.format = DX_LIT("windows-setup");
    s.source.attempts = 1;
    s.source.lines = 12;
    char *text = text_of(&s.report, NULL);
    assert_says(text, "No failure in 12 lines that were read (windows-setup)");
    assert_silent_on(text, "Nothing recognised");
    assert_silent_on(text, "PATH-OF-THE-SETUP-LOG");
    free(text);
    s.source.format = DX_LIT("log");
    text = text_of(&s.report, NULL);
    assert_says(text, "Nothing recognised in 12 lines");
    free(text);
}

static void test_a_line_end_in_a_name_is_no_blank(void **state)
{
    const dx_report_source source = {
        .path = DX_LIT("a\nb.log"), .damage = true, .skipped = DX_LIT("it is gone")};
    const dx_report r = {.sources = &source, .n_sources = 1};

    (void)state;
    char *text = text_of(&r, NULL);
    assert_says(text, "Could not read: a\\nb.log: it is gone\n");
    free(text);
}

static void assert_next(seed *s, const char *const *asked, size_t n, const char *next)
{
    s->report.asked = asked;
    s->report.n_asked = n;
    char *text = text_of(&s->report, NULL);
    assert_tidy(text, 80, false);
    assert_says(text, next);
    free(text);
}

static void test_the_next_command_names_what_was_asked_for(void **state)
{
    static const char *const few[] = {"/tmp/a.log", "my logs", "-b.log"}, *const quote[] = {"it's"};
    static const char *const odd[] = {"a\nb"}, *const hidden[] = {"a\xE2\x80\xAE"};
    static const char *const piped[] = {"-", "a.log"}, *const german[] = {"M\xC3\xA4rz"};
    static const char *const many[] = {"/srv/logs/mail/servers/1", "/srv/logs/mail/servers/2",
                                       "/srv/logs/mail/servers/3", "/srv/logs/mail/servers/4"};
    seed s;

    (void)state;
    seed_make_plain(&s, DX_SUCCEEDED);
    s.report.store = DX_LIT(":memory:");
    assert_next(&s, few, 3, "Next: setupdx scan --format json /tmp/a.log 'my logs' ./-b.log\n");
    assert_next(&s, quote, 1, "Next: setupdx scan --format json 'it'\\''s'\n");
    assert_next(&s, odd, 1, "Next: setupdx scan --format json PATH\n");
    assert_next(&s, hidden, 1, "Next: setupdx scan --format json PATH\n");
    assert_next(&s, german, 1, "Next: setupdx scan --format json PATH\n");
    assert_next(&s, piped, 2, "Next: setupdx scan --format json PATH... (the same 2 paths)\n");
    assert_next(&s, many, 4, "Next: setupdx scan --format json PATH... (the same 4 paths)\n");
    assert_next(&s, NULL, 0, "Next: setupdx scan --format json PATH\n");
}

static void test_a_file_taken_for_no_log_is_named_with_the_way_to_read_it(void **state)
{
    const dx_report_source sources[2] = {
        {.path = DX_LIT("notes.txt"), .format = DX_LIT("dialogs"), .lines = 12},
        {.path = DX_LIT("setup.conf"), .format = DX_LIT("settings"), .lines = 3, .document = true},
    };
    dx_report r = {.sources = sources, .n_sources = 2, .complete = true};

    (void)state;
    char *text = text_of(&r, NULL);
    assert_says(text, "setup.conf was taken for no log (settings)");
    assert_says(text, "--log-format dialogs");
    free(text);
    r.n_sources = 1;
    text = text_of(&r, NULL);
    assert_silent_on(text, "taken for no log");
    free(text);
}

static void test_damaged_files_are_named_others_only_when_asked(void **state)
{
    const dx_str notes[1] = {DX_LIT("times have no zone")};
    dx_report_source sources[3] = {
        {.path = DX_LIT("logs/a.log"),
         .format = DX_LIT("msi"),
         .encoding = DX_LIT("utf-16le"),
         .encoding_how = DX_LIT("byte order mark"),
         .lines = 1,
         .attempts = 1,
         .bad_bytes = 3,
         .notes = notes,
         .n_notes = 1},
        {.path = DX_LIT("logs/photo.jpg"), .skipped = DX_LIT("not text")},
        {.path = DX_LIT("logs/b.zip"),
         .member = DX_LIT("x.log"),
         .skipped = DX_LIT("bad CRC"),
         .damage = true},
    };
    seed s;

    (void)state;
    seed_make(&s);
    s.report.sources = sources;
    s.report.n_sources = 3;
    char *text = text_of(&s.report, NULL);
    assert_says(text, "Could not read: logs/b.zip!x.log: bad CRC\n");
    assert_silent_on(text, "photo.jpg");
    free(text);
    text = text_of(&s.report, &(dx_style){.verbose = 1});
    assert_says(text, "Skipped: logs/photo.jpg: not text\n");
    assert_says(text, "Read: logs/a.log: msi, utf-16le (byte order mark), 1 line, 1 attempt,");
    assert_says(text, "undecodable bytes\n  Note: times have no zone\n");
    free(text);
}

static void test_gaps_are_confessed(void **state)
{
    const struct dx_report_gap gap = {DX_LIT("x.slow"), DX_LIT("a.log"), 7, 2};
    seed s;

    (void)state;
    seed_make(&s);
    s.report.gaps = &gap;
    s.report.n_gaps = 1;
    char *text = text_of(&s.report, NULL);
    assert_says(text, "Not judged: x.slow gave up on 2 records");
    assert_says(text, "a.log:7\n");
    free(text);
}

static void test_what_comes_next_is_the_ticket_of_the_first_failure(void **state)
{
    seed s;
    (void)state;
    seed_make(&s);
    s.report.store = DX_LIT("/var/site.db");
    s.report.db = DX_LIT("");
    char *text = text_of(&s.report, NULL);
    assert_says(text, "\nNext: setupdx report 7f3c-19aa --ticket markdown\n");
    free(text);
    s.report.db = DX_LIT("/var/site.db");
    text = text_of(&s.report, NULL);
    assert_says(text, "\nNext: setupdx report 7f3c-19aa --ticket markdown --db /var/site.db\n");
    free(text);
    s.report.db = DX_LIT("a b; rm.db");
    text = text_of(&s.report, NULL);
    assert_says(text, "\nNext: setupdx report 7f3c-19aa --ticket markdown --db 'a b; rm.db'\n");
    free(text);
    s.report.db = DX_LIT("that's mine.db");
    text = text_of(&s.report, NULL);
    assert_says(text, "\nNext: setupdx report 7f3c-19aa --ticket markdown --db 'that'\\''s "
                      "mine.db'\n");
    free(text);
    s.report.db = DX_LIT("new\nline.db");
    text = text_of(&s.report, NULL);
    assert_says(text, "\nNext: setupdx report 7f3c-19aa --ticket markdown --db STORE\n");
    free(text);
    s.report.store = DX_LIT(":memory:");
    text = text_of(&s.report, NULL);
    assert_says(text, "\nNext: setupdx scan --format json ");
    free(text);
}

static void test_folders_may_tell_the_servers_that_logs_do_not(void **state)
{
    enum { N = 4 };
    static const char *const paths[N] = {"/f/a/1.log", "/f/a/2.log", "/f/b/1.log", "/f/b/2.log"};
    seed s[N];
    dx_report_attempt attempts[N];
    dx_report_source sources[N];

    (void)state;
    for (unsigned i = 0; i < N; i++) {
        seed_make_plain(&s[i], DX_SUCCEEDED);
        s[i].of.attempt.server = DX_LIT("unknown");
        sources[i] = (dx_report_source){.path = dx_str_of(paths[i]), .lines = 1};
    }
    s[0].report.n_sources = N;
    s[0].report.sources = sources;
    char *text = text_of(gather(s, N, attempts), NULL);
    assert_says(text, "\nServers: no log names its server, so all count as one;");
    free(text);
    s[3].of.attempt.server = DX_LIT("MAIL01"); /* one names its own: so would others */
    text = text_of(&s[0].report, NULL);
    assert_null(strstr(text, "Servers:"));
    free(text);
    s[3].of.attempt.server = DX_LIT("unknown");
    sources[2].path = sources[3].path = DX_LIT("/f/a/3.log"); /* one folder tells nothing */
    text = text_of(&s[0].report, NULL);
    assert_null(strstr(text, "Servers:"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_recognised_tells_what_is_wanted),
        cmocka_unit_test(test_a_known_log_without_a_failure_is_not_called_unknown),
        cmocka_unit_test(test_a_line_end_in_a_name_is_no_blank),
        cmocka_unit_test(test_the_next_command_names_what_was_asked_for),
        cmocka_unit_test(test_a_file_taken_for_no_log_is_named_with_the_way_to_read_it),
        cmocka_unit_test(test_damaged_files_are_named_others_only_when_asked),
        cmocka_unit_test(test_gaps_are_confessed),
        cmocka_unit_test(test_what_comes_next_is_the_ticket_of_the_first_failure),
        cmocka_unit_test(test_folders_may_tell_the_servers_that_logs_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
