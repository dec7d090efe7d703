#include "core/image.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/os_memory.h"
#include "core/os.h"

/* Far from where systems put programs, heaps and libraries, and above what the sanitizers keep for
 * themselves. */
static const uintptr_t first_place = UINT64_C(0x5BFF80000000);
enum { SIZE_MOST = 1 << 30 };

static const char magic[8] = "DXIMAGE2";

struct dx_image {
    void *memory;
    size_t size;
    dx_arena *arena;
};

/* At the beginning of the memory, and of the file, which is the same. */
typedef struct header {
    char magic[8];
    uint64_t key_hi, key_lo;
    uint64_t size;  /* of the whole */
    uint64_t root;  /* from its beginning */
    uint64_t place; /* where it was built */
    uint64_t check; /* of all that stands before it, and of what follows */
} header;
enum { HEAD = 64 }; /* so that what follows is aligned as by malloc() */
_Static_assert(sizeof(header) <= HEAD, "room for the header");

static uintptr_t address_of(unsigned place)
{
    assert(place < DX_IMAGE_PLACES);
    return first_place + (uintptr_t)place * SIZE_MOST;
}

static dx_image *image_of(void *memory, size_t size)
{
    dx_image *image = memory ? calloc(1, sizeof *image) : NULL;

    if (image)
        *image = (dx_image){.memory = memory, .size = size};
    else if (memory)
        dx_os_unmap(memory, size);
    return image;
}

dx_image *dx_image_new(unsigned place)
{
    dx_image *image = image_of(dx_os_map_at(address_of(place), SIZE_MOST), SIZE_MOST);
    if (image)
        image->arena = dx_arena_new_in((char *)image->memory + HEAD, image->size - HEAD);
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

static uint64_t check_of(const void *memory, size_t size)
{
    const size_t before = offsetof(header, check), behind = sizeof(header);
    const char *p = memory;
    return dx_hash64((dx_str){p + behind, size - behind}, dx_hash64((dx_str){p, before}, 0));
}

/* ---- saving ---- */

dx_rc dx_image_save(const dx_image *image, const void *root, dx_hash128 key, const char *path,
                    dx_err *err)
{
    const dx_str whole = {image->memory, HEAD + dx_arena_extent(image->arena)};
    header *h = image->memory;

    *h = (header){.key_hi = key.hi,
                  .key_lo = key.lo,
                  .size = whole.n,
                  .root = (uint64_t)((const char *)root - whole.p),
                  .place = (uintptr_t)whole.p};
    memcpy(h->magic, magic, sizeof magic);
    h->check = check_of(whole.p, whole.n);
    return dx_os_write_private(path, whole, err);
}

/* ---- loading ---- */

static bool is_wanted(const header *h, uintptr_t place, dx_hash128 key)
{
    return memcmp(h->magic, magic, sizeof magic) == 0 && h->place == place && h->key_hi == key.hi &&
           h->key_lo == key.lo && h->size > HEAD && h->size <= SIZE_MOST && h->root >= HEAD &&
           h->root < h->size;
}

static dx_rc read_rest(dx_file *f, char *into, size_t n, dx_err *err)
{
    size_t got = 0;

    for (; n > 0; into += got, n -= got) {
        if (dx_file_read(f, into, n, &got, err) != DX_OK)
            return DX_FAIL;
        if (got == 0)
            return DX_END;
    }
    return DX_OK;
}

/* A copy that nobody else can touch. */
static dx_rc copy_whole(dx_file *f, const header *h, void **out, dx_err *err)
{
    void *memory = dx_os_map_at((uintptr_t)h->place, (size_t)h->size);
    if (!memory)
        return DX_END;
    memcpy(memory, h, sizeof *h);
    const dx_rc rc = read_rest(f, (char *)memory + sizeof *h, (size_t)h->size - sizeof *h, err);
    if (rc != DX_OK)
        dx_os_unmap(memory, (size_t)h->size);
    *out = memory;
    return rc;
}

static dx_rc fetch(dx_file *f, const header *h, bool lasting, void **out, dx_err *err)
{
    *out = lasting ? NULL : dx_os_map_file_at(f, (uintptr_t)h->place, (size_t)h->size);
    return *out ? DX_OK : copy_whole(f, h, out, err);
}

static dx_rc read_image(dx_file *f, uintptr_t place, dx_hash128 key, bool lasting, dx_image **out,
                        void **root, dx_err *err)
{
    header h = {.size = 0};
    void *memory;
    dx_rc rc = read_rest(f, (char *)&h, sizeof h, err);
    if (rc != DX_OK || !is_wanted(&h, place, key))
        return rc == DX_FAIL ? DX_FAIL : DX_END;
    if ((rc = fetch(f, &h, lasting, &memory, err)) != DX_OK)
        return rc;
    if (memcmp(memory, &h, sizeof h) != 0) {
        dx_os_unmap(memory, (size_t)h.size);
        return DX_END;
    }
    *out = image_of(memory, (size_t)h.size);
    *root = (char *)memory + h.root;
    return *out ? DX_OK : dx_nomem(err);
}

bool dx_image_whole(const dx_image *image)
{
    const header *h = image->memory;

    return check_of(image->memory, image->size) == h->check;
}

dx_rc dx_image_find(dx_image **out, unsigned place, const char *path, dx_hash128 key, bool lasting,
                    void **root, dx_err *err)
{
    dx_file *f;
    dx_rc rc = dx_os_open_private(&f, path, err);

    if (rc != DX_OK)
        return rc;
    rc = read_image(f, address_of(place), key, lasting, out, root, err);
    dx_file_close(f);
    return rc;
}
