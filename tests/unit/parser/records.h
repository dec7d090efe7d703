/* What the tests of the framer share: formats that begin their records in each way there is, and
 * what the records of a log must be. */
#ifndef DX_TEST_PARSER_RECORDS_H
#define DX_TEST_PARSER_RECORDS_H
#include "tests/unit/parser/framing.h"

#include <stdlib.h>

#define RECORD_FORMATS                                                                             \
    PLAIN_FORMATS                                                                                  \
    "  - id: by-start\n"                                                                           \
    "    detect: { line: '^S:' }\n"                                                                \
    "    record: { starts: '^S:' }\n"                                                              \
    "  - id: by-continuation\n"                                                                    \
    "    detect: { line: '^C:' }\n"                                                                \
    "    record: { continues: '^ ' }\n"                                                            \
    "  - id: by-line\n"                                                                            \
    "    detect: { line: '^L:' }\n"                                                                \
    "    level-lines: { error: 'Error', warning: 'Warning' }\n"                                    \
    "  - id: crlf\n"                                                                               \
    "    detect: { line: '^R:' }\n"                                                                \
    "    line-ends: crlf\n"                                                                        \
    "  - id: traced\n"                                                                             \
    "    detect: { line: '^<!\\[LOG\\[' }\n"                                                       \
    "    record:\n"                                                                                \
    "      starts: '^<!\\[LOG\\['\n"                                                               \
    "      stamp: '^<!\\[LOG\\['\n"                                                                \
    "      tail: '\\]LOG\\]!><time=\"(?<time>[^\"]*)\" date=\"(?<date>[^\"]*)\" "                  \
    "component=\"(?<component>[^\"]*)\" type=\"(?<level>\\d)\">\\s*$'\n"                           \
    "    time: { layouts: ['%m-%d-%Y %H:%M:%S.%f'] }\n"                                            \
    "    levels: { error: '3', warning: '2', info: '1' }\n"                                        \
    "  - id: article\n"                                                                            \
    "    detect: { line: '^SYMPTOMS$' }\n"                                                         \
    "    record: { paragraphs: true, joins: true }\n"                                              \
    "    advice: { from: '^(?:CAUSE|RESOLUTION)$', until: '^SYMPTOMS$' }\n"                        \
    "  - id: talk\n"                                                                               \
    "    detect: { line: '^TALK' }\n"                                                              \
    "    record: { paragraphs: true, joins: true }\n"                                              \
    "    level-lines: { error: 'broken' }\n"                                                       \
    "    advice: { hearsay: '^If |is solved' }\n"                                                  \
    "  - id: marked\n"                                                                             \
    "    detect: { line: '^BEGIN' }\n"                                                             \
    "    record: { joins: true }\n"                                                                \
    "    attempts: { starts: '^BEGIN' }\n"

static inline void assert_records(const framed *log, const char *const *views, size_t n)
{
    assert_int_equal(log->n, n);
    for (size_t i = 0; i < n; i++)
        assert_str(log->rec[i].view.text, views[i]);
}

#define CHECK(log, ...)                                                                            \
    do {                                                                                           \
        static const char *const views_[] = {__VA_ARGS__};                                         \
        assert_records(&(log), views_, sizeof views_ / sizeof *views_);                            \
    } while (0)

/* ---- a framing for each test ---- */

static inline int records_set_up(void **state)
{
    return framing_new(state, RECORD_FORMATS);
}

#define framing_test(name) cmocka_unit_test_setup_teardown(name, records_set_up, framing_free)
#endif
