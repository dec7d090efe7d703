#include "cli/paste.h"

#include <ctype.h>
#include <string.h>

#include "cli/paste_dress.h"
#include "cli/paste_signs.h"
#include "core/buf.h"

/* What Windows wrote: Ctrl+C in such a window copies its words. */
typedef enum box_kind { NO_BOX, MESSAGE_BOX, TASK_DIALOG } box_kind;

/* What the lines of a text tell about it. */
typedef struct marks {
    unsigned headers, quotes, greetings, frames, full;
    box_kind box;
    bool ruled; /* the first of them that is not empty is a row of dashes */
} marks;

static bool is_one_of(dx_str s, const char *const *words)
{
    for (; *words; words++)
        if (dx_str_ieq(s, dx_str_of(*words)))
            return true;
    return false;
}

/* "From: ..."; in the languages that the house's helpdesks write. */
static bool is_header(dx_str line)
{
    static const char *const names[] = {
        "from",    "to",       "cc",         "bcc",      "sent",  "date",
        "subject", "reply-to", "message-id", "von",      "an",    "gesendet",
        "datum",   "betreff",  "de",         "\xC3\xA0", "objet", "envoy\xC3\xA9",
        "para",    "asunto",   "enviado",    NULL};
    const size_t colon = dx_str_find(line, DX_LIT(":"), 0);

    return colon != SIZE_MAX && colon < 16 && colon + 1 < line.n && line.p[colon + 1] == ' ' &&
           is_one_of(dx_str_trim(dx_str_slice(line, 0, colon)), names);
}

static bool begins_with_one_of(dx_str s, const char *const *words)
{
    for (; *words; words++)
        if (dx_str_istarts(s, dx_str_of(*words)))
            return true;
    return false;
}

static bool is_greeting(dx_str line)
{
    static const char *const words[] = {
        "hello",        "hi ",     "hi,",  "dear ",        "hallo", "guten tag",
        "sehr geehrte", "bonjour", "hola", "good morning", NULL};

    return line.n < 60 && begins_with_one_of(line, words);
}

/* Where a signature begins; everything behind it is about the writer. */
static bool is_farewell(dx_str line)
{
    static const char *const words[] = {
        "best regards", "kind regards",     "regards,", "best wishes",  "many thanks,", "sincerely",
        "cheers,",      "mit freundlichen", "viele gr", "cordialement", "saludos",      NULL};
    const dx_str s = dx_str_trim(line);

    return dx_str_eq(s, DX_LIT("--")) || (s.n < 40 && begins_with_one_of(s, words));
}

/* "   at Contoso.Setup.Run(String)", "  File "x.py", line 3, in run" */
static bool is_frame(dx_str line)
{
    const dx_str s = dx_str_trim(line);

    if (s.n == line.n || s.n < 6)
        return false;
    if (dx_str_starts(s, DX_LIT("at ")))
        return dx_str_find(s, DX_LIT("("), 0) != SIZE_MAX;
    return dx_str_starts(s, DX_LIT("File \"")) && dx_str_find(s, DX_LIT("line "), 0) != SIZE_MAX;
}

/* "---------------------------", as between the parts of a message box. */
static bool is_rule(dx_str line)
{
    const dx_str s = dx_str_trim(line);
    size_t i = 0;

    while (i < s.n && s.p[i] == '-')
        i++;
    return i >= 20 && i == s.n;
}

/* "[Content]", "[OK] [Cancel]": the parts of a task dialog. */
static bool is_bracketed(dx_str line)
{
    const dx_str s = dx_str_trim(line);
    return s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
}

/* "Retry"; not "1603" or "Result:". */
static bool is_button(dx_str s)
{
    bool plain = s.n <= 20;

    for (size_t i = 0; i < s.n; i++)
        plain &= s.p[i] != '.' && s.p[i] != ':' && !(s.p[i] >= '0' && s.p[i] <= '9');
    return plain;
}

/* "Abort   Retry   Ignore   ": a few short words, far apart. */
static bool is_buttons(dx_str line)
{
    dx_str rest = line;
    size_t n = 0;

    while (rest.n > 0) {
        const size_t end = dx_str_find(rest, DX_LIT("   "), 0);
        const dx_str word = dx_str_trim(dx_str_slice(rest, 0, end));
        if (!is_button(word))
            return false;
        n += word.n > 0;
        rest = end == SIZE_MAX ? DX_NONE : dx_str_slice(rest, end + 3, rest.n);
    }
    return n > 0 && n <= 4 && (n > 1 || dx_str_ends(line, DX_LIT("   ")));
}

/* Of a box only its title and its text say something. */
static bool is_of_box(dx_str line, box_kind box)
{
    switch (box) {
    case MESSAGE_BOX:
        return is_rule(line) || is_buttons(line);
    case TASK_DIALOG:
        return is_bracketed(line);
    case NO_BOX:
        break;
    }
    return false;
}

/* Takes "> > " off. */
static dx_str unquoted(dx_str line, bool *was)
{
    dx_str s = line;

    for (;;) {
        size_t at = 0;
        while (at < s.n && at < 3 && s.p[at] == ' ')
            at++;
        if (at == s.n || s.p[at] != '>')
            break;
        s = dx_str_slice(s, at + 1, s.n);
        *was = true;
    }
    return *was && s.n > 0 && s.p[0] == ' ' ? dx_str_slice(s, 1, s.n) : s;
}

static dx_str chomp(dx_str line)
{
    return line.n > 0 && line.p[line.n - 1] == '\r' ? dx_str_slice(line, 0, line.n - 1) : line;
}

/* The title of a message box stands between two rows of dashes; logs may begin with one, too. */
static void look_for_box(marks *m, dx_str line)
{
    if (m->full == 0) {
        m->ruled = is_rule(line);
        m->box = dx_str_eq(dx_str_trim(line), DX_LIT("[Window Title]")) ? TASK_DIALOG : NO_BOX;
    } else if (m->full == 2 && m->ruled && is_rule(line)) {
        m->box = MESSAGE_BOX;
    }
}

static marks look(dx_str raw)
{
    marks m = {0};
    dx_str line;

    while (dx_str_next(&raw, '\n', &line)) {
        bool quoted = false;
        line = unquoted(chomp(line), &quoted);
        m.quotes += quoted;
        m.headers += is_header(line);
        m.greetings += is_greeting(line);
        m.frames += is_frame(line);
        look_for_box(&m, line);
        m.full += dx_str_trim(line).n > 0;
    }
    return m;
}

/* "Error 1603", "error code: 0x80070005": without what only says that a code follows. */
static dx_str without_label(dx_str raw)
{
    static const char *const words[] = {"error",  "code",   "exit code",  "error code",
                                        "fehler", "erreur", "fehlercode", NULL};
    const dx_str s = dx_str_trim(raw);
    size_t at = s.n;

    while (at > 0 && s.p[at - 1] != ' ' && s.p[at - 1] != ':')
        at--;
    dx_str label = dx_str_trim(dx_str_slice(s, 0, at));
    if (label.n > 0 && label.p[label.n - 1] == ':')
        label = dx_str_trim(dx_str_slice(label, 0, label.n - 1));
    return is_one_of(label, words) ? dx_str_slice(s, at, s.n) : s;
}

/* One word with a digit or an underscore: "0x80070005", "1603", "E_ACCESSDENIED". */
static bool is_code(dx_str raw)
{
    const dx_str s = without_label(raw);
    bool telling = false;

    if (s.n == 0 || s.n > 40)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const unsigned char c = (unsigned char)s.p[i];
        if (!isalnum(c) && c != '_' && c != '-')
            return false;
        telling |= isdigit(c) || c == '_';
    }
    return telling;
}

static dx_paste_kind kind_of(dx_str raw, const marks *m)
{
    if (m->full == 1 && is_code(raw))
        return DX_PASTE_CODE;
    if (m->headers >= 2 || m->quotes >= 2 || m->greetings > 0)
        return DX_PASTE_MAIL;
    return m->frames >= 2 ? DX_PASTE_TRACE : DX_PASTE_TEXT;
}

/* Lines that go leave an empty line behind, so that the others keep their numbers. */
static void clean(dx_str raw, bool mail, box_kind box, dx_buf *out)
{
    bool farewell = false, quoted_before = false;
    dx_str line;

    while (dx_str_next(&raw, '\n', &line)) {
        bool quoted = false;
        line = unquoted(chomp(line), &quoted);
        /* What stands below a signature may be the mail it answers. */
        if (quoted != quoted_before || is_header(line))
            farewell = false;
        quoted_before = quoted;
        farewell |= mail && is_farewell(line);
        if (!farewell && !(mail && is_header(line)) && !is_of_box(line, box))
            dx_buf_add(out, line);
        dx_buf_char(out, '\n');
    }
}

static char digit_of(char c)
{
    return c == 'O' || c == 'o' ? '0' : c == 'l' || c == 'I' ? '1' : c;
}

/* The same of a number behind a word that announces one, when half of it are digits as it is:
 * "Error l402", "KB5O34441". */
static bool mend_number(char *p, size_t n)
{
    size_t end = 0, digits = 0;
    bool mended = false;

    while (end < n && isdigit((unsigned char)digit_of(p[end])))
        digits += isdigit((unsigned char)p[end++]) != 0;
    if (end < 4 || end > 8 || digits * 2 < end || (end < n && isalpha((unsigned char)p[end])))
        return false;
    for (size_t i = 0; i < end; i++) {
        mended |= digit_of(p[i]) != p[i];
        p[i] = digit_of(p[i]);
    }
    return mended;
}

/* True when something was mended: only what begins like a code and is as long as one. */
static bool mend_code(char *p, size_t n)
{
    bool mended = false;
    size_t end = 2;

    while (end < n && isxdigit((unsigned char)digit_of(p[end])))
        end++;
    for (size_t i = 2; end == 10 && i < end; i++) {
        mended |= digit_of(p[i]) != p[i];
        p[i] = digit_of(p[i]);
    }
    return mended;
}

/* "VCRUNTIME140.DII": in a file's ending an l looks like an I. */
static bool mend_ending(char *p, size_t n)
{
    const bool ends = n == 4 || !isalnum((unsigned char)p[4]);
    const bool alike = strchr("lI1|", p[2]) && strchr("lI1|", p[3]);
    const char l = p[1] == 'D' && p[2] != 'l' && p[3] != 'l' ? 'L' : 'l';

    if (!ends || !alike || (p[2] == 'l' && p[3] == 'l'))
        return false;
    p[2] = p[3] = l;
    return true;
}

/* Who reads a picture takes an O for a 0. */
static bool mend(dx_buf *text)
{
    static const char *const before[] = {"error ", "code ", "code: ", "event ", " kb", NULL};
    const dx_str all = dx_buf_str(text);
    bool mended = false;

    for (size_t i = 0; i + 10 <= text->n; i++)
        if (text->p[i] == '0' && (text->p[i + 1] | 0x20) == 'x')
            mended |= mend_code(text->p + i, text->n - i);
    for (size_t at = 0; (at = dx_str_ifind(all, DX_LIT(".d"), at)) + 4 <= text->n && at + 4 > at;
         at += 2)
        mended |= mend_ending(text->p + at, text->n - at);
    for (size_t i = 0; before[i]; i++) {
        const dx_str word = dx_str_of(before[i]);
        for (size_t at = 0; (at = dx_str_ifind(all, word, at)) != SIZE_MAX; at += word.n)
            mended |= mend_number(text->p + at + word.n, text->n - at - word.n);
    }
    return mended;
}

/* "instal-" and "lation": the hyphen stands only because the line ended. */
static bool is_parted(dx_str before, dx_str after)
{
    return before.n > 1 && before.p[before.n - 1] == '-' &&
           islower((unsigned char)before.p[before.n - 2]) && islower((unsigned char)after.p[0]);
}

/* "0x8007" and "0643": together they are as long as a code. */
static bool is_code_parted(dx_str before, dx_str after)
{
    size_t from = before.n, more = 0;

    while (from > 0 && isxdigit((unsigned char)before.p[from - 1]))
        from--;
    while (more < after.n && isxdigit((unsigned char)after.p[more]))
        more++;
    return from > 1 && before.p[from - 1] == 'x' && before.p[from - 2] == '0' && more > 0 &&
           before.n - from >= 2 && before.n - from + more == 8 &&
           (more == after.n || !isalnum((unsigned char)after.p[more]));
}

/* Whoever read a picture ends lines where the picture did.  A hyphen there may be the word's own:
 * `whole` says that it is not. */
static bool join(dx_str text, bool whole, dx_buf *out)
{
    bool parted = false;
    dx_str line;

    while (dx_str_next(&text, '\n', &line)) {
        const dx_str s = dx_str_trim(line);
        if (s.n == 0) {
            dx_buf_add(out, DX_LIT("\n\n"));
            continue;
        }
        const bool split = is_parted(dx_buf_str(out), s);
        const bool code = is_code_parted(dx_buf_str(out), s);
        parted |= split || code;
        if (split && whole)
            out->n--;
        else if (!(code && whole) && out->n > 0 && out->p[out->n - 1] != '\n')
            dx_buf_char(out, ' ');
        dx_buf_add(out, s);
    }
    return parted;
}

static bool read_lines(dx_str raw, dx_arena *into, dx_paste *out)
{
    const marks m = look(raw);
    dx_buf text = {0}, joined = {0}, whole = {0};

    out->kind = kind_of(raw, &m);
    out->quoted = m.quotes > 0;
    out->boxed = m.box != NO_BOX;
    out->lines = m.full;
    clean(raw, out->kind == DX_PASTE_MAIL, m.box, &text);
    out->mended = mend(&text);
    out->parted = join(dx_buf_str(&text), false, &joined);
    (void)join(dx_buf_str(&text), true, &whole);
    out->text = dx_arena_copy(into, out->kind == DX_PASTE_CODE ? without_label(dx_buf_str(&text))
                                                               : dx_buf_str(&text));
    out->joined = dx_arena_copy(into, dx_buf_str(&joined));
    out->whole = dx_arena_copy(into, dx_buf_str(&whole));
    const bool failed = text.failed || joined.failed || whole.failed || !out->text.p ||
                        !out->joined.p || !out->whole.p;
    dx_buf_done(&text);
    dx_buf_done(&joined);
    dx_buf_done(&whole);
    return !failed;
}

dx_rc dx_paste_read(dx_str raw, dx_arena *into, dx_paste *out, dx_err *err)
{
    dx_buf signs = {0}, unmarked = {0}, plain = {0}, unspaced = {0};
    dx_paste p = {0};

    dx_paste_entities(raw, &signs);
    const bool marked = dx_paste_unmarked(dx_buf_str(&signs), &unmarked);
    dx_paste_plain(dx_buf_str(marked ? &unmarked : &signs), &plain);
    p.unspaced = dx_paste_unspaced(dx_buf_str(&plain), &unspaced);
    const bool good = !signs.failed && !unmarked.failed && !plain.failed && !unspaced.failed &&
                      read_lines(dx_buf_str(p.unspaced ? &unspaced : &plain), into, &p);
    dx_buf_done(&signs);
    dx_buf_done(&unmarked);
    dx_buf_done(&plain);
    dx_buf_done(&unspaced);
    if (!good)
        return dx_nomem(err);
    *out = p;
    return DX_OK;
}
