/* What must not leave: what the patterns find, and what the logs say of their server and user. */
#include <string.h>

#include "cli/redaction.h"
#include "core/os.h"
#include "parser/decode.h"

/* ---- words of the rules, which messages need ---- */

static bool is_letter(char c)
{
    return ((c | 32) >= 'a' && (c | 32) <= 'z');
}

enum { WORD_LEAST = 3 };

/* Runs of letters of a pattern; a letter behind a backslash is none. */
static dx_rc keep_words(dx_values *values, dx_str pattern, dx_err *err)
{
    for (size_t from = 0, to; from < pattern.n; from = to) {
        to = from + 1;
        if (pattern.p[from] == '\\')
            to++;
        if (!is_letter(pattern.p[from]))
            continue;
        while (to < pattern.n && is_letter(pattern.p[to]))
            to++;
        if (to - from >= WORD_LEAST &&
            dx_values_ordinary(values, dx_str_slice(pattern, from, to), err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc keep_words_of_rules(dx_redaction *r, dx_err *err)
{
    const dx_signature *const *all;
    const size_t n = dx_rulebook_signatures(r->know->book, &all);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < all[i]->n_pieces; k++)
            if (keep_words(r->values, all[i]->pieces[k], err) != DX_OK)
                return DX_FAIL;
    return DX_OK;
}

/* ---- facts ---- */

static const struct {
    const char *fact, *what;
} named_by[] = {{"server", "host"}, {"user", "person"}, {"domain", "domain"}, {"site", "host"}};

/* "CONTOSO\jdoe" and "srv01.contoso.com" hold more than one name. */
static dx_rc take_fact(dx_redaction *r, const char *what, dx_str value, dx_err *err)
{
    const size_t slash = dx_str_find(value, DX_LIT("\\"), 0);
    const size_t dot = dx_str_find(value, DX_LIT("."), 0);
    const bool is_host = strcmp(what, "host") == 0;

    if (slash != SIZE_MAX) {
        if (dx_kinds_name(r->kinds, "domain", dx_str_slice(value, 0, slash), r->values, err) !=
            DX_OK)
            return DX_FAIL;
        value = dx_str_slice(value, slash + 1, value.n);
    } else if (is_host && dot != SIZE_MAX) {
        if (dx_kinds_name(r->kinds, "domain", dx_str_slice(value, dot + 1, value.n), r->values,
                          err) != DX_OK)
            return DX_FAIL;
        value = dx_str_slice(value, 0, dot);
    }
    return dx_kinds_name(r->kinds, what, value, r->values, err);
}

static dx_rc take_facts(dx_redaction *r, const dx_framer *framer, dx_err *err)
{
    const dx_attempt *attempts;
    const size_t n = dx_framer_attempts(framer, &attempts);

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < attempts[i].n_facts; k++)
            for (size_t m = 0; m < sizeof named_by / sizeof *named_by; m++)
                if (dx_str_eq(attempts[i].facts[k].name, dx_str_of(named_by[m].fact)) &&
                    take_fact(r, named_by[m].what, attempts[i].facts[k].value, err) != DX_OK)
                    return DX_FAIL;
    return DX_OK;
}

/* ---- logs ---- */

static bool costs_only_this_log(const dx_err *err)
{
    return err->kind == DX_E_IO || err->kind == DX_E_INPUT || err->kind == DX_E_LIMIT;
}

static dx_rc learn_facts(dx_redaction *r, dx_source *src, dx_err *err)
{
    const dx_framer_options options = {
        .encoding = r->settings->encoding, .format = r->settings->log_format, .server = DX_NONE};
    dx_framer *framer;
    dx_record rec;
    dx_rc rc;

    if (dx_framer_open(&framer, src, r->know->formats, &options, err) != DX_OK)
        return costs_only_this_log(err) ? DX_OK : DX_FAIL;
    while ((rc = dx_framer_next(framer, &rec, err)) == DX_OK)
        if (dx_os_interrupted()) {
            rc = dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
            break;
        }
    if (rc == DX_END || costs_only_this_log(err))
        rc = take_facts(r, framer, err);
    dx_framer_close(framer);
    return rc;
}

enum { PIECE = 1 << 20 };

/* Where the lines end that are whole; a line without end is taken as it is. */
static size_t whole_lines(dx_str text, bool last)
{
    size_t n = text.n;

    if (last)
        return n;
    while (n > 0 && text.p[n - 1] != '\n')
        n--;
    return n ? n : text.n;
}

static dx_rc learn_decoded(dx_redaction *r, dx_decoder *decoder, dx_buf *text, dx_err *err)
{
    dx_rc rc = DX_OK;

    while (rc == DX_OK) {
        dx_err broken = {0};
        rc = dx_decoder_more(decoder, PIECE, text, &broken);
        if (rc == DX_FAIL && !costs_only_this_log(&broken)) {
            *err = broken;
            return DX_FAIL;
        }
        const size_t n = whole_lines(dx_buf_str(text), rc != DX_OK);
        if (dx_kinds_learn(r->kinds, dx_str_slice(dx_buf_str(text), 0, n), r->values, &r->gaps,
                           err) != DX_OK)
            return DX_FAIL;
        memmove(text->p, text->p + n, text->n - n);
        text->n -= n;
    }
    return DX_OK;
}

static dx_rc learn_text(dx_redaction *r, dx_source *src, dx_err *err)
{
    dx_decoder *decoder;
    dx_buf text = {0};

    if (dx_decoder_open(&decoder, src, r->settings->encoding, err) != DX_OK)
        return costs_only_this_log(err) ? DX_OK : DX_FAIL;
    if (!dx_buf_reserve(&text, PIECE)) {
        dx_decoder_close(decoder);
        return dx_nomem(err);
    }
    const dx_rc rc = learn_decoded(r, decoder, &text, err);
    dx_buf_done(&text);
    dx_decoder_close(decoder);
    return rc;
}

dx_rc dx_redaction_learn(dx_redaction *r, dx_err *err)
{
    if (dx_kinds_ordinary(r->kinds, r->values, err) != DX_OK ||
        keep_words_of_rules(r, err) != DX_OK || dx_redaction_each(r, learn_facts, err) != DX_OK ||
        dx_redaction_each(r, learn_text, err) != DX_OK)
        return DX_FAIL;
    return dx_values_seal(r->values, err);
}
