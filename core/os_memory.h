/* Memory and files of this program alone: what keeping an image takes of the operating system. */
#ifndef DX_CORE_OS_MEMORY_H
#define DX_CORE_OS_MEMORY_H
#include "core/os.h"

/* Zeroed memory at exactly this place, taken from the machine where it is touched; NULL when the
 * place is not free. */
void *dx_os_map_at(uintptr_t place, size_t size);
/* The first `size` bytes of the file there, shared with others until something is written: that
 * stays here.  NULL when the place is not free, the file is shorter, or it lies where another
 * machine may take it away. */
void *dx_os_map_file_at(const dx_file *f, uintptr_t place, size_t size);
/* Asks that memory be of large pages, which it should begin and end with: where each look-up is of
 * another page, finding the page costs as much as its contents.  Nothing happens where there are
 * none. */
enum { DX_OS_LARGE_PAGE = 2 << 20 };
void dx_os_in_large_pages(void *memory, size_t size);

/* What one of the two above gave, with its size. */
void dx_os_unmap(void *memory, size_t size);

/* Once, before there are threads: memory that was freed is kept for what comes next, up to
 * DX_OS_KEPT bytes beyond what is in use, instead of going back to the machine after each question
 * to come again, page by page, with the next.  Blocks of half that size and more still come and go
 * as they are.  Nothing happens with a C library that cannot be told. */
enum { DX_OS_KEPT = 8 << 20 };
void dx_os_keep_memory(void);

/* Bytes that tell this build of the program from every other one; DX_NONE when it has none.
 * Borrowed from the program itself. */
dx_str dx_os_build_id(void);

/* A plain file of this user's that nobody else may write; DX_END when it is not one. */
DX_CHECK dx_rc dx_os_open_private(dx_file **out, const char *path, dx_err *err);
/* With mode 0600; a reader sees the old file or the new one. */
DX_CHECK dx_rc dx_os_write_private(const char *path, dx_str content, dx_err *err);
int dx_os_handle(const dx_file *f); /* for the parts of this layer */
/* The folder is this user's, and nobody else may write to it.  When it is missing it is made
 * (0700), but only below a folder of this user's. */
bool dx_os_private_folder(const char *dir);
#endif
