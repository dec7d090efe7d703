/* Mends paths that were wrapped.  A line end inside a path stands either for a blank (the path
 * has one there) or for nothing (the line was full and the path was cut). */
#include "patterns/fields.h"
#include <string.h>

/* Folder names of Windows with blanks in them: a line end inside one of them is a blank. */
static const char *const with_blanks[] = {"Documents and Settings",
                                          "Program Files (x86)",
                                          "Program Files",
                                          "Common Files",
                                          "Microsoft Shared",
                                          "Application Data",
                                          "Local Settings",
                                          "All Users",
                                          "Default User",
                                          "Start Menu",
                                          "Microsoft Office",
                                          "Microsoft SQL Server",
                                          "Setup Bootstrap",
                                          "Exchange Server",
                                          "Internet Explorer",
                                          "Windows NT",
                                          "Temporary Internet Files",
                                          NULL};

/* And names that have none: a line end inside one of them is nothing. */
static const char *const without[] = {"windows",  "winnt",    "wtsrv", "system32",    "syswow64",
                                      "profiles", "exchsrvr", "users", "programdata", NULL};

static bool is_slash(char c)
{
    return c == '\\' || c == '/';
}

/* The path component around byte `at` of s. */
static dx_span component(dx_str s, size_t at)
{
    dx_span c = {at, at};

    while (c.from > 0 && !is_slash(s.p[c.from - 1]))
        c.from--;
    while (c.to < s.n && !is_slash(s.p[c.to]))
        c.to++;
    return c;
}

static bool is_blank_name(dx_str s, size_t blank)
{
    dx_span c = component(s, blank);

    for (size_t i = 0; with_blanks[i] != NULL; i++) {
        dx_str name = dx_str_of(with_blanks[i]);
        dx_str here = dx_str_slice(s, c.from, c.from + name.n);
        if (blank < c.from + name.n && dx_str_ieq(here, name))
            return true;
    }
    return false;
}

static bool is_one_of(dx_str name, const char *const *list)
{
    while (*list != NULL && !dx_str_ieq(name, dx_str_of(*list)))
        list++;
    return *list != NULL;
}

/* Without the blank it is a name we know. */
static bool is_plain_name(dx_str s, size_t blank)
{
    dx_span c = component(s, blank);
    char joined[64];
    dx_str name = {joined, c.to - c.from - 1};

    if (name.n >= sizeof joined)
        return false;
    memcpy(joined, s.p + c.from, blank - c.from);
    memcpy(joined + (blank - c.from), s.p + blank + 1, c.to - blank - 1);
    return is_one_of(name, without) || is_one_of(name, with_blanks);
}

/* The unbroken run of characters around a blank that may be none, against the line's length. */
static bool is_long_word(dx_str s, size_t blank, size_t width)
{
    size_t from = blank, to = blank + 1;

    while (from > 0 && s.p[from - 1] != ' ')
        from--;
    while (to < s.n && s.p[to] != ' ')
        to++;
    return to - from - 1 > width;
}

static bool stands_for_nothing(dx_str s, size_t blank, const dx_line_start *start, size_t width)
{
    if (is_slash(s.p[blank - 1]) || is_slash(s.p[blank + 1]) || s.p[blank + 1] == ':')
        return true;
    if (!start->full || is_blank_name(s, blank))
        return false;
    if (start->widest || is_plain_name(s, blank) || is_long_word(s, blank, width))
        return true;
    /* File names with a blank are rare in setup logs, cut ones are not. */
    return component(s, blank).to == s.n;
}

dx_str dx_heal_path(const dx_view *view, dx_span span, dx_arena *into)
{
    dx_str whole = dx_span_of(view->text, span);
    size_t removed = 0;
    char *p = dx_arena_get(into, whole.n + 1);
    dx_str s = {p, whole.n};

    if (p == NULL)
        return DX_NONE;
    memcpy(p, whole.p, whole.n);
    for (size_t i = 1; i < view->n_starts; i++) {
        const dx_line_start *start = &view->start[i];
        size_t width = start->at - view->start[i - 1].at;
        size_t blank;
        if (start->at <= span.from || start->at >= span.to)
            continue;
        blank = start->at - 1 - span.from - removed;
        if (blank == 0 || blank + 1 >= s.n || p[blank] != ' ' ||
            !stands_for_nothing(s, blank, start, width))
            continue;
        memmove(p + blank, p + blank + 1, s.n - blank);
        s.n--;
        removed++;
    }
    return s;
}
