/* Building a scanner: literals sorted into classes by length, their grams entered into tables. */
#include "core/scanner.h"
#include <stdlib.h>
#include "core/scanner_impl.h"

enum {
    BITS_LEAST = 15,
    BITS_MOST = 22,
    BITS_PER_GRAM = 32,
    BEYOND = 8 /* bytes behind a literal that may be read */
};

const dx_scan_shape dx_scan_shapes[DX_SCAN_CLASSES] = {
    [DX_SCAN_LONG] = {8, 8, 15},
    [DX_SCAN_MIDDLE] = {8, 4, 11},
    [DX_SCAN_BRIEF] = {4, 4, 7},
    [DX_SCAN_SHORT] = {4, 1, 4},
};

/* ---- literals ---- */

static dx_str trimmed(dx_str text)
{
    return dx_str_slice(dx_str_trim(text), 0, DX_SCAN_MOST);
}

static dx_rc copy_literals(dx_scanner *s, const dx_scan_literal *from, size_t n, dx_arena *into,
                           dx_err *err)
{
    size_t size = 1;

    for (size_t i = 0; i < n; i++) {
        if (trimmed(from[i].text).n < DX_SCAN_LEAST)
            return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "'%.*s' is too short to be looked for",
                           DX_FMT(from[i].text));
        size += trimmed(from[i].text).n + BEYOND;
    }
    s->literal = dx_arena_get(into, n * sizeof *s->literal);
    s->texts = dx_arena_get(into, size);
    if (s->literal == NULL || s->texts == NULL)
        return dx_nomem(err);
    char *p = s->texts;
    for (size_t i = 0; i < n; i++) {
        const dx_str text = trimmed(from[i].text);
        memcpy(p, text.p, text.n);
        s->literal[i] = (dx_scan_literal){{p, text.n}, from[i].id};
        p += text.n + BEYOND;
    }
    s->n = n;
    return DX_OK;
}

/* ---- tables ---- */

static size_t bits_wanted(size_t grams)
{
    size_t bits = BITS_LEAST;

    while (bits < BITS_MOST && ((size_t)1 << bits) < grams * BITS_PER_GRAM)
        bits++;
    return bits;
}

/* Words of its own, or a copy of the base's, so that one pass serves both. */
static bool prepare_bits(dx_scan_table *t, const dx_scan_table *base, size_t grams, dx_arena *into)
{
    const bool inherits = base != NULL && base->used;
    const size_t bits = inherits ? 37 - base->shift : bits_wanted(grams);
    const size_t size = ((size_t)1 << bits) / 8;

    t->used = grams > 0 || inherits;
    t->shift = (unsigned)(37 - bits);
    t->factor = inherits ? base->factor : DX_GRAM_FACTOR;
    if (!t->used)
        return true;
    t->bits = inherits ? dx_arena_dup(into, base->bits, size) : dx_arena_get(into, size);
    return t->bits != NULL;
}

/* As many buckets as grams, or some more. */
static bool prepare_buckets(dx_scan_table *t, size_t grams, dx_arena *into)
{
    unsigned bits = 1;

    if (grams == 0)
        return true;
    while (((size_t)1 << bits) < grams)
        bits++;
    t->narrow = 32 - bits;
    t->n = grams;
    t->first = dx_arena_get(into, (((size_t)1 << bits) + 2) * sizeof *t->first);
    t->entry = dx_arena_get(into, grams * sizeof *t->entry);
    return t->first != NULL && t->entry != NULL;
}

static dx_scan_entry entry_of(const dx_scan_literal *l, size_t i, size_t at, dx_scan_class c)
{
    const size_t end = at + dx_scan_shapes[c].gram, left = l->text.n - end;

    return (dx_scan_entry){.gram = dx_gram_at(l->text.p + at, c),
                           .behind = dx_scan_eight(l->text.p + end) | DX_SCAN_CASES,
                           .literal = (uint32_t)i,
                           .at = (uint8_t)at,
                           .n_behind = (uint8_t)(left < 8 ? left : 8)};
}

static void set_bits(dx_scan_table *t, const dx_scan_literal *l, size_t from, dx_scan_class c)
{
    for (size_t at = from; at < from + dx_scan_shapes[c].stride; at++) {
        const uint32_t hash = dx_gram_hash_by(dx_gram_at(l->text.p + at, c), t->factor);
        t->bits[hash >> t->shift] |= dx_gram_bits(hash);
    }
}

/* Counts a literal's grams, each two places behind its bucket. */
static void count_grams(dx_scan_table *t, const dx_scan_literal *l, size_t from, dx_scan_class c)
{
    for (size_t at = from; at < from + dx_scan_shapes[c].stride; at++)
        t->first[(dx_gram_hash(dx_gram_at(l->text.p + at, c)) >> t->narrow) + 2]++;
}

/* From numbers to places: of each bucket one place behind it, until it is filled. */
static void add_up(dx_scan_table *t)
{
    for (size_t i = 2; t->first != NULL && i < ((size_t)1 << (32 - t->narrow)) + 2; i++)
        t->first[i] += t->first[i - 1];
}

static void enter_grams(dx_scan_table *t, const dx_scan_literal *l, size_t i, size_t from,
                        dx_scan_class c)
{
    for (size_t at = from; at < from + dx_scan_shapes[c].stride; at++) {
        const dx_scan_entry e = entry_of(l, i, at, c);
        t->entry[t->first[(dx_gram_hash(e.gram) >> t->narrow) + 1]++] = e;
    }
}

static bool prepare_table(dx_scanner *s, dx_scan_class c, size_t grams, dx_arena *into)
{
    return prepare_bits(&s->table[c], s->base ? &s->base->table[c] : NULL, grams, into) &&
           prepare_buckets(&s->table[c], grams, into);
}

static bool prepare_tables(dx_scanner *s, dx_arena *into)
{
    size_t grams[DX_SCAN_CLASSES] = {0};
    bool good = true;

    for (size_t i = 0; i < s->n; i++)
        grams[s->plan[i].c] += dx_scan_shapes[s->plan[i].c].stride;
    for (dx_scan_class c = 0; good && c < DX_SCAN_CLASSES; c++)
        good = prepare_table(s, c, grams[c], into);
    return good;
}

static void fill_tables(dx_scanner *s)
{
    const dx_scan_plan *plan = s->plan;

    for (size_t i = 0; i < s->n; i++) {
        set_bits(&s->table[plan[i].c], &s->literal[i], plan[i].from, plan[i].c);
        count_grams(&s->table[plan[i].c], &s->literal[i], plan[i].from, plan[i].c);
    }
    for (size_t c = 0; c < DX_SCAN_CLASSES; c++)
        add_up(&s->table[c]);
    for (size_t i = 0; i < s->n; i++)
        enter_grams(&s->table[plan[i].c], &s->literal[i], i, plan[i].from, plan[i].c);
}

/* ---- what the log has often ---- */

enum {
    TRIED_MOST = 1 << 19, /* bits of a table that is soon filled */
    TRIED_ON = 32 * 1024  /* bytes of the log */
};

/* How many places of the log the long table lets pass when its hash has this factor. */
static size_t try_factor(dx_scanner *s, dx_str log, uint32_t factor)
{
    dx_scan_table *t = &s->table[DX_SCAN_LONG];
    size_t n = 0;

    t->factor = factor;
    memset(t->bits, 0, ((size_t)1 << (37 - t->shift)) / 8);
    for (size_t i = 0; i < s->n; i++)
        if (s->plan[i].c == DX_SCAN_LONG)
            set_bits(t, &s->literal[i], s->plan[i].from, DX_SCAN_LONG);
    for (size_t at = 0; at + 8 <= log.n; at++)
        n += dx_table_may(t, dx_gram_at(log.p + at, DX_SCAN_LONG));
    return n;
}

/* One gram that passes by mistake costs little, unless every tenth line has it: another factor
 * makes other mistakes. */
static void choose_factor(dx_scanner *s, dx_str log)
{
    static const uint32_t factors[] = {DX_GRAM_FACTOR, 0x85EBCA77u, 0xC2B2AE3Du, 0x27D4EB2Fu};
    const dx_scan_table *t = &s->table[DX_SCAN_LONG];
    const dx_str some = dx_str_slice(log, 0, TRIED_ON);
    uint32_t best = DX_GRAM_FACTOR;
    size_t least = SIZE_MAX;

    if (log.n == 0 || t->n == 0 || (s->base != NULL && s->base->table[DX_SCAN_LONG].used) ||
        (size_t)1 << (37 - t->shift) > TRIED_MOST)
        return;
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        const size_t n = try_factor(s, some, factors[i]);
        if (n < least) {
            least = n;
            best = factors[i];
        }
    }
    (void)try_factor(s, DX_NONE, best);
}

void dx_scanner_revive(dx_scanner *s)
{
    s->steps = dx_scan_avx512();
    if (s->steps == NULL)
        s->steps = dx_scan_avx2();
    if (s->steps == NULL)
        s->steps = &dx_scan_portable;
}

/* ---- making ---- */

typedef struct recipe {
    const dx_scanner *base;
    const dx_scan_literal *literal;
    size_t n;
    dx_str sample;
    const dx_scan_plan *before; /* see dx_scan_plan_all() */
    bool whole;
} recipe;

static bool build_tables(dx_scanner *s, const recipe *r, dx_arena *into)
{
    s->plan = dx_arena_get(into, (s->n + 1) * sizeof *s->plan);
    s->few = dx_scan_count_short(s) <= DX_SCAN_FEW; /* one sieve takes all but the long ones */
    if (s->plan == NULL || !dx_scan_plan_all(s, r->sample, r->before, s->plan) ||
        !prepare_tables(s, into))
        return false;
    choose_factor(s, r->sample);
    fill_tables(s);
    dx_scan_sieve_fill(s, r->sample);
    return true;
}

static dx_rc make_in(dx_scanner **out, const recipe *r, dx_arena *into, dx_err *err)
{
    dx_scanner *s = dx_arena_get(into, sizeof *s);

    if (s == NULL)
        return dx_nomem(err);
    s->base = r->base;
    s->whole = r->whole;
    dx_scanner_revive(s);
    if (copy_literals(s, r->literal, r->n, into, err) != DX_OK)
        return DX_FAIL;
    if (!build_tables(s, r, into))
        return dx_nomem(err);
    *out = s;
    return DX_OK;
}

static dx_rc make(dx_scanner **out, const recipe *r, dx_err *err)
{
    dx_arena *own = dx_arena_new(0);

    if (own == NULL)
        return dx_nomem(err);
    if (make_in(out, r, own, err) != DX_OK) {
        dx_arena_free(own);
        return DX_FAIL;
    }
    (*out)->own = own;
    return DX_OK;
}

dx_rc dx_scanner_new_in(dx_scanner **out, const dx_scanner *base, const dx_scan_literal *literals,
                        size_t n, dx_arena *into, dx_err *err)
{
    return make_in(out, &(recipe){.base = base, .literal = literals, .n = n}, into, err);
}

dx_rc dx_scanner_new_for(dx_scanner **out, const dx_scanner *base, const dx_scan_literal *literals,
                         size_t n, dx_str sample, dx_err *err)
{
    const recipe r = {.base = base, .literal = literals, .n = n, .sample = sample};

    return make(out, &r, err);
}

dx_rc dx_scanner_new(dx_scanner **out, const dx_scanner *base, const dx_scan_literal *literals,
                     size_t n, dx_err *err)
{
    return dx_scanner_new_for(out, base, literals, n, DX_NONE, err);
}

bool dx_scan_has_word(dx_str literal)
{
    const dx_str seen = trimmed(literal);
    size_t n = 0;

    for (size_t i = 0; i < seen.n && n < DX_SCAN_LEAST; i++)
        n = seen.p[i] == ' ' ? 0 : n + 1;
    return n == DX_SCAN_LEAST;
}

dx_rc dx_scanner_new_whole(dx_scanner **out, const dx_scan_literal *literals, size_t n,
                           dx_str sample, dx_err *err)
{
    const recipe r = {.literal = literals, .n = n, .sample = sample, .whole = true};
    bool good = n <= DX_SCAN_FEW;

    for (size_t i = 0; good && i < n; i++)
        good = dx_scan_has_word(literals[i].text);
    return good ? make(out, &r, err)
                : dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                          "%zu literals are too many for a sieve, "
                          "or one has no word",
                          n);
}

static void keep_wanted(const dx_scan_subset *of, dx_scan_literal *literal, dx_scan_plan *plan,
                        size_t *n)
{
    const dx_scanner *whole = of->scanner;

    for (size_t i = 0; i < whole->n; i++)
        if (whole->literal[i].id >= of->n || of->wanted[whole->literal[i].id]) {
            literal[*n] = whole->literal[i];
            plan[(*n)++] = whole->plan[i];
        }
}

dx_rc dx_scanner_narrow(dx_scanner **out, const dx_scan_subset *of, dx_str sample, dx_err *err)
{
    const size_t most = of->scanner->n + 1;
    dx_scan_literal *literal = malloc(most * sizeof *literal);
    dx_scan_plan *plan = malloc(most * sizeof *plan);
    recipe r = {.literal = literal, .sample = sample, .before = plan};
    dx_rc rc = DX_FAIL;

    if (literal != NULL && plan != NULL) {
        keep_wanted(of, literal, plan, &r.n);
        rc = make(out, &r, err);
    } else {
        (void)dx_nomem(err);
    }
    free(literal);
    free(plan);
    return rc;
}

void dx_scanner_free(dx_scanner *s)
{
    if (s != NULL)
        dx_arena_free(s->own);
}

void dx_scan_hits_done(dx_scan_hits *h)
{
    free(h->p);
    *h = (dx_scan_hits){0};
}
