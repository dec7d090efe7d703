/* The words in a code's name.  For the files of this folder. */
#ifndef DX_PATTERNS_CODES_WORDS_H
#define DX_PATTERNS_CODES_WORDS_H
#include "patterns/codes/codes.h"

/* Takes the next word of "ERROR_FILE_NOT_FOUND" or "JET_errFileNotFound"; false at the end. */
bool dx_code_next_word(dx_str *rest, dx_str *word);
/* The name without what only says whose it is: "FILE_NOT_FOUND", "FileNotFound". */
dx_str dx_code_name_body(dx_str name);
/* The full form of an abbreviation ("mod" gives "module"), or DX_NONE. */
dx_str dx_code_spell(dx_str word);

/* Does a message say the same as a code's name and meaning?  `number` is the code as it is
 * written: a message that holds it agrees. */
dx_code_near dx_code_compare(dx_str message, dx_str name, dx_str meaning, dx_str number);
#endif
