#include "cli/help.h"
#include "cli/option_rows.h"
#include "cli/options.h"

const dx_command dx_command_rules = {
    .name = "rules",
    .arguments = "COMMAND",
    .summary = "work with rules: check, list, show, try, words, new",
    .examples = "setupdx rules list\n"
                "setupdx rules show exch55.ims-ts-execute-mode\n"
                "setupdx rules check my-rules.yaml\n",
    .options = dx_rules_options,
    .complete = "check list show try words new",
    .run = dx_help_group,
};
