/* What must hold for any attempt: tried on some thousand random ones. */
#include "fixture.h"

enum { ROUNDS = 1500 };

/* A small generator of its own: the same stories on every machine. */
typedef struct dice {
    uint32_t now;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    d->now = d->now * UINT32_C(1664525) + UINT32_C(1013904223);
    return (d->now >> 16) % sides;
}

static void say_something(dice *d, story *s)
{
    switch (roll(d, 9)) {
    case 0:
        story_reg(s, USER_DLL);
        break;
    case 1:
        story_reg(s, PLAIN_DLL);
        break;
    case 2:
        story_reg(s, "cdonts.dll");
        break;
    case 3:
        story_ins(s);
        break;
    case 4:
        story_uns(s);
        break;
    case 5:
        story_script(s, "t.script", "E:\\server.ins", 205, 1);
        break;
    case 6:
        story_say(s, "t.stray", NULL, DX_FAILURE);
        break;
    case 7:
        story_say(s, NULL, NULL, DX_UNKNOWN);
        break;
    default:
        story_say(s, "t.install-mode", NULL, DX_CONTEXT);
        break;
    }
}

static void tell_something(dice *d, story *s, fixture *f)
{
    story_begin(s, f, "EX1", 1);
    for (uint32_t n = roll(d, 12); n > 0; n--)
        say_something(d, s);
}

static void assert_same_verdict(const dx_verdict *a, const dx_verdict *b)
{
    assert_int_equal(a->n_findings, b->n_findings);
    assert_int_equal(a->n_undecided, b->n_undecided);
    assert_int_equal(a->n_unexplained, b->n_unexplained);
    for (size_t i = 0; i < a->n_findings; i++) {
        assert_true(dx_str_eq(a->findings[i].diagnosis, b->findings[i].diagnosis));
        assert_int_equal(a->findings[i].confidence, b->findings[i].confidence);
        assert_string_equal(a->findings[i].key, b->findings[i].key);
    }
    for (size_t i = 0; i < a->n_undecided; i++)
        assert_string_equal(a->undecided[i].key, b->undecided[i].key);
}

static void test_the_same_attempt_gives_the_same_verdict(void **state)
{
    fixture *f = *state;
    dice d = {1};
    for (int i = 0; i < ROUNDS; i++) {
        story s;
        tell_something(&d, &s, f);
        const dx_verdict once = judge(&s), twice = judge(&s);
        assert_same_verdict(&once, &twice);
    }
}

static void test_what_happens_on_other_servers_does_not_matter(void **state)
{
    fixture f;
    dice d = {2};
    (void)state;
    fixture_open(&f, "  - id: t.far\n"
                     "    title: Far\n"
                     "    steps:\n"
                     "      - { as: stray, sees: t.stray, points: 40, why: w }\n"
                     "      - { as: ins, sees: t.ins, need: should, anywhere: true, points: 30,\n"
                     "          why: w }\n" REST);
    for (int i = 0; i < ROUNDS; i++) {
        story s, other[2];
        tell_something(&d, &s, &f);
        dx_case others[2];
        for (int k = 0; k < 2; k++) {
            tell_something(&d, &other[k], &f);
            others[k] = other[k].told;
            others[k].attempt.server = DX_LIT("EX2");
        }
        const dx_verdict alone = judge(&s), among = judge_among(&s, others, 2);
        assert_same_verdict(&alone, &among);
    }
    fixture_close(&f);
}

/* A copy of the story with a message that no rule sees put in somewhere. */
static void interrupt(dice *d, const story *s, story *out, fixture *f)
{
    const size_t at = roll(d, (uint32_t)s->told.n_events + 1);
    story_begin(out, f, "EX1", 1);
    for (size_t i = 0; i <= s->told.n_events; i++) {
        if (i == at)
            story_say(out, "t.noise", NULL, DX_HARMLESS);
        if (i == s->told.n_events)
            break;
        const uint32_t seq = (uint32_t)out->told.n_events + 1;
        out->event[out->told.n_events] = s->event[i];
        out->event[out->told.n_events].seq = seq;
        out->event[out->told.n_events].line = seq * 10;
        out->told.n_events++;
    }
}

static void test_an_unrelated_message_changes_nothing(void **state)
{
    fixture *f = *state;
    dice d = {3};
    for (int i = 0; i < ROUNDS; i++) {
        story s, more;
        tell_something(&d, &s, f);
        interrupt(&d, &s, &more, f);
        const dx_verdict before = judge(&s), after = judge(&more);
        assert_same_verdict(&before, &after);
        assert_int_equal(after.n_harmless, before.n_harmless + 1);
    }
}

static size_t times_listed(const dx_verdict *v, const dx_event *event)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_unexplained; i++)
        n += v->unexplained[i] == event;
    for (size_t i = 0; i < v->n_undecided; i++)
        for (size_t k = 0; k < v->undecided[i].n_events; k++)
            n += v->undecided[i].events[k] == event;
    return n;
}

static bool is_evidence(const dx_verdict *v, const dx_event *event)
{
    for (size_t i = 0; i < v->n_findings; i++)
        for (size_t k = 0; k < v->findings[i].n_evidence; k++)
            if (v->findings[i].evidence[k].event == event)
                return true;
    return false;
}

/* Evidence of a finding is never also called unexplained, and no failure gets lost: it is
 * evidence, in question, unexplained, or a repetition of what is explained or in question. */
static void test_every_failure_has_its_place(void **state)
{
    fixture *f = *state;
    dice d = {4};
    for (int i = 0; i < ROUNDS; i++) {
        story s;
        tell_something(&d, &s, f);
        const dx_verdict v = judge(&s);
        for (size_t k = 0; k < s.told.n_events; k++) {
            const dx_event *event = &s.told.events[k];
            const size_t listed = times_listed(&v, event);
            if (is_evidence(&v, event))
                assert_int_equal(listed, 0);
            else if (event->polarity == DX_FAILURE && v.n_findings + v.n_undecided == 0)
                assert_true(listed >= 1);
            assert_true(event->polarity != DX_CONTEXT || listed == 0);
        }
    }
}

static void test_confidence_is_the_clamped_sum_of_the_ledger(void **state)
{
    fixture *f = *state;
    dice d = {5};
    for (int i = 0; i < ROUNDS; i++) {
        story s;
        tell_something(&d, &s, f);
        const dx_verdict v = judge(&s);
        for (size_t k = 0; k < v.n_findings; k++) {
            int sum = 0;
            for (size_t e = 0; e < v.findings[k].n_evidence; e++)
                sum += v.findings[k].evidence[e].points;
            assert_int_equal(v.findings[k].confidence, sum);
            assert_in_range(v.findings[k].confidence, 30, 99);
            assert_true(k == 0 || v.findings[k - 1].confidence >= v.findings[k].confidence);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        fixture_test(test_the_same_attempt_gives_the_same_verdict),
        cmocka_unit_test(test_what_happens_on_other_servers_does_not_matter),
        fixture_test(test_an_unrelated_message_changes_nothing),
        fixture_test(test_every_failure_has_its_place),
        fixture_test(test_confidence_is_the_clamped_sum_of_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
