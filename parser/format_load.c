/* Reads log formats from YAML. */
#include "parser/format_load.h"
#include <limits.h>
#include <stdlib.h>

enum { GROUPS_MAX = 15 }; /* what stamps and markers have room for */

const dx_regex *dx_format_regex(dx_format_loader *ld, const dx_ynode *node, unsigned flags)
{
    dx_str text = dx_format_expand(ld, node);
    dx_regex *rx = NULL;
    dx_err err = {0};

    if (text.p == NULL)
        return NULL;
    if (dx_regex_in(&rx, ld->out->arena, text, flags, NULL, &err) != DX_OK) {
        dx_fault(ld->faults, node->at, "%s", err.text);
        return NULL;
    }
    if (dx_regex_groups(rx) > GROUPS_MAX)
        dx_fault(ld->faults, node->at, "%zu groups, but only %d are read: use (?:...)",
                 dx_regex_groups(rx), GROUPS_MAX);
    if (!DX_PUSH(ld->out->arena, ld->out->regex, ld->out->n_regex, ld->out->cap_regex, rx)) {
        ld->nomem = true;
        return NULL;
    }
    return rx;
}

void *dx_format_array(dx_format_loader *ld, size_t n, size_t size)
{
    void *p = dx_arena_get(ld->out->arena, (n ? n : 1) * size);

    if (p == NULL)
        ld->nomem = true;
    return p;
}

/* A map whose keys are free. */
static bool is_map(dx_format_loader *ld, const dx_ynode *node)
{
    if (node->kind == DX_Y_MAP)
        return true;
    dx_fault(ld->faults, node->at, "expected a map, found %s",
             node->kind == DX_Y_LIST ? "a list" : "text");
    return false;
}

/* A text or a list of texts. */
size_t dx_format_texts(dx_format_loader *ld, const dx_ynode *node, const dx_str **out)
{
    const dx_ynode *const *item;
    size_t n = node ? dx_y_items(node, &item) : 0;
    dx_str *list = n ? dx_format_array(ld, n, sizeof *list) : NULL;

    for (size_t i = 0; list != NULL && i < n; i++)
        list[i] = dx_y_text(item[i], ld->faults);
    *out = list;
    return list ? n : 0;
}

enum { POINTS_MAX = 1000, CLUES_MAX = 64 };

static void load_clues(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    static const char *const keys[] = {"line", "name", "points", NULL};
    const dx_ynode *const *item;
    size_t n = node ? dx_y_items(node, &item) : 0;

    if (n > CLUES_MAX) {
        dx_fault(ld->faults, node->at, "%zu clues, but only %d are read", n, CLUES_MAX);
        n = CLUES_MAX;
    }
    dx_clue *list = dx_format_array(ld, n, sizeof *list);

    for (size_t i = 0; list != NULL && i < n; i++) {
        long long points = 100;
        if (!dx_y_keys(item[i], keys, ld->faults))
            continue;
        dx_y_int(dx_y_get(item[i], "points"), &points, ld->faults);
        if (points < -POINTS_MAX || points > POINTS_MAX)
            dx_fault(ld->faults, dx_y_get(item[i], "points")->at,
                     "'points' is %lld, but must be from %d to %d", points, -POINTS_MAX,
                     POINTS_MAX);
        else
            list[i].points = (int)points;
        list[i].name = dx_y_text(dx_y_get(item[i], "name"), ld->faults);
        if (dx_y_get(item[i], "line") != NULL)
            list[i].line = dx_format_regex(ld, dx_y_get(item[i], "line"), DX_RX_MULTILINE);
        else if (list[i].name.p == NULL)
            dx_fault(ld->faults, item[i]->at, "a clue needs 'line' or 'name'");
    }
    f->clues = list;
    f->n_clues = list ? n : 0;
}

static dx_stamp_groups stamp_groups(const dx_regex *rx)
{
    if (rx == NULL)
        return (dx_stamp_groups){0};
    return (dx_stamp_groups){
        .date = dx_regex_group(rx, "date"),
        .time = dx_regex_group(rx, "time"),
        .zone = dx_regex_group(rx, "zone"),
        .level = dx_regex_group(rx, "level"),
        .component = dx_regex_group(rx, "component"),
        .text = dx_regex_group(rx, "text"),
    };
}

static const dx_regex *flagged_at(dx_format_loader *ld, const dx_ynode *map, const char *key,
                                  unsigned flags)
{
    const dx_ynode *node = map ? dx_y_get(map, key) : NULL;

    return node ? dx_format_regex(ld, node, flags) : NULL;
}

static const dx_regex *regex_at(dx_format_loader *ld, const dx_ynode *map, const char *key)
{
    return flagged_at(ld, map, key, DX_RX_MULTILINE);
}

static void load_record(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    static const char *const keys[] = {"starts", "continues",  "stamp", "tail",
                                       "joins",  "paragraphs", NULL};

    if (node == NULL || !dx_y_keys(node, keys, ld->faults))
        return;
    f->starts = regex_at(ld, node, "starts");
    f->continues = regex_at(ld, node, "continues");
    f->stamp = regex_at(ld, node, "stamp");
    f->tail = regex_at(ld, node, "tail");
    f->in_stamp = stamp_groups(f->stamp);
    f->in_tail = stamp_groups(f->tail);
    f->joins = dx_y_bool(dx_y_get(node, "joins"), false, ld->faults);
    f->paragraphs = dx_y_bool(dx_y_get(node, "paragraphs"), false, ld->faults);
}

static void load_time(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    static const char *const keys[] = {"layouts", "zone", NULL};
    static const char *const zones[] = {"local", "utc", NULL};
    const dx_ynode *zone;

    if (node == NULL || !dx_y_keys(node, keys, ld->faults))
        return;
    f->n_layouts = dx_format_texts(ld, dx_y_get(node, "layouts"), &f->layouts);
    zone = dx_y_get(node, "zone");
    f->utc = zone != NULL && dx_y_word(zone, zones, ld->faults) == 1;
}

static const char *const level_keys[] = {"debug", "info", "warning", "error", NULL};

static dx_level level_of(const dx_ynode *node)
{
    for (int i = 0; level_keys[i] != NULL; i++)
        if (dx_str_eq(node->key, dx_str_of(level_keys[i])))
            return (dx_level)(DX_LEVEL_DEBUG + i);
    return DX_LEVEL_NONE;
}

static void load_level_words(dx_format_loader *ld, const dx_ynode *map, dx_format *f)
{
    struct dx_level_word *list = NULL;
    size_t n = 0, cap = 0;

    if (map == NULL || !dx_y_keys(map, level_keys, ld->faults))
        return;
    for (size_t i = 0; i < map->n; i++) {
        const dx_str *words;
        size_t count = dx_format_texts(ld, map->kid[i], &words);
        dx_level level = level_of(map->kid[i]);
        for (size_t k = 0; k < count; k++)
            if (!DX_PUSH(ld->out->arena, list, n, cap, (struct dx_level_word){words[k], level}))
                ld->nomem = true;
    }
    f->level_words = list;
    f->n_level_words = n;
}

static void load_level_lines(dx_format_loader *ld, const dx_ynode *map, dx_format *f)
{
    struct dx_level_line *list = NULL;
    size_t n = 0, cap = 0;

    if (map == NULL || !dx_y_keys(map, level_keys, ld->faults))
        return;
    for (size_t i = 0; i < map->n; i++) {
        dx_level level = level_of(map->kid[i]);
        if (!DX_PUSH(ld->out->arena, list, n, cap,
                     (struct dx_level_line){dx_format_regex(ld, map->kid[i], DX_RX_WITHIN), level}))
            ld->nomem = true;
    }
    f->level_lines = list;
    f->n_level_lines = n;
}

static void load_attempts(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    static const char *const keys[] = {"starts", "ends", "preamble", "unclosed", NULL};
    const dx_ynode *unclosed;

    if (node == NULL || !dx_y_keys(node, keys, ld->faults))
        return;
    f->begins = dx_format_markers(ld, dx_y_get(node, "starts"));
    f->ends = dx_format_markers(ld, dx_y_get(node, "ends"));
    f->preamble = regex_at(ld, node, "preamble");
    unclosed = dx_y_get(node, "unclosed");
    if (unclosed != NULL) {
        int word = dx_y_word(unclosed, dx_outcome_names, ld->faults);
        f->has_unclosed = true;
        f->unclosed = word < 0 ? DX_UNDECIDED : (dx_outcome)word;
    }
}

static void load_advice(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    static const char *const keys[] = {"from", "until", "hearsay", "denial", NULL};

    if (node == NULL || !dx_y_keys(node, keys, ld->faults))
        return;
    f->hearsay.talk = regex_at(ld, node, "hearsay");
    f->hearsay.denial = regex_at(ld, node, "denial");
    f->advice_from = flagged_at(ld, node, "from", DX_RX_MULTILINE | DX_RX_WITHIN);
    f->advice_until = flagged_at(ld, node, "until", DX_RX_MULTILINE | DX_RX_WITHIN);
}

static void sample_gives(dx_format_loader *ld, const dx_ynode *gives, dx_format_sample *s)
{
    static const char *const keys[] = {"records", "attempts", "outcomes", "facts", NULL};
    const dx_ynode *const *item;
    const dx_ynode *list, *facts;
    dx_outcome *outcomes;
    struct dx_fact_want *wants;

    if (gives == NULL || !dx_y_keys(gives, keys, ld->faults))
        return;
    dx_y_int(dx_y_get(gives, "records"), &s->records, ld->faults);
    dx_y_int(dx_y_get(gives, "attempts"), &s->attempts, ld->faults);
    list = dx_y_get(gives, "outcomes");
    s->n_outcomes = list ? dx_y_items(list, &item) : 0;
    s->outcomes = outcomes = dx_format_array(ld, s->n_outcomes, sizeof *outcomes);
    for (size_t i = 0; outcomes != NULL && i < s->n_outcomes; i++) {
        int word = dx_y_word(item[i], dx_outcome_names, ld->faults);
        outcomes[i] = word < 0 ? DX_UNDECIDED : (dx_outcome)word;
    }
    facts = dx_y_get(gives, "facts");
    s->n_facts = facts != NULL && is_map(ld, facts) ? facts->n : 0;
    s->facts = wants = dx_format_array(ld, s->n_facts, sizeof *wants);
    for (size_t i = 0; wants != NULL && i < s->n_facts; i++)
        wants[i] = (struct dx_fact_want){facts->kid[i]->key, dx_y_text(facts->kid[i], ld->faults)};
}

static void load_samples(dx_format_loader *ld, const dx_ynode *map, dx_format *f)
{
    static const char *const keys[] = {"from", "text", "gives", NULL};
    dx_format_sample *list;

    if (map == NULL || !is_map(ld, map))
        return;
    list = dx_format_array(ld, map->n, sizeof *list);
    for (size_t i = 0; list != NULL && i < map->n; i++) {
        const dx_ynode *node = map->kid[i];
        list[i] =
            (dx_format_sample){.at = node->at, .name = node->key, .records = -1, .attempts = -1};
        if (!dx_y_keys(node, keys, ld->faults))
            continue;
        list[i].text = dx_y_text(dx_y_get(node, "text"), ld->faults);
        list[i].from = dx_y_text(dx_y_get(node, "from"), ld->faults);
        sample_gives(ld, dx_y_get(node, "gives"), &list[i]);
        f->n_samples = i + 1;
    }
    f->samples = list;
}

static dx_fallback load_fallback(dx_format_loader *ld, const dx_ynode *node)
{
    static const char *const words[] = {"plain", "stamped", NULL};
    int word = node ? dx_y_word(node, words, ld->faults) : -1;

    return word < 0 ? DX_NO_FALLBACK : word == 0 ? DX_FALLBACK_PLAIN : DX_FALLBACK_STAMPED;
}

static dx_format_kind load_kind(dx_format_loader *ld, const dx_ynode *node)
{
    static const char *const words[] = {"log", "text", "document", NULL};
    const int word = node ? dx_y_word(node, words, ld->faults) : -1;

    return word < 0 ? DX_KIND_LOG : (dx_format_kind)word;
}

static bool load_tool(dx_format_loader *ld, const dx_ynode *node)
{
    static const char *const words[] = {"false", "true", NULL};

    return node != NULL && dx_y_word(node, words, ld->faults) == 1;
}

static void load_format(dx_format_loader *ld, const dx_ynode *node)
{
    static const char *const keys[] = {
        "id",     "title",   "product", "from",         "detect",   "fallback", "line-ends",
        "record", "time",    "levels",  "level-lines",  "attempts", "outcomes", "facts",
        "advice", "samples", "found",   "found-beside", "kind",     "tool",     NULL};
    static const char *const ends[] = {"any", "crlf", NULL};
    dx_format *f = dx_format_array(ld, 1, sizeof *f);
    const dx_ynode *line_ends;

    if (f == NULL || !dx_y_keys(node, keys, ld->faults))
        return;
    f->at = node->at;
    f->id = dx_y_text(dx_y_get(node, "id"), ld->faults);
    f->title = dx_y_text(dx_y_get(node, "title"), ld->faults);
    f->product = dx_y_text(dx_y_get(node, "product"), ld->faults);
    if (f->id.n == 0)
        dx_fault(ld->faults, node->at, "a format needs an 'id'");
    f->fallback = load_fallback(ld, dx_y_get(node, "fallback"));
    f->kind = load_kind(ld, dx_y_get(node, "kind"));
    line_ends = dx_y_get(node, "line-ends");
    f->tool = load_tool(ld, dx_y_get(node, "tool"));
    f->crlf = line_ends != NULL && dx_y_word(line_ends, ends, ld->faults) == 1;
    load_clues(ld, dx_y_get(node, "detect"), f);
    if (f->n_clues == 0 && dx_y_get(node, "fallback") == NULL)
        dx_fault(ld->faults, node->at, "format '%.*s' has no 'detect': it would never be chosen",
                 DX_FMT(f->id));
    load_record(ld, dx_y_get(node, "record"), f);
    load_time(ld, dx_y_get(node, "time"), f);
    load_level_words(ld, dx_y_get(node, "levels"), f);
    load_level_lines(ld, dx_y_get(node, "level-lines"), f);
    load_attempts(ld, dx_y_get(node, "attempts"), f);
    f->outcomes = dx_format_markers(ld, dx_y_get(node, "outcomes"));
    f->facts = dx_format_markers(ld, dx_y_get(node, "facts"));
    load_advice(ld, dx_y_get(node, "advice"), f);
    dx_format_load_found(ld, node, f);
    load_samples(ld, dx_y_get(node, "samples"), f);
    if (!DX_PUSH(ld->out->arena, ld->out->format, ld->out->n, ld->out->cap, f))
        ld->nomem = true;
}

static int by_id(const void *a, const void *b)
{
    const dx_format *const *x = a, *const *y = b;

    return dx_str_cmp((*x)->id, (*y)->id);
}

static void check_unique(dx_format_loader *ld)
{
    dx_formats *f = ld->out;

    if (f->n > 1)
        qsort(f->format, f->n, sizeof *f->format, by_id);
    for (size_t i = 1; i < f->n; i++)
        if (dx_str_eq(f->format[i]->id, f->format[i - 1]->id))
            dx_fault(ld->faults, f->format[i]->at, "format '%.*s' is already in %s:%u",
                     DX_FMT(f->format[i]->id), f->format[i - 1]->at.file,
                     f->format[i - 1]->at.line);
}

static void load_file(dx_format_loader *ld, const dx_yfile *file)
{
    const dx_ynode *list = file->root ? dx_y_get(file->root, "formats") : NULL;
    const dx_ynode *const *item;
    const size_t n = list ? dx_y_items(list, &item) : 0;

    for (size_t i = 0; i < n; i++)
        load_format(ld, item[i]);
}

dx_rc dx_formats_new_in(dx_formats **out, const dx_yset *set, dx_arena *into, dx_faults *faults,
                        dx_err *err)
{
    const size_t before = faults->n;
    dx_formats *f = dx_arena_get(into, sizeof *f);
    dx_format_loader ld = {f, faults, false, set};

    if (f == NULL)
        return dx_nomem(err);
    f->arena = into;
    for (size_t i = 0; i < set->n; i++)
        load_file(&ld, &set->file[i]);
    check_unique(&ld);
    f->clues = dx_clues_new(f->format, f->n, into);
    ld.nomem |= f->clues == NULL;
    if (ld.nomem || faults->n != before) {
        dx_formats_release(f);
        return ld.nomem ? dx_nomem(err)
                        : dx_fail(err, DX_E_RULE, DX_NOWHERE, "%zu faults in log formats",
                                  faults->n - before);
    }
    *out = f;
    return DX_OK;
}

dx_rc dx_formats_new(dx_formats **out, const dx_yset *set, dx_faults *faults, dx_err *err)
{
    dx_arena *own = dx_arena_new(0);
    dx_formats *f;

    if (own == NULL)
        return dx_nomem(err);
    if (dx_formats_new_in(&f, set, own, faults, err) != DX_OK) {
        dx_arena_free(own);
        return DX_FAIL;
    }
    f->own = own;
    *out = f;
    return DX_OK;
}

void dx_formats_release(dx_formats *f)
{
    for (size_t i = 0; i < f->n_regex; i++)
        dx_regex_release(f->regex[i]);
    if (f->clues)
        dx_clues_release(f->clues);
}

void dx_formats_revive(dx_formats *f)
{
    dx_clues_revive(f->clues);
}

void dx_formats_free(dx_formats *f)
{
    if (f == NULL)
        return;
    dx_formats_release(f);
    dx_arena_free(f->own);
}

const dx_clues *dx_formats_clues(const dx_formats *f)
{
    return f->clues;
}

size_t dx_formats_all(const dx_formats *f, const dx_format *const **out)
{
    *out = (const dx_format *const *)f->format;
    return f->n;
}

const dx_format *dx_formats_get(const dx_formats *f, dx_str id)
{
    for (size_t i = 0; i < f->n; i++)
        if (dx_str_eq(f->format[i]->id, id))
            return f->format[i];
    return NULL;
}

dx_str dx_formats_meant(const dx_formats *f, dx_str typed)
{
    dx_meant near = dx_meant_by(typed, UINT_MAX);
    for (size_t i = 0; i < f->n; i++)
        dx_meant_see(&near, f->format[i]->id);
    /* "inno" is no slip of "inno-setup", but the beginning of it */
    for (size_t i = 0; near.word.n == 0 && typed.n > 2 && i < f->n; i++)
        if (dx_str_istarts(f->format[i]->id, typed))
            return f->format[i]->id;
    return near.word;
}

dx_str dx_format_id(const dx_format *f)
{
    return f->id;
}

dx_str dx_format_title(const dx_format *f)
{
    return f->title;
}

size_t dx_format_samples(const dx_format *f, const dx_format_sample **out)
{
    *out = f->samples;
    return f->n_samples;
}
