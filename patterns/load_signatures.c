#include "patterns/load.h"

enum { CONTAINS_LEAST = 4 };

static const char *const signature_keys[] = {"id",    "title",    "means",   "from",   "polarity",
                                             "level", "contains", "regex",   "fields", "refines",
                                             "where", "scope",    "samples", "not",    "status",
                                             "was",   "general",  "opener",  NULL};

/* DX_UNKNOWN is what no signature knows, so no signature can say it. */
static const char *const polarity_words[] = {"failure", "harmless", "success", "context", NULL};

static dx_str lower_copy(dx_load *l, dx_str s)
{
    char *p = dx_load_get(l, s.n, 1);
    if (p == NULL)
        return DX_NONE;
    for (size_t i = 0; i < s.n; i++)
        p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] - 'A' + 'a') : s.p[i];
    return (dx_str){p, s.n};
}

/* Matching sees one blank where the log has many, so that two would never be found. */
static bool is_folded(dx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\n' || s.p[i] == '\t' || (s.p[i] == ' ' && i > 0 && s.p[i - 1] == ' '))
            return false;
    return true;
}

static dx_str read_contains(dx_load *l, const dx_ynode *node, dx_str owner)
{
    const dx_str text = dx_y_text(node, l->faults);
    if (text.p == NULL)
        return DX_NONE;
    if (text.n < CONTAINS_LEAST)
        dx_fault(l->faults, node->at,
                 "%.*s: 'contains' is %zu bytes long: at least %d, or leave it out", DX_FMT(owner),
                 text.n, CONTAINS_LEAST);
    else if (!is_folded(text))
        dx_fault(l->faults, node->at,
                 "%.*s: 'contains' must have single blanks and no line ends: texts are folded",
                 DX_FMT(owner));
    return lower_copy(l, text);
}

static void read_scope(dx_load *l, dx_signature *sig, const dx_ynode *node)
{
    static const char *const keys[] = {"format", NULL};
    if (node != NULL && dx_y_keys(node, keys, l->faults))
        sig->formats = dx_load_texts(l, dx_y_get(node, "format"), &sig->n_formats);
}

static dx_level usual_level(dx_polarity polarity)
{
    return polarity == DX_FAILURE ? DX_LEVEL_ERROR : DX_LEVEL_INFO;
}

static void read_weight(dx_load *l, dx_signature *sig, const dx_ynode *node)
{
    const dx_ynode *polarity = dx_y_get(node, "polarity"), *level = dx_y_get(node, "level");
    const int meant = polarity == NULL ? 0 : dx_y_word(polarity, polarity_words, l->faults);
    sig->polarity = meant < 0 ? DX_FAILURE : (dx_polarity)meant;
    const int given = level == NULL ? -1 : dx_y_word(level, dx_level_names, l->faults);
    sig->level = given < 0 ? usual_level(sig->polarity) : (dx_level)given;
}

/* What belongs to the text itself is the base's affair. */
static void check_refinement_keys(dx_load *l, const dx_signature *sig, const dx_ynode *node)
{
    static const char *const foreign[] = {"contains", "regex",  "fields",
                                          "scope",    "opener", "general"};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        const dx_ynode *found = dx_y_get(node, foreign[i]);
        if (found != NULL)
            dx_fault(l->faults, found->key_at,
                     "%.*s: '%s' belongs to the signature that it refines", DX_FMT(sig->id),
                     foreign[i]);
    }
    if (dx_y_get(node, "where") == NULL)
        dx_fault(l->faults, node->at, "%.*s: 'refines' needs 'where'", DX_FMT(sig->id));
}

static void read_signature(dx_load *l, const dx_sig_entry *entry)
{
    dx_signature *sig = entry->sig;
    const dx_ynode *node = entry->node;
    dx_y_keys(node, signature_keys, l->faults);
    sig->title = dx_load_want(l, node, "title", sig->id);
    sig->means = dx_load_text(l, node, "means");
    sig->from = dx_load_text(l, node, "from");
    dx_load_status(l, node, &sig->draft, &sig->retired);
    read_weight(l, sig, node);
    sig->contains = read_contains(l, dx_y_get(node, "contains"), sig->id);
    read_scope(l, sig, dx_y_get(node, "scope"));
    sig->general = dx_y_bool(dx_y_get(node, "general"), false, l->faults);
    const dx_ynode *where = dx_y_get(node, "where");
    if (dx_y_get(node, "refines") != NULL)
        check_refinement_keys(l, sig, node);
    else
        dx_load_signature_regex(l, sig, node);
    if (where != NULL && dx_y_get(node, "refines") == NULL)
        dx_fault(l->faults, where->key_at, "%.*s: 'where' without 'refines'", DX_FMT(sig->id));
    dx_load_samples(l, sig, node);
}

/* ---- links ---- */

static void inherit(dx_sig_entry *entry, const dx_signature *base)
{
    dx_signature *sig = entry->sig;
    sig->refines = base;
    sig->fields = base->fields;
    sig->n_fields = base->n_fields;
    sig->formats = base->formats;
    sig->n_formats = base->n_formats;
    sig->general = base->general;
    if (dx_y_get(entry->node, "polarity") == NULL)
        sig->polarity = base->polarity;
    if (dx_y_get(entry->node, "level") == NULL)
        sig->level =
            dx_y_get(entry->node, "polarity") == NULL ? base->level : usual_level(sig->polarity);
}

static void link_refinement(dx_load *l, dx_sig_entry *entry)
{
    const dx_ynode *node = dx_y_get(entry->node, "refines");
    if (node == NULL)
        return;
    const dx_signature *base = dx_load_signature_ref(l, node, entry->sig->id, "refines");
    if (base == NULL)
        return;
    dx_sig_entry *base_entry = dx_load_find_signature(l, node->text);
    if (dx_y_get(base_entry->node, "refines") != NULL) {
        dx_fault(l->faults, node->at, "%.*s refines '%.*s', which refines another: one level only",
                 DX_FMT(entry->sig->id), DX_FMT(base->id));
        return;
    }
    entry->base = base_entry;
    base_entry->sig->n_refinements++;
    inherit(entry, base);
    const dx_field_scope scope = {.owner = entry->sig->id, .sigs = &base, .n = 1};
    entry->sig->where = dx_load_where(l, dx_y_get(entry->node, "where"), &scope);
}

static void gather_refinements(dx_load *l)
{
    for (size_t i = 0; i < l->n_sigs; i++) {
        dx_sig_entry *entry = &l->sigs[i];
        entry->children = dx_load_get(l, entry->sig->n_refinements, sizeof(dx_signature *));
        entry->sig->refinements = entry->children;
        entry->sig->n_refinements = 0;
    }
    for (size_t i = 0; i < l->n_sigs; i++) {
        const dx_sig_entry *base = l->sigs[i].base;
        if (base != NULL && base->children != NULL)
            base->children[base->sig->n_refinements++] = l->sigs[i].sig;
    }
}

void dx_load_signatures(dx_load *l)
{
    for (size_t i = 0; i < l->n_sigs && !l->starved; i++)
        read_signature(l, &l->sigs[i]);
    for (size_t i = 0; i < l->n_sigs && !l->starved; i++)
        link_refinement(l, &l->sigs[i]);
    gather_refinements(l);
    for (size_t i = 0; i < l->n_sigs && !l->starved; i++)
        dx_load_check_samples(l, l->sigs[i].sig);
}
