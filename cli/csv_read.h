/* Reads comma-separated values as spreadsheets write them. */
#ifndef DX_CLI_CSV_READ_H
#define DX_CLI_CSV_READ_H
#include "core/arena.h"
#include "core/err.h"

typedef struct dx_csv_row {
    unsigned line; /* where it begins, from 1 */
    size_t n;
    const dx_str *cell; /* trimmed */
} dx_csv_row;

typedef struct dx_csv {
    size_t n;
    const dx_csv_row *rows; /* the first is the head; empty lines are none */
} dx_csv;

/* `file` names the text in errors and must outlive them.  Cells are divided by commas, semicolons
 * or tabs, whichever the head has most of; quoted as RFC 4180 says; UTF-8 with or without a mark.
 * Every row has as many cells as the head.  DX_E_USAGE with file and line.  Everything lives in
 * `into`. */
DX_CHECK dx_rc dx_csv_read(const char *file, dx_str text, dx_arena *into, dx_csv *out, dx_err *err);
#endif
