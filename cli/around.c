#include "cli/around.h"

#include "cli/hints.h"
#include "core/os.h"
#include "parser/around.h"
#include "parser/finder.h"
#include "report/judge.h"

typedef struct spot {
    dx_report_attempt *of;
    dx_around place;
    bool tried;
} spot;

typedef struct look {
    const dx_around_options *o;
    dx_arena *into;
    uint64_t left; /* bytes that may still be read */
    spot spots[DX_AROUND_MOST];
    size_t n;
} look;

/* ---- which places ---- */

/* The first error, or else the line that says that it failed. */
static dx_around first_error(const dx_report_attempt *a)
{
    const dx_verdict *v = a->verdict;
    const dx_attempt *of = &a->of->attempt;

    if (v->n_unexplained == 0)
        return (dx_around){
            .line = of->outcome_line, .last_line = of->outcome_line, .text = of->outcome_text};
    const dx_event *e = v->unexplained[0];
    return (dx_around){.line = e->line,
                       .last_line = e->last_line < e->line ? e->line : e->last_line,
                       .text = e->text};
}

/* Standard input cannot be read twice; what a known failure inside of it explains is no puzzle. */
static bool is_wanted(const dx_report *r, size_t attempt)
{
    const dx_report_attempt *a = &r->attempts[attempt];
    const dx_str path = a->of->path;

    return path.n > 0 && !dx_str_eq(path, DX_LIT("-")) && dx_needs_hints(a) &&
           dx_report_because(r, attempt) == NULL;
}

static void choose(look *l, dx_report_attempt *attempts, size_t n, bool failed)
{
    const dx_report all = {.attempts = attempts, .n_attempts = n};

    for (size_t i = 0; i < n && l->n < DX_AROUND_MOST; i++) {
        dx_report_attempt *a = &attempts[i];
        if ((a->of->attempt.outcome == DX_FAILED) != failed || !is_wanted(&all, i))
            continue;
        const spot s = {.of = a, .place = first_error(a)};
        if (s.place.line > 0)
            l->spots[l->n++] = s;
    }
}

/* ---- reading them ---- */

static bool is_missing(const spot *s, dx_str path)
{
    return !s->tried && dx_str_eq(s->of->of->path, path);
}

static size_t missing(look *l, dx_str path)
{
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++)
        n += is_missing(&l->spots[i], path);
    return n;
}

static dx_rc read_log(look *l, dx_source *src, uint64_t most, dx_err *err)
{
    dx_around *places[DX_AROUND_MOST];
    size_t n = 0;

    for (size_t i = 0; i < l->n; i++) {
        spot *s = &l->spots[i];
        if (!is_missing(s, dx_source_path(src)) ||
            !dx_str_eq(s->of->of->member, dx_source_member(src)))
            continue;
        s->tried = true;
        places[n++] = &s->place;
    }
    return n > 0 ? dx_around_read(src, l->o->encoding, most, places, n, l->into, err) : DX_OK;
}

/* Until nothing of this file is wanted any more. */
static dx_rc read_file(look *l, dx_walk *walk, const dx_found *file, dx_err *err)
{
    const dx_str path = dx_str_of(file->path);
    dx_source *src;
    dx_rc rc = DX_OK;

    dx_walk_enter(walk, file);
    while (missing(l, path) > 0 && dx_walk_bytes(walk) <= l->left &&
           (rc = dx_walk_next(walk, &src, err)) == DX_OK)
        if (read_log(l, src, l->left, err) != DX_OK)
            return DX_FAIL;
    return rc;
}

static void look_into(look *l, const dx_found *file)
{
    dx_limits limits = l->o->limits;
    const dx_walk_options walking = {.limits = &limits};
    dx_walk *walk;
    dx_err quiet = {0};

    limits.bytes = limits.bytes > 0 && limits.bytes < l->left ? limits.bytes : l->left;
    if (dx_walk_new(&walk, &walking, &quiet) != DX_OK)
        return;
    (void)read_file(l, walk, file, &quiet);
    const uint64_t read = dx_walk_bytes(walk);
    l->left -= read < l->left ? read : l->left;
    dx_walk_close(walk);
}

/* Opening a pipe once more could wait for ever. */
static void look_at(look *l, dx_str path)
{
    const dx_str name = dx_arena_copy(l->into, path);
    dx_found file = {.path = name.p, .asked = true};
    dx_err quiet = {0};

    if (name.p && dx_os_stat(name.p, &file.info, &quiet) == DX_OK &&
        file.info.kind == DX_FILE_PLAIN)
        look_into(l, &file);
    for (size_t i = 0; i < l->n; i++)
        l->spots[i].tried |= dx_str_eq(l->spots[i].of->of->path, path);
}

void dx_around_add(const dx_around_options *o, dx_report_attempt *attempts, size_t n,
                   dx_arena *into)
{
    look l = {.o = o, .into = into, .left = DX_AROUND_READ};

    choose(&l, attempts, n, true);
    choose(&l, attempts, n, false);
    for (size_t i = 0; i < l.n; i++)
        if (!l.spots[i].tried && l.left > 0)
            look_at(&l, l.spots[i].of->of->path);
    for (size_t i = 0; i < l.n; i++) {
        l.spots[i].of->around = l.spots[i].place.lines;
        l.spots[i].of->n_around = l.spots[i].place.n;
    }
}
