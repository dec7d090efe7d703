/* The answer to a question about all that is stored, ready to be told: rows of values, of which
 * each may carry a small chart.  One model, several formats (report/trends/).  docs/trends.md. */
#ifndef DX_REPORT_ANSWER_H
#define DX_REPORT_ANSWER_H
#include "core/fleet.h"
#include "report/report.h"

typedef enum dx_unit {
    DX_UNIT_TEXT,
    DX_UNIT_LIST, /* of texts */
    DX_UNIT_COUNT,
    DX_UNIT_SHARE,  /* 0..1, told in per cent */
    DX_UNIT_GROWTH, /* 2.5: so many times */
    DX_UNIT_TIME,   /* microseconds since 1970 */
    DX_UNIT_SPAN    /* microseconds */
} dx_unit;

typedef struct dx_column {
    const char *name; /* for programs: "first_seen" */
    const char *head; /* for people: "first seen" */
    dx_unit unit;
    bool aside; /* for programs only: people need it not in every answer */
} dx_column;

typedef struct dx_value {
    bool known;
    dx_str text;         /* TEXT */
    const dx_str *texts; /* LIST */
    size_t n_texts;
    int64_t number; /* COUNT, TIME, SPAN */
    double ratio;   /* SHARE, GROWTH */
} dx_value;

typedef struct dx_answer_row {
    dx_line_kind kind;
    dx_str id, title;           /* title: empty when it says no more than the id */
    dx_value *values;           /* one per column */
    const int64_t *chart;       /* one per bucket; NULL = none */
    const dx_trend_cell *cells; /* one per bucket: all that is known of it; NULL = only chart */
    const dx_trend_cell *all;   /* with cells: their sum */
} dx_answer_row;

typedef struct dx_asked {
    const char *name; /* "of", "since" */
    dx_str value;
} dx_asked;

typedef struct dx_answer { /* all borrowed */
    const char *schema;    /* "setupdx.trend/1" */
    dx_str title;          /* "Diagnoses by week" */
    dx_str summary;        /* one sentence */
    dx_str program_version, store;
    int64_t now_us;
    size_t n_asked;
    const dx_asked *asked;
    const char *id_head; /* "diagnosis" */
    size_t n_columns;
    const dx_column *columns;
    size_t n_buckets;
    const dx_trend_bucket *buckets;
    bool in_time;         /* buckets are days, weeks or months; else versions or sites */
    const char *chart_of; /* "failures", "servers"; NULL without buckets */
    size_t n_rows;
    const dx_answer_row *rows;
    const char *empty; /* what to say when there are no rows */
    size_t n_notes;
    const dx_str *notes; /* what is left out, what adds up, where parts are missing */
    bool partial;        /* a part of the store was away */
} dx_answer;

/* What every answer begins with; the makers below fill in the rest from what a store said.
 * Everything made lives in `into`; question and answer are borrowed.  They fail only when out of
 * memory. */
typedef struct dx_asking {
    dx_str program_version, store;
    int64_t now_us;
} dx_asking;

/* What was asked and what the store answered, as rows. */
DX_CHECK dx_rc dx_answer_trend(const dx_asking *asking, const dx_trend_query *q, const dx_trend *t,
                               dx_arena *into, dx_answer *out, dx_err *err);
DX_CHECK dx_rc dx_answer_list(const dx_asking *asking, const dx_list_query *q, const dx_list *l,
                              dx_arena *into, dx_answer *out, dx_err *err);
DX_CHECK dx_rc dx_answer_fixes(const dx_asking *asking, const dx_trend_filter *where,
                               const dx_fixes *f, dx_arena *into, dx_answer *out, dx_err *err);
DX_CHECK dx_rc dx_answer_servers(const dx_asking *asking, const dx_servers_query *q,
                                 const dx_servers *s, dx_arena *into, dx_answer *out, dx_err *err);
/* One server: a row for each of its products. */
DX_CHECK dx_rc dx_answer_server(const dx_asking *asking, const dx_server_row *s,
                                const dx_notes *history, dx_arena *into, dx_answer *out,
                                dx_err *err);

/* It has no row, or only a total of nothing. */
bool dx_answer_is_empty(const dx_answer *a);

/* One .c file in report/trends/ defines one of these, named dx_trend_format_<file name>. */
typedef struct dx_trend_format {
    const char *name; /* "table", "json", "csv", "html" */
    const char *mime;
    const char *help; /* one line */
    dx_rc (*write)(const dx_answer *a, const dx_style *style, const dx_out *out, dx_err *err);
} dx_trend_format;

const dx_trend_format *dx_trend_format_get(const char *name); /* NULL = no such one */
/* How many there are; *out is good for ever. */
size_t dx_trend_format_all(const dx_trend_format *const **out);

/* ---- for the formats ---- */

/* A value for people: "12.3 %", "2026-11-01", "3 d 4 h"; nothing when it is not known. */
void dx_value_say(dx_buf *out, dx_unit unit, const dx_value *v);
/* The words for a row that stands for no single thing: "Unclassified failures"; NULL for an id. */
const char *dx_line_words(dx_line_kind kind);
extern const char *const dx_line_names[]; /* by dx_line_kind, for programs: "id", "rest" ... */
#endif
