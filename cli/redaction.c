#include "cli/redaction.h"

#include "cli/scan.h"
#include "cli/tell.h"

static void tell_skip(void *ctx, const dx_skip *skip)
{
    dx_redaction *r = ctx;

    if (!skip->damage)
        return;
    r->damaged++;
    dx_cli_say("'%.*s%s%.*s' was not read: %s", DX_FMT(skip->path), skip->member.n ? "!/" : "",
               DX_FMT(skip->member), skip->why.text);
}

dx_rc dx_redaction_each(dx_redaction *r, dx_redaction_log_fn *log, dx_err *err)
{
    const dx_limits limits = dx_scan_limits(r->settings);
    const dx_walk_options options = {.limits = &limits, .on_skip = tell_skip, .ctx = r};
    dx_walk *walk = NULL;
    dx_source *src;

    r->damaged = 0;
    dx_rc rc = dx_walk_open(&walk, r->paths, r->n_paths, &options, err);
    while (rc == DX_OK && (rc = dx_walk_next(walk, &src, err)) == DX_OK)
        rc = log(r, src, err);
    dx_walk_close(walk);
    return rc == DX_FAIL ? DX_FAIL : DX_OK;
}

void dx_redaction_done(dx_redaction *r)
{
    dx_values_free(r->values);
    dx_kinds_free(r->kinds);
}
