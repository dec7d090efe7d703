#include "cli/code_command.h"

#include "core/utf.h"
#include "report/json_write.h"

enum { REMARK_COLUMN = 66, MOST_FAILURES = 8 };

static long as_signed(uint32_t value)
{
    return value >> 31 ? -(long)(UINT32_MAX - value) - 1 : (long)value;
}

static void add_line(dx_buf *b, const char *indent, dx_str text)
{
    dx_buf_printf(b, "%s", indent);
    dx_utf_visible(b, text, false);
    dx_buf_char(b, '\n');
}

static void text_head(dx_buf *b, const dx_code_answer *a)
{
    if (!a->number) {
        dx_utf_visible(b, a->text, false);
        dx_buf_add(
            b, DX_LIT("\n  this is no code that can be read; write it as 0x80070643, 2147944003, "
                      "-2147023293,\n  1603 or ERROR_INSTALL_FAILURE\n"));
        return;
    }
    if (a->n && a->readings[0].mended) {
        dx_utf_visible(b, a->text, false);
        dx_buf_add(b, DX_LIT(" is a misprint of "));
    }
    dx_buf_printf(b, "0x%08lX  (%lu", (unsigned long)a->value, (unsigned long)a->value);
    if (a->value >> 31)
        dx_buf_printf(b, ", %ld", as_signed(a->value));
    dx_buf_add(b, DX_LIT(")\n"));
    if (a->note.n)
        add_line(b, "  ", a->note);
}

static void text_parts(dx_buf *b, uint32_t value)
{
    const dx_code_parts parts = dx_code_parts_of(value);
    if (value < 0x10000)
        return;
    dx_buf_printf(b, "     severity %s, facility %u", parts.severity, parts.facility);
    if (parts.facility_name)
        dx_buf_printf(b, " (%s)", parts.facility_name);
    dx_buf_printf(b, ", low word 0x%04X\n", parts.low);
}

/* "Win32 2 ERROR_FILE_NOT_FOUND in an Exchange Setup "ID no:"  text agrees" */
static void text_title(dx_buf *b, const dx_code_reading *r, size_t ordinal)
{
    const size_t from = b->n;
    const bool plain = r->inside.n == 0 && r->number.n > 2 && r->number.p[1] == 'x';
    dx_buf_printf(b, "%c %zu  %.*s", ordinal == 1 ? '>' : ' ', ordinal, DX_FMT(r->title));
    if (!plain || r->mended)
        dx_buf_printf(b, " %.*s", DX_FMT(r->number));
    if (r->name.n)
        dx_buf_printf(b, " %.*s", DX_FMT(r->name));
    if (r->inside.n)
        dx_buf_printf(b, " %.*s", DX_FMT(r->inside));
    const char *remark = r->near == DX_NEAR_AGREES      ? "text agrees"
                         : r->near == DX_NEAR_DISAGREES ? "text disagrees"
                                                        : NULL;
    if (remark) {
        const size_t used = b->n - from;
        dx_buf_printf(b, "%*s%s", used < REMARK_COLUMN ? (int)(REMARK_COLUMN - used) : 2, "",
                      remark);
    }
    dx_buf_char(b, '\n');
}

static void text_reading(dx_buf *b, const dx_code_answer *a, size_t i)
{
    const dx_code_reading *r = &a->readings[i];
    text_title(b, r, i + 1);
    if (r->meaning.n)
        add_line(b, "     ", r->meaning);
    if (!r->known)
        dx_buf_add(b, DX_LIT("     the tables do not know this number\n"));
    if (r->outcome)
        dx_buf_add(b, DX_LIT("     an outcome, no cause: look for what stands before it\n"));
    if (r->first.n && !r->rejected)
        add_line(b, "     first: ", r->first);
    if (r->note.n)
        dx_buf_printf(b, "     note: %.*s; read as 0x%08lX\n", DX_FMT(r->note),
                      (unsigned long)r->whole);
    if (r->why.n)
        dx_buf_printf(b, "     %s: %.*s\n", r->rejected ? "rejected" : "because", DX_FMT(r->why));
    if (i == 0)
        text_parts(b, r->whole);
}

static size_t failures_of(const dx_code_request *q, const dx_code_answer *a, dx_str *out)
{
    return q->failures && a->number ? q->failures(q->failures_ctx, a->value, out, MOST_FAILURES)
                                    : 0;
}

static void text_answer(dx_buf *b, const dx_code_request *q, const dx_code_answer *a)
{
    text_head(b, a);
    for (size_t i = 0; i < a->n; i++)
        text_reading(b, a, i);
    if (a->number && a->n == 0) {
        dx_buf_add(b, DX_LIT("  no table knows this number\n"));
        text_parts(b, a->value);
    }
    dx_str failures[MOST_FAILURES];
    const size_t n = failures_of(q, a, failures);
    if (n > 0)
        dx_buf_add(b, DX_LIT("Known failures with this code:\n"));
    for (size_t i = 0; i < n; i++)
        add_line(b, "  ", failures[i]);
    if (n > 0)
        dx_buf_printf(b, "  (%ssetupdx rules show NAME tells more of one)\n",
                      n == MOST_FAILURES ? "there may be others; " : "");
}

static void json_hex(dx_json *j, const char *key, uint32_t value)
{
    static const char digits[] = "0123456789ABCDEF";
    char text[10] = "0x";
    for (int i = 0; i < 8; i++)
        text[2 + i] = digits[(value >> (28 - 4 * i)) & 15u];
    dx_json_str(j, key, (dx_str){text, sizeof text});
}

static void json_parts(dx_json *j, uint32_t value)
{
    const dx_code_parts parts = dx_code_parts_of(value);
    json_hex(j, "hex", value);
    dx_json_int(j, "unsigned", value);
    dx_json_int(j, "signed", as_signed(value));
    dx_json_str(j, "severity", dx_str_of(parts.severity));
    dx_json_int(j, "facility", parts.facility);
    dx_json_int(j, "low_word", parts.low);
}

static void json_reading(dx_json *j, const dx_code_reading *r)
{
    static const char *const near[] = {"silent", "agrees", "disagrees"};
    dx_json_object(j, NULL);
    dx_json_str(j, "namespace", r->space);
    dx_json_str(j, "title", r->title);
    dx_json_str(j, "number", r->number);
    dx_json_text(j, "name", r->name);
    dx_json_text(j, "meaning", r->meaning);
    dx_json_text(j, "inside", r->inside);
    json_hex(j, "hex", r->whole);
    dx_json_str(j, "text", dx_str_of(near[r->near]));
    dx_json_text(j, "why", r->why);
    dx_json_text(j, "note", r->note);
    dx_json_text(j, "first", r->first);
    dx_json_bool(j, "known", r->known);
    dx_json_bool(j, "outcome", r->outcome);
    dx_json_bool(j, "mended", r->mended);
    dx_json_bool(j, "rejected", r->rejected);
    dx_json_end(j);
}

static void json_answer(dx_json *j, const dx_code_request *q, const dx_code_answer *a)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "asked", a->text);
    dx_json_bool(j, "known", a->known);
    if (a->number)
        json_parts(j, a->value);
    dx_json_text(j, "note", a->note);
    dx_json_list(j, "readings");
    for (size_t i = 0; i < a->n; i++)
        json_reading(j, &a->readings[i]);
    dx_json_end(j);
    dx_str failures[MOST_FAILURES];
    const size_t n = failures_of(q, a, failures);
    dx_json_list(j, "known_failures");
    for (size_t i = 0; i < n; i++)
        dx_json_str(j, NULL, failures[i]);
    dx_json_end(j);
    dx_json_end(j);
}

typedef struct printer {
    const dx_codes *codes;
    const dx_code_request *request;
    dx_sink *sink;
    dx_json *json; /* NULL = text */
    dx_arena *arena;
} printer;

static dx_rc print_one(const printer *p, size_t i, bool *all_known, dx_err *err)
{
    const dx_code_request *q = p->request;
    const dx_code_question question = {
        .text = q->inputs[i], .near = q->near, .product = q->product, .hex = q->hex};
    dx_code_answer answer;
    dx_arena_reset(p->arena);
    if (dx_codes_read(p->codes, &question, p->arena, &answer, err) != DX_OK)
        return DX_FAIL;
    *all_known &= answer.known;
    if (p->json) {
        json_answer(p->json, q, &answer);
    } else {
        if (i)
            dx_buf_char(&p->sink->buf, '\n');
        text_answer(&p->sink->buf, q, &answer);
    }
    return dx_sink_poll(p->sink) ? DX_OK : DX_FAIL;
}

static dx_rc print_all(const printer *p, bool *all_known, dx_err *err)
{
    if (p->json) {
        dx_json_object(p->json, NULL);
        dx_json_str(p->json, "schema", DX_LIT("setupdx.code/1"));
        dx_json_list(p->json, "codes");
    }
    for (size_t i = 0; i < p->request->n_inputs; i++)
        if (print_one(p, i, all_known, err) != DX_OK)
            return DX_FAIL;
    if (p->json) {
        dx_json_end(p->json);
        dx_json_end(p->json);
    }
    return DX_OK;
}

dx_rc dx_code_command(const dx_codes *codes, const dx_code_request *request, const dx_out *out,
                      bool *all_known, dx_err *err)
{
    dx_sink sink;
    dx_sink_open(&sink, out, err);
    dx_json json = {.sink = &sink, .pretty = true};
    printer p = {.codes = codes,
                 .request = request,
                 .sink = &sink,
                 .json = request->json ? &json : NULL,
                 .arena = dx_arena_new(0)};
    bool known = true;
    dx_rc rc = p.arena ? print_all(&p, &known, err) : dx_nomem(err);
    dx_arena_free(p.arena);
    const dx_rc written = dx_sink_close(&sink);
    rc = rc == DX_OK ? written : rc;
    if (rc == DX_OK)
        *all_known = known;
    return rc;
}
