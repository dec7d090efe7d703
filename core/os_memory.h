/* Memory and files of this program alone: what keeping an image takes of the operating system. */
#ifndef DX_CORE_OS_MEMORY_H
#define DX_CORE_OS_MEMORY_H
#include "core/os.h"

/* Zeroed memory at exactly this place, taken from the machine where it is touched; NULL when the
 * place is not free. */
void *dx_os_map_at(uintptr_t place, size_t size);
void dx_os_unmap(void *memory, size_t size);

/* Bytes that tell this build of the program from every other one; DX_NONE when it has none.
 * Borrowed from the program itself. */
dx_str dx_os_build_id(void);

/* A plain file of this user's that nobody else may write; DX_END when it is not one. */
DX_CHECK dx_rc dx_os_open_private(dx_file **out, const char *path, dx_err *err);
/* Two pieces, one after the other, with mode 0600; a reader sees the old file or the new one. */
DX_CHECK dx_rc dx_os_write_private(const char *path, dx_str first, dx_str second, dx_err *err);
/* The folder is this user's, and nobody else may write to it.  When it is missing it is made
 * (0700), but only below a folder of this user's. */
bool dx_os_private_folder(const char *dir);
#endif
