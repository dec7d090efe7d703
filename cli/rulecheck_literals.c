/* With -v: what each signature is looked for by, and how common that is. */
#include "cli/rulecheck.h"
#include "core/near.h"
#include "patterns/literals.h"

void dx_literals_tell(dx_buf *out, const dx_literals *l)
{
    for (size_t i = 0; i < l->n; i++)
        dx_buf_printf(out, "%s'%.*s'", i ? ", " : "", DX_FMT(l->text[i]));
    if (l->per_megabyte < 1)
        dx_buf_add(out, DX_LIT(": rare"));
    else
        dx_buf_printf(out, ": in setup logs about %.0f times a megabyte", l->per_megabyte);
}

/* Where no bound is known for how far before its texts a match begins, all that stands there is
 * searched: in a log with lines of megabytes that is all of a line. */
static dx_rc tell_reach(dx_buf *out, const dx_signature *sig, const dx_literals *l, dx_arena *into,
                        dx_err *err)
{
    const dx_str pattern = dx_signature_pattern(sig, into);
    const dx_near *near = NULL;

    if (pattern.p == NULL || !dx_near_of(pattern, l->text, l->n, into, into, &near))
        return dx_nomem(err);
    if (near == NULL || near->begins == DX_NEAR_ANYWHERE)
        dx_buf_add(out, DX_LIT("; warning: nothing bounds what stands before it in the pattern, so "
                               "all of a long line before it is searched: write .{0,200} for .*"));
    return DX_OK;
}

dx_rc dx_rulecheck_literals(dx_rulecheck *c, dx_buf *out, dx_err *err)
{
    const dx_signature *const *all;
    const size_t n = dx_rulebook_signatures(c->know->book, &all);

    for (size_t i = 0; i < n; i++) {
        dx_literals found;
        if (all[i]->refines || all[i]->retired || !dx_rulecheck_wants(c, all[i]->at))
            continue;
        if (!dx_literals_of(all[i], c->scratch, &found))
            return dx_nomem(err);
        dx_buf_printf(out, "%.*s  ", DX_FMT(all[i]->id));
        if (found.n > 0)
            dx_literals_tell(out, &found);
        if (found.n > 0 && tell_reach(out, all[i], &found, c->scratch, err) != DX_OK)
            return DX_FAIL;
        if (found.n == 0)
            dx_buf_add(out, DX_LIT("warning: no text is in every match, so that the regex runs on "
                                   "every record; setupdx scan --profile shows what it costs"));
        dx_buf_char(out, '\n');
        dx_arena_reset(c->scratch);
    }
    return out->failed ? dx_nomem(err) : DX_OK;
}
