#include "parser/skim.h"
#include <stdlib.h>
#include <string.h>
#include "core/os_thread.h"

enum {
    CHUNK = 256 * 1024,
    BEHIND = 4096,             /* bytes that a message may reach over the end of a piece */
    LONG = 1024 * 1024,        /* a log of which this much was read is worth some threads */
    CHOOSES = 2 * 1024 * 1024, /* and this much a choice */
    ENOUGH = 16 * 1024,        /* which a short log must have for others like it */
    SEEN = 64 * 1024,          /* bytes of it that tell enough for the format's own few literals */
    CHOICE = 16 /* bytes that are scanned while it is found out whether a signature is rare */
};

/* ---- choosing what to look for ---- */

/* A piece of the log, and who finds out what is rare in it. */
struct dx_choice {
    bool (*sought)(void *ctx, dx_str format, dx_str log, dx_scan_subset *out);
    void *sought_ctx;
    dx_str format;
    dx_thread *thread; /* NULL: it is done when it is needed */
    bool is_over;
    size_t n;
    char sample[CHUNK];
};

static void find_out(void *ctx)
{
    struct dx_choice *c = ctx;
    dx_scan_subset out;

    (void)c->sought(c->sought_ctx, c->format, (dx_str){c->sample, c->n}, &out);
}

static dx_rc begin_choice(dx_skim *s, uint64_t at, dx_lines *l, dx_err *err)
{
    const size_t from = (size_t)(at - dx_lines_offset(l));
    if (dx_lines_need(l, from + CHUNK, err) != DX_OK)
        return DX_FAIL;
    const dx_str text = dx_str_slice(dx_lines_ahead(l), from, from + CHUNK);
    struct dx_choice *c = s->choice = calloc(1, sizeof *c);
    if (c == NULL)
        return dx_nomem(err);
    c->sought = s->sought;
    c->sought_ctx = s->sought_ctx;
    c->format = s->quest->format->id;
    c->n = text.n;
    c->is_over = text.n == 0;
    if (text.n > 0)
        memcpy(c->sample, text.p, text.n);
    if (s->helpers > 0 && text.n > 0 && dx_thread_start(&c->thread, find_out, c, err) != DX_OK)
        c->thread = NULL;
    return DX_OK;
}

/* From here on that is looked for. */
static dx_rc end_choice(dx_skim *s, dx_err *err)
{
    struct dx_choice *c = s->choice;
    dx_scan_subset narrow = s->quest->base;

    c->is_over = true;
    if (c->thread == NULL)
        find_out(c);
    dx_thread_join(c->thread);
    c->thread = NULL;
    if (!c->sought(c->sought_ctx, c->format, (dx_str){c->sample, c->n}, &narrow))
        return DX_OK;
    return dx_quests_get(s->quests, s->quest->format, &narrow,
                         dx_str_slice((dx_str){c->sample, c->n}, 0, SEEN), &s->quest, &s->stamper,
                         err);
}

/* Many short logs are like a long one: from the next that holds enough to choose by, all are looked
 * through for what is rare in it.  When that is depends on the logs this thread has had, but what
 * is found does not. */
static dx_rc choose_for_many(dx_skim *s, dx_lines *l, dx_err *err)
{
    if (s->pool != NULL || s->quest->chosen || dx_quests_looked(s->quests, s->quest, 0) <= CHOOSES)
        return DX_OK;
    if (dx_lines_need(l, ENOUGH, err) != DX_OK)
        return DX_FAIL;
    if (dx_lines_ahead(l).n < ENOUGH)
        return DX_OK;
    if (begin_choice(s, dx_lines_offset(l), l, err) != DX_OK)
        return DX_FAIL;
    return end_choice(s, err);
}

/* With threads the choice is begun with what is read first, so that nobody waits for it later. */
static dx_rc choose_ahead(dx_skim *s, dx_lines *l, dx_err *err)
{
    const uint64_t cursor = dx_lines_offset(l);
    const size_t want = (size_t)(CHOOSES - cursor) + CHUNK;

    if (s->helpers == 0 || s->sought == NULL || s->looked_ahead)
        return DX_OK;
    s->looked_ahead = true;
    if (s->choice != NULL || cursor > CHOOSES)
        return DX_OK;
    if (dx_lines_need(l, want, err) != DX_OK)
        return DX_FAIL;
    return dx_lines_ahead(l).n < want ? DX_OK : begin_choice(s, CHOOSES, l, err);
}

/* For a long log it pays to look for less.  `at`: what is looked at next; where the choice begins
 * to count must not depend on threads. */
static dx_rc choose(dx_skim *s, uint64_t at, dx_lines *l, dx_err *err)
{
    if (s->sought == NULL)
        return DX_OK;
    if (at <= CHOOSES)
        return s->choice == NULL ? choose_for_many(s, l, err) : DX_OK;
    if (s->choice == NULL && begin_choice(s, at, l, err) != DX_OK)
        return DX_FAIL;
    if (s->choice->is_over || at <= CHOOSES + (uint64_t)s->quest->base.n * CHOICE)
        return DX_OK;
    return end_choice(s, err);
}

/* ---- beginning and end ---- */

dx_rc dx_skim_new(dx_skim **out, const dx_format *format, const dx_scan_subset *base,
                  dx_quests *quests, dx_err *err)
{
    dx_skim *s = calloc(1, sizeof *s);

    if (s == NULL)
        return dx_nomem(err);
    s->quests = quests;
    const dx_rc rc = dx_quests_get(quests, format, base, DX_NONE, &s->quest, &s->stamper, err);
    if (rc == DX_OK && s->quest->scanner != NULL)
        *out = s;
    else
        dx_skim_free(s);
    return rc;
}

void dx_skim_free(dx_skim *s)
{
    if (s == NULL)
        return;
    dx_pool_free(s->pool); /* before the pieces that it may still look at */
    if (s->choice != NULL)
        dx_thread_join(s->choice->thread);
    free(s->choice);
    for (unsigned i = 0; s->helper_stamper != NULL && i <= s->helpers; i++)
        dx_stamper_free(s->helper_stamper[i]);
    for (unsigned i = 0; s->helper_recall != NULL && i <= s->helpers; i++)
        dx_recall_done(&s->helper_recall[i]);
    for (size_t i = 0; i < s->n_idle; i++) {
        dx_piece_done(s->idle[i]);
        free(s->idle[i]);
    }
    dx_piece_done(&s->own);
    dx_recall_done(&s->recall);
    free(s->helper_recall);
    free(s->helper_stamper);
    free(s->idle);
    free(s->line);
    free(s->spot);
    free(s);
}

/* ---- helpers ---- */

static void look(void *ctx, unsigned worker, void *job, dx_pool_outlet *out)
{
    dx_skim *s = ctx;
    dx_piece *p = job;

    dx_piece_look(p->quest, p, s->helper_stamper[worker], &s->helper_recall[worker]);
    if (dx_pool_give(out, p))
        return;
    dx_piece_done(p);
    free(p);
}

static void drop(void *ctx, void *piece)
{
    (void)ctx;
    dx_piece_done(piece);
    free(piece);
}

static size_t jobs_of(const dx_skim *s)
{
    return (size_t)s->helpers * 3 + 4;
}

static bool hire(dx_skim *s, dx_err *err)
{
    const dx_pool_options options = {.workers = s->helpers,
                                     .jobs_most = jobs_of(s),
                                     .items_most = 1,
                                     .owner_helps = true,
                                     .ctx = s,
                                     .run = look,
                                     .drop_job = drop,
                                     .drop_item = drop};

    s->idle = calloc(jobs_of(s) + 1, sizeof *s->idle);
    s->helper_stamper = calloc(s->helpers + 1, sizeof(dx_stamper *));
    s->helper_recall = calloc(s->helpers + 1, sizeof *s->helper_recall);
    if (s->idle == NULL || s->helper_stamper == NULL || s->helper_recall == NULL)
        return false;
    for (unsigned i = 0; i <= s->helpers; i++)
        if ((s->helper_stamper[i] = dx_stamper_new()) == NULL)
            return false;
    return dx_pool_new(&s->pool, &options, err) == DX_OK;
}

/* Takes back what the helpers have in hand. */
static void recall(dx_skim *s)
{
    void *piece;

    while (s->pool != NULL && dx_pool_take(s->pool, &piece) == DX_OK)
        s->idle[s->n_idle++] = piece;
    s->given = s->next.offset;
}

/* ---- following the cursor ---- */

static void begin_anew(dx_skim *s, const dx_lines *l)
{
    s->n = s->first = s->n_spots = s->next_spot = 0;
    s->next = (dx_piece_line){
        .offset = dx_lines_offset(l), .inside = dx_lines_inside(l), .number = dx_lines_number(l)};
    recall(s);
}

void dx_skim_follow(dx_skim *s, const dx_lines *l)
{
    const uint64_t cursor = dx_lines_offset(l);

    while (s->next_spot < s->n_spots && s->spot[s->next_spot].offset < cursor)
        s->next_spot++;
    if (cursor >= s->next.offset) {
        if (cursor > s->next.offset || s->next.number == 0)
            begin_anew(s, l);
        s->first = s->n;
        return;
    }
    while (s->line[s->first].offset < cursor)
        s->first++;
}

uint64_t dx_skim_until(const dx_skim *s)
{
    return s->next.offset;
}

uint64_t dx_skim_spot(const dx_skim *s)
{
    return s->next_spot < s->n_spots ? s->spot[s->next_spot].offset : UINT64_MAX;
}

size_t dx_skim_find(const dx_skim *s, uint64_t offset)
{
    size_t low = s->first, high = s->n;

    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (s->line[middle].offset <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- looking ahead ---- */

/* Room for `more` at the end of a list of which the first `*done` are no longer needed. */
static bool make_room(void **list, size_t size, size_t *n, size_t *done, size_t *cap, size_t more)
{
    char *p = *list;

    if (*done > 0 && *n > *done)
        memmove(p, p + *done * size, (*n - *done) * size);
    *n -= *done;
    *done = 0;
    if (*n + more <= *cap)
        return true;
    p = realloc(p, (*n + more) * 2 * size);
    if (p == NULL)
        return false;
    *list = p;
    *cap = (*n + more) * 2;
    return true;
}

/* Bytes of its line that stand before the one behind the i-th, which is a part. */
static size_t behind(const dx_piece *p, size_t i, size_t inside)
{
    return inside + dx_piece_begin(p, i + 1) - dx_piece_begin(p, i);
}

static bool append_lines(dx_skim *s, const dx_piece *p)
{
    dx_piece_line at = s->next;

    if (!make_room((void **)&s->line, sizeof *s->line, &s->n, &s->first, &s->cap, p->n_lines))
        return false;
    dx_piece_line *to = s->line + s->n;
    for (size_t i = 0; i < p->n_lines; i++) {
        at.cut = (p->begin[i] & DX_PIECE_CUT) != 0;
        at.offset = s->next.offset + (p->begin[i] & ~DX_PIECE_CUT);
        at.print = p->print[i];
        to[i] = at;
        at.inside = at.cut ? behind(p, i, at.inside) : 0;
        at.number += !at.cut;
    }
    s->n += p->n_lines;
    return true;
}

/* Its lines count from 1, when others stand before that somebody looks at elsewhere. */
static bool append(dx_skim *s, const dx_piece *p)
{
    if (p->starved || !make_room((void **)&s->spot, sizeof *s->spot, &s->n_spots, &s->next_spot,
                                 &s->cap_spots, p->n_spots))
        return false;
    const uint32_t number = s->next.number + p->next.number - p->first.number;
    if (!append_lines(s, p))
        return false;
    if (p->n_spots > 0)
        memcpy(s->spot + s->n_spots, p->spot, p->n_spots * sizeof *s->spot);
    s->n_spots += p->n_spots;
    s->next = p->next;
    s->next.number = number;
    return true;
}

/* A piece that ends with a line, of which `text` holds the beginning; 0 when there is no end in
 * sight. */
static size_t length_of(dx_str text, bool all)
{
    size_t n = all && text.n <= CHUNK ? text.n : text.n < CHUNK + BEHIND ? 0 : CHUNK;

    if (n == text.n && n > 0)
        return n;
    while (n > 0 && text.p[n - 1] != '\n')
        n--;
    return n;
}

/* Gives the pool a copy of the piece, since the text moves on. */
static bool give(dx_skim *s, dx_str text, size_t n, bool all)
{
    dx_piece *p = s->n_idle > 0 ? s->idle[--s->n_idle] : calloc(1, sizeof *p);

    if (p == NULL)
        return false;
    const size_t size = text.n < n + BEHIND ? text.n : n + BEHIND;
    if (p->cap_own < size) {
        free(p->own);
        p->own = malloc(CHUNK + BEHIND);
        p->cap_own = p->own != NULL ? CHUNK + BEHIND : 0;
    }
    if (p->own == NULL) {
        s->idle[s->n_idle++] = p;
        return false;
    }
    memcpy(p->own, text.p, size);
    p->text = (dx_str){p->own, size};
    p->quest = s->quest;
    p->until = n;
    p->all = all && size == text.n;
    p->next = (dx_piece_line){.offset = s->given, .number = 1};
    s->given += n;
    dx_pool_put(s->pool, p);
    return true;
}

/* As many pieces as the pool takes. */
static dx_rc feed(dx_skim *s, dx_lines *l, dx_err *err)
{
    while (!dx_pool_full(s->pool)) {
        if (choose(s, s->given, l, err) != DX_OK)
            return DX_FAIL;
        const size_t from = (size_t)(s->given - dx_lines_offset(l));
        if (dx_lines_need(l, from + CHUNK + BEHIND, err) != DX_OK)
            return DX_FAIL;
        const dx_str text = dx_str_slice(dx_lines_ahead(l), from, SIZE_MAX);
        const size_t n = length_of(text, dx_lines_all(l));
        if (n == 0)
            return DX_OK;
        if (!give(s, text, n, dx_lines_all(l)))
            return dx_nomem(err);
    }
    return DX_OK;
}

/* DX_END when the pool had nothing: an overlong line is ahead, or nothing at all. */
static dx_rc take(dx_skim *s, dx_lines *l, dx_err *err)
{
    void *piece;

    if (s->next.inside > 0)
        return DX_END;
    if (feed(s, l, err) != DX_OK)
        return DX_FAIL;
    if (dx_pool_take(s->pool, &piece) != DX_OK)
        return DX_END;
    const bool good = append(s, piece);
    s->idle[s->n_idle++] = piece;
    return good ? DX_OK : dx_nomem(err);
}

/* The next piece, at `from` of what is ahead, of which `want` bytes are there, or all: the same
 * that others get, whatever was read besides, so that it does not matter who looks. */
static void cut_piece(const dx_skim *s, const dx_lines *l, size_t from, size_t want, dx_piece *p)
{
    const dx_str text = dx_str_slice(dx_lines_ahead(l), from, SIZE_MAX);
    const size_t whole = s->next.inside > 0 ? 0 : length_of(text, dx_lines_all(l));
    const size_t n = whole > 0 ? whole + BEHIND : want - from;

    p->text = dx_str_slice(text, 0, n);
    p->all = dx_lines_all(l) && text.n <= n;
    p->until = p->all ? p->text.n : p->text.n > BEHIND ? p->text.n - BEHIND : 0;
    p->next = s->next;
}

static dx_rc look_oneself(dx_skim *s, dx_lines *l, dx_err *err)
{
    const size_t from = (size_t)(s->next.offset - dx_lines_offset(l));
    dx_piece *p = &s->own;

    for (size_t want = from + CHUNK + BEHIND;; want *= 2) {
        if (dx_lines_need(l, want, err) != DX_OK)
            return DX_FAIL;
        cut_piece(s, l, from, want, p);
        if (p->text.n == 0)
            return DX_END;
        dx_piece_look(s->quest, p, s->stamper, &s->recall);
        if (p->n_lines > 0 || p->starved)
            break;
    }
    (void)dx_quests_looked(s->quests, s->quest, p->until);
    if (!append(s, p))
        return dx_nomem(err);
    s->given = s->next.offset;
    return DX_OK;
}

dx_rc dx_skim_more(dx_skim *s, dx_lines *l, dx_err *err)
{
    dx_rc rc = DX_END;

    if (!s->is_long && s->next.offset > LONG) {
        s->is_long = true;
        if (s->helpers > 0 && !hire(s, err))
            return dx_nomem(err);
    }
    if (choose_ahead(s, l, err) != DX_OK || choose(s, s->next.offset, l, err) != DX_OK)
        return DX_FAIL;
    if (s->pool != NULL)
        rc = take(s, l, err);
    return rc == DX_END ? look_oneself(s, l, err) : rc;
}
