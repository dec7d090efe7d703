#include "patterns/load.h"

#include <stdint.h>

static const char *const rule_keys[] = {
    "id",        "title", "applies", "product", "same",   "any-order", "frame",
    "unless",    "gap",   "floor",   "steps",   "weigh",  "cause",     "fix",
    "follow-up", "refs",  "rivals",  "cases",   "status", "was",       NULL};
static const char *const unless_words[] = {"succeeded", NULL};
static const char *const cause_keys[] = {"class", "text", NULL};
static const char *const fix_keys[] = {"act", "command", "see", "undo", "nested", NULL};
static const char *const follow_keys[] = {"begins", "ends", "left-open", NULL};

enum { FLOOR_USUAL = 30 };

/* ---- grouping ---- */

/* There is one way to group evidence so far; it is written down so that a reader knows. */
static void check_same(dx_load *l, const dx_ynode *node)
{
    if (node == NULL)
        return;
    const dx_ynode *const *item = NULL;
    const size_t n = dx_y_items(node, &item);
    const dx_str a = n == 2 ? dx_y_text(item[0], l->faults) : DX_NONE;
    const dx_str b = n == 2 ? dx_y_text(item[1], l->faults) : DX_NONE;
    const dx_str attempt = DX_LIT("attempt"), server = DX_LIT("server");
    if ((dx_str_eq(a, attempt) && dx_str_eq(b, server)) ||
        (dx_str_eq(a, server) && dx_str_eq(b, attempt)))
        return;
    dx_fault(l->faults, node->at, "'same' can only be [attempt, server]");
}

static bool read_unless(dx_load *l, const dx_ynode *node)
{
    return node != NULL && dx_y_word(node, unless_words, l->faults) == 0;
}

/* "30m" in microseconds; 0 after a fault. */
static int64_t read_gap(dx_load *l, const dx_ynode *node)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    if (node == NULL)
        return 0;
    const dx_str text = dx_y_text(node, l->faults);
    long long count = 0;
    if (text.n >= 2 && dx_str_to_i64(dx_str_slice(text, 0, text.n - 1), &count) && count > 0 &&
        count <= 100000)
        for (size_t i = 0; i < sizeof units / sizeof *units; i++)
            if (units[i].unit == text.p[text.n - 1])
                return count * units[i].seconds * 1000000;
    if (text.p != NULL)
        dx_fault(l->faults, node->at, "'%.*s' is no length of time: write 90s, 30m, 2h or 1d",
                 DX_FMT(text));
    return 0;
}

/* What its first `must` step sees any program may say. */
static bool is_general(const dx_rule *rule)
{
    for (size_t i = 0; i < rule->n_steps; i++) {
        const dx_rule_step *step = &rule->steps[i];
        if (step->need != DX_MUST)
            continue;
        for (size_t k = 0; k < step->n_sees; k++)
            if (!step->sees[k]->general)
                return false;
        return step->n_sees > 0;
    }
    return false;
}

/* ---- cause, fix, what follows ---- */

static void read_cause(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    const dx_ynode *cause = dx_y_get(node, "cause");
    if (cause == NULL) {
        if (!rule->retired)
            dx_fault(l->faults, rule->at, "%.*s: 'cause' is missing", DX_FMT(rule->id));
        return;
    }
    if (!dx_y_keys(cause, cause_keys, l->faults) && cause->kind != DX_Y_MAP)
        return;
    rule->cause_class = dx_load_want(l, cause, "class", rule->id);
    rule->cause = dx_load_want(l, cause, "text", rule->id);
    if (rule->cause_class.n > 0 && !dx_load_id_ok(rule->cause_class))
        dx_fault(l->faults, dx_y_get(cause, "class")->at,
                 "%.*s: '%.*s' is no class: lower-case letters and digits, with '-' between them",
                 DX_FMT(rule->id), DX_FMT(rule->cause_class));
}

static dx_nesting read_nested(dx_load *l, const dx_ynode *node)
{
    if (node == NULL)
        return DX_NESTED_OR_NOT;
    return dx_y_bool(node, true, l->faults) ? DX_NESTED_ONLY : DX_NOT_NESTED_ONLY;
}

static void read_fix_step(dx_load *l, const dx_rule *rule, const dx_ynode *node, dx_fix_step *out)
{
    if (node->kind == DX_Y_TEXT) {
        out->act = node->text;
        return;
    }
    if (!dx_y_keys(node, fix_keys, l->faults) && node->kind != DX_Y_MAP)
        return;
    out->act = dx_load_want(l, node, "act", rule->id);
    out->command = dx_load_text(l, node, "command");
    out->see = dx_load_text(l, node, "see");
    out->undo = dx_load_text(l, node, "undo");
}

static void read_fix(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    const dx_ynode *const *items = NULL;
    const size_t n = dx_y_items(dx_y_get(node, "fix"), &items);
    dx_fix_step *fix = dx_load_get(l, n, sizeof *fix);
    dx_nesting *fix_for = dx_load_get(l, n, sizeof *fix_for);
    if (n == 0 && !rule->retired)
        dx_fault(l->faults, rule->at, "%.*s: no 'fix': say at least one thing to do",
                 DX_FMT(rule->id));
    for (size_t i = 0; fix != NULL && fix_for != NULL && i < n; i++) {
        read_fix_step(l, rule, items[i], &fix[i]);
        fix_for[i] = read_nested(l, dx_y_get(items[i], "nested"));
    }
    rule->fix = fix;
    rule->fix_for = fix_for;
    rule->n_fix = fix == NULL || fix_for == NULL ? 0 : n;
}

static const dx_signature *follow_signature(dx_load *l, const dx_rule *rule, const dx_ynode *node)
{
    return node == NULL ? NULL : dx_load_signature_ref(l, node, rule->id, "looks for");
}

static void read_follow_up(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    const dx_ynode *map = dx_y_get(node, "follow-up");
    if (map == NULL || (!dx_y_keys(map, follow_keys, l->faults) && map->kind != DX_Y_MAP))
        return;
    if (dx_y_get(map, "begins") == NULL)
        dx_fault(l->faults, map->at, "%.*s: 'follow-up' needs 'begins'", DX_FMT(rule->id));
    rule->fix_begins = follow_signature(l, rule, dx_y_get(map, "begins"));
    rule->fix_ends = follow_signature(l, rule, dx_y_get(map, "ends"));
    rule->left_open_advice = dx_load_text(l, map, "left-open");
    if (rule->left_open_advice.n > 0 && dx_y_get(map, "ends") == NULL)
        dx_fault(l->faults, map->at, "%.*s: 'left-open' needs 'ends'", DX_FMT(rule->id));
}

/* ---- templates ---- */

static bool is_path(dx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i];
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && c != '.' && c != '-' && c != '_')
            return false;
    }
    return s.n > 0 && s.p[0] != '.' && s.p[s.n - 1] != '.' &&
           dx_str_find(s, DX_LIT("."), 0) != SIZE_MAX;
}

/* {step.field} and {step.field|words} must exist; "{{" and other braces, as in a GUID, are plain
 * text. */
static void check_template(dx_load *l, const dx_rule *rule, const dx_ynode *node)
{
    const dx_str text = node->text;
    for (size_t at = 0; at < text.n; at++) {
        if (text.p[at] != '{')
            continue;
        if (at + 1 < text.n && text.p[at + 1] == '{') {
            at++;
            continue;
        }
        const size_t end = dx_str_find(text, DX_LIT("}"), at);
        const dx_str place = dx_str_slice(text, at + 1, end);
        const dx_str path = dx_str_slice(place, 0, dx_str_find(place, DX_LIT("|"), 0));
        if (end != SIZE_MAX && is_path(path))
            dx_load_step_path(l, rule, path, node->at);
    }
}

static void check_templates(dx_load *l, const dx_rule *rule, const dx_ynode *node)
{
    if (node == NULL)
        return;
    if (node->kind == DX_Y_TEXT)
        check_template(l, rule, node);
    for (size_t i = 0; node->kind != DX_Y_TEXT && i < node->n; i++)
        check_templates(l, rule, node->kid[i]);
}

/* The sentences of steps and weighings; their conditions hold no templates. */
static void check_sentences(dx_load *l, const dx_rule *rule, const dx_ynode *list)
{
    for (size_t i = 0; list != NULL && list->kind == DX_Y_LIST && i < list->n; i++) {
        check_templates(l, rule, dx_y_get(list->kid[i], "why"));
        check_templates(l, rule, dx_y_get(list->kid[i], "ask"));
    }
}

static void check_all_templates(dx_load *l, const dx_rule *rule, const dx_ynode *node)
{
    static const char *const keys[] = {"title", "cause", "fix", "rivals"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        check_templates(l, rule, dx_y_get(node, keys[i]));
    check_sentences(l, rule, dx_y_get(node, "steps"));
    check_sentences(l, rule, dx_y_get(node, "weigh"));
}

/* ---- rivals ---- */

static bool names_rival(const dx_rule_entry *entry, dx_str id)
{
    const dx_ynode *map = dx_y_get(entry->node, "rivals");
    for (size_t i = 0; map != NULL && map->kind == DX_Y_MAP && i < map->n; i++)
        if (dx_str_eq(map->kid[i]->key, id))
            return true;
    return false;
}

static dx_rule_rival read_rival(dx_load *l, const dx_rule *rule, const dx_ynode *node)
{
    const dx_rule_rival rival = {
        .at = node->key_at, .id = node->key, .tell = dx_y_text(node, l->faults)};
    const dx_rule_entry *other = dx_load_find_rule(l, rival.id);
    if (other == NULL) {
        const dx_str hint = dx_load_hint(l, rival.id, &l->rule_ids);
        dx_fault(l->faults, rival.at, "%.*s has the rival '%.*s': no such diagnosis%.*s",
                 DX_FMT(rule->id), DX_FMT(rival.id), DX_FMT(hint));
    } else if (other->rule == rule) {
        dx_fault(l->faults, rival.at, "%.*s cannot be its own rival", DX_FMT(rule->id));
    } else if (!names_rival(other, rule->id)) {
        dx_fault(l->faults, rival.at,
                 "%.*s has the rival '%.*s', which does not name it: rivals are mutual",
                 DX_FMT(rule->id), DX_FMT(rival.id));
    }
    if (rival.tell.n == 0 && node->kind == DX_Y_TEXT)
        dx_fault(l->faults, node->at, "%.*s: say how to tell it from '%.*s'", DX_FMT(rule->id),
                 DX_FMT(rival.id));
    return rival;
}

static void read_rivals(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    const dx_ynode *map = dx_y_get(node, "rivals");
    if (map == NULL)
        return;
    if (map->kind != DX_Y_MAP) {
        dx_fault(l->faults, map->at, "%.*s: 'rivals' is a map: { diagnosis: how to tell }",
                 DX_FMT(rule->id));
        return;
    }
    dx_rule_rival *rivals = dx_load_get(l, map->n, sizeof *rivals);
    for (size_t i = 0; rivals != NULL && i < map->n; i++)
        rivals[i] = read_rival(l, rule, map->kid[i]);
    rule->rivals = rivals;
    rule->n_rivals = rivals == NULL ? 0 : map->n;
}

/* ---- the whole ---- */

static void read_rule(dx_load *l, dx_rule *rule, const dx_ynode *node)
{
    dx_y_keys(node, rule_keys, l->faults);
    dx_load_status(l, node, &rule->draft, &rule->retired);
    rule->title = dx_load_want(l, node, "title", rule->id);
    rule->applies = dx_load_text(l, node, "applies");
    rule->product = dx_load_text(l, node, "product");
    check_same(l, dx_y_get(node, "same"));
    rule->any_order = dx_y_bool(dx_y_get(node, "any-order"), false, l->faults);
    rule->frame = dx_y_bool(dx_y_get(node, "frame"), false, l->faults);
    rule->not_on_success = read_unless(l, dx_y_get(node, "unless"));
    rule->gap_us = read_gap(l, dx_y_get(node, "gap"));
    rule->floor = dx_load_int(l, dx_y_get(node, "floor"), FLOOR_USUAL, 0, 99);
    dx_load_steps(l, rule, node);
    rule->general = is_general(rule);
    read_cause(l, rule, node);
    read_fix(l, rule, node);
    read_follow_up(l, rule, node);
    check_all_templates(l, rule, node);
    rule->refs = dx_load_texts(l, dx_y_get(node, "refs"), &rule->n_refs);
    if (rule->n_refs == 0 && !rule->retired)
        dx_fault(l->faults, rule->at, "%.*s: no 'refs': say where the knowledge comes from",
                 DX_FMT(rule->id));
    read_rivals(l, rule, node);
    dx_load_cases(l, rule, node);
}

void dx_load_diagnoses(dx_load *l)
{
    for (size_t i = 0; i < l->n_rules && !l->starved; i++)
        read_rule(l, l->rules[i].rule, l->rules[i].node);
}
