/* Where the log of a product lies, for who has nothing but a message of it. */
#include <ctype.h>

#include "parser/format_load.h"

static dx_found_by load(dx_format_loader *ld, const dx_ynode *node)
{
    static const char *const keys[] = {"words", "at", NULL};
    dx_found_by f = {0};

    if (node == NULL || !dx_y_keys(node, keys, ld->faults))
        return f;
    f.n = dx_format_texts(ld, dx_y_get(node, "words"), &f.words);
    f.at = dx_y_text(dx_y_get(node, "at"), ld->faults);
    if (f.n == 0 || f.at.n == 0)
        dx_fault(ld->faults, node->at, "'found' needs 'words' and 'at'");
    return f;
}

void dx_format_load_found(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    f->found = load(ld, dx_y_get(node, "found"));
    f->found_beside = load(ld, dx_y_get(node, "found-beside"));
}

/* ".exe" may stand behind a name. */
static bool is_inside(dx_str text, size_t at, dx_str word)
{
    const size_t end = at + word.n;

    return (at > 0 && isalnum((unsigned char)word.p[0]) &&
            isalnum((unsigned char)text.p[at - 1])) ||
           (end < text.n && isalnum((unsigned char)word.p[word.n - 1]) &&
            isalnum((unsigned char)text.p[end]));
}

static bool has_word(dx_str text, dx_str word)
{
    for (size_t at = 0; (at = dx_str_ifind(text, word, at)) != SIZE_MAX; at++)
        if (!is_inside(text, at, word))
            return true;
    return false;
}

/* The longest word in the text so far, and what it tells. */
typedef struct longest {
    size_t n;
    dx_str where;
} longest;

static void look(const dx_found_by *f, dx_str text, longest *best)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->words[i].n > best->n && has_word(text, f->words[i]))
            *best = (longest){f->words[i].n, f->at};
}

dx_str dx_formats_where(const dx_formats *all, dx_str text, bool *product)
{
    const dx_format *const *format;
    const size_t n = dx_formats_all(all, &format);
    longest best = {0};

    for (size_t i = 0; i < n; i++)
        look(&format[i]->found, text, &best);
    *product = best.n > 0;
    for (size_t i = 0; !*product && i < n; i++)
        look(&format[i]->found_beside, text, &best);
    return best.where;
}
