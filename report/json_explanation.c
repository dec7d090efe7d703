#include "report/explanation.h"
#include "report/json_objects.h"

static void put_checks(dx_json *j, const struct dx_explanation *a)
{
    dx_json_text(j, "rule", a->rule);
    dx_json_list(j, "checks");
    for (size_t i = 0; i < a->n_checks; i++) {
        dx_json_object(j, NULL);
        dx_json_str(j, "text", a->checks[i].text);
        dx_json_bool(j, "held", a->checks[i].held);
        dx_json_int(j, "points", a->checks[i].points);
        dx_json_line(j, "line", a->checks[i].line);
        dx_json_text(j, "quote", a->checks[i].quote);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_others(dx_json *j, const struct dx_explanation *a)
{
    dx_json_int(j, "all_others", a->all_others);
    dx_json_list(j, "others");
    for (size_t i = 0; i < a->n_others; i++) {
        const dx_attempt_row *r = &a->others[i];
        dx_json_object(j, NULL);
        dx_json_str(j, "server", r->server);
        dx_json_text(j, "product", r->product);
        dx_json_text(j, "version", r->version);
        dx_json_text(j, "key", r->key);
        dx_json_str(j, "state", dx_str_of(dx_state_names[r->state]));
        dx_json_int(j, "confidence", r->confidence);
        dx_json_time(j, "happened", r->happened_us);
        dx_json_end(j);
    }
    dx_json_end(j);
}

static void put_notes(dx_json *j, const dx_notes *notes)
{
    dx_json_list(j, "notes");
    for (size_t i = 0; i < notes->n; i++) {
        const dx_note *n = &notes->rows[i];
        dx_json_object(j, NULL);
        dx_json_str(j, "kind", dx_str_of(dx_note_words[n->kind]));
        dx_json_time(j, "at", n->at_us);
        dx_json_time(j, "until", n->until_us);
        dx_json_text(j, "what", n->what);
        dx_json_text(j, "ticket", n->ticket);
        dx_json_text(j, "by", n->by);
        dx_json_end(j);
    }
    dx_json_end(j);
}

void dx_json_explanation(dx_json *j, const struct dx_explanation *a)
{
    if (!a) {
        dx_json_null(j, "explanation");
        return;
    }
    dx_json_object(j, "explanation");
    dx_json_text(j, "what", a->what);
    dx_json_codes(j, a->codes, a->n_codes);
    dx_json_rivals(j, "nearest", a->nearest, a->n_nearest);
    dx_json_list(j, "ask");
    for (size_t i = 0; i < a->n_ask; i++)
        dx_json_str(j, NULL, a->ask[i]);
    dx_json_end(j);
    put_checks(j, a);
    dx_json_time(j, "first", a->first_us);
    dx_json_time(j, "last", a->last_us);
    dx_json_text(j, "standing", a->standing);
    put_others(j, a);
    put_notes(j, &a->notes);
    dx_json_end(j);
}
