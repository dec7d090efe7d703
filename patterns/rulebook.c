#include "patterns/rulebook.h"

#include <stdlib.h>
#include "patterns/load.h"
#include "patterns/sought.h"

enum { MEMORY_MOST = 256 * 1024 * 1024 };

struct dx_rulebook {
    dx_arena *own; /* of one that has an arena to itself */
    dx_regexes *regexes;
    const dx_signature **signatures; /* by id */
    size_t n_signatures;
    const dx_rule **rules; /* by id */
    size_t n_rules;
    /* By signature: the rules with a step that sees it, seen_by[seen_from[i]..seen_from[i + 1]). */
    size_t *seen_from;
    const dx_rule **seen_by;
    dx_names names;
    const dx_signature **by_entry; /* what names point to */
    const dx_rule **rule_by_entry;
    dx_hash128 digest;
    dx_str version;
    dx_str *openers;
    size_t n_openers;
    dx_sought sought;
};

/* ---- files ---- */

static void read_version(dx_load *l, const dx_ynode *root)
{
    const dx_ynode *node = dx_y_get(root, "version");
    if (node == NULL)
        return;
    const dx_str version = dx_y_text(node, l->faults);
    if (l->version.n == 0) {
        l->version = version;
        l->version_at = node->at;
    } else if (!dx_str_eq(l->version, version)) {
        dx_fault(l->faults, node->at, "version '%.*s', but '%.*s' at %s:%u", DX_FMT(version),
                 DX_FMT(l->version), l->version_at.file, l->version_at.line);
    }
}

/* False when the file cannot be read any further. */
static bool check_top(dx_load *l, const dx_ynode *root)
{
    static const char *const keys[] = {"setupdx",    "version",   "define", "formats",
                                       "signatures", "diagnoses", NULL};
    if (!dx_y_keys(root, keys, l->faults) && root->kind != DX_Y_MAP)
        return false;
    const dx_ynode *mark = dx_y_get(root, "setupdx");
    if (mark == NULL)
        dx_fault(l->faults, root->at, "the file must begin with 'setupdx: 1'");
    else if (!dx_str_eq(dx_y_text(mark, l->faults), DX_LIT("1")) && mark->kind == DX_Y_TEXT)
        dx_fault(l->faults, mark->at,
                 "'setupdx: %.*s' is a language that this program does not know: it reads 1",
                 DX_FMT(mark->text));
    return true;
}

/* Ids and definitions first: they may be used before they are read. */
static void read_tops(dx_load *l, const dx_yset *set)
{
    for (size_t i = 0; i < set->n && !l->starved; i++) {
        const dx_ynode *root = set->file[i].root;
        if (root == NULL || !check_top(l, root))
            continue;
        read_version(l, root);
        dx_load_definitions(l, root);
        dx_load_register(l, root);
    }
}

/* ---- the finished book ---- */

static int by_signature_id(const void *a, const void *b)
{
    const dx_signature *const *x = a, *const *y = b;
    return dx_str_cmp((*x)->id, (*y)->id);
}

static int by_rule_id(const void *a, const void *b)
{
    const dx_rule *const *x = a, *const *y = b;
    return dx_str_cmp((*x)->id, (*y)->id);
}

static int by_text(const void *a, const void *b)
{
    return dx_str_cmp(*(const dx_str *)a, *(const dx_str *)b);
}

static void sort_signatures(dx_load *l, dx_rulebook *book)
{
    book->signatures = dx_load_get(l, l->n_sigs, sizeof *book->signatures);
    if (book->signatures == NULL)
        return;
    for (size_t i = 0; i < l->n_sigs; i++)
        book->signatures[i] = l->sigs[i].sig;
    book->n_signatures = l->n_sigs;
    qsort(book->signatures, l->n_sigs, sizeof *book->signatures, by_signature_id);
    for (size_t i = 0; i < l->n_sigs; i++)
        dx_load_find_signature(l, book->signatures[i]->id)->sig->index = i;
}

static void sort_rules(dx_load *l, dx_rulebook *book)
{
    book->rules = dx_load_get(l, l->n_rules, sizeof *book->rules);
    if (book->rules == NULL)
        return;
    for (size_t i = 0; i < l->n_rules; i++)
        book->rules[i] = l->rules[i].rule;
    book->n_rules = l->n_rules;
    qsort(book->rules, l->n_rules, sizeof *book->rules, by_rule_id);
    for (size_t i = 0; i < l->n_rules; i++)
        dx_load_find_rule(l, book->rules[i]->id)->rule->index = i;
}

static void gather_openers(dx_load *l, dx_rulebook *book)
{
    book->openers = dx_load_get(l, l->n_sigs, sizeof *book->openers);
    if (book->openers == NULL)
        return;
    size_t n = 0;
    for (size_t i = 0; i < l->n_sigs; i++)
        if (l->sigs[i].sig->opener.n > 0 && !l->sigs[i].sig->retired)
            book->openers[n++] = l->sigs[i].sig->opener;
    qsort(book->openers, n, sizeof *book->openers, by_text);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !dx_str_eq(book->openers[i], book->openers[book->n_openers - 1]))
            book->openers[book->n_openers++] = book->openers[i];
}

/* Hands each rule to the signatures that its steps see; by where they begin, when `to` is NULL
 * only how many they are. */
static void tell_seen(const dx_rulebook *book, size_t *at, const dx_rule **to)
{
    for (size_t i = 0; i < book->n_rules; i++) {
        const dx_rule *rule = book->rules[i];
        for (size_t k = 0; k < rule->n_steps; k++)
            for (size_t j = 0; j < rule->steps[k].n_sees; j++) {
                size_t *place = &at[rule->steps[k].sees[j]->index];
                if (to != NULL)
                    to[*place] = rule;
                ++*place;
            }
    }
}

static void index_seen(dx_load *l, dx_rulebook *book)
{
    size_t *from = dx_load_get(l, book->n_signatures + 1, sizeof *from);
    size_t *at = from != NULL ? dx_arena_get(l->passing, (l->n_sigs + 1) * sizeof *at) : NULL;

    book->seen_from = from;
    if (at == NULL) {
        l->starved = true;
        return;
    }
    tell_seen(book, at, NULL);
    for (size_t i = 0; i < book->n_signatures; i++) {
        from[i + 1] = from[i] + at[i];
        at[i] = from[i];
    }
    book->seen_by = dx_load_get(l, from[book->n_signatures] + 1, sizeof *book->seen_by);
    if (book->seen_by != NULL)
        tell_seen(book, at, book->seen_by);
}

static void keep_entries(dx_load *l, dx_rulebook *book)
{
    book->by_entry = dx_load_get(l, l->n_sigs, sizeof *book->by_entry);
    book->rule_by_entry = dx_load_get(l, l->n_rules, sizeof *book->rule_by_entry);
    for (size_t i = 0; book->by_entry && i < l->n_sigs; i++)
        book->by_entry[i] = l->sigs[i].sig;
    for (size_t i = 0; book->rule_by_entry && i < l->n_rules; i++)
        book->rule_by_entry[i] = l->rules[i].rule;
}

static void bind_book(dx_load *l, dx_rulebook *book, const dx_yset *set)
{
    sort_signatures(l, book);
    sort_rules(l, book);
    if (!l->starved)
        index_seen(l, book);
    gather_openers(l, book);
    keep_entries(l, book);
    book->names = l->names;
    book->digest = set->digest;
    book->version = l->version;
}

static dx_rc load(dx_load *l, dx_rulebook *book, const dx_yset *set, dx_err *err)
{
    read_tops(l, set);
    dx_load_index_names(l);
    dx_load_signatures(l);
    dx_load_diagnoses(l);
    if (l->starved)
        return dx_nomem(err);
    if (l->faults->n > 0)
        return dx_fail(err, DX_E_RULE, DX_NOWHERE, "%zu fault%s in the rules", l->faults->n,
                       l->faults->n == 1 ? "" : "s");
    bind_book(l, book, set);
    return l->starved ? dx_nomem(err)
                      : dx_sought_make(&book->sought, book->signatures, book->n_signatures,
                                       l->arena, l->passing, err);
}

dx_rc dx_rulebook_new_in(dx_rulebook **out, const dx_yset *set, dx_arena *into, dx_faults *faults,
                         dx_err *err)
{
    dx_faults uncalled = {0};
    dx_rc rc = DX_FAIL;
    dx_load l = {.arena = into,
                 .passing = dx_arena_new(MEMORY_MOST),
                 .faults = faults == NULL ? &uncalled : faults,
                 .scratch = dx_regex_scratch_new()};
    dx_rulebook *book = dx_arena_get(into, sizeof *book);
    if (book != NULL)
        book->regexes = l.regexes = dx_regexes_in(into);
    if (l.regexes == NULL || l.scratch == NULL || l.passing == NULL) {
        rc = dx_nomem(err);
        goto done;
    }
    rc = load(&l, book, set, err);
done:
    dx_regex_scratch_free(l.scratch);
    dx_arena_free(l.passing);
    if (rc == DX_OK)
        *out = book;
    else if (book != NULL)
        dx_rulebook_release(book);
    return rc;
}

dx_rc dx_rulebook_new(dx_rulebook **out, const dx_yset *set, dx_faults *faults, dx_err *err)
{
    dx_arena *own = dx_arena_new(MEMORY_MOST);
    dx_rulebook *book;

    if (own == NULL)
        return dx_nomem(err);
    if (dx_rulebook_new_in(&book, set, own, faults, err) != DX_OK) {
        dx_arena_free(own);
        return DX_FAIL;
    }
    book->own = own;
    *out = book;
    return DX_OK;
}

void dx_rulebook_revive(dx_rulebook *book)
{
    dx_scanner_revive(book->sought.scanner);
}

void dx_rulebook_release(dx_rulebook *book)
{
    if (book->regexes != NULL)
        dx_regexes_release(book->regexes);
}

void dx_rulebook_free(dx_rulebook *book)
{
    if (book == NULL)
        return;
    dx_rulebook_release(book);
    dx_arena_free(book->own);
}

/* ---- questions ---- */

size_t dx_rulebook_signatures(const dx_rulebook *b, const dx_signature *const **out)
{
    *out = b->signatures;
    return b->n_signatures;
}

size_t dx_rulebook_rules(const dx_rulebook *b, const dx_rule *const **out)
{
    *out = b->rules;
    return b->n_rules;
}

size_t dx_rulebook_seeing(const dx_rulebook *b, const dx_signature *sig, const dx_rule *const **out)
{
    const size_t *from = &b->seen_from[sig->index];

    *out = b->seen_by + from[0];
    return from[1] - from[0];
}

const dx_signature *dx_rulebook_signature(const dx_rulebook *b, dx_str id)
{
    const dx_name *name = dx_names_find(&b->names, id, false);
    return name == NULL ? NULL : b->by_entry[name->entry];
}

const dx_rule *dx_rulebook_rule(const dx_rulebook *b, dx_str id)
{
    const dx_name *name = dx_names_find(&b->names, id, true);
    return name == NULL ? NULL : b->rule_by_entry[name->entry];
}

const dx_sought *dx_rulebook_sought(const dx_rulebook *b)
{
    return &b->sought;
}

dx_hash128 dx_rulebook_digest(const dx_rulebook *b)
{
    return b->digest;
}

dx_str dx_rulebook_version(const dx_rulebook *b)
{
    return b->version;
}

size_t dx_rulebook_openers(const dx_rulebook *b, const dx_str **out)
{
    *out = b->openers;
    return b->n_openers;
}

dx_str dx_signature_pattern(const dx_signature *sig, dx_arena *into)
{
    dx_str whole = {NULL, 0};

    for (size_t i = 0; i < sig->n_pieces; i++) {
        whole = dx_arena_printf(into, "%.*s%.*s", DX_FMT(whole), DX_FMT(sig->pieces[i]));
        if (whole.p == NULL)
            return DX_NONE;
    }
    return whole;
}

/* What a tool of Windows printed comes to us as dialogs do: copied by a person.  Whoever copies
 * what one tool printed copies what the others printed before and after it.  And a tool that runs
 * others (a build server, Vagrant) shows what any of them printed. */
static bool is_kind(dx_str kind, dx_str format)
{
    const bool runs_others = dx_str_ends(format, DX_LIT("-session"));

    if (dx_str_eq(kind, DX_LIT("dialogs")))
        return runs_others || dx_str_ends(format, DX_LIT("-terminal"));
    return dx_str_eq(kind, DX_LIT("consoles")) &&
           (runs_others || dx_str_ends(format, DX_LIT("-console")));
}

bool dx_format_is_printed(dx_str format)
{
    return is_kind(DX_LIT("dialogs"), format) || is_kind(DX_LIT("consoles"), format);
}

bool dx_signature_in(const dx_signature *sig, dx_str format)
{
    for (size_t i = 0; i < sig->n_formats; i++)
        if (dx_str_eq(sig->formats[i], format) || is_kind(sig->formats[i], format))
            return true;
    return sig->n_formats == 0;
}
