#include "patterns/literals.h"
#include "core/buf.h"
#include "core/pattern.h"
#include "core/scanner.h"

enum {
    OPENER_LEAST = 8,
    COMMON = 100,   /* times a megabyte */
    MUCH_RARER = 2, /* times */
    EARLY = 56      /* bytes of a text that mostly stand in the line where it begins and the next */
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

static bool all_hold(const dx_str *found, size_t n, dx_str given)
{
    bool all = n > 0;

    for (size_t i = 0; i < n; i++)
        all = all && dx_str_find(found[i], given, 0) != SIZE_MAX;
    return all;
}

/* A literal that every other line holds costs more than all that is done with it. */
static bool pays(const dx_literals *found, const dx_literals *given)
{
    const double before = commonness(given);

    return found->n > 0 && before >= COMMON && commonness(found) * MUCH_RARER <= before;
}

/* The author's literal, or those found in the regex: when each of them holds the author's, for then
 * they are rarer, or when the author's is common and they are not. */
static dx_literals usual(const dx_signature *sig, dx_str regex, dx_arena *into)
{
    const dx_str author = dx_str_trim(sig->contains);
    const dx_literals given = {.text = {author}, .n = author.n >= DX_SCAN_LEAST};
    const dx_fragments fragments = dx_fragments_telling(regex, into);
    dx_literals found = {.n = 0};

    for (size_t i = 0; i < fragments.n; i++)
        add(&found, fragments.p[i]);
    return given.n == 0 || all_hold(fragments.p, fragments.n, sig->contains) || pays(&found, &given)
               ? found
               : given;
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

/* What begins with it is rarer, whatever the sum of what is known of its parts. */
static bool opens_better(const dx_literals *opener, const dx_literals *other)
{
    if (other->n == 0 || opener->per_megabyte <= rare)
        return true;
    return opener->per_megabyte <= other->per_megabyte &&
           (opener->per_megabyte < COMMON || !all_hold(other->text, other->n, opener->text[0]));
}

bool dx_literals_of(const dx_signature *sig, dx_arena *into, dx_literals *out)
{
    const dx_str regex = dx_signature_pattern(sig, into);
    dx_literals opener;

    if (regex.p == NULL || !opener_of(regex, into, &opener))
        return false;
    *out = usual(sig, regex, into);
    out->per_megabyte = commonness(out);
    if (opener.n > 0 && opens_better(&opener, out)) {
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
