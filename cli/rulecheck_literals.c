/* With -v: what each signature is looked for by, and how common that is. */
#include "cli/rulecheck.h"
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
        else
            dx_buf_add(out, DX_LIT("warning: no text is in every match, so that the regex runs on "
                                   "every record; setupdx scan --profile shows what it costs"));
        dx_buf_char(out, '\n');
        dx_arena_reset(c->scratch);
    }
    return out->failed ? dx_nomem(err) : DX_OK;
}
