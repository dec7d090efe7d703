#include "patterns/load.h"
#include "core/pattern.h"

#include <stdint.h>

enum {
    REGEX_MOST = 32 * 1024, /* bytes of a regex with its definitions put in */
    OPENER_LEAST = 8
};

/* Compiles with loosened blanks a pattern that outlives the book.  On a syntax fault NULL, and *err
 * and *offset (in `pattern`) tell; NULL without a kind in *err when memory is short. */
static const dx_regex *compile(dx_load *l, dx_str pattern, unsigned flags, size_t *offset,
                               dx_err *err)
{
    dx_regex *rx = NULL;
    *err = (dx_err){0};
    *offset = 0;
    if (dx_regexes_add(l->regexes, &rx, l->arena, pattern, flags | DX_RX_LOOSE, offset, err) ==
        DX_OK)
        return rx;
    if (err->kind == DX_E_NOMEM) {
        l->starved = true;
        err->kind = DX_E_NONE;
    }
    return NULL;
}

/* ---- definitions ---- */

const dx_definition *dx_load_definition(const dx_load *l, dx_str name)
{
    for (size_t i = 0; i < l->n_definitions; i++)
        if (dx_str_eq(l->definitions[i].name, name))
            return &l->definitions[i];
    return NULL;
}

dx_str dx_load_definition_hint(dx_load *l, dx_str name)
{
    dx_words words = {0};
    for (size_t i = 0; i < l->n_definitions; i++)
        dx_load_push_word(l, &words, l->definitions[i].name);
    return dx_load_hint(l, name, &words);
}

static void add_definition(dx_load *l, const dx_ynode *node)
{
    const dx_str name = node->key, text = dx_y_text(node, l->faults);
    const dx_definition *other = dx_load_definition(l, name);
    if (text.p == NULL || (other != NULL && dx_str_eq(other->text, text)))
        return;
    if (other != NULL) {
        dx_fault(l->faults, node->key_at, "$%.*s is defined otherwise at %s:%u", DX_FMT(name),
                 other->at.file, other->at.line);
        return;
    }
    if (!dx_load_id_ok(name))
        dx_fault(l->faults, node->key_at,
                 "'%.*s' is no name for a definition: lower-case letters and digits, with '-' "
                 "between them",
                 DX_FMT(name));
    if (dx_str_find(text, DX_LIT("${"), 0) != SIZE_MAX)
        dx_fault(l->faults, node->at, "$%.*s: a definition uses no other definition; write it out",
                 DX_FMT(name));
    size_t offset;
    dx_err err;
    const dx_regex *rx = compile(l, text, DX_RX_CASELESS, &offset, &err);
    if (err.kind != DX_E_NONE)
        dx_fault(l->faults, node->at, "$%.*s: %s, at byte %zu of the regex", DX_FMT(name), err.text,
                 offset + 1);
    const dx_definition made = {.name = name, .text = text, .at = node->key_at, .regex = rx};
    if (!DX_PUSH(l->arena, l->definitions, l->n_definitions, l->cap_definitions, made))
        l->starved = true;
}

void dx_load_definitions(dx_load *l, const dx_ynode *root)
{
    const dx_ynode *map = dx_y_get(root, "define");
    if (map == NULL)
        return;
    if (map->kind != DX_Y_MAP) {
        dx_fault(l->faults, map->at, "'define' is a map: one 'name: regex' a line");
        return;
    }
    for (size_t i = 0; i < map->n; i++)
        add_definition(l, map->kid[i]);
}

const dx_regex *dx_load_condition_regex(dx_load *l, dx_str pattern, dx_place at, dx_str owner)
{
    size_t offset;
    dx_err err;
    const dx_regex *rx = compile(l, pattern, DX_RX_CASELESS, &offset, &err);
    if (err.kind != DX_E_NONE)
        dx_fault(l->faults, at, "%.*s: %s, at byte %zu of the regex", DX_FMT(owner), err.text,
                 offset + 1);
    return rx;
}

/* ---- pieces ---- */

/* Adds what ${name} at `at` stands for and gives the bytes it took. */
static size_t put_in(dx_load *l, dx_buf *out, dx_str piece, size_t at, dx_place place, dx_str owner)
{
    const size_t end = dx_str_find(piece, DX_LIT("}"), at);
    const dx_str name = dx_str_slice(piece, at + 2, end);
    const dx_definition *found = dx_load_definition(l, name);
    if (found == NULL) {
        const dx_str hint = dx_load_definition_hint(l, name);
        dx_fault(l->faults, place, "%.*s: ${%.*s} is not under 'define'%.*s", DX_FMT(owner),
                 DX_FMT(name), DX_FMT(hint));
    } else {
        dx_buf_add(out, DX_LIT("(?:"));
        dx_buf_add(out, found->text);
        dx_buf_add(out, DX_LIT(")"));
    }
    return end == SIZE_MAX ? piece.n - at : end + 1 - at;
}

/* The piece with its definitions put in; DX_NONE after a fault. */
static dx_str expand(dx_load *l, const dx_ynode *node, dx_str owner)
{
    const dx_str piece = dx_y_text(node, l->faults);
    const size_t faults = l->faults->n;
    dx_buf out = {0};
    size_t length;
    for (size_t at = 0; at < piece.n && out.n <= REGEX_MOST; at += length) {
        dx_pattern_token(piece, at, &length);
        if (dx_str_starts(dx_str_slice(piece, at, piece.n), DX_LIT("${")))
            length = put_in(l, &out, piece, at, node->at, owner);
        else
            dx_buf_add(&out, dx_str_slice(piece, at, at + length));
    }
    if (out.n > REGEX_MOST)
        dx_fault(l->faults, node->at, "%.*s: the regex is longer than 32 KiB", DX_FMT(owner));
    dx_str made = piece;
    if (l->faults->n > faults)
        made = DX_NONE;
    else if (!dx_str_eq(piece, dx_buf_str(&out)))
        made = dx_arena_copy(l->arena, dx_buf_str(&out));
    l->starved |= made.p == NULL && l->faults->n == faults && piece.p != NULL;
    l->starved |= out.failed;
    dx_buf_done(&out);
    return made;
}

static dx_str join_pieces(dx_load *l, const dx_str *pieces, size_t n)
{
    dx_buf joined = {0};

    if (n == 1)
        return pieces[0];
    for (size_t i = 0; i < n; i++)
        dx_buf_add(&joined, pieces[i]);
    const dx_str whole = joined.failed ? DX_NONE : dx_arena_copy(l->arena, dx_buf_str(&joined));
    dx_buf_done(&joined);
    l->starved |= whole.p == NULL;
    return whole;
}

/* All pieces as one text; DX_NONE when one is faulty. */
static dx_str read_pieces(dx_load *l, dx_signature *sig, const dx_ynode *node)
{
    const dx_ynode *const *items = NULL;
    const size_t n = dx_y_items(node, &items);
    dx_str *pieces = dx_load_get(l, n, sizeof *pieces);
    dx_place *places = dx_load_get(l, n, sizeof *places);
    if (pieces == NULL || places == NULL)
        return DX_NONE;
    bool good = true;
    for (size_t i = 0; i < n; i++) {
        places[i] = items[i]->at;
        pieces[i] = expand(l, items[i], sig->id);
        good = good && pieces[i].p != NULL;
    }
    sig->n_pieces = n;
    sig->pieces = pieces;
    sig->piece_at = places;
    const dx_str whole = good ? join_pieces(l, pieces, n) : DX_NONE;
    if (whole.p != NULL && whole.n == 0)
        dx_fault(l->faults, node->at, "%.*s: 'regex' is empty", DX_FMT(sig->id));
    return whole.n > 0 ? whole : DX_NONE;
}

/* Says which piece a byte of the joined regex belongs to. */
static void fault_in_piece(dx_load *l, const dx_signature *sig, size_t offset, const char *text)
{
    size_t i = 0;
    while (i + 1 < sig->n_pieces && offset >= sig->pieces[i].n)
        offset -= sig->pieces[i++].n;
    dx_fault(l->faults, sig->piece_at[i], "%.*s: %s, at byte %zu of piece %zu of %zu of the regex",
             DX_FMT(sig->id), text, offset + 1, i + 1, sig->n_pieces);
}

static void find_opener(dx_load *l, dx_signature *sig, const dx_ynode *said, dx_str whole)
{
    dx_buf opener = {0};
    dx_pattern_opener(&opener, whole);
    l->starved |= opener.failed;
    if (opener.n >= OPENER_LEAST) {
        sig->opener = dx_arena_copy(l->arena, dx_buf_str(&opener));
        l->starved |= sig->opener.p == NULL;
    } else {
        dx_fault(l->faults, said->at,
                 "%.*s: 'opener' needs a regex that begins with %d or more plain characters",
                 DX_FMT(sig->id), OPENER_LEAST);
    }
    dx_buf_done(&opener);
}

/* ---- fields ---- */

enum { GROUPS_MAX = 47 }; /* the matcher has room for these and the whole match */

static void check_groups(dx_load *l, const dx_signature *sig, const dx_ynode *node)
{
    size_t group;
    dx_str name;
    if (dx_regex_groups(sig->regex) > GROUPS_MAX)
        dx_fault(l->faults, dx_y_get(node, "regex")->key_at,
                 "%.*s: the regex has %zu groups, but only %d are read: use (?:...)",
                 DX_FMT(sig->id), dx_regex_groups(sig->regex), GROUPS_MAX);
    for (size_t i = 0; dx_regex_name(sig->regex, i, &group, &name); i++) {
        size_t at = 0;
        while (at < sig->n_fields && !dx_str_eq(sig->fields[at].name, name))
            at++;
        if (at == sig->n_fields)
            dx_fault(l->faults, dx_y_get(node, "regex")->key_at,
                     "%.*s: the group '%.*s' is not under 'fields': give it a type, or write "
                     "(?:...)",
                     DX_FMT(sig->id), DX_FMT(name));
    }
}

static size_t group_of(dx_load *l, const dx_signature *sig, const dx_ynode *field)
{
    if (sig->regex == NULL)
        return 0;
    const dx_str name = dx_arena_copy(l->arena, field->key);
    if (name.p == NULL) {
        l->starved = true;
        return 0;
    }
    const size_t group = dx_regex_group(sig->regex, name.p);
    if (group != 0)
        return group;
    dx_words words = {0};
    size_t number;
    dx_str word;
    for (size_t i = 0; dx_regex_name(sig->regex, i, &number, &word); i++)
        dx_load_push_word(l, &words, word);
    const dx_str hint = dx_load_hint(l, name, &words);
    dx_fault(l->faults, field->key_at, "%.*s: the regex has no group (?<%.*s>...)%.*s",
             DX_FMT(sig->id), DX_FMT(name), DX_FMT(hint));
    return 0;
}

static void read_fields(dx_load *l, dx_signature *sig, const dx_ynode *map)
{
    if (map == NULL)
        return;
    if (map->kind != DX_Y_MAP) {
        dx_fault(l->faults, map->at, "%.*s: 'fields' is a map: { group: type }", DX_FMT(sig->id));
        return;
    }
    struct dx_field_spec *fields = dx_load_get(l, map->n, sizeof *fields);
    if (fields == NULL)
        return;
    for (size_t i = 0; i < map->n; i++) {
        const int type = dx_y_word(map->kid[i], dx_type_names, l->faults);
        fields[i].name = map->kid[i]->key;
        fields[i].type = type < 0 ? DX_T_TEXT : (dx_type)type;
        fields[i].group = group_of(l, sig, map->kid[i]);
    }
    sig->fields = fields;
    sig->n_fields = map->n;
}

/* The compiled regex, or NULL after a fault. */
static const dx_regex *read_regex(dx_load *l, dx_signature *sig, const dx_ynode *node,
                                  const dx_ynode *opener)
{
    const dx_str whole = read_pieces(l, sig, node);
    if (whole.p == NULL)
        return NULL;
    size_t offset;
    dx_err err;
    const dx_regex *rx =
        compile(l, whole, DX_RX_CASELESS | DX_RX_MULTILINE | DX_RX_WITHIN, &offset, &err);
    if (err.kind != DX_E_NONE)
        fault_in_piece(l, sig, offset, err.text);
    if (rx != NULL && dx_regex_may_be_empty(rx) &&
        dx_regex_find(rx, l->scratch, DX_LIT(""), 0, NULL, 0) == DX_RX_YES)
        dx_fault(l->faults, node->at, "%.*s: the regex matches the empty text", DX_FMT(sig->id));
    if (dx_y_bool(opener, false, l->faults))
        find_opener(l, sig, opener, whole);
    return rx;
}

void dx_load_signature_regex(dx_load *l, dx_signature *sig, const dx_ynode *node)
{
    const dx_ynode *regex = dx_y_get(node, "regex");
    if (regex == NULL)
        dx_fault(l->faults, node->at, "%.*s: 'regex' is missing (or 'refines' and 'where')",
                 DX_FMT(sig->id));
    else
        sig->regex = read_regex(l, sig, regex, dx_y_get(node, "opener"));
    read_fields(l, sig, dx_y_get(node, "fields"));
    if (sig->regex != NULL)
        check_groups(l, sig, node);
}
