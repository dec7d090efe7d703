/* What works and is unwise: told with --strict only. */
#include "cli/rulecheck.h"
#include "core/bytes.h"
#include "core/fragment.h"
#include "core/near.h"
#include "core/pattern.h"

enum { CONTAINS_ADVISED = 6, BRANCH_SHOWN = 80 };

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

/* What the scanner looks for: the author's literal, else those found in the regex.  A signature
 * that is only looked for in logs of its product may do without. */
static void check_literal(dx_rulecheck *c, const dx_signature *sig, dx_str regex, dx_arena *scratch)
{
    const dx_fragments found = dx_fragments_telling(regex, scratch);
    const size_t least = sig->contains.n > 0 ? sig->contains.n : found.n > 0 ? found.least : 0;

    if (least >= CONTAINS_ADVISED || sig->n_formats > 0)
        return;
    if (least > 0)
        dx_fault(&c->faults, sig->at,
                 "%.*s: its shortest literal has under %d characters, so the regex runs on many "
                 "lines of every log: give a longer 'contains', or a scope",
                 DX_FMT(sig->id), CONTAINS_ADVISED);
    else
        dx_fault(&c->faults, sig->at,
                 "%.*s: no literal stands in every match, so the regex runs on every line of "
                 "every log: give 'contains', or a scope",
                 DX_FMT(sig->id));
}

static dx_place place_in(const dx_signature *sig, size_t offset)
{
    size_t i = 0;

    while (i + 1 < sig->n_pieces && offset >= sig->pieces[i].n)
        offset -= sig->pieces[i++].n;
    return sig->piece_at[i];
}

/* A record without the author's literal is never tried. */
static bool check_branches(dx_rulecheck *c, const dx_signature *sig, dx_str regex,
                           dx_arena *scratch)
{
    const dx_near_branch *without = NULL;
    size_t n = 0;

    if (sig->contains.n > 0 && dx_ascii_run(sig->contains) == sig->contains.n &&
        !dx_near_without(regex, sig->contains, scratch, &without, &n))
        return false;
    for (size_t i = 0; i < n; i++) {
        const dx_str branch = dx_str_slice(regex, without[i].from, without[i].to);
        dx_fault(&c->faults, place_in(sig, without[i].from),
                 "%.*s: '%.*s%s' matches without 'contains' ('%.*s'), and such a record is never "
                 "tried: leave 'contains' out, then each branch gets a literal of its own, or "
                 "choose one that stands in every match",
                 DX_FMT(sig->id), DX_FMT(dx_str_slice(branch, 0, BRANCH_SHOWN)),
                 branch.n > BRANCH_SHOWN ? "..." : "", DX_FMT(sig->contains));
    }
    return true;
}

static void check_ends(dx_rulecheck *c, const dx_signature *sig, dx_str regex)
{
    if (dx_pattern_begins_wild(regex))
        dx_fault(&c->faults, sig->piece_at[0],
                 "%.*s: the regex begins with a part that takes any text: begin with words of the "
                 "message, or give that part an end, as in [^\"]{1,260}",
                 DX_FMT(sig->id));
    if (dx_pattern_ends_wild(regex))
        dx_fault(&c->faults, sig->piece_at[sig->n_pieces - 1],
                 "%.*s: the regex ends with a part that takes any text: leave it out, or give it "
                 "an end, as in .{1,200}",
                 DX_FMT(sig->id));
}

static dx_rc check_regex(dx_rulecheck *c, const dx_signature *sig, dx_err *err)
{
    dx_arena *scratch = dx_arena_new(0);
    const dx_str regex = scratch ? dx_signature_pattern(sig, scratch) : DX_NONE;

    if (regex.p == NULL) {
        dx_arena_free(scratch);
        return dx_nomem(err);
    }
    check_literal(c, sig, regex, scratch);
    check_ends(c, sig, regex);
    const bool done = check_branches(c, sig, regex, scratch);
    dx_arena_free(scratch);
    return done ? DX_OK : dx_nomem(err);
}

dx_rc dx_rulecheck_wise_signature(dx_rulecheck *c, const dx_signature *sig, dx_err *err)
{
    if (sig->draft)
        dx_fault(&c->faults, sig->at, "%.*s: is still a draft: take 'status' out when it is tested",
                 DX_FMT(sig->id));
    check_sources(c, sig);
    if (sig->refines)
        return DX_OK;
    if (check_regex(c, sig, err) != DX_OK)
        return DX_FAIL;
    return dx_rulecheck_cost(c, sig, err);
}

/* "{{" is one brace of a command, "}" is one too: who doubles both types a brace too many. */
static bool closes_too_much(dx_str command)
{
    size_t open = 0;

    for (size_t i = 0; i < command.n; i++) {
        if (command.p[i] == '{') {
            open++;
            i += i + 1 < command.n && command.p[i + 1] == '{';
        } else if (command.p[i] == '}' && open-- == 0) {
            return true;
        }
    }
    return false;
}

static void check_commands(dx_rulecheck *c, const dx_rule *rule)
{
    for (size_t i = 0; i < rule->n_fix; i++) {
        if (closes_too_much(rule->fix[i].command))
            dx_fault(&c->faults, rule->at,
                     "%.*s: the command of step %zu closes more braces than it opens: only an "
                     "opening brace is doubled",
                     DX_FMT(rule->id), i + 1);
    }
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
    check_commands(c, rule);
}
