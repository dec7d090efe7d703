#include "core/attempt.h"

dx_str dx_attempt_fact(const dx_attempt *a, const char *name)
{
    const dx_str wanted = dx_str_of(name);
    for (size_t i = 0; i < a->n_facts; i++) {
        if (dx_str_eq(a->facts[i].name, wanted))
            return a->facts[i].value;
    }
    return DX_NONE;
}
