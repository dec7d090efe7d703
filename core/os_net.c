#define _GNU_SOURCE
#include "core/os_net.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

_Static_assert(sizeof(struct sockaddr_in6) <= sizeof((dx_address *)0)->raw, "an address fits");

void dx_os_hang_up(int connection)
{
    shutdown(connection, SHUT_RDWR);
}

/* As inet_pton() wants it; false when it is too long to be an address. */
static bool as_z(dx_str s, char *out, size_t cap)
{
    if (s.n == 0 || s.n >= cap || memchr(s.p, '\0', s.n))
        return false;
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

static bool set_v4(dx_str host, uint16_t port, dx_address *out)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    char text[INET_ADDRSTRLEN];
    if (!as_z(host, text, sizeof text) || inet_pton(AF_INET, text, &a.sin_addr) != 1)
        return false;
    *out = (dx_address){.size = sizeof a, .port = port};
    out->loopback = ntohl(a.sin_addr.s_addr) >> 24 == 127;
    memcpy(out->raw, &a, sizeof a);
    return true;
}

/* In brackets, as in a URL. */
static bool set_v6(dx_str host, uint16_t port, dx_address *out)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    char text[INET6_ADDRSTRLEN];
    if (host.n < 2 || host.p[0] != '[' || host.p[host.n - 1] != ']' ||
        !as_z(dx_str_slice(host, 1, host.n - 1), text, sizeof text) ||
        inet_pton(AF_INET6, text, &a.sin6_addr) != 1)
        return false;
    *out = (dx_address){.size = sizeof a, .port = port, .v6 = true};
    out->loopback = IN6_IS_ADDR_LOOPBACK(&a.sin6_addr);
    memcpy(out->raw, &a, sizeof a);
    return true;
}

static bool to_port(dx_str text, uint16_t *out)
{
    long long n;
    if (!dx_str_to_i64(text, &n) || n < 0 || n > UINT16_MAX)
        return false;
    *out = (uint16_t)n;
    return true;
}

bool dx_os_address(dx_str text, uint16_t default_port, dx_address *out)
{
    size_t colon = text.n;
    uint16_t port = default_port;

    while (colon > 0 && text.p[colon - 1] != ':' && text.p[colon - 1] != ']')
        colon--;
    const bool has_port = colon > 0 && text.p[colon - 1] == ':';
    dx_str host = has_port ? dx_str_slice(text, 0, colon - 1) : text;
    if (has_port && !to_port(dx_str_slice(text, colon, text.n), &port))
        return false;
    if (!has_port && to_port(text, &port))
        host = DX_NONE;
    if (host.n == 0)
        host = DX_LIT("127.0.0.1");
    return set_v4(host, port, out) || set_v6(host, port, out);
}

bool dx_os_is_ip(dx_str host)
{
    dx_address ignored;
    return set_v4(host, 0, &ignored) || set_v6(host, 0, &ignored);
}
