/* Which words of a text are taken for misprints of known ones, and which never. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "cli/spelling.h"
#include "core/buf.h"

typedef struct bench {
    dx_arena *arena;
    dx_yset set;
    dx_rulebook *book;
} bench;

static void fail_at(void *ctx, const dx_err *fault)
{
    (void)ctx;
    fail_msg("%s", fault->text);
}

static int set_up(void **state)
{
    static const char folder[] = DX_SOURCE_DIR "/tests/unit/cli/fixtures/spelling";
    bench *b = calloc(1, sizeof *b);
    dx_faults faults = {.on_fault = fail_at};
    dx_err err = {0};

    if (!b || !(b->arena = dx_arena_new(0)))
        return -1;
    assert_int_equal(dx_yset_add(&b->set, folder, false, b->arena, &faults, &err), DX_OK);
    assert_int_equal(dx_rulebook_new(&b->book, &b->set, &faults, &err), DX_OK);
    *state = b;
    return 0;
}

static int tear_down(void **state)
{
    bench *b = *state;

    dx_rulebook_free(b->book);
    dx_arena_free(b->arena);
    free(b);
    return 0;
}

static dx_spelling spell(void **state, const char *text)
{
    bench *b = *state;
    dx_spelling out;
    dx_err err = {0};

    assert_int_equal(dx_spell(b->book, dx_str_of(text), b->arena, &out, &err), DX_OK);
    return out;
}

static void assert_spelt(void **state, const char *text, const char *wanted)
{
    const dx_spelling s = spell(state, text);

    assert_true(s.text.n > 0);
    assert_string_equal(s.text.p, wanted);
}

static void test_letters_that_look_alike_are_exchanged(void **state)
{
    assert_spelt(state, "lnstaller check", "installer check");
    assert_spelt(state, "Cornmon installer", "common installer");
    assert_spelt(state, "the fai1ed check", "the failed check");
}

static void test_one_slip_of_the_hand_is_mended(void **state)
{
    assert_spelt(state, "signiture", "signature");
    assert_spelt(state, "instaler", "installer");
    assert_spelt(state, "integritty", "integrity");
    assert_spelt(state, "isntaller", "installer");
}

static void test_words_without_blanks_are_taken_apart(void **state)
{
    const dx_spelling s = spell(state, "causes includeincomplete download");

    assert_string_equal(s.text.p, "causes include incomplete download");
    assert_int_equal(s.n, 1);
    assert_true(dx_str_eq(s.changes[0].was, DX_LIT("includeincomplete")));
    assert_true(dx_str_eq(s.changes[0].now, DX_LIT("include incomplete")));
    assert_spelt(state, "INSTALLERINTEGRITYCHECKHASFAILED.COMMONCAUSESINCLUDE",
                 "installer integrity check has failed. common causes include");
    assert_spelt(state, "INSTALLER1722.THEINTEGRITYOFASIGNATUREHASFAILED.",
                 "installer 1722. the integrity of a signature has failed.");
}

/* Each of these letters may be two others: all that a few such words may mean would take hours. */
static void test_words_of_letters_that_look_alike_take_no_time(void **state)
{
    dx_buf text = {0};

    while (text.n < 16000)
        dx_buf_add(&text, DX_LIT("lil1l1l1l1l1l1l1l1l1lili "));
    const clock_t began = clock();
    assert_int_equal(spell(state, text.p).n, 0);
    assert_true(clock() - began < 4 * CLOCKS_PER_SEC);
    dx_buf_done(&text);
}

static void test_what_is_known_or_no_word_stays(void **state)
{
    assert_int_equal(spell(state, "The installer has failed").n, 0);
    assert_int_equal(spell(state, "C:\\instaler\\signiture.exe /signiture $instaler").n, 0);
    assert_int_equal(spell(state, "MSVCP140 0x80070643 1603").n, 0);
    assert_int_equal(spell(state, "Excel is a quite other thing").n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_letters_that_look_alike_are_exchanged),
        cmocka_unit_test(test_one_slip_of_the_hand_is_mended),
        cmocka_unit_test(test_words_without_blanks_are_taken_apart),
        cmocka_unit_test(test_words_of_letters_that_look_alike_take_no_time),
        cmocka_unit_test(test_what_is_known_or_no_word_stays),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
