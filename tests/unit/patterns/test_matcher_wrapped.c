/* Texts that were wrapped, cut, stamped or quoted on their way. */
#include "tests/unit/patterns/matching.h"

#define DLL "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll"

static const char *const dialog[] = {
    "Setup could not register " DLL ", code 0x0000007e",
    "Script file C:\\EXCHSRVR\\bin\\cdo.ins stopped at line 7 The module could not be found. Error "
    "code 0xc002007e",
};

/* The same but for blanks: where a text was cut mid-word nobody can tell. */
static bool same_words(dx_str a, dx_str b)
{
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a.n && a.p[i] == ' ')
            i++;
        while (k < b.n && b.p[k] == ' ')
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (a.p[i] != b.p[k])
            return false;
    }
}

static bool has_words(const dx_event *e, const char *name, const char *wanted)
{
    const dx_field *f = dx_event_field(e, dx_str_of(name));
    return f != NULL && same_words(f->text, dx_str_of(wanted));
}

static void assert_both(bench *b, const char *text, const char *how)
{
    const matched m = match_text(b, text);
    size_t reg = 0, script = 0, other = 0;
    for (size_t i = 0; i < m.n; i++) {
        const dx_event *e = &m.event[i];
        if (dx_str_eq(e->signature, DX_LIT("t.reg-missing")))
            reg += has_text(e, "dll", DLL) ? 1 : 100;
        else if (dx_str_eq(e->signature, DX_LIT("t.script")))
            script += has_text(e, "file", "C:\\EXCHSRVR\\bin\\cdo.ins") &&
                              has_words(e, "reason", "The module could not be found") &&
                              has_text(e, "code", "0xc002007e")
                          ? 1
                          : 100;
        else if (!dx_str_eq(e->signature, DX_LIT("t.mode")))
            other++;
    }
    if (reg == 1 && script == 1 && other == 0)
        return;
    print_error("%s: %zu t.reg-missing, %zu t.script (100: wrong fields), %zu others\n%s\n", how,
                reg, script, other, text);
    for (size_t i = 0; i < m.n; i++)
        for (size_t k = 0; k < m.event[i].n_fields; k++)
            print_error("%.*s %.*s='%.*s'\n", DX_FMT(m.event[i].signature),
                        DX_FMT(m.event[i].fields[k].name), DX_FMT(m.event[i].fields[k].text));
    fail_msg("%s", how);
}

/* Breaks lines at blanks, none longer than `width` unless a word is. */
static void wrap_words(dx_buf *out, const char *text, size_t width, const char *before)
{
    dx_str rest = dx_str_of(text), word;
    size_t column = 0;
    while (dx_str_next(&rest, ' ', &word)) {
        if (column > 0 && column + 1 + word.n > width) {
            dx_buf_char(out, '\n');
            column = 0;
        }
        if (column == 0)
            dx_buf_add(out, dx_str_of(before));
        else
            dx_buf_char(out, ' ');
        dx_buf_add(out, word);
        column += word.n + (column > 0);
    }
    dx_buf_char(out, '\n');
}

static void cut_hard(dx_buf *out, const char *text, size_t width, const char *before)
{
    dx_str rest = dx_str_of(text);
    for (; rest.n > 0; rest = dx_str_slice(rest, width, rest.n)) {
        dx_buf_add(out, dx_str_of(before));
        dx_buf_add(out, dx_str_slice(rest, 0, width));
        dx_buf_char(out, '\n');
    }
}

typedef void wrap_fn(dx_buf *out, const char *text, size_t width, const char *before);

static void assert_both_at_all_widths(bench *b, wrap_fn *wrap, const char *before,
                                      const char *between, const char *how)
{
    for (size_t width = 30; width <= 120; width++) {
        dx_buf text = {0};
        char where[80];
        for (size_t i = 0; i < 2; i++) {
            if (i > 0)
                dx_buf_add(&text, dx_str_of(between));
            wrap(&text, dialog[i], width, before);
        }
        snprintf(where, sizeof where, "%s at %zu", how, width);
        assert_both(b, text.p, where);
        dx_buf_done(&text);
    }
}

static void test_dialogs_are_read_however_they_are_wrapped(void **state)
{
    bench *b = *state;
    assert_both_at_all_widths(b, wrap_words, "", "", "wrapped words");
    assert_both_at_all_widths(b, wrap_words, "", "\nWhen you click OK:\n\n", "wrapped paragraphs");
    assert_both_at_all_widths(b, wrap_words, "\t  ", "", "indented");
    assert_both_at_all_widths(b, wrap_words, "> ", ">\n", "quoted");
}

static void test_dialogs_are_read_with_a_stamp_before_each_line(void **state)
{
    bench *b = *state;
    assert_both_at_all_widths(b, wrap_words, "2001-05-18 10:00:00 ", "", "stamps");
    assert_both_at_all_widths(b, wrap_words, "10:00:00 ERROR ", "10:00:00 \n", "stamps and levels");
    assert_both_at_all_widths(b, wrap_words, "a/setup.log:12:", "", "grep");
}

static void test_dialogs_are_read_when_they_were_cut_mid_word(void **state)
{
    bench *b = *state;
    assert_both_at_all_widths(b, cut_hard, "", "", "cut");
    assert_both_at_all_widths(b, cut_hard, "", "\n", "cut paragraphs");
}

static void test_dialogs_are_read_when_they_were_cut_mid_word_behind_stamps(void **state)
{
    bench *b = *state;
    assert_both_at_all_widths(b, cut_hard, "2001-05-18 10:00:00 ", "", "cut behind stamps");
}

/* The literal, too, may be cut: at every place, with each way to begin a line. */
static void test_a_literal_is_seen_wherever_a_line_end_cuts_it(void **state)
{
    static const char *const before[] = {"", "10:00:00 "};
    static const char text[] = "Setup could not register C:\\x\\a.dll, code 0x0000007e";
    bench *b = *state;
    for (size_t i = 0; i < 2; i++)
        for (size_t shift = 0; shift < 40; shift++) {
            dx_buf shifted = {0}, cut = {0};
            for (size_t k = 0; k < shift; k++)
                dx_buf_char(&shifted, k % 5 ? 'w' : ' ');
            dx_buf_char(&shifted, ' ');
            dx_buf_add(&shifted, dx_str_of(text));
            cut_hard(&cut, shifted.p, 40, before[i]);
            const matched m = match(b, dx_buf_str(&cut));
            if (m.n != 1 || !has_text(&m.event[0], "dll", "C:\\x\\a.dll"))
                fail_msg("%s", cut.p);
            dx_buf_done(&shifted);
            dx_buf_done(&cut);
        }
}

static void test_an_opener_is_enough_to_read_on(void **state)
{
    bench *b = *state;
    assert_finds(b,
                 "10:00:00 Script\n10:00:00 file\n10:00:00 C:\\x\\a.ins\n10:00:00 stopped at\n"
                 "10:00:00 line 8\n10:00:00 Gone.\n",
                 "t.script:1-6");
}

static void test_empty_lines_inside_a_dialog_do_no_harm(void **state)
{
    bench *b = *state;
    assert_finds(b,
                 "Script file a.ins stopped at line 8\n\nIt was gone.\n\nError code 0x00000002\n",
                 "t.script:1-5");
    assert_finds(b, "Setup could\n\nnot register\n\n\na.dll, code 0x00000006\n", "t.reg:1-6");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        matcher_test(test_dialogs_are_read_however_they_are_wrapped),
        matcher_test(test_dialogs_are_read_with_a_stamp_before_each_line),
        matcher_test(test_dialogs_are_read_when_they_were_cut_mid_word),
        matcher_test(test_dialogs_are_read_when_they_were_cut_mid_word_behind_stamps),
        matcher_test(test_a_literal_is_seen_wherever_a_line_end_cuts_it),
        matcher_test(test_an_opener_is_enough_to_read_on),
        matcher_test(test_empty_lines_inside_a_dialog_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
