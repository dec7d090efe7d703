#include "tests/unit/report/fixture.h"

#include "report/html_chart.h"
#include "report/html_page.h"

/* What a helper added, NUL-terminated; the caller releases it. */
static const char *ended(dx_buf *b)
{
    dx_buf_char(b, '\0');
    assert_false(b->failed);
    return b->p;
}

static void test_nothing_in_a_text_becomes_markup_or_turns_what_stands_beside_it(void **state)
{
    dx_buf b = {0};

    (void)state;
    dx_html_text(&b, DX_LIT("<script>alert('a & \"b\"')</script>\x1b[2J\xE2\x80\xAE\xff\nend"));
    assert_string_equal(ended(&b), "&lt;script&gt;alert(&#39;a &amp; &quot;b&quot;&#39;)"
                                   "&lt;/script&gt;\\x1b[2J\\u{202e}\\xff\\nend");
    dx_buf_done(&b);
    dx_html_lines(&b, DX_LIT("<b>\r\nend"));
    assert_string_equal(ended(&b), "&lt;b&gt;\nend");
    dx_buf_done(&b);
}

static void test_a_clipped_text_says_so_and_ends_between_characters(void **state)
{
    dx_buf b = {0};

    (void)state;
    dx_html_clip(&b,
                 DX_LIT("a\xC3\xBC"
                        "c"),
                 2);
    dx_html_clip(&b, DX_LIT("ab"), 2);
    assert_string_equal(ended(&b), "a\xE2\x80\xA6"
                                   "ab");
    dx_buf_done(&b);
}

static void test_figures_are_grouped_and_times_told_for_people_and_programs(void **state)
{
    dx_buf b = {0};

    (void)state;
    dx_html_count(&b, 1234567);
    dx_html_time(&b, INT64_C(960973920000000));
    assert_string_equal(ended(&b), "1\xE2\x80\xAF"
                                   "234\xE2\x80\xAF"
                                   "567"
                                   "<time datetime=\"2000-06-14T09:12:00Z\">2000-06-14 09:12 UTC"
                                   "</time>");
    dx_buf_done(&b);
}

static void test_a_page_lets_no_style_pass_but_its_own_and_runs_nothing(void **state)
{
    dx_buf b = {0};

    (void)state;
    dx_html_page_open(&b, DX_LIT("<a>"));
    dx_html_page_close(&b);
    const char *page = ended(&b);
    assert_says(page, "default-src 'none'; style-src 'sha256-");
    assert_says(page, "<title>&lt;a&gt;</title>");
    assert_silent_on(page, "<script");
    assert_silent_on(page, "style=");
    assert_silent_on(page, "http://");
    assert_silent_on(page, "https://");
    dx_buf_done(&b);
}

static void test_parts_of_a_whole_fill_the_bar_and_stand_in_the_table(void **state)
{
    const dx_share parts[] = {{DX_LIT("failed"), 1, DX_TONE_BAD},
                              {DX_LIT("unclear"), 0, DX_TONE_WARN},
                              {DX_LIT("succeeded"), 3, DX_TONE_GOOD}};
    dx_buf b = {0};

    (void)state;
    dx_chart_shares(&b, &(dx_chart){DX_LIT("Attempts"), DX_LIT("1 of 4 failed")}, parts, 3);
    const char *chart = ended(&b);
    assert_says(chart, "aria-label=\"1 of 4 failed\"");
    assert_says(chart, "class=\"fill-bad\" height=\"16\" rx=\"3\" x=\"0.0%\" width=\"24.8%\"");
    assert_says(chart, "x=\"25.0%\" width=\"75.0%\"");
    assert_says(chart, "<tr><th scope=\"row\">unclear</th><td class=\"num\">0</td></tr>");
    dx_buf_done(&b);
}

static void test_columns_stack_series_and_list_every_bucket(void **state)
{
    static const uint64_t bad[] = {1, 0}, good[] = {1, 4};
    const dx_str weeks[] = {DX_LIT("W23"), DX_LIT("W24")};
    const dx_series series[] = {{DX_LIT("failed"), DX_TONE_BAD, bad},
                                {DX_LIT("well"), DX_TONE_GOOD, good}};
    dx_buf b = {0};

    (void)state;
    dx_chart_columns(&b, &(dx_chart){DX_LIT("Weeks"), DX_NONE}, weeks, 2, series, 2);
    const char *chart = ended(&b);
    assert_says(chart, "class=\"fill-bad\" y=\"136\" height=\"40\"");
    assert_says(chart, "class=\"fill-good\" y=\"96\" height=\"40\"");
    assert_says(chart, "class=\"fill-good\" y=\"16\" height=\"160\"");
    assert_says(chart,
                "<th scope=\"row\">W24</th><td class=\"num\">0</td><td class=\"num\">4</td>");
    dx_buf_done(&b);
}

static void test_bars_are_as_long_as_their_share_of_the_longest(void **state)
{
    const dx_bar bars[] = {{DX_LIT("<x>"), DX_LIT("/a?b=1&c"), 10, DX_LIT("+3"), DX_TONE_BAD},
                           {DX_LIT("y"), DX_NONE, 5, DX_NONE, DX_TONE_BAD}};
    dx_buf b = {0};

    (void)state;
    dx_chart_bars(&b, &(dx_chart){DX_LIT("Top"), DX_NONE}, DX_LIT("Servers"), bars, 2);
    const char *chart = ended(&b);
    assert_says(chart, "<a href=\"/a?b=1&amp;c\">&lt;x&gt;</a>");
    assert_says(chart, "rx=\"3\" width=\"50.0%\"");
    dx_buf_done(&b);
}

static void test_marks_that_stand_close_get_rows_of_their_own(void **state)
{
    const dx_mark marks[] = {{100, DX_MARK_DOT, DX_TONE_BAD, 1},
                             {101, DX_MARK_DIAMOND, DX_TONE_WARN, 2},
                             {200, DX_MARK_BAR, DX_TONE_BAD, 3}};
    const dx_timeline line = {.from = 100,
                              .to = 200,
                              .from_label = DX_LIT("line 100"),
                              .to_label = DX_LIT("line 200"),
                              .marks = marks,
                              .n_marks = 3};
    dx_buf b = {0};

    (void)state;
    dx_chart_timeline(&b, &(dx_chart){DX_LIT("Timeline"), DX_LIT("3 marks")}, &line);
    dx_chart_end(&b);
    const char *chart = ended(&b);
    assert_says(chart, "<svg x=\"0.0%\" y=\"32\"");
    assert_says(chart, "<svg x=\"1.0%\" y=\"14\"");
    assert_says(chart, "<svg x=\"100.0%\" y=\"32\"");
    dx_buf_done(&b);
}

static void test_a_map_tells_by_figure_and_shape_what_its_colours_tell(void **state)
{
    const dx_str rows[] = {DX_LIT("MAIL01")}, columns[] = {DX_LIT("W23"), DX_LIT("W24")};
    const dx_cell cells[] = {{7, 5, DX_TONE_BAD, DX_LIT("/a")}, {0, 0, DX_TONE_NONE, DX_NONE}};
    const dx_heat_map heat = {.row_head = DX_LIT("Server"),
                              .rows = rows,
                              .columns = columns,
                              .n_rows = 1,
                              .n_columns = 2,
                              .cells = cells};
    dx_buf b = {0};

    (void)state;
    dx_chart_heat(&b, &(dx_chart){DX_LIT("Fleet"), DX_NONE}, &heat);
    const char *chart = ended(&b);
    assert_says(chart, "<td class=\"h5\"><a href=\"/a\">\xE2\x96\xB2 7</a></td>");
    assert_says(chart, "<td class=\"h0\">\xC2\xB7</td>");
    dx_buf_done(&b);
    assert_int_equal(dx_heat_level(0, 9), 0);
    assert_int_equal(dx_heat_level(1, 9), 1);
    assert_int_equal(dx_heat_level(9, 9), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_in_a_text_becomes_markup_or_turns_what_stands_beside_it),
        cmocka_unit_test(test_a_clipped_text_says_so_and_ends_between_characters),
        cmocka_unit_test(test_figures_are_grouped_and_times_told_for_people_and_programs),
        cmocka_unit_test(test_a_page_lets_no_style_pass_but_its_own_and_runs_nothing),
        cmocka_unit_test(test_parts_of_a_whole_fill_the_bar_and_stand_in_the_table),
        cmocka_unit_test(test_columns_stack_series_and_list_every_bucket),
        cmocka_unit_test(test_bars_are_as_long_as_their_share_of_the_longest),
        cmocka_unit_test(test_marks_that_stand_close_get_rows_of_their_own),
        cmocka_unit_test(test_a_map_tells_by_figure_and_shape_what_its_colours_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
