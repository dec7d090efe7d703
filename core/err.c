#include "core/err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Length of z without a UTF-8 character whose end was cut off. */
static size_t whole_characters(const char *z, size_t n)
{
    size_t lead = n;
    while (lead > 0 && n - lead < 3 && ((unsigned char)z[lead - 1] & 0xC0) == 0x80)
        lead--;
    if (lead == 0)
        return n;
    const unsigned char c = (unsigned char)z[lead - 1];
    const size_t needs = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
    return n - (lead - 1) < needs ? lead - 1 : n;
}

/* vsnprintf that cuts between characters. Gives the length written. */
static size_t print_cut(char *out, size_t cap, const char *fmt, va_list args)
{
    const int n = vsnprintf(out, cap, fmt, args);
    if (n < 0) {
        out[0] = '\0';
        return 0;
    }
    if ((size_t)n < cap)
        return (size_t)n;
    const size_t kept = whole_characters(out, cap - 1);
    out[kept] = '\0';
    return kept;
}

dx_rc dx_fail_(dx_err *err, dx_kind kind, dx_place at, const char *c_file, int c_line,
               const char *fmt, ...)
{
    /* Made aside: an argument may be the text that is replaced. */
    dx_err made = {.kind = kind, .at = at, .c_file = c_file, .c_line = c_line};
    va_list args;
    va_start(args, fmt);
    print_cut(made.text, sizeof made.text, fmt, args);
    va_end(args);
    if (err)
        *err = made;
    return DX_FAIL;
}

dx_rc dx_context_(dx_err *err, const char *fmt, ...)
{
    if (!err)
        return DX_FAIL;
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    const size_t n = print_cut(text, sizeof text, fmt, args);
    va_end(args);
    const int whole = snprintf(text + n, sizeof text - n, ": %s", err->text);
    if (whole > 0 && (size_t)whole >= sizeof text - n)
        text[whole_characters(text, sizeof text - 1)] = '\0';
    memcpy(err->text, text, strlen(text) + 1);
    return DX_FAIL;
}

void dx_fault(dx_faults *faults, dx_place at, const char *fmt, ...)
{
    if (!faults)
        return;
    faults->n++;
    if (!faults->on_fault)
        return;
    dx_err fault = {.kind = DX_E_RULE, .at = at};
    va_list args;
    va_start(args, fmt);
    print_cut(fault.text, sizeof fault.text, fmt, args);
    va_end(args);
    faults->on_fault(faults->ctx, &fault);
}

void dx_err_format(const dx_err *err, char *out, size_t cap)
{
    if (cap == 0)
        return;
    char line[16] = "", col[16] = "";
    if (err->at.line)
        snprintf(line, sizeof line, "%u:", err->at.line);
    if (err->at.line && err->at.col)
        snprintf(col, sizeof col, "%u:", err->at.col);
    const bool placed = err->at.file || err->at.line;
    const int n = snprintf(out, cap, "%s%s%s%s%s%s", err->at.file ? err->at.file : "",
                           err->at.file ? ":" : "", line, col, placed ? " " : "", err->text);
    if (n > 0 && (size_t)n >= cap)
        out[whole_characters(out, cap - 1)] = '\0';
}
