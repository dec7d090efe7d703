# Lines that tell of failures in the words that all programs use for them, and name nothing known:
#     awk -v lines=N -f failures.awk
function pick(list, n) { seed = (seed * 1103515245 + 12345) % 2147483648; return list[int(seed / 65536) % n + 1] }
function digits(n,   s) { for (s = ""; n > 0; n--) s = s pick(digit, 10); return s }
BEGIN {
    seed = 1
    split("0 1 2 3 4 5 6 7 8 9", digit, " ")
    whats = split("the helper program|a file of the component|the service Contoso Agent|one of the steps|" \
        "the package|the driver of the device|the script|the product key|the update|the database|" \
        "the registry key HKLM\\Software\\Contoso|C:\\Program Files\\Contoso\\agent.dll|the disk|" \
        "the connection to the server|the application|the user account|the policy|the event|" \
        "the installation|setup", what, "|")
    hows = split("failed with|failed with error|failed with exit code|failed, exit code|failed to start:|" \
        "returned error code|returned|could not be found:|could not be opened, error|was not found:|" \
        "cannot be installed:|is missing or is not valid:|is not supported:|did not respond in time:|" \
        "has been stopped because of error|was denied access:|does not exist:|is in use by another process:|" \
        "was aborted with status|already exists:|must be removed first, error code:|is invalid, error:|" \
        "must be restarted:|was not installed because of", how, "|")
    ends = split(". Setup cannot continue.|; see the log for details.| (access is denied)|.|" \
        ": the system cannot find the file specified.|. Press OK to close.| - unable to proceed|" \
        ". Try again or contact your administrator.|, the operation failed.|. Error: not enough space.", end, "|")
    for (i = 0; i < lines; i++) {
        code = i % 3 == 0 ? "0x80" digits(6) : i % 3 == 1 ? digits(1 + i % 5) : "error " digits(1 + i % 4)
        print (i % 4 == 0 ? "Error: " : i % 4 == 1 ? "Warning: could not go on, " : "") \
            pick(what, whats) " " pick(how, hows) " " code pick(end, ends)
    }
}
