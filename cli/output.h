/* Where the renderings of a result go, and how they may look. */
#ifndef DX_CLI_OUTPUT_H
#define DX_CLI_OUTPUT_H
#include "cli/settings.h"
#include "report/report.h"

/* Checks formats and files before any work is done: unknown names, two results for standard
 * output, a file that is one of the inputs.  DX_E_USAGE. */
DX_CHECK dx_rc dx_output_check(const dx_settings *settings, const char *const *inputs, size_t n,
                               dx_err *err);
/* Writes every rendering.  A file appears whole or not at all. */
DX_CHECK dx_rc dx_output_write(const dx_settings *settings, const dx_report *report, dx_err *err);

/* How text for standard output may look. */
dx_style dx_output_style(const dx_settings *settings);
#endif
