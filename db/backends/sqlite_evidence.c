/* Evidence: a text with its fields, stored once. */
#include "db/backends/sqlite_evidence.h"
#include <string.h>

static void spell(dx_buf *out, const dx_event *e)
{
    char number[8];
    dx_buf_add(out, e->text);
    for (size_t i = 0; i < e->n_fields; i++) {
        const dx_field *f = &e->fields[i];
        sq_put64(number, (uint64_t)f->number);
        dx_buf_char(out, '\0');
        dx_buf_add(out, f->name);
        dx_buf_char(out, (char)f->type);
        dx_buf_add(out, (dx_str){number, sizeof number});
        dx_buf_add(out, f->text);
    }
}

static dx_rc put_signature(sq_store *s, const dx_event *e, int64_t *id, dx_err *err)
{
    const dx_hash128 key = {.hi = dx_hash64(e->signature, (uint64_t)e->polarity),
                            .lo = dx_hash64(e->base, e->signature.n)};
    sq_memory known;
    if (sq_recall(s, SQ_MEMO_SIGNATURE, key, &known)) {
        *id = known.a;
        return DX_OK;
    }
    dx_rc rc = sq_number(s, id, err, SQ_SIGNATURE_GET, SQ_T(e->signature), SQ_T(e->base),
                         SQ_I(e->polarity));
    if (rc == DX_END)
        rc = sq_add(s, id, err, SQ_SIGNATURE_ADD, SQ_T(e->signature), SQ_T(e->base),
                    SQ_I(e->polarity));
    if (rc == DX_OK)
        sq_remember(s, SQ_MEMO_SIGNATURE, key, (sq_memory){*id, 0});
    return rc;
}

/* A statement that reads rows from memory costs as much as writing some of them. */
enum { FEW = 6 };

static dx_rc write_few(sq_store *s, sq_pen *p, dx_err *err)
{
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < p->n && rc == DX_OK; i++) {
        const int64_t *f = p->field[i];
        rc = sq_run(s, err, SQ_FIELD_ADD, SQ_I(f[0]), SQ_I(f[1]), SQ_I(f[2]), SQ_I(f[3]),
                    SQ_I(f[4]), SQ_T(p->text[i]));
    }
    p->n = 0;
    return rc;
}

/* The least number stands for NULL there, and may be a field's. */
static dx_rc write_fields(sq_store *s, sq_pen *p, dx_err *err)
{
    if (p->n <= FEW)
        return write_few(s, p, err);
    const sq_rows rows = {
        .p = p->field[0], .n = p->n, .width = SQ_FIELD_COLUMNS, .bytes = p->text, .texts = true};
    p->n = 0;
    return sq_rows_run(
        s,
        "INSERT INTO field (evidence, ord, name, type, number, text)"
        " SELECT a, b, c, d, ifnull(e, -9223372036854775808), bytes FROM sq_rows(?1)",
        &rows, err);
}

static dx_rc put_fields(sq_store *s, int64_t evidence, const dx_event *e, sq_pen *p, dx_err *err)
{
    for (size_t i = 0; i < e->n_fields; i++) {
        const dx_field *f = &e->fields[i];
        int64_t name = 0;
        if (sq_term(s, f->name, &name, err) || (p->n == SQ_PEN_FIELDS && write_fields(s, p, err)))
            return DX_FAIL;
        const int64_t row[] = {evidence, (int64_t)i, name, f->type, f->number};
        memcpy(p->field[p->n], row, sizeof row);
        p->text[p->n++] = f->text;
    }
    return DX_OK;
}

/* Unknown errors are found again by what they have in common. */
static dx_rc put_pattern(sq_store *s, const dx_event *e, dx_buf *scratch, sq_arg *out, dx_err *err)
{
    int64_t pattern = 0;
    *out = SQ_NIL;
    if (e->polarity != DX_UNKNOWN)
        return DX_OK;
    sq_pattern_of(e->text, scratch);
    if (scratch->failed)
        return dx_nomem(err);
    if (sq_pattern(s, dx_buf_str(scratch), &pattern, err))
        return DX_FAIL;
    *out = SQ_I(pattern);
    return DX_OK;
}

/* Adds it under the hash unless another has that; *id stays 0 then. */
static dx_rc try_evidence(sq_store *s, int64_t signature, const dx_event *e, uint64_t hash,
                          const sq_arg *pattern, int64_t *id, dx_err *err)
{
    if (sq_add(s, id, err, SQ_EVIDENCE_ADD, SQ_I(signature), SQ_I(hash), SQ_T(e->text), *pattern))
        return DX_FAIL;
    if (sqlite3_changes(s->db) == 0)
        *id = 0;
    return DX_OK;
}

/* DX_OK and the id of what has the hash when its text is this one, else DX_END. */
static dx_rc same_evidence(sq_store *s, int64_t signature, const dx_event *e, uint64_t hash,
                           int64_t *id, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_query(s, &q, err, SQ_EVIDENCE_GET, SQ_I(signature), SQ_I(hash)))
        return DX_FAIL;
    const dx_rc rc = sq_next(s, q, err);
    if (rc == DX_END) /* it stood in the way just now */
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: evidence %llx",
                       s->where, (unsigned long long)hash);
    if (rc == DX_FAIL)
        return DX_FAIL;
    *id = sqlite3_column_int64(q, 0);
    const bool same = dx_str_eq(sq_bytes(q, 1), e->text);
    sq_done(q);
    return same ? DX_OK : DX_END;
}

/* Most texts that are not remembered are new, so they are not looked for before they are added.
 * Another text may have the same hash: then the next free number stands for it. */
static dx_rc store_evidence(sq_store *s, int64_t signature, const dx_event *e, uint64_t hash,
                            sq_pen *p, int64_t *id, dx_err *err)
{
    sq_arg pattern;
    if (put_pattern(s, e, &p->scratch, &pattern, err))
        return DX_FAIL;
    for (;; hash++) {
        if (try_evidence(s, signature, e, hash, &pattern, id, err))
            return DX_FAIL;
        if (*id)
            return put_fields(s, *id, e, p, err);
        const dx_rc rc = same_evidence(s, signature, e, hash, id, err);
        if (rc != DX_END)
            return rc;
    }
}

static dx_rc what_of_unknown(sq_store *s, sq_memory *m, dx_err *err)
{
    int64_t pattern = 0;
    if (sq_value(s, &pattern, err, "SELECT pattern FROM evidence WHERE id = ?1", SQ_I(m->a)) !=
        DX_OK)
        return dx_fail(err, DX_E_STORE, DX_NOWHERE, "the store '%s' is damaged: evidence %lld",
                       s->where, (long long)m->a);
    m->b = SQ_WHAT(SQ_PATTERN, pattern);
    return DX_OK;
}

/* By what an evidence is known. */
typedef struct sought {
    int64_t signature;
    dx_hash128 key;
    uint64_t hash;
} sought;

static dx_rc seek_evidence(sq_store *s, const dx_event *e, dx_buf *scratch, sought *out,
                           dx_err *err)
{
    dx_buf_clear(scratch);
    if (e->n_fields)
        spell(scratch, e);
    if (scratch->failed)
        return dx_nomem(err);
    const dx_str whole = e->n_fields ? dx_buf_str(scratch) : e->text;
    if (put_signature(s, e, &out->signature, err))
        return DX_FAIL;
    out->hash = dx_hash64(whole, 0);
    out->key = dx_hash_of(whole);
    out->key.hi ^= (uint64_t)out->signature;
    sq_foresee(s, SQ_MEMO_EVIDENCE, out->key);
    return DX_OK;
}

/* Its id, and what an event with it counts as (0 = nothing). */
static dx_rc put_evidence(sq_store *s, const dx_event *e, const sought *by, sq_pen *p,
                          sq_memory *out, dx_err *err)
{
    if (sq_recall(s, SQ_MEMO_EVIDENCE, by->key, out))
        return DX_OK;
    *out = (sq_memory){0, e->polarity == DX_FAILURE ? SQ_WHAT(SQ_SIGNATURE, by->signature) : 0};
    dx_rc rc = store_evidence(s, by->signature, e, by->hash, p, &out->a, err);
    if (rc == DX_OK && e->polarity == DX_UNKNOWN)
        rc = what_of_unknown(s, out, err);
    if (rc == DX_OK)
        sq_remember(s, SQ_MEMO_EVIDENCE, by->key, *out);
    return rc;
}

/* Memory has time to fetch what each looks for. */
dx_rc sq_put_evidences(sq_store *s, const dx_event *const *e, size_t n, sq_pen *p, sq_memory *out,
                       dx_err *err)
{
    sought by[SQ_AT_ONCE];
    dx_rc rc = DX_OK;
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = seek_evidence(s, e[i], &p->scratch, &by[i], err);
    for (size_t i = 0; i < n && rc == DX_OK; i++)
        rc = put_evidence(s, e[i], &by[i], p, &out[i], err);
    return rc;
}

void sq_pen_begin(sq_pen *p)
{
    p->n = 0;
    p->scratch = (dx_buf){0};
}

dx_rc sq_pen_end(sq_store *s, sq_pen *p, dx_rc rc, dx_err *err)
{
    dx_buf_done(&p->scratch);
    return rc == DX_OK ? write_fields(s, p, err) : rc;
}
