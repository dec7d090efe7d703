/* Messages of the generated signatures.  The number of a signature says all of its text; the day's
 * random numbers say only what stands in its fields. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include "grammar.h"
#include "words.h"

/* Bytes that stand for fields while a message is made. */
typedef enum field { QUOTED_FILE = 1, FILE_NAME, CODE, COUNT, FIELDS } field;

static const struct {
    const char *name, *type, *regex; /* as the inside of a quoted scalar of YAML */
    const char *instead;             /* where a message has the field already */
} fields[FIELDS] = {
    [QUOTED_FILE] = {"file", "text", "''(?<file>[^''\\n]{1,200})''", "$F"},
    [FILE_NAME] = {"file", "text", "(?<file>[^ \\n]{1,120})", "$F"},
    [CODE] = {"code", "code", "(?<code>0x[0-9a-f]{8})", "$H"},
    [COUNT] = {"count", "int", "(?<count>\\d{1,6})", "$I"},
};

static const char field_letters[] = " fucn";

enum { FIRST_WIDTH = 72, WIDTHS = 6, FIELD_WIDTH = 16, LEAST_LITERAL = 12 };

typedef struct maker {
    bench_random random;
    bench_text *text;
    const char *verb, *adjective, *noun;
    bool has[FIELDS], capital;
} maker;

static void add(maker *m, const char *text, size_t n)
{
    bench_text *const t = m->text;

    if (n == 0 || t->n + n >= sizeof t->p)
        return;
    memcpy(t->p + t->n, text, n);
    if (m->capital)
        t->p[t->n] = (char)toupper((unsigned char)t->p[t->n]);
    m->capital = false;
    t->n += n;
}

/* The verbs are chosen so that this is right. */
static void add_verb(maker *m, const char *verb, const char *ending)
{
    const size_t n = strlen(verb);
    const bool past = ending[0] == 'e';

    if (verb[n - 1] == 'e') {
        add(m, verb, n - 1);
    } else if (verb[n - 1] == 'y' && past && strchr("aeiou", verb[n - 2]) == NULL) {
        add(m, verb, n - 1);
        add(m, "i", 1);
    } else {
        add(m, verb, n);
    }
    add(m, ending, strlen(ending));
}

static const char *pick(maker *m, const bench_list *list)
{
    uint32_t n = (uint32_t)list->n;

    if (list->first_most)
        n = 1 + bench_below(&m->random, n);
    return list->texts[bench_below(&m->random, n)];
}

static const bench_list *list_of(char letter)
{
    for (const bench_list *l = bench_sentences; l->letter; l++)
        if (l->letter == letter)
            return l;
    for (const bench_list *l = bench_vocabulary; l->letter; l++)
        if (l->letter == letter)
            return l;
    return NULL;
}

static void expand(maker *m, const char *text);

static void add_symbol(maker *m, char letter)
{
    const bench_list *list;

    switch (letter) {
    case '1':
        add(m, m->verb, strlen(m->verb));
        break;
    case '2':
        add(m, m->adjective, strlen(m->adjective));
        break;
    case '3':
        add(m, m->noun, strlen(m->noun));
        break;
    case '4':
        add_verb(m, m->verb, "ed");
        break;
    case '5':
        add_verb(m, m->verb, "ing");
        break;
    case 'v':
        expand(m, pick(m, &bench_verbs));
        break;
    case 'w':
        add_verb(m, pick(m, &bench_verbs), "ed");
        break;
    case 'g':
        add_verb(m, pick(m, &bench_verbs), "ing");
        break;
    default:
        list = list_of(letter);
        expand(m, list ? pick(m, list) : "$");
        break;
    }
}

static void add_field(maker *m, field f)
{
    const char byte = (char)f;
    const bool had = m->has[f] || (f <= FILE_NAME && (m->has[QUOTED_FILE] || m->has[FILE_NAME]));

    if (had) {
        expand(m, fields[f].instead);
        return;
    }
    add(m, &byte, 1);
    m->has[f] = true;
}

static void expand(maker *m, const char *text)
{
    while (*text) {
        const size_t plain = strcspn(text, "$%^");
        add(m, text, plain);
        text += plain;
        const char *const at = *text == '%' && text[1] ? strchr(field_letters, text[1]) : NULL;
        if (*text == '^') {
            m->capital = true;
            text++;
        } else if (*text == '$' && text[1]) {
            add_symbol(m, text[1]);
            text += 2;
        } else if (at) {
            add_field(m, (field)(at - field_letters));
            text += 2;
        } else if (*text) {
            add(m, text++, 1);
        }
    }
}

static void break_lines(bench_text *t, size_t width)
{
    size_t column = 0, blank = 0;

    for (size_t i = 0; i < t->n; i++) {
        column += t->p[i] > 0 && t->p[i] < FIELDS ? FIELD_WIDTH : 1;
        if (t->p[i] == ' ')
            blank = i;
        if (t->p[i] == '\n') {
            column = blank = 0;
        } else if (column > width && blank > 0) {
            t->p[blank] = '\n';
            column = i - blank;
            blank = 0;
        }
    }
}

uint32_t bench_signatures_most(void)
{
    return (uint32_t)(bench_verbs.n * bench_adjectives.n * bench_nouns.n);
}

/* The texts of signature i with bytes for its fields and ends of lines as in its dialog.  Returns
 * where its own text begins: a title or the like may stand in front. */
static size_t make(bench_text *t, uint32_t i)
{
    const size_t verbs = bench_verbs.n, adjectives = bench_adjectives.n;
    /* A prime: each i has words of its own. */
    const uint64_t own = (uint64_t)i * 7368787u % bench_signatures_most();
    maker m = {.random = bench_seed(i + 1),
               .text = t,
               .verb = bench_verbs.texts[own % verbs],
               .adjective = bench_adjectives.texts[own / verbs % adjectives],
               .noun = bench_nouns.texts[own / verbs / adjectives]};

    t->n = 0;
    expand(&m, "$<");
    const size_t own_text = t->n;
    expand(&m, "$L");
    expand(&m, pick(&m, &bench_openings));
    expand(&m, "$>");
    if (!m.has[QUOTED_FILE] && !m.has[FILE_NAME] && !m.has[CODE] && !m.has[COUNT])
        expand(&m, bench_below(&m.random, 2) ? "\nError code %c" : " Status %n.");
    break_lines(t, FIRST_WIDTH + bench_below(&m.random, WIDTHS));
    return own_text;
}

static void fill_field(bench_text *t, field f, bench_random *r)
{
    switch (f) {
    case QUOTED_FILE:
        bench_add(t, "'D:\\Packages\\%s'", bench_file(r));
        break;
    case FILE_NAME:
        bench_add(t, "%s", bench_file(r));
        break;
    case CODE:
        bench_add(t, "0x8007%04x", bench_below(r, 65536));
        break;
    default:
        bench_add(t, "%u", 1 + bench_below(r, 9000));
        break;
    }
}

size_t bench_message(bench_text *t, uint32_t i, bench_random *r)
{
    bench_text made;
    const size_t own_text = make(&made, i);
    size_t from = t->n;

    for (size_t k = 0; k < made.n; k++) {
        if (k == own_text)
            from = t->n;
        if (made.p[k] > 0 && made.p[k] < FIELDS)
            fill_field(t, (field)made.p[k], r);
        else
            t->p[t->n++] = made.p[k];
    }
    bench_add(t, "\n");
    return from;
}

void bench_regex(bench_text *t, uint32_t i)
{
    bench_text made;

    for (size_t k = make(&made, i); k < made.n; k++) {
        const char c = made.p[k];
        if (c > 0 && c < FIELDS)
            bench_add(t, "%s", fields[(int)c].regex);
        else if (c == '\'')
            bench_add(t, "''");
        else if (c == ' ' && k > 0 && made.p[k - 1] == ' ')
            continue; /* rules see one blank for many */
        else
            bench_add(t, strchr(".[](){}*+?|^$\\", c) ? "\\%c" : "%c", c == '\n' ? ' ' : c);
    }
}

void bench_fields(bench_text *t, uint32_t i)
{
    bench_text made;

    for (size_t k = make(&made, i); k < made.n; k++)
        if (made.p[k] > 0 && made.p[k] < FIELDS)
            bench_add(t, "%s%s: %s", t->n ? ", " : "", fields[(int)made.p[k]].name,
                      fields[(int)made.p[k]].type);
}

static bool ends_run(char c)
{
    return c == '\n' || (c > 0 && c < FIELDS);
}

void bench_literal(bench_text *t, uint32_t i)
{
    bench_random random = bench_seed(i);
    bench_text made;
    size_t best = 0, best_n = 0, runs = 0, n;

    for (size_t from = make(&made, i); from < made.n; from += n + 1) {
        for (n = 0; from + n < made.n && !ends_run(made.p[from + n]); n++)
            ;
        size_t skip = strspn(made.p + from, " .,:;)'(");
        skip = skip < n ? skip : n;
        const bool good = n - skip >= LEAST_LITERAL;
        /* The first good one is the likeliest, and one that is not good better than none. */
        if (good ? runs == 0 || bench_below(&random, 2 + (uint32_t)runs) == 0
                 : runs == 0 && n - skip > best_n) {
            best = from + skip;
            best_n = n - skip;
        }
        runs += good;
    }
    while (best_n > 0 && made.p[best + best_n - 1] == ' ')
        best_n--;
    bench_add(t, "%.*s", (int)best_n, made.p + best);
}
