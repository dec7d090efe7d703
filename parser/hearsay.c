#include "parser/hearsay.h"

#include <string.h>

static bool closes(char c)
{
    return c == '"' || c == ')' || c == '\'';
}

static bool is_small(char c)
{
    return c >= 'a' && c <= 'z';
}

/* A dot in "setup.log" or ".NET" ends no sentence, nor does one inside of quotation marks, nor one
 * behind which the next word is small. */
static bool is_end(dx_str text, size_t at, bool quoted)
{
    size_t next = at + 1;

    if (text.p[at] == '\n')
        return true;
    if (text.p[at] != '.' && text.p[at] != '!' && text.p[at] != '?')
        return false;
    for (; next < text.n && closes(text.p[next]); next++)
        quoted &= text.p[next] != '"';
    if (quoted || next + 1 >= text.n || text.p[next] == '\n')
        return !quoted;
    return text.p[next] == ' ' && !is_small(text.p[next + 1]);
}

/* An inch has the same mark, so a quotation is one that ends in its paragraph. */
static bool is_quotation(dx_str text, size_t at)
{
    do
        at++;
    while (at < text.n && text.p[at] != '"' && text.p[at] != '\n');
    return at < text.n && text.p[at] == '"';
}

/* Behind the sentence, and the blank or the end of the paragraph that follows it. */
static size_t end_of_sentence(dx_str text, size_t from)
{
    bool quoted = false;
    size_t at = from;

    for (; at < text.n && !is_end(text, at, quoted); at++)
        if (text.p[at] == '"')
            quoted = !quoted && is_quotation(text, at);
    while (at < text.n && text.p[at] != ' ' && text.p[at] != '\n')
        at++;
    return at < text.n ? at + 1 : at;
}

/* A view that is being hushed. */
typedef struct hush {
    dx_regex_scratch *scratch;
    dx_arena *into;
    dx_str text;
    char *copy; /* NULL until something was hushed */
} hush;

static bool holds(const hush *h, const dx_regex *rx, dx_str sentence)
{
    dx_span span[1];

    return rx != NULL &&
           dx_regex_find(rx, h->scratch, dx_str_trim(sentence), 0, span, 1) == DX_RX_YES;
}

static bool silence(hush *h, size_t from, size_t to)
{
    if (h->copy == NULL && (h->copy = dx_arena_dup(h->into, h->text.p, h->text.n)) == NULL)
        return false;
    memset(h->copy + from, '\n', to - from);
    return true;
}

static bool hush_sentences(hush *h, const dx_hearsay *how, dx_str next)
{
    const dx_str text = h->text;
    size_t paragraph = 0, before = 0;

    for (size_t at = 0, end; at < text.n; at = end) {
        end = end_of_sentence(text, at);
        const dx_str sentence = dx_str_slice(text, at, end);
        if (holds(h, how->denial, sentence)) {
            if (!silence(h, at > paragraph ? paragraph : before, end))
                return false;
        } else if (holds(h, how->talk, sentence) && !silence(h, at, end)) {
            return false;
        }
        if (text.p[end - 1] == '\n') {
            before = paragraph;
            paragraph = end;
        }
    }
    return !holds(h, how->denial, dx_str_slice(next, 0, end_of_sentence(next, 0))) ||
           silence(h, paragraph, text.n);
}

bool dx_hearsay_hush(const dx_hearsay *how, dx_str next, dx_regex_scratch *scratch, dx_arena *into,
                     dx_view *view, bool *hushed)
{
    hush h = {.scratch = scratch, .into = into, .text = view->text};

    if (how != NULL && !hush_sentences(&h, how, next))
        return false;
    *hushed = h.copy != NULL;
    if (h.copy != NULL)
        view->text.p = h.copy;
    return true;
}
