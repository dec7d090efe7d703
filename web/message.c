#include "report/json_write.h"
#include "web/api.h"
#include "web/shell.h"

static const char *heading_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *text;
    } headings[] = {{400, "That request makes no sense"},
                    {401, "A token is needed"},
                    {403, "Not allowed"},
                    {404, "Nothing here"},
                    {405, "Not that way"},
                    {413, "Too large"},
                    {421, "Unknown host name"},
                    {429, "Too many tries"},
                    {503, "Busy"}};

    for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
        if (headings[i].status == status)
            return headings[i].text;
    return "That did not work";
}

static void message_json(const dx_request *q, dx_response *a, unsigned status, dx_str sentence)
{
    dx_api api;
    dx_err ignored = {0};

    dx_api_open(&api, q, a, "error");
    dx_json_int(&api.json, "status", status);
    dx_json_str(&api.json, "message", sentence);
    if (dx_api_close(&api, &ignored) != DX_OK)
        a->body.failed = true;
}

void dx_response_message(const dx_request *q, dx_response *a, unsigned status, dx_str sentence)
{
    a->status = status;
    if (q->json) {
        message_json(q, a, status, sentence);
        return;
    }
    dx_shell_open(q, &a->body,
                  &(dx_shell){.nav = DX_NAV_NONE, .title = dx_str_of(heading_of(status))});
    dx_piece_notice(&a->body, status < 500 ? "warn" : "bad", sentence);
    dx_buf_add(&a->body, DX_LIT("<p><a class=\"button\" href=\"/inbox\">To the inbox</a></p>\n"));
    dx_shell_close(q, &a->body);
}

void dx_response_login(const dx_request *q, dx_response *a)
{
    if (q->json) {
        dx_response_message(q, a, 401, DX_LIT("Authorization: Bearer TOKEN is needed."));
        return;
    }
    a->status = 303;
    a->location = DX_LIT("/login");
}
