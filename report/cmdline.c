#include "report/cmdline.h"

#include <string.h>

#include "core/utf.h"

static bool is_plain(dx_str path)
{
    for (size_t i = 0; i < path.n; i++) {
        const char c = path.p[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && (c == '\0' || !strchr("._-/:", c)))
            return false;
    }
    return true;
}

/* Nothing in it shows otherwise than it is. */
static bool shows_as_it_is(dx_str path)
{
    dx_buf visible = {0};

    dx_utf_visible(&visible, path, false);
    const bool same = !visible.failed && dx_str_eq(dx_buf_str(&visible), path);
    dx_buf_done(&visible);
    return same;
}

/* Nothing in such quotes means anything to a shell but their end. */
static void quote(dx_buf *to, const char *before, dx_str path)
{
    dx_buf_printf(to, "'%s", before);
    for (size_t i = 0; i < path.n; i++)
        if (path.p[i] == '\'')
            dx_buf_add(to, DX_LIT("'\\''"));
        else
            dx_buf_char(to, path.p[i]);
    dx_buf_char(to, '\'');
}

bool dx_cmdline_path(dx_buf *to, dx_str path)
{
    const char *before = path.n > 0 && path.p[0] == '-' ? "./" : "";

    if (path.n == 0 || !shows_as_it_is(path))
        return false;
    if (is_plain(path))
        dx_buf_printf(to, "%s%.*s", before, DX_FMT(path));
    else
        quote(to, before, path);
    return true;
}

dx_str dx_cmdline_word(dx_arena *into, dx_str path, const char *instead)
{
    dx_buf word = {0};
    dx_str copy = DX_NONE;

    if (dx_cmdline_path(&word, path) && !word.failed)
        copy = dx_arena_copy(into, dx_buf_str(&word));
    dx_buf_done(&word);
    return copy.p ? copy : dx_str_of(instead);
}

void dx_cmdline_db(dx_buf *to, dx_str name)
{
    if (name.n == 0)
        return;
    dx_buf_add(to, DX_LIT(" --db "));
    if (!dx_cmdline_path(to, name))
        dx_buf_add(to, DX_LIT("STORE"));
}

dx_str dx_cmdline_with_db(dx_arena *into, dx_str command, dx_str name)
{
    dx_buf whole = {0};
    dx_str copy = DX_NONE;

    dx_buf_add(&whole, command);
    dx_cmdline_db(&whole, name);
    if (command.p && !whole.failed)
        copy = dx_arena_copy(into, dx_buf_str(&whole));
    dx_buf_done(&whole);
    return copy;
}
