/* A list at work (sqlite_list*.c): what is new, came again, spreads, or went quiet. */
#ifndef DX_DB_SQLITE_LIST_H
#define DX_DB_SQLITE_LIST_H
#include "db/backends/sqlite_trend.h"

typedef struct sq_list_entry {
    int64_t id, first_us, before_us;
    dx_again again;
    dx_list_row row;
} sq_list_entry;

typedef struct sq_list_job {
    sq_store *s;
    const dx_list_query *q;
    dx_arena *into;
    dx_trend_query trend; /* the question that counts */
    sq_job job;
    size_t top;              /* rows at most */
    int64_t first, day;      /* of the window; today */
    int64_t quiet;           /* weeks that were meant */
    sq_trend_gather *gather; /* the counts of the window, or NULL: from the store's sums */
    void *ctx;
    sq_list_entry *p;
    size_t n, cap;
} sq_list_job;

/* DX_FAIL only when out of memory. */
DX_CHECK dx_rc sq_list_add(sq_list_job *l, sq_list_entry e, dx_err *err);
/* The rows that were asked for, of entries in their order. */
DX_CHECK dx_rc sq_list_give(sq_list_job *l, dx_list *out, dx_err *err);
/* Servers, the one that was seen last first. */
DX_CHECK dx_rc sq_list_quiet(sq_list_job *l, dx_list *out, dx_err *err);
#endif
