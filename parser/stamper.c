#include "parser/stamper.h"

#include <stdlib.h>
#include <string.h>

#include "core/alike.h"
#include "parser/detect.h"
#include "parser/format_impl.h"

/* A shape is the beginning of a line that has been seen, up to the last byte on which it depends
 * whether there is a stamp and where it ends.  Another line whose bytes there are alike, one by
 * one, has the same stamp.  Mostly that is the stamp and one byte, which may be nearly any. */
enum {
    SHAPES = 8,
    STAMP_MOST = DX_USUAL_BYTES, /* bytes of a stamp of a known shape */
    STEP = 32,                   /* bytes compared at a time */
    SEEN_MOST = 96,
    CREDIT_FIRST = 1024,
    CREDIT_MOST = 4096,
    FITTING = 4, /* credit for a line that fits, and one for another */
    PRICE = 128  /* of learning a line: as long as asking the regex ten times */
};

typedef struct shape {
    size_t seen;  /* bytes that count */
    size_t exact; /* of these, those below are compared by ranges */
    bool any_of;  /* one byte counts behind those */
    dx_scan_usual looks;
    dx_span spans[DX_STAMP_GROUPS]; /* of a stamp */
    uint8_t number[SEEN_MOST];      /* see dx_pattern_alike() */
} shape;

struct dx_stamper {
    const dx_format *format;
    dx_regex_scratch *rx;
    bool learns;
    uint8_t number[256];
    shape shape[SHAPES];
    size_t n, last, next; /* shapes; the one that fitted last; the one to be forgotten */
    unsigned credit;      /* a log whose stamps are all different is not worth learning */
};

dx_stamper *dx_stamper_new(void)
{
    dx_stamper *s = calloc(1, sizeof *s);

    if (s != NULL && (s->rx = dx_regex_scratch_new()) == NULL) {
        free(s);
        return NULL;
    }
    return s;
}

void dx_stamper_free(dx_stamper *s)
{
    if (s == NULL)
        return;
    dx_regex_scratch_free(s->rx);
    free(s);
}

void dx_stamper_turn(dx_stamper *s, const dx_format *format)
{
    if (s->format == format)
        return;
    s->format = format;
    s->n = s->last = s->next = 0;
    s->credit = CREDIT_FIRST;
    memset(s->number, UINT8_MAX, sizeof s->number); /* like nothing that was seen */
    s->learns =
        format->stamp != NULL && dx_pattern_alike(dx_regex_pattern(format->stamp), s->number);
}

/* ---- recognising ---- */

/* In two loops, so that a compiler sees what a processor can do at once. */
static bool in_ranges(const shape *s, const uint8_t *p, size_t from)
{
    uint8_t outside[STEP];
    uint64_t any = 0, some;

    for (size_t i = 0; i < STEP; i++)
        outside[i] = (uint8_t)(p[from + i] - s->looks.low[from + i]) > s->looks.span[from + i];
    for (size_t i = 0; i < STEP; i += sizeof some) {
        memcpy(&some, outside + i, sizeof some);
        any |= some;
    }
    return any == 0;
}

static bool fits(const dx_stamper *s, const shape *one, dx_str line)
{
    const uint8_t *p = (const uint8_t *)line.p;

    if (line.n < SEEN_MOST || (one->any_of && !one->looks.may[p[one->exact]]) ||
        (one->exact > 0 && !in_ranges(one, p, 0)) ||
        (one->exact > STEP && !in_ranges(one, p, STEP)))
        return false;
    if (one->any_of)
        return true;
    for (size_t i = one->exact; i < one->seen; i++)
        if (s->number[p[i]] != one->number[i])
            return false;
    return true;
}

static const shape *find(dx_stamper *s, dx_str line)
{
    if (s->n > 0 && fits(s, &s->shape[s->last], line))
        return &s->shape[s->last];
    for (size_t i = 0; i < s->n; i++)
        if (fits(s, &s->shape[i], line)) {
            s->last = i;
            return &s->shape[i];
        }
    return NULL;
}

/* ---- learning ---- */

/* The bytes next to this one that are like it. */
static void set_range(const dx_stamper *s, shape *one, size_t i, uint8_t byte)
{
    uint8_t low = byte, high = byte;

    while (low > 0 && s->number[low - 1] == s->number[byte])
        low--;
    while (high < DX_ALIKE_BYTES - 1 && s->number[high + 1] == s->number[byte])
        high++;
    one->looks.low[i] = low;
    one->looks.span[i] = high - low;
}

/* `stamp`: the groups of one, or NULL: there is none. */
static bool is_settled(const dx_stamper *s, dx_str head, const dx_span *stamp)
{
    dx_span spans[DX_STAMP_GROUPS];
    const dx_rx found = dx_regex_settled(s->format->stamp, s->rx, head, spans, DX_STAMP_GROUPS);

    if (stamp == NULL)
        return found == DX_RX_NO;
    return found == DX_RX_YES && memcmp(spans, stamp, sizeof spans) == 0;
}

/* How many bytes of the line say that this is its stamp (NULL: it has none); 0 when that cannot be
 * said. */
static size_t seen_of(const dx_stamper *s, dx_str line, const dx_span *stamp)
{
    const size_t least = stamp ? stamp->to : 0;

    for (size_t n = least ? least : 1; n <= SEEN_MOST && n <= line.n; n += n - least < 4 ? 1 : 8) {
        if (n > 0 && (unsigned char)line.p[n - 1] >= DX_ALIKE_BYTES)
            return 0;
        if (is_settled(s, dx_str_slice(line, 0, n), stamp))
            return n;
    }
    return 0;
}

/* Which bytes may be the one behind those that are exact. */
static void find_others(const dx_stamper *s, shape *one, dx_str line, const dx_span *stamp)
{
    char copy[SEEN_MOST];
    bool may[DX_ALIKE_BYTES]; /* by number */
    size_t n = 0;

    memcpy(copy, line.p, one->seen);
    memset(one->looks.may, false, sizeof one->looks.may);
    for (unsigned b = 0; b < DX_ALIKE_BYTES; b++) {
        copy[one->exact] = (char)b;
        if (s->number[b] == n) /* numbers are given in the order of the bytes */
            may[n++] = b != '\n' && b != '\r' && is_settled(s, (dx_str){copy, one->seen}, stamp);
        one->looks.may[b] = may[s->number[b]];
    }
    one->any_of = true;
}

static void learn(dx_stamper *s, dx_str line, const dx_span *stamp)
{
    const size_t seen = seen_of(s, line, stamp);
    shape *one = &s->shape[s->next];

    s->credit -= PRICE;
    for (size_t i = 0; i < seen; i++)
        if ((unsigned char)line.p[i] >= DX_ALIKE_BYTES)
            return;
    if (seen == 0)
        return;
    *one = (shape){.seen = seen, .exact = stamp ? stamp->to : 0};
    one->looks.has_margin = stamp != NULL;
    one->looks.begin = one->looks.next = (uint8_t)one->exact;
    if (stamp != NULL)
        memcpy(one->spans, stamp, sizeof one->spans);
    memset(one->looks.span, UINT8_MAX, sizeof one->looks.span);
    memset(one->looks.may, true, sizeof one->looks.may);
    for (size_t i = 0; i < one->exact; i++)
        set_range(s, one, i, (uint8_t)line.p[i]);
    for (size_t i = 0; i < seen; i++)
        one->number[i] = s->number[(unsigned char)line.p[i]];
    if (seen == one->exact + 1)
        find_others(s, one, line, stamp);
    s->last = s->next;
    s->n += s->n < SHAPES;
    s->next = (s->next + 1) % SHAPES;
}

static const shape *known(dx_stamper *s, dx_str ahead)
{
    const shape *one = find(s, ahead);

    s->credit += one != NULL && s->credit < CREDIT_MOST ? FITTING : 0;
    return one;
}

/* What the regex says of a line that is like none before. */
static bool ask(dx_stamper *s, dx_str line, dx_span spans[DX_STAMP_GROUPS])
{
    dx_str text = line;
    const bool stamped = dx_stamp_strip(s->format, s->rx, &text, spans, DX_STAMP_GROUPS);

    s->credit++;
    if (s->learns && s->credit >= PRICE && (!stamped || spans->to <= STAMP_MOST))
        learn(s, line, stamped ? spans : NULL);
    return stamped;
}

bool dx_stamper_strip(dx_stamper *s, dx_str ahead, dx_str *line, dx_span spans[DX_STAMP_GROUPS])
{
    const shape *one = known(s, ahead);
    const bool stamped = one != NULL ? one->looks.has_margin : ask(s, *line, spans);

    if (one != NULL && stamped)
        memcpy(spans, one->spans, sizeof one->spans);
    if (stamped)
        *line = dx_str_slice(*line, spans->to, SIZE_MAX);
    return stamped;
}

size_t dx_stamper_margins(void *ctx, dx_str line, uint8_t at[DX_MARGINS])
{
    dx_stamper *s = ctx;
    dx_span spans[DX_STAMP_GROUPS];

    if (s->format->stamp == NULL)
        return 0;
    const shape *one = known(s, line);
    if (one != NULL) {
        at[0] = one->looks.begin;
        return one->looks.has_margin;
    }
    const char *end = line.n > 0 ? memchr(line.p, '\n', line.n) : NULL;
    dx_str whole = {line.p, end != NULL ? (size_t)(end - line.p) : line.n};
    whole.n -= whole.n > 0 && whole.p[whole.n - 1] == '\r';
    if (!ask(s, whole, spans) || spans->to > DX_MARGIN_MOST)
        return 0;
    at[0] = (uint8_t)spans->to;
    return 1;
}

const dx_scan_usual *dx_stamper_usual(dx_stamper *s)
{
    const shape *one = &s->shape[s->last];

    /* all that counts must be among what is compared */
    if (s->n == 0 || one->seen > one->exact + one->any_of)
        return NULL;
    s->credit += s->credit < CREDIT_MOST ? FITTING : 0;
    return &one->looks;
}
