#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/utf.h"
#include "parser/decode.h"

#define BAD        "\xEF\xBF\xBD"
#define NUL_SYMBOL "\xE2\x90\x80"

typedef struct decoded {
    dx_buf text;
    char encoding[64];
    const char *how;
    uint64_t bad, nuls, bytes;
    bool cut;
} decoded;

static decoded decode_by(dx_str raw, const char *forced, size_t want)
{
    dx_err err;
    dx_source *src;
    dx_decoder *d;
    decoded out = {0};
    assert_int_equal(dx_source_memory(&src, DX_LIT("x"), raw, &err), DX_OK);
    assert_int_equal(dx_decoder_open(&d, src, forced, &err), DX_OK);
    dx_rc rc;
    while ((rc = dx_decoder_more(d, want, &out.text, &err)) == DX_OK)
        ;
    assert_int_equal(rc, DX_END);
    assert_int_equal(dx_decoder_more(d, want, &out.text, &err), DX_END);
    strcpy(out.encoding, dx_decoder_encoding(d));
    out.how = dx_decoder_how(d);
    out.bad = dx_decoder_bad(d);
    out.nuls = dx_decoder_nuls(d);
    out.bytes = dx_decoder_bytes(d);
    out.cut = dx_decoder_cut(d);
    assert_int_equal(out.bytes, raw.n);
    dx_decoder_close(d);
    dx_source_close(src);
    return out;
}

typedef struct expected {
    dx_str raw;
    const char *forced, *encoding, *how, *text;
    uint64_t bad, nuls;
} expected;

/* The same whether it is asked for at once or in the smallest pieces. */
static void check(const expected *e, size_t n)
{
    static const size_t wants[] = {1, 17, 65536};
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < 3; k++) {
            decoded got = decode_by(e[i].raw, e[i].forced, wants[k]);
            assert_string_equal(got.encoding, e[i].encoding);
            assert_string_equal(got.how, e[i].how);
            assert_string_equal(got.text.p ? got.text.p : "", e[i].text);
            assert_int_equal(got.bad, e[i].bad);
            assert_int_equal(got.nuls, e[i].nuls);
            dx_buf_done(&got.text);
        }
    }
}

#define CHECK(...)                                                                                 \
    do {                                                                                           \
        static const expected all[] = {__VA_ARGS__};                                               \
        check(all, sizeof all / sizeof *all);                                                      \
    } while (0)
#define RAW(literal)                                                                               \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static const char mark[] = "byte order mark";
static const char zeros[] = "pattern of zero bytes";
static const char valid[] = "valid UTF-8";
static const char guessed[] = "guessed";
static const char forced[] = "forced";

static void test_ascii_and_utf8_pass_unchanged(void **state)
{
    (void)state;
    CHECK({RAW(""), NULL, "utf-8", valid, "", 0, 0},
          {RAW("Setup\r\nend"), NULL, "utf-8", valid, "Setup\r\nend", 0, 0},
          {RAW("gr\xC3\xB6\xC3\x9F"
               "e \xE2\x82\xAC \xF0\x9F\x98\x80"),
           NULL, "utf-8", valid,
           "gr\xC3\xB6\xC3\x9F"
           "e \xE2\x82\xAC \xF0\x9F\x98\x80",
           0, 0},
          {RAW("\xEF\xBB\xBF"
               "abc"),
           NULL, "utf-8", mark, "abc", 0, 0},
          {RAW("\xEF\xBB\xBF"), NULL, "utf-8", mark, "", 0, 0});
}

static void test_a_mark_tells_the_encoding(void **state)
{
    (void)state;
    CHECK({RAW("\xFF\xFEM\0S\0I\0\xE4\0\r\0\n\0"), NULL, "utf-16le", mark, "MSI\xC3\xA4\r\n", 0, 0},
          {RAW("\xFE\xFF\0M\0S\0I\0\xE4\0\r\0\n"), NULL, "utf-16be", mark, "MSI\xC3\xA4\r\n", 0, 0},
          {RAW("\xFF\xFE"), NULL, "utf-16le", mark, "", 0, 0},
          {RAW("\xFF\xFE\0\0M\0\0\0\xAC\x20\0\0"), NULL, "utf-32le", mark, "M\xE2\x82\xAC", 0, 0},
          {RAW("\0\0\xFE\xFF\0\0\0M\0\1\xF6\0"), NULL, "utf-32be", mark, "M\xF0\x9F\x98\x80", 0, 0},
          {RAW("\xFF\xFE\0\0M\0S\0"), NULL, "utf-16le", mark, NUL_SYMBOL "MS", 0, 1});
}

static void test_utf16_without_mark_is_known_by_its_zero_bytes(void **state)
{
    (void)state;
    CHECK({RAW("M\0S\0I\0 \0\xE4\0\n\0"), NULL, "utf-16le", zeros, "MSI \xC3\xA4\n", 0, 0},
          {RAW("\0M\0S\0I\0 \0\xE4\0\n"), NULL, "utf-16be", zeros, "MSI \xC3\xA4\n", 0, 0});
}

static void assert_cut(dx_str raw, const char *encoding, bool cut)
{
    for (size_t want = 1; want < 100; want += 16) {
        decoded got = decode_by(raw, encoding, want);
        assert_int_equal(got.cut, cut);
        dx_buf_done(&got.text);
    }
}

static void test_an_end_in_the_middle_of_a_character_is_told(void **state)
{
    (void)state;
    assert_cut((dx_str)RAW("a\0b\0"), "utf-16le", false);
    assert_cut((dx_str)RAW("a\0b"), "utf-16le", true);
    assert_cut((dx_str)RAW("a\0\x3D\xD8"), "utf-16le", true);
    assert_cut((dx_str)RAW("a\0\x3D\xD8z\0"), "utf-16le", false); /* wrong, but whole */
    assert_cut((dx_str)RAW("gr\xC3\xB6"), "utf-8", false);
    assert_cut((dx_str)RAW("gr\xC3"), "utf-8", true);
    assert_cut((dx_str)RAW("gr\xFF"), "utf-8", false);
    assert_cut((dx_str)RAW("gr\xC3"), "cp1252", false);
    assert_cut((dx_str)RAW("a\x83"), "shift_jis", true);
    assert_cut((dx_str)RAW("a\x83\x41"), "shift_jis", false);
}

static void test_utf16_faults_are_replaced_and_counted(void **state)
{
    (void)state;
    CHECK({RAW("\xFF\xFE"
               "a\0\x3D\xD8\x00\xDE"
               "b\0"),
           NULL, "utf-16le", mark,
           "a\xF0\x9F\x98\x80"
           "b",
           0, 0},
          {RAW("\xFF\xFE"
               "a\0\x3D\xD8"
               "b\0"),
           NULL, "utf-16le", mark, "a" BAD "b", 1, 0},
          {RAW("\xFF\xFE"
               "a\0\x00\xDE"
               "b\0"),
           NULL, "utf-16le", mark, "a" BAD "b", 1, 0},
          {RAW("\xFF\xFE"
               "a\0\x3D\xD8"),
           NULL, "utf-16le", mark, "a" BAD, 1, 0},
          {RAW("\xFF\xFE"
               "a\0b"),
           NULL, "utf-16le", mark, "a" BAD, 1, 0},
          {RAW("\xFF\xFE"
               "a\0\x3D\xD8\x00"),
           NULL, "utf-16le", mark, "a" BAD BAD, 2, 0},
          {RAW("\xFF\xFE"
               "a\0\0\0b\0"),
           NULL, "utf-16le", mark, "a" NUL_SYMBOL "b", 0, 1});
}

static void test_zero_bytes_become_visible(void **state)
{
    (void)state;
    CHECK({RAW("one\0two\0\0"), NULL, "utf-8", valid, "one" NUL_SYMBOL "two" NUL_SYMBOL NUL_SYMBOL,
           0, 3},
          {RAW("gr\xF6\0\xDF"
               "er"),
           NULL, "cp1252", guessed,
           "gr\xC3\xB6" NUL_SYMBOL "\xC3\x9F"
           "er",
           0, 1},
          {RAW("a\0b"), "iso-8859-2", "iso-8859-2", forced, "a" NUL_SYMBOL "b", 0, 1});
}

/* The replacement that Unicode recommends: one for each longest start of a character. */
static void test_utf8_faults_are_replaced_by_maximal_parts(void **state)
{
    (void)state;
    CHECK({RAW("a\x80"
               "b"),
           "utf-8", "utf-8", forced, "a" BAD "b", 1, 0},
          {RAW("a\xC0\xAF"
               "b"),
           "utf-8", "utf-8", forced, "a" BAD BAD "b", 2, 0},
          {RAW("\xE2\x82"
               "b"),
           "utf-8", "utf-8", forced, BAD "b", 2, 0},
          {RAW("\xF0\x9F\x98"
               "b"),
           "utf-8", "utf-8", forced, BAD "b", 3, 0},
          {RAW("\xED\xA0\x80"), "utf-8", "utf-8", forced, BAD BAD BAD, 3, 0},
          {RAW("\xF4\x90\x80\x80"), "utf-8", "utf-8", forced, BAD BAD BAD BAD, 4, 0},
          {RAW("\xE0\x80\x80\xFF"), "utf-8", "utf-8", forced, BAD BAD BAD BAD, 4, 0},
          {RAW("a\xE2\x82"), "utf-8", "utf-8", forced, "a" BAD, 2, 0},
          {RAW("a\xC3\0"), "utf-8", "utf-8", forced, "a" BAD NUL_SYMBOL, 1, 1});
}

static void test_a_few_faults_do_not_make_utf8_something_else(void **state)
{
    (void)state;
    CHECK({RAW("\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6 \xFF end"), NULL,
           "utf-8", guessed,
           "\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6\xC3\xBC\xC3\xA4\xC3\xB6 " BAD " end", 1, 0},
          {RAW("gr\xC3\xB6\xC3"), NULL, "utf-8", valid, "gr\xC3\xB6" BAD, 1, 0});
}

static void test_8_bit_text_is_guessed_by_its_letters(void **state)
{
    (void)state;
    CHECK({RAW("Der Vorgang wurde f\xFCr gr\xF6\xDF"
               "ere Dateien abgebrochen"),
           NULL, "cp1252", guessed,
           "Der Vorgang wurde f\xC3\xBCr gr\xC3\xB6\xC3\x9F"
           "ere Dateien abgebrochen",
           0, 0},
          {RAW("don\x92t use \x93quotes\x94 \x96 ever"), NULL, "cp1252", guessed,
           "don\xE2\x80\x99t use \xE2\x80\x9Cquotes\xE2\x80\x9D \xE2\x80\x93 ever", 0, 0},
          {RAW("Der Vorgang wurde f\x81r gr\x94\xE1"
               "ere Dateien"),
           NULL, "cp850", guessed,
           "Der Vorgang wurde f\xC3\xBCr gr\xC3\xB6\xC3\x9F"
           "ere Dateien",
           0, 0},
          {RAW("L'op\x82ration a \x82t\x82 annul\x82"
               "e"),
           NULL, "cp850", guessed,
           "L'op\xC3\xA9ration a \xC3\xA9t\xC3\xA9 annul\xC3\xA9"
           "e",
           0, 0},
          {RAW("\xC9\xCD\xCD\xCD\xBB\n\xBA ok \xBA\n"), NULL, "cp437", guessed,
           "\xE2\x95\x94\xE2\x95\x90\xE2\x95\x90\xE2\x95\x90\xE2\x95\x97\n"
           "\xE2\x95\x91 ok \xE2\x95\x91\n",
           0, 0},
          {RAW("\xC4\xC4\xC4Setup\xC4\xC4\n"), NULL, "cp437", guessed,
           "\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80Setup\xE2\x94\x80\xE2\x94\x80\n", 0, 0},
          {RAW("\xC4\xD6\xDC\xDF"), NULL, "cp1252", guessed, "\xC3\x84\xC3\x96\xC3\x9C\xC3\x9F", 0,
           0},
          {RAW("a \x81 b"), "cp1252", "cp1252", forced, "a " BAD " b", 1, 0});
}

static void test_every_byte_of_every_code_page(void **state)
{
    (void)state;
    static const char *const ours[] = {"cp1252", "cp437", "cp850"};
    static const char *const theirs[] = {"ms-ansi", "437", "850"}; /* spellings only iconv knows */
    char raw[255];
    for (int i = 0; i < 255; i++)
        raw[i] = (char)(unsigned char)(i + 1);
    for (size_t k = 0; k < 3; k++) {
        dx_str s = {raw, sizeof raw};
        decoded got = decode_by(s, ours[k], 64);
        assert_int_equal(got.bad, k ? 0 : 5); /* 81 8D 8F 90 9D */
        assert_memory_equal(got.text.p, raw, 127);
        for (int b = 0x80; b < 0x100; b++) {
            const char byte[2] = {(char)(unsigned char)b, 0};
            decoded one = decode_by((dx_str){byte, 1}, ours[k], 64);
            decoded other = decode_by((dx_str){byte, 1}, theirs[k], 64);
            assert_string_equal(other.how, "forced");
            assert_string_equal(one.text.p, other.text.p);
            assert_int_equal(one.bad, other.bad);
            dx_buf_done(&one.text);
            dx_buf_done(&other.text);
        }
        dx_buf_done(&got.text);
    }
}

static void test_other_encodings_can_be_forced(void **state)
{
    (void)state;
    CHECK({RAW("\xCF\xF0\xE8"), "cp1251", "cp1251", forced, "\xD0\x9F\xD1\x80\xD0\xB8", 0, 0},
          {RAW("\x83\x5C\x83\x74\x83\x67"), "shift_jis", "shift_jis", forced,
           "\xE3\x82\xBD\xE3\x83\x95\xE3\x83\x88", 0, 0},
          {RAW("a\x83"), "shift_jis", "shift_jis", forced, "a" BAD, 1, 0},
          {RAW("M\0\xE4\0"), "UTF-16LE", "utf-16le", forced, "M\xC3\xA4", 0, 0},
          {RAW("\xFE\xFF\0M"), "utf-16", "utf-16be", forced, "M", 0, 0},
          {RAW("M\0"), "utf-16", "utf-16le", forced, "M", 0, 0},
          {RAW("\xFF\xFEM\0"), "utf-16le", "utf-16le", forced, "M", 0, 0},
          {RAW("M\0\0\0\0\0\x11\0N\0\0\0"), "utf-32le", "utf-32le", forced, "M" BAD "N", 4, 0},
          {RAW("\xC3\xA4"), "Windows-1252", "cp1252", forced, "\xC3\x83\xC2\xA4", 0, 0});
}

static void test_an_unknown_encoding_is_a_usage_error(void **state)
{
    (void)state;
    static const char *const wrong[] = {"klingon", "", "utf-8//IGNORE",
                                        "a name that is much longer than the name of any encoding"
                                        " has ever been or will be"};
    for (size_t i = 0; i < 4; i++) {
        dx_err err = {0};
        dx_source *src;
        dx_decoder *d = NULL;
        assert_int_equal(dx_source_memory(&src, DX_LIT("x"), DX_LIT("abc"), &err), DX_OK);
        assert_int_equal(dx_decoder_open(&d, src, wrong[i], &err), DX_FAIL);
        assert_int_equal(err.kind, DX_E_USAGE);
        assert_null(d);
        dx_source_close(src);
    }
    dx_decoder_close(NULL);
}

/* `before` bytes of ASCII, then the end. */
static dx_buf late(size_t before, const char *end)
{
    dx_buf b = {0};
    while (b.n < before)
        dx_buf_add(&b, DX_LIT("a plain line of a log\r\n"));
    dx_buf_add(&b, dx_str_of(end));
    return b;
}

static void check_late(const char *end, const char *encoding, const char *text, uint64_t bad)
{
    static const size_t sizes[] = {60000, 65520, 65536, 140000, 300000};
    for (size_t i = 0; i < 5; i++) {
        dx_buf raw = late(sizes[i], end);
        decoded got = decode_by(dx_buf_str(&raw), NULL, 65536);
        assert_string_equal(got.encoding, encoding);
        assert_int_equal(got.bad, bad);
        assert_true(dx_str_ends(dx_buf_str(&got.text), dx_str_of(text)));
        assert_memory_equal(got.text.p, raw.p, raw.n - strlen(end));
        dx_buf_done(&got.text);
        dx_buf_done(&raw);
    }
}

static void test_what_is_not_ascii_may_come_late(void **state)
{
    (void)state;
    check_late("f\xFCr gr\xF6\xDF"
               "er",
               "cp1252",
               "f\xC3\xBCr gr\xC3\xB6\xC3\x9F"
               "er",
               0);
    check_late("f\x81r gr\x94\xE1"
               "er",
               "cp850",
               "f\xC3\xBCr gr\xC3\xB6\xC3\x9F"
               "er",
               0);
    check_late("f\xC3\xBCr", "utf-8", "f\xC3\xBCr", 0);
}

static void test_utf8_stays_utf8_when_faults_come_late(void **state)
{
    (void)state;
    dx_buf raw = {0};
    dx_buf_add(&raw, DX_LIT("gr\xC3\xBC\xC3\x9F"
                            "e\n"));
    while (raw.n < 200000)
        dx_buf_add(&raw, DX_LIT("a plain line of a log\r\n"));
    dx_buf_add(&raw, DX_LIT("f\xFCr\n"));
    decoded got = decode_by(dx_buf_str(&raw), NULL, 65536);
    assert_string_equal(got.encoding, "utf-8");
    assert_string_equal(got.how, valid);
    assert_int_equal(got.bad, 1);
    assert_true(dx_str_ends(dx_buf_str(&got.text), DX_LIT("f" BAD "r\n")));
    dx_buf_done(&got.text);
    dx_buf_done(&raw);
}

/* Every byte of a long text is once the border of a piece. */
static void test_characters_are_whole_at_every_border(void **state)
{
    (void)state;
    static const char text[] = "x\xC3\xA4y\xE2\x82\xACz\xF0\x9F\x98\x80";
    dx_buf raw = {0};
    for (int i = 0; i < 20000; i++)
        dx_buf_add(&raw, DX_LIT(text));
    for (size_t want = 16; want < 40; want++) {
        dx_err err;
        dx_source *src;
        dx_decoder *d;
        dx_buf all = {0};
        assert_int_equal(dx_source_memory(&src, DX_NONE, dx_buf_str(&raw), &err), DX_OK);
        assert_int_equal(dx_decoder_open(&d, src, NULL, &err), DX_OK);
        for (;;) {
            const size_t before = all.n;
            if (dx_decoder_more(d, want, &all, &err) == DX_END)
                break;
            assert_true(all.n > before);
            assert_true(all.n - before <= want);
            assert_true(((unsigned char)all.p[before] & 0xC0) != 0x80);
        }
        assert_int_equal(all.n, raw.n);
        assert_memory_equal(all.p, raw.p, raw.n);
        dx_decoder_close(d);
        dx_source_close(src);
        dx_buf_done(&all);
    }
    dx_buf_done(&raw);
}

static void test_any_bytes_give_valid_text_in_any_encoding(void **state)
{
    (void)state;
    static const char *const names[] = {NULL,          "utf-8",     "utf-16le", "utf-16be",
                                        "cp1252",      "shift_jis", "gb18030",  "utf-7",
                                        "iso-2022-jp", "utf-32"};
    char raw[3000];
    uint32_t x = 1;
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < sizeof raw; i++) {
            x = x * 1664525u + 1013904223u;
            raw[i] = (char)(unsigned char)(x >> (round & 1 ? 24 : 26));
        }
        for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
            decoded got = decode_by((dx_str){raw, sizeof raw}, names[k], (size_t)round * 7 + 1);
            const dx_str text = dx_buf_str(&got.text);
            assert_true(dx_utf_valid(text));
            assert_null(memchr(text.p, 0, text.n));
            dx_buf_done(&got.text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ascii_and_utf8_pass_unchanged),
        cmocka_unit_test(test_a_mark_tells_the_encoding),
        cmocka_unit_test(test_utf16_without_mark_is_known_by_its_zero_bytes),
        cmocka_unit_test(test_an_end_in_the_middle_of_a_character_is_told),
        cmocka_unit_test(test_utf16_faults_are_replaced_and_counted),
        cmocka_unit_test(test_zero_bytes_become_visible),
        cmocka_unit_test(test_utf8_faults_are_replaced_by_maximal_parts),
        cmocka_unit_test(test_a_few_faults_do_not_make_utf8_something_else),
        cmocka_unit_test(test_8_bit_text_is_guessed_by_its_letters),
        cmocka_unit_test(test_every_byte_of_every_code_page),
        cmocka_unit_test(test_other_encodings_can_be_forced),
        cmocka_unit_test(test_an_unknown_encoding_is_a_usage_error),
        cmocka_unit_test(test_what_is_not_ascii_may_come_late),
        cmocka_unit_test(test_utf8_stays_utf8_when_faults_come_late),
        cmocka_unit_test(test_characters_are_whole_at_every_border),
        cmocka_unit_test(test_any_bytes_give_valid_text_in_any_encoding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
