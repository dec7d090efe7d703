/* For people: verdict, cause, certainty, fix, evidence; statistics last. */
#include "core/arena.h"
#include "report/text.h"

enum { MOST_BLOCKS = 5, FEW_ENDINGS = 20 };

typedef struct plan {
    dx_item *block, *ending; /* items that are more than an ending, and the others */
    size_t n_blocks, n_endings;
    dx_group *group; /* of the blocks: when they are many */
    size_t n_groups;
    const dx_item *full[MOST_BLOCKS];
    dx_group own[MOST_BLOCKS]; /* the groups that those stand for */
    size_t n_full;
} plan;

static bool split(plan *p, const dx_item *items, size_t n, dx_arena *into)
{
    p->block = dx_arena_get(into, (n + 1) * sizeof *p->block);
    p->ending = dx_arena_get(into, (n + 1) * sizeof *p->ending);
    for (size_t i = 0; p->block && p->ending && i < n; i++) {
        if (items[i].kind == DX_ITEM_ENDING)
            p->ending[p->n_endings++] = items[i];
        else
            p->block[p->n_blocks++] = items[i];
    }
    return p->block && p->ending;
}

static dx_str diagnosis_of(const dx_report *r, const dx_item *item)
{
    return r->attempts[item->attempt].verdict->findings[item->which].diagnosis;
}

static bool is_told(const dx_report *r, const plan *p, const dx_item *item)
{
    if (item->kind != DX_ITEM_FINDING)
        return false;
    for (size_t i = 0; i < p->n_full; i++)
        if (p->full[i]->kind == DX_ITEM_FINDING &&
            dx_str_eq(diagnosis_of(r, p->full[i]), diagnosis_of(r, item)))
            return true;
    return false;
}

/* With -v each of them is told by itself. */
static void drop(dx_group *g, const dx_item *item)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n; i++)
        if (g->item[i] != item)
            g->item[n++] = g->item[i];
    g->n = n;
}

/* The first five groups, no diagnosis twice; what is left of the groups stays in them. */
static void choose_groups(const dx_report *r, plan *p, bool verbose)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_groups; i++) {
        dx_group *g = &p->group[i];
        const bool full = p->n_full < MOST_BLOCKS && !is_told(r, p, g->latest);
        if (full) {
            p->full[p->n_full] = g->latest;
            p->own[p->n_full++] = verbose ? (dx_group){0} : *g;
        }
        if (full && verbose)
            drop(g, g->latest);
        if (!full || verbose)
            p->group[n++] = *g;
    }
    p->n_groups = n;
}

/* All in full when they are few.  False when out of memory. */
static bool choose(const dx_report *r, plan *p, bool verbose, dx_arena *into)
{
    if (p->n_blocks > MOST_BLOCKS) {
        if (!dx_report_groups(r, p->block, p->n_blocks, into, &p->group, &p->n_groups))
            return false;
        choose_groups(r, p, verbose);
        return true;
    }
    for (; p->n_full < p->n_blocks; p->n_full++)
        p->full[p->n_full] = &p->block[p->n_full];
    return true;
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
        if (i > 0)
            dx_buf_char(&t->sink.buf, '\n');
        t->group = &p->own[i];
        tellers[p->full[i]->kind](t, p->full[i]);
    }
    t->group = NULL;
}

/* What is kept can be asked about. */
static void say_how_to_read(dx_teller *t)
{
    if (dx_str_eq(t->report->store, DX_LIT(":memory:"))) {
        dx_say(t, "(--format json tells all):");
        return;
    }
    dx_say(t, "(--format json tells all, and one: ");
    dx_buf_add(&t->tail, DX_LIT("setupdx explain KEY"));
    dx_say_db(t);
    dx_buf_add(&t->tail, DX_LIT("):"));
}

static void tell_lines(dx_teller *t, const plan *p)
{
    size_t left = 0;

    for (size_t i = 0; i < p->n_groups; i++)
        left += p->group[i].n;
    if (left == 0)
        return;
    dx_buf_char(&t->sink.buf, '\n');
    dx_buf_printf(&t->text, "%zu more, in short ", left);
    say_how_to_read(t);
    dx_tell(t, DX_PART_HEAD, (dx_para){0});
    dx_tell_block(t);
    dx_text_in_short(t, p->group, p->n_groups);
}

/* False when out of memory. */
static bool tell_endings(dx_teller *t, const plan *p, dx_arena *into)
{
    dx_group *groups;
    size_t n;

    if (p->n_blocks > 0 && p->n_endings > 0)
        dx_buf_char(&t->sink.buf, '\n');
    if (t->verbose > 0 || p->n_endings <= FEW_ENDINGS) {
        dx_text_endings(t, p->ending, p->n_endings);
        return true;
    }
    if (!dx_report_groups(t->report, p->ending, p->n_endings, into, &groups, &n))
        return false;
    dx_text_many_endings(t, groups, n);
    return true;
}

static bool tell_all(dx_teller *t, const plan *p, dx_arena *scratch)
{
    dx_text_explanation_head(t);
    tell_full(t, p);
    tell_lines(t, p);
    if (!tell_endings(t, p, scratch))
        return false;
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
    size_t n = 0;

    if (!arena)
        return dx_nomem(err);
    if (dx_report_plan(r, arena, &items, &n, err) != DX_OK) {
        dx_arena_free(arena);
        return DX_FAIL;
    }
    const bool ready = split(&p, items, n, arena) && choose(r, &p, t.verbose > 0, arena);
    dx_page_open(&t.page, style);
    dx_sink_open(&t.sink, out, err);
    t.sink.buf.failed |= !ready || !tell_all(&t, &p, arena);
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
