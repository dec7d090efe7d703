/* What was read, for programs. */
#include "db/trends.h"
#include "web/api.h"
#include "web/filter.h"
#include "web/screens.h"

enum { TOP = 50, TOP_MOST = 1000 };

static void put_shares(dx_json *j, const char *name, const dx_read_share *shares, size_t n)
{
    dx_json_list(j, name);
    for (size_t i = 0; i < n; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "name", shares[i].name);
        dx_json_int(j, "logs", shares[i].logs);
        dx_json_int(j, "lines", shares[i].lines);
        dx_json_int(j, "bytes", shares[i].bytes);
        dx_json_int(j, "bad_bytes", shares[i].bad_bytes);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_log(dx_json *j, const dx_log_row *r)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "path", r->path);
    dx_json_text(j, "member", r->member);
    dx_json_str(j, "format", r->format);
    dx_json_str(j, "encoding", r->encoding);
    dx_json_int(j, "lines", r->lines);
    dx_json_int(j, "bytes", r->bytes);
    dx_json_int(j, "bad_bytes", r->bad_bytes);
    dx_json_int(j, "attempts", r->attempts);
    dx_json_time(j, "last_read", r->last_us);
    dx_json_end(j);
}

static void put_coverage(dx_json *j, const dx_coverage *c)
{
    dx_json_int(j, "scans", c->scans);
    dx_json_int(j, "scans_with_gaps", c->scans - c->gapless);
    dx_json_object(j, "count");
    for (size_t i = 0; i < DX_DOUBTS; i++)
        dx_json_int(j, dx_log_doubt_names[i], c->logs[i]);
    dx_json_end(j);
    put_shares(j, "formats", c->formats, c->n_formats);
    put_shares(j, "encodings", c->encodings, c->n_encodings);
    dx_json_list(j, "logs");
    for (size_t i = 0; i < c->n; i++)
        put_log(j, &c->rows[i]);
    dx_json_end(j);
}

dx_rc dx_api_coverage(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_str word = dx_request_query(q, "logs");
    const int doubt = word.n ? dx_filter_word(word, dx_log_doubt_names) : DX_DOUBT_NONE;
    const dx_coverage_query ask = {.doubt = (dx_log_doubt)doubt,
                                   .top = (size_t)dx_request_number(q, "top", TOP, 1, TOP_MOST),
                                   .skip = (size_t)dx_request_number(q, "skip", 0, 0, 100000000)};
    dx_coverage coverage;
    dx_api api;

    if (!dx_api_has_store(q, a))
        return DX_OK;
    if (doubt < 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "logs= knows all, bad-bytes, no-attempt, cut-off, gaps");
    if (dx_store_coverage(q->store, &ask, q->arena, &coverage, err) != DX_OK)
        return DX_FAIL;
    dx_api_open(&api, q, a, "coverage");
    put_coverage(&api.json, &coverage);
    return dx_api_close(&api, err);
}
