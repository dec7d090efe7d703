#include "web/request.h"

static dx_str value_of(const dx_pair *pairs, size_t n, const char *name)
{
    const dx_str wanted = dx_str_of(name);

    for (size_t i = 0; i < n; i++)
        if (dx_str_eq(pairs[i].name, wanted))
            return pairs[i].value;
    return DX_NONE;
}

dx_str dx_request_query(const dx_request *q, const char *name)
{
    return value_of(q->query, q->n_query, name);
}

dx_str dx_request_form(const dx_request *q, const char *name)
{
    return value_of(q->form, q->n_form, name);
}

long long dx_request_number(const dx_request *q, const char *name, long long fallback,
                            long long least, long long most)
{
    long long n;

    if (!dx_str_to_i64(dx_request_query(q, name), &n) || n < least || n > most)
        return fallback;
    return n;
}

/* Only a path of our own: "//elsewhere" and "/\elsewhere" are other sites to a browser. */
static bool is_ours(dx_str to)
{
    if (to.n == 0 || to.p[0] != '/' || (to.n > 1 && (to.p[1] == '/' || to.p[1] == '\\')))
        return false;
    for (size_t i = 0; i < to.n; i++)
        if ((unsigned char)to.p[i] <= ' ' || (unsigned char)to.p[i] >= 0x7F)
            return false;
    return true;
}

dx_rc dx_response_redirect(const dx_request *q, dx_response *a, dx_str to, dx_err *err)
{
    const dx_str location = dx_arena_copy(q->arena, is_ours(to) ? to : DX_LIT("/"));

    if (!location.p)
        return dx_nomem(err);
    a->status = 303;
    a->location = location;
    return DX_OK;
}
