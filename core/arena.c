#include "core/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 4096, LARGEST_STEP = 1 << 20 };

typedef struct chunk chunk;
struct chunk {
    chunk *next;
    size_t used, cap;
    _Alignas(max_align_t) unsigned char data[];
};

struct dx_arena {
    chunk *head; /* where the next block comes from */
    size_t used, limit;
    size_t step; /* size of the next chunk; 0 = the first one is all there is */
};

dx_arena *dx_arena_new(size_t limit)
{
    dx_arena *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->limit = limit ? limit : SIZE_MAX;
    a->step = FIRST_CHUNK;
    return a;
}

dx_arena *dx_arena_new_in(void *memory, size_t size)
{
    const size_t inside = (sizeof(dx_arena) + _Alignof(chunk) - 1) & ~(_Alignof(chunk) - 1);
    if (size < inside + sizeof(chunk))
        return NULL;
    dx_arena *a = memory;
    chunk *c = (void *)((char *)memory + inside);
    *c = (chunk){.cap = size - inside - sizeof *c};
    *a = (dx_arena){.head = c, .limit = SIZE_MAX};
    return a;
}

size_t dx_arena_extent(const dx_arena *a)
{
    return (size_t)((const char *)a->head->data - (const char *)a) + a->head->used;
}

static void free_chunks(chunk *c)
{
    while (c) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
}

void dx_arena_free(dx_arena *a)
{
    if (!a || a->step == 0)
        return;
    free_chunks(a->head);
    free(a);
}

/* Unlinks the largest chunk: the one worth keeping. */
static chunk *take_largest(chunk **list)
{
    chunk **best = list;
    for (chunk **c = list; *c; c = &(*c)->next) {
        if ((*c)->cap > (*best)->cap)
            best = c;
    }
    chunk *largest = *best;
    if (largest)
        *best = largest->next;
    return largest;
}

void dx_arena_reset(dx_arena *a)
{
    chunk *keep = take_largest(&a->head);
    free_chunks(a->head);
    a->head = keep;
    a->used = 0;
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
    }
}

static bool add_chunk(dx_arena *a, size_t size)
{
    const size_t cap = size > a->step ? size : a->step;
    if (a->step == 0 || cap > PTRDIFF_MAX - sizeof(chunk))
        return false;
    chunk *c = malloc(sizeof *c + cap);
    if (!c)
        return false;
    *c = (chunk){.next = a->head, .cap = cap};
    a->head = c;
    if (a->step < LARGEST_STEP)
        a->step *= 2;
    return true;
}

dx_arena *dx_arena_new_for(size_t bytes)
{
    dx_arena *a = dx_arena_new(0);
    if (!a || !add_chunk(a, bytes)) {
        dx_arena_free(a);
        return NULL;
    }
    a->step = FIRST_CHUNK;
    return a;
}

/* Room for `size` bytes at a multiple of `align`; the content is indeterminate. */
static void *take(dx_arena *a, size_t size, size_t align)
{
    if (size > a->limit - a->used)
        return NULL;
    chunk *c = a->head;
    size_t at = c ? (c->used + align - 1) & ~(align - 1) : 0;
    if (!c || at > c->cap || size > c->cap - at) {
        if (!add_chunk(a, size))
            return NULL;
        c = a->head;
        at = 0;
    }
    c->used = at + size;
    a->used += size;
    return c->data + at;
}

void *dx_arena_room(dx_arena *a, size_t size)
{
    /* An empty array is no failure, so it needs an address. */
    return take(a, size ? size : 1, _Alignof(max_align_t));
}

void *dx_arena_get(dx_arena *a, size_t size)
{
    void *p = dx_arena_room(a, size);
    return p ? memset(p, 0, size ? size : 1) : NULL;
}

void *dx_arena_dup(dx_arena *a, const void *p, size_t size)
{
    void *copy = dx_arena_room(a, size);
    if (copy && size)
        memcpy(copy, p, size);
    return copy;
}

dx_str dx_arena_copy(dx_arena *a, dx_str s)
{
    char *copy = s.n < SIZE_MAX ? take(a, s.n + 1, 1) : NULL;
    if (!copy)
        return DX_NONE;
    if (s.n)
        memcpy(copy, s.p, s.n);
    copy[s.n] = '\0';
    return (dx_str){copy, s.n};
}

dx_str dx_arena_printf(dx_arena *a, const char *fmt, ...)
{
    va_list measure, print;
    va_start(measure, fmt);
    va_copy(print, measure);
    const int n = vsnprintf(NULL, 0, fmt, measure);
    va_end(measure);
    char *text = n < 0 ? NULL : take(a, (size_t)n + 1, 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, fmt, print);
    va_end(print);
    return text ? (dx_str){text, (size_t)n} : DX_NONE;
}

/* By memcpy, because the caller's pointer has a type that is not known here. */
static void *pointer_at(const void *place)
{
    void *p;
    memcpy(&p, place, sizeof p);
    return p;
}

static size_t doubled(size_t cap, size_t size)
{
    const size_t more = cap ? cap * 2 : 8;
    return more < cap || more > SIZE_MAX / size ? 0 : more;
}

bool dx_arena_grow_(dx_arena *a, void *ptr, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    const size_t more = doubled(*cap, size);
    void *fresh = more ? dx_arena_get(a, more * size) : NULL;
    if (!fresh)
        return false;
    if (count)
        memcpy(fresh, pointer_at(ptr), count * size);
    memcpy(ptr, &fresh, sizeof fresh);
    *cap = more;
    return true;
}

/* The chunk that holds this block and nothing else; NULL when it shares one. */
static chunk **chunk_of(dx_arena *a, const void *block, size_t size)
{
    chunk **c = &a->head;
    while (*c && (void *)(*c)->data != block)
        c = &(*c)->next;
    return *c && (*c)->used == size && a->step > 0 ? c : NULL;
}

/* Makes the block larger where it is or elsewhere, without a look at what is added. */
static void *stretch(dx_arena *a, chunk **link, size_t size)
{
    chunk *c = *link;
    if (size - c->used > a->limit - a->used || size > PTRDIFF_MAX - sizeof *c)
        return NULL;
    if (size > c->cap) {
        c = realloc(c, sizeof *c + size);
        if (!c)
            return NULL;
        c->cap = size;
        *link = c;
    }
    a->used += size - c->used;
    c->used = size;
    return c->data;
}

bool dx_arena_grow_many_(dx_arena *a, void *ptr, size_t count, size_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    chunk **link = *cap ? chunk_of(a, pointer_at(ptr), *cap * size) : NULL;
    if (!link)
        return dx_arena_grow_(a, ptr, count, cap, size);
    const size_t more = doubled(*cap, size);
    void *grown = more ? stretch(a, link, more * size) : NULL;
    if (!grown)
        return false;
    memcpy(ptr, &grown, sizeof grown);
    *cap = more;
    return true;
}
