/* Where the messages of a format begin behind its stamps, line after line: stamps that look like
 * those before are known without asking the regex.  Inside parser/ only. */
#ifndef DX_PARSER_STAMPER_H
#define DX_PARSER_STAMPER_H
#include "core/scanner.h"
#include "core/regex.h"
#include "parser/format.h"

enum { DX_STAMP_GROUPS = 16 };

typedef struct dx_stamper dx_stamper; /* one per thread */

/* For any format; NULL when out of memory. */
dx_stamper *dx_stamper_new(void);
void dx_stamper_free(dx_stamper *s); /* NULL is fine */

/* The stamper reads lines of this format from now on, which must outlive it. */
void dx_stamper_turn(dx_stamper *s, const dx_format *format);
/* Takes the stamp off a line as dx_stamp_strip() does (detect.h), and finds the same.  `ahead`: the
 * line and what follows it in memory. */
bool dx_stamper_strip(dx_stamper *s, dx_str ahead, dx_str *line, dx_span spans[DX_STAMP_GROUPS]);
/* A dx_scan_margins: `ctx` is the stamper. */
size_t dx_stamper_margins(void *ctx, dx_str line, uint8_t at[DX_MARGINS]);
/* What lines look like that are like the last one; NULL when that is not known.  It may become that
 * of other lines of the format when the stamper is asked again. */
const dx_scan_usual *dx_stamper_usual(dx_stamper *s);
#endif
