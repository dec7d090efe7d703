/* Reading a pattern for what near.h asks: every text that is certain, with its distance from where
 * the match begins, as far as it is bounded. */
#include <string.h>
#include "core/near_impl.h"
#include "core/pattern.h"

enum { DEPTH_MOST = 20, COPIES_MOST = 16, ENDLESS = DX_NEAR_ENDLESS };

static void branches(dx_near_reader *r);

/* ---- items ---- */

static bool in(char c, const char *set)
{
    return c != '\0' && strchr(set, c) != NULL;
}

static char peek(const dx_near_reader *r, size_t ahead)
{
    return r->at + ahead < r->pattern.n ? r->pattern.p[r->at + ahead] : '\0';
}

typedef struct times {
    uint64_t least, most;
} times;

static uint64_t number(dx_near_reader *r)
{
    uint64_t n = 0;

    for (; peek(r, 0) >= '0' && peek(r, 0) <= '9'; r->at++)
        n = n < ENDLESS ? n * 10 + (uint64_t)(peek(r, 0) - '0') : n;
    return n;
}

/* "{2,5}", "{2,}", "{2}"; the cursor stands at the brace. */
static times braces(dx_near_reader *r)
{
    times t;

    r->at++;
    t.least = t.most = number(r);
    if (peek(r, 0) == ',') {
        r->at++;
        t.most = peek(r, 0) == '}' ? ENDLESS : number(r);
    }
    r->lost |= peek(r, 0) != '}';
    r->at++;
    return t;
}

static times quantifier(dx_near_reader *r)
{
    const char c = peek(r, 0);
    times t = {1, 1};

    if (c == '{' && peek(r, 1) >= '0' && peek(r, 1) <= '9')
        t = braces(r);
    else if (in(c, "?*+")) {
        t = (times){c == '+', c == '?' ? 1 : ENDLESS};
        r->at++;
    } else {
        r->lost |= c == '{' && peek(r, 1) == ',';
        return t;
    }
    if (in(peek(r, 0), "?+"))
        r->at++;
    return t;
}

/* A character of which nothing is certain. */
static void take_any(dx_near_reader *r)
{
    const times t = quantifier(r);

    dx_near_end_run(r);
    dx_near_move_on(r, 0, t.most);
}

/* What comes more often than `put` times: the run goes on only behind what is there just as often.
 */
static void take_more(dx_near_reader *r, times t, uint64_t put)
{
    if (t.most == put)
        return;
    dx_near_end_run(r);
    dx_near_move_on(r, t.least - put, t.most - put);
}

static uint64_t copies(times t)
{
    return t.least < COPIES_MOST ? t.least : COPIES_MOST;
}

static void take_literal(dx_near_reader *r, char c)
{
    const times t = quantifier(r);

    if (c == ' ') /* in any number: none of them counts */
        return;
    for (uint64_t i = 0; i < copies(t); i++)
        dx_near_put(r, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
    take_more(r, t, copies(t));
}

static void take_class(dx_near_reader *r, const dx_near_set *set)
{
    const times t = quantifier(r);

    for (uint64_t i = 0; i < copies(t); i++)
        dx_near_put_class(r, set);
    take_more(r, t, copies(t));
}

/* A character of several bytes. */
static void take_wide(dx_near_reader *r)
{
    const size_t from = r->at - 1;

    while (((unsigned char)peek(r, 0) & 0xC0) == 0x80)
        r->at++;
    const dx_str character = dx_str_slice(r->pattern, from, r->at);
    const times t = quantifier(r);
    for (uint64_t i = 0; i < copies(t); i++)
        dx_near_put_wide(r, character);
    take_more(r, t, copies(t));
}

/* Nothing but blanks is in the class. */
static bool is_blank_class(dx_str class)
{
    for (size_t i = 1; i + 1 < class.n; i++) {
        const bool escape = class.p[i] == '\\';
        i += escape;
        if (escape ? !in(class.p[i], "nrtfs") : !in(class.p[i], " \n\t\r"))
            return false;
    }
    return class.n > 2;
}

static bool is_hex(char c)
{
    return in(c, "0123456789abcdefABCDEF");
}

/* "5b" or "{2013}"; the cursor stands behind "\\x". */
static bool skip_code(dx_near_reader *r)
{
    const bool long_form = peek(r, 0) == '{';

    r->at += long_form;
    for (int i = 0; is_hex(peek(r, 0)) && (long_form || i < 2); i++)
        r->at++;
    r->lost |= long_form && peek(r, 0) != '}';
    r->at += long_form;
    return true;
}

/* "[Cc]": a letter whatever its case. */
static bool is_letter_class(dx_str class)
{
    const char c = class.n == 4 ? (char)(class.p[1] | 32) : '\0';

    return c >= 'a' && c <= 'z' && class.p[1] != class.p[2] && c == (class.p[2] | 32);
}

static void take_escape(dx_near_reader *r, char c)
{
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    dx_near_set set;

    if (!word)
        take_literal(r, c);
    else if (in(c, "sntrf"))
        (void)quantifier(r);
    else if (dx_near_escape(c, &set))
        take_class(r, &set);
    else if (in(c, "DWShHvV") || (c == 'x' && skip_code(r)))
        take_any(r);
    else
        r->lost |= !in(c, "bBAzZK");
}

static void take_item(dx_near_reader *r)
{
    size_t length;
    const dx_token token = dx_pattern_token(r->pattern, r->at, &length);
    const dx_str text = dx_str_slice(r->pattern, r->at, r->at + length);
    const char c = text.p[0];
    dx_near_set set;

    r->at += length;
    if (token == DX_TOK_ESCAPE)
        take_escape(r, text.p[1]);
    else if (token == DX_TOK_CLASS && is_blank_class(text))
        (void)quantifier(r);
    else if (token == DX_TOK_CLASS && is_letter_class(text))
        take_literal(r, text.p[1]);
    else if (token == DX_TOK_CLASS && dx_near_class(text, &set))
        take_class(r, &set);
    else if (token == DX_TOK_CLASS || c == '.')
        take_any(r);
    else if (token == DX_TOK_QUOTE || in(c, "?*+\n\t\r"))
        r->lost = true;
    else if ((unsigned char)c >= 0x80)
        take_wide(r);
    else if (!in(c, "^$"))
        take_literal(r, c);
}

/* ---- groups ---- */

typedef enum head { TAKES_PART, LOOKS, FLAGS } head;

static bool skip_past(dx_near_reader *r, char c)
{
    while (r->at < r->pattern.n && r->pattern.p[r->at] != c)
        r->at++;
    r->at++;
    return true;
}

/* The cursor stands behind "(", afterwards behind what says which kind of group it is. */
static head group_head(dx_near_reader *r)
{
    const char kind = peek(r, 1), next = peek(r, 2);

    r->lost |= peek(r, 0) == '*';
    if (peek(r, 0) != '?')
        return TAKES_PART;
    if (in(kind, "=!") || (kind == '<' && in(next, "=!")))
        return LOOKS;
    if (kind == '<' && skip_past(r, '>'))
        return TAKES_PART;
    r->at += in(kind, ":>|") ? 2 : 1;
    if (in(kind, ":>|"))
        return TAKES_PART;
    while (in(peek(r, 0), "imsn-^"))
        r->at++;
    r->lost |= !in(peek(r, 0), ":)");
    return peek(r, 0) == ')' ? FLAGS : (r->at++, TAKES_PART);
}

/* Of a group that need not be there: what it holds is not certain. */
static void forget_group(dx_near_reader *r, const dx_near_reader *before)
{
    r->found.n = before->found.n;
    r->covered = before->covered;
    r->had = before->had;
}

/* What is in a group that need not be there is not certain; where it ends, how far one may be. */
static void leave_group(dx_near_reader *r, const dx_near_reader *before, times t)
{
    const bool once = t.least == 1 && t.most == 1;
    const bool bounded = r->now.segment == before->now.segment;
    const uint64_t least = bounded ? r->now.low - before->now.low : 0;
    const uint64_t most = bounded ? r->now.high - before->now.high : ENDLESS;
    /* A match that goes through it has a literal there; the others begin as near as before. */
    const bool had_there = t.least == 0 && r->covered && !before->covered;

    if (t.least == 0)
        forget_group(r, before);
    if (once)
        return;
    r->n_run = 0;
    if (t.most < ENDLESS && bounded) {
        r->now = before->now;
        dx_near_move_on(r, least * t.least, most * t.most);
        return;
    }
    dx_near_break_off(r);
    if (had_there && before->now.begun) {
        r->now.low = before->now.low;
        r->now.high = before->now.high;
        r->now.begun = true;
    }
}

static times times_behind(const dx_near_reader *r, size_t end)
{
    dx_near_reader behind = *r;

    behind.at = end;
    return quantifier(&behind);
}

/* What is only looked at ahead stands there, too.  The cursor stands behind "(". */
static void look_ahead(dx_near_reader *r)
{
    dx_near_reader ahead = *r;

    ahead.at += 2;
    ahead.now.chain = ++*r->segments;
    ahead.depth++;
    ahead.lost |= ahead.depth > DEPTH_MOST;
    branches(&ahead);
    dx_near_end_run(&ahead);
    r->found = ahead.found;
    r->covered = ahead.covered;
    r->had = ahead.had;
    r->lost |= ahead.lost;
}

static void take_group(dx_near_reader *r)
{
    r->at++;
    const size_t inside = r->at;
    const head kind = group_head(r);
    bool several;
    const size_t end = dx_pattern_group_end(r->pattern, inside, &several);
    const times t = times_behind(r, end);

    if (kind != TAKES_PART) {
        r->lost |= t.most != 1 || (kind == FLAGS && t.least != 1);
        if (kind == LOOKS && peek(r, 1) == '=' && t.least == 1)
            look_ahead(r);
        r->at = end;
        (void)quantifier(r);
        return;
    }
    if (t.least != 1 || t.most != 1)
        dx_near_end_run(r);
    const dx_near_reader before = *r;
    r->lost |= ++r->depth > DEPTH_MOST;
    branches(r);
    r->depth--;
    r->lost |= r->at + 1 != end;
    r->at = end;
    if (t.least != 1 || t.most != 1)
        dx_near_end_run(r);
    (void)quantifier(r);
    leave_group(r, &before, t);
}

/* ---- sequences and branches ---- */

static void sequence(dx_near_reader *r)
{
    while (!r->lost && r->at < r->pattern.n && !in(r->pattern.p[r->at], "|)"))
        if (r->pattern.p[r->at] == '(')
            take_group(r);
        else
            take_item(r);
}

static size_t shortest(const dx_near_draft *d)
{
    size_t n = SIZE_MAX;

    for (size_t i = 0; i < d->n; i++)
        n = d->p[i].text.n < n ? d->p[i].text.n : n;
    return n;
}

size_t dx_near_worth(const dx_near_draft *d)
{
    const size_t n = d->n == 0 ? 0 : shortest(d);

    return n > DX_NEAR_TEXT ? DX_NEAR_TEXT : n;
}

static const dx_near_draft *best_of(const dx_near_clauses *all)
{
    const dx_near_draft *best = NULL;

    for (size_t i = 0; i < all->n; i++)
        if (best == NULL || dx_near_worth(&all->p[i]) > dx_near_worth(best))
            best = &all->p[i];
    return best;
}

/* One of what the branches hold is there, if each holds something. */
static void join(dx_near_draft *all, const dx_near_draft *branch, bool *failed)
{
    if (branch == NULL || all->n + branch->n > DX_NEAR_CHOICES)
        *failed = true;
    else
        memcpy(all->p + all->n, branch->p, branch->n * sizeof *branch->p);
    all->n += *failed ? 0 : branch->n;
}

static void widen(dx_near_place *all, const dx_near_place *one, bool *apart)
{
    *apart |= all->segment != one->segment;
    all->low = one->low < all->low ? one->low : all->low;
    all->high = one->high > all->high ? one->high : all->high;
}

/* The cursor stands where the first begins, afterwards at ")" or at the end. */
static void several_branches(dx_near_reader *r)
{
    const dx_near_reader before = *r;
    dx_near_draft all = {.n = 0};
    dx_near_place end = {0};
    uint64_t had = UINT64_MAX;
    bool covered = true, failed = false, apart = false;

    for (bool first = true; !r->lost; first = false) {
        dx_near_reader b = before;
        b.at = r->at;
        b.found = (dx_near_clauses){.n = 0};
        b.covered = false;
        sequence(&b);
        dx_near_end_run(&b);
        join(&all, best_of(&b.found), &failed);
        covered &= b.covered;
        had &= b.had;
        end = first ? b.now : end;
        widen(&end, &b.now, &apart);
        r->lost |= b.lost;
        r->at = b.at;
        if (peek(r, 0) != '|')
            break;
        r->at++;
    }
    dx_near_end_run(r); /* what stands before them all */
    r->covered |= covered;
    r->had |= had;
    r->now = end;
    if (apart)
        dx_near_break_off(r);
    if (!failed)
        r->lost |= !DX_PUSH(r->passing, r->found.p, r->found.n, r->found.cap, all);
}

size_t dx_near_branch_end(dx_str pattern, size_t at)
{
    size_t length, depth = 0;

    for (; at < pattern.n; at += length) {
        if (dx_pattern_token(pattern, at, &length) != DX_TOK_CHAR)
            continue;
        const char c = pattern.p[at];
        if (depth == 0 && in(c, "|)"))
            break;
        depth += c == '(';
        depth -= c == ')';
    }
    return at;
}

static void branches(dx_near_reader *r)
{
    const size_t end = dx_near_branch_end(r->pattern, r->at);

    if (end < r->pattern.n && r->pattern.p[end] == '|')
        several_branches(r);
    else
        sequence(r);
}

void dx_near_read(dx_near_reader *r)
{
    branches(r);
    dx_near_end_run(r);
    r->lost |= r->at < r->pattern.n;
}
