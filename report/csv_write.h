/* Cells of comma-separated values that spreadsheets and parsers read alike. */
#ifndef DX_REPORT_CSV_WRITE_H
#define DX_REPORT_CSV_WRITE_H
#include "core/buf.h"

/* Adds one cell, quoted when it must be.  Text that a spreadsheet would take for a formula (it
 * begins with = + - @ or a tab) gets an apostrophe in front; controls and marks that turn text
 * become visible, line ends stay. */
void dx_csv_cell(dx_buf *out, dx_str text);
#endif
