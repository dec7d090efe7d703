#include "cli/reader.h"

#include <stdlib.h>

#include "cli/collect.h"
#include "cli/flood.h"
#include "core/os.h"
#include "parser/quest.h"
#include "report/words.h"

struct dx_reader {
    dx_reader_options o;
    dx_matcher *matcher;
    dx_quests *quests;
    dx_hunches hunches;
    dx_walk *walk;
    dx_give_fn *give; /* during a run */
    void *ctx;
    bool unwanted;         /* somebody refused a reading */
    bool starved;          /* out of memory where no error could be returned */
    dx_reading last_words; /* when there is no memory for a better one */
};

/* One log while it is read. */
typedef struct log_at_hand {
    dx_reader *reader;
    dx_reading *reading;
    dx_arena *into; /* of the reading */
    dx_str name;    /* "path!/member" */
    dx_framer *framer;
    dx_collect events;
    size_t failures; /* not yet told to those who watch */
    uint64_t told;   /* bytes that were */
    bool deaf;       /* over the limit of events: the rest is only framed */
    bool document;   /* no rule looks into it */
} log_at_hand;

enum { TELL_BYTES = 256 * 1024 };

static void hand_over(dx_reader *r, dx_reading *reading)
{
    if (r->unwanted || !r->give(r->ctx, reading)) {
        r->unwanted = true;
        dx_reading_free(reading);
    }
}

static void tell_skip(void *ctx, const dx_skip *skip)
{
    dx_reader *r = ctx;
    dx_reading *reading = dx_reading_of_skip(skip);

    if (reading)
        hand_over(r, reading);
    else
        r->starved = true;
}

dx_rc dx_reader_new(dx_reader **out, const dx_reader_options *options, dx_err *err)
{
    dx_reader *r = calloc(1, sizeof *r);
    if (!r)
        return dx_nomem(err);
    r->o = *options;
    const dx_walk_options walking = {.limits = &r->o.limits, .on_skip = tell_skip, .ctx = r};
    if ((r->quests = dx_quests_new()) == NULL) {
        dx_reader_free(r);
        return dx_nomem(err);
    }
    if (dx_matcher_new(&r->matcher, options->book, err) != DX_OK ||
        dx_walk_new(&r->walk, &walking, err) != DX_OK) {
        dx_reader_free(r);
        return DX_FAIL;
    }
    dx_matcher_measure(r->matcher, options->cost);
    *out = r;
    return DX_OK;
}

void dx_reader_free(dx_reader *r)
{
    if (!r)
        return;
    dx_walk_close(r->walk);
    dx_quests_free(r->quests);
    dx_matcher_free(r->matcher);
    free(r);
}

/* ---- records ---- */

/* A damaged log must not cost the others. */
static bool costs_only_this_log(const dx_err *err)
{
    return err->kind == DX_E_IO || err->kind == DX_E_INPUT || err->kind == DX_E_LIMIT;
}

static void tell_progress(log_at_hand *log)
{
    const uint64_t bytes = dx_framer_bytes(log->framer);

    dx_progress_move(log->reader->o.progress, log->name, bytes - log->told, log->failures);
    log->told = bytes;
    log->failures = 0;
}

static void watch(log_at_hand *log, dx_events found)
{
    for (size_t i = 0; i < found.n; i++)
        log->failures += found.p[i].polarity == DX_FAILURE;
    if (dx_framer_bytes(log->framer) - log->told >= TELL_BYTES)
        tell_progress(log);
}

/* What one record holds.  Over the limit of events the rest is only framed, so that the attempts
 * are complete. */
static dx_rc hear(log_at_hand *log, const dx_record *rec, dx_str format, dx_err *err)
{
    dx_events found = {0};

    if (rec->advice || log->deaf || log->document)
        return DX_OK;
    dx_arena *room = dx_collect_room(&log->events, rec);
    if (!room)
        return dx_nomem(err);
    if (dx_matcher_run(log->reader->matcher, rec, format, room, &found, err) != DX_OK)
        return DX_FAIL;
    watch(log, found);
    if (found.n > 0)
        dx_framer_told(log->framer, rec);
    if (dx_collect_add(&log->events, rec, found, err) == DX_OK)
        return DX_OK;
    log->deaf = err->kind == DX_E_LIMIT;
    return log->deaf ? DX_OK : DX_FAIL;
}

/* DX_FAIL with DX_E_LIMIT is told after the whole log was framed. */
static dx_rc read_records(log_at_hand *log, dx_err *err)
{
    const dx_str format = dx_framer_format(log->framer);
    dx_err flood = {0};
    dx_record rec;
    dx_rc rc;

    log->document = dx_framer_kind(log->framer) == DX_KIND_DOCUMENT;
    dx_matcher_begin(log->reader->matcher);
    while ((rc = dx_framer_next(log->framer, &rec, err)) == DX_OK) {
        if (dx_os_interrupted())
            return dx_fail(err, DX_E_CANCEL, DX_NOWHERE, "interrupted");
        if (hear(log, &rec, format, &flood) != DX_OK) {
            *err = flood;
            return DX_FAIL;
        }
    }
    if (rc == DX_END && log->deaf)
        *err = flood;
    return rc == DX_END && !log->deaf ? DX_OK : DX_FAIL;
}

/* ---- what is kept of it ---- */

/* Neither the format nor a rule knows anything in it.  Tells also of text that looks like any
 * other, so it may be said of plain text only. */
static bool is_unknown(const log_at_hand *log, const dx_attempt *attempts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (attempts[i].outcome != DX_UNDECIDED || attempts[i].n_facts > 0 ||
            attempts[i].errors > 0)
            return false;
    return log->events.n == 0;
}

/* How many attempts there are in it: text that nobody knows anything in is none, and so would be
 * counted as one in every trend. */
static size_t count_attempts(const log_at_hand *log)
{
    const dx_attempt *attempts;
    const size_t n = dx_framer_attempts(log->framer, &attempts);

    switch (dx_framer_kind(log->framer)) {
    case DX_KIND_LOG:
        return n;
    case DX_KIND_TEXT:
        return is_unknown(log, attempts, n) ? 0 : n;
    case DX_KIND_DOCUMENT:
        return 0;
    }
    return n;
}

/* A copy, but an absent text stays absent. */
static dx_str keep(log_at_hand *log, dx_str text)
{
    if (text.n == 0)
        return DX_NONE;
    const dx_str kept = dx_arena_copy(log->into, text);
    log->reader->starved |= kept.p == NULL;
    return kept;
}

/* What was made of the text is what is stored: who looks at it later is told so, too. */
static bool tell_reading(const log_at_hand *log, dx_attempt *a)
{
    const dx_str how = log->reader->o.read_as;
    dx_fact *facts = dx_arena_get(log->into, (a->n_facts + 1) * sizeof *facts);

    if (!facts)
        return false;
    for (size_t i = 0; i < a->n_facts; i++)
        facts[i] = a->facts[i];
    facts[a->n_facts] = (dx_fact){.name = DX_LIT(DX_FACT_READ_AS),
                                  .value = dx_arena_copy(log->into, how),
                                  .how = DX_LIT("pasted text")};
    a->facts = facts;
    return facts[a->n_facts++].value.p != NULL;
}

/* In a scan of a paste and files only the paste was read otherwise. */
static bool was_pasted(const log_at_hand *log)
{
    return log->reader->o.read_as.n > 0 &&
           (log->reader->o.pasted.n == 0 || dx_str_eq(log->name, log->reader->o.pasted));
}

static const dx_attempt *keep_attempts(log_at_hand *log, size_t *n)
{
    const dx_attempt *borrowed;
    (void)dx_framer_attempts(log->framer, &borrowed);
    *n = count_attempts(log);
    dx_attempt *kept = dx_arena_dup(log->into, borrowed, *n * sizeof *kept);
    bool ok = kept != NULL;

    for (size_t i = 0; ok && i < *n; i++)
        ok = dx_attempt_keep(&kept[i], log->into) &&
             (!was_pasted(log) || tell_reading(log, &kept[i]));
    log->reader->starved |= !ok;
    return kept;
}

static dx_rc keep_log(log_at_hand *log, dx_err *err)
{
    dx_log *out = &log->reading->log;

    out->attempts = keep_attempts(log, &out->n_attempts);
    if (log->reader->starved)
        return dx_nomem(err);
    if (out->n_attempts == 0)
        return DX_OK;
    if (dx_collect_finish(&log->events, out->n_attempts, err) != DX_OK)
        return DX_FAIL;
    out->path = log->reading->source.path;
    out->member = log->reading->source.member;
    out->format = log->reading->source.format;
    out->encoding = log->reading->source.encoding;
    out->bytes = log->reading->source.bytes;
    out->bad_bytes = log->reading->source.bad_bytes;
    out->lines = log->reading->source.lines;
    out->digest = dx_framer_digest(log->framer);
    out->events = log->events.events;
    out->n_events = log->events.n;
    out->kept = log->events.kept;
    out->n_kept = log->events.n_kept;
    log->reading->weight = out->n_events + out->n_attempts;
    return DX_OK;
}

/* That reading it took long, and why; DX_NONE when it did not. */
static dx_str note_of_effort(log_at_hand *log)
{
    const dx_effort effort = dx_matcher_effort(log->reader->matcher);
    const uint64_t times = dx_effort_vain(&effort, dx_framer_bytes(log->framer));

    if (times == 0)
        return DX_NONE;
    const dx_str note =
        dx_arena_printf(log->into,
                        "hard to scan: much of it begins like known messages and goes on "
                        "otherwise, and was searched %llu times",
                        (unsigned long long)times);
    log->reader->starved |= note.p == NULL;
    return note;
}

/* That more was said than is kept; DX_NONE when it was not. */
static dx_str note_of_flood(log_at_hand *log)
{
    const dx_attempt *attempts;
    const size_t n = dx_framer_attempts(log->framer, &attempts);
    const uint64_t lost = dx_collect_lost(&log->events, n);

    if (lost == 0)
        return DX_NONE;
    const dx_str note = dx_arena_printf(
        log->into,
        "%llu more messages that rules know are not kept: of an attempt the first %d are, then %d "
        "of each kind and the last %d",
        (unsigned long long)lost, DX_EVENTS_FIRST, DX_FLOOD_KIND, DX_FLOOD_LAST);
    log->reader->starved |= note.p == NULL;
    return note;
}

static const dx_str *keep_notes(log_at_hand *log, size_t *n)
{
    const dx_str own[] = {note_of_effort(log), note_of_flood(log)};
    const dx_str *notes;
    *n = dx_framer_notes(log->framer, &notes);
    dx_str *kept = dx_arena_get(log->into, (*n + 2) * sizeof *kept);
    for (size_t i = 0; kept && i < *n; i++)
        kept[i] = keep(log, notes[i]);
    log->reader->starved |= !kept;
    for (size_t i = 0; kept && i < 2; i++)
        if (own[i].n > 0)
            kept[(*n)++] = own[i];
    return kept;
}

static void describe(log_at_hand *log, dx_report_source *out)
{
    out->format = keep(log, dx_framer_format(log->framer));
    out->encoding = keep(log, dx_str_of(dx_framer_encoding(log->framer)));
    out->encoding_how = keep(log, dx_str_of(dx_framer_encoding_how(log->framer)));
    out->bytes = dx_framer_bytes(log->framer);
    out->bad_bytes = dx_framer_bad_bytes(log->framer);
    out->lines = dx_framer_lines(log->framer);
    out->attempts = (uint32_t)count_attempts(log);
    out->document = log->document;
    out->notes = keep_notes(log, &out->n_notes);
}

/* `trouble` is NULL when all of it was read. */
static void keep_source(log_at_hand *log, dx_source *src, const dx_err *trouble)
{
    dx_report_source *out = &log->reading->source;

    *out = (dx_report_source){.path = keep(log, dx_source_path(src)),
                              .member = keep(log, dx_source_member(src)),
                              .damage = trouble != NULL};
    if (log->framer)
        describe(log, out);
    if (!trouble)
        return;
    log->reading->gap = true;
    const dx_str why = dx_reading_why(dx_str_of(trouble->text), out->path, log->into);
    out->skipped =
        dx_arena_printf(log->into, "%s%.*s", log->framer ? "only partly read: " : "", DX_FMT(why));
    log->reader->starved |= out->skipped.p == NULL;
}

static void keep_gaps(log_at_hand *log)
{
    const dx_gap *gaps;
    const size_t n = dx_matcher_gaps(log->reader->matcher, &gaps);
    struct dx_report_gap *kept = dx_arena_get(log->into, n * sizeof *kept);

    for (size_t i = 0; kept && i < n; i++)
        kept[i] = (struct dx_report_gap){.signature = gaps[i].signature,
                                         .path = log->name,
                                         .line = gaps[i].line,
                                         .count = gaps[i].count};
    log->reader->starved |= !kept;
    log->reading->gap |= n > 0;
    log->reading->gaps = kept;
    log->reading->n_gaps = n;
}

/* ---- one log, one file ---- */

static dx_rc read_log(log_at_hand *log, dx_source *src, dx_err *err)
{
    dx_reader *r = log->reader;
    dx_framer_options framing = *r->o.framing;
    dx_err trouble = {0};

    framing.sought = dx_matcher_sought;
    framing.sought_ctx = r->matcher;
    framing.quests = r->quests;
    framing.hunches = &r->hunches;
    dx_rc rc = dx_framer_open(&log->framer, src, r->o.formats, &framing, &trouble);

    log->events.framer = log->framer;
    if (rc == DX_OK)
        rc = read_records(log, &trouble);
    if (rc == DX_OK && dx_framer_cut(log->framer))
        rc = dx_fail(&trouble, DX_E_INPUT, DX_NOWHERE, "it ends in the middle of a character");
    if (rc != DX_OK && !costs_only_this_log(&trouble)) {
        *err = trouble;
        return dx_context(err, "%.*s", DX_FMT(log->name));
    }
    log->reading->is_log = true;
    keep_source(log, src, rc == DX_OK ? NULL : &trouble);
    if (log->framer) {
        tell_progress(log);
        keep_gaps(log);
        if (keep_log(log, err) != DX_OK)
            return DX_FAIL;
    }
    return r->starved ? dx_nomem(err) : DX_OK;
}

/* Where a log is, as one name. */
static dx_str whole_path(dx_arena *into, dx_source *src)
{
    const dx_str path = dx_source_path(src), member = dx_source_member(src);
    return member.n ? dx_arena_printf(into, "%.*s!/%.*s", DX_FMT(path), DX_FMT(member))
                    : dx_arena_copy(into, path);
}

static dx_rc read_source(dx_reader *r, dx_source *src, dx_err *err)
{
    dx_reading *reading = dx_reading_new();
    if (!reading)
        return dx_nomem(err);
    log_at_hand log = {.reader = r,
                       .reading = reading,
                       .into = reading->arena,
                       .name = whole_path(reading->arena, src),
                       .events.into = reading->arena};
    const dx_rc rc = log.name.p ? read_log(&log, src, err) : dx_nomem(err);

    dx_framer_close(log.framer);
    dx_collect_done(&log.events);
    if (rc == DX_OK)
        hand_over(r, reading);
    else
        dx_reading_free(reading);
    return rc;
}

static dx_rc read_file(dx_reader *r, const dx_found *file, dx_err *err)
{
    dx_source *src;
    dx_rc rc = DX_OK;

    dx_walk_enter(r->walk, file);
    while (!r->unwanted && (rc = dx_walk_next(r->walk, &src, err)) == DX_OK) {
        if (read_source(r, src, err) != DX_OK)
            return DX_FAIL;
    }
    if (rc == DX_FAIL)
        return DX_FAIL;
    return r->starved ? dx_nomem(err) : DX_OK;
}

void dx_reader_run(dx_reader *r, const dx_found *file, dx_give_fn *give, void *ctx)
{
    dx_err err;

    r->give = give;
    r->ctx = ctx;
    if (read_file(r, file, &err) == DX_OK)
        return;
    dx_reading *last = dx_reading_new();
    if (!last)
        last = &r->last_words;
    last->fatal = err;
    hand_over(r, last);
}
