/* Regexes: checked, described, compiled by the first search that needs them. */
#include "core/regex_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/bytes.h"
#include "core/pattern.h"

enum { AT_ONCE = 512 };

/* Short cuts that need a lucky text are not taken: the worst text is what counts. */
#define COUNTING (PCRE2_AUTO_CALLOUT | PCRE2_NO_START_OPTIMIZE)

struct dx_regexes {
    _Atomic(dx_regex_compiled *) first; /* of those that were compiled */
    dx_regex_place *room;               /* for the next ones */
    size_t left;
};

static uint32_t options_of(unsigned flags)
{
    return PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | (flags & DX_RX_CASELESS ? PCRE2_CASELESS : 0) |
           (flags & DX_RX_MULTILINE ? PCRE2_MULTILINE : 0) |
           (flags & DX_RX_ANCHORED ? PCRE2_ANCHORED : 0) | (flags & DX_RX_COUNTED ? COUNTING : 0) |
           (flags & DX_RX_WITHIN ? PCRE2_USE_OFFSET_LIMIT : 0);
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
    pcre2_code *made = pcre2_compile(dx_regex_bytes_of(pattern), pattern.n, options_of(flags), code,
                                     where, context);
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
    /* A loose blank may be a line end, and then another line begins behind it. */
    const size_t n =
        flags & DX_RX_LOOSE ? 0 : dx_pattern_line_places(part, flags & DX_RX_CASELESS, out);
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

const dx_regex_bytes *dx_regex_first(const dx_regex *rx, size_t *n)
{
    *n = rx->n_first;
    return rx->first;
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

static dx_regex_place *place_for(dx_regexes *all, dx_arena *into)
{
    if (!all)
        return dx_arena_get(into, sizeof(dx_regex_place));
    if (all->left == 0 &&
        (all->room = dx_arena_get(into, AT_ONCE * sizeof(dx_regex_place))) != NULL)
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
        rx->place = place_for(as->among, into);
    }
    if (!rx || !rx->place || !describe(rx, made, into)) {
        pcre2_code_free(made);
        return dx_nomem(err);
    }
    learn_first(rx, into);
    *out = rx;
    *code = made;
    return DX_OK;
}

/* ---- keeping ---- */

static void drop(dx_regex_compiled *c)
{
    if (!c)
        return;
    pcre2_code_free(c->code);
    pcre2_code_free(atomic_load(&c->whole.code));
    pcre2_code_free(atomic_load(&c->parts.code));
    free(c);
}

static void note_compiled(dx_regexes *all, dx_regex_compiled *c)
{
    c->next = atomic_load(&all->first);
    while (!atomic_compare_exchange_weak(&all->first, &c->next, c))
        ;
}

/* Takes the code, NULL too.  Two threads may both compile: the first to be ready is kept. */
static dx_regex_compiled *keep_code(const dx_regex *rx, pcre2_code *code)
{
    dx_regex_compiled *mine = code ? calloc(1, sizeof *mine) : NULL, *there = NULL;

    if (!mine) {
        pcre2_code_free(code);
        return NULL;
    }
    mine->code = code;
    mine->place = rx->place;
    if (!atomic_compare_exchange_strong(rx->place, &there, mine)) {
        drop(mine);
        return there;
    }
    if (rx->among)
        note_compiled(rx->among, mine);
    return mine;
}

/* ---- one ---- */

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
    if (keep_code(*out, code))
        return DX_OK;
    dx_regex_free(*out);
    return dx_nomem(err);
}

/* One that was never used is not written to: it may lie in memory that is shared until then. */
void dx_regex_release(const dx_regex *rx)
{
    if (atomic_load(rx->place))
        drop(atomic_exchange(rx->place, NULL));
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

void dx_regexes_release(dx_regexes *all)
{
    dx_regex_compiled *next;

    for (dx_regex_compiled *c = atomic_exchange(&all->first, NULL); c; c = next) {
        next = c->next;
        atomic_store(c->place, NULL);
        drop(c);
    }
}

pcre2_code *dx_regex_keep(_Atomic(pcre2_code *) *place, pcre2_code *mine)
{
    pcre2_code *there = NULL;

    if (!mine || atomic_compare_exchange_strong(place, &there, mine))
        return mine;
    pcre2_code_free(mine);
    return there;
}

static dx_regex_compiled *compile_first(const dx_regex *rx)
{
    int why;
    size_t where;

    return keep_code(rx, compile(rx->pattern, rx->flags, &why, &where));
}

dx_regex_compiled *dx_regex_compile(const dx_regex *rx)
{
    dx_regex_compiled *there = atomic_load_explicit(rx->place, memory_order_acquire);
    return there ? there : compile_first(rx);
}

dx_str dx_regex_pattern(const dx_regex *rx)
{
    return rx->pattern;
}

size_t dx_regex_groups(const dx_regex *rx)
{
    return rx->groups;
}

unsigned dx_regex_flags(const dx_regex *rx)
{
    return rx->flags;
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

dx_str dx_span_of(dx_str subject, dx_span span)
{
    return span.from == SIZE_MAX ? DX_NONE : dx_str_slice(subject, span.from, span.to);
}
