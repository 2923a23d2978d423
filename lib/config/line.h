/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of chrony.conf, held against the rows of the directives. */
#ifndef CONFIG_LINE_H
#define CONFIG_LINE_H

#include "config/config.h"
#include "config/memory.h"

enum { LINE_PROBLEMS = 8 };

/* What was found on one line. More than fit are dropped, but not the first fatal one. */
struct line_problems {
    struct config_problem list[LINE_PROBLEMS + 1]; /* without file and line; the last one
                                                      takes what is dropped */
    size_t count;
    bool is_fatal;
};

/* As chronyd does, in place: blanks at both ends go, those within become one space each,
 * and a comment becomes nothing. */
void line_normalise(char *text);

/* Fills in all of a line but its file and number, from a normalised text that is not
 * empty and lives in memory. False when there is no memory. */
bool line_read(struct config_line *line, char *text, unsigned version,
               struct config_memory **memory, struct line_problems *problems);

#endif
