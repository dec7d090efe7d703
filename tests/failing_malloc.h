/* malloc and its kin, which give NULL whenever fails() says so.  For the one file of a program or
 * library that defines fails(); glibc only. */
#ifndef DX_TESTS_FAILING_MALLOC_H
#define DX_TESTS_FAILING_MALLOC_H
#include <stdbool.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *p, size_t size);

static bool fails(void);

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
    return fails() ? NULL : __libc_realloc(p, size);
}
#endif
