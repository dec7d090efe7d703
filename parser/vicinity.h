/* The text around places in a piece of a log, as dx_near_holds() wants it: without blanks, line
 * ends, stamps and escapes, in lower case.  Made where it is asked for.  Inside parser/ only. */
#ifndef DX_PARSER_VICINITY_H
#define DX_PARSER_VICINITY_H
#include "core/near.h"
#include "parser/stamper.h"

typedef struct dx_vicinity {
    dx_stamper *stamper;
    dx_str log;        /* the piece and what follows, as far as it is known */
    bool begins, ends; /* nothing stands before it, behind it */
    size_t from, to;   /* of it, what was taken */
    size_t line_end;   /* of the line that `to` stands in, or of the part of it that is looked at */
    bool fresh;        /* `to` is where a line begins */
    char *text;        /* what it gave ... */
    uint32_t *origin;  /* ... and where in `log` each byte comes from */
    size_t n, cap;
    size_t last; /* byte of it that was asked about last */
    bool wide;   /* a byte of it is not ASCII */
} dx_vicinity;

/* Before a piece, whose stamps the stamper knows.  Memory is kept from one to the next. */
void dx_vicinity_begin(dx_vicinity *v, dx_stamper *stamper, dx_str log, bool begins, bool ends);
/* `back` and `ahead` characters around a place; places ascend mostly.  Borrowed until the next
 * call.  False when out of memory. */
DX_CHECK bool dx_vicinity_of(dx_vicinity *v, size_t at, size_t back, size_t ahead,
                             dx_near_text *out);
/* Of what was asked last, from the place to the end of its line. */
void dx_vicinity_cut(const dx_vicinity *v, size_t at, dx_near_text *text);
/* Leaves of it only what stands in the line, and at most `back` characters before it. */
void dx_vicinity_line(const dx_vicinity *v, size_t at, size_t back, dx_near_text *text);
/* Of what was asked last: whether the line of the place holds more than so many characters before
 * it.  False also where they were not taken. */
bool dx_vicinity_inside(const dx_vicinity *v, size_t at, const dx_near_text *text,
                        uint32_t characters);
void dx_vicinity_done(dx_vicinity *v);
#endif
