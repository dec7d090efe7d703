#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "parser/sniff.h"

#define SNIFF(literal) dx_sniff(DX_LIT(literal))

static void test_text_is_text(void **state)
{
    (void)state;
    assert_true(SNIFF("Setup began\r\n").text);
    assert_true(SNIFF("x").text);
    assert_true(SNIFF("\x1B[31mred\x1B[0m\n").text);
    assert_true(SNIFF("gr\xC3\xB6\xC3\x9F"
                      "er")
                    .text);
    assert_true(SNIFF("gr\xF6\xDF"
                      "er")
                    .text);
    assert_true(SNIFF("\xC9\xCD\xCD\xBB\r\n\xBA  \xBA\r\n").text);
    assert_true(SNIFF("old text ends so\r\n\x1A").text);
}

static void test_a_text_with_some_zero_bytes_is_text(void **state)
{
    (void)state;
    assert_true(SNIFF("one\0two\0three and more\n").text);
    assert_true(SNIFF("abc\0def\0ghi\0").text);
    char head[DX_SNIFF_BYTES] = "power went off after this line\r\n";
    assert_true(dx_sniff((dx_str){head, sizeof head}).text);
}

static void test_zero_bytes_alone_are_no_text(void **state)
{
    (void)state;
    static const char zeros[DX_SNIFF_BYTES];
    assert_false(dx_sniff((dx_str){zeros, sizeof zeros}).text);
    assert_false(dx_sniff((dx_str){zeros, 1}).text);
    assert_non_null(strstr(dx_sniff((dx_str){zeros, 9}).what, "zero bytes"));
}

static void test_utf16_is_text_with_and_without_mark(void **state)
{
    (void)state;
    assert_true(SNIFF("\xFF\xFEM\0S\0I\0").text);
    assert_true(SNIFF("\xFE\xFF\0M\0S\0I").text);
    assert_true(SNIFF("M\0S\0I\0 \0(\0s\0)\0\r\0\n\0").text);
    assert_string_equal(dx_sniff_utf16(DX_LIT("M\0S\0I\0 \0(\0s\0)\0\r\0\n\0")), "utf-16le");
    assert_string_equal(dx_sniff_utf16(DX_LIT("\0M\0S\0I\0 \0(\0s\0)\0\r\0\n")), "utf-16be");
    assert_string_equal(dx_sniff_utf16(DX_LIT("M\0S\0I\0\xE4\0!")), "utf-16le");
    /* Cyrillic words with blanks and a line end */
    assert_string_equal(
        dx_sniff_utf16(DX_LIT("\x1E\x04\x48\x04\x38\x04 \0\x31\x04\x30\x04\r\0\n\0")), "utf-16le");
}

static void test_zero_bytes_in_other_places_are_not_utf16(void **state)
{
    (void)state;
    assert_null(dx_sniff_utf16(DX_LIT("abc\0def\0ghi\0jkl\0")));
    assert_null(dx_sniff_utf16(DX_LIT("\1\0\0\0\2\0\0\0\3\0\0\0")));
    assert_null(dx_sniff_utf16(DX_LIT("\1\0\2\0\3\0\4\0\5\0\6\0")));
    assert_null(dx_sniff_utf16(DX_LIT("plain text\n")));
    assert_null(dx_sniff_utf16(DX_LIT("A\0")));
    assert_null(dx_sniff_utf16(DX_NONE));
}

static void test_random_bytes_are_no_text(void **state)
{
    (void)state;
    char head[DX_SNIFF_BYTES];
    uint32_t x = 12345;
    for (size_t i = 0; i < sizeof head; i++) {
        x = x * 1664525u + 1013904223u;
        head[i] = (char)(unsigned char)(x >> 24);
    }
    head[0] = 'A';
    const dx_sniffed s = dx_sniff((dx_str){head, sizeof head});
    assert_false(s.text);
    assert_string_equal(s.what, "a binary file");
}

static void test_a_character_cut_by_the_end_is_no_fault(void **state)
{
    (void)state;
    assert_true(SNIFF("\1\2 aaaaaaaaaaaaaaaaaaaaaaa \xE2\x82").text);
}

static void test_known_binaries_are_named(void **state)
{
    (void)state;
    static const struct {
        dx_str head;
        const char *says;
    } known[] = {
        {DX_LIT("MZ\x90\0\3\0\0\0\4\0\0\0\xFF\xFF\0\0"), "a Windows program"},
        {DX_LIT("\x7F"
                "ELF\2\1\1\0"),
         "a program"},
        {DX_LIT("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"), "a picture"},
        {DX_LIT("GIF89a\1\0\1\0"), "a picture"},
        {DX_LIT("\xFF\xD8\xFF\xE0\0\x10JFIF"), "a picture"},
        {DX_LIT("%PDF-1.4\n"), "PDF"},
        {DX_LIT("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0"), ".msi"},
        {DX_LIT("ElfFile\0\0\0\0\0"), "export it as text"},
        {DX_LIT("\x30\0\0\0LfLe\1\0\0\0"), "export it as text"},
        {DX_LIT("SQLite format 3\0"), "SQLite"},
        {DX_LIT("regf\1\0\0\0"), "registry"},
        {DX_LIT("MDMP\x93\xA7\0\0"), "memory dump"},
        {DX_LIT("Rar!\x1A\7\1\0"), "RAR"},
        {DX_LIT(
             "PK\3\4\x14\0\6\0\x08\0\0\0!\0\1\2\3\4\1\0\0\0\1\0\0\0\x13\0\0\0[Content_Types].xml"),
         "office"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const dx_sniffed s = dx_sniff(known[i].head);
        assert_false(s.text);
        assert_int_equal(s.packing, DX_PACKED_NOT);
        assert_non_null(strstr(s.what, known[i].says));
    }
}

static void test_event_traces_are_known_by_their_first_record(void **state)
{
    (void)state;
    char head[128] = "\0\0\1\0\1";
    memcpy(head + 0x48, "\2\0\2\xC0", 4);
    head[2] = 0; /* a buffer of any size */
    assert_non_null(strstr(dx_sniff((dx_str){head, sizeof head}).what, ".etl"));
}

static void test_a_text_may_begin_like_a_program(void **state)
{
    (void)state;
    assert_true(SNIFF("MZ is how programs begin\n").text);
    assert_true(SNIFF("BM\n").text);
    assert_true(SNIFF("PK and friends\n").text);
}

static void test_packings_are_known_by_their_bytes(void **state)
{
    (void)state;
    char tar[512] = "setup.log";
    memcpy(tar + 257, "ustar", 5);
    assert_int_equal(SNIFF("PK\3\4...").packing, DX_PACKED_ZIP);
    assert_int_equal(SNIFF("PK\5\6\0\0").packing, DX_PACKED_ZIP);
    assert_int_equal(SNIFF("MSCF\0\0\0\0").packing, DX_PACKED_CAB);
    assert_int_equal(SNIFF("7z\xBC\xAF\x27\x1C\0\4").packing, DX_PACKED_7Z);
    assert_int_equal(SNIFF("\x1F\x8B\x08\0").packing, DX_PACKED_GZIP);
    assert_int_equal(SNIFF("BZh91AY&SY").packing, DX_PACKED_BZIP2);
    assert_int_equal(SNIFF("\xFD"
                           "7zXZ\0\0")
                         .packing,
                     DX_PACKED_XZ);
    assert_int_equal(SNIFF("\x28\xB5\x2F\xFD\4").packing, DX_PACKED_ZSTD);
    assert_int_equal(dx_sniff((dx_str){tar, sizeof tar}).packing, DX_PACKED_TAR);
    assert_int_equal(SNIFF("BZh is no magic alone\n").packing, DX_PACKED_NOT);
    assert_true(SNIFF("7z a.7z\n").text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_is_text),
        cmocka_unit_test(test_a_text_with_some_zero_bytes_is_text),
        cmocka_unit_test(test_zero_bytes_alone_are_no_text),
        cmocka_unit_test(test_utf16_is_text_with_and_without_mark),
        cmocka_unit_test(test_zero_bytes_in_other_places_are_not_utf16),
        cmocka_unit_test(test_random_bytes_are_no_text),
        cmocka_unit_test(test_a_character_cut_by_the_end_is_no_fault),
        cmocka_unit_test(test_known_binaries_are_named),
        cmocka_unit_test(test_event_traces_are_known_by_their_first_record),
        cmocka_unit_test(test_a_text_may_begin_like_a_program),
        cmocka_unit_test(test_packings_are_known_by_their_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
