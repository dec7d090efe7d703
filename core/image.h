/* A data structure that is kept in a file and used again as it is: built in memory at a place that
 * is the same in every run, so that its pointers stay true.  Only for the program that wrote it. */
#ifndef DX_CORE_IMAGE_H
#define DX_CORE_IMAGE_H
#include "core/arena.h"
#include "core/hash.h"

typedef struct dx_image dx_image;

/* There are places for so many at a time, from 0 on.  What was built in one is of use there only.
 */
enum { DX_IMAGE_PLACES = 2 };

/* Memory to build in; NULL when the place is not free here or memory is short: then nothing can be
 * kept, and any other arena does. */
dx_image *dx_image_new(unsigned place);
dx_arena *dx_image_arena(const dx_image *image); /* only of a new one */
void dx_image_free(dx_image *image);             /* NULL is fine */

/* Writes it, whole or not at all.  Nothing that is reached from the root may point outside: no
 * literal of the program, nothing from malloc(). */
DX_CHECK dx_rc dx_image_save(const dx_image *image, const void *root, dx_hash128 key,
                             const char *path, dx_err *err);
/* DX_END when there is no such file, or not with this key, or not of this place, or one that others
 * could have written, or its place is not free.  *root is what was saved as such.  The file is used
 * in its place where the system can be trusted with that, as it uses programs and libraries: who
 * cuts or overwrites it harms the run.  `lasting`: it is copied, for a program that runs for long.
 * Whether it is damaged is not known yet: nothing of it may be used before dx_image_whole() says
 * that it is not.  That takes a while and may be asked by any thread. */
DX_CHECK dx_rc dx_image_find(dx_image **out, unsigned place, const char *path, dx_hash128 key,
                             bool lasting, void **root, dx_err *err);
bool dx_image_whole(const dx_image *image);
#endif
