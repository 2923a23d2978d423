/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user wants of the checks, as plain data. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "monitor/result.h"

enum {
    SETTINGS_METRICS = 64,
    SETTINGS_REQUIRED = 32,
};

/* The limits of one metric: the defaults of its row until the user gives others. */
struct metric_limits {
    const struct metric *metric;
    struct limits limits;
    bool warning_given, critical_given;
};

struct settings {
    struct metric_limits metrics[SETTINGS_METRICS];
    size_t metric_count;

    double timeout;           /* s, for the whole run */
    enum state timeout_state; /* of a chronyd that does not answer in time */
    bool verbose;             /* the tables are wanted */

    bool allow_local; /* chronyd's local reference is as good as a source */
    unsigned preset;  /* an index into the presets of the offset check; 0: none */
    unsigned pending; /* enum state of a leap second that is announced */
    double grace;     /* s that a chronyd has after its first sample to become good */
    const char
        *required[SETTINGS_REQUIRED]; /* sources that must be good: name, address, id */
    size_t required_count;
    unsigned authentication; /* an index into those that the auth check can require; 0:
                                none */
    double max_drift;        /* ppm, by which the clock may err when nothing steers it */
    const char *state_file;  /* where counts are kept between runs; NULL: nowhere */
};

/* The settings of somebody who gave no option. */
void settings_init(struct settings *settings);

/* Adds metrics, with their default limits, that are not there yet. */
void settings_add_metrics(struct settings *settings, const struct metric *metrics,
                          size_t count);

/* The limits of a metric; of one that was not added, the defaults of its row. */
struct metric_limits settings_limits(const struct settings *settings,
                                     const struct metric *metric);

/* Where to store given limits; NULL for a metric that was not added. */
struct metric_limits *settings_find(struct settings *settings,
                                    const struct metric *metric);

/* Drops a default warning limit that can never be reached, since whatever alerts it is
 * critical already. False when the user gave that warning limit: it is a mistake, and is
 * kept. */
bool metric_limits_settle(struct metric_limits *limits);

#endif
