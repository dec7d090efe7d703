#include "core/buf.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dx_buf_done(dx_buf *b)
{
    free(b->p);
    *b = (dx_buf){0};
}

void dx_buf_clear(dx_buf *b)
{
    b->n = 0;
    b->failed = false;
    if (b->p)
        b->p[0] = '\0';
}

bool dx_buf_reserve(dx_buf *b, size_t more)
{
    if (b->failed)
        return false;
    if (more < b->cap - b->n) /* one byte is the NUL's */
        return true;
    b->failed = true;
    if (more > SIZE_MAX / 2 - b->n - 1)
        return false;
    const size_t need = b->n + more + 1;
    size_t cap = b->cap < 64 ? 64 : b->cap + b->cap / 2;
    cap = cap < need ? need : cap;
    char *p = realloc(b->p, cap);
    if (!p)
        return false;
    *b = (dx_buf){.p = p, .n = b->n, .cap = cap};
    return true;
}

void dx_buf_add(dx_buf *b, dx_str s)
{
    if (!dx_buf_reserve(b, s.n))
        return;
    if (s.n)
        memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

void dx_buf_char(dx_buf *b, char c)
{
    dx_buf_add(b, (dx_str){&c, 1});
}

void dx_buf_printf(dx_buf *b, const char *fmt, ...)
{
    va_list measure, print;
    va_start(measure, fmt);
    va_copy(print, measure);
    const int n = vsnprintf(NULL, 0, fmt, measure);
    va_end(measure);
    if (n < 0)
        b->failed = true;
    else if (dx_buf_reserve(b, (size_t)n))
        b->n += (size_t)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, print);
    va_end(print);
}

dx_str dx_buf_str(const dx_buf *b)
{
    return b->p ? (dx_str){b->p, b->n} : DX_LIT("");
}
