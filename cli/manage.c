#include "cli/manage.h"

#include "cli/open.h"
#include "cli/tell.h"
#include "core/os.h"

enum { WAITING = 1 << 16 };

dx_rc dx_manage_line(void *ctx, dx_str text, dx_err *err)
{
    dx_manage *m = ctx;
    dx_buf_add(&m->said, text);
    dx_buf_char(&m->said, '\n');
    if (m->said.failed)
        return dx_nomem(err);
    if (dx_os_interrupted())
        return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
    if (m->said.n < WAITING)
        return DX_OK;
    const dx_rc rc = dx_stdout_put(dx_buf_str(&m->said), err);
    dx_buf_clear(&m->said);
    return rc;
}

static dx_rc open_and_run(dx_manage *m, size_t n_args, const char *usage, bool to_write,
                          dx_manage_fn *run, dx_err *err)
{
    if (m->in->n_args != n_args)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "%s", usage);
    m->into = dx_arena_new(0);
    if (!m->into)
        return dx_nomem(err);
    if (dx_open_clock(&m->in->settings, &m->now_us, err) != DX_OK ||
        dx_open_known(m->in, m->now_us, to_write, &m->store, &m->name, err) != DX_OK)
        return DX_FAIL;
    return run(m, err);
}

int dx_manage_run(const dx_invocation *in, size_t n_args, const char *usage, bool to_write,
                  dx_manage_fn *run)
{
    dx_manage m = {.in = in, .code = DX_EXIT_OK};
    dx_err err = {0};
    int code;
    dx_os_catch_interrupt();
    if (open_and_run(&m, n_args, usage, to_write, run, &err) == DX_OK)
        code = dx_stdout_end(&m.said, m.code);
    else
        code = dx_cli_say_error(&err);
    dx_store_close(m.store);
    dx_buf_done(&m.said);
    dx_arena_free(m.into);
    return code;
}
