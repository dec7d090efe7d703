#include "core/event.h"

const dx_field *dx_event_field(const dx_event *e, dx_str name)
{
    for (size_t i = 0; i < e->n_fields; i++) {
        if (dx_str_eq(e->fields[i].name, name))
            return &e->fields[i];
    }
    return NULL;
}

static bool keep(dx_str *text, dx_arena *into)
{
    *text = text->n ? dx_arena_copy(into, *text) : DX_NONE;
    return text->p || !text->n;
}

bool dx_event_keep(dx_event *e, dx_arena *into)
{
    dx_field *fields = dx_arena_dup(into, e->fields, e->n_fields * sizeof *fields);
    bool ok = (fields || !e->n_fields) && keep(&e->text, into);

    for (size_t i = 0; ok && i < e->n_fields; i++)
        ok = keep(&fields[i].text, into);
    e->fields = fields;
    return ok;
}

static bool is_slash(char c)
{
    return c == '\\' || c == '/';
}

static dx_str drive_of(dx_str path)
{
    const char c = path.n >= 2 && path.p[1] == ':' ? path.p[0] : '\0';
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return dx_str_slice(path, 0, letter ? 2 : 0);
}

/* Where the name begins: behind the last slash, or the drive. */
static size_t name_at(dx_str path)
{
    size_t at = path.n;
    while (at > 0 && !is_slash(path.p[at - 1]))
        at--;
    return at ? at : drive_of(path).n;
}

static dx_str name_of(dx_str path)
{
    return dx_str_slice(path, name_at(path), path.n);
}

/* Where the extension's dot is; the end when there is none.  A first dot begins a name. */
static size_t dot_in(dx_str name)
{
    for (size_t at = name.n; at > 1; at--) {
        if (name.p[at - 1] == '.')
            return at - 1;
    }
    return name.n;
}

static dx_str dir_of(dx_str path)
{
    const size_t end = name_at(path);
    size_t to = end;
    while (to > 0 && is_slash(path.p[to - 1]))
        to--;
    if (to == 0 && end > 0)
        to = 1; /* the root has no name but its slash */
    return dx_str_slice(path, 0, to);
}

static dx_str stem_of(dx_str path)
{
    const dx_str name = name_of(path);
    return dx_str_slice(name, 0, dot_in(name));
}

static dx_str ext_of(dx_str path)
{
    const dx_str name = name_of(path);
    return dx_str_slice(name, dot_in(name) + 1, name.n);
}

static const struct {
    const char *name;
    dx_str (*of)(dx_str path);
} path_parts[] = {
    {"dir", dir_of}, {"name", name_of}, {"stem", stem_of}, {"ext", ext_of}, {"drive", drive_of},
};

/* As an HRESULT is built. */
static const struct {
    const char *name;
    unsigned shift;
    uint32_t mask;
} code_parts[] = {{"low16", 0, 0xFFFF}, {"facility", 16, 0x7FF}, {"severity", 30, 0x3}};

/* What a path says about a field. */
typedef struct value {
    dx_str text; /* .p is NULL: nothing */
    int64_t number;
    bool is_number;
} value;

static value path_part(const dx_field *f, dx_str part)
{
    for (size_t i = 0; i < sizeof path_parts / sizeof path_parts[0]; i++) {
        if (!dx_str_eq(part, dx_str_of(path_parts[i].name)))
            continue;
        const dx_str text = path_parts[i].of(f->text);
        return (value){.text = text.n ? text : DX_NONE};
    }
    return (value){0};
}

static value code_part(const dx_field *f, dx_str part, dx_arena *into)
{
    const uint32_t code = (uint32_t)f->number;
    if (dx_str_eq(part, DX_LIT("hex")))
        return (value){.text = dx_arena_printf(into, "0x%08x", (unsigned)code)};
    for (size_t i = 0; i < sizeof code_parts / sizeof code_parts[0]; i++) {
        if (!dx_str_eq(part, dx_str_of(code_parts[i].name)))
            continue;
        const uint32_t number = code >> code_parts[i].shift & code_parts[i].mask;
        return (value){dx_arena_printf(into, "%u", (unsigned)number), number, true};
    }
    return (value){0};
}

static value value_of(const dx_field *f, dx_str part, dx_arena *into)
{
    const bool is_code = f->type == DX_T_HEX32 || f->type == DX_T_CODE;
    if (!part.p)
        return (value){f->text, f->number, is_code || f->type == DX_T_INT};
    if (is_code)
        return code_part(f, part, into);
    return f->type == DX_T_WINPATH ? path_part(f, part) : (value){0};
}

bool dx_event_part(const dx_event *e, dx_str path, dx_arena *into, dx_str *text, int64_t *number,
                   bool *is_number)
{
    dx_str part = path, name;
    const dx_field *f = dx_str_next(&part, '.', &name) ? dx_event_field(e, name) : NULL;
    const value found = f ? value_of(f, part, into) : (value){0};
    if (!found.text.p)
        return false;
    *text = found.text;
    *number = found.number;
    *is_number = found.is_number;
    return true;
}
