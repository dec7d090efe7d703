/* What a person pastes: a dialog, a mail with quotes and a signature, a stack trace, a code, a
 * piece of a log. */
#ifndef DX_CLI_PASTE_H
#define DX_CLI_PASTE_H
#include <stdint.h>
#include "core/arena.h"
#include "core/err.h"

typedef enum dx_paste_kind {
    DX_PASTE_CODE, /* nothing but one code, and perhaps the word "error" before it */
    DX_PASTE_MAIL,
    DX_PASTE_TRACE, /* a program's stack */
    DX_PASTE_TEXT
} dx_paste_kind;

typedef struct dx_paste {
    dx_paste_kind kind;
    bool mended;   /* letters in codes were taken for the digits they look like: 0xc002OO7e */
    bool quoted;   /* lines began with quote marks */
    bool parted;   /* line ends may part words and codes */
    bool unspaced; /* each letter stood alone */
    bool boxed;    /* it is what Ctrl+C in a window of Windows copies */
    uint32_t lines;
    dx_str text;   /* without quote marks, mail headers and signature; lines keep their numbers */
    dx_str joined; /* each paragraph as one line, for texts that were wrapped without a rule */
    dx_str whole;  /* the same, words and codes that line ends part put together */
} dx_paste;

/* `raw` is UTF-8.  Everything lives in `into`. */
DX_CHECK dx_rc dx_paste_read(dx_str raw, dx_arena *into, dx_paste *out, dx_err *err);
#endif
