#include "report/answer.h"

#include <inttypes.h>
#include <string.h>

#include "core/time.h"

#define DX_REGISTER(name) extern const dx_trend_format dx_trend_format_##name;
#include "report/trends.inc"
#undef DX_REGISTER

#define DX_REGISTER(name) &dx_trend_format_##name,
static const dx_trend_format *const formats[] = {
#include "report/trends.inc"
};
#undef DX_REGISTER

bool dx_answer_is_empty(const dx_answer *a)
{
    return a->n_rows == 0 || (a->n_rows == 1 && a->rows[0].all && a->rows[0].all->attempts == 0 &&
                              a->rows[0].all->events == 0);
}

size_t dx_trend_format_all(const dx_trend_format *const **out)
{
    *out = formats;
    return sizeof formats / sizeof formats[0];
}

const dx_trend_format *dx_trend_format_get(const char *name)
{
    for (size_t i = 0; name && i < sizeof formats / sizeof formats[0]; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

const char *const dx_line_names[] = {
    [DX_LINE_ID] = "id",
    [DX_LINE_REST] = "rest",
    [DX_LINE_UNCLASSIFIED] = "unclassified",
    [DX_LINE_NO_FAILURE] = "no failure",
    [DX_LINE_TOTAL] = "total",
};

const char *dx_line_words(dx_line_kind kind)
{
    switch (kind) {
    case DX_LINE_ID:
        return NULL;
    case DX_LINE_REST:
        return "All others";
    case DX_LINE_UNCLASSIFIED:
        return "Unclassified failures";
    case DX_LINE_NO_FAILURE:
        return "No failure";
    case DX_LINE_TOTAL:
        return "Total";
    }
    return NULL;
}

static void say_span(dx_buf *out, int64_t us)
{
    const int64_t minutes = us / (INT64_C(60) * DX_SECOND_US);

    if (minutes >= 48 * 60)
        dx_buf_printf(out, "%" PRId64 " d %" PRId64 " h", minutes / 1440, minutes / 60 % 24);
    else if (minutes >= 60)
        dx_buf_printf(out, "%" PRId64 " h %" PRId64 " min", minutes / 60, minutes % 60);
    else
        dx_buf_printf(out, "%" PRId64 " min", minutes);
}

void dx_value_say(dx_buf *out, dx_unit unit, const dx_value *v)
{
    char time[32];

    if (!v->known)
        return;
    switch (unit) {
    case DX_UNIT_TEXT:
        dx_buf_add(out, v->text);
        break;
    case DX_UNIT_LIST:
        for (size_t i = 0; i < v->n_texts; i++) {
            dx_buf_add(out, i ? DX_LIT(", ") : DX_LIT(""));
            dx_buf_add(out, v->texts[i]);
        }
        break;
    case DX_UNIT_COUNT:
        dx_buf_printf(out, "%" PRId64, v->number);
        break;
    case DX_UNIT_SHARE:
        dx_buf_printf(out, "%.1f %%", v->ratio * 100);
        break;
    case DX_UNIT_GROWTH:
        dx_buf_printf(out, "x %.1f", v->ratio);
        break;
    case DX_UNIT_TIME:
        dx_time_short(v->number, time);
        dx_buf_add(out, dx_str_slice(dx_str_of(time), 0, 10));
        break;
    case DX_UNIT_SPAN:
        say_span(out, v->number);
        break;
    }
}
