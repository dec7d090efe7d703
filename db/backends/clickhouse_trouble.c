#include "db/backends/clickhouse_trouble.h"
#include <curl/curl.h>
#include <stdint.h>
#include <string.h>

enum { SAID_MAX = 240, TAIL_MAX = 16384 };

/* ---- exceptions ---- */

size_t ch_exception_at(dx_str body)
{
    const size_t from = body.n > TAIL_MAX ? body.n - TAIL_MAX : 0;

    for (size_t at = from; (at = dx_str_find(body, DX_LIT("Code: "), at)) != SIZE_MAX; at++) {
        dx_str rest = dx_str_slice(body, at, body.n), line;
        if (at > 0 && body.p[at - 1] != '\n')
            continue;
        (void)dx_str_next(&rest, '\n', &line);
        if (dx_str_find(line, DX_LIT("DB::"), 0) != SIZE_MAX &&
            dx_str_find(line, DX_LIT("\t"), 0) == SIZE_MAX)
            return at;
    }
    return SIZE_MAX;
}

static int code_at(dx_str said, size_t at)
{
    int code = 0;

    for (size_t i = at; i < said.n && said.p[i] >= '0' && said.p[i] <= '9' && code < 100000; i++)
        code = 10 * code + (said.p[i] - '0');
    return code;
}

int ch_exception_code(dx_str said)
{
    static const dx_str mark = {"Code: ", 6};
    const size_t at = dx_str_find(said, mark, 0);

    return at == SIZE_MAX ? 0 : code_at(said, at + mark.n);
}

/* Also within what another server said, which stands in it. */
static bool names_code(dx_str said, int code)
{
    static const dx_str mark = {"Code: ", 6};

    for (size_t at = 0; (at = dx_str_find(said, mark, at)) != SIZE_MAX; at += mark.n)
        if (code_at(said, at + mark.n) == code)
            return true;
    return false;
}

/* ---- what they mean ---- */

#define LOG_IN                                                                                     \
    "set SETUPDX_CLICKHOUSE_USER and SETUPDX_CLICKHOUSE_PASSWORD, or name the password's file in " \
    "SETUPDX_CLICKHOUSE_PASSWORD_FILE"
#define RIGHTS                                                                                     \
    "let an administrator grant this user SELECT on the database, and to send INSERT and CREATE "  \
    "TABLE, too"
#define LATER    "try again later"
#define OVERLOAD "it has too much to do; try again later, or ask for less"
#define TOO_LONG                                                                                   \
    "the question names more than this user may send: let an administrator raise max_query_size "  \
    "in the user's profile, or allow settings (readonly = 2)"
#define LIMITS                                                                                     \
    "ask for less (a product, a site, a stretch of time), or let an administrator raise this "     \
    "user's limits"
#define VERSION "its version may be one that setupdx does not know; docs/scale.md names those tried"

/* Numbers of ClickHouse's ErrorCodes.cpp.  What passes by itself is as if the server were away:
 * what was found waits. */
static const struct {
    int code;
    dx_ch_trouble trouble;
    const char *advice;
} meanings[] = {
    {516, DX_CH_REFUSED, LOG_IN},
    {192, DX_CH_REFUSED, LOG_IN},
    {193, DX_CH_REFUSED, LOG_IN},
    {194, DX_CH_REFUSED, LOG_IN},
    {195, DX_CH_REFUSED, "let an administrator allow this machine's address for the user"},
    {497, DX_CH_REFUSED, RIGHTS},
    {291, DX_CH_REFUSED, RIGHTS},
    {164, DX_CH_REFUSED,
     "this user may only read: to send needs INSERT, and answers without a part of a cluster need "
     "readonly = 2, which allows settings"},
    {81, DX_CH_REFUSED, "create it there with CREATE DATABASE, or name another one in the address"},
    {60, DX_CH_REFUSED,
     "give each server the statements that 'setupdx db schema --db' with this address shows"},
    {170, DX_CH_REFUSED, "name a cluster of the server's remote_servers behind ?cluster="},
    {452, DX_CH_REFUSED,
     "this user's profile does not let settings be changed: to send, and for answers without a "
     "part of a cluster, they have to be"},
    {243, DX_CH_AWAY, "make room on its disk; nothing that waits is lost"},
    {201, DX_CH_AWAY,
     "this user has asked as much as the server allows for now; try again later, or let an "
     "administrator raise the quota"},
    {225, DX_CH_AWAY, LATER},
    {236, DX_CH_AWAY, LATER},
    {242, DX_CH_AWAY, LATER},
    {319, DX_CH_AWAY, LATER},
    {159, DX_CH_AWAY, OVERLOAD},
    {160, DX_CH_AWAY, OVERLOAD},
    {173, DX_CH_AWAY, OVERLOAD},
    {202, DX_CH_AWAY, OVERLOAD},
    {203, DX_CH_AWAY, OVERLOAD},
    {241, DX_CH_AWAY, OVERLOAD},
    {252, DX_CH_AWAY, OVERLOAD},
    {439, DX_CH_AWAY, OVERLOAD},
    {745, DX_CH_AWAY, OVERLOAD},
    {158, DX_CH_REFUSED, LIMITS},
    {290, DX_CH_REFUSED, LIMITS},
    {307, DX_CH_REFUSED, LIMITS},
    {396, DX_CH_REFUSED, LIMITS},
    {16, DX_CH_REFUSED, VERSION},
    {36, DX_CH_REFUSED, VERSION},
    {42, DX_CH_REFUSED, VERSION},
    {43, DX_CH_REFUSED, VERSION},
    {46, DX_CH_REFUSED, VERSION},
    {47, DX_CH_REFUSED, VERSION},
    {48, DX_CH_REFUSED, VERSION},
    {53, DX_CH_REFUSED, VERSION},
    {62, DX_CH_REFUSED, VERSION},
    {63, DX_CH_REFUSED, VERSION},
    {115, DX_CH_REFUSED, VERSION},
    {184, DX_CH_REFUSED, VERSION},
    {206, DX_CH_REFUSED, VERSION},
    {207, DX_CH_REFUSED, VERSION},
    {215, DX_CH_REFUSED, VERSION},
    {386, DX_CH_REFUSED, VERSION},
};

/* Between servers: ALL_CONNECTION_TRIES_FAILED, NETWORK_ERROR, SOCKET_TIMEOUT, DNS_ERROR,
 * NO_REMOTE_SHARD_AVAILABLE. */
static bool part_is_away(dx_str said)
{
    static const int codes[] = {279, 210, 209, 198, 519};
    bool away = false;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        away |= names_code(said, codes[i]);
    return away;
}

static const char *meaning_of(dx_str said, dx_ch_trouble *trouble)
{
    const int code = ch_exception_code(said);

    *trouble = DX_CH_REFUSED;
    if (dx_str_find(said, DX_LIT("Max query size exceeded"), 0) != SIZE_MAX)
        return TOO_LONG; /* it is told as a syntax error */
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (code == meanings[i].code) {
            *trouble = meanings[i].trouble;
            return meanings[i].advice;
        }
    return NULL;
}

#define NO_SERVER "check host and port in the address: no ClickHouse server answers there over HTTP"

/* What stands between us and the server, or in its place, says no in its own way. */
static dx_rc say_status(const char *url, long status, dx_ch_trouble *trouble, dx_err *err)
{
    static const struct {
        long from, to;
        dx_ch_trouble trouble;
        const char *advice;
    } meant[] = {
        {401, 401, DX_CH_REFUSED, LOG_IN},
        {403, 403, DX_CH_REFUSED, LOG_IN},
        {407, 407, DX_CH_REFUSED,
         "a proxy on the way wants a password: name it with its user in http_proxy or https_proxy, "
         "or the host in no_proxy"},
        {408, 408, DX_CH_AWAY, LATER},
        {413, 413, DX_CH_REFUSED,
         "a proxy before the server takes no request of this size: let it take 64 MB "
         "(client_max_body_size of nginx), or name the server itself"},
        {429, 429, DX_CH_AWAY, LATER},
        {500, 504, DX_CH_AWAY, LATER},
    };
    const char *advice = NO_SERVER;

    *trouble = DX_CH_REFUSED;
    for (size_t i = 0; i < sizeof meant / sizeof *meant; i++)
        if (status >= meant[i].from && status <= meant[i].to) {
            *trouble = meant[i].trouble;
            advice = meant[i].advice;
        }
    return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' answers with HTTP status %ld: %s",
                   url, status, advice);
}

dx_rc ch_say_refused(const char *url, long status, dx_str said, dx_ch_trouble *trouble, dx_err *err)
{
    dx_str rest = said, line = DX_NONE;

    if (ch_exception_code(said) == 0 && !dx_str_starts(said, DX_LIT("Port ")))
        return say_status(url, status, trouble, err);
    (void)dx_str_next(&rest, '\n', &line);
    const char *advice = meaning_of(said, trouble);
    if (part_is_away(said)) {
        *trouble = DX_CH_PARTIAL;
        advice = NULL;
    }
    return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' says: %.*s%s%s", url,
                   (int)(line.n < SAID_MAX ? line.n : SAID_MAX), line.n ? line.p : "",
                   advice ? "; " : "", advice ? advice : "");
}

/* ---- no answer ---- */

static const char *silence_of(int code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return "no host has this name; check the address";
    case CURLE_COULDNT_CONNECT:
        return "is the server running, and is this its port for HTTP (mostly 8123, or 8443 with "
               "clickhouses://)?";
    case CURLE_SSL_CONNECT_ERROR:
        return "this port may not speak TLS: clickhouses:// needs the server's https_port, mostly "
               "8443";
    case CURLE_SSL_CACERT_BADFILE:
        return "the file of authorities cannot be read: check SETUPDX_CLICKHOUSE_CA, or this "
               "machine's own";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
        return "its certificate is not trusted here: name the authority that signed it in "
               "SETUPDX_CLICKHOUSE_CA (a file) or add it to this machine's, and use the name that "
               "the certificate has";
    default:
        return LATER;
    }
}

/* What is wrong with the address or a certificate does not pass. */
static dx_ch_trouble trouble_of(int code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
                   code == CURLE_SSL_ISSUER_ERROR
               ? DX_CH_REFUSED
               : DX_CH_AWAY;
}

dx_rc ch_say_silent(const char *url, int code, const char *why, unsigned seconds,
                    dx_ch_trouble *trouble, dx_err *err)
{
    *trouble = trouble_of(code);
    if (code == CURLE_OPERATION_TIMEDOUT)
        return dx_fail(
            err, DX_E_STORE, DX_NOWHERE,
            "the store '%s' does not answer: %u seconds are over; ask for less, or give it "
            "more time in SETUPDX_CLICKHOUSE_TIMEOUT",
            url, seconds);
    if (code == CURLE_WRITE_ERROR) {
        *trouble = DX_CH_REFUSED;
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "the store '%s' answers with more than a gigabyte; ask for less", url);
    }
    if (code == CURLE_PARTIAL_FILE || code == CURLE_RECV_ERROR || code == CURLE_GOT_NOTHING)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE,
                       "the store '%s' does not answer: its answer was cut off (%s); " LATER, url,
                       why);
    return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' does not answer: %s; %s", url, why,
                   silence_of(code));
}

dx_rc ch_say_strange(const char *url, dx_err *err)
{
    return dx_fail(
        err, DX_E_STORE, DX_NOWHERE,
        "the store '%s' answers with something that is no answer: what listens there may "
        "be no ClickHouse server, or something on the way changes or cuts what it says; "
        "check host and port in the address",
        url);
}
