/* Different texts, each with a number in the order of adding.  Inside redact/ only. */
#ifndef DX_REDACT_SET_H
#define DX_REDACT_SET_H
#include "core/hashed.h"

typedef struct dx_set { /* zero-initialised; lives in the arena that is given to add */
    dx_str *text;
    size_t n, cap;
    dx_hashed at;
} dx_set;

enum { DX_SET_FULL = -1, DX_SET_OLD, DX_SET_NEW };
/* Copies the text when it is new: DX_SET_FULL when there is no memory. */
int dx_set_add(dx_set *s, dx_arena *arena, dx_str text);
bool dx_set_has(const dx_set *s, dx_str text);
size_t dx_set_at(const dx_set *s, dx_str text); /* its number, or SIZE_MAX */
#endif
