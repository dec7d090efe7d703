/* What a look ahead saw in a record that was cut, so that nobody has to look again. */
#include "parser/framer_impl.h"

/* Of longer ones a line says too little about where. */
enum { LINE_MOST = 2048 };

/* Escapes and NULs may stand amid a literal, and were not looked through. */
static bool is_odd(dx_str text)
{
    return dx_str_find(text, DX_LIT("\x1b"), 0) != SIZE_MAX ||
           dx_str_find(text, DX_LIT("\xe2\x90\x80"), 0) != SIZE_MAX;
}

static bool is_short(const dx_skim *s, size_t i)
{
    const uint64_t next = i + 1 < s->n ? s->line[i + 1].offset : s->next.offset;

    return !s->line[i].cut && s->line[i].inside == 0 && next - s->line[i].offset <= LINE_MOST;
}

/* Nothing follows what was looked at. */
static bool saw_all(const dx_framer *f)
{
    return dx_lines_all(f->lines) &&
           f->skim->next.offset == dx_lines_offset(f->lines) + dx_lines_ahead(f->lines).n;
}

/* The record was looked at from its beginning on. */
static bool saw_beginning(const dx_skim *s, const dx_record *rec)
{
    return s->first < s->n && s->line[s->first].offset == rec->offset &&
           s->line[s->first].number == rec->line;
}

/* Where those lines end that may be joined to the record, when they are known; else 0. */
static uint64_t end_of(const dx_framer *f, const dx_record *rec)
{
    const dx_skim *s = f->skim;
    size_t end = s->first + rec->n_lines + DX_MORE_LINES;

    if (end >= s->n && !saw_all(f))
        return 0;
    end = end < s->n ? end : s->n;
    for (size_t i = s->first; i < end; i++)
        if (!is_short(s, i))
            return 0;
    return end < s->n ? s->line[end].offset : s->next.offset;
}

static size_t spots_before(const dx_skim *s, uint64_t offset)
{
    size_t n = 0;

    while (s->next_spot + n < s->n_spots && s->spot[s->next_spot + n].offset < offset)
        n++;
    return n;
}

/* Lets the record know what begins before `end`. */
static dx_rc tell(dx_framer *f, dx_record *rec, uint64_t end, dx_err *err)
{
    const dx_skim *s = f->skim;
    const size_t n = spots_before(s, end);
    dx_hint *hint = dx_arena_get(f->record, n * sizeof *hint);
    if (hint == NULL)
        return dx_nomem(err);
    for (size_t i = 0, line = s->first; i < n; i++) {
        const dx_piece_spot spot = s->spot[s->next_spot + i];
        while (line + 1 < s->n && s->line[line + 1].offset <= spot.offset)
            line++;
        if (spot.id != DX_SPOT_FORMAT && spot.offset >= rec->offset)
            hint[rec->n_hints++] =
                (dx_hint){spot.id, s->line[line].number, (size_t)(spot.offset - rec->offset)};
    }
    rec->hint = hint;
    rec->hinted = true;
    return DX_OK;
}

/* The cursor stands behind the record. */
dx_rc dx_framer_hint(dx_framer *f, dx_record *rec, dx_err *err)
{
    const dx_skim *s = f->skim;
    const uint64_t here = dx_lines_offset(f->lines);

    if (!saw_beginning(s, rec) || s->next.offset < here || is_odd(rec->text))
        return DX_OK;
    const uint64_t end = end_of(f, rec);
    rec->roughly =
        end < here || is_odd(dx_str_slice(dx_lines_ahead(f->lines), 0, (size_t)(end - here)));
    return tell(f, rec, rec->roughly ? here : end, err);
}
