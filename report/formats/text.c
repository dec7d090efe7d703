/* For people: verdict, cause, certainty, fix, evidence; statistics last. */
#include "core/arena.h"
#include "report/text.h"

enum { MOST_BLOCKS = 5, MOST_ENDINGS = 20 };

typedef struct plan {
    const dx_item *item;
    size_t n, n_blocks; /* items that are more than an ending come first */
    size_t full[MOST_BLOCKS], n_full;
} plan;

static dx_str diagnosis_of(const dx_report *r, const dx_item *item)
{
    return r->attempts[item->attempt].verdict->findings[item->which].diagnosis;
}

static bool is_told(const dx_report *r, const plan *p, const dx_item *item)
{
    if (item->kind != DX_ITEM_FINDING)
        return false;
    for (size_t i = 0; i < p->n_full; i++) {
        const dx_item *other = &p->item[p->full[i]];
        if (other->kind == DX_ITEM_FINDING &&
            dx_str_eq(diagnosis_of(r, other), diagnosis_of(r, item)))
            return true;
    }
    return false;
}

/* All in full when they are few; else the first five, no diagnosis twice. */
static void choose(const dx_report *r, plan *p)
{
    for (size_t i = 0; i < p->n; i++)
        p->n_blocks += p->item[i].kind != DX_ITEM_ENDING;
    for (size_t i = 0; i < p->n && p->n_full < MOST_BLOCKS; i++)
        if (p->item[i].kind != DX_ITEM_ENDING &&
            (p->n_blocks <= MOST_BLOCKS || !is_told(r, p, &p->item[i])))
            p->full[p->n_full++] = i;
}

static void tell_full(dx_teller *t, const plan *p)
{
    static void (*const tellers[])(dx_teller *, const dx_item *) = {
        [DX_ITEM_FINDING] = dx_text_finding,
        [DX_ITEM_UNDECIDED] = dx_text_undecided,
        [DX_ITEM_UNEXPLAINED] = dx_text_unexplained,
        [DX_ITEM_ENDING] = dx_text_one_line,
    };

    for (size_t i = 0; i < p->n_full && dx_sink_poll(&t->sink); i++) {
        const dx_item *item = &p->item[p->full[i]];
        if (i > 0)
            dx_buf_char(&t->sink.buf, '\n');
        tellers[item->kind](t, item);
    }
}

/* False when out of memory. */
static bool tell_lines(dx_teller *t, const plan *p, dx_arena *scratch)
{
    const dx_item **rest = dx_arena_get(scratch, (p->n + 1) * sizeof *rest);
    size_t next = 0, n = 0;

    if (!rest)
        return false;
    if (p->n_blocks > p->n_full) {
        dx_buf_char(&t->sink.buf, '\n');
        dx_buf_printf(&t->text,
                      "%zu more, in short (setupdx explain KEY tells one; --format json all):",
                      p->n_blocks - p->n_full);
        dx_tell(t, DX_PART_HEAD, (dx_para){0});
        dx_tell_block(t);
    }
    for (size_t i = 0; i < p->n; i++) {
        if (next < p->n_full && p->full[next] == i)
            next++;
        else if (p->item[i].kind != DX_ITEM_ENDING)
            rest[n++] = &p->item[i];
    }
    return n == 0 || dx_text_in_short(t, rest, n, scratch);
}

static void tell_endings(dx_teller *t, const plan *p)
{
    size_t told[DX_ENDINGS] = {0};
    bool first = p->n_blocks > 0;

    for (size_t i = 0; i < p->n && dx_sink_poll(&t->sink); i++) {
        const dx_item *item = &p->item[i];
        if (item->kind != DX_ITEM_ENDING)
            continue;
        if (first)
            dx_buf_char(&t->sink.buf, '\n');
        first = false;
        if (told[dx_report_ending(dx_item_attempt(t, item))]++ < MOST_ENDINGS || t->verbose > 0)
            dx_text_one_line(t, item);
    }
    for (size_t i = 0; i < DX_ENDINGS; i++)
        if (told[i] > MOST_ENDINGS && t->verbose == 0)
            dx_buf_printf(&t->sink.buf, "      and %zu more: %s\n", told[i] - MOST_ENDINGS,
                          i == DX_ENDED_SILENT ? "without a known outcome" : dx_ending_names[i]);
}

static bool tell_all(dx_teller *t, const plan *p, dx_arena *scratch)
{
    dx_text_explanation_head(t);
    tell_full(t, p);
    if (!tell_lines(t, p, scratch))
        return false;
    tell_endings(t, p);
    dx_text_explanation_rest(t);
    if (dx_sink_poll(&t->sink))
        dx_text_closing(t);
    return true;
}

static void done(dx_teller *t)
{
    for (size_t i = 0; i < DX_PARTS; i++)
        dx_buf_done(&t->part[i]);
    dx_buf_done(&t->text);
    dx_buf_done(&t->tail);
    dx_page_done(&t->page);
}

static dx_rc write_text(const dx_report *r, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_arena *arena = dx_arena_new(0);
    dx_teller t = {.report = r, .verbose = style ? style->verbose : 0};
    dx_item *items = NULL;
    plan p = {0};

    if (!arena)
        return dx_nomem(err);
    if (dx_report_plan(r, arena, &items, &p.n, err) != DX_OK) {
        dx_arena_free(arena);
        return DX_FAIL;
    }
    p.item = items;
    choose(r, &p);
    dx_page_open(&t.page, style);
    dx_sink_open(&t.sink, out, err);
    t.sink.buf.failed |= !tell_all(&t, &p, arena);
    done(&t);
    dx_arena_free(arena);
    return dx_sink_close(&t.sink);
}

const dx_report_format dx_report_format_text = {
    .name = "text",
    .mime = "text/plain",
    .help = "for people: verdict, cause, what to do, evidence",
    .write = write_text,
};
