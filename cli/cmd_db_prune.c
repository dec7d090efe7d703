#include "cli/manage.h"
#include "cli/option_rows.h"
#include "core/time.h"
#include <inttypes.h>

static dx_rc prune(dx_manage *m, dx_err *err)
{
    const char *told = m->in->settings.older_than;
    int64_t before_us;
    dx_pruned gone;
    char day[32];
    if (!told)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                       "what is old? For example: setupdx db prune --older-than 104w");
    if (dx_when_past("--older-than", dx_str_of(told), m->now_us, &before_us, err) != DX_OK ||
        dx_store_prune(m->store, before_us, &gone, err) != DX_OK)
        return DX_FAIL;
    dx_time_short(before_us, day);
    dx_buf_printf(&m->said,
                  "removed what happened before %s UTC: %" PRId64 " attempts with %" PRId64
                  " events and %" PRId64 " findings, %" PRId64 " logs\n",
                  day, gone.attempts, gone.events, gone.findings, gone.sources);
    return DX_OK;
}

static int run_command(const dx_invocation *in)
{
    return dx_manage_run(in, 0, "db prune takes no argument; --older-than says what goes", true,
                         prune);
}

static const dx_option options[] = {
    {"older-than", 0, "TIME", DX_OPT_TEXT, AT(older_than), NULL,
     "remove what happened longer ago than this (104w), or before this day (2025-01-01)"},
    OPT_DB,
    OPT_NOW,
    OPT_HELP,
    OPT_END};

const dx_command dx_command_db_prune = {
    .name = "db prune",
    .arguments = "",
    .summary = "remove old attempts and what only they needed",
    .about = "Sums follow. When something was first seen, and what people decided, stays. The file "
             "keeps its\n"
             "size and uses the room again; setupdx db snapshot makes a small copy.",
    .examples = "setupdx db prune --older-than 104w\n"
                "setupdx db prune --db site.db --older-than 2025-01-01\n"
                "setupdx db prune --older-than 365d && setupdx db snapshot small.db\n",
    .options = options,
    .run = run_command,
};
