/* What a number in a setup log can mean: tables of known codes, and every way a number can be read.
 * Immutable after loading, so threads may share one. */
#ifndef DX_PATTERNS_CODES_CODES_H
#define DX_PATTERNS_CODES_CODES_H
#include <stdint.h>
#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"
#include "core/ytree.h"

/* ---- tables: patterns/codes/tables, each file a list `codes:` of
 *
 *   - space: win32             namespace; several parts may add to one
 *     title: Win32             these four once for each namespace
 *     form: decimal            how its people write the number: decimal, hex, signed
 *     likely: 60               0..100: how often such a number in a setup log is meant this way
 *     products: [windows]      words of a product hint that speak for it; optional
 *     only: product            read this way only when the product is named; optional
 *     entries: |
 *       2 ERROR_FILE_NOT_FOUND the file was not found
 *       1603 ERROR_INSTALL_FAILURE ! the installation failed
 *
 * One code a line: number, name (`-` when it has none), `!` when it is an outcome, meaning.
 * Without a meaning one is made from the name.  Empty lines and lines with # are left out.
 *
 *     said: |                  sentences that these messages are known by; optional, once
 *       1706 No valid source could be found for product
 *       1904 Module * failed to register
 *
 * A file may also hold a list `first:`, the first thing to do about codes of a namespace:
 *
 *   - { space: win32, codes: [1603, 1620-1624], do: Make a verbose log. }   without codes: all
 *
 * `family: an error of SQL Server Setup` there is what numbers of these ranges mean that no table
 * names.
 * ---- */

typedef enum dx_code_form { DX_CODE_DECIMAL, DX_CODE_HEX, DX_CODE_SIGNED } dx_code_form;

typedef struct dx_code {
    uint32_t value;
    bool outcome;   /* says how it ended, never why: no cause */
    dx_str name;    /* empty when it has none */
    dx_str meaning; /* own words; empty = see dx_code_meaning() */
    dx_place at;
} dx_code;

typedef struct dx_code_range {
    uint32_t from, to; /* both belong to it */
} dx_code_range;

/* What to do first about some codes of a namespace. */
typedef struct dx_code_first {
    dx_str space, act, family; /* family: what unnamed numbers mean; may be empty */
    size_t n_ranges;
    const dx_code_range *ranges;
    dx_place at;
} dx_code_first;

/* What a message is known by when its number was not copied: "Module * failed to register". */
typedef struct dx_code_said {
    uint32_t value;
    dx_str text;
} dx_code_said;

typedef struct dx_code_space {
    dx_str id, title;
    dx_code_form form;
    int likely;
    bool only_product;
    size_t n_products, n;
    const dx_str *products;
    const dx_code *code; /* by value, each value and each name once */
    size_t n_first;
    const dx_code_first *first;
    size_t n_said;
    const dx_code_said *said;
    dx_place at;
} dx_code_space;

typedef struct dx_codes dx_codes;

/* Every fault of every file is reported; DX_FAIL (DX_E_RULE) when there was one.  Texts are
 * borrowed from the set's arena: it must outlive the tables.  *out is untouched on failure. */
DX_CHECK dx_rc dx_codes_new(dx_codes **out, const dx_yset *set, dx_faults *faults, dx_err *err);
/* The same inside an arena, to be gone with it: they point nowhere but there and into the set's
 * texts, so that with these there, too, they may be kept as an image.  What a failure leaves in the
 * arena is of no use. */
DX_CHECK dx_rc dx_codes_new_in(dx_codes **out, const dx_yset *set, dx_arena *into,
                               dx_faults *faults, dx_err *err);
void dx_codes_free(dx_codes *codes); /* of dx_codes_new(); NULL is fine */

size_t dx_codes_spaces(const dx_codes *codes, const dx_code_space **out); /* by id */
const dx_code_space *dx_codes_space(const dx_codes *codes, dx_str id);    /* NULL = no such one */
const dx_code *dx_code_space_find(const dx_code_space *space, uint32_t value); /* NULL accepted */

/* Its own words, or words made from its name ("file not found"); DX_NONE when out of memory. */
dx_str dx_code_meaning(const dx_code *code, dx_arena *into);

/* ---- reading a number ---- */

typedef struct dx_code_question {
    /* "0xc0020002", "c103798a", "2147942405", "-2147024891", "0d", "80070057-0501-80070057",
     * "0xC1900101 - 0x20017", "ERROR_FILE_NOT_FOUND"; may have a label before it ("ID no: ..."). */
    dx_str text;
    dx_str near;    /* the message that stood beside it, or empty */
    dx_str product; /* what the user says of the product, or empty */
    bool hex;       /* bare digits are hexadecimal */
} dx_code_question;

typedef enum dx_code_near { DX_NEAR_SILENT, DX_NEAR_AGREES, DX_NEAR_DISAGREES } dx_code_near;

typedef struct dx_code_reading {
    dx_str space, title; /* namespace; empty when no table knows the number */
    uint32_t value;      /* in the namespace */
    uint32_t whole;      /* the 32 bits that it was read from */
    dx_str number;       /* the value as people of that namespace write it: "2", "-550" */
    dx_str name, meaning;
    dx_str inside; /* what carries the value: "in an Exchange Setup \"ID no:\""; empty = itself */
    dx_str why;    /* why it stands where it stands; may be empty */
    dx_str note;   /* what was odd about the writing, or what had to be mended; may be empty */
    dx_str first;  /* the first thing to do; may be empty */
    dx_code_near near;
    int rank;
    bool known; /* a table knows it */
    bool outcome;
    bool seldom;   /* a number of the tables for which nobody wrote words: seldom met in setups */
    bool mended;   /* the text is a misprint of this */
    bool rejected; /* something in the context speaks against it */
} dx_code_reading;

typedef struct dx_code_answer {
    dx_str text;    /* as asked */
    bool number;    /* it could be read as a number or as a name */
    bool known;     /* at least one reading is in a table */
    uint32_t value; /* of the best reading, whole; else as written */
    dx_str note;    /* about the whole: extend code, middle part; may be empty */
    size_t n;
    const dx_code_reading *readings; /* best first; rejected ones last */
} dx_code_answer;

/* Everything lives in `into`, texts partly in the tables.  Fails only when out of memory: a text
 * that is no code is an answer with number == false. */
DX_CHECK dx_rc dx_codes_read(const dx_codes *codes, const dx_code_question *question,
                             dx_arena *into, dx_code_answer *out, dx_err *err);

/* The fields of an HRESULT or NTSTATUS. */
typedef struct dx_code_parts {
    const char *severity; /* "success", "information", "error" */
    unsigned facility;
    const char *facility_name; /* of an HRESULT, or NULL */
    unsigned low;
} dx_code_parts;
dx_code_parts dx_code_parts_of(uint32_t value);
#endif
