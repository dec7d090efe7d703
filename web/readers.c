#include "web/server.h"

static dx_rc open_reader(const dx_web *web, dx_store **out, dx_err *err)
{
    const dx_web_options *o = &web->options;
    const dx_store_options options = {
        .read_only = true,
        .must_exist = true,
        .now_us = o->now_us == DX_NO_TIME ? dx_os_now_us() : o->now_us,
        .settler = o->settler,
    };
    return dx_store_open(out, o->store, &options, err);
}

dx_store *dx_readers_take(dx_web *web, size_t *which, dx_err *err)
{
    for (size_t i = 0; i < DX_WEB_READERS; i++) {
        dx_reader *r = &web->reader[i];
        if (atomic_exchange(&r->taken, true))
            continue;
        if (r->store || open_reader(web, &r->store, err) == DX_OK) {
            *which = i;
            return r->store;
        }
        atomic_store(&r->taken, false);
        return NULL;
    }
    (void)dx_fail(err, DX_E_LIMIT, DX_NOWHERE, "the store is busy; try again in a moment");
    return NULL;
}

void dx_readers_give(dx_web *web, size_t which)
{
    atomic_store(&web->reader[which].taken, false);
}

void dx_readers_close(dx_web *web)
{
    for (size_t i = 0; i < DX_WEB_READERS; i++)
        dx_store_close(web->reader[i].store);
}
