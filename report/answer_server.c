#include <inttypes.h>

#include "core/time.h"
#include "report/answer_make.h"
#include "report/judge.h"

enum { FIRST, LAST, ATTEMPTS, FAILURES, OUTCOME, TAGS, ALIASES, N_COLUMNS };
static const dx_column columns[] = {
    [FIRST] = {"first_seen", "first seen", DX_UNIT_TIME, true},
    [LAST] = {"last_seen", "last seen", DX_UNIT_TIME, false},
    [ATTEMPTS] = {"attempts", "attempts", DX_UNIT_COUNT, false},
    [FAILURES] = {"failures", "failures", DX_UNIT_COUNT, false},
    [OUTCOME] = {"products_failing", "failing", DX_UNIT_COUNT, false},
    [TAGS] = {"tags", "tags", DX_UNIT_LIST, false},
    [ALIASES] = {"aliases", "also known as", DX_UNIT_LIST, false},
};

static dx_value tags_of(dx_maker *m, const dx_server_row *s)
{
    dx_str *texts = dx_arena_get(m->into, (s->n_tags + 1) * sizeof *texts);

    m->starved |= !texts;
    for (size_t i = 0; texts && i < s->n_tags; i++)
        texts[i] = dx_make_text(m, "%.*s=%.*s", DX_FMT(s->tags[i].name), DX_FMT(s->tags[i].value));
    return dx_texts_of(texts, texts ? s->n_tags : 0);
}

static int64_t failing(const dx_server_row *s)
{
    int64_t n = 0;

    for (size_t i = 0; i < s->n_products; i++)
        n += s->products[i].last_failed;
    return n;
}

static void fill_row(dx_maker *m, dx_answer_row *row, const dx_server_row *s)
{
    row->id = s->name;
    *dx_answer_value(row, FIRST) = dx_time_value(s->first_us);
    *dx_answer_value(row, LAST) = dx_time_value(s->last_us);
    *dx_answer_value(row, ATTEMPTS) = dx_count_of(s->attempts);
    *dx_answer_value(row, FAILURES) = dx_count_of(s->failures);
    *dx_answer_value(row, OUTCOME) = dx_count_of(failing(s));
    *dx_answer_value(row, TAGS) = tags_of(m, s);
    *dx_answer_value(row, ALIASES) = dx_texts_of(s->aliases, s->n_aliases);
}

dx_rc dx_answer_servers(const dx_asking *asking, const dx_servers_query *q, const dx_servers *s,
                        dx_arena *into, dx_answer *out, dx_err *err)
{
    dx_maker m = dx_maker_of(asking, "setupdx.servers/1", into);

    dx_make_asked(&m, "contains", q->contains);
    dx_make_filter(&m, &q->where, true);
    m.made.title = DX_LIT("Servers");
    m.made.id_head = "server";
    m.made.empty = "No server matches.";
    m.made.summary =
        dx_make_text(&m, "%" PRId64 " %s.", s->all, dx_plural((size_t)s->all, "server", "servers"));
    if (dx_make_rows(&m, columns, N_COLUMNS, s->n)) {
        for (size_t i = 0; i < s->n; i++)
            fill_row(&m, &m.rows[i], &s->rows[i]);
    }
    dx_make_left_out(&m, s->n, s->all, q->skip);
    dx_make_partial(&m, s->partial);
    return dx_maker_end(&m, out, err);
}

/* ---- one server ---- */

enum { P_VERSIONS, P_LAST, P_OUTCOME, P_ATTEMPTS, P_FAILURES, N_PRODUCT_COLUMNS };
static const dx_column product_columns[] = {
    [P_VERSIONS] = {"versions", "versions", DX_UNIT_LIST, false},
    [P_LAST] = {"last_seen", "last seen", DX_UNIT_TIME, false},
    [P_OUTCOME] = {"last_outcome", "last outcome", DX_UNIT_TEXT, false},
    [P_ATTEMPTS] = {"attempts", "attempts", DX_UNIT_COUNT, false},
    [P_FAILURES] = {"failures", "failures", DX_UNIT_COUNT, false},
};

static void fill_product(dx_answer_row *row, const dx_server_product *p)
{
    row->id = p->product.n ? p->product : DX_LIT("(no product named)");
    *dx_answer_value(row, P_VERSIONS) = dx_texts_of(p->versions, p->n_versions);
    *dx_answer_value(row, P_LAST) = dx_time_value(p->last_us);
    *dx_answer_value(row, P_OUTCOME) = dx_text_of(
        p->last_failed ? DX_LIT("failed") : dx_str_of(dx_outcome_names[p->last_outcome]));
    *dx_answer_value(row, P_ATTEMPTS) = dx_count_of(p->attempts);
    *dx_answer_value(row, P_FAILURES) = dx_count_of(p->failures);
}

static void note_history(dx_maker *m, const dx_notes *history)
{
    for (size_t i = 0; i < history->n; i++) {
        const dx_note *n = &history->rows[i];
        const dx_str at = dx_make_date(m, n->at_us);
        const char *by = n->by.n ? " by " : "";
        if (n->kind == DX_NOTE_ALIAS)
            dx_make_note(
                m, n->what.n ? dx_make_text(m, "%.*s: %.*s counts as %.*s%s%.*s.", DX_FMT(at),
                                            DX_FMT(n->subject), DX_FMT(n->what), by, DX_FMT(n->by))
                             : dx_make_text(m, "%.*s: %.*s counts as itself again%s%.*s.",
                                            DX_FMT(at), DX_FMT(n->subject), by, DX_FMT(n->by)));
        else if (n->kind == DX_NOTE_TAG)
            dx_make_note(m, dx_make_text(m, "%.*s: tag %.*s%s%.*s.", DX_FMT(at), DX_FMT(n->what),
                                         by, DX_FMT(n->by)));
    }
}

static void note_list(dx_maker *m, const char *words, dx_value list)
{
    dx_buf text = {0};

    if (!list.known)
        return;
    dx_value_say(&text, DX_UNIT_LIST, &list);
    m->starved |= text.failed;
    dx_make_note(m, dx_make_text(m, "%s %.*s.", words, DX_FMT(dx_buf_str(&text))));
    dx_buf_done(&text);
}

dx_rc dx_answer_server(const dx_asking *asking, const dx_server_row *s, const dx_notes *history,
                       dx_arena *into, dx_answer *out, dx_err *err)
{
    dx_maker m = dx_maker_of(asking, "setupdx.server/1", into);
    const dx_str first = dx_make_date(&m, s->first_us), last = dx_make_date(&m, s->last_us);

    dx_make_asked(&m, "server", s->name);
    m.made.title = s->name;
    m.made.id_head = "product";
    m.made.empty = "No attempt of it is stored.";
    if (s->attempts > 0)
        m.made.summary =
            dx_make_text(&m, "%" PRId64 " of %" PRId64 " attempts failed, %.*s to %.*s.",
                         s->failures, s->attempts, DX_FMT(first), DX_FMT(last));
    if (dx_make_rows(&m, product_columns, N_PRODUCT_COLUMNS, s->n_products)) {
        for (size_t i = 0; i < s->n_products; i++)
            fill_product(&m.rows[i], &s->products[i]);
    }
    note_list(&m, "Also known as", dx_texts_of(s->aliases, s->n_aliases));
    note_list(&m, "Tags:", tags_of(&m, s));
    note_history(&m, history);
    dx_make_partial(&m, s->partial);
    return dx_maker_end(&m, out, err);
}
