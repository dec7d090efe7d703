/* The tables that come with the program, and how to ask them.  Before it: cmocka. */
#ifndef DX_TESTS_CODES_H
#define DX_TESTS_CODES_H
#include "patterns/codes/codes.h"

typedef struct fixture {
    dx_arena *arena;
    dx_codes *codes;
} fixture;

static inline void print_fault(void *ctx, const dx_err *fault)
{
    char text[1024];
    (void)ctx;
    dx_err_format(fault, text, sizeof text);
    print_error("%s\n", text);
}

static inline int load(void **state)
{
    static fixture f;
    dx_yset set = {0};
    dx_faults faults = {.on_fault = print_fault};
    dx_err err = {0};
    f.arena = dx_arena_new(0);
    if (dx_yset_add(&set, DX_SOURCE_DIR "/patterns/codes/tables", false, f.arena, &faults, &err) !=
            DX_OK ||
        faults.n || dx_codes_new(&f.codes, &set, &faults, &err) != DX_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    *state = &f;
    return 0;
}

static inline int unload(void **state)
{
    fixture *f = *state;
    dx_codes_free(f->codes);
    dx_arena_free(f->arena);
    return 0;
}

static inline dx_code_answer ask_all(const fixture *f, const char *text, const char *near,
                                     const char *product, bool hex)
{
    const dx_code_question q = {.text = dx_str_of(text),
                                .near = dx_str_of(near),
                                .product = dx_str_of(product),
                                .hex = hex};
    dx_code_answer a = {0};
    dx_err err;
    assert_int_equal(dx_codes_read(f->codes, &q, f->arena, &a, &err), DX_OK);
    return a;
}

static inline dx_code_answer ask(const fixture *f, const char *text)
{
    return ask_all(f, text, NULL, NULL, false);
}

static inline bool is(dx_str s, const char *text)
{
    return dx_str_eq(s, dx_str_of(text));
}

static inline const dx_code_reading *find(const dx_code_answer *a, const char *space)
{
    for (size_t i = 0; i < a->n; i++)
        if (is(a->readings[i].space, space))
            return &a->readings[i];
    return NULL;
}
#endif
