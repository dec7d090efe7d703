#include "db/backends/sqlite_each_cell.h"
#include "db/backends/sqlite_heard.h"
#include "db/backends/sqlite_packs.h"

dx_rc sq_each_cell_make(sq_store *s, dx_err *err)
{
    static const char *const steps[] = {
        "CREATE TEMP TABLE each_cell (server, what, day, release, events, attempts, failures,"
        " PRIMARY KEY (server, what, day, release)) WITHOUT ROWID",
        "INSERT OR IGNORE INTO temp.each_cell SELECT " SQ_CELL_COLUMNS
        " FROM cell_list ORDER BY 1, 2, 3, 4"};
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == DX_OK; i++)
        rc = sq_do_(s, err, steps[i], NULL, 0);
    return rc;
}

dx_rc sq_each_cell_drop(sq_store *s, dx_err *err)
{
    return sq_do_(s, err, "DROP TABLE IF EXISTS temp.each_cell", NULL, 0);
}

dx_rc sq_lines_fill(sq_store *s, dx_err *err)
{
    static const char *const steps[] = {
        "INSERT INTO tally_line " SQ_LINES_DUE,
        "INSERT INTO week_servers " SQ_HEARD_DUE(SQ_DUE_WEEK),
        "INSERT INTO week_things SELECT kind, bucket,"
        " dx_week(0, id / 7, id % 7 - 3, 0, servers, 0) FROM tally"
        " WHERE kind IN (1, 2) AND product = 0 AND grain = 2 GROUP BY 1, 2"};
    dx_rc rc = sq_each_cell_make(s, err);
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == DX_OK; i++)
        rc = sq_do_(s, err, steps[i], NULL, 0);
    return sq_each_cell_drop(s, rc ? NULL : err) || rc ? DX_FAIL : DX_OK;
}
