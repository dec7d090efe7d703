#include "cli/serve.h"

#include "cli/code_command.h"
#include "cli/code_failures.h"
#include "cli/pasted.h"
#include "cli/reader.h"
#include "cli/recall.h"
#include "cli/scan.h"
#include "cli/textrun.h"
#include "cli/version.h"
#include "core/os.h"

/* An uploaded archive may hold less than one that somebody points a scan at. */
enum { MEMBERS_MOST = 20000 };
static const uint64_t UNPACKED_MOST = (uint64_t)1 << 30;

static int64_t now_of(const dx_serve *s)
{
    return s->now_us == DX_NO_TIME ? dx_os_now_us() : s->now_us;
}

/* ---- a pasted text ---- */

static dx_rc run_text(const dx_serve *s, dx_matcher *matcher, dx_str text, dx_arena *into,
                      dx_tried *out, dx_err *err)
{
    dx_textrun run = {.know = &s->know, .matcher = matcher, .into = into, .text = text};
    dx_near_miss *nearly;
    size_t n;

    if (dx_textrun_do(&run, err) != DX_OK)
        return DX_FAIL;
    const dx_events events = {run.events.events, run.events.n};
    if (dx_nearly(s->know.book, run.folded, run.n_folded, events, into, &nearly, &n, err) != DX_OK)
        return DX_FAIL;
    *out = (dx_tried){.events = events, .nearly = nearly, .n_nearly = n};
    return DX_OK;
}

static dx_rc try_text(void *ctx, dx_str text, dx_arena *into, dx_tried *out, dx_err *err)
{
    const dx_serve *s = ctx;
    dx_matcher *matcher = NULL;

    if (dx_matcher_new(&matcher, s->know.book, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = run_text(s, matcher, text, into, out, err);
    dx_matcher_free(matcher);
    return rc;
}

/* ---- an upload ---- */

typedef struct taker {
    dx_scan *scan;
    dx_rc rc;
    dx_err *err;
} taker;

static bool take(void *ctx, dx_reading *reading)
{
    taker *t = ctx;

    if (t->rc != DX_OK)
        return false;
    t->rc = dx_scan_take(t->scan, reading, t->err);
    return true; /* taken, even when that failed */
}

static dx_rc read_upload(dx_scan *scan, const dx_upload *upload, dx_err *err)
{
    const dx_reader_options options = {.formats = scan->know->formats,
                                       .book = scan->know->book,
                                       .framing = &scan->framing,
                                       .limits = {.members = MEMBERS_MOST, .bytes = UNPACKED_MOST},
                                       .progress = &scan->progress,
                                       .read_as = scan->begun_as};
    const dx_str name = dx_arena_copy(scan->run, upload->name.n ? upload->name : DX_LIT("upload"));
    const dx_found file = {.path = name.p, .asked = true, .memory = upload->bytes};
    taker t = {.scan = scan, .err = err};
    dx_reader *reader = NULL;

    if (!name.p)
        return dx_nomem(err);
    if (dx_reader_new(&reader, &options, err) != DX_OK)
        return DX_FAIL;
    dx_reader_run(reader, &file, take, &t);
    dx_reader_free(reader);
    return t.rc;
}

static dx_rc scan_upload(dx_scan *scan, const dx_upload *upload, dx_report_fn *show, void *show_ctx,
                         dx_err *err)
{
    dx_pasted pasted = {.bytes = upload->bytes, .all = upload->pasted, .alone = true};
    dx_upload best = *upload;
    dx_report report;

    if (dx_scan_begin(scan, err) != DX_OK)
        return DX_FAIL;
    const dx_explain ask = {.know = scan->know, .into = scan->whole, .now_us = scan->now_us};
    if (dx_pasted_read(&ask, &pasted, err) != DX_OK)
        return DX_FAIL;
    if (pasted.instead.n > 0) {
        best.bytes = pasted.instead;
        scan->begun_as = pasted.told.explanation->what;
    }
    if (read_upload(scan, &best, err) != DX_OK || dx_scan_report(scan, &report, err) != DX_OK ||
        dx_scan_end(scan, err) != DX_OK ||
        dx_pasted_tell(&pasted, scan->whole, &report, err) != DX_OK)
        return DX_FAIL;
    return show(show_ctx, &report, err);
}

static dx_rc scan(void *ctx, const dx_upload *upload, dx_report_fn *show, void *show_ctx,
                  dx_err *err)
{
    const dx_serve *s = ctx;
    const dx_settings settings = {.progress = "never", .quiet = true};
    const char *where = upload->keep ? s->store : ":memory:";
    dx_scan run = {.settings = &settings,
                   .know = &s->know,
                   .store_name = dx_str_of(where),
                   .now_us = now_of(s),
                   .framing = {.server = upload->server}};
    const dx_store_options options = {.now_us = run.now_us};
    dx_rc rc = dx_store_open(&run.store, where, &options, err);

    if (rc == DX_OK)
        rc = scan_upload(&run, upload, show, show_ctx, err);
    dx_scan_done(&run);
    dx_store_close(run.store);
    return rc;
}

/* ---- a stored attempt ---- */

static dx_rc attempt(void *ctx, dx_store *store, int64_t id, dx_report_fn *show, void *show_ctx,
                     dx_err *err)
{
    const dx_serve *s = ctx;
    dx_arena *arena = dx_arena_new(0);
    char digest[33];
    dx_report report = {.program_version = dx_str_of(dx_version()),
                        .ruleset_version = dx_rulebook_version(s->know.book),
                        .ruleset_us = s->know.set.newest_us,
                        .now_us = now_of(s),
                        .store = dx_str_of(s->store)};

    if (!arena)
        return dx_nomem(err);
    dx_hash_hex(dx_rulebook_digest(s->know.book), digest);
    report.ruleset_digest = dx_str_of(digest);
    dx_rc rc = dx_recall_attempt(store, &s->know, id, arena, &report, err);
    if (rc == DX_OK)
        rc = show(show_ctx, &report, err);
    dx_arena_free(arena);
    return rc;
}

/* ---- a stored finding ---- */

static dx_rc finding(void *ctx, dx_store *store, dx_str key, dx_report_fn *show, void *show_ctx,
                     dx_err *err)
{
    const dx_serve *s = ctx;
    const dx_explain ask = {
        .know = &s->know, .into = dx_arena_new(0), .now_us = now_of(s), .db = s->store};
    dx_report report;

    if (!ask.into)
        return dx_nomem(err);
    dx_rc rc = dx_explain_finding(&ask, store, dx_str_of(s->store), key, &report, err);
    if (rc == DX_OK)
        rc = show(show_ctx, &report, err);
    dx_arena_free(ask.into);
    return rc;
}

/* ---- codes ---- */

static size_t failures(void *ctx, uint32_t code, const dx_rule **out, size_t cap)
{
    const dx_serve *s = ctx;
    return dx_code_failures(s->know.book, code, out, cap);
}

typedef struct asked {
    const dx_serve *serve;
    dx_arena *into;
} asked;

static size_t failures_of(void *ctx, uint32_t code, dx_str *out, size_t cap)
{
    const asked *a = ctx;
    return dx_code_failure_titles(a->serve->know.book, code, a->into, out, cap);
}

static dx_rc code_json(void *ctx, const dx_code_question *q, const dx_out *out, dx_err *err)
{
    const dx_serve *s = ctx;
    asked a = {s, dx_arena_new(0)};
    const dx_code_request request = {.inputs = &q->text,
                                     .n_inputs = 1,
                                     .near = q->near,
                                     .product = q->product,
                                     .hex = q->hex,
                                     .json = true,
                                     .failures = failures_of,
                                     .failures_ctx = &a};
    bool known;

    if (!a.into)
        return dx_nomem(err);
    const dx_rc rc = dx_code_command(s->codes, &request, out, &known, err);
    dx_arena_free(a.into);
    return rc;
}

dx_web_service dx_serve_service(dx_serve *serve)
{
    return (dx_web_service){.ctx = serve,
                            .try_text = try_text,
                            .scan = scan,
                            .attempt = attempt,
                            .finding = finding,
                            .failures = failures,
                            .code_json = code_json};
}
