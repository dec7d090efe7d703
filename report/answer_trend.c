#include <inttypes.h>

#include "core/time.h"
#include "report/answer_make.h"
#include "report/judge.h"

/* A signature is counted in events, of which one attempt may show many; everything else in
 * attempts. */
enum { EVENTS, ATTEMPTS, FAILURES, RATE, SERVERS, N_COLUMNS };
#define COLUMNS(no_messages)                                                                       \
    {                                                                                              \
        [EVENTS] = {"events", "messages", DX_UNIT_COUNT, no_messages},                             \
        [ATTEMPTS] = {"attempts", "attempts", DX_UNIT_COUNT, false},                               \
        [FAILURES] = {"failures", "failures", DX_UNIT_COUNT, false},                               \
        [RATE] = {"rate", "rate", DX_UNIT_SHARE, false},                                           \
        [SERVERS] = {"servers", "servers", DX_UNIT_COUNT, false},                                  \
    }
static const dx_column in_messages[] = COLUMNS(false), in_attempts[] = COLUMNS(true);

static const dx_trend_line *total_of(const dx_trend *t)
{
    return t->n_lines && t->lines[t->n_lines - 1].kind == DX_LINE_TOTAL ? &t->lines[t->n_lines - 1]
                                                                        : NULL;
}

static void fill_row(dx_answer_row *row, const dx_trend_line *line, const int64_t *chart)
{
    row->kind = line->kind;
    if (line->kind == DX_LINE_ID)
        dx_make_title(row, line->id, line->title);
    row->cells = line->cell;
    row->all = &line->all;
    row->chart = chart;
    *dx_answer_value(row, EVENTS) = dx_count_of(line->all.events);
    *dx_answer_value(row, ATTEMPTS) = dx_count_of(line->all.attempts);
    *dx_answer_value(row, FAILURES) = dx_count_of(line->all.failures);
    *dx_answer_value(row, RATE) =
        (dx_value){.known = line->all.base > 0, .ratio = dx_trend_rate(&line->all)};
    *dx_answer_value(row, SERVERS) = dx_count_of(line->all.servers);
}

static const int64_t *chart_of(dx_maker *m, const dx_trend *t, const dx_trend_line *line,
                               bool events)
{
    int64_t *chart = dx_arena_get(m->into, (t->n_buckets + 1) * sizeof *chart);

    m->starved |= !chart;
    for (size_t b = 0; chart && b < t->n_buckets; b++)
        chart[b] = events ? line->cell[b].events : line->cell[b].failures;
    return chart;
}

static void make_rows(dx_maker *m, const dx_trend_query *q, const dx_trend *t)
{
    const bool events = q->of == DX_OF_SIGNATURE;

    if (!dx_make_rows(m, events ? in_messages : in_attempts, N_COLUMNS, t->n_lines))
        return;
    for (size_t i = 0; i < t->n_lines; i++)
        fill_row(&m->rows[i], &t->lines[i], chart_of(m, t, &t->lines[i], events));
    m->made.n_buckets = t->n_buckets;
    m->made.buckets = t->buckets;
    m->made.in_time = q->by <= DX_BY_MONTH;
    m->made.chart_of = events ? "messages" : "failures";
}

static size_t count_ids(const dx_trend *t)
{
    size_t n = 0;

    for (size_t i = 0; i < t->n_lines; i++)
        n += t->lines[i].kind == DX_LINE_ID;
    return n;
}

static void make_words(dx_maker *m, const dx_trend_query *q, const dx_trend *t)
{
    const dx_trend_line *total = total_of(t);
    const char *plural = dx_of_plural(q->of);
    const dx_str since = dx_make_date(m, t->since_us);
    /* The window is half open; people think of its last day. */
    const dx_str until =
        dx_make_date(m, t->until_us == DX_NO_TIME ? DX_NO_TIME : t->until_us - DX_SECOND_US);

    m->made.title =
        dx_make_text(m, "%c%s by %s", plural[0] - 'a' + 'A', plural + 1, dx_trend_by_names[q->by]);
    if (!total || total->all.attempts == 0)
        return;
    const size_t attempts = (size_t)total->all.attempts, servers = (size_t)total->all.servers;
    m->made.summary = dx_make_text(
        m, "%" PRId64 " of %zu %s failed (%.1f %%) on %zu %s, %.*s to %.*s.", total->all.failures,
        attempts, dx_plural(attempts, "attempt", "attempts"), dx_trend_rate(&total->all) * 100,
        servers, dx_plural(servers, "server", "servers"), DX_FMT(since), DX_FMT(until));
}

static void make_notes(dx_maker *m, const dx_trend_query *q, const dx_trend *t)
{
    const size_t shown = count_ids(t);
    const int64_t rest = t->ids - (int64_t)shown;

    if (rest > 0)
        dx_make_note(m, dx_make_text(m,
                                     "%" PRId64 " of %" PRId64 " %s stand together as \"%s\": "
                                     "--top %" PRId64 " shows more, --skip %zu the next.",
                                     rest, t->ids, dx_of_plural(q->of), dx_line_words(DX_LINE_REST),
                                     t->ids < 1000 ? t->ids : 1000, shown + q->skip));
    if (q->of == DX_OF_SIGNATURE && shown > 0)
        dx_make_note(m, DX_LIT("An attempt may show several signatures: messages add up to the "
                               "total, attempts do not."));
    if (q->by == DX_BY_SITE && t->n_buckets == 1 && t->buckets[0].name.n == 0)
        dx_make_note(m, DX_LIT("No server of these has the tag \"site\": setupdx server tag FILE "
                               "gives it, from a CSV file with the columns server and site."));
    dx_make_partial(m, t->partial);
}

dx_rc dx_answer_trend(const dx_asking *asking, const dx_trend_query *q, const dx_trend *t,
                      dx_arena *into, dx_answer *out, dx_err *err)
{
    dx_maker m = dx_maker_of(asking, "setupdx.trend/1", into);

    dx_make_asked(&m, "of", dx_str_of(dx_trend_of_names[q->of]));
    dx_make_asked(&m, "by", dx_str_of(dx_trend_by_names[q->by]));
    dx_make_filter(&m, &q->where, true);
    m.made.id_head = dx_trend_of_names[q->of];
    m.made.empty =
        q->where.server.n || q->where.product.n || q->where.n_tags
            ? "No attempt that fits lies in this window; --since TIME takes a longer one."
            : "No attempt lies in this window; --since TIME takes a longer one.";
    make_words(&m, q, t);
    make_rows(&m, q, t);
    make_notes(&m, q, t);
    return dx_maker_end(&m, out, err);
}
