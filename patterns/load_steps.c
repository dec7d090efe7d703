#include "patterns/load.h"

static const char *const step_keys[] = {"as",  "sees", "where",    "need",   "points",
                                        "why", "ask",  "anywhere", "inside", NULL};
static const char *const weigh_keys[] = {"if", "points", "why", NULL};
static const char *const need_words[] = {"must", "should", "may", NULL};

enum { POINTS_MOST = 99 };

/* Points are what the rule is about, so they are never taken for granted. */
static int read_points(dx_load *l, const dx_ynode *map, dx_str owner)
{
    const dx_ynode *node = dx_y_get(map, "points");
    if (node == NULL)
        dx_fault(l->faults, map->at, "%.*s: 'points' is missing", DX_FMT(owner));
    return dx_load_int(l, node, 0, -POINTS_MOST, POINTS_MOST);
}

/* Step names stand before a dot in conditions and texts. */
static bool is_step_name(dx_str name)
{
    return dx_load_id_ok(name) && dx_str_find(name, DX_LIT("."), 0) == (size_t)-1 &&
           !dx_str_eq(name, DX_LIT("attempt"));
}

static dx_str read_as(dx_load *l, const dx_rule *rule, const dx_ynode *map, size_t n_before)
{
    const dx_str name = dx_load_want(l, map, "as", rule->id);
    if (name.n == 0)
        return name;
    const dx_place at = dx_y_get(map, "as")->at;
    if (!is_step_name(name))
        dx_fault(l->faults, at,
                 "%.*s: '%.*s' is no name for a step: lower-case letters, digits and '-', and not "
                 "'attempt'",
                 DX_FMT(rule->id), DX_FMT(name));
    for (size_t i = 0; i < n_before; i++)
        if (dx_str_eq(rule->steps[i].as, name))
            dx_fault(l->faults, at, "%.*s has two steps '%.*s'", DX_FMT(rule->id), DX_FMT(name));
    return name;
}

static void read_sees(dx_load *l, const dx_rule *rule, dx_rule_step *step, const dx_ynode *map)
{
    const dx_ynode *const *items = NULL;
    const size_t n = dx_y_items(dx_y_get(map, "sees"), &items);
    const dx_signature **sees = dx_load_get(l, n, sizeof *sees);
    if (n == 0)
        dx_fault(l->faults, map->at, "%.*s: 'sees' is missing", DX_FMT(rule->id));
    for (size_t i = 0; sees != NULL && i < n; i++) {
        const dx_signature *sig = dx_load_signature_ref(l, items[i], rule->id, "sees");
        if (sig == NULL)
            continue;
        if (sig->retired && !rule->retired)
            dx_fault(l->faults, items[i]->at, "%.*s sees '%.*s', which is retired",
                     DX_FMT(rule->id), DX_FMT(sig->id));
        sees[step->n_sees++] = sig;
    }
    step->sees = sees;
}

static void read_step(dx_load *l, const dx_rule *rule, dx_rule_step *step, const dx_ynode *map,
                      size_t n_before)
{
    step->at = map->at;
    if (!dx_y_keys(map, step_keys, l->faults) && map->kind != DX_Y_MAP)
        return;
    step->as = read_as(l, rule, map, n_before);
    read_sees(l, rule, step, map);
    const dx_field_scope scope = {.owner = rule->id, .sigs = step->sees, .n = step->n_sees};
    step->where = dx_load_where(l, dx_y_get(map, "where"), &scope);
    const dx_ynode *need = dx_y_get(map, "need");
    const int word = need == NULL ? DX_MUST : dx_y_word(need, need_words, l->faults);
    step->need = word < 0 ? DX_MUST : (dx_need)word;
    step->points = read_points(l, map, rule->id);
    step->why = dx_load_want(l, map, "why", rule->id);
    step->ask = dx_load_text(l, map, "ask");
    step->anywhere = dx_y_bool(dx_y_get(map, "anywhere"), false, l->faults);
    step->inside = dx_y_bool(dx_y_get(map, "inside"), false, l->faults);
    if (step->anywhere && step->inside)
        dx_fault(l->faults, dx_y_get(map, "inside")->key_at,
                 "%.*s: 'anywhere' holds all that 'inside' does: say one of them",
                 DX_FMT(rule->id));
}

/* The entries of a list of maps; a fault and 0 when it is something else. */
static size_t list_of_maps(dx_load *l, const dx_ynode *list, dx_str owner)
{
    if (list == NULL)
        return 0;
    if (list->kind == DX_Y_LIST)
        return list->n;
    dx_fault(l->faults, list->at, "%.*s: '%.*s' is a list: begin each entry with '-'",
             DX_FMT(owner), DX_FMT(list->key));
    return 0;
}

static void read_weigh(dx_load *l, dx_rule *rule, const dx_ynode *list)
{
    const size_t n = list_of_maps(l, list, rule->id);
    dx_weigh *weigh = dx_load_get(l, n, sizeof *weigh);
    for (size_t i = 0; weigh != NULL && i < n; i++) {
        const dx_ynode *map = list->kid[i];
        weigh[i].at = map->at;
        if (!dx_y_keys(map, weigh_keys, l->faults) && map->kind != DX_Y_MAP)
            continue;
        if (dx_y_get(map, "if") == NULL)
            dx_fault(l->faults, map->at, "%.*s: 'if' is missing", DX_FMT(rule->id));
        weigh[i].tests = dx_load_if(l, dx_y_get(map, "if"), rule);
        weigh[i].points = read_points(l, map, rule->id);
        weigh[i].why = dx_load_want(l, map, "why", rule->id);
    }
    rule->weigh = weigh;
    rule->n_weigh = weigh == NULL ? 0 : n;
}

static void check_points(dx_load *l, const dx_rule *rule)
{
    int most = 0;
    for (size_t i = 0; i < rule->n_steps; i++)
        most += rule->steps[i].points > 0 ? rule->steps[i].points : 0;
    for (size_t i = 0; i < rule->n_weigh; i++)
        most += rule->weigh[i].points > 0 ? rule->weigh[i].points : 0;
    if (most > POINTS_MOST)
        dx_fault(l->faults, rule->at,
                 "%.*s: the points above zero add up to %d: at most %d, as nothing is certain",
                 DX_FMT(rule->id), most, POINTS_MOST);
    else if (most < rule->floor)
        dx_fault(l->faults, rule->at,
                 "%.*s can reach %d points at most and is never shown: its floor is %d",
                 DX_FMT(rule->id), most, rule->floor);
}

static bool has_anchor(const dx_rule *rule)
{
    for (size_t i = 0; i < rule->n_steps; i++)
        if (rule->steps[i].need == DX_MUST)
            return true;
    return false;
}

void dx_load_steps(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    const dx_ynode *list = dx_y_get(node, "steps");
    const size_t n = list_of_maps(l, list, rule->id), faults = l->faults->n;
    dx_rule_step *steps = dx_load_get(l, n, sizeof *steps);
    rule->steps = steps;
    for (size_t i = 0; steps != NULL && i < n; i++)
        read_step(l, rule, &steps[i], list->kid[i], i);
    rule->n_steps = steps == NULL ? 0 : n;
    if (list == NULL)
        dx_fault(l->faults, node->at, "%.*s: 'steps' is missing", DX_FMT(rule->id));
    else if (l->faults->n == faults && !has_anchor(rule))
        dx_fault(l->faults, list->at,
                 "%.*s: no step with 'need: must': without one it would apply to everything",
                 DX_FMT(rule->id));
    read_weigh(l, rule, dx_y_get(node, "weigh"));
    if (l->faults->n == faults)
        check_points(l, rule);
}
