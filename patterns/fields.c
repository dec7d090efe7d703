#include "patterns/fields.h"

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(dx_str s, int64_t *out)
{
    uint64_t v = 0;

    if (s.n == 0 || s.n > 8)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        int d = digit(s.p[i]);
        if (d < 0)
            return false;
        v = v << 4 | (uint64_t)d;
    }
    *out = (int64_t)v;
    return true;
}

static bool has_letter(dx_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'f')
            return true;
    return false;
}

bool dx_read_code(dx_str text, bool hex, int64_t *out)
{
    dx_str s = dx_str_trim(text);
    long long v;

    if (dx_str_istarts(s, DX_LIT("0x")))
        return read_hex(dx_str_slice(s, 2, s.n), out);
    if (hex || (s.n >= 7 && has_letter(s)))
        return read_hex(s, out);
    if (!dx_str_to_i64(s, &v) || v < -2147483648LL || v > 4294967295LL)
        return false;
    *out = (int64_t)(uint32_t)v;
    return true;
}

static bool make_field(const struct dx_field_spec *spec, const dx_view *view, dx_span span,
                       dx_arena *into, dx_field *out, bool *nomem)
{
    dx_str text = dx_span_of(view->text, span);
    long long v;

    if (text.p == NULL || dx_str_trim(text).n == 0)
        return false;
    *out = (dx_field){.name = spec->name, .type = spec->type};
    out->text = spec->type == DX_T_WINPATH ? dx_heal_path(view, span, into)
                                           : dx_arena_copy(into, dx_str_trim(text));
    *nomem |= out->text.p == NULL;
    switch (spec->type) {
    case DX_T_INT:
        if (!dx_str_to_i64(out->text, &v))
            return false;
        out->number = v;
        return true;
    case DX_T_HEX32:
    case DX_T_CODE:
        return dx_read_code(out->text, spec->type == DX_T_HEX32, &out->number);
    case DX_T_TEXT:
    case DX_T_WINPATH:
    case DX_T_GUID:
    case DX_T_VERSION:
        return true;
    }
    return true;
}

bool dx_fields_make(const dx_signature *sig, const dx_view *view, const dx_span *spans,
                    dx_arena *into, const dx_field **out, size_t *n)
{
    dx_field *list = dx_arena_get(into, sig->n_fields * sizeof *list);
    bool nomem = list == NULL;

    *n = 0;
    for (size_t i = 0; !nomem && i < sig->n_fields; i++)
        if (make_field(&sig->fields[i], view, spans[sig->fields[i].group], into, &list[*n], &nomem))
            (*n)++;
    *out = list;
    return !nomem;
}
