/* Records that are kept for rules to come, as a list in one row. */
#include "db/backends/sqlite_lists.h"
#include "db/backends/sqlite_evidence.h"

/* ---- a list ---- */

void sq_kept_pack(dx_buf *out, const sq_kept *k)
{
    sq_pack_number(out, sq_fold(k->seq));
    sq_pack_number(out, sq_fold(k->line));
    sq_pack_number(out, sq_fold(k->more));
    sq_pack_number(out, sq_fold(k->offset));
    sq_pack_number(out, k->time_us == DX_NO_TIME ? 0 : sq_fold(k->time_us) + 1);
    sq_pack_number(out, (uint64_t)k->level << 1 | (k->evidence != 0));
    sq_pack_number(out, k->evidence ? (uint64_t)k->evidence : k->text.n);
    if (!k->evidence)
        dx_buf_add(out, k->text);
}

static bool take_text(dx_str *left, uint64_t n, dx_str *out)
{
    if (n > left->n)
        return false;
    *out = (dx_str){left->p, (size_t)n};
    *left = (dx_str){left->p + n, left->n - (size_t)n};
    return true;
}

enum { SEQ, LINE, MORE, OFFSET, TIME, LEVEL, WHAT, NUMBERS };
enum { EVIDENCE = WHAT, TEXT, COLUMNS };

static bool take_numbers(dx_str *left, uint64_t v[NUMBERS])
{
    const unsigned char *p = (const unsigned char *)left->p, *end = p + left->n;
    bool any = left->n > 0;
    for (size_t i = 0; i < NUMBERS && any; i++)
        any = sq_unpack_number(&p, end, &v[i]);
    if (any)
        *left = (dx_str){(const char *)p, (size_t)(end - p)};
    return any;
}

static bool next_kept(dx_str *left, dx_buf *scratch, sq_arg row[SQ_LIST_COLUMNS])
{
    uint64_t v[NUMBERS];
    dx_str text = DX_NONE;
    (void)scratch;
    if (!take_numbers(left, v))
        return false;
    for (size_t i = SEQ; i < TIME; i++)
        row[i] = SQ_I(sq_unfold(v[i]));
    row[TIME] = v[TIME] ? SQ_I(sq_unfold(v[TIME] - 1)) : SQ_NIL;
    row[LEVEL] = SQ_I(v[LEVEL] >> 1);
    const bool shared = v[LEVEL] & 1;
    row[EVIDENCE] = shared ? SQ_I(v[WHAT]) : SQ_NIL;
    row[TEXT] = SQ_NIL;
    if (!shared && !take_text(left, v[WHAT], &text))
        return false;
    if (!shared)
        row[TEXT] = SQ_T(text);
    return true;
}

const sq_list_table sq_kept_table = {"sq_kept",
                                     "CREATE TABLE kept (seq, line, more, offset, time_us, level,"
                                     " evidence, text, given HIDDEN)",
                                     COLUMNS, next_kept};

/* ---- writing ---- */

/* SHORT: such a text takes less room than the id of one.  SHARED: texts of a run of the program
 * that others find from the first time on: so many a night are not stored again each night. */
enum { SHORT = 8, SHARED = 1024 };

/* Of very many most are seen once, and stand with their attempt.  One that comes again becomes an
 * evidence, which others share. */
static dx_rc place_text(sq_store *s, const dx_event *e, sq_pen *p, int64_t *evidence, dx_err *err)
{
    const dx_hash128 key = dx_hash_of(e->text);
    sq_memory known = {0, 0};
    *evidence = 0;
    if (e->text.n <= SHORT)
        return DX_OK;
    const bool again = sq_recall(s, SQ_MEMO_KEPT, key, &known);
    if (!known.a) {
        if ((again || s->kept_texts++ < SHARED) && sq_put_evidences(s, &e, 1, p, &known, err))
            return DX_FAIL;
        sq_remember(s, SQ_MEMO_KEPT, key, known);
    }
    *evidence = known.a;
    return DX_OK;
}

/* Of records at one place only the first is kept. */
static dx_rc pack_all(sq_store *s, const sq_new *a, sq_pen *p, dx_buf *list, dx_err *err)
{
    for (size_t i = 0; i < a->n_kept; i++) {
        const dx_event *e = a->kept[i];
        sq_kept k = {.seq = (int64_t)e->seq - a->attempt->first_seq,
                     .line = (int64_t)e->line - a->attempt->first_line,
                     .more = (int64_t)e->last_line - e->line,
                     .offset = (int64_t)e->offset - (int64_t)a->attempt->first_offset,
                     .time_us = e->time_us,
                     .level = e->level,
                     .text = e->text};
        if (i && e->seq == a->kept[i - 1]->seq)
            continue;
        if (place_text(s, e, p, &k.evidence, err))
            return DX_FAIL;
        sq_kept_pack(list, &k);
    }
    return list->failed ? dx_nomem(err) : DX_OK;
}

static dx_rc add_row(sq_store *s, int64_t attempt, const dx_buf *list, dx_err *err)
{
    return sq_do(s, err, "INSERT INTO kept (attempt, list) VALUES (?1, ?2)", SQ_I(attempt),
                 SQ_B(dx_buf_str(list)));
}

dx_rc sq_put_kept(sq_store *s, int64_t attempt, bool fresh, const sq_new *a, dx_err *err)
{
    sq_pen p;
    dx_buf list = {0};
    if (!fresh && sq_do(s, err, "DELETE FROM kept WHERE attempt = ?1", SQ_I(attempt)))
        return DX_FAIL;
    if (!a->n_kept)
        return DX_OK;
    sq_pen_begin(&p);
    dx_rc rc = sq_pen_end(s, &p, pack_all(s, a, &p, &list, err), err);
    if (rc == DX_OK)
        rc = add_row(s, attempt, &list, err);
    dx_buf_done(&list);
    return rc;
}

/* ---- from rows of their own ---- */

static void pack_row(sqlite3_stmt *q, dx_buf *list)
{
    const sq_kept k = {.seq = sqlite3_column_int64(q, 1),
                       .line = sqlite3_column_int64(q, 2),
                       .more = sqlite3_column_int64(q, 3),
                       .offset = sqlite3_column_int64(q, 4),
                       .time_us = sq_time_at(q, 5),
                       .level = sqlite3_column_int64(q, 6),
                       .evidence = sqlite3_column_int64(q, 7),
                       .text = sq_bytes(q, 8)};
    sq_kept_pack(list, &k);
}

static dx_rc put_gathered(sq_store *s, int64_t attempt, dx_buf *list, dx_err *err)
{
    const dx_rc rc = list->failed ? dx_nomem(err)
                     : !attempt   ? DX_OK
                                  : add_row(s, attempt, list, err);
    dx_buf_clear(list);
    return rc;
}

static dx_rc gather_rows(sq_store *s, sqlite3_stmt *q, dx_buf *list, dx_err *err)
{
    int64_t attempt = 0;
    dx_rc rc;
    while ((rc = sq_next(s, q, err)) == DX_OK) {
        const int64_t next = sqlite3_column_int64(q, 0);
        if (next != attempt && (rc = put_gathered(s, attempt, list, err)) != DX_OK)
            break;
        attempt = next;
        pack_row(q, list);
    }
    sq_done(q);
    return rc == DX_END ? put_gathered(s, attempt, list, err) : DX_FAIL;
}

dx_rc sq_kept_gather(sq_store *s, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    dx_buf list = {0};
    if (sq_ask_(s, &q, err,
                "SELECT attempt, seq, line, more, offset, time_us, level, evidence, text"
                " FROM kept_rows ORDER BY attempt, seq",
                NULL, 0))
        return DX_FAIL;
    const dx_rc rc = gather_rows(s, q, &list, err);
    dx_buf_done(&list);
    return rc;
}
