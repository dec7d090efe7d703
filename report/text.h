/* The pieces of the text report.  Only report/formats/text.c and report/text_*.c use this. */
#ifndef DX_REPORT_TEXT_H
#define DX_REPORT_TEXT_H
#include "report/groups.h"
#include "report/judge.h"
#include "report/plan.h"
#include "report/sink.h"
#include "report/words.h"

/* ---- a block: the paragraphs of one item, 40 lines at most ---- */

typedef enum dx_part {
    DX_PART_HEAD,
    DX_PART_STATE,
    DX_PART_CAUSE,
    DX_PART_SURE,
    DX_PART_FIX,
    DX_PART_SIGNS,
    DX_PART_AROUND,
    DX_PART_RIVALS,
    DX_PART_ABSENT,
    DX_PART_ALSO,
    DX_PART_HISTORY,
    DX_PART_SOURCE
} dx_part;
enum { DX_PARTS = DX_PART_SOURCE + 1, DX_BLOCK_LINES = 37 };

typedef struct dx_teller {
    const dx_report *report;
    unsigned verbose;
    dx_page page;
    dx_sink sink;
    dx_buf part[DX_PARTS];
    dx_buf text, tail;     /* of the next paragraph */
    dx_str first_key;      /* of the first failure that was told, or empty */
    bool first_open;       /* and it is a finding with something left to do */
    const dx_group *group; /* for which the block that is being told stands; NULL: for itself */
} dx_teller;

/* Puts a paragraph of t->text and t->tail into a part, and empties both. */
void dx_tell(dx_teller *t, dx_part part, dx_para para);
/* Hands the block on.  When it is too long its parts lose lines, the least important first. */
void dx_tell_block(dx_teller *t);

/* Each of these tells an item of its kind as a block and hands it on. */
void dx_text_finding(dx_teller *t, const dx_item *item);
void dx_text_undecided(dx_teller *t, const dx_item *item);
void dx_text_unexplained(dx_teller *t, const dx_item *item);
/* Any item in a line or two. */
void dx_text_one_line(dx_teller *t, const dx_item *item);
/* Groups in this order, a line or two for each, but no more than a screen or so of them; with
 * t->verbose each of their items, and all. */
void dx_text_in_short(dx_teller *t, const dx_group *groups, size_t n);
/* Attempts of which only the ending is told: a line for each, or a few for all groups of them. */
void dx_text_endings(dx_teller *t, const dx_item *items, size_t n);
void dx_text_many_endings(dx_teller *t, const dx_group *groups, size_t n);
/* "Also on 12 other servers: ...", when the block stands for a group. */
void dx_tell_elsewhere(dx_teller *t, const dx_item *item);
/* "cannot decide between A and B", "perhaps, but not for certain: A" */
void dx_say_candidates(dx_teller *t, const dx_undecided *u);
/* Server, product and that nobody knows why. */
void dx_say_puzzle(dx_teller *t, const dx_report_attempt *a);
/* "Again in 3 attempts, ..." and "Also in attempt 1 (line 3), ..."; nothing when the failure came
 * once. */
void dx_tell_again(dx_teller *t, const dx_item *item);
/* "Also 2 errors in this attempt that no rule explains", with its first finding or question. */
void dx_tell_unexplained(dx_teller *t, const dx_item *item);
/* "Also in ...": the same failure in other attempts of the server; nothing when there are none. */
void dx_tell_others(dx_teller *t, const dx_item *item);
/* When somebody asked about a text or a finding (explanation.h): what it was read as, and what else
 * is known of it. */
void dx_text_explanation_head(dx_teller *t);
void dx_text_explanation_rest(dx_teller *t);
/* The last lines: summary, what was not read, what to do next. */
void dx_text_closing(dx_teller *t);

/* ---- words ---- */

enum { DX_HANG = 6 }; /* where text begins beside a dx_word */

const dx_report_attempt *dx_item_attempt(const dx_teller *t, const dx_item *item);

/* These add to t->text: our own words; foreign text as dx_page_show() shows it, or at most so wide.
 */
void dx_say(dx_teller *t, const char *words);
void dx_say_log(dx_teller *t, dx_str foreign);
void dx_say_short(dx_teller *t, dx_str foreign, size_t columns);
void dx_say_server(dx_teller *t, dx_str server); /* with two blanks behind it */
/* What a known message that comes near says, and what only that says; without a label. */
void dx_say_nearest(dx_teller *t, const dx_rival *r);
/* The title, or the id where it is empty. */
void dx_say_title(dx_teller *t, dx_str title, dx_str id, size_t columns);
void dx_say_product(dx_teller *t, const dx_attempt *a); /* "Exchange Server 5.5 SP3", "setup" */
void dx_say_attempt(dx_teller *t,
                    const dx_attempt *a); /* "attempt 2 of 2000-06-14 09:12 UTC ..." */
/* Adds to t->tail, which the page keeps in one line, a path as a word of a command.  False when it
 * cannot be typed as this page shows it, or t->tail grows longer than lines are. */
bool dx_say_path(dx_teller *t, dx_str path);
/* Ends a command with the option that names the store, or "STORE" in place of what cannot be typed;
 * nothing for the usual store. */
void dx_say_db(dx_teller *t);
/* These add to t->tail: "[key 7f3c-19aa]", and a place in one line,
 * "mail01/Exchange Server Setup.log:412". */
void dx_say_key(dx_teller *t, const char key[10]);
void dx_say_place(dx_teller *t, const dx_case *of, uint32_t line, size_t columns);

/* One numbered sign: the quoted text of an event and its place. */
void dx_tell_sign(dx_teller *t, dx_part part, size_t number, const dx_item *item,
                  const dx_event *e);
/* "Signs in attempt 2 of ..." after an empty line. */
void dx_tell_signs_head(dx_teller *t, const dx_item *item);
/* A paragraph: what else it could be, its points, and how to tell. */
void dx_tell_rival(dx_teller *t, const dx_rival *rival, const char *label);
/* "3 more signs (--format json)"; nothing for 0. */
void dx_tell_more(dx_teller *t, dx_part part, size_t n, const char *what);
#endif
