/* Any bytes as an archive: members come or the damage is told, within the limits. */
#include "fuzz.h"

#include <string.h>
#include "core/utf.h"
#include "parser/archive.h"

enum { DEPTH = 2, MEMBERS = 50, BYTES = 4 << 20 };

typedef struct unpacking {
    dx_budget budget;
    dx_skips skips;
    uint64_t read;
} unpacking;

static void check_skip(void *ctx, const dx_skip *skip)
{
    (void)ctx;
    FUZZ_MUST(skip->why.text[0] != '\0');
}

static void unpack(unpacking *u, dx_source *from, unsigned depth);

static void read_member(unpacking *u, dx_source *member)
{
    char buf[4096];
    size_t got = 1;
    dx_err err = {0};

    while (got && dx_source_read(member, buf, sizeof buf, &got, &err) == DX_OK) {
        FUZZ_MUST(got <= sizeof buf);
        u->read += got;
    }
    FUZZ_MUST(u->read <= BYTES + (1 << 20));
}

static void unpack(unpacking *u, dx_source *from, unsigned depth)
{
    dx_archive *a = NULL;
    dx_source *member;
    dx_str head;
    dx_err err = {0};

    FUZZ_MUST(dx_source_look(from, DX_SNIFF_BYTES, &head, NULL, &err) == DX_OK);
    const dx_packing packing = dx_sniff(head).packing;
    if (packing == DX_PACKED_NOT || depth == DEPTH) {
        read_member(u, from);
        return;
    }
    if (dx_archive_open(&a, from, packing, &u->budget, &u->skips, &err) != DX_OK)
        return;
    while (dx_archive_next(a, &member, &err) == DX_OK)
        unpack(u, member, depth + 1);
    dx_archive_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const dx_str bytes = {(const char *)data, size};
    unpacking u = {.budget = {.limits = {DEPTH, MEMBERS, BYTES, 1000}, .packed = size},
                   .skips = {.fn = check_skip, .path = DX_LIT("fuzz")}};
    dx_source *src = NULL;
    dx_err err = {0};

    FUZZ_MUST(dx_source_memory(&src, DX_LIT("fuzz"), bytes, &err) == DX_OK);
    if (dx_sniff(dx_str_slice(bytes, 0, DX_SNIFF_BYTES)).packing != DX_PACKED_NOT)
        unpack(&u, src, 0);
    FUZZ_MUST(u.budget.members <= MEMBERS + 1);
    dx_source_close(src);
    return 0;
}
