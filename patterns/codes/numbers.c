/* Reads what people type, paste and misprint as 32-bit numbers. */
#include "patterns/codes/numbers.h"

#include <string.h>

enum { PENALTY_UNUSUAL = 20, PENALTY_MENDED = 30, PENALTY_GUESS = 45 };

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool all_digits(dx_str s, int base)
{
    for (size_t i = 0; i < s.n; i++)
        if (digit_of(s.p[i]) < 0 || digit_of(s.p[i]) >= base)
            return false;
    return s.n > 0;
}

/* False when it does not fit into 64 bits. */
static bool number_of(dx_str s, unsigned base, uint64_t *out)
{
    uint64_t value = 0;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned digit = (unsigned)digit_of(s.p[i]);
        if (value > (UINT64_MAX - digit) / base)
            return false;
        value = value * base + digit;
    }
    *out = value;
    return true;
}

/* 32 bits, or a 32-bit number that was widened with its sign. */
static bool narrow(uint64_t wide, uint32_t *out)
{
    if (wide > UINT32_MAX && (wide >> 31) != 0x1FFFFFFFFu)
        return false;
    *out = (uint32_t)wide;
    return true;
}

static void add(dx_numbers *out, dx_number number)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->p[i].value == number.value)
            return;
    if (out->n < DX_MOST_NUMBERS)
        out->p[out->n++] = number;
}

static void add_text(dx_numbers *out, dx_str digits, unsigned base, dx_number as)
{
    uint64_t wide = 0;
    if (!all_digits(digits, (int)base) || !number_of(digits, base, &wide) ||
        !narrow(wide, &as.value))
        return;
    as.decimal = base == 10;
    add(out, as);
}

/* The digits with one changed: `put` at `at`, replacing `cut` digits. */
static void add_changed(dx_numbers *out, dx_str digits, size_t at, size_t cut, char put,
                        const char *note)
{
    char text[16];
    size_t n = 0;
    if (digits.n + 1 > sizeof text)
        return;
    memcpy(text, digits.p, at);
    n = at;
    if (put)
        text[n++] = put;
    memcpy(text + n, digits.p + at + cut, digits.n - at - cut);
    n += digits.n - at - cut;
    /* A zero lost from a run of zeros is the usual misprint. */
    const bool in_run = put == '0' && at > 0 && digits.p[at - 1] == '0';
    add_text(out, (dx_str){text, n}, 16,
             (dx_number){.penalty = PENALTY_MENDED + (in_run ? 0 : PENALTY_UNUSUAL),
                         .mended = true,
                         .note = note});
}

static void mend(dx_numbers *out, dx_str digits)
{
    if (digits.n == 7 && digit_of(digits.p[0]) == 0)
        add_changed(out, digits, 0, 0, 'c', "the first digit seems to be lost");
    if (digits.n == 7 && digit_of(digits.p[0]) > 0)
        for (size_t at = digits.n; at > 0; at--)
            add_changed(out, digits, at, 0, '0', "one 0 seems to be lost");
    if (digits.n == 9)
        for (size_t at = 0; at < digits.n; at++)
            add_changed(out, digits, at, 1, '\0', "one digit seems to be too many");
}

/* "%xd" in a program prints the letter d after the number. */
static void add_without_d(dx_numbers *out, dx_str digits, bool hex)
{
    const size_t n = digits.n;
    if (n < 2 || (digits.p[n - 1] != 'd' && digits.p[n - 1] != 'D'))
        return;
    const bool zero = n == 2 && digits.p[0] == '0';
    if (n != 9 && !zero && n > 5)
        return;
    const bool sure = n == 9 || (zero && !hex);
    add_text(out, dx_str_slice(digits, 0, n - 1), 16,
             (dx_number){.penalty = sure ? 0 : PENALTY_GUESS,
                         .note = "the last d is a letter that the program printed, not a digit"});
}

static void read_hex(dx_numbers *out, dx_str digits, bool hex)
{
    while (digits.n > 9 && digits.p[0] == '0')
        digits = dx_str_slice(digits, 1, digits.n);
    add_without_d(out, digits, hex);
    const bool certain = out->n && out->p[0].penalty == 0;
    add_text(out, digits, 16, (dx_number){.penalty = certain ? PENALTY_GUESS : 0});
    mend(out, digits);
}

/* Digits without a mark: "80070002" is meant as hexadecimal, "1603" and "2147942402" are not. */
static void read_bare(dx_numbers *out, dx_str digits)
{
    const char first = digits.p[0];
    const bool as_hex = digits.n == 8 && (first == '8' || first == '0' || first == '4');
    const dx_number plain = {.penalty = 0}, unusual = {.penalty = PENALTY_GUESS};
    add_text(out, digits, 10, as_hex ? unusual : plain);
    if (digits.n == 8)
        add_text(out, digits, 16, as_hex ? plain : unusual);
    if (digits.n == 7 && first == '0')
        mend(out, digits);
}

static void read_negative(dx_numbers *out, dx_str digits)
{
    uint64_t wide = 0;
    if (!all_digits(digits, 10) || !number_of(digits, 10, &wide) || wide > 0x80000000u)
        return;
    add(out, (dx_number){.value = (uint32_t)(0u - (uint32_t)wide), .decimal = true});
}

static bool take_0x(dx_str *digits)
{
    if (!dx_str_istarts(*digits, DX_LIT("0x")) && !dx_str_istarts(*digits, DX_LIT("&h")))
        return false;
    *digits = dx_str_slice(*digits, 2, digits->n);
    return true;
}

/* "0cx002003" is "0xc002003" with two letters swapped. */
static void read_swapped(dx_numbers *out, dx_str digits)
{
    char text[16] = "c";
    const dx_str rest = dx_str_slice(digits, 3, digits.n);
    if (rest.n == 0 || rest.n > 8)
        return;
    memcpy(text + 1, rest.p, rest.n);
    const dx_str fixed = {text, rest.n + 1};
    if (!all_digits(fixed, 16))
        return;
    add_text(out, fixed, 16,
             (dx_number){.penalty = PENALTY_MENDED,
                         .mended = true,
                         .note = "0x and the first digit seem to be swapped"});
    mend(out, fixed);
}

void dx_numbers_of(dx_str digits, bool hex, dx_numbers *out)
{
    out->n = 0;
    if (digits.n == 0)
        return;
    if (dx_str_istarts(digits, DX_LIT("0cx"))) {
        read_swapped(out, digits);
    } else if (digits.p[0] == '-') {
        read_negative(out, dx_str_slice(digits, 1, digits.n));
    } else if (take_0x(&digits) || hex || !all_digits(digits, 10)) {
        if (all_digits(digits, 16))
            read_hex(out, digits, hex);
    } else {
        read_bare(out, digits);
    }
}

static bool is_wrapping(char c)
{
    return c != '\0' && strchr("<>()[]{}'\"`.,;:!?*", c) != NULL;
}

static dx_str unwrap(dx_str s)
{
    s = dx_str_trim(s);
    while (s.n && is_wrapping(s.p[0]))
        s = dx_str_trim(dx_str_slice(s, 1, s.n));
    while (s.n && is_wrapping(s.p[s.n - 1]))
        s = dx_str_trim(dx_str_slice(s, 0, s.n - 1));
    return s;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the last word begins, a joining "-" and what stands before it included. */
static size_t code_begins(dx_str s)
{
    size_t at = s.n;
    for (;;) {
        while (at > 0 && !is_blank(s.p[at - 1]))
            at--;
        size_t before = at;
        while (before > 0 && is_blank(s.p[before - 1]))
            before--;
        const bool dash_before = before > 0 && s.p[before - 1] == '-' && before < at;
        const bool dash_first = at + 1 < s.n && s.p[at] == '-' && is_blank(s.p[at + 1]);
        if (before == 0 || (!dash_before && !dash_first))
            break;
        at = before;
    }
    while (at < s.n && is_blank(s.p[at]))
        at++;
    return at;
}

/* "no:0xc0020003" and "ID#c1031daf" have no blank before the code. */
static size_t label_ends(dx_str word)
{
    size_t at = 0;
    for (size_t i = 0; i < word.n; i++)
        if (word.p[i] == ':' || word.p[i] == '#' || word.p[i] == '=')
            at = i + 1;
    return at;
}

dx_code_text dx_code_text_of(dx_str text)
{
    dx_code_text out = {.n = 0};
    const dx_str all = unwrap(text);
    size_t at = code_begins(all);
    at += label_ends(dx_str_slice(all, at, all.n));
    out.label = dx_str_trim(dx_str_slice(all, 0, at));
    dx_str rest = unwrap(dx_str_slice(all, at, all.n)), piece;
    if (rest.n && rest.p[0] == '-') {
        out.part[out.n++] = rest;
        return out;
    }
    while (dx_str_next(&rest, '-', &piece)) {
        if (out.n == 3)
            return (dx_code_text){.label = out.label}; /* a GUID, a date */
        out.part[out.n++] = unwrap(piece);
    }
    return out;
}
