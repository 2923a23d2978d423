/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "checks/clock.h"
#include "checks/report.h"

static const struct metric metrics[] = {
    {"stratum", UNIT_COUNT, false, 16, "1:5", "1:9",
     "hops between this clock and a reference clock; 0 and 16 mean not synchronised and "
     "are always "
     "CRITICAL"},
};

static const struct option_row options[] = {
    OPTION_ALLOW_LOCAL,
    OPTION_GRACE,
    {0},
};

static unsigned needs(const struct settings *settings)
{
    return NEED_TRACKING | clock_starting_needs(settings);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    struct limits limits = clock_limits(snapshot, settings, &metrics[0]);
    unsigned stratum = snapshot->tracking.stratum;

    if (!report_has_tracking(snapshot, settings, result) ||
        !clock_is_trusted(snapshot, settings, result))
        return;
    if (result_measure(result, &metrics[0], stratum, &limits) == STATE_OK)
        result_reason(result, STATE_OK, "stratum %u", stratum);
}

const struct check stratum_check = {
    .name = "stratum",
    .question = "How many hops is the clock from a reference clock?",
    .metrics = metrics,
    .metric_count = sizeof metrics / sizeof metrics[0],
    .options = options,
    .needs = needs,
    .judge = judge,
};
