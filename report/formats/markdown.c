/* For tickets, wikis and chats that take Markdown. */
#include "report/explanation.h"
#include "report/markdown_report.h"
#include "report/sink.h"

static bool is_puzzle(const dx_report *r, size_t attempt)
{
    const dx_report_attempt *a = &r->attempts[attempt];
    const dx_ending ending = dx_report_ending(a);

    return a->verdict->n_unexplained + a->n_codes + a->n_nearest + a->n_around > 0 ||
           (a->verdict->n_findings + a->verdict->n_undecided == 0 && ending <= DX_ENDED_UNCLEAR &&
            dx_report_because(r, attempt) == NULL);
}

/* Findings that wait for somebody, or those that are over. */
static void put_findings(dx_sink *sink, const dx_report *r, size_t attempt, bool over,
                         dx_md_tries how)
{
    const dx_verdict *v = r->attempts[attempt].verdict;

    for (size_t i = 0; i < v->n_findings; i++)
        if ((v->findings[i].state >= DX_RESOLVED) == over)
            dx_md_finding(&sink->buf, r, attempt, i, how);
}

static void put_attempt(dx_sink *sink, const dx_report *r, size_t attempt, dx_md_tries how)
{
    const dx_verdict *v = r->attempts[attempt].verdict;

    put_findings(sink, r, attempt, false, how);
    for (size_t i = 0; i < v->n_undecided; i++)
        dx_md_undecided(&sink->buf, r, attempt, i, how);
    if (is_puzzle(r, attempt))
        dx_md_unknown(&sink->buf, r, attempt);
}

/* What is to be done stands above what is over, whichever log was read first. */
static void put_all_findings(dx_sink *sink, const dx_report *r, dx_md_tries how)
{
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(sink); i++)
        put_attempt(sink, r, r->order ? r->order[i] : i, how);
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(sink); i++)
        put_findings(sink, r, r->order ? r->order[i] : i, true, how);
}

static void put_source(dx_buf *out, const dx_report_source *s)
{
    dx_buf path = {0};

    dx_buf_add(&path, s->path);
    if (s->member.n > 0)
        dx_buf_printf(&path, "!%.*s", DX_FMT(s->member));
    dx_buf_add(out, DX_LIT("- "));
    dx_md_code(out, dx_buf_str(&path));
    out->failed |= path.failed;
    dx_buf_done(&path);
    if (s->skipped.n > 0) {
        dx_buf_add(out, s->damage ? DX_LIT(" **not read:** ") : DX_LIT(" skipped: "));
        dx_md_text(out, s->skipped);
        dx_buf_char(out, '\n');
        return;
    }
    dx_buf_add(out, DX_LIT(": "));
    dx_md_text(out, s->format.n > 0 ? s->format : DX_LIT("no known format"));
    dx_buf_add(out, DX_LIT(", "));
    dx_md_text(out, s->encoding);
    dx_buf_add(out, DX_LIT(" ("));
    dx_md_text(out, s->encoding_how);
    dx_buf_printf(out, "), %lu lines, %lu attempts\n", (unsigned long)s->lines,
                  (unsigned long)s->attempts);
    for (size_t i = 0; i < s->n_notes; i++) {
        dx_buf_add(out, DX_LIT("  - "));
        dx_md_text(out, s->notes[i]);
        dx_buf_char(out, '\n');
    }
}

static void put_gap(dx_buf *out, const struct dx_report_gap *gap)
{
    dx_buf_add(out, DX_LIT("- not judged: "));
    dx_md_code(out, gap->signature);
    dx_buf_printf(out, " hit its limit on %llu records, first at ", (unsigned long long)gap->count);
    dx_md_code(out, gap->path);
    dx_buf_printf(out, " line %lu\n", (unsigned long)gap->line);
}

static void put_head(dx_buf *out, const dx_report *r)
{
    dx_buf summary = {0};

    if (r->explanation)
        dx_buf_printf(&summary, "Read as %.*s.", DX_FMT(r->explanation->what));
    else
        dx_report_summary(r, &summary);
    dx_buf_add(out, DX_LIT("# Setup report\n\n"));
    dx_md_text(out, dx_buf_str(&summary));
    dx_buf_add(out, DX_LIT("\n\n"));
    out->failed |= summary.failed;
    dx_buf_done(&summary);
}

static void put_foot(dx_buf *out, const dx_report *r)
{
    dx_buf_add(out, DX_LIT("\nsetupdx "));
    dx_md_text(out, r->program_version);
    dx_buf_add(out, DX_LIT(", rules "));
    dx_md_text(out, r->ruleset_version);
    dx_buf_add(out, DX_LIT(", digest "));
    dx_md_code(out, r->ruleset_digest);
    dx_buf_add(out, DX_LIT(", store "));
    dx_md_code(out, r->store);
    dx_buf_char(out, '\n');
}

/* ---- the whole ---- */

/* Groups of failures, and by attempt whether it is told. */
static void put_groups(dx_sink *sink, const dx_report *r, const dx_outline *o, bool *told)
{
    const size_t n = o->n_blocks < DX_OUTLINE_BLOCKS ? o->n_blocks : DX_OUTLINE_BLOCKS;

    for (size_t i = 0; i < n && dx_sink_poll(sink); i++) {
        dx_md_group(&sink->buf, r, &o->block[i], DX_MD_FEW_TRIES);
        told[o->block[i].latest->attempt] = true;
    }
    dx_md_more(&sink->buf, o->n_blocks - n, "kind", "kinds");
}

static void put_few_attempts(dx_sink *sink, const dx_report *r, const dx_outline *o,
                             const bool *told)
{
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(sink); i++)
        if (told[i])
            dx_md_attempt(&sink->buf, r, i);
    dx_md_endings(&sink->buf, r, o->ending, o->n_endings);
}

static void put_few_sources(dx_sink *sink, const dx_report *r)
{
    size_t told = 0;

    for (int turn = 0; turn < 2; turn++)
        for (size_t i = 0; i < r->n_sources && dx_sink_poll(sink); i++)
            if (dx_outline_source(r, i, turn == 0, &told))
                put_source(&sink->buf, &r->sources[i]);
    dx_md_more(&sink->buf, r->n_sources - DX_OUTLINE_SOURCES, "file", "files");
}

static void put_attempts(dx_sink *sink, const dx_report *r)
{
    for (size_t i = 0; i < r->n_attempts && dx_sink_poll(sink); i++)
        dx_md_attempt(&sink->buf, r, i);
}

static void put_sources(dx_sink *sink, const dx_report *r)
{
    for (size_t i = 0; i < r->n_sources && dx_sink_poll(sink); i++)
        put_source(&sink->buf, &r->sources[i]);
}

/* `told`: by attempt, all false. */
static void put_all(dx_sink *sink, const dx_report *r, const dx_outline *o, bool brief, bool *told)
{
    const bool many = brief && r->n_attempts > DX_OUTLINE_ATTEMPTS;

    put_head(&sink->buf, r);
    if (o->grouped || many)
        put_groups(sink, r, o, told);
    else
        put_all_findings(sink, r, brief ? DX_MD_FEW_TRIES : DX_MD_ALL_TRIES);
    if (r->explanation)
        dx_md_explanation(&sink->buf, r->explanation);
    if (r->n_attempts > 0)
        dx_buf_add(&sink->buf, DX_LIT("## Attempts\n\n"));
    if (many)
        put_few_attempts(sink, r, o, told);
    else
        put_attempts(sink, r);
    dx_buf_add(&sink->buf, DX_LIT("\n## What was read\n\n"));
    if (brief && r->n_sources > DX_OUTLINE_SOURCES)
        put_few_sources(sink, r);
    else
        put_sources(sink, r);
    for (size_t i = 0; i < r->n_gaps; i++)
        put_gap(&sink->buf, &r->gaps[i]);
    put_foot(&sink->buf, r);
}

static dx_rc write_markdown(const dx_report *r, const dx_style *style, const dx_out *out,
                            dx_err *err)
{
    const bool brief = !style || style->verbose == 0;
    dx_arena *arena = dx_arena_new(0);
    bool *told = arena ? dx_arena_get(arena, r->n_attempts + 1) : NULL;
    dx_outline outline;
    dx_sink sink;

    if (!told) {
        dx_arena_free(arena);
        return dx_nomem(err);
    }
    if (dx_report_outline(r, !brief, arena, &outline, err) != DX_OK) {
        dx_arena_free(arena);
        return DX_FAIL;
    }
    dx_sink_open(&sink, out, err);
    put_all(&sink, r, &outline, brief, told);
    dx_arena_free(arena);
    return dx_sink_close(&sink);
}

const dx_report_format dx_report_format_markdown = {
    .name = "markdown",
    .mime = "text/markdown",
    .help = "for tickets, wikis and chats",
    .write = write_markdown,
};
