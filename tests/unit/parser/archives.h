/* What the tests of archives share: two logs to pack, and one of any length. */
#ifndef DX_TESTS_PARSER_ARCHIVES_H
#define DX_TESTS_PARSER_ARCHIVES_H
#include "packs.h"

#define TEXT_A "Action start 10:00: INSTALL.\r\n"
#define TEXT_B "MSI (s) Return value 3.\r\n"

static const part two[] = {{"dir/a.log", {TEXT_A, sizeof TEXT_A - 1}},
                           {"b.log", {TEXT_B, sizeof TEXT_B - 1}}};

/* Text that does not compress to nothing. */
static inline dx_buf long_text(size_t lines)
{
    dx_buf b = {0};
    uint32_t x = 7;
    for (size_t i = 0; i < lines; i++) {
        x = x * 1664525u + 1013904223u;
        dx_buf_printf(&b, "%zu: value %08x of some setting\n", i, x);
    }
    return b;
}
#endif
