/* What the fuzz targets share.  A target is one function over any bytes: it must not crash, leak or
 * hang, and what it promises about its result is checked with FUZZ_MUST. */
#ifndef DX_TESTS_FUZZ_FUZZ_H
#define DX_TESTS_FUZZ_FUZZ_H
#include <stddef.h>
#include <stdint.h>
#include "core/record.h"
#include "parser/framer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Also in builds without assert(). */
#define FUZZ_MUST(holds) ((holds) ? (void)0 : fuzz_die(#holds, __FILE__, __LINE__))
void fuzz_die(const char *what, const char *file, int line);

/* A text that begins with the byte 1 carries a choice (0..255) in its second byte; both are taken
 * off.  Any other text has none (-1), so that plain logs can be used as seeds. */
int fuzz_choice(dx_str *text);

/* The set below this folder of the source tree; it must be free of faults.  Never released. */
const dx_yset *fuzz_set(const char *folder);
const dx_formats *fuzz_formats(void);

/* What every record promises (core/record.h). */
void fuzz_check_record(const dx_record *rec, dx_arena *into);
#endif
