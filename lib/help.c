/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"

#include <string.h>

enum {
    LINE = 79,
    INDENT = 8,
    HELP_TEXT = 512,
};

void help_version(FILE *out)
{
    fprintf(out, "%s (%s) %s\n", plugin.name, PACKAGE_NAME, PACKAGE_VERSION);
}

static const char *question(void)
{
    return plugin.question ? plugin.question : plugin.checks[0]->question;
}

/* Words, indented, broken before the end of the line. */
static void write_wrapped(const char *text, FILE *out)
{
    size_t column = 0;

    while (*text) {
        size_t word = strcspn(text, " ");

        if (column && column + 1 + word > LINE) {
            putc('\n', out);
            column = 0;
        }
        fprintf(out, "%*s%.*s", column ? 1 : INDENT, "", (int)word, text);
        column += (column ? 1 : INDENT) + word;
        text += word;
        text += strspn(text, " ");
    }
    putc('\n', out);
}

/* The i-th word that an option takes; NULL: there are no more, or it takes others. */
static const char *choice(const struct option_row *row, size_t i)
{
    if (row->kind == OPTION_FORMAT)
        return formats[i].name;
    return row->kind == OPTION_CHOICE ? row->choices[i] : NULL;
}

/* The help of an OPTION_CHOICE says what its words mean; a format says it itself. */
static void append_formats(const struct option_row *row, char text[static HELP_TEXT])
{
    size_t length = strlen(text);

    if (row->kind != OPTION_FORMAT)
        return;
    for (size_t i = 0; choice(row, i) && length < HELP_TEXT; i++)
        length += (size_t)snprintf(text + length, HELP_TEXT - length, "%s%s",
                                   i ? ", " : ": ", choice(row, i));
}

static void option_help(const struct option *option, char text[static HELP_TEXT])
{
    const struct option_row *row = &option->row;
    const char *which = option->is_critical ? "critical" : "warning";
    const char *units;

    if (row->kind != OPTION_RANGE) {
        snprintf(text, HELP_TEXT, "%s", row->help);
        append_formats(row, text);
        return;
    }
    if (row->letter) {
        snprintf(text, HELP_TEXT, "%s limit for %s, the first metric", which,
                 option->metric->name);
        return;
    }
    units = unit_suffixes(option->metric->unit);
    snprintf(text, HELP_TEXT, "%s limit for %s: %s%s%s%s", which, option->metric->name,
             option->metric->help, *units ? " (units: " : "", units, *units ? ")" : "");
}

/* -w and -c are not offered where there is nothing to limit, only refused with a reason.
 */
static bool is_offered(const struct option *option)
{
    return option->row.kind != OPTION_RANGE || option->metric;
}

static void write_option(const struct option *option, FILE *out)
{
    const struct option_row *row = &option->row;
    char text[HELP_TEXT];

    if (row->letter)
        fprintf(out, "  -%c, --%s", row->letter, row->name);
    else
        fprintf(out, "  --%s", row->name);
    if (row->argument)
        fprintf(out, row->kind == OPTION_PROGRAM ? "[=%s]" : "=%s", row->argument);
    putc('\n', out);
    option_help(option, text);
    if (row->default_text) {
        size_t length = strlen(text);

        snprintf(text + length, sizeof text - length, " (default %s)", row->default_text);
    }
    write_wrapped(text, out);
}

void help_write(const struct options *options, FILE *out)
{
    fprintf(out, "Usage: %s [OPTION]...\n%s\n\nOptions:\n", plugin.name, question());
    for (size_t i = 0; i < options->count; i++)
        if (is_offered(&options->list[i]))
            write_option(&options->list[i], out);
    fprintf(
        out,
        "\nA RANGE is [@]START:END, as the monitoring plugins guidelines say: a value\n"
        "outside it alerts, with @ one inside. N is 0:N, or -N:N where values have a\n"
        "sign; N: has no end, ~:N no start. Numbers may have a unit.\n"
        "\nExit status: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also for this help).\n"
        "See %s(1).\n",
        plugin.name);
}

/* How an argument is given, where that is special. */
static const char *manner(const struct option_row *row)
{
    return row->kind == OPTION_LIST      ? "repeatable"
           : row->kind == OPTION_PROGRAM ? "optional"
                                         : "";
}

void help_describe(const struct options *options, FILE *out)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option_row *row = &options->list[i].row;
        char text[HELP_TEXT], letter[2] = {row->letter, '\0'};

        if (!is_offered(&options->list[i]))
            continue;
        option_help(&options->list[i], text);
        fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t", row->name, letter,
                row->argument ? row->argument : "",
                row->default_text ? row->default_text : "", manner(row), text);
        for (size_t c = 0; choice(row, c); c++)
            fprintf(out, "%s%s", c ? " " : "", choice(row, c));
        putc('\n', out);
    }
}
