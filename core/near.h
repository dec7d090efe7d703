/* What else stands around a literal wherever a regex matches: asked in the text itself, before the
 * record around it is cut and the regex is tried. */
#ifndef DX_CORE_NEAR_H
#define DX_CORE_NEAR_H
#include <stdint.h>
#include "core/arena.h"
#include "core/str.h"

enum { DX_NEAR_CODES = 10 }; /* bytes below stand for a class of characters (near_class.c) */

/* A text that stands somewhere near: its first character `from` to `to` characters behind that of
 * the literal. */
typedef struct dx_near_choice {
    dx_str text; /* lower case, without blanks */
    int32_t from, to;
    uint32_t key; /* byte of the text that is rare, for it is looked for first */
    bool exact;   /* from and to are bytes: nothing is between that may be longer */
} dx_near_choice;

/* One of them is there. */
typedef struct dx_near_clause {
    const dx_near_choice *p;
    size_t n;
} dx_near_clause;

/* The literal is this one, and all of them hold. */
typedef struct dx_near_way {
    dx_str literal; /* as in a choice */
    const dx_near_clause *p;
    size_t n;
    uint32_t begins; /* as in dx_near */
} dx_near_way;

enum { DX_NEAR_ANYWHERE = UINT32_MAX };

/* What is known of the text around a literal, wherever a match has it: one of the ways holds.  None
 * (n == 0): no text is certain, but the distances may be. */
typedef struct dx_near {
    const dx_near_way *p;
    size_t n;
    uint32_t back, ahead; /* characters around that are asked for at most */
    uint32_t longest;     /* bytes of a literal at most, blanks not counted */
    uint32_t begins;      /* characters, blanks not counted, from where a match begins to its
                             literal, at most; or DX_NEAR_ANYWHERE.  Of all ways */
    uint32_t ends;        /* the same from where its literal begins to where the match ends, and one
                             more is looked at */
} dx_near;

/* For a pattern of which every match holds one of the literals (lower case).  Lives in `into`,
 * except what is only needed now.  *out is NULL when it is not certain that a match holds one as
 * it stands in the pattern; false when out of memory.
 */
DX_CHECK bool dx_near_of(dx_str pattern, const dx_str *literals, size_t n, dx_arena *into,
                         dx_arena *passing, const dx_near **out);

/* Where the branch of a pattern ends that begins at this byte: at "|", ")" or the end. */
size_t dx_near_branch_end(dx_str pattern, size_t at);

/* Bytes of a pattern, between "|" or brackets. */
typedef struct dx_near_branch {
    size_t from, to;
} dx_near_branch;

/* The branches with which the pattern may match a text that does not hold the literal (ASCII, lower
 * case); all of the pattern when it has none to blame.  None where the pattern uses what is not
 * understood here.  False when out of memory. */
DX_CHECK bool dx_near_without(dx_str pattern, dx_str literal, dx_arena *into,
                              const dx_near_branch **out, size_t *n);

/* A text in lower case (ASCII) without blanks, line ends and stamps. */
typedef struct dx_near_text {
    dx_str text;
    size_t at;         /* where the literal begins */
    bool begins, ends; /* nothing stands before it, behind it */
    bool wide;         /* characters may have more than one byte */
} dx_near_text;

/* Goes back from byte `at` by so many characters, blanks not counted, and then over the blanks that
 * stand there, but not beyond byte `least`; gives the byte where that ends. */
size_t dx_near_before(dx_str text, size_t at, uint32_t characters, size_t least);

/* False: no match can have its literal here. */
bool dx_near_holds(const dx_near *near, const dx_near_text *in);
/* `begins` of the ways that hold here. */
uint32_t dx_near_begins(const dx_near *near, const dx_near_text *in);
#endif
