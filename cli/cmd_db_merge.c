#include "cli/judge.h"
#include "cli/knowledge.h"
#include "cli/manage.h"
#include "cli/open.h"
#include "cli/option_rows.h"
#include "cli/tell.h"
#include "cli/version.h"
#include "core/os.h"
#include <inttypes.h>
#include <stdlib.h>

typedef struct merger {
    const dx_invocation *in;
    dx_store *store;
    dx_arena *into, *scratch;
    int64_t now_us;
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

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static dx_rc load(merger *m, dx_judged **out, size_t *n, dx_err *err)
{
    dx_judged *list = dx_arena_get(m->into, m->n_judge * sizeof *list);
    *n = 0;
    if (!list && m->n_judge)
        return dx_nomem(err);
    if (m->n_judge)
        qsort(m->judge, m->n_judge, sizeof *m->judge, by_number);
    for (size_t i = 0; i < m->n_judge; i++) {
        if (i && m->judge[i] == m->judge[i - 1])
            continue;
        list[*n].seen_before = true;
        if (dx_store_case(m->store, m->judge[i], 0, m->into, &list[*n].of, err) != DX_OK)
            return DX_FAIL;
        ++*n;
    }
    *out = list;
    return DX_OK;
}

/* What two stores know of one server is more than each knew: its attempts are weighed again. */
static dx_rc judge(merger *m, dx_err *err)
{
    dx_knowledge know = {0};
    dx_judged *attempts;
    size_t n;
    char digest[33];
    dx_rc rc = dx_knowledge_load(&know, &m->in->settings, err);
    if (rc == DX_OK) {
        dx_judge j = {.store = m->store, .book = know.book, .into = m->into, .scratch = m->scratch};
        dx_hash_hex(dx_rulebook_digest(know.book), digest);
        j.digest = dx_str_of(digest);
        const dx_scan_info info = {.ruleset_digest = j.digest,
                                   .ruleset_version = dx_rulebook_version(know.book),
                                   .program_version = dx_str_of(dx_version())};
        rc = dx_store_begin_scan(m->store, &info, &j.scan, err);
        if (rc == DX_OK)
            rc = load(m, &attempts, &n, err);
        if (rc == DX_OK)
            rc = dx_judge_all(&j, attempts, n, err);
        if (rc == DX_OK)
            rc = dx_store_end_scan(m->store, j.scan, true, err);
    }
    dx_knowledge_done(&know);
    return rc;
}

static dx_rc merge_all(merger *m, dx_err *err)
{
    const char *to = m->in->settings.merge_into;
    const dx_store_options options = {.now_us = m->now_us};
    if (m->in->n_args == 0 || !to)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which stores, into which? For example: setupdx db merge a.db b.db --into "
                       "site.db");
    m->into = dx_arena_new(0);
    m->scratch = dx_arena_new(0);
    if (!m->into || !m->scratch)
        return dx_nomem(err);
    if (dx_open_clock(&m->in->settings, &m->now_us, err) != DX_OK ||
        dx_store_open(&m->store, to, &options, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < m->in->n_args; i++) {
        if (merge_one(m, m->in->args[i], err) != DX_OK)
            return DX_FAIL;
    }
    return m->n_judge ? judge(m, err) : DX_OK;
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
        dx_buf_printf(&said,
                      "%s: %" PRId64 " new attempts, %" PRId64
                      " that were known already, %zu judged "
                      "again\n",
                      in->settings.merge_into, m.attempts, m.known, m.n_judge);
        code = dx_stdout_end(&said, DX_EXIT_OK);
    }
    dx_store_close(m.store);
    dx_buf_done(&said);
    dx_arena_free(m.scratch);
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
