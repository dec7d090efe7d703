/* What is told beside attempts when somebody asked about a text or a finding. */
#ifndef DX_REPORT_EXPLANATION_H
#define DX_REPORT_EXPLANATION_H
#include "core/fleet.h"
#include "report/report.h"

/* A step or condition of a rule on an attempt. */
typedef struct dx_explained_check {
    dx_str text;
    bool held;
    int points;    /* what it gives when it holds */
    uint32_t line; /* of the record that it saw, or that came nearest; 0 = none did */
    dx_str quote;  /* its text */
} dx_explained_check;

struct dx_explanation {
    dx_str what;   /* "an e-mail of 27 lines" */
    bool timeline; /* the moments of the attempt are to be told one by one */
    dx_str next;   /* the command to type next; may be empty */
    size_t n_ask;  /* questions to whoever wrote a text of which nothing is known */
    const dx_str *ask;
    /* Of a text: all its codes, and what comes near when nothing else is known of it. */
    size_t n_codes, n_nearest;
    const dx_report_code *codes;
    const dx_rival *nearest;
    /* Why a rule does not apply. */
    dx_str rule; /* empty: nobody asked */
    size_t n_checks;
    const dx_explained_check *checks;
    /* Of a finding. */
    int64_t first_us, last_us; /* ever; DX_NO_TIME of a text */
    dx_str standing;           /* "new", "regressed", ...; may be empty */
    size_t n_others;           /* attempts elsewhere with the same diagnosis, newest first */
    const dx_attempt_row *others;
    int64_t all_others;
    dx_notes notes;
};

/* "resolved", "first found by rules", ... */
extern const char *const dx_note_words[]; /* by dx_note_kind */
#endif
