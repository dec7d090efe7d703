#include "fixture.h"

#include "diagnosis/nearest.h"

typedef struct bench {
    fixture f;
    dx_known *known;
} bench;

static int set_up(void **state)
{
    static bench b;
    fixture_open(&b.f, NULL);
    b.known = dx_known_new(b.f.book, b.f.arena);
    assert_non_null(b.known);
    *state = &b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = *state;
    fixture_close(&b->f);
    return 0;
}

/* NULL when nothing is near. */
static const dx_rival *nearest(bench *b, const char *format, const char *const *texts, size_t n)
{
    dx_event events[4];
    const dx_event *list[4];
    const dx_rival *found;
    size_t n_found;
    dx_err err = {0};
    for (size_t i = 0; i < n; i++) {
        events[i] = (dx_event){.text = dx_str_of(texts[i])};
        list[i] = &events[i];
    }
    assert_int_equal(
        dx_nearest(b->known, dx_str_of(format), list, n, b->f.arena, &found, &n_found, &err),
        DX_OK);
    assert_true(n_found <= 1); /* one place for a message */
    return n_found > 0 ? found : NULL;
}

static void test_the_message_with_most_words_in_common_is_near(void **state)
{
    static const char *const text[] = {"Self registration of the DLL D:\\other.dll went wrong"};
    const dx_rival *r = nearest(*state, "setup-log", text, 1);
    assert_non_null(r);
    assert_text(r->tell, "Self registration of the DLL C:\\cdonts.dll failed");
    assert_int_equal(r->confidence, 3 * 100 / (4 + 4 - 3));
    assert_text(r->differs, "cdonts");
}

static void test_of_several_events_the_nearest_counts(void **state)
{
    static const char *const texts[] = {"The disk is full",
                                        "SELF registration of the dll cdonts.dll Failed 17 times",
                                        "Self registration of the DLL D:\\other.dll went wrong"};
    const dx_rival *r = nearest(*state, "setup-log", texts, 3);
    assert_non_null(r);
    assert_int_equal(r->confidence, 4 * 100 / 5);
    assert_text(r->differs, "");
}

static void test_two_words_in_common_are_too_few(void **state)
{
    static const char *const text[] = {"self registration"};
    assert_null(nearest(*state, "setup-log", text, 1));
}

static void test_words_that_any_message_has_do_not_count(void **state)
{
    static const char *const text[] = {"The installation of the DLL failed with an error"};
    assert_null(nearest(*state, "setup-log", text, 1));
}

static void test_a_failure_of_which_no_rule_knows_is_not_near(void **state)
{
    static const char *const text[] = {"something else went wrong"};
    assert_null(nearest(*state, "setup-log", text, 1));
}

static void test_questions_leave_nothing_behind(void **state)
{
    static const char *const near[] = {"Self registration of the DLL D:\\other.dll went wrong"};
    static const char *const far[] = {"The disk is full"};
    const dx_rival *first = nearest(*state, "setup-log", near, 1);
    assert_null(nearest(*state, "setup-log", far, 1));
    assert_null(nearest(*state, "msi", far, 1));
    const dx_rival *other = nearest(*state, "msi", near, 1);
    const dx_rival *again = nearest(*state, "setup-log", near, 1);
    assert_non_null(first);
    assert_non_null(other);
    assert_non_null(again);
    assert_int_equal(other->confidence, first->confidence);
    assert_int_equal(again->confidence, first->confidence);
    assert_ptr_equal(again->tell.p, first->tell.p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_message_with_most_words_in_common_is_near),
        cmocka_unit_test(test_of_several_events_the_nearest_counts),
        cmocka_unit_test(test_two_words_in_common_are_too_few),
        cmocka_unit_test(test_words_that_any_message_has_do_not_count),
        cmocka_unit_test(test_a_failure_of_which_no_rule_knows_is_not_near),
        cmocka_unit_test(test_questions_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
