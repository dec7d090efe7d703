/* Regexes that do not end, long texts, many matches, noise. */
#include "tests/unit/patterns/matching.h"

static void test_a_regex_that_does_not_end_is_a_gap_and_not_a_miss(void **state)
{
    bench *b = *state;
    dx_buf text = {0};
    const dx_gap *gaps;
    dx_buf_add(&text, DX_LIT("LINES\nfine\n"));
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 5000; k++)
            dx_buf_char(&text, 'x');
        dx_buf_add(&text, DX_LIT(" kaboom, and setup could not register a.dll\n"));
    }
    const matched m = match(b, dx_buf_str(&text));
    assert_found(&m, "t.reg:3 t.reg:4 t.reg:5");
    assert_int_equal(dx_matcher_gaps(b->matcher, &gaps), 1);
    assert_str(gaps[0].signature, "t.bomb");
    assert_int_equal(gaps[0].line, 3);
    assert_int_equal(gaps[0].count, 3);
    match_text(b, "fine\n");
    assert_int_equal(dx_matcher_gaps(b->matcher, &gaps), 0);
    dx_buf_done(&text);
}

static void test_a_gap_is_counted_once_for_each_record_however_often_it_is_read(void **state)
{
    bench *b = *state;
    dx_buf text = {0};
    const dx_gap *gaps;
    for (int k = 0; k < 5000; k++)
        dx_buf_char(&text, 'x');
    dx_buf_add(&text, DX_LIT(" kaboom\n\nand\n\nmore\n"));
    const matched m = match(b, dx_buf_str(&text));
    assert_found(&m, "");
    assert_int_equal(dx_matcher_gaps(b->matcher, &gaps), 1);
    assert_int_equal(gaps[0].count, 1);
    dx_buf_done(&text);
}

static void test_a_record_of_1_mib_is_searched_to_its_end(void **state)
{
    bench *b = *state;
    dx_buf text = {0};
    dx_buf_add(&text, DX_LIT("LINES\n"));
    while (text.n < (1u << 20) - 200)
        dx_buf_add(&text, DX_LIT("all is well, and "));
    dx_buf_add(&text, DX_LIT("setup could not register a.dll, code 0x00000006"));
    const matched m = match(b, dx_buf_str(&text));
    assert_found(&m, "t.reg:2");
    dx_buf_done(&text);
}

static void test_thousands_of_matches_in_one_record_are_no_burden(void **state)
{
    bench *b = *state;
    dx_buf text = {0};
    dx_buf_add(&text, DX_LIT("LINES\n"));
    while (text.n < (1u << 20) - 200)
        dx_buf_add(&text, DX_LIT("Error code 0x00000001 stopped at line 8 "));
    const matched m = match(b, dx_buf_str(&text));
    assert_int_equal(m.n, 20000); /* 10,000 of each of two signatures */
    dx_buf_done(&text);
}

static void test_a_long_match_is_shown_to_2000_bytes(void **state)
{
    bench *b = *state;
    dx_buf text = {0};
    dx_buf_add(&text, DX_LIT("LINES\nSetup could not register x"));
    for (int i = 0; i < 3000; i++)
        dx_buf_add(&text, DX_LIT("\xC3\xA4"));
    dx_buf_add(&text, DX_LIT(".dll\n"));
    const matched m = match(b, dx_buf_str(&text));
    assert_found(&m, "t.reg:2");
    assert_in_range(m.event[0].text.n, 1998, 2000);
    assert_int_equal(dx_event_field(&m.event[0], DX_LIT("dll"))->text.n, 6005);
    dx_buf_done(&text);
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
    bench *b = *state;
    for (int round = 0; round < 200; round++) {
        dx_buf text = {0};
        for (int i = 0; i < 60; i++) {
            seed = seed * 1664525u + 1013904223u;
            dx_buf_add(&text, dx_str_of(words[(seed >> 20) % 16]));
        }
        const matched m = match(b, dx_buf_str(&text));
        for (size_t i = 0; i < m.n; i++) {
            assert_true(m.event[i].line >= 1 && m.event[i].last_line >= m.event[i].line);
            assert_true(m.event[i].last_line <= dx_framer_lines(b->framing.framer));
            assert_true(m.event[i].text.n > 0);
        }
        dx_buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        matcher_test(test_a_regex_that_does_not_end_is_a_gap_and_not_a_miss),
        matcher_test(test_a_gap_is_counted_once_for_each_record_however_often_it_is_read),
        matcher_test(test_a_record_of_1_mib_is_searched_to_its_end),
        matcher_test(test_thousands_of_matches_in_one_record_are_no_burden),
        matcher_test(test_a_long_match_is_shown_to_2000_bytes),
        matcher_test(test_no_text_harms_the_matcher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
