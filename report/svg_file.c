/* Charts that leave the page as files: all that the style sheet would say is in them. */
#include "report/html_chart_parts.h"

enum { WIDE = 960, EDGE = 24, HEAD = 72, FOOT = 40, LEGEND_WIDE = 150 };

/* The light theme of report/style.css: such a file ends in a document on white paper. */
static const char style[] =
    "<style>text{font:12px \"Segoe UI\",Arial,sans-serif;fill:#555c58}"
    ".title{font-size:18px;font-weight:600;fill:#1b1f1d}.sum{font-size:13px}"
    ".axis{stroke:#868b86}.grid{stroke:#d9dad4}.fill-bad{fill:#a8201a}.fill-warn{fill:#7d4e00}"
    ".fill-good{fill:#1a6a3a}.fill-info{fill:#1f56a8}.fill-plain{fill:#6a716c}</style>\n";

static void add_head(dx_buf *out, const dx_chart *chart, unsigned height)
{
    dx_buf_printf(out,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
                  "role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">",
                  WIDE, height);
    dx_html_text(out, chart->title);
    dx_buf_add(out, DX_LIT("</title>\n<desc id=\"d\">"));
    dx_html_text(out, chart->summary);
    dx_buf_printf(out,
                  "</desc>\n%s<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n"
                  "<text class=\"title\" x=\"%d\" y=\"32\">",
                  style, EDGE);
    dx_html_text(out, chart->title);
    dx_buf_printf(out, "</text>\n<text class=\"sum\" x=\"%d\" y=\"52\">", EDGE);
    dx_html_text(out, chart->summary);
    dx_buf_add(out, DX_LIT("</text>\n"));
}

static void add_legend(dx_buf *out, const dx_series *series, size_t n, unsigned y)
{
    for (size_t k = 0; k < n; k++) {
        const size_t x = EDGE + k * LEGEND_WIDE;
        dx_buf_printf(out,
                      "<rect class=\"fill-%s\" x=\"%zu\" y=\"%u\" width=\"10\" "
                      "height=\"10\" rx=\"2\"/><text x=\"%zu\" y=\"%u\">",
                      dx_tone_class(series[k].tone), x, y - 9, x + 16, y);
        dx_html_text(out, series[k].name);
        dx_buf_add(out, DX_LIT("</text>\n"));
    }
}

void dx_chart_columns_file(dx_buf *out, const dx_chart *chart, const dx_str *buckets,
                           size_t n_buckets, const dx_series *series, size_t n_series)
{
    const unsigned height = HEAD + DX_COLUMNS_HIGH + FOOT;

    add_head(out, chart, height);
    dx_buf_printf(out, "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\">", EDGE, HEAD,
                  WIDE - 2 * EDGE, DX_COLUMNS_HIGH);
    dx_svg_columns(out, buckets, n_buckets, series, n_series);
    dx_buf_add(out, DX_LIT("</svg>\n"));
    add_legend(out, series, n_series, height - 16);
    dx_buf_add(out, DX_LIT("</svg>\n"));
}
