/* Inside the loader: what its files share while a rule book is being read. */
#ifndef DX_PATTERNS_LOAD_H
#define DX_PATTERNS_LOAD_H
#include "patterns/rulebook.h"

/* An id or an earlier id, and whose it is. */
typedef struct dx_name {
    dx_str id;
    dx_place at;
    size_t entry; /* in signatures or rules, as loaded */
    bool is_rule;
} dx_name;

typedef struct dx_names {
    dx_name *p; /* by id */
    size_t n, cap;
    uint32_t *slot; /* by hash of the id: a name's number from 1, or 0 */
    size_t n_slots; /* a power of two */
} dx_names;

typedef struct dx_definition {
    dx_str name, text;
    dx_place at;
    const dx_regex *regex; /* NULL when it is faulty */
} dx_definition;

typedef struct dx_sig_entry {
    dx_signature *sig;
    const dx_ynode *node;
    struct dx_sig_entry *base;     /* of a refinement */
    const dx_signature **children; /* of a base */
} dx_sig_entry;

typedef struct dx_rule_entry {
    dx_rule *rule;
    const dx_ynode *node;
} dx_rule_entry;

typedef struct dx_words {
    dx_str *p;
    size_t n, cap;
} dx_words;

typedef struct dx_load {
    dx_arena *arena;
    dx_faults *faults;
    bool starved;      /* an allocation failed: loading ends with DX_E_NOMEM */
    dx_arena *passing; /* what only loading needs: all that points to nodes */
    dx_regex_scratch *scratch;
    dx_regexes *regexes; /* to be released with the book */
    dx_definition *definitions;
    size_t n_definitions, cap_definitions;
    dx_sig_entry *sigs; /* in file order */
    size_t n_sigs, cap_sigs;
    dx_rule_entry *rules;
    size_t n_rules, cap_rules;
    dx_names names;
    dx_words sig_ids, rule_ids; /* for proposals */
    dx_str version;
    dx_place version_at;
} dx_load;

/* ---- load.c: small readers.  `owner` is the id that a message begins with ---- */

void *dx_load_get(dx_load *l, size_t n, size_t size); /* NULL when n is 0 or memory is short */
/* Starves when memory is short. */
void dx_load_push_word(dx_load *l, dx_words *words, dx_str word);
dx_str dx_load_text(dx_load *l, const dx_ynode *map, const char *key); /* may be absent */
/* DX_NONE after a fault when it is missing; a fault, too, when it is empty. */
dx_str dx_load_want(dx_load *l, const dx_ynode *map, const char *key, dx_str owner);
/* The texts of a list, or of one text; NULL and *n == 0 when there are none or memory is short. */
const dx_str *dx_load_texts(dx_load *l, const dx_ynode *list, size_t *n);
/* `absent` when the node is NULL, and after a fault: no number, or not from `low` to `high`. */
int dx_load_int(dx_load *l, const dx_ynode *node, int absent, int low, int high);
/* Leaves both alone when the map says nothing. */
void dx_load_status(dx_load *l, const dx_ynode *map, bool *draft, bool *retired);
/* Up to 100 of a-z and 0-9, with dots and dashes between. */
bool dx_load_id_ok(dx_str id);
/* "; did you mean 'x'?" or an empty text. */
dx_str dx_load_hint(dx_load *l, dx_str word, const dx_words *words);

/* ---- load_names.c: ids, before anything else is read ---- */

/* Notes every signature and diagnosis of a file, so that others may name it. */
void dx_load_register(dx_load *l, const dx_ynode *root);
/* When all files are registered, before a name is looked for; a fault for each id that is taken. */
void dx_load_index_names(dx_load *l);
/* NULL when there is none. */
const dx_name *dx_names_find(const dx_names *names, dx_str id, bool is_rule);
dx_sig_entry *dx_load_find_signature(dx_load *l, dx_str id); /* NULL when there is none */
dx_rule_entry *dx_load_find_rule(dx_load *l, dx_str id);
/* The signature that a text node names; otherwise NULL after "OWNER VERB 'x': no such ...". */
const dx_signature *dx_load_signature_ref(dx_load *l, const dx_ynode *node, dx_str owner,
                                          const char *verb);

/* ---- load_regex.c ---- */

/* `define`; names of all files stand together. */
void dx_load_definitions(dx_load *l, const dx_ynode *root);
/* NULL when nothing is defined under that name. */
const dx_definition *dx_load_definition(const dx_load *l, dx_str name);
/* As dx_load_hint(), of the names that are defined. */
dx_str dx_load_definition_hint(dx_load *l, dx_str name);
/* `regex`, `opener` and `fields` of a signature. */
void dx_load_signature_regex(dx_load *l, dx_signature *sig, const dx_ynode *node);
/* A regex inside a condition; NULL after a fault. */
const dx_regex *dx_load_condition_regex(dx_load *l, dx_str pattern, dx_place at, dx_str owner);

/* ---- load_tests.c ---- */

typedef enum dx_path_kind { DX_PATH_BAD, DX_PATH_TEXT, DX_PATH_NUMBER } dx_path_kind;

/* The signatures whose fields a condition may name. */
typedef struct dx_field_scope {
    dx_str owner;
    const dx_signature *const *sigs;
    size_t n;
} dx_field_scope;

/* "dll" or "dll.name" in at least one of the signatures; otherwise a fault. */
dx_path_kind dx_load_path(dx_load *l, const dx_field_scope *scope, dx_str path, dx_place at);
/* `where`: paths are fields of the scope's signatures. */
dx_tests dx_load_where(dx_load *l, const dx_ynode *map, const dx_field_scope *scope);
/* `if`: paths begin with a step of the rule or with "attempt". */
dx_tests dx_load_if(dx_load *l, const dx_ynode *map, const dx_rule *rule);
/* "step.field" or "attempt.fact"; otherwise a fault. */
dx_path_kind dx_load_step_path(dx_load *l, const dx_rule *rule, dx_str path, dx_place at);

/* ---- load_samples.c, load_signatures.c ---- */

/* `samples` and `not` of a signature. */
void dx_load_samples(dx_load *l, dx_signature *sig, const dx_ynode *node);
/* What samples say of other signatures and of fields, once all of these are read. */
void dx_load_check_samples(dx_load *l, const dx_signature *sig);
/* All that were registered, in file order. */
void dx_load_signatures(dx_load *l);

/* ---- load_diagnoses.c, load_steps.c, load_cases.c ---- */

/* The same of diagnoses; signatures are read by then. */
void dx_load_diagnoses(dx_load *l);
void dx_load_steps(dx_load *l, dx_rule *rule, const dx_ynode *node);
void dx_load_cases(dx_load *l, dx_rule *rule, const dx_ynode *node);
#endif
