#include "core/fragment.h"
#include <stdint.h>
#include <string.h>
#include "core/pattern.h"
#include "core/scanner.h"

enum { ENOUGH = 16, DEPTH_MOST = 20, TIMES_MOST = 16 };
enum { COMMON = 1000 /* times a megabyte */, MUCH_RARER = 8 /* times */ };

typedef struct reader {
    dx_str pattern;
    size_t at, least;
    dx_arena *arena;
    bool looks; /* what is only looked at ahead is certain, too */
    bool telling;
    bool lost; /* something that is not understood: no fragment is certain */
    unsigned depth;
} reader;

static dx_fragments branches(reader *r, dx_str before);

/* ---- choosing ---- */

static size_t worth(const dx_fragments *f)
{
    return f->n == 0 ? 0 : f->least < ENOUGH ? f->least : ENOUGH;
}

/* How often a megabyte of setup logs holds one of them, about. */
static double commonness(const dx_fragments *f)
{
    double sum = 0, one = 0;

    for (size_t i = 0; i < f->n; i++)
        sum += dx_scan_rarest(f->p[i], &one).p != NULL ? one : COMMON;
    return sum;
}

static bool is_far_commoner(const dx_fragments *a, const dx_fragments *b)
{
    const double of_a = commonness(a);

    return of_a >= COMMON && of_a >= MUCH_RARER * commonness(b);
}

/* The longer ones, but, where it is asked, when every other line holds them and not what stands
 * before.  (A message that is torn is known by its beginning, so what stands behind is no better
 * for being rarer.) */
static bool is_better(const reader *r, const dx_fragments *best, const dx_fragments *other)
{
    const bool longer =
        worth(other) > worth(best) || (worth(other) == worth(best) && other->n < best->n);

    return longer && !(r->telling && best->n > 0 && is_far_commoner(other, best));
}

static void keep_better(const reader *r, dx_fragments *best, const dx_fragments *other)
{
    if (is_better(r, best, other))
        *best = *other;
}

static void end_run(reader *r, dx_fragments *best, char *run, size_t *n)
{
    dx_fragments one = {.n = 1, .least = *n};

    if (dx_str_trim((dx_str){run, *n}).n >= r->least) {
        one.p[0] = dx_arena_copy(r->arena, (dx_str){run, *n});
        r->lost |= one.p[0].p == NULL;
        keep_better(r, best, &one);
    }
    *n = 0;
}

static bool has(const dx_fragments *all, dx_str text)
{
    for (size_t i = 0; i < all->n; i++)
        if (dx_str_eq(all->p[i], text))
            return true;
    return false;
}

/* Every branch must have something, else nothing is certain. */
static void join_branch(dx_fragments *all, const dx_fragments *branch)
{
    if (all->n == 0 || branch->n == 0 || all->n + branch->n > DX_FRAGMENTS_MOST) {
        all->n = 0;
        return;
    }
    for (size_t i = 0; i < branch->n; i++)
        if (!has(all, branch->p[i]))
            all->p[all->n++] = branch->p[i];
    all->least = branch->least < all->least ? branch->least : all->least;
}

/* ---- reading ---- */

static bool in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static char peek(const reader *r, size_t ahead)
{
    return r->at + ahead < r->pattern.n ? r->pattern.p[r->at + ahead] : '\0';
}

typedef enum count { ONCE, AT_LEAST_ONCE, PERHAPS } count;

/* Takes the quantifier at the cursor, if there is one. */
static count quantifier(reader *r)
{
    const char c = peek(r, 0);
    count found = ONCE;

    if (c == '?' || c == '*') {
        found = PERHAPS;
        r->at++;
    } else if (c == '+') {
        found = AT_LEAST_ONCE;
        r->at++;
    } else if (c == '{' && (in(peek(r, 1), "0123456789,"))) {
        found = in(peek(r, 1), "0,") ? PERHAPS : AT_LEAST_ONCE;
        while (r->at < r->pattern.n && r->pattern.p[r->at] != '}')
            r->at++;
        r->at++;
    } else {
        return ONCE;
    }
    if (in(peek(r, 0), "?+"))
        r->at++;
    return found;
}

/* Flags as in "(?i:" or, for what follows, "(?i)": fragments are looked for whatever the case, and
 * where lines end does not matter to them.  The cursor stands behind "(". */
static void group_flags(reader *r)
{
    r->at++;
    while (in(peek(r, 0), "imsn-^"))
        r->at++;
    if (peek(r, 0) == ':')
        r->at++;
    else
        r->lost |= peek(r, 0) != ')';
}

/* The cursor stands behind "(".  True when what follows takes part in the match's text. */
static bool group_head(reader *r)
{
    if (peek(r, 0) == '*')
        r->lost = true;
    if (peek(r, 0) != '?')
        return true;
    const char kind = peek(r, 1), next = peek(r, 2);
    if (kind == ':' || kind == '>' || kind == '|') {
        r->at += 2;
        return true;
    }
    if (kind == '=' || kind == '!' || (kind == '<' && in(next, "=!"))) {
        r->at += kind == '<' ? 3 : 2;
        return kind == '=' && r->looks;
    }
    if (kind == '<') {
        while (r->at < r->pattern.n && r->pattern.p[r->at] != '>')
            r->at++;
        r->at++;
        return true;
    }
    group_flags(r);
    return true;
}

/* `before`: what certainly stands before it. */
static dx_fragments group(reader *r, dx_str before)
{
    dx_fragments inside, none = {.n = 0};
    bool counts;

    r->at++;
    counts = group_head(r);
    if (++r->depth > DEPTH_MOST)
        r->lost = true;
    inside = r->lost ? none : branches(r, counts ? before : DX_NONE);
    r->depth--;
    r->at++; /* ")" */
    return quantifier(r) == PERHAPS || !counts ? none : inside;
}

/* ---- short runs ---- */

enum { MEMBERS = 26 }; /* of a class, in lower case: the letters */

static void add_member(char c, char *members, size_t *n)
{
    c = c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
    if (memchr(members, c, *n) == NULL && *n <= MEMBERS)
        members[(*n)++] = c;
}

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* What the class at `at` may stand for, when it is a short list of letters and digits: up to
 * MEMBERS of them, else none. */
static size_t members_of(dx_str pattern, size_t at, char members[MEMBERS + 1])
{
    const dx_str rest = dx_str_slice(pattern, at, SIZE_MAX);
    const bool digits = dx_str_starts(rest, DX_LIT("\\d"));
    size_t n = 0, length;

    if (!digits && dx_pattern_token(pattern, at, &length) != DX_TOK_CLASS)
        return 0;
    const dx_str list = digits ? DX_LIT("0-9") : dx_str_slice(rest, 1, length - 1);
    for (size_t i = 0; i < list.n; i++) {
        const char c = list.p[i];
        const bool range = i + 2 < list.n && list.p[i + 1] == '-';
        const char last = range ? list.p[i + 2] : c;
        if (!is_letter_or_digit(c) || !is_letter_or_digit(last))
            return 0;
        for (char k = c; k <= last; k++)
            add_member(k, members, &n);
        i += range ? 2 : 0;
    }
    return n <= MEMBERS ? n : 0;
}

static size_t certain_members(const reader *r, size_t at, char members[MEMBERS + 1])
{
    size_t length;

    if (dx_pattern_token(r->pattern, at, &length) == DX_TOK_END)
        return 0;
    reader behind = *r;
    behind.at = at + length;
    return quantifier(&behind) == PERHAPS ? 0 : members_of(r->pattern, at, members);
}

/* Where what comes next surely begins: inside the group at the cursor, when it has one branch and
 * may not be missing. */
static size_t next_begins(const reader *r)
{
    const dx_str rest = dx_str_slice(r->pattern, r->at, SIZE_MAX);
    const bool looks = dx_str_starts(rest, DX_LIT("(?="));
    const bool named = dx_str_starts(rest, DX_LIT("(?<")) && !in(peek(r, 3), "=!");
    size_t inside = r->at + 3;
    bool branches;

    if (!looks && !named)
        return r->at;
    while (named && inside < r->pattern.n && r->pattern.p[inside - 1] != '>')
        inside++;
    const size_t end = dx_pattern_group_end(r->pattern, inside, &branches);
    return branches || (end < r->pattern.n && in(r->pattern.p[end], "?*{")) ? r->at : inside;
}

/* A run that is too short for itself, with each thing that may come behind it: the class at the
 * cursor, or one that is only looked at there. */
static void branch_out(reader *r, dx_fragments *best, const char *run, size_t n)
{
    const size_t trimmed = dx_str_trim((dx_str){run, n}).n;
    char members[MEMBERS + 1];
    dx_fragments all = {.least = n + 1};

    if (trimmed == 0 || trimmed >= r->least || n - (run[0] == ' ') + 1 < r->least)
        return;
    all.n = certain_members(r, next_begins(r), members);
    for (size_t i = 0; i < all.n; i++) {
        all.p[i] = dx_arena_printf(r->arena, "%.*s%c", (int)n, run, members[i]);
        r->lost |= all.p[i].p == NULL;
    }
    if (!r->lost)
        keep_better(r, best, &all);
}

static bool is_hex(char c)
{
    return in(c, "0123456789abcdefABCDEF");
}

/* Takes what belongs to an escape behind its letter: "{3002}", "<name>", hexadecimal digits. */
static void escape_rest(reader *r, char letter)
{
    const char *const close = peek(r, 0) == '{'    ? "}"
                              : peek(r, 0) == '<'  ? ">"
                              : peek(r, 0) == '\'' ? "'"
                                                   : NULL;

    if (close != NULL && in(letter, "xopPNgk")) {
        do
            r->at++;
        while (r->at < r->pattern.n && r->pattern.p[r->at] != *close);
        r->at++;
    } else if (letter == 'x') {
        for (int i = 0; i < 2 && is_hex(peek(r, 0)); i++)
            r->at++;
    } else if (in(letter, "pPc")) {
        r->at++;
    } else {
        while (!in(letter, "N") && peek(r, 0) >= '0' && peek(r, 0) <= '9')
            r->at++;
    }
}

/* The byte that an item stands for; NUL when it is no single one. */
static char literal(reader *r, dx_token token, size_t length)
{
    const char c = token == DX_TOK_ESCAPE ? peek(r, 1) : peek(r, 0);
    const bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
    const bool digit = c >= '0' && c <= '9';

    r->at += length;
    if (c < ' ' || c > '~' || token == DX_TOK_CLASS || token == DX_TOK_QUOTE)
        return '\0';
    if (token == DX_TOK_ESCAPE) {
        r->lost |= in(c, "uULlE");
        if (digit || in(c, "xopPNgkc"))
            escape_rest(r, c);
        return upper || lower || digit ? '\0' : c;
    }
    if (in(c, ".^$"))
        return '\0';
    return upper ? (char)(c | 32) : c;
}

/* "[Ee]": fragments are looked for whatever the case, so that is one letter. */
static char letter_of(const reader *r, dx_token token, size_t at)
{
    char members[MEMBERS + 1];

    return token == DX_TOK_CLASS && members_of(r->pattern, at, members) == 1 ? members[0] : '\0';
}

static bool takes_no_text(const reader *r, dx_token token)
{
    return token == DX_TOK_ESCAPE && in(peek(r, 1), "bBAK");
}

/* Takes a character of more than one byte. */
static void wide_item(reader *r, dx_fragments *best, char *run, size_t *n)
{
    const size_t from = r->at;
    size_t length = 1;

    while ((peek(r, length) & 0xC0) == 0x80)
        length++;
    r->at += length;
    const count how_often = quantifier(r);
    if (how_often != PERHAPS) {
        memcpy(run + *n, r->pattern.p + from, length);
        *n += length;
    }
    if (how_often != ONCE)
        end_run(r, best, run, n);
}

/* How often what stands before `at` is there at least, when a number says so: "={30}". */
static size_t least_times(const reader *r, size_t at)
{
    size_t times = 0;

    if (at >= r->pattern.n || r->pattern.p[at] != '{')
        return 1;
    while (++at < r->pattern.n && r->pattern.p[at] >= '0' && r->pattern.p[at] <= '9')
        times = times < TIMES_MOST ? times * 10 + (size_t)(r->pattern.p[at] - '0') : times;
    return times == 0 ? 1 : times < TIMES_MOST ? times : TIMES_MOST;
}

static void item(reader *r, dx_fragments *best, char *run, size_t *n)
{
    size_t length;
    const dx_token token = dx_pattern_token(r->pattern, r->at, &length);

    if (takes_no_text(r, token)) {
        r->at += length;
        return;
    }
    if (token == DX_TOK_CHAR && (peek(r, 0) & 0x80)) {
        wide_item(r, best, run, n);
        return;
    }
    const size_t from = r->at;
    const char letter = letter_of(r, token, from);
    const char one = literal(r, token, length), c = letter != '\0' ? letter : one;
    const size_t times = least_times(r, r->at);
    const count how_often = quantifier(r);
    for (size_t i = 0; c != '\0' && how_often != PERHAPS && i < times; i++)
        run[(*n)++] = c;
    if (c == '\0' && how_often != PERHAPS) {
        const size_t behind = r->at;
        r->at = from;
        branch_out(r, best, run, *n);
        r->at = behind;
    }
    if (c == '\0' || how_often != ONCE)
        end_run(r, best, run, n);
}

static dx_fragments sequence(reader *r, dx_str before)
{
    dx_fragments best = {.n = 0};
    char *run = dx_arena_get(r->arena, before.n + r->pattern.n * (TIMES_MOST / 4) + 1);
    size_t n = before.n;

    r->lost |= run == NULL;
    if (run != NULL && n > 0)
        memcpy(run, before.p, n);
    while (!r->lost && r->at < r->pattern.n && !in(r->pattern.p[r->at], "|)")) {
        if (r->pattern.p[r->at] != '(') {
            item(r, &best, run, &n);
            continue;
        }
        branch_out(r, &best, run, n);
        const dx_fragments inside = group(r, (dx_str){run, n});
        keep_better(r, &best, &inside);
        end_run(r, &best, run, &n);
    }
    if (!r->lost)
        end_run(r, &best, run, &n);
    return best;
}

static dx_fragments branches(reader *r, dx_str before)
{
    dx_fragments all = sequence(r, before);

    while (!r->lost && peek(r, 0) == '|') {
        r->at++;
        const dx_fragments next = sequence(r, before);
        join_branch(&all, &next);
    }
    return all;
}

static bool keep(dx_fragments *found, dx_arena *into)
{
    for (size_t i = 0; i < found->n; i++)
        if ((found->p[i] = dx_arena_copy(into, found->p[i])).p == NULL)
            return false;
    return true;
}

/* What is read on the way is many times what is kept. */
static dx_fragments read_all(reader r, dx_arena *into)
{
    dx_fragments found = {.n = 0};

    r.arena = dx_arena_new(0);
    if (r.arena != NULL)
        found = branches(&r, DX_NONE);
    const bool good = r.arena != NULL && !r.lost && r.at == r.pattern.n && keep(&found, into);
    dx_arena_free(r.arena);
    return good ? found : (dx_fragments){.n = 0};
}

dx_fragments dx_fragments_of(dx_str pattern, dx_arena *into)
{
    return read_all((reader){.pattern = pattern, .least = DX_FRAGMENT_LEAST}, into);
}

dx_fragments dx_fragments_telling(dx_str pattern, dx_arena *into)
{
    return read_all((reader){.pattern = pattern, .least = DX_FRAGMENT_LEAST, .telling = true},
                    into);
}

dx_fragments dx_fragments_around(dx_str pattern, size_t least, dx_arena *into)
{
    return read_all((reader){.pattern = pattern, .least = least, .looks = true}, into);
}
