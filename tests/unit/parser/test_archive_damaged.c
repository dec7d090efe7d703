/* Archives that were cut or written over. */
#include "archives.h"

static void test_a_cut_stream_gives_what_it_has(void **state)
{
    (void)state;
    dx_buf text = long_text(20000);
    const part one = {"x.log", dx_buf_str(&text)};
    dx_buf gz = pack("raw", "gzip", &one, 1);
    gz.n /= 2;
    write_buf("cut.log.gz", &gz);
    write_file("next.log", DX_LIT(TEXT_B));
    const char *paths[] = {in_scratch("cut.log.gz"), in_scratch("next.log")};
    heard *h = walk(NULL, paths, 2);
    assert_int_equal(h->n_logs, 2);
    assert_int_equal(h->error[0].kind, DX_E_INPUT);
    assert_non_null(strstr(h->error[0].text, "truncated"));
    assert_true(h->content[0].n > 1000);
    assert_memory_equal(h->content[0].p, text.p, h->content[0].n);
    assert_log(h, 1, "next.log", TEXT_B);
    forget(h);
    dx_buf_done(&text);
}

static void test_a_cut_zip_gives_its_first_members(void **state)
{
    (void)state;
    dx_buf text = long_text(3000);
    const part parts[] = {two[0], {"long.log", dx_buf_str(&text)}, two[1]};
    dx_buf zip = pack("zip", "none", parts, 3);
    zip.n /= 2;
    write_buf("cut.zip", &zip);
    heard *h = walk_one("cut.zip");
    assert_int_equal(h->n_logs, 2);
    assert_log(h, 0, "cut.zip!/dir/a.log", TEXT_A);
    assert_string_equal(h->log[1], "cut.zip!/long.log");
    assert_int_equal(h->error[1].kind, DX_E_INPUT);
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "damage cut.zip: the rest of the archive was not read", "cannot be unpacked");
    forget(h);
    dx_buf_done(&text);
}

static void test_a_wrong_checksum_is_told_after_the_bytes(void **state)
{
    (void)state;
    dx_buf zip = pack_with("zip", "none", "zip:compression=store", NULL, two, 2);
    char *damaged = strstr(zip.p + 30, "Action");
    for (size_t i = 0; !damaged && i < zip.n; i++)
        if (memcmp(zip.p + i, "Action", 6) == 0)
            damaged = zip.p + i;
    assert_non_null(damaged);
    *damaged = 'X';
    write_buf("crc.zip", &zip);
    heard *h = walk_one("crc.zip");
    assert_int_equal(h->n_logs, 2);
    assert_int_equal(h->error[0].kind, DX_E_INPUT);
    assert_non_null(strstr(h->error[0].text, "CRC"));
    assert_memory_equal(h->content[0].p, "Xction", 6);
    assert_log(h, 1, "crc.zip!/b.log", TEXT_B);
    forget(h);
}

static void test_rubbish_behind_a_magic_is_damage(void **state)
{
    (void)state;
    write_file("bad/a.zip", DX_LIT("PK\3\4 and then nothing like a zip"));
    write_file("bad/b.7z", DX_LIT("7z\xBC\xAF\x27\x1C rubbish rubbish rubbish rubbish"));
    write_file("bad/c.gz", DX_LIT("\x1F\x8B\x08 rubbish"));
    write_file("bad/d.cab", DX_LIT("MSCF\0\0\0\0 rubbish rubbish rubbish rubbish rubbish rub"));
    write_file("bad/e.xz", DX_LIT("\xFD"
                                  "7zXZ\0rubbish rubbish"));
    write_file("bad/z.log", DX_LIT(TEXT_B));
    heard *h = walk_one("bad");
    assert_int_equal(h->n_logs, 1);
    assert_log(h, 0, "bad/z.log", TEXT_B);
    assert_int_equal(h->n_skips, 5);
    for (size_t i = 0; i < 5; i++)
        assert_skip(h, i, "damage bad/", ": ");
    forget(h);
}

static void test_every_cut_of_an_archive_ends_well(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {
        {"zip", "none"}, {"7zip", "none"}, {"ustar", "none"}, {"ustar", "gzip"}, {"pax", "zstd"}};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        dx_buf packed = pack(kinds[k][0], kinds[k][1], two, 2);
        for (size_t n = 0; n < packed.n; n += 1 + packed.n / 60) {
            write_file("some.bin", (dx_str){packed.p, n});
            forget(walk_one("some.bin"));
        }
        dx_buf_done(&packed);
    }
}

static void test_flipped_bytes_end_well(void **state)
{
    (void)state;
    static const char *const formats[] = {"zip", "7zip", "ustar"};
    uint32_t x = 99;
    for (size_t k = 0; k < 3; k++) {
        dx_buf packed = pack(formats[k], "none", two, 2);
        for (int round = 0; round < 60; round++) {
            x = x * 1664525u + 1013904223u;
            char *at = packed.p + (x >> 8) % packed.n;
            const char was = *at;
            *at = (char)(unsigned char)(was ^ (1 << (x & 7)));
            write_file("flipped.bin", dx_buf_str(&packed));
            forget(walk_one("flipped.bin"));
            *at = was;
        }
        dx_buf_done(&packed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_cut_stream_gives_what_it_has),
        cmocka_unit_test(test_a_cut_zip_gives_its_first_members),
        cmocka_unit_test(test_a_wrong_checksum_is_told_after_the_bytes),
        cmocka_unit_test(test_rubbish_behind_a_magic_is_damage),
        cmocka_unit_test(test_every_cut_of_an_archive_ends_well),
        cmocka_unit_test(test_flipped_bytes_end_well),
    };
    return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
