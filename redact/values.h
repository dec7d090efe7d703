/* The values that must not leave the house, and what stands in their place: the same value always
 * becomes the same other one, of the same shape.  Inside redact/ and for its callers. */
#ifndef DX_REDACT_VALUES_H
#define DX_REDACT_VALUES_H
#include <stdint.h>
#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/str.h"

/* How a value is changed.  Case, length in characters and everything that is no letter or digit
 * stay. */
typedef enum dx_shape {
    DX_SHAPE_NAME,  /* each run of letters or digits by itself, so that "jdoe" and "jdoe@x" agree */
    DX_SHAPE_IP4,   /* a private range stays one */
    DX_SHAPE_HEX,   /* hexadecimal digits by hexadecimal digits */
    DX_SHAPE_SID,   /* S-1-5-21- and well-known last parts (below 1000) stay */
    DX_SHAPE_WHOLE, /* letters by letters, digits by digits */
    DX_SHAPES
} dx_shape;

typedef struct dx_values dx_values;

enum { DX_REDACT_KEY = 32 }; /* bytes */

/* `key` decides what values become: who does not have it cannot try out originals. */
DX_CHECK dx_rc dx_values_new(dx_values **out, const unsigned char key[DX_REDACT_KEY], dx_err *err);
void dx_values_free(dx_values *v); /* NULL is fine */

/* A word that is in every log: a value that is one of these is no value, and one that is a part of
 * one is only replaced where it stands alone.  Before any dx_values_add(). */
DX_CHECK dx_rc dx_values_ordinary(dx_values *v, dx_str word, dx_err *err);

/* Copies `text` (valid UTF-8; ASCII case is ignored).  What has fewer than two letters or digits,
 * is ordinary, or consists of one repeated character is not taken.  Over DX_VALUES_MAX different
 * ones: DX_E_LIMIT. */
enum { DX_VALUES_MAX = 100000, DX_VALUE_BYTES = 8192 };
DX_CHECK dx_rc dx_values_add(dx_values *v, dx_str text, dx_shape shape, dx_err *err);

/* Chooses the replacements; nothing can be added after.  The order of adding plays no part. */
DX_CHECK dx_rc dx_values_seal(dx_values *v, dx_err *err);

size_t dx_values_count(const dx_values *v);
/* By text; for a mapping.  Borrowed. */
void dx_values_get(const dx_values *v, size_t i, dx_str *original, dx_str *replacement);

/* One place in a text that holds a value. */
typedef struct dx_value_at {
    size_t from, to; /* bytes */
    size_t value;    /* its number */
    size_t compared; /* bytes of values that were looked at to find it, or that there is none */
} dx_value_at;

/* The first value that begins in [from, limit), the longest where several begin; a line end with
 * the blanks and quote marks behind it may stand inside of a value of six characters or more. False
 * when there is none: then only out->compared is told.  Values that begin alike are narrowed
 * together, so that ten times as many cost little more. */
bool dx_values_find(const dx_values *v, dx_str text, size_t from, size_t limit, dx_value_at *out);
/* The text with the values replaced that begin before `limit`, and gives how far that is: limit, or
 * the end of the last value.  To replace in pieces, keep DX_VALUE_BYTES * 2 behind the limit. */
size_t dx_values_replace(const dx_values *v, dx_str text, size_t limit, dx_buf *into);
#endif
