/* What the files that read log formats from YAML share: format_load.c and format_markers.c. */
#ifndef DX_PARSER_FORMAT_LOAD_H
#define DX_PARSER_FORMAT_LOAD_H
#include "parser/format_impl.h"

struct dx_formats {
    dx_arena *arena;
    dx_arena *own;      /* the same when it has one to itself, else NULL */
    dx_format **format; /* by id */
    size_t n, cap;
    dx_clues *clues;
    const dx_regex **regex; /* to be released */
    size_t n_regex, cap_regex;
};

/* Faults of the text go to `faults`; out of memory is noted and told at the end. */
typedef struct dx_format_loader {
    dx_formats *out;
    dx_faults *faults;
    bool nomem;
    const dx_yset *set; /* whose `define` all formats may use */
} dx_format_loader;

/* NULL after a fault. */
const dx_regex *dx_format_regex(dx_format_loader *ld, const dx_ynode *node, unsigned flags);
/* The node's text with the definitions put in for each ${name}, in (?:...) unless it is nothing
 * else; DX_NONE after a fault (format_define.c). */
dx_str dx_format_expand(dx_format_loader *ld, const dx_ynode *node);
/* Never empty; NULL when out of memory. */
void *dx_format_array(dx_format_loader *ld, size_t n, size_t size);
/* A text or a list of texts; `node` may be NULL. */
size_t dx_format_texts(dx_format_loader *ld, const dx_ynode *node, const dx_str **out);
/* A marker or a list of them; `node` may be NULL. */
dx_markers dx_format_markers(dx_format_loader *ld, const dx_ynode *node);
/* The key `found`: words that name the product, and where its log lies (format_found.c). */
void dx_format_load_found(dx_format_loader *ld, const dx_ynode *node, dx_format *f);
#endif
