#include "web/rows.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/time.h"
#include "report/html_chart.h"

void dx_rows_open(dx_buf *out, const char *caption, const char *const *heads, size_t n)
{
    dx_buf_printf(out,
                  "<div class=\"card flush scroll\"><table class=\"data list\" data-sort>"
                  "<caption class=\"sr\">%s</caption><thead><tr>",
                  caption);
    for (size_t i = 0; i < n; i++) {
        const bool figures = heads[i][0] == '#', fixed = heads[i][0] == '-';
        dx_buf_printf(out, "<th scope=\"col\"%s%s>%s</th>", figures ? " class=\"num\"" : "",
                      fixed ? " data-fixed" : "", heads[i] + (figures || fixed));
    }
    dx_buf_add(out, DX_LIT("</tr></thead><tbody>\n"));
}

void dx_rows_close(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("</tbody></table></div>\n"));
}

void dx_rows_standing(dx_buf *out, dx_standing standing)
{
    static const struct {
        const char *tone, *text;
    } words[] = {[DX_STAND_NEW] = {"info", "\xE2\x97\x8F New"},
                 [DX_STAND_KNOWN] = {"warn", "\xE2\x97\x86 Open"},
                 [DX_STAND_REGRESSED] = {"bad", "\xE2\x96\xB2 Regressed"},
                 [DX_STAND_SILENCED] = {"", "\xE2\x80\x93 Silenced"},
                 [DX_STAND_PENDING] = {"info", "\xE2\x97\x90 Fix pending"},
                 [DX_STAND_VERIFIED] = {"good", "\xE2\x9C\x93 Verified"}};

    dx_piece_badge(out, words[standing].tone, dx_str_of(words[standing].text));
}

void dx_rows_count(dx_buf *out, int64_t n)
{
    dx_buf_add(out, DX_LIT("<td class=\"num\">"));
    dx_html_count(out, n < 0 ? 0 : (uint64_t)n);
    dx_buf_add(out, DX_LIT("</td>"));
}

void dx_rows_day(dx_buf *out, int64_t us)
{
    char iso[32];

    if (us == DX_NO_TIME) {
        dx_buf_add(out, DX_LIT("<td>\xE2\x80\x93</td>"));
        return;
    }
    dx_time_iso(us, iso);
    dx_buf_printf(out, "<td class=\"day\"><time datetime=\"%s\" title=\"%s\">%.10s</time></td>",
                  iso, iso, iso);
}

void dx_rows_days(dx_buf *out, int64_t from_us, int64_t to_us)
{
    char from[32] = "", to[32] = "";

    if (from_us != DX_NO_TIME)
        dx_time_iso(from_us, from);
    if (to_us != DX_NO_TIME)
        dx_time_iso(to_us, to);
    dx_buf_printf(out, "%.10s", from);
    if (to[0] &&
        dx_str_cmp(dx_str_slice(dx_str_of(to), 0, 10), dx_str_slice(dx_str_of(from), 0, 10)))
        dx_buf_printf(out, " to %.10s", to);
}

void dx_rows_number(dx_buf *out, int64_t n, const char *one, const char *many)
{
    dx_html_count(out, n < 0 ? 0 : (uint64_t)n);
    dx_buf_printf(out, " %s", n == 1 ? one : many);
}

void dx_rows_span(dx_buf *out, int64_t us)
{
    static const struct {
        int64_t seconds;
        const char *one, *many;
    } units[] = {{86400, "day", "days"}, {3600, "hour", "hours"}, {60, "minute", "minutes"}};

    if (us == DX_NO_TIME) {
        dx_buf_add(out, DX_LIT("\xE2\x80\x93"));
        return;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const int64_t n = us / 1000000 / units[i].seconds;
        if (n == 0)
            continue;
        dx_buf_printf(out, "%" PRId64 " %s", n, n == 1 ? units[i].one : units[i].many);
        return;
    }
    dx_buf_add(out, DX_LIT("under a minute"));
}

void dx_rows_spark(dx_buf *out, const int64_t *weeks, size_t n, const char *what)
{
    uint64_t values[DX_SPARK_WEEKS] = {0};
    char label[96];

    if (n > DX_SPARK_WEEKS) {
        weeks += n - DX_SPARK_WEEKS;
        n = DX_SPARK_WEEKS;
    }
    for (size_t i = 0; i < n; i++)
        values[i] = weeks[i] < 0 ? 0 : (uint64_t)weeks[i];
    (void)snprintf(label, sizeof label, "%zu weeks, %" PRIu64 " %s in the last", n,
                   n ? values[n - 1] : 0, what);
    dx_chart_spark(out, dx_str_of(label), values, n);
}

void dx_rows_server_link(dx_buf *out, dx_str name)
{
    dx_buf_add(out, DX_LIT("<a href=\"/server?name="));
    dx_url_add(out, name);
    dx_buf_add(out, DX_LIT("\">"));
    dx_html_clip(out, name, 80);
    dx_buf_add(out, DX_LIT("</a>"));
}

void dx_rows_finding_link(dx_buf *out, dx_str key, dx_str text)
{
    dx_buf_add(out, DX_LIT("<a data-row href=\"/findings/"));
    dx_url_add(out, key);
    dx_buf_add(out, DX_LIT("\">"));
    dx_html_clip(out, text, 300);
    dx_buf_add(out, DX_LIT("</a>"));
}

/* A row that stands for one failure leads to it, one that stands for many to their list. */
static void finding_title(dx_buf *out, const dx_finding_row *f)
{
    const dx_str title = f->title.n ? f->title : f->diagnosis;

    if (f->key.n) {
        dx_rows_finding_link(out, f->key, title);
    } else {
        dx_buf_add(out, DX_LIT("<a data-row href=\"/inbox?view=servers&amp;show=all&amp;"
                               "diagnosis="));
        dx_url_add(out, f->diagnosis);
        dx_buf_add(out, DX_LIT("\">"));
        dx_html_clip(out, title, 300);
        dx_buf_add(out, DX_LIT("</a>"));
    }
    dx_buf_add(out, DX_LIT("<div class=\"meta\">"));
    if (f->key.n) {
        dx_html_elem(out, "span", "key", f->key);
        dx_buf_add(out, DX_LIT(" \xC2\xB7 "));
    }
    dx_html_clip(out, f->product.n ? f->product : f->diagnosis, 100);
    if (f->cause_class.n) {
        dx_buf_add(out, DX_LIT(" \xC2\xB7 "));
        dx_html_clip(out, f->cause_class, 60);
    }
    dx_buf_add(out, DX_LIT("</div>"));
}

void dx_rows_finding(dx_buf *out, const dx_finding_row *f, bool by_server)
{
    dx_buf_add(out, DX_LIT("<tr><td>"));
    dx_rows_standing(out, f->standing);
    dx_buf_add(out, DX_LIT("</td><th scope=\"row\">"));
    finding_title(out, f);
    dx_buf_add(out, DX_LIT("</th>"));
    if (by_server) {
        dx_buf_add(out, DX_LIT("<td data-label=\"Server\">"));
        dx_rows_server_link(out, f->server);
        dx_buf_add(out, DX_LIT("</td>"));
    } else {
        dx_rows_count(out, f->servers);
    }
    dx_rows_count(out, f->attempts);
    dx_buf_add(out, DX_LIT("<td>"));
    dx_rows_spark(out, f->weeks, DX_SPARK_WEEKS, "attempts");
    dx_buf_add(out, DX_LIT("</td>"));
    dx_rows_day(out, f->first_us);
    dx_rows_day(out, f->last_us);
    dx_buf_add(out, DX_LIT("</tr>\n"));
}

void dx_rows_outcome(dx_buf *out, dx_outcome outcome, bool failed)
{
    static const char *const tones[] = {[DX_UNDECIDED] = "",
                                        [DX_SUCCEEDED] = "good",
                                        [DX_FAILED] = "bad",
                                        [DX_CANCELLED] = "warn",
                                        [DX_CUT_OFF] = "warn"};
    const bool untold = failed && outcome == DX_UNDECIDED;

    dx_piece_badge(out, failed ? "bad" : tones[outcome],
                   untold ? DX_LIT("failed") : dx_str_of(dx_outcome_names[outcome]));
}

void dx_rows_attempt(dx_buf *out, const dx_attempt_row *a, bool with_server)
{
    char when[32] = "time not known";

    if (a->happened_us != DX_NO_TIME)
        dx_time_short(a->happened_us, when);
    dx_buf_add(out, DX_LIT("<tr><td>"));
    dx_rows_outcome(out, a->outcome, a->failed);
    dx_buf_printf(out,
                  "</td><th scope=\"row\"><a data-row class=\"day\" href=\"/attempts/%" PRId64
                  "\">%s</a></th>",
                  a->id, when);
    if (with_server) {
        dx_buf_add(out, DX_LIT("<td>"));
        dx_rows_server_link(out, a->server);
        dx_buf_add(out, DX_LIT("</td>"));
    }
    dx_buf_add(out, DX_LIT("<td>"));
    dx_html_clip(out, a->product, 80);
    dx_buf_char(out, ' ');
    dx_html_clip(out, a->version, 40);
    dx_buf_add(out, DX_LIT("</td><td>"));
    if (a->key.n)
        dx_rows_finding_link(out, a->key, a->title.n ? a->title : a->diagnosis);
    dx_buf_add(out, DX_LIT("</td><td class=\"path\">"));
    dx_html_clip(out, a->member.n ? a->member : a->path, 120);
    dx_buf_add(out, DX_LIT("</td></tr>\n"));
}

static void note_says(dx_buf *out, const dx_note *n)
{
    static const char *const verbs[] = {
        [DX_NOTE_RULES] = "Found by the rules ", [DX_NOTE_RESOLVED] = "Resolved: ",
        [DX_NOTE_SILENCED] = "Silenced: ",       [DX_NOTE_UNSILENCED] = "No longer silenced ",
        [DX_NOTE_ALIAS] = "Counts as ",          [DX_NOTE_TAG] = "Tagged "};

    dx_buf_printf(out, "%s", verbs[n->kind]);
    dx_html_clip(out, n->what, 400);
    if (n->ticket.n) {
        dx_buf_add(out, DX_LIT(", ticket "));
        dx_html_clip(out, n->ticket, 80);
    }
    if (n->until_us != DX_NO_TIME) {
        dx_buf_add(out, DX_LIT(", until "));
        dx_html_time(out, n->until_us);
    }
    if (n->by.n && n->kind != DX_NOTE_RULES) {
        dx_buf_add(out, DX_LIT(", by "));
        dx_html_clip(out, n->by, 80);
    }
}

void dx_rows_notes(dx_buf *out, const dx_notes *notes)
{
    if (notes->n == 0)
        dx_buf_add(out, DX_LIT("<p class=\"quiet\">Nobody has noted anything yet.</p>\n"));
    dx_buf_add(out, notes->n ? DX_LIT("<ol class=\"history\">") : DX_LIT(""));
    for (size_t i = 0; i < notes->n; i++) {
        dx_buf_add(out, DX_LIT("<li><span class=\"meta\">"));
        dx_html_time(out, notes->rows[i].at_us);
        dx_buf_add(out, DX_LIT("</span> "));
        note_says(out, &notes->rows[i]);
        dx_buf_add(out, DX_LIT("</li>\n"));
    }
    dx_buf_add(out, notes->n ? DX_LIT("</ol>\n") : DX_LIT(""));
}
