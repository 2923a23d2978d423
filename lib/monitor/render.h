/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result as text. A format is one row of a table and one function. */
#ifndef MONITOR_RENDER_H
#define MONITOR_RENDER_H

#include "monitor/result.h"

#include <stdio.h>

struct render_options {
    bool perfdata; /* write performance data */
};

struct format {
    const char *name; /* as in --format=NAME; NULL ends the table */
    void (*render)(const struct result *result, const struct render_options *options,
                   FILE *out);
};

/* The first is the default. */
extern const struct format formats[];

/* Writes text that may hold bytes from outside: printable ASCII goes through but for the
 * pipe (it would begin performance data), "less than" (it would begin HTML) and the
 * backtick (a shell may see it); these and all other bytes become "?". */
void render_text(const char *text, FILE *out);

#endif
