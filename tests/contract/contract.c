/* Reads logs in both ways:
 *     contract random N RULES [SEED...]
 *         random texts: the first N, and those of these seeds
 *     contract logs RULES FORMATS PATH...
 *         the samples of all formats and signatures, wrapped in several ways, a message at each
 * place around the ends of pieces, and what is below the paths */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "core/buf.h"
#include <string.h>
#include "parser/source.h"
#include "tests/contract/random.h"
#include "tests/contract/ways.h"

static const uint64_t steps[] = {50, 900, DX_CLOCK_STEP};
enum { STEPS = sizeof steps / sizeof *steps };

typedef struct contract {
    ways_know know;
    dx_yset set;
    dx_arena *arena;
    dx_formats *formats;
    dx_rulebook *book;
    ways_count count;
    unsigned broken;
} contract;

static void print_fault(void *ctx, const dx_err *fault)
{
    char line[1000];
    (void)ctx;
    dx_err_format(fault, line, sizeof line);
    fprintf(stderr, "%s\n", line);
}

static bool load(contract *c, const char *rules, const char *formats)
{
    dx_faults faults = {.on_fault = print_fault};
    dx_err err = {0};

    c->arena = dx_arena_new(0);
    if (c->arena == NULL || dx_yset_add(&c->set, rules, false, c->arena, &faults, &err) != DX_OK ||
        (formats && dx_yset_add(&c->set, formats, false, c->arena, &faults, &err) != DX_OK) ||
        dx_formats_new(&c->formats, &c->set, &faults, &err) != DX_OK ||
        dx_rulebook_new(&c->book, &c->set, &faults, &err) != DX_OK ||
        dx_matcher_new(&c->know.matcher, c->book, &err) != DX_OK) {
        fprintf(stderr, "%s\n", err.text);
        return false;
    }
    c->know.formats = c->formats;
    c->know.book = c->book;
    return true;
}

/* Short logs from their beginning on, too. */
static void check(contract *c, const char *name, dx_str bytes, const char *format)
{
    for (size_t i = bytes.n < DX_CLOCK_STEP ? 0 : 1; i < STEPS; i++)
        if (bytes.n > steps[i])
            c->broken += !ways_agree(&c->know, name, bytes, format, steps[i], &c->count);
}

/* ---- messages that were wrapped ---- */

/* Cut at a column, also amid words, or at the last blank before it; `margin` begins each line. */
static void add_wrapped(dx_buf *out, dx_str text, const char *margin, size_t width, bool at_blanks)
{
    for (size_t at = 0, n; at < text.n; at += n) {
        const char *end = memchr(text.p + at, '\n', text.n - at);
        n = end != NULL ? (size_t)(end - text.p) - at : text.n - at;
        const bool cut = n > width;
        n = cut ? width : n;
        while (cut && at_blanks && n > 1 && text.p[at + n - 1] != ' ')
            n--;
        while (at + n < text.n && ((unsigned char)text.p[at + n] & 0xC0) == 0x80)
            n++;
        dx_buf_add(out, dx_str_of(margin));
        dx_buf_add(out, dx_str_slice(text, at, at + n));
        dx_buf_char(out, '\n');
        n += at + n < text.n && text.p[at + n] == '\n';
    }
}

static void check_wrapped(contract *c, const dx_signature *sig)
{
    static const char *const margins[] = {"", "2001-05-18 10:00:00 INFO ", "", "   "};
    const dx_str id = dx_arena_copy(c->arena, sig->id);
    dx_buf text = {0};

    for (size_t i = 0; i < sig->n_samples * 4; i++) {
        const dx_str said = sig->samples[i / 4].text;
        const char *margin = margins[i % 4];
        const size_t width = 20 + (i * 7 + said.n) % 60;
        dx_buf_clear(&text);
        for (int k = 0; k < 24; k++)
            dx_buf_printf(&text, "%s%s\n", margin,
                          k == 12 ? "Next steps of the work begin."
                                  : "Copying files to their place");
        if (margin[0] == '\0')
            dx_buf_add(&text, DX_LIT("\n"));
        add_wrapped(&text, said, margin, width, i % 8 < 4);
        for (int k = 0; k < 24; k++)
            dx_buf_printf(&text, "%sCopying files to their place\n", margin);
        c->broken += !ways_agree(&c->know, id.p, dx_buf_str(&text),
                                 margin[0] == '2' ? "log" : "dialogs", steps[0], &c->count);
    }
    dx_buf_done(&text);
}

static void check_samples(contract *c)
{
    const dx_format *const *format;
    const size_t n_formats = dx_formats_all(c->formats, &format);
    const dx_signature *const *signature;
    const size_t n_signatures = dx_rulebook_signatures(c->book, &signature);

    for (size_t i = 0; i < n_formats; i++) {
        const dx_format_sample *sample;
        const size_t n = dx_format_samples(format[i], &sample);
        const dx_str id = dx_arena_copy(c->arena, dx_format_id(format[i]));
        for (size_t k = 0; k < n; k++)
            check(c, id.p, sample[k].text, id.p);
    }
    for (size_t i = 0; i < n_signatures; i++) {
        const dx_str id = dx_arena_copy(c->arena, signature[i]->id);
        for (size_t k = 0; k < signature[i]->n_samples; k++)
            check(c, id.p, signature[i]->samples[k].text, "dialogs");
        check_wrapped(c, signature[i]);
    }
}

static dx_str read_all(dx_source *src, dx_buf *into)
{
    size_t got = 1;
    dx_err err = {0};

    while (got > 0 && dx_buf_reserve(into, 1 << 16)) {
        if (dx_source_read(src, into->p + into->n, 1 << 16, &got, &err) != DX_OK)
            break;
        into->n += got;
    }
    return dx_buf_str(into);
}

static void check_files(contract *c, const char *const *paths, size_t n)
{
    dx_walk *walk = NULL;
    dx_source *src;
    dx_err err = {0};
    dx_buf name = {0}, bytes = {0};

    if (dx_walk_open(&walk, paths, n, &(dx_walk_options){0}, &err) != DX_OK)
        abort();
    while (dx_walk_next(walk, &src, &err) == DX_OK) {
        dx_buf_clear(&name);
        dx_buf_clear(&bytes);
        dx_buf_printf(&name, "%.*s %.*s", DX_FMT(dx_source_path(src)),
                      DX_FMT(dx_source_member(src)));
        check(c, name.p, read_all(src, &bytes), NULL);
    }
    dx_walk_close(walk);
    dx_buf_done(&name);
    dx_buf_done(&bytes);
}

static void list_slow(const contract *c)
{
    const dx_format *const *format;
    const size_t n = dx_formats_all(c->formats, &format);

    for (size_t i = 0; i < n; i++) {
        const dx_str slow = dx_format_why_slow(format[i], c->arena);
        dx_scan_subset sought;
        if (slow.n > 0)
            printf("%.*s: %.*s\n", DX_FMT(dx_format_id(format[i])), DX_FMT(slow));
        else if (!dx_matcher_sought(c->know.matcher, dx_format_id(format[i]), DX_NONE, &sought))
            printf("%.*s: a signature has no certain text\n", DX_FMT(dx_format_id(format[i])));
    }
}

/* ---- texts made up here ---- */

static void check_random(contract *c, unsigned long seed)
{
    dx_buf text = {0};
    char name[40];

    random_log(seed, 20 + seed % 700, &text);
    snprintf(name, sizeof name, "random %lu", seed);
    c->broken += !ways_agree(&c->know, name, dx_buf_str(&text), NULL, 40 + seed % 300, &c->count);
    dx_buf_done(&text);
}

/* Sentences that only talk of a message, where nobody looks for anything, are told of, too. */
static void check_hushed(contract *c)
{
    enum { SENTENCES = 600 };
    dx_buf text = {0};

    for (int i = 0; i < SENTENCES; i++)
        dx_buf_add(&text, i == SENTENCES / 2 ? DX_LIT("For example, this would be one.\n\n")
                                             : DX_LIT("We had a look at it.\n\n"));
    c->broken += !ways_agree(&c->know, "hushed", dx_buf_str(&text), "dialogs", 0, &c->count);
    dx_buf_done(&text);
}

enum { PIECE = 256 * 1024, AROUND = 220, STRIDE = 3 };

/* The end of the first piece moves over a wrapped message, byte by byte. */
static void check_borders(contract *c)
{
    static const char line[] = "2001-05-18 10:00:00 INFO Copying files\n";
    static const char said[] = "2001-05-18 10:00:02 ERROR Self registration of the DLL "
                               "C:\\Documents and\n2001-05-18 10:00:02 ERROR "
                               "Settings\\x\\cdonts.dll failed : 0d.\n";
    const size_t begin = DX_CLOCK_STEP / (sizeof line - 1) * (sizeof line - 1);
    dx_buf text = {0};
    char name[40];

    for (size_t at = PIECE - AROUND; at < PIECE + AROUND / 2; at += STRIDE) {
        dx_buf_clear(&text);
        while (text.n < begin + at - sizeof line)
            dx_buf_add(&text, dx_str_of(line));
        text.n--; /* the last line takes what is left */
        while (text.n < begin + at - 1)
            dx_buf_char(&text, '.');
        dx_buf_char(&text, '\n');
        dx_buf_add(&text, dx_str_of(said));
        for (int i = 0; i < 300; i++)
            dx_buf_add(&text, dx_str_of(line));
        snprintf(name, sizeof name, "a message at %zu", begin + at);
        c->broken +=
            !ways_find(&c->know, name, dx_buf_str(&text), "exch55.selfreg-failed", &c->count);
    }
    dx_buf_done(&text);
}

static int report(contract *c)
{
    printf("%" PRIu64 " readings, %" PRIu64 " records, %" PRIu64
           " cut by the skipping way; %u differ\n",
           c->count.logs, c->count.records, c->count.cut, c->broken);
    dx_matcher_free(c->know.matcher);
    dx_rulebook_free(c->book);
    dx_formats_free(c->formats);
    dx_arena_free(c->arena);
    return c->broken ? 1 : 0;
}

int main(int argc, char **argv)
{
    contract c = {.broken = 0};
    const bool random = argc >= 4 && strcmp(argv[1], "random") == 0;

    if (argc < 4 || !load(&c, argv[random ? 3 : 2], random ? NULL : argv[3]))
        return 2;
    if (random) {
        for (unsigned long i = 1, n = strtoul(argv[2], NULL, 10); i <= n; i++)
            check_random(&c, i);
        for (int i = 4; i < argc; i++)
            check_random(&c, strtoul(argv[i], NULL, 10));
        return report(&c);
    }
    list_slow(&c);
    check_samples(&c);
    check_borders(&c);
    check_hushed(&c);
    if (argc > 4)
        check_files(&c, (const char *const *)argv + 4, (size_t)argc - 4);
    return report(&c);
}
