#include "cli/agree.h"
#include "cli/judge.h"
#include "cli/knowledge.h"
#include "cli/open.h"
#include "cli/progress.h"
#include "cli/rematch.h"
#include "cli/tell.h"
#include "cli/version.h"
#include "cli/option_rows.h"
#include "core/os.h"

typedef struct session {
    const dx_invocation *in;
    dx_knowledge know;
    dx_store *store;
    dx_str store_name;
    dx_arena *into, *scratch;
    char digest[33];
    size_t rematched; /* attempts in which the rules see more than before */
} session;

static dx_rc open_all(session *s, dx_err *err)
{
    int64_t now_us;

    if (s->in->n_args)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "rediagnose reads no logs; to scan '%s': setupdx scan", s->in->args[0]);
    s->into = dx_arena_new(0);
    s->scratch = dx_arena_new(0);
    if (!s->into || !s->scratch)
        return dx_nomem(err);
    if (dx_open_clock(&s->in->settings, &now_us, err) != DX_OK ||
        dx_knowledge_load(&s->know, &s->in->settings, err) != DX_OK)
        return DX_FAIL;
    dx_hash_hex(dx_rulebook_digest(s->know.book), s->digest);
    return dx_open_store(s->in, now_us, true, &s->store, &s->store_name, err);
}

/* New rules may know errors that nobody knew when the log was read. */
static dx_rc rematch(session *s, const dx_rematch *m, dx_case *c, dx_err *err)
{
    dx_event *events;
    size_t n;

    if (dx_str_eq(c->read_by, dx_str_of(s->digest)))
        return DX_OK;
    if (dx_rematch_case(m, c, s->into, &events, &n, err) != DX_OK)
        return DX_FAIL;
    if (n == 0)
        return DX_OK;
    s->rematched++;
    if (dx_store_put_events(s->store, c, events, n, err) != DX_OK)
        return DX_FAIL;
    return dx_store_case(s->store, c->attempt.id, 0, s->into, c, err);
}

static dx_rc rematch_all(session *s, dx_judged *const *attempts, size_t n, dx_err *err)
{
    dx_rematch m = {.know = &s->know, .scratch = s->scratch};
    if (dx_matcher_new(&m.matcher, s->know.book, err) != DX_OK ||
        dx_store_begin(s->store, err) != DX_OK) {
        dx_matcher_free(m.matcher);
        return DX_FAIL;
    }
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = rematch(s, &m, &attempts[i]->of, err);
    dx_matcher_free(m.matcher);
    if (rc == DX_OK)
        return dx_store_commit(s->store, err);
    dx_store_rollback(s->store);
    return DX_FAIL;
}

static dx_rc load_cases(session *s, dx_judged ***out, size_t *n, dx_err *err)
{
    int64_t *ids;

    if (dx_store_all_attempts(s->store, s->into, &ids, n, err) != DX_OK)
        return DX_FAIL;
    dx_judged *one = dx_arena_get(s->into, *n * sizeof *one);
    dx_judged **attempts = dx_arena_get(s->into, *n * sizeof *attempts);
    if (!one || !attempts)
        return dx_nomem(err);
    dx_rc rc = dx_store_look(s->store, err);
    if (rc != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; rc == DX_OK && i < *n; i++) {
        attempts[i] = &one[i];
        one[i].seen_before = true;
        rc = dx_store_case(s->store, ids[i], 0, s->into, &one[i].of, err);
    }
    dx_store_looked(s->store);
    *out = attempts;
    return rc == DX_OK ? rematch_all(s, attempts, *n, err) : DX_FAIL;
}

static dx_rc judge(session *s, dx_judged *const *attempts, size_t n, dx_err *err)
{
    dx_judge j = {
        .store = s->store, .book = s->know.book, .digest = dx_str_of(s->digest), .into = s->into};
    const dx_scan_info info = {.ruleset_digest = j.digest,
                               .ruleset_version = dx_rulebook_version(s->know.book),
                               .program_version = dx_str_of(dx_version())};

    if (dx_store_begin_scan(s->store, &info, &j.scan, err) != DX_OK)
        return DX_FAIL;
    if (dx_judge_all(&j, attempts, n, err) != DX_OK)
        return DX_FAIL;
    return dx_store_end_scan(s->store, j.scan, true, err);
}

static int summary(const session *s, dx_judged *const *attempts, size_t n)
{
    const dx_str version = dx_rulebook_version(s->know.book);
    size_t findings = 0, undecided = 0, unexplained = 0;
    dx_buf text = {0};

    for (size_t i = 0; i < n; i++) {
        findings += attempts[i]->verdict.n_findings;
        undecided += attempts[i]->verdict.n_undecided;
        unexplained += attempts[i]->verdict.n_unexplained;
    }
    dx_buf_printf(&text,
                  "%zu attempt%s judged by rules %.*s (digest %.8s): %zu finding%s, "
                  "%zu undecided, %zu unexplained message%s\n",
                  n, n == 1 ? "" : "s", DX_FMT(version), s->digest, findings,
                  findings == 1 ? "" : "s", undecided, unexplained, unexplained == 1 ? "" : "s");
    if (s->rematched)
        dx_buf_printf(&text, "%zu attempt%s show%s more than when the log was read\n", s->rematched,
                      s->rematched == 1 ? "" : "s", s->rematched == 1 ? "s" : "");
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

static int run(session *s)
{
    dx_judged **attempts;
    size_t n;
    dx_err err = {0};

    dx_os_catch_interrupt();
    if (open_all(s, &err) != DX_OK || load_cases(s, &attempts, &n, &err) != DX_OK ||
        judge(s, attempts, n, &err) != DX_OK ||
        dx_agree_send(s->store, &s->in->settings, &s->know, &err) != DX_OK)
        return dx_cli_say_error(&err);
    return summary(s, attempts, n);
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    const int code = run(&s);

    dx_store_close(s.store);
    dx_knowledge_done(&s.know);
    dx_arena_free(s.scratch);
    dx_arena_free(s.into);
    return code;
}

static const dx_option options[] = {
    OPT_DB, OPT_RULES, OPT_NO_DEFAULT_RULES, OPT_NO_CACHE, OPT_NOW, OPT_HELP, OPT_END};

const dx_command dx_command_rediagnose = {
    .name = "rediagnose",
    .arguments = "",
    .summary = "bring what is stored to the current rules, without any log",
    .about = "Judges every stored attempt again and replaces its findings. Needed after new rules.",
    .examples = "setupdx rediagnose\n"
                "setupdx rediagnose --db site.db\n"
                "setupdx rediagnose --db site.db --rules ./my-rules\n",
    .options = options,
    .run = run_command,
};
