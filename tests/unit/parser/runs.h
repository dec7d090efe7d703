/* What the tests of attempts share: a format whose logs say where runs begin and end. */
#ifndef DX_TEST_PARSER_RUNS_H
#define DX_TEST_PARSER_RUNS_H
#include "tests/unit/parser/framing.h"

#include "core/buf.h"

#define RUNS                                                                                       \
    PLAIN_FORMATS                                                                                  \
    "  - id: runs\n"                                                                               \
    "    detect: { line: '^(?:BEGIN|START)' }\n"                                                   \
    "    attempts:\n"                                                                              \
    "      starts:\n"                                                                              \
    "        - '^BEGIN(?: (?<product>\\w+))?'\n"                                                   \
    "        - { line: '^CHILD(?: (?<product>\\w+))?', child: true }\n"                            \
    "      ends:\n"                                                                                \
    "        - '^END$'\n"                                                                          \
    "        - { line: '^END (?<code>\\S+)', is: by code, good: ['0', '3010'], cancelled: '1602' " \
    "}\n"                                                                                          \
    "      preamble: '^#'\n"                                                                       \
    "    outcomes:\n"                                                                              \
    "      - { line: '^RESULT good', is: succeeded }\n"                                            \
    "      - { line: '^RESULT bad', is: failed }\n"                                                \
    "      - { line: '^FINAL bad', is: failed, final: true }\n"                                    \
    "      - { line: '^DUNNO', is: undecided }\n"                                                  \
    "    facts:\n"                                                                                 \
    "      - '^Server: (?<server>\\S+)'\n"                                                         \
    "      - '^User: (?<user>.*)'\n"                                                               \
    "      - { line: '^Phase: (?<phase>.*)', last: true }\n"                                       \
    "      - { name: '^run-(?<edition>\\w+)\\.log$' }\n"

static inline int runs_set_up(void **state)
{
    return framing_new(state, RUNS);
}

#define runs_test(name) cmocka_unit_test_setup_teardown(name, runs_set_up, framing_free)
#endif
