/* Log formats, read from YAML: how to know one, cut it, date it and follow its attempts.
 * The language: docs/format-language.md. */
#ifndef DX_PARSER_FORMAT_H
#define DX_PARSER_FORMAT_H
#include "core/attempt.h"
#include "core/regex.h"
#include "core/ytree.h"

typedef struct dx_format dx_format;   /* one log format, immutable */
typedef struct dx_formats dx_formats; /* all of them */

typedef enum dx_format_kind {
    DX_KIND_LOG,
    DX_KIND_TEXT,    /* may be anything: only what somebody knows something in is an attempt */
    DX_KIND_DOCUMENT /* source code, a manual, a changelog: holds no attempt, whatever it says */
} dx_format_kind;

/* Reads `formats` of every file of the set.  Every fault is reported; DX_FAIL (DX_E_RULE) when
 * there was one.  Borrows from the set's arena. */
DX_CHECK dx_rc dx_formats_new(dx_formats **out, const dx_yset *set, dx_faults *faults, dx_err *err);
void dx_formats_free(dx_formats *f); /* NULL is fine */

/* The same with all of them in an arena.  They borrow no more of the set than its texts. */
DX_CHECK dx_rc dx_formats_new_in(dx_formats **out, const dx_yset *set, dx_arena *into,
                                 dx_faults *faults, dx_err *err);
/* Gives back what searches have taken outside of the arena; the formats can still be used. */
void dx_formats_release(dx_formats *f);
/* When they were read back from an image (core/image.h), before anything else. */
void dx_formats_revive(dx_formats *f);

size_t dx_formats_all(const dx_formats *f, const dx_format *const **out); /* by id */
const dx_format *dx_formats_get(const dx_formats *f, dx_str id);          /* NULL when unknown */
/* The id that was probably meant by `typed`; empty when none is near.  Lives as long as they do. */
dx_str dx_formats_meant(const dx_formats *f, dx_str typed);

/* Where the log lies of a product that the text names, for people; of several the one with the
 * longest word.  Where none is named (*product is false), of a system that is; empty: neither. */
dx_str dx_formats_where(const dx_formats *all, dx_str text, bool *product);

/* Its id ("msi") and what people call it; they live as long as the formats. */
dx_str dx_format_id(const dx_format *f);
dx_str dx_format_title(const dx_format *f);
/* Why the records of such a log are cut one by one, instead of only where something is; empty when
 * they are not, DX_NONE when out of memory. */
dx_str dx_format_why_slow(const dx_format *f, dx_arena *into);
/* The format's own samples, for `rules check`. */
typedef struct dx_format_sample {
    dx_place at;
    dx_str name, text, from;
    long long records, attempts; /* -1 = not said */
    size_t n_outcomes;
    const dx_outcome *outcomes; /* of the attempts, in order */
    size_t n_facts;
    const struct dx_fact_want {
        dx_str name, value;
    } * facts; /* of the first attempt */
} dx_format_sample;
/* How many there are; *out is theirs. */
size_t dx_format_samples(const dx_format *f, const dx_format_sample **out);
#endif
