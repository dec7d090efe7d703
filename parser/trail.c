#include "parser/trail.h"

enum { MARKS = 4096 };

static bool is_blank(dx_str line)
{
    return line.n == 0 || ((unsigned char)line.p[0] <= ' ' && dx_str_trim(line).n == 0);
}

static uint64_t print_of(dx_str line, uint64_t hash)
{
    return is_blank(line) ? 0 : hash ? hash : 1;
}

uint64_t dx_line_print(dx_str line)
{
    return print_of(line, dx_hash64(line, 0));
}

void dx_line_prints(dx_str within, const dx_str *line, size_t n, uint64_t *print)
{
    dx_hash64_many(within, line, n, print);
    for (size_t i = 0; i < n; i++)
        print[i] = print_of(line[i], print[i]);
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

static bool end_line(dx_tracing *t, const dx_chain *chain, dx_arena *into)
{
    t->lines++;
    if (t->n == MARKS)
        thin_marks(t);
    return (t->lines & (t->stride - 1)) != 0 || /* a power of two */
           DX_PUSH(into, t->mark, t->n, t->cap, dx_chain_get(chain).hi);
}

bool dx_tracing_add(dx_tracing *t, dx_arena *into, const dx_prints *lines, dx_chain *beside)
{
    dx_chain chain = t->chain; /* here, so that nothing waits for memory */
    dx_chain other = beside != NULL ? *beside : (dx_chain){0};

    if (t->stride == 0)
        t->stride = 1;
    for (size_t i = 0; i < lines->n; i++) {
        const uint64_t print = lines->print[i];
        dx_chain_add(&other, print);
        if (print != 0) {
            dx_chain_add(&chain, print);
            t->filled = t->lines + 1;
        }
        if ((i + 1 < lines->n || !lines->goes_on) && !end_line(t, &chain, into))
            return false;
    }
    t->chain = chain;
    if (beside != NULL)
        *beside = other;
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
