#include "tests/unit/report/fixture.h"

#include <stdio.h>

/* ---- what must hold for every text ---- */

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

/* Nothing wider than the page, no blanks at line ends, nothing that acts on a terminal. */
static void assert_tidy(const char *text, size_t columns, bool color)
{
    dx_str rest = dx_str_of(text), line;

    assert_true(dx_utf_valid(rest));
    assert_true(rest.n > 0 && text[rest.n - 1] == '\n');
    while (dx_str_next(&rest, '\n', &line)) {
        if (!color && dx_utf_columns(line) > columns)
            fail_msg("%zu columns: %.*s", dx_utf_columns(line), DX_FMT(line));
        if (line.n > 0 && line.p[line.n - 1] == ' ')
            fail_msg("trailing blank: %.*s|", DX_FMT(line));
    }
    for (const char *c = text; *c; c++)
        assert_true(((unsigned char)*c >= 0x20 && *c != 0x7F) || *c == '\n' ||
                    (color && *c == '\x1b'));
}

static char *text_of(const dx_report *r, const dx_style *style)
{
    char *text = written("text", r, style);

    assert_tidy(text, style && style->columns ? style->columns : 80, style && style->color);
    return text;
}

/* ---- a finding ---- */

static void test_finding_reads_like_a_verdict(void **state)
{
    static const char *const wanted[] = {
        "FAIL  MAIL01  The Internet Mail Service was set up",
        "[key 7f3c-19aa]",
        "\nCause Terminal Services were in execute mode.",
        "\nSure  almost certain, 85 of 99: Setup could not register cdonts.dll [1] +30",
        "\nDo this\n  1. At a command prompt",
        "     Type: change user /install\n     See:  User session is ready to install",
        "     Undo: change user /execute\n",
        "\nSigns in attempt 2 of 2000-06-14 09:12 UTC (zone: assumed UTC), Exchange Server",
        "mail01/Exchange Server Setup.log:412",
        "\nLess likely: cdonts.dll is missing from system32 (nothing speaks for it).",
        "\nNot seen: the message about smtp.uns",
        "\nAlso  1 error in this attempt that no rule explains: line 430",
        "\nHistory: seen in 9 attempts on 6 servers from 2000-06-14 to 2001-05-18",
        "\nSource: KB Q263072, KB Q248340; rule exch55.ims-ts-execute-mode of 2026.11",
        "\n\n1 failure on 1 of 1 server. Read 1 of 1 file.\nNext: setupdx scan --format json "
        "PATH\n",
    };
    seed s;
    char *text;

    (void)state;
    seed_make(&s);
    text = text_of(&s.report, NULL);
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_says(text, wanted[i]);
    assert_int_equal(strncmp(text, "FAIL", 4), 0);
    assert_true(count_lines(text) <= 40);
    free(text);
}

static void test_one_event_is_one_sign(void **state)
{
    seed s;
    char *text;

    (void)state;
    seed_make(&s);
    text = text_of(&s.report, NULL);
    assert_says(text, "execute mode [1] +25");
    assert_says(text, "  [2] Processing file");
    assert_silent_on(text, "  [3] ");
    assert_silent_on(text, "smtp.uns was not seen");
    free(text);
}

static void test_state_decides_the_first_word(void **state)
{
    static const struct {
        dx_state state;
        const char *word, *says;
    } cases[] = {
        {DX_FIX_BEGUN, "FAIL", "State fix begun: because"},
        {DX_FIX_LEFT_OPEN, "WARN", "State install mode left on: because"},
        {DX_RESOLVED, "OK ", "State resolved: because"},
    };
    seed s;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        seed_make(&s);
        s.finding[0].state = cases[i].state;
        s.finding[0].state_why = DX_LIT("because");
        char *text = text_of(&s.report, NULL);
        assert_int_equal(strncmp(text, cases[i].word, strlen(cases[i].word)), 0);
        assert_says(text, cases[i].says);
        if (cases[i].state == DX_RESOLVED)
            assert_silent_on(text, "Do this");
        else
            assert_says(text, "Do this");
        free(text);
    }
}

static void test_colors_add_nothing_but_escapes(void **state)
{
    const dx_style plain = {.unicode = true}, color = {.unicode = true, .color = true};
    seed s;

    (void)state;
    seed_make(&s);
    char *without = text_of(&s.report, &plain), *with = text_of(&s.report, &color);
    char *to = with;
    assert_says(with, "\x1b[1;31mFAIL\x1b[0m  MAIL01");
    for (const char *c = with; *c; c++) {
        if (*c == '\x1b')
            c = strchr(c, 'm');
        else
            *to++ = *c;
    }
    *to = '\0';
    assert_string_equal(with, without);
    free(with);
    free(without);
}

static void test_every_width_is_kept(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    for (unsigned columns = 40; columns <= 200; columns += 7) {
        char *text = text_of(&s.report, &(dx_style){.columns = columns, .unicode = columns % 2});
        assert_true(count_lines(text) <= 41);
        assert_says(text, "change user /install");
        free(text);
    }
    free(written("text", &s.report, &(dx_style){.columns = 1}));
}

static void test_long_block_keeps_to_40_lines_and_says_what_is_missing(void **state)
{
    static char prose[4000];
    dx_evidence evidence[40];
    dx_fix_step fix[30];
    dx_str absent[30];
    dx_rival rivals[20];
    seed s;

    (void)state;
    for (size_t i = 0; i < sizeof prose; i++)
        prose[i] = i % 7 ? 'x' : ' ';
    const dx_str lorem = {prose, sizeof prose};
    seed_make(&s);
    for (size_t i = 0; i < 40; i++)
        evidence[i] = (dx_evidence){DX_NONE, lorem, 1, &s.event[i % 3]};
    for (size_t i = 0; i < 30; i++) {
        fix[i] = (dx_fix_step){lorem, lorem, lorem, lorem};
        absent[i] = lorem;
        rivals[i % 20] = (dx_rival){DX_LIT("x"), lorem, lorem, 10, DX_NONE};
    }
    s.finding[0].title = s.finding[0].cause = s.finding[0].applies = lorem;
    s.finding[0].state = DX_FIX_BEGUN;
    s.finding[0].state_why = lorem;
    s.finding[0].evidence = evidence;
    s.finding[0].n_evidence = 40;
    s.finding[0].fix = fix;
    s.finding[0].n_fix = 30;
    s.finding[0].absent = absent;
    s.finding[0].n_absent = 30;
    s.finding[0].rivals = rivals;
    s.finding[0].n_rivals = 20;
    char *text = text_of(&s.report, NULL);
    assert_true(count_lines(text) <= 40);
    assert_says(text, "more lines (--format json)");
    assert_says(text, "Signs in attempt 2");
    assert_says(text, "Do this");
    assert_says(text, "7f3c-19aa");
    free(text);
}

static void test_long_path_loses_its_middle_not_its_name(void **state)
{
    static const char path[] = "C:\\Program Files\\Vendor With A Very Long Name\\Product\\"
                               "And Another Folder\\Yet Another Folder\\setup\\engine.dll";
    char quote[700];
    seed s;

    (void)state;
    seed_make(&s);
    (void)snprintf(quote, sizeof quote, "Could not copy %s to %s, then %s and %s: code 0x80070005",
                   path, path, path, path);
    s.event[0].text = dx_str_of(quote);
    s.dll[0].text = dx_str_of(path);
    s.evidence[3].event = NULL;
    char *text = text_of(&s.report, NULL);
    assert_says(text, "...\\engine.dll");
    assert_says(text, "0x80070005");
    free(text);
}

/* ---- several attempts ---- */

static void test_same_failure_again_is_told_once_for_the_latest(void **state)
{
    seed s[3];
    dx_report_attempt attempts[3];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        seed_make(&s[i]);
        s[i].of.attempt.ordinal = i + 1;
        s[i].of.attempt.first_line = 100 * i + 1;
        s[i].of.attempt.last_line = 100 * i + 90;
        s[i].of.attempt.began_us += i * INT64_C(3600000000);
        attempts[i] = s[i].attempt;
    }
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 3;
    char *text = text_of(&s[0].report, NULL);
    assert_says(text, "Signs in attempt 3 of");
    assert_says(text,
                "Again in 3 attempts, the first of 2000-06-14 09:12 UTC, the last of 2000-06-14\n"
                "      11:12 UTC");
    assert_says(text, "Also  in attempt 2 (line 412), attempt 1 (line 412)");
    assert_null(strstr(strstr(text, "FAIL") + 1, "FAIL"));
    assert_says(text, "3 failures on 1 of 1 server.");
    free(text);
}

static void test_what_is_told_in_the_same_words_is_told_once_whatever_its_key(void **state)
{
    seed s[3];
    dx_report_attempt attempts[3];

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        seed_make(&s[i]);
        s[i].of.attempt.ordinal = i + 1;
        s[i].of.attempt.began_us += i * INT64_C(3600000000);
        s[i].finding[0].key[0] = (char)('a' + i);
        attempts[i] = s[i].attempt;
    }
    s[2].finding[0].cause = DX_LIT("Something else.");
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 3;
    char *text = text_of(&s[0].report, NULL);
    assert_says(text, "Again in 2 attempts");
    assert_says(text, "Also  in attempt 1 (line 412)");
    assert_says(text, "[key cf3c-19aa]");
    assert_says(text, "[key bf3c-19aa]");
    assert_null(strstr(text, "[key af3c-19aa]"));
    free(text);
}

static void test_more_than_five_failures_are_told_in_short(void **state)
{
    enum { N = 8 };
    static char servers[N][16];
    seed s[N];
    dx_report_attempt attempts[N];

    (void)state;
    for (unsigned i = 0; i < N; i++) {
        seed_make(&s[i]);
        (void)snprintf(servers[i], sizeof servers[i], "SRV%u", i + 1);
        s[i].of.attempt.server = s[i].finding[0].server = dx_str_of(servers[i]);
        attempts[i] = s[i].attempt;
    }
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = N;
    char *text = text_of(&s[0].report, NULL);
    assert_says(text, "\n7 more, in short (setupdx explain KEY tells one; --format json all):\n"
                      "FAIL  7 servers  The Internet Mail Service was set up ");
    assert_says(text,
                "\n      SRV2 [key 7f3c-19aa], SRV3 [key 7f3c-19aa], SRV4 [key 7f3c-19aa], 4");
    assert_null(strstr(text, "SRV5"));
    assert_null(strstr(strstr(text, "Do this") + 1, "Do this"));
    free(text);
    text = text_of(&s[0].report, &(dx_style){.verbose = 1});
    assert_says(
        text,
        "\n7 more, in short (setupdx explain KEY tells one; --format json all):\nFAIL  SRV2  ");
    assert_says(text, "SRV8");
    assert_says(text, "[key 7f3c-19aa]  mail01");
    free(text);
    s[7].finding[0].state = DX_RESOLVED; /* what is done is told apart */
    text = text_of(&s[0].report, NULL);
    assert_says(text, "\nFAIL  6 servers  ");
    assert_says(text, "\nOK    SRV8  resolved: ");
    s[7].finding[0].state = DX_OPEN;
    free(text);
    s[7].of.attempt.server = s[7].finding[0].server = dx_str_of(servers[6]);
    memcpy(s[7].finding[0].key, "7f3c-19ab", 10); /* the same server, and another cause */
    s[7].finding[0].cause = DX_LIT("Another file is missing.");
    text = text_of(&s[0].report, NULL);
    assert_says(text, "\nFAIL  6 servers  ");
    assert_says(text, "SRV4 [key 7f3c-19aa], 3");
    free(text);
    for (unsigned i = 5; i < N; i++) {
        s[i].of.attempt.server = s[i].finding[0].server = dx_str_of(servers[6]);
        (void)snprintf(s[i].finding[0].key, sizeof s[i].finding[0].key, "7f3c-19a%u", i);
        s[i].finding[0].cause = dx_str_of(servers[i]);
    }
    for (unsigned i = 1; i < 4; i++)
        s[i].finding[0].diagnosis = s[i].of.attempt.server;
    text = text_of(&s[0].report, NULL);
    assert_silent_on(text, " servers  ");
    free(text);
    for (unsigned i = 0; i < N; i++)
        s[i].of.attempt.server = s[i].finding[0].server = dx_str_of(servers[i]);
    for (unsigned i = 0; i < N; i++)
        s[i].finding[0].diagnosis = s[i].of.attempt.server;
    text = text_of(&s[0].report, NULL);
    assert_says(
        text,
        "\n3 more, in short (setupdx explain KEY tells one; --format json all):\nFAIL  SRV6  ");
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
        attempts[i] = s[i].attempt;
        sources[i] = (dx_report_source){.path = dx_str_of(paths[i]), .lines = 1};
    }
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = s[0].report.n_sources = N;
    s[0].report.sources = sources;
    char *text = text_of(&s[0].report, NULL);
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

static void test_failures_come_before_successes(void **state)
{
    seed s[2];
    dx_report_attempt attempts[2];

    (void)state;
    seed_make_plain(&s[0], DX_SUCCEEDED);
    seed_make(&s[1]);
    attempts[0] = s[0].attempt;
    attempts[1] = s[1].attempt;
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 2;
    char *text = text_of(&s[0].report, NULL);
    assert_int_equal(strncmp(text, "FAIL", 4), 0);
    assert_says(text, "\nOK    MAIL01  Exchange Server 5.5 SP3 succeeded");
    free(text);
}

static void test_many_successes_are_counted(void **state)
{
    enum { N = 30 };
    seed s;
    dx_report_attempt attempts[N];

    (void)state;
    seed_make_plain(&s, DX_SUCCEEDED);
    for (size_t i = 0; i < N; i++)
        attempts[i] = s.attempt;
    s.report.attempts = attempts;
    s.report.n_attempts = N;
    char *text = text_of(&s.report, NULL);
    assert_says(text, "      and 10 more: succeeded\n");
    free(text);
    text = text_of(&s.report, &(dx_style){.verbose = 1});
    assert_silent_on(text, "more: succeeded");
    free(text);
}

/* ---- other verdicts ---- */

static void test_undecided_names_the_causes_and_the_question(void **state)
{
    const dx_rival candidates[2] = {
        {DX_LIT("a"), DX_LIT("execute mode"), DX_LIT("a per-user folder"), 40, DX_NONE},
        {DX_LIT("b"), DX_LIT("a missing proxy DLL"), DX_LIT("a join of a site"), 40, DX_NONE}};
    seed s;
    const dx_event *events[1] = {&s.event[1]};

    (void)state;
    seed_make_undecided(&s, candidates, events);
    char *text = text_of(&s.report, NULL);
    assert_says(text, "????  MAIL01  cannot decide between execute mode and a missing proxy DLL");
    assert_says(text, "\nTo decide: Send the setup log of the whole attempt.");
    assert_says(text, "\nEither: execute mode (40 of 99). To tell: a per-user folder");
    assert_says(text, "\nOr: a missing proxy DLL (40 of 99). To tell: a join of a site");
    assert_says(text, "  [1] Processing file");
    free(text);
}

static void test_unexplained_failure_shows_its_end_and_decisive_lines(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_FAILED);
    s.verdict.n_unexplained = 1;
    s.of.attempt.code = DX_LIT("0x80070643");
    char *text = text_of(&s.report, NULL);
    assert_says(text, "FAIL  MAIL01  Exchange Server 5.5 SP3 failed, no rule knows why\n");
    assert_says(text, "\nEnd   Setup ended with errors. (code 0x80070643)\n"
                      "      mail01/Exchange Server Setup.log:431\n");
    assert_says(text, "  [1] Error: setup gives up  mail01/Exchange Server Setup.log:430\n");
    assert_says(text, "Next: setupdx code 0x80070643\n");
    free(text);
}

static void test_known_failures_are_shown_before_unknown_errors(void **state)
{
    static dx_event events[20];
    const dx_event *unexplained[20];
    seed s;

    (void)state;
    seed_make_plain(&s, DX_FAILED);
    for (unsigned i = 0; i < 20; i++) {
        events[i] = s.event[2];
        events[i].line = 1000 + i;
        events[i].polarity = i == 19 ? DX_FAILURE : DX_UNKNOWN;
        unexplained[i] = &events[i];
    }
    s.of.n_events = 0;
    s.verdict.unexplained = unexplained;
    s.verdict.n_unexplained = 20;
    char *text = text_of(&s.report, NULL);
    assert_says(text, ":1003\n");
    assert_silent_on(text, ":1004\n");
    assert_says(text, ":1019\n");
    assert_says(text, "15 more lines that look like errors");
    free(text);
}

static void test_code_that_is_no_code_is_not_typed_into_a_command(void **state)
{
    static const char *const codes[] = {"0x1; rm -rf /", "$(reboot)", "-1", "0\x1b[2J", ""};
    seed s;

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        seed_make_plain(&s, DX_FAILED);
        s.of.attempt.code = dx_str_of(codes[i]);
        char *text = text_of(&s.report, NULL);
        assert_says(text, "Next: setupdx scan --format json PATH\n");
        free(text);
    }
}

static void test_later_success_is_told(void **state)
{
    seed s[2];
    dx_report_attempt attempts[2];

    (void)state;
    seed_make_plain(&s[0], DX_FAILED);
    seed_make_plain(&s[1], DX_SUCCEEDED);
    s[1].of.attempt.ordinal = 3;
    attempts[0] = s[0].attempt;
    attempts[1] = s[1].attempt;
    s[0].report.attempts = attempts;
    s[0].report.n_attempts = 2;
    char *text = text_of(&s[0].report, NULL);
    assert_says(text, "\nState a later attempt succeeded: attempt 3");
    free(text);
}

static void test_harmless_lines_are_told_with_a_success(void **state)
{
    const dx_event *harmless[14] = {0};
    seed s;

    (void)state;
    seed_make_plain(&s, DX_SUCCEEDED);
    s.verdict.harmless = harmless;
    s.verdict.n_harmless = 14;
    char *text = text_of(&s.report, NULL);
    assert_says(text,
                "OK    MAIL01  Exchange Server 5.5 SP3 succeeded, 14 lines look like errors,");
    assert_says(text, " 14\n      explained");
    free(text);
}

static void test_log_that_stops_early_is_no_success(void **state)
{
    seed s;

    (void)state;
    seed_make_plain(&s, DX_CUT_OFF);
    char *text = text_of(&s.report, NULL);
    assert_says(text, "????  MAIL01  Exchange Server 5.5 SP3: the log stops before the end");
    assert_says(text, "No certain failure on 1 server, 1 without a known outcome.");
    free(text);
}

/* ---- the end of the report ---- */

static void test_nothing_recognised_tells_what_is_wanted(void **state)
{
    const dx_report_source source = {.path = DX_LIT("notes.txt"), .lines = 12};
    const dx_report r = {.sources = &source, .n_sources = 1, .complete = true};

    (void)state;
    char *text = text_of(&r, NULL);
    assert_says(text, "No setup attempt was recognised. Read 1 of 1 file.\n");
    assert_says(text, "Nothing recognised in 12 lines");
    assert_says(text, "Exchange Server Setup.log");
    assert_says(text, "Next: setupdx scan PATH-OF-THE-SETUP-LOG\n");
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

static void test_plain_path_is_ready_to_be_typed(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    s.source.path = DX_LIT("logs/setup.log");
    char *text = text_of(&s.report, NULL);
    assert_says(text, "Next: setupdx scan --format json logs/setup.log\n");
    free(text);
}

/* ---- strangers' text ---- */

static void test_hostile_text_cannot_act(void **state)
{
    static const char evil[] =
        "\x1b[2J\x1b]0;owned\x07 \xE2\x80\xAE"
        "gnp.exe \xC2\x9B"
        "31m \r\b "
        "\xFF\xFE \xE2\x80\xA8 \xED\xA0\x80 M\xC3\xBCller \xE6\x97\xA5\xE6\x9C\xAC";
    seed s;

    (void)state;
    seed_make(&s);
    const dx_str text = {evil, sizeof evil}; /* with its NUL */
    s.event[0].text = s.event[1].text = s.event[2].text = text;
    s.finding[0].title = s.finding[0].cause = s.finding[0].server = text;
    s.evidence[0].why = s.fix[0].act = s.fix[0].command = s.rival[0].tell = text;
    s.of.path = s.of.member = s.fact[0].value = s.source.path = s.source.skipped = text;
    s.of.attempt.zone = s.absent[0] = s.refs[0] = s.report.ruleset_version = text;
    s.source.damage = true;
    for (unsigned columns = 40; columns < 120; columns += 13) {
        char *ascii = text_of(&s.report, &(dx_style){.columns = columns});
        for (const char *c = ascii; *c; c++)
            assert_true((unsigned char)*c < 0x7F);
        char *unicode = text_of(&s.report, &(dx_style){.columns = columns, .unicode = true});
        assert_silent_on(unicode, "\xE2\x80\xAE");
        assert_says(unicode, "\\x1b[2J");
        free(ascii);
        free(unicode);
    }
}

static void test_a_megabyte_in_one_line_is_cut(void **state)
{
    const size_t n = 1u << 20;
    char *big = malloc(n);
    seed s;

    (void)state;
    assert_non_null(big);
    seed_make(&s);
    static const char *const fillers[] = {"x", "\xCC\x81", "a ", "\\", "\xE6\x97\xA5"};
    for (size_t k = 0; k < sizeof fillers / sizeof fillers[0]; k++) {
        const size_t step = strlen(fillers[k]);
        for (size_t i = 0; i < n; i++)
            big[i] = fillers[k][i % step];
        s.event[0].text = s.finding[0].title = s.finding[0].server = s.of.path =
            (dx_str){big, n - n % step};
        s.source.path = s.source.skipped = s.of.path;
        char *text = text_of(&s.report, &(dx_style){.unicode = true});
        assert_true(strlen(text) < 200000);
        free(text);
    }
    free(big);
}

static void test_absent_strings_and_empty_lists_are_fine(void **state)
{
    const dx_case of = {.attempt = {.began_us = DX_NO_TIME, .ended_us = DX_NO_TIME}};
    const dx_event event = {.time_us = DX_NO_TIME, .text = {NULL, 7}};
    const dx_event *unexplained[1] = {&event};
    const dx_finding finding = {.key = "1234-5678"};
    const dx_undecided undecided = {.key = ""};
    const dx_verdict verdict = {.n_findings = 1,
                                .n_undecided = 1,
                                .n_unexplained = 1,
                                .findings = &finding,
                                .undecided = &undecided,
                                .unexplained = unexplained};
    const dx_report_attempt attempt = {.of = &of, .verdict = &verdict};
    const dx_report r = {.n_attempts = 1, .attempts = &attempt};

    (void)state;
    char *text = text_of(&r, NULL);
    assert_says(text, "FAIL  unknown");
    free(text);
}

static void test_same_report_gives_the_same_bytes(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    char *first = text_of(&s.report, NULL), *second = text_of(&s.report, NULL);
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void test_writer_that_fails_stops_each_format_at_once(void **state)
{
    enum { N = 2000 };
    static const char *const formats[] = {"text", "json", "ndjson"};
    dx_report_attempt *attempts = calloc(N, sizeof *attempts);
    seed s;

    (void)state;
    assert_non_null(attempts);
    seed_make(&s);
    for (size_t i = 0; i < N; i++)
        attempts[i] = s.attempt;
    s.report.attempts = attempts;
    s.report.n_attempts = N;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        catcher c = {.fail_at = 2};
        dx_report_attempt few = s.attempt;
        assert_int_equal(write_with(formats[i], &s.report, NULL, &c),
                         strcmp(formats[i], "text") ? DX_FAIL : DX_OK);
        assert_true(c.writes <= 2);
        dx_buf_done(&c.got);
        c = (catcher){.fail_at = 1};
        s.report.attempts = &few;
        s.report.n_attempts = 1;
        assert_int_equal(write_with(formats[i], &s.report, NULL, &c), DX_FAIL);
        assert_int_equal(c.writes, 1);
        dx_buf_done(&c.got);
        s.report.attempts = attempts;
        s.report.n_attempts = N;
    }
    free(attempts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finding_reads_like_a_verdict),
        cmocka_unit_test(test_one_event_is_one_sign),
        cmocka_unit_test(test_state_decides_the_first_word),
        cmocka_unit_test(test_colors_add_nothing_but_escapes),
        cmocka_unit_test(test_every_width_is_kept),
        cmocka_unit_test(test_long_block_keeps_to_40_lines_and_says_what_is_missing),
        cmocka_unit_test(test_long_path_loses_its_middle_not_its_name),
        cmocka_unit_test(test_same_failure_again_is_told_once_for_the_latest),
        cmocka_unit_test(test_what_is_told_in_the_same_words_is_told_once_whatever_its_key),
        cmocka_unit_test(test_more_than_five_failures_are_told_in_short),
        cmocka_unit_test(test_what_comes_next_is_the_ticket_of_the_first_failure),
        cmocka_unit_test(test_folders_may_tell_the_servers_that_logs_do_not),
        cmocka_unit_test(test_failures_come_before_successes),
        cmocka_unit_test(test_many_successes_are_counted),
        cmocka_unit_test(test_undecided_names_the_causes_and_the_question),
        cmocka_unit_test(test_unexplained_failure_shows_its_end_and_decisive_lines),
        cmocka_unit_test(test_known_failures_are_shown_before_unknown_errors),
        cmocka_unit_test(test_code_that_is_no_code_is_not_typed_into_a_command),
        cmocka_unit_test(test_later_success_is_told),
        cmocka_unit_test(test_harmless_lines_are_told_with_a_success),
        cmocka_unit_test(test_log_that_stops_early_is_no_success),
        cmocka_unit_test(test_nothing_recognised_tells_what_is_wanted),
        cmocka_unit_test(test_damaged_files_are_named_others_only_when_asked),
        cmocka_unit_test(test_gaps_are_confessed),
        cmocka_unit_test(test_plain_path_is_ready_to_be_typed),
        cmocka_unit_test(test_hostile_text_cannot_act),
        cmocka_unit_test(test_a_megabyte_in_one_line_is_cut),
        cmocka_unit_test(test_absent_strings_and_empty_lists_are_fine),
        cmocka_unit_test(test_same_report_gives_the_same_bytes),
        cmocka_unit_test(test_writer_that_fails_stops_each_format_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
