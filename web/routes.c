#include "web/screens.h"

enum { GET = 1, POST = 2 };

/* A '*' stands for one part of the path that is not empty. */
static const struct {
    const char *path;
    unsigned methods;
    dx_screen_fn *screen;
} routes[] = {
    {"/", GET, dx_screen_home},
    {"/inbox", GET, dx_screen_inbox},
    {"/search", GET, dx_screen_search},
    {"/findings/*", GET, dx_screen_finding},
    {"/findings/*/resolve", POST, dx_screen_resolve},
    {"/diagnoses/*/silence", POST, dx_screen_silence},
    {"/attempts/*", GET, dx_screen_attempt},
    {"/server", GET, dx_screen_server},
    {"/fleet", GET, dx_screen_fleet},
    {"/trends", GET, dx_screen_trends},
    {"/trends.svg", GET, dx_screen_trend_picture},
    {"/unknown", GET, dx_screen_unknown},
    {"/coverage", GET, dx_screen_coverage},
    {"/rules", GET, dx_screen_rules},
    {"/rules/*", GET, dx_screen_rule},
    {"/code", GET, dx_screen_code},
    {"/try", GET | POST, dx_screen_try},
    {"/upload", GET | POST, dx_screen_upload},
    {"/login", GET | POST, dx_screen_login},
    {"/theme", GET, dx_screen_theme},
    {"/assets/*", GET, dx_screen_asset},
    {"/favicon.ico", GET, dx_screen_asset},
    {"/api/v1", GET, dx_api_index},
    {"/api/v1/pulse", GET, dx_api_pulse},
    {"/api/v1/findings", GET, dx_api_findings},
    {"/api/v1/findings/*", GET, dx_api_finding},
    {"/api/v1/findings/*/resolve", POST, dx_api_resolve},
    {"/api/v1/diagnoses/*/silence", POST, dx_api_silence},
    {"/api/v1/attempts", GET, dx_api_attempts},
    {"/api/v1/attempts/*", GET, dx_api_attempt},
    {"/api/v1/servers", GET, dx_api_servers},
    {"/api/v1/heat", GET, dx_api_heat},
    {"/api/v1/trend", GET, dx_api_trend},
    {"/api/v1/lists/*", GET, dx_api_list},
    {"/api/v1/fixes", GET, dx_api_fixes},
    {"/api/v1/coverage", GET, dx_api_coverage},
    {"/api/v1/unknown", GET, dx_api_unknown},
    {"/api/v1/rules", GET, dx_api_rules},
    {"/api/v1/rules/*", GET, dx_api_rule},
    {"/api/v1/code", GET, dx_api_code},
    {"/api/v1/try", POST, dx_api_try},
    {"/api/v1/scan", POST, dx_api_scan},
};

static bool fits(dx_str path, const char *route, dx_str *part)
{
    dx_str rest = dx_str_of(route), piece, given;

    *part = DX_NONE;
    while (dx_str_next(&rest, '/', &piece)) {
        const bool any = dx_str_eq(piece, DX_LIT("*"));
        if (!dx_str_next(&path, '/', &given) || (any ? given.n == 0 : !dx_str_eq(piece, given)))
            return false;
        if (any)
            *part = given;
    }
    return path.p == NULL;
}

dx_screen_fn *dx_route_find(dx_request *q, unsigned *status)
{
    const unsigned method = q->post ? POST : GET;

    *status = 404;
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        dx_str part;
        if (!fits(q->path, routes[i].path, &part))
            continue;
        *status = 405;
        if (!(routes[i].methods & method))
            continue;
        q->part = part;
        return routes[i].screen;
    }
    return NULL;
}

bool dx_route_is_open(dx_str path)
{
    return dx_str_eq(path, DX_LIT("/login")) || dx_str_eq(path, DX_LIT("/favicon.ico")) ||
           dx_str_starts(path, DX_LIT("/assets/"));
}
