/* The backend: what is written goes to the spool and is sent on; what is asked of one machine is
 * answered by the spool, what is asked of all of them by the server. */
#include "db/backends/clickhouse.h"
#include <stdlib.h>
#include "core/os.h"
#include "db/backends/sqlite_notes.h"

static dx_store *spool(dx_store *base)
{
    return ((ch_store *)base)->spool;
}

/* ---- opening ---- */

/* Beside the store that is used when nobody names one. */
static dx_rc spool_path(const char *url, dx_buf *out, dx_err *err)
{
    const char *given = dx_os_env("SETUPDX_SPOOL");
    const char *state = dx_os_env("XDG_STATE_HOME"), *home = dx_os_env("HOME");

    if (given)
        dx_buf_add(out, dx_str_of(given));
    else if (state || home)
        dx_buf_printf(out, "%s%s/setupdx/spool-%016llx.db", state ? state : home,
                      state ? "" : "/.local/state",
                      (unsigned long long)dx_hash64(dx_str_of(url), 0));
    else
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "no place for what waits to be sent: set SETUPDX_SPOOL to a file");
    return out->failed ? dx_nomem(err) : DX_OK;
}

/* Who only asks, and never read logs here, has nothing that waits and needs no file. */
static bool needs_none(const dx_store_options *options, const char *path)
{
    dx_file_info info = {0};
    dx_err ignored = {0};

    return options && options->read_only &&
           (path == NULL ||
            (dx_os_stat(path, &info, &ignored) == DX_OK && info.kind == DX_FILE_NONE));
}

static dx_rc open_spool(ch_store *s, const char *url, const dx_store_options *options, dx_err *err)
{
    dx_store_options own = options ? *options : (dx_store_options){0};
    dx_buf path = {0};

    own.must_exist = own.read_only = false;
    own.make_folder = true;
    dx_rc rc = spool_path(url, &path, err);
    if (needs_none(options, rc == DX_OK ? path.p : NULL))
        rc = dx_backend_sqlite.open(&s->spool, ":memory:", &own, err);
    else if (rc == DX_OK)
        rc = dx_backend_sqlite.open(&s->spool, path.p, &own, err);
    dx_buf_done(&path);
    return rc;
}

static bool ch_knows(const char *where)
{
    return dx_clickhouse_is_url(where);
}

static void ch_close(dx_store *base)
{
    ch_store *s = (ch_store *)base;

    ch_near_close(s);
    ch_settled_done(&s->settled);
    if (s->spool)
        dx_store_close(s->spool);
    dx_clickhouse_close(s->http);
    free(s);
}

static dx_rc ch_open(dx_store **out, const char *where, const dx_store_options *options,
                     dx_err *err)
{
    ch_store *s = calloc(1, sizeof *s);

    if (s == NULL)
        return dx_nomem(err);
    s->base =
        (dx_store){.backend = &dx_backend_clickhouse, .read_only = options && options->read_only};
    s->now_us = options && options->now_us ? options->now_us : dx_os_now_us();
    if (s->base.read_only)
        s->settler = options->settler;
    if (dx_clickhouse_open(&s->http, where, err) != DX_OK ||
        open_spool(s, where, options, err) != DX_OK) {
        ch_close(&s->base);
        return DX_FAIL;
    }
    *out = &s->base;
    return DX_OK;
}

/* ---- writing: into the spool ---- */

static dx_rc ch_begin_scan(dx_store *s, const dx_scan_info *info, int64_t *scan, dx_err *err)
{
    ch_store *self = (ch_store *)s;
    dx_err away = {0};

    /* What others decided counts, too; logs are read also when the server is away. */
    if (ch_pull_notes(self->http, (sq_store *)self->spool, &away) != DX_OK &&
        away.kind == DX_E_NOMEM)
        return dx_nomem(err);
    self->scanning = true;
    if (dx_store_begin_scan(self->spool, info, scan, err) != DX_OK)
        return DX_FAIL;
    self->scan = *scan;
    return DX_OK;
}

static dx_rc ch_end_scan(dx_store *s, int64_t scan, bool complete, dx_err *err)
{
    return dx_store_end_scan(spool(s), scan, complete, err);
}

static dx_rc ch_put_log(dx_store *s, int64_t scan, const dx_log *log, dx_stored *out, dx_err *err)
{
    return dx_store_put_log(spool(s), scan, log, out, err);
}

static dx_rc ch_put_unread(dx_store *s, const dx_unread *u, dx_err *err)
{
    return dx_store_put_unread(spool(s), u, err);
}

static dx_rc ch_was_read(dx_store *s, dx_str path, dx_err *err)
{
    return dx_store_was_read(spool(s), path, err);
}

static dx_rc ch_put_events(dx_store *s, const dx_case *of, const dx_event *events, size_t n,
                           dx_err *err)
{
    return dx_store_put_events(spool(s), of, events, n, err);
}

static dx_rc ch_put_verdict(dx_store *s, int64_t scan, int64_t attempt, dx_str digest,
                            const dx_verdict *verdict, dx_err *err)
{
    return dx_store_put_verdict(spool(s), scan, attempt, digest, verdict, err);
}

static dx_rc ch_set_state(dx_store *s, int64_t attempt, const dx_finding *now, dx_err *err)
{
    return dx_store_set_state(spool(s), attempt, now, err);
}

static dx_rc ch_shows(dx_store *s, int64_t attempt, dx_str key, bool *out, dx_err *err)
{
    return dx_store_shows(spool(s), attempt, key, out, err);
}

static dx_rc ch_begin(dx_store *s, dx_err *err)
{
    return dx_store_begin(spool(s), err);
}

static dx_rc ch_commit(dx_store *s, dx_err *err)
{
    return dx_store_commit(spool(s), err);
}

static void ch_rollback(dx_store *s)
{
    dx_store_rollback(spool(s));
}

/* ---- reading what is this machine's: from the spool ---- */

static dx_rc ch_all_attempts(dx_store *s, dx_arena *into, int64_t **ids, size_t *n, dx_err *err)
{
    return dx_store_all_attempts(spool(s), into, ids, n, err);
}

static dx_rc ch_schema_version(dx_store *s, int *version, dx_err *err)
{
    return dx_store_schema_version(spool(s), version, err);
}

/* ---- sending ---- */

dx_rc ch_send(dx_store *base, dx_sent *out, dx_err *err)
{
    ch_store *s = (ch_store *)base;
    dx_ch_trouble trouble;
    ch_pushed pushed;

    s->scanning = false;
    const dx_rc rc = ch_push((sq_store *)s->spool, s->http, s->scan, &pushed, &trouble, err);
    *out = (dx_sent){.attempts = pushed.attempts,
                     .notes = pushed.notes,
                     .away = trouble == DX_CH_AWAY || trouble == DX_CH_PARTIAL,
                     .waits_in = ((sq_store *)s->spool)->where};
    return rc == DX_FAIL && out->away ? DX_END : rc;
}

/* ---- what people tell ---- */

static dx_rc ch_alias(dx_store *s, dx_str name, dx_str canonical, dx_str by, dx_err *err)
{
    return dx_store_alias(spool(s), name, canonical, by, err);
}

static dx_rc ch_tag(dx_store *s, const dx_tagging *rows, size_t n, dx_str by, dx_err *err)
{
    return dx_store_tag(spool(s), rows, n, by, err);
}

static dx_rc ch_silence(dx_store *s, dx_str diagnosis, int64_t until_us, dx_str reason, dx_str by,
                        dx_err *err)
{
    return dx_store_silence(spool(s), diagnosis, until_us, reason, by, err);
}

/* ---- as a whole ---- */

static const char *ch_file(const dx_store *s)
{
    return dx_store_file(((const ch_store *)s)->spool);
}

static dx_rc ch_schema(dx_store *s, dx_line_fn *tell, void *ctx, dx_err *err)
{
    dx_buf text = {0};
    dx_rc rc = ch_tables_tell(((ch_store *)s)->http, &text, err);

    if (rc == DX_OK)
        rc = tell(ctx, dx_str_trim(dx_buf_str(&text)), err);
    dx_buf_done(&text);
    return rc;
}

/* What is pruned here is removed there by the next sending. */
static dx_rc ch_prune(dx_store *s, int64_t before_us, dx_pruned *out, dx_err *err)
{
    return dx_store_prune(spool(s), before_us, out, err);
}

const dx_backend dx_backend_clickhouse = {
    .knows = ch_knows,
    .open = ch_open,
    .close = ch_close,
    .begin_scan = ch_begin_scan,
    .end_scan = ch_end_scan,
    .put_log = ch_put_log,
    .put_unread = ch_put_unread,
    .was_read = ch_was_read,
    .put_events = ch_put_events,
    .put_verdict = ch_put_verdict,
    .set_state = ch_set_state,
    .shows = ch_shows,
    .begin = ch_begin,
    .commit = ch_commit,
    .rollback = ch_rollback,
    .read_case = ch_read_case,
    .server_attempts = ch_server_attempts,
    .all_attempts = ch_all_attempts,
    .history = ch_history,
    .find_keys = ch_find_keys,
    .find_ticket = ch_find_ticket,
    .key_attempt = ch_key_attempt,
    .schema_version = ch_schema_version,
    .trend = ch_trend,
    .list = ch_list,
    .fixes = ch_fixes,
    .findings = ch_findings,
    .finding = ch_finding,
    .attempts = ch_attempts,
    .servers = ch_servers,
    .server = ch_server,
    .heat = ch_heat,
    .unknowns = ch_unknowns,
    .alias = ch_alias,
    .tag = ch_tag,
    .resolve = ch_resolve,
    .silence = ch_silence,
    .silences = ch_silences,
    .notes = ch_notes,
    .file = ch_file,
    .send = ch_send,
    .settle = ch_settle,
    .sql = ch_sql,
    .schema = ch_schema,
    .prune = ch_prune,
};

/* ---- handing a local store on (db/manage.h) ---- */

static dx_rc no_shared_store(const char *url, dx_err *err)
{
    dx_buf shown = {0};

    dx_store_show(&shown, dx_str_of(url));
    const dx_rc rc = dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                             "'%.*s' is no shared store: name clickhouse://host:port/database",
                             DX_FMT(dx_buf_str(&shown)));
    dx_buf_done(&shown);
    return rc;
}

dx_rc dx_store_push(dx_store *from, const char *url, dx_sent *out, dx_err *err)
{
    *out = (dx_sent){0};
    dx_clickhouse *http;
    dx_ch_trouble trouble;
    ch_pushed pushed;

    if (from->backend != &dx_backend_sqlite)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "only a store in a file can be pushed");
    if (!dx_clickhouse_is_url(url))
        return no_shared_store(url, err);
    if (dx_clickhouse_open(&http, url, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = ch_push((sq_store *)from, http, CH_PUSH_ALL, &pushed, &trouble, err);
    dx_clickhouse_close(http);

    *out = (dx_sent){.attempts = pushed.attempts,
                     .notes = pushed.notes,
                     .away = trouble == DX_CH_AWAY || trouble == DX_CH_PARTIAL,
                     .waits_in = ((sq_store *)from)->where};
    return rc;
}
