/* Text, archive or neither: decided by the first bytes alone, never by a name. */
#include "parser/sniff.h"
#include <stdint.h>
#include <string.h>
#include "core/bytes.h"
#include "core/utf.h"

enum { PADDING = 64 }; /* a run of zero bytes this long is space that was never written */

typedef struct magic {
    size_t at;
    dx_str bytes;
    dx_packing packing;
    const char *what;
} magic;

#define PACKED(at, bytes, packing)                                                                 \
    {                                                                                              \
        (at), {(bytes), sizeof(bytes) - 1}, (packing), NULL                                        \
    }
#define OTHER(at, bytes, what)                                                                     \
    {                                                                                              \
        (at), {(bytes), sizeof(bytes) - 1}, DX_PACKED_NOT, (what)                                  \
    }

static const char a_program[] = "a program";
static const char a_picture[] = "a picture";
static const char a_sound[] = "a sound or film";
static const char a_document[] = "an office document";

/* The first that fits wins. */
static const magic magics[] = {
    OTHER(30, "[Content_Types].xml", a_document),
    OTHER(30, "mimetypeapplication/", a_document),
    PACKED(0, "PK\3\4", DX_PACKED_ZIP),
    PACKED(0, "PK\5\6", DX_PACKED_ZIP),
    PACKED(0, "PK\7\10PK\3\4", DX_PACKED_ZIP),
    PACKED(0, "MSCF\0\0\0\0", DX_PACKED_CAB),
    PACKED(0, "7z\xBC\xAF\x27\x1C", DX_PACKED_7Z),
    PACKED(0, "\x1F\x8B\x08", DX_PACKED_GZIP),
    PACKED(0,
           "\xFD"
           "7zXZ\0",
           DX_PACKED_XZ),
    PACKED(0, "\x28\xB5\x2F\xFD", DX_PACKED_ZSTD),
    PACKED(0, "\x04\x22\x4D\x18", DX_PACKED_LZ4),
    PACKED(0, "LZIP\1", DX_PACKED_LZIP),
    PACKED(0, "\x1F\x9D", DX_PACKED_COMPRESS),
    PACKED(4, "1AY&SY", DX_PACKED_BZIP2),
    PACKED(4, "\x17\x72\x45\x38\x50\x90", DX_PACKED_BZIP2),
    PACKED(257, "ustar", DX_PACKED_TAR),
    OTHER(0,
          "\x7F"
          "ELF",
          a_program),
    OTHER(0, "\xCA\xFE\xBA\xBE", a_program),
    OTHER(0, "\xCF\xFA\xED\xFE", a_program),
    OTHER(0, "\x89PNG\r\n\x1A\n", a_picture),
    OTHER(0, "\xFF\xD8\xFF", a_picture),
    OTHER(0, "GIF87a", a_picture),
    OTHER(0, "GIF89a", a_picture),
    OTHER(0, "II*\0", a_picture),
    OTHER(0, "MM\0*", a_picture),
    OTHER(0, "\0\0\1\0", a_picture),
    OTHER(0, "RIFF", a_sound),
    OTHER(0, "ID3\3", a_sound),
    OTHER(4, "fty", a_sound),
    OTHER(0, "%PDF-", "a PDF document"),
    OTHER(0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an installer package (.msi) or office document"),
    OTHER(0, "ElfFile\0", "an event log (.evtx): export it as text first"),
    OTHER(0, "\x30\0\0\0LfLe", "an event log (.evt): export it as text first"),
    OTHER(0x48, "\2\0\1\xC0", "an event trace (.etl): convert it to text first"),
    OTHER(0x48, "\2\0\2\xC0", "an event trace (.etl): convert it to text first"),
    OTHER(0, "regf", "a registry hive: export it as text first"),
    OTHER(0, "MDMP", "a memory dump: open it in a debugger"),
    OTHER(0, "PAGEDU", "a memory dump: open it in a debugger"),
    OTHER(0, "SQLite format 3\0", "a SQLite database"),
    OTHER(0, "\0\1\0\0Standard ", "an Access database"),
    OTHER(4, "\xEF\xCD\xAB\x89", "an Exchange or ESE database"),
    OTHER(0, "Microsoft C/C++ ", "a symbol file (.pdb)"),
    OTHER(0, "MSWIM\0\0\0", "a Windows image (.wim)"),
    OTHER(0, "Rar!\x1A\7", "a RAR archive: unpack it first"),
    OTHER(0, "SZDD\x88\xF0\x27\x33", "a file packed by COMPRESS.EXE: expand it first"),
    OTHER(0, "KWAJ\x88\xF0\x27\xD1", "a file packed by COMPRESS.EXE: expand it first"),
    OTHER(0, "ITSF\3", "a help file"),
    OTHER(0, "?_\3\0", "a help file"),
    OTHER(0, "L\0\0\0\1\x14\2\0", "a shortcut (.lnk)"),
    OTHER(0, "MZ", "a Windows program"),
    OTHER(0, "BM", a_picture),
};

static bool has_at(dx_str s, size_t at, dx_str bytes)
{
    return at < s.n && dx_str_starts(dx_str_slice(s, at, s.n), bytes);
}

/* Counts over a piece of a file. */
typedef struct census {
    size_t n, odd; /* bytes that count; those of them that no text should hold */
    bool utf8;
} census;

static bool is_control(unsigned char c)
{
    const bool text = (c >= '\a' && c <= '\r') | (c == 0x1A) | (c == 0x1B);

    return (c == 0x7F) | ((c < 0x20) & !text);
}

static size_t zero_run(dx_str s, size_t at)
{
    size_t end = at;
    while (end < s.n && !s.p[end])
        end++;
    return end - at;
}

/* The last character may be cut by the end of the head. */
static bool utf8_but_for_the_end(dx_str s)
{
    for (size_t cut = 0; cut < 4 && cut <= s.n; cut++)
        if (dx_utf_valid(dx_str_slice(s, 0, s.n - cut)))
            return true;
    return false;
}

/* In runs whose number fits into a byte, so that compilers do many bytes at once. */
static size_t count_controls(dx_str s)
{
    enum { RUN = 240 };
    size_t n = 0;

    for (size_t from = 0; from < s.n; from += RUN) {
        const size_t end = s.n - from < RUN ? s.n : from + RUN;
        uint8_t run = 0;
        for (size_t i = from; i < end; i++)
            run = (uint8_t)(run + is_control((unsigned char)s.p[i]));
        n += run;
    }
    return n;
}

static census count(dx_str head)
{
    census c = {.utf8 = utf8_but_for_the_end(head)};
    if (memchr(head.p, '\0', head.n) == NULL) {
        c.n = head.n;
        c.odd = count_controls(head);
        return c;
    }
    for (size_t i = 0; i < head.n; i++) {
        const size_t zeros = zero_run(head, i);
        if (zeros >= PADDING) {
            i += zeros - 1;
            continue;
        }
        c.n++;
        c.odd += is_control((unsigned char)head.p[i]);
    }
    return c;
}

/* Random bytes hold one control in ten and are no UTF-8; text holds next to none. */
static bool is_binary(census c)
{
    return c.odd * 100 > c.n * 30 || (!c.utf8 && c.odd * 100 > c.n * 5);
}

static bool has_mark(dx_str s)
{
    return dx_str_starts(s, DX_LIT("\xFF\xFE")) || dx_str_starts(s, DX_LIT("\xFE\xFF")) ||
           dx_str_starts(s, DX_LIT("\xEF\xBB\xBF")) || has_at(s, 0, DX_LIT("\0\0\xFE\xFF"));
}

static const magic *known(dx_str head)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (has_at(head, magics[i].at, magics[i].bytes))
            return &magics[i];
    return NULL;
}

/* A text may begin with "MZ" or "BM": short words name a binary file, they do not make one. */
static bool is_sure(const magic *m)
{
    return m->packing || m->bytes.n >= 4 || (unsigned char)m->bytes.p[0] >= 0x7F;
}

/* Nearly all logs: one look says that nothing in them is odd but, perhaps, controls. */
static bool is_ascii(dx_str head)
{
    return head.n > 0 && dx_ascii_run(head) == head.n;
}

dx_sniffed dx_sniff(dx_str head)
{
    const dx_sniffed text = {.text = true};
    const magic *m = known(head);
    if (m && is_sure(m))
        return (dx_sniffed){.packing = m->packing, .what = m->what};
    if (head.n == 0)
        return (dx_sniffed){.what = "empty file"};
    const bool ascii = is_ascii(head);
    if (!ascii && (has_mark(head) || dx_sniff_utf16(head)))
        return text;
    if (!ascii && zero_run(head, 0) == head.n)
        return (dx_sniffed){.what = "nothing but zero bytes at its beginning"};
    const census all =
        ascii ? (census){.n = head.n, .odd = count_controls(head), .utf8 = true} : count(head);
    if (!is_binary(all))
        return text;
    return (dx_sniffed){.what = m ? m->what : "a binary file"};
}

/* Pairs of bytes seen as UTF-16, the high byte at `high` (0 or 1) of each pair. */
typedef struct pairs {
    size_t n, latin, ascii; /* all; high byte zero and low byte text; both bytes ASCII text */
    size_t wrong;           /* low byte zero, or a control with a zero high byte */
} pairs;

static bool is_ascii_text(unsigned char c)
{
    return (c >= 0x20 && c < 0x7F) || (c >= '\t' && c <= '\r');
}

static pairs count_pairs(dx_str head, size_t high)
{
    pairs k = {.n = head.n / 2};
    while (k.n && !head.p[2 * k.n - 1] && !head.p[2 * k.n - 2])
        k.n--; /* space that was never written */
    for (size_t i = 0; i < 2 * k.n; i += 2) {
        const unsigned char h = (unsigned char)head.p[i + high];
        const unsigned char l = (unsigned char)head.p[i + !high];
        if (h)
            k.ascii += is_ascii_text(h) && is_ascii_text(l);
        else
            k.latin += l >= 0xA0 || is_ascii_text(l);
        k.wrong += !l || (!h && is_control(l));
    }
    return k;
}

/* Mostly Latin text has a zero in nearly each pair.  Other scripts have them at blanks, digits and
 * line ends; what is between them must not look like 8-bit text with some NULs in it. */
static bool looks_utf16(pairs k)
{
    if (k.n < 2 || k.wrong * 20 > k.latin)
        return false;
    const size_t rest = k.n - k.latin;
    return k.latin * 10 >= k.n * 7 || (k.latin >= 3 && k.latin * 10 >= k.n && k.ascii * 3 <= rest);
}

const char *dx_sniff_utf16(dx_str head)
{
    /* Nothing looks like UTF-16 without a single zero byte. */
    if (head.n == 0 || memchr(head.p, '\0', head.n) == NULL)
        return NULL;
    if (looks_utf16(count_pairs(head, 1)))
        return "utf-16le";
    return looks_utf16(count_pairs(head, 0)) ? "utf-16be" : NULL;
}
