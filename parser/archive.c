/* libarchive behind a small door. */
#include "parser/archive.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "core/buf.h"
#include "core/time.h"
#include "core/utf.h"
#include "parser/codepages.h"
#include "parser/libarchive.h"

enum { BLOCK = 1 << 17, IN_MEMORY = 64 << 20, RATIO_FROM = 16 << 20 };

struct dx_archive {
    dx_libarchive lib;
    struct archive *reader;
    dx_source *from;
    dx_source member;
    dx_budget *budget;
    const dx_skips *skips;
    dx_packing packing;
    bool by_index;     /* a zip read by its index: leaving a member costs nothing */
    bool fatal;        /* libarchive cannot go on */
    bool told;         /* ... and somebody knows */
    bool any;          /* there was an entry */
    dx_buf name;       /* of the member, with the archives it is in */
    dx_err under;      /* why `from` could not be read: libarchive keeps only a text */
    const char *piece; /* unpacked, not yet handed on: piece_n bytes for offset piece_at */
    size_t piece_n;
    uint64_t piece_at, at;
    dx_err after; /* damage that was found behind `piece` */
    char block[BLOCK];
};

typedef int support_fn(struct archive *);
#define SUPPORT(kind) offsetof(dx_libarchive, archive_read_support_##kind)

/* What libarchive must know to read each packing.  Nothing more, so that no other reader can be
 * reached by a file that pretends, and none that would start a program. */
static const struct {
    size_t support; /* where in dx_libarchive */
    bool stream;    /* one compressed stream, perhaps of a tar */
} packings[] = {
    [DX_PACKED_ZIP] = {SUPPORT(format_zip_seekable), false},
    [DX_PACKED_7Z] = {SUPPORT(format_7zip), false},
    [DX_PACKED_CAB] = {SUPPORT(format_cab), false},
    [DX_PACKED_TAR] = {SUPPORT(format_tar), false},
    [DX_PACKED_GZIP] = {SUPPORT(filter_gzip), true},
    [DX_PACKED_BZIP2] = {SUPPORT(filter_bzip2), true},
    [DX_PACKED_XZ] = {SUPPORT(filter_xz), true},
    [DX_PACKED_ZSTD] = {SUPPORT(filter_zstd), true},
    [DX_PACKED_LZ4] = {SUPPORT(filter_lz4), true},
    [DX_PACKED_LZIP] = {SUPPORT(filter_lzip), true},
    [DX_PACKED_COMPRESS] = {SUPPORT(filter_compress), true},
};

static const char locked[] = "protected by a password";

/* Why the last call of libarchive did not work. */
static dx_rc fail(dx_archive *a, dx_err *err)
{
    if (a->under.kind) {
        *err = a->under;
        return DX_FAIL;
    }
    if (a->lib.archive_errno(a->reader) == ENOMEM)
        return dx_nomem(err);
    const char *text = a->lib.archive_error_string(a->reader);
    if (text && (strstr(text, "assphrase") || strstr(text, "rypt")))
        return dx_fail(err, DX_E_INPUT, DX_NOWHERE, "%s", locked);
    return dx_fail(err, DX_E_INPUT, DX_NOWHERE, "cannot be unpacked: %s", text ? text : "damaged");
}

static dx_rc overspend(dx_budget *b, dx_err *err)
{
    *err = b->spent;
    return DX_FAIL;
}

/* Books n unpacked bytes. */
static dx_rc spend(dx_budget *b, uint64_t n, dx_err *err)
{
    b->unpacked += n;
    if (b->unpacked > b->limits.bytes) {
        (void)dx_fail(&b->spent, DX_E_LIMIT, DX_NOWHERE,
                      "unpacks to more than the limit of %llu bytes; the rest was not read",
                      (unsigned long long)b->limits.bytes);
        return overspend(b, err);
    }
    const uint64_t packed = b->packed ? b->packed : 1;
    if (b->unpacked >= RATIO_FROM && b->unpacked / packed >= b->limits.ratio) {
        (void)dx_fail(&b->spent, DX_E_LIMIT, DX_NOWHERE,
                      "unpacks to more than the limit of %u times its size; the rest was not read",
                      b->limits.ratio);
        return overspend(b, err);
    }
    return DX_OK;
}

static dx_rc spend_member(dx_budget *b, dx_err *err)
{
    if (b->members++ < b->limits.members)
        return DX_OK;
    (void)dx_fail(&b->spent, DX_E_LIMIT, DX_NOWHERE,
                  "holds more than the limit of %u members; the rest was not read",
                  b->limits.members);
    return overspend(b, err);
}

static la_ssize_t read_from(struct archive *reader, void *ctx, const void **block)
{
    dx_archive *a = ctx;
    size_t got;
    *block = a->block;
    if (dx_source_read(a->from, a->block, sizeof a->block, &got, &a->under) == DX_OK)
        return (la_ssize_t)got;
    a->lib.archive_set_error(reader, a->under.kind == DX_E_NOMEM ? ENOMEM : EIO, "%s",
                             a->under.text);
    return ARCHIVE_FATAL;
}

/* Teaches a fresh reader one packing; a zip without its index by `streamed`. */
static dx_rc prepare(dx_archive *a, bool streamed, dx_err *err)
{
    a->lib.archive_read_free(a->reader);
    a->reader = a->lib.archive_read_new();
    if (!a->reader)
        return dx_nomem(err);
    const size_t where = streamed ? SUPPORT(format_zip_streamable) : packings[a->packing].support;
    support_fn *support;
    memcpy(&support, (const char *)&a->lib + where, sizeof support);
    /* A warning means that libarchive would start another program to unpack it. */
    if (support(a->reader) != ARCHIVE_OK)
        return dx_fail(err, DX_E_INPUT, DX_NOWHERE,
                       "packed in a way that this build of libarchive cannot read");
    if (packings[a->packing].stream) {
        a->lib.archive_read_support_format_tar(a->reader);
        a->lib.archive_read_support_format_raw(a->reader);
        a->lib.archive_read_support_format_empty(a->reader);
    }
    return DX_OK;
}

static dx_rc open_stream(dx_archive *a, dx_err *err)
{
    const bool is_zip = a->packing == DX_PACKED_ZIP;
    if (prepare(a, is_zip, err) == DX_FAIL)
        return DX_FAIL;
    return a->lib.archive_read_open(a->reader, a, NULL, read_from, NULL) == ARCHIVE_OK
               ? DX_OK
               : fail(a, err);
}

/* Zip and 7z keep their index at the end: from a file by seeking, else from memory. */
static dx_rc open_seekable(dx_archive *a, dx_err *err)
{
    dx_str all = DX_NONE;
    bool whole = false;
    if (prepare(a, false, err) == DX_FAIL)
        return DX_FAIL;
    if (!a->from->file && dx_source_look(a->from, IN_MEMORY, &all, &whole, err) == DX_FAIL)
        return DX_FAIL;
    if (!a->from->file && !whole && a->packing == DX_PACKED_ZIP)
        return open_stream(a, err);
    if (!a->from->file && !whole && a->from->broken.kind) {
        *err = a->from->broken;
        return DX_FAIL;
    }
    if (!a->from->file && !whole)
        return dx_fail(err, DX_E_LIMIT, DX_NOWHERE,
                       "a 7z archive that is not a file of its own is read up to the limit of "
                       "%d MiB: unpack it first",
                       IN_MEMORY >> 20);
    const int r = a->from->file ? a->lib.archive_read_open_filename(a->reader, a->from->file, BLOCK)
                                : a->lib.archive_read_open_memory(a->reader, all.p, all.n);
    a->by_index = a->packing == DX_PACKED_ZIP && r == ARCHIVE_OK;
    if (r == ARCHIVE_OK)
        return DX_OK;
    /* A zip that was cut off has lost its index; its first members can still be read. */
    return a->packing == DX_PACKED_ZIP ? open_stream(a, err) : fail(a, err);
}

/* Block by block, because archive_read_data() forgets what it has when damage follows. */
static dx_rc next_piece(dx_archive *a, dx_err *err)
{
    const void *piece = NULL;
    size_t n = 0;
    la_int64_t at = 0;
    const int r = a->lib.archive_read_data_block(a->reader, &piece, &n, &at);
    a->fatal = r == ARCHIVE_FATAL;
    if (r == ARCHIVE_EOF)
        return DX_END;
    if (r < ARCHIVE_WARN || (r == ARCHIVE_WARN && !n))
        return fail(a, err);
    if (r == ARCHIVE_WARN) /* a wrong checksum: the bytes are there, but so is the damage */
        (void)fail(a, &a->after);
    a->piece = piece;
    a->piece_n = n;
    a->piece_at = at < 0 ? a->at : (uint64_t)at;
    return spend(a->budget, n, err);
}

/* Zeros for a hole in a sparse file, else bytes of the piece. */
static size_t take(dx_archive *a, char *to, size_t cap)
{
    const bool hole = a->piece_at > a->at;
    const uint64_t have = hole ? a->piece_at - a->at : a->piece_n;
    const size_t n = have < cap ? (size_t)have : cap;
    if (hole) {
        memset(to, 0, n);
    } else {
        memcpy(to, a->piece, n);
        a->piece += n;
        a->piece_n -= n;
        a->piece_at += n;
    }
    a->at += n;
    return n;
}

static dx_rc pull_member(void *ctx, void *buf, size_t cap, size_t *got, dx_err *err)
{
    dx_archive *a = ctx;
    *got = 0;
    if (a->budget->spent.kind)
        return overspend(a->budget, err);
    while (!a->piece_n) {
        if (a->after.kind) {
            *err = a->after;
            return DX_FAIL;
        }
        const dx_rc rc = next_piece(a, err);
        if (rc != DX_OK)
            return rc == DX_END ? DX_OK : DX_FAIL;
    }
    const bool hole = a->piece_at > a->at;
    *got = take(a, buf, cap);
    return hole ? spend(a->budget, *got, err) : DX_OK;
}

/* Reads what nobody wanted, so that it counts. */
static dx_rc discard(dx_archive *a, dx_err *err)
{
    char waste[8192];
    dx_err ignored;
    if (a->by_index || !a->any)
        return DX_OK;
    for (size_t got = 1; got;) {
        if (dx_check_interrupt(err) == DX_FAIL)
            return DX_FAIL;
        if (dx_source_read(&a->member, waste, sizeof waste, &got, &ignored) == DX_FAIL)
            break;
    }
    return DX_OK;
}

static bool is_single(const dx_archive *a)
{
    return a->lib.archive_format(a->reader) == ARCHIVE_FORMAT_RAW;
}

/* UTF-8 as it is; else the code page that the zip format prescribes, or the likeliest. */
static void add_name(dx_archive *a, const char *z)
{
    dx_str name = dx_str_of(z);
    while (dx_str_starts(name, DX_LIT("./")))
        name = dx_str_slice(name, 2, name.n);
    while (dx_str_starts(name, DX_LIT("/")))
        name = dx_str_slice(name, 1, name.n);
    if (dx_utf_valid(name))
        dx_buf_add(&a->name, name);
    else
        dx_codepage_add(a->packing == DX_PACKED_ZIP ? DX_CP437 : DX_CP1252, name, &a->name);
}

/* A compressed single file keeps the name of what holds it.  libarchive has no name where the
 * locale lacks its characters: the number tells such members apart. */
static dx_rc set_name(dx_archive *a, struct archive_entry *entry, dx_err *err)
{
    dx_buf_clear(&a->name);
    dx_buf_add(&a->name, a->from->member);
    if (!is_single(a)) {
        const char *z = a->lib.archive_entry_pathname_utf8(entry);
        z = z ? z : a->lib.archive_entry_pathname(entry);
        if (a->from->member.n)
            dx_buf_add(&a->name, DX_LIT("!/"));
        if (z)
            add_name(a, z);
        else
            dx_buf_printf(&a->name, "member-%d", a->lib.archive_file_count(a->reader));
    }
    a->member.member = dx_buf_str(&a->name);
    return a->name.failed ? dx_nomem(err) : DX_OK;
}

static int64_t time_of(const dx_archive *a, struct archive_entry *entry)
{
    if (!a->lib.archive_entry_mtime_is_set(entry))
        return is_single(a) ? a->from->modified_us : DX_NO_TIME;
    return dx_time_of_unix(a->lib.archive_entry_mtime(entry),
                           a->lib.archive_entry_mtime_nsec(entry));
}

/* Readies a->member; false when the entry is nothing to read, which has been told. */
static bool enter(dx_archive *a, struct archive_entry *entry)
{
    dx_source_reuse(&a->member, pull_member, a);
    a->member.path = a->from->path;
    a->member.modified_us = time_of(a, entry);
    a->piece_n = 0;
    a->piece_at = a->at = 0;
    a->after.kind = DX_E_NONE;
    if (a->lib.archive_entry_is_encrypted(entry)) {
        dx_err why;
        a->member.ended = true;
        (void)dx_fail(&why, DX_E_INPUT, DX_NOWHERE, "%s", locked);
        dx_skips_tell(a->skips, a->member.member, true, &why);
        return false;
    }
    if (a->lib.archive_entry_hardlink(entry) || a->lib.archive_entry_filetype(entry) != AE_IFREG) {
        if (a->lib.archive_entry_filetype(entry) != AE_IFDIR)
            dx_skips_tell_not_a_log(a->skips, a->member.member, "a link or device in an archive");
        return false;
    }
    return true;
}

/* The archive cannot be read on. */
static dx_rc give_up(dx_archive *a, const dx_err *why, dx_err *err)
{
    a->fatal = a->told = true;
    if (dx_err_ends_walk(why)) {
        *err = *why;
        return DX_FAIL;
    }
    dx_err more = *why;
    (void)dx_context(&more, a->any ? "the rest of the archive was not read" : "nothing was read");
    if (!a->budget->spent.kind)
        dx_skips_tell(a->skips, a->from->member, true, &more);
    return DX_END;
}

static dx_rc at_end(dx_archive *a)
{
    if (!a->any)
        dx_skips_tell_not_a_log(a->skips, a->from->member, "an archive without files");
    return DX_END;
}

/* After fatal damage in a member: its reader was told, the other members have to be. */
static dx_rc leave_damaged(dx_archive *a, dx_err *err)
{
    if (a->told || is_single(a))
        return DX_END;
    const dx_err why = a->member.broken;
    return give_up(a, &why, err);
}

static dx_rc next_entry(dx_archive *a, bool *usable, dx_err *err)
{
    struct archive_entry *entry;
    dx_err why;
    *usable = false;
    if (dx_check_interrupt(err) == DX_FAIL)
        return DX_FAIL;
    const int r = a->lib.archive_read_next_header(a->reader, &entry);
    if (r == ARCHIVE_EOF)
        return at_end(a);
    if (spend_member(a->budget, &why) == DX_FAIL)
        return DX_END;
    if (r < ARCHIVE_WARN) {
        (void)fail(a, &why);
        if (r == ARCHIVE_FATAL || dx_err_ends_walk(&why))
            return give_up(a, &why, err);
        dx_skips_tell(a->skips, a->from->member, true, &why);
        return DX_OK;
    }
    a->any = true;
    if (set_name(a, entry, err) == DX_FAIL)
        return DX_FAIL;
    *usable = enter(a, entry);
    return DX_OK;
}

dx_rc dx_archive_next(dx_archive *a, dx_source **out, dx_err *err)
{
    bool usable = false;
    while (!usable) {
        if (discard(a, err) == DX_FAIL)
            return DX_FAIL;
        if (a->budget->spent.kind)
            return DX_END;
        const dx_rc rc = a->fatal ? leave_damaged(a, err) : next_entry(a, &usable, err);
        if (rc != DX_OK)
            return rc;
    }
    *out = &a->member;
    return DX_OK;
}

dx_rc dx_archive_open(dx_archive **out, dx_source *from, dx_packing packing, dx_budget *budget,
                      const dx_skips *skips, dx_err *err)
{
    dx_archive *a = calloc(1, sizeof *a);
    if (!a)
        return dx_nomem(err);
    if (dx_libarchive_load(&a->lib, err) == DX_FAIL) {
        free(a);
        return DX_FAIL;
    }
    a->from = from;
    a->packing = packing;
    a->budget = budget;
    a->skips = skips;
    const bool seeks = packing == DX_PACKED_ZIP || packing == DX_PACKED_7Z;
    if ((seeks ? open_seekable : open_stream)(a, err) == DX_FAIL) {
        dx_archive_close(a);
        return DX_FAIL;
    }
    *out = a;
    return DX_OK;
}

void dx_archive_close(dx_archive *a)
{
    if (!a)
        return;
    a->lib.archive_read_free(a->reader);
    dx_source_done(&a->member);
    dx_buf_done(&a->name);
    free(a);
}
