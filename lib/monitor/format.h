/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats share. Part of the render module: only render.c and the formats
 * include it. */
#ifndef MONITOR_FORMAT_H
#define MONITOR_FORMAT_H

#include "monitor/render.h"

/* The formats: each is a word here and a function render_WORD() in render_WORD.c. The
 * first is the default. */
#define FORMATS(format) format(nagios) format(journal)

#define DECLARE_FORMAT(name)                                                             \
    void render_##name(const struct result *result,                                      \
                       const struct render_options *options, FILE *out);
FORMATS(DECLARE_FORMAT)

/* Writes text that may hold bytes from outside: printable ASCII goes through but for the
 * pipe (it would begin performance data), "less than" (it would begin HTML) and the
 * backtick (a shell may see it); these and all other bytes become "?". */
void render_text(const char *text, FILE *out);

/* The reason that is told at this place, 0 to reason_count - 1: the worst come first. */
const struct reason *told_reason(const struct result *result, size_t place);

/* "CHRONY OFFSET OK - ", and the reasons. No line end. */
void render_verdict(const struct result *result, FILE *out);

/* The unit of the numbers of a column. */
enum unit column_unit(enum column_type type);

#endif
