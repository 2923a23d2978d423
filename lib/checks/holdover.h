/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How long a clock that nothing steers stays good. */
#ifndef CHECKS_HOLDOVER_H
#define CHECKS_HOLDOVER_H

#include "settings.h"
#include "snapshot.h"

/* Measures the seconds until max_error passes its critical limit, and says so. Nothing
 * while a source is selected. The clock must be synchronised, and not to itself. */
void holdover_judge(const struct snapshot *snapshot, const struct settings *settings,
                    const struct metric *metric, struct result *result);

#endif
