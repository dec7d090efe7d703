#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/utf.h"
#include "web/kept.h"
#include "web/screens.h"
#include "web/server.h"

/* A field of a form while its bytes come in. */
typedef struct field {
    char name[32];
    dx_buf value;
} field;

typedef struct visit {
    dx_request q;
    bool stranger;    /* has no token where one is wanted */
    unsigned refused; /* with this status, once the headers are known */
    const char *why;
    struct MHD_PostProcessor *post;
    field field[DX_WEB_FIELDS];
    size_t n_fields;
    dx_buf file;
    dx_str file_name;
    size_t taken; /* bytes of values */
} visit;

/* ---- what comes in ---- */

typedef struct pairs {
    dx_arena *into;
    dx_pair *p;
    size_t n, cap;
    bool failed;
} pairs;

static enum MHD_Result add_pair(void *ctx, enum MHD_ValueKind kind, const char *key, size_t key_n,
                                const char *value, size_t value_n)
{
    pairs *list = ctx;
    const dx_pair pair = {dx_arena_copy(list->into, (dx_str){key, key_n}),
                          dx_arena_copy(list->into, (dx_str){value, value_n})};
    (void)kind;
    list->failed |=
        !pair.name.p || !pair.value.p || !DX_PUSH(list->into, list->p, list->n, list->cap, pair);
    return list->n < DX_WEB_FIELDS ? MHD_YES : MHD_NO;
}

static bool read_query(visit *v, struct MHD_Connection *connection)
{
    pairs list = {.into = v->q.arena};
    v->q.web->mhd.get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, add_pair, &list);
    v->q.query = list.p;
    v->q.n_query = list.n;
    return !list.failed;
}

static field *field_named(visit *v, const char *name)
{
    for (size_t i = 0; i < v->n_fields; i++)
        if (strcmp(v->field[i].name, name) == 0)
            return &v->field[i];
    if (v->n_fields == DX_WEB_FIELDS || strlen(name) >= sizeof v->field->name)
        return NULL;
    field *f = &v->field[v->n_fields++];
    memcpy(f->name, name, strlen(name) + 1);
    return f;
}

/* Called for each piece of each field; the field has no name where the form gives it none. */
static enum MHD_Result take_piece(void *ctx, enum MHD_ValueKind kind, const char *key,
                                  const char *file_name, const char *type, const char *encoding,
                                  const char *data, uint64_t offset, size_t n)
{
    visit *v = ctx;
    const bool is_file = key && file_name && strcmp(key, "file") == 0;
    field *f = is_file || !key ? NULL : field_named(v, key);
    dx_buf *into = is_file ? &v->file : f ? &f->value : NULL;

    (void)kind;
    (void)type;
    (void)encoding;
    (void)offset;
    v->taken += n;
    if (!key) {
        v->refused = MHD_HTTP_BAD_REQUEST;
        v->why = "A field of the form has no name.";
        return MHD_NO;
    }
    if (!into || (!is_file && into->n + n > DX_WEB_FORM_BYTES)) {
        v->refused = MHD_HTTP_CONTENT_TOO_LARGE;
        v->why = "The form is too large.";
        return MHD_NO;
    }
    if (is_file && !v->file_name.p)
        v->file_name = dx_arena_copy(v->q.arena, dx_str_of(file_name));
    dx_buf_add(into, (dx_str){data, n});
    return into->failed ? MHD_NO : MHD_YES;
}

static dx_theme theme_of(const dx_web *web, struct MHD_Connection *connection)
{
    const dx_str said =
        dx_str_of(web->mhd.lookup_connection_value(connection, MHD_COOKIE_KIND, "theme"));
    return dx_str_eq(said, DX_LIT("dark"))    ? DX_THEME_DARK
           : dx_str_eq(said, DX_LIT("light")) ? DX_THEME_LIGHT
                                              : DX_THEME_SYSTEM;
}

static visit *visit_new(dx_web *web, struct MHD_Connection *connection, const char *url, bool post)
{
    visit *v = calloc(1, sizeof *v);
    dx_arena *arena = v ? dx_arena_new(0) : NULL;

    if (!arena) {
        free(v);
        return NULL;
    }
    v->q = (dx_request){
        .web = web,
        .options = &web->options,
        .post = post,
        .arena = arena,
        .path = dx_arena_copy(arena, dx_str_of(url)),
        .theme = theme_of(web, connection),
        .csrf = dx_str_of(web->csrf),
        .login = web->options.token.n > 0,
        .now_us = web->options.now_us == DX_NO_TIME ? dx_os_now_us() : web->options.now_us,
    };
    v->q.json = dx_str_starts(v->q.path, DX_LIT("/api/"));
    return v;
}

static void visit_free(visit *v)
{
    if (v->post)
        v->q.web->mhd.destroy_post_processor(v->post);
    for (size_t i = 0; i < v->n_fields; i++)
        dx_buf_done(&v->field[i].value);
    dx_buf_done(&v->file);
    dx_arena_free(v->q.arena);
    free(v);
}

/* ---- before a body is read ---- */

static void refuse(visit *v, unsigned status, const char *why)
{
    if (v->refused == 0) {
        v->refused = status;
        v->why = why;
    }
}

/* Whoever has not signed in yet sends no more than what signing in takes. */
static long long most_of(const visit *v)
{
    return dx_route_is_open(v->q.path) ? DX_WEB_FORM_BYTES : DX_WEB_UPLOAD_BYTES;
}

static void refuse_large(visit *v)
{
    refuse(v, MHD_HTTP_CONTENT_TOO_LARGE,
           dx_route_is_open(v->q.path)
               ? "That is too large for signing in."
               : "That is too large for the page: 64 MiB at most. 'setupdx scan' has no such "
                 "limit.");
}

static void check_body(visit *v, struct MHD_Connection *connection)
{
    const char *length = v->q.web->mhd.lookup_connection_value(connection, MHD_HEADER_KIND,
                                                               MHD_HTTP_HEADER_CONTENT_LENGTH);
    long long n = 0;

    if (!v->q.post || v->stranger)
        return;
    if (length && (!dx_str_to_i64(dx_str_of(length), &n) || n < 0 || n > most_of(v)))
        refuse_large(v);
    if (v->refused)
        return;
    v->post = v->q.web->mhd.create_post_processor(connection, 16 * 1024, take_piece, v);
    if (!v->post)
        refuse(v, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
               "A form is wanted: application/x-www-form-urlencoded or multipart/form-data.");
}

static void look_at_headers(visit *v, struct MHD_Connection *connection, const char *method)
{
    const char *why = NULL;
    const unsigned refused = dx_guard_caller(v->q.web, connection, v->q.post, &why);

    if (refused)
        refuse(v, refused, why);
    if (!v->q.post && strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        refuse(v, MHD_HTTP_METHOD_NOT_ALLOWED, "Only GET, HEAD and POST are answered.");
    v->stranger = !dx_guard_token(v->q.web, connection) && !dx_route_is_open(v->q.path);
    check_body(v, connection);
    if (!read_query(v, connection))
        refuse(v, MHD_HTTP_INTERNAL_SERVER_ERROR, "Out of memory.");
}

static void take_body(visit *v, const char *data, size_t n)
{
    if (v->refused)
        return;
    if (v->taken + n > (size_t)most_of(v))
        refuse_large(v);
    else if (v->q.web->mhd.post_process(v->post, data, n) != MHD_YES)
        refuse(v, MHD_HTTP_BAD_REQUEST, "The form cannot be read.");
}

/* ---- the answer ---- */

/* What holds for every answer: nothing from elsewhere is loaded, nothing is framed or guessed. */
static const char *const headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    /* Not "no-referrer": a browser would then send forms with an origin of null. */
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
};

static void add_download(const dx_mhd *mhd, struct MHD_Response *r, const char *name)
{
    char value[80];

    (void)snprintf(value, sizeof value, "attachment; filename=\"%s\"", name);
    mhd->add_response_header(r, "Content-Disposition", value);
}

static void add_headers(const dx_mhd *mhd, struct MHD_Response *r, const dx_response *a)
{
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        mhd->add_response_header(r, headers[i][0], headers[i][1]);
    mhd->add_response_header(r, "Content-Type", a->mime ? a->mime : "text/html; charset=utf-8");
    mhd->add_response_header(r, "Cache-Control",
                             a->lasting ? "public, max-age=31536000, immutable" : "no-store");
    if (a->location.p)
        mhd->add_response_header(r, "Location", a->location.p);
    if (a->cookie.p)
        mhd->add_response_header(r, "Set-Cookie", a->cookie.p);
    if (a->status == MHD_HTTP_UNAUTHORIZED)
        mhd->add_response_header(r, "WWW-Authenticate", "Bearer realm=\"setupdx\"");
    if (a->download)
        add_download(mhd, r, a->download);
}

static enum MHD_Result send_answer(const dx_mhd *mhd, struct MHD_Connection *connection,
                                   dx_response *a)
{
    struct MHD_Response *r =
        a->fixed.p ? mhd->create_response_from_buffer(a->fixed.n, (void *)(uintptr_t)a->fixed.p,
                                                      MHD_RESPMEM_PERSISTENT)
                   : mhd->create_response_from_buffer(a->body.n, a->body.p, MHD_RESPMEM_MUST_FREE);

    if (!r) {
        dx_buf_done(&a->body);
        return MHD_NO;
    }
    if (!a->fixed.p)
        a->body = (dx_buf){0};
    add_headers(mhd, r, a);
    const enum MHD_Result sent =
        mhd->queue_response(connection, a->status ? a->status : MHD_HTTP_OK, r);
    mhd->destroy_response(r);
    return sent;
}

static unsigned status_of(const dx_err *err)
{
    return err->kind == DX_E_USAGE   ? MHD_HTTP_BAD_REQUEST
           : err->kind == DX_E_LIMIT ? MHD_HTTP_SERVICE_UNAVAILABLE
                                     : MHD_HTTP_INTERNAL_SERVER_ERROR;
}

/* A screen with a handle of the store, or with the reason why there is none. */
static void make_answer(visit *v, dx_screen_fn *screen, dx_response *a)
{
    dx_err err = {0}, trouble = {0};
    size_t which;

    v->q.store = dx_readers_take(v->q.web, &which, &trouble);
    if (!v->q.store)
        v->q.store_trouble = dx_str_of(trouble.text);
    if (screen(&v->q, a, &err) != DX_OK) {
        dx_buf_clear(&a->body);
        dx_response_message(&v->q, a, status_of(&err), dx_str_of(err.text));
    }
    if (v->q.store)
        dx_readers_give(v->q.web, which);
}

static void answer_with_store(visit *v, dx_screen_fn *screen, dx_response *a)
{
    dx_kept *kept = v->q.web->kept;
    const dx_str key = dx_kept_key(&v->q);
    const uint64_t stamp = key.p ? dx_kept_stamp(v->q.options->store) : 0;

    if (key.p && dx_kept_get(kept, key, stamp, a))
        return;
    make_answer(v, screen, a);
    if (key.p && a->status == 0)
        dx_kept_put(kept, key, stamp, a);
}

void dx_visit_ahead(void *ctx)
{
    visit *v = visit_new(ctx, NULL, "/inbox", false);
    dx_response a = {0};

    if (!v)
        return;
    answer_with_store(v, dx_screen_inbox, &a);
    dx_buf_done(&a.body);
    visit_free(v);
}

static void answer(visit *v, dx_response *a)
{
    unsigned status = 0;
    dx_screen_fn *screen = v->refused ? NULL : dx_route_find(&v->q, &status);

    if (v->refused)
        dx_response_message(&v->q, a, v->refused, dx_str_of(v->why));
    else if (v->stranger)
        dx_response_login(&v->q, a);
    else if (!screen)
        dx_response_message(&v->q, a, status,
                            status == MHD_HTTP_NOT_FOUND
                                ? DX_LIT("There is nothing at this address.")
                                : DX_LIT("That does not work at this address."));
    else if (v->q.post && !dx_guard_same(dx_request_form(&v->q, "csrf"), v->q.csrf))
        dx_response_message(&v->q, a, MHD_HTTP_FORBIDDEN,
                            DX_LIT("The form is from before the page was started anew. Load it "
                                   "again and repeat what you did."));
    else
        answer_with_store(v, screen, a);
    if (a->body.failed) {
        dx_buf_done(&a->body);
        a->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
        a->fixed = DX_LIT("Out of memory.\n");
        a->mime = "text/plain; charset=utf-8";
    }
}

static bool close_form(visit *v)
{
    dx_pair *form = dx_arena_get(v->q.arena, (v->n_fields + 1) * sizeof *form);

    if (v->post && v->q.web->mhd.destroy_post_processor(v->post) != MHD_YES && !v->refused)
        refuse(v, MHD_HTTP_BAD_REQUEST, "The form is not complete.");
    v->post = NULL;
    for (size_t i = 0; form && i < v->n_fields; i++)
        form[i] = (dx_pair){dx_str_of(v->field[i].name), dx_buf_str(&v->field[i].value)};
    v->q.form = form;
    v->q.n_form = v->n_fields;
    v->q.file_name = v->file_name;
    v->q.file = v->file.n ? dx_buf_str(&v->file) : v->file_name.n ? DX_LIT("") : DX_NONE;
    return form != NULL;
}

static enum MHD_Result finish(visit *v, struct MHD_Connection *connection)
{
    dx_response a = {0};
    return close_form(v) ? (answer(v, &a), send_answer(&v->q.web->mhd, connection, &a)) : MHD_NO;
}

enum MHD_Result dx_visit(void *web, struct MHD_Connection *connection, const char *url,
                         const char *method, const char *version, const char *upload_data,
                         size_t *upload_size, void **state)
{
    visit *v = *state;

    (void)version;
    if (!v) {
        dx_lines_extend(web, connection, DX_WEB_ANSWER_S);
        v = *state = visit_new(web, connection, url, strcmp(method, "POST") == 0);
        if (!v)
            return MHD_NO;
        look_at_headers(v, connection, method);
        /* A body that is not wanted is not waited for. */
        return v->refused || (v->stranger && v->q.post) ? finish(v, connection) : MHD_YES;
    }
    if (*upload_size) {
        take_body(v, upload_data, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    return finish(v, connection);
}

void dx_visit_over(void *web, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode how)
{
    (void)how;
    if (*state)
        visit_free(*state);
    *state = NULL;
    dx_lines_extend(web, connection, DX_WEB_HEADER_S);
}
