#include <inttypes.h>

#include "core/time.h"
#include "report/answer_make.h"

enum { FIRST, LAST, BEFORE, AGAIN, GROWTH, ATTEMPTS, FAILURES, SERVERS, N_COLUMNS };
static const dx_column columns[] = {
    [FIRST] = {"first_seen", "first seen", DX_UNIT_TIME, false},
    [LAST] = {"last_seen", "last seen", DX_UNIT_TIME, false},
    [BEFORE] = {"gone_since", "gone since", DX_UNIT_TIME, false},
    [AGAIN] = {"again", "again after", DX_UNIT_TEXT, false},
    [GROWTH] = {"growth", "growth", DX_UNIT_GROWTH, false},
    [ATTEMPTS] = {"attempts", "attempts", DX_UNIT_COUNT, false},
    [FAILURES] = {"failures", "failures", DX_UNIT_COUNT, false},
    [SERVERS] = {"servers", "servers", DX_UNIT_COUNT, false},
};

/* What each list tells people, and in which words. */
#define SHOWN(column) (1u << (column))
static const struct {
    const char *title; /* "diagnoses" goes behind it */
    const char *empty;
    const char *chart_of;
    unsigned shown; /* columns */
} lists[] = {
    [DX_LIST_NEW] = {"New ", "Nothing was seen for the first time.", "servers",
                     SHOWN(FIRST) | SHOWN(ATTEMPTS) | SHOWN(FAILURES) | SHOWN(SERVERS)},
    [DX_LIST_REGRESSED] = {"Regressed ", "Nothing came again.", "servers",
                           SHOWN(BEFORE) | SHOWN(AGAIN) | SHOWN(FAILURES) | SHOWN(SERVERS)},
    [DX_LIST_SPREADING] = {"Spreading ", "Nothing spreads.", "servers",
                           SHOWN(FIRST) | SHOWN(GROWTH) | SHOWN(FAILURES) | SHOWN(SERVERS)},
    [DX_LIST_QUIET] = {"Servers that fell silent", "No server that used to report has stopped.",
                       "attempts", SHOWN(LAST) | SHOWN(ATTEMPTS)},
};

static dx_str again_of(dx_again again)
{
    switch (again) {
    case DX_AGAIN_NOT:
        break;
    case DX_AGAIN_AFTER_FIX:
        return DX_LIT("a fix");
    case DX_AGAIN_AFTER_QUIET:
        return DX_LIT("quiet");
    }
    return DX_NONE;
}

static dx_value value_of(const dx_list_row *row, dx_list_kind kind, unsigned column)
{
    switch (column) {
    case FIRST:
        return dx_time_value(row->first_us);
    case LAST:
        return dx_time_value(row->last_us);
    case BEFORE:
        return kind == DX_LIST_REGRESSED ? dx_time_value(row->before_us) : (dx_value){0};
    case AGAIN:
        return dx_text_of(again_of(row->again));
    case GROWTH:
        return kind == DX_LIST_SPREADING ? dx_growth_of(row->growth) : (dx_value){0};
    case ATTEMPTS:
        return dx_count_of(row->attempts);
    case FAILURES:
        return dx_count_of(row->failures);
    case SERVERS:
        return dx_count_of(row->servers);
    default:
        return (dx_value){0};
    }
}

/* Weeks are named by the Monday on which they begin. */
static void make_weeks(dx_maker *m, const dx_list *l)
{
    const size_t n = l->n ? l->rows[0].n_weeks : 0;
    dx_trend_bucket *weeks = dx_arena_get(m->into, (n + 1) * sizeof *weeks);

    if (!weeks) {
        m->starved = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const int64_t from = l->until_us - (int64_t)(n - i) * DX_WEEK_US;
        weeks[i] = (dx_trend_bucket){dx_make_date(m, from), from, from + DX_WEEK_US};
    }
    m->made.buckets = weeks;
    m->made.n_buckets = n;
    m->made.in_time = true;
}

static void make_rows(dx_maker *m, const dx_list_query *q, const dx_list *l)
{
    dx_column *told = dx_arena_dup(m->into, columns, sizeof columns);

    if (!told || !dx_make_rows(m, told, N_COLUMNS, l->n)) {
        m->starved = true;
        return;
    }
    for (unsigned c = 0; c < N_COLUMNS; c++)
        told[c].aside = !(lists[q->kind].shown & SHOWN(c));
    for (size_t i = 0; i < l->n; i++) {
        dx_answer_row *row = &m->rows[i];
        dx_make_title(row, l->rows[i].id, l->rows[i].title);
        row->chart = l->rows[i].weeks;
        for (unsigned c = 0; c < N_COLUMNS; c++)
            *dx_answer_value(row, c) = value_of(&l->rows[i], q->kind, c);
    }
    make_weeks(m, l);
    m->made.chart_of = lists[q->kind].chart_of;
}

static void make_words(dx_maker *m, const dx_list_query *q, const dx_list *l)
{
    const dx_str since = dx_make_date(m, l->since_us);
    const dx_str until =
        dx_make_date(m, l->until_us == DX_NO_TIME ? DX_NO_TIME : l->until_us - DX_SECOND_US);

    m->made.empty = lists[q->kind].empty;
    if (q->kind == DX_LIST_QUIET) {
        m->made.title = dx_str_of(lists[q->kind].title);
        m->made.id_head = "server";
    } else {
        m->made.title = dx_make_text(m, "%s%s", lists[q->kind].title, dx_of_plural(q->of));
        m->made.id_head = dx_trend_of_names[q->of];
    }
    m->made.summary = dx_make_text(m, "%" PRId64 " in the weeks %.*s to %.*s.", l->all,
                                   DX_FMT(since), DX_FMT(until));
}

static void make_asked(dx_maker *m, const dx_list_query *q)
{
    if (q->kind != DX_LIST_QUIET)
        dx_make_asked(m, "of", dx_str_of(dx_trend_of_names[q->of]));
    if (q->weeks)
        dx_make_asked(m, "weeks", dx_make_text(m, "%u", q->weeks));
    if (q->quiet)
        dx_make_asked(m, "quiet_weeks", dx_make_text(m, "%u", q->quiet));
    dx_make_filter(m, &q->where, false);
}

dx_rc dx_answer_list(const dx_asking *asking, const dx_list_query *q, const dx_list *l,
                     dx_arena *into, dx_answer *out, dx_err *err)
{
    dx_maker m = dx_maker_of(asking, "setupdx.list/1", into);

    dx_make_asked(&m, "list", dx_str_of(dx_list_kind_names[q->kind]));
    make_asked(&m, q);
    make_words(&m, q, l);
    make_rows(&m, q, l);
    dx_make_left_out(&m, l->n, l->all, q->skip);
    dx_make_partial(&m, l->partial);
    return dx_maker_end(&m, out, err);
}

/* ---- how fixing went ---- */

enum { CASES, BEGUN, VERIFIED, FAILED, RATE, MEDIAN, N_FIX_COLUMNS };
static const dx_column fix_columns[] = {
    [CASES] = {"cases", "cases", DX_UNIT_COUNT, false},
    [BEGUN] = {"begun", "begun", DX_UNIT_COUNT, false},
    [VERIFIED] = {"verified", "verified", DX_UNIT_COUNT, false},
    [FAILED] = {"failed", "failed", DX_UNIT_COUNT, false},
    [RATE] = {"verified_rate", "rate", DX_UNIT_SHARE, false},
    [MEDIAN] = {"median_us", "median time", DX_UNIT_SPAN, false},
};

static void fill_fix(dx_answer_row *row, const dx_fix_row *f)
{
    dx_make_title(row, f->diagnosis, f->title);
    *dx_answer_value(row, CASES) = dx_count_of(f->cases);
    *dx_answer_value(row, BEGUN) = dx_count_of(f->begun);
    *dx_answer_value(row, VERIFIED) = dx_count_of(f->verified);
    *dx_answer_value(row, FAILED) = dx_count_of(f->failed);
    *dx_answer_value(row, RATE) = (dx_value){
        .known = f->cases > 0, .ratio = f->cases ? (double)f->verified / (double)f->cases : 0};
    *dx_answer_value(row, MEDIAN) = dx_span_value(f->median_us);
}

dx_rc dx_answer_fixes(const dx_asking *asking, const dx_trend_filter *where, const dx_fixes *f,
                      dx_arena *into, dx_answer *out, dx_err *err)
{
    dx_maker m = dx_maker_of(asking, "setupdx.fixes/1", into);
    int64_t cases = 0, verified = 0;

    dx_make_filter(&m, where, true);
    m.made.title = DX_LIT("How fixing went");
    m.made.id_head = "diagnosis";
    m.made.empty = "No diagnosis was made in this window.";
    if (dx_make_rows(&m, fix_columns, N_FIX_COLUMNS, f->n)) {
        for (size_t i = 0; i < f->n; i++)
            fill_fix(&m.rows[i], &f->rows[i]);
    }
    for (size_t i = 0; i < f->n; i++) {
        cases += f->rows[i].cases;
        verified += f->rows[i].verified;
    }
    if (f->n)
        m.made.summary =
            dx_make_text(&m, "%" PRId64 " of %" PRId64 " case%s ended with a good attempt.",
                         verified, cases, cases == 1 ? "" : "s");
    dx_make_left_out(&m, f->n, f->all, 0);
    dx_make_note(&m, f->n
                         ? DX_LIT("A case is a diagnosis on a server, from its first failure until "
                                  "a later good attempt of the same product there.")
                         : DX_NONE);
    dx_make_partial(&m, f->partial);
    return dx_maker_end(&m, out, err);
}
