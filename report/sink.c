#include "report/sink.h"

enum { PIECE = 32768 };

void dx_sink_open(dx_sink *s, const dx_out *out, dx_err *err)
{
    *s = (dx_sink){.out = out, .err = err, .rc = DX_OK};
}

bool dx_sink_flush(dx_sink *s)
{
    if (s->rc == DX_OK && s->buf.failed)
        s->rc = dx_nomem(s->err);
    if (s->rc == DX_OK && s->buf.n > 0)
        s->rc = s->out->write(s->out->ctx, dx_buf_str(&s->buf), s->err);
    dx_buf_clear(&s->buf);
    return s->rc == DX_OK;
}

bool dx_sink_poll(dx_sink *s)
{
    return s->buf.n < PIECE && !s->buf.failed ? s->rc == DX_OK : dx_sink_flush(s);
}

dx_rc dx_sink_close(dx_sink *s)
{
    (void)dx_sink_flush(s);
    dx_buf_done(&s->buf);
    return s->rc;
}
