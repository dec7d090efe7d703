#include "diagnosis/nearest.h"
#include <stdlib.h>
#include <string.h>
#include "core/hash.h"

enum { WORDS_MAX = 64, NEAR_ENOUGH = 30, QUOTE = 160, EVENTS_MAX = 12, DIFFER_MOST = 6 };

/* The words of a text as sorted fingerprints, each once. */
typedef struct bag {
    uint64_t word[WORDS_MAX];
    size_t n;
} bag;

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

static bool holds(const bag *b, uint64_t print)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->word[i] == print)
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

static bag words_of(dx_str text)
{
    bag b = {.n = 0};
    uint64_t print;
    dx_str word;

    for (size_t at = 0; b.n < WORDS_MAX && next_word(text, &at, &word, &print);)
        if (!holds(&b, print))
            b.word[b.n++] = print;
    return b;
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
    bag told = {.n = 0};
    uint64_t print;

    for (size_t at = 0; list.p && told.n < DIFFER_MOST && next_word(b->quote, &at, &word, &print);)
        if (!holds(&bags[b->event], print) && !holds(&told, print)) {
            list = dx_arena_printf(into, "%.*s%s%.*s", DX_FMT(list), told.n > 0 ? ", " : "",
                                   DX_FMT(word));
            told.word[told.n++] = print;
        }
    return list;
}

static void compare(const dx_signature *sig, const bag *bags, size_t n, best *b)
{
    for (size_t s = 0; s < sig->n_samples; s++) {
        bag sample = words_of(sig->samples[s].text);
        for (size_t i = 0; i < n; i++) {
            int percent = in_common(&bags[i], &sample);
            if (percent > b->percent)
                *b = (best){percent, sig->samples[s].text, i};
        }
    }
}

static best look_at(const dx_rule *rule, dx_str format, const bag *bags, size_t n)
{
    best b = {0, DX_NONE, 0};

    for (size_t i = 0; i < rule->n_steps; i++)
        for (size_t k = 0; k < rule->steps[i].n_sees; k++) {
            const dx_signature *sig = rule->steps[i].sees[k];
            if (sig->polarity == DX_FAILURE && dx_signature_in(sig, format))
                compare(sig->refines && sig->n_samples == 0 ? sig->refines : sig, bags, n, &b);
        }
    return b;
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

dx_rc dx_nearest(const dx_rulebook *book, dx_str format, const dx_event *const *events, size_t n,
                 dx_arena *into, const dx_rival **out, size_t *n_out, dx_err *err)
{
    const dx_rule *const *rules;
    size_t n_rules = dx_rulebook_rules(book, &rules);
    dx_rival *list = dx_arena_get(into, DX_NEAREST_MOST * sizeof *list);
    bag *bags;
    size_t kept = 0;

    n = n < EVENTS_MAX ? n : EVENTS_MAX;
    bags = dx_arena_get(into, (n + 1) * sizeof *bags);
    if (list == NULL || bags == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        bags[i] = words_of(events[i]->text);
    for (size_t i = 0; n > 0 && i < n_rules; i++) {
        const best b =
            rules[i]->retired ? (best){0, DX_NONE, 0} : look_at(rules[i], format, bags, n);
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
