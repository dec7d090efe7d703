#include "cli/open.h"

#include "cli/agree.h"
#include "cli/places.h"
#include "cli/tell.h"
#include "core/os.h"
#include "core/time.h"

dx_rc dx_open_clock(const dx_settings *settings, int64_t *now_us, dx_err *err)
{
    const char *told = settings->now ? settings->now : dx_os_env("SETUPDX_NOW");

    if (!told) {
        *now_us = dx_os_now_us();
        return DX_OK;
    }
    if (!dx_time_from_iso(dx_str_of(told), now_us))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%s' is no time: write 2026-11-22 or 2026-11-22T10:00:00Z", told);
    return DX_OK;
}

dx_rc dx_open_store(const dx_invocation *in, int64_t now_us, bool must_exist, dx_store **out,
                    dx_str *name, dx_err *err)
{
    bool chosen;
    const dx_str where = dx_places_store(&in->settings, in->arena, &chosen);
    const dx_store_options options = {
        .now_us = now_us, .must_exist = must_exist, .make_folder = !chosen};

    if (where.p && dx_store_open(out, where.p, &options, err) == DX_OK) {
        *name = where;
        return DX_OK;
    }
    if (chosen)
        return DX_FAIL;
    if (must_exist)
        return where.p ? DX_FAIL
                       : dx_fail(err, DX_E_STORE, DX_NOWHERE,
                                 "no store: there is no home folder; name one with --db");
    if (!in->settings.quiet)
        dx_cli_say("nothing will be remembered: %s",
                   where.p ? err->text
                           : "there is no home folder for the store; name one with --db");
    *name = DX_LIT(":memory:");
    return dx_store_open(out, ":memory:", &options, err);
}

dx_rc dx_open_known(const dx_invocation *in, int64_t now_us, bool to_write, dx_store **out,
                    dx_str *name, dx_err *err)
{
    const dx_store_options options = {.now_us = now_us,
                                      .must_exist = true,
                                      .read_only = !to_write,
                                      .settler = dx_agree_settler(&in->settings, NULL)};
    bool chosen;
    const dx_str where = dx_places_store(&in->settings, in->arena, &chosen);

    if (!where.p || dx_str_eq(where, DX_LIT(":memory:")))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which store? Name one with --db; 'setupdx ingest --db FILE PATH' makes it");
    if (dx_store_open(out, where.p, &options, err) != DX_OK)
        return DX_FAIL;
    *name = where;
    return DX_OK;
}
