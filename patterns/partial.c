/* How far a signature's regex gets: for the people who write one. */
#include "core/buf.h"
#include "patterns/matcher.h"
#include "patterns/pattern.h"

static bool first_pieces_match(const dx_signature *sig, size_t n, dx_str folded,
                               dx_regex_scratch *rx, dx_span *covered)
{
    dx_buf written = {0}, pattern = {0};
    dx_regex *regex = NULL;
    dx_err err = {0};
    bool found = false;

    for (size_t i = 0; i < n; i++)
        dx_buf_add(&written, sig->pieces[i]);
    dx_pattern_loosen(&pattern, dx_buf_str(&written));
    if (!written.failed && !pattern.failed &&
        dx_regex_new(&regex, dx_buf_str(&pattern), DX_RX_CASELESS | DX_RX_MULTILINE, NULL, &err) ==
            DX_OK)
        found = dx_regex_find(regex, rx, folded, 0, covered, 1) == DX_RX_YES;
    dx_regex_free(regex);
    dx_buf_done(&pattern);
    dx_buf_done(&written);
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
