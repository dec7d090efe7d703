#include "cli/manage.h"
#include "cli/option_rows.h"
#include "cli/table.h"
#include "cli/tell.h"
#include "report/cmdline.h"
#include <limits.h>

enum { MOST_SECONDS = 86400 };

static int show_list(void)
{
    dx_buf text = {0};
    for (const dx_named_query *q = dx_named_queries; q->name; q++)
        dx_buf_printf(&text, "%-15s %s%s\n", q->name, q->sql ? "" : "view: ", q->about);
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

static dx_rc no_query(const char *name, dx_err *err)
{
    dx_meant near = dx_meant_by(dx_str_of(name), UINT_MAX);

    for (const dx_named_query *q = dx_named_queries; q->name; q++)
        dx_meant_see(&near, dx_str_of(q->name));
    if (near.word.n)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "no query is called '%s': did you mean '%.*s'?",
                       name, DX_FMT(near.word));
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   "no query is called '%s'; setupdx query --list names them all", name);
}

/* A name, the name of a view, or SQL itself. */
static dx_rc sql_of(dx_manage *m, dx_str *sql, dx_err *err)
{
    const dx_str told = dx_str_trim(dx_str_of(m->in->args[0]));
    const dx_named_query *q = dx_named_query_find(told);
    *sql = told;
    if (q && q->sql)
        *sql = dx_str_of(q->sql);
    else if (q)
        *sql = dx_arena_printf(m->into, "SELECT * FROM %s", q->name);
    if (!sql->p)
        return dx_nomem(err);
    if (!q && dx_str_iends(told, DX_LIT(".db")))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which query? --db names the store: setupdx query servers --db %.*s",
                       DX_FMT(dx_cmdline_word(m->into, told, "STORE")));
    if (!q && dx_str_find(told, DX_LIT(" "), 0) == SIZE_MAX)
        return no_query(told.p, err);
    return DX_OK;
}

static dx_rc ask(dx_manage *m, dx_err *err)
{
    const dx_settings *s = &m->in->settings;
    const uint64_t seconds = s->time_limit < MOST_SECONDS ? s->time_limit : MOST_SECONDS;
    const dx_sql_limits limits = {.rows = (size_t)s->row_limit, .ms = (unsigned)seconds * 1000};
    dx_str sql;
    dx_table t;
    if (sql_of(m, &sql, err) != DX_OK ||
        dx_store_sql(m->store, sql, &limits, m->into, &t, err) != DX_OK)
        return DX_FAIL;
    dx_table_write(&m->said, &t, s->answer_format);
    if (t.partial.n) {
        dx_cli_say("partial: %.*s", DX_FMT(t.partial));
        m->code = DX_EXIT_INCOMPLETE;
    }
    if (t.more) {
        dx_cli_say("only the first %zu rows; --row-limit shows more", t.n_rows);
        m->code = DX_EXIT_INCOMPLETE;
    }
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    if (in->settings.list)
        return show_list();
    return dx_manage_run(
        in, 1, "which query? A name from setupdx query --list, or SQL in one argument", false, ask);
}

static const dx_option options[] = {
    {"list", 0, NULL, DX_OPT_FLAG, AT(list), NULL,
     "name the queries and views, and say what each tells"},
    {"row-limit", 0, "N", DX_OPT_NUMBER, AT(row_limit), NULL, "at most so many rows [10000]"},
    {"time-limit", 0, "SECONDS", DX_OPT_NUMBER, AT(time_limit), NULL, "give up after so long [10]"},
    OPT_DB,
    OPT_TABLE_FORMAT,
    OPT_NOW,
    OPT_HELP,
    OPT_END};

const dx_command dx_command_query = {
    .name = "query",
    .arguments = "NAME|SQL",
    .summary = "ask a store in SQL, or by the name of a query",
    .about =
        "A query can only read. The views whose names begin with v_ are the ones to build on: they "
        "are\n"
        "described in docs/views.md and stay as they are. Exit code 3 when there were more rows,\n"
        "or a part of the store did not answer.",
    .examples = "setupdx query --list\n"
                "setupdx query servers -f csv\n"
                "setupdx query \"SELECT day, failures FROM v_daily WHERE day >= '2026-01-01'\"\n",
    .options = options,
    .run = run_command,
};
