/* What the files of ytree share: how much a stranger's YAML may ask for. */
#ifndef DX_CORE_YTREE_LIMITS_H
#define DX_CORE_YTREE_LIMITS_H
#include "core/err.h"

enum { DX_Y_BYTES_MAX = 4 << 20, DX_Y_DEPTH_MAX = 64 };

/* Reports that the file is over DX_Y_BYTES_MAX. */
void dx_y_too_large(const char *path, dx_faults *faults);
#endif
