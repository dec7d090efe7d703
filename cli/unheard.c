#include "cli/unheard.h"

#include <limits.h>
#include <stdlib.h>

#include "cli/tell.h"
#include "core/time.h"

enum { MOST_PRODUCTS = 1000 };
#define USUAL_WINDOW_US (12 * DX_WEEK_US)

static const dx_trend_filter everything = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};

dx_rc dx_no_such_server(dx_ask *q, dx_str name, dx_err *err)
{
    const dx_servers_query near = {.contains = name, .where = everything, .top = 1};
    dx_servers found = {0};
    dx_err ignored = {0};

    if (dx_store_servers(q->store, &near, q->into, &found, &ignored) == DX_OK && found.n > 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "no server '%.*s': did you mean '%.*s'? See: setupdx server list",
                       DX_FMT(name), DX_FMT(found.rows[0].name));
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no server '%.*s': see setupdx server list",
                   DX_FMT(name));
}

static void say_server(dx_ask *q)
{
    dx_server_row row;
    dx_err err = {0};

    if (dx_store_server(q->store, q->where.server, q->into, &row, &err) == DX_END &&
        dx_no_such_server(q, q->where.server, &err) != DX_OK)
        dx_cli_say("%s", err.text);
}

static void say_product(dx_ask *q)
{
    const dx_trend_query ask = {
        .of = DX_OF_PRODUCT, .by = DX_BY_MONTH, .where = everything, .top = MOST_PRODUCTS};
    const dx_str typed = q->where.product;
    dx_meant near = dx_meant_by(typed, UINT_MAX);
    dx_str holds = DX_NONE;
    dx_trend known;
    dx_err err = {0};

    if (dx_store_trend(q->store, &ask, q->into, &known, &err) != DX_OK || known.partial.n)
        return;
    for (size_t i = 0; i < known.n_lines; i++) {
        const dx_str name = known.lines[i].id;
        if (dx_str_eq(name, typed) || known.lines[i].kind == DX_LINE_REST)
            return;
        if (known.lines[i].kind != DX_LINE_ID)
            continue;
        if (!holds.p && dx_str_ifind(name, typed, 0) != SIZE_MAX)
            holds = name;
        dx_meant_see(&near, name);
    }
    const dx_str meant = holds.p ? holds : near.word;
    dx_cli_say(meant.p ? "no product '%.*s': did you mean '%.*s'? See: setupdx trend --of product"
                       : "no product '%.*s': see setupdx trend --of product",
               DX_FMT(typed), DX_FMT(meant));
}

static void say_tag(dx_ask *q, const dx_tag *tag)
{
    dx_servers_query ask = {.where = everything, .top = 1};
    dx_servers found = {0};
    dx_err err = {0};

    ask.where.tags = tag;
    ask.where.n_tags = 1;
    if (dx_store_servers(q->store, &ask, q->into, &found, &err) == DX_OK && found.n == 0)
        dx_cli_say("no server has the tag %.*s=%.*s: see setupdx server list", DX_FMT(tag->name),
                   DX_FMT(tag->value));
}

/* Nothing is wrong with the question, but all that is stored may be older than its window. */
static void say_latest(dx_ask *q)
{
    const dx_trend_query ask = {
        .of = DX_OF_PRODUCT, .by = DX_BY_MONTH, .where = everything, .top = 1};
    dx_trend known;
    dx_err ignored = {0};
    char day[32];

    if (dx_store_trend(q->store, &ask, q->into, &known, &ignored) != DX_OK || known.partial.n ||
        known.n_lines == 0)
        return;
    const dx_trend_line *total = &known.lines[known.n_lines - 1];
    size_t last = known.n_buckets;
    while (last > 0 && total->cell[last - 1].attempts == 0)
        last--;
    if (last == 0 || known.buckets[last - 1].to_us + USUAL_WINDOW_US > q->now_us)
        return;
    dx_time_iso(known.buckets[last - 1].from_us, day);
    dx_cli_say("nothing that is stored is newer than %.7s: setupdx trend --since %.10s shows it",
               day, day);
}

void dx_say_unheard(dx_ask *q)
{
    if (!q->where.server.n && !q->where.product.n && q->where.n_tags == 0)
        say_latest(q);
    if (q->where.server.n)
        say_server(q);
    if (q->where.product.n)
        say_product(q);
    for (size_t i = 0; i < q->where.n_tags; i++)
        say_tag(q, &q->where.tags[i]);
}

/* ---- servers that nothing but a file of tags names ---- */

enum { PAGE = 1000, SHOWN = 3 };

typedef struct names {
    dx_str *p;
    size_t n, cap;
} names;

static bool add_names(dx_ask *q, const dx_servers *page, names *out)
{
    bool ok = true;

    for (size_t i = 0; ok && i < page->n; i++) {
        const dx_server_row *row = &page->rows[i];
        if (row->attempts == 0)
            continue;
        ok = DX_PUSH(q->into, out->p, out->n, out->cap, row->name);
        for (size_t k = 0; ok && k < row->n_aliases; k++)
            ok = DX_PUSH(q->into, out->p, out->n, out->cap, row->aliases[k]);
    }
    return ok;
}

/* Those of which there are attempts, and their aliases, in order.  DX_END: not all can be asked. */
static dx_rc names_in_logs(dx_ask *q, names *out, dx_err *err)
{
    dx_servers_query ask = {.where = everything, .top = PAGE};
    dx_servers page;

    do {
        if (dx_store_servers(q->store, &ask, q->into, &page, err) != DX_OK)
            return DX_FAIL;
        if (page.partial.n)
            return DX_END;
        if (!add_names(q, &page, out))
            return dx_nomem(err);
        ask.skip += PAGE;
    } while (page.n == PAGE);
    if (out->n)
        qsort(out->p, out->n, sizeof *out->p, dx_str_order);
    return DX_OK;
}

static bool holds(const names *known, dx_str name)
{
    return known->n && bsearch(&name, known->p, known->n, sizeof name, dx_str_order);
}

/* The same name in other letters, or with or without its domain; DX_NONE: there is none. */
static dx_str same_host(const names *known, dx_str name)
{
    for (size_t i = 0; i < known->n; i++) {
        const dx_str one = known->p[i];
        const bool longer = one.n > name.n;
        const dx_str whole = longer ? one : name, part = longer ? name : one;
        if (dx_str_istarts(whole, part) && (whole.n == part.n || whole.p[part.n] == '.'))
            return one;
    }
    return DX_NONE;
}

dx_rc dx_say_strangers(dx_ask *q, const dx_tagging *rows, size_t n, dx_buf *said, dx_err *err)
{
    names known = {0};
    dx_buf list = {0};
    size_t strangers = 0;

    const dx_rc rc = names_in_logs(q, &known, err);
    if (rc != DX_OK) /* the tags are kept, whether or not a shared store can be asked now */
        return rc == DX_END || err->kind == DX_E_STORE ? DX_OK : DX_FAIL;
    for (size_t i = 0; i < n; i++) {
        const dx_str name = rows[i].server;
        if ((i > 0 && dx_str_eq(name, rows[i - 1].server)) || holds(&known, name) ||
            strangers++ >= SHOWN)
            continue;
        const dx_str near = same_host(&known, name);
        dx_buf_printf(&list, "%s%.*s", strangers > 1 ? ", " : "", DX_FMT(name));
        if (near.n)
            dx_buf_printf(&list, " (did you mean %.*s?)", DX_FMT(near));
    }
    if (strangers)
        dx_buf_printf(said, "No log of %zu of them is stored: %.*s%s\n", strangers,
                      DX_FMT(dx_buf_str(&list)), strangers > SHOWN ? " ..." : "");
    const bool failed = list.failed;
    dx_buf_done(&list);
    return failed ? dx_nomem(err) : DX_OK;
}
