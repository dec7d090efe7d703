/* A small fleet made of luck, the same from the same seed, and the check of its sums. */
#ifndef DX_TEST_DB_FLEET_H
#define DX_TEST_DB_FLEET_H
#include "fixture.h"
#include "db/trends.h"

static inline dx_rc fleet_print(void *ctx, dx_str text, dx_err *err)
{
    (void)ctx;
    (void)err;
    print_error("%.*s\n", DX_FMT(text));
    return DX_OK;
}

static inline void fleet_assert_sound(fx *f)
{
    size_t faults = 1;
    if (dx_store_check(f->store, fleet_print, NULL, &faults, &f->err))
        fail_msg("%s", f->err.text);
    assert_int_equal(faults, 0);
}

/* Small numbers that repeat from a seed. */
static inline unsigned fleet_roll(unsigned *seed, unsigned n)
{
    *seed = *seed * 1664525u + 1013904223u;
    return (*seed >> 16) % n;
}

static const char *const fleet_servers[] = {"EX1", "EX2", "EX3", "APP1"};
static const char *const fleet_products[] = {"Mail", "Mail", "Backup", ""};
static const char *const fleet_diagnoses[] = {"mail.disk-full", "mail.no-rights", "backup.vss"};

#define FLEET_DAY INT64_C(86400000000)

/* An attempt made of the numbers' luck; the same `shape` gives the same attempt. */
static inline void fleet_put(fx *f, unsigned shape, unsigned records)
{
    unsigned seed = shape;
    char text[400] = "", path[40];
    for (unsigned i = 0; i < records; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s%u-%u", i ? " " : "",
                 fleet_roll(&seed, 2) ? "!e" : "w", fleet_roll(&seed, 5), i == 0 ? shape : 0);
    snprintf(path, sizeof path, "log-%u", shape);
    fx_log l = fx_new(f->arena, path);
    dx_attempt *a = fx_attempt(&l, fleet_servers[shape % 4], text);
    const char *product = fleet_products[fleet_roll(&seed, 4)];
    dx_fact *facts = dx_arena_get(f->arena, 2 * sizeof *facts);
    facts[0] = (dx_fact){DX_LIT("product"), dx_str_of(product), 0, DX_LIT("log")};
    facts[1] = (dx_fact){DX_LIT("version"), fleet_roll(&seed, 2) ? DX_LIT("1.0") : DX_LIT("2.0"), 0,
                         DX_LIT("log")};
    a->facts = facts;
    a->n_facts = *product ? 2 : 0;
    a->began_us = ((int64_t)fleet_roll(&seed, 800) - 100) * FLEET_DAY + 5;
    a->outcome = (dx_outcome)fleet_roll(&seed, 5);
    a->code = fleet_roll(&seed, 3) ? DX_LIT("1603") : DX_NONE;
    for (size_t i = 0; i < l.log.n_events; i++)
        if (fleet_roll(&seed, 3) == 0) {
            l.events[i].polarity = DX_UNKNOWN;
            l.events[i].signature = DX_NONE;
        }
    fx_put(f, &l);
}

/* A wrong clock, or a log that counts in other units, may say any year. */
static inline void fleet_put_far(fx *f)
{
    static const int64_t days[] = {-1, -4, -7006, -719529, 2932896, 2932897, -40000000, 40000000};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        char path[20];
        snprintf(path, sizeof path, "far-%zu", i);
        fx_log l = fx_new(f->arena, path);
        const char *server = dx_arena_printf(f->arena, "FAR%zu", i).p;
        dx_attempt *a = fx_attempt(&l, server, dx_arena_printf(f->arena, "!far a%zu", i).p);
        a->began_us = days[i] * FLEET_DAY + 7;
        a->outcome = DX_FAILED;
        fx_put(f, &l);
    }
}

static inline void fleet_judge(fx *f, int64_t id, unsigned *seed)
{
    dx_case c = fx_case(f, id);
    dx_finding found[2];
    const size_t n = c.n_events ? fleet_roll(seed, 3) : 0;
    const dx_evidence proof = {.why = DX_LIT("because"), .points = 50, .event = c.events};
    for (size_t i = 0; i < n; i++) {
        const unsigned which = fleet_roll(seed, 3);
        found[i] = (dx_finding){.diagnosis = dx_str_of(fleet_diagnoses[which]),
                                .cause_class = which == 1 ? DX_LIT("rights") : DX_LIT("disk"),
                                .title = DX_LIT("Something failed"),
                                .state = (dx_state)fleet_roll(seed, 4),
                                .begun_us = DX_NO_TIME,
                                .n_evidence = 1,
                                .evidence = &proof};
        snprintf(found[i].key, sizeof found[i].key, "%04x-%04x", which, (unsigned)id % 4);
    }
    const dx_event *left[] = {c.events};
    const dx_verdict v = {
        .n_findings = n, .findings = found, .n_unexplained = c.n_events && !n, .unexplained = left};
    if (dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &v, &f->err))
        fail_msg("%s", f->err.text);
}

#endif
