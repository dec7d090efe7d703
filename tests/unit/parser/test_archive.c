#include <locale.h>
#include "packs.h"

#define TEXT_A "Action start 10:00: INSTALL.\r\n"
#define TEXT_B "MSI (s) Return value 3.\r\n"

static const part two[] = {{"dir/a.log", {TEXT_A, sizeof TEXT_A - 1}},
                           {"b.log", {TEXT_B, sizeof TEXT_B - 1}}};

static void assert_two(const char *file, const char *first, const char *second)
{
    heard *h = walk_one(file);
    if (h->n_skips)
        fail_msg("%s", h->skip[0]);
    assert_int_equal(h->n_logs, 2);
    assert_log(h, 0, first, TEXT_A);
    assert_log(h, 1, second, TEXT_B);
    assert_true(h->modified[0] != DX_NO_TIME);
    forget(h);
}

static void test_members_of_every_archive_are_logs(void **state)
{
    (void)state;
    static const struct {
        const char *format, *filter;
    } kinds[] = {
        {"zip", "none"},    {"7zip", "none"},  {"ustar", "none"},  {"pax", "none"},
        {"gnutar", "none"}, {"ustar", "gzip"}, {"ustar", "bzip2"}, {"ustar", "xz"},
        {"ustar", "zstd"},  {"ustar", "lz4"},  {"ustar", "lzip"},  {"ustar", "compress"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        char name[60], first[90], second[90];
        snprintf(name, sizeof name, "two-%s.%s", kinds[i].format, kinds[i].filter);
        snprintf(first, sizeof first, "%s!/dir/a.log", name);
        snprintf(second, sizeof second, "%s!/b.log", name);
        dx_buf packed = pack(kinds[i].format, kinds[i].filter, two, 2);
        write_buf(name, &packed);
        assert_two(name, first, second);
    }
}

static void test_one_compressed_file_keeps_its_own_name(void **state)
{
    (void)state;
    static const char *const filters[] = {"gzip", "bzip2", "xz", "zstd", "lz4", "lzip", "compress"};
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++) {
        char name[60];
        snprintf(name, sizeof name, "single.log.%s", filters[i]);
        dx_buf packed = pack("raw", filters[i], two, 1);
        write_buf(name, &packed);
        heard *h = walk_one(name);
        assert_int_equal(h->n_logs, 1);
        assert_int_equal(h->n_skips, 0);
        assert_log(h, 0, name, TEXT_A);
        forget(h);
    }
}

static void test_times_of_members_are_known(void **state)
{
    (void)state;
    dx_buf packed = pack("ustar", "gzip", two, 2);
    write_buf("times.tgz", &packed);
    heard *h = walk_one("times.tgz");
    assert_true(h->modified[0] == 990000000LL * 1000000);
    forget(h);
}

/* gcab, as libarchive writes no cabinets */
static void test_cabinets_are_read(void **state)
{
    (void)state;
    char command[900];
    write_file("cab/a.log", DX_LIT(TEXT_A));
    write_file("cab/b.log", DX_LIT(TEXT_B));
    snprintf(command, sizeof command, "cd '%s/cab' && gcab -c -z ../c.cab a.log b.log 2>/dev/null",
             scratch);
    if (system(command) != 0) {
        print_message("no gcab here: cabinets are not tested\n");
        skip();
    }
    assert_two("c.cab", "c.cab!/a.log", "c.cab!/b.log");
}

static void test_archives_in_archives_are_entered(void **state)
{
    (void)state;
    dx_buf zip = pack("zip", "none", two, 2);
    dx_buf seven = pack("7zip", "none", two, 1);
    dx_buf single = pack("raw", "xz", two, 1);
    const part inner[] = {{"./logs/in.zip", dx_buf_str(&zip)},
                          {"in.7z", dx_buf_str(&seven)},
                          {"in.log.xz", dx_buf_str(&single)},
                          {"after.log", {TEXT_B, sizeof TEXT_B - 1}}};
    dx_buf tgz = pack("ustar", "gzip", inner, 4);
    const part outer = {"deep.tar.gz", dx_buf_str(&tgz)};
    dx_buf all = pack("zip", "none", &outer, 1);
    write_buf("all.zip", &all);
    heard *h = walk_one("all.zip");
    if (h->n_skips)
        fail_msg("%s", h->skip[0]);
    assert_int_equal(h->n_logs, 5);
    assert_log(h, 0, "all.zip!/deep.tar.gz!/logs/in.zip!/dir/a.log", TEXT_A);
    assert_log(h, 1, "all.zip!/deep.tar.gz!/logs/in.zip!/b.log", TEXT_B);
    assert_log(h, 2, "all.zip!/deep.tar.gz!/in.7z!/dir/a.log", TEXT_A);
    assert_log(h, 3, "all.zip!/deep.tar.gz!/in.log.xz", TEXT_A);
    assert_log(h, 4, "all.zip!/deep.tar.gz!/after.log", TEXT_B);
    forget(h);
    dx_buf_done(&zip);
    dx_buf_done(&seven);
    dx_buf_done(&single);
    dx_buf_done(&tgz);
}

static void test_an_archive_may_come_on_standard_input(void **state)
{
    (void)state;
    static const char *const formats[] = {"zip", "7zip"};
    for (size_t i = 0; i < 2; i++) {
        dx_buf packed = pack(formats[i], "none", two, 2);
        write_buf("piped", &packed);
        assert_non_null(freopen(in_scratch("piped"), "rb", stdin));
        const char *path = "-";
        heard *h = walk(NULL, &path, 1);
        assert_int_equal(h->n_logs, 2);
        assert_log(h, 0, "-!/dir/a.log", TEXT_A);
        assert_log(h, 1, "-!/b.log", TEXT_B);
        forget(h);
    }
}

static void test_members_that_are_no_logs_are_left_out(void **state)
{
    (void)state;
    const part mixed[] = {{"empty.log", DX_LIT("")},
                          {"pic.png", DX_LIT("\x89PNG\r\n\x1A\n\0\0\0\rIHDR")},
                          {"wide.log", DX_LIT("\xFF\xFEM\0S\0I\0\r\0\n\0")},
                          {"b.log", {TEXT_B, sizeof TEXT_B - 1}}};
    static const char *const formats[] = {"zip", "7zip", "ustar"};
    for (size_t i = 0; i < 3; i++) {
        dx_buf packed = pack(formats[i], "none", mixed, 4);
        write_buf("mixed", &packed);
        heard *h = walk_one("mixed");
        assert_int_equal(h->n_logs, 2);
        assert_int_equal(h->n_skips, 2);
        for (size_t k = 0; k < 2; k++) {
            const bool pic = strstr(h->skip[k], "pic") != NULL;
            assert_skip(h, k, pic ? "mixed!/pic.png" : "mixed!/empty.log",
                        pic ? "a picture" : "empty file");
            assert_false(h->asked[k]);
        }
        forget(h);
    }
}

static void test_an_archive_without_files_is_named(void **state)
{
    (void)state;
    dx_buf zip = pack("zip", "none", NULL, 0);
    write_buf("none.zip", &zip);
    const part nothing = {"nothing", DX_LIT("")};
    dx_buf gz = pack("raw", "gzip", &nothing, 1);
    write_buf("none.gz", &gz);
    const char *paths[] = {in_scratch("none.zip"), in_scratch("none.gz")};
    heard *h = walk(NULL, paths, 2);
    assert_int_equal(h->n_logs, 0);
    assert_int_equal(h->n_skips, 2);
    assert_skip(h, 0, "none.zip", "without files");
    assert_skip(h, 1, "none.gz", "");
    forget(h);
}

static void test_links_in_archives_are_told(void **state)
{
    (void)state;
    char command[900];
    write_file("links/a.log", DX_LIT(TEXT_A));
    snprintf(command, sizeof command,
             "cd '%s/links' && ln -s a.log s.log && ln a.log h.log && "
             "tar cf ../links.tar a.log h.log s.log 2>/dev/null",
             scratch);
    if (system(command) != 0) {
        print_message("no tar here: links in archives are not tested\n");
        skip();
    }
    heard *h = walk_one("links.tar");
    assert_int_equal(h->n_logs, 1);
    assert_int_equal(h->n_skips, 2);
    assert_skip(h, 0, "links.tar!/h.log", "link");
    assert_skip(h, 1, "links.tar!/s.log", "link");
    forget(h);
}

static void test_a_members_odd_name_becomes_utf8(void **state)
{
    (void)state;
    const part odd[] = {{"gr\x94\xE1"
                         "e.log",
                         {TEXT_A, sizeof TEXT_A - 1}},
                        {"/../b.log", {TEXT_B, sizeof TEXT_B - 1}}};
    dx_buf packed = pack("ustar", "none", odd, 2);
    write_buf("odd.tar", &packed);
    heard *h = walk_one("odd.tar");
    assert_int_equal(h->n_logs, 2);
    assert_string_equal(h->log[0], "odd.tar!/gr\xE2\x80\x9D\xC3\xA1"
                                   "e.log");
    assert_string_equal(h->log[1], "odd.tar!/../b.log");
    forget(h);
}

static void test_a_members_name_needs_a_locale(void **state)
{
    (void)state;
    static const char umlaut[] = "gr\xC3\xB6\xC3\x9F"
                                 "e.log";
    const part wide[] = {{"a.log", {TEXT_A, sizeof TEXT_A - 1}},
                         {umlaut, {TEXT_B, sizeof TEXT_B - 1}}};
    if (!setlocale(LC_CTYPE, "C.UTF-8")) {
        print_message("no UTF-8 locale here: member names are not tested\n");
        skip();
    }
    dx_buf packed = pack("7zip", "none", wide, 2);
    write_buf("wide.7z", &packed);
    heard *h = walk_one("wide.7z");
    assert_log(h, 1,
               "wide.7z!/gr\xC3\xB6\xC3\x9F"
               "e.log",
               TEXT_B);
    forget(h);
    setlocale(LC_CTYPE, "C");
    h = walk_one("wide.7z");
    assert_log(h, 1, "wide.7z!/member-2", TEXT_B);
    forget(h);
}

static void test_a_locked_member_does_not_hide_the_others(void **state)
{
    (void)state;
    dx_buf locked = pack_with("zip", "none", "zip:encryption=zipcrypt", "secret", two, 1);
    const part outer[] = {{"locked.zip", dx_buf_str(&locked)}, two[1]};
    dx_buf packed = pack("zip", "none", outer, 2);
    write_buf("half.zip", &packed);
    heard *h = walk_one("half.zip");
    assert_int_equal(h->n_logs, 1);
    assert_log(h, 0, "half.zip!/b.log", TEXT_B);
    assert_skip(h, 0, "damage half.zip!/locked.zip!/dir/a.log", "password");
    forget(h);
    dx_buf_done(&locked);
}

/* Text that does not compress to nothing. */
static dx_buf long_text(size_t lines)
{
    dx_buf b = {0};
    uint32_t x = 7;
    for (size_t i = 0; i < lines; i++) {
        x = x * 1664525u + 1013904223u;
        dx_buf_printf(&b, "%zu: value %08x of some setting\n", i, x);
    }
    return b;
}

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

static heard *walk_limited(const char *name, dx_limits limits)
{
    const char *paths[] = {in_scratch(name), in_scratch("next.log")};
    write_file("next.log", DX_LIT(TEXT_B));
    heard *h = walk(&limits, paths, 2);
    assert_true(h->n_logs >= 1);
    assert_log(h, h->n_logs - 1, "next.log", TEXT_B); /* other files do not suffer */
    return h;
}

static void test_a_bomb_is_stopped_by_its_ratio(void **state)
{
    (void)state;
    const size_t n = 64u << 20;
    char *zeros = calloc(1, n);
    assert_non_null(zeros);
    memset(zeros, 'a', n);
    const part one = {"bomb.log", {zeros, n}};
    dx_buf zip = pack("ustar", "xz", &one, 1);
    assert_true(zip.n < n / 1000);
    write_buf("bomb.tar.xz", &zip);
    free(zeros);
    heard *h = walk_limited("bomb.tar.xz", (dx_limits){0});
    assert_int_equal(h->n_logs, 2);
    assert_int_equal(h->error[0].kind, DX_E_LIMIT);
    assert_true(h->content[0].n < n);
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "damage bomb.tar.xz:", "limit of 1000 times");
    assert_true(h->asked[0]);
    forget(h);
}

static void test_a_bomb_that_nobody_reads_is_stopped_as_well(void **state)
{
    (void)state;
    const size_t n = 32u << 20;
    char *zeros = calloc(1, n);
    assert_non_null(zeros);
    const part parts[] = {{"bomb.bin", {zeros, n}}, two[0]};
    dx_buf tar = pack("ustar", "zstd", parts, 2);
    write_buf("zeros.tar.zst", &tar);
    free(zeros);
    heard *h = walk_limited("zeros.tar.zst", (dx_limits){0});
    assert_int_equal(h->n_logs, 1);
    assert_int_equal(h->n_skips, 2);
    assert_skip(h, 0, "zeros.tar.zst!/bomb.bin", "zero bytes");
    assert_skip(h, 1, "damage zeros.tar.zst:", "limit of 1000 times");
    forget(h);
}

static void test_bytes_are_limited(void **state)
{
    (void)state;
    dx_buf text = long_text(2000);
    const part parts[] = {two[0], {"long.log", dx_buf_str(&text)}, two[1]};
    dx_buf zip = pack("zip", "none", parts, 3);
    write_buf("bytes.zip", &zip);
    heard *h = walk_limited("bytes.zip", (dx_limits){.bytes = 20000});
    assert_int_equal(h->n_logs, 2);
    assert_log(h, 0, "bytes.zip!/dir/a.log", TEXT_A);
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "damage bytes.zip:", "limit of 20000 bytes");
    forget(h);
    dx_buf_done(&text);
}

static void test_members_are_limited(void **state)
{
    (void)state;
    const part three[] = {two[0], two[1], {"c.log", DX_LIT("c")}};
    dx_buf zip = pack("zip", "none", three, 3);
    write_buf("three.zip", &zip);
    heard *h = walk_limited("three.zip", (dx_limits){.members = 2});
    assert_int_equal(h->n_logs, 3);
    assert_skip(h, 0, "damage three.zip:", "limit of 2 members");
    forget(h);
}

static void test_depth_is_limited(void **state)
{
    (void)state;
    dx_buf inner = pack("zip", "none", two, 1);
    for (int i = 0; i < 3; i++) {
        const part parts[] = {{"in.zip", dx_buf_str(&inner)}, two[1]};
        dx_buf next = pack("zip", "none", parts, 2);
        dx_buf_done(&inner);
        inner = next;
    }
    write_buf("deep.zip", &inner);
    heard *h = walk_limited("deep.zip", (dx_limits){.depth = 2});
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "damage deep.zip!/in.zip!/in.zip!/in.zip:", "limit of 2");
    assert_int_equal(h->n_logs, 4);
    assert_log(h, 0, "deep.zip!/in.zip!/in.zip!/b.log", TEXT_B);
    forget(h);
    h = walk_limited("deep.zip", (dx_limits){0});
    assert_int_equal(h->n_skips, 0);
    assert_int_equal(h->n_logs, 5);
    forget(h);
}

static void test_a_reader_may_leave_a_member_early(void **state)
{
    (void)state;
    static const char *const formats[] = {"zip", "7zip", "ustar"};
    dx_buf text = long_text(3000);
    const part parts[] = {{"long.log", dx_buf_str(&text)}, two[1]};
    for (size_t i = 0; i < 3; i++) {
        dx_buf packed = pack(formats[i], "none", parts, 2);
        write_buf("early", &packed);
        const char *path = in_scratch("early");
        dx_err err;
        dx_walk *w;
        dx_source *s;
        char some[10];
        size_t got;
        dx_buf rest = {0};
        assert_int_equal(dx_walk_open(&w, &path, 1, NULL, &err), DX_OK);
        assert_int_equal(dx_walk_next(w, &s, &err), DX_OK);
        assert_int_equal(dx_source_read(s, some, sizeof some, &got, &err), DX_OK);
        assert_int_equal(dx_walk_next(w, &s, &err), DX_OK);
        drain(s, 7, &rest, &err);
        assert_string_equal(rest.p, TEXT_B);
        dx_buf_done(&rest);
        dx_walk_close(w); /* in the middle of the archive */
    }
    dx_buf_done(&text);
}

/* Archives of 65 MiB that do not fit the memory set aside for inner ones. */
static heard *walk_large_inner(const char *format, const char *options)
{
    const size_t n = 65u << 20;
    char *noise = malloc(n);
    assert_non_null(noise);
    uint32_t x = 3;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525u + 1013904223u;
        noise[i] = (char)(unsigned char)(x >> 24);
    }
    const part large[] = {{"noise.bin", {noise, n}}, two[0]};
    dx_buf inner = pack_with(format, "none", options, NULL, large, 2);
    free(noise);
    const part outer[] = {{"inner", dx_buf_str(&inner)}, two[1]};
    dx_buf tar = pack("ustar", "none", outer, 2);
    dx_buf_done(&inner);
    write_buf("large.tar", &tar);
    return walk_one("large.tar");
}

static void test_a_nested_7z_beyond_memory_is_told(void **state)
{
    (void)state;
    heard *h = walk_large_inner("7zip", "7zip:compression=store");
    assert_int_equal(h->n_logs, 1);
    assert_log(h, 0, "large.tar!/b.log", TEXT_B);
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "damage large.tar!/inner", "64 MiB");
    forget(h);
}

static void test_a_nested_zip_beyond_memory_is_streamed(void **state)
{
    (void)state;
    heard *h = walk_large_inner("zip", "zip:compression=deflate");
    assert_int_equal(h->n_logs, 2);
    assert_log(h, 0, "large.tar!/inner!/dir/a.log", TEXT_A);
    assert_log(h, 1, "large.tar!/b.log", TEXT_B);
    assert_int_equal(h->n_skips, 1);
    assert_skip(h, 0, "large.tar!/inner!/noise.bin", "binary");
    forget(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_of_every_archive_are_logs),
        cmocka_unit_test(test_one_compressed_file_keeps_its_own_name),
        cmocka_unit_test(test_times_of_members_are_known),
        cmocka_unit_test(test_cabinets_are_read),
        cmocka_unit_test(test_archives_in_archives_are_entered),
        cmocka_unit_test(test_an_archive_may_come_on_standard_input),
        cmocka_unit_test(test_members_that_are_no_logs_are_left_out),
        cmocka_unit_test(test_an_archive_without_files_is_named),
        cmocka_unit_test(test_links_in_archives_are_told),
        cmocka_unit_test(test_a_members_odd_name_becomes_utf8),
        cmocka_unit_test(test_a_members_name_needs_a_locale),
        cmocka_unit_test(test_a_locked_member_does_not_hide_the_others),
        cmocka_unit_test(test_a_cut_stream_gives_what_it_has),
        cmocka_unit_test(test_a_cut_zip_gives_its_first_members),
        cmocka_unit_test(test_a_wrong_checksum_is_told_after_the_bytes),
        cmocka_unit_test(test_rubbish_behind_a_magic_is_damage),
        cmocka_unit_test(test_every_cut_of_an_archive_ends_well),
        cmocka_unit_test(test_flipped_bytes_end_well),
        cmocka_unit_test(test_a_bomb_is_stopped_by_its_ratio),
        cmocka_unit_test(test_a_bomb_that_nobody_reads_is_stopped_as_well),
        cmocka_unit_test(test_bytes_are_limited),
        cmocka_unit_test(test_members_are_limited),
        cmocka_unit_test(test_depth_is_limited),
        cmocka_unit_test(test_a_reader_may_leave_a_member_early),
        cmocka_unit_test(test_a_nested_7z_beyond_memory_is_told),
        cmocka_unit_test(test_a_nested_zip_beyond_memory_is_streamed),
    };
    return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
