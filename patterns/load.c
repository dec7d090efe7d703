#include "patterns/load.h"

#include <stdint.h>

void *dx_load_get(dx_load *l, size_t n, size_t size)
{
    if (n == 0)
        return NULL;
    void *p = n > SIZE_MAX / size ? NULL : dx_arena_get(l->arena, n * size);
    if (p == NULL)
        l->starved = true;
    return p;
}

void dx_load_push_word(dx_load *l, dx_words *words, dx_str word)
{
    if (!DX_PUSH(l->passing, words->p, words->n, words->cap, word))
        l->starved = true;
}

dx_str dx_load_text(dx_load *l, const dx_ynode *map, const char *key)
{
    return dx_y_text(dx_y_get(map, key), l->faults);
}

dx_str dx_load_want(dx_load *l, const dx_ynode *map, const char *key, dx_str owner)
{
    const dx_ynode *node = dx_y_get(map, key);
    if (node == NULL) {
        dx_fault(l->faults, map->at, "%.*s: '%s' is missing", DX_FMT(owner), key);
        return DX_NONE;
    }
    const size_t before = l->faults->n;
    const dx_str text = dx_y_text(node, l->faults);
    if (text.n == 0 && l->faults->n == before)
        dx_fault(l->faults, node->at, "%.*s: '%s' is empty", DX_FMT(owner), key);
    return text;
}

const dx_str *dx_load_texts(dx_load *l, const dx_ynode *list, size_t *n)
{
    *n = 0;
    const dx_ynode *const *items = NULL;
    const size_t count = dx_y_items(list, &items);
    dx_str *texts = dx_load_get(l, count, sizeof *texts);
    if (texts == NULL)
        return NULL;
    for (size_t i = 0; i < count; i++)
        texts[i] = dx_y_text(items[i], l->faults);
    *n = count;
    return texts;
}

int dx_load_int(dx_load *l, const dx_ynode *node, int absent, int low, int high)
{
    long long value = 0;
    if (node == NULL || !dx_y_int(node, &value, l->faults))
        return absent;
    if (value >= low && value <= high)
        return (int)value;
    dx_fault(l->faults, node->at, "'%.*s' is %lld, but must be from %d to %d", DX_FMT(node->key),
             value, low, high);
    return absent;
}

void dx_load_status(dx_load *l, const dx_ynode *map, bool *draft, bool *retired)
{
    static const char *const words[] = {"draft", "tested", "retired", NULL};
    const dx_ynode *node = dx_y_get(map, "status");
    if (node == NULL)
        return;
    const int word = dx_y_word(node, words, l->faults);
    *draft = word == 0;
    *retired = word == 2;
}

bool dx_load_id_ok(dx_str id)
{
    if (id.n == 0 || id.n > 100)
        return false;
    for (size_t i = 0; i < id.n; i++) {
        const char c = id.p[i];
        const bool inner = i > 0 && i + 1 < id.n && (c == '.' || c == '-');
        if (!inner && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

dx_str dx_load_hint(dx_load *l, dx_str word, const dx_words *words)
{
    const dx_str near = dx_meant_of(word, words->p, words->n);
    if (near.n == 0)
        return DX_LIT("");
    const dx_str hint = dx_arena_printf(l->arena, "; did you mean '%.*s'?", DX_FMT(near));
    if (hint.p == NULL)
        l->starved = true;
    return hint;
}
