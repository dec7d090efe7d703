#include "core/image.h"

#include <stdlib.h>
#include <string.h>

#include "core/os_memory.h"
#include "core/os.h"

/* Far from where systems put programs, heaps and libraries, and above what the sanitizers keep for
 * themselves. */
static const uintptr_t place = UINT64_C(0x5BFF80000000);
enum { SIZE_MOST = 1 << 30 };

static const char magic[8] = "DXIMAGE1";

struct dx_image {
    void *memory;
    size_t size;
    dx_arena *arena;
};

/* At the beginning of the file; the memory follows. */
typedef struct header {
    char magic[8];
    uint64_t key_hi, key_lo;
    uint64_t size;  /* of the memory */
    uint64_t root;  /* from its beginning */
    uint64_t check; /* of all that stands before it, and of the memory */
} header;

static dx_image *map(size_t size)
{
    dx_image *image = calloc(1, sizeof *image);
    void *memory = image && size ? dx_os_map_at(place, size) : NULL;

    if (!memory) {
        free(image);
        return NULL;
    }
    *image = (dx_image){.memory = memory, .size = size};
    return image;
}

dx_image *dx_image_new(void)
{
    dx_image *image = map(SIZE_MOST);
    if (image)
        image->arena = dx_arena_new_in(image->memory, image->size);
    return image;
}

dx_arena *dx_image_arena(const dx_image *image)
{
    return image->arena;
}

void dx_image_free(dx_image *image)
{
    if (!image)
        return;
    dx_os_unmap(image->memory, image->size);
    free(image);
}

static uint64_t check_of(const header *h, dx_str memory)
{
    const dx_str before = {(const char *)h, offsetof(header, check)};
    return dx_hash64(memory, dx_hash64(before, 0));
}

/* ---- saving ---- */

dx_rc dx_image_save(const dx_image *image, const void *root, dx_hash128 key, const char *path,
                    dx_err *err)
{
    const dx_str memory = {image->memory, dx_arena_extent(image->arena)};
    header h = {.key_hi = key.hi,
                .key_lo = key.lo,
                .size = memory.n,
                .root = (uint64_t)((const char *)root - memory.p)};

    memcpy(h.magic, magic, sizeof magic);
    h.check = check_of(&h, memory);
    return dx_os_write_private(path, (dx_str){(const char *)&h, sizeof h}, memory, err);
}

/* ---- loading ---- */

static dx_rc read_whole(dx_file *f, void *into, size_t n, dx_err *err)
{
    char *p = into;
    size_t got = 0;

    for (; n > 0; p += got, n -= got) {
        if (dx_file_read(f, p, n, &got, err) != DX_OK)
            return DX_FAIL;
        if (got == 0)
            return DX_END;
    }
    return DX_OK;
}

static bool is_wanted(const header *h, dx_hash128 key)
{
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->key_hi == key.hi &&
           h->key_lo == key.lo && h->size <= SIZE_MOST && h->root < h->size;
}

static dx_rc read_image(dx_file *f, dx_hash128 key, dx_image **out, void **root, dx_err *err)
{
    header h;
    dx_rc rc = read_whole(f, &h, sizeof h, err);
    if (rc != DX_OK || !is_wanted(&h, key))
        return rc == DX_FAIL ? DX_FAIL : DX_END;
    dx_image *image = map((size_t)h.size);
    if (!image)
        return DX_END;
    rc = read_whole(f, image->memory, image->size, err);
    if (rc == DX_OK && check_of(&h, (dx_str){image->memory, image->size}) != h.check)
        rc = DX_END;
    if (rc != DX_OK) {
        dx_image_free(image);
        return rc;
    }
    *root = (char *)image->memory + h.root;
    *out = image;
    return DX_OK;
}

dx_rc dx_image_load(dx_image **out, const char *path, dx_hash128 key, void **root, dx_err *err)
{
    dx_file *f;
    dx_rc rc = dx_os_open_private(&f, path, err);

    if (rc != DX_OK)
        return rc;
    rc = read_image(f, key, out, root, err);
    dx_file_close(f);
    return rc;
}
