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

/* Adds the table of sources, a row each. */
void sources_tabulate(const struct snapshot *snapshot, struct result *result);

#endif
