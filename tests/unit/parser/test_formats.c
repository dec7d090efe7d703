#include "tests/unit/parser/framing.h"

#include "core/buf.h"

/* ---- what is wrong with a format, told with its place ---- */

typedef struct complaint {
    const char *yaml; /* the lines of one format; or a whole file when it begins with "setupdx" */
    const char *said; /* all faults, one a line */
} complaint;

static void hear(void *ctx, const dx_err *fault)
{
    char text[700];
    assert_int_equal(fault->kind, DX_E_RULE);
    dx_err_format(fault, text, sizeof text);
    dx_buf_printf(ctx, "%s\n", text);
}

static void assert_complains(const complaint *c)
{
    dx_arena *arena = dx_arena_new(0);
    dx_buf said = {0};
    dx_faults faults = {.on_fault = hear, .ctx = &said};
    dx_err err = {0};
    dx_formats *formats = NULL;
    dx_yfile file = {.path = DX_LIT("f.yaml"), .name = DX_LIT("f.yaml")};
    const dx_str yaml = strncmp(c->yaml, "setupdx", 7) == 0
                            ? dx_str_of(c->yaml)
                            : dx_arena_printf(arena, "setupdx: 1\nformats:\n%s", c->yaml);
    file.root = dx_ytree_parse(arena, "f.yaml", yaml, &faults);
    assert_non_null(file.root);
    const dx_yset set = {.file = &file, .n = 1, .newest_us = DX_NO_TIME};
    assert_int_equal(dx_formats_new(&formats, &set, &faults, &err), DX_FAIL);
    assert_int_equal(err.kind, DX_E_RULE);
    assert_null(formats);
    assert_string_equal(dx_buf_str(&said).p ? said.p : "", c->said);
    dx_buf_done(&said);
    dx_arena_free(arena);
}

#define X "  - id: x\n    detect: { line: x }\n"

static void test_each_fault_is_told_with_its_place(void **state)
{
    static const complaint list[] = {
        {"  - title: x\n    detect: { line: x }\n", "f.yaml:3:5: a format needs an 'id'\n"},
        {"  - id: x\n", "f.yaml:3:5: format 'x' has no 'detect': it would never be chosen\n"},
        {"  - just text\n", "f.yaml:3:5: expected a map, found text\n"},
        {"  - { id: x, detect: { line: x }, detects: { line: x } }\n",
         "f.yaml:3:35: unknown key 'detects': did you mean 'detect'?\n"},
        {"  - { id: x, detect: { line: '(' } }\n", "f.yaml:3:30: missing closing parenthesis\n"},
        {"  - { id: x, detect: { points: 10 } }\n", "f.yaml:3:22: a clue needs 'line' or 'name'\n"},
        {"  - { id: x, detect: text }\n", "f.yaml:3:22: expected a map, found text\n"},
        {"  - { id: x, detect: { line: x, point: 10 } }\n",
         "f.yaml:3:33: unknown key 'point': did you mean 'points'?\n"},
        {"  - { id: x, detect: { line: x, points: many } }\n",
         "f.yaml:3:41: 'many' is not a number\n"},
        {"  - { id: x, detect: { line: x, points: 1001 } }\n",
         "f.yaml:3:41: 'points' is 1001, but must be from -1000 to 1000\n"},
        {"  - { id: x, detect: { line: x, points: -99999999999 } }\n",
         "f.yaml:3:41: 'points' is -99999999999, but must be from -1000 to 1000\n"},
        {"  - { id: x, detect: { line: [x] } }\n", "f.yaml:3:30: expected text, found a list\n"},
        {"  - { id: x, fallback: plane }\n",
         "f.yaml:3:24: unknown word 'plane': expected 'plain', 'stamped'\n"},
        {X "    line-ends: lf\n", "f.yaml:5:16: unknown word 'lf': expected 'any', 'crlf'\n"},
        {X "    record: text\n", "f.yaml:5:13: expected a map, found text\n"},
        {X "    record: { stamps: x }\n",
         "f.yaml:5:15: unknown key 'stamps': did you mean 'stamp'?\n"},
        {X "    record: { stamp: '[' }\n",
         "f.yaml:5:22: missing terminating ] for character class\n"},
        {X "    record: { joins: maybe }\n", "f.yaml:5:22: 'maybe' is neither true nor false\n"},
        {X "    record: { paragraphs: [yes] }\n", "f.yaml:5:27: expected text, found a list\n"},
        {X "    record: { stamp: '()()()()()()()()()()()()()()()()' }\n",
         "f.yaml:5:22: 16 groups, but only 15 are read: use (?:...)\n"},
        {X "    time: { layout: x }\n",
         "f.yaml:5:13: unknown key 'layout': did you mean 'layouts'?\n"},
        {X "    time: { zone: mars }\n",
         "f.yaml:5:19: unknown word 'mars': expected 'local', 'utc'\n"},
        {X "    time: { layouts: [{ a: b }] }\n", "f.yaml:5:23: expected text, found a map\n"},
        {X "    found: { words: [x] }\n", "f.yaml:5:12: 'found' needs 'words' and 'at'\n"},
        {X "    levels: error\n", "f.yaml:5:13: expected a map, found text\n"},
        {X "    levels: { eror: E }\n", "f.yaml:5:15: unknown key 'eror': did you mean 'error'?\n"},
        {X "    level-lines: [E]\n", "f.yaml:5:18: expected a map, found a list\n"},
        {X "    level-lines: { fatal: E }\n",
         "f.yaml:5:20: unknown key 'fatal': expected 'debug', 'info', 'warning', 'error'\n"},
        {X "    level-lines: { error: 'a{2,1}' }\n",
         "f.yaml:5:27: numbers out of order in {} quantifier\n"},
        {X "    attempts: { start: x }\n",
         "f.yaml:5:17: unknown key 'start': did you mean 'starts'?\n"},
        {X "    attempts: { starts: { lin: x } }\n",
         "f.yaml:5:27: unknown key 'lin': did you mean 'line'?\n"
         "f.yaml:5:25: 'line' (or, for facts, 'name') is missing\n"},
        {X "    attempts: { starts: { child: true } }\n",
         "f.yaml:5:25: 'line' (or, for facts, 'name') is missing\n"},
        {X "    attempts: { starts: { line: x, child: perhaps } }\n",
         "f.yaml:5:43: 'perhaps' is neither true nor false\n"},
        {X "    attempts: { starts: [[x]] }\n", "f.yaml:5:26: expected text, found a list\n"},
        {X "    attempts: { unclosed: lost }\n",
         "f.yaml:5:27: unknown word 'lost': expected 'undecided', 'succeeded', 'failed', "
         "'cancelled', 'cut off'\n"},
        {X "    attempts: { preamble: '*' }\n",
         "f.yaml:5:27: quantifier does not follow a repeatable item\n"},
        {X "    outcomes: { line: x, is: good }\n",
         "f.yaml:5:30: unknown word 'good': expected 'undecided', 'succeeded', 'failed', "
         "'cancelled', 'cut off', 'by code'\n"},
        {X "    outcomes: { line: x, is: by code }\n",
         "f.yaml:5:30: 'by code' needs a group named 'code' in the regex\n"},
        {X "    outcomes: { line: 'x (?<code>.)', is: by code, good: [[0]] }\n",
         "f.yaml:5:59: expected text, found a list\n"},
        {X "    facts: { name: x, last: 2 }\n", "f.yaml:5:29: '2' is neither true nor false\n"},
        {X "    advice: { to: x }\n",
         "f.yaml:5:15: unknown key 'to': expected 'from', 'until', 'hearsay', 'denial'\n"},
        {X "    samples: text\n", "f.yaml:5:14: expected a map, found text\n"},
        {X "    samples: { a: { txt: x } }\n",
         "f.yaml:5:21: unknown key 'txt': did you mean 'text'?\n"},
        {X "    samples: { a: { text: x, gives: { record: 1 } } }\n",
         "f.yaml:5:39: unknown key 'record': did you mean 'records'?\n"},
        {X "    samples: { a: { text: x, gives: { records: one } } }\n",
         "f.yaml:5:48: 'one' is not a number\n"},
        {X "    samples: { a: { text: x, gives: { outcomes: [fine] } } }\n",
         "f.yaml:5:50: unknown word 'fine': expected 'undecided', 'succeeded', 'failed', "
         "'cancelled', 'cut off'\n"},
        {X "    samples: { a: { text: x, gives: { facts: [a] } } }\n",
         "f.yaml:5:46: expected a map, found a list\n"},
        {X X, "f.yaml:5:5: format 'x' is already in f.yaml:3\n"},
        {"setupdx: 1\nformats: text\n", "f.yaml:2:10: expected a map, found text\n"},
        {"  - { id: x, detect: { line: '^${nobody}$' } }\n",
         "f.yaml:3:30: ${nobody} is not under 'define'\n"},
        {"  - { id: x, detect: { line: '${a}' } }\ndefine: { a: '${b}', b: x }\n",
         "f.yaml:4:14: $a: a definition uses no other definition; write it out\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        assert_complains(&list[i]);
}

static void test_all_faults_are_told_at_once(void **state)
{
    static const complaint both = {
        "  - { id: x, detect: { line: '(' }, zzz: x }\n  - { fallback: plain, line-ends: cr }\n",
        "f.yaml:3:37: unknown key 'zzz': expected 'id', 'title', 'product', 'from', 'detect', "
        "'fallback', "
        "'line-ends', 'record', 'time', 'levels', 'level-lines', 'attempts', 'outcomes', 'facts', "
        "'advice', 'samples', 'found', 'found-beside', 'kind', 'tool'\n"
        "f.yaml:4:5: a format needs an 'id'\n"
        "f.yaml:4:35: unknown word 'cr': expected 'any', 'crlf'\n"};
    (void)state;
    assert_complains(&both);
}

/* ---- what is right ---- */

static void test_formats_come_by_id_and_are_found(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    dx_formats *f = framing_formats(arena, "setupdx: 1\n"
                                           "formats:\n"
                                           "  - { id: b, title: Second, detect: { line: b } }\n"
                                           "  - { id: a, title: First, fallback: plain }\n");
    const dx_format *const *all;
    (void)state;
    assert_int_equal(dx_formats_all(f, &all), 2);
    assert_str(dx_format_id(all[0]), "a");
    assert_str(dx_format_title(all[1]), "Second");
    assert_ptr_equal(dx_formats_get(f, DX_LIT("b")), all[1]);
    assert_null(dx_formats_get(f, DX_LIT("c")));
    assert_null(dx_formats_get(f, DX_NONE));
    dx_formats_free(f);
    dx_formats_free(NULL);
    dx_arena_free(arena);
}

static void test_the_longest_word_of_a_text_says_where_a_log_lies(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    dx_formats *f = framing_formats(
        arena,
        "setupdx: 1\n"
        "formats:\n"
        "  - { id: a, detect: { line: a }, found: { words: [apt], at: one },\n"
        "      found-beside: { words: [Debian], at: three } }\n"
        "  - { id: b, detect: { line: b }, found: { words: [Acme, Acme Server], at: two } }\n"
        "  - { id: c, fallback: plain }\n");
    bool product;
    (void)state;
    assert_str(dx_formats_where(f, DX_LIT("ACME SERVER, by apt"), &product), "two");
    assert_str(dx_formats_where(f, DX_LIT("it is apt."), &product), "one");
    assert_str(dx_formats_where(f, DX_LIT("apt on Debian"), &product), "one");
    assert_true(product);
    assert_str(dx_formats_where(f, DX_LIT("a program on Debian"), &product), "three");
    assert_false(product);
    assert_int_equal(dx_formats_where(f, DX_LIT("to adapt it, aptly"), &product).n, 0);
    assert_int_equal(dx_formats_where(f, DX_NONE, &product).n, 0);
    dx_formats_free(f);
    dx_arena_free(arena);
}

static void assert_format_of(framing *f, const char *text, const char *id)
{
    framing_open(f, dx_str_of(text));
    assert_str(dx_framer_format(f->framer), id);
}

static void test_a_definition_stands_for_its_regex(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, "setupdx: 1\n"
                      "define:\n"
                      "  sort: 'red|green'\n"
                      "formats:\n"
                      "  - { id: plain, fallback: plain }\n"
                      "  - { id: log, fallback: stamped, record: { stamp: '^none' } }\n"
                      "  - { id: inside, detect: { line: '^a ${sort} one$' } }\n"
                      "  - { id: alone, detect: { line: '${sort}', points: 60 } }\n"
                      "  - { id: quoted, detect: { line: '\\$\\{sort\\}' } }\n");
    assert_format_of(&f, "a red one\n", "inside");
    assert_format_of(&f, "a green one\n", "inside");
    assert_format_of(&f, "a red\n", "alone"); /* not "^a red" or "green one$" */
    assert_format_of(&f, "a blue one\n", "plain");
    assert_format_of(&f, "say ${sort}\n", "quoted");
    framing_end(&f);
}

static void test_a_set_without_formats_is_an_empty_one(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    dx_formats *f = framing_formats(arena, "setupdx: 1\n");
    const dx_format *const *all;
    (void)state;
    assert_int_equal(dx_formats_all(f, &all), 0);
    dx_formats_free(f);
    dx_arena_free(arena);
}

static void test_samples_say_what_they_give(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    dx_formats *f = framing_formats(
        arena, "setupdx: 1\n"
               "formats:\n"
               "  - id: x\n"
               "    fallback: plain\n"
               "    samples:\n"
               "      one: { from: own, text: abc, gives: { records: 3, attempts: 2, outcomes: "
               "[failed, cut off], facts: { user: me } } }\n"
               "      two: { text: def }\n");
    const dx_format_sample *s;
    (void)state;
    assert_int_equal(dx_format_samples(dx_formats_get(f, DX_LIT("x")), &s), 2);
    assert_str(s[0].name, "one");
    assert_str(s[0].text, "abc");
    assert_str(s[0].from, "own");
    assert_int_equal(s[0].records, 3);
    assert_int_equal(s[0].attempts, 2);
    assert_int_equal(s[0].n_outcomes, 2);
    assert_int_equal(s[0].outcomes[0], DX_FAILED);
    assert_int_equal(s[0].outcomes[1], DX_CUT_OFF);
    assert_int_equal(s[0].n_facts, 1);
    assert_str(s[0].facts[0].name, "user");
    assert_str(s[0].facts[0].value, "me");
    assert_int_equal(s[1].records, -1);
    assert_int_equal(s[1].attempts, -1);
    assert_int_equal(s[1].n_outcomes, 0);
    dx_formats_free(f);
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_fault_is_told_with_its_place),
        cmocka_unit_test(test_all_faults_are_told_at_once),
        cmocka_unit_test(test_formats_come_by_id_and_are_found),
        cmocka_unit_test(test_the_longest_word_of_a_text_says_where_a_log_lies),
        cmocka_unit_test(test_a_definition_stands_for_its_regex),
        cmocka_unit_test(test_a_set_without_formats_is_an_empty_one),
        cmocka_unit_test(test_samples_say_what_they_give),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
