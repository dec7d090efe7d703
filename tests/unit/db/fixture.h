/* Made-up logs for the store's tests: each word of a text is one record, and a word that begins
 * with '!' is an event, too. */
#ifndef DX_TEST_DB_FIXTURE_H
#define DX_TEST_DB_FIXTURE_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/os.h"
#include "db/backends/sqlite_sums.h"
#include "db/manage.h"
#include "db/store.h"

enum { FX_NOW = 1000000, FX_DATE = 990180000, FX_TRAIL = 4096, FX_MANY = 64 };

typedef struct fx_log {
    dx_log log;
    dx_arena *arena;
    dx_attempt *attempts;
    dx_event *events;
    size_t cap_attempts, cap_events;
    uint32_t line, seq;
    uint64_t offset;
    bool dated, closed, opened;
    const char *format;
} fx_log;

static inline fx_log fx_new(dx_arena *arena, const char *path)
{
    return (fx_log){.arena = arena,
                    .line = 1,
                    .seq = 1,
                    .format = "plain",
                    .log = {.path = dx_str_of(path), .encoding = DX_LIT("utf-8"), .lines = 1}};
}

static inline void fx_event(fx_log *l, dx_str word, uint32_t ordinal, int64_t time_us)
{
    const dx_event e = {.signature = DX_LIT("test.failed"),
                        .polarity = DX_FAILURE,
                        .attempt = ordinal,
                        .line = l->line,
                        .last_line = l->line,
                        .seq = l->seq,
                        .offset = l->offset,
                        .time_us = time_us,
                        .level = DX_LEVEL_ERROR,
                        .text = dx_arena_copy(l->arena, word)};
    assert_true(DX_PUSH(l->arena, l->events, l->log.n_events, l->cap_events, e));
}

static inline void fx_trail(fx_log *l, dx_trail *t, const uint64_t *running, size_t n)
{
    uint32_t stride = 1;
    while (n / stride > FX_TRAIL)
        stride *= 2;
    uint64_t *mark = dx_arena_get(l->arena, (n + 1) * sizeof *mark);
    assert_non_null(mark);
    *t = (dx_trail){.mark = mark, .stride = stride, .records = n, .digest = t->digest};
    for (size_t i = stride; i <= n; i += stride)
        mark[t->n++] = running[i - 1];
}

/* Adds an attempt whose records are the words of `text`. */
static inline dx_attempt *fx_attempt(fx_log *l, const char *server, const char *text)
{
    const uint32_t ordinal = (uint32_t)l->log.n_attempts + 1;
    dx_attempt a = {.ordinal = ordinal,
                    .server = dx_str_of(server),
                    .format = dx_str_of(l->format),
                    .zone = DX_LIT("none"),
                    .began_us = DX_NO_TIME,
                    .ended_us = DX_NO_TIME,
                    .first_line = l->line,
                    .first_seq = l->seq,
                    .first_offset = l->offset,
                    .opened = l->opened,
                    .closed = l->closed};
    uint64_t *running = dx_arena_get(l->arena, (strlen(text) + 1) * sizeof *running);
    dx_hasher *h = dx_hash_new();
    assert_non_null(running);
    assert_non_null(h);
    dx_str rest = dx_str_of(text), word;
    size_t n = 0;
    while (dx_str_next(&rest, ' ', &word)) {
        const int64_t us = l->dated ? ((int64_t)FX_DATE + (int64_t)n) * 1000000 : DX_NO_TIME;
        if (l->dated && !n)
            a.began_us = us;
        a.ended_us = us;
        if (word.n && *word.p == '!')
            fx_event(l, word, ordinal, us);
        dx_hash_add(h, word);
        dx_hash_add_u64(h, word.n);
        running[n++] = dx_hash_get(h).lo;
        a.last_line = l->line++;
        a.last_seq = l->seq++;
        l->offset += word.n + 1;
    }
    a.trail.digest = dx_hash_get(h);
    dx_hash_free(h);
    fx_trail(l, &a.trail, running, n);
    l->log.format = a.format;
    assert_true(DX_PUSH(l->arena, l->attempts, l->log.n_attempts, l->cap_attempts, a));
    return &l->attempts[ordinal - 1];
}

/* ---- stores ---- */

typedef struct fx {
    dx_store *store;
    dx_arena *arena;
    dx_err err;
    int64_t scan;
    dx_stored stored[FX_MANY];
    int64_t ids[FX_MANY]; /* of these */
    bool seen[FX_MANY];
    char dir[64], path[128];
} fx;

static inline void fx_scan(fx *f, const char *ruleset)
{
    const dx_scan_info info = {dx_str_of(ruleset), DX_LIT("1"), DX_LIT("test 1")};
    assert_int_equal(dx_store_begin_scan(f->store, &info, &f->scan, &f->err), DX_OK);
}

static inline void fx_open(fx *f, const char *where)
{
    const dx_store_options options = {.now_us = FX_NOW, .wait_ms = 20};
    if (dx_store_open(&f->store, where, &options, &f->err))
        fail_msg("%s", f->err.text);
    fx_scan(f, "rules-1");
}

static inline dx_rc fx_try(fx *f, fx_log *l)
{
    l->log.attempts = l->attempts;
    l->log.events = l->events;
    const dx_rc rc = dx_store_put_log(f->store, f->scan, &l->log, f->stored, &f->err);
    for (size_t i = 0; i < l->log.n_attempts; i++) {
        f->ids[i] = f->stored[i].id;
        f->seen[i] = f->stored[i].seen;
    }
    return rc;
}

static inline void fx_put(fx *f, fx_log *l)
{
    if (fx_try(f, l))
        fail_msg("%s", f->err.text);
}

/* One log with one attempt on EX1. */
static inline int64_t fx_put_text(fx *f, const char *path, const char *text)
{
    fx_log l = fx_new(f->arena, path);
    fx_attempt(&l, "EX1", text);
    fx_put(f, &l);
    return f->ids[0];
}

static inline dx_case fx_case(fx *f, int64_t id)
{
    dx_case c;
    if (dx_store_case(f->store, id, f->scan, f->arena, &c, &f->err))
        fail_msg("%s", f->err.text);
    return c;
}

static inline long long fx_ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *q = NULL;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) || sqlite3_step(q) != SQLITE_ROW)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    const long long n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    return n;
}

static inline sqlite3 *fx_db(const fx *f)
{
    return ((sq_store *)f->store)->db;
}

static inline long long fx_count(const fx *f, const char *table)
{
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return fx_ask(fx_db(f), sql);
}

static inline int fx_setup(void **state)
{
    fx *f = calloc(1, sizeof *f);
    if (!f || !(f->arena = dx_arena_new(0)))
        return -1;
    fx_open(f, ":memory:");
    *state = f;
    return 0;
}

static inline int fx_teardown(void **state)
{
    fx *f = *state;
    dx_store_close(f->store);
    dx_arena_free(f->arena);
    free(f);
    return 0;
}

static inline void fx_assert_str(dx_str got, const char *want)
{
    if (!dx_str_eq(got, dx_str_of(want)))
        fail_msg("'%.*s' is not '%s'", DX_FMT(got), want);
}

static inline void fx_assert_mentions(const dx_err *err, const char *what)
{
    if (!strstr(err->text, what))
        fail_msg("'%s' does not mention '%s'", err->text, what);
}

#define fx_test(name) cmocka_unit_test_setup_teardown(name, fx_setup, fx_teardown)
#endif
