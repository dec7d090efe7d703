#include "patterns/load.h"

#include <stdint.h>

static const char *const case_keys[] = {"name", "logs", "expect", NULL};
static const char *const log_keys[] = {"server", "attempt", "inside", "format", "says", NULL};

/* ---- what the made-up logs say ---- */

static const dx_sample *find_sample(const dx_signature *sig, dx_str name)
{
    for (size_t i = 0; i < sig->n_samples; i++)
        if (dx_str_eq(sig->samples[i].name, name))
            return &sig->samples[i];
    for (size_t i = 0; i < sig->n_not; i++)
        if (dx_str_eq(sig->not_samples[i].name, name))
            return &sig->not_samples[i];
    return NULL;
}

static void unknown_sample(dx_load *l, const dx_signature *sig, dx_str name, dx_place at,
                           dx_str owner)
{
    dx_words words = {0};
    for (size_t i = 0; i < sig->n_samples; i++)
        dx_load_push_word(l, &words, sig->samples[i].name);
    const dx_str hint = dx_load_hint(l, name, &words);
    dx_fault(l->faults, at, "%.*s: '%.*s' has no sample '%.*s'%.*s", DX_FMT(owner), DX_FMT(sig->id),
             DX_FMT(name), DX_FMT(hint));
}

/* "signature/sample" gives the sample's text; anything else is the text itself, unless it looks
 * like a slip of the pen. */
static dx_str resolve_says(dx_load *l, const dx_ynode *node, dx_str owner)
{
    const dx_str text = dx_y_text(node, l->faults);
    const size_t slash = dx_str_find(text, DX_LIT("/"), 0);
    if (slash == SIZE_MAX)
        return text;
    const dx_str id = dx_str_slice(text, 0, slash), name = dx_str_slice(text, slash + 1, text.n);
    if (!dx_load_id_ok(id) || !dx_load_id_ok(name))
        return text;
    const dx_sig_entry *entry = dx_load_find_signature(l, id);
    if (entry == NULL) {
        const dx_str hint = dx_load_hint(l, id, &l->sig_ids);
        if (hint.n > 0)
            dx_fault(l->faults, node->at, "%.*s: '%.*s' is no signature's sample%.*s",
                     DX_FMT(owner), DX_FMT(text), DX_FMT(hint));
        return text;
    }
    const dx_sample *sample = find_sample(entry->sig, name);
    if (sample != NULL)
        return sample->text;
    unknown_sample(l, entry->sig, name, node->at, owner);
    return text;
}

static void read_log(dx_load *l, struct dx_case_log *log, const dx_ynode *map, dx_str owner)
{
    /* A copy, because a kept book may hold no literal of the program. */
    *log = (struct dx_case_log){.server = dx_arena_copy(l->arena, DX_NO_SERVER), .attempt = 1};
    l->starved |= log->server.p == NULL;
    if (!dx_y_keys(map, log_keys, l->faults) && map->kind != DX_Y_MAP)
        return;
    if (dx_y_get(map, "server") != NULL)
        log->server = dx_load_want(l, map, "server", owner);
    log->attempt = (uint32_t)dx_load_int(l, dx_y_get(map, "attempt"), 1, 1, 1000);
    log->inside = (uint32_t)dx_load_int(l, dx_y_get(map, "inside"), 0, 1, 1000);
    if (log->inside == log->attempt)
        dx_fault(l->faults, dx_y_get(map, "inside")->at,
                 "%.*s: attempt %u of a case cannot be inside itself", DX_FMT(owner),
                 (unsigned)log->attempt);
    log->format = dx_load_text(l, map, "format");
    const dx_ynode *const *items = NULL;
    const size_t n = dx_y_items(dx_y_get(map, "says"), &items);
    if (n == 0)
        dx_fault(l->faults, map->at, "%.*s: a log of a case says nothing", DX_FMT(owner));
    dx_str *says = dx_load_get(l, n, sizeof *says);
    for (size_t i = 0; says != NULL && i < n; i++)
        says[i] = resolve_says(l, items[i], owner);
    log->says = says;
    log->n_says = says == NULL ? 0 : n;
}

static void read_logs(dx_load *l, dx_rule_case *made, const dx_ynode *map, dx_str owner)
{
    const dx_ynode *const *items = NULL;
    const size_t n = dx_y_items(dx_y_get(map, "logs"), &items);
    if (n == 0)
        dx_fault(l->faults, map->at, "%.*s: a case without 'logs'", DX_FMT(owner));
    struct dx_case_log *logs = dx_load_get(l, n, sizeof *logs);
    for (size_t i = 0; logs != NULL && i < n; i++)
        read_log(l, &logs[i], items[i], owner);
    made->logs = logs;
    made->n_logs = logs == NULL ? 0 : n;
}

/* ---- what is expected of them ---- */

static void read_confidence(dx_load *l, struct dx_expect *expect, const dx_ynode *node,
                            dx_str owner)
{
    const dx_str text = dx_y_text(node, l->faults);
    long long number = -1;
    expect->confidence = -1;
    expect->undecided = dx_str_eq(text, DX_LIT("undecided"));
    if (text.p == NULL || expect->undecided || dx_str_eq(text, DX_LIT("any")))
        return;
    if (!dx_str_to_i64(text, &number) || number < 0 || number > 99) {
        dx_fault(l->faults, node->at,
                 "%.*s: '%.*s' is no expectation: a number from 0 to 99, 'any' or 'undecided'",
                 DX_FMT(owner), DX_FMT(text));
        return;
    }
    expect->confidence = (int)number;
}

static void read_expect(dx_load *l, dx_rule_case *made, const dx_ynode *map, dx_str owner)
{
    const dx_ynode *list = dx_y_get(map, "expect");
    if (list == NULL || list->kind != DX_Y_MAP) {
        dx_fault(l->faults, list == NULL ? map->at : list->at,
                 "%.*s: a case needs 'expect: { diagnosis: confidence }'; {} expects none",
                 DX_FMT(owner));
        return;
    }
    struct dx_expect *expect = dx_load_get(l, list->n, sizeof *expect);
    for (size_t i = 0; expect != NULL && i < list->n; i++) {
        const dx_ynode *node = list->kid[i];
        const dx_rule_entry *found = dx_load_find_rule(l, node->key);
        expect[i].id = found == NULL ? node->key : found->rule->id;
        if (found == NULL) {
            const dx_str hint = dx_load_hint(l, node->key, &l->rule_ids);
            dx_fault(l->faults, node->key_at, "%.*s expects '%.*s': no such diagnosis%.*s",
                     DX_FMT(owner), DX_FMT(node->key), DX_FMT(hint));
        }
        read_confidence(l, &expect[i], node, owner);
    }
    made->expect = expect;
    made->n_expect = expect == NULL ? 0 : list->n;
}

void dx_load_cases(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    const dx_ynode *list = dx_y_get(node, "cases");
    if (list != NULL && list->kind != DX_Y_LIST) {
        dx_fault(l->faults, list->at, "%.*s: 'cases' is a list: begin each case with '- name:'",
                 DX_FMT(rule->id));
        return;
    }
    const size_t n = list == NULL ? 0 : list->n;
    dx_rule_case *cases = dx_load_get(l, n, sizeof *cases);
    for (size_t i = 0; cases != NULL && i < n; i++) {
        cases[i].at = list->kid[i]->at;
        if (!dx_y_keys(list->kid[i], case_keys, l->faults) && list->kid[i]->kind != DX_Y_MAP)
            continue;
        cases[i].name = dx_load_want(l, list->kid[i], "name", rule->id);
        read_logs(l, &cases[i], list->kid[i], rule->id);
        read_expect(l, &cases[i], list->kid[i], rule->id);
    }
    rule->cases = cases;
    rule->n_cases = cases == NULL ? 0 : n;
}
