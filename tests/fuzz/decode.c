/* Bytes of any encoding become valid UTF-8, the same however much is asked for at a time. */
#include "fuzz.h"

#include "core/utf.h"
#include "parser/decode.h"

typedef struct decoded {
    dx_buf text;
    uint64_t bad, nuls;
} decoded;

static void decode(dx_str bytes, const char *encoding, size_t want, decoded *out)
{
    dx_source *src = NULL;
    dx_decoder *d = NULL;
    dx_err err = {0};
    dx_rc rc;

    FUZZ_MUST(dx_source_memory(&src, DX_LIT("fuzz"), bytes, &err) == DX_OK);
    FUZZ_MUST(dx_decoder_open(&d, src, encoding, &err) == DX_OK);
    while ((rc = dx_decoder_more(d, want, &out->text, &err)) == DX_OK)
        FUZZ_MUST(dx_utf_valid(dx_buf_str(&out->text)) || want > 64);
    FUZZ_MUST(rc == DX_END && dx_decoder_bytes(d) == bytes.n);
    out->bad = dx_decoder_bad(d);
    out->nuls = dx_decoder_nuls(d);
    dx_decoder_close(d);
    dx_source_close(src);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const encodings[] = {"utf-8", "utf-16le", "utf-16be",  "cp1252",
                                            "cp437", "cp850",    "shift_jis", "utf-7"};
    dx_str bytes = {(const char *)data, size};
    const int choice = fuzz_choice(&bytes);
    const char *encoding =
        choice < 0 ? NULL : encodings[(size_t)choice % (sizeof encodings / sizeof *encodings)];
    /* Looking at the whole text again and again is for small ones only. */
    const size_t want = bytes.n < 4096 ? 1 + size % 40 : 777;
    decoded whole = {0}, pieces = {0};

    decode(bytes, encoding, 1 << 20, &whole);
    decode(bytes, encoding, want, &pieces);
    const dx_str text = dx_buf_str(&whole.text);
    FUZZ_MUST(dx_utf_valid(text) && dx_str_find(text, (dx_str){"", 1}, 0) == SIZE_MAX);
    FUZZ_MUST(dx_str_eq(text, dx_buf_str(&pieces.text)));
    FUZZ_MUST(whole.bad == pieces.bad && whole.nuls == pieces.nuls);
    dx_buf_done(&whole.text);
    dx_buf_done(&pieces.text);
    return 0;
}
