#include <string.h>

#include "cli/ask.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "core/time.h"

/* The place of a word in a list of names; the options were checked against the same words. */
static unsigned index_of(const char *const *names, const char *word)
{
    unsigned i = 0;

    while (names[i + 1] && strcmp(names[i], word) != 0)
        i++;
    return i;
}

static dx_rc no_arguments(const dx_ask *q, dx_err *err)
{
    if (q->in->n_args == 0)
        return DX_OK;
    const dx_str typed = dx_arena_printf(q->into, "trend %s", q->in->args[0]);
    const char *near = typed.p ? dx_command_nearest(typed.p) : NULL;
    if (near && strcmp(near, q->in->command->name) != 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "%s takes no '%s': did you mean 'setupdx %s'?",
                       q->in->command->name, q->in->args[0], near);
    return dx_fail(err, DX_E_USAGE, DX_NOWHERE,
                   "%s takes no '%s': there are trend, trend new, regressed, spreading, quiet and "
                   "fixes",
                   q->in->command->name, q->in->args[0]);
}

static dx_trend_of of_option(const dx_ask *q)
{
    const char *word = q->in->settings.trend_of;
    return word ? (dx_trend_of)index_of(dx_trend_of_names, word) : DX_OF_DIAGNOSIS;
}

/* Without --since: as much as one looks at together. */
static int64_t usual_window(dx_trend_by by)
{
    switch (by) {
    case DX_BY_DAY:
        return 4 * DX_WEEK_US;
    case DX_BY_MONTH:
        return 365 * DX_DAY_US;
    case DX_BY_WEEK:
    case DX_BY_VERSION:
    case DX_BY_SITE:
        break;
    }
    return 12 * DX_WEEK_US;
}

static dx_rc ask_trend(dx_ask *q, dx_answer *out, dx_err *err)
{
    const dx_settings *s = &q->in->settings;
    dx_trend_query query = {
        .of = of_option(q),
        .by = s->trend_by ? (dx_trend_by)index_of(dx_trend_by_names, s->trend_by) : DX_BY_WEEK,
        .where = q->where,
        .top = q->top,
        .skip = q->skip};
    dx_trend answer;

    if (no_arguments(q, err) != DX_OK)
        return DX_FAIL;
    if (query.where.until_us == DX_NO_TIME)
        query.where.until_us = q->now_us + 1;
    if (query.where.since_us == DX_NO_TIME)
        query.where.since_us = query.where.until_us - usual_window(query.by);
    if (dx_store_trend(q->store, &query, q->into, &answer, err) != DX_OK)
        return DX_FAIL;
    query.where = q->where; /* what was asked; the answer names its window */
    return dx_answer_trend(&q->asking, &query, &answer, q->into, out, err);
}

static int run_trend(const dx_invocation *in)
{
    return dx_ask_run(in, ask_trend);
}

static dx_rc ask_list(dx_ask *q, dx_list_kind kind, dx_answer *out, dx_err *err)
{
    const dx_settings *s = &q->in->settings;
    const dx_list_query query = {.kind = kind,
                                 .of = of_option(q),
                                 .now_us = q->now_us,
                                 .weeks = (unsigned)(s->weeks < 1000 ? s->weeks : 1000),
                                 .quiet = (unsigned)(s->quiet_weeks < 1000 ? s->quiet_weeks : 1000),
                                 .where = q->where,
                                 .top = q->top,
                                 .skip = q->skip};
    dx_list answer;

    if (no_arguments(q, err) != DX_OK ||
        dx_store_list(q->store, &query, q->into, &answer, err) != DX_OK)
        return DX_FAIL;
    return dx_answer_list(&q->asking, &query, &answer, q->into, out, err);
}

static dx_rc ask_new(dx_ask *q, dx_answer *out, dx_err *err)
{
    return ask_list(q, DX_LIST_NEW, out, err);
}

static dx_rc ask_regressed(dx_ask *q, dx_answer *out, dx_err *err)
{
    return ask_list(q, DX_LIST_REGRESSED, out, err);
}

static dx_rc ask_spreading(dx_ask *q, dx_answer *out, dx_err *err)
{
    return ask_list(q, DX_LIST_SPREADING, out, err);
}

static dx_rc ask_quiet(dx_ask *q, dx_answer *out, dx_err *err)
{
    return ask_list(q, DX_LIST_QUIET, out, err);
}

static dx_rc ask_fixes(dx_ask *q, dx_answer *out, dx_err *err)
{
    dx_fixes answer;

    if (no_arguments(q, err) != DX_OK ||
        dx_store_fixes(q->store, &q->where, q->into, &answer, err) != DX_OK)
        return DX_FAIL;
    return dx_answer_fixes(&q->asking, &q->where, &answer, q->into, out, err);
}

static int run_new(const dx_invocation *in)
{
    return dx_ask_run(in, ask_new);
}

static int run_regressed(const dx_invocation *in)
{
    return dx_ask_run(in, ask_regressed);
}

static int run_spreading(const dx_invocation *in)
{
    return dx_ask_run(in, ask_spreading);
}

static int run_quiet(const dx_invocation *in)
{
    return dx_ask_run(in, ask_quiet);
}

static int run_fixes(const dx_invocation *in)
{
    return dx_ask_run(in, ask_fixes);
}

/* ---- options ---- */

#define OPT_WEEKS(what)                                                                            \
    {                                                                                              \
        "weeks", 0, "N", DX_OPT_NUMBER, AT(weeks), NULL, what                                      \
    }
#define OPT_QUIET_WEEKS(what)                                                                      \
    {                                                                                              \
        "quiet-weeks", 0, "N", DX_OPT_NUMBER, AT(quiet_weeks), NULL, what                          \
    }
#define OPT_OF                                                                                     \
    {                                                                                              \
        "of", 0, "WHAT", DX_OPT_WORD, AT(trend_of),                                                \
            "signature diagnosis cause product server code",                                       \
            "what is counted: signature, diagnosis [default], cause, product, server or code"      \
    }
#define OPT_OF_LIST                                                                                \
    {                                                                                              \
        "of", 0, "WHAT", DX_OPT_WORD, AT(trend_of), "signature diagnosis cause product code",      \
            "what is listed: signature, diagnosis [default], cause, product or code"               \
    }

static const dx_option trend_options[] = {
    OPT_OF,
    {"by", 0, "WHAT", DX_OPT_WORD, AT(trend_by), "day week month version site",
     "in columns of: day, week [default], month, version or site"},
    OPT_SINCE,
    OPT_UNTIL,
    OPT_FILTER,
    OPT_PAGE,
    OPT_ANSWER,
    OPT_END,
};

static const dx_option new_options[] = {
    OPT_OF_LIST, OPT_WEEKS("first seen in the last N weeks [1]"), OPT_FILTER, OPT_PAGE, OPT_ANSWER,
    OPT_END,
};

static const dx_option regressed_options[] = {
    OPT_OF_LIST,
    OPT_WEEKS("seen again in the last N weeks [1]"),
    OPT_QUIET_WEEKS("after at least N weeks without it, or after a verified fix [8]"),
    OPT_FILTER,
    OPT_PAGE,
    OPT_ANSWER,
    OPT_END,
};

static const dx_option spreading_options[] = {
    OPT_OF_LIST, OPT_WEEKS("compare the halves of the last N weeks [6]"),
    OPT_FILTER,  OPT_PAGE,
    OPT_ANSWER,  OPT_END,
};

static const dx_option quiet_options[] = {
    OPT_WEEKS("servers that reported in the last N weeks [26]"),
    OPT_QUIET_WEEKS("and not in the last N [4]"),
    OPT_FILTER,
    OPT_PAGE,
    OPT_ANSWER,
    OPT_END,
};

static const dx_option fixes_options[] = {
    OPT_SINCE, OPT_UNTIL, OPT_FILTER, OPT_ANSWER, OPT_END,
};

/* ---- commands ---- */

const dx_command dx_command_trend = {
    .name = "trend",
    .arguments = "",
    .summary = "count failures over all servers, by week, version or site",
    .about =
        "Counts what is stored. Attempts that failed and that no diagnosis explains are a row of\n"
        "their own; the rows add up to the total. Without --since: this week and the 12 before (by "
        "day: 4\n"
        "weeks, by month: a year). Windows are widened to whole days, weeks or months (UTC).",
    .examples = "setupdx trend --db site.db\n"
                "setupdx trend --of product --by version --since 12w\n"
                "setupdx trend --of signature --by day --tag site=Berlin -f csv -o t.csv\n"
                "setupdx trend --by site -f html -o trend.html\n",
    .options = trend_options,
    .complete = "new regressed spreading quiet fixes",
    .run = run_trend,
};

const dx_command dx_command_trend_new = {
    .name = "trend new",
    .arguments = "",
    .summary = "list what was seen for the first time",
    .examples = "setupdx trend new\n"
                "setupdx trend new --weeks 4 --of signature\n"
                "setupdx trend new -f json\n",
    .options = new_options,
    .run = run_new,
};

const dx_command dx_command_trend_regressed = {
    .name = "trend regressed",
    .arguments = "",
    .summary = "list what came again after a fix, or after quiet weeks",
    .examples = "setupdx trend regressed\n"
                "setupdx trend regressed --weeks 2 --quiet-weeks 12\n"
                "setupdx trend regressed --of product\n",
    .options = regressed_options,
    .run = run_regressed,
};

const dx_command dx_command_trend_spreading = {
    .name = "trend spreading",
    .arguments = "",
    .summary = "list what is seen on more servers each week",
    .examples = "setupdx trend spreading\n"
                "setupdx trend spreading --weeks 8 --tag role=mail\n"
                "setupdx trend spreading --of cause -f csv\n",
    .options = spreading_options,
    .run = run_spreading,
};

const dx_command dx_command_trend_quiet = {
    .name = "trend quiet",
    .arguments = "",
    .summary = "list servers that used to report and stopped",
    .examples = "setupdx trend quiet\n"
                "setupdx trend quiet --quiet-weeks 2\n"
                "setupdx trend quiet --tag site=Berlin -f csv -o quiet.csv\n",
    .options = quiet_options,
    .run = run_quiet,
};

const dx_command dx_command_trend_fixes = {
    .name = "trend fixes",
    .arguments = "",
    .summary = "tell how often each fix was begun, verified or failed, and how long it took",
    .examples = "setupdx trend fixes\n"
                "setupdx trend fixes --since 12w\n"
                "setupdx trend fixes --product 'Contoso Agent' -f json\n",
    .options = fixes_options,
    .run = run_fixes,
};
