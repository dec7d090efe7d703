/* From what people type to the key of a finding in a store. */
#ifndef DX_CLI_TYPED_KEY_H
#define DX_CLI_TYPED_KEY_H
#include "db/trends.h"

/* The only key of the store that begins so; lives in `into`.  DX_E_USAGE: there is none, or there
 * are several. */
DX_CHECK dx_rc dx_typed_key_in(dx_store *store, dx_str store_name, dx_str key, dx_arena *into,
                               dx_str *out, dx_err *err);
/* The key of the only finding that was resolved by this ticket; lives in `into`.  DX_END: there is
 * none; DX_E_USAGE: there are several. */
DX_CHECK dx_rc dx_ticket_key_in(dx_store *store, dx_str ticket, dx_arena *into, dx_str *out,
                                dx_err *err);
#endif
