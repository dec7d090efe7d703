#define _POSIX_C_SOURCE 200809L
#include "core/os.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

static dx_rc missing(const char *name, dx_err *err)
{
    const char *why = dlerror();
    return dx_fail(err, DX_E_IO, DX_NOWHERE, "cannot load the library '%s': %s", name,
                   why ? why : "it lacks a function");
}

dx_rc dx_os_library(const char *name, const char *const *functions, size_t n, void *calls,
                    dx_err *err)
{
    /* Never closed: libraries below it may have left something to be done at the end. */
    void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);

    if (library == NULL)
        return missing(name, err);
    for (size_t i = 0; i < n; i++) {
        void *address = dlsym(library, functions[i]);
        if (address == NULL)
            return missing(name, err);
        memcpy((char *)calls + i * sizeof address, &address, sizeof address);
    }
    return DX_OK;
}
