/* Vectorscan (or Hyperscan) and our scanner, in this process, one thread, on a text in memory:
 *     vectorscan TEXT LITERALS...    (files; medians of 5)
 * Vectorscan looks once for the literals as they are, and once, whatever the case, for the part of
 * each that our scanner would ask for first.  Ours forgives case and line ends. */
#include <ctype.h>
#include <hs/hs.h>
#include <stdio.h>
#include <string.h>
#include "core/scanner.h"
#include "measure.h"

enum { RUNS = 5, PIECE = 256 * 1024 };

typedef struct literals {
    dx_str *p;
    size_t n;
} literals;

static literals read_list(dx_arena *arena, const char *path)
{
    dx_str rest = bench_slurp(arena, path), line;
    literals l = {0};
    size_t cap = 0;

    while (dx_str_next(&rest, '\n', &line))
        if (line.n >= DX_SCAN_LEAST && !DX_PUSH(arena, l.p, l.n, cap, line))
            bench_need(NULL);
    return l;
}

static literals in_small_letters(dx_arena *arena, literals all)
{
    literals l = {bench_need(dx_arena_get(arena, all.n * sizeof *l.p)), all.n};

    for (size_t i = 0; i < all.n; i++) {
        char *const p = bench_need(dx_arena_get(arena, all.p[i].n));
        for (size_t k = 0; k < all.p[i].n; k++)
            p[k] = (char)tolower((unsigned char)all.p[i].p[k]);
        l.p[i] = (dx_str){p, all.p[i].n};
    }
    return l;
}

static literals rare_parts(dx_arena *arena, literals all)
{
    literals l = {bench_need(dx_arena_get(arena, all.n * sizeof *l.p)), all.n};
    double unused;

    for (size_t i = 0; i < all.n; i++)
        l.p[i] = dx_scan_rarest(all.p[i], &unused);
    return l;
}

/* ---- the two ---- */

typedef struct job {
    dx_str text;
    hs_database_t *base;
    hs_scratch_t *room;
    dx_scanner *ours;
    dx_scan_hits found;
    size_t hits;
} job;

typedef void scan(job *j, size_t from, size_t until);

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                 void *ctx)
{
    (void)id;
    (void)from;
    (void)to;
    (void)flags;
    ++*(size_t *)ctx;
    return 0;
}

static void scan_theirs(job *j, size_t from, size_t until)
{
    if (hs_scan(j->base, j->text.p + from, (unsigned)(until - from), 0, j->room, count, &j->hits) !=
        HS_SUCCESS)
        bench_need(NULL);
}

static void scan_ours(job *j, size_t from, size_t until)
{
    const dx_scan_range range = {.text = j->text, .from = from, .until = until};

    if (!dx_scanner_run(j->ours, &range, &j->found))
        bench_need(NULL);
    j->hits += j->found.n;
}

static void measure(job *j, scan *run, double build)
{
    double s[RUNS];

    for (int i = 0; i < RUNS; i++) {
        const double began = bench_now();
        j->hits = 0;
        for (size_t from = 0; from < j->text.n; from += PIECE)
            run(j, from, from + PIECE < j->text.n ? from + PIECE : j->text.n);
        s[i] = bench_now() - began;
    }
    printf(" %.2f GB/s, %.0f ms, %zu |", (double)j->text.n / bench_median(s, RUNS) / 1e9,
           build * 1e3, j->hits);
    fflush(stdout);
}

static void measure_theirs(dx_arena *arena, dx_str text, literals l, unsigned flags)
{
    const char **texts = bench_need(dx_arena_get(arena, l.n * sizeof *texts));
    size_t *sizes = bench_need(dx_arena_get(arena, l.n * sizeof *sizes));
    unsigned *all_flags = bench_need(dx_arena_get(arena, l.n * sizeof *all_flags));
    unsigned *ids = bench_need(dx_arena_get(arena, l.n * sizeof *ids));
    hs_compile_error_t *fault = NULL;
    job j = {.text = text};

    for (size_t i = 0; i < l.n; i++) {
        texts[i] = l.p[i].p;
        sizes[i] = l.p[i].n;
        all_flags[i] = flags;
        ids[i] = (unsigned)i;
    }
    const double began = bench_now();
    if (hs_compile_lit_multi(texts, all_flags, ids, sizes, (unsigned)l.n, HS_MODE_BLOCK, NULL,
                             &j.base, &fault) != HS_SUCCESS) {
        printf(" %s |", fault != NULL ? fault->message : "failed");
        hs_free_compile_error(fault);
        return;
    }
    const double build = bench_now() - began;
    if (hs_alloc_scratch(j.base, &j.room) != HS_SUCCESS)
        bench_need(NULL);
    measure(&j, scan_theirs, build);
    hs_free_scratch(j.room);
    hs_free_database(j.base);
}

static void measure_ours(dx_arena *arena, dx_str text, literals l)
{
    dx_scan_literal *all = bench_need(dx_arena_get(arena, l.n * sizeof *all));
    job j = {.text = text};
    dx_err err = {0};

    for (size_t i = 0; i < l.n; i++)
        all[i] = (dx_scan_literal){l.p[i], (uint32_t)i};
    const double began = bench_now();
    if (dx_scanner_new(&j.ours, NULL, all, l.n, &err) != DX_OK)
        bench_need(NULL);
    measure(&j, scan_ours, bench_now() - began);
    dx_scan_hits_done(&j.found);
    dx_scanner_free(j.ours);
}

int main(int argc, char **argv)
{
    dx_arena *keep = bench_need(dx_arena_new(0)), *one = bench_need(dx_arena_new(0));

    if (argc < 3) {
        fprintf(stderr, "usage: vectorscan TEXT LITERALS...\n");
        return 2;
    }
    const dx_str text = bench_slurp(keep, argv[1]);
    printf("| scan alone: rate, to build, hits | Vectorscan %.*s, literals "
           "| the same, rare parts of them | ours |\n|---|---|---|---|\n",
           (int)strcspn(hs_version(), " "), hs_version());
    for (int i = 2; i < argc; i++) {
        const literals all = read_list(one, argv[i]), small = in_small_letters(one, all);
        printf("| %zu |", all.n);
        measure_theirs(one, text, all, 0);
        measure_theirs(one, text, rare_parts(one, small), HS_FLAG_CASELESS);
        measure_ours(one, text, small);
        printf("\n");
        dx_arena_reset(one);
    }
    dx_arena_free(one);
    dx_arena_free(keep);
    return 0;
}
