/* The words for the enums that travel. */
#include "core/diagnosis.h"

const char *const dx_level_names[] = {"none", "debug", "info", "warning", "error", NULL};
const char *const dx_type_names[] = {"text",    "int",  "hex32",   "code",
                                     "winpath", "guid", "version", NULL};
const char *const dx_polarity_names[] = {"failure", "harmless", "success",
                                         "context", "unknown",  NULL};
const char *const dx_outcome_names[] = {"undecided", "succeeded", "failed",
                                        "cancelled", "cut off",   NULL};
const char *const dx_state_names[] = {
    "open", "fix begun", "install mode left on", "resolved", "said to be fixed", "silenced", NULL};
const char *const dx_certainty_names[] = {"doubtful", "possible", "likely", "almost certain", NULL};

dx_certainty dx_certainty_of(int confidence)
{
    if (confidence < 30)
        return DX_DOUBTFUL;
    if (confidence < 60)
        return DX_POSSIBLE;
    return confidence < 85 ? DX_LIKELY : DX_ALMOST_CERTAIN;
}

bool dx_cause_stopped(dx_outcome outcome, dx_str cause_class, int confidence)
{
    const bool told = outcome == DX_CANCELLED;
    const bool open = outcome == DX_UNDECIDED || outcome == DX_CUT_OFF;

    return dx_str_iends(cause_class, DX_LIT("cancelled")) &&
           (told || (open && dx_certainty_of(confidence) == DX_ALMOST_CERTAIN));
}
