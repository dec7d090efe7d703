/* The beginning of a long list in order: where few rows of many are shown, putting all of them in
 * order would be most of the work. */
#include <stdlib.h>
#include <string.h>
#include "db/backends/sqlite_trend.h"

typedef struct pile {
    char *p;
    size_t size;
    sq_order *order;
} pile;

static char *at(const pile *l, size_t i)
{
    return l->p + i * l->size;
}

static bool comes_first(const pile *l, size_t a, size_t b)
{
    return l->order(at(l, a), at(l, b)) < 0;
}

static void swap(const pile *l, size_t a, size_t b)
{
    char kept[64], *x = at(l, a), *y = at(l, b);
    if (a == b)
        return;
    for (size_t done = 0, n; done < l->size; done += n) {
        n = l->size - done < sizeof kept ? l->size - done : sizeof kept;
        memcpy(kept, x + done, n);
        memcpy(x + done, y + done, n);
        memcpy(y + done, kept, n);
    }
}

/* A heap of n, the last in order on top; that of `from` may be out of place. */
static void sink(const pile *l, size_t n, size_t from)
{
    for (size_t child; (child = 2 * from + 1) < n; from = child) {
        child += child + 1 < n && comes_first(l, child, child + 1);
        if (!comes_first(l, from, child))
            return;
        swap(l, child, from);
    }
}

/* Those beyond that are equal to the last of the heap. */
static size_t gather_equal(const pile *l, size_t n, size_t upto)
{
    size_t end = upto;
    swap(l, 0, upto - 1); /* where it stays */
    for (size_t i = upto; i < n; i++)
        if (l->order(at(l, i), at(l, upto - 1)) == 0)
            swap(l, i, end++);
    return end;
}

size_t sq_sort_front(void *list, size_t n, size_t size, size_t upto, sq_order *order)
{
    const pile l = {list, size, order};
    if (upto && upto < n) {
        for (size_t i = upto / 2; i-- > 0;)
            sink(&l, upto, i);
        for (size_t i = upto; i < n; i++)
            if (comes_first(&l, i, 0)) {
                swap(&l, i, 0);
                sink(&l, upto, 0);
            }
        n = gather_equal(&l, n, upto);
    }
    if (n)
        qsort(list, n, size, order);
    return n;
}
