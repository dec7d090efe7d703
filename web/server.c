#include "web/server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "web/kept.h"

enum { DEFAULT_PORT = 8384, TOKEN_LEAST = 16, STACK_BYTES = 8 * 1024 * 1024 };

static dx_rc make_secret(char *out, size_t cap, dx_err *err)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[32];
    const size_t n = (cap - 1) / 2;

    if (dx_os_random(bytes, sizeof bytes, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[2 * n] = '\0';
    return DX_OK;
}

/* Nobody reads over the wire what the logs of a company say. */
static dx_rc check_reach(const dx_web *web, dx_err *err)
{
    const dx_web_options *o = &web->options;

    if (o->token.n && o->token.n < TOKEN_LEAST)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "the token is too short: %d characters or more",
                       TOKEN_LEAST);
    if (!o->cert != !o->key)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "--cert and --key go together");
    if (web->address.loopback || (o->cert && o->token.n))
        return DX_OK;
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   "--listen %s can be reached from other computers: that takes --cert and --key "
                   "(TLS) and --token-file",
                   o->listen);
}

static void quiet(void *ctx, const char *fmt, va_list args)
{
    (void)ctx;
    (void)fmt;
    (void)args;
}

static struct MHD_Daemon *start_daemon(dx_web *web)
{
    const dx_web_options *o = &web->options;
    const unsigned flags = MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_ERROR_LOG |
                           (web->address.v6 ? MHD_USE_IPv6 : 0) | (o->cert ? MHD_USE_TLS : 0);
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->cert},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL}};
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};

    return web->mhd.start_daemon(
        flags, web->address.port, NULL, NULL, dx_visit, web, MHD_OPTION_EXTERNAL_LOGGER, quiet,
        NULL, MHD_OPTION_SOCK_ADDR, web->address.raw, MHD_OPTION_THREAD_POOL_SIZE,
        (unsigned)DX_WEB_THREADS, MHD_OPTION_THREAD_STACK_SIZE, (size_t)STACK_BYTES,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)DX_WEB_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)DX_WEB_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)DX_WEB_HEADER_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, dx_visit_over, web,
        MHD_OPTION_NOTIFY_CONNECTION, dx_lines_note, web, MHD_OPTION_ARRAY, o->cert ? tls : none,
        MHD_OPTION_END);
}

static dx_rc find_url(dx_web *web, dx_err *err)
{
    const union MHD_DaemonInfo *info =
        web->mhd.get_daemon_info(web->daemon, MHD_DAEMON_INFO_BIND_PORT);
    const unsigned port = info && info->port ? info->port : web->address.port;
    const char *asked = web->options.listen ? web->options.listen : "127.0.0.1";
    dx_str host = dx_str_of(asked);
    size_t end = host.n;

    while (end > 0 && host.p[end - 1] != ':' && host.p[end - 1] != ']')
        end--;
    if (end > 0 && host.p[end - 1] == ':')
        host.n = end - 1;
    if (host.n == 0 || strspn(asked, "0123456789") == strlen(asked))
        host = DX_LIT("127.0.0.1");
    const int n = snprintf(web->url, sizeof web->url, "http%s://%.*s:%u/",
                           web->options.cert ? "s" : "", DX_FMT(host), port);
    return n > 0 && (size_t)n < sizeof web->url ? DX_OK : dx_nomem(err);
}

static dx_rc start(dx_web *web, dx_err *err)
{
    const char *listen = web->options.listen ? web->options.listen : "127.0.0.1";

    if (!dx_os_address(dx_str_of(listen), DEFAULT_PORT, &web->address))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%s' is no address to listen at: write 127.0.0.1:8384 or [::1]:8384",
                       listen);
    if (check_reach(web, err) != DX_OK)
        return DX_FAIL;
    if (make_secret(web->csrf, sizeof web->csrf, err) != DX_OK ||
        make_secret(web->session, sizeof web->session, err) != DX_OK)
        return DX_FAIL;
    if (dx_mhd_load(&web->mhd, err) != DX_OK)
        return DX_FAIL;
    web->lines_lock = dx_mutex_new();
    if (!web->lines_lock)
        return dx_nomem(err);
    web->kept = dx_kept_new();
    if (!web->kept)
        return dx_nomem(err);
    web->daemon = start_daemon(web);
    if (!web->daemon)
        return dx_fail(err, DX_E_IO, DX_NOWHERE,
                       web->options.cert
                           ? "cannot listen at %s: the address is taken, or certificate and key "
                             "are not good"
                           : "cannot listen at %s: the address is taken or not of this computer",
                       listen);
    if (find_url(web, err) != DX_OK)
        return DX_FAIL;
    return dx_thread_start(&web->ahead, dx_visit_ahead, web, err);
}

dx_rc dx_web_start(dx_web **out, const dx_web_options *options, dx_err *err)
{
    dx_web *web = calloc(1, sizeof *web);

    if (!web)
        return dx_nomem(err);
    web->options = *options;
    if (start(web, err) != DX_OK) {
        dx_web_stop(web);
        return DX_FAIL;
    }
    *out = web;
    return DX_OK;
}

dx_str dx_web_url(const dx_web *web)
{
    return dx_str_of(web->url);
}

void dx_web_tend(dx_web *web)
{
    dx_lines_tend(web);
}

void dx_web_stop(dx_web *web)
{
    if (!web)
        return;
    dx_thread_join(web->ahead);
    if (web->daemon)
        web->mhd.stop_daemon(web->daemon);
    dx_kept_free(web->kept);
    dx_readers_close(web);
    dx_mutex_free(web->lines_lock);
    free(web);
}
