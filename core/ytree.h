/* YAML files as trees where every node knows its place.  Read with libyaml; a subset:
 * one document per file, no anchors, aliases, tags or merge keys, no duplicate keys;
 * every scalar is text and the reader of a key decides what it means. */
#ifndef DX_CORE_YTREE_H
#define DX_CORE_YTREE_H
#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/str.h"

enum { DX_Y_BYTES_MAX = 4 << 20, DX_Y_DEPTH_MAX = 64 }; /* what one file may ask for */

typedef enum dx_ykind { DX_Y_TEXT, DX_Y_LIST, DX_Y_MAP } dx_ykind;

typedef struct dx_ynode {
    dx_ykind kind;
    dx_place at;                 /* of the node itself */
    dx_place key_at;             /* of its key, when it is a value in a map */
    dx_str key;                  /* its key, when it is a value in a map */
    dx_str text;                 /* DX_Y_TEXT */
    size_t n;                    /* DX_Y_LIST, DX_Y_MAP */
    struct dx_ynode *const *kid; /* list items, or map values in file order */
    const struct dx_ynode *self; /* the node: what dx_y_items gives for a list of one */
} dx_ynode;

typedef struct dx_yfile {
    dx_str path;    /* as opened; NUL-terminated */
    dx_str name;    /* below its folder, with '/' */
    dx_str content; /* until it is parsed */
    dx_str trouble; /* why it was not read; empty = it was */
    const dx_ynode *root;
} dx_yfile;

/* All *.yaml files below some folders. Immutable once loaded. */
typedef struct dx_yset {
    const dx_yfile *file; /* by folder in the order given, then by name */
    size_t n;
    dx_hash128 digest; /* over names and contents: the same files anywhere give the same */
    int64_t newest_us; /* latest modification time, or DX_NO_TIME when n is 0 */
} dx_yset;

/* Parses one text.  Faults (syntax, anchors, duplicate keys, over 4 MiB, nesting over 64,
 * not UTF-8) are reported; NULL when there was one.  `path` must outlive the tree. */
const dx_ynode *dx_ytree_parse(dx_arena *into, const char *path, dx_str yaml, dx_faults *faults);

/* Where a set lies: its parts may have different lives.  All three may be one. */
typedef struct dx_yroom {
    dx_arena *names; /* the list of files */
    dx_arena *trees; /* contents and nodes: not needed when everything has been read from them.
                        NULL: contents are not kept, when only the digest is wanted */
    dx_arena *texts; /* texts, and paths of places: what was read from the nodes borrows them */
} dx_yroom;

/* dx_ytree_parse with its parts in room->trees and room->texts, which must not be NULL. */
const dx_ynode *dx_ytree_parse_in(const dx_yroom *room, const char *path, dx_str yaml,
                                  dx_faults *faults);
/* Finds every *.yaml below `dir` and reads its content, adding to *set; nothing is parsed.  A
 * folder that does not exist is DX_OK when `optional`.  DX_FAIL when a folder or file cannot be
 * read. */
DX_CHECK dx_rc dx_yset_find(dx_yset *set, const char *dir, bool optional, const dx_yroom *room,
                            dx_err *err);
/* Parses what was found and not yet parsed; files with faults, which are told, leave the set. */
DX_CHECK dx_rc dx_yset_parse(dx_yset *set, const dx_yroom *room, dx_faults *faults, dx_err *err);
/* Both, all in one arena. */
DX_CHECK dx_rc dx_yset_add(dx_yset *set, const char *dir, bool optional, dx_arena *into,
                           dx_faults *faults, dx_err *err);

const dx_ynode *dx_y_get(const dx_ynode *map, const char *key); /* NULL when absent */

/* Readers: they report a fault at the node and give the neutral value when the kind is wrong.
 * A NULL node gives the neutral value without a fault. */
dx_str dx_y_text(const dx_ynode *n, dx_faults *faults);              /* DX_NONE */
bool dx_y_int(const dx_ynode *n, long long *out, dx_faults *faults); /* decimal or 0x hex */
bool dx_y_bool(const dx_ynode *n, bool absent, dx_faults *faults);   /* true/false/yes/no */
/* A list's items, or the node itself as a list of one. */
size_t dx_y_items(const dx_ynode *n, const dx_ynode *const **items);
/* Index of the text in NULL-ended `words`, or -1 after a fault that proposes the nearest. */
int dx_y_word(const dx_ynode *n, const char *const *words, dx_faults *faults);
/* Faults for each key of a map that is not in NULL-ended `keys`, proposing the nearest:
 * "unknown key 'contain': did you mean 'contains'?"; a fault as well when it is no map. */
bool dx_y_keys(const dx_ynode *map, const char *const *keys, dx_faults *faults);
#endif
