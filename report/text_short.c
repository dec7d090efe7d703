/* What is told in short: a line or two for all that say the same. */
#include "report/text.h"

enum { ALIKE_LEAST = 3, NAMED = 3, MOST_SHORT = 24, MOST_ENDINGS = 6 };

/* ---- all that say the same ---- */

static const dx_finding *finding_of(const dx_teller *t, const dx_item *item)
{
    return &dx_item_attempt(t, item)->verdict->findings[item->which];
}

/* The titles of a group may name different things. */
static void say_group_title(dx_teller *t, const dx_group *g)
{
    const dx_finding *f = finding_of(t, g->latest);
    const dx_str title = dx_group_title(t->report, g);
    const size_t columns = 2 * (t->page.columns - DX_HANG);

    if (f->state != DX_OPEN)
        dx_buf_printf(&t->text, "%s: ", dx_state_names[f->state]);
    if (title.n == 0) {
        dx_say_title(t, f->title, f->diagnosis, columns);
        dx_say(t, ", and others of this kind");
        return;
    }
    dx_say_title(t, title, f->diagnosis, columns);
    if (title.n < f->title.n)
        dx_buf_printf(&t->text, " %s", dx_page_dots(&t->page));
}

static dx_word say_group_what(dx_teller *t, const dx_group *g)
{
    const dx_report_attempt *a = dx_item_attempt(t, g->latest);

    if (g->latest->kind == DX_ITEM_FINDING) {
        say_group_title(t, g);
        return dx_finding_word(a, finding_of(t, g->latest));
    }
    if (g->latest->kind == DX_ITEM_UNDECIDED) {
        dx_say_candidates(t, &a->verdict->undecided[g->latest->which]);
        return (dx_word){"????", DX_TONE_WARN};
    }
    dx_say_product(t, &a->of->attempt);
    if (g->latest->kind == DX_ITEM_UNEXPLAINED) {
        dx_puzzle_says(&t->text, a);
        return dx_puzzle_word(a);
    }
    dx_say(t, dx_ending_word_of(a)->says);
    return dx_ending_word_of(a)->word;
}

/* "12 servers  " or the one, and what happened there. */
static dx_word say_group(dx_teller *t, const dx_group *g)
{
    if (g->servers > 1)
        dx_buf_printf(&t->text, "%zu servers  ", g->servers);
    else
        dx_say_server(t, dx_item_attempt(t, g->latest)->of->attempt.server);
    return say_group_what(t, g);
}

/* "SRV2 [key 7f3c-19aa]", or its place where nothing has a key. */
static void say_member(dx_teller *t, const dx_item *item, bool server)
{
    const dx_str key = dx_item_key(t->report, item);
    const dx_case *of = dx_item_attempt(t, item)->of;

    if (server) {
        dx_say_server(t, of->attempt.server);
        t->text.n -= 1; /* one blank is enough before a key */
    }
    if (key.n > 0) {
        dx_buf_printf(&t->text, "[key %.*s]", DX_FMT(key));
        return;
    }
    const uint32_t line = of->attempt.outcome_line;
    dx_say_place(t, of, line > 0 ? line : of->attempt.last_line, 40);
    dx_buf_add(&t->text, dx_buf_str(&t->tail));
    dx_buf_clear(&t->tail);
}

/* Of several servers one item each, of one server its items; but not the one in `told`. */
static void say_members(dx_teller *t, const dx_group *g, const dx_item *told)
{
    const size_t all = g->servers > 1 ? g->servers : g->n;
    size_t named = 0, left = all;

    for (size_t i = 0; i < g->n; i++) {
        if (g->servers > 1 && !dx_group_next_server(t->report, g, i))
            continue;
        if (told && (g->servers > 1 ? dx_str_eq(dx_item_attempt(t, g->item[i])->of->attempt.server,
                                                dx_item_attempt(t, told)->of->attempt.server)
                                    : g->item[i] == told)) {
            left--;
            continue;
        }
        if (named == NAMED)
            continue;
        dx_say(t, named++ > 0 ? ", " : "");
        say_member(t, g->item[i], g->servers > 1);
    }
    if (left > named)
        dx_buf_printf(&t->text, ", %zu more (-v)", left - named);
}

static void tell_group(dx_teller *t, const dx_group *g)
{
    const dx_word word = say_group(t, g);
    if (g->n > g->servers)
        dx_buf_printf(&t->text, " (%zu of them)", g->n);
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = word.word, .tone = word.tone, .hang = DX_HANG, .max_lines = 3});
    say_members(t, g, NULL);
    dx_tell(t, DX_PART_HEAD, (dx_para){.indent = DX_HANG, .hang = DX_HANG, .max_lines = 3});
    dx_tell_block(t);
}

/* The block tells of one of them, and what it says may not be true of all. */
static const char *how_others_differ(const dx_teller *t, const dx_group *g)
{
    if (g->latest->kind == DX_ITEM_UNEXPLAINED)
        return "perhaps for other reasons ";
    if (g->latest->kind == DX_ITEM_FINDING &&
        !dx_str_eq(dx_group_title(t->report, g), dx_str_trim(finding_of(t, g->latest)->title)))
        return "with other details ";
    return "";
}

void dx_tell_elsewhere(dx_teller *t, const dx_item *item)
{
    const dx_group *g = t->group;

    if (!g || g->n < 2)
        return;
    dx_say(t, how_others_differ(t, g));
    if (g->servers > 2)
        dx_buf_printf(&t->text, "on %zu other servers: ", g->servers - 1);
    else if (g->servers == 2)
        dx_say(t, "on ");
    else
        dx_buf_printf(&t->text, "%zu more of this kind here: ", g->n - 1);
    say_members(t, g, item);
    if (g->servers > 1 && g->n > g->servers) /* a server may have several */
        dx_buf_printf(&t->text, "; %zu of them in all", g->n);
    dx_tell(t, DX_PART_STATE,
            (dx_para){.label = "Also", .tone = DX_TONE_BOLD, .hang = DX_HANG, .max_lines = 4});
}

/* ---- all groups that are not told at length ---- */

static size_t tell_few(dx_teller *t, const dx_group *g)
{
    for (size_t i = 0; i < g->n && dx_sink_poll(&t->sink); i++)
        dx_text_one_line(t, g->item[i]);
    return g->n;
}

static void tell_left(dx_teller *t, size_t items, size_t kinds)
{
    dx_buf_printf(&t->text, "and %zu more", items);
    if (kinds < items)
        dx_buf_printf(&t->text, " of %zu %s", kinds, dx_plural(kinds, "kind", "kinds"));
    dx_say(t, " (-v names them; -v -f html -o FILE tells all at length)");
    dx_tell(t, DX_PART_HEAD, (dx_para){.indent = DX_HANG, .hang = DX_HANG});
    dx_tell_block(t);
}

void dx_text_in_short(dx_teller *t, const dx_group *g, size_t n)
{
    size_t told = 0, left = 0, kinds = 0;

    for (size_t i = 0; i < n && dx_sink_poll(&t->sink); i++) {
        if (t->verbose > 0) {
            tell_few(t, &g[i]);
        } else if (told >= MOST_SHORT) {
            left += g[i].n;
            kinds++;
        } else if (g[i].n < ALIKE_LEAST) {
            told += tell_few(t, &g[i]);
        } else {
            tell_group(t, &g[i]);
            told++;
        }
    }
    if (left > 0)
        tell_left(t, left, kinds);
}

/* ---- attempts without a failure ---- */

static void tell_ending_group(dx_teller *t, const dx_group *g)
{
    if (g->n < ALIKE_LEAST) {
        (void)tell_few(t, g);
        return;
    }
    const dx_word word = say_group(t, g);
    dx_buf_printf(&t->text, " (%zu attempts)", g->n);
    dx_tell(t, DX_PART_HEAD,
            (dx_para){.label = word.word, .tone = word.tone, .hang = DX_HANG, .max_lines = 2});
    dx_tell_block(t);
}

void dx_text_endings(dx_teller *t, const dx_item *items, size_t n)
{
    for (size_t i = 0; i < n && dx_sink_poll(&t->sink); i++)
        dx_text_one_line(t, &items[i]);
}

void dx_text_many_endings(dx_teller *t, const dx_group *g, size_t n)
{
    size_t told[DX_ENDINGS] = {0}, left[DX_ENDINGS] = {0};

    for (size_t i = 0; i < n && dx_sink_poll(&t->sink); i++) {
        const dx_ending ending = dx_report_ending(dx_item_attempt(t, g[i].latest));
        if (told[ending]++ < MOST_ENDINGS)
            tell_ending_group(t, &g[i]);
        else
            left[ending] += g[i].n;
    }
    for (size_t i = 0; i < DX_ENDINGS; i++)
        if (left[i] > 0)
            dx_buf_printf(&t->sink.buf, "      and %zu more: %s (-v)\n", left[i],
                          i == DX_ENDED_SILENT ? "without a known outcome" : dx_ending_names[i]);
}
