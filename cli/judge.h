/* Turns stored attempts into stored verdicts.  Scanning and rediagnosing share this. */
#ifndef DX_CLI_JUDGE_H
#define DX_CLI_JUDGE_H
#include "cli/crew.h"
#include "db/store.h"
#include "patterns/rulebook.h"

/* One stored attempt on its way to a verdict. */
typedef struct dx_judged {
    dx_case of;
    bool seen_before; /* it was stored before this scan */
    dx_verdict verdict;
    /* The verdict was made ahead, in the light of so many attempts of its log that name its server
     * (itself among them); it holds when these are all that is known of it.  0: it was not. */
    size_t foreseen;
    struct dx_report_attempt *shown; /* as the report will have it, or NULL */
    bool over; /* its verdict is stored already, and nothing that is known of others changes it */
} dx_judged;

typedef struct dx_judge {
    dx_store *store;
    const dx_rulebook *book;
    int64_t scan;   /* 0 = none: sightings are the latest ones */
    dx_str digest;  /* of the rules */
    dx_arena *into; /* cases and verdicts live here */
    dx_crew crew;   /* who helps, and where what these make lives; may be nobody */
    bool grouped;   /* dx_store_begin() was called already: dx_judge_all() commits that, too */
    /* Told of each of those to be judged but the ones that are over when it was weighed, by the
     * thread that did, a member of the crew; or NULL. */
    dx_rc (*weighed)(void *ctx, unsigned member, dx_judged *one, dx_err *err);
    void *weighed_ctx;
    /* Told what becomes of attempts that are not among those to be judged, or NULL; the verdict is
     * the callee's to change, until it returns. */
    dx_rc (*revised)(void *ctx, const dx_case *of, dx_verdict *verdict, dx_err *err);
    void *revised_ctx;
} dx_judge;

/* Weighs cases[self] in the light of the others (in order of time) and looks at what followed it;
 * nothing is written. */
DX_CHECK dx_rc dx_judge_case(const dx_rulebook *book, const dx_case *cases, size_t n, size_t self,
                             dx_arena *into, dx_verdict *out, dx_err *err);

/* Judges attempts[] (any order, each once; `of` filled in, if only in brief) in the light of all
 * that is stored of their servers, stores the verdicts (but of those that are over), and brings the
 * state of those servers' other findings up to date.  Attempts of an unknown server are seen
 * together only within one log.
 */
DX_CHECK dx_rc dx_judge_all(const dx_judge *j, dx_judged *const *attempts, size_t n, dx_err *err);

/* Looks again at what became of all that was found on one server; what was found stays. */
DX_CHECK dx_rc dx_judge_server(const dx_judge *j, dx_str server, dx_err *err);

/* Weighs one stored attempt (`of` filled in) in the light of those around it on its server, and
 * writes nothing. */
DX_CHECK dx_rc dx_judge_only(const dx_judge *j, dx_judged *attempt, dx_err *err);
#endif
