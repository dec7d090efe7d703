#include "core/ytree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "core/utf.h"

enum {
    LATELY = 256,
    SHORT = 48 /* bytes of a text that may come again */
};

typedef struct reader {
    yaml_parser_t yaml;
    dx_arena *into, *texts;
    dx_faults *faults;
    const char *path;
    dx_str text;
    /* The last place asked for.  Places move on, so nothing is counted twice. */
    size_t line, column;   /* as libyaml counts: from 0, in characters */
    size_t line_at, at;    /* byte offsets of the line and the column */
    bool stop;             /* no sense in reading on */
    dx_str lately[LATELY]; /* short texts, by hash: keys and words of the language come again */
} reader;

static dx_place file_place(const char *path)
{
    return (dx_place){.file = path};
}

/* Where the line after the one at `at` begins.  libyaml ends lines at CR, LF, CRLF, NEL, LS, PS. */
static size_t after_line(dx_str s, size_t at)
{
    while (at < s.n) {
        const uint32_t code = dx_utf_next(s, &at);
        if (code == '\r' && at < s.n && s.p[at] == '\n')
            return at + 1;
        if (code == '\r' || code == '\n' || code == 0x85 || code == 0x2028 || code == 0x2029)
            return at;
    }
    return s.n;
}

/* libyaml counts characters from 0, people and editors find bytes from 1. */
static dx_place place_of(reader *r, yaml_mark_t mark)
{
    if (mark.line < r->line)
        r->line = r->line_at = r->column = r->at = 0;
    for (; r->line < mark.line && r->line_at < r->text.n; r->line++) {
        r->line_at = r->at = after_line(r->text, r->line_at);
        r->column = 0;
    }
    if (mark.column < r->column) {
        r->column = 0;
        r->at = r->line_at;
    }
    for (; r->column < mark.column && r->at < r->text.n; r->column++)
        (void)dx_utf_next(r->text, &r->at);
    return (dx_place){r->path, (unsigned)mark.line + 1, (unsigned)(r->at - r->line_at) + 1};
}

/* The place of a byte, for faults found before libyaml gets to see the text. */
static dx_place place_of_byte(const char *path, dx_str text, size_t at)
{
    unsigned line = 1;
    size_t begin = 0;
    for (size_t end = dx_str_find(text, DX_LIT("\n"), 0); end < at;
         end = dx_str_find(text, DX_LIT("\n"), begin)) {
        begin = end + 1;
        line++;
    }
    return (dx_place){path, line, (unsigned)(at - begin) + 1};
}

static void out_of_memory(reader *r)
{
    if (r->stop)
        return;
    r->stop = true;
    dx_fault(r->faults, file_place(r->path), "out of memory");
}

static void syntax_fault(reader *r)
{
    const yaml_parser_t *y = &r->yaml;
    const char *problem = y->problem ? y->problem : "not valid YAML";
    if (y->error == YAML_MEMORY_ERROR)
        out_of_memory(r);
    else if (y->error == YAML_READER_ERROR)
        dx_fault(r->faults, place_of_byte(r->path, r->text, y->problem_offset), "%s", problem);
    else if (y->context)
        dx_fault(r->faults, place_of(r, y->problem_mark), "%s %s that begins in line %zu", problem,
                 y->context, y->context_mark.line + 1);
    else
        dx_fault(r->faults, place_of(r, y->problem_mark), "%s", problem);
    r->stop = true;
}

/* The next event, which the caller deletes; false after a fault. */
static bool next_event(reader *r, yaml_event_t *event)
{
    if (r->stop)
        return false;
    if (yaml_parser_parse(&r->yaml, event))
        return true;
    syntax_fault(r);
    return false;
}

static const yaml_char_t *anchor_of(const yaml_event_t *e)
{
    if (e->type == YAML_SCALAR_EVENT)
        return e->data.scalar.anchor;
    return e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.anchor
                                                : e->data.mapping_start.anchor;
}

static const yaml_char_t *tag_of(const yaml_event_t *e)
{
    if (e->type == YAML_SCALAR_EVENT)
        return e->data.scalar.tag;
    return e->type == YAML_SEQUENCE_START_EVENT ? e->data.sequence_start.tag
                                                : e->data.mapping_start.tag;
}

static void check_subset(reader *r, const yaml_event_t *e, dx_place at)
{
    if (anchor_of(e))
        dx_fault(r->faults, at, "anchors are not supported: write the value where it is used");
    if (tag_of(e))
        dx_fault(r->faults, at, "tags are not supported: every scalar is text");
}

static dx_ynode *new_node(reader *r, dx_ykind kind, dx_place at)
{
    dx_ynode *node = dx_arena_get(r->into, sizeof *node);
    if (!node) {
        out_of_memory(r);
        return NULL;
    }
    *node = (dx_ynode){.kind = kind, .at = at, .self = node};
    return node;
}

static dx_str keep_text(reader *r, dx_str text)
{
    dx_str *lately = text.n <= SHORT ? &r->lately[dx_hash64(text, 0) % LATELY] : NULL;

    if (lately && lately->p && dx_str_eq(*lately, text))
        return *lately;
    const dx_str kept = dx_arena_copy(r->texts, text);
    if (lately && kept.p)
        *lately = kept;
    return kept;
}

static dx_ynode *text_node(reader *r, const yaml_event_t *e, dx_place at)
{
    dx_ynode *node = new_node(r, DX_Y_TEXT, at);
    if (!node)
        return NULL;
    const char *value = (const char *)e->data.scalar.value;
    node->text = keep_text(r, (dx_str){value, e->data.scalar.length});
    if (node->text.p)
        return node;
    out_of_memory(r);
    return NULL;
}

static dx_ynode *read_node(reader *r, yaml_event_t *e, unsigned depth);

/* The kids of a list or map while it is read. */
typedef struct kids {
    dx_ynode **node;
    size_t n, cap;
} kids;

static void add_kid(reader *r, kids *all, dx_ynode *node)
{
    if (!DX_PUSH(r->into, all->node, all->n, all->cap, node))
        out_of_memory(r);
}

static void read_items(reader *r, kids *all, unsigned depth)
{
    yaml_event_t e;
    while (next_event(r, &e)) {
        if (e.type == YAML_SEQUENCE_END_EVENT) {
            yaml_event_delete(&e);
            return;
        }
        dx_ynode *item = read_node(r, &e, depth + 1);
        if (item)
            add_kid(r, all, item);
    }
}

static void check_key(reader *r, const dx_ynode *key)
{
    if (key->kind != DX_Y_TEXT)
        dx_fault(r->faults, key->at, "a key must be text");
    else if (dx_str_eq(key->text, DX_LIT("<<")))
        dx_fault(r->faults, key->at, "merge keys are not supported");
}

static void read_pairs(reader *r, kids *all, unsigned depth)
{
    yaml_event_t e;
    while (next_event(r, &e)) {
        if (e.type == YAML_MAPPING_END_EVENT) {
            yaml_event_delete(&e);
            return;
        }
        const dx_ynode *key = read_node(r, &e, depth + 1);
        if (key)
            check_key(r, key);
        if (!next_event(r, &e))
            return;
        dx_ynode *value = read_node(r, &e, depth + 1);
        if (!key || !value)
            continue;
        value->key = key->text;
        value->key_at = key->at;
        add_kid(r, all, value);
    }
}

static int by_key(const void *a, const void *b)
{
    const dx_ynode *left = *(dx_ynode *const *)a, *right = *(dx_ynode *const *)b;
    const int order = dx_str_cmp(left->key, right->key);
    if (order)
        return order;
    const dx_place l = left->key_at, k = right->key_at;
    return l.line != k.line ? (l.line > k.line) - (l.line < k.line)
                            : (l.col > k.col) - (l.col < k.col);
}

/* Sorted, because a hostile map may have a million keys. */
static void check_duplicates(reader *r, const kids *all)
{
    if (all->n < 2)
        return;
    dx_ynode **sorted = dx_arena_dup(r->into, all->node, all->n * sizeof(dx_ynode *));
    if (!sorted) {
        out_of_memory(r);
        return;
    }
    qsort(sorted, all->n, sizeof(dx_ynode *), by_key);
    for (size_t i = 1; i < all->n; i++) {
        const dx_ynode *first = sorted[i - 1], *again = sorted[i];
        if (first->key.p && dx_str_eq(first->key, again->key))
            dx_fault(r->faults, again->key_at, "key '%.*s' is here twice: first in line %u",
                     DX_FMT(again->key), first->key_at.line);
    }
}

static dx_ynode *read_branch(reader *r, bool is_map, dx_place at, unsigned depth)
{
    if (depth >= DX_Y_DEPTH_MAX) {
        dx_fault(r->faults, at, "nested over %d deep", DX_Y_DEPTH_MAX);
        r->stop = true;
        return NULL;
    }
    dx_ynode *node = new_node(r, is_map ? DX_Y_MAP : DX_Y_LIST, at);
    if (!node)
        return NULL;
    kids all = {0};
    if (is_map) {
        read_pairs(r, &all, depth);
        check_duplicates(r, &all);
    } else {
        read_items(r, &all, depth);
    }
    node->kid = all.node;
    node->n = all.n;
    return node;
}

/* Reads what begins with event e, which it deletes; NULL after a fault. */
static dx_ynode *read_node(reader *r, yaml_event_t *e, unsigned depth)
{
    const dx_place at = place_of(r, e->start_mark);
    const yaml_event_type_t type = e->type;
    dx_ynode *node = NULL;
    if (type == YAML_ALIAS_EVENT)
        dx_fault(r->faults, at, "aliases are not supported: write the value where it is used");
    else
        check_subset(r, e, at);
    if (type == YAML_SCALAR_EVENT)
        node = text_node(r, e, at);
    yaml_event_delete(e);
    if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
        node = read_branch(r, type == YAML_MAPPING_START_EVENT, at, depth);
    return node;
}

/* The one document of a stream; NULL when there is none. */
static const dx_ynode *read_stream(reader *r)
{
    const dx_ynode *root = NULL;
    yaml_event_t e;
    bool end = false;
    for (size_t documents = 0; !end && next_event(r, &e);) {
        const yaml_event_type_t type = e.type;
        end = type == YAML_STREAM_END_EVENT;
        if (type == YAML_DOCUMENT_START_EVENT && ++documents > 1) {
            dx_fault(r->faults, place_of(r, e.start_mark), "only one document per file");
            r->stop = true;
        }
        if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT ||
            type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
            root = read_node(r, &e, 0);
        else
            yaml_event_delete(&e);
        if (end && documents == 0)
            dx_fault(r->faults, file_place(r->path), "there is nothing in this file");
    }
    return root;
}

/* Faults that need no parser; true when there was one. */
static bool is_unreadable(const char *path, dx_str yaml, dx_faults *faults)
{
    if (yaml.n > DX_Y_BYTES_MAX) {
        dx_fault(faults, file_place(path), "larger than %d MiB", DX_Y_BYTES_MAX >> 20);
        return true;
    }
    if (dx_utf_valid(yaml))
        return false;
    for (size_t at = 0; at < yaml.n;) {
        const size_t here = at;
        if (dx_utf_next(yaml, &at) == DX_REPLACEMENT && at - here == 1) {
            dx_fault(faults, place_of_byte(path, yaml, here), "not UTF-8: byte 0x%02x",
                     (unsigned char)yaml.p[here]);
            return true;
        }
    }
    return false;
}

const dx_ynode *dx_ytree_parse(dx_arena *into, const char *path, dx_str yaml, dx_faults *faults)
{
    return dx_ytree_parse_in(&(dx_yroom){into, into, into}, path, yaml, faults);
}

const dx_ynode *dx_ytree_parse_in(const dx_yroom *room, const char *path, dx_str yaml,
                                  dx_faults *faults)
{
    dx_faults counted = {0}; /* whether the tree is good must be known without a collector, too */
    if (!faults)
        faults = &counted;
    const size_t before = faults->n;
    if (is_unreadable(path, yaml, faults))
        return NULL;
    reader r = {
        .into = room->trees, .texts = room->texts, .faults = faults, .path = path, .text = yaml};
    if (!yaml_parser_initialize(&r.yaml)) {
        out_of_memory(&r);
        return NULL;
    }
    yaml_parser_set_encoding(&r.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.yaml, (const unsigned char *)(yaml.n ? yaml.p : ""), yaml.n);
    const dx_ynode *root = read_stream(&r);
    yaml_parser_delete(&r.yaml);
    return faults->n == before ? root : NULL;
}
