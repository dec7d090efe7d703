/* One object with the question, the rows and all that is known of each bucket. */
#include "report/answer.h"
#include "report/json_write.h"

static void put_value(dx_json *j, const dx_column *c, const dx_value *v)
{
    if (!v->known && c->unit != DX_UNIT_LIST) {
        dx_json_null(j, c->name);
        return;
    }
    switch (c->unit) {
    case DX_UNIT_TEXT:
        dx_json_str(j, c->name, v->text);
        break;
    case DX_UNIT_LIST:
        dx_json_list(j, c->name);
        for (size_t i = 0; i < v->n_texts; i++)
            dx_json_str(j, NULL, v->texts[i]);
        dx_json_end(j);
        break;
    case DX_UNIT_COUNT:
    case DX_UNIT_SPAN:
        dx_json_int(j, c->name, v->number);
        break;
    case DX_UNIT_SHARE:
    case DX_UNIT_GROWTH:
        dx_json_ratio(j, c->name, v->ratio);
        break;
    case DX_UNIT_TIME:
        dx_json_time(j, c->name, v->number);
        break;
    }
}

static void put_cell(dx_json *j, const char *key, const dx_trend_cell *c)
{
    dx_json_object(j, key);
    dx_json_int(j, "events", c->events);
    dx_json_int(j, "attempts", c->attempts);
    dx_json_int(j, "failures", c->failures);
    if (c->servers < 0)
        dx_json_null(j, "servers");
    else
        dx_json_int(j, "servers", c->servers);
    dx_json_int(j, "base", c->base);
    dx_json_end(j);
}

static void put_row(dx_json *j, const dx_answer *a, const dx_answer_row *row)
{
    dx_json_object(j, NULL);
    dx_json_str(j, "kind", dx_str_of(dx_line_names[row->kind]));
    dx_json_text(j, "id", row->id);
    dx_json_text(j, "title", row->title);
    for (size_t c = 0; c < a->n_columns; c++)
        put_value(j, &a->columns[c], &row->values[c]);
    if (row->all)
        put_cell(j, "all", row->all);
    dx_json_list(j, row->cells ? "cells" : "chart");
    j->pretty = false; /* a line for each row is enough */
    for (size_t b = 0; b < a->n_buckets; b++) {
        if (row->cells)
            put_cell(j, NULL, &row->cells[b]);
        else
            dx_json_int(j, NULL, row->chart[b]);
    }
    dx_json_end(j);
    j->pretty = true;
    dx_json_end(j);
}

static void put_question(dx_json *j, const dx_answer *a)
{
    dx_json_list(j, "question");
    for (size_t i = 0; i < a->n_asked; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "name", dx_str_of(a->asked[i].name));
        dx_json_str(j, "value", a->asked[i].value);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_buckets(dx_json *j, const dx_answer *a)
{
    dx_json_text(j, "chart_of", dx_str_of(a->chart_of));
    dx_json_list(j, "buckets");
    for (size_t b = 0; b < a->n_buckets; b++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "name", a->buckets[b].name);
        dx_json_time(j, "from", a->buckets[b].from_us);
        dx_json_time(j, "to", a->buckets[b].to_us);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_notes(dx_json *j, const dx_answer *a)
{
    dx_json_list(j, "notes");
    for (size_t i = 0; i < a->n_notes; i++)
        dx_json_str(j, NULL, a->notes[i]);
    dx_json_end(j);
}

static dx_rc write_json(const dx_answer *a, const dx_style *style, const dx_out *out, dx_err *err)
{
    dx_sink sink;
    dx_json j = {.sink = &sink, .pretty = true};

    (void)style;
    dx_sink_open(&sink, out, err);
    dx_json_object(&j, NULL);
    dx_json_str(&j, "schema", dx_str_of(a->schema));
    dx_json_text(&j, "version", a->program_version);
    dx_json_text(&j, "store", a->store);
    dx_json_time(&j, "now", a->now_us);
    dx_json_bool(&j, "partial", a->partial);
    dx_json_str(&j, "title", a->title);
    dx_json_text(&j, "summary", a->summary);
    put_question(&j, a);
    put_buckets(&j, a);
    dx_json_list(&j, "rows");
    for (size_t i = 0; i < a->n_rows && dx_sink_poll(&sink); i++)
        put_row(&j, a, &a->rows[i]);
    dx_json_end(&j);
    put_notes(&j, a);
    dx_json_end(&j);
    return dx_sink_close(&sink);
}

const dx_trend_format dx_trend_format_json = {
    .name = "json",
    .mime = "application/json",
    .help = "one JSON object with everything",
    .write = write_json,
};
