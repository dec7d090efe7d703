#include "patterns/load.h"

/* What can be asked of a field beside its text, by type. */
static const struct {
    dx_type type;
    const char *part;
    dx_path_kind kind;
} parts[] = {
    {DX_T_HEX32, "low16", DX_PATH_NUMBER},    {DX_T_HEX32, "facility", DX_PATH_NUMBER},
    {DX_T_HEX32, "severity", DX_PATH_NUMBER}, {DX_T_CODE, "low16", DX_PATH_NUMBER},
    {DX_T_CODE, "facility", DX_PATH_NUMBER},  {DX_T_CODE, "severity", DX_PATH_NUMBER},
    {DX_T_WINPATH, "dir", DX_PATH_TEXT},      {DX_T_WINPATH, "name", DX_PATH_TEXT},
    {DX_T_WINPATH, "stem", DX_PATH_TEXT},     {DX_T_WINPATH, "ext", DX_PATH_TEXT},
    {DX_T_WINPATH, "drive", DX_PATH_TEXT},
};
enum { N_PARTS = sizeof parts / sizeof *parts };

static bool is_number(dx_type type)
{
    return type == DX_T_INT || type == DX_T_HEX32 || type == DX_T_CODE;
}

/* ---- paths ---- */

static dx_path_kind part_kind(dx_type type, dx_str part)
{
    for (size_t i = 0; i < N_PARTS; i++)
        if (parts[i].type == type && dx_str_eq(part, dx_str_of(parts[i].part)))
            return parts[i].kind;
    return DX_PATH_BAD;
}

static const struct dx_field_spec *find_field(const dx_field_scope *scope, dx_str name)
{
    for (size_t i = 0; i < scope->n; i++)
        for (size_t j = 0; j < scope->sigs[i]->n_fields; j++)
            if (dx_str_eq(scope->sigs[i]->fields[j].name, name))
                return &scope->sigs[i]->fields[j];
    return NULL;
}

static void unknown_field(dx_load *l, const dx_field_scope *scope, dx_str name, dx_place at)
{
    dx_words words = {0};
    for (size_t i = 0; i < scope->n; i++)
        for (size_t j = 0; j < scope->sigs[i]->n_fields; j++)
            dx_load_push_word(l, &words, scope->sigs[i]->fields[j].name);
    const dx_str hint = dx_load_hint(l, name, &words);
    dx_fault(l->faults, at, "%.*s: '%.*s' has no field '%.*s'%.*s", DX_FMT(scope->owner),
             DX_FMT(scope->sigs[0]->id), DX_FMT(name), DX_FMT(hint));
}

static void unknown_part(dx_load *l, const dx_field_scope *scope, const struct dx_field_spec *field,
                         dx_str part, dx_place at)
{
    dx_words words = {0};
    dx_str list = DX_LIT("none");
    for (size_t i = 0; i < N_PARTS; i++) {
        if (parts[i].type != field->type)
            continue;
        const dx_str name = dx_str_of(parts[i].part);
        list = words.n == 0 ? name
                            : dx_arena_printf(l->arena, "%.*s, %.*s", DX_FMT(list), DX_FMT(name));
        dx_load_push_word(l, &words, name);
    }
    const dx_str hint = dx_load_hint(l, part, &words);
    dx_fault(l->faults, at, "%.*s: '%.*s' is of type %s and has no part '%.*s'%.*s (parts: %.*s)",
             DX_FMT(scope->owner), DX_FMT(field->name), dx_type_names[field->type], DX_FMT(part),
             DX_FMT(hint), DX_FMT(list));
}

dx_path_kind dx_load_path(dx_load *l, const dx_field_scope *scope, dx_str path, dx_place at)
{
    if (scope->n == 0)
        return DX_PATH_BAD; /* what it sees is unknown, and that is a fault already */
    dx_str part = path, name;
    dx_str_next(&part, '.', &name);
    const struct dx_field_spec *field = find_field(scope, name);
    if (field == NULL) {
        unknown_field(l, scope, name, at);
        return DX_PATH_BAD;
    }
    if (part.p == NULL)
        return is_number(field->type) ? DX_PATH_NUMBER : DX_PATH_TEXT;
    const dx_path_kind kind = part_kind(field->type, part);
    if (kind == DX_PATH_BAD)
        unknown_part(l, scope, field, part, at);
    return kind;
}

static const dx_rule_step *find_step(dx_load *l, const dx_rule *rule, dx_str name, dx_place at)
{
    dx_words words = {0};
    for (size_t i = 0; i < rule->n_steps; i++) {
        if (dx_str_eq(rule->steps[i].as, name))
            return &rule->steps[i];
        dx_load_push_word(l, &words, rule->steps[i].as);
    }
    const dx_str hint = dx_load_hint(l, name, &words);
    dx_fault(l->faults, at, "%.*s has no step '%.*s'%.*s", DX_FMT(rule->id), DX_FMT(name),
             DX_FMT(hint));
    return NULL;
}

dx_path_kind dx_load_step_path(dx_load *l, const dx_rule *rule, dx_str path, dx_place at)
{
    dx_str rest = path, name;
    dx_str_next(&rest, '.', &name);
    if (dx_str_eq(name, DX_LIT("attempt")) && rest.n > 0)
        return DX_PATH_TEXT; /* which facts there are is up to the log formats */
    const dx_rule_step *step = find_step(l, rule, name, at);
    if (step == NULL)
        return DX_PATH_BAD;
    if (rest.n == 0) {
        dx_fault(l->faults, at, "%.*s: '%.*s' is a step: write %.*s.FIELD", DX_FMT(rule->id),
                 DX_FMT(name), DX_FMT(name));
        return DX_PATH_BAD;
    }
    const dx_field_scope scope = {.owner = rule->id, .sigs = step->sees, .n = step->n_sees};
    return dx_load_path(l, &scope, rest, at);
}

/* ---- values ---- */

static bool is_regex(dx_str s)
{
    return s.n >= 3 && s.p[0] == '/' && s.p[s.n - 1] == '/';
}

static const dx_regex *named_regex(dx_load *l, dx_str name, dx_place at, dx_str owner)
{
    const dx_definition *found = dx_load_definition(l, name);
    if (found != NULL)
        return found->regex;
    const dx_str hint = dx_load_definition_hint(l, name);
    dx_fault(l->faults, at, "%.*s: $%.*s is not under 'define'%.*s", DX_FMT(owner), DX_FMT(name),
             DX_FMT(hint));
    return NULL;
}

static void check_literal(dx_load *l, dx_str value, dx_path_kind kind, dx_place at, dx_str owner)
{
    long long number;
    if (value.n == 0)
        dx_fault(l->faults, at, "%.*s: an empty value; 'absent' says that there is none",
                 DX_FMT(owner));
    else if (kind == DX_PATH_NUMBER && !dx_str_to_i64(value, &number))
        dx_fault(l->faults, at, "%.*s: '%.*s' is compared with a number: write 12 or 0xc",
                 DX_FMT(owner), DX_FMT(value));
}

/* "absent", "$name", "/regex/" or one plain value, each with an optional '!' in front. */
static void read_single(dx_load *l, dx_test *test, const dx_ynode *node, dx_path_kind kind,
                        dx_str owner)
{
    dx_str value = node->text;
    test->negate = value.n > 1 && value.p[0] == '!';
    value = dx_str_slice(value, test->negate, value.n);
    test->absent = dx_str_eq(value, DX_LIT("absent"));
    if (test->absent)
        return;
    if (value.n > 1 && value.p[0] == '$') {
        test->pattern = named_regex(l, dx_str_slice(value, 1, value.n), node->at, owner);
        return;
    }
    if (is_regex(value)) {
        test->pattern =
            dx_load_condition_regex(l, dx_str_slice(value, 1, value.n - 1), node->at, owner);
        return;
    }
    check_literal(l, value, kind, node->at, owner);
    dx_str *values = dx_load_get(l, 1, sizeof *values);
    if (values == NULL)
        return;
    values[0] = value;
    test->values = values;
    test->n_values = 1;
}

static bool is_plain(dx_str s)
{
    return s.n > 0 && s.p[0] != '$' && s.p[0] != '!' && !is_regex(s) &&
           !dx_str_eq(s, DX_LIT("absent"));
}

static void read_any_of(dx_load *l, dx_test *test, const dx_ynode *list, dx_path_kind kind,
                        dx_str owner)
{
    if (list->n == 0)
        dx_fault(l->faults, list->at, "%.*s: an empty list fits nothing", DX_FMT(owner));
    test->values = dx_load_texts(l, list, &test->n_values);
    for (size_t i = 0; i < test->n_values; i++) {
        const dx_str value = test->values[i];
        if (value.n > 0 && !is_plain(value))
            dx_fault(l->faults, list->kid[i]->at,
                     "%.*s: a list holds plain values only, not '%.*s': use one /a|b/ instead",
                     DX_FMT(owner), DX_FMT(value));
        else if (value.p != NULL)
            check_literal(l, value, kind, list->kid[i]->at, owner);
    }
}

static dx_test read_test(dx_load *l, const dx_ynode *node, dx_path_kind kind, dx_str owner)
{
    dx_test test = {.at = node->key_at, .path = node->key};
    switch (node->kind) {
    case DX_Y_TEXT:
        read_single(l, &test, node, kind, owner);
        break;
    case DX_Y_LIST:
        read_any_of(l, &test, node, kind, owner);
        break;
    case DX_Y_MAP:
        dx_fault(l->faults, node->at, "%.*s: a condition is one value or a list of values",
                 DX_FMT(owner));
        break;
    }
    return test;
}

/* ---- where, if ---- */

static dx_test *room_for_tests(dx_load *l, const dx_ynode *map, dx_str owner)
{
    if (map == NULL)
        return NULL;
    if (map->kind == DX_Y_MAP && map->n > 0)
        return dx_load_get(l, map->n, sizeof(dx_test));
    dx_fault(l->faults, map->at, "%.*s: '%.*s' is a map of conditions: { field: value }",
             DX_FMT(owner), DX_FMT(map->key));
    return NULL;
}

dx_tests dx_load_where(dx_load *l, const dx_ynode *map, const dx_field_scope *scope)
{
    dx_test *tests = room_for_tests(l, map, scope->owner);
    if (tests == NULL)
        return (dx_tests){0};
    for (size_t i = 0; i < map->n; i++) {
        const dx_path_kind kind = dx_load_path(l, scope, map->kid[i]->key, map->kid[i]->key_at);
        tests[i] = read_test(l, map->kid[i], kind, scope->owner);
    }
    return (dx_tests){.p = tests, .n = map->n};
}

dx_tests dx_load_if(dx_load *l, const dx_ynode *map, const dx_rule *rule)
{
    dx_test *tests = room_for_tests(l, map, rule->id);
    if (tests == NULL)
        return (dx_tests){0};
    for (size_t i = 0; i < map->n; i++) {
        const dx_path_kind kind = dx_load_step_path(l, rule, map->kid[i]->key, map->kid[i]->key_at);
        tests[i] = read_test(l, map->kid[i], kind, rule->id);
    }
    return (dx_tests){.p = tests, .n = map->n};
}
