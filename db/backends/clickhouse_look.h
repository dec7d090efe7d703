/* What SQL of other people reads of a view before it is asked: which columns, and which rows it
 * says it wants.  A view that stands for nothing is put in the place of the real one, and SQLite,
 * when it plans the query, tells that view what it would be asked.  Inside db/backends/ only. */
#ifndef DX_DB_CLICKHOUSE_LOOK_H
#define DX_DB_CLICKHOUSE_LOOK_H
#include "db/backends/sqlite.h"

typedef enum ch_bound { CH_IS, CH_IS_NOT, CH_AT_LEAST, CH_AT_MOST, CH_NONE, CH_SOME } ch_bound;

typedef struct ch_value {
    bool is_number;
    int64_t number; /* or */
    dx_str text;
} ch_value;

/* A row that the query can use has in this column such a value: for CH_IS one of several, for
 * CH_NONE and CH_SOME there are none; > counts as >=, < as <=. */
typedef struct ch_limit {
    int column;
    ch_bound bound;
    const ch_value *values; /* all numbers, or all texts */
    size_t n;
} ch_limit;

enum { CH_LIMITS = 12 };

typedef struct ch_look {
    const char *name; /* of the view, which has 63 columns at most */
    dx_str columns;   /* made, with commas */
    /* Made when a query is planned. */
    bool planned;  /* it is read */
    uint64_t used; /* columns that it reads, by their bits */
    ch_limit limits[CH_LIMITS];
    size_t n;
    dx_arena *arena; /* of their texts */
} ch_look;

/* Puts these in the place of the views of an empty store, so that nothing but what a query names
 * itself is read of it; they and `arena` live as long as it. */
DX_CHECK dx_rc ch_look_put(sq_store *empty, ch_look *looks, size_t n, dx_arena *arena, dx_err *err);

/* Fills `looks` for a query; fails as the query would when it is asked.  *tables: it reads some of
 * the store's. */
DX_CHECK dx_rc ch_look_at(sq_store *empty, ch_look *looks, size_t n, dx_str sql, bool *tables,
                          dx_err *err);

/* A condition that is a column of yes and no by itself, as in "WHERE failed AND NOT of_product",
 * becomes a comparison with 0, of which SQLite tells more; all else stays as it is. */
void ch_look_plainly(dx_buf *out, dx_str sql);
/* Whether rows of a join may come without a partner. */
bool ch_look_outer(dx_str sql);
#endif
