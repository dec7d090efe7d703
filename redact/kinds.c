#include "redact/kinds.h"
#include <stdlib.h>
#include <string.h>
#include "core/regex.h"

static const char built_in[] =
#include "redact/kinds.yaml.inc"
    ;

enum { GROUPS = 12, LINE_MAX_BYTES = 16 * 1024, OVERLAP = 1024, PART_LEAST = 2 };

/* What the groups of patterns are called. */
typedef enum what {
    PERSON,
    HOST,
    DOMAIN_NAME,
    IP4,
    IP6,
    MAC,
    SID,
    GUID,
    KEY,
    SECRET,
    PHONE,
    WHATS
} what;

static const struct {
    const char *name;
    dx_shape shape;
} whats[WHATS] = {
    [PERSON] = {"person", DX_SHAPE_NAME},
    [HOST] = {"host", DX_SHAPE_NAME},
    [DOMAIN_NAME] = {"domain", DX_SHAPE_NAME},
    [IP4] = {"ip4", DX_SHAPE_IP4},
    [IP6] = {"ip6", DX_SHAPE_HEX},
    [MAC] = {"mac", DX_SHAPE_HEX},
    [SID] = {"sid", DX_SHAPE_SID},
    [GUID] = {"guid", DX_SHAPE_HEX},
    [KEY] = {"key", DX_SHAPE_WHOLE},
    [SECRET] = {"secret", DX_SHAPE_WHOLE},
    [PHONE] = {"phone", DX_SHAPE_WHOLE},
};

typedef struct pattern {
    dx_regex *rx;
    size_t group[WHATS]; /* 0 = it has none of these */
} pattern;

struct dx_kinds {
    dx_arena *arena;
    pattern *pattern;
    size_t n, cap;
    dx_str *ordinary;
    size_t n_ordinary, cap_ordinary;
    dx_str *vendor;
    size_t n_vendors, cap_vendors;
};

/* ---- reading ---- */

static void read_pattern(dx_kinds *k, const dx_ynode *node, dx_faults *faults)
{
    pattern p = {0};
    bool any = false;
    size_t offset;
    dx_err err;

    if (dx_regex_new(&p.rx, dx_y_text(node, faults), 0, &offset, &err) != DX_OK) {
        dx_fault(faults, node->at, "%s (at byte %zu of the pattern)", err.text, offset);
        return;
    }
    for (size_t i = 0; i < WHATS; i++) {
        p.group[i] = dx_regex_group(p.rx, whats[i].name);
        any |= p.group[i] > 0;
    }
    if (!any || dx_regex_groups(p.rx) >= GROUPS)
        dx_fault(faults, node->at, any ? "too many groups" : "no group names a value");
    if (!DX_PUSH(k->arena, k->pattern, k->n, k->cap, p))
        dx_fault(faults, node->at, "out of memory");
}

static void read_kinds(dx_kinds *k, const dx_ynode *list, dx_faults *faults)
{
    static const char *const keys[] = {"id", "find", NULL};
    const dx_ynode *const *kinds, *const *find;
    const size_t n = dx_y_items(list, &kinds);

    for (size_t i = 0; i < n; i++) {
        if (!dx_y_keys(kinds[i], keys, faults))
            continue;
        const size_t n_find = dx_y_items(dx_y_get(kinds[i], "find"), &find);
        for (size_t j = 0; j < n_find; j++)
            read_pattern(k, find[j], faults);
    }
}

/* Words between blanks, in lines that are items of a list. */
static void read_words(dx_kinds *k, const dx_ynode *list, dx_str **into, size_t *n_into,
                       size_t *cap, dx_faults *faults)
{
    const dx_ynode *const *items;
    const size_t n = dx_y_items(list, &items);

    for (size_t i = 0; i < n; i++) {
        dx_str rest = dx_y_text(items[i], faults), word;
        while (dx_str_next(&rest, ' ', &word))
            if (word.n && !DX_PUSH(k->arena, *into, *n_into, *cap, word))
                dx_fault(faults, items[i]->at, "out of memory");
    }
}

static dx_rc kinds_read(dx_kinds **out, const char *path, dx_str yaml, dx_faults *faults,
                        dx_err *err)
{
    static const char *const keys[] = {"kinds", "ordinary", "vendors", NULL};
    dx_kinds *k = calloc(1, sizeof *k);
    const size_t before = faults->n;

    if (k == NULL || (k->arena = dx_arena_new(0)) == NULL) {
        free(k);
        return dx_nomem(err);
    }
    const dx_ynode *root = dx_ytree_parse(k->arena, path, yaml, faults);
    if (root != NULL && dx_y_keys(root, keys, faults)) {
        read_kinds(k, dx_y_get(root, "kinds"), faults);
        read_words(k, dx_y_get(root, "ordinary"), &k->ordinary, &k->n_ordinary, &k->cap_ordinary,
                   faults);
        read_words(k, dx_y_get(root, "vendors"), &k->vendor, &k->n_vendors, &k->cap_vendors,
                   faults);
    }
    if (faults->n > before) {
        dx_kinds_free(k);
        return dx_fail(err, DX_E_RULE, DX_NOWHERE, "%zu faults in %s", faults->n - before, path);
    }
    *out = k;
    return DX_OK;
}

static void keep_first(void *ctx, const dx_err *fault)
{
    dx_err *first = ctx;

    if (first->kind == DX_E_NONE)
        *first = *fault;
}

dx_rc dx_kinds_new(dx_kinds **out, dx_err *err)
{
    dx_err first = {0};
    dx_faults faults = {.on_fault = keep_first, .ctx = &first};

    if (kinds_read(out, "redact/kinds.yaml", DX_LIT(built_in), &faults, err) == DX_OK)
        return DX_OK;
    if (first.kind != DX_E_NONE)
        *err = first;
    return DX_FAIL;
}

void dx_kinds_free(dx_kinds *k)
{
    if (k == NULL)
        return;
    for (size_t i = 0; i < k->n; i++)
        dx_regex_free(k->pattern[i].rx);
    dx_arena_free(k->arena);
    free(k);
}

dx_rc dx_kinds_ordinary(const dx_kinds *k, dx_values *values, dx_err *err)
{
    for (size_t i = 0; i < k->n_ordinary; i++)
        if (dx_values_ordinary(values, k->ordinary[i], err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

/* ---- learning ---- */

/* A public host: "download.windowsupdate.com", or "microsoft.com" itself. */
static bool is_vendor(const dx_kinds *k, dx_str domain)
{
    for (size_t i = 0; i < k->n_vendors; i++) {
        const dx_str vendor = k->vendor[i];
        if (dx_str_iends(domain, vendor) &&
            (domain.n == vendor.n || domain.p[domain.n - vendor.n - 1] == '.'))
            return true;
    }
    return false;
}

/* Each part by itself: "contoso.com" and "CONTOSO" are the same house. */
static dx_rc add_domain(const dx_kinds *k, dx_str domain, dx_values *values, dx_err *err)
{
    dx_str label;

    if (is_vendor(k, domain))
        return DX_OK;
    while (dx_str_next(&domain, '.', &label))
        if (label.n > 2 && dx_values_add(values, label, DX_SHAPE_NAME, err) != DX_OK)
            return DX_FAIL;
    return DX_OK;
}

static dx_str without_punctuation(dx_str s)
{
    while (s.n > 0 && strchr(".'`-, ", s.p[s.n - 1]) != NULL)
        s.n--;
    return s;
}

/* "jane.doe" as a whole, and both parts: a display name has them, too. */
static dx_rc add_person(dx_str as_found, dx_values *values, dx_err *err)
{
    const dx_str person = without_punctuation(as_found);

    if (dx_values_add(values, person, DX_SHAPE_NAME, err) != DX_OK)
        return DX_FAIL;
    for (size_t from = 0, to; from < person.n; from = to + 1) {
        for (to = from; to < person.n && strchr("._ -", person.p[to]) == NULL;)
            to++;
        if (to - from >= PART_LEAST && to - from < person.n &&
            dx_values_add(values, dx_str_slice(person, from, to), DX_SHAPE_NAME, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc add(const dx_kinds *k, what w, dx_str text, dx_values *values, dx_err *err)
{
    if (w == DOMAIN_NAME)
        return add_domain(k, text, values, err);
    if (w == PERSON)
        return add_person(text, values, err);
    return dx_values_add(values, text, whats[w].shape, err);
}

dx_rc dx_kinds_name(const dx_kinds *k, const char *name, dx_str text, dx_values *values,
                    dx_err *err)
{
    for (size_t i = 0; i < WHATS; i++)
        if (strcmp(whats[i].name, name) == 0)
            return add(k, (what)i, text, values, err);
    return DX_OK;
}

/* Host and domain, which stand side by side, are below a public domain. */
static bool is_public(const dx_kinds *k, const pattern *p, dx_str line, const dx_span *spans)
{
    const dx_span host = spans[p->group[HOST]];
    const dx_span domain = p->group[DOMAIN_NAME] ? spans[p->group[DOMAIN_NAME]] : host;

    if (host.from == SIZE_MAX)
        return false;
    return is_vendor(k,
                     dx_str_slice(line, host.from, domain.from == SIZE_MAX ? host.to : domain.to));
}

static dx_rc add_match(const dx_kinds *k, const pattern *p, dx_str line, const dx_span *spans,
                       dx_values *values, dx_err *err)
{
    const bool public_host = p->group[HOST] && is_public(k, p, line, spans);

    for (size_t i = 0; i < WHATS; i++) {
        const dx_str text = p->group[i] ? dx_span_of(line, spans[p->group[i]]) : DX_NONE;
        if (text.n && !(public_host && (i == HOST || i == DOMAIN_NAME)) &&
            add(k, (what)i, text, values, err) != DX_OK)
            return DX_FAIL;
    }
    return DX_OK;
}

static dx_rc learn_line(const dx_kinds *k, dx_regex_scratch *rx, dx_str line, dx_values *values,
                        uint64_t *gaps, dx_err *err)
{
    dx_span spans[GROUPS];

    for (size_t i = 0; i < k->n; i++) {
        dx_rx found = DX_RX_NO;
        for (size_t from = 0; from<line.n; from = spans[0].to> from ? spans[0].to : from + 1) {
            found = dx_regex_find(k->pattern[i].rx, rx, line, from, spans, GROUPS);
            if (found != DX_RX_YES)
                break;
            if (add_match(k, &k->pattern[i], line, spans, values, err) != DX_OK)
                return DX_FAIL;
        }
        *gaps += found == DX_RX_LIMIT;
    }
    return DX_OK;
}

/* The end of the piece of a line that begins at `from`: never inside a character. */
static size_t piece_end(dx_str line, size_t from)
{
    size_t to = from + LINE_MAX_BYTES;

    if (to >= line.n)
        return line.n;
    while (to > from && ((unsigned char)line.p[to] & 0xC0) == 0x80)
        to--;
    return to;
}

static size_t overlap_begin(dx_str line, size_t to)
{
    size_t from = to - OVERLAP;

    while (from > 0 && ((unsigned char)line.p[from] & 0xC0) == 0x80)
        from--;
    return from;
}

static dx_rc learn_lines(const dx_kinds *k, dx_regex_scratch *rx, dx_str text, dx_values *values,
                         uint64_t *gaps, dx_err *err)
{
    dx_str line;

    while (dx_str_next(&text, '\n', &line)) {
        if (dx_str_ends(line, DX_LIT("\r")))
            line.n--;
        for (size_t from = 0, to; from < line.n;
             from = to == line.n ? to : overlap_begin(line, to)) {
            to = piece_end(line, from);
            if (learn_line(k, rx, dx_str_slice(line, from, to), values, gaps, err) != DX_OK)
                return DX_FAIL;
        }
    }
    return DX_OK;
}

dx_rc dx_kinds_learn(const dx_kinds *k, dx_str text, dx_values *values, uint64_t *gaps, dx_err *err)
{
    dx_regex_scratch *rx = dx_regex_scratch_new();

    if (rx == NULL)
        return dx_nomem(err);
    const dx_rc rc = learn_lines(k, rx, text, values, gaps, err);
    dx_regex_scratch_free(rx);
    return rc;
}
