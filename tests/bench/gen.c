/* Writes the logs and the signatures that the benchmark reads: the same arguments give the same
 * bytes everywhere.  `gen` without arguments says how. */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "misses.h"
#include "words.h"

static const char usage[] =
    "usage: gen log   [options] FILE          one log\n"
    "       gen tree  [options] FOLDER        many logs\n"
    "       gen rules [options] FOLDER LITERALS   signatures, and the same as literals for grep\n"
    "       gen misses [options] MESSAGES FILE    what just fails to be one of these messages, or "
    "of\n"
    "                                             the signatures': texts with empty lines between\n"
    "  --seed N        1\n"
    "  --size BYTES    of the log, or of each log of the tree; K, M, G may follow\n"
    "  --files N       in the tree\n"
    "  --every BYTES   between two failure blocks (100000)\n"
    "  --signatures N  that exist (20000)\n"
    "  --shape NAME    exchange, msi, or, for what is hard to scan: near (nothing but texts of\n"
    "                  --misses), gram (one piece of a message again and again), line (no line\n"
    "                  end at all), nul (zero bytes)\n"
    "  --misses FILE   as `gen misses` writes it\n"
    "  --utf16         UTF-16LE with CRLF\n"
    "  --truth FILE    one row for each block: path, line, signature, way of wrapping\n";

typedef enum shape { EXCHANGE, MSI, NEAR, GRAM, LINE, NUL, SHAPES } shape;
static const char *const shape_names[SHAPES] = {"exchange", "msi", "near", "gram", "line", "nul"};

/* Ways to write a message of several lines. */
typedef enum wrap {
    OWN_LINES,  /* as the dialog breaks them */
    OWN_STAMPS, /* and every line with a stamp */
    AT_BLANKS,  /* anew at blanks, further lines indented */
    AT_BLANKS_STAMPS,
    ONE_LINE,
    AT_COLUMN, /* cut at a column, in the midst of words */
    WRAPS
} wrap;

typedef struct options {
    uint64_t seed, size, every;
    uint32_t files, signatures;
    shape shape;
    bool utf16;
    const char *truth, *misses;
} options;

typedef struct writer {
    const options *o;
    bench_random random;
    FILE *out, *truth;
    const char *path;
    uint64_t done, next_block; /* bytes of UTF-8 */
    uint64_t lines, clock_ms;
    shape shape;
    bench_paragraphs misses;
} writer;

static void die(const char *what)
{
    fprintf(stderr, "gen: %s: %s\n", what, errno ? strerror(errno) : "failed");
    exit(2);
}

/* ---- writing ---- */

static void put(writer *w, const char *p, size_t n)
{
    static const size_t most = 8192;
    char wide[2 * 8192];

    for (size_t from = 0; from < n; from += most) {
        const size_t part = n - from < most ? n - from : most;
        for (size_t i = 0; w->o->utf16 && i < part; i++) {
            wide[2 * i] = p[from + i];
            wide[2 * i + 1] = 0;
        }
        const size_t size = w->o->utf16 ? 2 * part : part;
        if (fwrite(w->o->utf16 ? wide : p + from, 1, size, w->out) != size)
            die(w->path);
    }
    w->done += n;
}

static void end_line(writer *w)
{
    const bool crlf = w->o->utf16 || w->shape == MSI;

    put(w, crlf ? "\r\n" : "\n", 1 + (size_t)crlf);
    w->lines++;
}

static void put_stamp(writer *w)
{
    bench_text t = {.n = 0};
    const uint64_t ms = w->clock_ms;

    if (w->shape != EXCHANGE)
        return;
    bench_add(&t, "[%02u/%02u/2021 %02u:%02u:%02u.0%03u] [%u] ",
              (unsigned)(ms / 2419200000u % 12 + 1), (unsigned)(ms / 86400000u % 28 + 1),
              (unsigned)(ms / 3600000u % 24), (unsigned)(ms / 60000u % 60),
              (unsigned)(ms / 1000u % 60), (unsigned)(ms % 1000u), bench_below(&w->random, 8) == 0);
    w->clock_ms += bench_below(&w->random, 40);
    put(w, t.p, t.n);
}

/* ---- blocks ---- */

static size_t line_end(const char *p, const char *end, wrap how, size_t width)
{
    const size_t left = (size_t)(end - p);
    size_t n = width;

    if (how == OWN_LINES || how == OWN_STAMPS)
        return (size_t)((const char *)memchr(p, '\n', left) - p);
    if (how == ONE_LINE || left <= width)
        return left;
    while (how != AT_COLUMN && n > 0 && p[n] != ' ')
        n--;
    return n > 0 ? n : width;
}

/* Returns the number of the line in which byte `at` stands. */
static uint64_t put_wrapped(writer *w, bench_text *t, wrap how, size_t at)
{
    const bool own = how == OWN_LINES || how == OWN_STAMPS;
    const bool stamps = how == OWN_STAMPS || how == AT_BLANKS_STAMPS;
    const size_t width = 58 + bench_below(&w->random, 22);
    const char *p = t->p;
    uint64_t line = w->lines + 1;

    for (size_t i = 0; !own && i + 1 < t->n; i++)
        if (t->p[i] == '\n')
            t->p[i] = ' ';
    const char *const end = t->p + t->n - !own;
    for (bool first = true; p < end; first = false) {
        const size_t n = line_end(p, end, how, width);
        if (first || stamps)
            put_stamp(w);
        else if (how != AT_COLUMN)
            put(w, "   ", 3);
        if (p <= t->p + at)
            line = w->lines + 1;
        put(w, p, n);
        end_line(w);
        p += n;
        p += p < end && (own || *p == ' ') && how != AT_COLUMN;
    }
    return line;
}

static void put_block(writer *w)
{
    bench_text t = {.n = 0};
    const wrap how = (wrap)bench_below(&w->random, WRAPS);
    size_t from = 0;
    char name[64];

    if (bench_below(&w->random, 2) || w->o->signatures == 0) {
        const uint32_t which = bench_below(&w->random, 3);
        snprintf(name, sizeof name, "%s", bench_seed_message(&t, which, &w->random));
    } else {
        /* The first are asked for more often, so that small sets have something to find. */
        const uint32_t n = w->o->signatures, few = n < 100 ? n : 100;
        const uint32_t i = bench_below(&w->random, bench_below(&w->random, 4) ? n : few);
        from = bench_message(&t, i, &w->random);
        snprintf(name, sizeof name, "bench.s%05u", (unsigned)i);
    }
    const uint64_t line = put_wrapped(w, &t, how, from);
    if (w->truth)
        fprintf(w->truth, "%s\t%llu\t%s\t%d\n", w->path, (unsigned long long)line, name, (int)how);
}

/* ---- lines ---- */

static void put_miss(writer *w)
{
    const bench_slice text = w->misses.p[bench_below(&w->random, (uint32_t)w->misses.n)];

    put(w, text.p, text.n);
    end_line(w);
}

static void put_plain_line(writer *w)
{
    bench_text t = {.n = 0};

    bench_exchange_line(&t, &w->random);
    put(w, t.p, t.n);
    end_line(w);
}

static void put_line(writer *w)
{
    bench_text t = {.n = 0};

    switch (w->shape) {
    case NEAR:
        put_miss(w);
        return;
    case GRAM:
        bench_literal(&t, 0);
        for (int i = 0; i < 8; i++)
            put(w, t.p + 4, 11);
        end_line(w);
        return;
    case NUL:
        memset(t.p, 0, sizeof t.p);
        put(w, t.p, sizeof t.p);
        return;
    case EXCHANGE:
        put_stamp(w);
        bench_exchange_line(&t, &w->random);
        break;
    default:
        bench_below(&w->random, 2) ? bench_msi_line(&t, &w->random)
                                   : bench_exchange_line(&t, &w->random);
        break;
    }
    if (w->shape == MSI) {
        t.n = 0;
        bench_msi_line(&t, &w->random);
    }
    put(w, t.p, t.n);
    w->shape == LINE ? put(w, " ", 1) : end_line(w);
}

static void put_text(writer *w, const char *text)
{
    put_stamp(w);
    put(w, text, strlen(text));
    end_line(w);
}

enum {
    PLAIN_HEAD = 48 << 10, /* behind which no format is looked for any more */
    AT_A_TIME = 1 << 20
};

static void put_head(writer *w)
{
    if (w->o->utf16 && fwrite("\xFF\xFE", 1, 2, w->out) != 2)
        die(w->path);
    if (w->shape == EXCHANGE) {
        put_text(w, "**********************************************");
        put_text(w, "Starting Microsoft Exchange Server 2016 Setup");
        put_text(w, "**********************************************");
        put_text(w, "Setup version: 15.1.2176.2.");
    } else if (w->shape == NEAR) {
        while (w->done < PLAIN_HEAD)
            put_plain_line(w);
    } else if (w->shape == MSI) {
        put_text(w, "=== Verbose logging started: 3/20/2024  9:08:07  Build type: SHIP UNICODE "
                    "5.00.10011.00  Calling process: C:\\Windows\\system32\\msiexec.exe ===");
    }
}

static void write_log(writer *w, const char *path, uint64_t size)
{
    const bool blocks = w->shape == EXCHANGE || w->shape == MSI;

    w->path = path;
    w->out = fopen(path, "wb");
    /* In large pieces, so that the page cache holds them in large folios, as it holds what was read
     * from a disk: reading a log that was written by 4 KiB takes three times as long. */
    if (!w->out || setvbuf(w->out, NULL, _IOFBF, AT_A_TIME))
        die(path);
    w->lines = 0;
    const uint64_t end = w->done + size;
    put_head(w);
    while (w->done < end) {
        if (blocks && w->done >= w->next_block) {
            put_block(w);
            w->next_block += w->o->every;
        } else {
            put_line(w);
        }
    }
    if (fclose(w->out))
        die(path);
}

/* ---- commands ---- */

static void write_tree(writer *w, const char *dir)
{
    char path[4096];

    if (mkdir(dir, 0777) && errno != EEXIST)
        die(dir);
    for (uint32_t i = 0; i < w->o->files; i++) {
        snprintf(path, sizeof path, "%s/srv%03u", dir, (unsigned)(i % 500));
        if (mkdir(path, 0777) && errno != EEXIST)
            die(path);
        w->shape = i % 3 == 2 ? MSI : EXCHANGE;
        snprintf(path, sizeof path, "%s/srv%03u/setup%05u.log", dir, (unsigned)(i % 500),
                 (unsigned)i);
        write_log(w, path, w->o->size);
    }
}

static void write_rule(FILE *out, uint32_t i)
{
    bench_text regex = {.n = 0}, message = {.n = 0}, fields = {.n = 0};
    bench_random random = bench_seed(i);

    bench_regex(&regex, i);
    bench_fields(&fields, i);
    bench_message(&message, i, &random);
    for (size_t k = 0; k < message.n; k++)
        if (message.p[k] == '\n')
            message.p[k] = ' ';
    fprintf(out,
            "  - id: bench.s%05u\n    title: Message %u\n    regex: '%s'\n    fields: { %s }\n"
            "    samples:\n      made:\n        from: tests/bench/gen.c\n        text: |-\n"
            "          %s\n    not: [Nothing of the kind]\n",
            (unsigned)i, (unsigned)i, regex.p, fields.p, message.p);
}

enum { RULES_IN_A_FILE = 5000 };

static void write_rules(const options *o, const char *dir, const char *literals)
{
    FILE *rules = NULL, *plain = fopen(literals, "wb");
    char path[4096];

    if (!plain || (mkdir(dir, 0777) && errno != EEXIST))
        die(plain ? dir : literals);
    for (uint32_t i = 0; i < o->signatures; i++) {
        bench_text literal = {.n = 0};
        if (i % RULES_IN_A_FILE == 0) {
            snprintf(path, sizeof path, "%s/part%u.yaml", dir, (unsigned)(i / RULES_IN_A_FILE));
            if ((rules && fclose(rules)) || !(rules = fopen(path, "wb")))
                die(path);
            fprintf(rules, "# Made by tests/bench/gen.c.\nsetupdx: 1\nsignatures:\n");
        }
        write_rule(rules, i);
        bench_literal(&literal, i);
        fprintf(plain, "%s\n", literal.p);
    }
    if ((rules && fclose(rules)) || fclose(plain))
        die(dir);
}

/* Each of what is known in each way, and as many of the signatures' messages. */
static void write_misses(writer *w, const char *messages, const char *path)
{
    const bench_paragraphs known = bench_read_paragraphs(messages);
    const uint32_t n = w->o->signatures;

    if (!(w->out = fopen(path, "wb")))
        die(path);
    for (size_t i = 0; i < known.n * BENCH_WAYS * (1 + (n > 0)); i++) {
        bench_text made = {.n = 0}, miss = {.n = 0};
        bench_slice message = known.p[i / BENCH_WAYS % known.n];
        if (i >= known.n * BENCH_WAYS) {
            bench_message(&made, bench_below(&w->random, n), &w->random);
            message = (bench_slice){made.p, made.n - 1};
        }
        bench_miss(&miss, message, (bench_way)(i % BENCH_WAYS), &w->random);
        put(w, miss.p, miss.n);
        put(w, "\n\n", 2);
    }
    if (fclose(w->out))
        die(path);
}

static uint64_t number(const char *text)
{
    char *end;
    uint64_t n = strtoull(text, &end, 10);

    for (const char *unit = "KMG"; *unit && *end; unit++) {
        n *= 1024;
        if (*end == *unit)
            return n;
    }
    return n;
}

static shape shape_of(const char *name)
{
    for (int i = 0; i < SHAPES; i++)
        if (strcmp(name, shape_names[i]) == 0)
            return (shape)i;
    errno = EINVAL;
    die(name);
    return EXCHANGE;
}

static options read_options(int argc, char **argv)
{
    static const struct option known[] = {{"seed", 1, NULL, 's'},       {"size", 1, NULL, 'n'},
                                          {"every", 1, NULL, 'e'},      {"files", 1, NULL, 'f'},
                                          {"signatures", 1, NULL, 'g'}, {"shape", 1, NULL, 'k'},
                                          {"utf16", 0, NULL, 'u'},      {"truth", 1, NULL, 't'},
                                          {"misses", 1, NULL, 'm'},     {NULL, 0, NULL, 0}};
    options o = {1, 64u << 20, 100000, 100, 20000, EXCHANGE, false, NULL, NULL};
    int c;

    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case 's':
            o.seed = number(optarg);
            break;
        case 'n':
            o.size = number(optarg);
            break;
        case 'e':
            o.every = number(optarg);
            break;
        case 'f':
            o.files = (uint32_t)number(optarg);
            break;
        case 'g':
            o.signatures = (uint32_t)number(optarg);
            break;
        case 'k':
            o.shape = shape_of(optarg);
            break;
        case 'u':
            o.utf16 = true;
            break;
        case 't':
            o.truth = optarg;
            break;
        case 'm':
            o.misses = optarg;
            break;
        default:
            fputs(usage, stderr);
            exit(2);
        }
    }
    return o;
}

int main(int argc, char **argv)
{
    const options o = read_options(argc, argv);
    const char *command = optind < argc ? argv[optind] : "";
    writer w = {.o = &o, .random = bench_seed(o.seed), .shape = o.shape};

    const bool two = strcmp(command, "rules") == 0 || strcmp(command, "misses") == 0;
    if (argc - optind != 2 + two || o.signatures > bench_signatures_most() ||
        (o.shape == NEAR && o.misses == NULL)) {
        fputs(usage, stderr);
        return 2;
    }
    if (o.misses && (w.misses = bench_read_paragraphs(o.misses)).n == 0)
        die(o.misses);
    w.next_block = o.every / 2;
    w.clock_ms = 36000000;
    if (o.truth && !(w.truth = fopen(o.truth, "wb")))
        die(o.truth);
    if (strcmp(command, "rules") == 0)
        write_rules(&o, argv[optind + 1], argv[optind + 2]);
    else if (strcmp(command, "misses") == 0)
        write_misses(&w, argv[optind + 1], argv[optind + 2]);
    else if (strcmp(command, "tree") == 0)
        write_tree(&w, argv[optind + 1]);
    else
        write_log(&w, argv[optind + 1], o.size);
    return w.truth && fclose(w.truth) ? 2 : 0;
}
