#include "tests/unit/parser/framing.h"
#include "tests/unit/parser/shipped.h"

#include <stdlib.h>

#include "core/buf.h"
#include "parser/detect.h"

#define WITH_ACME                                                                                  \
    PLAIN_FORMATS                                                                                  \
    "  - id: acme\n"                                                                               \
    "    detect:\n"                                                                                \
    "      - { line: '^Acme Setup$', points: 60 }\n"                                               \
    "      - { line: '^Version', points: 20 }\n"                                                   \
    "      - { name: 'acme*.log', points: 30 }\n"                                                  \
    "  - id: bolt\n"                                                                               \
    "    detect: { line: '^Version', points: 50 }\n"                                               \
    "  - id: aaaa\n"                                                                               \
    "    detect: { line: '^Same', points: 50 }\n"                                                  \
    "  - id: zzzz\n"                                                                               \
    "    detect: { line: '^Same', points: 50 }\n"

typedef struct looked {
    const char *path, *head;
    const char *format;
    dx_lead lead;
    bool outer;
} looked;

static dx_guess guess(const framing *f, const char *path, dx_str head, const dx_format *forced)
{
    dx_regex_scratch *rx = dx_regex_scratch_new();
    const dx_detection given = {f->formats, forced, dx_str_of(path), head, NULL};
    dx_guess out;
    assert_int_equal(dx_detect(&given, rx, f->arena, &out), DX_OK);
    dx_regex_scratch_free(rx);
    return out;
}

static void assert_looks(const looked *list, size_t n)
{
    framing f;
    framing_begin(&f, WITH_ACME);
    for (size_t i = 0; i < n; i++) {
        const dx_guess g = guess(&f, list[i].path, dx_str_of(list[i].head), NULL);
        assert_str(dx_format_id(g.format), list[i].format);
        assert_int_equal(g.lead, list[i].lead);
        assert_int_equal(g.outer != NULL, list[i].outer);
    }
    framing_end(&f);
}

#define CHECK(list) assert_looks(list, sizeof list / sizeof *list)

static void test_the_format_with_the_most_points_wins(void **state)
{
    static const looked list[] = {
        {"x", "Acme Setup\nVersion 1\n", "acme", DX_LEAD_NONE, false},
        {"x", "Version 1\n", "bolt", DX_LEAD_NONE, false},
        {"x", "hello\r\nAcme Setup\r\n", "acme", DX_LEAD_NONE, false},
        {"x", "hello\rAcme Setup\r", "acme", DX_LEAD_NONE, false},
        {"x", "Same\n", "aaaa", DX_LEAD_NONE, false}, /* a tie: the first id */
    };
    (void)state;
    CHECK(list);
}

static void test_the_files_name_is_a_clue_wherever_the_file_lies(void **state)
{
    static const looked list[] = {
        {"acme1.log", "Version\n", "acme", DX_LEAD_NONE, false}, /* 20 + 30 ties, a < b */
        {"/var/logs/ACME 2.LOG", "Version\n", "acme", DX_LEAD_NONE, false},
        {"a.zip!/C:\\Windows\\acme.log", "Version\n", "acme", DX_LEAD_NONE, false},
        {"/acme/x.log", "Version\n", "bolt", DX_LEAD_NONE, false},
        {"acme.log", "nothing else\n", "dialogs", DX_LEAD_NONE, false}, /* 30 are not enough */
    };
    (void)state;
    CHECK(list);
}

static void test_what_nobody_knows_is_text_or_a_log_with_stamps(void **state)
{
    static const looked list[] = {
        {"x", "", "dialogs", DX_LEAD_NONE, false},
        {"x", "\n\n \n", "dialogs", DX_LEAD_NONE, false},
        {"x", "some words\n", "dialogs", DX_LEAD_NONE, false},
        {"x", "10:00:00 some\n10:00:01 words\n", "log", DX_LEAD_NONE, false},
        {"x", "10:00:00 some\nwords\nand\nmore\n", "dialogs", DX_LEAD_NONE, false},
    };
    (void)state;
    CHECK(list);
}

static void test_stamps_before_a_known_format_are_its_outer_ones(void **state)
{
    static const looked list[] = {
        {"x", "10:00:00 Acme Setup\n10:00:01 Copying\n", "acme", DX_LEAD_NONE, true},
        {"x", "> 10:00:00 Acme Setup\n> 10:00:01 Copying\n", "acme", DX_LEAD_QUOTE, true},
    };
    (void)state;
    CHECK(list);
}

static void test_quote_marks_and_grep_prefixes_are_seen_when_most_lines_have_them(void **state)
{
    static const looked list[] = {
        {"x", "> Acme Setup\n>\n> > more\n>tight\n", "acme", DX_LEAD_QUOTE, false},
        {"x", "> Acme Setup\nmine\nmine\nmine\n", "dialogs", DX_LEAD_NONE, false},
        {"x", "setup.log:1:Acme Setup\nsetup.log:2:x\n", "acme", DX_LEAD_GREP, false},
        {"x", "404: Acme Setup\n405: x\n411: y\n", "acme", DX_LEAD_NUMBER, false},
        {"x", "    9\tAcme Setup\n   10\tx\n   11\ty\n", "acme", DX_LEAD_NUMBER, false},
        {"x", "C:\\My Logs\\a.log:Acme Setup\nC:\\My Logs\\a.log:x\n", "acme", DX_LEAD_NAME, false},
        {"x", "a.log:Acme Setup\na.log:2021-03-04 x\na.log:12:00:01 x\na.log:12:00:02 x\n", "acme",
         DX_LEAD_NAME, false},
        {"x", "> Acme Setup\n> >>>  [Device Install]\n", "acme", DX_LEAD_QUOTE, false},
        {"x", "> Acme Setup\n>>> Acme said so\n>>> twice\n", "acme", DX_LEAD_QUOTE, false},
        {"x", "Acme Setup\n>>> Copying\n>>> a\n>>> b\n>>> Done\n", "acme", DX_LEAD_NONE, false},
        {"x", "./b/SETUP.TXT-12-Acme Setup\n./b/SETUP.TXT:13:x\n", "acme", DX_LEAD_GREP, false},
        {"x", "    Acme Setup\n\n      more\n", "acme", DX_LEAD_INDENT, false},
        {"x", "\tAcme Setup\n\tmore\n", "acme", DX_LEAD_INDENT, false},
        {"x", "Acme Setup\n    more\n    more\n    more\n", "acme", DX_LEAD_NONE, false},
        {"x", "see the file setup.log: it\nor the other setup.log: too\n", "dialogs", DX_LEAD_NONE,
         false},
    };
    (void)state;
    CHECK(list);
}

static void test_what_a_mail_quotes_in_its_middle_is_seen(void **state)
{
    static const looked list[] = {
        {"x", "Hello\n\nit says\n\n> Acme Setup\n> x\n> y\n\nCan you help?\nyours\n", "acme",
         DX_LEAD_QUOTE, false},
        {"x", "Hello\nwe have\nthis here\n> The file\n> is not\n> there.\nyours\n", "dialogs",
         DX_LEAD_QUOTE, false},
        {"x", "Hello\nwe have\n> The file\n> is gone\nyours\nA\nB\n", "dialogs", DX_LEAD_NONE,
         false},
        /* what is known as it stands stays as it is */
        {"x", "Acme Setup\na\nb\nc\nd\n> 1\n> 2\n> 3\n", "acme", DX_LEAD_NONE, false},
    };
    dx_buf much = {0};
    (void)state;
    CHECK(list);
    dx_buf_add(&much, DX_LIT("> Acme Setup\n> a\n> b\n"));
    for (size_t i = 0; i < 500; i++)
        dx_buf_add(&much, DX_LIT("no mail is so long\n"));
    const looked log[] = {{"x", much.p, "dialogs", DX_LEAD_NONE, false}};
    CHECK(log);
    dx_buf_done(&much);
}

static void test_names_of_machines_before_the_lines_are_seen(void **state)
{
    static const looked list[] = {
        {"x", "==> web: Acme Setup\n    web: a\n==> web: b\nThe end.\n", "acme", DX_LEAD_SPEAKER,
         false},
        {"x", "==> web: Acme Setup\n==> db: Acme Setup\n==> web:\n==> db: b\n", "acme",
         DX_LEAD_SPEAKER, false},
        {"x", "    web: Acme Setup\n    web: a\n    web: b\n    web: c\n    web: d\nend\n", "acme",
         DX_LEAD_SPEAKER, false},
        /* an indent and a colon are nobody's name */
        {"x", "    state: a\n    owner: b\n    group: c\n    mode: d\n    path: e\nx\n", "dialogs",
         DX_LEAD_NONE, false},
        {"x", "    error: a\n    error: b\n    error: c\n    error: d\n    error: e\nx\n",
         "dialogs", DX_LEAD_NONE, false},
        {"x", "    Notice: a\n    Notice: b\n    Notice: c\n    Notice: d\n    Notice: e\nx\n",
         "dialogs", DX_LEAD_NONE, false},
        {"x", "    VERBOSE: a\n    VERBOSE: b\n    VERBOSE: c\n    VERBOSE: d\n    VERBOSE: e\n",
         "dialogs", DX_LEAD_INDENT, false},
        {"x", "    E: a\n    E: b\n    E: c\n    E: d\n    E: e\n", "dialogs", DX_LEAD_INDENT,
         false},
        /* what a program says of itself costs the names nothing */
        {"x", "==> web: Acme Setup\n    web: a\n==> web: b\n    Error: c\n", "acme",
         DX_LEAD_SPEAKER, false},
        {"x", "==> Pouring acme.tar.gz\n==> Caveats\n==> Summary: x y\n", "dialogs", DX_LEAD_NONE,
         false},
        {"x", "web_1  | Acme Setup\nweb_1  | a\ndb_1   | b\ndb_1   |\nweb_1 exited\n", "acme",
         DX_LEAD_SPEAKER, false},
        {"x", "web-1 | OK => {\n  \"a\": 1\n}\nweb-2 | OK => {\n  \"a\": 1\n}\n", "dialogs",
         DX_LEAD_NONE, false},
    };
    (void)state;
    CHECK(list);
}

static void test_leads_are_taken_off_line_by_line(void **state)
{
    static const struct {
        dx_lead lead;
        const char *line, *rest;
    } list[] = {
        {DX_LEAD_NONE, "> a", "> a"},
        {DX_LEAD_QUOTE, "> a", "a"},
        {DX_LEAD_QUOTE, ">a", "a"},
        {DX_LEAD_QUOTE, "> >>>  [Device Install]", ">>>  [Device Install]"},
        {DX_LEAD_NAME, "a.log:12:00:01 b", "12:00:01 b"},
        {DX_LEAD_GREP, "a.log:2021-03-04 b", "2021-03-04 b"},
        {DX_LEAD_QUOTE, "> >> a", "a"},
        {DX_LEAD_QUOTE, ">  a", " a"},
        {DX_LEAD_QUOTE, ">", ""},
        {DX_LEAD_QUOTE, "a > b", "a > b"},
        {DX_LEAD_GREP, "a.log:12:text", "text"},
        {DX_LEAD_GREP, "a.log-12-text", "text"},
        {DX_LEAD_GREP, "a.log:text", "text"},
        {DX_LEAD_GREP, "a.log:1234567890:x", "1234567890:x"}, /* no line has that number */
        {DX_LEAD_GREP, "a.log:12 files", "12 files"},
        {DX_LEAD_GREP, "a.log:", ""},
        {DX_LEAD_GREP, "a.log", "a.log"},
        {DX_LEAD_GREP, "", ""},
        {DX_LEAD_INDENT, "      a", "  a"},
        {DX_LEAD_INDENT, "\t\ta", "\ta"},
        {DX_LEAD_INDENT, "  a", "  a"},
        {DX_LEAD_SPEAKER, "==> web.local: a", "a"},
        {DX_LEAD_SPEAKER, "    web:   a", "  a"},
        {DX_LEAD_SPEAKER, "    web:", ""},
        {DX_LEAD_SPEAKER, "    web:a", "    web:a"},
        {DX_LEAD_SPEAKER, "    Error: a", "    Error: a"},
        {DX_LEAD_SPEAKER, "==> WARNING: a", "==> WARNING: a"},
        {DX_LEAD_SPEAKER, "    E: a", "    E: a"},
        {DX_LEAD_SPEAKER, "==> Builds finished: a", "==> Builds finished: a"},
        {DX_LEAD_SPEAKER, "web_1  | a | b", "a | b"},
        {DX_LEAD_SPEAKER, "web_1  |", ""},
        {DX_LEAD_SPEAKER, "web | a", "web | a"},
        {DX_LEAD_SPEAKER, "web_1||a", "web_1||a"},
        {DX_LEAD_SPEAKER, "_1 | a", "_1 | a"},
        {DX_LEAD_SPEAKER, "", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        assert_str(dx_lead_strip(list[i].lead, dx_str_of(list[i].line)), list[i].rest);
}

static void test_a_forced_format_is_taken_as_it_is(void **state)
{
    framing f;
    (void)state;
    framing_begin(&f, WITH_ACME);
    const dx_format *bolt = dx_formats_get(f.formats, DX_LIT("bolt"));
    const dx_guess g = guess(&f, "x", DX_LIT("> Acme Setup\n"), bolt);
    assert_ptr_equal(g.format, bolt);
    assert_int_equal(g.lead, DX_LEAD_QUOTE);
    framing_end(&f);
}

/* Nobody is told of formats that are wrong when it is memory that is missing. */
static void test_running_out_of_memory_is_no_missing_format(void **state)
{
    framing f;
    dx_guess out;
    (void)state;
    framing_begin(&f, "setupdx: 1\nformats:\n  - { id: x, fallback: plain }\n");
    dx_regex_scratch *rx = dx_regex_scratch_new();
    dx_arena *small = dx_arena_new(16);
    const dx_detection given = {f.formats, NULL, DX_LIT("y"), DX_LIT("y\n"), NULL};
    assert_int_equal(dx_detect(&given, rx, f.arena, &out), DX_OK);
    assert_int_equal(dx_detect(&given, rx, small, &out), DX_FAIL);
    dx_arena_free(small);
    dx_regex_scratch_free(rx);
    framing_end(&f);
}

static void test_without_a_fall_back_nothing_can_be_guessed(void **state)
{
    framing f;
    dx_guess out;
    (void)state;
    framing_begin(&f, "setupdx: 1\nformats:\n  - { id: x, detect: { line: x } }\n");
    dx_regex_scratch *rx = dx_regex_scratch_new();
    const dx_detection given = {f.formats, NULL, DX_LIT("y"), DX_LIT("y\n"), NULL};
    assert_int_equal(dx_detect(&given, rx, f.arena, &out), DX_END);
    dx_regex_scratch_free(rx);
    framing_end(&f);
}

/* The head ends at a byte count: never inside a character, or the regexes would read garbage. */
static void test_the_end_of_the_head_cuts_no_character(void **state)
{
    enum { BYTES = 33000 };
    framing f;
    char *text = malloc(BYTES);
    (void)state;
    assert_non_null(text);
    framing_begin(&f, WITH_ACME);
    for (size_t shift = 0; shift < 4; shift++) {
        memcpy(text, "Acme Setup\n", 11);
        memset(text + 11, '.', shift);
        for (size_t i = 11 + shift; i + 4 <= BYTES; i += 4)
            memcpy(text + i, "\xF0\x9F\x98\x80", 4);
        const dx_guess g = guess(&f, "x", (dx_str){text, BYTES - 4}, NULL);
        assert_str(dx_format_id(g.format), "acme");
    }
    framing_end(&f);
    free(text);
}

static void test_a_file_name_is_what_stands_behind_the_last_slash(void **state)
{
    (void)state;
    assert_str(dx_file_name(DX_LIT("a/b.log")), "b.log");
    assert_str(dx_file_name(DX_LIT("a.zip!/C:\\x\\b.log")), "b.log");
    assert_str(dx_file_name(DX_LIT("b.log")), "b.log");
    assert_str(dx_file_name(DX_LIT("a/")), "");
    assert_int_equal(dx_file_name(DX_NONE).n, 0);
}

/* ---- hunches ---- */

typedef struct example {
    dx_str path, text;
    const dx_format *format; /* without a hunch */
} example;

static size_t list_examples(const dx_formats *formats, dx_regex_scratch *rx, dx_arena *arena,
                            example **out)
{
    const dx_format *const *all;
    const size_t n = dx_formats_all(formats, &all);
    size_t n_out = 0, cap = 0;

    for (size_t i = 0; i < n; i++) {
        const dx_format_sample *samples;
        const size_t n_samples = dx_format_samples(all[i], &samples);
        for (size_t k = 0; k < n_samples; k++) {
            const dx_detection given = {formats, NULL, samples[k].name, samples[k].text, NULL};
            dx_guess guessed;
            assert_int_equal(dx_detect(&given, rx, arena, &guessed), DX_OK);
            assert_true(DX_PUSH(arena, *out, n_out, cap,
                                (example){given.path, given.head, guessed.format}));
        }
    }
    return n_out;
}

/* Whatever came before: the formats of all built-in samples, in several orders. */
static void test_a_log_is_what_it_is_whatever_came_before(void **state)
{
    dx_arena *scratch = dx_arena_new(0);
    shipped in;
    example *list = NULL;
    dx_hunches hunches = {.n = 0};
    (void)state;

    assert_int_equal(shipped_read(&in), 0);
    const size_t n = list_examples(in.formats, in.rx, in.arena, &list);
    assert_true(n > 50);
    for (size_t step = 1; step < 40; step += 4) {
        for (size_t i = 0; i < 2 * n; i++) {
            const example *one = &list[(i / 2 * step + i % 2 * 7) % n];
            const dx_detection given = {in.formats, NULL, one->path, one->text, &hunches};
            dx_guess guessed;
            dx_arena_reset(scratch);
            assert_int_equal(dx_detect(&given, in.rx, scratch, &guessed), DX_OK);
            assert_str(dx_format_id(guessed.format), one->format->id.p);
        }
    }
    assert_int_equal(hunches.n, DX_HUNCHES);
    assert_true(dx_clues_looks(dx_formats_clues(in.formats)) > 0);
    dx_arena_free(scratch);
    shipped_done(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_format_with_the_most_points_wins),
        cmocka_unit_test(test_the_files_name_is_a_clue_wherever_the_file_lies),
        cmocka_unit_test(test_what_nobody_knows_is_text_or_a_log_with_stamps),
        cmocka_unit_test(test_stamps_before_a_known_format_are_its_outer_ones),
        cmocka_unit_test(test_quote_marks_and_grep_prefixes_are_seen_when_most_lines_have_them),
        cmocka_unit_test(test_what_a_mail_quotes_in_its_middle_is_seen),
        cmocka_unit_test(test_names_of_machines_before_the_lines_are_seen),
        cmocka_unit_test(test_leads_are_taken_off_line_by_line),
        cmocka_unit_test(test_a_forced_format_is_taken_as_it_is),
        cmocka_unit_test(test_running_out_of_memory_is_no_missing_format),
        cmocka_unit_test(test_without_a_fall_back_nothing_can_be_guessed),
        cmocka_unit_test(test_the_end_of_the_head_cuts_no_character),
        cmocka_unit_test(test_a_log_is_what_it_is_whatever_came_before),
        cmocka_unit_test(test_a_file_name_is_what_stands_behind_the_last_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
