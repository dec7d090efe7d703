/* Items that get one line. */
#include "core/utf.h"
#include "report/text.h"

enum { PLACE = 26 };

/* Text on one line with its tail; the first gives way. */
static void tell_line(dx_teller *t, dx_word word)
{
    dx_tell(t, DX_PART_HEAD, (dx_para){.label = word.word, .tone = word.tone, .hang = DX_HANG});
}

static const dx_event *first_event(const dx_finding *f)
{
    for (size_t i = 0; i < f->n_evidence; i++)
        if (f->evidence[i].event)
            return f->evidence[i].event;
    return NULL;
}

/* A key and a place behind the text when the place can be read there, else both below. */
static void say_key_and_place(dx_teller *t, const char key[10], const dx_report_attempt *a,
                              const dx_event *e)
{
    const size_t used = DX_HANG + dx_utf_columns(dx_buf_str(&t->text)) + 2;
    size_t room = t->page.columns - DX_HANG;

    dx_say_key(t, key);
    dx_buf_add(&t->tail, DX_LIT("  "));
    const size_t own = dx_utf_columns(dx_buf_str(&t->tail));
    if (used + own + PLACE <= t->page.columns)
        room = t->page.columns - used;
    if (e)
        dx_say_place(t, dx_report_locate(t->report, a, e), e->line, room - own);
    else
        dx_say_place(t, a->of, a->of->attempt.first_line, room - own);
}

/* A place behind the text when it can be read there, else below. */
static void say_place_behind(dx_teller *t, const dx_case *of, uint32_t line)
{
    const size_t used = DX_HANG + dx_utf_columns(dx_buf_str(&t->text)) + 2;
    const bool fits = used + PLACE <= t->page.columns;

    dx_say_place(t, of, line, t->page.columns - (fits ? used : DX_HANG));
}

/* Two lines hold most titles: a title that lost its middle tells nothing. */
static size_t room(const dx_teller *t)
{
    return 2 * (t->page.columns - DX_HANG) - dx_utf_columns(dx_buf_str(&t->text));
}

static void line_finding(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *a = dx_item_attempt(t, item);
    const dx_finding *f = &a->verdict->findings[item->which];

    dx_say_server(t, f->server);
    if (f->state != DX_OPEN)
        dx_buf_printf(&t->text, "%s: ", dx_state_names[f->state]);
    dx_say_title(t, f->title, f->diagnosis, room(t));
    say_key_and_place(t, f->key, a, first_event(f));
    tell_line(t, dx_finding_word(a, f));
}

static void line_undecided(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *a = dx_item_attempt(t, item);
    const dx_undecided *u = &a->verdict->undecided[item->which];

    dx_say_server(t, u->server);
    dx_say_candidates(t, u);
    say_key_and_place(t, u->key, a, u->n_events > 0 ? u->events[0] : NULL);
    tell_line(t, (dx_word){"????", DX_TONE_WARN});
}

static void line_unexplained(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *a = dx_item_attempt(t, item);

    dx_say_puzzle(t, a);
    say_place_behind(t, a->of, a->of->attempt.outcome_line);
    tell_line(t, dx_puzzle_word(a));
}

/* ---- nothing but an ending ---- */

static void line_ending(dx_teller *t, const dx_item *item)
{
    const dx_report_attempt *a = dx_item_attempt(t, item);
    const dx_attempt *of = &a->of->attempt;
    const dx_ending ending = dx_report_ending(a);
    const dx_report_attempt *because =
        ending <= DX_ENDED_UNCLEAR ? dx_report_because(t->report, item->attempt) : NULL;

    dx_say_server(t, of->server);
    dx_say_product(t, of);
    dx_say(t, dx_ending_word_of(a)->says);
    if (because != NULL)
        dx_buf_printf(&t->text, ", because attempt %u inside it did",
                      (unsigned)because->of->attempt.ordinal);
    else
        dx_explained_says(&t->text, a);
    say_place_behind(t, a->of, of->outcome_line > 0 ? of->outcome_line : of->last_line);
    tell_line(t, dx_ending_word_of(a)->word);
}

void dx_text_one_line(dx_teller *t, const dx_item *item)
{
    static void (*const tellers[])(dx_teller *, const dx_item *) = {
        [DX_ITEM_FINDING] = line_finding,
        [DX_ITEM_UNDECIDED] = line_undecided,
        [DX_ITEM_UNEXPLAINED] = line_unexplained,
        [DX_ITEM_ENDING] = line_ending,
    };

    tellers[item->kind](t, item);
    dx_tell_block(t);
}
