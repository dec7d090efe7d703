#include "report/ticket_user.h"

/* The first row one of whose words stands in the class. */
static const struct {
    const char *words[8];
    const char *reason;
} reasons[] = {
    {{"cancel"}, "somebody ended it before it was done"},
    {{"disk-full", "space", "quota"}, "there was not enough free space on the disk"},
    {{"restart", "reboot", "unfinished", "pending"},
     "the computer has to be started anew before it can go on"},
    {{"denied", "elevat", "rights", "permission", "member", "account", "read-only"},
     "it was not allowed to change something that it has to change"},
    {{"signature", "certificate", "key-missing", "trust"},
     "it could not be made sure that what is to be installed is genuine"},
    {{"damaged-download", "corrupt-download", "damaged-package", "package-damaged",
      "incomplete-source"},
     "the file that it is installed from is damaged or incomplete"},
    {{"policy"}, "a rule for this computer does not allow it"},
    {{"network", "resolution", "proxy", "download", "time-out", "wsus", "connection"},
     "something could not be fetched over the network"},
    {{"in-use", "lock", "busy", "running"}, "something that it has to replace was in use"},
    {{"corrupt", "damage", "crash", "database"}, "something that it needs is damaged"},
    {{"newer", "version", "incompatible", "compat", "wrong", "unsupported", "kernel", "driver"},
     "what is to be installed does not fit what is there already"},
    {{"prerequisite", "depend", "require"}, "something else has to be there first"},
    {{"missing", "gone", "deleted", "unknown", "not-found"},
     "something that it needs was not there"},
    {{"left", "removal", "conflict", "exists"}, "something that was there before is in the way"},
    {{"mode", "config", "setting", "disabled", "profile", "response", "command-line"},
     "the computer was not set up the way that this installation needs"},
};

const char *dx_plain_reason(dx_str cause_class)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        for (size_t k = 0; k < 8 && reasons[i].words[k]; k++)
            if (dx_str_ifind(cause_class, dx_str_of(reasons[i].words[k]), 0) != SIZE_MAX)
                return reasons[i].reason;
    return NULL;
}

bool dx_fix_restarts(const dx_finding *f)
{
    static const char *const words[] = {"restart", "reboot", "shutdown /r"};

    for (size_t i = 0; i < f->n_fix; i++)
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            if (dx_str_ifind(f->fix[i].act, dx_str_of(words[k]), 0) != SIZE_MAX ||
                dx_str_ifind(f->fix[i].command, dx_str_of(words[k]), 0) != SIZE_MAX)
                return true;
    return false;
}
