/* Whether a message says the same as a code.  Windows words its messages differently from release
 * to release and articles retell them, so words are compared, not texts. */
#include "patterns/codes/words.h"

#include <string.h>

enum { MOST_WORDS = 48, LONGEST_WORD = 23, AGREES_FROM = 60, DISAGREES_BELOW = 34 };

typedef struct bag {
    char word[MOST_WORDS][LONGEST_WORD + 1];
    size_t n;
} bag;

/* Words that stand in any message, whatever it means. */
static const char *const empty_words[] = {
    "a",     "an",       "the",       "to",   "of",    "for",  "in",        "on",     "at",
    "or",    "and",      "is",        "are",  "was",   "were", "be",        "been",   "it",
    "its",   "by",       "this",      "that", "with",  "from", "specified", "given",  "system",
    "error", "occurred", "has",       "have", "had",   "not",  "no",        "cannot", "could",
    "can",   "did",      "does",      "do",   "will",  "you",  "your",      "near",   "line",
    "may",   "windows",  "microsoft", "one",  "other", "some", "any",       "file's", "id",
    "nt",    "failed",   "failure",   NULL};

/* Different words for the same thing. */
static const struct {
    const char *from, *to;
} same[] = {{"found", "find"},
            {"finding", "find"},
            {"located", "find"},
            {"locate", "find"},
            {"missing", "find"},
            {"exist", "find"},
            {"exists", "find"},
            {"existing", "find"},
            {"denied", "deny"},
            {"refused", "deny"},
            {"denies", "deny"},
            {"incorrect", "invalid"},
            {"wrong", "invalid"},
            {"bad", "invalid"},
            {"busy", "use"},
            {"folder", "directory"},
            {"dir", "directory"},
            {"illegal", "invalid"},
            {"unavailable", "available"},
            {"timely", "time"},
            {"timeout", "time"},
            {"respond", "response"},
            {"ids", "id"},
            {"overlapped", "io"},
            {"dependent", "depend"},
            {"mod", "module"},
            {"proc", "procedure"},
            {"netpath", "network"},
            {"unknown", "known"},
            {NULL, NULL}};

/* Most words differ in their first letter. */
static bool is_same(const char *a, const char *b)
{
    return a[0] == b[0] && strcmp(a, b) == 0;
}

static bool listed(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (is_same(word, *list))
            return true;
    return false;
}

/* Crude on purpose: both sides are treated alike. */
static void stem(char *word)
{
    for (size_t i = 0; same[i].from; i++)
        if (is_same(word, same[i].from)) {
            memcpy(word, same[i].to, strlen(same[i].to) + 1);
            return;
        }
    static const char *const endings[] = {"ing", "ied", "ed", "es", "s", "ion", NULL};
    size_t n = strlen(word);
    for (size_t i = 0; endings[i]; i++) {
        const size_t k = strlen(endings[i]);
        if (n > k + 3 && strcmp(word + n - k, endings[i]) == 0) {
            word[n - k] = '\0';
            return;
        }
    }
}

static bool holds(const bag *b, const char *word)
{
    for (size_t i = 0; i < b->n; i++)
        if (is_same(b->word[i], word))
            return true;
    return false;
}

static void put(bag *b, dx_str text)
{
    if (b->n == MOST_WORDS || text.n == 0 || text.n > LONGEST_WORD)
        return;
    char word[LONGEST_WORD + 1];
    for (size_t i = 0; i < text.n; i++)
        word[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] - 'A' + 'a') : text.p[i];
    word[text.n] = '\0';
    if (listed(word, empty_words))
        return;
    stem(word);
    if (!holds(b, word))
        memcpy(b->word[b->n++], word, sizeof word);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '\'' || (unsigned char)c >= 0x80;
}

static void put_text(bag *b, dx_str text)
{
    for (size_t i = 0; i < text.n;) {
        const size_t from = i;
        while (i < text.n && is_letter(text.p[i]))
            i++;
        put(b, dx_str_slice(text, from, i));
        if (i == from)
            i++;
    }
}

static void put_name(bag *b, dx_str name)
{
    dx_str rest = dx_code_name_body(name), word;
    while (dx_code_next_word(&rest, &word)) {
        const dx_str full = dx_code_spell(word);
        put_text(b, full.n ? full : word);
    }
}

/* How much of `part` is in `whole`, in percent. */
static int share(const bag *part, const bag *whole)
{
    size_t hits = 0;
    for (size_t i = 0; i < part->n; i++)
        hits += holds(whole, part->word[i]);
    return part->n ? (int)(hits * 100 / part->n) : 0;
}

static int score_sentence(const bag *said, const bag *name, const bag *code)
{
    const int covered = share(said, code);
    const int named = name->n > 1 ? share(name, said) : 0;
    return covered > named ? covered : named;
}

static bool ends_sentence(dx_str s, size_t i)
{
    if (s.p[i] == '\n')
        return true;
    return s.p[i] == '.' && (i + 1 == s.n || s.p[i + 1] == ' ' || s.p[i + 1] == '\r');
}

/* "error 2220", "<112>", "(997)". */
static bool says_number(dx_str message, dx_str number)
{
    if (number.n < 2)
        return false;
    for (size_t at = 0; (at = dx_str_ifind(message, number, at)) != SIZE_MAX; at++) {
        const size_t end = at + number.n;
        const bool before = at == 0 || !is_letter(message.p[at - 1]) || message.p[at - 1] == '\'';
        const bool after = end == message.n || !is_letter(message.p[end]) || message.p[end] == '\'';
        if (before && after)
            return true;
    }
    return false;
}

dx_code_near dx_code_compare(dx_str message, dx_str name, dx_str meaning, dx_str number)
{
    if (dx_str_trim(message).n == 0)
        return DX_NEAR_SILENT;
    if (says_number(message, number))
        return DX_NEAR_AGREES;
    bag names = {.n = 0}, code = {.n = 0};
    put_name(&names, name);
    put_name(&code, name);
    put_text(&code, meaning);
    int best = -1;
    for (size_t from = 0, i = 0; i < message.n; i++) {
        if (!ends_sentence(message, i) && i + 1 < message.n)
            continue;
        bag said = {.n = 0};
        put_text(&said, dx_str_slice(message, from, i + 1));
        from = i + 1;
        if (said.n == 0)
            continue;
        const int score = score_sentence(&said, &names, &code);
        best = score > best ? score : best;
    }
    if (best < 0)
        return DX_NEAR_SILENT;
    if (best >= AGREES_FROM)
        return DX_NEAR_AGREES;
    return best < DISAGREES_BELOW ? DX_NEAR_DISAGREES : DX_NEAR_SILENT;
}
