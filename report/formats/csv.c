/* One fact per row, for spreadsheets: RFC 4180 with bare line feeds; no cell becomes a formula. */
#include <inttypes.h>

#include "core/time.h"
#include "core/utf.h"
#include "report/csv_write.h"
#include "report/rows.h"
#include "report/sink.h"

static void put_kind(dx_buf *out, const char *name)
{
    for (; *name; name++)
        dx_buf_char(out, *name == '_' ? '-' : (char)(*name | 0x20));
}

static void put_count(dx_buf *out, uint64_t n)
{
    dx_buf_char(out, ',');
    if (n > 0)
        dx_buf_printf(out, "%" PRIu64, n);
}

static void put_cell(dx_buf *out, dx_str text)
{
    dx_buf_char(out, ',');
    dx_csv_cell(out, text);
}

static bool put_row(void *ctx, const dx_row *r)
{
    dx_sink *sink = ctx;
    dx_buf *out = &sink->buf;
    char time[32] = "";

    if (r->time_us != DX_NO_TIME)
        dx_time_iso(r->time_us, time);
    put_kind(out, dx_row_kinds[r->kind].name);
    put_cell(out, r->server);
    put_count(out, r->attempt);
    put_cell(out, r->key);
    put_count(out, r->n);
    put_cell(out, r->id);
    put_cell(out, r->title);
    put_cell(out, r->value);
    dx_buf_char(out, ',');
    if (dx_row_kinds[r->kind].quantity)
        dx_buf_printf(out, "%" PRId64, r->number);
    put_cell(out, r->file);
    put_cell(out, r->member);
    put_count(out, r->line);
    put_cell(out, dx_str_of(time));
    put_cell(out, r->text);
    dx_buf_char(out, '\n');
    return dx_sink_poll(sink);
}

static dx_rc write_csv(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_sink sink;

    (void)style;
    dx_sink_open(&sink, out, err);
    dx_buf_add(&sink.buf, DX_LIT("kind,server,attempt,key,n,id,title,value,number,file,member,"
                                 "line,time,text\n"));
    if (!dx_report_rows(r, put_row, &sink))
        sink.buf.failed = true;
    return dx_sink_close(&sink);
}

const dx_report_format dx_report_format_csv = {
    .name = "csv",
    .mime = "text/csv",
    .help = "one fact per row, for spreadsheets",
    .write = write_csv,
};
