#include "cli/ask.h"
#include "cli/knowledge.h"
#include "cli/option_rows.h"
#include "core/time.h"

/* ---- is there such a diagnosis? ---- */

static dx_rc no_such_rule(const dx_knowledge *know, dx_arena *scratch, dx_str id, dx_err *err)
{
    const dx_rule *const *rules;
    const size_t n = dx_rulebook_rules(know->book, &rules);
    dx_str *words = dx_arena_get(scratch, (n + 1) * sizeof *words);

    if (!words)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        words[i] = rules[i]->id;
    const dx_str near = dx_meant_of(id, words, n);
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   near.n ? "no diagnosis '%.*s': did you mean '%.*s'?"
                          : "no diagnosis '%.*s'%.*s: see setupdx rules list",
                   DX_FMT(id), DX_FMT(near));
}

/* One that the rules know, or that the store holds from other rules. */
static dx_rc check_diagnosis(dx_ask *q, dx_str id, dx_err *err)
{
    const dx_findings_query query = {.by_diagnosis = true,
                                     .now_us = q->now_us,
                                     .diagnosis = id,
                                     .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME},
                                     .top = 1};
    dx_findings held;
    dx_knowledge know = {0};

    if (dx_store_findings(q->store, &query, q->into, &held, err) != DX_OK)
        return DX_FAIL;
    if (held.all > 0)
        return DX_OK;
    dx_rc rc = dx_knowledge_load(&know, &q->in->settings, err);
    if (rc == DX_OK && !dx_rulebook_rule(know.book, id))
        rc = no_such_rule(&know, q->into, id, err);
    dx_knowledge_done(&know);
    return rc;
}

/* ---- silence ---- */

static dx_rc list_silences(dx_ask *q, dx_buf *said, dx_err *err)
{
    dx_silence *all;
    size_t n;

    if (dx_store_silences(q->store, q->now_us, q->into, &all, &n, err) != DX_OK)
        return DX_FAIL;
    if (n == 0)
        dx_buf_add(said, DX_LIT("No diagnosis is silenced.\n"));
    for (size_t i = 0; i < n; i++) {
        char until[32];
        dx_time_short(all[i].until_us, until);
        dx_buf_printf(said, "%.*s  until %s UTC%s%.*s: %.*s\n", DX_FMT(all[i].diagnosis), until,
                      all[i].by.n ? ", by " : "", DX_FMT(all[i].by), DX_FMT(all[i].reason));
    }
    return DX_OK;
}

static dx_rc read_until(dx_ask *q, int64_t *until_us, dx_err *err)
{
    const dx_settings *s = &q->in->settings;

    if (!s->silent_until || !s->reason)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "silence needs --until (2026-12-01, or 30d from now) and --reason");
    if (dx_when_coming("--until", dx_str_of(s->silent_until), q->now_us, until_us, err) != DX_OK)
        return DX_FAIL;
    if (*until_us <= q->now_us)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "--until '%s' is over already: write a time to come, 2026-12-01 or 30d",
                       s->silent_until);
    return DX_OK;
}

static dx_rc tell_silence(dx_ask *q, dx_buf *said, dx_err *err)
{
    int64_t until_us;
    char until[32];

    if (q->in->n_args == 0)
        return list_silences(q, said, err);
    if (q->in->n_args > 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "one diagnosis at a time, not '%s'",
                       q->in->args[1]);
    const dx_str id = dx_str_of(q->in->args[0]);
    if (read_until(q, &until_us, err) != DX_OK || check_diagnosis(q, id, err) != DX_OK ||
        dx_store_silence(q->store, id, until_us, dx_str_of(q->in->settings.reason),
                         dx_ask_author(q), err) != DX_OK)
        return DX_FAIL;
    dx_time_short(until_us, until);
    dx_buf_printf(
        said, "%.*s is silent until %s UTC: it is still told, but alone it makes no scan fail.\n",
        DX_FMT(id), until);
    return DX_OK;
}

static int run_silence(const dx_invocation *in)
{
    return dx_tell_run(in, tell_silence);
}

/* ---- unsilence ---- */

static bool is_silent(const dx_silence *all, size_t n, dx_str id)
{
    for (size_t i = 0; i < n; i++)
        if (dx_str_eq(all[i].diagnosis, id))
            return true;
    return false;
}

static dx_rc tell_unsilence(dx_ask *q, dx_buf *said, dx_err *err)
{
    dx_silence *all;
    size_t n;

    if (q->in->n_args != 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which diagnosis? 'setupdx silence' lists those that are silent");
    const dx_str id = dx_str_of(q->in->args[0]);
    if (dx_store_silences(q->store, q->now_us, q->into, &all, &n, err) != DX_OK)
        return DX_FAIL;
    if (!is_silent(all, n, id))
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%.*s' is not silent; 'setupdx silence' lists those that are", DX_FMT(id));
    if (dx_store_silence(q->store, id, DX_NO_TIME, DX_NONE, dx_ask_author(q), err) != DX_OK)
        return DX_FAIL;
    dx_buf_printf(said, "%.*s counts again.\n", DX_FMT(id));
    return DX_OK;
}

static int run_unsilence(const dx_invocation *in)
{
    return dx_tell_run(in, tell_unsilence);
}

static const dx_option silence_options[] = {
    {"until", 0, "TIME", DX_OPT_TEXT, AT(silent_until), NULL,
     "how long: 30d or 12w from now, 2026-12-01"},
    {"reason", 0, "TEXT", DX_OPT_TEXT, AT(reason), NULL, "why; it is shown with the findings"},
    OPT_BY_WHOM,
    OPT_DB,
    OPT_RULES,
    OPT_NO_DEFAULT_RULES,
    OPT_NOW,
    OPT_HELP,
    OPT_END,
};

static const dx_option unsilence_options[] = {OPT_BY_WHOM, OPT_DB, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_silence = {
    .name = "silence",
    .arguments = "[DIAGNOSIS]",
    .summary = "let a diagnosis fail no scan until a date; without one, list the silent ones",
    .about =
        "Its findings are still told, with the reason, and counted in trends. When nothing else\n"
        "is wrong, the scan ends with 0.",
    .examples = "setupdx silence exch.reboot-asked --until 30d --reason 'restarts on Sunday'\n"
                "setupdx silence msi.disk-full --until 2026-12-01 --reason CHG17\n"
                "setupdx silence\n",
    .options = silence_options,
    .complete = "@rule",
    .run = run_silence,
};

const dx_command dx_command_unsilence = {
    .name = "unsilence",
    .arguments = "DIAGNOSIS",
    .summary = "end a silence",
    .examples = "setupdx unsilence exch.reboot-asked\n"
                "setupdx unsilence --db site.db exch.reboot-asked\n"
                "setupdx unsilence exch.reboot-asked --by jdoe\n",
    .options = unsilence_options,
    .complete = "@rule",
    .run = run_unsilence,
};
