/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the rules of the config check as a part of a manual page (mdoc), from their
 * rows. */
#include "checks/config/audit.h"

#include <stdio.h>
#include <string.h>

static const char *const severities[] = {[SEVERITY_CRITICAL] = "critical",
                                         [SEVERITY_WARNING] = "warning",
                                         [SEVERITY_INFORMATION] = "information"};

enum { LINE = 78 };

/* Words and a full stop, in lines that no formatter takes for a request. */
static void write_text(const char *text)
{
    size_t column = 0;

    while (*text) {
        const size_t word = strcspn(text, " ");

        if (column && column + 1 + word > LINE) {
            putchar('\n');
            column = 0;
        }
        if (column)
            putchar(' ');
        else if (*text == '.' || *text == '\'')
            printf("\\&");
        column += 1 + word;
        for (size_t i = 0; i < word; i++)
            printf(text[i] == '-' ? "\\-" : "%c", text[i]);
        text += word;
        text += strspn(text, " ");
    }
    puts(".");
}

static void write_rule(const struct rule *rule)
{
    char version[CONFIG_VERSION_TEXT];

    config_version_text(rule->since, version);
    printf(".It Sy %s , No %s", rule->id, severities[rule->severity]);
    printf(rule->since ? ", since chrony %s\n" : "\n", version);
    write_text(rule->finding);
    puts("Remedy:");
    write_text(rule->remedy);
}

int main(void)
{
    for (const struct chapter *chapter = audit_chapters; chapter->title; chapter++) {
        printf(".Ss %s\n.Bl -tag -width Ds\n", chapter->title);
        for (const struct rule *rule = chapter->rules; rule->id; rule++)
            write_rule(rule);
        puts(".El");
    }
    return 0;
}
