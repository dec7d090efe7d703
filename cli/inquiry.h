/* A question about one finding or one text, from what the command line says: explain and report
 * share this path. */
#ifndef DX_CLI_INQUIRY_H
#define DX_CLI_INQUIRY_H
#include "cli/command.h"
#include "cli/explain.h"

typedef struct dx_inquiry {
    const dx_invocation *in;
    /* made */
    dx_explain ask;
    dx_knowledge know;
    dx_store *store; /* NULL: it was not needed */
    dx_str store_name;
} dx_inquiry;

/* Reads the clock and loads the rules.  DX_E_USAGE and DX_E_RULE come from here. */
DX_CHECK dx_rc dx_inquiry_open(dx_inquiry *q, dx_err *err);
/* Opens the store for reading, and explains the finding with this key, or with the only one that
 * begins so: dx_typed_key(). */
DX_CHECK dx_rc dx_inquiry_finding(dx_inquiry *q, dx_str key, dx_report *out, dx_err *err);
/* The same of the finding that was resolved by this ticket.  DX_END: there is none. */
DX_CHECK dx_rc dx_inquiry_ticket(dx_inquiry *q, dx_str ticket, dx_report *out, dx_err *err);
void dx_inquiry_close(dx_inquiry *q); /* a zeroed one is fine; what was told goes with it */
#endif
