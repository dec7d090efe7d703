#include "cli/typed_key.h"

static dx_rc several(dx_str typed, const char *is, const dx_str *keys, size_t n, dx_arena *into,
                     dx_err *err)
{
    dx_str list = DX_LIT("");

    for (size_t i = 0; i < n && list.p; i++)
        list = dx_arena_printf(into, "%.*s%s%.*s", DX_FMT(list), i ? ", " : "", DX_FMT(keys[i]));
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "%.*s is %s: %.*s", DX_FMT(typed), is,
                   DX_FMT(list));
}

dx_rc dx_typed_key_in(dx_store *store, dx_str store_name, dx_str key, dx_arena *into, dx_str *out,
                      dx_err *err)
{
    dx_str *keys;
    size_t n;

    if (dx_store_find_keys(store, key, into, &keys, &n, err) != DX_OK)
        return DX_FAIL;
    if (n > 1)
        return several(key, "the beginning of several", keys, n, into, err);
    if (n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "no finding in %.*s has a key that begins with '%.*s'; --db names another "
                       "store",
                       DX_FMT(store_name), DX_FMT(key));
    *out = keys[0];
    return DX_OK;
}

dx_rc dx_ticket_key_in(dx_store *store, dx_str ticket, dx_arena *into, dx_str *out, dx_err *err)
{
    dx_str *keys;
    size_t n;

    if (dx_store_find_ticket(store, ticket, into, &keys, &n, err) != DX_OK)
        return DX_FAIL;
    if (n > 1)
        return several(ticket, "the ticket of several", keys, n, into, err);
    if (n == 1)
        *out = keys[0];
    return n == 1 ? DX_OK : DX_END;
}
