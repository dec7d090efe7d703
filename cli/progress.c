#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/os.h"
#include "core/utf.h"

enum { STDERR_FD = 2, FIRST_US = 1000000, STEP_US = 100000 };

void dx_progress_begin(dx_progress *p, const dx_settings *settings)
{
    const bool unwanted =
        settings->quiet || (settings->progress && strcmp(settings->progress, "never") == 0);
    const char *term = dx_os_env("TERM");
    const bool dumb = !term || strcmp(term, "dumb") == 0;

    *p = (dx_progress){.next_us = dx_os_now_us() + FIRST_US};
    if (!unwanted && !dumb && dx_os_is_tty(STDERR_FD))
        p->busy = dx_mutex_new();
    p->on = p->busy != NULL;
}

static void add_size(dx_buf *out, uint64_t bytes)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB"};
    double size = (double)bytes;
    size_t unit = 0;

    while (size >= 1000 && unit + 1 < sizeof units / sizeof *units) {
        size /= 1000;
        unit++;
    }
    dx_buf_printf(out, unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
}

static void draw(dx_progress *p, dx_str doing)
{
    const unsigned columns = dx_os_tty_columns(STDERR_FD);
    dx_buf line = {0};

    dx_buf_printf(&line, "%zu log%s, ", p->logs, p->logs == 1 ? "" : "s");
    add_size(&line, p->bytes);
    dx_buf_printf(&line, ", %zu failure message%s  ", p->failures, p->failures == 1 ? "" : "s");
    dx_utf_visible(&line, doing, false);
    const dx_str shown = dx_utf_cut(dx_buf_str(&line), columns > 1 ? columns - 1 : 79);
    fprintf(stderr, "\r%.*s\033[K", DX_FMT(shown));
    fflush(stderr);
    dx_buf_done(&line);
    p->shown = true;
}

void dx_progress_move(dx_progress *p, dx_str doing, uint64_t bytes, size_t failures)
{
    if (!p->on)
        return;
    dx_mutex_lock(p->busy);
    p->bytes += bytes;
    p->failures += failures;
    const int64_t now = dx_os_now_us();
    if (now >= p->next_us) {
        draw(p, doing);
        p->next_us = now + STEP_US;
    }
    dx_mutex_unlock(p->busy);
}

void dx_progress_log(dx_progress *p)
{
    if (p->on)
        dx_mutex_lock(p->busy);
    p->logs++;
    if (p->on)
        dx_mutex_unlock(p->busy);
}

void dx_progress_clear(dx_progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
    p->shown = false;
}

void dx_progress_done(dx_progress *p)
{
    dx_mutex_free(p->busy);
    *p = (dx_progress){.on = false};
}
