/* Random logs made of what formats and signatures look for. */
#ifndef DX_TESTS_CONTRACT_RANDOM_H
#define DX_TESTS_CONTRACT_RANDOM_H
#include <stdint.h>
#include "core/buf.h"

/* The same seed gives the same text: about `pieces` words, stamps and line ends. */
void random_log(uint64_t seed, size_t pieces, dx_buf *out);
#endif
