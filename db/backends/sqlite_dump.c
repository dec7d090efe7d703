/* Everything a store knows, in an order that follows from the content alone. */
#include "db/backends/sqlite_notes.h"

/* The columns of each kind of line; ?1 is an attempt. */
static const struct {
    const char *name, *sql;
} of_attempt[] = {
    {"fact",
     "SELECT ord, name.text, value, line, how.text FROM attempt CROSS JOIN sq_facts(facts) AS fact"
     " CROSS JOIN term AS name ON name.id = fact.name CROSS JOIN term AS how ON how.id = fact.how"
     " WHERE attempt.id = ?1"},
    {"event",
     "SELECT seq, at, line, more, time_us, level, signature.name, signature.base, polarity,"
     " evidence.text, pattern.text FROM event JOIN evidence ON evidence.id = event.evidence"
     " JOIN signature ON signature.id = evidence.signature"
     " LEFT JOIN pattern ON pattern.id = evidence.pattern"
     " WHERE event.id BETWEEN (?1 << 24) + 1 AND (?1 << 24) + 16777215 ORDER BY event.id"},
    {"field",
     "SELECT event.id & 16777215, field.ord, term.text, type, field.text, number FROM event"
     " JOIN field ON field.evidence = event.evidence JOIN term ON term.id = field.name"
     " WHERE event.id BETWEEN (?1 << 24) + 1 AND (?1 << 24) + 16777215"
     " ORDER BY event.id, field.ord"},
    {"near", "SELECT seq, line, more, time_us, level, coalesce(one.text, evidence.text) FROM kept"
             " CROSS JOIN sq_kept(list) AS one LEFT JOIN evidence ON evidence.id = one.evidence"
             " WHERE attempt = ?1"},
    {"verdict", "SELECT digest FROM verdict JOIN ruleset ON ruleset.id = ruleset"
                " WHERE attempt = ?1"},
    {"finding",
     "SELECT ord, key, diagnosis.text, cause.text, confidence, state, state_why, begun_us, title,"
     " body, detail FROM finding JOIN term AS diagnosis ON diagnosis.id = diagnosis"
     " JOIN term AS cause ON cause.id = cause_class JOIN wording ON wording.id = wording"
     " WHERE attempt = ?1 ORDER BY ord"},
    {"evidence",
     "SELECT finding.ord, finding_evidence.ord, event & 16777215, points, step.text, why.text"
     " FROM finding JOIN finding_evidence ON finding = finding.id"
     " JOIN term AS step ON step.id = step JOIN term AS why ON why.id = why"
     " WHERE attempt = ?1 ORDER BY 1, 2"},
    {"undecided",
     "SELECT ord, key, term.text, candidates FROM undecided JOIN term ON term.id = question"
     " WHERE attempt = ?1 ORDER BY ord"},
    {"of-verdict", "SELECT kind, item, ord, event & 16777215 FROM verdict_event WHERE attempt = ?1"
                   " ORDER BY 1, 2, 3"},
};

static const char attempts[] =
    "SELECT attempt.id, server.name, format.text, hex(digest), occurrence, records, outcome,"
    " outcome_line, outcome_text, code, opened, closed, began_us, ended_us, zone.text, lines, seqs,"
    " errors, warnings FROM attempt JOIN server ON server.id = attempt.server"
    " JOIN term AS format ON format.id = format JOIN term AS zone ON zone.id = zone"
    " ORDER BY server.name, format.text, digest, occurrence";

static const struct {
    const char *name, *sql;
} of_store[] = {
    {"note", "SELECT at_us, kind, subject, what, ticket, who, until_us FROM note"
             " ORDER BY 1, 2, 3, 4, 5, 6, 7"},
    {"alias", "SELECT server.name, self.name FROM server JOIN server AS self"
              " ON self.id = server.counts_as ORDER BY 1"},
    {"tag", "SELECT server.name, name.text, value.text FROM tag JOIN server ON server.id = server"
            " JOIN term AS name ON name.id = tag.name JOIN term AS value ON value.id = value"
            " ORDER BY 1, 2"},
    {"silence", "SELECT term.text, at_us, until_us, reason, who FROM silence"
                " JOIN term ON term.id = diagnosis ORDER BY 1"},
    {"resolution", "SELECT key, at_us, fix, ticket, who FROM resolution ORDER BY 1"},
};

typedef struct dumper {
    sq_store *s;
    dx_line_fn *tell;
    void *ctx;
    dx_buf line;
} dumper;

/* Tabs part the values, so what could part them itself is escaped. */
static void add_text(dx_buf *out, dx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        const unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 || c == '\\' || c == 0x7f)
            dx_buf_printf(out, "\\%02x", (unsigned)c);
        else
            dx_buf_char(out, text.p[i]);
    }
}

static dx_rc tell_row(dumper *d, const char *name, sqlite3_stmt *q, int from, dx_err *err)
{
    dx_buf_clear(&d->line);
    dx_buf_add(&d->line, dx_str_of(name));
    for (int i = from; i < sqlite3_column_count(q); i++) {
        dx_buf_char(&d->line, '\t');
        add_text(&d->line, sq_bytes(q, i));
    }
    return d->line.failed ? dx_nomem(err) : d->tell(d->ctx, dx_buf_str(&d->line), err);
}

static dx_rc tell_rows(dumper *d, const char *name, const char *sql, const sq_arg *args, size_t n,
                       dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_ask_(d->s, &q, err, sql, args, n))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(d->s, q, err)) == DX_OK)
        if ((rc = tell_row(d, name, q, 0, err)) != DX_OK)
            break;
    sq_done(q);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

static dx_rc tell_attempt(dumper *d, sqlite3_stmt *q, dx_err *err)
{
    const sq_arg id = SQ_I(sqlite3_column_int64(q, 0));
    if (tell_row(d, "attempt", q, 1, err))
        return DX_FAIL;
    for (size_t i = 0; i < sizeof of_attempt / sizeof *of_attempt; i++)
        if (tell_rows(d, of_attempt[i].name, of_attempt[i].sql, &id, 1, err))
            return DX_FAIL;
    return DX_OK;
}

static dx_rc dump(dumper *d, dx_err *err)
{
    sqlite3_stmt *q = NULL;
    if (sq_sums_flush(d->s, err) || sq_ask_(d->s, &q, err, attempts, NULL, 0))
        return DX_FAIL;
    dx_rc rc;
    while ((rc = sq_next(d->s, q, err)) == DX_OK)
        if ((rc = tell_attempt(d, q, err)) != DX_OK)
            break;
    sq_done(q);
    if (rc != DX_END)
        return DX_FAIL;
    for (size_t i = 0; i < sizeof of_store / sizeof *of_store; i++)
        if (tell_rows(d, of_store[i].name, of_store[i].sql, NULL, 0, err))
            return DX_FAIL;
    return DX_OK;
}

dx_rc sq_dump(dx_store *base, dx_line_fn *tell, void *ctx, dx_err *err)
{
    dumper d = {.s = (sq_store *)base, .tell = tell, .ctx = ctx};
    const dx_rc rc = dump(&d, err);
    dx_buf_done(&d.line);
    return rc;
}
