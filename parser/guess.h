/* Inside parser/: which encoding bytes are in. */
#ifndef DX_PARSER_GUESS_H
#define DX_PARSER_GUESS_H
#include "core/str.h"

typedef struct dx_guess {
    const char *encoding, *how; /* how: as dx_decoder_how() says it */
    size_t mark;                /* length of the byte order mark */
    bool plain;                 /* ASCII so far: what comes later may prove the guess wrong */
} dx_guess;

/* `whole`: nothing follows the head. */
dx_guess dx_guess_encoding(dx_str head, bool whole);
/* The same for text that is known to have one byte for each ASCII character. */
dx_guess dx_guess_ascii_like(dx_str head, bool whole);
/* Length of the byte order mark of that encoding at the start of head, or 0. */
size_t dx_guess_mark(dx_str head, const char *encoding);
#endif
