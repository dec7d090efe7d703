/* How fast single steps are, in this process, on a text in memory:
 *     micro LITERALS TEXT    (files; medians of 5) */
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "core/arena.h"
#include "core/os.h"
#include "core/scanner.h"

enum { RUNS = 5, PIECE = 256 * 1024 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void die(const char *what)
{
    fprintf(stderr, "micro: %s\n", what);
    exit(2);
}

static dx_str slurp(dx_arena *arena, const char *path)
{
    dx_str text;
    dx_err err = {0};

    if (dx_os_slurp(path, (size_t)4 << 30, arena, &text, &err) != DX_OK)
        die(err.text);
    return text;
}

/* ---- steps ---- */

typedef struct bench {
    dx_str text;
    dx_scan_literal *literals;
    size_t n;
    dx_scanner *scanner;
    size_t result; /* so that nothing is left out, and to compare */
} bench;

typedef void step(bench *b);

static size_t stamp(void *ctx, dx_str line, uint8_t at[DX_MARGINS])
{
    (void)ctx;
    at[0] = 30;
    return line.n > 31 && line.p[0] == '[' && line.p[25] == ']';
}

static void scan(bench *b)
{
    dx_scan_hits hits = {0};

    b->result = 0;
    for (size_t from = 0; from < b->text.n; from += PIECE) {
        const dx_scan_range range = {b->text, from, from + PIECE, stamp, NULL};
        if (!dx_scanner_run(b->scanner, &range, &hits))
            die("out of memory");
        b->result += hits.n;
    }
    dx_scan_hits_done(&hits);
}

static void build(bench *b)
{
    dx_scanner *s;
    dx_err err = {0};

    if (dx_scanner_new(&s, NULL, b->literals, b->n, &err) != DX_OK)
        die(err.text);
    dx_scanner_free(b->scanner);
    b->scanner = s;
    b->result = b->n;
}

static void lines(bench *b)
{
    const char *p = b->text.p, *const end = p + b->text.n;

    for (b->result = 0; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        b->result++;
}

static void measure(const char *name, bench *b, step *run)
{
    double s[RUNS];

    for (int i = 0; i < RUNS; i++) {
        const double from = now();
        run(b);
        s[i] = now() - from;
    }
    qsort(s, RUNS, sizeof *s, by_value);
    printf("| %-28s | %9.3f ms | %6.2f GB/s | %zu |\n", name, s[RUNS / 2] * 1e3,
           (double)b->text.n / s[RUNS / 2] / 1e9, b->result);
}

static void read_literals(bench *b, dx_str list, dx_arena *arena)
{
    dx_str rest = list, line;
    size_t cap = 0;

    while (dx_str_next(&rest, '\n', &line)) {
        dx_str text = dx_arena_copy(arena, line);
        for (size_t i = 0; i < text.n; i++)
            if (text.p[i] >= 'A' && text.p[i] <= 'Z')
                ((char *)(uintptr_t)text.p)[i] |= 32;
        if (text.n >= DX_SCAN_LEAST &&
            !DX_PUSH(arena, b->literals, b->n, cap, (dx_scan_literal){text, (uint32_t)b->n}))
            die("out of memory");
    }
}

int main(int argc, char **argv)
{
    dx_arena *arena = dx_arena_new(0);
    bench b = {.n = 0};

    if (argc != 3)
        die("usage: micro LITERALS TEXT");
    read_literals(&b, slurp(arena, argv[1]), arena);
    b.text = slurp(arena, argv[2]);
    printf("| step | time | rate of the text | result |\n|---|---|---|---|\n");
    measure("find line ends (memchr)", &b, lines);
    measure("build the scanner", &b, build);
    measure("scan", &b, scan);
    setenv("SETUPDX_PORTABLE", "1", 1);
    build(&b);
    measure("scan, plain C", &b, scan);
    dx_scanner_free(b.scanner);
    dx_arena_free(arena);
    return 0;
}
