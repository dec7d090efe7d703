/* How fast single steps are, in this process, on a text in memory:
 *     micro LITERALS TEXT    (files; medians of 5) */
#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/bytes.h"
#include "core/scanner.h"
#include "measure.h"

enum { RUNS = 5, PIECE = 256 * 1024 };

static void die(const char *what)
{
    fprintf(stderr, "micro: %s\n", what);
    exit(2);
}

/* ---- steps ---- */

typedef struct bench {
    dx_str text;
    dx_scan_literal *literals;
    size_t n;
    dx_scanner *scanner;
    dx_str wide; /* the text as UTF-16LE */
    char *narrow;
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
        const dx_scan_range range = {
            .text = b->text, .from = from, .until = from + PIECE, .margins = stamp};
        if (!dx_scanner_run(b->scanner, &range, &hits))
            die("out of memory");
        b->result += hits.n;
    }
    dx_scan_hits_done(&hits);
}

static void build_for(bench *b, dx_str sample)
{
    dx_scanner *s;
    dx_err err = {0};

    if (dx_scanner_new_for(&s, NULL, b->literals, b->n, sample, &err) != DX_OK)
        die(err.text);
    dx_scanner_free(b->scanner);
    b->scanner = s;
    b->result = b->n;
}

static void build(bench *b)
{
    build_for(b, DX_NONE);
}

/* As a scan of a long log does after its first megabytes. */
static void build_for_log(bench *b)
{
    build_for(b, dx_str_slice(b->text, 0, PIECE));
}

static void lines(bench *b)
{
    const char *p = b->text.p, *const end = p + b->text.n;

    for (b->result = 0; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        b->result++;
}

static void lines_at_once(bench *b)
{
    static uint32_t at[PIECE];

    b->result = 0;
    for (size_t from = 0; from < b->text.n; from += PIECE)
        b->result += dx_find_bytes(dx_str_slice(b->text, from, from + PIECE), '\n', at, PIECE);
}

static void validate(bench *b)
{
    b->result = dx_utf8_run(b->text);
}

static void narrow(bench *b)
{
    b->result = dx_utf16_ascii(b->wide, false, b->narrow);
}

static void make_wide(bench *b, dx_arena *arena)
{
    char *p = dx_arena_get(arena, 2 * b->text.n);

    b->narrow = dx_arena_get(arena, b->text.n);
    if (p == NULL || b->narrow == NULL)
        die("out of memory");
    for (size_t i = 0; i < b->text.n; i++)
        p[2 * i] = b->text.p[i];
    b->wide = (dx_str){p, 2 * b->text.n};
}

static void measure(const char *name, bench *b, step *run)
{
    double s[RUNS];

    for (int i = 0; i < RUNS; i++) {
        const double from = bench_now();
        run(b);
        s[i] = bench_now() - from;
    }
    const double median = bench_median(s, RUNS);
    printf("| %-28s | %9.3f ms | %6.2f GB/s | %zu |\n", name, median * 1e3,
           (double)b->text.n / median / 1e9, b->result);
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

/* What the processor has, or is said to have. */
enum { WAYS = 3 };
static const struct {
    const char *name, *processor;
} ways[WAYS] = {{"all that is there", NULL}, {"AVX2 at most", "avx2"}, {"plain C", "1"}};

int main(int argc, char **argv)
{
    dx_arena *arena = dx_arena_new(0);
    bench b = {.n = 0};

    if (argc != 3)
        die("usage: micro LITERALS TEXT");
    read_literals(&b, bench_slurp(arena, argv[1]), arena);
    b.text = bench_slurp(arena, argv[2]);
    make_wide(&b, arena);
    printf("| step | time | rate of the text | result |\n|---|---|---|---|\n");
    measure("find line ends by memchr()", &b, lines);
    for (int way = 0; way < WAYS; way++) {
        printf("| %s | | | |\n", ways[way].name);
        if (ways[way].processor != NULL)
            setenv("SETUPDX_PORTABLE", ways[way].processor, 1);
        measure("find line ends", &b, lines_at_once);
        measure("validate UTF-8", &b, validate);
        measure("UTF-16LE to UTF-8", &b, narrow);
        measure("build the scanner", &b, build);
        measure("scan", &b, scan);
        measure("build it for this log", &b, build_for_log);
        measure("scan with that", &b, scan);
    }
    dx_scanner_free(b.scanner);
    dx_arena_free(arena);
    return 0;
}
