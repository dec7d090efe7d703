#include "cli/spelling.h"

#include <ctype.h>
#include <string.h>

#include "core/buf.h"
#include "core/hashed.h"

enum {
    WORD_MOST = 24, /* letters of a known word */
    RUN_MOST = 120, /* of several without blanks */
    WORD_LEAST = 5, /* of one that is mended */
    RUN_LEAST = 8,  /* of one that is taken apart */
    PART_LEAST = 3,
    OFTEN = 2, /* so often a word stands in samples, or it may be a misprint there */
    LOOKALIKES = 6,
    TRIES_MOST = 1024, /* of letters taken for others, in one word: "Illll1l1lI" has far more */
    TEXT_MOST = 16 * 1024
};

/* How often known messages have a word, by its fingerprint. */
typedef struct lexicon {
    struct entry {
        uint64_t print;
        uint32_t count;
    } * entries;
    size_t n, cap;
    dx_hashed at;
} lexicon;

typedef struct speller {
    lexicon known;
    dx_arena *into;
    dx_buf out;
    bool crowded; /* the text has hardly any blanks */
    dx_respelt *changes;
    size_t n, cap;
    bool starved;
} speller;

/* ---- what is known ---- */

static size_t place_of(const lexicon *l, uint64_t print)
{
    return dx_hashed_find_number(&l->at, print, l->entries, sizeof *l->entries);
}

static bool learn_word(lexicon *l, const char *lower, size_t n)
{
    const uint64_t print = dx_hash64((dx_str){lower, n}, 0);
    const size_t at = place_of(l, print);

    if (at != DX_HASHED_NONE) {
        l->entries[at].count++;
        return true;
    }
    return DX_PUSH_MANY(l->at.arena, l->entries, l->n, l->cap, (struct entry){print, 1}) &&
           dx_hashed_add(&l->at, print, l->n - 1);
}

/* The next run of ASCII letters, in lower case, when it is no longer than `most`. */
static bool next_letters(dx_str text, size_t *at, char *lower, size_t most, size_t *n)
{
    while (*at < text.n) {
        *n = 0;
        while (*at < text.n && !isalpha((unsigned char)text.p[*at]))
            ++*at;
        for (; *at < text.n && isalpha((unsigned char)text.p[*at]); ++*at, ++*n)
            if (*n < most)
                lower[*n] = (char)tolower((unsigned char)text.p[*at]);
        if (*n > 1 && *n <= most)
            return true;
    }
    return false;
}

static bool learn_text(lexicon *l, dx_str text)
{
    char lower[WORD_MOST];
    size_t n;

    for (size_t at = 0; next_letters(text, &at, lower, WORD_MOST, &n);)
        if (!learn_word(l, lower, n))
            return false;
    return true;
}

static bool learn(lexicon *l, const dx_rulebook *book)
{
    const dx_signature *const *all;
    const size_t n = dx_rulebook_signatures(book, &all);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; all[i]->polarity == DX_FAILURE && k < all[i]->n_samples; k++)
            if (dx_signature_in(all[i], DX_LIT("dialogs")) &&
                !learn_text(l, all[i]->samples[k].text))
                return false;
    return true;
}

static uint32_t count_of(const lexicon *l, const char *lower, size_t n)
{
    const size_t at = place_of(l, dx_hash64((dx_str){lower, n}, 0));

    return at != DX_HASHED_NONE ? l->entries[at].count : 0;
}

/* ---- one word ---- */

/* What comes in question for a word: the one that was found, and whether another was. */
typedef struct choice {
    char word[WORD_MOST + 1];
    size_t n, found;
    size_t tries; /* of letters taken for others */
} choice;

static void consider(const speller *s, choice *c, const char *word, size_t n)
{
    if (n > WORD_MOST || count_of(&s->known, word, n) < OFTEN ||
        (c->found > 0 && c->n == n && memcmp(c->word, word, n) == 0))
        return;
    memcpy(c->word, word, n);
    c->n = n;
    c->found++;
}

/* Each of a few letters may be another that looks like it. */
static void look_alike(const speller *s, choice *c, char *word, size_t n, size_t from,
                       unsigned left)
{
    static const char *const pairs[] = {"1l", "1i", "li", "il", "0o", "5s", "8b", NULL};

    if (c->tries++ >= TRIES_MOST)
        return;
    if (!memchr(word, '0', n) && !memchr(word, '1', n) && !memchr(word, '5', n) &&
        !memchr(word, '8', n))
        consider(s, c, word, n);
    for (size_t i = from; left > 0 && i < n; i++) {
        const char was = word[i];
        for (size_t k = 0; pairs[k]; k++)
            if (pairs[k][0] == was) {
                word[i] = pairs[k][1];
                look_alike(s, c, word, n, i + 1, left - 1);
            }
        word[i] = was;
    }
}

/* "rn" for m and "vv" for w. */
static void look_alike_pairs(const speller *s, choice *c, const char *word, size_t n)
{
    char other[WORD_MOST];

    for (size_t i = 0; i + 1 < n; i++) {
        const bool m = word[i] == 'r' && word[i + 1] == 'n',
                   w = word[i] == 'v' && word[i + 1] == 'v';
        if (!m && !w)
            continue;
        memcpy(other, word, i);
        other[i] = m ? 'm' : 'w';
        memcpy(other + i + 1, word + i + 2, n - i - 2);
        consider(s, c, other, n - 1);
    }
}

/* One letter wrong, missing or in its neighbour's place. */
static void change_one(const speller *s, choice *c, const char *word, size_t n)
{
    char other[WORD_MOST + 1];

    for (size_t i = 0; i < n; i++) {
        memcpy(other, word, n);
        for (char l = 'a'; l <= 'z'; l++) {
            other[i] = l;
            consider(s, c, other, n);
        }
        if (i + 1 < n) {
            memcpy(other, word, n);
            other[i] = word[i + 1];
            other[i + 1] = word[i];
            consider(s, c, other, n);
        }
    }
}

static void add_or_drop_one(const speller *s, choice *c, const char *word, size_t n)
{
    char other[WORD_MOST + 1];

    for (size_t i = 0; i <= n && n < WORD_MOST; i++) {
        memcpy(other, word, i);
        memcpy(other + i + 1, word + i, n - i);
        for (char l = 'a'; l <= 'z'; l++) {
            other[i] = l;
            consider(s, c, other, n + 1);
        }
    }
    for (size_t i = 0; i < n; i++) {
        memcpy(other, word, i);
        memcpy(other + i, word + i + 1, n - i - 1);
        consider(s, c, other, n - 1);
    }
}

/* False when none or more than one comes in question, or when not all were tried. */
static bool mend_word(const speller *s, const char *word, size_t n, bool plain, choice *c)
{
    char copy[WORD_MOST];

    *c = (choice){0};
    if (n > WORD_MOST)
        return false;
    memcpy(copy, word, n);
    look_alike(s, c, copy, n, 0, LOOKALIKES);
    if (c->tries > TRIES_MOST)
        return false;
    look_alike_pairs(s, c, word, n);
    if (c->found == 0 && plain && n >= WORD_LEAST) {
        change_one(s, c, word, n);
        add_or_drop_one(s, c, word, n);
    }
    return c->found == 1;
}

/* ---- several words without blanks ---- */

static bool is_part(const speller *s, const char *word, size_t n)
{
    static const char little[] = " an as at be by do if in is it no of on or to up ";
    const char two[] = {' ', n > 0 ? word[0] : ' ', n > 1 ? word[1] : ' ', ' ', '\0'};

    if (n == 1)
        return s->crowded && word[0] == 'a';
    return n >= PART_LEAST ? n <= WORD_MOST && count_of(&s->known, word, n) >= OFTEN
                           : n == 2 && strstr(little, two) != NULL;
}

/* The fewest known words that make up the run: behind[i] is where the last of those up to i begins.
 */
static size_t take_apart(const speller *s, const char *run, size_t n, uint8_t behind[])
{
    size_t fewest[RUN_MOST + 1] = {0};

    for (size_t to = 1; to <= n; to++) {
        fewest[to] = SIZE_MAX;
        for (size_t from = to > WORD_MOST ? to - WORD_MOST : 0; from < to; from++)
            if (fewest[from] != SIZE_MAX && fewest[from] + 1 < fewest[to] &&
                is_part(s, run + from, to - from)) {
                fewest[to] = fewest[from] + 1;
                behind[to] = (uint8_t)from;
            }
    }
    return fewest[n];
}

static dx_str parted(const speller *s, const char *run, size_t n)
{
    uint8_t behind[RUN_MOST + 1];
    size_t count = take_apart(s, run, n, behind), end = n;

    if (count == SIZE_MAX || count < 2 || n < count * PART_LEAST)
        return DX_NONE;
    char *text = dx_arena_get(s->into, n + count);
    if (!text)
        return DX_NONE;
    for (size_t at = n; at > 0; at = behind[at]) {
        const size_t from = behind[at];
        count--;
        memcpy(text + from + count, run + from, at - from);
        if (count > 0)
            text[from + count - 1] = ' ';
        end += from > 0;
    }
    return (dx_str){text, end};
}

/* ---- a text ---- */

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '|';
}

/* Parts of paths, names and addresses are no words. */
static bool is_in_name(dx_str text, size_t from, size_t to)
{
    const char before = from > 0 ? text.p[from - 1] : ' ', behind = to < text.n ? text.p[to] : ' ';

    return strchr("\\/_@%${", before) || (before != '\0' && (before & 0x80)) ||
           strchr("\\/_@%}", behind) || (behind & 0x80) ||
           (behind == '.' && to + 1 < text.n && islower((unsigned char)text.p[to + 1]));
}

static void note(speller *s, dx_str was, dx_str now)
{
    for (size_t i = 0; i < s->n; i++)
        if (dx_str_ieq(s->changes[i].was, was))
            return;
    if (!DX_PUSH(s->into, s->changes, s->n, s->cap, (dx_respelt){was, now}))
        s->starved = true;
}

/* "ERROR1722": a known word, and a number that belongs behind it. */
static dx_str numbered(const speller *s, const char *lower, size_t n)
{
    size_t letters = 0, digits = 0;

    while (letters < n && isalpha((unsigned char)lower[letters]))
        letters++;
    while (letters + digits < n && isdigit((unsigned char)lower[letters + digits]))
        digits++;
    if (!s->crowded || digits < 2 || letters + digits < n || !is_part(s, lower, letters))
        return DX_NONE;
    return dx_arena_printf(s->into, "%.*s %.*s", (int)letters, lower, (int)digits, lower + letters);
}

/* What the word is read as; empty: as it stands. */
static dx_str respelt(const speller *s, dx_str word)
{
    char lower[RUN_MOST];
    size_t digits = 0;
    choice c;

    if (word.n < PART_LEAST || word.n > RUN_MOST)
        return DX_NONE;
    for (size_t i = 0; i < word.n; i++) {
        const char l = word.p[i] == '|' ? 'l' : (char)tolower((unsigned char)word.p[i]);
        lower[i] = l;
        digits += !isalpha((unsigned char)l);
    }
    const dx_str number = numbered(s, lower, word.n);
    if (number.n > 0)
        return number;
    if (digits * 2 >= word.n || word.n < WORD_LEAST - 1 ||
        (word.n <= WORD_MOST && count_of(&s->known, lower, word.n) > 0))
        return DX_NONE;
    if (mend_word(s, lower, word.n, digits == 0, &c))
        return dx_arena_copy(s->into, (dx_str){c.word, c.n});
    return digits == 0 && word.n >= RUN_LEAST ? parted(s, lower, word.n) : DX_NONE;
}

/* "failed.Common", "error:The": with so few blanks one is missing there, too. */
static bool lacks_blank(const speller *s, dx_str text, size_t at)
{
    const char c = text.p[at], behind = at + 1 < text.n ? text.p[at + 1] : ' ';

    return s->crowded && strchr(".,:;!?", c) && isupper((unsigned char)behind) && at > 1 &&
           isalnum((unsigned char)text.p[at - 1]) && isalnum((unsigned char)text.p[at - 2]);
}

static bool is_crowded(dx_str text)
{
    size_t blanks = 0, letters = 0;

    for (size_t i = 0; i < text.n; i++) {
        blanks += text.p[i] == ' ' || text.p[i] == '\n';
        letters += isalpha((unsigned char)text.p[i]) != 0;
    }
    return letters > 20 && blanks * 9 < letters;
}

static void spell_word(speller *s, dx_str text, size_t from, size_t to)
{
    const dx_str word = dx_str_slice(text, from, to);
    const dx_str now = is_in_name(text, from, to) ? DX_NONE : respelt(s, word);

    dx_buf_add(&s->out, now.n > 0 ? now : word);
    if (now.n > 0)
        note(s, word, now);
}

static void spell(speller *s, dx_str text)
{
    for (size_t at = 0; at < text.n;) {
        size_t to = at;
        while (to < text.n && in_word(text.p[to]))
            to++;
        if (to > at) {
            spell_word(s, text, at, to);
            at = to;
            continue;
        }
        dx_buf_char(&s->out, text.p[at]);
        if (lacks_blank(s, text, at))
            dx_buf_char(&s->out, ' ');
        at++;
    }
}

dx_rc dx_spell(const dx_rulebook *book, dx_str text, dx_arena *into, dx_spelling *out, dx_err *err)
{
    speller s = {.known = {.at.arena = into}, .into = into, .crowded = is_crowded(text)};

    *out = (dx_spelling){0};
    if (text.n > TEXT_MOST)
        return DX_OK;
    if (!learn(&s.known, book))
        return dx_nomem(err);
    spell(&s, text);
    const bool failed = s.out.failed || s.starved, wanted = s.n > 0 || s.crowded;
    if (!failed && wanted)
        *out = (dx_spelling){dx_arena_copy(into, dx_buf_str(&s.out)), s.n, s.changes};
    dx_buf_done(&s.out);
    return failed || (wanted && !out->text.p) ? dx_nomem(err) : DX_OK;
}
