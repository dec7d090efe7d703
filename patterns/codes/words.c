/* Words for people out of the names that programmers gave. */
#include "patterns/codes/codes.h"

#include "patterns/codes/words.h"

/* What stands before a name and says only whose it is. */
static const char *const prefixes[] = {
    "ERROR",        "STATUS",   "RPC",     "EPT",   "OR",   "WU",        "CBS",
    "STG",          "CO",       "E",       "S",     "W",    "NT",        "BG",
    "COR",          "WBEM",     "MOSETUP", "SPAPI", "PSFX", "CERT",      "CRYPT",
    "SEC",          "TRUST",    "REGDB",   "DISP",  "TYPE", "MK",        "CLASS",
    "JET",          "err",      "wrn",     "NERR",  "DNS",  "DS",        "WSA",
    "SCHED",        "APPMODEL", "MAPI",    "SP",    "OP",   "EXECUTION", "CLI",
    "APPINSTALLER", "FVE",      "HTTP",    "VSS",   "DBG",  "WINHTTP",   NULL};

static const struct {
    const char *from, *to;
} spelled[] = {{"mod", "module"},
               {"proc", "procedure"},
               {"dir", "directory"},
               {"param", "parameter"},
               {"params", "parameters"},
               {"cfg", "configuration"},
               {"config", "configuration"},
               {"svc", "service"},
               {"mgr", "manager"},
               {"netpath", "network path"},
               {"filename", "file name"},
               {"exced", "exceeds"},
               {"dll", "DLL"},
               {"rpc", "RPC"},
               {"xml", "XML"},
               {"msg", "message"},
               {"info", "information"},
               {"dup", "duplicate"},
               {"env", "environment"},
               {"vol", "volume"},
               {"acct", "account"},
               {"pwd", "password"},
               {"db", "database"},
               {"ptr", "pointer"},
               {"cant", "cannot"},
               {"dont", "do not"},
               {"auth", "authentication"},
               {"oob", "out of band"},
               {"num", "number"},
               {"nonexist", "does not exist"},
               {"inf", "INF"},
               {"io", "I/O"},
               {"crc", "cyclic redundancy check"},
               {"sem", "semaphore"},
               {"srv", "server"},
               {"wksta", "workstation"},
               {"outofmemory", "out of memory"},
               {"notfound", "not found"},
               {"accessdenied", "access denied"},
               {"ssl", "SSL"},
               {"tls", "TLS"},
               {"dns", "DNS"},
               {"http", "HTTP"},
               {"url", "URL"},
               {"wow64", "WOW64"},
               {"os", "operating system"},
               {"gp", "group policy"},
               {NULL, NULL}};

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

/* "DatabaseDirtyShutdown" is three words, "JET_errX" begins one at X, "ERROR_X" ends at '_'. */
static bool ends_word(dx_str name, size_t i)
{
    if (i == name.n || name.p[i] == '_')
        return true;
    return i > 0 && is_lower(name.p[i - 1]) && is_upper(name.p[i]);
}

bool dx_code_next_word(dx_str *rest, dx_str *word)
{
    size_t from = 0;
    while (from < rest->n && rest->p[from] == '_')
        from++;
    if (from == rest->n)
        return false;
    size_t to = from + 1;
    while (!ends_word(*rest, to))
        to++;
    *word = dx_str_slice(*rest, from, to);
    *rest = dx_str_slice(*rest, to, rest->n);
    return true;
}

static bool is_prefix(dx_str word)
{
    for (size_t i = 0; prefixes[i]; i++)
        if (dx_str_eq(word, dx_str_of(prefixes[i])))
            return true;
    return false;
}

dx_str dx_code_name_body(dx_str name)
{
    dx_str rest = name, word, body = name;
    while (dx_code_next_word(&rest, &word) && is_prefix(word) && rest.n)
        body = rest;
    return body;
}

dx_str dx_code_spell(dx_str word)
{
    for (size_t i = 0; spelled[i].from; i++)
        if (dx_str_ieq(word, dx_str_of(spelled[i].from)))
            return dx_str_of(spelled[i].to);
    return DX_NONE;
}

static size_t put_word(dx_str word, char *out)
{
    const dx_str full = dx_code_spell(word);
    const dx_str s = full.n ? full : word;
    for (size_t i = 0; i < s.n; i++)
        out[i] = full.n || !is_upper(s.p[i]) ? s.p[i] : (char)(s.p[i] - 'A' + 'a');
    return s.n;
}

enum { LONGEST_SPELLED = 24 };

dx_str dx_code_meaning(const dx_code *code, dx_arena *into)
{
    if (code->meaning.n)
        return code->meaning;
    dx_str rest = dx_code_name_body(code->name), word;
    char *text = dx_arena_get(into, (code->name.n + 1) * (LONGEST_SPELLED + 1));
    if (!text)
        return DX_NONE;
    size_t n = 0;
    while (dx_code_next_word(&rest, &word)) {
        if (n)
            text[n++] = ' ';
        n += put_word(word, text + n);
    }
    return (dx_str){text, n};
}
