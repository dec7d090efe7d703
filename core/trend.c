#include "core/fleet.h"

const char *const dx_trend_of_names[] = {"signature", "diagnosis", "cause", "product",
                                         "server",    "code",      NULL};
const char *const dx_trend_by_names[] = {"day", "week", "month", "version", "site", NULL};
const char *const dx_list_kind_names[] = {"new", "regressed", "spreading", "quiet", NULL};
const char *const dx_standing_names[] = {"new",         "known",    "regressed", "silenced",
                                         "fix pending", "verified", NULL};

double dx_trend_rate(const dx_trend_cell *c)
{
    return c->base > 0 ? (double)c->failures / (double)c->base : 0;
}
