/* A record that a signature recognised, with its typed fields.  Made by patterns/. */
#ifndef DX_CORE_EVENT_H
#define DX_CORE_EVENT_H
#include "core/record.h"

typedef enum dx_type {
    DX_T_TEXT,
    DX_T_INT,     /* decimal */
    DX_T_HEX32,   /* hexadecimal with or without 0x; parts: low16, facility, severity, hex */
    DX_T_CODE,    /* 0x-hex, bare hex with letters, or signed/unsigned decimal; parts as HEX32 */
    DX_T_WINPATH, /* parts: dir, name, stem, ext, drive; compared without case */
    DX_T_GUID,
    DX_T_VERSION
} dx_type;
extern const char *const dx_type_names[]; /* "text", "int", ... NULL-ended */

typedef struct dx_field {
    dx_str name;
    dx_type type;
    dx_str text;    /* as written, wraps healed */
    int64_t number; /* INT, HEX32, CODE (as unsigned 32 bit); else 0 */
} dx_field;

/* What a signature's presence means. */
typedef enum dx_polarity {
    DX_FAILURE,  /* something went wrong */
    DX_HARMLESS, /* looks like an error and is none */
    DX_SUCCESS,  /* something went right */
    DX_CONTEXT,  /* tells about the situation: a mode, a phase, a fact */
    DX_UNKNOWN   /* no signature knows it; the log's own level says error */
} dx_polarity;
extern const char *const dx_polarity_names[]; /* "failure", ... NULL-ended */

typedef struct dx_event {
    int64_t id;       /* in the store; 0 before it is stored */
    dx_str signature; /* id, the refinement's when one fits; empty for DX_UNKNOWN */
    dx_str base;      /* id it refines, or empty */
    dx_polarity polarity;
    uint32_t attempt; /* ordinal in its log */
    uint32_t line;    /* in the log, from 1: where the match begins */
    uint32_t last_line;
    uint32_t seq;    /* of its record */
    uint32_t at;     /* byte offset of the match in the record's folded text: order within it */
    uint64_t offset; /* of the record, in the decoded text */
    int64_t time_us;
    dx_level level;
    dx_str text; /* what matched, as written, line ends kept (at most 2,000 bytes) */
    size_t n_fields;
    const dx_field *fields;
} dx_event;

const dx_field *dx_event_field(const dx_event *e, dx_str name); /* NULL when absent */
/* Puts copies of the text and of the fields and their texts in place of those *e points to, an
 * empty text as an absent one.  Signature ids and names of fields stay borrowed: they are the rule
 * book's.  False when `into` has no room. */
bool dx_event_keep(dx_event *e, dx_arena *into);

/* A field or a part of one, by path "dll" or "dll.name".  Text parts are slices or copied into
 * `into`; a whole field comes as it was written, a number made from it (low16, facility, severity)
 * as decimal text; both with *number set.  `hex` is "0x%08x".  False when there is none. */
bool dx_event_part(const dx_event *e, dx_str path, dx_arena *into, dx_str *text, int64_t *number,
                   bool *is_number);
#endif
