/* Where the pieces end in which a log is looked at. */
#include "core/buf.h"
#include "framing.h"
#include "parser/skim.h"

enum { PIECES = 16, READ_AHEAD = 900 * 1024 };

static const dx_format *stamped(const dx_formats *formats)
{
    const dx_format *const *all;
    const size_t n = dx_formats_all(formats, &all);

    for (size_t i = 0; i < n; i++)
        if (dx_str_eq(all[i]->id, DX_LIT("log")))
            return all[i];
    fail_msg("no format");
    return NULL;
}

/* The ends of all pieces, when somebody had read so much of the log before. */
static size_t ends_of(const dx_format *format, dx_str log, size_t read, uint64_t end[PIECES])
{
    const dx_scan_subset nothing = {.n = 0};
    dx_quests *quests = dx_quests_new();
    dx_source *source;
    dx_decoder *decoder;
    dx_lines *lines;
    dx_skim *skim;
    dx_err err;
    size_t n = 0;

    assert_non_null(quests);
    assert_int_equal(dx_source_memory(&source, DX_LIT("x"), log, &err), DX_OK);
    assert_int_equal(dx_decoder_open(&decoder, source, "utf-8", &err), DX_OK);
    assert_int_equal(dx_lines_new(&lines, decoder, &err), DX_OK);
    assert_int_equal(dx_skim_new(&skim, format, &nothing, quests, &err), DX_OK);
    dx_skim_follow(skim, lines);
    assert_int_equal(dx_lines_need(lines, read, &err), DX_OK);
    while (n < PIECES && dx_skim_more(skim, lines, &err) == DX_OK)
        end[n++] = dx_skim_until(skim);
    dx_skim_free(skim);
    dx_lines_free(lines);
    dx_decoder_close(decoder);
    dx_source_close(source);
    dx_quests_free(quests);
    return n;
}

/* Else what is said of a place near a piece's end would depend on it. */
static void test_pieces_end_where_they_do_whatever_was_read_before(void **state)
{
    framing f;
    dx_buf log = {0};
    uint64_t end[PIECES], other[PIECES];

    (void)state;
    framing_begin(&f, PLAIN_FORMATS);
    for (int i = 0; i < 30000; i++)
        dx_buf_printf(&log, "2024-02-03 10:00:00 INFO line %d\n", i);
    assert_true(log.n > READ_AHEAD);
    const size_t n = ends_of(stamped(f.formats), dx_buf_str(&log), 0, end);
    assert_in_range(n, 3, PIECES - 1);
    assert_int_equal(end[n - 1], log.n);
    assert_int_equal(ends_of(stamped(f.formats), dx_buf_str(&log), READ_AHEAD, other), n);
    assert_memory_equal(end, other, n * sizeof *end);
    dx_buf_done(&log);
    framing_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_end_where_they_do_whatever_was_read_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
