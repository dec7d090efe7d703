/* Rows that are written and read together lie in one value, as a list, which SQL can read as a
 * table (sqlite_lists.c). */
#ifndef DX_DB_SQLITE_LISTS_H
#define DX_DB_SQLITE_LISTS_H
#include "db/backends/sqlite.h"

enum { SQ_LIST_COLUMNS = 8 };

/* A list as a table: FROM t CROSS JOIN name(t.list). */
typedef struct sq_list_table {
    const char *name, *declared; /* with its columns, the list's own being the last one */
    int columns;                 /* without that one */
    /* Takes the next row from what is left: false behind the last one, and where the bytes are no
     * such list.  Texts live until the next call. */
    bool (*next)(dx_str *left, dx_buf *scratch, sq_arg row[SQ_LIST_COLUMNS]);
} sq_list_table;
int sq_lists_register(sqlite3 *db); /* all of them; SQLite's codes */

/* How many lists are not as they are written here, so that what was stored is not what is read: of
 * cells (cell_pack), of records near failures, of facts. */
typedef struct sq_broken_lists {
    int64_t cells, kept, facts;
} sq_broken_lists;
DX_CHECK dx_rc sq_lists_look(sq_store *s, sq_broken_lists *out, dx_err *err);

/* ---- what is kept for rules to come (sqlite_kept.c) ---- */
/* All records of an attempt (kept.list): of each seq, line, more and offset, 0 or the time and 1,
 * and twice the level; then the length of its text and the text, or, when the level's double has 1
 * added to it, the id of an evidence that has it.  Numbers are written by seven bits, the lowest
 * first, those that may be negative with their sign in the lowest bit. */
typedef struct sq_kept {
    int64_t seq, line, more, offset, time_us, level; /* as of an event */
    int64_t evidence;                                /* that has the text, or 0 */
    dx_str text;
} sq_kept;

/* Adds a record to a list; out->failed shows want of memory. */
void sq_kept_pack(dx_buf *out, const sq_kept *k);
/* sq_kept(list): seq, line, more, offset, time_us, level, evidence, text; one of the last two is
 * NULL. */
extern const sq_list_table sq_kept_table;

/* Those of an attempt, in place of what it had unless it is a fresh one. */
DX_CHECK dx_rc sq_put_kept(sq_store *s, int64_t attempt, bool fresh, const sq_new *a, dx_err *err);
/* Before version 13 each had a row of its own: packs those of `kept_rows`. */
DX_CHECK dx_rc sq_kept_gather(sq_store *s, dx_err *err);

/* ---- what a log says of an attempt (sqlite_facts.c) ---- */
/* All facts of an attempt (attempt.facts), as JSON for those who look with other tools: a list of
 * [name, how, line or null, "value"], the first two terms. */
typedef struct sq_fact {
    int64_t name, how, line; /* SQ_ROW_NULL: none */
    dx_str value;
} sq_fact;

void sq_fact_pack(dx_buf *out, const sq_fact *f); /* what lies between the brackets */
/* sq_facts(facts): ord, name, value, line, how */
extern const sq_list_table sq_facts_table;

/* The facts of an attempt that is on its way into the store, whole. */
DX_CHECK dx_rc sq_facts_of(sq_store *s, const dx_attempt *a, dx_buf *out, dx_err *err);
/* Before version 13 each had a row of its own: packs those of `fact_rows`. */
DX_CHECK dx_rc sq_facts_gather(sq_store *s, dx_err *err);
#endif
