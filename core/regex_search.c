/* Searching with a compiled regex, within limits. */
#include "core/regex_impl.h"

#include <stdlib.h>

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
    FIRST_STEPS = 1000    /* without JIT: when they are not enough, it pays at once */
};

/* How to search, and what JIT makes for that. */
typedef struct way {
    uint32_t options, jit;
} way;

static const way entirely = {0, PCRE2_JIT_COMPLETE};
static const way in_parts = {PCRE2_PARTIAL_HARD, PCRE2_JIT_PARTIAL_HARD};

struct dx_regex_scratch {
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
    pcre2_match_data *data;
};

/* ---- JIT, when it pays ---- */

/* NULL when out of memory.  Where there is no JIT a match is slower and still right. */
static pcre2_code *speed_up(dx_regex_fast *fast, const pcre2_code *code, const way *how)
{
    pcre2_code *mine = pcre2_code_copy(code);

    if (mine)
        (void)pcre2_jit_compile(mine, how->jit);
    return dx_regex_keep(&fast->code, mine);
}

/* NULL when it does not pay yet: n bytes more are to be read. */
static pcre2_code *fast_of(dx_regex_fast *fast, const pcre2_code *code, size_t n, const way *how)
{
    pcre2_code *made = atomic_load_explicit(&fast->code, memory_order_acquire);

    if (made || atomic_fetch_add(&fast->read, n + CALL) + n + CALL < JIT_PAYS)
        return made;
    return speed_up(fast, code, how);
}

/* ---- scratch ---- */

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

/* ---- searching ---- */

/* The library trusts us that it never starts inside a character. */
static size_t whole_character(dx_str subject, size_t start)
{
    while (start < subject.n && ((unsigned char)subject.p[start] & 0xC0) == 0x80)
        start++;
    return start;
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
    return pcre2_match(code, dx_regex_bytes_of(subject), subject.n, start,
                       PCRE2_NO_UTF_CHECK | how->options, s->data, s->context);
}

/* pcre2_match() comes to the same, after checks of what is never wrong here. */
static int match_at_once(const pcre2_code *code, dx_regex_scratch *s, dx_str subject, size_t start,
                         const way *how)
{
    const int found = pcre2_jit_match(code, dx_regex_bytes_of(subject), subject.n, start,
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
    dx_regex_compiled *compiled = dx_regex_compile(rx);

    if (!compiled)
        return PCRE2_ERROR_NOMEMORY;
    const pcre2_code *code = compiled->code;
    dx_regex_fast *fast = how == &in_parts ? &compiled->parts : &compiled->whole;
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

bool dx_regex_may_go_on(const dx_regex *rx, dx_regex_scratch *s, dx_str subject, size_t start)
{
    start = whole_character(subject, start);
    return !make_room(s, 1) || search(rx, s, subject, start, &in_parts) != PCRE2_ERROR_NOMATCH;
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
    start = whole_character(subject, start);
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
