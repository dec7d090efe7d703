#include "cli/rules_page.h"

#include <stdlib.h>
#include <string.h>
#include "cli/rulecheck.h"

/* One folder of rules: a product. */
typedef struct shelf {
    dx_str name;
    size_t diagnoses, signatures, samples, cases;
} shelf;

typedef struct page {
    dx_buf *out;
    const dx_knowledge *know;
    dx_rulecheck check;
    dx_arena *into;
    const dx_rule *const *rule;
    const dx_signature *const *signature;
    size_t n_rules, n_signatures;
    shelf *shelves;
    size_t n_shelves;
} page;

/* ---- which folder ---- */

static dx_str folder_of(const page *p, dx_place at)
{
    for (size_t i = 0; at.file && i < p->know->set.n; i++) {
        const dx_yfile *file = &p->know->set.file[i];
        const char *slash = strrchr(file->name.p, '/');
        if (dx_str_eq(file->path, dx_str_of(at.file)))
            return slash ? dx_str_slice(file->name, 0, (size_t)(slash - file->name.p))
                         : DX_LIT("others");
    }
    return DX_LIT("others");
}

static shelf *shelf_of(page *p, dx_place at)
{
    const dx_str name = folder_of(p, at);

    for (size_t i = 0; i < p->n_shelves; i++) {
        if (dx_str_eq(p->shelves[i].name, name))
            return &p->shelves[i];
    }
    p->shelves[p->n_shelves].name = name;
    return &p->shelves[p->n_shelves++];
}

static int by_name(const void *a, const void *b)
{
    return dx_str_cmp(((const shelf *)a)->name, ((const shelf *)b)->name);
}

static dx_rc make_shelves(page *p, dx_err *err)
{
    p->shelves = dx_arena_get(p->into, (p->n_rules + p->n_signatures + 1) * sizeof *p->shelves);
    if (!p->shelves)
        return dx_nomem(err);
    for (size_t i = 0; i < p->n_rules; i++) {
        if (p->rule[i]->retired)
            continue;
        shelf *s = shelf_of(p, p->rule[i]->at);
        s->diagnoses++;
        s->cases += p->rule[i]->n_cases;
    }
    for (size_t i = 0; i < p->n_signatures; i++) {
        if (p->signature[i]->retired)
            continue;
        shelf *s = shelf_of(p, p->signature[i]->at);
        s->signatures++;
        s->samples += p->signature[i]->n_samples;
    }
    if (p->n_shelves)
        qsort(p->shelves, p->n_shelves, sizeof *p->shelves, by_name);
    return DX_OK;
}

/* ---- text that means nothing to Markdown ---- */

static void add_text(dx_buf *out, dx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '<') {
            dx_buf_add(out, DX_LIT("&lt;"));
            continue;
        }
        if (strchr("\\`*_[]|~", s.p[i]))
            dx_buf_char(out, '\\');
        dx_buf_char(out, s.p[i] == '\n' ? ' ' : s.p[i]);
    }
}

static void add_texts(dx_buf *out, const dx_str *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        dx_buf_add(out, i ? DX_LIT(", ") : DX_LIT(""));
        add_text(out, texts[i]);
    }
}

/* ---- tables ---- */

static void count_samples(const dx_signature *sig, bool *counted, size_t *n)
{
    if (counted[sig->index])
        return;
    counted[sig->index] = true;
    *n += sig->n_samples;
    for (size_t i = 0; i < sig->n_refinements; i++)
        count_samples(sig->refinements[i], counted, n);
}

/* Of all messages that the diagnosis can see. */
static size_t samples_of(const page *p, const dx_rule *r)
{
    bool *counted = dx_arena_get(p->into, p->n_signatures + 1);
    size_t n = 0;

    for (size_t i = 0; counted && i < r->n_steps; i++) {
        for (size_t k = 0; k < r->steps[i].n_sees; k++)
            count_samples(r->steps[i].sees[k], counted, &n);
    }
    return n;
}

static void add_rule(page *p, const dx_rule *r)
{
    const int best = p->check.best[r->index];

    dx_buf_printf(p->out, "| `%.*s`<br>", DX_FMT(r->id));
    add_text(p->out, r->title);
    dx_buf_add(p->out, DX_LIT(" | "));
    add_text(p->out, r->cause_class);
    dx_buf_add(p->out, DX_LIT(" | "));
    add_texts(p->out, r->refs, r->n_refs);
    dx_buf_printf(p->out, " | %zu | %zu | ", samples_of(p, r), r->n_cases);
    if (best < 0)
        dx_buf_add(p->out, DX_LIT("– |\n"));
    else
        dx_buf_printf(p->out, "%d, %s |\n", best, dx_certainty_names[dx_certainty_of(best)]);
}

static void add_signature(page *p, const dx_signature *s)
{
    dx_buf_printf(p->out, "| `%.*s`<br>", DX_FMT(s->id));
    add_text(p->out, s->title);
    dx_buf_printf(p->out, " | %s | ", dx_polarity_names[s->polarity]);
    add_text(p->out, s->from);
    dx_buf_printf(p->out, " | %zu |\n", s->n_samples);
}

static void add_shelf(page *p, const shelf *s)
{
    dx_buf_printf(p->out, "\n## %.*s\n", DX_FMT(s->name));
    if (s->diagnoses)
        dx_buf_add(p->out, DX_LIT("\n| Diagnosis | Cause | Sources | Samples | Cases | Surest |\n"
                                  "|---|---|---|--:|--:|---|\n"));
    for (size_t i = 0; i < p->n_rules; i++) {
        if (!p->rule[i]->retired && dx_str_eq(folder_of(p, p->rule[i]->at), s->name))
            add_rule(p, p->rule[i]);
    }
    if (s->signatures)
        dx_buf_add(p->out, DX_LIT("\n| Message | Kind | Source | Samples |\n|---|---|---|--:|\n"));
    for (size_t i = 0; i < p->n_signatures; i++) {
        if (!p->signature[i]->retired && dx_str_eq(folder_of(p, p->signature[i]->at), s->name))
            add_signature(p, p->signature[i]);
    }
}

static void add_contents(page *p)
{
    shelf sum = {0};

    dx_buf_add(p->out, DX_LIT("| Product | Diagnoses | Messages | Samples | Cases |\n"
                              "|---|--:|--:|--:|--:|\n"));
    for (size_t i = 0; i < p->n_shelves; i++) {
        const shelf *s = &p->shelves[i];
        dx_buf_printf(p->out, "| [%.*s](#", DX_FMT(s->name));
        for (size_t k = 0; k < s->name.n; k++) { /* as its heading is linked to */
            if (s->name.p[k] != '.' && s->name.p[k] != '/')
                dx_buf_char(p->out, s->name.p[k]);
        }
        dx_buf_printf(p->out, ") | %zu | %zu | %zu | %zu |\n", s->diagnoses, s->signatures,
                      s->samples, s->cases);
        sum.diagnoses += s->diagnoses;
        sum.signatures += s->signatures;
        sum.samples += s->samples;
        sum.cases += s->cases;
    }
    dx_buf_printf(p->out, "| all | %zu | %zu | %zu | %zu |\n", sum.diagnoses, sum.signatures,
                  sum.samples, sum.cases);
}

static void add_formats(page *p)
{
    const dx_format *const *formats;
    const size_t n = dx_formats_all(p->know->formats, &formats);

    dx_buf_add(p->out, DX_LIT("\n## Log formats\n\n| Format | Samples |\n|---|---|\n"));
    for (size_t i = 0; i < n; i++) {
        const dx_format_sample *samples;
        const size_t n_samples = dx_format_samples(formats[i], &samples);
        dx_buf_printf(p->out, "| `%.*s`<br>", DX_FMT(dx_format_id(formats[i])));
        add_text(p->out, dx_format_title(formats[i]));
        dx_buf_add(p->out, DX_LIT(" |"));
        for (size_t k = 0; k < n_samples; k++) {
            dx_buf_add(p->out, k ? DX_LIT(", ") : DX_LIT(" "));
            add_text(p->out, samples[k].name);
        }
        dx_buf_add(p->out, DX_LIT(" |\n"));
    }
}

/* ---- the whole ---- */

static dx_rc run_cases(page *p, dx_err *err)
{
    p->check.know = p->know;
    p->check.scratch = dx_arena_new(0);
    if (!p->check.scratch)
        return dx_nomem(err);
    if (dx_matcher_new(&p->check.matcher, p->know->book, err) != DX_OK ||
        dx_rulecheck_begin(&p->check, p->into, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < p->n_rules; i++) {
        if (dx_rulecheck_reach(&p->check, p->rule[i], err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static void write_page(page *p)
{
    dx_buf_add(p->out,
               DX_LIT("# What setupdx knows\n\n"
                      "Written by `./dev rules-page` from the rules and formats themselves. "
                      "Samples are texts that must be matched,\ncases are made-up logs with the "
                      "exact certainty that must come out; *Surest* is the highest of 99 that a "
                      "case reaches.\nAll of them are run by `setupdx rules check`.\n\n"));
    add_contents(p);
    for (size_t i = 0; i < p->n_shelves; i++)
        add_shelf(p, &p->shelves[i]);
    add_formats(p);
}

dx_rc dx_rules_page(dx_buf *out, const dx_knowledge *know, dx_arena *into, dx_err *err)
{
    page p = {.out = out, .know = know, .into = into};

    p.n_rules = dx_rulebook_rules(know->book, &p.rule);
    p.n_signatures = dx_rulebook_signatures(know->book, &p.signature);
    dx_rc rc = make_shelves(&p, err);
    if (rc == DX_OK)
        rc = run_cases(&p, err);
    if (rc == DX_OK)
        write_page(&p);
    dx_matcher_free(p.check.matcher);
    dx_arena_free(p.check.scratch);
    return rc;
}
