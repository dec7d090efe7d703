#include "diagnosis/nearest.h"
#include <stdlib.h>
#include <string.h>
#include "core/hash.h"

enum { WORDS_MAX = 64, NEAR_ENOUGH = 30, QUOTE = 160, EVENTS_MAX = 12, DIFFER_MOST = 6 };

/* The words of a text as sorted fingerprints, each once. */
typedef struct bag {
    const uint64_t *word;
    size_t n;
} bag;

struct dx_known {
    const dx_rulebook *book;
    dx_arena *arena;
    const bag **samples; /* by signature: a bag for each; NULL until asked for */
};

dx_known *dx_known_new(const dx_rulebook *book, dx_arena *into)
{
    const dx_signature *const *all;
    dx_known *known = dx_arena_get(into, sizeof *known);

    if (known == NULL)
        return NULL;
    *known = (dx_known){book, into, NULL};
    known->samples = dx_arena_get(into, dx_rulebook_signatures(book, &all) * sizeof(bag *));
    return known->samples != NULL ? known : NULL;
}

static bool in_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c & 0x80) || c == '_';
}

/* Numbers, paths and names differ from machine to machine: words of letters tell. */
static bool print_of(dx_str word, uint64_t *print)
{
    char lower[32];

    if (word.n < 3 || word.n > sizeof lower)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] >= '0' && word.p[i] <= '9')
            return false;
        lower[i] = (char)(word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] | 32 : word.p[i]);
    }
    *print = dx_hash64((dx_str){lower, word.n}, 0);
    return true;
}

static bool holds(const uint64_t *word, size_t n, uint64_t print)
{
    for (size_t i = 0; i < n; i++)
        if (word[i] == print)
            return true;
    return false;
}

/* The next word that tells; false behind the last. */
static bool next_word(dx_str text, size_t *at, dx_str *word, uint64_t *print)
{
    while (*at < text.n) {
        const size_t from = *at;
        while (*at < text.n && in_word(text.p[*at]))
            ++*at;
        *word = dx_str_slice(text, from, *at);
        if (print_of(*word, print))
            return true;
        *at += *at == from;
    }
    return false;
}

/* False when out of memory. */
static bool words_of(dx_str text, dx_arena *into, bag *out)
{
    uint64_t list[WORDS_MAX], print;
    size_t n = 0;
    dx_str word;

    for (size_t at = 0; n < WORDS_MAX && next_word(text, &at, &word, &print);)
        if (!holds(list, n, print))
            list[n++] = print;
    *out = (bag){dx_arena_dup(into, list, n * sizeof *list), n};
    return out->word != NULL || n == 0;
}

/* NULL when out of memory. */
static const bag *samples_of(dx_known *known, const dx_signature *sig)
{
    const bag **slot = &known->samples[sig->index];
    bag *made =
        *slot == NULL ? dx_arena_get(known->arena, (sig->n_samples + 1) * sizeof *made) : NULL;

    for (size_t i = 0; made != NULL && i < sig->n_samples; i++)
        if (!words_of(sig->samples[i].text, known->arena, &made[i]))
            return NULL;
    *slot = made != NULL ? made : *slot;
    return *slot;
}

static int in_common(const bag *a, const bag *b)
{
    size_t common = 0;

    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++)
            common += a->word[i] == b->word[k];
    if (common < 3)
        return 0;
    return (int)(common * 100 / (a->n + b->n - common));
}

/* ---- what a rule knows ---- */

typedef struct best {
    int percent;
    dx_str quote;
    size_t event; /* that comes nearest */
} best;

/* "registration, DLL": what the known message says and the other does not; nothing when the quote
 * says no more. */
static dx_str only_there(const best *b, const bag *bags, dx_arena *into)
{
    dx_str list = DX_LIT(""), word;
    const bag *said = &bags[b->event];
    uint64_t told[DIFFER_MOST], print;
    size_t n = 0;

    for (size_t at = 0; list.p && n < DIFFER_MOST && next_word(b->quote, &at, &word, &print);)
        if (!holds(said->word, said->n, print) && !holds(told, n, print)) {
            list =
                dx_arena_printf(into, "%.*s%s%.*s", DX_FMT(list), n > 0 ? ", " : "", DX_FMT(word));
            told[n++] = print;
        }
    return list;
}

/* What is asked for: the bags of n events in a log of the format. */
typedef struct question {
    dx_known *known;
    dx_str format;
    const bag *bags;
    size_t n;
} question;

static bool compare(const question *q, const dx_signature *sig, best *b)
{
    const bag *samples = samples_of(q->known, sig);

    for (size_t s = 0; samples != NULL && s < sig->n_samples; s++) {
        for (size_t i = 0; i < q->n; i++) {
            int percent = in_common(&q->bags[i], &samples[s]);
            if (percent > b->percent)
                *b = (best){percent, sig->samples[s].text, i};
        }
    }
    return samples != NULL;
}

static bool look_at(const question *q, const dx_rule *rule, best *b)
{
    bool good = true;

    *b = (best){0, DX_NONE, 0};
    for (size_t i = 0; i < rule->n_steps && !rule->retired; i++)
        for (size_t k = 0; good && k < rule->steps[i].n_sees; k++) {
            const dx_signature *sig = rule->steps[i].sees[k];
            if (sig->polarity == DX_FAILURE && dx_signature_in(sig, q->format))
                good = compare(q, sig->refines && sig->n_samples == 0 ? sig->refines : sig, b);
        }
    return good;
}

/* Puts a candidate into the short list, which stays sorted; one place per message. */
static void keep(dx_rival *list, size_t *n, const dx_rival *candidate)
{
    size_t at = 0;

    for (size_t i = 0; i < *n; i++)
        if (dx_str_eq(list[i].tell, candidate->tell))
            return;
    while (at < *n && list[at].confidence >= candidate->confidence)
        at++;
    if (at == DX_NEAREST_MOST)
        return;
    if (*n < DX_NEAREST_MOST)
        (*n)++;
    memmove(&list[at + 1], &list[at], (*n - at - 1) * sizeof *list);
    list[at] = *candidate;
}

dx_rc dx_nearest(dx_known *known, dx_str format, const dx_event *const *events, size_t n,
                 dx_arena *into, const dx_rival **out, size_t *n_out, dx_err *err)
{
    const dx_rule *const *rules;
    size_t n_rules = dx_rulebook_rules(known->book, &rules);
    dx_rival *list = dx_arena_get(into, DX_NEAREST_MOST * sizeof *list);
    bag *bags;
    size_t kept = 0;
    best b;

    n = n < EVENTS_MAX ? n : EVENTS_MAX;
    bags = dx_arena_get(into, (n + 1) * sizeof *bags);
    if (list == NULL || bags == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (!words_of(events[i]->text, into, &bags[i]))
            return dx_nomem(err);
    const question q = {known, format, bags, n};
    for (size_t i = 0; n > 0 && i < n_rules; i++) {
        if (!look_at(&q, rules[i], &b))
            return dx_nomem(err);
        if (b.percent < NEAR_ENOUGH)
            continue;
        const dx_rival candidate = {.id = rules[i]->id,
                                    .title = rules[i]->title,
                                    .tell = dx_str_slice(b.quote, 0, QUOTE),
                                    .confidence = b.percent,
                                    .differs = only_there(&b, bags, into)};
        if (!candidate.differs.p)
            return dx_nomem(err);
        keep(list, &kept, &candidate);
    }
    *out = list;
    *n_out = kept;
    return DX_OK;
}
