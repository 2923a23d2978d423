/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the sources check. */
#ifndef CHECKS_SOURCES_H
#define CHECKS_SOURCES_H

#include "settings.h"
#include "snapshot.h"

/* CRITICAL, or WARNING when chronyd is starting, for each source of settings->required
 * that is not there or not good. A name that several sources have, as those of a pool, is
 * good when one of them is. */
void sources_judge_required(const struct snapshot *snapshot,
                            const struct settings *settings, struct result *result);

/* How many lying sources the good ones survive: chronyd follows a majority. */
double sources_survivable(const struct snapshot *snapshot);

/* The largest distance between two good sources beyond the error bounds of both, s; 0:
 * all of them can be right; NAN: there are no two. */
double sources_spread(const struct snapshot *snapshot);

/* The good source that has missed most of its last polls in a row, 0 to 7; NULL: there is
 * no good one. */
const struct source *sources_worst_heard(const struct snapshot *snapshot);

/* How many of its last polls a source has missed in a row, 0 to 8. */
unsigned source_missed_polls(const struct source *source);

/* Adds the table of sources, a row each. */
void sources_tabulate(const struct snapshot *snapshot, struct result *result);

#endif
