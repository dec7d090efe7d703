#include "tests/unit/parser/framing.h"

#include <stdlib.h>

#include "core/buf.h"
#include "patterns/matcher.h"

typedef struct bench {
    framing framing;
    dx_yset set;
    dx_rulebook *book;
    dx_matcher *matcher;
} bench;

static void begin(bench *b)
{
    memset(b, 0, sizeof *b);
    dx_faults faults = {.on_fault = framing_fault};
    dx_err err = {0};
    framing_begin(&b->framing, PLAIN_FORMATS "  - id: lines\n"
                                             "    detect: { line: '^LINES$' }\n"
                                             "  - id: runs\n"
                                             "    detect: { line: '^RUN' }\n"
                                             "    record: { joins: true }\n"
                                             "    attempts: { starts: '^RUN' }\n"
                                             "  - id: article\n"
                                             "    detect: { line: '^SYMPTOMS$' }\n"
                                             "    record: { paragraphs: true, joins: true }\n"
                                             "    advice: { from: '^CAUSE$' }\n");
    static const char folder[] = DX_SOURCE_DIR "/tests/unit/patterns/fixtures/matcher";
    assert_int_equal(dx_yset_add(&b->set, folder, false, b->framing.arena, &faults, &err), DX_OK);
    if (dx_rulebook_new(&b->book, &b->set, &faults, &err) != DX_OK)
        fail_msg("%s", err.text);
    assert_int_equal(dx_matcher_new(&b->matcher, b->book, &err), DX_OK);
    b->framing.options.n_openers = dx_rulebook_openers(b->book, &b->framing.options.openers);
}

static void end(bench *b)
{
    dx_matcher_free(b->matcher);
    dx_rulebook_free(b->book);
    framing_end(&b->framing);
}

/* ---- matching ---- */

typedef struct matched {
    dx_event *event;
    size_t n, cap;
} matched;

static matched match(bench *b, dx_str text)
{
    matched out = {0};
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;
    framing_open(&b->framing, text);
    dx_matcher_begin(b->matcher);
    while ((rc = dx_framer_next(b->framing.framer, &rec, &err)) == DX_OK) {
        dx_events found;
        assert_int_equal(dx_matcher_run(b->matcher, &rec, dx_framer_format(b->framing.framer),
                                        b->framing.arena, &found, &err),
                         DX_OK);
        for (size_t i = 0; i < found.n; i++)
            assert_true(DX_PUSH(b->framing.arena, out.event, out.n, out.cap, found.p[i]));
    }
    assert_int_equal(rc, DX_END);
    return out;
}

static matched match_text(bench *b, const char *text)
{
    return match(b, dx_str_of(text));
}

/* "t.reg:3 t.script:4-6" */
static void assert_found(const matched *m, const char *wanted)
{
    dx_buf said = {0};
    for (size_t i = 0; i < m->n; i++) {
        const dx_event *e = &m->event[i];
        dx_buf_printf(&said, "%s%.*s:%u", i ? " " : "", DX_FMT(e->signature), e->line);
        if (e->last_line != e->line)
            dx_buf_printf(&said, "-%u", e->last_line);
    }
    if (strcmp(said.p ? said.p : "", wanted) != 0)
        fail_msg("'%s' instead of '%s'", said.p ? said.p : "", wanted);
    dx_buf_done(&said);
}

static void assert_finds(bench *b, const char *text, const char *wanted)
{
    const matched m = match_text(b, text);
    assert_found(&m, wanted);
}

static void assert_field(const dx_event *e, const char *name, const char *wanted)
{
    const dx_field *f = dx_event_field(e, dx_str_of(name));
    assert_non_null(f);
    assert_str(f->text, wanted);
}

#define DLL "C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll"

/* ---- events ---- */

static void test_an_event_tells_what_matched_and_where(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    const matched m = match_text(&b, "Hello.\n\nIt said: setup COULD not\n  register C:\\x\\a.dll, "
                                     "code 0x00000012\nHelp.\n");
    assert_found(&m, "t.reg:3-4");
    const dx_event *e = &m.event[0];
    assert_str(e->text, "setup COULD not\nregister C:\\x\\a.dll, code 0x00000012");
    assert_int_equal(e->polarity, DX_FAILURE);
    assert_int_equal(e->seq, 3); /* the record's first line */
    assert_int_equal(e->attempt, 1);
    assert_int_equal(e->at, 9);
    assert_int_equal(e->offset, 8);
    assert_true(e->time_us == DX_NO_TIME);
    assert_int_equal(e->n_fields, 2);
    assert_field(e, "dll", "C:\\x\\a.dll");
    assert_int_equal(dx_event_field(e, DX_LIT("code"))->number, 0x12);
    assert_int_equal(e->base.n, 0);
    end(&b);
}

static void test_the_first_refinement_that_fits_gives_the_name(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    matched m = match_text(&b, "Setup could not register a.dll, code 0x0000007e\n");
    assert_found(&m, "t.reg-missing:1");
    assert_str(m.event[0].base, "t.reg");
    assert_int_equal(m.event[0].polarity, DX_FAILURE);
    m = match_text(&b, "Setup could not register a.dll, code 0x00000005\n");
    assert_found(&m, "t.reg-denied:1");
    assert_int_equal(m.event[0].polarity, DX_HARMLESS);
    assert_finds(&b, "Setup could not register a.dll, code 0x00000006\n", "t.reg:1");
    assert_finds(&b, "Setup could not register a.dll\n", "t.reg:1");
    end(&b);
}

static void test_what_lies_inside_another_failure_is_not_told_again(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b, "Script file a.ins stopped at line 8 It was gone. Error code 0x00000002\n",
                 "t.script:1");
    assert_finds(&b, "It stopped at line 8\n", "t.stopped:1");
    assert_finds(&b, "Error code 0x00000002\n", "t.error-code:1");
    /* What is no failure is told all the same. */
    assert_finds(&b, "Script file a.ins stopped at line 7\n", "t.script:1 t.mode:1");
    end(&b);
}

static void test_several_dialogs_in_one_paragraph_are_told_apart(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b,
                 "Setup could not register a.dll, code 0x00000001 Setup could not register b.dll, "
                 "code 0x00000002\n"
                 "Script file a.ins stopped at line 8 It was gone. Error code 0x00000002 Script\n"
                 "file b.ins stopped at line 9 Nothing. Error code 0x00000003\n",
                 "t.reg:1 t.reg:1 t.script:2 t.script:2-3");
    end(&b);
}

static void test_scope_and_status_keep_signatures_out(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b, "then the rollback began\n", "");
    assert_finds(&b, "10:00:00 then the rollback began\n", "t.only-logs:1");
    end(&b);
}

static void test_a_signature_without_a_literal_is_tried_on_each_record(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b, "E1234: no\n\nfine\n\nso E99: and E4321: it\n",
                 "t.no-literal:1 t.no-literal:5");
    end(&b);
}

static void test_times_and_levels_of_the_record_travel_along(void **state)
{
    bench b;
    char iso[32];
    (void)state;
    begin(&b);
    const matched m = match_text(
        &b, "2001-05-18 10:00:00 INFO x\n2001-05-18 10:00:01 ERROR Error code 0x00000002\n");
    assert_found(&m, "t.error-code:2");
    dx_time_iso(m.event[0].time_us, iso);
    assert_string_equal(iso, "2001-05-18T10:00:01Z");
    end(&b);
}

/* ---- wrapped texts ---- */

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

static bool has_text(const dx_event *e, const char *name, const char *wanted)
{
    const dx_field *f = dx_event_field(e, dx_str_of(name));
    return f != NULL && dx_str_eq(f->text, dx_str_of(wanted));
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

static void assert_both_at_all_widths(wrap_fn *wrap, const char *before, const char *between,
                                      const char *how)
{
    bench b;
    begin(&b);
    for (size_t width = 30; width <= 120; width++) {
        dx_buf text = {0};
        char where[80];
        for (size_t i = 0; i < 2; i++) {
            if (i > 0)
                dx_buf_add(&text, dx_str_of(between));
            wrap(&text, dialog[i], width, before);
        }
        snprintf(where, sizeof where, "%s at %zu", how, width);
        assert_both(&b, text.p, where);
        dx_buf_done(&text);
    }
    end(&b);
}

static void test_dialogs_are_read_however_they_are_wrapped(void **state)
{
    (void)state;
    assert_both_at_all_widths(wrap_words, "", "", "wrapped words");
    assert_both_at_all_widths(wrap_words, "", "\nWhen you click OK:\n\n", "wrapped paragraphs");
    assert_both_at_all_widths(wrap_words, "\t  ", "", "indented");
    assert_both_at_all_widths(wrap_words, "> ", ">\n", "quoted");
}

static void test_dialogs_are_read_with_a_stamp_before_each_line(void **state)
{
    (void)state;
    assert_both_at_all_widths(wrap_words, "2001-05-18 10:00:00 ", "", "stamps");
    assert_both_at_all_widths(wrap_words, "10:00:00 ERROR ", "10:00:00 \n", "stamps and levels");
    assert_both_at_all_widths(wrap_words, "a/setup.log:12:", "", "grep");
}

static void test_dialogs_are_read_when_they_were_cut_mid_word(void **state)
{
    (void)state;
    assert_both_at_all_widths(cut_hard, "", "", "cut");
    assert_both_at_all_widths(cut_hard, "", "\n", "cut paragraphs");
}

static void test_dialogs_are_read_when_they_were_cut_mid_word_behind_stamps(void **state)
{
    (void)state;
    assert_both_at_all_widths(cut_hard, "2001-05-18 10:00:00 ", "", "cut behind stamps");
}

/* The literal, too, may be cut: at every place, with each way to begin a line. */
static void test_a_literal_is_seen_wherever_a_line_end_cuts_it(void **state)
{
    static const char *const before[] = {"", "10:00:00 "};
    static const char text[] = "Setup could not register C:\\x\\a.dll, code 0x0000007e";
    bench b;
    (void)state;
    begin(&b);
    for (size_t i = 0; i < 2; i++)
        for (size_t shift = 0; shift < 40; shift++) {
            dx_buf shifted = {0}, cut = {0};
            for (size_t k = 0; k < shift; k++)
                dx_buf_char(&shifted, k % 5 ? 'w' : ' ');
            dx_buf_char(&shifted, ' ');
            dx_buf_add(&shifted, dx_str_of(text));
            cut_hard(&cut, shifted.p, 40, before[i]);
            const matched m = match(&b, dx_buf_str(&cut));
            if (m.n != 1 || !has_text(&m.event[0], "dll", "C:\\x\\a.dll"))
                fail_msg("%s", cut.p);
            dx_buf_done(&shifted);
            dx_buf_done(&cut);
        }
    end(&b);
}

static void test_an_opener_is_enough_to_read_on(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b,
                 "10:00:00 Script\n10:00:00 file\n10:00:00 C:\\x\\a.ins\n10:00:00 stopped at\n"
                 "10:00:00 line 8\n10:00:00 Gone.\n",
                 "t.script:1-6");
    end(&b);
}

static void test_empty_lines_inside_a_dialog_do_no_harm(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b,
                 "Script file a.ins stopped at line 8\n\nIt was gone.\n\nError code 0x00000002\n",
                 "t.script:1-5");
    assert_finds(&b, "Setup could\n\nnot register\n\n\na.dll, code 0x00000006\n", "t.reg:1-6");
    end(&b);
}

/* ---- where reading on ends ---- */

static void test_reading_on_ends_at_the_next_dialog(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    const matched m = match_text(&b, "Script file a.ins stopped at line 8\n\nSetup could not "
                                     "register a.dll\n\nnothing more. Error code 0x00000002\n");
    assert_found(&m, "t.script:1 t.reg:3 t.error-code:5");
    assert_null(dx_event_field(&m.event[0], DX_LIT("reason")));
    end(&b);
}

static void test_reading_on_ends_at_the_next_attempt(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    const matched m = match_text(&b, "RUN 1\nScript file a.ins stopped at line 8\n"
                                     "RUN 2\nIt was gone.\n");
    assert_found(&m, "t.script:2");
    assert_null(dx_event_field(&m.event[0], DX_LIT("reason")));
    assert_int_equal(m.event[0].attempt, 1);
    end(&b);
}

static void test_formats_whose_records_are_whole_are_not_joined(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b, "LINES\nSetup could not\nregister a.dll\nSetup could not register b.dll\n",
                 "t.reg:4");
    end(&b);
}

static void test_a_text_that_was_read_on_is_told_once(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b,
                 "10:00:00 Script file a.ins\n10:00:01 stopped at line 8\n10:00:02 It was\n"
                 "10:00:03 gone. Error\n10:00:04 code 0x00000002\n"
                 "10:00:05 Error code 0x00000009\n",
                 "t.script:1-5 t.error-code:6");
    end(&b);
}

static void test_each_log_begins_anew(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    for (int i = 0; i < 3; i++)
        assert_finds(&b, "10:00:00 Script file a.ins\n10:00:01 stopped at line 8\n",
                     "t.script:1-2");
    end(&b);
}

static void test_advice_is_no_evidence(void **state)
{
    bench b;
    (void)state;
    begin(&b);
    assert_finds(&b,
                 "SYMPTOMS\n\nSetup could not register a.dll\n\nCAUSE\n\nSetup could not register "
                 "b.dll\n",
                 "t.reg:3");
    end(&b);
}

/* ---- limits ---- */

static void test_a_regex_that_does_not_end_is_a_gap_and_not_a_miss(void **state)
{
    bench b;
    dx_buf text = {0};
    const dx_gap *gaps;
    (void)state;
    begin(&b);
    dx_buf_add(&text, DX_LIT("LINES\nfine\n"));
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 5000; k++)
            dx_buf_char(&text, 'x');
        dx_buf_add(&text, DX_LIT(" kaboom, and setup could not register a.dll\n"));
    }
    const matched m = match(&b, dx_buf_str(&text));
    assert_found(&m, "t.reg:3 t.reg:4 t.reg:5");
    assert_int_equal(dx_matcher_gaps(b.matcher, &gaps), 1);
    assert_str(gaps[0].signature, "t.bomb");
    assert_int_equal(gaps[0].line, 3);
    assert_int_equal(gaps[0].count, 3);
    match_text(&b, "fine\n");
    assert_int_equal(dx_matcher_gaps(b.matcher, &gaps), 0);
    dx_buf_done(&text);
    end(&b);
}

static void test_a_gap_is_counted_once_for_each_record_however_often_it_is_read(void **state)
{
    bench b;
    dx_buf text = {0};
    const dx_gap *gaps;
    (void)state;
    begin(&b);
    for (int k = 0; k < 5000; k++)
        dx_buf_char(&text, 'x');
    dx_buf_add(&text, DX_LIT(" kaboom\n\nand\n\nmore\n"));
    const matched m = match(&b, dx_buf_str(&text));
    assert_found(&m, "");
    assert_int_equal(dx_matcher_gaps(b.matcher, &gaps), 1);
    assert_int_equal(gaps[0].count, 1);
    dx_buf_done(&text);
    end(&b);
}

static void test_a_record_of_1_mib_is_searched_to_its_end(void **state)
{
    bench b;
    dx_buf text = {0};
    (void)state;
    begin(&b);
    dx_buf_add(&text, DX_LIT("LINES\n"));
    while (text.n < (1u << 20) - 200)
        dx_buf_add(&text, DX_LIT("all is well, and "));
    dx_buf_add(&text, DX_LIT("setup could not register a.dll, code 0x00000006"));
    const matched m = match(&b, dx_buf_str(&text));
    assert_found(&m, "t.reg:2");
    dx_buf_done(&text);
    end(&b);
}

static void test_thousands_of_matches_in_one_record_are_no_burden(void **state)
{
    bench b;
    dx_buf text = {0};
    (void)state;
    begin(&b);
    dx_buf_add(&text, DX_LIT("LINES\n"));
    while (text.n < (1u << 20) - 200)
        dx_buf_add(&text, DX_LIT("Error code 0x00000001 stopped at line 8 "));
    const matched m = match(&b, dx_buf_str(&text));
    assert_int_equal(m.n, 20000); /* 10,000 of each of two signatures */
    dx_buf_done(&text);
    end(&b);
}

static void test_a_long_match_is_shown_to_2000_bytes(void **state)
{
    bench b;
    dx_buf text = {0};
    (void)state;
    begin(&b);
    dx_buf_add(&text, DX_LIT("LINES\nSetup could not register x"));
    for (int i = 0; i < 3000; i++)
        dx_buf_add(&text, DX_LIT("\xC3\xA4"));
    dx_buf_add(&text, DX_LIT(".dll\n"));
    const matched m = match(&b, dx_buf_str(&text));
    assert_found(&m, "t.reg:2");
    assert_in_range(m.event[0].text.n, 1998, 2000);
    assert_int_equal(dx_event_field(&m.event[0], DX_LIT("dll"))->text.n, 6005);
    dx_buf_done(&text);
    end(&b);
}

static void test_no_text_harms_the_matcher(void **state)
{
    static const char *const words[] = {"Setup could not register ",
                                        "a.dll",
                                        ", code 0x0000007e",
                                        "\n",
                                        "\n\n",
                                        "Script file b.ins",
                                        " stopped at line 7",
                                        " Gone. Error code 0x00000001",
                                        "E1234:",
                                        "\r\n",
                                        "\t",
                                        "\xC3\xA4",
                                        "10:00:00 ",
                                        "> ",
                                        "\x1b[m",
                                        "\xE2\x82\xAC"};
    uint32_t seed = 99;
    bench b;
    (void)state;
    begin(&b);
    for (int round = 0; round < 200; round++) {
        dx_buf text = {0};
        for (int i = 0; i < 60; i++) {
            seed = seed * 1664525u + 1013904223u;
            dx_buf_add(&text, dx_str_of(words[(seed >> 20) % 16]));
        }
        const matched m = match(&b, dx_buf_str(&text));
        for (size_t i = 0; i < m.n; i++) {
            assert_true(m.event[i].line >= 1 && m.event[i].last_line >= m.event[i].line);
            assert_true(m.event[i].last_line <= dx_framer_lines(b.framing.framer));
            assert_true(m.event[i].text.n > 0);
        }
        dx_buf_done(&text);
    }
    end(&b);
}

/* ---- for authors ---- */

static void test_partial_tells_how_far_the_pieces_match(void **state)
{
    bench b;
    dx_span covered = {7, 7};
    (void)state;
    begin(&b);
    const dx_signature *sig = dx_rulebook_signature(b.book, DX_LIT("t.script"));
    const dx_str text = DX_LIT("the Script file a.ins stopped at line 7 and nothing");
    assert_int_equal(dx_matcher_partial(sig, text, &covered), 2);
    assert_int_equal(covered.from, 4);
    assert_int_equal(dx_matcher_partial(sig, DX_LIT("Script file a.txt"), &covered), 0);
    end(&b);
}

static void test_without_signatures_nothing_is_found(void **state)
{
    dx_yset set = {.newest_us = DX_NO_TIME};
    dx_faults faults = {0};
    dx_rulebook *book = NULL;
    dx_matcher *matcher = NULL;
    dx_err err = {0};
    dx_events out;
    dx_arena *arena = dx_arena_new(0);
    const dx_record rec = {.view = {DX_LIT("text"), &(dx_line_start){0, 1, false, false}, 1}};
    (void)state;
    assert_int_equal(dx_rulebook_new(&book, &set, &faults, &err), DX_OK);
    assert_int_equal(dx_matcher_new(&matcher, book, &err), DX_OK);
    dx_matcher_begin(matcher);
    assert_int_equal(dx_matcher_run(matcher, &rec, DX_LIT("x"), arena, &out, &err), DX_OK);
    assert_int_equal(out.n, 0);
    dx_matcher_free(matcher);
    dx_matcher_free(NULL);
    dx_rulebook_free(book);
    dx_arena_free(arena);
}

static void test_much_searching_for_little_is_told(void **state)
{
    (void)state;
    const uint64_t mega = 1 << 20;
    const dx_effort usual = {.searches = 100000, .bytes = 15 * mega};
    const dx_effort vain = {.searches = 100000, .found = 9000, .bytes = 120 * mega};
    const dx_effort fruitful = {.searches = 100000, .found = 90000, .bytes = 120 * mega};

    assert_int_equal(dx_effort_vain(&usual, 10 * mega), 0);
    assert_int_equal(dx_effort_vain(&usual, mega / 2), 30);
    assert_int_equal(dx_effort_vain(&vain, 10 * mega), 12);
    assert_int_equal(dx_effort_vain(&vain, 100 * mega), 0);
    assert_int_equal(dx_effort_vain(&fruitful, 10 * mega), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_event_tells_what_matched_and_where),
        cmocka_unit_test(test_the_first_refinement_that_fits_gives_the_name),
        cmocka_unit_test(test_what_lies_inside_another_failure_is_not_told_again),
        cmocka_unit_test(test_several_dialogs_in_one_paragraph_are_told_apart),
        cmocka_unit_test(test_scope_and_status_keep_signatures_out),
        cmocka_unit_test(test_a_signature_without_a_literal_is_tried_on_each_record),
        cmocka_unit_test(test_times_and_levels_of_the_record_travel_along),
        cmocka_unit_test(test_dialogs_are_read_however_they_are_wrapped),
        cmocka_unit_test(test_dialogs_are_read_with_a_stamp_before_each_line),
        cmocka_unit_test(test_dialogs_are_read_when_they_were_cut_mid_word),
        cmocka_unit_test(test_dialogs_are_read_when_they_were_cut_mid_word_behind_stamps),
        cmocka_unit_test(test_a_literal_is_seen_wherever_a_line_end_cuts_it),
        cmocka_unit_test(test_an_opener_is_enough_to_read_on),
        cmocka_unit_test(test_empty_lines_inside_a_dialog_do_no_harm),
        cmocka_unit_test(test_reading_on_ends_at_the_next_dialog),
        cmocka_unit_test(test_reading_on_ends_at_the_next_attempt),
        cmocka_unit_test(test_formats_whose_records_are_whole_are_not_joined),
        cmocka_unit_test(test_a_text_that_was_read_on_is_told_once),
        cmocka_unit_test(test_each_log_begins_anew),
        cmocka_unit_test(test_advice_is_no_evidence),
        cmocka_unit_test(test_a_regex_that_does_not_end_is_a_gap_and_not_a_miss),
        cmocka_unit_test(test_a_gap_is_counted_once_for_each_record_however_often_it_is_read),
        cmocka_unit_test(test_a_record_of_1_mib_is_searched_to_its_end),
        cmocka_unit_test(test_thousands_of_matches_in_one_record_are_no_burden),
        cmocka_unit_test(test_a_long_match_is_shown_to_2000_bytes),
        cmocka_unit_test(test_no_text_harms_the_matcher),
        cmocka_unit_test(test_partial_tells_how_far_the_pieces_match),
        cmocka_unit_test(test_much_searching_for_little_is_told),
        cmocka_unit_test(test_without_signatures_nothing_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
