/* The steps of a scan in plain C. */
#include "core/scanner_impl.h"

/* A window over the join of a row begins in its left part and reaches the place DX_SCAN_JOIN; the
 * long class needs four places, the middle one three, the short one every place of its own. */
const uint8_t dx_scan_lanes[DX_SCAN_CLASSES][DX_SCAN_LANES] = {
    [DX_SCAN_LONG] = {0, 4, 8, 12},
    [DX_SCAN_MIDDLE] = {0, 4, 8, 12},
    [DX_SCAN_SHORT] = {7, 8, 9, 10},
};

static void sample_class(const dx_scan_table *t, dx_scan_class c, const char *p, size_t n,
                         dx_scan_found *out)
{
    const size_t step = dx_scan_shapes[c].stride;
    size_t found = 0;

    for (size_t i = 0; t->used && i < n; i += step)
        if (dx_table_may(t, dx_gram_at(p + i, c)))
            out->place[c][found++] = (uint16_t)i;
    out->n[c] = found;
}

static void sample(const dx_scanner *s, const char *p, size_t n, dx_scan_found *out)
{
    bool before = false;

    for (dx_scan_class c = 0; c < DX_SCAN_CLASSES; c++)
        sample_class(&s->table[c], c, p, n, out);
    out->n_breaks = 0;
    for (size_t i = 0; i < n; i++) {
        const bool may = dx_scan_may_break(p + i);
        if (may && !before)
            out->breaks[out->n_breaks++] = (uint16_t)i;
        before = may;
    }
}

static unsigned stitch(const dx_scan_table *t, dx_scan_class c, const dx_scan_row *row)
{
    unsigned found = 0;

    for (unsigned i = 0; i < DX_SCAN_LANES; i++) {
        const size_t at = dx_scan_lanes[c][i];
        found |= (unsigned)dx_table_may(t, dx_gram_at(row->blank + at, c)) << i;
        found |= (unsigned)dx_table_may(t, dx_gram_at(row->tight + at, c)) << (i + DX_SCAN_LANES);
    }
    return found;
}

const dx_scan_steps dx_scan_portable = {sample, stitch};
