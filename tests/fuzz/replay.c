/* Runs a fuzz target over files as a plain test: each as it is, and cut short at many places.
 *     fuzz_NAME FILE|FOLDER... */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/os.h"

enum { CUTS = 16, LIMIT = 1 << 20 };

/* A block of its own, so that reading past the end is seen by the sanitizer. */
static void run(dx_str content, size_t n)
{
    uint8_t *block = malloc(n ? n : 1);

    FUZZ_MUST(block != NULL);
    if (n)
        memcpy(block, content.p, n);
    LLVMFuzzerTestOneInput(block, n);
    free(block);
}

static void replay_file(const char *path, dx_arena *into)
{
    dx_err err = {0};
    dx_str content;

    if (dx_os_slurp(path, LIMIT, into, &content, &err) != DX_OK)
        fuzz_die(err.text, path, 0);
    for (size_t i = 0; i < CUTS; i++)
        run(content, content.n * i / CUTS);
    run(content, content.n);
}

static size_t replay(const char *path, dx_arena *into)
{
    dx_file_info info;
    dx_err err = {0};
    dx_str *names;
    size_t n, done = 0;

    FUZZ_MUST(dx_os_stat(path, &info, &err) == DX_OK && info.kind != DX_FILE_NONE);
    if (info.kind != DX_FILE_DIR) {
        replay_file(path, into);
        return 1;
    }
    FUZZ_MUST(dx_os_list(path, into, &names, &n, &err) == DX_OK);
    for (size_t i = 0; i < n; i++)
        done += replay(dx_arena_printf(into, "%s/%.*s", path, DX_FMT(names[i])).p, into);
    return done;
}

int main(int argc, char **argv)
{
    dx_arena *arena = dx_arena_new(0);
    size_t done = 0;

    FUZZ_MUST(arena != NULL);
    for (int i = 1; i < argc; i++)
        done += replay(argv[i], arena);
    dx_arena_free(arena);
    printf("%zu inputs, each whole and cut at %d places\n", done, CUTS);
    return done ? 0 : 1;
}
