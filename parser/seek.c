#include "parser/seek.h"
#include <string.h>
#include "core/pattern.h"
#include "core/scanner.h"

typedef struct seeker {
    const dx_format *format;
    dx_arena *into;
    dx_seek *out;
    bool starved;
} seeker;

static void cannot(seeker *s, const char *what, dx_str which)
{
    if (s->out->why_not.n > 0)
        return;
    s->out->why_not = dx_arena_printf(s->into, "%s '%.*s' has no certain text", what,
                                      DX_FMT(dx_str_slice(which, 0, 60)));
    s->starved |= s->out->why_not.p == NULL;
}

static void add(seeker *s, dx_str literal)
{
    s->starved |= !DX_PUSH(s->into, s->out->literal, s->out->n, s->out->cap, literal);
}

/* ---- regexes ---- */

/* A short one is looked for byte by byte, as it stands in a line. */
static bool is_fit(dx_str fragment)
{
    const dx_str text = dx_str_trim(fragment);

    return text.n >= DX_SCAN_LEAST || (memchr(text.p, ' ', text.n) == NULL &&
                                       (text.n > 1 || (text.n == 1 && strchr("!#*", text.p[0]))));
}

static bool add_fragments(seeker *s, const dx_fragments *found)
{
    for (size_t i = 0; i < found->n; i++)
        if (!is_fit(found->p[i]))
            return false;
    for (size_t i = 0; i < found->n; i++)
        add(s, dx_str_trim(found->p[i]));
    return found->n > 0;
}

/* False when nothing is certain. */
static bool add_regex(seeker *s, const dx_regex *rx)
{
    dx_fragments found = dx_fragments_around(dx_regex_pattern(rx), DX_FRAGMENT_LEAST, s->into);

    if (add_fragments(s, &found))
        return true;
    found = dx_fragments_around(dx_regex_pattern(rx), 1, s->into);
    return add_fragments(s, &found);
}

static void need_regex(seeker *s, const char *what, const dx_regex *rx)
{
    if (rx != NULL && !add_regex(s, rx))
        cannot(s, what, dx_regex_pattern(rx));
}

static void need_markers(seeker *s, const char *what, const dx_markers *all)
{
    for (size_t i = 0; i < all->n; i++)
        need_regex(s, what, all->p[i].rx);
}

static void need_facts(seeker *s)
{
    const dx_markers *all = &s->format->facts;

    for (size_t i = 0; i < all->n; i++) {
        const dx_marker *m = &all->p[i];
        if (m->on_name || add_regex(s, m->rx))
            continue;
        if (m->last)
            cannot(s, "the fact", dx_regex_pattern(m->rx));
        else
            s->starved |= !DX_PUSH(s->into, s->out->blind, s->out->n_blind, s->out->cap_blind, m);
    }
}

/* ---- words of levels ---- */

enum { AROUND = 24 };

/* What certainly stands before and behind the group "level" in a stamp. */
typedef struct around {
    char before[AROUND], behind[AROUND];
    size_t n_before, n_behind;
    bool tight; /* the group holds the word and nothing else */
} around;

/* The literal character at *at, which is passed, with its quantifier; NUL when it is none or may
 * be missing or repeated. */
static char take_literal(dx_str pattern, size_t *at)
{
    size_t length;
    const dx_token token = dx_pattern_token(pattern, *at, &length);
    const char c = token == DX_TOK_ESCAPE ? pattern.p[*at + 1] : pattern.p[*at];
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    const bool sign = !word && c > ' ' && c < 0x7F;
    const bool plain = token == DX_TOK_CHAR
                           ? word || c == ' ' || (sign && !strchr(".^$|()*+?{}", c))
                           : token == DX_TOK_ESCAPE && sign;

    *at += length;
    if (*at < pattern.n && strchr("*+?{", pattern.p[*at]) != NULL)
        return '\0';
    return !plain ? '\0' : c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
}

static void look_before(dx_str pattern, size_t group, around *a)
{
    for (size_t at = 0; at < group;) {
        const dx_str rest = dx_str_slice(pattern, at, group);
        const bool opens = dx_str_starts(rest, DX_LIT("(?:")) || dx_str_starts(rest, DX_LIT("(?="));
        if (opens) { /* what is before it is before its inside */
            at += 3;
            continue;
        }
        const char c = take_literal(pattern, &at);
        if (c == '\0') {
            a->n_before = 0;
            continue;
        }
        if (a->n_before == AROUND)
            memmove(a->before, a->before + 1, --a->n_before);
        a->before[a->n_before++] = c;
    }
}

static void look_around(dx_str pattern, around *a)
{
    const dx_str name = DX_LIT("(?<level>");
    const size_t group = dx_str_find(pattern, name, 0);

    *a = (around){.tight = false};
    if (group == SIZE_MAX)
        return;
    const size_t end = dx_pattern_group_end(pattern, group + name.n, NULL);
    const dx_str body = dx_str_slice(pattern, group + name.n, end - 1);
    a->tight = memchr(body.p, '.', body.n) == NULL && memchr(body.p, ' ', body.n) == NULL &&
               dx_str_find(body, DX_LIT("\\s"), 0) == SIZE_MAX &&
               dx_str_find(body, DX_LIT("\\W"), 0) == SIZE_MAX &&
               dx_str_find(body, DX_LIT("[^"), 0) == SIZE_MAX;
    look_before(pattern, group, a);
    if (end < pattern.n && strchr("*+?{", pattern.p[end]) != NULL)
        return;
    char c;
    for (size_t at = end; at < pattern.n && a->n_behind < AROUND; a->behind[a->n_behind++] = c)
        if ((c = take_literal(pattern, &at)) == '\0')
            break;
}

static void add_word(seeker *s, const around *a, dx_str word)
{
    dx_str all = a->tight ? dx_arena_printf(s->into, "%.*s%.*s%.*s", (int)a->n_before, a->before,
                                            DX_FMT(word), (int)a->n_behind, a->behind)
                          : dx_arena_copy(s->into, word);
    char *p = (char *)(uintptr_t)all.p;

    if (p == NULL) {
        s->starved = true;
        return;
    }
    for (size_t i = 0; i < all.n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] | 32) : p[i];
    all = dx_str_trim(all);
    if (all.n < 2)
        cannot(s, "the level", word);
    else
        add(s, all);
}

static bool matters(dx_level level)
{
    return level == DX_LEVEL_ERROR || level == DX_LEVEL_WARNING;
}

static void need_words(seeker *s, const dx_regex *rx, size_t group)
{
    const dx_format *f = s->format;
    around a;

    if (rx == NULL || group == 0)
        return;
    look_around(dx_regex_pattern(rx), &a);
    for (size_t i = 0; i < f->n_level_words; i++)
        if (matters(f->level_words[i].level))
            add_word(s, &a, f->level_words[i].word);
}

static void need_levels(seeker *s)
{
    const dx_format *f = s->format;

    need_words(s, f->stamp, f->in_stamp.level);
    need_words(s, f->tail, f->in_tail.level);
    for (size_t i = 0; i < f->n_level_lines; i++)
        if (matters(f->level_lines[i].level))
            need_regex(s, "the level line", f->level_lines[i].rx);
}

/* ---- times ---- */

/* Where a stamp does not begin each record it is looked for like everything else. */
static void need_stamps(seeker *s)
{
    const dx_format *f = s->format;
    const bool begins = f->continues == NULL && f->starts == NULL && !f->paragraphs;

    s->out->dated = f->n_layouts > 0 && (f->in_stamp.time > 0 || f->in_tail.time > 0);
    if (f->stamp == NULL || begins || f->tail != NULL || !add_regex(s, f->stamp))
        return;
    s->out->rare_stamps = true;
    s->out->dated = false;
}

bool dx_seek_of(const dx_format *format, dx_arena *into, dx_seek *out)
{
    seeker s = {.format = format, .into = into, .out = out};

    *out = (dx_seek){.why_not = DX_LIT("")};
    if (format->tail != NULL && format->joins)
        cannot(&s, "what is between joined records", dx_regex_pattern(format->tail));
    need_markers(&s, "the start", &format->begins);
    need_markers(&s, "the end", &format->ends);
    need_markers(&s, "the outcome", &format->outcomes);
    need_regex(&s, "the advice", format->advice_from);
    need_regex(&s, "the advice", format->advice_until);
    need_facts(&s);
    need_levels(&s);
    need_stamps(&s);
    return !s.starved;
}

dx_str dx_format_why_slow(const dx_format *f, dx_arena *into)
{
    dx_seek seek;

    return dx_seek_of(f, into, &seek) ? seek.why_not : DX_NONE;
}
