/* A key must be the same on every server's language, path and retry for one failure, and different
 * for another: it is made of the rule, the server and what the messages name, never of where
 * they stand, when they came or how they were wrapped. */
#include "diagnosis/bench.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"

#define BREAK '\x1f' /* between items, so that "ab","c" and "a","bc" differ */

static void add_plain(dx_buf *out, dx_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        const char c = s.p[i];
        if (c == ' ' || (c >= '\t' && c <= '\r'))
            continue;
        dx_buf_char(out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    dx_buf_char(out, BREAK);
}

/* ---- events ---- */

static bool counts(const dx_field *f)
{
    return f->type != DX_T_TEXT && !dx_str_eq(f->name, DX_LIT("line"));
}

static dx_str file_name(dx_bench *bench, const dx_event *event, const dx_field *f)
{
    dx_str name = f->text;
    int64_t number;
    bool is_number;
    const dx_str path = dx_arena_printf(bench->scratch, "%.*s.name", DX_FMT(f->name));
    if (!path.p)
        bench->failed = true;
    else
        (void)dx_event_part(event, path, bench->scratch, &name, &number, &is_number);
    return name;
}

static void add_field(dx_bench *bench, dx_buf *out, const dx_event *event, const dx_field *f)
{
    add_plain(out, f->name);
    switch (f->type) {
    case DX_T_INT:
    case DX_T_HEX32:
    case DX_T_CODE:
        dx_buf_printf(out, "%" PRId64 "%c", f->number, BREAK);
        return;
    case DX_T_WINPATH:
        add_plain(out, file_name(bench, event, f));
        return;
    case DX_T_TEXT:
    case DX_T_GUID:
    case DX_T_VERSION:
        add_plain(out, f->text);
        return;
    }
}

static uint64_t hash_and_clear(dx_bench *bench, dx_buf *text)
{
    const uint64_t hash = dx_hash64(dx_buf_str(text), 0);
    if (text->failed)
        bench->failed = true;
    dx_buf_clear(text);
    return hash;
}

/* Fields are summed up, so that their order does not matter. */
static uint64_t event_hash(dx_bench *bench, const dx_event *event)
{
    dx_buf text = {0};
    add_plain(&text, event->base.n ? event->base : event->signature);
    uint64_t sum = hash_and_clear(bench, &text);
    for (size_t i = 0; i < event->n_fields; i++) {
        if (!counts(&event->fields[i]))
            continue;
        add_field(bench, &text, event, &event->fields[i]);
        sum += hash_and_clear(bench, &text);
    }
    dx_buf_done(&text);
    return sum;
}

/* ---- keys ---- */

static void finish(dx_bench *bench, dx_buf *text, char out[10])
{
    const uint64_t hash = hash_and_clear(bench, text);
    const uint32_t half = (uint32_t)(hash >> 32) ^ (uint32_t)hash;
    (void)snprintf(out, 10, "%04x-%04x", (unsigned)(half >> 16), (unsigned)(half & 0xffff));
    dx_buf_done(text);
}

/* Only `must` steps: the key stays when a message that need not appear is missing. */
void dx_key_finding(dx_bench *bench, const dx_binding *b, char out[10])
{
    dx_buf text = {0};
    add_plain(&text, b->rule->id);
    add_plain(&text, bench->subject->attempt.server);
    for (size_t k = 0; k < b->rule->n_steps; k++) {
        if (b->rule->steps[k].need != DX_MUST || !b->event[k])
            continue;
        add_plain(&text, b->rule->steps[k].as);
        dx_buf_printf(&text, "%" PRIx64 "%c", event_hash(bench, b->event[k]), BREAK);
    }
    finish(bench, &text, out);
}

static int by_bytes(const void *a, const void *b)
{
    return dx_str_cmp(*(const dx_str *)a, *(const dx_str *)b);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* A retry says the same again: each event counts once. */
static void add_events(dx_bench *bench, dx_buf *text, const dx_event *const *events, size_t n)
{
    uint64_t *hash = dx_bench_get(bench, bench->scratch, n, sizeof *hash);
    if (!hash)
        return;
    for (size_t i = 0; i < n; i++)
        hash[i] = event_hash(bench, events[i]);
    qsort(hash, n, sizeof *hash, by_number);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || hash[i] != hash[i - 1])
            dx_buf_printf(text, "%" PRIx64 "%c", hash[i], BREAK);
    }
}

void dx_key_undecided(dx_bench *bench, dx_str *ids, size_t n_ids, const dx_event *const *events,
                      size_t n_events, char out[10])
{
    dx_buf text = {0};
    add_plain(&text, bench->subject->attempt.server);
    qsort(ids, n_ids, sizeof *ids, by_bytes);
    for (size_t i = 0; i < n_ids; i++)
        add_plain(&text, ids[i]);
    add_events(bench, &text, events, n_events);
    finish(bench, &text, out);
}
