#include "tests/contract/ways.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/collect.h"
#include "core/buf.h"

#define MUST(holds) ((holds) ? (void)0 : die(#holds, __LINE__))

static void die(const char *what, int line)
{
    fprintf(stderr, "ways.c:%d: does not hold: %s\n", line, what);
    abort();
}

static void tell_event(dx_buf *out, const dx_event *e)
{
    dx_buf_printf(
        out,
        "event %.*s (%.*s) polarity %d attempt %u lines %u-%u seq %u at %u offset %" PRIu64
        " time %" PRId64 " level %d",
        DX_FMT(e->signature), DX_FMT(e->base), e->polarity, e->attempt, e->line, e->last_line,
        e->seq, e->at, e->offset, e->time_us, e->level);
    for (size_t i = 0; i < e->n_fields; i++)
        dx_buf_printf(out, " %.*s=%.*s", DX_FMT(e->fields[i].name), DX_FMT(e->fields[i].text));
    dx_buf_printf(out, ": %.*s\n", DX_FMT(e->text));
}

static void tell_attempt(dx_buf *out, const dx_attempt *a)
{
    char hex[33];

    dx_hash_hex(a->trail.digest, hex);
    dx_buf_printf(out,
                  "attempt %u in %u server %.*s outcome %d line %u '%.*s' code '%.*s' opened %d "
                  "closed %d\n",
                  a->ordinal, a->parent, DX_FMT(a->server), a->outcome, a->outcome_line,
                  DX_FMT(a->outcome_text), DX_FMT(a->code), a->opened, a->closed);
    dx_buf_printf(out, "  began %" PRId64 " ended %" PRId64 " zone %.*s\n", a->began_us,
                  a->ended_us, DX_FMT(a->zone));
    dx_buf_printf(out,
                  "  lines %u-%u seqs %u-%u offset %" PRIu64 " errors %" PRIu64 " warnings %" PRIu64
                  "\n",
                  a->first_line, a->last_line, a->first_seq, a->last_seq, a->first_offset,
                  a->errors, a->warnings);
    dx_buf_printf(out, "  trail %s lines %" PRIu64 " stride %u marks", hex, a->trail.records,
                  a->trail.stride);
    for (size_t i = 0; i < a->trail.n; i++)
        dx_buf_printf(out, " %" PRIx64, a->trail.mark[i]);
    dx_buf_add(out, DX_LIT("\n"));
    for (size_t i = 0; i < a->n_facts; i++)
        dx_buf_printf(out, "  fact %.*s = %.*s line %u %.*s\n", DX_FMT(a->facts[i].name),
                      DX_FMT(a->facts[i].value), a->facts[i].line, DX_FMT(a->facts[i].how));
}

static void tell_log(dx_buf *out, const dx_framer *f)
{
    const dx_attempt *attempt;
    const dx_str *note;
    const size_t n_attempts = dx_framer_attempts(f, &attempt);
    const size_t n_notes = dx_framer_notes(f, &note);
    char hex[33];

    dx_hash_hex(dx_framer_digest(f), hex);
    dx_buf_printf(out, "log %.*s %s digest %s lines %u bytes %" PRIu64 " bad %" PRIu64 "\n",
                  DX_FMT(dx_framer_format(f)), dx_framer_encoding(f), hex, dx_framer_lines(f),
                  dx_framer_bytes(f), dx_framer_bad_bytes(f));
    for (size_t i = 0; i < n_notes; i++)
        dx_buf_printf(out, "note %.*s\n", DX_FMT(note[i]));
    for (size_t i = 0; i < n_attempts; i++)
        tell_attempt(out, &attempt[i]);
}

/* Reads the records as a scan does; gives how many there were. */
static uint64_t read_records(dx_framer *f, dx_matcher *m, dx_collect *events)
{
    const dx_str format = dx_framer_format(f);
    uint64_t n = 0;
    dx_record rec;
    dx_err err = {0};
    dx_rc rc;

    dx_matcher_begin(m);
    for (; (rc = dx_framer_next(f, &rec, &err)) == DX_OK; n++) {
        dx_events found = {0};
        if (rec.advice)
            continue;
        dx_arena *room = dx_collect_room(events, &rec);
        MUST(room != NULL);
        MUST(dx_matcher_run(m, &rec, format, room, &found, &err) == DX_OK);
        MUST(dx_collect_add(events, &rec, found, &err) == DX_OK || err.kind == DX_E_LIMIT);
        if (found.n > 0)
            dx_framer_told(f, &rec);
    }
    MUST(rc == DX_END);
    return n;
}

static void tell_gaps(dx_buf *out, const dx_matcher *m)
{
    const dx_gap *gap;
    const size_t n = dx_matcher_gaps(m, &gap);

    for (size_t i = 0; i < n; i++)
        dx_buf_printf(out, "gap %.*s line %u count %" PRIu64 "\n", DX_FMT(gap[i].signature),
                      gap[i].line, gap[i].count);
}

static uint64_t read_log(const ways_know *know, dx_str bytes, dx_framer_options options,
                         dx_buf *out)
{
    dx_arena *arena = dx_arena_new(0);
    dx_collect events = {.into = arena};
    const dx_attempt *attempts;
    dx_matcher *m = know->matcher;
    dx_source *src = NULL;
    dx_framer *f = NULL;
    dx_err err = {0};

    MUST(arena != NULL);
    options.sought = dx_matcher_sought;
    options.sought_ctx = m;
    options.n_openers = dx_rulebook_openers(know->book, &options.openers);
    MUST(dx_source_memory(&src, DX_LIT("logs/setup.log"), bytes, &err) == DX_OK);
    MUST(dx_framer_open(&f, src, know->formats, &options, &err) == DX_OK);
    events.framer = f;
    const uint64_t n = read_records(f, m, &events);
    MUST(dx_collect_finish(&events, dx_framer_attempts(f, &attempts), &err) == DX_OK);
    tell_log(out, f);
    for (size_t i = 0; i < events.n; i++)
        tell_event(out, &events.events[i]);
    for (size_t i = 0; i < events.n_kept; i++)
        tell_event(out, &events.kept[i]);
    tell_gaps(out, m);
    MUST(!out->failed);
    dx_collect_done(&events);
    dx_framer_close(f);
    dx_source_close(src);
    dx_arena_free(arena);
    return n;
}

static void show_difference(const char *name, const char *format, uint64_t step, dx_str plain,
                            dx_str fast)
{
    dx_str a = DX_NONE, b = DX_NONE;
    bool more_a, more_b;

    do {
        more_a = dx_str_next(&plain, '\n', &a);
        more_b = dx_str_next(&fast, '\n', &b);
    } while (more_a && more_b && dx_str_eq(a, b));
    fprintf(stderr, "%s (%s, step %" PRIu64 "):\n  plain: %.*s\n  fast:  %.*s\n", name,
            format ? format : "detected", step, DX_FMT(a), DX_FMT(b));
}

bool ways_agree(const ways_know *know, const char *name, dx_str bytes, const char *format,
                uint64_t clock_step, ways_count *count)
{
    dx_framer_options options = {.format = format, .clock_step = clock_step, .plain = true};
    dx_buf plain = {0}, fast = {0};

    count->logs++;
    count->records += read_log(know, bytes, options, &plain);
    options.plain = false;
    options.helpers = bytes.n > 100000 ? 2 : 0;
    count->cut += read_log(know, bytes, options, &fast);
    const bool same = dx_str_eq(dx_buf_str(&plain), dx_buf_str(&fast));
    if (!same)
        show_difference(name, format, clock_step, dx_buf_str(&plain), dx_buf_str(&fast));
    dx_buf_done(&plain);
    dx_buf_done(&fast);
    return same;
}

bool ways_find(const ways_know *know, const char *name, dx_str bytes, const char *signature,
               ways_count *count)
{
    dx_buf fast = {0};

    count->logs++;
    count->cut += read_log(know, bytes, (dx_framer_options){.plain = false}, &fast);
    const bool found = dx_str_find(dx_buf_str(&fast), dx_str_of(signature), 0) != SIZE_MAX;
    if (!found)
        fprintf(stderr, "%s: %s was not found\n", name, signature);
    dx_buf_done(&fast);
    return found;
}
