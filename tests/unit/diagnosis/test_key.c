#include "fixture.h"

#include <stdlib.h>

typedef struct name {
    char text[10];
} name;

static name key_of(const story *s)
{
    name n;
    const dx_verdict v = judge(s);
    assert_int_equal(v.n_findings, 1);
    memcpy(n.text, v.findings[0].key, sizeof n.text);
    return n;
}

static name key_after(fixture *f, const char *server, const char *dll, bool scripts)
{
    story s;
    story_begin(&s, f, server, 1);
    story_reg(&s, dll);
    if (scripts)
        story_ins(&s);
    return key_of(&s);
}

static void test_a_key_is_two_groups_of_lower_hex(void **state)
{
    fixture *f = *state;
    const name key = key_after(f, "EX1", USER_DLL, true);
    assert_int_equal(strlen(key.text), 9);
    assert_int_equal(strspn(key.text, "0123456789abcdef"), 4);
    assert_int_equal(key.text[4], '-');
    assert_int_equal(strspn(key.text + 5, "0123456789abcdef"), 4);
}

static void test_the_key_does_not_change_with_what_does_not_matter(void **state)
{
    fixture *f = *state;
    const name key = key_after(f, "EX1", USER_DLL, true);
    /* an optional message missing; another case of the server; another user's folder */
    assert_string_equal(key_after(f, "EX1", USER_DLL, false).text, key.text);
    assert_string_equal(key_after(f, "ex1", USER_DLL, true).text, key.text);
    assert_string_equal(
        key_after(f, "EX1", "D:\\WTSRV\\Profiles\\joe\\WINDOWS\\system32\\CDONTS.DLL", true).text,
        key.text);
}

static void test_the_key_changes_with_the_server(void **state)
{
    fixture *f = *state;
    const name key = key_after(f, "EX1", USER_DLL, true);
    assert_string_not_equal(key_after(f, "EX2", USER_DLL, true).text, key.text);
}

static void test_the_key_changes_with_the_rule(void **state)
{
    fixture *f = *state;
    const name key = key_after(f, "EX1", USER_DLL, true);
    assert_string_not_equal(key_after(f, "EX1", PLAIN_DLL, true).text, key.text);
}

static name key_of_script(fixture *f, const char *signature, const char *file, int line,
                          int64_t code, bool turned)
{
    story s;
    story_begin(&s, f, "EX1", 1);
    dx_event *e = story_script(&s, signature, file, line, code);
    dx_field *fields = dx_arena_dup(f->arena, e->fields, e->n_fields * sizeof *fields);
    for (size_t i = 0; turned && i < e->n_fields; i++)
        fields[i] = e->fields[e->n_fields - 1 - i];
    e->fields = fields;
    return key_of(&s);
}

static void test_numbers_count_but_not_lines_texts_or_the_order_of_fields(void **state)
{
    static const char rule[] = "  - id: t.any\n"
                               "    title: Any\n"
                               "    steps: [{ as: s, sees: t.script, points: 99, why: w }]\n" REST;
    fixture f;
    (void)state;
    fixture_open(&f, rule);
    const name key = key_of_script(&f, "t.ins", "C:\\a b\\x.ins", 7, 5, false);
    assert_string_equal(key_of_script(&f, "t.ins", "D:\\X.INS", 9, 5, false).text, key.text);
    assert_string_equal(key_of_script(&f, "t.ins", "x.ins", 7, 5, true).text, key.text);
    assert_string_equal(key_of_script(&f, "t.uns", "x.ins", 7, 5, false).text, key.text);
    assert_string_not_equal(key_of_script(&f, "t.ins", "x.ins", 7, 6, false).text, key.text);
    assert_string_not_equal(key_of_script(&f, "t.ins", "y.ins", 7, 5, false).text, key.text);
    fixture_close(&f);
}

static void test_the_key_of_a_question_stays_when_its_messages_repeat(void **state)
{
    fixture *f = *state;
    story s;
    story_begin(&s, f, "EX1", 1);
    story_ins(&s);
    const dx_verdict once = judge(&s);
    story_ins(&s);
    const dx_verdict twice = judge(&s);
    assert_int_equal(twice.undecided[0].n_events, 2);
    assert_string_equal(once.undecided[0].key, twice.undecided[0].key);
    story_uns(&s);
    const dx_verdict more = judge(&s);
    assert_string_not_equal(once.undecided[0].key, more.undecided[0].key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_a_key_is_two_groups_of_lower_hex),
        fixture_test(test_the_key_does_not_change_with_what_does_not_matter),
        fixture_test(test_the_key_changes_with_the_server),
        fixture_test(test_the_key_changes_with_the_rule),
        cmocka_unit_test(test_numbers_count_but_not_lines_texts_or_the_order_of_fields),
        fixture_test(test_the_key_of_a_question_stays_when_its_messages_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
