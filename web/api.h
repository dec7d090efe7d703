/* Inside web/: answers for programs (docs/api.md). */
#ifndef DX_WEB_API_H
#define DX_WEB_API_H
#include "core/fleet.h"
#include "report/json_write.h"
#include "web/request.h"

/* One JSON object that is collected in the answer's body. */
typedef struct dx_api {
    dx_response *answer;
    dx_out out;
    dx_sink sink;
    dx_err sink_err;
    dx_json json;
} dx_api;

/* Opens the object and gives it "schema": "setupdx.KIND/1". */
void dx_api_open(dx_api *api, const dx_request *q, dx_response *a, const char *kind);
DX_CHECK dx_rc dx_api_close(dx_api *api, dx_err *err);
/* A place that dx_out can write to: the answer's body. */
dx_out dx_api_body(dx_response *a);
/* DX_E_STORE-like answer 503 when there is no store; false then. */
bool dx_api_has_store(const dx_request *q, dx_response *a);
#endif
