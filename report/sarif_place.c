#include "report/sarif_place.h"

#include <ctype.h>
#include <string.h>

/* A colon in the first part of a relative path would make it a scheme. */
static void put_path(dx_buf *out, dx_str path)
{
    for (size_t i = 0; i < path.n; i++) {
        const unsigned char c = (unsigned char)path.p[i];
        if (c == '\\')
            dx_buf_char(out, '/');
        else if (c < 0x80 && (isalnum(c) || (c && strchr("-._~/!$'()*,;=@", c))))
            dx_buf_char(out, (char)c);
        else
            dx_buf_printf(out, "%%%02X", c);
    }
}

/* What must stand before a path that begins at the root or at a drive. */
static const char *scheme_of(dx_str path)
{
    if (path.n > 1 && (path.p[0] == '/' || path.p[0] == '\\'))
        return path.p[1] == '/' || path.p[1] == '\\' ? "file:" : "file://";
    return path.n > 2 && isalpha((unsigned char)path.p[0]) && path.p[1] == ':' ? "file:///" : "";
}

void dx_sarif_uri(dx_json *j, dx_str path, dx_str member)
{
    dx_buf uri = {0};

    dx_buf_add(&uri, dx_str_of(scheme_of(path)));
    if (scheme_of(path)[0] && path.p[1] == ':') {
        dx_buf_printf(&uri, "%c:", path.p[0]);
        path = dx_str_slice(path, 2, path.n);
    }

    put_path(&uri, path.n > 0 || uri.n > 0 ? path : DX_LIT("unknown"));
    if (member.n > 0) {
        dx_buf_add(&uri, DX_LIT("!/"));
        put_path(&uri, member);
    }
    dx_json_str(j, "uri", dx_buf_str(&uri));
    j->sink->buf.failed |= uri.failed;
    dx_buf_done(&uri);
}

void dx_sarif_location(dx_json *j, dx_str path, dx_str member, uint32_t line, uint32_t last_line,
                       dx_str text)
{
    dx_json_object(j, NULL);
    dx_json_object(j, "physicalLocation");
    dx_json_object(j, "artifactLocation");
    dx_sarif_uri(j, path, member);
    dx_json_end(j);
    if (line > 0) {
        dx_json_object(j, "region");
        dx_json_int(j, "startLine", line);
        if (last_line > line)
            dx_json_int(j, "endLine", last_line);
        if (text.n > 0) {
            dx_json_object(j, "snippet");
            dx_json_str(j, "text", text);
            dx_json_end(j);
        }
        dx_json_end(j);
    }
    dx_json_end(j);
    dx_json_end(j);
}
