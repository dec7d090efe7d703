#define _GNU_SOURCE /* dl_iterate_phdr */
#include "core/os_memory.h"

#include <elf.h>
#include <link.h>
#include <linux/magic.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>

void *dx_os_map_at(uintptr_t place, size_t size)
{
    void *wish = (void *)place;
    void *got = mmap(wish, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (got == MAP_FAILED)
        return NULL;
    if (got == wish) {
        (void)madvise(got, size, MADV_HUGEPAGE); /* or each 4 KiB touched cost a fault */
        return got;
    }
    munmap(got, size);
    return NULL;
}

void dx_os_in_large_pages(void *memory, size_t size)
{
    (void)madvise(memory, size, MADV_HUGEPAGE);
}

/* Of the kinds of file systems that are known to keep what is open until it is closed. */
static bool is_local(int fd)
{
    static const unsigned long kinds[] = {EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
                                          F2FS_SUPER_MAGIC, TMPFS_MAGIC,     OVERLAYFS_SUPER_MAGIC};
    struct statfs st;
    bool found = false;

    if (fstatfs(fd, &st) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        found |= (unsigned long)st.f_type == kinds[i];
    return found;
}

void *dx_os_map_file_at(const dx_file *f, uintptr_t place, size_t size)
{
    const int fd = dx_os_handle(f);
    struct stat st;

    if (fstat(fd, &st) != 0 || (uint64_t)st.st_size < size || !is_local(fd))
        return NULL;
    void *got = mmap((void *)place, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (got == (void *)place)
        return got;
    if (got != MAP_FAILED)
        munmap(got, size);
    return NULL;
}

void dx_os_unmap(void *memory, size_t size)
{
    munmap(memory, size);
}

/* Both, for telling it one ends that it finds the other by itself. */
void dx_os_keep_memory(void)
{
#ifdef __GLIBC__
    (void)mallopt(M_TRIM_THRESHOLD, DX_OS_KEPT);
    (void)mallopt(M_MMAP_THRESHOLD, DX_OS_KEPT / 2);
#endif
}

/* ---- the build ---- */

static size_t padded(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* The note that the linker leaves, among others; DX_NONE when it is not there. */
static dx_str build_id_in(const char *notes, size_t size)
{
    while (size >= sizeof(ElfW(Nhdr))) {
        const ElfW(Nhdr) *note = (const void *)notes;
        const size_t name = padded(note->n_namesz), text = padded(note->n_descsz);
        const char *at = notes + sizeof *note;
        const size_t whole = sizeof *note + name + text;
        if (whole > size)
            break;
        if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp(at, "GNU", 4) == 0)
            return (dx_str){at + name, note->n_descsz};
        notes += whole;
        size -= whole;
    }
    return DX_NONE;
}

/* The first object is the program itself. */
static int look_at_program(struct dl_phdr_info *info, size_t size, void *ctx)
{
    dx_str *found = ctx;

    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum && !found->p; i++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_NOTE)
            *found = build_id_in((const char *)info->dlpi_addr + part->p_vaddr, part->p_memsz);
    }
    return 1;
}

dx_str dx_os_build_id(void)
{
    dx_str found = DX_NONE;

    dl_iterate_phdr(look_at_program, &found);
    return found;
}
