/* Bytes in, records out: guesses encoding and format, decodes, joins lines, follows attempts. */
#ifndef DX_PARSER_FRAMER_H
#define DX_PARSER_FRAMER_H
#include "core/attempt.h"
#include "core/record.h"
#include "core/scanner.h"
#include "parser/format.h"
#include "parser/hunch.h"
#include "parser/source.h"

typedef struct dx_framer dx_framer;
struct dx_quests;

/* The caller says what is to be looked for in a log of this format, in *out, which must outlive the
 * framer; false when any record may hold something, so that all are cut.  `log` is DX_NONE at
 * first. When a log turns out to be long (some MiB) the function is called twice more, with a piece
 * of the log: the first time to find out what is rare in it, perhaps in another thread while others
 * call it without a piece, the second time to give what was found. */
typedef bool dx_sought_fn(void *ctx, dx_str format, dx_str log, dx_scan_subset *out);

typedef struct dx_framer_options {
    const char *encoding;        /* forced, or NULL */
    const char *format;          /* forced id, or NULL */
    dx_str server;               /* given by the caller, or DX_NONE */
    const dx_regex *server_from; /* over "path!/member", group "server"; or NULL */
    const dx_str *openers;       /* sentences that begin a new dialog (lower case) */
    size_t n_openers;
    bool plain;           /* cut every record, also where nobody looks for anything */
    dx_sought_fn *sought; /* NULL: every record is cut */
    void *sought_ctx;
    struct dx_quests *quests; /* kept from log to log by this thread (quest.h), or NULL */
    dx_hunches *hunches;      /* the same */
    unsigned helpers;         /* threads of its own for one long log; 0 = none */
    uint64_t clock_step; /* bytes of text after which the order of day and month is looked at again,
                            and at most DX_CLOCK_HEAD in which it always is at the log's head;
                            0 = DX_CLOCK_STEP */
} dx_framer_options;

enum { DX_CLOCK_STEP = 64 * 1024, DX_CLOCK_HEAD = 4 * 1024 };

/* The source, formats and what the options point to must outlive the framer. */
DX_CHECK dx_rc dx_framer_open(dx_framer **out, dx_source *src, const dx_formats *formats,
                              const dx_framer_options *options, dx_err *err);
/* DX_END at the end.  A line longer than 1 MiB is cut into parts, with a note; a record of many
 * lines is cut where the next MiB of the log begins, when a MiB of it stands before.  A log that
 * breaks off (DX_E_IO, DX_E_INPUT, DX_E_LIMIT) gives all its records first; its attempts are
 * complete. */
DX_CHECK dx_rc dx_framer_next(dx_framer *f, dx_record *out, dx_err *err);
void dx_framer_close(dx_framer *f); /* NULL is fine */

/* To be said, before the next one, of a record in which a rule knows something: text above the
 * first attempt that means nothing to anybody is a note, and belongs to it. */
void dx_framer_told(dx_framer *f, const dx_record *rec);

/* What stands around a record: texts are cut to so many bytes.  In a crowd of long lines there are
 * fewer. */
enum { DX_NEIGHBOURS_BEFORE = 6, DX_NEIGHBOURS_AFTER = 2, DX_NEIGHBOURS_BYTES = 500 };

typedef struct dx_neighbours {
    dx_record
        p[DX_NEIGHBOURS_BEFORE + DX_NEIGHBOURS_AFTER]; /* in the order of the log; without views */
    size_t n;
} dx_neighbours;

/* The records next to the one that was given out last, behind line `known` (0: all), which belong
 * to the same attempt with nothing of another between; the same whether or not records are skipped.
 * They live as long as that record. */
DX_CHECK dx_rc dx_framer_neighbours(dx_framer *f, const dx_record *rec, uint32_t known,
                                    dx_neighbours *out, dx_err *err);

dx_str dx_framer_format(const dx_framer *f); /* id of the format in use */
dx_format_kind dx_framer_kind(const dx_framer *f);
/* As dx_decoder_encoding(), dx_decoder_how() and dx_decoder_bad() say (decode.h). */
const char *dx_framer_encoding(const dx_framer *f);
const char *dx_framer_encoding_how(const dx_framer *f);
uint64_t dx_framer_bad_bytes(const dx_framer *f);
uint64_t dx_framer_bytes(const dx_framer *f); /* raw bytes read so far */
/* The log ends in the middle of a character: more was written than can be read. */
bool dx_framer_cut(const dx_framer *f);
uint32_t dx_framer_lines(const dx_framer *f);    /* passed so far */
dx_hash128 dx_framer_digest(const dx_framer *f); /* of the decoded text, line ends folded */

/* What was guessed, joined, replaced or cut: sentences for the report. */
size_t dx_framer_notes(const dx_framer *f, const dx_str **out);

/* The attempts, complete after DX_END; borrowed from the framer. At least one. */
size_t dx_framer_attempts(const dx_framer *f, const dx_attempt **out);
#endif
