/* Words of a query, as far as they say something of its conditions.
 *
 * "WHERE failed" says what "WHERE failed <> 0" says, but SQLite tells a view only of comparisons.
 * Only words between WHERE, AND or ON and the end of a condition are changed; where such words are
 * part of something else (BETWEEN 1 AND failed, CASE), SQLite does not take them for a condition of
 * their own afterwards either. */
#include "db/backends/clickhouse_look.h"
#include <string.h>

/* ---- tokens ---- */

typedef struct token {
    dx_str text; /* empty at the end */
    bool word;
} token;

static bool in_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* Behind a text, name or comment that begins here and ends with `end`. */
static size_t behind(dx_str sql, size_t from, const char *end)
{
    const size_t at = dx_str_find(sql, dx_str_of(end), from);

    return at == SIZE_MAX ? sql.n : at + strlen(end);
}

static size_t skip_blanks(dx_str sql, size_t at)
{
    while (at < sql.n) {
        const dx_str rest = dx_str_slice(sql, at, sql.n);
        if (dx_str_starts(rest, DX_LIT("--")))
            at = behind(sql, at + 2, "\n");
        else if (dx_str_starts(rest, DX_LIT("/*")))
            at = behind(sql, at + 2, "*/");
        else if (strchr(" \t\r\n\f", sql.p[at]) && sql.p[at])
            at++;
        else
            break;
    }
    return at;
}

/* A doubled quote ends one text and begins the next, which comes to the same. */
static token next_token(dx_str sql, size_t *at)
{
    static const char *const quotes[] = {"'", "\"", "`"};
    const size_t from = skip_blanks(sql, *at);
    size_t to = from;

    while (to < sql.n && in_word(sql.p[to]))
        to++;
    const bool word = to > from;
    if (!word && from < sql.n)
        to = sql.p[from] == '[' ? behind(sql, from, "]") : from + 1;
    for (size_t i = 0; !word && from < sql.n && i < sizeof quotes / sizeof *quotes; i++)
        if (sql.p[from] == *quotes[i])
            to = behind(sql, from + 1, quotes[i]);
    *at = to;
    return (token){dx_str_slice(sql, from, to), word};
}

static bool is_one_of(const token *t, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (dx_str_ieq(t->text, dx_str_of(words[i])))
            return true;
    return false;
}

#define IS_ONE_OF(t, words) is_one_of((t), (words), sizeof(words) / sizeof *(words))

/* ---- conditions ---- */

static bool ends_condition(dx_str sql, size_t at)
{
    static const char *const words[] = {"AND", "GROUP", "ORDER",  "LIMIT",     "WHERE",  ")",
                                        ";",   "UNION", "EXCEPT", "INTERSECT", "WINDOW", "HAVING"};
    const token t = next_token(sql, &at);

    return t.text.n == 0 || IS_ONE_OF(&t, words);
}

/* "[NOT] [name.]column" that is a whole condition: *from is where the name begins, *to behind it.
 */
static bool bare_condition(dx_str sql, size_t at, size_t *from, size_t *to, bool *no)
{
    static const char *const columns[] = {"failed", "of_product"};
    token t = next_token(sql, &at), dot;
    size_t more;

    *no = dx_str_ieq(t.text, DX_LIT("NOT"));
    if (*no)
        t = next_token(sql, &at);
    *from = at - t.text.n;
    more = at;
    dot = next_token(sql, &more);
    if (t.word && dx_str_eq(dot.text, DX_LIT("."))) {
        at = more;
        t = next_token(sql, &at);
    }
    *to = at;
    return t.word && IS_ONE_OF(&t, columns) && ends_condition(sql, at);
}

void ch_look_plainly(dx_buf *out, dx_str sql)
{
    static const char *const before[] = {"WHERE", "AND", "ON"};
    size_t at = 0, told = 0, from, to;
    token t;
    bool no;

    while ((t = next_token(sql, &at)).text.n) {
        if (!t.word || !IS_ONE_OF(&t, before) || !bare_condition(sql, at, &from, &to, &no))
            continue;
        dx_buf_add(out, dx_str_slice(sql, told, at));
        dx_buf_char(out, ' ');
        dx_buf_add(out, dx_str_slice(sql, from, to));
        dx_buf_add(out, no ? DX_LIT(" = 0") : DX_LIT(" <> 0"));
        at = told = to;
    }
    dx_buf_add(out, dx_str_slice(sql, told, sql.n));
}

bool ch_look_outer(dx_str sql)
{
    static const char *const words[] = {"LEFT", "RIGHT", "FULL", "OUTER"};
    size_t at = 0;
    token t;

    while ((t = next_token(sql, &at)).text.n)
        if (t.word && IS_ONE_OF(&t, words))
            return true;
    return false;
}
