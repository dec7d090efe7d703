#include "web/api.h"

static dx_rc to_body(void *ctx, dx_str bytes, dx_err *err)
{
    dx_response *a = ctx;
    dx_buf_add(&a->body, bytes);
    return a->body.failed ? dx_nomem(err) : DX_OK;
}

dx_out dx_api_body(dx_response *a)
{
    a->mime = "application/json";
    return (dx_out){.write = to_body, .ctx = a};
}

void dx_api_open(dx_api *api, const dx_request *q, dx_response *a, const char *kind)
{
    (void)q;
    *api = (dx_api){.answer = a, .out = dx_api_body(a)};
    dx_sink_open(&api->sink, &api->out, &api->sink_err);
    api->json = (dx_json){.sink = &api->sink, .pretty = true};
    dx_json_object(&api->json, NULL);
    dx_buf schema = {0};
    dx_buf_printf(&schema, "setupdx.%s/1", kind);
    dx_json_str(&api->json, "schema", dx_buf_str(&schema));
    dx_buf_done(&schema);
}

dx_rc dx_api_close(dx_api *api, dx_err *err)
{
    dx_json_end(&api->json);
    if (dx_sink_close(&api->sink) == DX_OK)
        return DX_OK;
    *err = api->sink_err;
    return DX_FAIL;
}

bool dx_api_has_store(const dx_request *q, dx_response *a)
{
    if (!q->store)
        dx_response_message(q, a, 503, q->store_trouble);
    return q->store != NULL;
}
