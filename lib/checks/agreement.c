/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do the good sources agree, and for how long will they? */
#include "checks/sources.h"

#include <math.h>

static size_t count_good(const struct snapshot *snapshot)
{
    size_t good = 0;

    for (size_t i = 0; i < snapshot->source_count; i++)
        good += source_is_good(&snapshot->sources[i]);
    return good;
}

/* Of n sources a majority must be right: floor((n - 1) / 2) may be wrong. */
double sources_survivable(const struct snapshot *snapshot)
{
    const size_t good = count_good(snapshot), minority = good ? (good - 1) / 2 : 0;

    return (double)minority;
}

/* Each source says that the true offset lies within its interval. */
double sources_spread(const struct snapshot *snapshot)
{
    double highest_start = -INFINITY, lowest_end = INFINITY;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source_data *data = &snapshot->sources[i].data;

        if (!source_is_good(&snapshot->sources[i]))
            continue;
        if (data->offset - data->error > highest_start)
            highest_start = data->offset - data->error;
        if (data->offset + data->error < lowest_end)
            lowest_end = data->offset + data->error;
    }
    if (count_good(snapshot) < 2)
        return NAN;
    return highest_start > lowest_end ? highest_start - lowest_end : 0;
}

unsigned source_missed_polls(const struct source *source)
{
    unsigned missed = 0;

    while (missed < 8 && !(source->data.reach >> missed & 1))
        missed++;
    return missed;
}

const struct source *sources_worst_heard(const struct snapshot *snapshot)
{
    const struct source *worst = NULL;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        if (source_is_good(source) &&
            (!worst || source_missed_polls(source) > source_missed_polls(worst)))
            worst = source;
    }
    return worst;
}
