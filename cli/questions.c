#include "cli/questions.h"

#include <ctype.h>
#include <stdint.h>

enum { WORDS_MOST = 20 };

/* Parts of words, in the languages that the house's helpdesks write. */
static const char *const doing[WORDS_MOST] = {"install", "setup",  "updat",   "upgrad",  "remov",
                                              "start",   "open",   "launch",  "aktuali", "entfern",
                                              "mise",    "lancer", "actuali", "iniciar", NULL};
static const char *const since[WORDS_MOST] = {"since",  "yesterday", "today", "after",
                                              "seit",   "gestern",   "heute", "nach ",
                                              "depuis", "desde",     NULL};
static const char *const others[WORDS_MOST] = {"other", "all ", "every", "only", "ander",
                                               "alle",  "nur ", "autre", "otro", NULL};

static bool says(dx_str text, const char *const *words)
{
    for (; *words; words++)
        if (dx_str_ifind(text, dx_str_of(*words), 0) != SIZE_MAX)
            return true;
    return false;
}

static bool has_number(dx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (isdigit((unsigned char)text.p[i]))
            return true;
    return false;
}

size_t dx_questions_of(dx_str text, bool product, dx_arena *into, const dx_str **out)
{
    const struct {
        bool said;
        dx_str question;
    } all[] = {
        {product, DX_LIT("Which program and version is it, and what is the file called that was "
                         "started?")},
        {has_number(text), DX_LIT("What exactly does the window show, with its title and every "
                                  "number? (In a message box of Windows Ctrl+C copies it all.)")},
        {says(text, doing), DX_LIT("What was being done: installing, updating, removing or "
                                   "starting it?")},
        {says(text, since), DX_LIT("Since when, and what was changed before?")},
        {says(text, others), DX_LIT("Is it so on other machines, and for other users?")},
    };
    dx_str *asked = dx_arena_get(into, sizeof all / sizeof *all * sizeof *asked);
    size_t n = 0;

    if (!asked)
        return SIZE_MAX;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!all[i].said)
            asked[n++] = all[i].question;
    *out = asked;
    return n;
}
