/* Any text: what a plain search finds in the folded text is found, wherever the text is cut, and
 * plain C gives the same as what the processor has. */
#define _XOPEN_SOURCE 700
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include "../unit/core/folded.h"
#include "core/scanner.h"

static const char *const literals[] = {"abba",       "ab ab",           "aab ba",
                                       "ab a b aab", "self registered", "a b a b a b a",
                                       "bbbbbbbb",   "abbaab bbaaba",   "failed with error code",
                                       "aabb aabb",  "ba ba ba ba ba",  "bababababababab"};
enum { LITERALS = sizeof literals / sizeof *literals };

static dx_scanner *make(void)
{
    dx_scan_literal all[LITERALS];
    dx_scanner *s = NULL;
    dx_err err = {0};

    for (uint32_t i = 0; i < LITERALS; i++)
        all[i] = (dx_scan_literal){dx_str_of(literals[i]), i};
    FUZZ_MUST(dx_scanner_new(&s, NULL, all, LITERALS, &err) == DX_OK);
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
        FUZZ_MUST(h->p[i].at >= r->from && h->p[i].at < r->until && h->p[i].id < LITERALS);
        FUZZ_MUST(i == 0 || h->p[i - 1].at < h->p[i].at ||
                  (h->p[i - 1].at == h->p[i].at && h->p[i - 1].id < h->p[i].id));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dx_scanner *fast, *slow;
    static dx_scan_hits a, b;
    dx_str text = {(const char *)data, size};
    const int choice = fuzz_choice(&text);
    char *copy = malloc(text.n + 1);
    bool escapes = false;

    if (!fast) {
        fast = make();
        setenv("SETUPDX_PORTABLE", "1", 1);
        slow = make();
        unsetenv("SETUPDX_PORTABLE");
    }
    FUZZ_MUST(copy != NULL);
    memcpy(copy, text.p, text.n); /* so that a byte too far is seen */
    text.p = copy;
    const size_t from = choice < 0 ? 0 : (size_t)choice % (text.n + 1);
    const dx_scan_range r = {.text = text, .from = from, .until = text.n, .margins = stamp};
    FUZZ_MUST(dx_scanner_run(fast, &r, &a));
    FUZZ_MUST(dx_scanner_run(slow, &r, &b));
    check_order(&a, &r);
    FUZZ_MUST(a.n == b.n);
    for (size_t i = 0; i < a.n; i++)
        FUZZ_MUST(a.p[i].at == b.p[i].at && a.p[i].id == b.p[i].id);
    for (size_t i = 0; i < text.n; i++)
        escapes |= text.p[i] == '\x1b';
    if (from == 0 && !escapes)
        check_recall(text, &a);
    free(copy);
    return 0;
}
