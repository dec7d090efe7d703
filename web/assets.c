#include "web/assets.h"

#include "core/hash.h"
#include "report/html_page.h"

static const char app_css[] =
#include "web/assets/app.css.inc"
    ;
static const char app_js[] =
#include "web/assets/app.js.inc"
    ;
static const char icon[] =
#include "web/assets/icon.svg.inc"
    ;
#ifdef DX_UPLOT
static const char uplot_js[] =
#include "web/assets/uplot.js.inc"
    ;
static const char uplot_css[] =
#include "web/assets/uplot.css.inc"
    ;
static const char charts_js[] =
#include "web/assets/charts.js.inc"
    ;
#endif

typedef struct asset {
    const char *path, *mime;
    dx_str bytes; /* empty: the style sheet that reports use, too */
} asset;

#define BYTES(a)                                                                                   \
    {                                                                                              \
        a, sizeof a - 1                                                                            \
    }
#define CSS "text/css; charset=utf-8"
#define JS  "text/javascript; charset=utf-8"

static const asset assets[] = {
    {"base.css", CSS, {NULL, 0}},         {"app.css", CSS, BYTES(app_css)},
    {"app.js", JS, BYTES(app_js)},        {"icon.svg", "image/svg+xml", BYTES(icon)},
#ifdef DX_UPLOT
    {"uplot.css", CSS, BYTES(uplot_css)}, {"uplot.js", JS, BYTES(uplot_js)},
    {"charts.js", JS, BYTES(charts_js)},
#endif
};

static dx_str bytes_of(const asset *a)
{
    return a->bytes.n ? a->bytes : dx_html_style();
}

/* The address changes with the content, so that a browser may keep it. */
static void address(dx_buf *out, const asset *a)
{
    dx_buf_printf(out, "/assets/%s?v=%08llx", a->path,
                  (unsigned long long)(dx_hash64(bytes_of(a), 0) >> 32));
}

static bool is_chart(const asset *a)
{
    return dx_str_starts(dx_str_of(a->path), DX_LIT("uplot")) ||
           dx_str_starts(dx_str_of(a->path), DX_LIT("charts"));
}

void dx_assets_head(dx_buf *out, bool charts)
{
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++) {
        const asset *a = &assets[i];
        const bool css = dx_str_ends(dx_str_of(a->path), DX_LIT(".css"));
        const bool js = dx_str_ends(dx_str_of(a->path), DX_LIT(".js"));
        if (is_chart(a) && !charts)
            continue;
        dx_buf_add(out, css  ? DX_LIT("<link rel=\"stylesheet\" href=\"")
                        : js ? DX_LIT("<script defer src=\"")
                             : DX_LIT("<link rel=\"icon\" href=\""));
        address(out, a);
        dx_buf_add(out, js ? DX_LIT("\"></script>\n") : DX_LIT("\">\n"));
    }
}

dx_rc dx_screen_asset(const dx_request *q, dx_response *a, dx_err *err)
{
    const bool favicon = dx_str_eq(q->path, DX_LIT("/favicon.ico"));
    const dx_str wanted = favicon ? DX_LIT("icon.svg") : q->part;

    (void)err;
    for (size_t i = 0; i < sizeof assets / sizeof *assets; i++) {
        if (!dx_str_eq(wanted, dx_str_of(assets[i].path)))
            continue;
        a->fixed = bytes_of(&assets[i]);
        a->mime = assets[i].mime;
        a->lasting = true;
        return DX_OK;
    }
    dx_response_message(q, a, 404, DX_LIT("There is nothing at this address."));
    return DX_OK;
}
