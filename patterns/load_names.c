#include "patterns/load.h"

#include <stdlib.h>

#include "core/hash.h"

static void add_name(dx_load *l, const dx_ynode *node, dx_str id, size_t entry, bool is_rule)
{
    const dx_name name = {.id = id, .at = node->at, .entry = entry, .is_rule = is_rule};
    if (!dx_load_id_ok(id))
        dx_fault(
            l->faults, node->at,
            "'%.*s' is not an id: lower-case letters and digits, with '.' and '-' between them",
            DX_FMT(id));
    if (!DX_PUSH(l->passing, l->names.p, l->names.n, l->names.cap, name))
        l->starved = true;
}

/* The id of an entry, also put on record with its earlier ids; empty when it has none. */
static dx_str read_names(dx_load *l, const dx_ynode *map, size_t entry, bool is_rule)
{
    const char *const what = is_rule ? "diagnosis" : "signature";
    if (map->kind != DX_Y_MAP) {
        dx_fault(l->faults, map->at, "a %s is a map that begins with 'id:'", what);
        return DX_NONE;
    }
    const dx_ynode *node = dx_y_get(map, "id");
    const dx_str id = dx_y_text(node, l->faults);
    if (id.n == 0) {
        if (node == NULL || node->kind == DX_Y_TEXT)
            dx_fault(l->faults, map->at, "a %s without an 'id'", what);
        return DX_NONE;
    }
    add_name(l, node, id, entry, is_rule);
    const dx_ynode *const *was = NULL;
    const size_t n = dx_y_items(dx_y_get(map, "was"), &was);
    for (size_t i = 0; i < n; i++)
        if (was[i]->kind == DX_Y_TEXT)
            add_name(l, was[i], was[i]->text, entry, is_rule);
    dx_load_push_word(l, is_rule ? &l->rule_ids : &l->sig_ids, id);
    return id;
}

static void register_signature(dx_load *l, const dx_ynode *map)
{
    const dx_str id = read_names(l, map, l->n_sigs, false);
    dx_signature *sig = id.n == 0 ? NULL : dx_load_get(l, 1, sizeof *sig);
    if (sig == NULL)
        return;
    sig->id = id;
    sig->at = dx_y_get(map, "id")->at;
    sig->was = dx_load_texts(l, dx_y_get(map, "was"), &sig->n_was);
    const dx_sig_entry entry = {.sig = sig, .node = map};
    if (!DX_PUSH(l->passing, l->sigs, l->n_sigs, l->cap_sigs, entry))
        l->starved = true;
}

static void register_rule(dx_load *l, const dx_ynode *map)
{
    const dx_str id = read_names(l, map, l->n_rules, true);
    dx_rule *rule = id.n == 0 ? NULL : dx_load_get(l, 1, sizeof *rule);
    if (rule == NULL)
        return;
    rule->id = id;
    rule->at = dx_y_get(map, "id")->at;
    rule->was = dx_load_texts(l, dx_y_get(map, "was"), &rule->n_was);
    const dx_rule_entry entry = {.rule = rule, .node = map};
    if (!DX_PUSH(l->passing, l->rules, l->n_rules, l->cap_rules, entry))
        l->starved = true;
}

static void register_list(dx_load *l, const dx_ynode *list,
                          void (*add)(dx_load *l, const dx_ynode *map))
{
    if (list == NULL)
        return;
    if (list->kind != DX_Y_LIST) {
        dx_fault(l->faults, list->at, "'%.*s' is a list: begin each entry with '- id:'",
                 DX_FMT(list->key));
        return;
    }
    for (size_t i = 0; i < list->n && !l->starved; i++)
        add(l, list->kid[i]);
}

void dx_load_register(dx_load *l, const dx_ynode *root)
{
    register_list(l, dx_y_get(root, "signatures"), register_signature);
    register_list(l, dx_y_get(root, "diagnoses"), register_rule);
}

static int by_id(const void *a, const void *b)
{
    const dx_name *x = a, *y = b;
    const int order = dx_str_cmp(x->id, y->id);
    return order != 0 ? order : x->is_rule - y->is_rule;
}

/* qsort is not stable, but a message must name the later of two places. */
static bool is_later(const dx_name *a, const dx_name *b)
{
    if (a->is_rule != b->is_rule)
        return a->is_rule;
    return a->entry > b->entry;
}

static void fill_slots(dx_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        size_t at = dx_hash64(names->p[i].id, 0) & (names->n_slots - 1);
        while (names->slot[at] != 0)
            at = (at + 1) & (names->n_slots - 1);
        names->slot[at] = (uint32_t)i + 1;
    }
}

/* Sorted, and to be found. */
static bool keep_names(dx_names *names, dx_arena *arena)
{
    names->n_slots = 2;
    while (names->n_slots < 2 * names->n)
        names->n_slots *= 2;
    names->p = dx_arena_dup(arena, names->p, names->n * sizeof *names->p);
    names->slot = dx_arena_get(arena, names->n_slots * sizeof *names->slot);
    if (names->p == NULL || names->slot == NULL)
        return false;
    qsort(names->p, names->n, sizeof *names->p, by_id);
    fill_slots(names);
    return true;
}

void dx_load_index_names(dx_load *l)
{
    if (l->names.n == 0)
        return;
    if (!keep_names(&l->names, l->arena)) {
        l->names = (dx_names){0};
        l->starved = true;
        return;
    }
    for (size_t i = 1; i < l->names.n; i++) {
        const dx_name *a = &l->names.p[i - 1], *b = &l->names.p[i];
        if (!dx_str_eq(a->id, b->id))
            continue;
        const dx_name *first = is_later(a, b) ? b : a, *second = first == a ? b : a;
        dx_fault(l->faults, second->at, "the id '%.*s' is taken already, at %s:%u",
                 DX_FMT(second->id), first->at.file, first->at.line);
    }
}

const dx_name *dx_names_find(const dx_names *names, dx_str id, bool is_rule)
{
    if (names->n == 0)
        return NULL;
    for (size_t at = dx_hash64(id, 0);; at++) {
        const uint32_t number = names->slot[at & (names->n_slots - 1)];
        if (number == 0)
            return NULL;
        const dx_name *name = &names->p[number - 1];
        if (name->is_rule == is_rule && dx_str_eq(name->id, id))
            return name;
    }
}

dx_sig_entry *dx_load_find_signature(dx_load *l, dx_str id)
{
    const dx_name *name = dx_names_find(&l->names, id, false);
    return name == NULL ? NULL : &l->sigs[name->entry];
}

dx_rule_entry *dx_load_find_rule(dx_load *l, dx_str id)
{
    const dx_name *name = dx_names_find(&l->names, id, true);
    return name == NULL ? NULL : &l->rules[name->entry];
}

const dx_signature *dx_load_signature_ref(dx_load *l, const dx_ynode *node, dx_str owner,
                                          const char *verb)
{
    const dx_str id = dx_y_text(node, l->faults);
    if (id.p == NULL)
        return NULL;
    const dx_sig_entry *entry = dx_load_find_signature(l, id);
    if (entry == NULL) {
        const dx_str hint = dx_load_hint(l, id, &l->sig_ids);
        dx_fault(l->faults, node->at, "%.*s %s '%.*s': no such signature%.*s", DX_FMT(owner), verb,
                 DX_FMT(id), DX_FMT(hint));
        return NULL;
    }
    return entry->sig;
}
