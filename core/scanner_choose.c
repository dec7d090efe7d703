/* Which bytes of a literal are looked for: its rarest. */
#include "core/scanner_impl.h"

/* How common a byte is in setup logs: vowels and blanks are everywhere. */
static unsigned commonness(char c)
{
    static const char order[] = " etaoinrs0lcdup1mfh2gw\\.:b3v";
    const char *p = strchr(order, c);

    return c != 0 && p != NULL ? (unsigned)(sizeof order - (size_t)(p - order)) : 1;
}

size_t dx_scan_window(dx_str literal, dx_scan_class c)
{
    const size_t window = dx_scan_shapes[c].window;
    size_t best = 0;
    unsigned least = ~0u;

    for (size_t at = 0; at + window <= literal.n; at++) {
        unsigned sum = 0;
        for (size_t i = 0; i < window; i++)
            sum += commonness(literal.p[at + i]);
        if (sum < least) {
            least = sum;
            best = at;
        }
    }
    return best;
}
