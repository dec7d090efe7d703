/* Loads the tables of codes and finds values in them. */
#include "patterns/codes/codes.h"

#include "patterns/codes/first.h"
#include "patterns/codes/said.h"

#include <stdlib.h>

struct dx_codes {
    dx_arena *own; /* or NULL: somebody else's */
    dx_code_space *space;
    size_t n;
};

/* A namespace that still grows. */
typedef struct table {
    dx_code_space space;
    dx_code *code;
    size_t cap;
    dx_code_first *first;
    size_t first_cap;
} table;

typedef struct loader {
    dx_arena *arena;
    dx_arena *passing; /* of what still grows */
    dx_faults *faults;
    table *table;
    size_t n, cap;
} loader;

static const char *const form_names[] = {"decimal", "hex", "signed", NULL};
static const char *const only_names[] = {"product", NULL};

static dx_str take_word(dx_str *rest)
{
    const dx_str all = dx_str_trim(*rest);
    size_t n = 0;
    while (n < all.n && all.p[n] != ' ' && all.p[n] != '\t')
        n++;
    *rest = dx_str_trim(dx_str_slice(all, n, all.n));
    return dx_str_slice(all, 0, n);
}

static bool number_fits(dx_str word, uint32_t *out)
{
    long long value = 0;
    if (!dx_str_to_i64(word, &value) || value < INT32_MIN || value > UINT32_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* False when the line is faulty; *skip when it holds no code. */
static bool read_line(dx_str line, dx_place at, dx_faults *faults, dx_code *out, bool *skip)
{
    dx_str rest = dx_str_trim(line);
    *skip = rest.n == 0 || rest.p[0] == '#';
    if (*skip)
        return true;
    *out = (dx_code){.at = at};
    const dx_str number = take_word(&rest);
    if (!number_fits(number, &out->value)) {
        dx_fault(faults, at, "'%.*s' is no number of 32 bits", DX_FMT(number));
        return false;
    }
    out->name = take_word(&rest);
    if (dx_str_eq(out->name, DX_LIT("-")))
        out->name = DX_NONE;
    dx_str after = rest;
    out->outcome = dx_str_eq(take_word(&after), DX_LIT("!"));
    out->meaning = out->outcome ? after : rest;
    if (out->name.n == 0 && out->meaning.n == 0) {
        dx_fault(faults, at, "code %.*s has neither a name nor a meaning", DX_FMT(number));
        return false;
    }
    return true;
}

static bool read_entries(loader *l, table *t, const dx_ynode *node)
{
    dx_str rest = dx_y_text(node, l->faults), line;
    dx_place at = node ? node->at : DX_NOWHERE;
    at.col = 0;
    while (dx_str_next(&rest, '\n', &line)) {
        dx_code code;
        bool skip = false;
        at.line++;
        if (!read_line(line, at, l->faults, &code, &skip) || skip)
            continue;
        if (!DX_PUSH(l->passing, t->code, t->space.n, t->cap, code))
            return false;
    }
    return true;
}

static bool read_products(loader *l, dx_code_space *s, const dx_ynode *node)
{
    const dx_ynode *const *item = NULL;
    const size_t n = node ? dx_y_items(node, &item) : 0;
    dx_str *words = dx_arena_get(l->arena, (n + 1) * sizeof *words);
    if (!words)
        return false;
    for (size_t i = 0; i < n; i++)
        words[i] = dx_y_text(item[i], l->faults);
    s->products = words;
    s->n_products = n;
    return true;
}

static bool read_head(loader *l, dx_code_space *s, const dx_ynode *map, const dx_ynode *title)
{
    if (s->title.n) {
        dx_fault(l->faults, title->at, "namespace '%.*s' has a title already (%s:%u)",
                 DX_FMT(s->id), s->at.file, s->at.line);
        return true;
    }
    s->at = title->at;
    s->title = dx_y_text(title, l->faults);
    const dx_ynode *form = dx_y_get(map, "form"), *only = dx_y_get(map, "only");
    const int which = form ? dx_y_word(form, form_names, l->faults) : 0;
    s->form = which < 0 ? DX_CODE_DECIMAL : (dx_code_form)which;
    s->only_product = only && dx_y_word(only, only_names, l->faults) == 0;
    long long likely = 0;
    const dx_ynode *node = dx_y_get(map, "likely");
    if (!dx_y_int(node, &likely, l->faults) || likely < 0 || likely > 100)
        dx_fault(l->faults, node ? node->at : title->at, "likely must be a number from 0 to 100");
    s->likely = (int)likely;
    return read_products(l, s, dx_y_get(map, "products"));
}

static table *table_named(loader *l, dx_str id, dx_place at)
{
    for (size_t i = 0; i < l->n; i++)
        if (dx_str_eq(l->table[i].space.id, id))
            return &l->table[i];
    const table fresh = {.space = {.id = id, .at = at}};
    return DX_PUSH(l->passing, l->table, l->n, l->cap, fresh) ? &l->table[l->n - 1] : NULL;
}

static bool read_part(loader *l, const dx_ynode *map)
{
    static const char *const keys[] = {"space", "title",    "form",    "likely", "said",
                                       "only",  "products", "entries", NULL};
    if (!dx_y_keys(map, keys, l->faults))
        return true;
    const dx_ynode *name = dx_y_get(map, "space"), *title = dx_y_get(map, "title");
    if (!name) {
        dx_fault(l->faults, map->at, "a table of codes needs the key 'space'");
        return true;
    }
    table *t = table_named(l, dx_y_text(name, l->faults), name->at);
    return t && (!title || read_head(l, &t->space, map, title)) &&
           dx_code_said_read(dx_y_get(map, "said"), l->arena, l->faults, &t->space) &&
           read_entries(l, t, dx_y_get(map, "entries"));
}

static bool read_first(loader *l, const dx_ynode *map)
{
    dx_code_first first = {.n_ranges = 0};
    const size_t faults = l->faults->n;

    if (!dx_code_first_read(map, l->arena, l->faults, &first))
        return l->faults->n > faults;
    table *t = table_named(l, first.space, first.at);
    return t && DX_PUSH(l->passing, t->first, t->space.n_first, t->first_cap, first);
}

typedef bool read_one(loader *l, const dx_ynode *map);

static bool read_list(loader *l, const dx_ynode *list, read_one *read)
{
    const dx_ynode *const *item = NULL;
    const size_t n = list ? dx_y_items(list, &item) : 0;

    for (size_t i = 0; i < n; i++)
        if (!read(l, item[i]))
            return false;
    return true;
}

static bool read_all(loader *l, const dx_yset *set)
{
    static const char *const keys[] = {"codes", "first", NULL};
    for (size_t i = 0; i < set->n; i++) {
        const dx_ynode *root = set->file[i].root;
        if (!root || !dx_y_keys(root, keys, l->faults))
            continue;
        if (!read_list(l, dx_y_get(root, "codes"), read_part) ||
            !read_list(l, dx_y_get(root, "first"), read_first))
            return false;
    }
    return true;
}

static int by_value(const void *a, const void *b)
{
    const dx_code *x = a, *y = b;
    return x->value < y->value ? -1 : x->value > y->value;
}

static int by_name(const void *a, const void *b)
{
    const dx_code *const *x = a, *const *y = b;
    return dx_str_cmp((*x)->name, (*y)->name);
}

static int by_id(const void *a, const void *b)
{
    const dx_code_space *x = a, *y = b;
    return dx_str_cmp(x->id, y->id);
}

static void twice(const dx_code *second, const dx_code *first, const char *what, dx_faults *faults)
{
    dx_fault(faults, second->at, "%s %.*s is there already (%s:%u)", what,
             DX_FMT(second->name.n ? second->name : second->meaning),
             first->at.file ? first->at.file : "?", first->at.line);
}

static bool check_names(const dx_code_space *s, dx_faults *faults)
{
    const dx_code **order = malloc((s->n + 1) * sizeof *order);
    if (!order)
        return false;
    for (size_t i = 0; i < s->n; i++)
        order[i] = &s->code[i];
    qsort(order, s->n, sizeof *order, by_name);
    for (size_t i = 1; i < s->n; i++)
        if (order[i]->name.n && dx_str_eq(order[i]->name, order[i - 1]->name))
            twice(order[i], order[i - 1], "name", faults);
    free(order);
    return true;
}

static bool finish(loader *l, table *t)
{
    dx_code_space *s = &t->space;
    if (!s->title.n)
        dx_fault(l->faults, s->at, "namespace '%.*s' has no title", DX_FMT(s->id));
    s->first = dx_arena_dup(l->arena, t->first, s->n_first * sizeof *s->first);
    if (!s->first || s->n == 0)
        return s->first != NULL;
    qsort(t->code, s->n, sizeof *t->code, by_value);
    for (size_t k = 1; k < s->n; k++)
        if (t->code[k].value == t->code[k - 1].value)
            twice(&t->code[k], &t->code[k - 1], "value of", l->faults);
    s->code = dx_arena_dup(l->arena, t->code, s->n * sizeof *s->code);
    return s->code && check_names(s, l->faults);
}

static bool load(loader *l, dx_codes *codes, const dx_yset *set)
{
    if (!read_all(l, set))
        return false;
    codes->space = dx_arena_get(l->arena, (l->n + 1) * sizeof *codes->space);
    if (!codes->space)
        return false;
    for (size_t i = 0; i < l->n; i++) {
        if (!finish(l, &l->table[i]))
            return false;
        codes->space[codes->n++] = l->table[i].space;
    }
    qsort(codes->space, codes->n, sizeof *codes->space, by_id);
    return true;
}

dx_rc dx_codes_new_in(dx_codes **out, const dx_yset *set, dx_arena *into, dx_faults *faults,
                      dx_err *err)
{
    dx_codes *codes = dx_arena_get(into, sizeof *codes);
    dx_faults mine = {.on_fault = faults ? faults->on_fault : NULL,
                      .ctx = faults ? faults->ctx : NULL};
    loader l = {.arena = into, .passing = dx_arena_new(0), .faults = &mine};
    const bool loaded = codes && l.passing && load(&l, codes, set);

    dx_arena_free(l.passing);
    if (faults)
        faults->n += mine.n;
    if (!loaded)
        return dx_nomem(err);
    if (mine.n)
        return dx_fail(err, DX_E_RULE, DX_NOWHERE, "%zu fault%s in the tables of codes", mine.n,
                       mine.n == 1 ? "" : "s");
    *out = codes;
    return DX_OK;
}

dx_rc dx_codes_new(dx_codes **out, const dx_yset *set, dx_faults *faults, dx_err *err)
{
    dx_arena *own = dx_arena_new(0);
    dx_codes *codes;

    if (!own)
        return dx_nomem(err);
    if (dx_codes_new_in(&codes, set, own, faults, err) != DX_OK) {
        dx_arena_free(own);
        return DX_FAIL;
    }
    codes->own = own;
    *out = codes;
    return DX_OK;
}

void dx_codes_free(dx_codes *codes)
{
    if (codes)
        dx_arena_free(codes->own);
}

size_t dx_codes_spaces(const dx_codes *codes, const dx_code_space **out)
{
    *out = codes->space;
    return codes->n;
}

const dx_code_space *dx_codes_space(const dx_codes *codes, dx_str id)
{
    for (size_t i = 0; i < codes->n; i++)
        if (dx_str_eq(codes->space[i].id, id))
            return &codes->space[i];
    return NULL;
}

const dx_code *dx_code_space_find(const dx_code_space *space, uint32_t value)
{
    if (!space || space->n == 0)
        return NULL;
    const dx_code key = {.value = value};
    return bsearch(&key, space->code, space->n, sizeof key, by_value);
}
