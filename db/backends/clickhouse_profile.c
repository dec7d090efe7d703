#include "db/backends/clickhouse_profile.h"
#include <stdint.h>
#include "db/backends/clickhouse_http.h"

enum {
    PLAIN,
    ALWAYS = 1, /* known to every server, and said without asking */
    OWN = 2,    /* each question says its own */
    SHOWN = 4   /* that it is set shows in "changed" only */
};

/* With any other value of these an answer is another one, or cut, and does not say so. */
static const struct {
    const char *name, *neutral;
    int how;
} meant[] = {
    {"join_use_nulls", "0", ALWAYS},
    {"read_overflow_mode", "throw", ALWAYS}, /* at a limit: stop without a word */
    {"group_by_overflow_mode", "throw", ALWAYS},
    {"sort_overflow_mode", "throw", ALWAYS},
    {"result_overflow_mode", "throw", ALWAYS},
    {"set_overflow_mode", "throw", ALWAYS},
    {"join_overflow_mode", "throw", ALWAYS},
    {"distinct_overflow_mode", "throw", ALWAYS},
    {"transfer_overflow_mode", "throw", ALWAYS},
    {"timeout_overflow_mode", "throw", ALWAYS},
    {"skip_unavailable_shards", "0", OWN},
    {"limit", "0", SHOWN},
    {"offset", "0", SHOWN},
    {"extremes", "0", PLAIN}, /* two more rows */
    {"prefer_column_name_to_alias", "0", PLAIN},
    {"output_format_tsv_crlf_end_of_line", "0", PLAIN},
    {"aggregate_functions_null_for_empty", "0", PLAIN},
    {"empty_result_for_aggregation_by_empty_set", "0", PLAIN},
    {"distributed_group_by_no_merge", "0", PLAIN},
    {"use_query_cache", "0", PLAIN}, /* what was answered a minute ago */
};

enum { MEANT = sizeof meant / sizeof *meant };

void ch_profile_always(dx_buf *target)
{
    for (size_t i = 0; i < MEANT; i++)
        if (meant[i].how & ALWAYS)
            dx_buf_printf(target, "&%s=%s", meant[i].name, meant[i].neutral);
}

void ch_profile_ask(dx_buf *sql)
{
    dx_buf_add(sql, DX_LIT("SELECT version(), groupArray(concat(name, '=', value)) FROM"
                           " system.settings WHERE"));
    for (size_t i = 0; i < MEANT; i++) {
        dx_buf_printf(sql, "%s (name = '%s' AND ", i ? " OR" : "", meant[i].name);
        if (meant[i].how & SHOWN)
            dx_buf_add(sql, DX_LIT("changed)"));
        else
            dx_buf_printf(sql, "value <> '%s')", meant[i].neutral);
    }
}

/* "24.7.2.13" */
static unsigned version_in(dx_str said)
{
    unsigned part[2] = {0};
    size_t at = 0;

    for (size_t i = 0; i < 2; i++, at++)
        for (; at < said.n && said.p[at] >= '0' && said.p[at] <= '9' && part[i] < 1000; at++)
            part[i] = 10 * part[i] + (unsigned)(said.p[at] - '0');
    return 100 * part[0] + (part[1] < 100 ? part[1] : 99);
}

/* "['limit=0','extremes=1']" */
static bool has(dx_str list, const char *name, dx_arena *into)
{
    const dx_str key = dx_arena_printf(into, "'%s=", name);

    return key.p && dx_str_find(list, key, 0) != SIZE_MAX;
}

void ch_profile_read(ch_profile *out, dx_str said, dx_arena *into)
{
    dx_str field[2];
    dx_buf neutral = {0};

    *out = (ch_profile){.known = true};
    if (!dx_clickhouse_row(&said, into, field, 2))
        return;
    out->version = version_in(field[0]);
    for (size_t i = 0; i < MEANT; i++) {
        if (!has(field[1], meant[i].name, into))
            continue;
        if (out->name == NULL)
            out->name = meant[i].name;
        if ((meant[i].how & (ALWAYS | OWN)) == 0)
            dx_buf_printf(&neutral, "&%s=%s", meant[i].name, meant[i].neutral);
    }
    out->neutral = dx_arena_copy(into, dx_buf_str(&neutral));
    dx_buf_done(&neutral);
}
