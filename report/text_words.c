#include <stdio.h>
#include <string.h>

#include "core/time.h"
#include "core/utf.h"
#include "report/cmdline.h"
#include "report/text.h"

const dx_report_attempt *dx_item_attempt(const dx_teller *t, const dx_item *item)
{
    return &t->report->attempts[item->attempt];
}

void dx_say(dx_teller *t, const char *words)
{
    dx_buf_add(&t->text, dx_str_of(words));
}

void dx_say_log(dx_teller *t, dx_str foreign)
{
    dx_page_show(&t->page, &t->text, foreign);
}

void dx_say_short(dx_teller *t, dx_str foreign, size_t columns)
{
    dx_page_show_short(&t->page, &t->text, foreign, columns);
}

void dx_say_product(dx_teller *t, const dx_attempt *a)
{
    const dx_str product = dx_attempt_fact(a, "product");
    const dx_str version = dx_attempt_fact(a, "version");

    if (product.n == 0) {
        dx_say(t, "setup");
        return;
    }
    dx_say_short(t, product, 40);
    if (version.n > 0 && dx_str_ifind(product, version, 0) == SIZE_MAX) {
        dx_say(t, " ");
        dx_say_short(t, version, 20);
    }
}

void dx_say_key(dx_teller *t, const char key[10])
{
    if (key[0])
        dx_buf_printf(&t->tail, "[key %.10s]", key);
}

void dx_say_attempt(dx_teller *t, const dx_attempt *a)
{
    char began[32];

    dx_buf_printf(&t->text, "attempt %u", (unsigned)a->ordinal);
    if (a->began_us == DX_NO_TIME) {
        dx_say(t, " (its time is not known)");
    } else {
        dx_time_short(a->began_us, began);
        dx_buf_printf(&t->text, " of %s UTC", began);
        if (a->zone.n > 0) {
            dx_say(t, " (zone: ");
            dx_say_short(t, a->zone, 30);
            dx_say(t, ")");
        }
    }
    dx_say(t, ", ");
    dx_say_product(t, a);
}

/* A page of ASCII shows other characters by their numbers. */
static bool shows(const dx_page *p, dx_str path)
{
    for (size_t i = 0; i < path.n && !p->unicode; i++)
        if ((unsigned char)path.p[i] >= 0x80)
            return false;
    return true;
}

bool dx_say_path(dx_teller *t, dx_str path)
{
    enum { HANG = 2, SIGNS_BEHIND = 2 };

    return shows(&t->page, path) && dx_cmdline_path(&t->tail, path) &&
           dx_utf_columns(dx_buf_str(&t->tail)) + HANG + SIGNS_BEHIND <= t->page.columns;
}

void dx_say_db(dx_teller *t)
{
    if (t->report->db.n == 0)
        return;
    dx_buf_char(t->tail.n > 0 ? &t->tail : &t->text, ' ');
    dx_buf_add(&t->tail, DX_LIT("--db "));
    const size_t before = t->tail.n;
    if (dx_say_path(t, t->report->db))
        return;
    t->tail.n = before;
    dx_buf_add(&t->tail, DX_LIT("STORE"));
}

void dx_say_place(dx_teller *t, const dx_case *of, uint32_t line, size_t columns)
{
    dx_buf name = {0};
    char number[16] = "";

    if (line > 0)
        (void)snprintf(number, sizeof number, ":%lu", (unsigned long)line);
    if (of) {
        dx_page_show_path(&t->page, &name, of->path);
        if (of->member.n > 0) {
            dx_buf_char(&name, '!');
            dx_page_show_path(&t->page, &name, of->member);
        }
    } else {
        dx_buf_add(&name, DX_LIT("another log"));
    }
    dx_path_shorten(&t->page, &t->tail, dx_buf_str(&name), columns - strlen(number));
    dx_buf_add(&t->tail, dx_str_of(number));
    t->page.failed |= name.failed;
    dx_buf_done(&name);
}

void dx_say_server(dx_teller *t, dx_str server)
{
    if (dx_server_named(server))
        dx_say_short(t, server, 24);
    else
        dx_say(t, "unknown server");
    dx_say(t, "  ");
}

void dx_say_title(dx_teller *t, dx_str title, dx_str id, size_t columns)
{
    dx_say_short(t, title.n > 0 ? title : id, columns);
}
