/* What a log says of an attempt, as a list in its row. */
#include <string.h>
#include "db/backends/sqlite_lists.h"
#include "db/backends/sqlite_sums.h"

/* ---- writing ---- */

static void pack_number(dx_buf *out, int64_t v)
{
    char digits[24], *p = digits + sizeof digits;
    uint64_t left = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do
        *--p = (char)('0' + left % 10);
    while (left /= 10);
    if (v < 0)
        *--p = '-';
    dx_buf_add(out, (dx_str){p, (size_t)(digits + sizeof digits - p)});
    dx_buf_char(out, ',');
}

void sq_fact_pack(dx_buf *out, const sq_fact *f)
{
    dx_buf_char(out, '[');
    pack_number(out, f->name);
    pack_number(out, f->how);
    if (f->line == SQ_ROW_NULL)
        dx_buf_add(out, DX_LIT("null,"));
    else
        pack_number(out, f->line);
    sq_quote(out, f->value, SQ_BRIEF);
    dx_buf_char(out, ']');
}

dx_rc sq_facts_of(sq_store *s, const dx_attempt *a, dx_buf *out, dx_err *err)
{
    dx_buf_char(out, '[');
    for (size_t i = 0; i < a->n_facts; i++) {
        const dx_fact *f = &a->facts[i];
        sq_fact one = {.line = f->line ? (int64_t)f->line - a->first_line : SQ_ROW_NULL,
                       .value = f->value};
        if (sq_term(s, f->name, &one.name, err) || sq_term(s, f->how, &one.how, err))
            return DX_FAIL;
        if (i)
            dx_buf_char(out, ',');
        sq_fact_pack(out, &one);
    }
    dx_buf_char(out, ']');
    return out->failed ? dx_nomem(err) : DX_OK;
}

/* ---- reading: just what is written above ---- */

static bool take(dx_str *left, const char *what)
{
    const size_t n = strlen(what);
    if (left->n < n || memcmp(left->p, what, n) != 0)
        return false;
    *left = (dx_str){left->p + n, left->n - n};
    return true;
}

enum { DIGITS = 18 };

static bool take_number(dx_str *left, int64_t *out)
{
    const bool negative = take(left, "-");
    size_t n = 0;
    *out = 0;
    for (; n < left->n && n < DIGITS && left->p[n] >= '0' && left->p[n] <= '9'; n++)
        *out = *out * 10 + (left->p[n] - '0');
    *left = (dx_str){left->p + n, left->n - n};
    if (negative)
        *out = -*out;
    return n && take(left, ",");
}

static int of_hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Behind a backslash. */
static bool take_escaped(dx_str *left, dx_buf *out)
{
    if (take(left, "u00")) {
        const int high = left->n >= 2 ? of_hex(left->p[0]) : -1;
        const int low = left->n >= 2 ? of_hex(left->p[1]) : -1;
        if (high < 0 || low < 0)
            return false;
        dx_buf_char(out, (char)(high << 4 | low));
        *left = (dx_str){left->p + 2, left->n - 2};
        return true;
    }
    if (!left->n || (*left->p != '"' && *left->p != '\\'))
        return false;
    dx_buf_char(out, *left->p);
    *left = (dx_str){left->p + 1, left->n - 1};
    return true;
}

static size_t plain(dx_str text)
{
    size_t n = 0;
    while (n < text.n && text.p[n] != '"' && text.p[n] != '\\')
        n++;
    return n;
}

static bool take_text(dx_str *left, dx_buf *scratch, dx_str *out)
{
    dx_buf_clear(scratch);
    if (!take(left, "\""))
        return false;
    while (left->n && *left->p != '"') {
        const size_t n = plain(*left);
        dx_buf_add(scratch, (dx_str){left->p, n});
        *left = (dx_str){left->p + n, left->n - n};
        if (take(left, "\\") && !take_escaped(left, scratch))
            return false;
    }
    *out = dx_buf_str(scratch);
    return take(left, "\"");
}

enum { ORD, NAME, VALUE, LINE, HOW, COLUMNS };

/* The first one has the number 0; behind it a list says what comes next. */
static bool next_fact(dx_str *left, dx_buf *scratch, sq_arg row[SQ_LIST_COLUMNS])
{
    sq_fact f = {.line = SQ_ROW_NULL};
    const bool first = left->n && *left->p == '[' && left->n > 1 && left->p[1] == '[';
    const bool any = take(left, first ? "[[" : ",[") && take_number(left, &f.name) &&
                     take_number(left, &f.how) &&
                     (take(left, "null,") || take_number(left, &f.line)) &&
                     take_text(left, scratch, &f.value) && take(left, "]");
    if (!any)
        return false;
    row[ORD] = SQ_I(first ? 0 : row[ORD].number + 1);
    row[NAME] = SQ_I(f.name);
    row[VALUE] = SQ_T(f.value);
    row[LINE] = f.line == SQ_ROW_NULL ? SQ_NIL : SQ_I(f.line);
    row[HOW] = SQ_I(f.how);
    return true;
}

const sq_list_table sq_facts_table = {
    "sq_facts", "CREATE TABLE facts (ord, name, value, line, how, given HIDDEN)", COLUMNS,
    next_fact};

/* ---- from rows of their own ---- */

static dx_rc put_gathered(sq_store *s, int64_t attempt, dx_buf *list, dx_err *err)
{
    dx_buf_char(list, ']');
    if (list->failed)
        return dx_nomem(err);
    const dx_rc rc = attempt ? sq_do(s, err, "UPDATE attempt SET facts = ?2 WHERE id = ?1",
                                     SQ_I(attempt), SQ_T(dx_buf_str(list)))
                             : DX_OK;
    dx_buf_clear(list);
    return rc;
}

static void gather_row(sqlite3_stmt *q, dx_buf *list, bool first)
{
    const sq_fact f = {.name = sqlite3_column_int64(q, 1),
                       .how = sqlite3_column_int64(q, 2),
                       .line = sq_time_at(q, 3),
                       .value = sq_bytes(q, 4)};
    dx_buf_char(list, first ? '[' : ',');
    sq_fact_pack(list, &f);
}

static dx_rc gather_rows(sq_store *s, sqlite3_stmt *q, dx_buf *list, dx_err *err)
{
    int64_t attempt = 0;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t next = sqlite3_column_int64(q, 0);
        const bool first = next != attempt;
        if (first && (rc = put_gathered(s, attempt, list, err)) != DX_OK)
            break;
        attempt = next;
        gather_row(q, list, first);
    }
    sq_done(q);
    return rc == DX_END ? put_gathered(s, attempt, list, err) : DX_FAIL;
}

dx_rc sq_facts_gather(sq_store *s, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_buf list = {0};
    if (sq_ask_(s, &q, err,
                "SELECT attempt, name, how, line, value FROM fact_rows ORDER BY attempt, ord", NULL,
                0))
        return DX_FAIL;
    const dx_rc rc = gather_rows(s, q, &list, err);
    dx_buf_done(&list);
    return rc;
}
