/* No branch of a built-in rule's regex may match without the literal that the rule names. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/near.h"
#include "patterns/rulebook.h"

static void check_signature(const dx_signature *sig, dx_arena *arena)
{
    const dx_str regex = dx_signature_pattern(sig, arena);
    const dx_near_branch *without;
    size_t n;

    assert_non_null(regex.p);
    assert_true(dx_near_without(regex, sig->contains, arena, &without, &n));
    if (n > 0)
        fail_msg("%.*s: '%.*s' matches without '%.*s'", DX_FMT(sig->id),
                 DX_FMT(dx_str_slice(regex, without[0].from, without[0].to)),
                 DX_FMT(sig->contains));
}

static void test_each_branch_of_a_built_in_rule_has_its_literal(void **state)
{
    dx_arena *arena = dx_arena_new(0);
    dx_yset set = {0};
    dx_faults faults = {0};
    dx_rulebook *book = NULL;
    dx_err err = {0};
    const dx_signature *const *all;
    size_t checked = 0;

    (void)state;
    assert_int_equal(
        dx_yset_add(&set, DX_SOURCE_DIR "/patterns/rules", false, arena, &faults, &err), DX_OK);
    assert_int_equal(dx_rulebook_new(&book, &set, &faults, &err), DX_OK);
    const size_t n = dx_rulebook_signatures(book, &all);
    for (size_t i = 0; i < n; i++)
        if (all[i]->contains.n > 0 && !all[i]->refines && !all[i]->retired) {
            check_signature(all[i], arena);
            checked++;
        }
    assert_true(checked > 100);
    dx_rulebook_free(book);
    dx_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_branch_of_a_built_in_rule_has_its_literal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
