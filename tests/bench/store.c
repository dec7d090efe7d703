/* A generated fleet's events straight into a store, and questions asked of it.
 *
 * usage: bench_store fill FILE EVENTS [SERVERS]   writes rows a second
 *        bench_store ask FILE [WORDS]             writes each question's time, warm; of some only
 *        bench_store check FILE                   compares the sums with the events */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/os_memory.h"
#include "db/manage.h"
#include "db/trends.h"

enum {
    SERVERS = 20000,
    MONTHS = 24,
    PER_ATTEMPT = 25,
    PRODUCTS = 12,
    SIGNATURES = 2400,
    DIAGNOSES = 200,
    TEXTS = 40,        /* of each signature */
    GROUP = 7600,      /* as many rows as a scan puts at once */
    FIRST_DAY = 19723, /* 2024-01-01 */
    LAST_DAY = FIRST_DAY + 730
};

static const int64_t DAY_US = INT64_C(86400000000);

/* ---- luck ---- */

static uint64_t next(uint64_t *seed)
{
    *seed += 0x9E3779B97F4A7C15u;
    uint64_t z = *seed;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

static unsigned roll(uint64_t *seed, unsigned n)
{
    return (unsigned)(next(seed) % n);
}

/* Few are frequent and many are rare. */
static unsigned zipf(uint64_t *seed, unsigned n)
{
    const double u = (double)(next(seed) >> 11) / 9007199254740992.0;
    double x = 1;
    for (double left = u; left > 0 && x < n; left -= 0.11)
        x *= 2;
    const unsigned top = x > n ? n : (unsigned)x;
    return roll(seed, top ? top : 1);
}

/* ---- a log: what one server told in one month ---- */

typedef struct fill {
    dx_store *store;
    dx_arena *arena; /* one log */
    dx_err err;
    int64_t scan, events, attempts, logs;
    int64_t inside_us, inside_cpu_us; /* the store; the rest is making up events */
    int64_t began_us, began_cpu_us;
    uint64_t seed;
} fill;

static void die(const dx_err *err)
{
    fprintf(stderr, "bench_store: %s\n", err->text);
    exit(1);
}

static void *need(void *p)
{
    if (p)
        return p;
    fprintf(stderr, "bench_store: out of memory\n");
    exit(1);
}

static int64_t cpu_us(void)
{
    return (int64_t)((double)clock() / CLOCKS_PER_SEC * 1e6);
}

static void go_in(fill *f)
{
    f->began_us = dx_os_now_us();
    f->began_cpu_us = cpu_us();
}

static void come_out(fill *f)
{
    f->inside_us += dx_os_now_us() - f->began_us;
    f->inside_cpu_us += cpu_us() - f->began_cpu_us;
}

static dx_event make_event(fill *f, bool failed, unsigned at, uint32_t seq, int64_t us,
                           unsigned server, unsigned product)
{
    const unsigned kind = failed ? at : at + 4; /* failures first, then what is around them */
    dx_event e = {.seq = seq,
                  .line = seq,
                  .last_line = seq,
                  .offset = (uint64_t)seq * 80,
                  .time_us = us,
                  .level = DX_LEVEL_ERROR,
                  .polarity = DX_FAILURE};
    /* A message belongs to its product. */
    const unsigned sig = zipf(&f->seed, SIGNATURES / PRODUCTS) * PRODUCTS + product,
                   text = roll(&f->seed, TEXTS);
    if (kind == 3) {
        e.polarity = DX_UNKNOWN;
        e.text = dx_arena_printf(f->arena, "Cannot reach service %u on srv%05u: error %u", sig,
                                 server, text);
        return e;
    }
    if (kind > 3) {
        e.polarity = kind % 7 == 5 && roll(&f->seed, 5) == 0 ? DX_FAILURE : DX_CONTEXT;
        e.level = DX_LEVEL_INFO;
    }
    e.signature = dx_arena_printf(f->arena, "product-%u.signature-%u%s", product, sig,
                                  e.polarity == DX_CONTEXT ? "-context" : "");
    e.text = dx_arena_printf(f->arena, "Step %u of package %u ended with 0x8007%04x", text, sig,
                             text * 7);
    return e;
}

static void make_attempt(fill *f, dx_attempt *a, dx_event *events, unsigned server, uint32_t seq,
                         int64_t day)
{
    const bool failed = roll(&f->seed, 4) == 0;
    /* A server has a few products, and gets their versions one after the other. */
    const unsigned product = (server + roll(&f->seed, 3) * (server % 5 + 1)) % PRODUCTS;
    const int64_t us = day * DAY_US + (int64_t)roll(&f->seed, 86400) * 1000000;
    dx_fact *facts = need(dx_arena_get(f->arena, 2 * sizeof *facts));
    uint64_t *marks = need(dx_arena_get(f->arena, PER_ATTEMPT * sizeof *marks));
    facts[0] = (dx_fact){DX_LIT("product"), dx_arena_printf(f->arena, "Product %u", product), 1,
                         DX_LIT("log")};
    const int version = (int)((day - FIRST_DAY + (int)(server % 4) * 30) / 150);
    facts[1] =
        (dx_fact){DX_LIT("version"), dx_arena_printf(f->arena, "%u.%d", product + 1, version), 1,
                  DX_LIT("log")};
    for (unsigned i = 0; i < PER_ATTEMPT; i++) {
        events[i] = make_event(f, failed, i, seq + i, us + i * INT64_C(1000000), server, product);
        events[i].attempt = a->ordinal;
        marks[i] = next(&f->seed) | 1;
    }
    a->facts = facts;
    a->n_facts = 2;
    a->format = DX_LIT("msi");
    a->zone = DX_LIT("log");
    a->outcome = failed ? DX_FAILED : DX_SUCCEEDED;
    a->code = failed && roll(&f->seed, 2) ? DX_LIT("1603") : DX_NONE;
    a->opened = a->closed = true;
    a->began_us = us;
    a->ended_us = us + PER_ATTEMPT * INT64_C(1000000);
    a->first_line = a->first_seq = seq;
    a->last_line = a->last_seq = seq + PER_ATTEMPT - 1;
    a->trail = (dx_trail){.mark = marks,
                          .n = PER_ATTEMPT,
                          .stride = 1,
                          .records = PER_ATTEMPT,
                          .digest = {next(&f->seed), next(&f->seed)}};
}

static void judge(fill *f, int64_t id, const dx_attempt *a, dx_event *events, unsigned server)
{
    const unsigned which = zipf(&f->seed, DIAGNOSES);
    const bool known = a->outcome == DX_FAILED && which % 9 != 0;
    events[0].id = (int64_t)((uint64_t)id << 24) + 1;
    const dx_evidence proof = {
        .step = DX_LIT("step"), .why = DX_LIT("says so"), .points = 60, .event = &events[0]};
    dx_finding found = {.diagnosis = dx_arena_printf(f->arena, "product.diagnosis-%u", which),
                        .title = dx_arena_printf(f->arena, "Diagnosis %u", which),
                        .cause_class = which % 2 ? DX_LIT("rights") : DX_LIT("disk"),
                        .confidence = 80,
                        .begun_us = DX_NO_TIME,
                        .n_evidence = 1,
                        .evidence = &proof};
    snprintf(found.key, sizeof found.key, "%04x-%04x", which & 0xffff, server & 0xffff);
    const dx_verdict v = {.n_findings = known, .findings = &found};
    go_in(f);
    if (dx_store_put_verdict(f->store, f->scan, id, DX_LIT("digest"), &v, &f->err))
        die(&f->err);
    come_out(f);
}

static void put_month(fill *f, unsigned server, unsigned month, unsigned n)
{
    dx_attempt *attempts = need(dx_arena_get(f->arena, n * sizeof *attempts));
    dx_event *events = need(dx_arena_get(f->arena, n * PER_ATTEMPT * sizeof *events));
    dx_stored *stored = need(dx_arena_get(f->arena, n * sizeof *stored));
    const dx_str name = dx_arena_printf(f->arena, "srv%05u", server);
    for (unsigned i = 0; i < n; i++) {
        attempts[i].ordinal = i + 1;
        attempts[i].server = name;
        make_attempt(f, &attempts[i], events + i * PER_ATTEMPT, server, 1 + i * PER_ATTEMPT,
                     FIRST_DAY + (int64_t)month * 30 + roll(&f->seed, 30));
    }
    const dx_log log = {.path = dx_arena_printf(f->arena, "/logs/%u/srv%05u.log", month, server),
                        .format = DX_LIT("msi"),
                        .encoding = DX_LIT("utf-8"),
                        .bytes = n * 800,
                        .lines = n * PER_ATTEMPT,
                        .digest = {next(&f->seed), next(&f->seed)},
                        .n_attempts = n,
                        .attempts = attempts,
                        .n_events = n * PER_ATTEMPT,
                        .events = events};
    go_in(f);
    if (dx_store_put_log(f->store, f->scan, &log, stored, &f->err))
        die(&f->err);
    come_out(f);
    for (unsigned i = 0; i < n; i++)
        if (attempts[i].outcome == DX_FAILED)
            judge(f, stored[i].id, &attempts[i], events + i * PER_ATTEMPT, server);
    f->events += n * PER_ATTEMPT;
    f->attempts += n;
    f->logs++;
}

static void regroup(fill *f)
{
    go_in(f);
    if (dx_store_commit(f->store, &f->err) || dx_store_begin(f->store, &f->err))
        die(&f->err);
    come_out(f);
}

/* How many attempts a server had before a month: each has its own rhythm, and all have as many. */
static int64_t before_month(double mean, unsigned server, unsigned month)
{
    uint64_t seed = server;
    return (int64_t)(mean * month + (double)(next(&seed) >> 11) / 9007199254740992.0);
}

/* Month by month, server by server, as logs are gathered. */
static void put_fleet(fill *f, int64_t want, unsigned servers)
{
    const double mean = (double)want / ((double)servers * MONTHS * PER_ATTEMPT);
    for (unsigned month = 0; month < MONTHS; month++)
        for (unsigned server = 0; server < servers; server++) {
            const int64_t n =
                before_month(mean, server, month + 1) - before_month(mean, server, month);
            if (!n)
                continue;
            put_month(f, server, month, (unsigned)n);
            dx_arena_reset(f->arena);
            if (f->logs % GROUP == 0)
                regroup(f);
        }
}

static void tag_sites(fill *f, unsigned servers)
{
    dx_tagging *rows = need(dx_arena_get(f->arena, servers * sizeof *rows));
    for (unsigned i = 0; i < servers; i++)
        rows[i] = (dx_tagging){dx_arena_printf(f->arena, "srv%05u", i), DX_LIT("site"),
                               dx_arena_printf(f->arena, "site-%u", i % 40)};
    if (dx_store_tag(f->store, rows, servers, DX_LIT("bench"), &f->err))
        die(&f->err);
}

static dx_store *open_store(const char *path, bool read_only)
{
    const dx_store_options o = {.now_us = LAST_DAY * DAY_US, .read_only = read_only};
    dx_store *s;
    dx_err err = {0};
    if (dx_store_open(&s, path, &o, &err))
        die(&err);
    return s;
}

static int run_fill(const char *path, int64_t events, unsigned servers)
{
    fill f = {.store = open_store(path, false), .arena = need(dx_arena_new(0)), .seed = 1};
    const dx_scan_info info = {DX_LIT("digest"), DX_LIT("1"), DX_LIT("bench")};
    if (dx_store_begin_scan(f.store, &info, &f.scan, &f.err) || dx_store_begin(f.store, &f.err))
        die(&f.err);
    put_fleet(&f, events, servers);
    regroup(&f);
    if (dx_store_commit(f.store, &f.err) || dx_store_end_scan(f.store, f.scan, true, &f.err))
        die(&f.err);
    const int64_t tagging = dx_os_now_us();
    tag_sites(&f, servers);
    printf("{\"events\": %lld, \"attempts\": %lld, \"seconds\": %.3f, \"cpu_seconds\": %.3f, "
           "\"rows_per_second\": %.0f, \"tag_seconds\": %.3f}\n",
           (long long)f.events, (long long)f.attempts, (double)f.inside_us / 1e6,
           (double)f.inside_cpu_us / 1e6, (double)f.events / ((double)f.inside_us / 1e6),
           (double)(dx_os_now_us() - tagging) / 1e6);
    dx_store_close(f.store);
    dx_arena_free(f.arena);
    return 0;
}

/* ---- questions ---- */

enum { ROUNDS = 5 };

typedef struct asked {
    dx_store *store;
    dx_arena *arena;
    dx_err err;
    const char *only; /* questions with these words */
} asked;

typedef dx_rc question(asked *a, int which, int more);

static const int64_t NOW = LAST_DAY * INT64_C(86400000000);

static dx_trend_filter window(int weeks)
{
    return (dx_trend_filter){.since_us = weeks ? NOW - weeks * 7 * DAY_US : DX_NO_TIME,
                             .until_us = DX_NO_TIME};
}

static dx_rc ask_trend(asked *a, int which, int more)
{
    static const dx_tag site = {DX_LIT("site"), DX_LIT("site-7")};
    dx_trend t;
    dx_trend_query q = {.of = (dx_trend_of)(which / 10), .by = (dx_trend_by)(which % 10)};
    q.where = window(more < 1000 ? more : q.by == DX_BY_DAY ? 8 : 52);
    if (more == 1001)
        q.where.product = DX_LIT("Product 1");
    if (more == 1002)
        q.where.server = DX_LIT("srv00042");
    if (more == 1003) {
        q.where.tags = &site;
        q.where.n_tags = 1;
    }
    return dx_store_trend(a->store, &q, a->arena, &t, &a->err);
}

static dx_rc ask_list(asked *a, int which, int more)
{
    const dx_list_query q = {
        .kind = (dx_list_kind)which, .of = (dx_trend_of)more, .now_us = NOW, .where = window(0)};
    dx_list l;
    return dx_store_list(a->store, &q, a->arena, &l, &a->err);
}

static dx_rc ask_fixes(asked *a, int which, int more)
{
    dx_fixes f;
    const dx_trend_filter w = window(which);
    (void)more;
    return dx_store_fixes(a->store, &w, a->arena, &f, &a->err);
}

static dx_rc ask_findings(asked *a, int which, int more)
{
    const dx_findings_query q = {.by_diagnosis = which != 0,
                                 .order = (dx_finding_order)more,
                                 .now_us = NOW,
                                 .where = window(0)};
    dx_findings f;
    return dx_store_findings(a->store, &q, a->arena, &f, &a->err);
}

static dx_rc ask_heat(asked *a, int which, int more)
{
    const dx_heat_query q = {.now_us = NOW,
                             .where = window(0),
                             .diagnosis = which ? DX_LIT("product.diagnosis-1") : DX_NONE};
    dx_heat h;
    (void)more;
    return dx_store_heat(a->store, &q, a->arena, &h, &a->err);
}

static dx_rc ask_others(asked *a, int which, int more)
{
    const dx_attempts_query attempts = {.where = window(0), .failed_only = more != 0};
    const dx_servers_query servers = {.where = window(0)};
    const dx_unknown_query unknown = {.where = window(more)};
    dx_attempts r;
    dx_servers s;
    dx_unknowns u;
    if (which == 0)
        return dx_store_attempts(a->store, &attempts, a->arena, &r, &a->err);
    if (which == 1)
        return dx_store_servers(a->store, &servers, a->arena, &s, &a->err);
    return dx_store_unknowns(a->store, &unknown, a->arena, &u, &a->err);
}

static int by_time(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void time_one(asked *a, const char *kind, const char *name, question *ask, int which,
                     int more)
{
    int64_t us[ROUNDS], cpu[ROUNDS];
    if (!strstr(name, a->only))
        return;
    for (int i = -1; i < ROUNDS; i++) { /* the first warms up */
        const int64_t began = dx_os_now_us(), began_cpu = cpu_us();
        if (ask(a, which, more))
            die(&a->err);
        dx_arena_reset(a->arena);
        if (i < 0)
            continue;
        us[i] = dx_os_now_us() - began;
        cpu[i] = cpu_us() - began_cpu;
    }
    qsort(us, ROUNDS, sizeof *us, by_time);
    qsort(cpu, ROUNDS, sizeof *cpu, by_time);
    printf("{\"kind\": \"%s\", \"question\": \"%s\", \"ms\": %.2f, \"cpu_ms\": %.2f}\n", kind, name,
           (double)us[ROUNDS / 2] / 1e3, (double)cpu[ROUNDS / 2] / 1e3);
}

static void time_trends(asked *a)
{
    static const struct {
        int more;
        const char *name;
    } windows[] = {{12, "12 weeks"},       {52, "52 weeks"},      {0, "all time"},
                   {1001, "of a product"}, {1002, "of a server"}, {1003, "of a tag"}};
    char name[100];
    for (int of = DX_OF_SIGNATURE; of <= DX_OF_CODE; of++)
        for (int by = DX_BY_DAY; by <= DX_BY_SITE; by++)
            for (size_t w = 0; w < sizeof windows / sizeof *windows; w++) {
                snprintf(name, sizeof name, "%s by %s, %s", dx_trend_of_names[of],
                         dx_trend_by_names[by], windows[w].name);
                time_one(a, "trend", name, ask_trend, of * 10 + by, windows[w].more);
            }
}

static int run_ask(const char *path, const char *only)
{
    asked a = {.store = open_store(path, true), .arena = need(dx_arena_new(0)), .only = only};
    time_trends(&a);
    time_one(&a, "list", "new diagnoses", ask_list, DX_LIST_NEW, DX_OF_DIAGNOSIS);
    time_one(&a, "list", "new signatures", ask_list, DX_LIST_NEW, DX_OF_SIGNATURE);
    time_one(&a, "list", "regressed diagnoses", ask_list, DX_LIST_REGRESSED, DX_OF_DIAGNOSIS);
    time_one(&a, "list", "regressed signatures", ask_list, DX_LIST_REGRESSED, DX_OF_SIGNATURE);
    time_one(&a, "list", "spreading diagnoses", ask_list, DX_LIST_SPREADING, DX_OF_DIAGNOSIS);
    time_one(&a, "list", "spreading signatures", ask_list, DX_LIST_SPREADING, DX_OF_SIGNATURE);
    time_one(&a, "list", "quiet servers", ask_list, DX_LIST_QUIET, DX_OF_DIAGNOSIS);
    time_one(&a, "list", "fixes", ask_fixes, 0, 0);
    time_one(&a, "page", "inbox by diagnosis", ask_findings, 1, DX_ORDER_LAST);
    time_one(&a, "page", "inbox by diagnosis, by growth", ask_findings, 1, DX_ORDER_GROWTH);
    time_one(&a, "page", "inbox by key", ask_findings, 0, DX_ORDER_LAST);
    time_one(&a, "page", "heat map", ask_heat, 0, 0);
    time_one(&a, "page", "heat map of a diagnosis", ask_heat, 1, 0);
    time_one(&a, "page", "latest attempts", ask_others, 0, 0);
    time_one(&a, "page", "latest failed attempts", ask_others, 0, 1);
    time_one(&a, "page", "servers", ask_others, 1, 0);
    time_one(&a, "page", "unknown errors", ask_others, 2, 0);
    time_one(&a, "page", "unknown errors of 12 weeks", ask_others, 2, 12);
    dx_store_close(a.store);
    dx_arena_free(a.arena);
    return 0;
}

static dx_rc print_line(void *ctx, dx_str text, dx_err *err)
{
    (void)ctx;
    (void)err;
    fprintf(stderr, "%.*s\n", DX_FMT(text));
    return DX_OK;
}

static int run_check(const char *path)
{
    dx_store *s = open_store(path, true);
    dx_err err = {0};
    size_t faults = 0;
    const int64_t began = dx_os_now_us();
    if (dx_store_check(s, print_line, NULL, &faults, &err))
        die(&err);
    printf("{\"faults\": %zu, \"seconds\": %.1f}\n", faults,
           (double)(dx_os_now_us() - began) / 1e6);
    dx_store_close(s);
    return faults != 0;
}

int main(int argc, char **argv)
{
    dx_os_keep_memory(); /* as the program does */
    if (argc >= 4 && strcmp(argv[1], "fill") == 0)
        return run_fill(argv[2], atoll(argv[3]), argc > 4 ? (unsigned)atoi(argv[4]) : SERVERS);
    if ((argc == 3 || argc == 4) && strcmp(argv[1], "ask") == 0)
        return run_ask(argv[2], argc > 3 ? argv[3] : "");
    if (argc == 3 && strcmp(argv[1], "check") == 0)
        return run_check(argv[2]);
    fprintf(stderr,
            "usage: bench_store fill FILE EVENTS [SERVERS] | ask FILE [WORDS] | check FILE\n");
    return 2;
}
