/* Any text as a code, with what stood beside it and a product: readings come best first. */
#include "fuzz.h"

#include "core/utf.h"
#include "patterns/codes/codes.h"

static const dx_codes *load(void)
{
    dx_codes *codes = NULL;
    dx_err err = {0};
    dx_faults faults = {0};

    FUZZ_MUST(dx_codes_new(&codes, fuzz_set("patterns/codes/tables"), &faults, &err) == DX_OK);
    return codes;
}

static void check(const dx_code_answer *a)
{
    for (size_t i = 0; i < a->n; i++) {
        const dx_code_reading *r = &a->readings[i];
        FUZZ_MUST(r->number.n > 0 && (!r->known || r->space.n > 0));
        FUZZ_MUST(i == 0 || r->rejected >= a->readings[i - 1].rejected);
        FUZZ_MUST(i == 0 || r->rejected != a->readings[i - 1].rejected ||
                  r->rank <= a->readings[i - 1].rank);
        FUZZ_MUST(dx_utf_valid(r->why) && dx_utf_valid(r->note) && dx_utf_valid(r->meaning));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const dx_codes *codes;
    dx_str text = {(const char *)data, size}, product = DX_NONE;
    dx_code_question q = {0};
    dx_code_answer answer = {0};
    dx_err err = {0};
    dx_arena *into = dx_arena_new(0);

    if (!codes)
        codes = load();
    q.hex = fuzz_choice(&text) > 0;
    if (!dx_utf_valid(text)) {
        dx_arena_free(into);
        return 0;
    }
    /* CODE | what stood beside it | product */
    (void)(dx_str_next(&text, '|', &q.text) && dx_str_next(&text, '|', &q.near) &&
           dx_str_next(&text, '|', &product));
    q.product = product;
    FUZZ_MUST(dx_codes_read(codes, &q, into, &answer, &err) == DX_OK);
    check(&answer);
    dx_arena_free(into);
    return 0;
}
