#include "report/html_page.h"

#include "report/html_write.h"

static const char style[] =
#include "report/style.css.inc"
    ;

/* What Content-Security-Policy says of it: "'sha256-...'". */
static const char style_hash[] =
#include "report/style.css.sha256.inc"
    ;

dx_str dx_html_style(void)
{
    return (dx_str){style, sizeof style - 1};
}

void dx_html_page_open(dx_buf *out, dx_str title)
{
    dx_buf_printf(out,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src %s; base-uri 'none'; form-action 'none'\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n",
                  style_hash);
    dx_html_elem(out, "title", NULL, title);
    dx_buf_add(out, DX_LIT("\n<style>"));
    dx_buf_add(out, dx_html_style());
    dx_buf_add(out, DX_LIT("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to "
                           "the content</a>\n<main id=\"main\" class=\"wrap\">\n"));
}

void dx_html_page_close(dx_buf *out)
{
    dx_buf_add(out, DX_LIT("</main>\n</body>\n</html>\n"));
}
