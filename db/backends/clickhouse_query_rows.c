/* v_attempts and v_findings of a shared store: the servers leave out the rows that a query says it
 * does not want and the columns that it does not read, and tell rows that are then alike once, with
 * how many there are. */
#include "db/backends/clickhouse_detail.h"
#include "db/backends/clickhouse_query.h"
#include "db/backends/clickhouse_sums.h"
#include "db/backends/clickhouse_trouble.h"
#include "core/time.h"

/* ---- what the views are made of ---- */

/* What is read of an attempt's row, by name. */
enum {
    US = 1,
    PRODUCT = 2,
    RELEASE = 4,
    OUTCOME = 8,
    FAILED = 16,
    DIAGNOSIS = 32,
    CAUSE = 64,
    CODE = 128,
    OWN = 256,
    FOUND = 512,
    PARTS = 10
};

#define LAST_OF(kind) "arrayElement(arrayFilter((n, k) -> k = " kind ", names, kinds), -1)"

static const ch_column parts[PARTS] = {
    {"happened_us", "us"},
    {"product", "product"},
    {"release", "release"},
    {"outcome", "outcome"},
    {"failed", "failed"},
    {LAST_OF("2"), "best"},
    {LAST_OF("3"), "cause"},
    {LAST_OF("4"), "code"},
    {"splitByChar('\\x1f', arrayElement(arrayFilter(x -> substring(x, 1, 2) = 'A\\x1f',"
     " splitByChar('\\x1e', detail)), 1))",
     "own_line"},
    {CH_FOUND, "found"}};

/* How a value becomes one of the table: as it is, without the escapes of a finding, as a number; an
 * empty one is NULL, or a number that is not there. */
typedef enum how { PLAIN, DETAIL, NUMBER, PLAIN_OR_NULL, NUMBER_OR_NULL } how;

typedef struct column {
    const char *is;
    unsigned from; /* parts */
    how how;
    const char *said; /* what the view says of it, where that is another text */
} column;

typedef struct view {
    const char *name;
    const char *make[3]; /* the view gives way, a table comes, and the view of that */
    const char *put;     /* all columns in order */
    const column *columns;
    int n;
    int server, happened; /* columns */
    bool of_findings;
} view;

enum { MOST_COLUMNS = 14 };

#define HAPPENED "strftime('%Y-%m-%dT%H:%M:%SZ', happened, 'unixepoch') AS happened"
#define ENDED    "strftime('%Y-%m-%dT%H:%M:%SZ', ended / 1000000, 'unixepoch') AS ended"
#define OUTCOMES                                                                                   \
    "CASE outcome WHEN 0 THEN 'undecided' WHEN 1 THEN 'succeeded' WHEN 2 THEN 'failed'"            \
    " WHEN 3 THEN 'cancelled' ELSE 'cut off' END AS outcome"
#define STATES                                                                                     \
    "CASE state WHEN 0 THEN 'open' WHEN 1 THEN 'fix begun' WHEN 2 THEN 'fix left open'"            \
    " ELSE 'resolved' END AS state"
#define SAID_OUTCOME                                                                               \
    "multiIf(outcome = 0, 'undecided', outcome = 1, 'succeeded', outcome = 2, 'failed',"           \
    " outcome = 3, 'cancelled', 'cut off')"
#define SAID_STATE                                                                                 \
    "multiIf(toInt64OrZero(r[7]) = 0, 'open', toInt64OrZero(r[7]) = 1, 'fix begun',"               \
    " toInt64OrZero(r[7]) = 2, 'fix left open', 'resolved')"

#define ATTEMPT_COLUMNS                                                                            \
    "attempt INTEGER, server TEXT, product TEXT, version TEXT, format TEXT, happened, ended,"      \
    " outcome, failed INTEGER, code TEXT, diagnosis TEXT, cause TEXT, errors INTEGER,"             \
    " warnings INTEGER"
#define FINDING_COLUMNS                                                                            \
    "key TEXT, attempt INTEGER, server TEXT, product TEXT, version TEXT, diagnosis TEXT,"          \
    " cause TEXT, confidence INTEGER, state, happened, title TEXT"

static const column of_attempts[] = {{"number", 0, NUMBER, NULL},
                                     {"host", 0, PLAIN, NULL},
                                     {"product", PRODUCT, PLAIN, NULL},
                                     {"release", RELEASE, PLAIN, NULL},
                                     {"format", 0, PLAIN, NULL},
                                     {"intDiv(us, 1000000)", US, NUMBER, NULL},
                                     {"own_line[2]", OWN, NUMBER_OR_NULL, NULL},
                                     {"outcome", OUTCOME, NUMBER, SAID_OUTCOME},
                                     {"failed", FAILED, NUMBER, NULL},
                                     {"code", CODE, PLAIN_OR_NULL, NULL},
                                     {"best", DIAGNOSIS, PLAIN_OR_NULL, NULL},
                                     {"cause", CAUSE, PLAIN_OR_NULL, NULL},
                                     {"toInt64OrZero(own_line[8])", OWN, NUMBER, NULL},
                                     {"toInt64OrZero(own_line[9])", OWN, NUMBER, NULL}};

static const column of_findings[] = {{"r[2]", FOUND, DETAIL, NULL},
                                     {"number", 0, NUMBER, NULL},
                                     {"host", 0, PLAIN, NULL},
                                     {"product", PRODUCT, PLAIN, NULL},
                                     {"release", RELEASE, PLAIN, NULL},
                                     {"r[3]", FOUND, DETAIL, NULL},
                                     {"r[4]", FOUND, DETAIL, NULL},
                                     {"toInt64OrZero(r[6])", FOUND, NUMBER, NULL},
                                     {"toInt64OrZero(r[7])", FOUND, NUMBER, SAID_STATE},
                                     {"intDiv(us, 1000000)", US, NUMBER, NULL},
                                     {"r[5]", FOUND, DETAIL, NULL}};

static const view attempts_view = {
    .name = "v_attempts",
    .make = {"DROP VIEW v_attempts", "CREATE TABLE asked_attempt (" ATTEMPT_COLUMNS ")",
             "CREATE VIEW v_attempts AS SELECT attempt, server, product, version, format, " HAPPENED
             ", " ENDED ", " OUTCOMES
             ", failed, code, diagnosis, cause, errors, warnings FROM asked_attempt"},
    .put = "INSERT INTO asked_attempt VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,"
           " ?13, ?14)",
    .columns = of_attempts,
    .n = sizeof of_attempts / sizeof *of_attempts,
    .server = 1,
    .happened = 5};

static const view findings_view = {
    .name = "v_findings",
    .make = {"DROP VIEW v_findings", "CREATE TABLE asked_finding (" FINDING_COLUMNS ")",
             "CREATE VIEW v_findings AS SELECT key, attempt, server, product, version, diagnosis,"
             " cause, confidence, " STATES ", " HAPPENED ", title FROM asked_finding"},
    .put = "INSERT INTO asked_finding VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    .columns = of_findings,
    .n = sizeof of_findings / sizeof *of_findings,
    .server = 2,
    .happened = 9,
    .of_findings = true};

/* ---- which rows ---- */

/* The day that a text names as the view writes moments; false where it names none. */
static bool day_of(dx_str text, int64_t *day)
{
    enum { DATE = 10 };
    char again[32];
    int64_t us;

    text = dx_str_slice(text, 0, text.n < DATE ? text.n : DATE);
    if (!dx_time_from_iso(text, &us))
        return false;
    dx_time_iso(us, again);
    *day = dx_day_of(us);
    return dx_str_eq(text, (dx_str){again, DATE}); /* 2026-2-31 is none */
}

/* Whole days: what is left over is left out here.  The view cuts moments to seconds towards 1970,
 * so less than a second before a day may be shown as that day. */
static void limit_time(ch_job *l, const ch_limit *of)
{
    enum { SECOND_US = 1000000 };
    int64_t day;

    if (of->n != 1 || of->bound == CH_IS_NOT || of->values[0].is_number ||
        !day_of(of->values[0].text, &day))
        return;
    if (of->bound != CH_AT_MOST)
        dx_buf_printf(&l->sql, " AND us > %lld", (long long)(day * DX_DAY_US - SECOND_US));
    if (of->bound != CH_AT_LEAST)
        dx_buf_printf(&l->sql, " AND us < %lld", (long long)((day + 1) * DX_DAY_US));
}

/* Where a value may be NULL, it is so when it is empty. */
static void limit_null(ch_job *l, const column *c, const ch_limit *of)
{
    if (c->how == PLAIN_OR_NULL || c->how == NUMBER_OR_NULL)
        dx_buf_printf(&l->sql, " AND %s %s ''", c->is, of->bound == CH_NONE ? "=" : "!=");
}

static void add_value(ch_job *l, const column *c, const ch_value *v)
{
    if (v->is_number)
        dx_buf_printf(&l->sql, "toInt64(%lld)", (long long)v->number);
    else if (c->how == DETAIL)
        ch_add_detail_literal(l, v->text);
    else
        dx_clickhouse_literal(&l->sql, v->text);
}

static void limit_value(ch_job *l, const column *c, const ch_limit *of)
{
    static const char *const signs[] = {
        [CH_IS] = "=", [CH_IS_NOT] = "!=", [CH_AT_LEAST] = ">=", [CH_AT_MOST] = "<="};
    const bool number = c->how == NUMBER && c->said == NULL;

    /* How SQLite compares a text with a number is left to it, and which text is greater. */
    if (number != of->values[0].is_number || c->how == NUMBER_OR_NULL ||
        (!number && (of->bound == CH_AT_LEAST || of->bound == CH_AT_MOST)))
        return;
    dx_buf_printf(&l->sql, " AND (");
    for (size_t i = 0; i < of->n; i++) {
        dx_buf_printf(&l->sql, "%s%s %s ", i ? " OR " : "", c->said ? c->said : c->is,
                      signs[of->bound]);
        add_value(l, c, &of->values[i]);
    }
    dx_buf_char(&l->sql, ')');
}

static void add_limits(ch_job *l, const view *v, const ch_look *look)
{
    ch_add(l, " WHERE 1");
    for (size_t i = 0; i < look->n; i++) {
        const int at = look->limits[i].column;
        if (at == v->happened)
            limit_time(l, &look->limits[i]);
        else if (look->limits[i].n == 0)
            limit_null(l, &v->columns[at], &look->limits[i]);
        else
            limit_value(l, &v->columns[at], &look->limits[i]);
    }
}

/* ---- the statement ---- */

static unsigned parts_of(const view *v, const ch_look *look)
{
    unsigned needed = v->of_findings ? FOUND : FAILED; /* one at least */

    for (int i = 0; i < v->n; i++)
        if (look->used >> i & 1)
            needed |= v->columns[i].from;
    for (size_t i = 0; i < look->n; i++)
        needed |= v->columns[look->limits[i].column].from;
    return needed;
}

/* All of a server's attempts are under its names, so these are looked for first. */
static dx_rc add_attempts(ch_job *l, const view *v, const ch_look *look, dx_err *err)
{
    const unsigned needed = parts_of(v, look);
    dx_trend_filter where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};
    ch_column columns[PARTS];
    size_t n = 0;

    for (size_t i = 0; i < PARTS; i++)
        if (needed >> i & 1)
            columns[n++] = parts[i];
    for (size_t i = 0; i < look->n; i++)
        if (look->limits[i].column == v->server && look->limits[i].bound == CH_IS &&
            look->limits[i].n == 1)
            where.server = look->limits[i].values[0].text;
    return ch_add_once(l, columns, n, &where, NULL, err);
}

/* Each with its attempt. */
static dx_rc add_findings(ch_job *l, const view *v, const ch_look *look, dx_err *err)
{
    const unsigned needed = parts_of(v, look);

    ch_add(l, "SELECT host, of, place, format, number, ord, splitByChar('\\x1f', rec) AS r");
    for (size_t i = 0; i < PARTS; i++)
        if (needed >> i & 1 && 1u << i != FOUND)
            dx_buf_printf(&l->sql, ", %s", parts[i].name);
    ch_add(l, " FROM (");
    if (add_attempts(l, v, look, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ") ARRAY JOIN found AS rec, arrayEnumerate(found) AS ord");
    return DX_OK;
}

static dx_rc add_rows(ch_job *l, const view *v, const ch_look *look, dx_err *err)
{
    ch_add(l, "SELECT ");
    for (int i = 0; i < v->n; i++)
        if (look->used >> i & 1)
            dx_buf_printf(&l->sql, "%s AS c%d, ", v->columns[i].is, i);
    ch_add(l, "count() AS alike FROM (");
    if ((v->of_findings ? add_findings : add_attempts)(l, v, look, err) != DX_OK)
        return DX_FAIL;
    ch_add(l, ")");
    add_limits(l, v, look);
    const char *between = " GROUP BY ";
    for (int i = 0; i < v->n; i++) {
        if (!(look->used >> i & 1))
            continue;
        dx_buf_printf(&l->sql, "%sc%d", between, i);
        between = ", ";
    }
    /* As they are numbered in a store that read everything. */
    ch_add(l, v->of_findings ? " ORDER BY min((of, place, ord))" : " ORDER BY min((of, place))");
    dx_buf_printf(&l->sql, " LIMIT %d", CH_MOST_ROWS + 1);
    return DX_OK;
}

/* ---- rows ---- */

typedef struct taking {
    const view *v;
    const ch_look *look;
    int64_t rows;
} taking;

static sq_arg value_of(ch_job *l, how what, dx_str text)
{
    switch (what) {
    case PLAIN:
        break;
    case DETAIL:
        return SQ_T(ch_detail_plain(text, l->scratch));
    case NUMBER:
        return SQ_I(ch_number(text));
    case PLAIN_OR_NULL:
        return text.n ? SQ_T(text) : SQ_NIL;
    case NUMBER_OR_NULL:
        return text.n ? SQ_I(ch_number(text)) : SQ_NIL;
    }
    return SQ_T(text);
}

/* Rows that are alike are so many rows, whatever SQL makes of them. */
static dx_rc take_alike(ch_job *l, void *ctx, const dx_str *f, dx_err *err)
{
    taking *x = ctx;
    sq_arg values[MOST_COLUMNS];
    int at = 0;

    for (int i = 0; i < x->v->n; i++)
        values[i] = x->look->used >> i & 1 ? value_of(l, x->v->columns[i].how, f[at++]) : SQ_NIL;
    const int64_t alike = ch_number(f[at]);
    if (alike < 1)
        return ch_say_strange(dx_clickhouse_url(l->from), err);
    if (alike > CH_MOST_ROWS - x->rows)
        return ch_too_many(x->v->name, err);
    x->rows += alike;
    for (int64_t i = 0; i < alike; i++)
        if (sq_do_(l->into, err, x->v->put, values, (size_t)x->v->n) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc load(ch_job *l, const view *v, const ch_look *look, dx_err *err)
{
    taking x = {.v = v, .look = look};
    size_t fields = 1;

    for (int i = 0; i < v->n; i++)
        fields += look->used >> i & 1;
    for (size_t i = 0; i < sizeof v->make / sizeof *v->make; i++)
        if (sq_do_(l->into, err, v->make[i], NULL, 0) != DX_OK)
            return DX_FAIL;
    dx_buf_clear(&l->sql);
    return add_rows(l, v, look, err) == DX_OK ? ch_rows(l, fields, take_alike, &x, err) : DX_FAIL;
}

dx_rc ch_load_view_attempts(ch_job *l, const ch_look *look, dx_err *err)
{
    return load(l, &attempts_view, look, err);
}

dx_rc ch_load_view_findings(ch_job *l, const ch_look *look, dx_err *err)
{
    return load(l, &findings_view, look, err);
}
