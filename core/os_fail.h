/* How the files that talk to the operating system report its refusals. */
#ifndef DX_CORE_OS_FAIL_H
#define DX_CORE_OS_FAIL_H
#include "core/err.h"

/* Raises DX_E_IO from errno: "cannot open 'x': No such file or directory". */
dx_rc dx_os_fail(dx_err *err, const char *verb, const char *path);
#endif
