#include "cli/manage.h"
#include "cli/open.h"
#include "cli/option_rows.h"
#include "cli/rejudge.h"
#include "cli/tell.h"
#include "core/os.h"
#include "report/judge.h"
#include <inttypes.h>
#include <stdlib.h>

typedef struct merger {
    const dx_invocation *in;
    dx_store *store;
    dx_arena *into;
    int64_t *judge; /* attempts */
    size_t n_judge, cap_judge;
    int64_t attempts, known;
} merger;

static dx_rc merge_one(merger *m, const char *from, dx_err *err)
{
    dx_merged merged;
    if (dx_store_merge(m->store, from, m->into, &merged, err) != DX_OK)
        return DX_FAIL;
    m->attempts += merged.attempts;
    m->known += merged.known;
    for (size_t i = 0; i < merged.n_judge; i++) {
        if (!DX_PUSH(m->into, m->judge, m->n_judge, m->cap_judge, merged.judge[i]))
            return dx_nomem(err);
    }
    return DX_OK;
}

/* Before the other store is made: one that holds nothing would be left behind. */
static dx_rc parts_are_there(const merger *m, dx_err *err)
{
    static const dx_store_options look = {.read_only = true, .must_exist = true};
    for (size_t i = 0; i < m->in->n_args; i++) {
        dx_store *part;
        if (dx_store_open(&part, m->in->args[i], &look, err) != DX_OK)
            return dx_context(err, "merging '%s'", m->in->args[i]);
        dx_store_close(part);
    }
    return DX_OK;
}

static dx_rc merge_all(merger *m, dx_err *err)
{
    const char *to = m->in->settings.merge_into;
    if (m->in->n_args == 0 || !to)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which stores, into which? For example: setupdx db merge a.db b.db --into "
                       "site.db");
    m->into = dx_arena_new(0);
    if (!m->into)
        return dx_nomem(err);
    dx_store_options options = {0};
    if (parts_are_there(m, err) != DX_OK ||
        dx_open_clock(&m->in->settings, &options.now_us, err) != DX_OK ||
        dx_store_open(&m->store, to, &options, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < m->in->n_args; i++) {
        if (merge_one(m, m->in->args[i], err) != DX_OK)
            return DX_FAIL;
    }
    /* What two stores know of one server is more than each knew: its attempts are weighed again. */
    const dx_rejudge again = {m->store, &m->in->settings, m->into};
    return dx_rejudge_ids(&again, m->judge, m->n_judge, err);
}

static int run_command(const dx_invocation *in)
{
    merger m = {.in = in};
    dx_buf said = {0};
    dx_err err = {0};
    int code;
    dx_os_catch_interrupt();
    if (merge_all(&m, &err) != DX_OK) {
        code = dx_cli_say_error(&err);
    } else {
        dx_buf_printf(
            &said, "%s: %" PRId64 " new %s, %" PRId64 " that %s known already, %zu judged again\n",
            in->settings.merge_into, m.attempts,
            dx_plural((size_t)m.attempts, "attempt", "attempts"), m.known,
            dx_plural((size_t)m.known, "was", "were"), m.n_judge);
        code = dx_stdout_end(&said, DX_EXIT_OK);
    }
    dx_store_close(m.store);
    dx_buf_done(&said);
    dx_arena_free(m.into);
    return code;
}

static const dx_option options[] = {
    {"into", 0, "FILE", DX_OPT_TEXT, AT(merge_into), "@file",
     "the store that takes in the others; made when it is not there"},
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NO_CACHE,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

const dx_command dx_command_db_merge = {
    .name = "db merge",
    .arguments = "STORE...",
    .summary = "put stores together",
    .about =
        "What is in several stores counts once. Neither order nor repetition makes a difference.\n"
        "The stores that are read stay as they are. Attempts of a server about which one store\n"
        "knew what another did not are judged again by the rules at hand.",
    .examples = "setupdx db merge a.db b.db --into site.db\n"
                "setupdx db merge /mnt/usb/*.db --into ~/all.db\n"
                "setupdx db merge branch.db --into site.db\n",
    .options = options,
    .complete = "@file",
    .run = run_command,
};
