/* What a server asks of the operating system, beside the library that speaks HTTP. */
#ifndef DX_CORE_OS_NET_H
#define DX_CORE_OS_NET_H
#include <stdint.h>
#include "core/str.h"

/* Where a server listens: "127.0.0.1:8384", "[::1]:8384", "0.0.0.0", ":8384", "8384". */
typedef struct dx_address {
    _Alignas(8) unsigned char raw[32]; /* a struct sockaddr_in or sockaddr_in6 */
    unsigned size;
    uint16_t port; /* 0 = any that is free */
    bool v6, loopback;
} dx_address;
/* Numbers only, no look-up of names.  False when it is no address. */
bool dx_os_address(dx_str text, uint16_t default_port, dx_address *out);
bool dx_os_is_ip(dx_str host);      /* "10.0.0.7", "[fe80::1]" */
void dx_os_hang_up(int connection); /* both directions; whoever reads or writes it wakes up */
#endif
