#include "cli/code_tables.h"

#include "cli/places.h"

static void drop(void *ctx, const dx_err *fault)
{
    (void)ctx;
    (void)fault;
}

dx_codes *dx_code_tables(dx_arena *into)
{
    dx_places places;
    dx_yset set = {0};
    dx_faults faults = {drop, NULL, 0};
    dx_codes *codes = NULL;
    dx_err quiet = {0};

    if (dx_places_shipped(&places, into, &quiet) != DX_OK ||
        dx_yset_add(&set, places.codes.p, true, into, &faults, &quiet) != DX_OK ||
        dx_codes_new(&codes, &set, &faults, &quiet) != DX_OK)
        return NULL;
    return codes;
}
