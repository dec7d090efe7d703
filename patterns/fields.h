/* Turns what a regex captured into typed fields.  Inside patterns/ only. */
#ifndef DX_PATTERNS_FIELDS_H
#define DX_PATTERNS_FIELDS_H
#include "core/event.h"
#include "core/regex.h"
#include "patterns/rulebook.h"

/* The fields of one match, in the order of the signature; groups that took no part and values
 * that their type cannot read are left out.  False when out of memory. */
bool dx_fields_make(const dx_signature *sig, const dx_view *view, const dx_span *spans,
                    dx_arena *into, const dx_field **out, size_t *n);

/* A path that was cut by line ends, as it was before: see heal.c.  `span` lies in view->text. */
dx_str dx_heal_path(const dx_view *view, dx_span span, dx_arena *into);

/* The 32-bit value of a code as logs write them; false when it is none.  Hexadecimal when
 * `hex` or with 0x or letters; else signed or unsigned decimal. */
bool dx_read_code(dx_str text, bool hex, int64_t *out);
#endif
