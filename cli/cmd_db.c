#include "cli/help.h"
#include "cli/option_rows.h"
#include "cli/options.h"

const dx_command dx_command_db = {
    .name = "db",
    .arguments = "COMMAND",
    .summary = "look after stores: merge, snapshot, check, prune, schema, stats, dump, push",
    .examples = "setupdx db check --db site.db\n"
                "setupdx db merge a.db b.db --into site.db\n"
                "setupdx db snapshot copy.db\n",
    .options = dx_bare_options,
    .complete = "merge snapshot check prune schema stats dump push",
    .run = dx_help_group,
};
