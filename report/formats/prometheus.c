/* For Prometheus' text file collector: every fact is a sample, its texts are labels. */
#include <inttypes.h>

#include "core/time.h"
#include "core/utf.h"
#include "report/rows.h"
#include "report/sink.h"

enum { LABEL_MOST = 512 };

typedef struct exposition {
    dx_sink sink;
    dx_row_kind kind; /* samples of one metric stand together */
    bool headed;
} exposition;

static void put_head(exposition *x)
{
    const dx_row_kind_info *k = &dx_row_kinds[x->kind];
    const char *suffix = k->quantity ? "" : "_info";

    dx_buf_printf(&x->sink.buf, "# HELP setupdx_%s%s %s\n# TYPE setupdx_%s%s gauge\n", k->metric,
                  suffix, k->help, k->metric, suffix);
    x->headed = true;
}

static void put_label(dx_buf *out, const char *name, dx_str value, bool *any)
{
    dx_buf visible = {0};

    if (value.n == 0)
        return;
    const dx_str kept = dx_utf_prefix(value, LABEL_MOST);
    dx_utf_visible(&visible, kept, true);
    dx_buf_printf(out, "%s%s=\"", *any ? "," : "{", name);
    for (size_t i = 0; i < visible.n; i++) {
        const char c = visible.p[i];
        if (c == '\\' || c == '"' || c == '\n')
            dx_buf_char(out, '\\');
        dx_buf_char(out, c == '\n' ? 'n' : c);
    }
    dx_buf_add(out, kept.n < value.n ? DX_LIT("\xE2\x80\xA6\"") : DX_LIT("\""));
    out->failed |= visible.failed;
    dx_buf_done(&visible);
    *any = true;
}

static void put_count(dx_buf *out, const char *name, uint64_t n, bool *any)
{
    if (n == 0)
        return;
    dx_buf_printf(out, "%s%s=\"%" PRIu64 "\"", *any ? "," : "{", name, n);
    *any = true;
}

static void put_labels(dx_buf *out, const dx_row *r)
{
    char time[32] = "";
    bool any = false;

    if (r->time_us != DX_NO_TIME)
        dx_time_iso(r->time_us, time);
    put_label(out, "server", r->server, &any);
    put_count(out, "attempt", r->attempt, &any);
    put_label(out, "key", r->key, &any);
    put_count(out, "n", r->n, &any);
    put_label(out, "id", r->id, &any);
    put_label(out, "title", r->title, &any);
    put_label(out, "value", r->value, &any);
    put_label(out, "file", r->file, &any);
    put_label(out, "member", r->member, &any);
    put_count(out, "line", r->line, &any);
    put_label(out, "time", dx_str_of(time), &any);
    put_label(out, "text", r->text, &any);
    if (any)
        dx_buf_char(out, '}');
}

static bool put_sample(void *ctx, const dx_row *r)
{
    exposition *x = ctx;
    const dx_row_kind_info *k = &dx_row_kinds[r->kind];

    if (r->kind != x->kind)
        return true;
    if (!x->headed)
        put_head(x);
    dx_buf_printf(&x->sink.buf, "setupdx_%s%s", k->metric, k->quantity ? "" : "_info");
    put_labels(&x->sink.buf, r);
    dx_buf_printf(&x->sink.buf, " %" PRId64 "\n", k->quantity ? r->number : 1);
    return dx_sink_poll(&x->sink);
}

static dx_rc write_prometheus(const dx_report *r, const dx_style *style, const dx_out *out,
                              dx_err *err)
{
    exposition x = {0};

    (void)style;
    dx_sink_open(&x.sink, out, err);
    for (unsigned kind = 0; kind < DX_ROW_KIND_COUNT && dx_sink_poll(&x.sink); kind++) {
        x.kind = (dx_row_kind)kind;
        x.headed = false;
        if (!dx_report_rows(r, put_sample, &x))
            x.sink.buf.failed = true;
    }
    return dx_sink_close(&x.sink);
}

const dx_report_format dx_report_format_prometheus = {
    .name = "prometheus",
    .mime = "text/plain; version=0.0.4",
    .help = "metrics for the text file collector",
    .write = write_prometheus,
};
