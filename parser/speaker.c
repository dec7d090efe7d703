#include "parser/speaker.h"

enum { NAME_BYTES = 64, NAMES = 16 };

static bool in_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static dx_str name_at(dx_str line, size_t from)
{
    size_t to = from;

    while (to < line.n && to - from < NAME_BYTES && in_name(line.p[to]))
        to++;
    return dx_str_slice(line, from, to);
}

/* The words that any program puts before its messages are nobody's names, nor are letters: "E: " is
 * apt's, "C: " a drive. */
static bool is_name(dx_str name)
{
    static const char *const words[] = {"err",         "error",    "warn",   "warning", "info",
                                        "information", "note",     "debug",  "verbose", "trace",
                                        "notice",      "critical", "severe", "fatal"};

    if (name.n <= 1)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (dx_str_ieq(name, dx_str_of(words[i])))
            return false;
    return true;
}

/* What stands before one line, and who is named there; length 0 = nothing. */
typedef struct speaker {
    dx_str name;
    size_t length;
    bool arrow;
} speaker;

/* "==> web: " or "    web: "; nothing may follow the colon. */
static speaker after_arrow(dx_str line)
{
    const bool arrow = dx_str_starts(line, DX_LIT("==> "));
    const dx_str name = arrow || dx_str_starts(line, DX_LIT("    ")) ? name_at(line, 4) : DX_NONE;
    const size_t colon = 4 + name.n;

    if (colon >= line.n || line.p[colon] != ':' || !is_name(name))
        return (speaker){0};
    if (colon + 1 < line.n && line.p[colon + 1] != ' ')
        return (speaker){0};
    return (speaker){name, colon + 1 < line.n ? colon + 2 : colon + 1, arrow};
}

/* "web_1  | " or "web-1  | ": the name ends with the number of the container. */
static bool is_numbered(dx_str name)
{
    size_t i = name.n;

    while (i > 0 && name.p[i - 1] >= '0' && name.p[i - 1] <= '9')
        i--;
    return i < name.n && i > 1 && (name.p[i - 1] == '_' || name.p[i - 1] == '-');
}

static speaker before_bar(dx_str line)
{
    const dx_str name = name_at(line, 0);
    size_t i = name.n;

    if (!is_numbered(name))
        return (speaker){0};
    while (i < line.n && line.p[i] == ' ')
        i++;
    if (i == name.n || i >= line.n || line.p[i] != '|')
        return (speaker){0};
    i++;
    if (i < line.n && line.p[i] != ' ')
        return (speaker){0};
    return (speaker){name, i < line.n ? i + 1 : i, false};
}

static speaker speaker_of(dx_str line, dx_speech how)
{
    return how == DX_SPEECH_ARROW ? after_arrow(line) : before_bar(line);
}

size_t dx_speaker_length(dx_str line)
{
    const size_t n = after_arrow(line).length;

    return n > 0 ? n : before_bar(line).length;
}

typedef struct census {
    dx_str name[NAMES];
    size_t names, lines, named, arrows;
} census;

/* False when there are more names than machines are set up at a time. */
static bool count(census *c, speaker who)
{
    size_t i = 0;

    while (i < c->names && !dx_str_eq(c->name[i], who.name))
        i++;
    if (i == NAMES)
        return false;
    if (i == c->names)
        c->name[c->names++] = who.name;
    c->named++;
    c->arrows += who.arrow;
    return true;
}

bool dx_speakers_lead(const dx_fold_line *line, size_t n, dx_speech how)
{
    enum { PERCENT = 60, EACH = 2, LEAST = 3, WITHOUT_ARROW = 5 };
    census c = {0};

    for (size_t i = 0; i < n; i++) {
        if (dx_str_trim(line[i].text).n == 0)
            continue;
        const speaker who = speaker_of(line[i].text, how);
        c.lines++;
        if (who.length > 0 && !count(&c, who))
            return false;
        if ((c.lines - c.named) * 100 >
            n * (100 - PERCENT)) /* too many without, whatever follows */
            return false;
    }
    if (c.named * 100 < c.lines * PERCENT || c.named < LEAST || c.named < c.names * EACH)
        return false;
    /* an indented "name: " alone is what many logs write */
    return how == DX_SPEECH_BAR || c.arrows > 0 || (c.names == 1 && c.named >= WITHOUT_ARROW);
}
