#include "cli/ask.h"

#include <string.h>

#include "cli/agree.h"
#include "cli/open.h"
#include "cli/output.h"
#include "cli/tell.h"
#include "cli/unheard.h"
#include "cli/version.h"
#include "core/os.h"
#include "core/time.h"

enum { MOST_ROWS = 1000 };

/* "name=value" as a tag. */
static dx_rc read_tag(const char *text, dx_tag *out, dx_err *err)
{
    dx_str rest = dx_str_of(text), name;

    if (!dx_str_next(&rest, '=', &name) || name.n == 0 || rest.n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "'%s' is no tag: write NAME=VALUE, for example site=Berlin", text);
    *out = (dx_tag){.name = name, .value = rest};
    return DX_OK;
}

static dx_rc read_tags(dx_ask *q, dx_err *err)
{
    const dx_words *told = &q->in->settings.tags;
    dx_tag *tags = dx_arena_get(q->into, told->n * sizeof *tags);

    if (!tags && told->n)
        return dx_nomem(err);
    for (size_t i = 0; i < told->n; i++) {
        if (read_tag(told->p[i], &tags[i], err) != DX_OK)
            return dx_context(err, "--tag");
    }
    q->where.tags = tags;
    q->where.n_tags = told->n;
    return DX_OK;
}

static dx_rc read_window(dx_ask *q, dx_err *err)
{
    const dx_settings *s = &q->in->settings;

    if (s->since &&
        dx_when_past("--since", dx_str_of(s->since), q->now_us, &q->where.since_us, err) != DX_OK)
        return DX_FAIL;
    if (s->until &&
        dx_when_past("--until", dx_str_of(s->until), q->now_us, &q->where.until_us, err) != DX_OK)
        return DX_FAIL;
    if (s->since && s->until && q->where.until_us <= q->where.since_us)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "--until '%s' is not after --since '%s'",
                       s->until, s->since);
    return DX_OK;
}

static dx_rc read_page(dx_ask *q, dx_err *err)
{
    const dx_settings *s = &q->in->settings;

    if (s->top > MOST_ROWS)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "--top goes up to %d; --skip shows what comes after those", MOST_ROWS);
    q->top = (size_t)s->top;
    q->skip = (size_t)s->skip;
    return DX_OK;
}

static dx_rc open_question(dx_ask *q, bool to_write, dx_err *err)
{
    const dx_settings *s = &q->in->settings;
    dx_str name;

    q->where = (dx_trend_filter){.since_us = DX_NO_TIME,
                                 .until_us = DX_NO_TIME,
                                 .server = dx_str_of(s->server),
                                 .product = dx_str_of(s->product)};
    q->into = dx_arena_new(0);
    if (!q->into)
        return dx_nomem(err);
    if (dx_open_clock(s, &q->now_us, err) != DX_OK || read_window(q, err) != DX_OK ||
        read_tags(q, err) != DX_OK || read_page(q, err) != DX_OK ||
        dx_open_known(q->in, q->now_us, to_write, &q->store, &name, err) != DX_OK)
        return DX_FAIL;
    q->asking =
        (dx_asking){.program_version = dx_str_of(dx_version()), .store = name, .now_us = q->now_us};
    return DX_OK;
}

static void done(dx_ask *q)
{
    dx_store_close(q->store);
    dx_arena_free(q->into);
}

/* What only people are told in the other formats must not be lost in those for programs. */
static void say_notes(const dx_settings *s, const dx_answer *a)
{
    for (size_t i = 0; i < s->n_outputs; i++) {
        if (!s->outputs[i].format || strcmp(s->outputs[i].format, "csv") != 0)
            continue;
        for (size_t k = 0; k < a->n_notes && !s->quiet; k++)
            dx_cli_say("%.*s", DX_FMT(a->notes[k]));
        return;
    }
}

static dx_rc answer(dx_ask *q, dx_ask_fn *ask, dx_answer *out, dx_err *err)
{
    const dx_settings *s = &q->in->settings;

    if (open_question(q, false, err) != DX_OK)
        return DX_FAIL;
    const char *store = q->asking.store.p;
    if (dx_output_check(&dx_render_answer, s, &store, 1, err) != DX_OK || ask(q, out, err) != DX_OK)
        return DX_FAIL;
    say_notes(s, out);
    if (dx_answer_is_empty(out) && !s->quiet)
        dx_say_unheard(q);
    return dx_output_write(&dx_render_answer, s, out, err);
}

int dx_ask_run(const dx_invocation *in, dx_ask_fn *ask)
{
    dx_ask q = {.in = in};
    dx_answer a;
    dx_err err = {0};
    int code;

    if (answer(&q, ask, &a, &err) != DX_OK)
        code = dx_cli_say_error(&err);
    else
        code = a.partial ? DX_EXIT_INCOMPLETE : DX_EXIT_OK;
    done(&q);
    return code;
}

int dx_tell_run(const dx_invocation *in, dx_tell_fn *tell)
{
    dx_ask q = {.in = in};
    dx_buf said = {0};
    dx_err err = {0};
    int code;

    if (open_question(&q, true, &err) != DX_OK || tell(&q, &said, &err) != DX_OK ||
        dx_agree_send(q.store, &in->settings, NULL, &err) != DX_OK)
        code = dx_cli_say_error(&err);
    else
        code = dx_stdout_end(&said, DX_EXIT_OK);
    dx_buf_done(&said);
    done(&q);
    return code;
}

dx_str dx_ask_author(const dx_ask *q)
{
    const char *told = q->in->settings.by_whom;

    if (!told)
        told = dx_os_env("LOGNAME");
    return dx_str_of(told ? told : dx_os_env("USER"));
}
