/* A finding as text for a ticket, in three voices; 40 lines at most, a line being what ends with a
 * line end. */
#ifndef DX_REPORT_TICKET_H
#define DX_REPORT_TICKET_H
#include "report/report.h"

enum { DX_TICKET_LINES = 40 };

typedef enum dx_voice {
    DX_VOICE_USER,  /* a reply to who has the trouble: no jargon, no promise that no rule makes */
    DX_VOICE_AGENT, /* notes for the helpdesk */
    DX_VOICE_ESCALATION /* what the next level needs to go on */
} dx_voice;
enum { DX_VOICES = DX_VOICE_ESCALATION + 1 };
extern const char *const dx_voice_names[];    /* "user", "agent", "escalation", NULL-ended */
extern const char *const dx_ticket_markups[]; /* "markdown", "jira", "plain", NULL-ended */

/* The first finding of r->attempts[attempt], else its first undecided group.  `markup` is one of
 * the words; `voices` a set of 1u << dx_voice. */
DX_CHECK dx_rc dx_ticket_write(const dx_report *r, size_t attempt, const char *markup,
                               unsigned voices, const dx_out *out, dx_err *err);
#endif
