#include "tests/unit/report/fixture.h"

#include "core/time.h"
#include "report/answer.h"

/* 2026-09-07, the Monday of week 37 */
static const int64_t MONDAY = INT64_C(1788739200) * 1000000;
static const dx_asking ASKING = {DX_LIT("0.1.0"), DX_LIT("site.db"),
                                 INT64_C(1795341600) * 1000000}; /* 2026-11-22T10:00:00Z */
enum { WEEKS = 4, LINES = 5 };

typedef struct answers {
    dx_arena *arena;
    dx_trend_bucket bucket[WEEKS];
    dx_trend_cell cell[LINES][WEEKS];
    dx_trend_line line[LINES];
    dx_trend trend;
    dx_answer answer;
    dx_buf text;
} answers;

static const dx_trend_query BY_WEEK = {.of = DX_OF_DIAGNOSIS,
                                       .by = DX_BY_WEEK,
                                       .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};

static dx_trend_cell cell_of(int64_t attempts, int64_t failures, int64_t base)
{
    return (dx_trend_cell){.events = failures * 2,
                           .attempts = attempts,
                           .failures = failures,
                           .servers = attempts,
                           .base = base};
}

static void add_cells(dx_trend_line *line, dx_trend_cell *cells)
{
    line->cell = cells;
    for (size_t b = 0; b < WEEKS; b++) {
        line->all.events += cells[b].events;
        line->all.attempts += cells[b].attempts;
        line->all.failures += cells[b].failures;
        line->all.servers += cells[b].servers;
        line->all.base += cells[b].base;
    }
}

/* A failure that spreads, one whose name is an attack, others, one that nobody knows. */
static void set_up(answers *a, dx_trend_by by)
{
    static const char *const names[] = {"2026-W37", "2026-W38", "2026-W39", "2026-W40"};
    static const int64_t spreads[] = {0, 1, 4, 8}, hostile[] = {1, 0, 0, 0},
                         unknown[] = {2, 2, 2, 2};

    *a = (answers){.arena = dx_arena_new(0)};
    for (size_t b = 0; b < WEEKS; b++) {
        const int64_t from = MONDAY + (int64_t)b * DX_WEEK_US;
        const bool in_time = by <= DX_BY_MONTH;
        a->bucket[b] = (dx_trend_bucket){dx_str_of(names[b]), in_time ? from : DX_NO_TIME,
                                         in_time ? from + DX_WEEK_US : DX_NO_TIME};
        a->cell[0][b] = cell_of(spreads[b], spreads[b], 20);
        a->cell[1][b] = cell_of(hostile[b], hostile[b], 20);
        a->cell[2][b] = cell_of(unknown[b], unknown[b], 20);
        a->cell[3][b] = cell_of(20 - spreads[b] - hostile[b] - unknown[b], 0, 20);
        a->cell[4][b] = cell_of(20, spreads[b] + hostile[b] + unknown[b], 20);
    }
    a->line[0] = (dx_trend_line){.kind = DX_LINE_ID,
                                 .id = DX_LIT("exch.reboot-asked"),
                                 .title = DX_LIT("The server waits for a restart")};
    a->line[1] = (dx_trend_line){.kind = DX_LINE_ID,
                                 .id = DX_LIT("=cmd|<script>\x1b[2J"),
                                 .title = DX_LIT("=cmd|<script>\x1b[2J")};
    a->line[2] = (dx_trend_line){.kind = DX_LINE_UNCLASSIFIED};
    a->line[3] = (dx_trend_line){.kind = DX_LINE_NO_FAILURE};
    a->line[4] = (dx_trend_line){.kind = DX_LINE_TOTAL};
    for (size_t i = 0; i < LINES; i++)
        add_cells(&a->line[i], a->cell[i]);
    a->trend = (dx_trend){.since_us = MONDAY,
                          .until_us = MONDAY + WEEKS * DX_WEEK_US,
                          .n_buckets = WEEKS,
                          .buckets = a->bucket,
                          .n_lines = LINES,
                          .lines = a->line,
                          .ids = 2};
}

static void ask(answers *a, const dx_trend_query *q)
{
    dx_err err = {0};
    assert_int_equal(dx_answer_trend(&ASKING, q, &a->trend, a->arena, &a->answer, &err), DX_OK);
}

static void tear_down(answers *a)
{
    dx_buf_done(&a->text);
    dx_arena_free(a->arena);
}

static dx_rc to_text(void *ctx, dx_str bytes, dx_err *err)
{
    (void)err;
    dx_buf_add(ctx, bytes);
    return DX_OK;
}

static const char *told(answers *a, const char *format, const dx_style *style)
{
    dx_err err = {0};
    dx_buf_clear(&a->text);
    assert_int_equal(dx_trend_format_get(format)->write(
                         &a->answer, style, &(dx_out){.write = to_text, .ctx = &a->text}, &err),
                     DX_OK);
    return a->text.p;
}

static void assert_told(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("nothing says '%s' in:\n%s", words, text);
}

static void assert_not_told(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("'%s' is in:\n%s", words, text);
}

static const dx_style UNICODE = {.columns = 80, .unicode = true}, ASCII = {.columns = 80};

static void test_a_table_shows_rows_that_add_up_with_a_chart_each(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_WEEK);
    ask(&a, &BY_WEEK);
    assert_string_equal(
        told(&a, "table", &UNICODE),
        "Diagnoses by week\n"
        "22 of 80 attempts failed (27.5 %) on 80 servers, 2026-09-07 to 2026-10-04.\n"
        "\n"
        "diagnosis              failures  attempts  failures    rate  servers\n"
        "exch.reboot-asked      ·▁▄█            13        13  16.2 %       13\n"
        "  The server waits for a restart\n"
        "=cmd|<script>\\x1b[2J   █···             1         1   1.2 %        1\n"
        "Unclassified failures  ████             8         8  10.0 %        8\n"
        "No failure             ····            58         0   0.0 %       58\n"
        "Total                  ▃▃▅█            80        22  27.5 %       80\n"
        "\n"
        "Charts show failures, 2026-W37 to 2026-W40; each line has a scale of its own.\n");
    assert_told(told(&a, "table", &ASCII), "exch.reboot-asked      .:+@   ");
    tear_down(&a);
}

static void test_no_line_is_wider_than_the_terminal(void **state)
{
    answers a;

    (void)state;
    for (unsigned columns = 40; columns < 100; columns += 3) {
        const dx_style narrow = {.columns = columns, .unicode = true};
        set_up(&a, columns % 2 ? DX_BY_WEEK : DX_BY_SITE);
        a.line[0].id =
            DX_LIT("a.very-long-name-of-a-diagnosis-that-is-wider-than-most-terminals-are");
        ask(&a, &(dx_trend_query){.by = columns % 2 ? DX_BY_WEEK : DX_BY_SITE});
        dx_str rest = dx_str_of(told(&a, "table", &narrow)), line;
        while (dx_str_next(&rest, '\n', &line))
            if (dx_utf_columns(line) > columns)
                fail_msg("%u columns: %.*s", columns, DX_FMT(line));
        tear_down(&a);
    }
}

static void test_what_is_left_out_is_said(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_WEEK);
    a.trend.ids = 5;
    a.trend.partial = DX_LIT("shard 2 was away");
    ask(&a, &BY_WEEK);
    assert_told(told(&a, "table", &UNICODE), "3 of 5 diagnoses stand together as \"All others\"");
    assert_told(told(&a, "json", NULL), "3 of 5 diagnoses stand together");
    assert_told(told(&a, "html", NULL), "3 of 5 diagnoses stand together");
    assert_told(told(&a, "html", NULL), "This answer is partial: shard 2 was away.");
    assert_told(told(&a, "json", NULL), "\"partial\": true");
    tear_down(&a);
}

static void test_versions_and_sites_get_bars(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_SITE);
    a.bucket[2].name = DX_LIT("Berlin");
    a.bucket[3].name = DX_LIT("");
    ask(&a, &(dx_trend_query){.of = DX_OF_DIAGNOSIS, .by = DX_BY_SITE});
    const char *text = told(&a, "table", &UNICODE);
    assert_told(text, "  Berlin               ████████          4 of 20, 20.0 %\n");
    assert_told(text, "  (none)               ████████████████  8 of 20, 40.0 %\n");
    assert_not_told(text, "Charts show");
    assert_told(told(&a, "html", NULL), "of 20, 40.0 %");
    tear_down(&a);
}

static void test_sites_that_nobody_named_are_asked_for(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_SITE);
    ask(&a, &(dx_trend_query){.of = DX_OF_DIAGNOSIS, .by = DX_BY_SITE});
    assert_not_told(told(&a, "table", &UNICODE), "server tag FILE");
    a.trend.n_buckets = 1;
    a.bucket[0].name = DX_LIT("");
    ask(&a, &(dx_trend_query){.of = DX_OF_DIAGNOSIS, .by = DX_BY_SITE});
    assert_told(told(&a, "table", &UNICODE), "setupdx server tag FILE");
    tear_down(&a);
}

static void test_csv_is_tidy_and_no_formula(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_WEEK);
    ask(&a, &BY_WEEK);
    const char *text = told(&a, "csv", NULL);
    assert_told(text, "kind,id,title,bucket,from,to,events,attempts,failures,servers,base,rate\n"
                      "id,exch.reboot-asked,The server waits for a restart,,,,26,13,13,13,80,"
                      "0.162500\n"
                      "id,exch.reboot-asked,The server waits for a restart,2026-W37,"
                      "2026-09-07T00:00:00Z,2026-09-14T00:00:00Z,0,0,0,0,20,0.000000\n");
    assert_told(text, "\nid,'=cmd|<script>\\x1b[2J,,,,,2,1,1,1,80,0.012500\n");
    assert_told(text, "\nunclassified,,,2026-W40,");
    assert_told(text, "\ntotal,,,,,,44,80,22,80,80,0.275000\n");
    tear_down(&a);
}

static void test_html_runs_nothing_and_holds_every_figure(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_WEEK);
    ask(&a, &BY_WEEK);
    const char *page = told(&a, "html", NULL);
    assert_told(page, "default-src 'none'");
    assert_told(page, "<h1>Diagnoses by week</h1>");
    assert_told(page, "=cmd|&lt;script&gt;\\x1b[2J");
    assert_told(page, "<svg");
    assert_told(page, "2026-W39");
    assert_not_told(page, "<script");
    assert_not_told(page, " style=");
    tear_down(&a);
}

static void test_json_holds_the_question_and_every_cell(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_WEEK);
    const dx_tag tag = {DX_LIT("site"), DX_LIT("Berlin")};
    ask(&a, &(dx_trend_query){
                .of = DX_OF_DIAGNOSIS,
                .by = DX_BY_WEEK,
                .where = {.since_us = MONDAY, .until_us = DX_NO_TIME, .n_tags = 1, .tags = &tag}});
    const char *text = told(&a, "json", NULL);
    assert_told(text, "\"schema\": \"setupdx.trend/1\"");
    assert_told(text, "\"value\": \"site=Berlin\"");
    assert_told(text, "\"value\": \"2026-09-07T00:00:00Z\"");
    assert_told(text, "{\"events\":16,\"attempts\":8,\"failures\":8,\"servers\":8,\"base\":20}]");
    tear_down(&a);
}

static void test_signatures_add_up_in_messages(void **state)
{
    answers a;

    (void)state;
    set_up(&a, DX_BY_WEEK);
    a.cell[0][3].events = 100;
    a.line[0].all.servers = -1; /* not counted */
    ask(&a, &(dx_trend_query){.of = DX_OF_SIGNATURE, .by = DX_BY_WEEK});
    const char *text = told(&a, "table", &UNICODE);
    assert_told(text, "signature              messages  messages  attempts");
    assert_told(text, "messages add up to the total, attempts\ndo not.");
    assert_told(text, "exch.reboot-asked      ·▁▁█            26        13        13  16.2 %\n");
    tear_down(&a);
}

/* ---- lists, fixes, servers ---- */

static void test_lists_tell_what_they_are_about(void **state)
{
    static const int64_t weeks[] = {1, 2, 4, 8};
    const dx_list_row row = {.id = DX_LIT("msi.x"),
                             .title = DX_LIT("X failed"),
                             .first_us = MONDAY,
                             .last_us = MONDAY + DX_DAY_US,
                             .attempts = 9,
                             .failures = 8,
                             .servers = 7,
                             .again = DX_AGAIN_AFTER_FIX,
                             .before_us = MONDAY - 90 * DX_DAY_US,
                             .growth = 4,
                             .n_weeks = 4,
                             .weeks = weeks};
    const dx_list list = {
        .since_us = MONDAY, .until_us = MONDAY + 4 * DX_WEEK_US, .n = 1, .rows = &row, .all = 3};
    static const char *const wanted[] = {
        "New diagnoses\n3 in the weeks 2026-09-07 to 2026-10-04.\n",
        "msi.x      ▁▂▄█     2026-06-09  a fix               8        7\n",
        "msi.x      ▁▂▄█     2026-09-07   x 4.0         8        7\n",
        "Servers that fell silent\n"};
    answers a;
    dx_err err = {0};

    (void)state;
    for (dx_list_kind kind = DX_LIST_NEW; kind <= DX_LIST_QUIET; kind++) {
        const dx_list_query q = {.kind = kind, .of = DX_OF_DIAGNOSIS};
        set_up(&a, DX_BY_WEEK);
        assert_int_equal(dx_answer_list(&ASKING, &q, &list, a.arena, &a.answer, &err), DX_OK);
        assert_told(told(&a, "table", &UNICODE), wanted[kind]);
        assert_told(a.text.p, "2 more are not shown: --skip 1 goes on with them.");
        assert_told(told(&a, "csv", NULL), "1 2 4 8\n");
        assert_told(told(&a, "json", NULL), "\"chart\": [1,2,4,8]");
        tear_down(&a);
    }
}

static void test_an_empty_list_says_so(void **state)
{
    const dx_list list = {.since_us = MONDAY, .until_us = MONDAY + DX_WEEK_US};
    const dx_list_query q = {.kind = DX_LIST_SPREADING, .of = DX_OF_CAUSE};
    answers a;
    dx_err err = {0};

    (void)state;
    set_up(&a, DX_BY_WEEK);
    assert_int_equal(dx_answer_list(&ASKING, &q, &list, a.arena, &a.answer, &err), DX_OK);
    assert_string_equal(told(&a, "table", &UNICODE),
                        "Spreading causes\n0 in the weeks 2026-09-07 to 2026-09-13.\n\nNothing "
                        "spreads.\n");
    assert_told(told(&a, "html", NULL), "Nothing spreads.");
    tear_down(&a);
}

static void test_fixes_tell_how_long_they_took(void **state)
{
    const dx_fix_row row = {.diagnosis = DX_LIT("msi.x"),
                            .title = DX_LIT("X failed"),
                            .cases = 8,
                            .begun = 5,
                            .verified = 4,
                            .failed = 1,
                            .median_us = 3 * DX_DAY_US + DX_DAY_US / 2};
    const dx_fixes fixes = {.n = 1, .rows = &row, .all = 1};
    const dx_trend_filter all = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};
    answers a;
    dx_err err = {0};

    (void)state;
    set_up(&a, DX_BY_WEEK);
    assert_int_equal(dx_answer_fixes(&ASKING, &all, &fixes, a.arena, &a.answer, &err), DX_OK);
    const char *text = told(&a, "table", &UNICODE);
    assert_told(text, "4 of 8 cases ended with a good attempt.");
    assert_told(text, "msi.x          8      5         4       1  50.0 %     3 d 12 h\n");
    tear_down(&a);
}

static void test_a_server_tells_products_aliases_tags_and_history(void **state)
{
    static const dx_str versions[] = {DX_LIT("1.0"), DX_LIT("1.1")};
    const dx_server_product product = {.product = DX_LIT("Contoso Agent"),
                                       .n_versions = 2,
                                       .versions = versions,
                                       .last_outcome = DX_FAILED,
                                       .last_failed = true,
                                       .last_us = MONDAY,
                                       .attempts = 3,
                                       .failures = 2};
    static const dx_str alias = DX_LIT("OLD01");
    const dx_tag tag = {DX_LIT("site"), DX_LIT("Berlin")};
    const dx_server_row row = {.name = DX_LIT("MAIL01"),
                               .first_us = MONDAY - DX_WEEK_US,
                               .last_us = MONDAY,
                               .attempts = 3,
                               .failures = 2,
                               .n_aliases = 1,
                               .aliases = &alias,
                               .n_tags = 1,
                               .tags = &tag,
                               .n_products = 1,
                               .products = &product};
    const dx_note note = {.kind = DX_NOTE_ALIAS,
                          .at_us = MONDAY,
                          .until_us = DX_NO_TIME,
                          .subject = DX_LIT("OLD01"),
                          .what = DX_LIT("MAIL01"),
                          .by = DX_LIT("jdoe")};
    answers a;
    dx_err err = {0};

    (void)state;
    set_up(&a, DX_BY_WEEK);
    assert_int_equal(
        dx_answer_server(&ASKING, &row, &(dx_notes){1, &note}, a.arena, &a.answer, &err), DX_OK);
    const char *text = told(&a, "table", &UNICODE);
    assert_told(text, "MAIL01\n2 of 3 attempts failed, 2026-08-31 to 2026-09-07.\n");
    assert_told(text, "Contoso Agent  1.0, 1.1  2026-09-07  failed               3         2\n");
    assert_told(text,
                "Also known as OLD01.\nTags: site=Berlin.\n2026-09-07: OLD01 counts as MAIL01 "
                "by jdoe.\n");
    const dx_servers servers = {.n = 1, .rows = &row, .all = 1};
    const dx_servers_query q = {.where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};
    assert_int_equal(dx_answer_servers(&ASKING, &q, &servers, a.arena, &a.answer, &err), DX_OK);
    assert_told(told(&a, "csv", NULL),
                "id,MAIL01,,2026-08-31T00:00:00Z,2026-09-07T00:00:00Z,3,2,1,site=Berlin,OLD01\n");
    assert_told(told(&a, "table", &UNICODE), "1 server.\n");
    tear_down(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_table_shows_rows_that_add_up_with_a_chart_each),
        cmocka_unit_test(test_no_line_is_wider_than_the_terminal),
        cmocka_unit_test(test_what_is_left_out_is_said),
        cmocka_unit_test(test_versions_and_sites_get_bars),
        cmocka_unit_test(test_sites_that_nobody_named_are_asked_for),
        cmocka_unit_test(test_csv_is_tidy_and_no_formula),
        cmocka_unit_test(test_html_runs_nothing_and_holds_every_figure),
        cmocka_unit_test(test_json_holds_the_question_and_every_cell),
        cmocka_unit_test(test_signatures_add_up_in_messages),
        cmocka_unit_test(test_lists_tell_what_they_are_about),
        cmocka_unit_test(test_an_empty_list_says_so),
        cmocka_unit_test(test_fixes_tell_how_long_they_took),
        cmocka_unit_test(test_a_server_tells_products_aliases_tags_and_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
