/* Bombs, and what is too large, too many or too deep. */
#include "archives.h"

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
