/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Threshold ranges of the monitoring plugins guidelines: [@]start:end.
 *
 * A value outside start to end alerts, both ends included in the range; with @ a value
 * inside does. "N" is 0:N, or -N:N for a signed metric; "N:" has no end; "~:N" has no
 * start. */
#ifndef MONITOR_RANGE_H
#define MONITOR_RANGE_H

#include "monitor/quantity.h"

struct range {
    bool set;     /* false: there is no limit, nothing alerts */
    bool inside;  /* alert inside the range instead of outside */
    double start; /* in the base unit of the metric; -INFINITY: none */
    double end;   /* INFINITY: none */
};

enum range_error {
    RANGE_OK,
    RANGE_EMPTY,
    RANGE_EXPANDED, /* begins with a slash: the shell has expanded "~" */
    RANGE_INVALID,  /* no number of this unit where one must be */
    RANGE_REVERSED, /* the start is above the end */
};

enum range_error range_parse(const char *text, enum unit unit, bool is_signed,
                             struct range *range);

/* What is wrong and what to write instead, for people. */
const char *range_error_text(enum range_error error);

/* Never true for a range that is not set. The value is a number, not NAN. */
bool range_alerts(const struct range *range, double value);

/* True when a warning limit is pointless: it alerts on something, but on nothing that
 * does not already alert the critical limit. */
bool range_is_shadowed(const struct range *warning, const struct range *critical);

enum { RANGE_TEXT = 2 * QUANTITY_TEXT + 4 };

/* The range as it would be written on a command line, in the base unit: "-0.1:0.1 s",
 * "3:". */
void range_text(const struct range *range, enum unit unit, bool is_signed,
                char text[static RANGE_TEXT]);

#endif
