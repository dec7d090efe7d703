#include "patterns/load.h"

static const char *const sample_keys[] = {"text", "gives", "is", "from", NULL};

static void read_gives(dx_load *l, dx_sample *sample, const dx_ynode *map)
{
    if (map == NULL)
        return;
    if (map->kind != DX_Y_MAP) {
        dx_fault(l->faults, map->at, "'gives' is a map: { field: value }");
        return;
    }
    struct dx_give *gives = dx_load_get(l, map->n, sizeof *gives);
    if (gives == NULL)
        return;
    for (size_t i = 0; i < map->n; i++) {
        gives[i].field = map->kid[i]->key;
        gives[i].value = dx_y_text(map->kid[i], l->faults);
        gives[i].at = map->kid[i]->key_at;
    }
    sample->gives = gives;
    sample->n_gives = map->n;
}

/* A sample is its text, or a map that holds it. */
static dx_sample read_sample(dx_load *l, const dx_ynode *node, dx_str name, dx_str owner)
{
    dx_sample sample = {.name = name, .at = node->at, .text_at = node->at};
    if (node->kind == DX_Y_TEXT) {
        sample.text = node->text;
        if (node->text.n == 0)
            dx_fault(l->faults, node->at, "%.*s: a sample without text", DX_FMT(owner));
        return sample;
    }
    if (node->key.n > 0)
        sample.at = node->key_at;
    if (!dx_y_keys(node, sample_keys, l->faults))
        return sample;
    sample.text = dx_load_want(l, node, "text", owner);
    sample.from = dx_load_text(l, node, "from");
    sample.is = dx_load_text(l, node, "is");
    if (dx_y_get(node, "text") != NULL)
        sample.text_at = dx_y_get(node, "text")->at;
    read_gives(l, &sample, dx_y_get(node, "gives"));
    return sample;
}

static dx_str sample_name(dx_load *l, const dx_ynode *list, size_t i)
{
    const dx_ynode *node = list->kid[i];
    if (list->kind == DX_Y_MAP) {
        if (!dx_load_id_ok(node->key))
            dx_fault(l->faults, node->key_at,
                     "'%.*s' is no name for a sample: lower-case letters and digits, with '-' "
                     "between them",
                     DX_FMT(node->key));
        return node->key;
    }
    const dx_str name = dx_arena_printf(l->arena, "not-%zu", i + 1);
    l->starved |= name.p == NULL;
    return name;
}

static dx_sample *read_list(dx_load *l, const dx_ynode *list, dx_str owner, size_t *n)
{
    *n = 0;
    dx_sample *samples = dx_load_get(l, list->n, sizeof *samples);
    if (samples == NULL)
        return NULL;
    for (size_t i = 0; i < list->n; i++)
        samples[i] = read_sample(l, list->kid[i], sample_name(l, list, i), owner);
    *n = list->n;
    return samples;
}

/* A refinement's own sample is meant to become just that. */
static void read_positive(dx_load *l, dx_signature *sig, const dx_ynode *list, bool refines)
{
    dx_sample *samples = read_list(l, list, sig->id, &sig->n_samples);
    for (size_t i = 0; refines && i < sig->n_samples; i++)
        if (samples[i].is.n == 0)
            samples[i].is = sig->id;
    sig->samples = samples;
}

void dx_load_samples(dx_load *l, dx_signature *sig, const dx_ynode *node)
{
    const dx_ynode *yes = dx_y_get(node, "samples"), *no = dx_y_get(node, "not");
    const bool duty = dx_y_get(node, "refines") == NULL && !sig->retired;
    if (yes != NULL && yes->kind != DX_Y_MAP)
        dx_fault(l->faults, yes->at, "%.*s: 'samples' is a map: each sample has a name",
                 DX_FMT(sig->id));
    else if (yes != NULL)
        read_positive(l, sig, yes, dx_y_get(node, "refines") != NULL);
    if (no != NULL && no->kind == DX_Y_TEXT)
        dx_fault(l->faults, no->at, "%.*s: 'not' is a list of texts", DX_FMT(sig->id));
    else if (no != NULL)
        sig->not_samples = read_list(l, no, sig->id, &sig->n_not);
    if (duty && (yes == NULL || (yes->kind == DX_Y_MAP && yes->n == 0)))
        dx_fault(l->faults, sig->at, "%.*s: no 'samples': show at least one text that it matches",
                 DX_FMT(sig->id));
    if (duty && (no == NULL || (no->kind != DX_Y_TEXT && no->n == 0)))
        dx_fault(l->faults, sig->at,
                 "%.*s: no 'not': show at least one text that is close and must not match",
                 DX_FMT(sig->id));
}

/* ---- once the refinements are known ---- */

static void check_is(dx_load *l, const dx_signature *sig, const dx_sample *sample)
{
    const dx_signature *base = sig->refines != NULL ? sig->refines : sig;
    if (sample->is.n == 0 || dx_str_eq(sample->is, base->id))
        return;
    dx_words words = {0};
    for (size_t i = 0; i < base->n_refinements; i++) {
        if (dx_str_eq(base->refinements[i]->id, sample->is))
            return;
        dx_load_push_word(l, &words, base->refinements[i]->id);
    }
    const dx_str hint = dx_load_hint(l, sample->is, &words);
    dx_fault(l->faults, sample->at,
             "%.*s: sample '%.*s' should become '%.*s', which does not refine '%.*s'%.*s",
             DX_FMT(sig->id), DX_FMT(sample->name), DX_FMT(sample->is), DX_FMT(base->id),
             DX_FMT(hint));
}

static void check_gives(dx_load *l, const dx_signature *sig, const dx_sample *sample)
{
    const dx_field_scope scope = {.owner = sig->id, .sigs = &sig, .n = 1};
    for (size_t i = 0; i < sample->n_gives; i++) {
        const struct dx_give *give = &sample->gives[i];
        const dx_path_kind kind = dx_load_path(l, &scope, give->field, give->at);
        long long number;
        if (kind == DX_PATH_NUMBER && give->value.p != NULL && !dx_str_to_i64(give->value, &number))
            dx_fault(l->faults, give->at,
                     "%.*s: '%.*s' gives a number, not '%.*s': write 12 or 0xc", DX_FMT(sig->id),
                     DX_FMT(give->field), DX_FMT(give->value));
    }
}

void dx_load_check_samples(dx_load *l, const dx_signature *sig)
{
    for (size_t i = 0; i < sig->n_samples; i++) {
        check_is(l, sig, &sig->samples[i]);
        check_gives(l, sig, &sig->samples[i]);
    }
}
