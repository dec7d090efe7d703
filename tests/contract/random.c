#include "tests/contract/random.h"

static uint64_t next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545F4914F6CDD1Du;
}

static const char *pick(uint64_t *state, const char *const *from, size_t n)
{
    return from[(next(state) >> 20) % n];
}

static const char *const words[] = {
    "Setup",    "could",   "not",    "register", "C:\\a.dll",     ", code 0x0000007e",
    "stopped",  "at",      "line",   "7",        "went",          "well",
    "a",        "Server:", "EX1",    "Phase",    "two",           "RESULT",
    "bad",      "returns", "1603",   "END 0",    "t=\"3\"",       "ADVICE",
    "SYMPTOM",  "stop",    "ped at", "could n",  "ot regis",      "ter b.dll",
    "Error 5",  "!",       "W:",     "a = x",    "Setup ended 1", "\xC3\xA9",
    "\x1b[31m", "\xFF",    "#"};
static const char *const starts[] = {"01/02/2020 10:00:00 ",
                                     "25/02/2020 10:00:01 ",
                                     "10:00:02 [ERR] ",
                                     "02/03/2020 11:00:00 [WARN] ",
                                     "02/03/2020 11:00:00 BEGIN acme ",
                                     "02/03/2020 11:10:00 CHILD x ",
                                     "02/03/2020 11:20:00 END 3 ",
                                     "=== started 2020-01-02 03:04:05 ",
                                     "=== stopped ",
                                     "  ",
                                     "<<",
                                     "each line begins ",
                                     "",
                                     "",
                                     ""};
static const char *const ends[] = {"\n",
                                   "\n",
                                   "\n",
                                   "\n",
                                   "\r\n",
                                   "\r\n",
                                   "\n\n",
                                   " \n",
                                   "\t\n",
                                   ">>2020-01-01 00:00:00 t=\"3\"\n",
                                   ">>2020-01-01 00:00:09 t=\"1\"\n"};

#define PICK(list) pick(&state, list, sizeof(list) / sizeof *(list))

/* One log is mostly of one kind: a few of the beginnings, one line end; in many little is said. */
void random_log(uint64_t seed, size_t pieces, dx_buf *out)
{
    uint64_t state = seed * 2 + 1;
    const char *first = (next(&state), PICK(starts)), *second = PICK(starts), *end = PICK(ends);

    const unsigned quiet = (unsigned)(next(&state) >> 40) % 4 * 20;

    dx_buf_add(out, dx_str_of(first));
    for (size_t i = 0; i < pieces; i++) {
        const unsigned what = (unsigned)(next(&state) >> 40) % 64;
        if (what < 9) {
            dx_buf_add(out, dx_str_of(what ? end : PICK(ends)));
            dx_buf_add(out, dx_str_of(what < 4 ? first : what < 8 ? second : PICK(starts)));
        } else {
            const bool silent = (next(&state) >> 40) % 64 < quiet;
            dx_buf_add(out, silent ? DX_LIT("and so on") : dx_str_of(PICK(words)));
            dx_buf_add(out, what < 60 ? DX_LIT(" ") : what < 62 ? DX_LIT("  ") : DX_LIT(""));
        }
    }
}
