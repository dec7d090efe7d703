#include "misses.h"
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const other_ends[] = {"was kept as it is.", "took 12 s; nothing is left to do.",
                                         "is what the next step begins with",
                                         "(see the manual), and was mended."};

static void add_part(bench_text *t, bench_slice message, size_t from, size_t to)
{
    if (from < to)
        bench_add(t, "%.*s", (int)(to - from), message.p + from);
}

/* ---- words ---- */

static bool is_letter(char c)
{
    return isalpha((unsigned char)c);
}

/* Where a word begins at `at` or behind; the text's length when none does. */
static size_t word_at(const bench_text *t, size_t at)
{
    while (at < t->n && !(is_letter(t->p[at]) && (at == 0 || !is_letter(t->p[at - 1]))))
        at++;
    return at;
}

/* Each letter becomes the next one. */
static void change_word(bench_text *t, size_t from, bench_random *r)
{
    const size_t left = t->n - from;
    size_t at = word_at(t, from + bench_below(r, (uint32_t)left));

    if (at == t->n)
        at = word_at(t, from);
    for (; at < t->n && is_letter(t->p[at]); at++)
        t->p[at] = (char)(t->p[at] + (strchr("zZ", t->p[at]) ? -25 : 1));
}

/* ---- codes ---- */

/* Numbers as people blot them out: what follows the first half is an x. */
static bool blot_codes(bench_text *t, size_t from)
{
    bool any = false;

    for (size_t i = from, n; i < t->n; i += n + 1) {
        for (n = 0; i + n < t->n && isxdigit((unsigned char)t->p[i + n]); n++)
            ;
        if (n == 0 || strcspn(t->p + i, "0123456789") >= n)
            continue;
        memset(t->p + i + n / 2, 'x', n - n / 2);
        any = true;
    }
    return any;
}

/* ---- misses ---- */

/* Not amid a character. */
static size_t cut_at(bench_slice s, size_t at)
{
    while (at > 0 && at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80)
        at--;
    return at;
}

void bench_miss(bench_text *t, bench_slice message, bench_way how, bench_random *r)
{
    const size_t n = message.n, from = t->n;
    const size_t cut = cut_at(message, n / 3 + bench_below(r, 1 + (uint32_t)n / 3));

    switch (how) {
    case MISS_END:
        add_part(t, message, 0, cut);
        bench_add(t, " %s", other_ends[bench_below(r, sizeof other_ends / sizeof *other_ends)]);
        break;
    case MISS_BEGINNING:
        add_part(t, message, cut, n);
        break;
    case MISS_ENDS:
        add_part(t, message, cut_at(message, cut / 8), cut_at(message, n - cut));
        break;
    case MISS_WORD:
        add_part(t, message, 0, n);
        change_word(t, from, r);
        break;
    case MISS_CODES:
        add_part(t, message, 0, n);
        if (!blot_codes(t, from))
            change_word(t, from, r);
        break;
    }
}

/* ---- reading ---- */

static void fail(const char *path)
{
    perror(path);
    exit(2);
}

static char *read_all(const char *path)
{
    FILE *in = fopen(path, "rb");
    long size;

    if (in == NULL || fseek(in, 0, SEEK_END) != 0 || (size = ftell(in)) < 0)
        fail(path);
    rewind(in);
    char *text = malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, in) != (size_t)size)
        fail(path);
    text[size] = '\0';
    fclose(in);
    return text;
}

bench_paragraphs bench_read_paragraphs(const char *path)
{
    bench_paragraphs all = {.text = read_all(path)};
    size_t cap = 0;

    for (char *at = all.text; *(at += strspn(at, "\n"));) {
        char *const gap = strstr(at, "\n\n"), *const end = gap ? gap : at + strlen(at);
        if (all.n == cap && !(all.p = realloc(all.p, (cap = 2 * cap + 64) * sizeof *all.p)))
            fail(path);
        all.p[all.n++] = (bench_slice){at, (size_t)(end - at)};
        at = end;
    }
    return all;
}
