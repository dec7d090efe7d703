/* Included once by each test of regexes: compiling one, and searching with the scratch of the test.
 */
#ifndef DX_TESTS_REGEX_H
#define DX_TESTS_REGEX_H
#include "core/regex.h"

static dx_regex_scratch *scratch;

static int set_up(void **state)
{
    (void)state;
    scratch = dx_regex_scratch_new();
    return scratch ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    dx_regex_scratch_free(scratch);
    return 0;
}

static dx_regex *compiled(dx_str pattern, unsigned flags)
{
    dx_regex *rx = NULL;
    dx_err err = {0};
    if (dx_regex_new(&rx, pattern, flags, NULL, &err) != DX_OK)
        fail_msg("%s", err.text);
    return rx;
}

static dx_rx find(const char *pattern, unsigned flags, dx_str subject, dx_span *hit)
{
    dx_regex *rx = compiled(dx_str_of(pattern), flags);
    const dx_rx found = dx_regex_find(rx, scratch, subject, 0, hit, hit ? 1 : 0);
    dx_regex_free(rx);
    return found;
}
#endif
