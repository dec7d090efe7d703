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
#define VERSION  "its version may be one that setupdx does not know; docs/scale.md names those tried"

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
    {243, DX_CH_AWAY, "make room on its disk; nothing that waits is lost"},
    {242, DX_CH_AWAY, LATER},
    {319, DX_CH_AWAY, LATER},
    {159, DX_CH_AWAY, OVERLOAD},
    {202, DX_CH_AWAY, OVERLOAD},
    {241, DX_CH_AWAY, OVERLOAD},
    {252, DX_CH_AWAY, OVERLOAD},
    {16, DX_CH_REFUSED, VERSION},
    {36, DX_CH_REFUSED, VERSION},
    {43, DX_CH_REFUSED, VERSION},
    {46, DX_CH_REFUSED, VERSION},
    {47, DX_CH_REFUSED, VERSION},
    {62, DX_CH_REFUSED, VERSION},
    {115, DX_CH_REFUSED, VERSION},
};

/* ALL_CONNECTION_TRIES_FAILED, NETWORK_ERROR, SOCKET_TIMEOUT: between servers. */
static bool part_is_away(dx_str said)
{
    return names_code(said, 279) || names_code(said, 210) || names_code(said, 209);
}

static const char *meaning_of(dx_str said, dx_ch_trouble *trouble)
{
    const int code = ch_exception_code(said);

    *trouble = DX_CH_REFUSED;
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (code == meanings[i].code) {
            *trouble = meanings[i].trouble;
            return meanings[i].advice;
        }
    return NULL;
}

/* What stands between us and the server, or in its place, says no in its own way. */
static dx_rc say_status(const char *url, long status, dx_ch_trouble *trouble, dx_err *err)
{
    const bool passes = status == 429 || (status >= 500 && status <= 504);
    const char *advice = status == 401 || status == 403 ? LOG_IN
                         : passes
                             ? LATER
                             : "check host and port in the address: no ClickHouse server answers "
                               "there over HTTP";

    *trouble = passes ? DX_CH_AWAY : DX_CH_REFUSED;
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
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return "its certificate is not trusted here: add the authority that signed it to this "
               "machine's, and use the name that the certificate has";
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
