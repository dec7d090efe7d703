#include <stdlib.h>
#include <string.h>

#include "cli/tell.h"
#include "cli/stdin.h"
#include "cli/textrun.h"
#include "cli/option_rows.h"
#include "core/utf.h"
#include "patterns/nearly.h"

typedef struct session {
    const dx_invocation *in;
    dx_knowledge know;
    dx_matcher *matcher;
    dx_textrun run;
    dx_buf out;
} session;

static dx_rc take_text(const dx_invocation *in, dx_str *out, dx_err *err)
{
    dx_str text = DX_LIT("");

    if (in->n_args == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "which text? Give it in quotes, or '-' for standard input");
    if (in->n_args == 1 && strcmp(in->args[0], "-") == 0)
        return dx_stdin_text(in->arena, out, err);
    for (size_t i = 0; i < in->n_args && text.p; i++)
        text = dx_arena_printf(in->arena, "%.*s%s%s", DX_FMT(text), i ? " " : "", in->args[i]);
    if (!text.p)
        return dx_nomem(err);
    *out = text;
    return DX_OK;
}

static void add_field(dx_buf *out, const dx_field *f)
{
    dx_buf_printf(out, "    %.*s (%s) = '%.*s'", DX_FMT(f->name), dx_type_names[f->type],
                  DX_FMT(f->text));
    if (f->type == DX_T_HEX32 || f->type == DX_T_CODE)
        dx_buf_printf(out, " = 0x%llx", (unsigned long long)f->number);
    dx_buf_char(out, '\n');
}

static void add_event(dx_buf *out, const dx_rulebook *book, const dx_event *e)
{
    const dx_signature *sig = dx_rulebook_signature(book, e->signature);

    if (!sig)
        return;
    dx_buf_printf(out, "matched  %.*s, line %u: %.*s\n", DX_FMT(e->signature), (unsigned)e->line,
                  DX_FMT(sig->title));
    if (e->base.n)
        dx_buf_printf(out, "    refines %.*s\n", DX_FMT(e->base));
    for (size_t i = 0; i < e->n_fields; i++)
        add_field(out, &e->fields[i]);
}

static void add_near_miss(dx_buf *out, const dx_near_miss *miss)
{
    const dx_signature *sig = miss->signature;

    dx_buf_printf(out, "nearly   %.*s: holds '%.*s'; %zu of %zu pieces match\n", DX_FMT(sig->id),
                  DX_FMT(sig->contains), miss->pieces, sig->n_pieces);
    if (miss->pieces == sig->n_pieces)
        return;
    dx_buf_printf(out, "    stops before '%.*s'\n    wanted there: '%.*s'\n", DX_FMT(miss->stops),
                  DX_FMT(sig->pieces[miss->pieces]));
}

/* A message of many words shares one of them with rules for anything: 'failed' tells nothing. */
enum { TELLING_BYTES = 12, FEW_MISSES = 3 };

static bool is_telling(const dx_near_miss *miss)
{
    return miss->pieces > 0 || miss->signature->contains.n >= TELLING_BYTES;
}

/* The nearest first: by pieces that match, then by how much of the text is looked for. */
static int by_nearness(const void *a, const void *b)
{
    const dx_near_miss *x = a, *y = b;
    const size_t nx = x->signature->contains.n, ny = y->signature->contains.n;

    if (x->pieces != y->pieces)
        return x->pieces > y->pieces ? -1 : 1;
    if (nx != ny)
        return nx > ny ? -1 : 1;
    return dx_str_cmp(x->signature->id, y->signature->id);
}

static void add_near_misses(dx_buf *out, dx_near_miss *misses, size_t n, const char *among)
{
    size_t left = 0;

    if (n > 1)
        qsort(misses, n, sizeof *misses, by_nearness);
    for (size_t i = 0; i < n; i++)
        if (n <= FEW_MISSES || is_telling(&misses[i]))
            add_near_miss(out, &misses[i]);
        else
            left++;
    if (left > 0)
        dx_buf_printf(out, "%zu%s %s no more than a word such as '%.*s' with this text\n", left,
                      among, left == 1 ? "signature shares" : "signatures share",
                      DX_FMT(misses[n - 1].signature->contains));
}

static dx_rc add_result(session *s, size_t *matched, dx_err *err)
{
    const dx_collect *found = &s->run.events;
    dx_near_miss *misses;
    size_t n;

    if (dx_nearly(s->know.book, s->run.folded, s->run.n_folded,
                  (dx_events){found->events, found->n}, s->in->arena, &misses, &n, err) != DX_OK)
        return DX_FAIL;
    *matched = 0;
    for (size_t i = 0; i < found->n; i++) {
        *matched += found->events[i].signature.n > 0;
        add_event(&s->out, s->know.book, &found->events[i]);
    }
    add_near_misses(&s->out, misses, n, s->out.n ? " more" : "");
    if (s->out.n == 0)
        dx_buf_add(&s->out, DX_LIT("no signature's literal occurs in this text\n"));
    return DX_OK;
}

static int run(session *s)
{
    dx_err err = {0};
    dx_buf shown = {0};
    size_t matched;

    if (take_text(s->in, &s->run.text, &err) != DX_OK ||
        dx_knowledge_load(&s->know, &s->in->settings, &err) != DX_OK ||
        dx_matcher_new(&s->matcher, s->know.book, &err) != DX_OK)
        return dx_cli_say_error(&err);
    s->run.know = &s->know;
    s->run.matcher = s->matcher;
    s->run.into = s->in->arena;
    if (dx_textrun_do(&s->run, &err) != DX_OK || add_result(s, &matched, &err) != DX_OK)
        return dx_cli_say_error(&err);
    const int code = matched ? DX_EXIT_OK : DX_EXIT_FAILURE_FOUND;
    dx_utf_visible(&shown, dx_buf_str(&s->out), true);
    shown.failed |= s->out.failed;
    const int done = dx_stdout_end(&shown, code);
    dx_buf_done(&shown);
    return done;
}

static int run_command(const dx_invocation *in)
{
    session s = {.in = in};
    const int code = run(&s);

    dx_buf_done(&s.out);
    dx_matcher_free(s.matcher);
    dx_knowledge_done(&s.know);
    return code;
}

const dx_command dx_command_rules_try = {
    .name = "rules try",
    .arguments = "TEXT|-",
    .summary = "show which signatures a text carries, and which nearly",
    .about =
        "For every signature whose literal occurs: how many pieces of its regex fit, and the\n"
        "fields when all do; the nearest first, and of those that share only a short word with\n"
        "the text no more than how many. '-' reads the text from standard input.",
    .examples = "setupdx rules try 'Self registration of the DLL C:\\WINNT\\cdo.dll failed : 0d.'\n"
                "setupdx rules try - < message.txt\n"
                "setupdx rules try --rules my-rules.yaml 'Setup failed: 12'\n",
    .options = dx_rules_options,
    .run = run_command,
};
