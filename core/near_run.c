/* Runs: what a pattern certainly holds in one piece, and where in it the literals stand. */
#include <string.h>
#include "core/near_impl.h"

/* ---- places ---- */

void dx_near_break_off(dx_near_reader *r)
{
    r->now = (dx_near_place){.segment = ++*r->segments, .chain = r->now.chain};
}

void dx_near_move_on(dx_near_reader *r, uint64_t least, uint64_t most)
{
    const uint64_t low = r->now.low + least, high = r->now.high + most;

    if (most >= DX_NEAR_ENDLESS || high >= DX_NEAR_ENDLESS) {
        dx_near_break_off(r);
        return;
    }
    r->now.low = (uint32_t)low;
    r->now.high = (uint32_t)high;
}

/* ---- literals ---- */

static uint32_t characters(dx_str s)
{
    uint32_t n = 0;

    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static bool is_known(const dx_near_reader *r, const dx_near_anchor *a)
{
    for (size_t i = 0; i < *r->n_anchors; i++) {
        const dx_near_anchor *b = &(*r->anchors)[i];
        if (b->run.id == a->run.id && b->at == a->at && b->n == a->n &&
            memcmp(b->run.text.p + b->at, a->run.text.p + a->at, a->n) == 0)
            return true;
    }
    return false;
}

static void add_anchor(dx_near_reader *r, dx_near_found run, size_t at, size_t n)
{
    const dx_near_anchor a = {run, (uint32_t)at, characters(dx_str_slice(run.text, 0, at)), n};

    r->covered = true;
    if (!is_known(r, &a))
        r->lost |= !DX_PUSH(r->passing, *r->anchors, *r->n_anchors, *r->cap_anchors, a);
}

/* Where it is for the first time, which every match has before all others. */
static void add_literal(dx_near_reader *r, dx_near_found run, size_t at, size_t i)
{
    const uint64_t bit = (uint64_t)1 << (i % 64);

    if (i >= 64 || (r->had & bit) == 0)
        add_anchor(r, run, at, r->literals[i].n);
    r->had |= i < 64 ? bit : 0;
}

/* The number of the class that the literal's last character meets at this place of the run. */
static size_t class_met(const dx_near_reader *r, dx_str run, size_t at, dx_str literal)
{
    const size_t last = at + literal.n - 1;

    for (size_t k = 0; k < r->n_classes; k++)
        if (r->class[k].at == last && last < run.n &&
            memcmp(run.p + at, literal.p, literal.n - 1) == 0 &&
            dx_near_has(&r->class[k].set, literal.p[literal.n - 1]))
            return k;
    return SIZE_MAX;
}

static void add_anchors_at(dx_near_reader *r, dx_near_found run, size_t at)
{
    dx_near_set met[DX_NEAR_CLASSES] = {{{0, 0}}};
    const dx_str rest = dx_str_slice(run.text, at, run.text.n);

    for (size_t i = 0; i < r->n_literals; i++) {
        const dx_str literal = r->literals[i];
        if (literal.n == 0 || literal.n > rest.n || literal.p[0] != rest.p[0])
            continue;
        if (memcmp(rest.p, literal.p, literal.n) == 0) {
            add_literal(r, run, at, i);
            continue;
        }
        const size_t k = class_met(r, run.text, at, literal);
        if (k != SIZE_MAX)
            dx_near_add(&met[k], literal.p[literal.n - 1]);
    }
    /* Each of its characters is the end of one of them. */
    for (size_t k = 0; k < r->n_classes; k++)
        if (memcmp(&met[k], &r->class[k].set, sizeof met[k]) == 0)
            add_anchor(r, run, at, r->class[k].at - at + 1);
}

/* ---- runs ---- */

static void add_found(dx_near_reader *r, dx_near_found text)
{
    dx_near_clauses *all = &r->found;

    r->lost |= !DX_PUSH(r->passing, all->p, all->n, all->cap, (dx_near_draft){.p = {text}, .n = 1});
}

/* Letters that are not ASCII may be written in another case, so they are not asked for. */
static void add_pieces(dx_near_reader *r, dx_near_found run)
{
    for (size_t at = 0, n; at < run.text.n; at += n + 1) {
        for (n = 0; at + n < run.text.n && !(run.text.p[at + n] & 0x80); n++)
            ;
        const uint32_t before = characters(dx_str_slice(run.text, 0, at));
        dx_near_found piece = {dx_str_slice(run.text, at, at + n), run.place, 0};
        piece.place.low += before;
        piece.place.high += before;
        if (n > 0)
            add_found(r, piece);
    }
}

void dx_near_end_run(dx_near_reader *r)
{
    const dx_near_found run = {dx_arena_copy(r->passing, (dx_str){r->run, r->n_run}), r->run_at,
                               r->run_id};

    r->lost |= run.text.p == NULL;
    if (r->n_run > 0 && !r->lost) {
        if (r->wide)
            add_pieces(r, run);
        else
            add_found(r, run);
        for (size_t at = 0; at < run.text.n; at++)
            add_anchors_at(r, run, at);
    }
    r->n_run = r->n_classes = 0;
    r->wide = false;
}

static void make_room(dx_near_reader *r, size_t n)
{
    if (r->n_run + n > DX_NEAR_RUN || r->n_classes == DX_NEAR_CLASSES)
        dx_near_end_run(r);
    if (r->n_run == 0) {
        r->run_at = r->now;
        r->run_id = ++*r->segments;
    }
}

void dx_near_put(dx_near_reader *r, char c)
{
    make_room(r, 1);
    r->run[r->n_run++] = c;
    dx_near_move_on(r, 1, 1);
}

void dx_near_put_class(dx_near_reader *r, const dx_near_set *set)
{
    make_room(r, 1);
    r->class[r->n_classes].at = (uint8_t)r->n_run;
    r->class[r->n_classes++].set = *set;
    dx_near_put(r, dx_near_code(set));
}

void dx_near_put_wide(dx_near_reader *r, dx_str character)
{
    make_room(r, character.n);
    memcpy(r->run + r->n_run, character.p, character.n);
    r->n_run += character.n;
    r->wide = true;
    dx_near_move_on(r, 1, 1);
}
