/* Any text tells the same record by record and in the skipping way. */
#include "fuzz.h"

#include "tests/contract/ways.h"

static ways_know open_know(void)
{
    const dx_yset *set = fuzz_set("tests/contract/small");
    static dx_formats *formats; /* kept in sight, so that they are no leaks */
    static dx_rulebook *book;
    static dx_matcher *matcher;
    dx_faults faults = {0};
    dx_err err = {0};

    FUZZ_MUST(dx_formats_new(&formats, set, &faults, &err) == DX_OK);
    FUZZ_MUST(dx_rulebook_new(&book, set, &faults, &err) == DX_OK);
    FUZZ_MUST(dx_matcher_new(&matcher, book, &err) == DX_OK);
    return (ways_know){formats, book, matcher};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ways_know know;
    dx_str bytes = {(const char *)data, size};
    ways_count count = {0};

    if (!know.formats)
        know = open_know();
    const int choice = fuzz_choice(&bytes);
    FUZZ_MUST(ways_agree(&know, "fuzz", bytes, NULL, 30 + (uint64_t)(choice + 1) % 200, &count));
    return 0;
}
