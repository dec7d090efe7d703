#include "cli/hints.h"

#include <string.h>

#include "cli/places.h"
#include "diagnosis/nearest.h"
#include "patterns/codes/codes.h"

enum { CODES_MOST = 6, EVENTS_LOOKED_AT = 12, SPANS = 3 };

/* Codes are numbers that are said to be some; a GUID's parts are not. */
static const char CODE[] =
    "(?<![-0-9a-z{])(0x[0-9a-f]{7,8}|-21474[0-9]{5})(?![-0-9a-z])"
    "|\\b(?:error|code|status|returned|hresult|hr|gle)(?: code| value)?(?: is)?[ "
    ":=(\"']{1,3}([0-9]{2,10})\\b";

typedef struct hints {
    dx_arena *into;
    dx_regex *regex;
    dx_regex_scratch *rx;
    bool tried; /* to read the tables */
    dx_codes *codes;
    dx_yset tables;
} hints;

static void drop(void *ctx, const dx_err *fault)
{
    (void)ctx;
    (void)fault;
}

static dx_rc open_search(hints *h, dx_err *err)
{
    h->rx = dx_regex_scratch_new();
    return h->rx ? dx_regex_new(&h->regex, dx_str_of(CODE), DX_RX_CASELESS, NULL, err)
                 : dx_nomem(err);
}

/* With the first code that is found.  Without tables there are no codes; that is no reason to lose
 * the report. */
static bool have_tables(hints *h)
{
    dx_places places;
    dx_faults faults = {drop, NULL, 0};
    dx_err quiet = {0};

    if (!h->tried &&
        (dx_places_shipped(&places, h->into, &quiet) != DX_OK ||
         dx_yset_add(&h->tables, places.codes.p, true, h->into, &faults, &quiet) != DX_OK ||
         dx_codes_new(&h->codes, &h->tables, &faults, &quiet) != DX_OK))
        h->codes = NULL;
    h->tried = true;
    return h->codes != NULL;
}

static void close_tables(hints *h)
{
    dx_codes_free(h->codes);
    dx_regex_free(h->regex);
    dx_regex_scratch_free(h->rx);
}

/* ---- codes ---- */

typedef struct found {
    dx_report_code *p;
    size_t n;
} found;

static bool is_told(const found *f, dx_str text)
{
    for (size_t i = 0; i < f->n; i++)
        if (dx_str_ieq(f->p[i].text, text))
            return true;
    return false;
}

static dx_rc add_code(hints *h, found *f, dx_str text, dx_str near, uint32_t line, dx_err *err)
{
    dx_code_answer answer;
    const dx_code_question q = {.text = text, .near = near};

    if (f->n == CODES_MOST || is_told(f, text))
        return DX_OK;
    if (dx_codes_read(h->codes, &q, h->into, &answer, err) != DX_OK)
        return DX_FAIL;
    if (answer.n == 0 || !answer.readings[0].known || answer.readings[0].value == 0)
        return DX_OK;
    const dx_code_reading *r = &answer.readings[0];
    const dx_report_code code = {.text = dx_arena_copy(h->into, text),
                                 .name = dx_arena_copy(h->into, r->name),
                                 .meaning = dx_arena_copy(h->into, r->meaning),
                                 .space = dx_arena_copy(h->into, r->title),
                                 .outcome = r->outcome,
                                 .line = line};
    if (!code.text.p || !code.name.p || !code.meaning.p || !code.space.p)
        return dx_nomem(err);
    f->p[f->n++] = code;
    return DX_OK;
}

static dx_rc codes_in(hints *h, found *f, dx_str text, uint32_t line, dx_err *err)
{
    dx_span spans[SPANS];
    size_t from = 0;

    while (from < text.n && dx_regex_find(h->regex, h->rx, text, from, spans, SPANS) == DX_RX_YES &&
           have_tables(h)) {
        const dx_span *code = spans[1].from != SIZE_MAX ? &spans[1] : &spans[2];
        if (add_code(h, f, dx_span_of(text, *code), text, line, err) != DX_OK)
            return DX_FAIL;
        from = spans[0].to;
    }
    return DX_OK;
}

/* ---- one attempt ---- */

static bool needs_hints(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;

    return v->n_findings == 0 &&
           (v->n_unexplained > 0 || (a->of->attempt.outcome == DX_FAILED && v->n_undecided == 0));
}

static dx_rc add_hints(hints *h, const dx_rulebook *book, dx_report_attempt *a, dx_err *err)
{
    const dx_verdict *v = a->verdict;
    const dx_attempt *of = &a->of->attempt;
    found f = {dx_arena_get(h->into, CODES_MOST * sizeof *f.p), 0};

    if (f.p == NULL)
        return dx_nomem(err);
    for (size_t i = 0; i < v->n_unexplained && i < EVENTS_LOOKED_AT; i++)
        if (codes_in(h, &f, v->unexplained[i]->text, v->unexplained[i]->line, err) != DX_OK)
            return DX_FAIL;
    if (codes_in(h, &f, of->outcome_text, of->outcome_line, err) != DX_OK)
        return DX_FAIL;
    a->codes = f.p;
    a->n_codes = f.n;
    return dx_nearest(book, of->format, v->unexplained, v->n_unexplained, h->into, &a->nearest,
                      &a->n_nearest, err);
}

dx_rc dx_hints_add(const dx_rulebook *book, dx_report_attempt *attempts, size_t n, dx_arena *into,
                   dx_err *err)
{
    hints h = {.into = into};
    dx_rc rc = DX_OK;
    size_t first = 0;

    while (first < n && !needs_hints(&attempts[first]))
        first++;
    if (first == n)
        return DX_OK;
    rc = open_search(&h, err);
    for (size_t i = first; rc == DX_OK && i < n; i++)
        if (needs_hints(&attempts[i]))
            rc = add_hints(&h, book, &attempts[i], err);
    close_tables(&h);
    return rc;
}
