/* Text of a stranger in formats that give some characters a meaning. */
#include "tests/unit/report/fixture.h"

#include "report/csv_write.h"
#include "report/markdown.h"

static void check(void (*add)(dx_buf *, dx_str), const char *text, size_t n, const char *wanted)
{
    dx_buf b = {0};

    add(&b, (dx_str){text, n});
    dx_buf_char(&b, '\0');
    assert_false(b.failed);
    assert_string_equal(b.p, wanted);
    dx_buf_done(&b);
}
#define CHECK(add, text, wanted) check(add, text, sizeof(text) - 1, wanted)

static void test_a_cell_is_quoted_when_it_must_be(void **state)
{
    (void)state;
    CHECK(dx_csv_cell, "plain", "plain");
    CHECK(dx_csv_cell, "a,b", "\"a,b\"");
    CHECK(dx_csv_cell, "say \"x\"\r\nend", "\"say \"\"x\"\"\nend\"");
    CHECK(dx_csv_cell, "tail ", "\"tail \"");
    CHECK(dx_csv_cell, "nul\0\x1b", "nul\\x00\\x1b");
}

static void test_no_cell_becomes_a_formula(void **state)
{
    (void)state;
    CHECK(dx_csv_cell, "=1+1", "'=1+1");
    CHECK(dx_csv_cell, "+49", "'+49");
    CHECK(dx_csv_cell, "-1", "'-1");
    CHECK(dx_csv_cell, "@SUM(A1)", "'@SUM(A1)");
    CHECK(dx_csv_cell, "\t=1", "' =1");
    CHECK(dx_csv_cell, " \n=1", "\"' \n=1\"");
    CHECK(dx_csv_cell, "a=1", "a=1");
}

static void test_only_what_would_be_markup_is_escaped(void **state)
{
    (void)state;
    CHECK(dx_md_text, "C:\\Windows\\my_file.txt", "C:\\Windows\\my_file.txt");
    CHECK(dx_md_text, "a\\*b", "a\\\\\\*b");
    CHECK(dx_md_text, "_all_ of *it* <b> [x](y) a|b ~~c~~ &amp; R&D",
          "\\_all\\_ of \\*it\\* \\<b> \\[x\\](y) a\\|b \\~\\~c\\~\\~ \\&amp; R\\&D");
    CHECK(dx_md_text, "# no heading", "\\# no heading");
    CHECK(dx_md_text, "1. no list", "1\\. no list");
    CHECK(dx_md_text, "5.5 SP3", "5.5 SP3");
    CHECK(dx_md_text, "- no list", "\\- no list");
    CHECK(dx_md_text, "two\nlines", "two\\nlines");
}

static void test_fences_are_longer_than_any_in_the_text(void **state)
{
    dx_buf b = {0};

    (void)state;
    CHECK(dx_md_code, "plain", "`plain`");
    CHECK(dx_md_code, "a ``b", "```a ``b```");
    CHECK(dx_md_code, "`", "`` ` ``");
    CHECK(dx_md_code, "", "");
    dx_md_block(&b, 2, DX_LIT("one\n````\ntwo\n"));
    dx_buf_char(&b, '\0');
    assert_string_equal(b.p, "  `````text\n  one\n  ````\n  two\n  `````\n");
    dx_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cell_is_quoted_when_it_must_be),
        cmocka_unit_test(test_no_cell_becomes_a_formula),
        cmocka_unit_test(test_only_what_would_be_markup_is_escaped),
        cmocka_unit_test(test_fences_are_longer_than_any_in_the_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
