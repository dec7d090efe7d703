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

bool dx_hearsay_hush(const dx_regex *rx, dx_regex_scratch *scratch, dx_arena *into, dx_view *view,
                     bool *hushed)
{
    const dx_str text = view->text;
    dx_span span[1];
    char *copy = NULL;

    for (size_t at = 0, end; rx != NULL && at < text.n; at = end) {
        end = end_of_sentence(text, at);
        const dx_str sentence = dx_str_trim(dx_str_slice(text, at, end));
        if (dx_regex_find(rx, scratch, sentence, 0, span, 1) != DX_RX_YES)
            continue;
        if (copy == NULL && (copy = dx_arena_dup(into, text.p, text.n)) == NULL)
            return false;
        memset(copy + at, '\n', end - at);
    }
    *hushed = copy != NULL;
    if (copy != NULL)
        view->text = (dx_str){copy, text.n};
    return true;
}
