/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the offset check shares with the sync check. */
#ifndef CHECKS_OFFSET_H
#define CHECKS_OFFSET_H

#include "settings.h"
#include "snapshot.h"

enum {
    OFFSET,
    MAX_ERROR,
    LAST_OFFSET,
    RMS_OFFSET,
    FREQUENCY,
    SKEW,
    ROOT_DELAY,
    ROOT_DISPERSION,
    OFFSET_METRICS,
};

extern const struct metric offset_metrics[OFFSET_METRICS];

/* The most that the clock can be off, s. The tracking report must be there. */
double offset_max_error(const struct tracking *tracking);

#endif
