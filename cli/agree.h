/* Several machines may write to one store, and know only together what became of a failure. */
#ifndef DX_CLI_AGREE_H
#define DX_CLI_AGREE_H
#include "cli/knowledge.h"
#include "db/store.h"

/* What waits here goes on to the store that all share, or is said to wait; then findings on servers
 * whose logs others read, too, are followed up with all that is known of these.  `know` may be
 * NULL: then the rules are loaded when there is something to do.  Nothing is done for a store that
 * has one writer. */
DX_CHECK dx_rc dx_agree_send(dx_store *store, const dx_settings *settings, const dx_knowledge *know,
                             dx_err *err);
/* Who follows them up; both must outlive it, and `know` may be NULL, too. */
dx_settler dx_agree_settler(const dx_settings *settings, const dx_knowledge *know);
/* Only the latter. */
DX_CHECK dx_rc dx_agree(dx_store *store, const dx_settings *settings, const dx_knowledge *know,
                        dx_err *err);
#endif
