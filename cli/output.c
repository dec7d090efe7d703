#include "cli/output.h"

#include <string.h>

#include "cli/tell.h"
#include "core/os.h"

enum { STDOUT_FD = 1 };

/* ---- what can be rendered ---- */

static const char *report_name(size_t i)
{
    const dx_report_format *const *all;
    return i < dx_report_format_all(&all) ? all[i]->name : NULL;
}

static dx_rc write_report(const char *format, const void *what, const dx_style *style,
                          const dx_out *out, dx_err *err)
{
    return dx_report_format_get(format)->write(what, style, out, err);
}

const dx_renderer dx_render_report = {.usual = "text", .name = report_name, .write = write_report};

static const char *answer_name(size_t i)
{
    const dx_trend_format *const *all;
    return i < dx_trend_format_all(&all) ? all[i]->name : NULL;
}

static dx_rc write_answer(const char *format, const void *what, const dx_style *style,
                          const dx_out *out, dx_err *err)
{
    return dx_trend_format_get(format)->write(what, style, out, err);
}

const dx_renderer dx_render_answer = {.usual = "table", .name = answer_name, .write = write_answer};

/* ---- checks ---- */

static const char *format_name(const dx_renderer *renderer, const dx_output *o)
{
    return o->format ? o->format : renderer->usual;
}

static dx_rc check_format(const dx_renderer *renderer, const char *name, dx_err *err)
{
    dx_str words[32];
    size_t n_words = 0;
    char list[200] = "";
    const char *word;

    while (n_words < sizeof words / sizeof *words && (word = renderer->name(n_words))) {
        if (strcmp(word, name) == 0)
            return DX_OK;
        strncat(list, n_words ? ", " : "", sizeof list - strlen(list) - 1);
        strncat(list, word, sizeof list - strlen(list) - 1);
        words[n_words++] = dx_str_of(word);
    }
    const dx_str near = dx_meant_of(dx_str_of(name), words, n_words);
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   near.n ? "unknown format '%s': did you mean '%.*s'? There are: %s"
                          : "unknown format '%s'%.*s; there are: %s",
                   name, DX_FMT(near), list);
}

static dx_rc check_file(const char *file, const char *const *inputs, size_t n, dx_err *err)
{
    dx_file_info target, input;

    if (dx_os_stat(file, &target, err) != DX_OK)
        return DX_FAIL;
    if (target.kind == DX_FILE_NONE)
        return DX_OK;
    if (target.kind == DX_FILE_DIR)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "-o %s: that is a folder", file);
    for (size_t i = 0; i < n; i++) {
        dx_err ignored = {0};
        if (dx_os_stat(inputs[i], &input, &ignored) == DX_OK && input.kind == DX_FILE_PLAIN &&
            input.device == target.device && input.inode == target.inode)
            return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "-o %s would overwrite what is to be read",
                           file);
    }
    return DX_OK;
}

dx_rc dx_output_check(const dx_renderer *renderer, const dx_settings *settings,
                      const char *const *inputs, size_t n, dx_err *err)
{
    size_t to_stdout = 0;

    for (size_t i = 0; i < settings->n_outputs; i++) {
        const dx_output *o = &settings->outputs[i];
        if (check_format(renderer, format_name(renderer, o), err) != DX_OK)
            return DX_FAIL;
        if (!o->file)
            to_stdout++;
        else if (check_file(o->file, inputs, n, err) != DX_OK)
            return DX_FAIL;
    }
    if (to_stdout > 1)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "%zu formats for standard output: put '-o FILE' behind all but one of them",
                       to_stdout);
    return DX_OK;
}

static bool want_color(const dx_settings *settings)
{
    const char *term = dx_os_env("TERM");

    if (settings->color && strcmp(settings->color, "auto") != 0)
        return strcmp(settings->color, "always") == 0;
    if (dx_os_env("NO_COLOR"))
        return false;
    if (dx_os_env("FORCE_COLOR") || dx_os_env("CLICOLOR_FORCE"))
        return true;
    return dx_os_is_tty(STDOUT_FD) && term && strcmp(term, "dumb") != 0;
}

/* The first of these variables that is set decides, as for every program. */
static bool locale_is_utf8(void)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const dx_str value = dx_str_of(dx_os_env(variables[i]));
        if (value.n)
            return dx_str_ifind(value, DX_LIT("utf-8"), 0) != SIZE_MAX ||
                   dx_str_ifind(value, DX_LIT("utf8"), 0) != SIZE_MAX;
    }
    return false;
}

/* How text for standard output may look. */
static dx_style style_of(const dx_settings *settings)
{
    return (dx_style){.color = want_color(settings),
                      .columns = dx_os_is_tty(STDOUT_FD) ? dx_os_tty_columns(STDOUT_FD) : 0,
                      .verbose = settings->verbose,
                      .unicode = locale_is_utf8()};
}

static dx_rc to_stdout(void *ctx, dx_str bytes, dx_err *err)
{
    (void)ctx;
    return dx_stdout_put(bytes, err);
}

static dx_rc to_buffer(void *ctx, dx_str bytes, dx_err *err)
{
    dx_buf *into = ctx;
    dx_buf_add(into, bytes);
    return into->failed ? dx_nomem(err) : DX_OK;
}

static dx_rc write_file(const dx_renderer *renderer, const dx_settings *settings,
                        const dx_output *o, const void *what, dx_err *err)
{
    const dx_style style = {.color = settings->color && strcmp(settings->color, "always") == 0,
                            .verbose = settings->verbose,
                            .unicode = true};
    dx_buf text = {0};
    dx_rc rc = renderer->write(format_name(renderer, o), what, &style,
                               &(dx_out){.write = to_buffer, .ctx = &text}, err);
    if (rc == DX_OK)
        rc = dx_os_write_file(o->file, dx_buf_str(&text), err);
    dx_buf_done(&text);
    return rc;
}

static dx_rc write_one(const dx_renderer *renderer, const dx_settings *settings, const dx_output *o,
                       const void *what, dx_err *err)
{
    const dx_style style = style_of(settings);

    if (o->file)
        return write_file(renderer, settings, o, what, err);
    return renderer->write(format_name(renderer, o), what, &style, &(dx_out){.write = to_stdout},
                           err);
}

dx_rc dx_output_write(const dx_renderer *renderer, const dx_settings *settings, const void *what,
                      dx_err *err)
{
    static const dx_output plain = {0};

    if (settings->n_outputs == 0)
        return write_one(renderer, settings, &plain, what, err);
    for (size_t i = 0; i < settings->n_outputs; i++) {
        if (write_one(renderer, settings, &settings->outputs[i], what, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}
