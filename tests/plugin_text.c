/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "plugin_text.h"

#include <check.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NUMBER "-?[0-9]+(\\.[0-9]+)?"
#define RANGE  "(@?((" NUMBER "|~)?:)?(" NUMBER ")?)"
#define DATUM                                                                            \
    "[a-z0-9_]+=" NUMBER "(s|%|c|)(;" RANGE "(;" RANGE "(;(" NUMBER ")?(;(" NUMBER       \
    ")?)?)?)?)?"
#define LINE(state)                                                                      \
    "^CHRONY [A-Z]+ " state " - [^|\n]*[^| \n]( \\| " DATUM "( " DATUM ")*)?\n"

static bool matches(const char *text, const char *pattern)
{
    regex_t compiled;
    bool found;

    ck_assert_int_eq(regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB), 0);
    found = !regexec(&compiled, text, 0, NULL, 0);
    regfree(&compiled);
    return found;
}

int plugin_text_is_one_line(const char *out)
{
    const char *end = strchr(out, '\n');

    return end && !end[1];
}

const char *plugin_text_fault(const char *out, int status)
{
    static const char *const lines[] = {LINE("OK"), LINE("WARNING"), LINE("CRITICAL"),
                                        LINE("UNKNOWN")};
    const char *end = strchr(out, '\n');

    if (status < 0 || status > 3)
        return "its status is not from 0 to 3";
    if (!end || out[strlen(out) - 1] != '\n')
        return "its last line does not end";
    for (const char *c = out; *c; c++)
        if ((*c < ' ' && *c != '\n') || *c > '~')
            return "a character is not printable ASCII";
    if (!matches(out, lines[status]))
        return "its first line cannot be read, or has another state";
    if (strchr(end, '|') || strstr(out, "\n\n"))
        return "a line below the first cannot be read";
    return NULL;
}
