/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A metric is a row: options, help, performance data, text and manual page all come from
 * it. */
#ifndef MONITOR_METRIC_H
#define MONITOR_METRIC_H

#include "monitor/range.h"

struct metric {
    const char
        *name; /* [a-z0-9_]+: the label in performance data and the word in every text;
                  its options are --NAME-warning and --NAME-critical with hyphens */
    enum unit unit;
    bool is_signed;      /* a bare limit N means -N:N */
    double maximum;      /* no value is above it; INFINITY: none */
    const char *warning; /* default limits, as on the command line; NULL: none */
    const char *critical;
    const char *help; /* what the number is, for --help and the manual page */
};

/* The ranges that a measurement is held against. */
struct limits {
    struct range warning, critical;
};

#endif
