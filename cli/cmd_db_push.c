#include "cli/agree.h"
#include "cli/manage.h"
#include "cli/option_rows.h"

static dx_rc agree(const dx_manage *m, const char *to, dx_err *err)
{
    const dx_store_options options = {.now_us = m->now_us};
    dx_store *shared;

    if (dx_store_open(&shared, to, &options, err) != DX_OK)
        return DX_FAIL;
    const dx_rc rc = dx_agree(shared, &m->in->settings, NULL, err);
    dx_store_close(shared);
    return rc;
}

static dx_rc push(dx_manage *m, dx_err *err)
{
    const char *to = m->in->settings.push_to;
    dx_sent sent;

    if (!to)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "where to? setupdx db push --to clickhouse://host:port/database");
    if (dx_store_push(m->store, to, &sent, err) != DX_OK)
        return sent.away ? dx_context(err, "%llu attempts were sent; run it again for the rest",
                                      (unsigned long long)sent.attempts)
                         : DX_FAIL;
    if (agree(m, to, err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(&m->said, "sent %llu attempts and %llu notes of %.*s to %s\n",
                  (unsigned long long)sent.attempts, (unsigned long long)sent.notes,
                  DX_FMT(m->name), to);
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 0, "db push takes no argument; --db names the store, --to the target",
                         true, push);
}

static const dx_option options[] = {
    OPT_DB,
    {"to", 0, "URL", DX_OPT_TEXT, AT(push_to), NULL,
     "the shared store: clickhouse://host:port/database[?cluster=name]"},
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_db_push = {
    .name = "db push",
    .arguments = "",
    .summary = "send what a store holds to one that many machines share",
    .about =
        "Sends what the other store does not have as it is now: the first time all, then what\n"
        "changed. What was cut off is simply made again. User and password come from\n"
        "SETUPDX_CLICKHOUSE_USER and SETUPDX_CLICKHOUSE_PASSWORD (or _PASSWORD_FILE).",
    .examples = "setupdx db push --db site.db --to clickhouse://logs:8123/setupdx\n"
                "setupdx db push --to clickhouses://logs/setupdx\n"
                "setupdx db push --to 'clickhouse://logs/setupdx?cluster=all'\n",
    .options = options,
    .run = run_command,
};
