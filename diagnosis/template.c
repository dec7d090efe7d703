#include "diagnosis/bench.h"

#include "core/buf.h"

static bool is_path_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

/* "{step.field}" or "{step.field|words}". */
typedef struct place {
    dx_str path;
    dx_str words; /* what stands there without a value; p is NULL when the rule says nothing */
    size_t end;   /* behind the closing brace */
} place;

static bool is_known(dx_str path, const dx_rule *rule)
{
    const size_t dot = dx_str_find(path, DX_LIT("."), 0);
    if (dot == SIZE_MAX || dot + 1 == path.n)
        return false;
    const dx_str head = dx_str_slice(path, 0, dot);
    for (size_t k = 0; k < rule->n_steps; k++) {
        if (dx_str_eq(rule->steps[k].as, head))
            return true;
    }
    return dx_str_eq(head, DX_LIT("attempt"));
}

/* False when the brace at `at` is just a brace. */
static bool read_place(dx_str text, size_t at, const dx_rule *rule, place *out)
{
    size_t bar = at + 1;
    while (bar < text.n && is_path_char(text.p[bar]))
        bar++;
    const size_t close =
        bar < text.n && text.p[bar] == '|' ? dx_str_find(text, DX_LIT("}"), bar) : bar;
    if (close >= text.n || text.p[close] != '}')
        return false;
    *out = (place){.path = dx_str_slice(text, at + 1, bar), .end = close + 1};
    if (close > bar)
        out->words = dx_str_slice(text, bar + 1, close);
    return is_known(out->path, rule);
}

dx_str dx_value_shown(dx_bench *bench, const dx_binding *b, dx_str path)
{
    const dx_value v = dx_lookup(bench, b, path);
    if (!v.have || v.step == DX_UNBOUND)
        return v.text;
    const size_t head = b->rule->steps[v.step].as.n + 1;
    return dx_shown(bench, b->event[v.step], dx_str_slice(path, head, path.n));
}

/* Values come from logs, and logs may be written by anybody: nothing that ends, joins, redirects
 * or quotes a command may reach a line that a person pastes into a shell. */
static bool is_safe_to_type(dx_str value)
{
    static const char unsafe[] = "&|<>^;`\"'!$*?";
    for (size_t i = 0; i < value.n; i++) {
        const unsigned char c = (unsigned char)value.p[i];
        if (c < ' ' || c == 0x7f ||
            dx_str_find(DX_LIT(unsafe), dx_str_slice(value, i, i + 1), 0) != SIZE_MAX)
            return false;
    }
    return value.n > 0 && value.p[0] != '-' && value.p[0] != '/';
}

static void add_folded(dx_buf *out, dx_str value)
{
    bool blank = false;
    for (size_t i = 0; i < value.n; i++) {
        const unsigned char c = (unsigned char)value.p[i];
        if (c > ' ' && c != 0x7f) {
            dx_buf_char(out, value.p[i]);
            blank = false;
        } else if (!blank) {
            dx_buf_char(out, ' ');
            blank = true;
        }
    }
}

static void add_placeholder(dx_buf *out, dx_str path)
{
    dx_str rest = path, word = DX_NONE, piece;
    (void)dx_str_next(&rest, '.', &piece);
    (void)dx_str_next(&rest, '.', &word);
    dx_buf_printf(out, "<%.*s>", DX_FMT(word));
}

static void add_value(dx_bench *bench, const dx_binding *b, const place *at, dx_use use,
                      dx_buf *out)
{
    const dx_str value = dx_str_trim(dx_value_shown(bench, b, at->path));
    if (value.n == 0 && at->words.p)
        dx_buf_add(out, at->words);
    else if (value.n == 0 || (use == DX_FOR_TYPING && !is_safe_to_type(value)))
        add_placeholder(out, at->path);
    else
        add_folded(out, value);
}

/* Words that are left out take one of the blanks around them along. */
static bool is_blank_too_many(const dx_buf *out, dx_str text, size_t at)
{
    const dx_str so_far = dx_buf_str(out);
    return at < text.n && text.p[at] == ' ' && (so_far.n == 0 || so_far.p[so_far.n - 1] == ' ');
}

static void expand(dx_bench *bench, const dx_binding *b, dx_str text, dx_use use, dx_buf *out)
{
    for (size_t i = 0; i < text.n; i++) {
        place at;
        if (text.p[i] != '{') {
            dx_buf_char(out, text.p[i]);
        } else if (i + 1 < text.n && text.p[i + 1] == '{') {
            dx_buf_char(out, '{');
            i++;
        } else if (read_place(text, i, b->rule, &at)) {
            add_value(bench, b, &at, use, out);
            i = at.end - 1 + is_blank_too_many(out, text, at.end);
        } else {
            dx_buf_char(out, '{');
        }
    }
}

dx_str dx_template(dx_bench *bench, const dx_binding *b, dx_str text, dx_use use)
{
    if (dx_str_find(text, DX_LIT("{"), 0) == SIZE_MAX)
        return dx_bench_copy(bench, text);
    dx_buf out = {0};
    expand(bench, b, text, use, &out);
    dx_str copy = DX_NONE;
    if (out.failed)
        bench->failed = true;
    else
        copy = dx_bench_copy(bench, dx_buf_str(&out));
    dx_buf_done(&out);
    return copy;
}
