/* The clock, the store and the scan's options, from what the command line says. */
#ifndef DX_CLI_OPEN_H
#define DX_CLI_OPEN_H
#include "cli/command.h"
#include "db/store.h"

/* --now, SETUPDX_NOW, or the computer's clock.  DX_E_USAGE when it is no time. */
DX_CHECK dx_rc dx_open_clock(const dx_settings *settings, int64_t *now_us, dx_err *err);

/* The store.  One that nobody named and that cannot be opened is replaced by ":memory:", with a
 * warning, unless `must_exist`. */
DX_CHECK dx_rc dx_open_store(const dx_invocation *in, int64_t now_us, bool must_exist,
                             dx_store **out, dx_str *name, dx_err *err);

/* A store that is there already: to read (nothing is written, not even by an older schema) or to
 * write.  ':memory:' is none. */
DX_CHECK dx_rc dx_open_known(const dx_invocation *in, int64_t now_us, bool to_write, dx_store **out,
                             dx_str *name, dx_err *err);
#endif
