/* Tools that run others on several machines put the machine's name before each line that it prints:
 * Vagrant and Packer "==> web: " and "    web: ", docker compose "web_1  | ".
 * Inside parser/ only. */
#ifndef DX_PARSER_SPEAKER_H
#define DX_PARSER_SPEAKER_H
#include "core/str.h"
#include "parser/fold.h"

typedef enum dx_speech {
    DX_SPEECH_ARROW, /* "==> web: ", "    web: " */
    DX_SPEECH_BAR    /* "web_1  | " */
} dx_speech;

/* How many bytes of the line name who printed it, in any of these ways; 0 = none. */
size_t dx_speaker_length(dx_str line);
/* Whether most of the n lines name who printed them, a few names again and again: what stands
 * before a colon on other lines seldom does. */
bool dx_speakers_lead(const dx_fold_line *line, size_t n, dx_speech how);
#endif
