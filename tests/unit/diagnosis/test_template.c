#include "fixture.h"

static void test_texts_show_what_the_log_says(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_fact(&s, "os", "Windows 2000");
    story_reg(&s, USER_DLL);
    story_ins(&s);
    const dx_verdict v = judge(&s);
    assert_text(v.findings[0].title,
                "The mail service was set up while Windows 2000 ran in execute mode");
    assert_text(v.findings[0].cause,
                "cdonts.dll was looked for in "
                "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32; "
                "cdo.ins gave 0xc002007e.");
    assert_text(v.findings[0].fix[1].act, "Register cdonts.dll again.");
    assert_text(v.findings[0].fix[1].command, "regsvr32 \"" USER_DLL "\"");
    assert_text(v.findings[0].fix[0].command, "change user /install");
    assert_text(v.findings[0].refs[0], "KB Q263072");
}

static void test_a_missing_value_becomes_a_placeholder(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_reg(&s, USER_DLL);
    const dx_verdict v = judge(&s);
    assert_text(v.findings[0].title, "The mail service was set up while <os> ran in execute mode");
    assert_holds(v.findings[0].cause, "; <file> gave <code>.");
}

static void test_braces_that_name_no_step_stay(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.braces\n"
                     "    title: '{{s.x} {0000-11} {} {S.1 {uns.line}'\n"
                     "    steps:\n"
                     "      - { as: uns, sees: t.uns, points: 40, why: 'at {uns.line}' }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_uns(&s);
    const dx_verdict v = judge(&s);
    assert_text(v.findings[0].title, "{s.x} {0000-11} {} {S.1 27");
    assert_text(v.findings[0].evidence[0].why, "at 27");
    fixture_close(&f);
}

static void test_a_rule_says_what_stands_for_a_missing_value(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.words\n"
                     "    title: '{ins.file.name|A script} failed'\n"
                     "    steps:\n"
                     "      - { as: reg, sees: t.reg, points: 40,\n"
                     "          why: 'of {ins.code|} and {reg.dll|no}' }\n"
                     "      - { as: ins, sees: t.ins, need: may, points: 1, why: w }\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_reg(&s, "x.dll");
    const dx_verdict v = judge(&s);
    assert_text(v.findings[0].title, "A script failed");
    assert_text(v.findings[0].evidence[0].why, "of and x.dll");
    fixture_close(&f);
}

static void command_becomes(const char *dll, const char *command)
{
    fixture f;
    story s;
    fixture_open(&f, "  - id: t.command\n"
                     "    title: '{reg.dll}'\n"
                     "    steps: [{ as: reg, sees: t.reg, points: 40, why: w }]\n"
                     "    cause: { class: c, text: '{reg.dll}' }\n"
                     "    fix: [{ act: Do it., command: 'del \"{reg.dll}\"' }]\n"
                     "    refs: [KB Q000001]\n");
    story_begin(&s, &f, "EX1", 1);
    story_reg(&s, dll);
    const dx_verdict v = judge(&s);
    assert_text(v.findings[0].fix[0].command, command);
    fixture_close(&f);
}

static void test_a_log_cannot_put_a_command_into_a_command(void **state)
{
    (void)state;
    command_becomes("C:\\a b\\x.dll", "del \"C:\\a b\\x.dll\"");
    command_becomes("x.dll\" & format c:", "del \"<dll>\"");
    command_becomes("x.dll | more", "del \"<dll>\"");
    command_becomes("x\nformat c:", "del \"<dll>\"");
    command_becomes("$(reboot)", "del \"<dll>\"");
    command_becomes("*.dll", "del \"<dll>\"");
    command_becomes("/s", "del \"<dll>\"");
}

static void test_line_ends_in_values_do_not_break_texts(void **state)
{
    fixture f;
    story s;
    (void)state;
    fixture_open(&f, "  - id: t.wrap\n"
                     "    title: 'in {reg.dll}'\n"
                     "    steps: [{ as: reg, sees: t.reg, points: 40, why: w }]\n" REST);
    story_begin(&s, &f, "EX1", 1);
    story_reg(&s, "C:\\Documents and\r\n\tSettings\\x.dll");
    const dx_verdict v = judge(&s);
    assert_text(v.findings[0].title, "in C:\\Documents and Settings\\x.dll");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_texts_show_what_the_log_says),
        fixture_test(test_a_missing_value_becomes_a_placeholder),
        cmocka_unit_test(test_a_rule_says_what_stands_for_a_missing_value),
        cmocka_unit_test(test_braces_that_name_no_step_stay),
        cmocka_unit_test(test_a_log_cannot_put_a_command_into_a_command),
        cmocka_unit_test(test_line_ends_in_values_do_not_break_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
