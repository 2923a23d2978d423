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
    snapshot->history_error =
        history_exchange(path, &now, &snapshot->earlier, &snapshot->recalls);
    snapshot->interval = now.time - snapshot->earlier.time;
    if (snapshot->recalls && snapshot->interval <= 0) {
        snapshot->recalls = false;
        snapshot->history_error = HISTORY_OTHER_RUN;
    }
}
