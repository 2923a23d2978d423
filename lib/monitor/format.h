/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the formats share. Part of the render module: only render.c and the formats
 * include it. */
#ifndef MONITOR_FORMAT_H
#define MONITOR_FORMAT_H

#include "monitor/render.h"

/* The formats: each is a word here and a function render_WORD() in render_WORD.c. The
 * first is the default. */
#define FORMATS(format) format(nagios) format(json) format(prometheus) format(journal)

#define DECLARE_FORMAT(name)                                                             \
    void render_##name(const struct result *result,                                      \
                       const struct render_options *options, FILE *out);
FORMATS(DECLARE_FORMAT)

/* Where text stands: in a line; in a line of a terminal, where state words are coloured;
 * or between quotes, where JSON and Prometheus alike want a backslash before a quote or a
 * backslash. */
enum text_place {
    IN_LINE,
    IN_COLOUR,
    IN_STRING,
};

/* Writes text that may hold bytes from outside: printable ASCII goes through but for the
 * pipe (it would begin performance data), "less than" (it would begin HTML) and the
 * backtick (a shell may see it); these and all other bytes become "?". */
void render_text(const char *text, enum text_place place, FILE *out);

/* The same with quotes around it. */
void render_string(const char *text, FILE *out);

/* True for texts that are written alike. */
bool text_is_same(const char *one, const char *other);

enum { KEY_TEXT = 40 };

/* The name of a table or a column as programs want it: "last_sample". */
void make_key(const char *name, char key[static KEY_TEXT]);

/* The i-th of the reasons as they are told: the worst come first. */
const struct reason *told_reason(const struct result *result, size_t i);

/* The word of a state. */
void render_state(enum state state, enum text_place place, FILE *out);

/* "CHRONY OFFSET OK - ", and the reasons. No line end, no quotes. */
void render_verdict(const struct result *result, enum text_place place, FILE *out);

/* The unit of the numbers of a column. */
enum unit column_unit(enum column_type type);

/* What people read in a cell: its own text, or its number as text; NULL: it is unknown.
 */
const char *cell_text(const struct cell *cell, enum column_type type,
                      char number[static QUANTITY_TEXT]);

/* Writes a table with headings, in columns as wide as what is in them. Columns of which
 * nothing is known are left out. Where the lines would be longer than "most", and that is
 * not 0, the widest texts go over several lines; a word is never broken. */
void render_columns(const struct table *table, size_t most, enum text_place place,
                    FILE *out);

#endif
