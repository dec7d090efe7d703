#include "cli/hints.h"

#include "diagnosis/nearest.h"
#include "patterns/codes/codes.h"

enum { CODES_MOST = 12, CODES_OF_TEXT = 12, EVENTS_LOOKED_AT = 12, SPANS = 6 };
enum { SHORT_TEXT = 160, SMALL_CODE = 1000, NEAR_MOST = 4096, NEAR_SIDE = NEAR_MOST / 4 };

/* Codes are numbers that are said to be some, and names; a GUID's parts are not.  "c0000280
 * [Error,Facility=(system),Code=640 (0x0280)]" is one code, and 640 a part of it. */
static const char CODE[] =
    "(?<![-0-9a-z{])(0x[0-9a-fo]{7,8}(?: ?- "
    "?0x[1-5]00[0-9a-f]{2})?|-(?:21[34][0-9]|20[0-9]{2}|1978|107[34])[0-9]{6}|[8cd][0-9a-f]{7}(?= "
    "\\[error,))(?![0-9a-z]|-[0-9])"
    "|(?<!\\),)(?<!event )(?<!process )(?<!session )(?<!thread )(?<!product "
    ")\\b(?:error|code|status|return(?:ed|ing)|hresult|hr|gle|id(?: "
    "no)?\\.?|fehler|fehlercode|erreur|errore|"
    "c\xC3\xB3"
    "digo|codice)(?: ?code| value| no\\.)?(?: is)?"
    "[ :=(<\"']{1,3}(0x[0-9a-f]{1,8}(?: ?- ?0x[1-5]00[0-9a-f]{2})?|[0-9]{2,10}|[0-9a-f]{8})\\b"
    "|\\b(?:an?|the|this|that) ([1-9][0-9]{2,4}) (?:error|fehler)(?: code)?\\b"
    "|(?:%errorlevel%|\\$LASTEXITCODE|echo \\$\\?|-> ?)\\s{1,4}(-?[0-9]{2,10})\\b"
    "|\\b((?:ERROR|E|STATUS|CBS_E|WU_E|RPC_S|SPAPI_E|CERT_E|TRUST_E|CRYPT_E)_[A-Z0-9_]{3,40})\\b";

/* In a few words any number may be meant as a code: "1720 msi", "update fails 80244019"; not one
 * that counts or measures: "12 installed, 0 failed", "in 30 seconds", "Errors: 52", "ok=12", nor a
 * year, as in the names of products. */
static const char ANY_NUMBER[] =
    "(?<![-.:/=0-9a-z])(8[0-9a-f]{7}|(?<!: "
    ")[1-9][0-9]{0,2}|(?!(?:199|20[0-3])[0-9])[1-9][0-9]{3,4}(?:-[0-9]{1,4})?"
    "|(?<=code )0|(?<=status )0)(?![-.:/0-9a-z%]| (?:of|out|more|newly|errors?|warnings?|failed|"
    "failures?|skipped|added|changed|destroyed|installed|upgraded|removed|files?|packages?|items?|"
    "tests?|updates?|users?|times|vulnerabilities|seconds?|minutes?|hours?|days?|bytes|[kmg]i?b|ms)"
    "\\b)";

typedef struct hints {
    dx_code_tables *tables; /* all threads': what is taken of a meaning is copied */
    dx_arena *into;
    dx_arena *scratch; /* for one attempt */
    dx_regex *regex;
    dx_regex_scratch *rx;
    bool tried; /* to have the tables */
    const dx_codes *codes;
    dx_known *known;
} hints;

static dx_rc open_search(hints *h, const dx_rulebook *book, dx_err *err)
{
    h->rx = dx_regex_scratch_new();
    h->scratch = dx_arena_new(0);
    h->known = dx_known_new(book, h->into);
    return h->rx && h->scratch && h->known
               ? dx_regex_new(&h->regex, dx_str_of(CODE), DX_RX_CASELESS, NULL, err)
               : dx_nomem(err);
}

/* With the first code that is found.  Without tables there are no codes; that is no reason to lose
 * the report. */
static bool have_tables(hints *h)
{
    if (!h->tried)
        h->codes = dx_code_tables_get(h->tables);
    h->tried = true;
    return h->codes != NULL;
}

static void close_search(hints *h)
{
    dx_regex_free(h->regex);
    dx_regex_scratch_free(h->rx);
    dx_arena_free(h->scratch);
}

/* ---- codes ---- */

typedef struct found {
    dx_report_code *p;
    size_t n, most;
    bool asked;  /* these codes are of a text that a person gave */
    bool advise; /* and nothing else is known of it: tell how sure, and what to do first */
} found;

static bool found_new(found *f, size_t most, dx_arena *into)
{
    *f = (found){.p = dx_arena_get(into, most * sizeof *f->p), .most = most};
    return f->p != NULL;
}

static bool is_told(const found *f, dx_str text)
{
    for (size_t i = 0; i < f->n; i++)
        if (dx_str_ieq(f->p[i].text, text))
            return true;
    return false;
}

static bool counts(const dx_code_reading *r)
{
    return r->meaning.n > 0 && !r->rejected;
}

/* How sure it is that the number is meant as this reading of the answer. */
static dx_str sure_of(const hints *h, const dx_code_answer *answer, size_t which)
{
    const dx_code_reading *r = &answer->readings[which];
    size_t n = 0;

    for (size_t i = 0; i < answer->n; i++)
        n += counts(&answer->readings[i]);
    if (!r->known)
        return DX_LIT("its range says whose it is; no table names it");
    if (r->mended)
        return DX_LIT("only if the text is a misprint");
    if (r->seldom)
        return DX_LIT("seldom met in setups; programs have numbers of their own");
    if (r->whole < SMALL_CODE)
        return DX_LIT("a small number, which programs use as they like");
    if (n == 1)
        return DX_LIT("the only meaning that the tables know");
    if (r->near == DX_NEAR_AGREES)
        return DX_LIT("the words beside it agree");
    if (which > 0)
        return DX_LIT("meant less often");
    return dx_arena_printf(h->into, "the most usual of %zu meanings", n);
}

static dx_rc add_reading(hints *h, found *f, dx_str text, const dx_code_answer *answer,
                         size_t which, uint32_t line, dx_err *err)
{
    const dx_code_reading *r = &answer->readings[which];
    const bool noted = answer->note.n > 0 && which == 0;
    const dx_str meaning =
        noted ? dx_arena_printf(h->into, "%.*s; %.*s", DX_FMT(r->meaning), DX_FMT(answer->note))
              : dx_arena_copy(h->into, r->meaning);
    const dx_report_code code = {.text = dx_arena_copy(h->into, text),
                                 .name = dx_arena_copy(h->into, r->name),
                                 .meaning = meaning,
                                 .space = dx_arena_copy(h->into, r->title),
                                 .sure = f->advise ? sure_of(h, answer, which) : DX_LIT(""),
                                 .first = dx_arena_copy(h->into, f->advise ? r->first : DX_LIT("")),
                                 .outcome = r->outcome,
                                 .line = line};
    if (!code.text.p || !code.name.p || !code.meaning.p || !code.space.p || !code.sure.p ||
        !code.first.p)
        return dx_nomem(err);
    f->p[f->n++] = code;
    return DX_OK;
}

/* In a few words nothing may tell which of two namespaces is meant. */
static bool has_other(const found *f, const dx_code_question *q, const dx_code_answer *a)
{
    return f->advise && f->n < f->most && q->near.n <= SHORT_TEXT && a->value <= UINT16_MAX &&
           a->n > 1 && counts(&a->readings[1]) && a->readings[0].near != DX_NEAR_AGREES;
}

/* Beside a finding a small number whose meaning nothing around it confirms only leads astray. */
static bool is_idle(const found *f, const dx_code_answer *a)
{
    return f->asked && !f->advise && a->value <= UINT16_MAX &&
           a->readings[0].near != DX_NEAR_AGREES;
}

/* "exited with code 200": a script's own number more often than a seldom one of Windows, for which
 * nobody wrote words into the tables. */
static bool is_own_number(const dx_code_answer *a)
{
    return a->value <= UINT8_MAX && a->readings[0].near != DX_NEAR_AGREES && a->readings[0].seldom;
}

/* So written, it is that message, whatever else the number means elsewhere. */
static size_t msi_reading(const dx_code_answer *a)
{
    for (size_t i = 0; i < a->n; i++)
        if (a->readings[i].known && dx_str_starts(a->readings[i].space, DX_LIT("msi")))
            return i;
    return a->n;
}

static dx_rc add_code(hints *h, found *f, const dx_code_question *q, bool of_msi, uint32_t line,
                      dx_err *err)
{
    dx_code_answer answer;
    size_t msi;

    if (f->n == f->most || is_told(f, q->text))
        return DX_OK;
    if (dx_codes_read(h->codes, q, h->scratch, &answer, err) != DX_OK)
        return DX_FAIL;
    if (of_msi && (msi = msi_reading(&answer)) < answer.n)
        return f->asked && !f->advise ? DX_OK : add_reading(h, f, q->text, &answer, msi, line, err);
    if (answer.n == 0 || !counts(&answer.readings[0]) || answer.readings[0].value == 0 ||
        (!answer.known && !f->asked) || is_idle(f, &answer) || is_own_number(&answer))
        return DX_OK;
    if (add_reading(h, f, q->text, &answer, 0, line, err) != DX_OK)
        return DX_FAIL;
    return has_other(f, q, &answer) ? add_reading(h, f, q->text, &answer, 1, line, err) : DX_OK;
}

static uint32_t lines_before(dx_str text, size_t at)
{
    uint32_t n = 0;

    for (size_t i = 0; i < at; i++)
        n += text.p[i] == '\n';
    return n;
}

/* The group that matched. */
static const dx_span *code_span(const dx_span spans[SPANS])
{
    size_t i = 1;

    while (i + 1 < SPANS && spans[i].from == SIZE_MAX)
        i++;
    return &spans[i];
}

/* "Error 1305. Error reading file": so Windows Installer numbers its messages. */
static bool is_msi_message(dx_str text, dx_span code)
{
    return code.to - code.from == 4 && code.to + 1 < text.n && text.p[code.to] == '.' &&
           text.p[code.to + 1] == ' ';
}

static dx_str product_of(const found *f, dx_str text)
{
    return f->asked && text.n <= SHORT_TEXT ? text : DX_LIT("");
}

/* What can tell how a code is meant: of a long text only what is around it. */
static dx_str near_of(dx_str text, dx_span code)
{
    if (text.n <= NEAR_MOST)
        return text;
    return dx_str_slice(text, code.from > NEAR_SIDE ? code.from - NEAR_SIDE : 0,
                        code.to + NEAR_SIDE);
}

static dx_rc codes_in(hints *h, found *f, dx_str text, uint32_t line, dx_err *err)
{
    dx_span spans[SPANS];
    size_t from = 0, counted = 0;

    while (f->n < f->most && from < text.n &&
           dx_regex_find(h->regex, h->rx, text, from, spans, SPANS) == DX_RX_YES &&
           have_tables(h)) {
        const dx_span *code = code_span(spans);
        const dx_code_question q = {.text = dx_span_of(text, *code),
                                    .near = near_of(text, *code),
                                    .product = product_of(f, text)};
        line += lines_before(dx_str_slice(text, counted, code->from), code->from - counted);
        counted = code->from;
        if (add_code(h, f, &q, is_msi_message(text, *code), line, err) != DX_OK)
            return DX_FAIL;
        from = spans[0].to;
    }
    return DX_OK;
}

/* ---- one attempt ---- */

bool dx_needs_hints(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;

    return v->n_findings == 0 &&
           (v->n_unexplained > 0 || (a->of->attempt.outcome == DX_FAILED && v->n_undecided == 0));
}

/* Of an open question, too, the codes are of help. */
static bool is_coded(const dx_report_attempt *a)
{
    return dx_needs_hints(a) || (a->verdict->n_findings == 0 && a->verdict->n_undecided > 0);
}

static dx_rc codes_of(hints *h, found *f, const dx_event *const *events, size_t n, dx_err *err)
{
    for (size_t i = 0; i < n && i < EVENTS_LOOKED_AT; i++)
        if (codes_in(h, f, events[i]->text, events[i]->line, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_rc add_hints(hints *h, dx_report_attempt *a, dx_err *err)
{
    const dx_verdict *v = a->verdict;
    const dx_attempt *of = &a->of->attempt;
    found f;

    dx_arena_reset(h->scratch);
    if (!found_new(&f, CODES_MOST, h->scratch))
        return dx_nomem(err);
    for (size_t i = 0; i < v->n_undecided; i++)
        if (codes_of(h, &f, v->undecided[i].events, v->undecided[i].n_events, err) != DX_OK)
            return DX_FAIL;
    if (codes_of(h, &f, v->unexplained, v->n_unexplained, err) != DX_OK ||
        codes_in(h, &f, of->outcome_text, of->outcome_line, err) != DX_OK ||
        (of->code.n > 0 && have_tables(h) &&
         add_code(h, &f, &(dx_code_question){.text = of->code, .near = of->outcome_text}, false,
                  of->outcome_line, err) != DX_OK))
        return DX_FAIL;
    a->codes = dx_arena_dup(h->into, f.p, f.n * sizeof *f.p);
    a->n_codes = f.n;
    if (!a->codes)
        return dx_nomem(err);
    return dx_nearest(h->known, of->format, v->unexplained, v->n_unexplained, h->into, &a->nearest,
                      &a->n_nearest, err);
}

struct dx_hints {
    const dx_rulebook *book;
    unsigned n;
    hints of[];
};

dx_hints *dx_hints_new(const dx_knowledge *know, const dx_crew *crew, dx_arena *into)
{
    const unsigned helpers = crew ? crew->n : 0;
    dx_hints *all = dx_arena_get(into, sizeof *all + (helpers + 1) * sizeof *all->of);

    if (!all)
        return NULL;
    *all = (dx_hints){.book = know->book, .n = helpers + 1};
    for (unsigned i = 0; i <= helpers; i++)
        all->of[i] = (hints){.tables = know->codes, .into = i < helpers ? crew->into[i] : into};
    return all;
}

void dx_hints_done(dx_hints *all)
{
    for (unsigned i = 0; all && i < all->n; i++)
        close_search(&all->of[i]);
}

dx_rc dx_hints_find(dx_hints *all, unsigned member, dx_report_attempt *a, dx_err *err)
{
    hints *h = &all->of[member];

    if (!is_coded(a))
        return DX_OK;
    if (!h->known && open_search(h, all->book, err) != DX_OK)
        return DX_FAIL;
    return add_hints(h, a, err);
}

dx_rc dx_hints_add(const dx_knowledge *know, dx_report_attempt *attempts, size_t n, dx_arena *into,
                   dx_err *err)
{
    dx_hints *all = dx_hints_new(know, NULL, into);
    dx_rc rc = all ? DX_OK : dx_nomem(err);

    for (size_t i = 0; rc == DX_OK && i < n; i++)
        rc = dx_hints_find(all, 0, &attempts[i], err);
    dx_hints_done(all);
    return rc;
}

/* ---- a text ---- */

/* Every meaning that the tables know, when nothing around the number can decide. */
static dx_rc read_alone(hints *h, found *f, dx_str text, dx_str product, dx_err *err)
{
    enum { MEANINGS = 4 };
    const dx_code_question q = {.text = text, .product = product};
    dx_code_answer answer;

    if (!have_tables(h))
        return DX_OK;
    if (dx_codes_read(h->codes, &q, h->scratch, &answer, err) != DX_OK)
        return DX_FAIL;
    if (product.n > 0 && answer.n > 0 && is_own_number(&answer))
        return DX_OK;
    for (size_t i = 0; i < answer.n && f->n < MEANINGS; i++)
        if (counts(&answer.readings[i]) && add_reading(h, f, text, &answer, i, 1, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* A line of a few words in which nothing looks like a code: the first number may be one. */
static dx_rc read_few_words(hints *h, found *f, dx_str text, dx_err *err)
{
    dx_regex *regex = NULL;
    dx_span spans[SPANS];
    dx_rc rc = DX_OK;

    if (f->n > 0 || text.n > SHORT_TEXT || dx_str_find(text, DX_LIT("\n"), 0) != SIZE_MAX)
        return DX_OK;
    if (dx_regex_new(&regex, dx_str_of(ANY_NUMBER), DX_RX_CASELESS, NULL, err) != DX_OK)
        return DX_FAIL;
    if (dx_regex_find(regex, h->rx, text, 0, spans, SPANS) == DX_RX_YES)
        rc = read_alone(h, f, dx_span_of(text, spans[1]), text, err);
    dx_regex_free(regex);
    return rc;
}

/* The next run of lines that are not empty, and the number of its first line. */
static bool next_paragraph(dx_str *rest, uint32_t *line, dx_str *out)
{
    size_t from = 0, to;

    while (from < rest->n && (rest->p[from] == '\n' || rest->p[from] == ' '))
        *line += rest->p[from++] == '\n';
    if (from == rest->n)
        return false;
    to = dx_str_find(*rest, DX_LIT("\n\n"), from);
    to = to == SIZE_MAX ? rest->n : to;
    *out = dx_str_slice(*rest, from, to);
    *rest = dx_str_slice(*rest, to, rest->n);
    return true;
}

static dx_rc nearest_to_text(const hints *h, dx_str text, struct dx_explanation *out, dx_err *err)
{
    dx_event events[EVENTS_LOOKED_AT];
    const dx_event *list[EVENTS_LOOKED_AT];
    uint32_t line = 1;
    size_t n = 0;
    dx_str paragraph;

    while (n < EVENTS_LOOKED_AT && next_paragraph(&text, &line, &paragraph)) {
        events[n] = (dx_event){.text = paragraph, .line = line};
        list[n] = &events[n];
        line += lines_before(paragraph, paragraph.n);
        n++;
    }
    return dx_nearest(h->known, DX_LIT("dialogs"), list, n, h->into, &out->nearest, &out->n_nearest,
                      err);
}

static dx_rc read_paragraphs(hints *h, found *f, dx_str text, dx_err *err)
{
    uint32_t line = 1;
    dx_str paragraph;

    while (next_paragraph(&text, &line, &paragraph)) {
        if (codes_in(h, f, paragraph, line, err) != DX_OK)
            return DX_FAIL;
        line += lines_before(paragraph, paragraph.n);
    }
    return DX_OK;
}

dx_rc dx_hints_of_text(const dx_knowledge *know, const dx_hints_text *asked, dx_arena *into,
                       struct dx_explanation *out, dx_err *err)
{
    hints h = {.tables = know->codes, .into = into};
    const dx_str text = dx_str_trim(asked->text);
    found f;

    if (!found_new(&f, CODES_OF_TEXT, into))
        return dx_nomem(err);
    f.asked = true;
    f.advise = asked->advise;
    dx_rc rc = open_search(&h, know->book, err);
    if (rc == DX_OK)
        rc = asked->alone ? read_alone(&h, &f, text, DX_LIT(""), err)
                          : read_paragraphs(&h, &f, asked->text, err);
    if (rc == DX_OK && !asked->alone)
        rc = read_few_words(&h, &f, text, err);
    if (rc == DX_OK && asked->unknown)
        rc = nearest_to_text(&h, asked->respelt.n > 0 ? asked->respelt : asked->text, out, err);
    close_search(&h);
    out->codes = f.p;
    out->n_codes = f.n;
    return rc;
}
