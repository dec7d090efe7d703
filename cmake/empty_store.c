/* Writes an empty store as C, so that the program need not make its tables one by one each time.
 *
 * usage: empty_store FILE */
#include <stdio.h>
#include <stdlib.h>
#include <sqlite3.h>
#include "db/backends/sqlite_steps.h"

enum { GAP = 32, A_LINE = 24 }; /* zeroes between two runs; bytes in a line */

static int made(sqlite3 *db)
{
    char sql[100];
    int rc = sqlite3_exec(db, SQ_PAGES, NULL, NULL, NULL);

    for (size_t v = 0; rc == SQLITE_OK && v < SQ_SCHEMA; v++)
        rc = sqlite3_exec(db, sq_steps[v], NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, sq_left_over, NULL, NULL, NULL);
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             SQ_APPLICATION, SQ_SCHEMA);
    return rc == SQLITE_OK ? sqlite3_exec(db, sql, NULL, NULL, NULL) : rc;
}

/* Where the next run of bytes ends that holds no long row of zeroes. */
static size_t end_of_run(const unsigned char *p, size_t from, size_t n)
{
    size_t end = from;

    for (size_t i = from; i < n && i < end + GAP; i++)
        if (p[i])
            end = i + 1;
    return end;
}

static size_t next_run(const unsigned char *p, size_t at, size_t n)
{
    while (at < n && !p[at])
        at++;
    return at;
}

static void write_bytes(FILE *out, const unsigned char *p, size_t n)
{
    fputs("static const unsigned char bytes[] = {", out);
    for (size_t at = next_run(p, 0, n), k = 0; at < n;) {
        for (const size_t end = end_of_run(p, at, n); at < end; at++)
            fprintf(out, "%s%u,", k++ % A_LINE ? "" : "\n", p[at]);
        at = next_run(p, at, n);
    }
    fputs("\n};\n", out);
}

static void write_runs(FILE *out, const unsigned char *p, size_t n)
{
    fputs("static const struct { unsigned at, n; } runs[] = {\n", out);
    for (size_t at = next_run(p, 0, n), end; at < n; at = next_run(p, end, n)) {
        end = end_of_run(p, at, n);
        fprintf(out, "{%zu, %zu},\n", at, end - at);
    }
    fputs("};\n", out);
}

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_int64 n = 0;
    FILE *out = argc == 2 ? fopen(argv[1], "w") : NULL;
    unsigned char *p = NULL;

    if (out && sqlite3_open(":memory:", &db) == SQLITE_OK && made(db) == SQLITE_OK)
        p = sqlite3_serialize(db, "main", &n, 0);
    if (p) {
        fprintf(out, "enum { SIZE = %lld };\n", (long long)n);
        write_bytes(out, p, (size_t)n);
        write_runs(out, p, (size_t)n);
    } else {
        fprintf(stderr, "empty_store: %s\n", db ? sqlite3_errmsg(db) : "usage: empty_store FILE");
    }
    sqlite3_free(p);
    sqlite3_close(db);
    return out && fclose(out) == 0 && p ? EXIT_SUCCESS : EXIT_FAILURE;
}
