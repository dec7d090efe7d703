/* What became of findings of which several machines know something: who sends writes it into the
 * store, and who only asks keeps it for the answer. */
#include "db/backends/clickhouse_agree.h"
#include "core/os.h"
#include "db/backends/clickhouse_sums.h"

enum { CARRIED_BYTES = 16 << 20 };

/* What is done with rows that changed, and with what they were made from. */
typedef dx_rc put_fn(ch_store *s, const dx_buf *rows, const dx_buf *prints, dx_err *err);

/* ---- rounds ---- */

static dx_rc judge(ch_store *s, const dx_settler *by, dx_store *with, const dx_str *servers,
                   size_t n, put_fn *put, dx_err *err)
{
    dx_buf rows = {0}, prints = {0};
    dx_rc rc = by->settle(by->ctx, with, servers, n, err);

    if (rc == DX_OK)
        rc = ch_agreed(with, dx_os_now_us(), &rows, &prints, err);
    if (rc == DX_OK)
        rc = put(s, &rows, &prints, err);
    dx_buf_done(&rows);
    dx_buf_done(&prints);
    return rc;
}

/* The servers behind `after`; it becomes the last of them. */
static dx_rc one_round(ch_store *s, const dx_settler *by, dx_arena *names, dx_buf *after,
                       put_fn *put, dx_err *err)
{
    dx_store *with;
    dx_str *servers;
    size_t n;

    dx_rc rc = ch_apart(s, dx_buf_str(after), names, &with, &servers, &n, err);
    if (rc != DX_OK)
        return rc;
    rc = judge(s, by, with, servers, n, put, err);
    dx_store_close(with);
    dx_buf_clear(after);
    dx_buf_add(after, servers[n - 1]);
    dx_arena_reset(names);
    return rc == DX_OK && after->failed ? dx_nomem(err) : rc;
}

static dx_rc all_rounds(ch_store *s, const dx_settler *by, put_fn *put, dx_err *err)
{
    dx_arena *names = dx_arena_new(0);
    dx_buf after = {0};
    dx_rc rc = names ? DX_OK : dx_nomem(err);

    while (rc == DX_OK)
        rc = one_round(s, by, names, &after, put, err);
    dx_buf_done(&after);
    dx_arena_free(names);
    return rc == DX_END ? DX_OK : DX_FAIL;
}

/* ---- who sends ---- */

static dx_rc write_back(ch_store *s, const dx_buf *rows, const dx_buf *prints, dx_err *err)
{
    return ch_insert(s->http, DX_LIT("INSERT INTO attempt FORMAT TabSeparated"), rows, NULL, err) ||
                   ch_insert(s->http, DX_LIT("INSERT INTO agreement FORMAT TabSeparated"), prints,
                             NULL, err)
               ? DX_FAIL
               : DX_OK;
}

dx_rc ch_settle(dx_store *base, const dx_settler *by, dx_err *err)
{
    return all_rounds((ch_store *)base, by, write_back, err);
}

/* ---- who only asks ---- */

void ch_settled_done(ch_settled *of)
{
    dx_buf_done(&of->rows);
    dx_buf_done(&of->details);
}

/* Values of such rows are escaped as literals are. */
static void keep_row(ch_settled *to, dx_str row)
{
    enum { VERSION = 2, DETAIL = 19 };
    dx_str f[DETAIL + 1];

    for (size_t i = 0; i <= DETAIL; i++)
        if (!dx_str_next(&row, '\t', &f[i]))
            f[i] = DX_NONE;
    const char *between = to->rows.n ? "," : "";
    dx_buf_printf(&to->rows, "%s'%.*s %.*s %llu'", between, DX_FMT(f[0]), DX_FMT(f[1]),
                  (unsigned long long)ch_number(f[VERSION]) - 1);
    dx_buf_printf(&to->details, "%s'%.*s'", between, DX_FMT(f[DETAIL]));
}

static dx_rc keep(ch_store *s, const dx_buf *rows, const dx_buf *prints, dx_err *err)
{
    dx_str rest = dx_buf_str(rows), row;

    s->settled.made = prints->n > 0;
    while (rest.n && dx_str_next(&rest, '\n', &row))
        keep_row(&s->settled, row);
    if (s->settled.rows.failed || s->settled.details.failed)
        return dx_nomem(err);
    return s->settled.rows.n + s->settled.details.n <= CARRIED_BYTES
               ? DX_OK
               : dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                         "more findings of '%s' wait to be followed up than a question can carry; "
                         "run 'setupdx db push' once where logs are read, which follows them up",
                         dx_clickhouse_url(s->http));
}

static dx_rc settle_here(ch_store *s, uint64_t print, dx_err *err)
{
    s->settled.print = 0;
    s->settled.made = false;
    dx_buf_clear(&s->settled.rows);
    dx_buf_clear(&s->settled.details);
    if (print && all_rounds(s, &s->settler, keep, err) != DX_OK)
        return DX_FAIL;
    s->settled.print = s->settled.made ? print : 0;
    return DX_OK;
}

typedef struct asking {
    ch_store *s;
    ch_load_fn *what;
    void *ctx;
} asking;

/* As long as nothing is sent, a page settles once; what was kept goes when all is settled. */
static dx_rc load_settled(ch_job *l, void *ctx, dx_err *err)
{
    asking *x = ctx;
    uint64_t print;

    if (ch_unsettled(l, &print, err) != DX_OK ||
        ((print == 0 || print != x->s->settled.print) && settle_here(x->s, print, err) != DX_OK))
        return DX_FAIL;
    if (x->s->settled.rows.n)
        l->settled = &x->s->settled;
    return x->what(l, x->ctx, err);
}

dx_rc ch_ask_states(ch_store *s, ch_tags tags, ch_load_fn *what, void *ctx, ch_asked *a,
                    dx_err *err)
{
    asking x = {s, what, ctx};

    return s->settler.settle ? ch_ask_with(s, tags, load_settled, &x, a, err)
                             : ch_ask_with(s, tags, what, ctx, a, err);
}
