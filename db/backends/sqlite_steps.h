/* The schema's history: sq_steps[v] leads from version v to v + 1.  Included once by each program
 * that makes or migrates stores. */
#ifndef DX_DB_SQLITE_STEPS_H
#define DX_DB_SQLITE_STEPS_H
#include "db/backends/sqlite.h"

static const char *const sq_steps[SQ_SCHEMA] = {
#include "db/schema.sql.inc"
    ,
#include "db/schema2.sql.inc"
#include "db/views.sql.inc"
    ,
#include "db/schema3.sql.inc"
    ,
#include "db/schema4.sql.inc"
    ,
#include "db/schema5.sql.inc"
    ,
#include "db/schema6.sql.inc"
    ,
#include "db/schema7.sql.inc"
    ,
#include "db/schema8.sql.inc"
    ,
#include "db/schema9.sql.inc"
    ,
#include "db/schema10.sql.inc"
    ,
#include "db/schema11.sql.inc"
    ,
#include "db/schema12.sql.inc"
    ,
#include "db/schema13_attempts.sql.inc"
#include "db/schema13_sums.sql.inc"
    ,
#include "db/schema14_unread.sql.inc"
#include "db/schema14_sums.sql.inc"
    ,
#include "db/schema15.sql.inc"
};

/* What the step to version 13 leaves behind until its content stands in its new place. */
static const char sq_left_over[] = "DROP TABLE kept_rows; DROP TABLE fact_rows";
#endif
