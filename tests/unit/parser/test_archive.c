#include "archives.h"

#include <locale.h>

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
    };
    return cmocka_run_group_tests(tests, make_scratch, drop_scratch);
}
