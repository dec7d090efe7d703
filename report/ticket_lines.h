/* The lines of a ticket before they are written in a markup.  Only report/ticket*.c use this. */
#ifndef DX_REPORT_TICKET_LINES_H
#define DX_REPORT_TICKET_LINES_H
#include "core/arena.h"
#include "core/buf.h"

typedef enum dx_ticket_kind {
    DX_TICKET_HEAD,  /* of a voice */
    DX_TICKET_PARA,  /* sentences */
    DX_TICKET_POINT, /* "Cause: ..." */
    DX_TICKET_STEP,  /* of the remedy; numbered by who writes them */
    DX_TICKET_LOG    /* of a log; neighbours make a block */
} dx_ticket_kind;

typedef struct dx_ticket_line {
    dx_ticket_kind kind;
    unsigned spare; /* those with the greatest go first when there are too many; 0 stays */
    const char *label;
    dx_str text, code, after; /* in this order; code as it is typed */
} dx_ticket_line;

/* How many lines it will take. */
size_t dx_ticket_height(const dx_ticket_line *p, size_t n);
/* Adds the lines in the markup of that name (report/ticket.h). */
void dx_ticket_render(dx_buf *out, const char *name, const dx_ticket_line *p, size_t n);
#endif
