/* Long texts made from a signature's samples, to see whether its regex stays near-linear on them.
 * Steps are counted, not time: the answer is the same on every machine. */
#include "cli/rulecheck.h"
#include "core/buf.h"
#include "core/utf.h"
#include "patterns/meter.h"

enum {
    LARGE = 64 * 1024,
    SMALL = 1024,
    STEPS_PER_BYTE = 200,
    STEPS_FREE = 10000,
    CUTS_MAX = 6,    /* places in a sample at which it is made longer */
    SAMPLES_MAX = 3, /* of one signature */
    SLACK = 2000
};

/* One way to make a text longer: `head`, then `fill` again and again, then `tail`. */
typedef struct pump {
    dx_str head, fill, tail;
    dx_str literal; /* without it the matcher would not run the regex */
} pump;

typedef struct trial {
    dx_rulecheck *check;
    const dx_signature *sig;
    const dx_sample *sample;
    dx_meter *meter;
    dx_buf text;
    bool told;
} trial;

static dx_str pumped(trial *t, const pump *p, size_t size)
{
    dx_buf_clear(&t->text);
    dx_buf_add(&t->text, p->head);
    while (!t->text.failed && p->fill.n && t->text.n < size)
        dx_buf_add(&t->text, p->fill);
    dx_buf_add(&t->text, p->tail);
    if (dx_str_ifind(dx_buf_str(&t->text), p->literal, 0) == SIZE_MAX) {
        dx_buf_char(&t->text, '\n');
        dx_buf_add(&t->text, p->literal);
    }
    return dx_buf_str(&t->text);
}

static bool within_limit(trial *t, const pump *p, size_t size, uint64_t *steps)
{
    const dx_str text = pumped(t, p, size);
    const uint64_t limit = (uint64_t)text.n * STEPS_PER_BYTE + STEPS_FREE;

    return dx_meter_run(t->meter, text, limit, NULL, steps) != DX_RX_LIMIT;
}

/* What grows faster than the text does so in small texts as well, so most need no large one. */
static bool looks_linear(trial *t, const pump *p)
{
    uint64_t once, twice;

    return within_limit(t, p, SMALL, &once) && within_limit(t, p, 2 * SMALL, &twice) &&
           twice <= 2 * once + once / 2 + SLACK && twice <= 2 * SMALL * STEPS_PER_BYTE / 2;
}

static dx_str shortened(dx_str text, dx_arena *into)
{
    enum { SHOWN = 60 };
    return text.n <= SHOWN ? text
                           : dx_arena_printf(into, "%.*s...", DX_FMT(dx_utf_prefix(text, SHOWN)));
}

static void try_pump(trial *t, const pump *p)
{
    uint64_t half, whole;

    if (t->told || t->text.failed || looks_linear(t, p))
        return;
    const bool finished = within_limit(t, p, LARGE / 2, &half) && within_limit(t, p, LARGE, &whole);
    if (t->text.failed || (finished && whole <= 2 * half + half / 2 + STEPS_FREE))
        return;
    t->told = true;
    dx_fault(&t->check->faults, t->sig->piece_at[0],
             "%.*s: the regex takes %s on sample '%.*s' with '%.*s' repeated%s: give repeated "
             "parts an end, as in [^\"]{1,260}, and begin with words of the message",
             DX_FMT(t->sig->id),
             finished ? "more than twice the steps for twice the text" : "too many steps",
             DX_FMT(t->sample->name), DX_FMT(shortened(p->fill, t->check->scratch)),
             p->tail.n ? " inside" : "");
}

/* The last word of a text with the blank behind it; the whole when there is but one. */
static dx_str last_word(dx_str text)
{
    size_t from = text.n;

    while (from > 0 && text.p[from - 1] == ' ')
        from--;
    while (from > 0 && text.p[from - 1] != ' ')
        from--;
    return dx_str_slice(text, from, text.n);
}

static void try_cut(trial *t, dx_str match, size_t cut)
{
    const dx_str head = dx_str_slice(match, 0, cut), tail = dx_str_slice(match, cut, match.n);
    const dx_str literal = t->sig->contains;
    const dx_str fills[] = {last_word(head), DX_LIT("x"),   DX_LIT("7"), DX_LIT("x\\"),
                            DX_LIT("x."),    DX_LIT("x, "), DX_LIT("x ")};

    try_pump(t, &(pump){.fill = head, .literal = literal});
    for (size_t i = 0; i < sizeof fills / sizeof *fills; i++) {
        try_pump(t, &(pump){.head = head, .fill = fills[i], .literal = literal});
        try_pump(t, &(pump){.head = head, .fill = fills[i], .tail = tail, .literal = literal});
    }
}

/* At some of the places behind a blank, spread over the match, and at its end. */
static void try_cuts(trial *t, dx_str match)
{
    size_t words = 0, nth = 0;

    for (size_t i = 0; i < match.n; i++)
        words += match.p[i] == ' ';
    const size_t every = words / CUTS_MAX + 1;
    for (size_t i = 0; i < match.n; i++) {
        if (match.p[i] == ' ' && nth++ % every == 0)
            try_cut(t, match, i + 1);
    }
    try_cut(t, match, match.n);
}

/* The sample as one folded text. */
static dx_str folded(dx_str text, dx_arena *into)
{
    char *p = dx_arena_get(into, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; p && i < text.n; i++) {
        const bool blank = text.p[i] == ' ' || (text.p[i] >= '\t' && text.p[i] <= '\r');
        if (!blank)
            p[n++] = text.p[i];
        else if (n && p[n - 1] != ' ')
            p[n++] = ' ';
    }
    return (dx_str){p, n};
}

static dx_rc try_sample(trial *t, dx_err *err)
{
    const dx_str text = folded(t->sample->text, t->check->scratch);
    dx_span match = {0};

    if (!text.p)
        return dx_nomem(err);
    /* A sample that fits only in another reading is one whose parts others have, too. */
    if (dx_meter_run(t->meter, text, UINT64_MAX, &match, NULL) == DX_RX_YES)
        try_cuts(t, dx_span_of(text, match));
    dx_arena_reset(t->check->scratch);
    return t->text.failed ? dx_nomem(err) : DX_OK;
}

dx_rc dx_rulecheck_cost(dx_rulecheck *c, const dx_signature *sig, dx_err *err)
{
    trial t = {.check = c, .sig = sig};
    dx_rc rc = dx_meter_new(&t.meter, sig, err);

    for (size_t i = 0; rc == DX_OK && i < sig->n_samples && i < SAMPLES_MAX; i++) {
        t.sample = &sig->samples[i];
        rc = try_sample(&t, err);
    }
    dx_meter_free(t.meter);
    dx_buf_done(&t.text);
    return rc;
}
