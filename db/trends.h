/* What a store can tell over all servers, and what people tell it.  Reading is quick at any size:
 * answers come from sums that are kept with every change (docs/store.md, "Sums").
 * All reads: *out and everything in it lives in `into`; core/trend.h and core/fleet.h say what each
 * question may hold and what its answer means.  DX_E_USAGE for a question that makes no sense,
 * DX_E_LIMIT for a window of more than 1,000 buckets, DX_E_STORE for a store that cannot answer. */
#ifndef DX_DB_TRENDS_H
#define DX_DB_TRENDS_H
#include "core/fleet.h"
#include "db/store.h"

DX_CHECK dx_rc dx_store_trend(dx_store *s, const dx_trend_query *q, dx_arena *into, dx_trend *out,
                              dx_err *err);
DX_CHECK dx_rc dx_store_list(dx_store *s, const dx_list_query *q, dx_arena *into, dx_list *out,
                             dx_err *err);
/* Cases that began in where->since_us .. until_us. */
DX_CHECK dx_rc dx_store_fixes(dx_store *s, const dx_trend_filter *where, dx_arena *into,
                              dx_fixes *out, dx_err *err);

DX_CHECK dx_rc dx_store_findings(dx_store *s, const dx_findings_query *q, dx_arena *into,
                                 dx_findings *out, dx_err *err);
/* DX_END: no such key. */
DX_CHECK dx_rc dx_store_finding(dx_store *s, dx_str key, int64_t now_us, dx_arena *into,
                                dx_finding_page *out, dx_err *err);
/* "7f3c-19aa", or a beginning of one with its dash ("7f3c-"), from that and from "7F3C-19AA",
 * "key 7f3c-19aa" and "[key 7f3c-19aa]"; nothing else looks like that.  Lives in `into`; DX_NONE:
 * it is no key, or there is no memory. */
dx_str dx_typed_key(dx_str typed, dx_arena *into);
/* Keys of findings and undecided groups that begin so, in order, at most 9. */
DX_CHECK dx_rc dx_store_find_keys(dx_store *s, dx_str beginning, dx_arena *into, dx_str **keys,
                                  size_t *n, dx_err *err);
/* Keys of findings that were resolved by this ticket, whatever its case, in order, at most 9. */
DX_CHECK dx_rc dx_store_find_ticket(dx_store *s, dx_str ticket, dx_arena *into, dx_str **keys,
                                    size_t *n, dx_err *err);
/* The latest attempt that shows a finding or an undecided group; DX_END: no such key. */
DX_CHECK dx_rc dx_store_key_attempt(dx_store *s, dx_str key, int64_t *attempt, dx_err *err);
DX_CHECK dx_rc dx_store_attempts(dx_store *s, const dx_attempts_query *q, dx_arena *into,
                                 dx_attempts *out, dx_err *err);
DX_CHECK dx_rc dx_store_servers(dx_store *s, const dx_servers_query *q, dx_arena *into,
                                dx_servers *out, dx_err *err);
/* DX_END: neither a server nor an alias of one. */
DX_CHECK dx_rc dx_store_server(dx_store *s, dx_str name, dx_arena *into, dx_server_row *out,
                               dx_err *err);
DX_CHECK dx_rc dx_store_heat(dx_store *s, const dx_heat_query *q, dx_arena *into, dx_heat *out,
                             dx_err *err);
DX_CHECK dx_rc dx_store_unknowns(dx_store *s, const dx_unknown_query *q, dx_arena *into,
                                 dx_unknowns *out, dx_err *err);
/* Reads every log's row: about a second for 500,000. */
DX_CHECK dx_rc dx_store_coverage(dx_store *s, const dx_coverage_query *q, dx_arena *into,
                                 dx_coverage *out, dx_err *err);

/* ---- what people tell; each is one transaction and is remembered with its time and author ---- */

/* `name` counts as `canonical` from now on and for all that is stored; empty: as itself again.
 * Chains and circles are refused (DX_E_USAGE).  Neither needs to be known yet. */
DX_CHECK dx_rc dx_store_alias(dx_store *s, dx_str name, dx_str canonical, dx_str by, dx_err *err);

typedef struct dx_tagging {
    dx_str server, name, value; /* an empty value takes the tag away */
} dx_tagging;
/* All or none.  A server that is not known yet gets its tags for later. */
DX_CHECK dx_rc dx_store_tag(dx_store *s, const dx_tagging *rows, size_t n, dx_str by, dx_err *err);

typedef struct dx_resolution {
    dx_str key, fix, ticket, by;
} dx_resolution;
/* DX_E_USAGE: no finding has this key. */
DX_CHECK dx_rc dx_store_resolve(dx_store *s, const dx_resolution *r, dx_err *err);

/* until_us DX_NO_TIME ends a silence now. */
DX_CHECK dx_rc dx_store_silence(dx_store *s, dx_str diagnosis, int64_t until_us, dx_str reason,
                                dx_str by, dx_err *err);

typedef struct dx_silence {
    dx_str diagnosis, reason, by;
    int64_t at_us, until_us;
} dx_silence;
/* Those in force at now_us, by diagnosis. */
DX_CHECK dx_rc dx_store_silences(dx_store *s, int64_t now_us, dx_arena *into, dx_silence **out,
                                 size_t *n, dx_err *err);
/* History of a finding's key, a diagnosis or a server. */
DX_CHECK dx_rc dx_store_notes(dx_store *s, dx_str subject, dx_arena *into, dx_notes *out,
                              dx_err *err);
#endif
