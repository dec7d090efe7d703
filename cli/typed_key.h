/* The key of a finding as people type it or copy it out of a report. */
#ifndef DX_CLI_TYPED_KEY_H
#define DX_CLI_TYPED_KEY_H
#include "db/trends.h"

/* "7f3c-19aa", or a beginning of one with its dash ("7f3c-"), from that and from "7F3C-19AA",
 * "key 7f3c-19aa" and "[key 7f3c-19aa]"; nothing else looks like that.  Lives in `into`; DX_NONE:
 * it is no key, or there is no memory. */
dx_str dx_typed_key(dx_str typed, dx_arena *into);

/* The only key of the store that begins so; lives in `into`.  DX_E_USAGE: there is none, or there
 * are several. */
DX_CHECK dx_rc dx_typed_key_in(dx_store *store, dx_str store_name, dx_str key, dx_arena *into,
                               dx_str *out, dx_err *err);
#endif
