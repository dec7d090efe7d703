/* Strict JSON, whatever the strings hold: always valid UTF-8, nothing that acts on a terminal. */
#ifndef DX_REPORT_JSON_WRITE_H
#define DX_REPORT_JSON_WRITE_H
#include "report/sink.h"

enum { DX_JSON_DEPTH = 16 };

typedef struct dx_json {
    dx_sink *sink;
    bool pretty; /* one member per line */
    unsigned depth;
    struct {
        char closing;
        bool used;
    } level[DX_JSON_DEPTH];
} dx_json;

/* In an object every value has a key; in a list, and at the top, the key is NULL.  What goes wrong
 * is remembered by the sink. */
void dx_json_object(dx_json *j, const char *key);
void dx_json_list(dx_json *j, const char *key);
void dx_json_end(dx_json *j); /* of the innermost object or list; a line end after the outermost */

void dx_json_null(dx_json *j, const char *key);
void dx_json_bool(dx_json *j, const char *key, bool value);
void dx_json_int(dx_json *j, const char *key, int64_t value);
void dx_json_count(dx_json *j, const char *key, uint64_t value); /* 64 bits without a sign */
void dx_json_ratio(dx_json *j, const char *key, double value);   /* six digits after the point */
void dx_json_str(dx_json *j, const char *key, dx_str value);     /* a string, even when empty */
void dx_json_text(dx_json *j, const char *key, dx_str value);    /* null when empty */
void dx_json_time(dx_json *j, const char *key, int64_t us);      /* null for DX_NO_TIME */
void dx_json_line(dx_json *j, const char *key, uint32_t line);   /* null for 0 */

/* The same with a key that is data. */
void dx_json_named_str(dx_json *j, dx_str key, dx_str value);
void dx_json_named_int(dx_json *j, dx_str key, int64_t value);
#endif
