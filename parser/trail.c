#include "parser/trail.h"

enum { MARKS = 4096 };

uint64_t dx_line_print(dx_str line)
{
    uint64_t print;

    if (line.n == 0 || ((unsigned char)line.p[0] <= ' ' && dx_str_trim(line).n == 0))
        return 0;
    print = dx_hash64(line, 0);
    return print ? print : 1;
}

static uint64_t turned(uint64_t v, unsigned by)
{
    return v << by | v >> (64 - by);
}

/* Two chains that mix what is there already in different ways: order and number of lines count. */
void dx_chain_add(dx_chain *c, uint64_t print)
{
    c->a = (turned(c->a, 23) + print + 1) * 0x9E3779B97F4A7C15u;
    c->b = (turned(c->b, 37) ^ (print + 1)) * 0xD6E8FEB86659FD93u;
}

static uint64_t stirred(uint64_t v)
{
    v = (v ^ v >> 32) * 0xD6E8FEB86659FD93u;
    v = (v ^ v >> 29) * 0x9E3779B97F4A7C15u;
    return v ^ v >> 32;
}

dx_hash128 dx_chain_get(const dx_chain *c)
{
    return (dx_hash128){.hi = stirred(c->a), .lo = stirred(c->b)};
}

static void thin_marks(dx_tracing *t)
{
    for (size_t i = 0; i < t->n / 2; i++)
        t->mark[i] = t->mark[2 * i + 1];
    t->n /= 2;
    t->stride *= 2;
}

static bool end_line(dx_tracing *t, dx_arena *into)
{
    t->lines++;
    if (t->n == MARKS)
        thin_marks(t);
    return (t->lines & (t->stride - 1)) != 0 || /* a power of two */
           DX_PUSH(into, t->mark, t->n, t->cap, dx_chain_get(&t->chain).hi);
}

bool dx_tracing_add(dx_tracing *t, dx_arena *into, const uint64_t *print, size_t n, bool goes_on)
{
    if (t->stride == 0)
        t->stride = 1;
    for (size_t i = 0; i < n; i++) {
        if (print[i] != 0) {
            dx_chain_add(&t->chain, print[i]);
            t->filled = t->lines + 1;
        }
        if ((i + 1 < n || !goes_on) && !end_line(t, into))
            return false;
    }
    return true;
}

dx_trail dx_tracing_get(const dx_tracing *t)
{
    const uint32_t stride = t->stride ? t->stride : 1;
    const uint64_t marks = t->filled / stride;

    return (dx_trail){.mark = t->mark,
                      .n = marks < t->n ? (size_t)marks : t->n,
                      .stride = stride,
                      .records = t->filled,
                      .digest = dx_chain_get(&t->chain)};
}
