/* Which branches of a pattern need not hold a literal.  A branch is taken alone by blanking the
 * others, for blanks count for nothing here: so its place in the pattern stays. */
#include <string.h>
#include "core/near_impl.h"
#include "core/pattern.h"

enum { QUESTIONS_MOST = 4000 };

typedef struct asker {
    dx_arena *into, *passing, *question;
    dx_str literal; /* lower case, without blanks */
    size_t asked;
    dx_near_branch *found;
    size_t n_found, cap_found;
    bool starved;
} asker;

/* ---- one question ---- */

/* Every match holds it, or the pattern is not understood. */
static bool is_certain(asker *a, dx_str pattern)
{
    uint32_t segments = 0;
    dx_near_anchor *anchors = NULL;
    size_t n_anchors = 0, cap_anchors = 0;
    dx_near_reader r = {.pattern = pattern,
                        .passing = a->question,
                        .literals = &a->literal,
                        .n_literals = 1,
                        .segments = &segments,
                        .anchors = &anchors,
                        .n_anchors = &n_anchors,
                        .cap_anchors = &cap_anchors};

    a->asked++;
    dx_near_read(&r);
    dx_arena_reset(a->question);
    return r.covered || r.lost;
}

/* ---- groups ---- */

static char at_of(dx_str pattern, size_t at)
{
    return at < pattern.n ? pattern.p[at] : '\0';
}

/* Where the inside begins of the group that is opened at `at`. */
static size_t inside_of(dx_str pattern, size_t at)
{
    const char kind = at_of(pattern, at + 2);

    if (at_of(pattern, at + 1) != '?')
        return at + 1;
    if (strchr(":|>=", kind) != NULL)
        return at + sizeof "(?:" - 1;
    return dx_str_find(pattern, kind == '<' ? DX_LIT(">") : DX_LIT(":"), at) + 1;
}

/* What stands in it need not be in the match's text. */
static bool is_idle(dx_str pattern, size_t at, size_t end)
{
    const dx_str rest = dx_str_slice(pattern, at, end);
    const char times = at_of(pattern, end);
    const char least = at_of(pattern, end + 1);

    return dx_str_starts(rest, DX_LIT("(?!")) || dx_str_starts(rest, DX_LIT("(?<!")) ||
           dx_str_starts(rest, DX_LIT("(?<=")) || times == '?' || times == '*' ||
           (times == '{' && (least == '0' || least == ','));
}

/* A choice between branches: the inside of a group, or all of the pattern. */
typedef dx_near_branch choice;

static bool has_branches(dx_str pattern, choice c)
{
    return dx_near_branch_end(pattern, c.from) < c.to;
}

/* The next at *at or behind it, outermost first; *at is moved on. */
static bool next_choice(dx_str pattern, size_t *at, choice *out)
{
    size_t length;

    for (; *at < pattern.n; *at += length) {
        if (dx_pattern_token(pattern, *at, &length) != DX_TOK_CHAR || pattern.p[*at] != '(')
            continue;
        const size_t end = dx_pattern_group_end(pattern, *at + 1, NULL);
        const size_t inside = inside_of(pattern, *at);
        if (is_idle(pattern, *at, end) || inside == 0 || inside >= end) {
            length = end - *at;
            continue;
        }
        *at = inside;
        length = 0;
        *out = (choice){inside, end - 1};
        if (has_branches(pattern, *out))
            return true;
    }
    return false;
}

static bool first_choice(dx_str pattern, size_t *at, choice *out)
{
    *at = 0;
    *out = (choice){0, pattern.n};
    return has_branches(pattern, *out) || next_choice(pattern, at, out);
}

static dx_near_branch branch_at(dx_str pattern, choice c, size_t at)
{
    const size_t end = dx_near_branch_end(pattern, at);

    return (dx_near_branch){at, end < c.to ? end : c.to};
}

static dx_str only(asker *a, dx_str pattern, choice c, dx_near_branch b)
{
    char *copy = dx_arena_dup(a->passing, pattern.p, pattern.n);

    a->starved |= copy == NULL;
    if (copy == NULL)
        return pattern;
    memset(copy + c.from, ' ', b.from - c.from);
    memset(copy + b.to, ' ', c.to - b.to);
    return (dx_str){copy, pattern.n};
}

/* ---- looking ---- */

static bool exhausted(const asker *a)
{
    return a->starved || a->asked >= QUESTIONS_MOST;
}

/* Some choice of branches makes it certain. */
static bool is_possible(asker *a, dx_str pattern)
{
    size_t at;
    choice c;

    if (is_certain(a, pattern))
        return true;
    if (!first_choice(pattern, &at, &c))
        return false;
    for (dx_near_branch b = branch_at(pattern, c, c.from); !exhausted(a);
         b = branch_at(pattern, c, b.to + 1)) {
        if (is_possible(a, only(a, pattern, c, b)))
            return true;
        if (b.to >= c.to)
            break;
    }
    return false;
}

/* Whether it has a branch with which the literal is possible, and one with which it is not. */
static bool decides(asker *a, dx_str pattern, choice c)
{
    bool yes = false, no = false;

    for (dx_near_branch b = branch_at(pattern, c, c.from); !exhausted(a);
         b = branch_at(pattern, c, b.to + 1)) {
        const bool possible = is_possible(a, only(a, pattern, c, b));
        yes |= possible;
        no |= !possible;
        if (b.to >= c.to)
            break;
    }
    return yes && no;
}

static void tell(asker *a, dx_near_branch b)
{
    for (size_t i = 0; i < a->n_found; i++)
        if (a->found[i].from == b.from && a->found[i].to == b.to)
            return;
    a->starved |= !DX_PUSH(a->into, a->found, a->n_found, a->cap_found, b);
}

/* The choice to blame: the first that decides, else the first. */
static bool deciding_choice(asker *a, dx_str pattern, choice *out)
{
    size_t at;
    choice c;

    if (!first_choice(pattern, &at, out))
        return false;
    c = *out;
    do {
        if (decides(a, pattern, c)) {
            *out = c;
            break;
        }
    } while (!exhausted(a) && next_choice(pattern, &at, &c));
    return true;
}

/* `within`: the branch that was taken last. */
static void look(asker *a, dx_str pattern, dx_near_branch within)
{
    choice c;

    if (exhausted(a) || is_certain(a, pattern))
        return;
    if (!is_possible(a, pattern) || !deciding_choice(a, pattern, &c)) {
        tell(a, within);
        return;
    }
    for (dx_near_branch b = branch_at(pattern, c, c.from);; b = branch_at(pattern, c, b.to + 1)) {
        look(a, only(a, pattern, c, b), b);
        if (b.to >= c.to)
            return;
    }
}

bool dx_near_without(dx_str pattern, dx_str literal, dx_arena *into, const dx_near_branch **out,
                     size_t *n)
{
    asker a = {.into = into, .passing = dx_arena_new(0), .question = dx_arena_new(0)};

    if (a.passing != NULL && a.question != NULL)
        a.literal = dx_near_packed(literal, a.passing);
    a.starved = a.literal.p == NULL;
    look(&a, pattern, (dx_near_branch){0, pattern.n});
    if (exhausted(&a) && a.n_found == 0)
        tell(&a, (dx_near_branch){0, pattern.n});
    dx_arena_free(a.passing);
    dx_arena_free(a.question);
    *out = a.found;
    *n = a.n_found;
    return !a.starved;
}
