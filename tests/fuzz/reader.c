/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reader.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define DIGITS "0123456789"

/* --- pieces: each moves *at behind what it has read --- */

static bool read_literal(const char **at, const char *literal)
{
    const char *end = *at;

    for (; *literal; literal++)
        if (*end++ != *literal)
            return false;
    *at = end;
    return true;
}

static bool read_some(const char **at, const char *set)
{
    const size_t length = strspn(*at, set);

    *at += length;
    return length > 0;
}

/* Printable ASCII up to the end of the line, without what engines take for more. */
static bool read_plain_line(const char **at, const char *forbidden)
{
    while (**at >= ' ' && **at <= '~' && !strchr(forbidden, **at))
        (*at)++;
    return read_literal(at, "\n");
}

/* Fixed notation: "-0.25". */
static bool read_number(const char **at)
{
    read_literal(at, "-");
    if (!read_some(at, DIGITS))
        return false;
    return !read_literal(at, ".") || read_some(at, DIGITS);
}

/* --- nagios --- */

static bool read_range(const char **at)
{
    read_literal(at, "@");
    return read_number(at) && (!read_literal(at, ":") || read_number(at));
}

/* "name=1.5s;1:2;@3:4": limits may be empty. */
static bool read_perfdatum(const char **at)
{
    if (!read_some(at, LOWER DIGITS "_") || !read_literal(at, "=") || !read_number(at))
        return false;
    if (**at == 's' || **at == '%' || **at == 'c')
        (*at)++;
    for (int limits = 0; limits < 2 && read_literal(at, ";"); limits++)
        if (**at != ';' && !read_range(at))
            return false;
    return true;
}

static bool read_perfdata(const char **at)
{
    do
        if (!read_perfdatum(at))
            return false;
    while (read_literal(at, " "));
    return read_literal(at, "\n");
}

bool reads_as_nagios(const char *text)
{
    const char *pipe = strchr(text, '|'), *end = strchr(text, '\n');

    if (!end)
        return false;
    if (pipe && pipe < end) {
        if (pipe == text || pipe[-1] != ' ')
            return false;
        for (const char *at = text; at < pipe; at++)
            if (*at < ' ' || *at > '~' || *at == '<' || *at == '`')
                return false;
        text = pipe;
        if (!read_literal(&text, "| ") || !read_perfdata(&text))
            return false;
    }
    while (*text)
        if (!read_plain_line(&text, "|<`"))
            return false;
    return true;
}

static bool skip_colour(const char **at)
{
    static const char *const colours[] = {"\033[31m", "\033[32m", "\033[33m", "\033[35m",
                                          "\033[0m"};

    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++)
        if (read_literal(at, colours[i]))
            return true;
    return false;
}

bool reads_as_coloured(const char *text)
{
    for (; *text; text++) {
        while (skip_colour(&text))
            continue;
        if ((*text < ' ' && *text != '\n') || *text > '~')
            return false;
    }
    return text[-1] == '\n';
}

/* --- json --- */

static bool read_string(const char **at)
{
    if (!read_literal(at, "\""))
        return false;
    for (; **at != '"'; (*at)++) {
        if (**at < ' ' || **at > '~')
            return false;
        if (**at == '\\' && *++*at != '"' && **at != '\\')
            return false;
    }
    (*at)++;
    return true;
}

static bool read_json_number(const char **at)
{
    const char *digits = *at + (**at == '-');

    return (*digits != '0' || !strchr(DIGITS, digits[1]) || !digits[1]) &&
           read_number(at);
}

static bool read_value(const char **at, int depth);

static bool read_member(const char **at, int depth)
{
    return read_string(at) && read_literal(at, ": ") && read_value(at, depth);
}

static bool read_list(const char **at, const char *end, int depth,
                      bool (*read)(const char **at, int depth))
{
    if (read_literal(at, end))
        return true;
    do
        if (!read(at, depth))
            return false;
    while (read_literal(at, ", "));
    return read_literal(at, end);
}

static bool read_value(const char **at, int depth)
{
    if (depth > 8)
        return false;
    if (read_literal(at, "{"))
        return read_list(at, "}", depth + 1, read_member);
    if (read_literal(at, "["))
        return read_list(at, "]", depth + 1, read_value);
    if (**at == '"')
        return read_string(at);
    return read_literal(at, "true") || read_literal(at, "false") || read_json_number(at);
}

bool reads_as_json(const char *text)
{
    return *text == '{' && read_value(&text, 0) && read_literal(&text, "\n") && !*text;
}

/* --- prometheus --- */

static bool read_label(const char **at)
{
    return read_some(at, LOWER DIGITS "_") && read_literal(at, "=") && read_string(at);
}

static bool read_labels(const char **at)
{
    do
        if (!read_label(at))
            return false;
    while (read_literal(at, ","));
    return read_literal(at, "}");
}

/* The exponent is one that converts a unit. */
static bool read_sample(const char **at)
{
    if (!read_some(at, LOWER DIGITS "_") || !read_literal(at, "{") || !read_labels(at) ||
        !read_literal(at, " ") || !read_number(at))
        return false;
    if (!read_literal(at, "e-6"))
        read_literal(at, "e-2");
    return read_literal(at, "\n");
}

/* The series of a line, up to its value, is that of no line behind it. */
static bool is_only_one(const char *line, const char *next)
{
    const char *labels = line;
    size_t length;

    read_some(&labels, LOWER DIGITS "_");
    read_literal(&labels, "{");
    read_labels(&labels);
    length = (size_t)(labels - line);
    for (; next; next = strchr(next, '\n'), next = next ? next + 1 : NULL)
        if (!strncmp(line, next, length))
            return false;
    return true;
}

bool reads_as_prometheus(const char *text)
{
    while (*text) {
        const char *line = text;

        if (*line == '#') {
            if (!read_plain_line(&text, "|<`"))
                return false;
        } else if (!read_sample(&text) || !is_only_one(line, text)) {
            return false;
        }
    }
    return true;
}

/* --- journal --- */

bool reads_as_journal(const char *text)
{
    return read_literal(&text, "<") && *text >= '2' && *text <= '6' && *++text == '>' &&
           text++ && read_plain_line(&text, "|<`") && !*text;
}
