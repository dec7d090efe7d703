/* Names in a question that the store never heard of: one that was typed wrong must not read as
 * "nothing failed". */
#ifndef DX_CLI_UNHEARD_H
#define DX_CLI_UNHEARD_H
#include "cli/ask.h"

/* DX_E_USAGE: there is no server of this name, and which one may be meant. */
dx_rc dx_no_such_server(dx_ask *q, dx_str name, dx_err *err);

/* Says on standard error how old the newest attempt is when it is older than questions usually
 * reach, and which server, product or tag of the question is in no attempt that is
 * stored.  For answers without a row: it asks the store again. */
void dx_say_unheard(dx_ask *q);

/* Adds how many of the servers that were tagged are in no log that is stored, and which may be
 * meant: a file may write a name otherwise than logs do.  Nothing when all are. */
DX_CHECK dx_rc dx_say_strangers(dx_ask *q, const dx_tagging *rows, size_t n, dx_buf *said,
                                dx_err *err);
#endif
