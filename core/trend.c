#include "core/fleet.h"

const char *const dx_trend_of_names[] = {"signature", "diagnosis", "cause", "product",
                                         "server",    "code",      NULL};
const char *const dx_trend_by_names[] = {"day", "week", "month", "version", "site", NULL};
const char *const dx_list_kind_names[] = {"new", "regressed", "spreading", "quiet", NULL};
const char *const dx_log_doubt_names[] = {[DX_DOUBT_NONE] = "all",
                                          [DX_DOUBT_BAD_BYTES] = "bad-bytes",
                                          [DX_DOUBT_NO_ATTEMPT] = "no-attempt",
                                          [DX_DOUBT_CUT_OFF] = "cut-off",
                                          [DX_DOUBT_GAPS] = "gaps",
                                          [DX_DOUBTS] = NULL};
const char *const dx_standing_names[] = {"new",         "known",    "regressed", "silenced",
                                         "fix pending", "verified", NULL};

double dx_trend_rate(const dx_trend_cell *c)
{
    return c->base > 0 ? (double)c->failures / (double)c->base : 0;
}
