/* All that is known as one Markdown page: docs/rules.md. */
#ifndef DX_CLI_RULES_PAGE_H
#define DX_CLI_RULES_PAGE_H
#include "cli/knowledge.h"
#include "core/buf.h"

/* Runs all cases to say how sure each diagnosis gets. */
DX_CHECK dx_rc dx_rules_page(dx_buf *out, const dx_knowledge *know, dx_arena *into, dx_err *err);
#endif
