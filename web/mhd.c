#include "web/mhd.h"

#ifdef DX_MHD_LIBRARY
#include "core/os.h"

dx_rc dx_mhd_load(dx_mhd *out, dx_err *err)
{
#define NAME(name) "MHD_" #name,
    static const char *const names[] = {DX_MHD_CALLS(NAME)};
#undef NAME

    _Static_assert(sizeof *out == sizeof names, "a call for each name");
    if (dx_os_library(DX_MHD_LIBRARY, names, sizeof names / sizeof *names, out, err) == DX_OK)
        return DX_OK;
    return dx_context(err, "the page needs libmicrohttpd");
}
#else
/* Linked as any other, where there is no shared one. */
dx_rc dx_mhd_load(dx_mhd *out, dx_err *err)
{
    (void)err;
#define CALL(name) .name = MHD_##name,
    *out = (dx_mhd){DX_MHD_CALLS(CALL)};
#undef CALL
    return DX_OK;
}
#endif
