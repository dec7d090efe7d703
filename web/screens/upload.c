#include "web/report_view.h"
#include "web/screens.h"
#include "web/shell.h"

static void add_form(const dx_request *q, dx_buf *out)
{
    dx_shell_form(q, out, "/upload",
                  "class=\"fields card\" enctype=\"multipart/form-data\" data-drop");
    dx_buf_add(out, DX_LIT("<label class=\"drop\"><span>A log or an archive of logs (zip, cab, "
                           "tar, 7z), at most 64 MiB</span>"
                           "<input type=\"file\" name=\"file\" required></label>"
                           "<label><span>Server it comes from (when the log does not say)</span>"
                           "<input name=\"server\" maxlength=\"200\"></label>"
                           "<label class=\"check\"><input type=\"checkbox\" name=\"keep\" "
                           "value=\"yes\"><span>Keep the result in the store</span></label>"
                           "<div class=\"row\"><button class=\"button primary\">Diagnose</button>"
                           "<span class=\"meta\">Read in memory; nothing is stored unless you ask."
                           "</span></div></form>\n"));
}

static dx_rc add_result(const dx_request *q, dx_response *a, dx_err *err)
{
    const dx_web_service *service = &q->options->service;
    const dx_upload upload = {.name = q->file_name,
                              .bytes = q->file,
                              .server = dx_str_trim(dx_request_form(q, "server")),
                              .keep = dx_request_form(q, "keep").n > 0};
    dx_view_request view = {.q = q, .answer = a, .sources = true};

    dx_buf_add(&a->body, DX_LIT("<div class=\"cards\" id=\"result\">"));
    if (service->scan(service->ctx, &upload, dx_view_report, &view, err) != DX_OK)
        return DX_FAIL;
    if (upload.keep)
        dx_piece_notice(&a->body, "good", DX_LIT("Kept in the store."));
    dx_buf_add(&a->body, DX_LIT("</div>"));
    return DX_OK;
}

dx_rc dx_screen_upload(const dx_request *q, dx_response *a, dx_err *err)
{
    dx_rc rc = DX_OK;

    if (q->post && q->file.n == 0)
        return dx_fail(err, DX_E_USAGE, DX_NOWHERE, "No file came with the form, or an empty one.");
    if (q->post && !dx_view_slow(q, a))
        return DX_OK;
    dx_shell_open(q, &a->body,
                  &(dx_shell){.nav = DX_NAV_UPLOAD,
                              .title = DX_LIT("Upload logs"),
                              .lead = DX_LIT("Drop a log or a zip; what failed, why, and what to "
                                             "do comes back.")});
    add_form(q, &a->body);
    if (q->post) {
        rc = add_result(q, a, err);
        dx_view_rest(q);
    }
    dx_shell_close(q, &a->body);
    return rc;
}
