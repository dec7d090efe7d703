/* The words for the enums that travel. */
#include "core/diagnosis.h"

const char *const dx_level_names[] = {"none", "debug", "info", "warning", "error", NULL};
const char *const dx_type_names[] = {"text", "int", "hex32", "code", "winpath",
                                     "guid", "version", NULL};
const char *const dx_polarity_names[] = {"failure", "harmless", "success",
                                         "context", "unknown", NULL};
const char *const dx_outcome_names[] = {"undecided", "succeeded", "failed",
                                        "cancelled", "cut off",   NULL};
const char *const dx_state_names[] = {"open", "fix begun", "install mode left on", "resolved",
                                      NULL};
const char *const dx_certainty_names[] = {"doubtful", "possible", "likely", "almost certain",
                                          NULL};
