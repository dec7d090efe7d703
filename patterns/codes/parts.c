/* The fields of an HRESULT or NTSTATUS. */
#include "patterns/codes/codes.h"

static const struct {
    unsigned facility;
    const char *name;
} facilities[] = {
    {0, "none"},
    {1, "RPC"},
    {2, "automation"},
    {3, "storage"},
    {4, "interface"},
    {7, "Win32"},
    {8, "Windows"},
    {9, "security"},
    {10, "control"},
    {11, "certificates"},
    {12, "internet"},
    {13, "media server"},
    {14, "message queuing"},
    {15, "setup and servicing"},
    {16, "smart card"},
    {17, "COM+"},
    {19, ".NET"},
    {23, "side-by-side"},
    {24, "Windows CE"},
    {25, "HTTP"},
    {32, "background transfer (BITS)"},
    {33, "configuration"},
    {36, "Windows Update"},
    {37, "directory service"},
    {39, "shell"},
    {48, "virtualization"},
    {500, "WiX"},
};

static const char *facility_name(unsigned facility)
{
    for (size_t i = 0; i < sizeof facilities / sizeof *facilities; i++)
        if (facilities[i].facility == facility)
            return facilities[i].name;
    return NULL;
}

dx_code_parts dx_code_parts_of(uint32_t value)
{
    static const char *const severities[] = {"success", "information", "error", "error"};
    const unsigned top = value >> 30;
    dx_code_parts parts = {
        .severity = severities[top], .facility = (value >> 16) & 0x7FFu, .low = value & 0xFFFFu};
    /* 0xC... may be an NTSTATUS or a program's own id: their facilities are others. */
    parts.facility_name = top == 2 ? facility_name(parts.facility) : NULL;
    return parts;
}
