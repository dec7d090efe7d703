#include "cli/unheard.h"

#include <limits.h>

#include "cli/tell.h"

enum { MOST_PRODUCTS = 1000 };

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

void dx_say_unheard(dx_ask *q)
{
    if (q->where.server.n)
        say_server(q);
    if (q->where.product.n)
        say_product(q);
    for (size_t i = 0; i < q->where.n_tags; i++)
        say_tag(q, &q->where.tags[i]);
}
