/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A result as text. A format is one function, in a file of its own, and one row of
 * format.h. */
#ifndef MONITOR_RENDER_H
#define MONITOR_RENDER_H

#include "monitor/result.h"

#include <stdio.h>

struct render_options {
    const char *plugin; /* name of the program */
    bool perfdata;      /* write performance data, where that is a part of its own */
    bool terminal;      /* somebody looks at a terminal: tables stand in columns */
    bool colour;        /* and it shows colours: state words are coloured */
    size_t width;       /* characters in a line of it; 0: not known */
};

struct format {
    const char *name; /* as in --format=NAME; NULL ends the table */
    void (*render)(const struct result *result, const struct render_options *options,
                   FILE *out);
};

/* The first is the default. */
extern const struct format formats[];

#endif
