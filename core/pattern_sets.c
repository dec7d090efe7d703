/* What every match of a regex has, read from its text. */
#include "core/pattern.h"

/* A character, a class or a group of a branch. */
typedef struct piece {
    size_t inside, inside_end; /* the branches of a group; equal: it is none, or has no text */
    dx_str name;
    bool optional;
    bool empty; /* a place in the text, not a part of it: ^, \b, (?=...) */
    bool denies;
} piece;

static bool at_word(dx_str s, size_t at, const char *word)
{
    const dx_str w = dx_str_of(word);
    return dx_str_eq(dx_str_slice(s, at, at + w.n), w);
}

/* "(?<name>", "(?P<name>", "(?'name'"; *at is behind "(?" and goes behind the name. */
static bool read_name(dx_str s, size_t *at, dx_str *name)
{
    const size_t from = *at + at_word(s, *at, "P");
    if (!(at_word(s, from, "<") || at_word(s, from, "'")) || at_word(s, from, "<=") ||
        at_word(s, from, "<!"))
        return false;
    size_t end = from + 1;
    while (end < s.n && s.p[end] != '>' && s.p[end] != '\'')
        end++;
    *name = dx_str_slice(s, from + 1, end);
    *at = end + 1;
    return true;
}

/* Behind "(?": what kind of group it is. */
static void read_kind(dx_str s, size_t at, piece *out)
{
    const bool behind = at_word(s, at, "<");
    if (read_name(s, &at, &out->name)) {
        out->inside = at;
        return;
    }
    at += behind;
    out->denies = at_word(s, at, "!") || at_word(s, at, "(");
    out->empty = out->denies || at_word(s, at, "=");
    while (at < out->inside_end && s.p[at] != ':' && s.p[at] != '|' && s.p[at] != '>' &&
           s.p[at] != '=' && s.p[at] != '!')
        at++;
    out->inside = at < out->inside_end ? at + 1 : at;
}

static void read_group(dx_str s, size_t at, size_t end, piece *out)
{
    out->inside = at + 1;
    out->inside_end = end - 1;
    if (at_word(s, at, "(?"))
        read_kind(s, at + 2, out);
    else if (at_word(s, at, "(*"))
        out->inside = out->inside_end;
}

/* Goes behind a quantifier, if one is there. */
static size_t read_times(dx_str s, size_t at, bool *optional)
{
    const bool count = at + 1 < s.n && s.p[at] == '{' &&
                       ((s.p[at + 1] >= '0' && s.p[at + 1] <= '9') || s.p[at + 1] == ',');
    *optional = at_word(s, at, "?") || at_word(s, at, "*") || at_word(s, at, "{0,") ||
                at_word(s, at, "{0}") || (count && s.p[at + 1] == ',');
    if (count)
        at = dx_str_find(s, DX_LIT("}"), at);
    else if (!*optional && !at_word(s, at, "+"))
        return at;
    if (at < s.n)
        at++;
    return at + (at_word(s, at, "?") || at_word(s, at, "+"));
}

/* The piece at `at`; gives the place behind it. */
static size_t read_piece(dx_str s, size_t at, piece *out)
{
    size_t length;
    const dx_token token = dx_pattern_token(s, at, &length);
    size_t end = at + (length ? length : 1);

    *out = (piece){0};
    if (token == DX_TOK_CHAR && s.p[at] == '(') {
        end = dx_pattern_group_end(s, at + 1, NULL);
        read_group(s, at, end, out);
    } else if (token == DX_TOK_CHAR) {
        out->empty = s.p[at] == '^' || s.p[at] == '$';
    } else if (token == DX_TOK_ESCAPE) {
        out->empty = dx_str_find(DX_LIT("bBAzZGK"), dx_str_slice(s, at + 1, at + 2), 0) != SIZE_MAX;
    }
    return read_times(s, end, &out->optional);
}

/* One of the branches fits a text of no length. */
static bool fits_nothing(dx_str s, size_t at, size_t end)
{
    bool nothing = true;

    while (at < end) {
        piece p;
        if (s.p[at] == '|') {
            if (nothing)
                return true;
            nothing = true;
            at++;
            continue;
        }
        const bool group = s.p[at] == '(';
        at = read_piece(s, at, &p);
        nothing &= p.optional || p.empty || (group && fits_nothing(s, p.inside, p.inside_end));
    }
    return nothing;
}

static bool sets(dx_str s, size_t at, size_t end, dx_str name)
{
    bool set = false;

    while (at < end) {
        piece p;
        if (s.p[at] == '|') {
            if (!set)
                return false;
            set = false;
            at++;
            continue;
        }
        at = read_piece(s, at, &p);
        if (set || p.optional || p.denies || p.inside >= p.inside_end)
            continue;
        set = (dx_str_eq(p.name, name) && !fits_nothing(s, p.inside, p.inside_end)) ||
              sets(s, p.inside, p.inside_end, name);
    }
    return set;
}

bool dx_pattern_sets(dx_str pattern, dx_str name)
{
    return sets(pattern, 0, pattern.n, name);
}
