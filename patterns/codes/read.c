/* Puts together every reading of a number and ranks them by what the context says. */
#include "patterns/codes/first.h"
#include "patterns/codes/numbers.h"
#include "patterns/codes/words.h"

#include <stdlib.h>

enum {
    RANK_AGREES = 60,
    RANK_DISAGREES = -60,
    RANK_PRODUCT = 30,
    RANK_FOOTER = 40,
    RANK_SELDOM = -20,
    RANK_UNKNOWN = -200,
    SMALL = 0x10000 /* below it hexadecimal codes are hardly ever meant */
};

/* Numbers that carry another number. */
typedef enum carried {
    LOW_WORD,
    LOW_WORD_SIGNED,
    LOW_WORD_NEGATED,
    WITHOUT_NT_BIT,
    DEVICE_SETUP
} carried;

static const struct scheme {
    uint32_t mask, match;
    carried carries;
    const char *space, *inside, *why;
    int likely;
    bool footer; /* Exchange puts it behind "ID no:" */
} schemes[] = {
    {0xFFFF0000u, 0x80070000u, LOW_WORD, "win32", "in an HRESULT", NULL, 90, false},
    {0xFFFF0000u, 0xC0020000u, LOW_WORD, "win32", "in an Exchange Setup \"ID no:\"",
     "0xC002 is how Exchange Setup marks a Windows error", 75, true},
    {0xFFFF0000u, 0xC0070000u, LOW_WORD, "win32", "in an NTSTATUS of facility Win32", NULL, 75,
     true},
    {0xFFFF0000u, 0xC1060000u, LOW_WORD_SIGNED, "ese", "in an Exchange Setup \"ID no:\"",
     "0xC106 is how Exchange Setup marks a database error", 75, true},
    {0xFFFF0000u, 0xC8000000u, LOW_WORD_NEGATED, "ese", "in an HRESULT of the database engine",
     NULL, 75, false},
    {0xFFFFF000u, 0xE0000000u, DEVICE_SETUP, "hresult", "in an error of device setup", NULL, 80,
     false},
    {0xF0000000u, 0xD0000000u, WITHOUT_NT_BIT, "ntstatus", "in an HRESULT", NULL, 80, false},
};

typedef struct reader {
    const dx_codes *codes;
    dx_arena *into;
    dx_str near, product, label;
    bool near_is_label; /* it may speak for a reading, its silence says nothing */
    bool footer;        /* a label says that it is an Exchange "ID no:" */
    bool hidden;        /* readings were left out because no product was named */
    dx_code_reading *reading;
    size_t n, cap;
    bool failed; /* out of memory */
} reader;

/* A word of the text that begins so: "choco" is in "the Chocolatey log". */
static bool has_word(dx_str text, dx_str start)
{
    for (size_t at = 0; (at = dx_str_ifind(text, start, at)) != SIZE_MAX; at++) {
        const char before = at ? text.p[at - 1] : ' ';
        if (!((before | 32) >= 'a' && (before | 32) <= 'z'))
            return true;
    }
    return false;
}

static bool is_meant(const reader *r, const dx_code_space *space)
{
    for (size_t i = 0; i < space->n_products; i++)
        if (has_word(r->product, space->products[i]) || has_word(r->label, space->products[i]))
            return true;
    return false;
}

static dx_str written(dx_arena *into, dx_code_form form, uint32_t value)
{
    switch (form) {
    case DX_CODE_DECIMAL:
        return dx_arena_printf(into, "%lu", (unsigned long)value);
    case DX_CODE_HEX:
        return dx_arena_printf(into, "0x%08lX", (unsigned long)value);
    case DX_CODE_SIGNED:
        return dx_arena_printf(into, "%ld",
                               (long)(value >> 31 ? -(long)(UINT32_MAX - value) - 1 : (long)value));
    }
    return DX_NONE;
}

static void because(reader *r, dx_code_reading *reading, const char *why)
{
    reading->why = reading->why.n ? dx_arena_printf(r->into, "%.*s; %s", DX_FMT(reading->why), why)
                                  : dx_arena_printf(r->into, "%s", why);
    r->failed |= !reading->why.p;
}

static void weigh(reader *r, dx_code_reading *reading, const dx_code_space *space, bool footer)
{
    /* That the number itself stands in the message says nothing; of one that was unpacked it does.
     */
    reading->near = dx_code_compare(r->near, reading->name, reading->meaning,
                                    reading->inside.n ? reading->number : DX_NONE);
    if (r->near_is_label && reading->near == DX_NEAR_DISAGREES)
        reading->near = DX_NEAR_SILENT;
    if (reading->near == DX_NEAR_AGREES)
        reading->rank += RANK_AGREES;
    if (reading->near == DX_NEAR_DISAGREES)
        reading->rank += RANK_DISAGREES;
    if (is_meant(r, space)) {
        reading->rank += RANK_PRODUCT;
        because(r, reading, "the product or the label names it");
    }
    if (r->footer && footer) {
        reading->rank += RANK_FOOTER;
        because(r, reading, "the label is Exchange's own");
    }
}

static void add(reader *r, dx_code_reading reading)
{
    for (size_t i = 0; i < r->n; i++) {
        const dx_code_reading *old = &r->reading[i];
        if (dx_str_eq(old->space, reading.space) && old->value == reading.value &&
            old->whole == reading.whole)
            return;
    }
    if (!DX_PUSH(r->into, r->reading, r->n, r->cap, reading))
        r->failed = true;
}

static dx_code_reading start(reader *r, const dx_code_space *space, uint32_t value,
                             const dx_number *from)
{
    const dx_code_reading out = {
        .space = space->id,
        .title = space->title,
        .value = value,
        .whole = from->value,
        .number = written(r->into, space->form, value),
        .note = dx_str_of(from->note),
        .first = dx_code_first_for(space, value),
        .mended = from->mended,
        .rank = -from->penalty,
    };
    r->failed |= !out.number.p;
    return out;
}

static void name_it(reader *r, dx_code_reading *reading, const dx_code *code)
{
    if (!code)
        return;
    reading->known = true;
    reading->outcome = code->outcome;
    reading->seldom = code->meaning.n == 0;
    reading->rank += reading->seldom ? RANK_SELDOM : 0;
    reading->name = code->name;
    reading->meaning = dx_code_meaning(code, r->into);
    r->failed |= !reading->meaning.p;
}

static void read_plain(reader *r, const dx_number *from)
{
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(r->codes, &space);
    for (size_t i = 0; i < n; i++) {
        const dx_code *code = dx_code_space_find(&space[i], from->value);
        const bool small = from->decimal && from->value < SMALL && space[i].form == DX_CODE_HEX;
        if (!code || small)
            continue;
        if (space[i].only_product && !is_meant(r, &space[i])) {
            r->hidden = true;
            continue;
        }
        dx_code_reading reading = start(r, &space[i], from->value, from);
        reading.rank += space[i].likely;
        name_it(r, &reading, code);
        weigh(r, &reading, &space[i], dx_str_eq(space[i].id, DX_LIT("exchange")));
        add(r, reading);
    }
}

static uint32_t carried_value(const struct scheme *s, uint32_t value)
{
    const uint32_t low = value & 0xFFFFu;
    switch (s->carries) {
    case LOW_WORD:
        return low;
    case LOW_WORD_SIGNED:
        return low & 0x8000u ? low | 0xFFFF0000u : low;
    case LOW_WORD_NEGATED:
        return 0u - low;
    case WITHOUT_NT_BIT:
        return value & ~0x10000000u;
    case DEVICE_SETUP:
        return 0x800F0000u | low;
    }
    return value;
}

static void read_carried(reader *r, const dx_number *from)
{
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        const struct scheme *s = &schemes[i];
        const dx_code_space *space = dx_codes_space(r->codes, dx_str_of(s->space));
        if ((from->value & s->mask) != s->match || !space)
            continue;
        const uint32_t value = carried_value(s, from->value);
        const dx_code *code = dx_code_space_find(space, value);
        if (!code && from->mended)
            continue;
        dx_code_reading reading = start(r, space, value, from);
        reading.inside = dx_str_of(s->inside);
        reading.rank += code ? s->likely : RANK_UNKNOWN + s->likely;
        name_it(r, &reading, code);
        weigh(r, &reading, space, s->footer);
        if (s->why)
            because(r, &reading, s->why);
        add(r, reading);
    }
}

/* Numbers that no table names, but of which the range says whose they are. */
static void read_family(reader *r, const dx_number *from)
{
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(r->codes, &space);
    for (size_t i = 0; i < n && !from->mended; i++) {
        const dx_str family = dx_code_family_of(&space[i], from->value);
        if (family.n == 0 || dx_code_space_find(&space[i], from->value))
            continue;
        dx_code_reading reading = start(r, &space[i], from->value, from);
        reading.rank += RANK_UNKNOWN + space[i].likely;
        reading.meaning = family;
        add(r, reading);
    }
}

static void read_number(reader *r, const dx_number *from)
{
    read_plain(r, from);
    read_carried(r, from);
    read_family(r, from);
}

static bool knows_any(const reader *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->reading[i].known)
            return true;
    return false;
}

/* Misprints are mended only when the text as it stands means nothing. */
static void read_part(reader *r, dx_str text, bool hex, int penalty)
{
    dx_numbers numbers;
    dx_numbers_of(text, hex, &numbers);
    const size_t before = r->n;
    for (int mended = 0; mended < 2; mended++) {
        if (mended && r->n > before && knows_any(r))
            return;
        for (size_t i = 0; i < numbers.n; i++) {
            if (numbers.p[i].mended != (mended == 1))
                continue;
            numbers.p[i].penalty += penalty;
            read_number(r, &numbers.p[i]);
        }
    }
}

/* The number of one installer is better than nothing when nobody else uses it. */
static void read_hidden(reader *r, dx_str text, bool hex)
{
    dx_numbers numbers;
    dx_numbers_of(text, hex, &numbers);
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(r->codes, &space);
    for (size_t i = 0; i < n && numbers.n; i++) {
        const dx_code *code = dx_code_space_find(&space[i], numbers.p[0].value);
        if (!code || !space[i].only_product)
            continue;
        dx_code_reading reading = start(r, &space[i], code->value, &numbers.p[0]);
        reading.rank += space[i].likely;
        name_it(r, &reading, code);
        weigh(r, &reading, &space[i], false);
        because(r, &reading, "if this installer wrote it");
        add(r, reading);
    }
}

static void read_name(reader *r, dx_str name)
{
    static const dx_number none = {.value = 0};
    const dx_code_space *space;
    const size_t n = dx_codes_spaces(r->codes, &space);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < space[i].n; k++) {
            const dx_code *code = &space[i].code[k];
            if (!code->name.n || !dx_str_ieq(code->name, name))
                continue;
            dx_code_reading reading = start(r, &space[i], code->value, &none);
            reading.whole = code->value;
            reading.rank += space[i].likely;
            name_it(r, &reading, code);
            weigh(r, &reading, &space[i], false);
            add(r, reading);
        }
}

/* Where a label or a text speaks for one reading, it speaks against the others. */
static void reject(reader *r)
{
    bool agrees = false, footer = false;
    for (size_t i = 0; i < r->n; i++) {
        agrees |= r->reading[i].known && r->reading[i].near == DX_NEAR_AGREES;
        footer |=
            r->footer && r->reading[i].known && !dx_str_eq(r->reading[i].space, DX_LIT("ntstatus"));
    }
    for (size_t i = 0; i < r->n; i++) {
        dx_code_reading *one = &r->reading[i];
        one->rejected = agrees && one->near == DX_NEAR_DISAGREES;
        if (one->rejected)
            because(r, one, "the text says something else");
        if (footer && dx_str_eq(one->space, DX_LIT("ntstatus")) && one->near != DX_NEAR_AGREES) {
            one->rejected = true;
            because(r, one, "an Exchange \"ID no:\" holds no NTSTATUS");
        }
    }
}

static int better(const void *a, const void *b)
{
    const dx_code_reading *x = a, *y = b;
    if (x->rejected != y->rejected)
        return x->rejected ? 1 : -1;
    if (x->rank != y->rank)
        return x->rank > y->rank ? -1 : 1;
    const int space = dx_str_cmp(x->space, y->space);
    if (space)
        return space;
    return x->whole < y->whole ? -1 : x->whole > y->whole;
}

/* "ID no:", "ID#", "NT ID:", "ID-Nr:"; not "identical". */
static bool is_footer(dx_str text)
{
    static const char *const signs[] = {"id no",  "id no.",         "id:",   "id#",
                                        "id #",   "id num",         "id-nr", "id\n",
                                        "id. no", "identification", NULL};
    for (size_t i = 0; signs[i]; i++)
        if (has_word(text, dx_str_of(signs[i])))
            return true;
    return dx_str_ieq(text, DX_LIT("id")) || dx_str_iends(text, DX_LIT(" id"));
}

/* "0xC1900101 - 0x20017": the second number tells the phase and what was being done. */
static dx_str extend_note(reader *r, dx_str part)
{
    dx_numbers numbers;
    dx_numbers_of(part, true, &numbers);
    if (numbers.n == 0 || numbers.p[0].value > 0xFFFFFF || numbers.p[0].value < 0x10000)
        return DX_NONE;
    const uint32_t value = numbers.p[0].value;
    const dx_code *phase =
        dx_code_space_find(dx_codes_space(r->codes, DX_LIT("upgrade-phase")), value >> 16);
    const dx_code *operation =
        dx_code_space_find(dx_codes_space(r->codes, DX_LIT("upgrade-operation")), value & 0xFFFF);
    if (!phase || !operation)
        return DX_NONE;
    const dx_str when = dx_code_meaning(phase, r->into), what = dx_code_meaning(operation, r->into);
    const dx_str note = dx_arena_printf(r->into, "extend code 0x%lX: phase %.*s, operation %.*s",
                                        (unsigned long)value, DX_FMT(when), DX_FMT(what));
    r->failed |= !note.p;
    return note;
}

static dx_str three_note(reader *r, const dx_code_text *text)
{
    const dx_str note = dx_arena_printf(
        r->into, "three parts: error, place in the program (%.*s), error that caused it",
        DX_FMT(text->part[1]));
    r->failed |= !note.p;
    return note;
}

enum { PENALTY_LAST_PART = 10 };

static dx_str read_text(reader *r, const dx_code_text *text, bool hex)
{
    if (text->n == 0)
        return DX_NONE;
    read_part(r, text->part[0], hex || text->n == 3, 0);
    if (text->n == 2)
        return r->n ? extend_note(r, text->part[1]) : DX_NONE;
    if (text->n == 3) {
        read_part(r, text->part[2], true, PENALTY_LAST_PART);
        return three_note(r, text);
    }
    if (r->n == 0)
        read_name(r, text->part[0]);
    if (r->hidden && !knows_any(r))
        read_hidden(r, text->part[0], hex);
    return DX_NONE;
}

static bool is_number(const dx_code_text *text, bool hex, uint32_t *value)
{
    dx_numbers numbers = {.n = 0};
    if (text->n)
        dx_numbers_of(text->part[0], hex || text->n == 3, &numbers);
    if (numbers.n)
        *value = numbers.p[0].value;
    return numbers.n > 0;
}

dx_rc dx_codes_read(const dx_codes *codes, const dx_code_question *question, dx_arena *into,
                    dx_code_answer *out, dx_err *err)
{
    const dx_code_text text = dx_code_text_of(question->text);
    reader r = {.codes = codes,
                .into = into,
                .near = question->near.n ? question->near : text.label,
                .near_is_label = question->near.n == 0,
                .product = question->product,
                .label = text.label,
                .footer = is_footer(text.label) || is_footer(question->near)};
    dx_code_answer answer = {.text = question->text};
    answer.note = read_text(&r, &text, question->hex);
    reject(&r);
    if (r.failed)
        return dx_nomem(err);
    if (r.n)
        qsort(r.reading, r.n, sizeof *r.reading, better);
    answer.number = is_number(&text, question->hex, &answer.value) || r.n > 0;
    answer.known = knows_any(&r);
    answer.n = r.n;
    answer.readings = r.reading;
    if (answer.known)
        answer.value = r.reading[0].whole;
    *out = answer;
    return DX_OK;
}
