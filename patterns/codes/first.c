#include "patterns/codes/first.h"

static bool read_number(dx_str word, uint32_t *out)
{
    long long value = 0;

    if (!dx_str_to_i64(dx_str_trim(word), &value) || value < INT32_MIN || value > UINT32_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

/* "1603", "0x80240000-0x8024ffff", "-2147024891": a dash in front is a sign. */
static bool read_range(dx_str text, dx_code_range *out)
{
    const size_t dash = text.n > 0 ? dx_str_find(text, DX_LIT("-"), 1) : SIZE_MAX;

    if (!read_number(dx_str_slice(text, 0, dash), &out->from))
        return false;
    out->to = out->from;
    return dash == SIZE_MAX ||
           (read_number(dx_str_slice(text, dash + 1, text.n), &out->to) && out->from <= out->to);
}

static bool read_ranges(const dx_ynode *list, dx_arena *into, dx_faults *faults, dx_code_first *out)
{
    static const dx_code_range all = {0, UINT32_MAX};
    const dx_ynode *const *item = NULL;
    const size_t n = list ? dx_y_items(list, &item) : 0;
    dx_code_range *ranges = dx_arena_get(into, (n + 1) * sizeof *ranges);

    if (!ranges)
        return false;
    ranges[0] = all;
    for (size_t i = 0; i < n; i++) {
        const dx_str text = dx_y_text(item[i], faults);
        if (!read_range(text, &ranges[i])) {
            dx_fault(faults, item[i]->at, "'%.*s' is no number of 32 bits and no range of two",
                     DX_FMT(text));
            return false;
        }
    }
    out->ranges = ranges;
    out->n_ranges = n > 0 ? n : 1;
    return true;
}

bool dx_code_first_read(const dx_ynode *map, dx_arena *into, dx_faults *faults, dx_code_first *out)
{
    static const char *const keys[] = {"space", "codes", "do", "family", NULL};
    const dx_ynode *space = dx_y_get(map, "space"), *act = dx_y_get(map, "do");

    if (!dx_y_keys(map, keys, faults))
        return false;
    if (!space || !act) {
        dx_fault(faults, map->at, "a first step needs the keys 'space' and 'do'");
        return false;
    }
    out->space = dx_y_text(space, faults);
    out->act = dx_y_text(act, faults);
    if (dx_y_get(map, "family"))
        out->family = dx_y_text(dx_y_get(map, "family"), faults);
    out->at = map->at;
    return read_ranges(dx_y_get(map, "codes"), into, faults, out);
}

static bool holds(const dx_code_first *f, uint32_t value)
{
    for (size_t i = 0; i < f->n_ranges; i++)
        if (value >= f->ranges[i].from && value <= f->ranges[i].to)
            return true;
    return false;
}

dx_str dx_code_family_of(const dx_code_space *space, uint32_t value)
{
    for (size_t i = 0; i < space->n_first; i++)
        if (space->first[i].family.n > 0 && holds(&space->first[i], value))
            return space->first[i].family;
    return DX_LIT("");
}

dx_str dx_code_first_for(const dx_code_space *space, uint32_t value)
{
    dx_str best = DX_LIT("");
    uint32_t narrowest = UINT32_MAX;

    for (size_t i = 0; i < space->n_first; i++) {
        const dx_code_first *f = &space->first[i];
        for (size_t k = 0; k < f->n_ranges; k++) {
            const dx_code_range r = f->ranges[k];
            if (value < r.from || value > r.to || (best.n > 0 && r.to - r.from >= narrowest))
                continue;
            best = f->act;
            narrowest = r.to - r.from;
        }
    }
    return best;
}
