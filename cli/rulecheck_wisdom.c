/* What works and is unwise: told with --strict only. */
#include "cli/rulecheck.h"
#include "patterns/pattern.h"

enum { CONTAINS_ADVISED = 6 };

static void check_sources(dx_rulecheck *c, const dx_signature *sig)
{
    for (size_t i = 0; i < sig->n_samples; i++) {
        if (sig->samples[i].from.n == 0 && sig->from.n == 0)
            dx_fault(&c->faults, sig->samples[i].at,
                     "%.*s: nobody knows where sample '%.*s' comes from: add 'from' to it, or to "
                     "the signature",
                     DX_FMT(sig->id), DX_FMT(sig->samples[i].name));
    }
}

static dx_rc check_ends(dx_rulecheck *c, const dx_signature *sig, dx_err *err)
{
    dx_buf regex = {0};

    for (size_t i = 0; i < sig->n_pieces; i++)
        dx_buf_add(&regex, sig->pieces[i]);
    if (regex.failed) {
        dx_buf_done(&regex);
        return dx_nomem(err);
    }
    if (dx_pattern_begins_wild(dx_buf_str(&regex)))
        dx_fault(&c->faults, sig->piece_at[0],
                 "%.*s: the regex begins with a part that takes any text: begin with words of the "
                 "message, or give that part an end, as in [^\"]{1,260}",
                 DX_FMT(sig->id));
    if (dx_pattern_ends_wild(dx_buf_str(&regex)))
        dx_fault(&c->faults, sig->piece_at[sig->n_pieces - 1],
                 "%.*s: the regex ends with a part that takes any text: leave it out, or give it "
                 "an end, as in .{1,200}",
                 DX_FMT(sig->id));
    dx_buf_done(&regex);
    return DX_OK;
}

dx_rc dx_rulecheck_wise_signature(dx_rulecheck *c, const dx_signature *sig, dx_err *err)
{
    if (sig->draft)
        dx_fault(&c->faults, sig->at, "%.*s: is still a draft: take 'status' out when it is tested",
                 DX_FMT(sig->id));
    check_sources(c, sig);
    if (sig->refines)
        return DX_OK;
    if (sig->contains.n < CONTAINS_ADVISED)
        dx_fault(&c->faults, sig->at,
                 "%.*s: 'contains' has under %d characters, so the regex runs on many lines: take "
                 "a longer literal that stands in every match",
                 DX_FMT(sig->id), CONTAINS_ADVISED);
    if (check_ends(c, sig, err) != DX_OK)
        return DX_FAIL;
    return dx_rulecheck_cost(c, sig, err);
}

void dx_rulecheck_wise_rule(dx_rulecheck *c, const dx_rule *rule)
{
    const struct {
        bool missing;
        const char *what;
    } wanted[] = {
        {rule->draft, "is still a draft: take 'status' out when it is tested"},
        {rule->n_cases == 0, "has no case: add 'cases' that show when it is found and when not"},
        {rule->n_refs == 0, "names no source: add 'refs'"},
        {rule->n_fix == 0, "says nothing of what to do: add 'fix'"},
    };

    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        if (wanted[i].missing)
            dx_fault(&c->faults, rule->at, "%.*s: %s", DX_FMT(rule->id), wanted[i].what);
    }
}
