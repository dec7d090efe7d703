#include "diagnosis/nearest.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "core/hash.h"
enum {
    WORDS_MAX = 64,
    NEAR_ENOUGH = 30,
    QUOTE = 160,
    EVENTS_MAX = 12,
    DIFFER_MOST = 6,
    COMMON_LEAST = 3, /* words */
    BUCKETS = 4096
};

/* The words of a text as fingerprints, each once. */
typedef struct bag {
    uint64_t word[WORDS_MAX];
    size_t n;
} bag;

/* A text that a signature knows. */
typedef struct sample {
    const dx_signature *sig;
    dx_str text;
    size_t n_words;
} sample;

/* That a sample has a word. */
typedef struct posting {
    uint64_t word;
    uint32_t sample;
    uint32_t next; /* in its bucket, + 1; 0: none */
} posting;

/* What comes nearest; of equals the first. */
typedef struct best {
    int percent; /* 0: nothing */
    uint32_t sample;
    size_t event;
} best;

struct dx_known {
    const dx_rulebook *book;
    dx_arena *arena;
    dx_str *formats; /* whose samples are there */
    sample *samples;
    posting *postings;
    size_t n_formats, cap_formats, n_samples, cap_samples, n_postings, cap_postings;
    uint32_t *bucket;    /* of words: its first posting, + 1 */
    bool *added;         /* by signature: its samples are there */
    uint8_t *common;     /* by sample: words that the event in hand has, too */
    uint32_t *near;      /* samples that have enough of them */
    size_t n_near, room; /* for so many samples */
    best *best;          /* by signature: what of its samples came nearest to the events in hand */
    int nearest;         /* of these the most per cent */
};

dx_known *dx_known_new(const dx_rulebook *book, dx_arena *into)
{
    const dx_signature *const *all;
    const size_t n = dx_rulebook_signatures(book, &all);
    dx_known *known = dx_arena_get(into, sizeof *known);

    if (known == NULL)
        return NULL;
    *known = (dx_known){.book = book, .arena = into};
    known->bucket = dx_arena_get(into, BUCKETS * sizeof *known->bucket);
    known->added = dx_arena_get(into, n * sizeof *known->added);
    known->best = dx_arena_get(into, n * sizeof *known->best);
    return known->bucket && known->added && known->best ? known : NULL;
}

static bool in_word(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c & 0x80) || c == '_';
}

/* What any message may say, sorted: that two have it in common says nothing. */
static const char *const idle_words[] = {
    "all",       "and",     "any",       "are",     "because",   "been",         "but",
    "can",       "cannot",  "check",     "code",    "command",   "complete",     "computer",
    "could",     "did",     "does",      "error",   "errors",    "exit",         "fail",
    "failed",    "failure", "fatal",     "file",    "files",     "following",    "for",
    "found",     "from",    "has",       "have",    "install",   "installation", "installed",
    "installer", "into",    "its",       "message", "microsoft", "more",         "not",
    "occurred",  "one",     "operation", "please",  "process",   "program",      "return",
    "returned",  "see",     "server",    "service", "setup",     "system",       "that",
    "the",       "there",   "this",      "try",     "unable",    "unexpected",   "value",
    "was",       "went",    "were",      "when",    "while",     "will",         "windows",
    "with",      "wrong",   "you",       "your",
};

static int against(const void *word, const void *entry)
{
    return strcmp(word, *(const char *const *)entry);
}

/* Numbers, paths and names differ from machine to machine: words of letters tell. */
static bool print_of(dx_str word, uint64_t *print)
{
    char lower[33];

    if (word.n < 3 || word.n >= sizeof lower)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] >= '0' && word.p[i] <= '9')
            return false;
        lower[i] = (char)(word.p[i] >= 'A' && word.p[i] <= 'Z' ? word.p[i] | 32 : word.p[i]);
    }
    lower[word.n] = '\0';
    *print = dx_hash64((dx_str){lower, word.n}, 0);
    return bsearch(lower, idle_words, sizeof idle_words / sizeof *idle_words, sizeof *idle_words,
                   against) == NULL;
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

static void words_of(dx_str text, bag *out)
{
    uint64_t print;
    dx_str word;

    out->n = 0;
    for (size_t at = 0; out->n < WORDS_MAX && next_word(text, &at, &word, &print);)
        if (!holds(out->word, out->n, print))
            out->word[out->n++] = print;
}

/* ---- what signatures know ---- */

/* A refinement often has no samples but those of its base. */
static const dx_signature *source_of(const dx_signature *sig)
{
    return sig->refines && sig->n_samples == 0 ? sig->refines : sig;
}

static bool add_sample(dx_known *known, const dx_signature *sig, dx_str text)
{
    const uint32_t number = (uint32_t)known->n_samples;
    bag words;

    words_of(text, &words);
    if (!DX_PUSH(known->arena, known->samples, known->n_samples, known->cap_samples,
                 (sample){.sig = sig, .text = text, .n_words = words.n}))
        return false;
    for (size_t i = 0; i < words.n; i++) {
        uint32_t *bucket = &known->bucket[words.word[i] % BUCKETS];
        if (!DX_PUSH(known->arena, known->postings, known->n_postings, known->cap_postings,
                     (posting){words.word[i], number, *bucket}))
            return false;
        *bucket = (uint32_t)known->n_postings;
    }
    return true;
}

static bool add_signature(dx_known *known, const dx_signature *sig)
{
    bool good = true;

    for (size_t i = 0; good && !known->added[sig->index] && i < sig->n_samples; i++)
        good = add_sample(known, sig, sig->samples[i].text);
    known->added[sig->index] = true;
    return good;
}

/* All that is looked for in logs of the format; false when out of memory. */
static bool add_format(dx_known *known, dx_str format)
{
    const dx_signature *const *all;
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_signatures(known->book, &all);

    for (size_t i = 0; i < known->n_formats; i++)
        if (dx_str_eq(known->formats[i], format))
            return true;
    for (size_t i = 0; i < n; i++)
        if (all[i]->polarity == DX_FAILURE && dx_rulebook_seeing(known->book, all[i], &rules) > 0 &&
            dx_signature_in(all[i], format) && !add_signature(known, source_of(all[i])))
            return false;
    const dx_str copy = dx_arena_copy(known->arena, format);
    return copy.p != NULL &&
           DX_PUSH(known->arena, known->formats, known->n_formats, known->cap_formats, copy);
}

/* ---- comparing ---- */

/* False when out of memory. */
static bool make_room(dx_known *known)
{
    const size_t n = known->n_samples;

    if (n <= known->room)
        return true;
    known->common = dx_arena_get(known->arena, n * sizeof *known->common);
    known->near = dx_arena_get(known->arena, n * sizeof *known->near);
    known->room = n;
    return known->common && known->near;
}

static void count_common(dx_known *known, const bag *words)
{
    if (known->n_samples > 0)
        memset(known->common, 0, known->n_samples * sizeof *known->common);
    known->n_near = 0;
    for (size_t i = 0; i < words->n; i++) {
        const uint64_t word = words->word[i];
        for (uint32_t at = known->bucket[word % BUCKETS]; at > 0;) {
            const posting *p = &known->postings[at - 1];
            if (p->word == word && ++known->common[p->sample] == COMMON_LEAST)
                known->near[known->n_near++] = p->sample;
            at = p->next;
        }
    }
}

static bool is_nearer(const best *a, const best *than)
{
    return a->percent > than->percent || (a->percent == than->percent && a->sample < than->sample);
}

static void compare(dx_known *known, const bag *words, size_t event)
{
    count_common(known, words);
    for (size_t i = 0; i < known->n_near; i++) {
        const uint32_t number = known->near[i];
        const sample *s = &known->samples[number];
        const size_t common = known->common[number], all = words->n + s->n_words - common;
        const best found = {(int)(common * 100 / all), number, event};
        if (is_nearer(&found, &known->best[s->sig->index]))
            known->best[s->sig->index] = found;
        known->nearest = found.percent > known->nearest ? found.percent : known->nearest;
    }
}

static void forget(dx_known *known)
{
    for (size_t i = 0; known->nearest > 0 && i < known->n_samples; i++)
        known->best[known->samples[i].sig->index].percent = 0;
    known->nearest = 0;
}

/* "registration, DLL": what the known message says and the other does not; nothing when the quote
 * says no more. */
static dx_str only_there(dx_str quote, const bag *said, dx_arena *into)
{
    dx_str list = DX_LIT(""), word;
    uint64_t told[DIFFER_MOST], print;
    size_t n = 0;

    for (size_t at = 0; list.p && n < DIFFER_MOST && next_word(quote, &at, &word, &print);)
        if (!holds(said->word, said->n, print) && !holds(told, n, print)) {
            list =
                dx_arena_printf(into, "%.*s%s%.*s", DX_FMT(list), n > 0 ? ", " : "", DX_FMT(word));
            told[n++] = print;
        }
    return list;
}

/* The best of what the rule looks for. */
static best look_at(const dx_known *known, const dx_rule *rule, dx_str format)
{
    best b = {0};

    for (size_t i = 0; i < rule->n_steps && !rule->retired; i++)
        for (size_t k = 0; k < rule->steps[i].n_sees; k++) {
            const dx_signature *sig = rule->steps[i].sees[k];
            const best *own = &known->best[source_of(sig)->index];
            if (own->percent > b.percent && sig->polarity == DX_FAILURE &&
                dx_signature_in(sig, format))
                b = *own;
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

/* False when out of memory. */
static bool find_nearest(const dx_known *known, dx_str format, const bag *words, dx_arena *into,
                         dx_rival *list, size_t *n)
{
    const dx_rule *const *rules;
    const size_t n_rules = dx_rulebook_rules(known->book, &rules);

    for (size_t i = 0; i < n_rules; i++) {
        const best b = look_at(known, rules[i], format);
        if (b.percent < NEAR_ENOUGH)
            continue;
        const dx_str quote = known->samples[b.sample].text;
        const dx_rival candidate = {.id = rules[i]->id,
                                    .title = rules[i]->title,
                                    .tell = dx_str_slice(quote, 0, QUOTE),
                                    .confidence = b.percent,
                                    .differs = only_there(quote, &words[b.event], into)};
        if (!candidate.differs.p)
            return false;
        keep(list, n, &candidate);
    }
    for (size_t i = 0; i < *n; i++)
        list[i].title = dx_title_unfilled(list[i].title, into);
    return true;
}

dx_rc dx_nearest(dx_known *known, dx_str format, const dx_event *const *events, size_t n,
                 dx_arena *into, const dx_rival **out, size_t *n_out, dx_err *err)
{
    dx_rival *list = dx_arena_get(into, DX_NEAREST_MOST * sizeof *list);
    bag words[EVENTS_MAX];
    size_t kept = 0;

    n = n < EVENTS_MAX ? n : EVENTS_MAX;
    if (list == NULL || !add_format(known, format) || !make_room(known))
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++) {
        words_of(events[i]->text, &words[i]);
        compare(known, &words[i], i);
    }
    const bool good =
        known->nearest < NEAR_ENOUGH || find_nearest(known, format, words, into, list, &kept);
    forget(known);
    if (!good)
        return dx_nomem(err);
    *out = list;
    *n_out = kept;
    return DX_OK;
}
