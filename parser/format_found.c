/* Where the log of a product lies, for who has nothing but a message of it. */
#include <ctype.h>

#include "parser/format_load.h"

void dx_format_load_found(dx_format_loader *ld, const dx_ynode *node, dx_format *f)
{
    static const char *const keys[] = {"words", "at", NULL};

    if (node == NULL || !dx_y_keys(node, keys, ld->faults))
        return;
    f->n_found = dx_format_texts(ld, dx_y_get(node, "words"), &f->found);
    f->found_at = dx_y_text(dx_y_get(node, "at"), ld->faults);
    if (f->n_found == 0 || f->found_at.n == 0)
        dx_fault(ld->faults, node->at, "'found' needs 'words' and 'at'");
}

static bool is_inside(dx_str text, size_t at, size_t n)
{
    return (at > 0 && isalnum((unsigned char)text.p[at - 1])) ||
           (at + n < text.n && isalnum((unsigned char)text.p[at + n]));
}

static bool has_word(dx_str text, dx_str word)
{
    for (size_t at = 0; (at = dx_str_ifind(text, word, at)) != SIZE_MAX; at++)
        if (!is_inside(text, at, word.n))
            return true;
    return false;
}

dx_str dx_formats_where(const dx_formats *all, dx_str text)
{
    const dx_format *const *format;
    const size_t n = dx_formats_all(all, &format);
    dx_str where = DX_NONE;
    size_t longest = 0;

    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < format[i]->n_found; k++) {
            const dx_str word = format[i]->found[k];
            if (word.n > longest && has_word(text, word)) {
                longest = word.n;
                where = format[i]->found_at;
            }
        }
    return where;
}
