#include "report/ingest.h"

#include "core/time.h"
#include "core/utf.h"
#include "report/census.h"
#include "report/json_objects.h"
#include "report/judge.h"

dx_rc dx_ingest_text(const dx_report *r, bool stamped, const dx_out *out, dx_err *err)
{
    const size_t n = dx_census_new_attempts(r->census);
    dx_sink sink;

    dx_sink_open(&sink, out, err);
    if (stamped) {
        char now[32];
        dx_time_short(r->now_us, now);
        dx_buf_printf(&sink.buf, "%s  ", now);
    }
    dx_report_summary(r, &sink.buf);
    dx_buf_printf(&sink.buf, " %zu new %s, kept in ", n, dx_plural(n, "attempt", "attempts"));
    dx_utf_visible(&sink.buf, r->store, false);
    dx_buf_add(&sink.buf, DX_LIT(".\n"));
    return dx_sink_close(&sink);
}

static void put_unread(dx_json *j, const dx_census *c)
{
    size_t n;
    const dx_report_source *unread = dx_census_unread(c, &n);

    dx_json_list(j, "unread");
    for (size_t i = 0; i < n; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "path", unread[i].path);
        dx_json_text(j, "member", unread[i].member);
        dx_json_int(j, "lines", unread[i].lines);
        dx_json_str(j, "why", unread[i].skipped);
        dx_json_end(j);
    }
    dx_json_end(j);
}

dx_rc dx_ingest_json(const dx_report *r, const dx_out *out, dx_err *err)
{
    dx_sink sink;
    dx_json j = {.sink = &sink};

    dx_sink_open(&sink, out, err);
    dx_json_object(&j, NULL);
    dx_json_str(&j, "schema", DX_LIT("setupdx.ingest/1"));
    dx_json_head(&j, r);
    dx_json_count(&j, "new_attempts", dx_census_new_attempts(r->census));
    put_unread(&j, r->census);
    dx_json_end(&j);
    return dx_sink_close(&sink);
}
