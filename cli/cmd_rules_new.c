#include <string.h>

#include "cli/tell.h"
#include "cli/option_rows.h"

/* A whole rule file that `rules check` accepts as it is.  @ID@ is replaced. */
static const char template[] =
    "# What this file is about, and where the knowledge comes from.\n"
    "# The language: docs/rule-language.md.   Check it: setupdx rules check THIS-FILE\n"
    "setupdx: 1\n"
    "\n"
    "signatures:\n"
    "  - id: @ID@-message\n"
    "    title: One line that says what the message means\n"
    "    level: error\n"
    "    contains: could not be copied          # cheap test before the regex; lower case\n"
    "    regex:                                 # pieces are joined; any case; blanks are folded\n"
    "      - 'The file (?<file>[^\"]{1,260}?) could not be copied\\.'\n"
    "      - ' Error (?<code>(?:0x)?[0-9a-f]{1,8})'\n"
    "    fields: { file: winpath, code: code }  # setupdx rules words lists those in use\n"
    "    samples:                               # texts that it must match\n"
    "      plain:\n"
    "        from: where this text was seen\n"
    "        text: |-\n"
    "          The file C:\\Windows\\System32\\example.dll could not be copied.\n"
    "          Error 0x80070005\n"
    "        gives: { file: 'C:\\Windows\\System32\\example.dll', code: 0x80070005 }\n"
    "    not:                                   # close texts that it must not match\n"
    "      - 'The file example.dll could not be copied because the user said no'\n"
    "\n"
    "diagnoses:\n"
    "  - id: @ID@\n"
    "    title: One line that says what went wrong, without a code\n"
    "    applies: Product and versions\n"
    "    steps:                                 # in this order\n"
    "      - as: copy\n"
    "        sees: @ID@-message\n"
    "        where: { file.name: example.dll, code.low16: 5 }\n"
    "        need: must                         # must, should (is asked for), may\n"
    "        points: 60\n"
    "        why: Setup could not write example.dll\n"
    "    weigh:\n"
    "      - if: { copy.file.dir: 'C:\\Windows\\System32' }\n"
    "        points: 15\n"
    "        why: the file belongs to a folder of the system\n"
    "    cause:\n"
    "      class: access-denied                 # several diagnoses may share a class\n"
    "      text: One or two sentences that a person without our knowledge understands.\n"
    "    fix:\n"
    "      - act: What to do first.\n"
    "        command: what to type, if anything\n"
    "        see: what it says when it worked\n"
    "      - act: Run the setup again.\n"
    "    refs: [where to read more]\n"
    "    cases:                                 # made-up logs, with the exact sum of points\n"
    "      - name: the message alone\n"
    "        logs: [{ server: EX1, attempt: 1, says: [@ID@-message/plain] }]\n"
    "        expect: { @ID@: 75 }\n";

static bool is_id(const char *text)
{
    const size_t n = strlen(text);
    if (n == 0 || n > 80 || strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-") != n)
        return false;
    return strchr(".-", text[0]) == NULL && strchr(".-", text[n - 1]) == NULL;
}

static int run_command(const dx_invocation *in)
{
    static const char mark[] = "@ID@";
    dx_buf text = {0};

    if (in->n_args != 1 || !is_id(in->args[0])) {
        dx_cli_say("rules new needs one id in lower case, for example: setupdx rules new "
                   "my.setup-failed");
        return DX_EXIT_USAGE;
    }
    const char *rest = template;
    for (const char *at; (at = strstr(rest, mark)); rest = at + strlen(mark)) {
        dx_buf_add(&text, (dx_str){rest, (size_t)(at - rest)});
        dx_buf_add(&text, dx_str_of(in->args[0]));
    }
    dx_buf_add(&text, dx_str_of(rest));
    const int code = dx_stdout_end(&text, DX_EXIT_OK);
    dx_buf_done(&text);
    return code;
}

const dx_command dx_command_rules_new = {
    .name = "rules new",
    .arguments = "ID",
    .summary = "print a filled-in rule file to start from",
    .about = "The result is a whole file: change it and run 'setupdx rules check' on it.",
    .examples = "setupdx rules new my.setup-failed > my-rules.yaml\n"
                "setupdx rules check my-rules.yaml\n"
                "setupdx scan --rules my-rules.yaml /mnt/logs\n",
    .options = dx_rules_options,
    .run = run_command,
};
