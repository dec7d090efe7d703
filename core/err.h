/* The one error type.  Fixed size: raising an error never allocates. */
#ifndef DX_CORE_ERR_H
#define DX_CORE_ERR_H
#include <stddef.h>

/* What every fallible function returns.  DX_END: there are no more (*_next()), or what was asked
 * for is not there, where the function's comment says so; *err is untouched then, unless it says
 * more. */
typedef enum dx_rc { DX_FAIL = -1, DX_OK = 0, DX_END = 1 } dx_rc;

typedef enum dx_kind {
    DX_E_NONE,
    DX_E_NOMEM,
    DX_E_IO,    /* the operating system said no */
    DX_E_INPUT, /* a log is damaged or is not one */
    DX_E_RULE,  /* a rule or format file is faulty */
    DX_E_STORE, /* the store is damaged, locked, full or too new */
    DX_E_LIMIT, /* a limit against hostile input was hit */
    DX_E_USAGE, /* the command line is wrong */
    DX_E_CANCEL /* the user interrupted */
} dx_kind;

/* A place in the user's file, not in our code.  line 0 = unknown; col counts bytes from 1. */
typedef struct dx_place {
    const char *file; /* borrowed; outlives the error */
    unsigned line, col;
} dx_place;

typedef struct dx_err {
    dx_kind kind;
    dx_place at;
    int os;             /* errno, or 0 */
    const char *c_file; /* where in our code it was raised */
    int c_line;
    char text[600]; /* outermost context first; cut at a character border when too long */
} dx_err;

#define DX_CHECK        __attribute__((warn_unused_result))
#define DX_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define DX_NOWHERE      ((dx_place){0})

/* Raise: fills *err (kind, place in the user's file or DX_NOWHERE, a text as of printf(), this
 * place in our code) and returns DX_FAIL, so that `return dx_fail(...)` is the idiom.  `os` is 0
 * then. */
#define dx_fail(err, kind, at, ...)                                                                \
    dx_failed_(dx_fail_((err), (kind), (at), __FILE__, __LINE__, __VA_ARGS__))
dx_rc dx_fail_(dx_err *err, dx_kind kind, dx_place at, const char *c_file, int c_line,
               const char *fmt, ...) DX_PRINTF(6, 7);

/* Raise DX_E_NOMEM. */
#define dx_nomem(err) dx_fail((err), DX_E_NOMEM, DX_NOWHERE, "out of memory")

/* Pass on: puts "fmt: " before the text and returns DX_FAIL.  Keeps kind and place. */
#define dx_context(...) dx_failed_(dx_context_(__VA_ARGS__))
dx_rc dx_context_(dx_err *err, const char *fmt, ...) DX_PRINTF(2, 3);

/* Shows the compiler that raising never gives DX_OK: no false "may be used uninitialized". */
static inline dx_rc dx_failed_(dx_rc rc)
{
    (void)rc;
    return DX_FAIL;
}

/* Faults in data are collected, not returned: loading goes on to find more.
 * `fault` is valid during the call only. */
typedef void dx_fault_fn(void *ctx, const dx_err *fault);

typedef struct dx_faults {
    dx_fault_fn *on_fault; /* may be NULL: only counted */
    void *ctx;
    size_t n;
} dx_faults;

/* Reports one DX_E_RULE fault at a place. */
void dx_fault(dx_faults *faults, dx_place at, const char *fmt, ...) DX_PRINTF(3, 4);

/* "file:line:col: text" (what is known of it) into `out`; always NUL-terminated. */
void dx_err_format(const dx_err *err, char *out, size_t cap);
#endif
