/* Any text as a rule, format or code file: faults are told or it is loaded; a loaded one works. */
#include "fuzz.h"

#include "patterns/codes/codes.h"
#include "patterns/matcher.h"

static void check_fault(void *ctx, const dx_err *fault)
{
    char line[1000];
    (void)ctx;
    dx_err_format(fault, line, sizeof line);
    FUZZ_MUST(fault->kind == DX_E_RULE && fault->text[0] != '\0');
}

static void load_rules(const dx_yset *set, dx_faults *faults)
{
    dx_rulebook *book = NULL;
    dx_matcher *matcher = NULL;
    dx_err err = {0};

    if (dx_rulebook_new(&book, set, faults, &err) == DX_OK)
        FUZZ_MUST(dx_matcher_new(&matcher, book, &err) == DX_OK);
    else
        FUZZ_MUST(faults->n > 0 && book == NULL);
    dx_matcher_free(matcher);
    dx_rulebook_free(book);
}

static void load_others(const dx_yset *set, dx_faults *faults)
{
    dx_formats *formats = NULL;
    dx_codes *codes = NULL;
    dx_err err = {0};

    if (dx_formats_new(&formats, set, faults, &err) != DX_OK)
        FUZZ_MUST(formats == NULL);
    if (dx_codes_new(&codes, set, faults, &err) != DX_OK)
        FUZZ_MUST(codes == NULL);
    dx_formats_free(formats);
    dx_codes_free(codes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dx_arena *arena = dx_arena_new(0);
    dx_faults faults = {.on_fault = check_fault};

    FUZZ_MUST(arena != NULL);
    const dx_ynode *root =
        dx_ytree_parse(arena, "fuzz.yaml", (dx_str){(const char *)data, size}, &faults);
    FUZZ_MUST(root || faults.n > 0);
    if (root) {
        const dx_yfile file = {
            .path = DX_LIT("fuzz.yaml"), .name = DX_LIT("fuzz.yaml"), .root = root};
        const dx_yset set = {.file = &file, .n = 1};
        load_rules(&set, &faults);
        load_others(&set, &faults);
    }
    dx_arena_free(arena);
    return 0;
}
