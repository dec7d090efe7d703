#include "db/backend.h"

dx_rc dx_store_check(dx_store *s, dx_line_fn *tell, void *ctx, size_t *faults, dx_err *err)
{
    if (dx_backend_may(s, s->backend->check, false, "be checked", err) != DX_OK)
        return DX_FAIL;
    return s->backend->check(s, tell, ctx, faults, err);
}
