/* Looks for values in bytes that were to be free of them, whatever the encoding. */
#ifndef DX_REDACT_LEAK_H
#define DX_REDACT_LEAK_H
#include "redact/values.h"

typedef struct dx_leak {
    const char *how; /* "as it is", "with zero bytes between", "percent-encoded", "in base64" */
    size_t value;    /* its number */
} dx_leak;

/* True when a value stands in `bytes` (any bytes): as they are, with the zero bytes of UTF-16 left
 * out, percent-decoded, or inside of base64 (values of six characters or more, where chance cannot
 * make them).  DX_FAIL only when out of memory. */
DX_CHECK dx_rc dx_leak_find(const dx_values *v, dx_str bytes, bool *found, dx_leak *out,
                            dx_err *err);
#endif
