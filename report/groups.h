/* Items that say the same of several servers, or several times of one: a long report tells them
 * once. */
#ifndef DX_REPORT_GROUPS_H
#define DX_REPORT_GROUPS_H
#include "report/plan.h"

typedef struct dx_group {
    const dx_item **item; /* by server, then in the order of the plan */
    size_t n, servers;
    const dx_item *latest; /* the one of them that came last: it tells for all */
} dx_group;

/* Findings are alike by diagnosis, state and whether somebody stopped the attempt, open questions
 * by their causes, other attempts by product, version and ending, and those that no rule explains
 * by their code.  The most urgent group comes first; of those as urgent the one on most servers,
 * then the one seen last.  All lives in `into`; the items are borrowed.  False when out of memory.
 */
DX_CHECK bool dx_report_groups(const dx_report *r, const dx_item *items, size_t n, dx_arena *into,
                               dx_group **out, size_t *n_out);

/* What a document tells: groups of items that are told in full (all but endings), and groups of
 * attempts of which only the ending is told. */
typedef struct dx_outline {
    dx_group *block, *ending;
    size_t n_blocks, n_endings;
    bool grouped; /* else each is alone in its group, in the order of the plan */
} dx_outline;

enum { DX_OUTLINE_FEW = 20 };
/* Of more groups, attempts and sources a document says but how many they are. */
enum { DX_OUTLINE_BLOCKS = 100, DX_OUTLINE_ATTEMPTS = 200, DX_OUTLINE_SOURCES = 200 };

/* Groups what is more than DX_OUTLINE_FEW blocks, unless all are to be told each by itself.  All
 * lives in `into`. */
DX_CHECK dx_rc dx_report_outline(const dx_report *r, bool each, dx_arena *into, dx_outline *out,
                                 dx_err *err);
/* Whether a document tells of this source.  To be asked of all sources in turn, twice: first with
 * `damaged` for those that should have been readable, then without for the others, until
 * DX_OUTLINE_SOURCES were told; *told counts them and begins with 0. */
bool dx_outline_source(const dx_report *r, size_t source, bool damaged, size_t *told);

/* What item i of the group speaks of is another server than that of the item before. */
bool dx_group_next_server(const dx_report *r, const dx_group *g, size_t i);

/* What the titles of its findings begin with: all of it when they are the same, else up to the last
 * whole word; empty when that says too little. */
dx_str dx_group_title(const dx_report *r, const dx_group *g);
#endif
