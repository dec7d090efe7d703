/* A bad package's story: it fails on servers, is mended, comes back, is silenced. */
#include "fleet.h"

#define DAY(d) ((int64_t)(d)*FLEET_DAY)

/* Thursday of a week, some days in. */
enum { NOW = 7 * 3000 + 2 };

static unsigned made;

static int64_t put(fx *f, const char *server, int64_t day, const char *version, bool good,
                   const char *diagnosis)
{
    char text[60], path[40];
    snprintf(text, sizeof text, "start%u !oops%u end", made, made % 3);
    snprintf(path, sizeof path, "story-%u.log", made++);
    fx_log l = fx_new(f->arena, path);
    dx_attempt *a = fx_attempt(&l, server, text);
    dx_fact facts[] = {{DX_LIT("product"), DX_LIT("Mail"), 0, DX_LIT("log")},
                       {DX_LIT("version"), dx_str_of(version), 0, DX_LIT("log")}};
    a->facts = facts;
    a->n_facts = 2;
    a->began_us = DAY(day) + 1000;
    a->outcome = good ? DX_SUCCEEDED : DX_FAILED;
    a->code = good ? DX_NONE : DX_LIT("1603");
    fx_put(f, &l);
    const int64_t id = f->ids[0];
    dx_case c = fx_case(f, id);
    const dx_evidence proof = {.why = DX_LIT("because"), .points = 50, .event = c.events};
    dx_finding found = {.diagnosis = dx_str_of(diagnosis),
                        .cause_class = DX_LIT("disk"),
                        .title = DX_LIT("Disk full"),
                        .confidence = 80,
                        .begun_us = DX_NO_TIME,
                        .n_evidence = 1,
                        .evidence = &proof};
    snprintf(found.key, sizeof found.key, "%.4s-0001", server);
    const dx_verdict v = {.n_findings = diagnosis != NULL, .findings = &found};
    if (dx_store_put_verdict(f->store, f->scan, id, DX_LIT("rules-1"), &v, &f->err))
        fail_msg("%s", f->err.text);
    return id;
}

static void follow(fx *f, int64_t attempt, const char *key, dx_state state, int64_t begun_us)
{
    dx_finding now = {.state = state, .begun_us = begun_us};
    snprintf(now.key, sizeof now.key, "%s", key);
    if (dx_store_set_state(f->store, attempt, &now, &f->err))
        fail_msg("%s", f->err.text);
}

/* srv1 fails, is mended, fails again; srv2 fails and a fix is begun in vain; srv3 is new. */
static void tell_story(fx *f)
{
    made = 0;
    ((sq_store *)f->store)->now_us = DAY(NOW) + 5;
    const int64_t first = put(f, "srv1", NOW - 100, "1.0", false, "mail.disk");
    put(f, "srv1", NOW - 98, "1.0", true, NULL);
    follow(f, first, "srv1-0001", DX_RESOLVED, DAY(NOW - 99));
    const int64_t second = put(f, "srv2", NOW - 60, "1.0", false, "mail.disk");
    follow(f, second, "srv2-0001", DX_FIX_BEGUN, DAY(NOW - 59));
    put(f, "srv2", NOW - 58, "1.0", false, "mail.disk");
    put(f, "srv1", NOW - 2, "2.0", false, "mail.disk");
    put(f, "srv3", NOW - 1, "2.0", false, "mail.new");
    put(f, "srv3", NOW - 1, "2.0", false, NULL);
    for (int64_t w = 10; w >= 6; w--)
        put(f, "srv4", NOW - 7 * w, "1.0", true, NULL);
    fleet_assert_sound(f);
}

static dx_list list_where(fx *f, dx_list_kind kind, dx_trend_of of, const char *product)
{
    const dx_list_query q = {
        .kind = kind,
        .of = of,
        .now_us = DAY(NOW) + 5,
        .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME, .product = dx_str_of(product)}};
    dx_list out;
    if (dx_store_list(f->store, &q, f->arena, &out, &f->err))
        fail_msg("%s", f->err.text);
    return out;
}

static dx_list list(fx *f, dx_list_kind kind, dx_trend_of of)
{
    return list_where(f, kind, of, "");
}

static void test_lists_tell_what_is_new_came_again_and_went_quiet(void **state)
{
    fx *f = *state;
    tell_story(f);
    dx_list got = list(f, DX_LIST_NEW, DX_OF_DIAGNOSIS);
    assert_int_equal(got.n, 1);
    fx_assert_str(got.rows[0].id, "mail.new");
    assert_int_equal(got.rows[0].servers, 1);
    assert_int_equal(got.rows[0].failures, 1);
    got = list(f, DX_LIST_REGRESSED, DX_OF_DIAGNOSIS);
    assert_int_equal(got.n, 1);
    fx_assert_str(got.rows[0].id, "mail.disk");
    fx_assert_str(got.rows[0].title, "Disk full");
    assert_int_equal(got.rows[0].again, DX_AGAIN_AFTER_FIX);
    assert_true(got.rows[0].before_us == DAY(NOW - 98) + 1000);
    assert_true(got.rows[0].first_us == DAY(NOW - 100) + 1000);
    got = list(f, DX_LIST_QUIET, DX_OF_DIAGNOSIS);
    assert_int_equal(got.n, 1); /* srv2 reported in one week only: that is no habit */
    fx_assert_str(got.rows[0].id, "srv4");
    assert_int_equal(got.rows[0].attempts, 5);
    assert_int_equal(list_where(f, DX_LIST_QUIET, DX_OF_DIAGNOSIS, "Nobody's").n, 0);
}

static dx_list quiet_page(fx *f, unsigned top, unsigned skip)
{
    const dx_list_query q = {.kind = DX_LIST_QUIET,
                             .of = DX_OF_DIAGNOSIS,
                             .now_us = DAY(NOW) + 5,
                             .top = top,
                             .skip = skip,
                             .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};
    dx_list out;
    if (dx_store_list(f->store, &q, f->arena, &out, &f->err))
        fail_msg("%s", f->err.text);
    return out;
}

/* Of many servers only those on the page are looked at; of few all are. */
static void test_pages_of_quiet_servers_are_those_of_the_whole_list(void **state)
{
    enum { SERVERS = 12, PAGE = 2 };
    fx *f = *state;
    char name[20];
    ((sq_store *)f->store)->now_us = DAY(NOW) + 5;
    for (int i = 0; i < SERVERS; i++) {
        snprintf(name, sizeof name, "srv%02d", i);
        put(f, name, NOW - 7 * 12, "1.0", true, NULL);
        put(f, name, NOW - 7 * (6 + i % 3), "1.0", i % 2, NULL); /* several at the same moment */
        put(f, "busy", NOW - 7 * (6 + i % 3), "1.0", true, NULL);
    }
    put(f, "busy", NOW - 1, "1.0", true, NULL);
    const dx_list whole = quiet_page(f, 2 * SERVERS, 0);
    assert_int_equal(whole.n, SERVERS);
    for (unsigned skip = 0; skip < SERVERS; skip += PAGE) {
        const dx_list page = quiet_page(f, PAGE, skip);
        assert_int_equal(page.n, PAGE);
        assert_int_equal(page.all, SERVERS);
        for (unsigned i = 0; i < PAGE; i++) {
            assert_true(dx_str_eq(page.rows[i].id, whole.rows[skip + i].id));
            assert_true(page.rows[i].last_us == whole.rows[skip + i].last_us);
            assert_int_equal(page.rows[i].attempts, 2);
        }
    }
}

static void assert_same_page(const dx_list *a, const dx_list *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->all, b->all);
    for (size_t i = 0; i < a->n; i++) {
        assert_true(dx_str_eq(a->rows[i].id, b->rows[i].id));
        assert_true(a->rows[i].last_us == b->rows[i].last_us);
        assert_true(a->rows[i].first_us == b->rows[i].first_us);
        assert_int_equal(a->rows[i].attempts, b->rows[i].attempts);
    }
}

/* What is kept of weeks by itself answers as the lists of servers do, also where ids have gaps. */
static void test_quiet_servers_are_those_of_the_lists(void **state)
{
    enum { SERVERS = 90 };
    static const char gap[] = "INSERT INTO server (id, name) VALUES (24530, 'gap')"; /* 3 * 8192 */
    fx *f = *state;
    sq_store *s = (sq_store *)f->store;
    unsigned seed = 3;
    char name[20];
    s->now_us = DAY(NOW) + 5;
    for (int i = 0; i < SERVERS; i++) {
        snprintf(name, sizeof name, "srv%02d", i);
        for (unsigned n = 1 + fleet_roll(&seed, 5); n > 0; n--)
            put(f, name, NOW + 9 - (int64_t)fleet_roll(&seed, 150), "1.0", true, NULL);
        if (i == SERVERS / 3)
            assert_int_equal(sqlite3_exec(fx_db(f), gap, NULL, NULL, NULL), SQLITE_OK);
    }
    for (unsigned top = 1; top <= 64; top *= 4)
        for (unsigned skip = 0; skip < 24; skip += 7) {
            s->few_sums = false;
            const dx_list kept = quiet_page(f, top, skip);
            s->few_sums = true;
            const dx_list told = quiet_page(f, top, skip);
            assert_same_page(&kept, &told);
            assert_true(kept.all > 20);
        }
    s->few_sums = false;
    fleet_assert_sound(f);
}

static void test_a_signature_that_was_quiet_came_again(void **state)
{
    fx *f = *state;
    ((sq_store *)f->store)->now_us = DAY(NOW) + 5;
    put(f, "srv1", NOW - 100, "1.0", false, "mail.disk");
    put(f, "srv2", NOW - 3, "1.0", false, "mail.disk");
    dx_list got = list(f, DX_LIST_REGRESSED, DX_OF_SIGNATURE);
    assert_int_equal(got.n, 1);
    fx_assert_str(got.rows[0].id, "test.failed");
    assert_int_equal(got.rows[0].again, DX_AGAIN_AFTER_QUIET);
    put(f, "srv2", NOW - 30, "1.0", false, "mail.disk");
    assert_int_equal(list(f, DX_LIST_REGRESSED, DX_OF_SIGNATURE).n, 0);
}

static void test_what_spreads_is_on_more_servers_each_week(void **state)
{
    fx *f = *state;
    ((sq_store *)f->store)->now_us = DAY(NOW) + 5;
    for (int week = 5; week >= 0; week--)
        for (int i = 0; i < 8 - week; i++) {
            char server[20];
            snprintf(server, sizeof server, "srv%d", i);
            put(f, server, NOW - 7 * week - 1, "1.0", false, "mail.spreads");
            put(f, "srv1", NOW - 7 * week - 1, "1.0", false, "mail.stays");
        }
    const dx_list got = list(f, DX_LIST_SPREADING, DX_OF_DIAGNOSIS);
    assert_int_equal(got.n, 1);
    fx_assert_str(got.rows[0].id, "mail.spreads");
    assert_int_equal(got.rows[0].n_weeks, 6);
    assert_int_equal(got.rows[0].weeks[0], 3);
    assert_int_equal(got.rows[0].weeks[5], 8);
    assert_int_equal(got.rows[0].servers, 8);
}

static void test_fixes_are_counted_by_case(void **state)
{
    fx *f = *state;
    tell_story(f);
    const dx_trend_filter all = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME};
    dx_fixes got;
    assert_int_equal(dx_store_fixes(f->store, &all, f->arena, &got, &f->err), DX_OK);
    assert_int_equal(got.n, 2);
    const dx_fix_row *r = &got.rows[0];
    fx_assert_str(r->diagnosis, "mail.disk");
    assert_int_equal(r->cases, 3);
    assert_int_equal(r->begun, 2);
    assert_int_equal(r->verified, 1);
    assert_int_equal(r->failed, 1);
    assert_true(r->median_us == DAY(2));
}

static dx_findings findings(fx *f, dx_findings_query q)
{
    dx_findings out;
    q.now_us = DAY(NOW) + 5;
    q.where.since_us = q.where.until_us = DX_NO_TIME;
    if (dx_store_findings(f->store, &q, f->arena, &out, &f->err))
        fail_msg("%s", f->err.text);
    return out;
}

static void test_inbox_says_how_findings_stand(void **state)
{
    fx *f = *state;
    tell_story(f);
    dx_findings got = findings(f, (dx_findings_query){.top = 10});
    assert_int_equal(got.n, 3);
    fx_assert_str(got.rows[0].key, "srv3-0001");
    assert_int_equal(got.rows[0].standing, DX_STAND_NEW);
    fx_assert_str(got.rows[1].key, "srv1-0001");
    assert_int_equal(got.rows[1].standing, DX_STAND_REGRESSED);
    assert_int_equal(got.rows[1].attempts, 2);
    assert_int_equal(got.rows[1].weeks[DX_SPARK_WEEKS - 1], 1);
    assert_int_equal(got.rows[2].standing, DX_STAND_KNOWN);
    got = findings(f, (dx_findings_query){.by_diagnosis = true, .order = DX_ORDER_SERVERS});
    assert_int_equal(got.n, 2);
    fx_assert_str(got.rows[0].diagnosis, "mail.disk");
    assert_int_equal(got.rows[0].servers, 2);
    assert_int_equal(got.rows[0].findings, 2);
    assert_int_equal(got.standing[DX_STAND_NEW], 1);
    static const char regressed[] = "SELECT count(*) FROM v_regressed WHERE key = 'srv1-0001'";
    assert_int_equal(fx_ask(fx_db(f), regressed), 1);
    const dx_resolution mended = {DX_LIT("srv1-0001"), DX_LIT("1"), DX_LIT("T-5"), DX_LIT("me")};
    assert_int_equal(dx_store_resolve(f->store, &mended, &f->err), DX_OK);
    assert_int_equal(dx_store_silence(f->store, DX_LIT("mail.new"), DAY(NOW + 9), DX_LIT("known"),
                                      DX_LIT("me"), &f->err),
                     DX_OK);
    got = findings(f, (dx_findings_query){.standings = 1u << DX_STAND_SILENCED});
    assert_int_equal(got.n, 1);
    fx_assert_str(got.rows[0].key, "srv3-0001");
    /* It came again, and somebody has seen to it since. */
    assert_int_equal(got.standing[DX_STAND_REGRESSED], 0);
    assert_int_equal(fx_ask(fx_db(f), regressed), 0);
    assert_int_equal(got.standing[DX_STAND_PENDING], 1);
    dx_silence *silences;
    size_t n;
    assert_int_equal(dx_store_silences(f->store, DAY(NOW), f->arena, &silences, &n, &f->err),
                     DX_OK);
    assert_int_equal(n, 1);
    assert_int_equal(dx_store_silence(f->store, DX_LIT("mail.new"), DX_NO_TIME, DX_LIT("no more"),
                                      DX_LIT("me"), &f->err),
                     DX_OK);
    got = findings(f, (dx_findings_query){.standings = 1u << DX_STAND_SILENCED});
    assert_int_equal(got.n, 0);
}

static void test_a_finding_has_its_attempts_and_history(void **state)
{
    fx *f = *state;
    dx_finding_page page;
    tell_story(f);
    const dx_resolution mended = {DX_LIT("srv2-0001"), DX_LIT("1"), DX_LIT("T-5"), DX_LIT("me")};
    assert_int_equal(dx_store_resolve(f->store, &mended, &f->err), DX_OK);
    assert_int_equal(
        dx_store_finding(f->store, DX_LIT("srv2-0001"), DAY(NOW) + 5, f->arena, &page, &f->err),
        DX_OK);
    assert_int_equal(page.finding.standing, DX_STAND_PENDING);
    assert_int_equal(page.attempts.n, 2);
    assert_true(page.attempts.rows[0].happened_us > page.attempts.rows[1].happened_us);
    assert_int_equal(page.notes.n, 2);
    assert_int_equal(page.notes.rows[0].kind, DX_NOTE_RULES);
    fx_assert_str(page.notes.rows[1].ticket, "T-5");
    assert_int_equal(page.other_servers, 1);
    assert_int_equal(dx_store_finding(f->store, DX_LIT("nope"), DAY(NOW), f->arena, &page, &f->err),
                     DX_END);
    assert_int_equal(dx_store_resolve(f->store, &(dx_resolution){.key = DX_LIT("nope")}, &f->err),
                     DX_FAIL);
    fx_assert_mentions(&f->err, "no finding has the key 'nope'");
}

static void test_a_ticket_leads_to_what_it_resolved(void **state)
{
    fx *f = *state;
    dx_str *keys;
    size_t n;
    tell_story(f);
    const dx_resolution both[] = {
        {DX_LIT("srv2-0001"), DX_LIT("1"), DX_LIT("INC-5"), DX_LIT("me")},
        {DX_LIT("srv1-0001"), DX_LIT("1"), DX_LIT("inc-5"), DX_LIT("me")}};
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(dx_store_resolve(f->store, &both[i], &f->err), DX_OK);
    assert_int_equal(dx_store_find_ticket(f->store, DX_LIT("Inc-5"), f->arena, &keys, &n, &f->err),
                     DX_OK);
    assert_int_equal(n, 2);
    fx_assert_str(keys[0], "srv1-0001");
    fx_assert_str(keys[1], "srv2-0001");
    assert_int_equal(dx_store_find_ticket(f->store, DX_LIT("INC"), f->arena, &keys, &n, &f->err),
                     DX_OK);
    assert_int_equal(n, 0);
    assert_int_equal(dx_store_find_ticket(f->store, DX_LIT(""), f->arena, &keys, &n, &f->err),
                     DX_OK);
    assert_int_equal(n, 0);
}

static void test_inventory_knows_products_aliases_and_tags(void **state)
{
    fx *f = *state;
    dx_server_row r;
    dx_servers all;
    tell_story(f);
    const dx_tagging tag = {DX_LIT("web-1"), DX_LIT("site"), DX_LIT("Rome")};
    assert_int_equal(dx_store_tag(f->store, &tag, 1, DX_LIT("me"), &f->err), DX_OK);
    assert_int_equal(
        dx_store_alias(f->store, DX_LIT("web-1"), DX_LIT("srv1"), DX_LIT("me"), &f->err), DX_OK);
    assert_int_equal(dx_store_server(f->store, DX_LIT("web-1"), f->arena, &r, &f->err), DX_OK);
    fx_assert_str(r.name, "srv1");
    assert_int_equal(r.attempts, 3);
    assert_int_equal(r.failures, 2);
    assert_int_equal(r.n_aliases, 1);
    assert_int_equal(r.n_tags, 1);
    fx_assert_str(r.tags[0].value, "Rome");
    assert_int_equal(r.n_products, 1);
    assert_int_equal(r.products[0].n_versions, 2);
    fx_assert_str(r.products[0].versions[1], "2.0");
    assert_true(r.products[0].last_failed);
    const dx_servers_query q = {.contains = DX_LIT("WEB"),
                                .where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};
    assert_int_equal(dx_store_servers(f->store, &q, f->arena, &all, &f->err), DX_OK);
    assert_int_equal(all.n, 1);
    assert_int_equal(dx_store_server(f->store, DX_LIT("none"), f->arena, &r, &f->err), DX_END);
    fleet_assert_sound(f);
}

static void test_map_has_servers_by_week(void **state)
{
    fx *f = *state;
    dx_heat heat;
    tell_story(f);
    const dx_heat_query q = {.now_us = DAY(NOW) + 5, .weeks = 4};
    assert_int_equal(dx_store_heat(f->store, &q, f->arena, &heat, &f->err), DX_OK);
    assert_int_equal(heat.n_weeks, 4);
    assert_int_equal(heat.n, 2);
    fx_assert_str(heat.rows[0].server, "srv3");
    assert_int_equal(heat.rows[0].cell[3].failures, 2);
    const dx_heat_query one = {
        .now_us = DAY(NOW) + 5, .weeks = 20, .diagnosis = DX_LIT("mail.disk")};
    assert_int_equal(dx_store_heat(f->store, &one, f->arena, &heat, &f->err), DX_OK);
    assert_int_equal(heat.n, 2);
    assert_int_equal(heat.rows[0].failures, 2);
}

/* Many servers with the same counts: their names decide, on each page. */
static void put_alike(fx *f, int servers)
{
    for (int i = 0; i < servers * 3; i++) {
        char path[20], server[20], word[20];
        snprintf(path, sizeof path, "alike%d.log", i);
        snprintf(server, sizeof server, "alike%02d", i * 7 % servers);
        snprintf(word, sizeof word, "w%d", i);
        fx_log l = fx_new(f->arena, path);
        dx_attempt *a = fx_attempt(&l, server, word);
        a->began_us = DAY(NOW - 3 * (i % 9));
        a->outcome = i * 7 % servers % 3 > i / servers ? DX_FAILED : DX_SUCCEEDED;
        fx_put(f, &l);
    }
}

static void test_pages_of_the_map_are_those_of_the_attempts(void **state)
{
    enum { SERVERS = 17, PAGE = 4 };
    fx *f = *state;
    dx_heat heat;
    char got[2000] = "";
    put_alike(f, SERVERS);
    for (size_t skip = 0; skip <= SERVERS; skip += PAGE) {
        const dx_heat_query q = {.now_us = DAY(NOW) + 5, .weeks = 3, .top = PAGE, .skip = skip};
        assert_int_equal(dx_store_heat(f->store, &q, f->arena, &heat, &f->err), DX_OK);
        assert_int_equal(heat.all, SERVERS);
        for (size_t i = 0; i < heat.n; i++)
            snprintf(got + strlen(got), sizeof got - strlen(got), "%.*s %lld %lld ",
                     DX_FMT(heat.rows[i].server), (long long)heat.rows[i].attempts,
                     (long long)heat.rows[i].failures);
    }
    char sql[3000];
    snprintf(sql, sizeof sql,
             "SELECT '%s' = group_concat(name || ' ' || n || ' ' || bad || ' ', '') FROM (SELECT"
             " name, count(*) AS n, sum(failed) AS bad FROM standing JOIN server ON server.id ="
             " server WHERE happened_us >= %lld GROUP BY name ORDER BY bad DESC, n DESC, name)",
             got, (long long)(heat.weeks[0].from_us));
    assert_int_equal(fx_ask(fx_db(f), sql), 1);
}

static void test_unknown_errors_are_listed_by_pattern(void **state)
{
    fx *f = *state;
    dx_unknowns got;
    ((sq_store *)f->store)->now_us = DAY(NOW) + 5;
    for (int i = 0; i < 3; i++) {
        char path[20], word[30];
        snprintf(path, sizeof path, "u%d.log", i);
        snprintf(word, sizeof word, "!0%d start%d", i, i);
        fx_log l = fx_new(f->arena, path);
        dx_attempt *a = fx_attempt(&l, i ? "srv2" : "srv1", word);
        a->began_us = DAY(NOW - 10 * i);
        l.events[0].polarity = DX_UNKNOWN;
        l.events[0].signature = DX_NONE;
        fx_put(f, &l);
    }
    dx_unknown_query q = {.where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}};
    assert_int_equal(dx_store_unknowns(f->store, &q, f->arena, &got, &f->err), DX_OK);
    assert_int_equal(got.n, 1);
    fx_assert_str(got.rows[0].pattern, "<n>");
    assert_int_equal(got.rows[0].events, 3);
    assert_int_equal(got.rows[0].servers, 2);
    assert_true(got.rows[0].first_us == DAY(NOW - 20));
    assert_true(got.rows[0].last_us == DAY(NOW));
    q.where.since_us = DAY(NOW - 15);
    assert_int_equal(dx_store_unknowns(f->store, &q, f->arena, &got, &f->err), DX_OK);
    assert_int_equal(got.rows[0].events, 2);
}

static void test_attempts_are_listed_newest_first(void **state)
{
    fx *f = *state;
    dx_attempts got;
    tell_story(f);
    dx_attempts_query q = {.where = {.since_us = DX_NO_TIME, .until_us = DX_NO_TIME}, .top = 3};
    assert_int_equal(dx_store_attempts(f->store, &q, f->arena, &got, &f->err), DX_OK);
    assert_int_equal(got.n, 3);
    assert_int_equal(got.all, 12);
    q.failed_only = true;
    assert_int_equal(dx_store_attempts(f->store, &q, f->arena, &got, &f->err), DX_OK);
    assert_int_equal(got.all, 6);
    q.where.server = DX_LIT("srv1");
    q.where.until_us = DAY(NOW - 50);
    assert_int_equal(dx_store_attempts(f->store, &q, f->arena, &got, &f->err), DX_OK);
    assert_int_equal(got.all, 1);
    fx_assert_str(got.rows[0].diagnosis, "mail.disk");
    fx_assert_str(got.rows[0].version, "1.0");
    fx_assert_str(got.rows[0].path, "story-0.log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fx_test(test_lists_tell_what_is_new_came_again_and_went_quiet),
        fx_test(test_pages_of_quiet_servers_are_those_of_the_whole_list),
        fx_test(test_quiet_servers_are_those_of_the_lists),
        fx_test(test_a_signature_that_was_quiet_came_again),
        fx_test(test_what_spreads_is_on_more_servers_each_week),
        fx_test(test_fixes_are_counted_by_case),
        fx_test(test_inbox_says_how_findings_stand),
        fx_test(test_a_finding_has_its_attempts_and_history),
        fx_test(test_a_ticket_leads_to_what_it_resolved),
        fx_test(test_inventory_knows_products_aliases_and_tags),
        fx_test(test_map_has_servers_by_week),
        fx_test(test_pages_of_the_map_are_those_of_the_attempts),
        fx_test(test_unknown_errors_are_listed_by_pattern),
        fx_test(test_attempts_are_listed_newest_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
