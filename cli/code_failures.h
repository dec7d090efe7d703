/* Known failures in which a code occurs. */
#ifndef DX_CLI_CODE_FAILURES_H
#define DX_CLI_CODE_FAILURES_H
#include "core/arena.h"
#include "patterns/rulebook.h"

/* Diagnoses that ask for this code, by id: at most `cap`, the number is given back. */
size_t dx_code_failures(const dx_rulebook *book, uint32_t code, const dx_rule **out, size_t cap);
/* The same as "Title (id)". */
size_t dx_code_failure_titles(const dx_rulebook *book, uint32_t code, dx_arena *into, dx_str *out,
                              size_t cap);
#endif
