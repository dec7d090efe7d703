/* How a finding reads. */
#include "tests/unit/report/text.h"

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
        "\n\n1 failed attempt on 1 of 1 server. Read 1 of 1 file.\nNext: setupdx scan --format "
        "json PATH\n",
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
        assert_true(count_lines(text) <= (columns < 80 ? 41 * 80 / columns : 41));
        assert_says(text, "change user /install");
        free(text);
    }
    free(written("text", &s.report, &(dx_style){.columns = 1}));
}

static void test_a_narrow_page_tells_as_much_as_a_usual_one(void **state)
{
    seed s;

    (void)state;
    seed_make(&s);
    s.finding[0].title = DX_LIT("The Internet Mail Service was set up while Terminal Services ran "
                                "in execute mode, which is wrong");
    s.finding[0].cause = DX_LIT("Each user then has a folder of their own, and the setup cannot "
                                "register the files it needs, since it looks for all of them in "
                                "the folder of the one who runs it, where nobody ever put them.");
    char *text = text_of(&s.report, &(dx_style){.columns = 40});
    assert_says(text, "which is");
    assert_says(text, "ever put them.");
    assert_silent_on(text, "more lines");
    free(text);
}

static void test_an_address_is_not_broken(void **state)
{
    static const char address[] =
        "learn.microsoft.com/troubleshoot/windows-client/installing-updates-features-roles/"
        "error-0x8024402c-installing-update-feature-on-demand";
    const dx_str refs[] = {dx_str_of(address)};
    seed s;

    (void)state;
    seed_make(&s);
    s.finding[0].refs = refs;
    s.finding[0].n_refs = 1;
    for (unsigned columns = 40; columns <= 80; columns += 20) {
        char *text = text_of(&s.report, &(dx_style){.columns = columns});
        assert_says(text, address);
        free(text);
    }
}

static void test_an_endless_address_is_broken(void **state)
{
    static char address[400] = "https://";
    const dx_str refs[] = {{address, sizeof address}};
    seed s;

    (void)state;
    memset(address + 8, 'a', sizeof address - 8);
    seed_make(&s);
    s.finding[0].refs = refs;
    s.finding[0].n_refs = 1;
    char *text = text_of(&s.report, NULL);
    for (dx_str rest = dx_str_of(text), line; dx_str_next(&rest, '\n', &line);)
        assert_true(line.n <= 80);
    free(text);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finding_reads_like_a_verdict),
        cmocka_unit_test(test_one_event_is_one_sign),
        cmocka_unit_test(test_state_decides_the_first_word),
        cmocka_unit_test(test_colors_add_nothing_but_escapes),
        cmocka_unit_test(test_every_width_is_kept),
        cmocka_unit_test(test_a_narrow_page_tells_as_much_as_a_usual_one),
        cmocka_unit_test(test_an_address_is_not_broken),
        cmocka_unit_test(test_an_endless_address_is_broken),
        cmocka_unit_test(test_long_block_keeps_to_40_lines_and_says_what_is_missing),
        cmocka_unit_test(test_long_path_loses_its_middle_not_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
