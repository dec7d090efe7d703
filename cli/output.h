/* Where the renderings of a result go, and how they may look. */
#ifndef DX_CLI_OUTPUT_H
#define DX_CLI_OUTPUT_H
#include "cli/settings.h"
#include "report/answer.h"
#include "report/report.h"

/* What is written in formats of its own: reports, answers. */
typedef struct dx_renderer {
    const char *usual; /* the format when none is named */
    /* Name of the i-th format, NULL beyond the last. */
    const char *(*name)(size_t i);
    dx_rc (*write)(const char *format, const void *what, const dx_style *style, const dx_out *out,
                   dx_err *err);
} dx_renderer;
extern const dx_renderer dx_render_report; /* of a dx_report */
extern const dx_renderer dx_render_answer; /* of a dx_answer */

/* Checks formats and files before any work is done: unknown names, two results for standard
 * output, a file that is one of the inputs.  DX_E_USAGE. */
DX_CHECK dx_rc dx_output_check(const dx_renderer *renderer, const dx_settings *settings,
                               const char *const *inputs, size_t n, dx_err *err);
/* Writes every rendering.  A file appears whole or not at all. */
DX_CHECK dx_rc dx_output_write(const dx_renderer *renderer, const dx_settings *settings,
                               const void *what, dx_err *err);
#endif
