/* What the tests about sources share: a scratch folder, archives made in memory, walks. */
#ifndef DX_TESTS_PARSER_PACKS_H
#define DX_TESTS_PARSER_PACKS_H
#include <archive.h>
#include <archive_entry.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "core/buf.h"
#include "core/os.h"
#include "core/time.h"
#include "parser/source.h"

enum { LISTED = 64 };

/* Everything that one walk gave, as text. */
typedef struct heard {
    size_t n_logs, n_skips;
    char log[LISTED][400];   /* "path!/member" without the scratch folder */
    char skip[LISTED][1100]; /* "path!/member: why", "damage " before it when it is one */
    bool asked[LISTED];
    int64_t modified[LISTED];
    dx_buf content[LISTED];
    dx_err error[LISTED]; /* with a kind when reading broke */
} heard;

static char scratch[200];

static inline const char *in_scratch(const char *name)
{
    static char path[8][600];
    static unsigned turn;
    char *p = path[turn++ % 8];
    snprintf(p, sizeof path[0], "%s/%s", scratch, name);
    return p;
}

static inline void write_file(const char *name, dx_str content)
{
    dx_err err;
    const char *path = in_scratch(name);
    char dir[600];
    snprintf(dir, sizeof dir, "%s", path);
    *strrchr(dir, '/') = '\0';
    assert_int_equal(dx_os_make_dirs(dir, &err), DX_OK);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(content.p, 1, content.n, f), content.n);
    assert_int_equal(fclose(f), 0);
}

static inline int make_scratch(void **state)
{
    (void)state;
    dx_err err;
    snprintf(scratch, sizeof scratch, "%s/setupdx-test-%lld-%p",
             dx_os_env("TMPDIR") ? dx_os_env("TMPDIR") : "/tmp", (long long)dx_os_now_us(),
             (void *)&err);
    return dx_os_make_dirs(scratch, &err) == DX_OK ? 0 : -1;
}

static inline int drop_scratch(void **state)
{
    (void)state;
    char command[600];
    snprintf(command, sizeof command, "chmod -R u+rwx '%s'; rm -rf '%s'", scratch, scratch);
    return system(command);
}

static inline void name_of(char *out, size_t cap, dx_str path, dx_str member)
{
    const size_t skip = dx_str_starts(path, dx_str_of(scratch)) ? strlen(scratch) + 1 : 0;
    path = dx_str_slice(path, skip, path.n);
    snprintf(out, cap, "%.*s%s%.*s", DX_FMT(path), member.n ? "!/" : "", DX_FMT(member));
}

static inline void hear_skip(void *ctx, const dx_skip *skip)
{
    heard *h = ctx;
    char name[400];
    assert_true(h->n_skips < LISTED);
    name_of(name, sizeof name, skip->path, skip->member);
    h->asked[h->n_skips] = skip->asked;
    snprintf(h->skip[h->n_skips++], sizeof h->skip[0], "%s%s: %s", skip->damage ? "damage " : "",
             name, skip->why.text);
}

/* Reads a source to its end in pieces of `piece` bytes. */
static inline void drain(dx_source *s, size_t piece, dx_buf *into, dx_err *error)
{
    char bytes[4096];
    size_t got = 1;
    assert_true(piece <= sizeof bytes);
    while (got) {
        if (dx_source_read(s, bytes, piece, &got, error) == DX_FAIL)
            return;
        dx_buf_add(into, (dx_str){bytes, got});
    }
}

static inline heard *walk(const dx_limits *limits, const char *const *paths, size_t n)
{
    heard *h = calloc(1, sizeof *h);
    assert_non_null(h);
    dx_err err = {0};
    dx_walk *w;
    dx_source *s;
    const dx_walk_options options = {limits, hear_skip, h};
    assert_int_equal(dx_walk_open(&w, paths, n, &options, &err), DX_OK);
    dx_rc rc;
    while ((rc = dx_walk_next(w, &s, &err)) == DX_OK) {
        assert_true(h->n_logs < LISTED);
        const size_t i = h->n_logs++;
        name_of(h->log[i], sizeof h->log[i], dx_source_path(s), dx_source_member(s));
        h->modified[i] = dx_source_modified(s);
        drain(s, 4096, &h->content[i], &h->error[i]);
    }
    assert_int_equal(rc, DX_END);
    assert_int_equal(dx_walk_next(w, &s, &err), DX_END);
    dx_walk_close(w);
    return h;
}

static inline heard *walk_one(const char *name)
{
    const char *path = in_scratch(name);
    return walk(NULL, &path, 1);
}

static inline void forget(heard *h)
{
    for (size_t i = 0; i < LISTED; i++)
        dx_buf_done(&h->content[i]);
    free(h);
}

static inline void assert_log(const heard *h, size_t i, const char *name, const char *content)
{
    assert_true(i < h->n_logs);
    assert_string_equal(h->log[i], name);
    assert_int_equal(h->error[i].kind, DX_E_NONE);
    assert_string_equal(h->content[i].p ? h->content[i].p : "", content);
}

static inline void assert_skip(const heard *h, size_t i, const char *start, const char *part)
{
    assert_true(i < h->n_skips);
    assert_memory_equal(h->skip[i], start, strlen(start));
    if (!strstr(h->skip[i], part))
        fail_msg("'%s' does not say '%s'", h->skip[i], part);
}

/* Archives in memory. */
typedef struct part {
    const char *name;
    dx_str content;
} part;

static inline la_ssize_t keep(struct archive *a, void *ctx, const void *bytes, size_t n)
{
    (void)a;
    dx_buf_add(ctx, (dx_str){bytes, n});
    return (la_ssize_t)n;
}

static inline void put_part(struct archive *a, const part *p)
{
    struct archive_entry *e = archive_entry_new();
    assert_non_null(e);
    archive_entry_set_pathname(e, p->name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_mtime(e, 990000000, 0);
    archive_entry_set_size(e, (la_int64_t)p->content.n);
    assert_int_equal(archive_write_header(a, e), ARCHIVE_OK);
    if (p->content.n)
        assert_int_equal(archive_write_data(a, p->content.p, p->content.n), p->content.n);
    archive_entry_free(e);
}

/* format: "zip", "7zip", "ustar", "raw"; filter: "none", "gzip", ...; options may be NULL. */
static inline dx_buf pack_with(const char *format, const char *filter, const char *options,
                               const char *password, const part *parts, size_t n)
{
    dx_buf out = {0};
    struct archive *a = archive_write_new();
    assert_non_null(a);
    assert_int_equal(archive_write_set_format_by_name(a, format), ARCHIVE_OK);
    if (strcmp(filter, "none") != 0)
        assert_int_equal(archive_write_add_filter_by_name(a, filter), ARCHIVE_OK);
    archive_write_set_bytes_in_last_block(a, 1);
    if (options)
        assert_int_equal(archive_write_set_options(a, options), ARCHIVE_OK);
    if (password)
        assert_int_equal(archive_write_set_passphrase(a, password), ARCHIVE_OK);
    assert_int_equal(archive_write_open(a, &out, NULL, keep, NULL), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++)
        put_part(a, &parts[i]);
    assert_int_equal(archive_write_close(a), ARCHIVE_OK);
    archive_write_free(a);
    assert_false(out.failed);
    return out;
}

static inline dx_buf pack(const char *format, const char *filter, const part *parts, size_t n)
{
    return pack_with(format, filter, NULL, NULL, parts, n);
}

static inline void write_buf(const char *name, dx_buf *content)
{
    write_file(name, dx_buf_str(content));
    dx_buf_done(content);
}
#endif
