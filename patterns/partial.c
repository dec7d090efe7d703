/* How far a signature's regex gets: for the people who write one. */
#include "patterns/matcher.h"
#include "patterns/meter.h"

static bool first_pieces_match(const dx_signature *sig, size_t n, dx_str folded,
                               dx_regex_scratch *rx, dx_span *covered)
{
    dx_regex *regex = NULL;
    dx_err err = {0};
    const bool found = dx_pieces_compile(&regex, sig, n, 0, &err) == DX_OK &&
                       dx_regex_find(regex, rx, folded, 0, covered, 1) == DX_RX_YES;

    dx_regex_free(regex);
    return found;
}

size_t dx_matcher_partial(const dx_signature *sig, dx_str folded, dx_span *covered)
{
    dx_regex_scratch *rx = dx_regex_scratch_new();
    size_t n = rx ? sig->n_pieces : 0;

    while (n > 0 && !first_pieces_match(sig, n, folded, rx, covered))
        n--;
    dx_regex_scratch_free(rx);
    return n;
}
