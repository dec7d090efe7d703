#include "core/arena.h"
#include "core/buf.h"
#include "core/diagnosis.h"

static dx_str last_word(dx_str path)
{
    size_t dot;

    while ((dot = dx_str_find(path, DX_LIT("."), 0)) != SIZE_MAX)
        path = dx_str_slice(path, dot + 1, path.n);
    return path;
}

dx_str dx_title_unfilled(dx_str title, dx_arena *into)
{
    dx_buf out = {0};

    for (size_t at = 0; at < title.n;) {
        const size_t open = dx_str_find(title, DX_LIT("{"), at);
        const size_t close = open == SIZE_MAX ? open : dx_str_find(title, DX_LIT("}"), open);
        if (close == SIZE_MAX) {
            dx_buf_add(&out, dx_str_slice(title, at, title.n));
            break;
        }
        const dx_str place = dx_str_slice(title, open + 1, close);
        const dx_str word = last_word(dx_str_slice(place, 0, dx_str_find(place, DX_LIT("|"), 0)));
        dx_buf_add(&out, dx_str_slice(title, at, open));
        dx_buf_printf(&out, "<%.*s>", DX_FMT(word));
        at = close + 1;
    }
    const dx_str plain = out.failed ? DX_NONE : dx_arena_copy(into, dx_buf_str(&out));
    dx_buf_done(&out);
    return plain;
}
