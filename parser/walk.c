/* From paths to logs: opens what was found, enters archives, leaves out what is no log. */
#include <stdlib.h>
#include "core/time.h"
#include "parser/archive.h"
#include "parser/finder.h"
#include "parser/source.h"

/* An archive that is being read; `below` is the one that holds it. */
typedef struct level {
    struct level *below;
    dx_archive *archive;
} level;

struct dx_walk {
    dx_finder *finder;     /* or NULL: */
    const dx_found *given; /* the file to be read next, or NULL */
    dx_limits limits;
    dx_skip_fn *on_skip;
    void *ctx;
    dx_file *file; /* the outer file */
    dx_found found;
    dx_source source; /* its bytes */
    uint64_t read;    /* of them */
    dx_budget budget;
    dx_skips skips;
    level *top;
    unsigned depth;
};

static dx_limits with_defaults(const dx_limits *given)
{
    dx_limits l = given ? *given : (dx_limits){0};
    l.depth = l.depth ? l.depth : 4;
    l.members = l.members ? l.members : 100000;
    l.bytes = l.bytes ? l.bytes : (uint64_t)64 << 30;
    l.ratio = l.ratio ? l.ratio : 1000;
    return l;
}

dx_rc dx_walk_new(dx_walk **out, const dx_walk_options *options, dx_err *err)
{
    const dx_walk_options o = options ? *options : (dx_walk_options){0};
    dx_walk *w = calloc(1, sizeof *w);
    if (!w)
        return dx_nomem(err);
    w->limits = with_defaults(o.limits);
    w->on_skip = o.on_skip;
    w->ctx = o.ctx;
    *out = w;
    return DX_OK;
}

dx_rc dx_walk_open(dx_walk **out, const char *const *paths, size_t n,
                   const dx_walk_options *options, dx_err *err)
{
    dx_walk *w;
    if (dx_walk_new(&w, options, err) == DX_FAIL)
        return DX_FAIL;
    if (dx_finder_open(&w->finder, paths, n, w->on_skip, w->ctx, err) == DX_FAIL) {
        dx_walk_close(w);
        return DX_FAIL;
    }
    *out = w;
    return DX_OK;
}

static void pop(dx_walk *w)
{
    level *gone = w->top;
    w->top = gone->below;
    w->depth--;
    dx_archive_close(gone->archive);
    free(gone);
}

static void leave_file(dx_walk *w)
{
    while (w->top)
        pop(w);
    dx_file_close(w->file);
    w->file = NULL;
}

void dx_walk_close(dx_walk *w)
{
    if (!w)
        return;
    leave_file(w);
    dx_finder_close(w->finder);
    dx_source_done(&w->source);
    free(w);
}

/* Passes on what ends the walk; everything else becomes a skip. */
static dx_rc skip(dx_walk *w, dx_str member, const dx_err *why, dx_err *err)
{
    if (dx_err_ends_walk(why)) {
        *err = *why;
        return DX_FAIL;
    }
    dx_skips_tell(&w->skips, member, true, why);
    return DX_OK;
}

/* A file that ends before its size was cut while it was read; one that says 0 may hold more. */
static dx_rc check_whole(dx_walk *w, dx_err *err)
{
    dx_file_info now;
    if (w->found.info.kind != DX_FILE_PLAIN || w->read >= w->found.info.size)
        return DX_OK;
    if (dx_os_stat(w->found.path, &now, err) == DX_FAIL)
        return DX_FAIL;
    if (now.size >= w->found.info.size)
        return DX_OK;
    return dx_fail(err, DX_E_IO, DX_NOWHERE, "the file became shorter while it was read");
}

/* A file that gave less than was asked for, and all that it was said to hold, has no more: that
 * saves asking. */
static bool is_over(const dx_walk *w, size_t cap, size_t got)
{
    const dx_file_info *info = &w->found.info;
    return info->kind == DX_FILE_PLAIN && got < cap && info->size > 0 && w->read >= info->size;
}

static dx_rc pull_file(void *ctx, void *buf, size_t cap, size_t *got, dx_err *err)
{
    dx_walk *w = ctx;
    if (dx_file_read(w->file, buf, cap, got, err) == DX_FAIL)
        return DX_FAIL;
    w->read += *got;
    w->source.ended |= is_over(w, cap, *got);
    if (w->budget.packed < w->read)
        w->budget.packed = w->read;
    return *got ? DX_OK : check_whole(w, err);
}

static dx_rc enter_archive(dx_walk *w, dx_source *from, dx_packing packing, dx_err *err)
{
    dx_err why;
    dx_archive *archive;
    if (w->depth > w->limits.depth) {
        (void)dx_fail(&why, DX_E_LIMIT, DX_NOWHERE,
                      "nested deeper than the limit of %u archives inside archives",
                      w->limits.depth);
        return skip(w, from->member, &why, err);
    }
    if (dx_archive_open(&archive, from, packing, &w->budget, &w->skips, &why) == DX_FAIL)
        return w->budget.spent.kind ? DX_OK : skip(w, from->member, &why, err);
    level *top = calloc(1, sizeof *top);
    if (!top) {
        dx_archive_close(archive);
        return dx_nomem(err);
    }
    *top = (level){w->top, archive};
    w->top = top;
    w->depth++;
    return DX_OK;
}

/* Sets *out when the bytes may be a log. */
static dx_rc consider(dx_walk *w, dx_source *s, dx_source **out, dx_err *err)
{
    dx_str head;
    if (dx_source_look(s, DX_SNIFF_BYTES, &head, NULL, err) == DX_FAIL)
        return DX_FAIL;
    if (!head.n && s->broken.kind)
        return w->budget.spent.kind ? DX_OK : skip(w, s->member, &s->broken, err);
    const dx_sniffed sniffed = dx_sniff(head);
    if (sniffed.packing)
        return enter_archive(w, s, sniffed.packing, err);
    if (sniffed.text)
        *out = s;
    else
        dx_skips_tell_not_a_log(&w->skips, s->member, sniffed.what);
    return DX_OK;
}

static dx_rc next_member(dx_walk *w, dx_source **out, dx_err *err)
{
    dx_source *member;
    const dx_rc rc = dx_archive_next(w->top->archive, &member, err);
    if (rc == DX_FAIL)
        return DX_FAIL;
    if (rc == DX_OK)
        return consider(w, member, out, err);
    pop(w);
    return DX_OK;
}

/* The rest of an outer file that hit a limit. */
static void abandon(dx_walk *w)
{
    dx_skips_tell(&w->skips, DX_NONE, true, &w->budget.spent);
    w->budget.spent.kind = DX_E_NONE;
    leave_file(w);
}

uint64_t dx_walk_bytes(const dx_walk *w)
{
    return w->read + w->budget.unpacked;
}

void dx_walk_enter(dx_walk *w, const dx_found *file)
{
    leave_file(w);
    w->given = file;
}

static dx_rc find_file(dx_walk *w, dx_err *err)
{
    if (w->finder)
        return dx_finder_next(w->finder, &w->found, err);
    if (!w->given)
        return DX_END;
    w->found = *w->given;
    w->given = NULL;
    return dx_check_interrupt(err);
}

static dx_rc pull_nothing(void *ctx, void *buf, size_t cap, size_t *got, dx_err *err)
{
    (void)ctx;
    (void)buf;
    (void)cap;
    (void)err;
    *got = 0;
    return DX_OK;
}

static void source_in_memory(dx_walk *w)
{
    w->budget = (dx_budget){.limits = w->limits, .packed = w->found.memory.n};
    dx_source_reuse(&w->source, pull_nothing, w);
    w->source.path = w->skips.path;
    w->source.modified_us = DX_NO_TIME;
    w->source.ahead = w->found.memory;
    w->source.ended = true;
}

static dx_rc next_file(dx_walk *w, dx_source **out, dx_err *err)
{
    dx_err why;
    leave_file(w);
    const dx_rc rc = find_file(w, err);
    if (rc != DX_OK)
        return rc;
    const bool plain = w->found.info.kind == DX_FILE_PLAIN;
    w->skips = (dx_skips){w->on_skip, w->ctx, dx_str_of(w->found.path), w->found.asked};
    if (w->found.memory.p && !w->found.goes_on) {
        source_in_memory(w);
        return consider(w, &w->source, out, err);
    }
    if (dx_file_open(&w->file, w->found.path, &why) == DX_FAIL)
        return skip(w, DX_NONE, &why, err);
    w->read = w->found.memory.n;
    w->budget = (dx_budget){.limits = w->limits, .packed = plain ? w->found.info.size : w->read};
    dx_source_reuse(&w->source, pull_file, w);
    w->source.ahead = w->found.memory;
    w->source.path = w->skips.path;
    w->source.modified_us = w->found.info.modified_us;
    w->source.file = plain ? w->found.path : NULL;
    return consider(w, &w->source, out, err);
}

dx_rc dx_walk_next(dx_walk *w, dx_source **out, dx_err *err)
{
    dx_source *found = NULL;
    while (!found) {
        if (w->budget.spent.kind)
            abandon(w);
        const dx_rc rc = w->top ? next_member(w, &found, err) : next_file(w, &found, err);
        if (rc != DX_OK)
            return rc;
    }
    *out = found;
    return DX_OK;
}
