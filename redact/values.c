/* What is a value, and what it becomes; where values stand in a text: seek.c. */
#include <stdlib.h>
#include <string.h>
#include "core/utf.h"
#include "redact/shape.h"
#include "redact/values_impl.h"

dx_rc dx_values_new(dx_values **out, const unsigned char key[DX_REDACT_KEY], dx_err *err)
{
    dx_values *v = calloc(1, sizeof *v);

    if (v == NULL || (v->arena = dx_arena_new(0)) == NULL) {
        free(v);
        return dx_nomem(err);
    }
    memcpy(v->key, key, DX_REDACT_KEY);
    *out = v;
    return DX_OK;
}

void dx_values_free(dx_values *v)
{
    if (v == NULL)
        return;
    dx_buf_done(&v->all_ordinary);
    dx_arena_free(v->arena);
    free(v);
}

static dx_str lower(dx_arena *into, dx_str text)
{
    char *p = dx_arena_get(into, text.n + 1);

    for (size_t i = 0; p != NULL && i < text.n; i++)
        p[i] = (char)dx_fold_byte(text.p[i]);
    return (dx_str){p, text.n};
}

/* The next run of letters or digits from *at on; false when there is none. */
static bool next_run(dx_str text, size_t *at, dx_str *run)
{
    size_t from = *at, to;

    while (from < text.n && !dx_is_word_byte(text.p[from]))
        from++;
    for (to = from; to < text.n && dx_is_word_byte(text.p[to]);)
        to++;
    *at = to;
    *run = dx_str_slice(text, from, to);
    return to > from;
}

static size_t characters(dx_str text)
{
    size_t n = 0;

    for (size_t at = 0; at < text.n; n++)
        dx_utf_next(text, &at);
    return n;
}

dx_rc dx_values_ordinary(dx_values *v, dx_str word, dx_err *err)
{
    const dx_str text = lower(v->arena, word);

    if (text.p == NULL)
        return dx_nomem(err);
    const int added = dx_set_add(&v->ordinary, v->arena, text);
    if (added == DX_SET_NEW) {
        dx_buf_add(&v->all_ordinary, text);
        dx_buf_char(&v->all_ordinary, '\n');
    }
    return added == DX_SET_FULL || v->all_ordinary.failed ? dx_nomem(err) : DX_OK;
}

static bool has_letter(dx_str run)
{
    for (size_t i = 0; i < run.n; i++)
        if (run.p[i] < '0' || run.p[i] > '9')
            return true;
    return false;
}

static bool is_one_character(dx_str text)
{
    for (size_t i = 1; i < text.n; i++)
        if (text.p[i] != text.p[0])
            return false;
    return true;
}

/* Something in it tells who or where. */
static bool tells(const dx_values *v, dx_str text, dx_shape shape)
{
    dx_str run;
    size_t n = 0;
    bool any = false;

    if (is_one_character(text))
        return false;
    for (size_t at = 0; next_run(text, &at, &run);) {
        n += run.n;
        any |= !dx_set_has(&v->ordinary, run) && (shape != DX_SHAPE_NAME || has_letter(run));
    }
    return any && n >= 2;
}

/* Short ones, numbers, and parts of words that every log has. */
static bool must_stand_alone(const dx_values *v, const value *x)
{
    if (x->shape == DX_SHAPE_IP4 || x->shape == DX_SHAPE_SID || x->shape == DX_SHAPE_HEX)
        return true;
    return x->characters < (x->shape == DX_SHAPE_WHOLE ? 8u : 4u) ||
           dx_str_find(dx_buf_str(&v->all_ordinary), x->text, 0) != SIZE_MAX;
}

dx_rc dx_values_add(dx_values *v, dx_str text, dx_shape shape, dx_err *err)
{
    const dx_str trimmed = dx_str_trim(text);

    if (trimmed.n < 2 || trimmed.n > DX_VALUE_BYTES)
        return DX_OK;
    value x = {.text = lower(v->arena, trimmed), .shape = shape};
    if (x.text.p == NULL)
        return dx_nomem(err);
    if (!tells(v, x.text, shape))
        return DX_OK;
    const int added = dx_set_add(&v->known, v->arena, x.text);
    if (added == DX_SET_OLD)
        return DX_OK;
    if (v->n == DX_VALUES_MAX)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "over %d different names and secrets: redact fewer logs at once",
                       DX_VALUES_MAX);
    x.characters = characters(x.text);
    x.alone = must_stand_alone(v, &x);
    if (added == DX_SET_FULL || !DX_PUSH(v->arena, v->value, v->n, v->cap, x))
        return dx_nomem(err);
    return DX_OK;
}

/* ---- what they become ---- */

/* What was given away, and what must not be. */
typedef struct taken {
    dx_values *v;
    dx_set runs; /* of all names, sorted */
    dx_str *run_becomes;
    dx_set given;
    dx_buf draft;
} taken;

enum { TRIES = 4096, SHORT = 3 };

static bool is_free(const taken *t, dx_str draft)
{
    if (dx_set_has(&t->given, draft))
        return false;
    return draft.n < SHORT || !(dx_set_has(&t->runs, draft) || dx_set_has(&t->v->known, draft) ||
                                dx_set_has(&t->v->ordinary, draft));
}

/* Draws until it is nobody's.  Short texts have few of their shape: then any that was not given
 * away will do, and at last any. */
static dx_str choose(taken *t, dx_shape shape, dx_str text)
{
    for (unsigned try = 0; try < TRIES; try++) {
        dx_buf_clear(&t->draft);
        dx_shape_draw(t->v->key, shape, text, try, &t->draft);
        if (t->draft.failed || is_free(t, dx_buf_str(&t->draft)))
            break;
    }
    const dx_str chosen = dx_arena_copy(t->v->arena, dx_buf_str(&t->draft));
    if (t->draft.failed || chosen.p == NULL ||
        dx_set_add(&t->given, t->v->arena, chosen) == DX_SET_FULL)
        return DX_NONE;
    return chosen;
}

static int by_text(const void *a, const void *b)
{
    const value *x = a, *y = b;

    return dx_str_cmp(x->text, y->text);
}

/* All runs of all names, in an order that does not depend on that of adding. */
static bool collect_runs(taken *t)
{
    dx_str run;

    for (size_t i = 0; i < t->v->n; i++) {
        if (t->v->value[i].shape != DX_SHAPE_NAME)
            continue;
        for (size_t at = 0; next_run(t->v->value[i].text, &at, &run);)
            if (!dx_set_has(&t->v->ordinary, run) &&
                dx_set_add(&t->runs, t->v->arena, run) == DX_SET_FULL)
                return false;
    }
    t->run_becomes = dx_arena_get(t->v->arena, (t->runs.n + 1) * sizeof *t->run_becomes);
    return t->run_becomes != NULL;
}

static bool choose_runs(taken *t)
{
    for (size_t i = 0; i < t->runs.n; i++) {
        t->run_becomes[i] = choose(t, DX_SHAPE_NAME, t->runs.text[i]);
        if (t->run_becomes[i].p == NULL)
            return false;
    }
    return true;
}

/* A name with each of its runs changed; what is ordinary in it stays. */
static dx_str name_of_runs(taken *t, dx_str text)
{
    size_t at = 0, done = 0;
    dx_str run;

    dx_buf_clear(&t->draft);
    while (next_run(text, &at, &run)) {
        const size_t number = dx_set_at(&t->runs, run);
        const size_t from = (size_t)(run.p - text.p);
        dx_buf_add(&t->draft, dx_str_slice(text, done, from));
        dx_buf_add(&t->draft, number == SIZE_MAX ? run : t->run_becomes[number]);
        done = at;
    }
    dx_buf_add(&t->draft, dx_str_slice(text, done, text.n));
    return t->draft.failed ? DX_NONE : dx_arena_copy(t->v->arena, dx_buf_str(&t->draft));
}

static bool choose_all(taken *t)
{
    dx_values *v = t->v;

    if (!collect_runs(t) || !choose_runs(t))
        return false;
    for (size_t i = 0; i < v->n; i++) {
        value *x = &v->value[i];
        x->becomes =
            x->shape == DX_SHAPE_NAME ? name_of_runs(t, x->text) : choose(t, x->shape, x->text);
        if (x->becomes.p == NULL)
            return false;
    }
    return true;
}

/* ---- the index ---- */

/* `value` is sorted by text, so those with the same first two bytes are neighbours. */
static bool build_index(dx_values *v)
{
    size_t at = 0;

    v->begins = dx_arena_get(v->arena, (FIRST_TWO + 1) * sizeof *v->begins);
    if (v->begins == NULL)
        return false;
    for (unsigned pair = 0; pair < FIRST_TWO; pair++) {
        v->begins[pair] = (uint32_t)at;
        while (at < v->n && dx_first_two(v->value[at].text.p) == pair)
            at++;
    }
    v->begins[FIRST_TWO] = (uint32_t)at;
    return true;
}

dx_rc dx_values_seal(dx_values *v, dx_err *err)
{
    taken t = {.v = v};

    if (v->n)
        qsort(v->value, v->n, sizeof *v->value, by_text);
    const bool ok = choose_all(&t) && build_index(v);
    dx_buf_done(&t.draft);
    v->sealed = ok;
    return ok ? DX_OK : dx_nomem(err);
}

size_t dx_values_count(const dx_values *v)
{
    return v->n;
}

void dx_values_get(const dx_values *v, size_t i, dx_str *original, dx_str *replacement)
{
    *original = v->value[i].text;
    *replacement = v->value[i].becomes;
}
