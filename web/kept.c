#include "web/kept.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/os.h"
#include "core/os_thread.h"

enum { PLACES = 48, BYTES_MOST = 256 * 1024, AGE_MOST_US = 60 * 1000000 };

typedef struct place {
    dx_buf key, body;
    const char *mime;
    uint64_t stamp;
    int64_t at_us;
} place;

struct dx_kept {
    dx_mutex *lock;
    place place[PLACES];
};

dx_kept *dx_kept_new(void)
{
    dx_kept *k = calloc(1, sizeof *k);

    if (k)
        k->lock = dx_mutex_new();
    if (k && k->lock)
        return k;
    free(k);
    return NULL;
}

void dx_kept_free(dx_kept *k)
{
    if (!k)
        return;
    for (size_t i = 0; i < PLACES; i++) {
        dx_buf_done(&k->place[i].key);
        dx_buf_done(&k->place[i].body);
    }
    dx_mutex_free(k->lock);
    free(k);
}

static uint64_t stamp_of(const char *path, uint64_t before)
{
    dx_file_info info = {0};
    dx_err ignored = {0};
    uint64_t facts[3] = {0};

    if (dx_os_stat(path, &info, &ignored) == DX_OK) {
        facts[0] = info.size;
        facts[1] = (uint64_t)info.modified_us;
        facts[2] = info.inode;
    }
    return dx_hash64((dx_str){(const char *)facts, sizeof facts}, before);
}

uint64_t dx_kept_stamp(const char *store)
{
    dx_buf wal = {0};

    dx_buf_printf(&wal, "%s-wal", store);
    const uint64_t stamp = stamp_of(wal.p ? wal.p : "", stamp_of(store, 0));
    dx_buf_done(&wal);
    return stamp;
}

/* Each part with its length, so that two questions never look like one. */
dx_str dx_kept_key(const dx_request *q)
{
    static const char *const paths[] = {"/inbox",   "/fleet",    "/trends",
                                        "/unknown", "/coverage", "/api/v1/pulse"};
    bool listed = false;
    dx_str key;

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        listed |= dx_str_eq(q->path, dx_str_of(paths[i]));
    if (!listed || q->post)
        return DX_NONE;
    key = dx_arena_printf(q->arena, "%d%.*s", (int)q->theme, DX_FMT(q->path));
    for (size_t i = 0; key.p && i < q->n_query; i++)
        key = dx_arena_printf(q->arena, "%.*s\n%zu,%zu:%.*s=%.*s", DX_FMT(key), q->query[i].name.n,
                              q->query[i].value.n, DX_FMT(q->query[i].name),
                              DX_FMT(q->query[i].value));
    return key;
}

static place *find(dx_kept *k, dx_str key)
{
    for (size_t i = 0; i < PLACES; i++)
        if (k->place[i].at_us && dx_str_eq(dx_buf_str(&k->place[i].key), key))
            return &k->place[i];
    return NULL;
}

bool dx_kept_get(dx_kept *k, dx_str key, uint64_t stamp, dx_response *a)
{
    bool found = false;

    dx_mutex_lock(k->lock);
    const place *p = find(k, key);
    if (p && p->stamp == stamp && dx_os_now_us() - p->at_us < AGE_MOST_US) {
        dx_buf_add(&a->body, dx_buf_str(&p->body));
        a->mime = p->mime;
        found = !a->body.failed;
    }
    dx_mutex_unlock(k->lock);
    return found;
}

/* Its own, or the oldest; a free one is older than any. */
static place *place_for(dx_kept *k, dx_str key)
{
    place *own = find(k, key), *oldest = &k->place[0];

    for (size_t i = 1; i < PLACES; i++)
        if (k->place[i].at_us < oldest->at_us)
            oldest = &k->place[i];
    return own ? own : oldest;
}

void dx_kept_put(dx_kept *k, dx_str key, uint64_t stamp, const dx_response *a)
{
    if (a->body.n == 0 || a->body.n > BYTES_MOST || a->body.failed)
        return;
    dx_mutex_lock(k->lock);
    place *p = place_for(k, key);
    dx_buf_clear(&p->key);
    dx_buf_clear(&p->body);
    dx_buf_add(&p->key, key);
    dx_buf_add(&p->body, dx_buf_str(&a->body));
    p->mime = a->mime;
    p->stamp = stamp;
    p->at_us = p->key.failed || p->body.failed ? 0 : dx_os_now_us();
    dx_mutex_unlock(k->lock);
}
