#include "core/ytree.h"

#include <limits.h>

#include "core/buf.h"

static const char *const kind_names[] = {"text", "a list", "a map"};

const dx_ynode *dx_y_get(const dx_ynode *map, const char *key)
{
    if (!map || map->kind != DX_Y_MAP)
        return NULL;
    const dx_str wanted = dx_str_of(key);
    for (size_t i = 0; i < map->n; i++) {
        if (dx_str_eq(map->kid[i]->key, wanted))
            return map->kid[i];
    }
    return NULL;
}

static bool is_kind(const dx_ynode *n, dx_ykind kind, dx_faults *faults)
{
    if (!n)
        return false;
    if (n->kind != kind)
        dx_fault(faults, n->at, "expected %s, found %s", kind_names[kind], kind_names[n->kind]);
    return n->kind == kind;
}

dx_str dx_y_text(const dx_ynode *n, dx_faults *faults)
{
    return is_kind(n, DX_Y_TEXT, faults) ? n->text : DX_NONE;
}

bool dx_y_int(const dx_ynode *n, long long *out, dx_faults *faults)
{
    if (!is_kind(n, DX_Y_TEXT, faults))
        return false;
    if (dx_str_to_i64(n->text, out))
        return true;
    dx_fault(faults, n->at, "'%.*s' is not a number", DX_FMT(n->text));
    return false;
}

bool dx_y_bool(const dx_ynode *n, bool absent, dx_faults *faults)
{
    if (!is_kind(n, DX_Y_TEXT, faults))
        return absent;
    if (dx_str_eq(n->text, DX_LIT("true")) || dx_str_eq(n->text, DX_LIT("yes")))
        return true;
    if (dx_str_eq(n->text, DX_LIT("false")) || dx_str_eq(n->text, DX_LIT("no")))
        return false;
    dx_fault(faults, n->at, "'%.*s' is neither true nor false", DX_FMT(n->text));
    return absent;
}

size_t dx_y_items(const dx_ynode *n, const dx_ynode *const **items)
{
    if (!n)
        return 0;
    if (n->kind != DX_Y_LIST) {
        *items = &n->self;
        return 1;
    }
    *items = (const dx_ynode *const *)n->kid;
    return n->n;
}

/* "unknown key 'x': " and a proposal: the nearest word, or all of them. */
static void unknown_word(dx_str word, const char *const *words, dx_str near, const char *what,
                         dx_place at, dx_faults *faults)
{
    if (near.p) {
        dx_fault(faults, at, "unknown %s '%.*s': did you mean '%.*s'?", what, DX_FMT(word),
                 DX_FMT(near));
        return;
    }
    dx_buf list = {0};
    for (size_t i = 0; words[i]; i++)
        dx_buf_printf(&list, "%s '%s'", i ? "," : "", words[i]);
    dx_fault(faults, at, "unknown %s '%.*s': expected%.*s", what, DX_FMT(word),
             DX_FMT(dx_buf_str(&list)));
    dx_buf_done(&list);
}

/* Index in NULL-ended words, or -1 after a fault. */
static int look_up(dx_str word, const char *const *words, const char *what, dx_place at,
                   dx_faults *faults)
{
    dx_meant near = dx_meant_by(word, UINT_MAX);
    for (int i = 0; words[i]; i++)
        if (dx_str_eq(word, dx_str_of(words[i])))
            return i;
    for (int i = 0; words[i]; i++)
        dx_meant_see(&near, dx_str_of(words[i]));
    unknown_word(word, words, near.word, what, at, faults);
    return -1;
}

int dx_y_word(const dx_ynode *n, const char *const *words, dx_faults *faults)
{
    if (!is_kind(n, DX_Y_TEXT, faults))
        return -1;
    return look_up(n->text, words, "word", n->at, faults);
}

bool dx_y_keys(const dx_ynode *map, const char *const *keys, dx_faults *faults)
{
    if (!map)
        return true;
    if (!is_kind(map, DX_Y_MAP, faults))
        return false;
    bool known = true;
    for (size_t i = 0; i < map->n; i++) {
        const dx_ynode *kid = map->kid[i];
        if (look_up(kid->key, keys, "key", kid->key_at, faults) < 0)
            known = false;
    }
    return known;
}
