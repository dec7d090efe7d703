/* A connection that sends a byte now and then is never idle, so each has a deadline as well. */
#include "web/server.h"

enum { SECOND_US = 1000000 };

static int socket_of(const dx_web *web, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        web->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static dx_line *free_line(dx_web *web)
{
    for (size_t i = 0; i < DX_WEB_CONNECTIONS; i++)
        if (web->line[i].deadline_us == 0)
            return &web->line[i];
    return NULL;
}

void dx_lines_note(void *ctx, struct MHD_Connection *connection, void **of,
                   enum MHD_ConnectionNotificationCode what)
{
    dx_web *web = ctx;

    dx_mutex_lock(web->lines_lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        dx_line *line = free_line(web);
        if (line)
            *line =
                (dx_line){socket_of(web, connection), dx_os_now_us() + DX_WEB_HEADER_S * SECOND_US};
        *of = line;
    } else if (*of) {
        ((dx_line *)*of)->deadline_us = 0;
        *of = NULL;
    }
    dx_mutex_unlock(web->lines_lock);
}

void dx_lines_extend(dx_web *web, struct MHD_Connection *connection, unsigned seconds)
{
    const union MHD_ConnectionInfo *info =
        web->mhd.get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    dx_line *line = info ? info->socket_context : NULL;

    if (!line)
        return;
    dx_mutex_lock(web->lines_lock);
    line->deadline_us = dx_os_now_us() + (int64_t)seconds * SECOND_US;
    dx_mutex_unlock(web->lines_lock);
}

void dx_lines_tend(dx_web *web)
{
    const int64_t now = dx_os_now_us();

    dx_mutex_lock(web->lines_lock);
    for (size_t i = 0; i < DX_WEB_CONNECTIONS; i++)
        if (web->line[i].deadline_us && web->line[i].deadline_us < now)
            dx_os_hang_up(web->line[i].socket);
    dx_mutex_unlock(web->lines_lock);
}
