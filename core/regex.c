#include "core/regex.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/bytes.h"
#include "core/pattern.h"

enum {
    STEPS = 1000000,
    DEPTH = 10000,
    HEAP_KIB = 16 * 1024,
    COUNTED_HEAP_KIB = 512 * 1024,
    JIT_STACK_FIRST = 32 * 1024,
    JIT_STACK_LAST = 1024 * 1024,
    PAIRS_FIRST = 64,
    JIT_PAYS = 16 * 1024, /* bytes that are read without JIT in the time that making it takes */
    CALL = 256,           /* what a search costs besides, as bytes */
    AT_ONCE = 64,
    FIRST_STEPS = 1000 /* without JIT: when they are not enough, it pays at once */
};

/* Short cuts that need a lucky text are not taken: the worst text is what counts. */
#define COUNTING (PCRE2_AUTO_CALLOUT | PCRE2_NO_START_OPTIMIZE)

/* One of the two that JIT makes, when that pays. */
typedef struct fast_code {
    _Atomic(pcre2_code *) code;
    _Atomic(uint64_t) read; /* bytes, before */
} fast_code;

/* Filled by the first thread that needs it. */
typedef struct compiled {
    _Atomic(pcre2_code *) code; /* without JIT */
    fast_code whole, parts;     /* for matches, and for those of which the end is not there */
    struct compiled *next;      /* among those of the same whole */
} compiled;

struct dx_regexes {
    _Atomic(compiled *) first; /* of those that were compiled */
    compiled *room;            /* for the next ones: side by side, for they are written to */
    size_t left;
};

/* How to search, and what JIT makes for that. */
typedef struct way {
    uint32_t options, jit;
} way;

static const way entirely = {0, PCRE2_JIT_COMPLETE};
static const way in_parts = {PCRE2_PARTIAL_HARD, PCRE2_JIT_PARTIAL_HARD};

struct dx_regex {
    dx_str pattern;
    unsigned flags;
    uint32_t groups, names, name_size;
    const unsigned char *name_table;
    bool may_be_empty;
    const dx_regex_bytes *first; /* by place of a line in which a match begins; NULL: any */
    size_t n_first;
    compiled *compiled;
    dx_regexes *among; /* NULL: it is on its own */
    dx_arena *own;     /* of one that is no part of a larger whole */
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
           (flags & DX_RX_ANCHORED ? PCRE2_ANCHORED : 0) | (flags & DX_RX_COUNTED ? COUNTING : 0) |
           (flags & DX_RX_WITHIN ? PCRE2_USE_OFFSET_LIMIT : 0);
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
static pcre2_code *compile_text(dx_str pattern, unsigned flags, int *code, size_t *where)
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

static pcre2_code *compile(dx_str pattern, unsigned flags, int *code, size_t *where)
{
    dx_buf loose = {0};
    pcre2_code *made = NULL;

    if (!(flags & DX_RX_LOOSE))
        return compile_text(pattern, flags, code, where);
    *code = PCRE2_ERROR_NOMEMORY;
    dx_pattern_loosen(&loose, pattern);
    if (!loose.failed)
        made = compile_text(dx_buf_str(&loose), flags, code, where);
    if (!made)
        *where = dx_pattern_origin(pattern, *where);
    dx_buf_done(&loose);
    return made;
}

/* What is asked of a regex without matching: it must not take the compiled form. */
static bool describe(dx_regex *rx, const pcre2_code *code, dx_arena *into)
{
    PCRE2_SPTR table;
    uint32_t may_be_empty;

    pcre2_pattern_info(code, PCRE2_INFO_CAPTURECOUNT, &rx->groups);
    pcre2_pattern_info(code, PCRE2_INFO_NAMECOUNT, &rx->names);
    pcre2_pattern_info(code, PCRE2_INFO_NAMEENTRYSIZE, &rx->name_size);
    pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
    pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &may_be_empty);
    rx->may_be_empty = may_be_empty != 0;
    rx->name_table = dx_arena_dup(into, table, (size_t)rx->names * rx->name_size);
    return rx->name_table != NULL;
}

/* ---- first bytes ---- */

static void add_byte(dx_regex_bytes *set, unsigned char byte)
{
    set->has[byte / 64] |= (uint64_t)1 << byte % 64;
}

/* False: any may be.  Of a caseless regex the library names one case; bytes beyond ASCII are always
 * among them. */
static bool describe_first(const pcre2_code *code, dx_regex_bytes *out)
{
    uint32_t kind = 0, unit = 0, empty = 1;
    const uint8_t *map = NULL;

    pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &empty);
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTCODETYPE, &kind);
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTCODEUNIT, &unit);
    pcre2_pattern_info(code, PCRE2_INFO_FIRSTBITMAP, &map);
    if (empty || (kind != 1 && !map))
        return false;
    *out = (dx_regex_bytes){{0, 0, UINT64_MAX, UINT64_MAX}};
    for (unsigned b = 0; b < 128; b++)
        if (kind == 1 ? (b | 32) == (unit | 32) : map[b / 8] >> b % 8 & 1)
            add_byte(out, (unsigned char)b);
    return true;
}

/* What stands at a line's first place the library knows best, and at some behind it the pattern. */
static size_t list_first(dx_str part, unsigned flags, dx_regex_bytes out[DX_LINE_PLACES])
{
    int why;
    size_t where;
    pcre2_code *code = part.n > 0 ? compile(part, flags, &why, &where) : NULL;
    const bool known = code && describe_first(code, &out[0]);

    pcre2_code_free(code);
    if (!known)
        return 0;
    const dx_regex_bytes first = out[0];
    const size_t n = dx_pattern_line_places(part, flags & DX_RX_CASELESS, out);
    out[0] = first;
    return n > 0 ? n : 1;
}

/* Nothing is known when there is no memory, either. */
static void learn_first(dx_regex *rx, dx_arena *into)
{
    const dx_str caseless = DX_LIT("(?i)");
    const bool folds = dx_str_starts(rx->pattern, caseless);
    const dx_str part =
        dx_pattern_line_start(dx_str_slice(rx->pattern, folds ? caseless.n : 0, SIZE_MAX));
    dx_regex_bytes set[DX_LINE_PLACES];
    const size_t n = list_first(part, rx->flags | (folds ? DX_RX_CASELESS : 0), set);

    rx->first = n > 0 ? dx_arena_dup(into, set, n * sizeof *set) : NULL;
    rx->n_first = rx->first ? n : 0;
}

bool dx_regex_fits(const dx_regex *rx, const dx_regex_lines *lines)
{
    for (size_t i = 0; i < rx->n_first; i++) {
        const uint64_t *a = rx->first[i].has, *b = lines->at[i].has;
        if (((a[0] & b[0]) | (a[1] & b[1]) | (a[2] & b[2]) | (a[3] & b[3])) == 0)
            return false;
    }
    return true;
}

/* ---- making ---- */

/* A regex before it is made: its pattern is kept as it is. */
typedef struct plan {
    dx_regexes *among;
    dx_str pattern;
    unsigned flags;
} plan;

static compiled *room_for_code(dx_regexes *all, dx_arena *into)
{
    if (!all)
        return dx_arena_get(into, sizeof(compiled));
    if (all->left == 0 && (all->room = dx_arena_get(into, AT_ONCE * sizeof(compiled))) != NULL)
        all->left = AT_ONCE;
    return all->left ? &all->room[--all->left] : NULL;
}

/* *code is what the check has compiled; it stays the caller's. */
static dx_rc make(dx_regex **out, pcre2_code **code, dx_arena *into, const plan *as, size_t *offset,
                  dx_err *err)
{
    int why = 0;
    size_t where = 0;
    pcre2_code *made = compile(as->pattern, as->flags, &why, &where);
    if (!made)
        return compile_failed(why, where, offset, err);
    dx_regex *rx = dx_arena_get(into, sizeof *rx);
    if (rx) {
        rx->pattern = as->pattern;
        rx->flags = as->flags;
        rx->among = as->among;
        rx->compiled = room_for_code(as->among, into);
    }
    if (!rx || !rx->compiled || !describe(rx, made, into)) {
        pcre2_code_free(made);
        return dx_nomem(err);
    }
    learn_first(rx, into);
    *out = rx;
    *code = made;
    return DX_OK;
}

static dx_rc make_in(dx_regex **out, dx_arena *into, const plan *as, size_t *offset, dx_err *err)
{
    pcre2_code *code;
    if (make(out, &code, into, as, offset, err) != DX_OK)
        return DX_FAIL;
    pcre2_code_free(code);
    return DX_OK;
}

dx_rc dx_regex_in(dx_regex **out, dx_arena *into, dx_str pattern, unsigned flags, size_t *offset,
                  dx_err *err)
{
    const dx_str kept = dx_arena_copy(into, pattern);
    return kept.p ? make_in(out, into, &(plan){NULL, kept, flags}, offset, err) : dx_nomem(err);
}

dx_rc dx_regex_new(dx_regex **out, dx_str pattern, unsigned flags, size_t *offset, dx_err *err)
{
    dx_arena *own = dx_arena_new(0);
    const dx_str kept = own ? dx_arena_copy(own, pattern) : DX_NONE;
    pcre2_code *code;
    if (!kept.p) {
        dx_arena_free(own);
        return dx_nomem(err);
    }
    if (make(out, &code, own, &(plan){NULL, kept, flags}, offset, err) != DX_OK) {
        dx_arena_free(own);
        return DX_FAIL;
    }
    (*out)->own = own;
    atomic_init(&(*out)->compiled->code, code);
    return DX_OK;
}

/* One that was never used is not written to: it may lie in memory that is shared until then. */
static void release(compiled *c)
{
    if (atomic_load(&c->code) == NULL)
        return;
    pcre2_code_free(atomic_exchange(&c->code, NULL));
    pcre2_code_free(atomic_exchange(&c->whole.code, NULL));
    pcre2_code_free(atomic_exchange(&c->parts.code, NULL));
    atomic_store(&c->whole.read, 0);
    atomic_store(&c->parts.read, 0);
}

void dx_regex_release(const dx_regex *rx)
{
    release(rx->compiled);
}

void dx_regex_free(dx_regex *rx)
{
    if (!rx)
        return;
    dx_regex_release(rx);
    dx_arena_free(rx->own);
}

/* ---- many ---- */

dx_regexes *dx_regexes_in(dx_arena *into)
{
    return dx_arena_get(into, sizeof(dx_regexes));
}

dx_rc dx_regexes_add(dx_regexes *all, dx_regex **out, dx_arena *into, dx_str pattern,
                     unsigned flags, size_t *offset, dx_err *err)
{
    return make_in(out, into, &(plan){all, pattern, flags}, offset, err);
}

static void note_compiled(dx_regexes *all, compiled *c)
{
    c->next = atomic_load(&all->first);
    while (!atomic_compare_exchange_weak(&all->first, &c->next, c))
        ;
}

void dx_regexes_release(dx_regexes *all)
{
    compiled *next;

    for (compiled *c = atomic_exchange(&all->first, NULL); c; c = next) {
        next = c->next;
        c->next = NULL;
        release(c);
    }
}

/* Two threads may both compile; the first to be ready is kept. */
static pcre2_code *keep_first(_Atomic(pcre2_code *) *place, pcre2_code *mine)
{
    pcre2_code *there = NULL;

    if (!mine || atomic_compare_exchange_strong(place, &there, mine))
        return mine;
    pcre2_code_free(mine);
    return there;
}

static pcre2_code *compile_first(const dx_regex *rx)
{
    int why;
    size_t where;
    pcre2_code *mine = compile(rx->pattern, rx->flags, &why, &where);
    pcre2_code *kept = keep_first(&rx->compiled->code, mine);

    if (rx->among && kept && kept == mine)
        note_compiled(rx->among, rx->compiled);
    return kept;
}

/* NULL when out of memory. */
static pcre2_code *code_of(const dx_regex *rx)
{
    pcre2_code *code = atomic_load_explicit(&rx->compiled->code, memory_order_acquire);
    return code ? code : compile_first(rx);
}

/* NULL when out of memory.  Where there is no JIT a match is slower and still right. */
static pcre2_code *speed_up(fast_code *fast, const pcre2_code *code, const way *how)
{
    pcre2_code *mine = pcre2_code_copy(code);

    if (mine)
        (void)pcre2_jit_compile(mine, how->jit);
    return keep_first(&fast->code, mine);
}

/* NULL when it does not pay yet: n bytes more are to be read. */
static pcre2_code *fast_of(fast_code *fast, const pcre2_code *code, size_t n, const way *how)
{
    pcre2_code *made = atomic_load_explicit(&fast->code, memory_order_acquire);

    if (made || atomic_fetch_add(&fast->read, n + CALL) + n + CALL < JIT_PAYS)
        return made;
    return speed_up(fast, code, how);
}

dx_str dx_regex_pattern(const dx_regex *rx)
{
    return rx->pattern;
}

size_t dx_regex_groups(const dx_regex *rx)
{
    return rx->groups;
}

bool dx_regex_may_be_empty(const dx_regex *rx)
{
    return rx->may_be_empty;
}

size_t dx_regex_group(const dx_regex *rx, const char *name)
{
    size_t group;
    dx_str other;
    for (size_t i = 0; dx_regex_name(rx, i, &group, &other); i++) {
        if (dx_str_eq(other, dx_str_of(name)))
            return group;
    }
    return 0;
}

bool dx_regex_name(const dx_regex *rx, size_t i, size_t *group, dx_str *name)
{
    if (i >= rx->names)
        return false;
    /* An entry is the number, high byte first, and the name with its NUL. */
    const unsigned char *entry = rx->name_table + i * rx->name_size;
    *group = (size_t)entry[0] << 8 | entry[1];
    *name = dx_str_of((const char *)entry + 2);
    return true;
}

void dx_regex_library(char out[DX_REGEX_LIBRARY])
{
    char version[DX_REGEX_LIBRARY] = "?";
    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) <= DX_REGEX_LIBRARY)
        pcre2_config(PCRE2_CONFIG_VERSION, version);
    snprintf(out, DX_REGEX_LIBRARY, "%.*s", (int)strcspn(version, " "), version);
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

/* Hardly any search needs more than the machine's stack gives it, and a stack of its own is mapped
 * and unmapped with each scratch. */
static bool give_stack(dx_regex_scratch *s)
{
    if (s->stack)
        return false;
    s->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_LAST, NULL);
    if (s->stack)
        pcre2_jit_stack_assign(s->context, NULL, s->stack);
    return s->stack != NULL;
}

static int match(const pcre2_code *code, dx_regex_scratch *s, dx_str subject, size_t start,
                 const way *how)
{
    return pcre2_match(code, bytes_of(subject), subject.n, start, PCRE2_NO_UTF_CHECK | how->options,
                       s->data, s->context);
}

/* pcre2_match() comes to the same, after checks of what is never wrong here. */
static int match_at_once(const pcre2_code *code, dx_regex_scratch *s, dx_str subject, size_t start,
                         const way *how)
{
    const int found = pcre2_jit_match(code, bytes_of(subject), subject.n, start,
                                      PCRE2_NO_UTF_CHECK | how->options, s->data, s->context);

    return found != PCRE2_ERROR_JIT_BADOPTION ? found : match(code, s, subject, start, how);
}

static int match_fast(const pcre2_code *code, dx_regex_scratch *s, dx_str subject, size_t start,
                      const way *how)
{
    if (!code)
        return PCRE2_ERROR_NOMEMORY;
    const int found = match_at_once(code, s, subject, start, how);
    if (found == PCRE2_ERROR_JIT_STACKLIMIT && give_stack(s))
        return match_at_once(code, s, subject, start, how);
    return found;
}

/* Whether a search meets a limit must not depend on what was searched before: without JIT it has
 * few steps, and when these are not enough JIT says what is right. */
static int search(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                  const way *how)
{
    const pcre2_code *code = code_of(rx);
    fast_code *fast = how == &in_parts ? &rx->compiled->parts : &rx->compiled->whole;

    if (!code)
        return PCRE2_ERROR_NOMEMORY;
    if (rx->flags & DX_RX_COUNTED)
        return match(code, s, subject, start, how);
    const pcre2_code *made = fast_of(fast, code, subject.n - start, how);
    if (made)
        return match_fast(made, s, subject, start, how);
    pcre2_set_match_limit(s->context, FIRST_STEPS);
    const int found = match(code, s, subject, start, how);
    pcre2_set_match_limit(s->context, STEPS);
    if (found >= 0 || found == PCRE2_ERROR_NOMATCH || found == PCRE2_ERROR_PARTIAL)
        return found;
    return match_fast(speed_up(fast, code, how), s, subject, start, how);
}

bool dx_regex_may_go_on(const dx_regex *rx, dx_regex_scratch *s, dx_str subject)
{
    return !make_room(s, 1) || search(rx, s, subject, 0, &in_parts) != PCRE2_ERROR_NOMATCH;
}

static dx_rx answer(const dx_regex_scratch *s, int found, dx_span *groups, size_t n)
{
    if (found == PCRE2_ERROR_NOMATCH)
        return DX_RX_NO;
    if (found < 0)
        return DX_RX_LIMIT;
    fill(s, found, groups, n);
    return DX_RX_YES;
}

static bool room_for(const dx_regex *rx, dx_regex_scratch *s, size_t groups)
{
    return make_room(s, groups <= rx->groups ? groups : rx->groups + 1);
}

dx_rx dx_regex_settled(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, dx_span *groups,
                       size_t n)
{
    if (!room_for(rx, s, n))
        return DX_RX_LIMIT;
    return answer(s, search(rx, s, subject, 0, &in_parts), groups, n);
}

dx_rx dx_regex_find(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                    dx_span *groups, size_t n)
{
    if (start > subject.n)
        return DX_RX_NO;
    /* The library trusts us that it never starts inside a character. */
    while (start < subject.n && ((unsigned char)subject.p[start] & 0xC0) == 0x80)
        start++;
    if (!room_for(rx, s, n))
        return DX_RX_LIMIT;
    return answer(s, search(rx, s, subject, start, &entirely), groups, n);
}

dx_rx dx_regex_find_within(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start,
                           size_t last, dx_span *groups, size_t n)
{
    pcre2_set_offset_limit(s->context, last);
    const dx_rx found = dx_regex_find(rx, s, subject, start, groups, n);
    pcre2_set_offset_limit(s->context, PCRE2_UNSET);
    return found;
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
