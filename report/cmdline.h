/* Commands to copy: their words are quoted for a POSIX shell. */
#ifndef DX_REPORT_CMDLINE_H
#define DX_REPORT_CMDLINE_H
#include "core/arena.h"
#include "core/buf.h"

/* Adds a path as one word of a command: in quotes where a shell would make something else of it,
 * with "./" where it would be taken for an option.  Nothing is added, and false given, when it
 * cannot be typed as it shows: it is empty, is no UTF-8, or holds characters that act on a terminal
 * or hide. */
bool dx_cmdline_path(dx_buf *to, dx_str path);

/* The same as a text of its own; `instead` when it cannot be typed, or there is no memory. */
dx_str dx_cmdline_word(dx_arena *into, dx_str path, const char *instead);

/* Adds " --db NAME"; with "STORE" in place of a name that cannot be typed; nothing for an empty
 * name: it is the usual store. */
void dx_cmdline_db(dx_buf *to, dx_str name);

/* "COMMAND --db NAME" as a text of its own; DX_NONE when there is no memory, and for DX_NONE. */
dx_str dx_cmdline_with_db(dx_arena *into, dx_str command, dx_str name);
#endif
