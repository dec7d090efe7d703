/* Reports made by hand, and a place where formats write to. */
#ifndef TESTS_REPORT_FIXTURE_H
#define TESTS_REPORT_FIXTURE_H
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf.h"
#include "report/report.h"

/* The failure of KB Q263072 on one server. */
typedef struct seed {
    dx_field dll[2], script[2];
    dx_event event[3];
    const dx_event *unexplained[3];
    dx_fact fact[2];
    dx_case of;
    dx_evidence evidence[5];
    dx_fix_step fix[3];
    dx_str refs[2], absent[1];
    dx_rival rival[1];
    dx_finding finding[1];
    dx_undecided undecided[1];
    dx_verdict verdict;
    struct dx_report_history history[1];
    dx_report_attempt attempt;
    dx_report_source source;
    dx_report report;
} seed;

static inline void seed_events(seed *s)
{
    s->dll[0] = (dx_field){DX_LIT("dll"), DX_T_WINPATH,
                           DX_LIT("C:\\Documents and Settings\\Administrator\\WINDOWS\\system32\\"
                                  "cdonts.dll"),
                           0};
    s->dll[1] = (dx_field){DX_LIT("code"), DX_T_HEX32, DX_LIT("0d"), 0};
    s->script[0] =
        (dx_field){DX_LIT("file"), DX_T_WINPATH, DX_LIT("C:\\EXCHSRVR\\bin\\cdo.ins"), 0};
    s->script[1] = (dx_field){DX_LIT("code"), DX_T_HEX32, DX_LIT("0xc002007e"), 0xc002007e};
    s->event[0] = (dx_event){
        .signature = DX_LIT("exch55.selfreg-failed"),
        .attempt = 2,
        .line = 412,
        .last_line = 413,
        .seq = 40,
        .time_us = DX_NO_TIME,
        .n_fields = 2,
        .fields = s->dll,
        .text = DX_LIT("Self registration of the DLL C:\\Documents and\n"
                       "Settings\\Administrator\\WINDOWS\\system32\\cdonts.dll failed : 0d.")};
    s->event[1] = (dx_event){
        .signature = DX_LIT("exch55.ins-module-missing"),
        .base = DX_LIT("exch55.process-file"),
        .attempt = 2,
        .line = 415,
        .last_line = 418,
        .seq = 41,
        .time_us = DX_NO_TIME,
        .n_fields = 2,
        .fields = s->script,
        .text = DX_LIT("Processing file 'C:\\EXCHSRVR\\bin\\cdo.ins', at or near line 7\r\n"
                       "The specified module could not be found.\r\nMicrosoft Windows NT\r\n"
                       "ID no: 0xc002007e")};
    s->event[2] = (dx_event){.polarity = DX_UNKNOWN,
                             .level = DX_LEVEL_ERROR,
                             .attempt = 2,
                             .line = 430,
                             .last_line = 430,
                             .seq = 45,
                             .time_us = INT64_C(960973920000000),
                             .text = DX_LIT("Error: setup gives up")};
}

static inline void seed_case(seed *s)
{
    s->fact[0] = (dx_fact){DX_LIT("product"), DX_LIT("Exchange Server 5.5"), 401, DX_LIT("log")};
    s->fact[1] = (dx_fact){DX_LIT("version"), DX_LIT("SP3"), 402, DX_LIT("log")};
    s->of.attempt = (dx_attempt){.ordinal = 2,
                                 .server = DX_LIT("MAIL01"),
                                 .format = DX_LIT("exchange-setup-log"),
                                 .outcome = DX_FAILED,
                                 .outcome_line = 431,
                                 .outcome_text = DX_LIT("Setup ended with errors."),
                                 .opened = true,
                                 .began_us = INT64_C(960973920000000),
                                 .ended_us = DX_NO_TIME,
                                 .zone = DX_LIT("assumed UTC"),
                                 .first_line = 400,
                                 .last_line = 431,
                                 .n_facts = 2,
                                 .facts = s->fact,
                                 .errors = 3};
    s->of.path = DX_LIT("mail01/Exchange Server Setup.log");
    s->of.n_events = 3;
    s->of.events = s->event;
}

static inline void seed_finding(seed *s)
{
    s->evidence[0] = (dx_evidence){DX_LIT("reg"), DX_LIT("Setup could not register cdonts.dll"), 30,
                                   &s->event[0]};
    s->evidence[1] = (dx_evidence){DX_LIT("ins"), DX_LIT("then the script cdo.ins missed a module"),
                                   30, &s->event[1]};
    s->evidence[2] = (dx_evidence){DX_LIT("uns"), DX_LIT("smtp.uns was not seen"), 0, NULL};
    s->evidence[3] = (dx_evidence){
        DX_NONE,
        DX_LIT(
            "the DLL was looked for in one user's own WINDOWS folder, as happens in execute mode"),
        25, &s->event[0]};
    s->fix[0] = (dx_fix_step){
        DX_LIT("At a command prompt, switch Terminal Services to install mode."),
        DX_LIT("change user /install"), DX_LIT("User session is ready to install applications."),
        DX_LIT("change user /execute")};
    s->fix[1] =
        (dx_fix_step){DX_LIT("Run the Internet Mail Wizard again and check that the Internet "
                             "Mail Service is installed."),
                      DX_NONE, DX_NONE, DX_NONE};
    s->fix[2] =
        (dx_fix_step){DX_LIT("Switch back to execute mode."), DX_LIT("change user /execute"),
                      DX_LIT("User session is ready to execute applications."), DX_NONE};
    s->refs[0] = DX_LIT("KB Q263072");
    s->refs[1] = DX_LIT("KB Q248340");
    s->absent[0] = DX_LIT("the message about smtp.uns");
    s->rival[0] =
        (dx_rival){DX_LIT("exch55.cdonts-missing"), DX_LIT("cdonts.dll is missing from system32"),
                   DX_LIT("Look at the folder in the first message."), 0, DX_NONE};
    s->finding[0] = (dx_finding){
        .key = "7f3c-19aa",
        .diagnosis = DX_LIT("exch55.ims-ts-execute-mode"),
        .title =
            DX_LIT("The Internet Mail Service was set up while Terminal Services ran in execute "
                   "mode"),
        .applies = DX_LIT("Exchange Server 5.5 SP3 on Windows 2000 with Terminal Services"),
        .cause_class = DX_LIT("terminal-services-execute-mode"),
        .cause =
            DX_LIT("Terminal Services were in execute mode. Each user then has a WINDOWS folder "
                   "of their own, and Setup cannot register the DLLs it needs."),
        .server = DX_LIT("MAIL01"),
        .attempt = 2,
        .confidence = 85,
        .n_evidence = 4,
        .n_fix = 3,
        .n_refs = 2,
        .n_rivals = 1,
        .n_absent = 1,
        .evidence = s->evidence,
        .fix = s->fix,
        .refs = s->refs,
        .rivals = s->rival,
        .absent = s->absent};
    s->history[0] =
        (struct dx_report_history){6, 9, 4, 2, INT64_C(960973920000000), INT64_C(990180000000000)};
}

/* One attempt with one finding and one error nobody knows. */
static inline void seed_make(seed *s)
{
    memset(s, 0, sizeof *s);
    seed_events(s);
    seed_case(s);
    seed_finding(s);
    s->unexplained[0] = &s->event[2];
    s->verdict = (dx_verdict){.n_findings = 1,
                              .n_unexplained = 1,
                              .findings = s->finding,
                              .undecided = s->undecided,
                              .unexplained = s->unexplained};
    s->attempt = (dx_report_attempt){.of = &s->of, .verdict = &s->verdict, .history = s->history};
    s->source = (dx_report_source){.path = s->of.path,
                                   .format = DX_LIT("exchange-setup-log"),
                                   .encoding = DX_LIT("cp1252"),
                                   .encoding_how = DX_LIT("guessed"),
                                   .bytes = 20000,
                                   .lines = 431,
                                   .attempts = 2};
    s->report = (dx_report){.program_version = DX_LIT("0.1.0"),
                            .ruleset_version = DX_LIT("2026.11"),
                            .ruleset_digest = DX_LIT("00112233445566778899aabbccddeeff"),
                            .ruleset_us = INT64_C(1793491200000000),
                            .now_us = INT64_C(1795305600000000),
                            .store = DX_LIT(":memory:"),
                            .complete = true,
                            .n_sources = 1,
                            .n_attempts = 1,
                            .sources = &s->source,
                            .attempts = &s->attempt};
}

/* The same attempt without any knowledge about it. */
static inline void seed_make_plain(seed *s, dx_outcome outcome)
{
    seed_make(s);
    s->of.attempt.outcome = outcome;
    s->verdict = (dx_verdict){
        .findings = s->finding, .undecided = s->undecided, .unexplained = s->unexplained};
}

/* The evidence fits two causes. */
static inline void seed_make_undecided(seed *s, const dx_rival candidates[2],
                                       const dx_event *const events[1])
{
    seed_make_plain(s, DX_FAILED);
    s->undecided[0] =
        (dx_undecided){.key = "0bad-cafe",
                       .server = DX_LIT("MAIL01"),
                       .attempt = 2,
                       .n_events = 1,
                       .n_candidates = 2,
                       .events = events,
                       .candidates = candidates,
                       .question = DX_LIT("Send the setup log of the whole attempt.")};
    s->verdict.n_undecided = 1;
}

/* ---- where formats write to ---- */

typedef struct catcher {
    dx_buf got;
    size_t writes, fail_at; /* fail_at: the write that fails, from 1; 0 = none */
} catcher;

static inline dx_rc catch_bytes(void *ctx, dx_str bytes, dx_err *err)
{
    catcher *c = ctx;

    if (++c->writes == c->fail_at)
        return dx_fail(err, DX_E_IO, DX_NOWHERE, "broken pipe");
    dx_buf_add(&c->got, bytes);
    return DX_OK;
}

static inline dx_rc write_with(const char *format, const dx_report *r, const dx_style *style,
                               catcher *c)
{
    dx_err err = {0};
    const dx_out out = {catch_bytes, c};

    return dx_report_format_get(format)->write(r, style, &out, &err);
}

/* NUL-terminated; the caller frees it. */
static inline char *written(const char *format, const dx_report *r, const dx_style *style)
{
    catcher c = {0};

    assert_int_equal(write_with(format, r, style, &c), DX_OK);
    dx_buf_char(&c.got, '\0');
    assert_false(c.got.failed);
    return c.got.p;
}

static inline void assert_says(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("'%s' is missing in:\n%s", what, text);
}

static inline void assert_silent_on(const char *text, const char *what)
{
    if (strstr(text, what))
        fail_msg("'%s' is present in:\n%s", what, text);
}

#endif
