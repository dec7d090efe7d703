#include "patterns/meter.h"

#include <stdlib.h>
#include "core/buf.h"
#include "core/pattern.h"

struct dx_meter {
    const dx_signature *sig;
    dx_regex *counted; /* NULL: it has too many parts to be counted */
    dx_regex_scratch *rx;
};

dx_rc dx_pieces_compile(dx_regex **out, const dx_signature *sig, size_t n, unsigned flags,
                        dx_err *err)
{
    dx_buf written = {0}, pattern = {0};
    dx_rc rc = DX_FAIL;

    for (size_t i = 0; i < n; i++)
        dx_buf_add(&written, sig->pieces[i]);
    dx_pattern_loosen(&pattern, dx_buf_str(&written));
    if (written.failed || pattern.failed)
        rc = dx_nomem(err);
    else
        rc = dx_regex_new(out, dx_buf_str(&pattern), flags | DX_RX_CASELESS | DX_RX_MULTILINE, NULL,
                          err);
    dx_buf_done(&pattern);
    dx_buf_done(&written);
    return rc;
}

dx_rc dx_meter_new(dx_meter **out, const dx_signature *sig, dx_err *err)
{
    dx_meter *m = calloc(1, sizeof *m);

    if (m == NULL)
        return dx_nomem(err);
    m->sig = sig;
    m->rx = dx_regex_scratch_new();
    dx_rc rc = m->rx ? DX_OK : dx_nomem(err);
    if (rc == DX_OK)
        rc = dx_pieces_compile(&m->counted, sig, sig->n_pieces, DX_RX_COUNTED, err);
    if (rc != DX_OK && err->kind != DX_E_RULE) {
        dx_meter_free(m);
        return rc;
    }
    *out = m;
    return DX_OK;
}

void dx_meter_free(dx_meter *m)
{
    if (m == NULL)
        return;
    dx_regex_free(m->counted);
    dx_regex_scratch_free(m->rx);
    free(m);
}

static dx_rx find(dx_meter *m, dx_str text, size_t from, dx_span *hit, uint64_t *left)
{
    return m->counted ? dx_regex_find_counted(m->counted, m->rx, text, from, hit, 1, left)
                      : dx_regex_find(m->sig->regex, m->rx, text, from, hit, 1);
}

dx_rx dx_meter_run(dx_meter *m, dx_str text, uint64_t limit, dx_span *first, uint64_t *steps)
{
    uint64_t left = limit;
    /* Also with the regex that the program uses: its stack has an end of its own. */
    dx_rx all = dx_regex_find(m->sig->regex, m->rx, text, 0, NULL, 0) == DX_RX_LIMIT ? DX_RX_LIMIT
                                                                                     : DX_RX_NO;
    dx_rx found = DX_RX_YES;

    for (size_t from = 0; found == DX_RX_YES && all != DX_RX_LIMIT && from < text.n;) {
        dx_span hit = {0};
        found = find(m, text, from, &hit, &left);
        if (found == DX_RX_YES && all == DX_RX_NO && first)
            *first = hit;
        all = found == DX_RX_NO ? all : found;
        from = hit.to > from ? hit.to : from + 1;
    }
    if (steps)
        *steps = limit - left;
    return all;
}
