/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the run before has left. */
#include "snapshot.h"

#include <stdio.h>

void snapshot_recall(struct snapshot *snapshot, const char *path)
{
    struct history now = {.server_stats = snapshot->server_stats};

    if (!snapshot->answered || snapshot->server_stats_error)
        return;
    snprintf(now.place, sizeof now.place, "%s", snapshot->place);
    history_stamp(&now);
    snapshot->history_error = history_exchange(path, &now, &snapshot->earlier);
    snapshot->interval = now.time - snapshot->earlier.time;
    snapshot->recalls = !snapshot->history_error && snapshot->interval > 0;
}
