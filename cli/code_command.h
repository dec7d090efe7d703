/* What `setupdx code` prints for codes and tables that are there already. */
#ifndef DX_CLI_CODE_COMMAND_H
#define DX_CLI_CODE_COMMAND_H
#include "patterns/codes/codes.h"
#include "report/report.h"

/* Titles of known failures in which a code occurs: at most `cap` into `out`, the number is given
 * back. */
typedef size_t dx_code_failures_fn(void *ctx, uint32_t code, dx_str *out, size_t cap);

typedef struct dx_code_request {
    const dx_str *inputs;
    size_t n_inputs;
    dx_str near, product; /* may be empty */
    bool json, hex;
    dx_code_failures_fn *failures; /* NULL = not asked for */
    void *failures_ctx;
} dx_code_request;

/* Writes one block for each input, or one JSON object for all of them (docs/codes.md).
 * *all_known tells whether every input had a reading in the tables; untouched on failure. */
DX_CHECK dx_rc dx_code_command(const dx_codes *codes, const dx_code_request *request,
                               const dx_out *out, bool *all_known, dx_err *err);
#endif
