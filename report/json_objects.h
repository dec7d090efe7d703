/* The objects that the JSON formats share; docs/report.md explains every member.
 * Each of these adds members to an object that the caller opens and closes. */
#ifndef DX_REPORT_JSON_OBJECTS_H
#define DX_REPORT_JSON_OBJECTS_H
#include "report/json_write.h"

#define DX_REPORT_SCHEMA "setupdx.report/1"

/* Which attempt of the report something belongs to: report->attempts[index]. */
typedef struct dx_scene {
    const dx_report *report;
    size_t index;
} dx_scene;

void dx_json_head(dx_json *j, const dx_report *r);
void dx_json_source(dx_json *j, const dx_report_source *s);
void dx_json_attempt(dx_json *j, const dx_scene *scene);
void dx_json_finding(dx_json *j, const dx_scene *scene, size_t which);
void dx_json_undecided(dx_json *j, const dx_scene *scene, size_t which);
void dx_json_unexplained(dx_json *j, const dx_scene *scene, size_t which);
void dx_json_codes(dx_json *j, const dx_report_code *p, size_t n);
void dx_json_rivals(dx_json *j, const char *key, const dx_rival *p, size_t n);
/* What somebody asked (explanation.h), or null. */
void dx_json_explanation(dx_json *j, const struct dx_explanation *a);
void dx_json_gap(dx_json *j, const struct dx_report_gap *gap);
#endif
