#include <stdlib.h>

#include "cli/code_tables.h"
#include "cli/explain.h"
#include "cli/hints.h"
#include "cli/judge.h"
#include "cli/paste.h"
#include "cli/questions.h"
#include "cli/spelling.h"
#include "cli/textrun.h"
#include "parser/decode.h"
#include "patterns/codes/said.h"
#include "report/tries.h"

enum { PIECE = 65536, LIMIT = 16 * 1024 * 1024, UNDECIDED_WORTH = 20 };

/* One way to read the text, with what came of it. */
typedef struct reading {
    dx_textrun run;
    dx_case *cases;
    dx_verdict *verdicts;
    int worth;
    bool cut; /* the text was */
} reading;

/* ---- bytes to text ---- */

static dx_rc decode_all(dx_decoder *decoder, dx_buf *text, dx_err *err)
{
    dx_rc rc;

    while ((rc = dx_decoder_more(decoder, PIECE, text, err)) == DX_OK)
        if (text->n > LIMIT)
            return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                           "over %d MiB: that is a log; setupdx scan reads it",
                           LIMIT / (1024 * 1024));
    return rc == DX_END && !text->failed ? DX_OK : text->failed ? dx_nomem(err) : DX_FAIL;
}

static dx_rc decode(const dx_explain *q, dx_str bytes, dx_report_source *source, dx_str *out,
                    bool *cut, dx_err *err)
{
    dx_source *src = NULL;
    dx_decoder *decoder = NULL;
    dx_buf text = {0};
    dx_rc rc = dx_source_memory(&src, source->path, bytes, err);

    if (rc == DX_OK)
        rc = dx_decoder_open(&decoder, src, NULL, err);
    if (rc == DX_OK)
        rc = decode_all(decoder, &text, err);
    if (rc == DX_OK) {
        *out = dx_arena_copy(q->into, dx_buf_str(&text));
        source->encoding = dx_arena_copy(q->into, dx_str_of(dx_decoder_encoding(decoder)));
        source->encoding_how = dx_arena_copy(q->into, dx_str_of(dx_decoder_how(decoder)));
        source->bytes = bytes.n;
        source->bad_bytes = dx_decoder_bad(decoder);
        *cut = dx_decoder_cut(decoder);
        rc = out->p && source->encoding.p && source->encoding_how.p ? DX_OK : dx_nomem(err);
    }
    dx_buf_done(&text);
    dx_decoder_close(decoder);
    dx_source_close(src);
    return rc;
}

/* ---- text to verdicts ---- */

/* Events belong to the attempt with their ordinal and stand in order. */
static void give_events(const dx_textrun *run, dx_case *of)
{
    size_t from = 0;

    while (from < run->events.n && run->events.events[from].attempt != of->attempt.ordinal)
        from++;
    of->events = run->events.events + from;
    while (from + of->n_events < run->events.n &&
           of->events[of->n_events].attempt == of->attempt.ordinal)
        of->n_events++;
}

static int by_attempt(const void *a, const void *b)
{
    const dx_event *x = a, *y = b;

    if (x->attempt != y->attempt)
        return x->attempt < y->attempt ? -1 : 1;
    return (x->seq > y->seq) - (x->seq < y->seq);
}

static int worth_of(const dx_verdict *v)
{
    int worth = v->n_undecided > 0 ? UNDECIDED_WORTH : 0;

    for (size_t i = 0; i < v->n_findings; i++)
        worth += v->findings[i].confidence;
    return worth;
}

static dx_rc judge(const dx_explain *q, reading *r, dx_str name, dx_err *err)
{
    const size_t n = r->run.n_attempts;

    r->cases = dx_arena_get(q->into, (n + 1) * sizeof *r->cases);
    r->verdicts = dx_arena_get(q->into, (n + 1) * sizeof *r->verdicts);
    if (!r->cases || !r->verdicts)
        return dx_nomem(err);
    if (r->run.events.n > 0)
        qsort(r->run.events.events, r->run.events.n, sizeof *r->run.events.events, by_attempt);
    for (size_t i = 0; i < n; i++) {
        r->cases[i] = (dx_case){.attempt = r->run.attempts[i], .path = name};
        give_events(&r->run, &r->cases[i]);
    }
    for (size_t i = 0; i < n; i++) {
        if (dx_judge_case(q->know->book, r->cases, n, i, q->into, &r->verdicts[i], err) != DX_OK)
            return DX_FAIL;
        r->worth += worth_of(&r->verdicts[i]);
    }
    return DX_OK;
}

static dx_rc read_as(const dx_explain *q, dx_matcher *matcher, dx_str text, dx_str name,
                     reading *out, dx_err *err)
{
    *out = (reading){
        .run = {
            .know = q->know, .matcher = matcher, .into = q->into, .text = text, .detect = true}};
    if (text.n == 0)
        return DX_OK;
    return dx_textrun_do(&out->run, err) == DX_OK ? judge(q, out, name, err) : DX_FAIL;
}

/* What the reading that was chosen takes for granted. */
typedef struct guess {
    bool joined;
    dx_str numbers;    /* of messages, put before their sentences */
    dx_spelling spelt; /* words that were changed for it */
    dx_str respelt;    /* the text with these and others, should it be of no help either */
} guess;

/* Keeps the better of two. */
static dx_rc try_other(const dx_explain *q, dx_matcher *matcher, dx_str text, dx_str name,
                       reading *out, bool *better, dx_err *err)
{
    reading other;

    *better = false;
    if (read_as(q, matcher, text, name, &other, err) != DX_OK)
        return DX_FAIL;
    *better = other.worth > out->worth;
    if (*better)
        *out = other;
    return DX_OK;
}

/* As if its lines had been broken anywhere, and then as if words and codes had been, too. */
static dx_rc read_joined(const dx_explain *q, dx_matcher *matcher, const dx_paste *paste,
                         dx_str name, reading *out, guess *g, dx_err *err)
{
    const dx_str others[] = {paste->joined, paste->whole};
    const size_t n = paste->parted ? 2 : 1;

    for (size_t i = 0; i < n && out->worth <= UNDECIDED_WORTH; i++) {
        bool better;
        if (try_other(q, matcher, others[i], name, out, &better, err) != DX_OK)
            return DX_FAIL;
        g->joined |= better;
    }
    return DX_OK;
}

/* As if the number of a message had been copied with its words. */
static dx_rc read_numbered(const dx_explain *q, dx_matcher *matcher, const dx_paste *paste,
                           dx_str name, reading *out, guess *g, dx_err *err)
{
    dx_numbered numbered = {0};
    const dx_codes *codes =
        out->worth > UNDECIDED_WORTH ? NULL : dx_code_tables_get(q->know->codes);
    dx_rc rc = DX_OK;
    bool better = false;

    if (codes)
        rc = dx_codes_number(codes, paste->whole, q->into, &numbered, err);
    if (rc == DX_OK && numbered.text.n > 0)
        rc = try_other(q, matcher, numbered.text, name, out, &better, err);
    if (better)
        *g = (guess){.joined = paste->lines > 1, .numbers = numbered.numbers};
    return rc;
}

/* As if words that no known message has were misprints of words that some have. */
static dx_rc read_respelt(const dx_explain *q, dx_matcher *matcher, const dx_paste *paste,
                          dx_str name, reading *out, guess *g, dx_err *err)
{
    dx_spelling spelt;
    bool better;

    if (out->worth > UNDECIDED_WORTH)
        return DX_OK;
    if (dx_spell(q->know->book, paste->whole, q->into, &spelt, err) != DX_OK)
        return DX_FAIL;
    if (spelt.text.n == 0)
        return DX_OK;
    g->respelt = spelt.text;
    if (try_other(q, matcher, spelt.text, name, out, &better, err) != DX_OK)
        return DX_FAIL;
    if (better)
        *g = (guess){.joined = paste->lines > 1, .spelt = spelt, .respelt = spelt.text};
    return DX_OK;
}

/* As it is; and only when that tells too little, in ways that take more and more for granted. */
static dx_rc read_best(const dx_explain *q, const dx_paste *paste, dx_str name, reading *out,
                       guess *g, dx_err *err)
{
    dx_matcher *matcher = NULL;
    dx_rc rc = dx_matcher_new(&matcher, q->know->book, err);

    *g = (guess){0};
    if (rc == DX_OK)
        rc = read_as(q, matcher, paste->text, name, out, err);
    if (rc == DX_OK && paste->kind != DX_PASTE_CODE)
        rc = read_joined(q, matcher, paste, name, out, g, err);
    if (rc == DX_OK && paste->kind != DX_PASTE_CODE)
        rc = read_numbered(q, matcher, paste, name, out, g, err);
    if (rc == DX_OK && paste->kind != DX_PASTE_CODE)
        rc = read_respelt(q, matcher, paste, name, out, g, err);
    dx_matcher_free(matcher);
    return rc;
}

/* ---- verdicts to a report ---- */

/* A message that nothing follows from is no answer, only words. */
static bool says_something(const dx_case *of, const dx_verdict *v)
{
    return v->n_findings + v->n_undecided + v->n_unexplained > 0 ||
           of->attempt.outcome != DX_UNDECIDED;
}

/* A code alone is told as one. */
static dx_rc fill(const dx_explain *q, const dx_paste *paste, const reading *r, dx_report *out,
                  dx_err *err)
{
    const bool code = paste->kind == DX_PASTE_CODE && r->worth == 0;
    const size_t n = code ? 0 : r->run.n_attempts;
    dx_report_attempt *attempts = dx_arena_get(q->into, (n + 1) * sizeof *attempts);

    if (!attempts)
        return dx_nomem(err);
    for (size_t i = 0; i < n; i++)
        if (says_something(&r->cases[i], &r->verdicts[i]))
            attempts[out->n_attempts++] =
                (dx_report_attempt){.of = &r->cases[i], .verdict = &r->verdicts[i]};
    out->attempts = attempts;
    out->order = dx_report_order(attempts, out->n_attempts, q->into);
    out->tries = dx_tries_new(attempts, out->n_attempts, q->into);
    if (!out->order || !out->tries)
        return dx_nomem(err);
    if (dx_hints_add(q->know, attempts, out->n_attempts, q->into, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < out->n_attempts; i++)
        attempts[i].n_codes = 0; /* dx_hints_of_text() tells them, with what to do */
    return DX_OK;
}

enum { CHANGES_TOLD = 4, TELLING = 5 /* letters of a word that is not in any text */ };

/* One of its words is in a message that was recognised. */
static bool is_in_events(dx_str words, const dx_collect *events)
{
    dx_str word;

    while (dx_str_next(&words, ' ', &word))
        for (size_t i = 0; word.n >= TELLING && i < events->n; i++)
            if (dx_str_ifind(events->events[i].text, word, 0) != SIZE_MAX)
                return true;
    return false;
}

/* The changes that the answer rests on: "'lnstaller' as 'installer'". */
static dx_str changes_of(const dx_explain *q, const reading *r, const dx_spelling *spelt)
{
    dx_str list = DX_LIT("");
    size_t n = 0;

    for (size_t i = 0; i < spelt->n && n < CHANGES_TOLD && list.p; i++) {
        const dx_respelt *c = &spelt->changes[i];
        if (is_in_events(c->now, &r->run.events))
            list = dx_arena_printf(q->into, "%.*s%s'%.*s' as '%.*s'", DX_FMT(list),
                                   n++ ? ", " : "; it was guessed at: ", DX_FMT(c->was),
                                   DX_FMT(c->now));
    }
    return list;
}

/* The log of the whole attempt tells more; where it lies, when the text names the product, or the
 * system. */
static dx_str next_scan(const dx_explain *q, dx_str text, bool *product)
{
    const dx_str where = dx_formats_where(q->know->formats, text, product);

    return where.n > 0
               ? dx_arena_printf(q->into, "setupdx scan PATH-OF-THE-SETUP-LOG (it lies here: %.*s)",
                                 DX_FMT(where))
               : DX_LIT("setupdx scan PATH-OF-THE-SETUP-LOG (the log of the whole attempt tells "
                        "more)");
}

static dx_str kind_of(const dx_explain *q, const dx_paste *p, const reading *r, const guess *g)
{
    static const char *const kinds[] = {[DX_PASTE_CODE] = "a code",
                                        [DX_PASTE_MAIL] = "an e-mail",
                                        [DX_PASTE_TRACE] = "a stack trace",
                                        [DX_PASTE_TEXT] = "a message"};
    const dx_str format = r->run.found_format;
    const bool log = p->kind == DX_PASTE_TEXT && format.n > 0 &&
                     !dx_str_eq(format, DX_LIT("dialogs")) && !dx_str_eq(format, DX_LIT("plain"));

    if (p->kind == DX_PASTE_CODE)
        return dx_str_of(kinds[p->kind]);
    if (log)
        return dx_arena_printf(q->into, "a piece of a log of the format %.*s, %u line%s",
                               DX_FMT(format), p->lines, p->lines == 1 ? "" : "s");
    const dx_str changes = changes_of(q, r, &g->spelt);
    if (!changes.p)
        return changes;
    return dx_arena_printf(q->into, "%s of %u line%s%s%s%s%s%s%.*s%.*s", kinds[p->kind], p->lines,
                           p->lines == 1 ? "" : "s", p->quoted ? ", quoted" : "",
                           p->unspaced ? "; blanks between its letters were taken out" : "",
                           g->joined ? "; its lines were joined, as they end anywhere" : "",
                           p->mended ? "; some signs were read as others that look like them" : "",
                           g->numbers.n ? "; by its words it is the message " : "",
                           DX_FMT(g->numbers), DX_FMT(changes));
}

static dx_str describe(const dx_explain *q, const dx_paste *p, const reading *r, const guess *g)
{
    const dx_str kind = kind_of(q, p, r, g);

    return r->cut && kind.p ? dx_arena_printf(q->into, "%.*s; it ends in the middle of a character",
                                              DX_FMT(kind))
                            : kind;
}

static dx_rc answer_text(const dx_explain *q, const dx_paste *p, const reading *r, const guess *g,
                         bool unknown, struct dx_explanation *a, dx_err *err)
{
    const dx_hints_text asked = {.text = p->parted ? p->whole : p->text,
                                 .alone = p->kind == DX_PASTE_CODE,
                                 .unknown = unknown && p->kind != DX_PASTE_CODE,
                                 .respelt = g->respelt,
                                 .advise = r->worth <= UNDECIDED_WORTH};

    bool product = false;

    a->what = describe(q, p, r, g);
    if (!a->what.p)
        return dx_nomem(err);
    if (p->kind == DX_PASTE_CODE)
        a->next = dx_arena_printf(q->into, "setupdx code %.*s", DX_FMT(dx_str_trim(p->text)));
    else if (r->worth <= UNDECIDED_WORTH)
        a->next = next_scan(q, p->joined, &product);
    else
        a->next = DX_LIT("setupdx scan - (with the same text: it is kept then, and report and "
                         "resolve know its key)");
    if (!a->next.p)
        return dx_nomem(err);
    if (dx_hints_of_text(q->know, &asked, q->into, a, err) != DX_OK)
        return DX_FAIL;
    if (asked.unknown && a->n_codes + a->n_nearest == 0)
        a->n_ask = dx_questions_of(p->joined, product, q->into, &a->ask);
    return a->n_ask == SIZE_MAX ? dx_nomem(err) : DX_OK;
}

/* The attempt with the most to say is the one that a rule is tried on. */
static const dx_case *fullest(const reading *r)
{
    const dx_case *best = NULL;

    for (size_t i = 0; i < r->run.n_attempts; i++)
        if (!best || r->cases[i].n_events > best->n_events)
            best = &r->cases[i];
    return best;
}

/* What no format knows is a paste; of a piece of a log its lines stay as they are.  Of a window its
 * frame only stands in the way of what it says. */
static dx_rc read_instead(const dx_explain *q, dx_str text, dx_str name, const reading *best,
                          bool boxed, dx_str *out, dx_err *err)
{
    dx_matcher *matcher = NULL;
    reading plain = {0};

    *out = DX_NONE;
    if ((best->worth == 0 && !boxed) || dx_str_eq(best->run.text, text))
        return DX_OK;
    dx_rc rc = dx_matcher_new(&matcher, q->know->book, err);
    if (rc == DX_OK)
        rc = read_as(q, matcher, text, name, &plain, err);
    dx_matcher_free(matcher);
    if (rc == DX_OK && plain.worth < best->worth + boxed &&
        dx_str_eq(plain.run.found_format, DX_LIT("dialogs")))
        *out = best->run.text;
    return rc;
}

/* It is being scanned already.  Of a piece of a log, whose lines a scan leaves as they are, more
 * may be known when they are joined. */
static dx_str next_of_scanned(dx_str instead)
{
    return instead.n > 0 ? DX_LIT("")
                         : DX_LIT("setupdx explain - (with the same text: read as a message, more "
                                  "of it is known)");
}

dx_rc dx_explain_paste(const dx_explain *q, dx_str bytes, dx_str name, dx_report *out,
                       dx_str *instead, dx_err *err)
{
    struct dx_explanation *explanation = dx_arena_get(q->into, sizeof *explanation);
    dx_report_source *source = dx_arena_get(q->into, sizeof *source);
    dx_paste paste;
    reading r;
    guess g;
    bool cut;
    dx_str text;

    if (!explanation || !source)
        return dx_nomem(err);
    dx_report report = dx_explain_report(q, explanation);
    source->path = name;
    if (decode(q, bytes, source, &text, &cut, err) != DX_OK ||
        dx_paste_read(text, q->into, &paste, err) != DX_OK ||
        read_best(q, &paste, name, &r, &g, err) != DX_OK)
        return DX_FAIL;
    r.cut = cut;
    if (fill(q, &paste, &r, &report, err) != DX_OK ||
        answer_text(q, &paste, &r, &g, report.n_attempts == 0, explanation, err) != DX_OK ||
        dx_explain_checks(q, fullest(&r), explanation, err) != DX_OK ||
        (instead && read_instead(q, text, name, &r, paste.boxed, instead, err) != DX_OK))
        return DX_FAIL;
    if (instead && r.worth > UNDECIDED_WORTH)
        explanation->next = next_of_scanned(*instead);
    source->format = r.run.found_format;
    source->lines = paste.lines;
    source->attempts = (uint32_t)report.n_attempts;
    report.sources = source;
    report.n_sources = 1;
    *out = report;
    return DX_OK;
}

dx_rc dx_explain_text(const dx_explain *q, dx_str bytes, dx_str name, dx_report *out, dx_err *err)
{
    return dx_explain_paste(q, bytes, name, out, NULL, err);
}
