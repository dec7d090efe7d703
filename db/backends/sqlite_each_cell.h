/* What servers told, cell by cell as plain SQL reads it, for those who add all of it up. */
#ifndef DX_DB_SQLITE_EACH_CELL_H
#define DX_DB_SQLITE_EACH_CELL_H
#include "db/backends/sqlite_sums.h"

/* temp.each_cell, with the columns of cell. */
DX_CHECK dx_rc sq_each_cell_make(sq_store *s, dx_err *err);
DX_CHECK dx_rc sq_each_cell_drop(sq_store *s, dx_err *err); /* also when there is none */

#define SQ_DUE_WEEK SQ_SQL_WEEK("day")
#define SQ_DUE_SPAN "((" SQ_DUE_WEEK " + 16000000) / 16 - 1000000)"
/* SQL knows no year beyond 9999, but a log may: the calendar is the same every 146,097 days. */
#define SQ_DUE_MONTH "day - strftime('%d', day % 146097 * 86400, 'unixepoch') + 1"

/* The rows of tally_line that temp.each_cell makes: kind, span, id, product, list. */
#define SQ_LINES_DUE                                                                               \
    "WITH one (kind, id, server, day, release, product, events, attempts, failures) AS (SELECT"    \
    " what >> 28, what & 268435455, server, day, cell.release, product, events, attempts,"         \
    " failures FROM temp.each_cell AS cell CROSS JOIN release ON release.id = cell.release"        \
    " WHERE what >= 268435456 AND what < 805306368),"                                              \
    " scoped (kind, id, server, day, product, events, attempts, failures) AS (SELECT kind, id,"    \
    " server, day, 0, events, attempts, failures FROM one UNION ALL SELECT kind, id, server, day," \
    " product, events, attempts, failures FROM one),"                                              \
    " heard (kind, id, product, server, day, last) AS (SELECT kind, id, product, server, day,"     \
    " day = max(day) OVER (PARTITION BY kind, id, product, server) FROM scoped"                    \
    " GROUP BY kind, id, product, server, day),"                                                   \
    " part (kind, id, product, list, day, events, attempts, failures) AS (SELECT kind, id,"        \
    " product, 1, day, sum(events), sum(attempts), sum(failures) FROM scoped GROUP BY 1, 2, 3, 5"  \
    " UNION ALL SELECT kind, id, product, 2, day, 0, count(*), sum(last) FROM heard"               \
    " GROUP BY 1, 2, 3, 5"                                                                         \
    " UNION ALL SELECT kind, id, product, 3, 7 * " SQ_DUE_WEEK " - 3, 0, count(DISTINCT server),"  \
    " sum(last) FROM heard GROUP BY 1, 2, 3, 5"                                                    \
    " UNION ALL SELECT kind, id, product, 4, " SQ_DUE_MONTH ", 0, count(DISTINCT server),"         \
    " sum(last) FROM heard GROUP BY 1, 2, 3, 5"                                                    \
    " UNION ALL SELECT kind, id, 0, 8 + 2 * release, 7 * " SQ_DUE_WEEK " - 3, sum(events),"        \
    " sum(attempts), sum(failures) FROM one GROUP BY 1, 2, 4, 5"                                   \
    " UNION ALL SELECT kind, id, 0, 9 + 2 * release, 7 * " SQ_DUE_WEEK " - 3, 0, count(*), 0"      \
    " FROM (SELECT kind, id, release, max(day) AS day FROM one"                                    \
    " GROUP BY kind, id, release, server) GROUP BY 1, 2, 4, 5)"                                    \
    " SELECT kind, span, id, product, dx_week(list, place / 7, place % 7 - 3, events, attempts,"   \
    " failures) FROM (SELECT *, day - 112 * span + 3 AS place FROM (SELECT *, " SQ_DUE_SPAN        \
    " AS span FROM part)) GROUP BY 1, 2, 3, 4"

#endif
