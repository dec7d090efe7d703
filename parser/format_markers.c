/* Reads the markers of attempts, outcomes and facts of a log format. */
#include "parser/format_load.h"

static void group_names(dx_format_loader *ld, dx_marker *m)
{
    size_t group, n = 0;
    dx_str name;
    dx_str *names;
    size_t *groups;

    while (m->rx != NULL && dx_regex_name(m->rx, n, &group, &name))
        n++;
    names = dx_format_array(ld, n, sizeof *names);
    groups = dx_format_array(ld, n, sizeof *groups);
    if (names == NULL || groups == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        dx_regex_name(m->rx, i, &groups[i], &names[i]);
    m->names = names;
    m->groups = groups;
    m->n_names = n;
}

static const char *const outcome_words[] = {"undecided", "succeeded", "failed", "cancelled",
                                            "cut off",   "by code",   NULL};

static void marker_outcome(dx_format_loader *ld, const dx_ynode *node, dx_marker *m)
{
    const dx_ynode *is = dx_y_get(node, "is");
    int word;

    if (is == NULL)
        return;
    word = dx_y_word(is, outcome_words, ld->faults);
    if (word < 0)
        return;
    m->has_outcome = true;
    m->by = word == 5 ? DX_BY_CODE : DX_BY_MARKER;
    m->is = word == 5 ? DX_UNDECIDED : (dx_outcome)word;
    m->n_good = dx_format_texts(ld, dx_y_get(node, "good"), &m->good);
    m->n_cancelled = dx_format_texts(ld, dx_y_get(node, "cancelled"), &m->cancelled);
    if (m->by == DX_BY_CODE && m->rx != NULL && dx_regex_group(m->rx, "code") == 0)
        dx_fault(ld->faults, is->at, "'by code' needs a group named 'code' in the regex");
}

static void marker_facts(dx_format_loader *ld, const dx_ynode *map, dx_marker *m)
{
    dx_fact *set = map ? dx_format_array(ld, map->n, sizeof *set) : NULL;

    if (map != NULL && map->kind != DX_Y_MAP)
        dx_fault(ld->faults, map->at, "'set' is a map of facts and their values");
    for (size_t i = 0; set != NULL && i < map->n; i++)
        set[i] = (dx_fact){.name = map->kid[i]->key, .value = dx_y_text(map->kid[i], ld->faults)};
    m->set = set;
    m->n_set = set ? map->n : 0;
}

/* What a marker is allowed to, when it is more than a regex. */
static void marker_manner(dx_format_loader *ld, const dx_ynode *node, dx_marker *m)
{
    const dx_ynode *id = dx_y_get(node, "id");

    m->child = dx_y_bool(dx_y_get(node, "child"), false, ld->faults);
    m->alone = dx_y_bool(dx_y_get(node, "alone"), false, ld->faults);
    m->last = dx_y_bool(dx_y_get(node, "last"), false, ld->faults);
    m->final = dx_y_bool(dx_y_get(node, "final"), false, ld->faults);
    m->weak = dx_y_bool(dx_y_get(node, "weak"), false, ld->faults);
    marker_facts(ld, dx_y_get(node, "set"), m);
    if (id == NULL || m->rx == NULL)
        return;
    for (size_t i = 0; i < m->n_names; i++)
        if (dx_str_eq(m->names[i], dx_y_text(id, ld->faults)))
            m->id = m->groups[i];
    if (m->id == 0)
        dx_fault(ld->faults, id->at, "the regex has no group '%.*s'", DX_FMT(id->text));
}

static void one_marker(dx_format_loader *ld, const dx_ynode *node, dx_marker *m)
{
    static const char *const keys[] = {"line",  "name",      "child", "alone", "last",
                                       "final", "weak",      "id",    "set",   "is",
                                       "good",  "cancelled", NULL};
    const dx_ynode *rx = node;

    if (node->kind == DX_Y_MAP) {
        dx_y_keys(node, keys, ld->faults);
        rx = dx_y_get(node, "line");
        m->on_name = rx == NULL;
        if (rx == NULL)
            rx = dx_y_get(node, "name");
        if (rx == NULL)
            dx_fault(ld->faults, node->at, "'line' (or, for facts, 'name') is missing");
    }
    m->rx = rx ? dx_format_regex(ld, rx, DX_RX_MULTILINE | DX_RX_WITHIN) : NULL;
    group_names(ld, m);
    if (node->kind == DX_Y_MAP) {
        marker_manner(ld, node, m);
        marker_outcome(ld, node, m);
    }
}

dx_markers dx_format_markers(dx_format_loader *ld, const dx_ynode *node)
{
    const dx_ynode *const *item;
    size_t n = node ? dx_y_items(node, &item) : 0;
    dx_marker *list = n ? dx_format_array(ld, n, sizeof *list) : NULL;

    for (size_t i = 0; list != NULL && i < n; i++)
        one_marker(ld, item[i], &list[i]);
    return (dx_markers){list, list ? n : 0};
}
