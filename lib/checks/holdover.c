/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/holdover.h"
#include "checks/clock.h"
#include "checks/offset.h"

#include <math.h>

/* What chronyd lets root dispersion grow by, besides the skew, unless maxclockerror in
 * chrony.conf says otherwise. */
static const double assumed_drift = 1; /* ppm */

/* Seconds until max_error is as large as the limit; 0: it is; INFINITY: it never will be.
 * Root dispersion has grown by chronyd's own assumption until now. */
static double time_until(const struct snapshot *snapshot, double max_drift, double limit)
{
    const struct tracking *tracking = &snapshot->tracking;
    const double growth =
        (tracking->skew + fabs(tracking->residual_frequency) + max_drift) * 1e-6;
    const double error = offset_max_error(tracking) +
                         (max_drift - assumed_drift) * 1e-6 * clock_update_age(snapshot);

    if (error >= limit)
        return 0;
    return growth > 0 ? (limit - error) / growth : INFINITY;
}

void holdover_judge(const struct snapshot *snapshot, const struct settings *settings,
                    const struct metric *metric, struct result *result)
{
    const struct range limit =
        settings_limits(settings, &offset_metrics[MAX_ERROR]).limits.critical;
    const struct limits limits = settings_limits(settings, metric).limits;
    char most[QUANTITY_TEXT], text[QUANTITY_TEXT];
    double left;

    if (snapshot_selected(snapshot) || !limit.set || limit.inside || !isfinite(limit.end))
        return;
    left = time_until(snapshot, settings->max_drift, limit.end);
    result_measure(result, metric, left, &limits);
    quantity_text(limit.end, UNIT_SECONDS, most);
    quantity_text(left, UNIT_SECONDS, text);
    if (left > 0 && isfinite(left))
        result_reason(result, STATE_OK, "in holdover, within %s for another %s", most,
                      text);
    else if (left == 0)
        result_reason(result, STATE_OK, "in holdover, no longer within %s", most);
}
