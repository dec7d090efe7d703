#include "cli/collect.h"
#include "cli/scan.h"
#include "core/os.h"

/* Where a log is, as one name. */
static dx_str whole_path(dx_arena *into, dx_source *src)
{
    const dx_str path = dx_source_path(src), member = dx_source_member(src);
    return member.n ? dx_arena_printf(into, "%.*s!/%.*s", DX_FMT(path), DX_FMT(member)) : path;
}

/* A damaged log must not cost the others; a broken store ends the scan. */
static bool costs_only_this_log(const dx_err *err)
{
    return err->kind == DX_E_IO || err->kind == DX_E_INPUT || err->kind == DX_E_LIMIT;
}

static void count_failures(dx_progress *p, dx_events found)
{
    for (size_t i = 0; i < found.n; i++)
        p->failures += found.p[i].polarity == DX_FAILURE;
}

/* What one record holds.  Over the limit of events the rest is only framed, so that the attempts
 * are complete: *deaf. */
static dx_rc hear(dx_scan *s, const dx_record *rec, dx_str format, dx_collect *events, bool *deaf,
                  dx_err *err)
{
    dx_events found = {0};

    if (rec->advice || *deaf)
        return DX_OK;
    if (dx_matcher_run(s->matcher, rec, format, s->log, &found, err) != DX_OK)
        return DX_FAIL;
    count_failures(&s->progress, found);
    if (dx_collect_add(events, rec, found, err) == DX_OK)
        return DX_OK;
    *deaf = err->kind == DX_E_LIMIT;
    return *deaf ? DX_OK : DX_FAIL;
}

/* DX_FAIL with DX_E_LIMIT is told after the whole log was framed. */
static dx_rc read_records(dx_scan *s, dx_framer *framer, dx_str name, dx_collect *events,
                          dx_err *err)
{
    const dx_str format = dx_framer_format(framer);
    dx_err flood = {0};
    bool deaf = false;
    dx_record rec;
    dx_rc rc;

    dx_matcher_begin(s->matcher);
    while ((rc = dx_framer_next(framer, &rec, err)) == DX_OK) {
        if (dx_os_interrupted())
            return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
        if (hear(s, &rec, format, events, &deaf, &flood) != DX_OK) {
            *err = flood;
            return DX_FAIL;
        }
        dx_progress_show(&s->progress, name, dx_framer_bytes(framer));
    }
    if (rc == DX_END && deaf)
        *err = flood;
    return rc == DX_END && !deaf ? DX_OK : DX_FAIL;
}

static dx_rc store_log(dx_scan *s, dx_source *src, dx_framer *framer, dx_collect *events,
                       dx_err *err)
{
    dx_log log = {.path = dx_source_path(src),
                  .member = dx_source_member(src),
                  .format = dx_framer_format(framer),
                  .encoding = dx_str_of(dx_framer_encoding(framer)),
                  .bytes = dx_framer_bytes(framer),
                  .bad_bytes = dx_framer_bad_bytes(framer),
                  .lines = dx_framer_lines(framer),
                  .digest = dx_framer_digest(framer)};

    log.n_attempts = dx_framer_attempts(framer, &log.attempts);
    if (log.n_attempts == 0)
        return DX_OK;
    if (dx_collect_finish(events, log.n_attempts, err) != DX_OK)
        return DX_FAIL;
    log.events = events->events;
    log.n_events = events->n;
    int64_t *ids = dx_arena_get(s->log, log.n_attempts * sizeof *ids);
    bool *seen = dx_arena_get(s->log, log.n_attempts * sizeof *seen);
    if (!ids || !seen)
        return dx_nomem(err);
    if (dx_store_put_log(s->store, s->id, &log, ids, seen, err) != DX_OK)
        return DX_FAIL;
    for (size_t i = 0; i < log.n_attempts; i++) {
        if (!DX_PUSH(s->run, s->sightings, s->n_sightings, s->cap_sightings,
                     (dx_sighting){.id = ids[i], .seen_before = seen[i]}))
            return dx_nomem(err);
    }
    return DX_OK;
}

static dx_rc note_gaps(dx_scan *s, dx_source *src, dx_err *err)
{
    const dx_gap *gaps;
    const size_t n = dx_matcher_gaps(s->matcher, &gaps);

    for (size_t i = 0; i < n; i++) {
        const struct dx_report_gap gap = {
            .signature = gaps[i].signature,
            .path = dx_arena_copy(s->run, whole_path(s->run, src)),
            .line = gaps[i].line,
            .count = gaps[i].count,
        };
        s->incomplete = true;
        if (!gap.path.p || !DX_PUSH(s->run, s->gaps, s->n_gaps, s->cap_gaps, gap))
            return dx_nomem(err);
    }
    return DX_OK;
}

/* A copy, but an absent text stays absent. */
static dx_str keep(dx_scan *s, dx_str text)
{
    if (text.n == 0)
        return DX_NONE;
    const dx_str kept = dx_arena_copy(s->run, text);
    s->starved |= kept.p == NULL;
    return kept;
}

static void add_source(dx_scan *s, dx_report_source source)
{
    if (!DX_PUSH(s->run, s->sources, s->n_sources, s->cap_sources, source))
        s->starved = true;
}

static const dx_str *keep_notes(dx_scan *s, const dx_framer *framer, size_t *n)
{
    const dx_str *notes;
    *n = dx_framer_notes(framer, &notes);
    dx_str *kept = dx_arena_get(s->run, *n * sizeof *kept);
    for (size_t i = 0; kept && i < *n; i++)
        kept[i] = keep(s, notes[i]);
    s->starved |= !kept && *n;
    return kept;
}

/* `trouble` is NULL when all of it was read. */
static void note_source(dx_scan *s, dx_source *src, const dx_framer *framer, const dx_err *trouble)
{
    dx_report_source source = {.path = keep(s, dx_source_path(src)),
                               .member = keep(s, dx_source_member(src)),
                               .damage = trouble != NULL};
    if (framer) {
        const dx_attempt *attempts;
        source.format = keep(s, dx_framer_format(framer));
        source.encoding = keep(s, dx_str_of(dx_framer_encoding(framer)));
        source.encoding_how = keep(s, dx_str_of(dx_framer_encoding_how(framer)));
        source.bytes = dx_framer_bytes(framer);
        source.bad_bytes = dx_framer_bad_bytes(framer);
        source.lines = dx_framer_lines(framer);
        source.attempts = (uint32_t)dx_framer_attempts(framer, &attempts);
        source.notes = keep_notes(s, framer, &source.n_notes);
        s->progress.bytes += source.bytes;
    }
    if (trouble) {
        s->incomplete = true;
        source.skipped =
            dx_arena_printf(s->run, "%s%s", framer ? "only partly read: " : "", trouble->text);
        s->starved |= source.skipped.p == NULL;
    }
    s->progress.logs++;
    add_source(s, source);
}

void dx_scan_skip(void *scan, const dx_skip *skip)
{
    dx_scan *s = scan;
    if (skip->damage || skip->asked)
        s->incomplete = true;
    add_source(s, (dx_report_source){.path = keep(s, skip->path),
                                     .member = keep(s, skip->member),
                                     .skipped = keep(s, dx_str_of(skip->why.text)),
                                     .damage = skip->damage || skip->asked});
}

dx_rc dx_scan_log(dx_scan *s, dx_source *src, dx_err *err)
{
    dx_framer *framer = NULL;
    dx_collect events = {.into = s->log};
    const dx_str name = whole_path(s->log, src);
    dx_err trouble = {0};
    dx_rc rc = dx_framer_open(&framer, src, s->know->formats, &s->framing, &trouble);

    if (rc == DX_OK)
        rc = read_records(s, framer, name, &events, &trouble);
    if (rc != DX_OK && !costs_only_this_log(&trouble)) {
        *err = trouble;
        (void)dx_context(err, "%.*s", DX_FMT(name));
        goto done;
    }
    const dx_err *said = rc == DX_OK ? NULL : &trouble;
    rc = framer ? store_log(s, src, framer, &events, err) : DX_OK;
    if (rc == DX_OK)
        rc = note_gaps(s, src, err);
    if (rc == DX_OK)
        note_source(s, src, framer, said);
done:
    dx_framer_close(framer);
    dx_arena_reset(s->log);
    return rc;
}
