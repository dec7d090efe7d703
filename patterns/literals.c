#include "patterns/literals.h"
#include "core/buf.h"
#include "core/pattern.h"
#include "core/scanner.h"

enum {
    OPENER_LEAST = 8,
    EARLY = 56 /* bytes of a text that mostly stand in the line where it begins and the next */
};
static const double rare = 4; /* times a megabyte */

static double commonness(const dx_literals *l)
{
    double sum = 0, one = 0;

    for (size_t i = 0; i < l->n; i++)
        if (dx_scan_rarest(l->text[i], &one).p != NULL)
            sum += one;
    return sum;
}

/* Long texts are torn by wrappers, perhaps twice: their beginning.  (Not less: what tells one
 * signature from its sisters may come late.) */
static dx_str shortened(dx_str text)
{
    return dx_str_trim(dx_str_slice(text, 0, EARLY));
}

static void add(dx_literals *l, dx_str text)
{
    l->text[l->n++] = shortened(dx_str_trim(text));
}

/* The author's literal, or those found in the regex: also when each of them holds the author's,
 * for then they are rarer. */
static dx_literals usual(const dx_signature *sig, dx_str regex, dx_arena *into)
{
    const dx_str given = dx_str_trim(sig->contains);
    const dx_fragments found = dx_fragments_of(regex, into);
    dx_literals l = {.n = 0};
    bool finer = found.n > 0;

    for (size_t i = 0; i < found.n; i++) {
        finer = finer && dx_str_find(found.p[i], sig->contains, 0) != SIZE_MAX;
        add(&l, found.p[i]);
    }
    if (given.n >= DX_SCAN_LEAST && !finer)
        l = (dx_literals){.text = {given}, .n = 1};
    return l;
}

/* What every match begins with: the best there is, for it stands where the match begins however
 * the rest is wrapped. */
static bool opener_of(dx_str regex, dx_arena *into, dx_literals *out)
{
    dx_buf text = {0};
    dx_str kept = DX_NONE;

    *out = (dx_literals){.n = 0};
    dx_pattern_opener(&text, regex);
    const bool long_enough = text.n >= OPENER_LEAST;
    if (long_enough && !text.failed)
        kept = dx_arena_copy(into, dx_buf_str(&text));
    const bool failed = text.failed || (long_enough && kept.p == NULL);
    dx_buf_done(&text);
    if (kept.p != NULL)
        add(out, kept);
    out->per_megabyte = commonness(out);
    return !failed;
}

bool dx_literals_of(const dx_signature *sig, dx_arena *into, dx_literals *out)
{
    const dx_str regex = dx_signature_pattern(sig, into);
    dx_literals opener;

    if (regex.p == NULL || !opener_of(regex, into, &opener))
        return false;
    *out = usual(sig, regex, into);
    out->per_megabyte = commonness(out);
    if (opener.n > 0 &&
        (out->n == 0 || opener.per_megabyte <= rare || opener.per_megabyte <= out->per_megabyte)) {
        *out = opener;
        return true;
    }
    /* The other literals may stand in a line that a wrapper put behind the next. */
    if (sig->opener.n > 0 && out->n > 0) {
        add(out, sig->opener);
        out->per_megabyte = commonness(out);
    }
    return true;
}
