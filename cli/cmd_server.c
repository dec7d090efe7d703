#include <stdlib.h>

#include "cli/ask.h"
#include "cli/csv_read.h"
#include "cli/help.h"
#include "cli/option_rows.h"
#include "cli/rejudge.h"
#include "cli/unheard.h"
#include "core/os.h"

enum { MOST_CSV = 64 << 20 };

/* ---- list ---- */

static dx_rc ask_list(dx_ask *q, dx_answer *out, dx_err *err)
{
    const dx_servers_query query = {
        .contains = dx_str_of(q->in->n_args ? q->in->args[0] : NULL),
        .where = q->where,
        .top = q->top,
        .skip = q->skip,
    };
    dx_servers answer;

    if (q->in->n_args > 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "server list takes one part of a name");
    if (dx_store_servers(q->store, &query, q->into, &answer, err) != DX_OK)
        return DX_FAIL;
    return dx_answer_servers(&q->asking, &query, &answer, q->into, out, err);
}

static int run_list(const dx_invocation *in)
{
    return dx_ask_run(in, ask_list);
}

/* ---- show ---- */

static dx_rc ask_show(dx_ask *q, dx_answer *out, dx_err *err)
{
    dx_server_row row;
    dx_notes history;

    if (q->in->n_args != 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which server? For example: setupdx server show MAIL01");
    const dx_str name = dx_str_of(q->in->args[0]);
    const dx_rc rc = dx_store_server(q->store, name, q->into, &row, err);
    if (rc != DX_OK)
        return rc == DX_END ? dx_no_such_server(q, name, err) : DX_FAIL;
    if (dx_store_notes(q->store, row.name, q->into, &history, err) != DX_OK)
        return DX_FAIL;
    return dx_answer_server(&q->asking, &row, &history, q->into, out, err);
}

static int run_show(const dx_invocation *in)
{
    return dx_ask_run(in, ask_show);
}

/* ---- alias ---- */

typedef struct ids {
    int64_t *p;
    size_t n, cap;
} ids;

static dx_rc add_attempts(dx_ask *q, dx_str server, ids *out, dx_err *err)
{
    int64_t *p;
    size_t n;
    if (dx_store_server_attempts(q->store, server, q->into, &p, &n, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < n; i++)
        if (!DX_PUSH(q->into, out->p, out->n, out->cap, p[i]))
            return dx_nomem(err);
    return DX_OK;
}

/* What came later under another name may settle what failed, so attempts of both are weighed
 * again: those with which the name counted before, and those with which it counts now. */
static dx_rc rename_server(dx_ask *q, dx_str name, dx_str canonical, dx_err *err)
{
    dx_server_row before;
    ids all = {.n = 0};
    dx_rc rc = dx_store_server(q->store, name, q->into, &before, err);
    if (rc == DX_END) {
        before.name = name;
        rc = DX_OK;
    }
    if (rc == DX_OK)
        rc = dx_store_alias(q->store, name, canonical, dx_ask_author(q), err);
    if (rc == DX_OK)
        rc = add_attempts(q, name, &all, err);
    if (rc == DX_OK)
        rc = add_attempts(q, before.name, &all, err);
    const dx_rejudge again = {q->store, &q->in->settings, q->into};
    if (rc == DX_OK)
        rc = dx_rejudge_ids(&again, all.p, all.n, err);
    return rc;
}

static dx_rc tell_alias(dx_ask *q, dx_buf *said, dx_err *err)
{
    const dx_invocation *in = q->in;
    const bool remove = in->settings.remove;

    if (in->n_args != (remove ? 1 : 2))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       remove ? "which alias? For example: setupdx server alias --remove OLDNAME"
                              : "write: setupdx server alias OLDNAME NAME");
    const dx_str name = dx_str_of(in->args[0]);
    const dx_str canonical = remove ? DX_NONE : dx_str_of(in->args[1]);
    if (rename_server(q, name, canonical, err) != DX_OK)
        return DX_FAIL;
    if (remove)
        dx_buf_printf(said, "%s counts as itself again.\n", in->args[0]);
    else
        dx_buf_printf(said, "%s counts as %s from now on, with all that is stored.\n", in->args[0],
                      in->args[1]);
    return DX_OK;
}

static int run_alias(const dx_invocation *in)
{
    return dx_tell_run(in, tell_alias);
}

/* ---- tags from a file ---- */

typedef struct named {
    dx_str server;
    unsigned line;
} named;

static int by_server(const void *a, const void *b)
{
    const named *x = a, *y = b;
    const int order = dx_str_cmp(x->server, y->server);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static dx_rc check_twice(const char *file, const dx_csv *csv, size_t column, dx_arena *into,
                         dx_err *err)
{
    named *all = dx_arena_get(into, csv->n * sizeof *all);

    if (!all)
        return dx_nomem(err);
    for (size_t i = 1; i < csv->n; i++)
        all[i - 1] = (named){csv->rows[i].cell[column], csv->rows[i].line};
    qsort(all, csv->n - 1, sizeof *all, by_server);
    for (size_t i = 1; i + 1 < csv->n; i++) {
        if (dx_str_eq(all[i].server, all[i - 1].server))
            return dx_fail(err, DX_E_USAGE, ((dx_place){.file = file, .line = all[i].line}),
                           "server '%.*s' stands in line %u already", DX_FMT(all[i].server),
                           all[i - 1].line);
    }
    return DX_OK;
}

/* Which column names the server; every other head is the name of a tag. */
static dx_rc read_head(const char *file, const dx_csv *csv, size_t *server, dx_err *err)
{
    const dx_place at = {.file = file, .line = csv->n ? csv->rows[0].line : 1};
    const dx_csv_row *head = csv->n ? &csv->rows[0] : NULL;
    bool found = false;

    for (size_t i = 0; head && i < head->n; i++) {
        if (head->cell[i].n == 0)
            return dx_fail(err, DX_E_USAGE, at, "column %zu has no name", i + 1);
        for (size_t k = 0; k < i; k++)
            if (dx_str_ieq(head->cell[i], head->cell[k]))
                return dx_fail(err, DX_E_USAGE, at, "two columns are named '%.*s'",
                               DX_FMT(head->cell[i]));
        if (dx_str_ieq(head->cell[i], DX_LIT("server"))) {
            *server = i;
            found = true;
        }
    }
    if (!found || head->n < 2)
        return dx_fail(err, DX_E_USAGE, at,
                       "the first line must name the columns, one of them 'server': "
                       "server,site,owner,role");
    return DX_OK;
}

static dx_rc make_tagging(const char *file, const dx_csv *csv, dx_arena *into, dx_tagging **out,
                          size_t *n, dx_err *err)
{
    size_t server = 0;

    if (read_head(file, csv, &server, err) != DX_OK ||
        check_twice(file, csv, server, into, err) != DX_OK)
        return DX_FAIL;
    const dx_csv_row *head = &csv->rows[0];
    dx_tagging *made = dx_arena_get(into, csv->n * head->n * sizeof *made);
    if (!made)
        return dx_nomem(err);
    *n = 0;
    for (size_t i = 1; i < csv->n; i++) {
        const dx_csv_row *row = &csv->rows[i];
        if (row->cell[server].n == 0)
            return dx_fail(err, DX_E_USAGE, ((dx_place){.file = file, .line = row->line}),
                           "no server is named");
        for (size_t c = 0; c < head->n; c++) {
            if (c != server)
                made[(*n)++] = (dx_tagging){row->cell[server], head->cell[c], row->cell[c]};
        }
    }
    *out = made;
    return DX_OK;
}

static dx_rc tell_tags(dx_ask *q, dx_buf *said, dx_err *err)
{
    dx_tagging *tagging = NULL;
    size_t n = 0;
    dx_str text;
    dx_csv csv;

    if (q->in->n_args != 1)
        return dx_fail(
            err, DX_E_USAGE, DX_NOWHERE,
            "which file? One with the columns server,site,owner,role ...: setupdx server "
            "tag servers.csv");
    const char *file = q->in->args[0];
    if (dx_os_slurp(file, MOST_CSV, q->into, &text, err) != DX_OK ||
        dx_csv_read(file, text, q->into, &csv, err) != DX_OK ||
        make_tagging(file, &csv, q->into, &tagging, &n, err) != DX_OK ||
        dx_store_tag(q->store, tagging, n, dx_ask_author(q), err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(said, "%zu server%s tagged with", csv.n - 1, csv.n == 2 ? "" : "s");
    for (size_t i = 0, told = 0; i < csv.rows[0].n; i++) {
        if (!dx_str_ieq(csv.rows[0].cell[i], DX_LIT("server")))
            dx_buf_printf(said, "%s %.*s", told++ ? "," : "", DX_FMT(csv.rows[0].cell[i]));
    }
    dx_buf_add(said, DX_LIT(".\n"));
    return dx_say_strangers(q, tagging, n, said, err);
}

static int run_tag(const dx_invocation *in)
{
    return dx_tell_run(in, tell_tags);
}

/* ---- the commands ---- */

static const dx_option list_options[] = {OPT_SINCE, OPT_UNTIL,  OPT_FILTER,
                                         OPT_PAGE,  OPT_ANSWER, OPT_END};
static const dx_option show_options[] = {OPT_ANSWER, OPT_END};
static const dx_option tag_options[] = {OPT_DB, OPT_BY_WHOM, OPT_NOW, OPT_HELP, OPT_END};
static const dx_option alias_options[] = {
    {"remove", 0, NULL, DX_OPT_FLAG, AT(remove), NULL, "the name counts as itself again"},
    OPT_DB,
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_BY_WHOM,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_server = {
    .name = "server",
    .arguments = "COMMAND",
    .summary = "work with the inventory of servers: list, show, alias, tag",
    .examples = "setupdx server list\n"
                "setupdx server show MAIL01\n"
                "setupdx server tag servers.csv\n",
    .options = dx_bare_options,
    .complete = "list show alias tag",
    .run = dx_help_group,
};

const dx_command dx_command_server_list = {
    .name = "server list",
    .arguments = "[PART-OF-NAME]",
    .summary = "list servers with what was seen of them, their tags and aliases",
    .about = "--since and --until are about the last time that something was seen of a server.",
    .examples = "setupdx server list\n"
                "setupdx server list MAIL --tag site=Berlin\n"
                "setupdx server list --product 'SQL Server' -f csv -o servers.csv\n",
    .options = list_options,
    .run = run_list,
};

const dx_command dx_command_server_show = {
    .name = "server show",
    .arguments = "NAME",
    .summary = "tell the products, versions and last outcomes of a server",
    .examples = "setupdx server show MAIL01\n"
                "setupdx server show --db site.db MAIL01\n"
                "setupdx server show -f json MAIL01\n",
    .options = show_options,
    .complete = "@server",
    .run = run_show,
};

const dx_command dx_command_server_alias = {
    .name = "server alias",
    .arguments = "OLDNAME [NAME]",
    .summary = "let a name count as another server's",
    .about =
        "For servers that were renamed, or that logs name in several ways. Holds for all that is\n"
        "stored and for all that comes: attempts under both names are judged again by the rules "
        "at\n"
        "hand, since one may settle what failed in the other.",
    .examples = "setupdx server alias MAIL01.contoso.com MAIL01\n"
                "setupdx server alias OLDMAIL MAIL01 --by jdoe\n"
                "setupdx server alias --remove OLDMAIL\n",
    .options = alias_options,
    .complete = "@server",
    .run = run_alias,
};

const dx_command dx_command_server_tag = {
    .name = "server tag",
    .arguments = "FILE",
    .summary = "read tags of servers (site, owner, role ...) from a CSV file",
    .about =
        "The first line names the columns; one is 'server', each other is a tag. An empty cell\n"
        "takes the tag away. All of the file is taken or nothing. '-' is standard input.",
    .examples = "setupdx server tag servers.csv\n"
                "setupdx server tag --db site.db servers.csv\n"
                "printf 'server,site\\nMAIL01,Berlin\\n' | setupdx server tag -\n",
    .options = tag_options,
    .complete = "@file",
    .run = run_tag,
};
