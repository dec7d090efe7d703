/* Tables of values as they come out of a store. */
#ifndef DX_CLI_TABLE_H
#define DX_CLI_TABLE_H
#include "core/buf.h"
#include "db/manage.h"

/* `format`: "table" (NULL, too), "json" (a list of objects) or "csv" (no cell acts as a formula).
 */
void dx_table_write(dx_buf *out, const dx_table *t, const char *format);
#endif
