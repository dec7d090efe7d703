
#include "core/buf.h"
#include "web/server.h"

static dx_str header(const dx_web *web, struct MHD_Connection *connection, const char *name)
{
    return dx_str_of(web->mhd.lookup_connection_value(connection, MHD_HEADER_KIND, name));
}

/* "localhost:8384" without the port; brackets of an IPv6 number stay. */
static dx_str without_port(dx_str host)
{
    for (size_t i = host.n; i > 0 && host.p[i - 1] != ']'; i--)
        if (host.p[i - 1] == ':')
            return dx_str_slice(host, 0, i - 1);
    return host;
}

/* A foreign site can make its own name point here, but never a number or localhost. */
static bool knows_host(const dx_web_options *o, dx_str host)
{
    const dx_str name = without_port(host);
    if (dx_str_ieq(name, DX_LIT("localhost")) || dx_os_is_ip(name))
        return true;
    for (size_t i = 0; i < o->n_names; i++)
        if (dx_str_ieq(name, dx_str_of(o->names[i])))
            return true;
    return false;
}

/* A browser says from which page a request comes; ours is the only one that may write. */
static bool knows_origin(const dx_web *web, struct MHD_Connection *connection, dx_str host)
{
    const dx_str origin = header(web, connection, "Origin");
    const dx_str site = header(web, connection, "Sec-Fetch-Site");
    const dx_str scheme = web->options.cert ? DX_LIT("https://") : DX_LIT("http://");

    if (site.p && !dx_str_eq(site, DX_LIT("same-origin")) && !dx_str_eq(site, DX_LIT("none")))
        return false;
    if (!origin.p)
        return true;
    return dx_str_istarts(origin, scheme) &&
           dx_str_ieq(dx_str_slice(origin, scheme.n, origin.n), host);
}

typedef struct counted {
    const char *name;
    unsigned n;
} counted;

static enum MHD_Result count(void *ctx, enum MHD_ValueKind kind, const char *key, const char *value)
{
    counted *c = ctx;
    (void)kind;
    (void)value;
    c->n += dx_str_ieq(dx_str_of(key), dx_str_of(c->name));
    return MHD_YES;
}

unsigned dx_guard_caller(const dx_web *web, struct MHD_Connection *connection, bool post,
                         const char **why)
{
    counted hosts = {.name = "Host"};
    const dx_str host = header(web, connection, "Host");

    web->mhd.get_connection_values(connection, MHD_HEADER_KIND, count, &hosts);
    if (hosts.n != 1 || host.n == 0) {
        *why = "A request must say which host it means, once.";
        return MHD_HTTP_BAD_REQUEST;
    }
    if (!knows_host(&web->options, host)) {
        *why = "This page does not go by that host name. Use its number or localhost, or start "
               "it with --name.";
        return MHD_HTTP_MISDIRECTED_REQUEST;
    }
    if (post ? !knows_origin(web, connection, host)
             : header(web, connection, "Origin").p && !knows_origin(web, connection, host)) {
        *why = "This request comes from another site; that is not allowed.";
        return MHD_HTTP_FORBIDDEN;
    }
    return 0;
}

bool dx_guard_same(dx_str a, dx_str b)
{
    unsigned char differ = a.n != b.n;
    for (size_t i = 0; i < a.n; i++)
        differ |= (unsigned char)(a.p[i] ^ (b.n ? b.p[i % b.n] : 0));
    return !differ;
}

bool dx_guard_token(const dx_web *web, struct MHD_Connection *connection)
{
    const dx_str bearer = DX_LIT("Bearer ");
    const dx_str authorization = header(web, connection, "Authorization");
    const dx_str cookie =
        dx_str_of(web->mhd.lookup_connection_value(connection, MHD_COOKIE_KIND, "setupdx"));

    if (web->options.token.n == 0)
        return true;
    if (dx_str_istarts(authorization, bearer))
        return dx_guard_same(dx_str_slice(authorization, bearer.n, authorization.n),
                             web->options.token);
    return cookie.p && dx_guard_same(cookie, dx_str_of(web->session));
}

bool dx_guard_try_token(dx_web *web, dx_str token, int64_t now_us, bool *wait)
{
    enum { TRIES = 10, MINUTE_US = 60 * 1000000 };

    if (now_us - atomic_load(&web->wrong_since_us) > MINUTE_US) {
        atomic_store(&web->wrong_since_us, now_us);
        atomic_store(&web->wrong_token, 0);
    }
    *wait = atomic_load(&web->wrong_token) >= TRIES;
    if (*wait)
        return false;
    if (dx_guard_same(token, web->options.token))
        return true;
    atomic_fetch_add(&web->wrong_token, 1);
    return false;
}
