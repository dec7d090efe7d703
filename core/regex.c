#include "core/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

enum {
    STEPS = 1000000,
    DEPTH = 10000,
    HEAP_KIB = 16 * 1024,
    COUNTED_HEAP_KIB = 512 * 1024,
    JIT_STACK_FIRST = 32 * 1024,
    JIT_STACK_LAST = 1024 * 1024,
    PAIRS_FIRST = 64
};

/* Short cuts that need a lucky text are not taken: the worst text is what counts. */
#define COUNTING (PCRE2_AUTO_CALLOUT | PCRE2_NO_START_OPTIMIZE)

struct dx_regex {
    pcre2_code *code;
    dx_str pattern; /* behind the struct */
    uint32_t groups, names, name_size;
    PCRE2_SPTR name_table;
};

struct dx_regex_scratch {
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    pcre2_match_data *data;
};

static uint32_t options_of(unsigned flags)
{
    return PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (flags & DX_RX_CASELESS ? PCRE2_CASELESS : 0) |
           (flags & DX_RX_MULTILINE ? PCRE2_MULTILINE : 0) |
           (flags & DX_RX_ANCHORED ? PCRE2_ANCHORED : 0) | (flags & DX_RX_COUNTED ? COUNTING : 0);
}

static PCRE2_SPTR bytes_of(dx_str s)
{
    return (PCRE2_SPTR)(s.p ? s.p : "");
}

static dx_rc compile_failed(int code, size_t where, size_t *offset, dx_err *err)
{
    if (code == PCRE2_ERROR_HEAP_FAILED || code == PCRE2_ERROR_NOMEMORY)
        return dx_nomem(err);
    PCRE2_UCHAR text[256];
    if (pcre2_get_error_message(code, text, sizeof text) < 0)
        text[0] = '\0';
    if (offset)
        *offset = where;
    return dx_fail(err, DX_E_RULE, DX_NOWHERE, "%s", (const char *)text);
}

/* Both CR and LF end a line: a log's text keeps the line ends it came with. */
static pcre2_code *compile(dx_str pattern, unsigned flags, int *code, size_t *where)
{
    pcre2_compile_context *context = pcre2_compile_context_create(NULL);
    if (!context) {
        *code = PCRE2_ERROR_NOMEMORY;
        return NULL;
    }
    pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
    pcre2_code *made =
        pcre2_compile(bytes_of(pattern), pattern.n, options_of(flags), code, where, context);
    pcre2_compile_context_free(context);
    return made;
}

dx_rc dx_regex_new(dx_regex **out, dx_str pattern, unsigned flags, size_t *offset, dx_err *err)
{
    int code = 0;
    size_t where = 0;
    pcre2_code *made = compile(pattern, flags, &code, &where);
    if (!made)
        return compile_failed(code, where, offset, err);
    dx_regex *rx = calloc(1, sizeof *rx + pattern.n);
    if (!rx) {
        pcre2_code_free(made);
        return dx_nomem(err);
    }
    rx->code = made;
    rx->pattern = (dx_str){memcpy(rx + 1, bytes_of(pattern), pattern.n), pattern.n};
    pcre2_pattern_info(made, PCRE2_INFO_CAPTURECOUNT, &rx->groups);
    pcre2_pattern_info(made, PCRE2_INFO_NAMECOUNT, &rx->names);
    pcre2_pattern_info(made, PCRE2_INFO_NAMEENTRYSIZE, &rx->name_size);
    pcre2_pattern_info(made, PCRE2_INFO_NAMETABLE, &rx->name_table);
    /* Without JIT a match is slower and still right. */
    if (!(flags & DX_RX_COUNTED))
        (void)pcre2_jit_compile(made, PCRE2_JIT_COMPLETE);
    *out = rx;
    return DX_OK;
}

void dx_regex_free(dx_regex *rx)
{
    if (!rx)
        return;
    pcre2_code_free(rx->code);
    free(rx);
}

dx_str dx_regex_pattern(const dx_regex *rx)
{
    return rx->pattern;
}

size_t dx_regex_groups(const dx_regex *rx)
{
    return rx->groups;
}

size_t dx_regex_group(const dx_regex *rx, const char *name)
{
    const int group = pcre2_substring_number_from_name(rx->code, (PCRE2_SPTR)name);
    return group > 0 ? (size_t)group : 0;
}

bool dx_regex_name(const dx_regex *rx, size_t i, size_t *group, dx_str *name)
{
    if (i >= rx->names)
        return false;
    /* An entry is the number, high byte first, and the name with its NUL. */
    const PCRE2_SPTR entry = rx->name_table + i * rx->name_size;
    *group = (size_t)entry[0] << 8 | entry[1];
    *name = dx_str_of((const char *)entry + 2);
    return true;
}

static void set_limits(dx_regex_scratch *s, uint32_t steps, uint32_t depth, uint32_t heap_kib)
{
    pcre2_set_match_limit(s->context, steps);
    pcre2_set_depth_limit(s->context, depth);
    pcre2_set_heap_limit(s->context, heap_kib);
}

dx_regex_scratch *dx_regex_scratch_new(void)
{
    dx_regex_scratch *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->context = pcre2_match_context_create(NULL);
    s->data = pcre2_match_data_create(PAIRS_FIRST, NULL);
    if (!s->context || !s->data) {
        dx_regex_scratch_free(s);
        return NULL;
    }
    set_limits(s, STEPS, DEPTH, HEAP_KIB);
    /* Without one (no JIT in the library) matching falls back to the machine's stack. */
    s->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_LAST, NULL);
    if (s->stack)
        pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s;
}

void dx_regex_scratch_free(dx_regex_scratch *s)
{
    if (!s)
        return;
    pcre2_match_data_free(s->data);
    pcre2_match_context_free(s->context);
    pcre2_jit_stack_free(s->stack);
    free(s);
}

static bool make_room(dx_regex_scratch *s, size_t pairs)
{
    if (pairs <= pcre2_get_ovector_count(s->data))
        return true;
    pcre2_match_data *data = pcre2_match_data_create((uint32_t)pairs, NULL);
    if (!data)
        return false;
    pcre2_match_data_free(s->data);
    s->data = data;
    return true;
}

/* Groups after the last one that took part are not in the library's answer. */
static void fill(const dx_regex_scratch *s, int found, dx_span *groups, size_t n)
{
    const PCRE2_SIZE *pair = pcre2_get_ovector_pointer(s->data);
    const size_t known = found > 0 ? (size_t)found : pcre2_get_ovector_count(s->data);
    for (size_t i = 0; i < n; i++) {
        const bool set = i < known && pair[2 * i] != PCRE2_UNSET;
        groups[i] = set ? (dx_span){pair[2 * i], pair[2 * i + 1]} : (dx_span){SIZE_MAX, SIZE_MAX};
    }
}

dx_rx dx_regex_find(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                    dx_span *groups, size_t n)
{
    if (start > subject.n)
        return DX_RX_NO;
    /* The library trusts us that it never starts inside a character. */
    while (start < subject.n && ((unsigned char)subject.p[start] & 0xC0) == 0x80)
        start++;
    if (!make_room(s, n <= rx->groups ? n : rx->groups + 1))
        return DX_RX_LIMIT;
    const int found = pcre2_match(rx->code, bytes_of(subject), subject.n, start, PCRE2_NO_UTF_CHECK,
                                  s->data, s->context);
    if (found == PCRE2_ERROR_NOMATCH)
        return DX_RX_NO;
    if (found < 0)
        return DX_RX_LIMIT;
    fill(s, found, groups, n);
    return DX_RX_YES;
}

typedef struct meter {
    uint64_t left;
    size_t at; /* where the search stood */
} meter;

/* Called before each part of the pattern is tried.  The way from the last place counts as well: it
 * was passed byte by byte, forwards or backwards. */
static int count(pcre2_callout_block *block, void *ctx)
{
    meter *m = ctx;
    const size_t at = block->current_position;
    const uint64_t cost = 1 + (at > m->at ? at - m->at : m->at - at);

    m->at = at;
    if (cost > m->left) {
        m->left = 0;
        return PCRE2_ERROR_CALLOUT;
    }
    m->left -= cost;
    return 0;
}

dx_rx dx_regex_find_counted(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                            dx_span *groups, size_t n, uint64_t *steps)
{
    meter m = {.left = *steps, .at = start};

    set_limits(s, UINT32_MAX, UINT32_MAX, COUNTED_HEAP_KIB);
    pcre2_set_callout(s->context, count, &m);
    const dx_rx found = dx_regex_find(rx, s, subject, start, groups, n);
    pcre2_set_callout(s->context, NULL, NULL);
    set_limits(s, STEPS, DEPTH, HEAP_KIB);
    *steps = m.left;
    return found;
}

dx_str dx_span_of(dx_str subject, dx_span span)
{
    return span.from == SIZE_MAX ? DX_NONE : dx_str_slice(subject, span.from, span.to);
}
