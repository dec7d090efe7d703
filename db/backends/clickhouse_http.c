#include "db/backends/clickhouse_http.h"
#include "db/store.h"
#include <stdlib.h>
#include <string.h>
#include "core/os.h"
#include "db/backends/clickhouse_curl.h"
#include "db/backends/clickhouse_login.h"
#include "db/backends/clickhouse_profile.h"
#include "db/backends/clickhouse_trouble.h"

enum { CONNECT_S = 5, ANSWER_S = 60, ANSWER_MAX = 1 << 30 };

struct dx_clickhouse {
    dx_curl call;
    CURL *curl;
    dx_arena *arena;
    const char *url; /* as given */
    dx_str base;     /* "http://host:port/?database=x" */
    dx_str database, cluster;
    struct curl_slist *headers;
    dx_buf target; /* of the question in hand */
    bool has_tables;
    char why[CURL_ERROR_SIZE]; /* what became of the last question, where it failed */
    const char *authorities;   /* a file; NULL: this machine's */
    unsigned seconds;          /* that a question may take; 0: as it says */
    bool without_settings;     /* the user may not change any */
    ch_login login;
    ch_profile profile;
};

/* ---- the address ---- */

static const struct {
    const char *scheme, *http;
    unsigned port;
} schemes[] = {{"clickhouse://", "http", 8123}, {"clickhouses://", "https", 8443}};

bool dx_clickhouse_is_url(const char *where)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
        if (dx_str_starts(dx_str_of(where), dx_str_of(schemes[i].scheme)))
            return true;
    return false;
}

static bool is_name(dx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && s.p[i] != '_' &&
            !(i > 0 && s.p[i] >= '0' && s.p[i] <= '9'))
            return false;
    return s.n > 0 && s.n <= 64;
}

static bool is_host(dx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
            strchr(".-:[]", s.p[i]) == NULL)
            return false;
    return s.n > 0 && s.n < 256;
}

static dx_rc wrong_url(const char *url, const char *why, dx_err *err)
{
    dx_buf shown = {0};

    dx_store_show(&shown, dx_str_of(url));
    const dx_rc rc =
        dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                "'%.*s': %s; it is written clickhouse://host:port/database[?cluster=name]",
                DX_FMT(dx_buf_str(&shown)), why);
    dx_buf_done(&shown);
    return rc;
}

/* "host:port" taken apart; brackets belong to the host. */
static dx_rc take_host(dx_clickhouse *c, dx_str *host, long long *port, dx_err *err)
{
    size_t colon = host->n;

    while (colon > 0 && host->p[colon - 1] != ':' && host->p[colon - 1] != ']')
        colon--;
    if (dx_str_find(*host, DX_LIT("@"), 0) != SIZE_MAX)
        return wrong_url(c->url, "user and password belong into the environment", err);
    if (colon > 0 && host->p[colon - 1] == ':') {
        if (!dx_str_to_i64(dx_str_slice(*host, colon, host->n), port) || *port < 1 || *port > 65535)
            return wrong_url(c->url, "that is no port", err);
        *host = dx_str_slice(*host, 0, colon - 1);
    }
    return is_host(*host) ? DX_OK : wrong_url(c->url, "that is no host", err);
}

/* What stands behind the host: "database?cluster=name". */
static dx_rc take_names(dx_clickhouse *c, dx_str rest, dx_err *err)
{
    static const char query[] = "cluster=";
    const size_t mark = dx_str_find(rest, DX_LIT("?"), 0);

    c->database = dx_str_slice(rest, 0, mark == SIZE_MAX ? rest.n : mark);
    if (!is_name(c->database))
        return wrong_url(c->url, "that names no database", err);
    if (mark == SIZE_MAX)
        return DX_OK;
    rest = dx_str_slice(rest, mark + 1, rest.n);
    c->cluster = dx_str_slice(rest, strlen(query), rest.n);
    return dx_str_starts(rest, dx_str_of(query)) && is_name(c->cluster)
               ? DX_OK
               : wrong_url(c->url, "behind the database may stand ?cluster=NAME only", err);
}

static dx_rc take_url(dx_clickhouse *c, dx_err *err)
{
    const dx_str url = dx_str_of(c->url);
    const size_t k = dx_str_starts(url, dx_str_of(schemes[1].scheme));
    const dx_str rest = dx_str_slice(url, strlen(schemes[k].scheme), url.n);
    const size_t slash = dx_str_find(rest, DX_LIT("/"), 0);
    dx_str host = dx_str_slice(rest, 0, slash == SIZE_MAX ? rest.n : slash);
    long long port = schemes[k].port;

    if (take_host(c, &host, &port, err) != DX_OK ||
        take_names(c, slash == SIZE_MAX ? DX_NONE : dx_str_slice(rest, slash + 1, rest.n), err) !=
            DX_OK)
        return DX_FAIL;
    c->base = dx_arena_printf(c->arena, "%s://%.*s:%lld/?database=%.*s", schemes[k].http,
                              DX_FMT(host), port, DX_FMT(c->database));
    return c->base.p ? DX_OK : dx_nomem(err);
}

static bool add_header(dx_clickhouse *c, const char *name, dx_str value)
{
    const dx_str line = dx_arena_printf(c->arena, "%s: %.*s", name, DX_FMT(value));
    struct curl_slist *more = line.p ? c->call.slist_append(c->headers, line.p) : NULL;

    if (more)
        c->headers = more;
    return more != NULL;
}

/* In headers, not in the address: addresses end up in logs. */
static dx_rc take_credentials(dx_clickhouse *c, dx_err *err)
{
    const ch_login *login = &c->login;

    if (ch_login_take(&c->login, c->arena, err) != DX_OK)
        return DX_FAIL;
    if (!add_header(c, "Expect", DX_LIT("")) ||
        (!login->basic &&
         ((login->user && !add_header(c, "X-ClickHouse-User", dx_str_of(login->user))) ||
          (login->password && !add_header(c, "X-ClickHouse-Key", dx_str_of(login->password))))))
        return dx_nomem(err);
    return DX_OK;
}

static dx_rc take_patience(dx_clickhouse *c, dx_err *err)
{
    enum { MOST = 86400 };
    const char *text = dx_os_env("SETUPDX_CLICKHOUSE_TIMEOUT");
    long long seconds;

    if (text == NULL || *text == '\0')
        return DX_OK;
    if (!dx_str_to_i64(dx_str_of(text), &seconds) || seconds < 1 || seconds > MOST)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "SETUPDX_CLICKHOUSE_TIMEOUT is a number of seconds, 1 to %d, not '%s'", MOST,
                       text);
    c->seconds = (unsigned)seconds;
    return DX_OK;
}

/* Copied: what the environment holds may move. */
static dx_rc take_authorities(dx_clickhouse *c, dx_err *err)
{
    const char *file = dx_os_env("SETUPDX_CLICKHOUSE_CA");

    if (file == NULL || *file == '\0')
        return DX_OK;
    c->authorities = dx_arena_copy(c->arena, dx_str_of(file)).p;
    return c->authorities ? DX_OK : dx_nomem(err);
}

static dx_rc take_library(dx_clickhouse *c, dx_err *err)
{
    if (dx_curl_load(&c->call, err) != DX_OK)
        return DX_FAIL;
    c->curl = c->call.easy_init();
    return c->curl ? DX_OK : dx_nomem(err);
}

dx_rc dx_clickhouse_open(dx_clickhouse **out, const char *url, dx_err *err)
{
    dx_clickhouse *c = calloc(1, sizeof *c);

    if (c == NULL || (c->arena = dx_arena_new(0)) == NULL ||
        (c->url = dx_arena_copy(c->arena, dx_str_of(url)).p) == NULL) {
        dx_clickhouse_close(c);
        return dx_nomem(err);
    }
    if (take_url(c, err) != DX_OK || take_library(c, err) != DX_OK ||
        take_credentials(c, err) != DX_OK || take_authorities(c, err) != DX_OK ||
        take_patience(c, err) != DX_OK) {
        dx_clickhouse_close(c);
        return DX_FAIL;
    }
    *out = c;
    return DX_OK;
}

void dx_clickhouse_close(dx_clickhouse *c)
{
    if (c == NULL)
        return;
    dx_buf_done(&c->target);
    if (c->curl) { /* else the library is not there */
        c->call.slist_free_all(c->headers);
        c->call.easy_cleanup(c->curl);
    }
    dx_arena_free(c->arena);
    free(c);
}

dx_str dx_clickhouse_database(const dx_clickhouse *c)
{
    return c->database;
}

dx_str dx_clickhouse_cluster(const dx_clickhouse *c)
{
    return c->cluster;
}

const char *dx_clickhouse_url(const dx_clickhouse *c)
{
    return c->url;
}

/* ---- asking ---- */

/* What curl reads from, piece after piece. */
typedef struct upload {
    dx_str part[3]; /* the statement, a line end, the data */
    size_t at;
} upload;

static size_t send_more(char *to, size_t size, size_t n, void *ctx)
{
    upload *u = ctx;
    size_t sent = 0, room = size * n;

    while (u->at < 3 && room > 0) {
        dx_str *part = &u->part[u->at];
        const size_t k = part->n < room ? part->n : room;
        if (k)
            memcpy(to + sent, part->p, k);
        sent += k;
        room -= k;
        *part = dx_str_slice(*part, k, part->n);
        u->at += part->n == 0;
    }
    return sent;
}

static size_t take_more(char *from, size_t size, size_t n, void *ctx)
{
    dx_buf *body = ctx;

    if (body->n + size * n > ANSWER_MAX)
        return 0;
    dx_buf_add(body, (dx_str){from, size * n});
    return body->failed ? 0 : size * n;
}

/* What must be quick stays so. */
static unsigned seconds_of(const dx_clickhouse *c, const dx_ch_ask *ask)
{
    const unsigned usual = ask->timeout_s ? ask->timeout_s : ANSWER_S;

    return c->seconds && usual >= ANSWER_S ? c->seconds : usual;
}

/* Names of servers may be many, and a profile may have its own mind about what a question means. */
#define SIZES "&max_query_size=67108864&max_ast_elements=2000000&max_expanded_ast_elements=2000000"

static void add_settings(const dx_clickhouse *c, dx_buf *target)
{
    if (c->without_settings)
        return;
    dx_buf_add(target, DX_LIT(SIZES));
    ch_profile_always(target);
    dx_buf_add(target, c->profile.neutral);
}

/* From 21.11 on a profile may let rows wait in memory, and take them for written. */
enum { KNOWS_ASYNC_INSERT = 2111 };

static void add_login(dx_clickhouse *c)
{
    if (!c->login.basic)
        return;
    c->call.easy_setopt(c->curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    c->call.easy_setopt(c->curl, CURLOPT_USERNAME, c->login.user ? c->login.user : "default");
    c->call.easy_setopt(c->curl, CURLOPT_PASSWORD, c->login.password ? c->login.password : "");
}

static dx_rc set_up(dx_clickhouse *c, const dx_ch_ask *ask, upload *u, dx_buf *body, dx_err *err)
{
    const curl_off_t size = (curl_off_t)(u->part[0].n + u->part[1].n + u->part[2].n);
    CURL *h = c->curl;

    dx_buf_clear(&c->target);
    dx_buf_printf(&c->target, "%.*s&wait_end_of_query=1", DX_FMT(c->base));
    add_settings(c, &c->target);
    if (!c->without_settings || ask->skip_away)
        dx_buf_printf(&c->target, "&skip_unavailable_shards=%d", ask->skip_away);
    if (ask->wait_for_all)
        dx_buf_printf(&c->target, "&insert_distributed_sync=1%s",
                      c->profile.version >= KNOWS_ASYNC_INSERT ? "&async_insert=0" : "");
    if (c->target.failed)
        return dx_nomem(err);
    c->call.easy_reset(h); /* keeps the connection */
    c->call.easy_setopt(h, CURLOPT_URL, c->target.p);
    c->call.easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    c->why[0] = '\0';
    c->call.easy_setopt(h, CURLOPT_ERRORBUFFER, c->why);
    if (c->authorities)
        c->call.easy_setopt(h, CURLOPT_CAINFO, c->authorities);
    c->call.easy_setopt(h, CURLOPT_POST, 1L);
    c->call.easy_setopt(h, CURLOPT_POSTFIELDSIZE_LARGE, size);
    c->call.easy_setopt(h, CURLOPT_READFUNCTION, send_more);
    c->call.easy_setopt(h, CURLOPT_READDATA, u);
    c->call.easy_setopt(h, CURLOPT_WRITEFUNCTION, take_more);
    c->call.easy_setopt(h, CURLOPT_WRITEDATA, body);
    c->call.easy_setopt(h, CURLOPT_HTTPHEADER, c->headers);
    add_login(c);
    c->call.easy_setopt(h, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
    c->call.easy_setopt(h, CURLOPT_TIMEOUT, (long)seconds_of(c, ask));
    c->call.easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    return DX_OK;
}

/* A statement that asks for nothing is answered with nothing, or, where a database is replicated,
 * with a row for each host: host, status, error, how many are left, how many at it. */
static bool is_strange(const dx_ch_ask *ask, dx_str said)
{
    enum { OF_HOST = 4 };

    if (said.n == 0)
        return false;
    return said.p[said.n - 1] != '\n' ||
           (ask->silent && !(ask->of_hosts && dx_clickhouse_fields(said) >= OF_HOST));
}

/* What curl has against a certificate is of use; all else that it tells counts milliseconds. */
static const char *why_of(const dx_clickhouse *c, CURLcode done)
{
    return done == CURLE_PEER_FAILED_VERIFICATION && c->why[0] ? c->why
                                                               : c->call.easy_strerror(done);
}

static dx_rc read_answer(dx_clickhouse *c, const dx_ch_ask *ask, CURLcode done, dx_buf *body,
                         dx_ch_trouble *trouble, dx_err *err)
{
    const dx_str said = dx_buf_str(body);
    long status = 0;

    if (body->failed)
        return dx_nomem(err);
    if (done != CURLE_OK)
        return ch_say_silent(c->url, (int)done, why_of(c, done), seconds_of(c, ask), trouble, err);
    c->call.easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200)
        return ch_say_refused(c->url, status, said, trouble, err);
    const size_t at = ch_exception_at(said);
    if (at != SIZE_MAX)
        return ch_say_refused(c->url, status, dx_str_slice(said, at, said.n), trouble, err);
    if (!is_strange(ask, said))
        return DX_OK;
    *trouble = DX_CH_REFUSED;
    return ch_say_strange(c->url, err);
}

/* One question, and where its answer goes. */
typedef struct ch_asking {
    const dx_ch_ask *ask;
    dx_buf *body;
    dx_ch_trouble *trouble;
} ch_asking;

static dx_rc ask_once(dx_clickhouse *c, const dx_ch_ask *ask, dx_buf *body, dx_ch_trouble *trouble,
                      dx_err *err)
{
    upload u = {.part = {ask->sql, ask->data.n ? DX_LIT("\n") : DX_NONE, ask->data}};

    *trouble = DX_CH_NONE;
    dx_buf_clear(body);
    if (set_up(c, ask, &u, body, err) != DX_OK)
        return DX_FAIL;
    return read_answer(c, ask, c->call.easy_perform(c->curl), body, trouble, err);
}

static bool may_set_nothing(const ch_asking *q)
{
    enum { READONLY = 164, SETTING_CONSTRAINT_VIOLATION = 452 };
    const int code = *q->trouble == DX_CH_REFUSED ? ch_exception_code(dx_buf_str(q->body)) : 0;

    return code == READONLY || code == SETTING_CONSTRAINT_VIOLATION;
}

/* A user who may set nothing may still read, where the profile leaves answers as they are. */
static dx_rc ask_as_it_is(dx_clickhouse *c, const ch_asking *q, dx_err *err)
{
    c->without_settings = true;
    if (c->profile.name == NULL)
        return ask_once(c, q->ask, q->body, q->trouble, err);
    *q->trouble = DX_CH_REFUSED;
    return dx_fail(
        err, DX_E_STORE, DX_NOWHERE,
        "the store '%s' would not answer this user in full: the profile sets %s, and the "
        "user may not change it; let an administrator take it out of the profile, or "
        "allow settings (readonly = 2)",
        c->url, c->profile.name);
}

static dx_rc ask_as_may_be(dx_clickhouse *c, const ch_asking *q, dx_err *err)
{
    const bool reads = !q->ask->skip_away && !q->ask->silent;

    if (c->without_settings && reads)
        return ask_as_it_is(c, q, err);
    const dx_rc rc = ask_once(c, q->ask, q->body, q->trouble, err);
    return rc == DX_FAIL && !c->without_settings && reads && may_set_nothing(q)
               ? ask_as_it_is(c, q, err)
               : rc;
}

/* Who may not look gets nothing set right but what every server knows. */
static dx_rc ask_version(dx_clickhouse *c, const ch_asking *q, dx_err *err)
{
    const dx_ch_ask ask = {.sql = DX_LIT("SELECT version()"), .timeout_s = q->ask->timeout_s};
    const dx_rc rc = ask_as_may_be(c, &(ch_asking){&ask, q->body, q->trouble}, err);

    if (rc != DX_OK && *q->trouble != DX_CH_REFUSED)
        return rc;
    ch_profile_read(&c->profile, rc == DX_OK ? dx_buf_str(q->body) : DX_NONE, c->arena);
    return DX_OK;
}

/* A cache that a profile switches on takes no question for settings: asked without it, for good. */
static dx_rc ask_without_cache(dx_clickhouse *c, const ch_asking *q, dx_err *err)
{
    const dx_str off = DX_LIT("&use_query_cache=0");

    c->profile.neutral = off;
    if (ask_as_may_be(c, q, err) != DX_OK)
        return DX_FAIL;
    ch_profile_read(&c->profile, dx_buf_str(q->body), c->arena);
    c->profile.neutral =
        dx_arena_printf(c->arena, "%.*s%.*s", DX_FMT(off), DX_FMT(c->profile.neutral));
    return c->profile.neutral.p ? DX_OK : dx_nomem(err);
}

/* Once for each connection. */
static dx_rc ask_profile(dx_clickhouse *c, const ch_asking *q, dx_err *err)
{
    enum { OF_CACHE = 704, OF_CACHE_AND_SYSTEM = 719, OF_CACHE_AND_LIMITS = 731 };
    enum { UNKNOWN_TABLE = 60, DATABASE_ACCESS_DENIED = 291, ACCESS_DENIED = 497 };
    dx_buf sql = {0};

    ch_profile_ask(&sql);
    const dx_ch_ask ask = {.sql = dx_buf_str(&sql), .timeout_s = q->ask->timeout_s};
    const ch_asking own = {&ask, q->body, q->trouble};
    dx_rc rc = sql.failed ? dx_nomem(err) : ask_as_may_be(c, &own, err);
    const int code =
        rc == DX_OK || *q->trouble != DX_CH_REFUSED ? 0 : ch_exception_code(dx_buf_str(q->body));
    if (rc == DX_OK)
        ch_profile_read(&c->profile, dx_buf_str(q->body), c->arena);
    else if (code == OF_CACHE || code == OF_CACHE_AND_SYSTEM || code == OF_CACHE_AND_LIMITS)
        rc = ask_without_cache(c, &own, err);
    else if (code == UNKNOWN_TABLE || code == DATABASE_ACCESS_DENIED || code == ACCESS_DENIED)
        rc = ask_version(c, q, err);
    dx_buf_done(&sql);
    return rc;
}

dx_rc dx_clickhouse_ask(dx_clickhouse *c, const dx_ch_ask *ask, dx_buf *body,
                        dx_ch_trouble *trouble, dx_err *err)
{
    dx_ch_trouble ignored = DX_CH_NONE;
    const ch_asking q = {ask, body, trouble ? trouble : &ignored};
    dx_rc rc = DX_OK;

    *q.trouble = DX_CH_NONE;
    if (!c->profile.known)
        rc = ask_profile(c, &q, err);
    if (rc == DX_OK)
        rc = ask_as_may_be(c, &q, err);
    c->has_tables &= rc == DX_OK;
    return rc;
}

bool *dx_clickhouse_has_tables(dx_clickhouse *c)
{
    return &c->has_tables;
}
