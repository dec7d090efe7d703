/* Any text: what a plain search finds in the folded text is found, wherever the text is cut, and
 * plain C and AVX2 give the same as what the processor has. */
#define _XOPEN_SOURCE 700
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "../unit/core/folded.h"
#include "core/scanner.h"

static const char *const literals[] = {"abba",       "ab ab",           "aab ba",
                                       "ab a b aab", "self registered", "a b a b a b a",
                                       "bbbbbbbb",   "abbaab bbaaba",   "failed with error code",
                                       "aabb aabb",  "ba ba ba ba ba",  "bababababababab"};
enum { LITERALS = sizeof literals / sizeof *literals };

/* As this processor has it, as one with AVX2 and as any; for a few literals and for many. */
enum { WAYS = 3, MANY = LITERALS + 100 };

static dx_scanner *make(const char *processor, uint32_t n)
{
    dx_scan_literal all[MANY];
    char more[MANY][8];
    dx_scanner *s = NULL;
    dx_err err = {0};

    for (uint32_t i = 0; i < n; i++) {
        snprintf(more[i], sizeof more[i], "~%06u",
                 i % 1000000); /* in none of the texts that matter */
        all[i] = (dx_scan_literal){i < LITERALS ? dx_str_of(literals[i]) : dx_str_of(more[i]), i};
    }
    if (processor != NULL)
        setenv("SETUPDX_PORTABLE", processor, 1);
    FUZZ_MUST(dx_scanner_new(&s, NULL, all, n, &err) == DX_OK);
    unsetenv("SETUPDX_PORTABLE");
    return s;
}

static bool has(const dx_scan_hits *h, size_t at, uint32_t id)
{
    for (size_t i = 0; i < h->n; i++)
        if (h->p[i].at == at && h->p[i].id == id)
            return true;
    return false;
}

static void check_recall(dx_str text, const dx_scan_hits *hits)
{
    folded_text f = folded(text, stamp);
    const dx_str all = {f.p, f.n};

    for (uint32_t i = 0; i < LITERALS; i++) {
        const dx_str l = dx_str_of(literals[i]);
        for (size_t at = dx_str_find(all, l, 0); at != SIZE_MAX; at = dx_str_find(all, l, at + 1))
            FUZZ_MUST(has(hits, f.from[at], i));
    }
    folded_free(&f);
}

static void check_order(const dx_scan_hits *h, const dx_scan_range *r)
{
    for (size_t i = 0; i < h->n; i++) {
        FUZZ_MUST(h->p[i].at >= r->from && h->p[i].at < r->until && h->p[i].id < MANY);
        FUZZ_MUST(i == 0 || h->p[i - 1].at < h->p[i].at ||
                  (h->p[i - 1].at == h->p[i].at && h->p[i - 1].id < h->p[i].id));
    }
}

static void check_ways(dx_scanner *const s[WAYS], const dx_scan_range *r, dx_scan_hits *out)
{
    static dx_scan_hits other;

    FUZZ_MUST(dx_scanner_run(s[0], r, out));
    check_order(out, r);
    for (int k = 1; k < WAYS; k++) {
        FUZZ_MUST(dx_scanner_run(s[k], r, &other));
        FUZZ_MUST(out->n == other.n);
        for (size_t i = 0; i < out->n; i++)
            FUZZ_MUST(out->p[i].at == other.p[i].at && out->p[i].id == other.p[i].id);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const processor[WAYS] = {NULL, "avx2", "1"};
    static dx_scanner *few[WAYS], *many[WAYS];
    static dx_scan_hits hits;
    dx_str text = {(const char *)data, size};
    const int choice = fuzz_choice(&text);
    char *copy = malloc(text.n + 1);
    bool escapes = false;

    for (int k = 0; k < WAYS && many[k] == NULL; k++) {
        few[k] = make(processor[k], LITERALS);
        many[k] = make(processor[k], MANY);
    }
    FUZZ_MUST(copy != NULL);
    memcpy(copy, text.p, text.n); /* so that a byte too far is seen */
    text.p = copy;
    const size_t from = choice < 0 ? 0 : (size_t)choice % (text.n + 1);
    const dx_scan_range r = {.text = text, .from = from, .until = text.n, .margins = stamp};
    for (size_t i = 0; i < text.n; i++)
        escapes |= text.p[i] == '\x1b';
    for (int k = 0; k < 2; k++) {
        check_ways(k ? many : few, &r, &hits);
        if (from == 0 && !escapes)
            check_recall(text, &hits);
    }
    free(copy);
    return 0;
}
