/* Whatever a text holds, it stays one field of one row and one literal of one statement. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "db/backends/clickhouse_http.h"
#include "db/backends/clickhouse_profile.h"
#include "db/backends/clickhouse_trouble.h"

static void demand(bool good)
{
    if (!good)
        abort();
}

/* Where the literal that begins at p[0] ends, by the server's rules. */
static size_t literal_end(dx_str s)
{
    size_t i = 1;

    while (i < s.n && s.p[i] != '\'')
        i += s.p[i] == '\\' ? 2 : 1;
    return i + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const dx_str text = {(const char *)data, size};
    dx_arena *arena = dx_arena_new(0);
    dx_buf out = {0};
    dx_str rest, field[3];

    if (arena == NULL)
        return 0;
    dx_clickhouse_literal(&out, text);
    demand(out.failed || literal_end(dx_buf_str(&out)) == out.n);
    dx_buf_clear(&out);
    dx_clickhouse_value(&out, text);
    dx_buf_char(&out, '\t');
    dx_clickhouse_value(&out, text);
    dx_buf_char(&out, '\n');
    rest = dx_buf_str(&out);
    demand(out.failed || (dx_clickhouse_row(&rest, arena, field, 3) && dx_str_eq(field[0], text) &&
                          dx_str_eq(field[1], text) && field[2].p == NULL &&
                          !dx_clickhouse_row(&rest, arena, field, 3)));
    /* What a server might answer. */
    for (rest = text; dx_clickhouse_fields(rest) > 0;)
        demand(dx_clickhouse_row(&rest, arena, field, 3));
    demand(rest.n == 0 && ch_exception_code(text) >= 0);
    demand(ch_exception_at(text) == SIZE_MAX || ch_exception_at(text) < size);
    ch_profile profile;
    ch_profile_read(&profile, text, arena);
    demand(profile.known && (profile.neutral.n == 0 || profile.name != NULL));
    dx_buf_done(&out);
    dx_arena_free(arena);
    return 0;
}
