/* Remembers which logs could not be read, and whose they are. */
#include "cli/reading.h"
#include "cli/scan.h"
#include "core/os.h"

static dx_rc server_in_path(dx_scan *s, dx_str path, dx_str *out, dx_err *err)
{
    enum { SPANS = 16 };
    const dx_regex *from = s->framing.server_from;
    const size_t group = from ? dx_regex_group(from, "server") : 0;
    dx_regex_scratch *scratch = NULL;
    dx_span spans[SPANS];

    if (group == 0 || group >= SPANS)
        return DX_OK;
    if (!(scratch = dx_regex_scratch_new()))
        return dx_nomem(err);
    if (dx_regex_find(from, scratch, path, 0, spans, SPANS) == DX_RX_YES)
        *out = dx_span_of(path, spans[group]);
    dx_regex_scratch_free(scratch);
    return DX_OK;
}

/* Whose it is, as far as what was read, the options or the path say. */
static dx_rc server_of(dx_scan *s, const dx_reading *r, dx_str *out, dx_err *err)
{
    const dx_report_source *source = &r->source;
    dx_str path = source->path;

    *out = r->log.n_attempts ? r->log.attempts[0].server : s->framing.server;
    if (out->n)
        return DX_OK;
    *out = DX_NO_SERVER;
    if (source->member.n) /* as a framer shows it to the expression */
        path = dx_arena_printf(s->log, "%.*s!/%.*s", DX_FMT(path), DX_FMT(source->member));
    return path.p ? server_in_path(s, path, out, err) : dx_nomem(err);
}

/* What kept it from being read or judged to its end; DX_NONE: nothing did. */
static dx_rc why(dx_scan *s, const dx_reading *r, dx_str *out, dx_err *err)
{
    *out = r->source.damage ? r->source.skipped : DX_NONE;
    if (out->n || r->n_gaps == 0)
        return DX_OK;
    *out = dx_arena_printf(s->log, "%.*s gave up on %llu records (limit against runaway matching)",
                           DX_FMT(r->gaps[0].signature), (unsigned long long)r->gaps[0].count);
    return out->p ? DX_OK : dx_nomem(err);
}

/* A path that leads nowhere was a slip of the pen, or is gone; a pasted text has none, and what an
 * upload is called is no path of this machine's. */
static bool is_a_place(const dx_scan *s, const dx_reading *r)
{
    dx_file_info info;
    dx_err ignored;
    const dx_str path = r->source.path;

    return s->from_paths && !dx_str_eq(path, DX_LIT("-")) &&
           (dx_os_stat(path.p, &info, &ignored) != DX_OK || info.kind != DX_FILE_NONE);
}

dx_rc dx_scan_note_unread(dx_scan *s, const dx_reading *r, dx_err *err)
{
    dx_unread u = {.path = r->source.path, .member = r->source.member, .partly = r->is_log};

    if (why(s, r, &u.why, err) != DX_OK)
        return DX_FAIL;
    if (u.why.n == 0 || !is_a_place(s, r))
        return DX_OK;
    return server_of(s, r, &u.server, err) == DX_OK ? dx_store_put_unread(s->store, &u, err)
                                                    : DX_FAIL;
}
