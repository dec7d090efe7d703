/* Queries by name and the public views, each with its one line of explanation. */
#include "db/manage.h"

const dx_named_query dx_named_queries[] = {
    {"failures", "the latest failed attempts, with what they are taken for",
     "SELECT happened, server, product, version, code, diagnosis FROM v_attempts WHERE failed"
     " ORDER BY happened DESC, server LIMIT 100"},
    {"weeks", "attempts, failures and servers by week",
     "SELECT week, attempts, failures, servers FROM v_weekly ORDER BY week DESC"},
    {"servers", "servers by failures",
     "SELECT server, site, attempts, failures, last_seen FROM v_servers WHERE attempts > 0"
     " ORDER BY failures DESC, server LIMIT 100"},
    {"silent-servers", "servers by the time they were last seen, longest ago first",
     "SELECT server, site, last_seen, attempts FROM v_servers WHERE attempts > 0"
     " ORDER BY last_seen, server LIMIT 100"},
    {"diagnoses", "diagnoses by failed attempts, of all time",
     "SELECT id AS diagnosis, failures, servers FROM v_sums WHERE what = 'diagnosis' AND by = 'all'"
     " AND NOT of_product ORDER BY failures DESC, id"},
    {"signatures", "signatures by events, of all time",
     "SELECT id AS signature, events, attempts, servers FROM v_sums WHERE what = 'signature'"
     " AND by = 'all' AND NOT of_product ORDER BY events DESC, id"},
    {"codes", "codes with which attempts failed, of all time",
     "SELECT id AS code, failures, servers FROM v_sums WHERE what = 'code' AND by = 'all'"
     " AND NOT of_product ORDER BY failures DESC, id"},
    {"products", "products by failed attempts, of all time",
     "SELECT product, attempts, failures, servers FROM v_sums WHERE what = 'all' AND by = 'all'"
     " AND of_product ORDER BY failures DESC, product"},
    {"newest", "what was first seen last",
     "SELECT first_seen, what, id FROM v_new ORDER BY first_seen DESC, what, id LIMIT 100"},
    {"open", "findings that are not mended, seen last first",
     "SELECT key, server, diagnosis, attempts, first_seen, last_seen FROM v_keys"
     " WHERE state <> 'resolved' ORDER BY last_seen DESC, key LIMIT 100"},
    {"unknown", "errors that no rule knows, by servers",
     "SELECT pattern, servers, attempts, events, first_seen FROM v_unknown"
     " ORDER BY servers DESC, events DESC, pattern LIMIT 100"},
    {"incomplete", "logs that could not be decoded in full",
     "SELECT path, member, format, bad_bytes, bytes FROM v_coverage WHERE bad_bytes > 0"
     " ORDER BY bad_bytes DESC, path, member"},
    {"unreadable", "servers by logs that could not be read, or not to their end",
     "SELECT server, count(*) AS logs, sum(partly) AS partly, max(last_seen) AS last_seen, why"
     " FROM v_unread GROUP BY server ORDER BY logs DESC, server LIMIT 100"},
    {"v_servers", "servers: aliases, site, first and last seen, attempts, failures", NULL},
    {"v_tags", "tags of servers", NULL},
    {"v_attempts", "attempts: server, product, version, outcome, code, diagnosis", NULL},
    {"v_findings", "diagnoses of attempts", NULL},
    {"v_keys", "findings by key: the same failure on the same server", NULL},
    {"v_sums", "sums by month, week and day of signatures, diagnoses, causes, codes, servers",
     NULL},
    {"v_daily", "attempts, failures and servers by day", NULL},
    {"v_weekly", "the same by ISO week", NULL},
    {"v_fixes", "how fixing went, by diagnosis", NULL},
    {"v_new", "when each diagnosis and signature was first seen", NULL},
    {"v_regressed", "findings that came again after they were mended or resolved", NULL},
    {"v_spreading", "servers a week by diagnosis", NULL},
    {"v_unknown", "errors that no rule knows, by what they have in common", NULL},
    {"v_coverage", "logs that were read", NULL},
    {"v_unread", "logs that could not be read, and why", NULL},
    {"v_decisions", "what people decided", NULL},
    {NULL, NULL, NULL},
};

const dx_named_query *dx_named_query_find(dx_str name)
{
    for (const dx_named_query *q = dx_named_queries; q->name; q++)
        if (dx_str_eq(name, dx_str_of(q->name)))
            return q;
    return NULL;
}
