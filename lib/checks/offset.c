/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/offset.h"
#include "checks/checks.h"
#include "checks/clock.h"
#include "checks/report.h"

#include <math.h>

const struct metric offset_metrics[OFFSET_METRICS] = {
    [OFFSET] = {"offset", UNIT_SECONDS, true, INFINITY, "10ms", "100ms",
                "distance of the system clock from true time, as chronyd knows it; above "
                "0: ahead"},
    [MAX_ERROR] =
        {"max_error", UNIT_SECONDS, false, INFINITY, "200ms", "1s",
         "the most that the clock can be off: |offset| + root dispersion + root delay "
         "/ 2"},
    [LAST_OFFSET] =
        {"last_offset", UNIT_SECONDS, true, INFINITY, NULL, NULL,
         "offset that was estimated at the last clock update; above 0: ahead"},
    [RMS_OFFSET] = {"rms_offset", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                    "long-term average of the size of last_offset"},
    [FREQUENCY] =
        {"frequency_ppm", UNIT_PPM, true, INFINITY, NULL, NULL,
         "rate by which the clock would be wrong without chronyd; above 0: fast"},
    [SKEW] = {"skew_ppm", UNIT_PPM, false, INFINITY, NULL, NULL,
              "estimated error bound of the frequency"},
    [ROOT_DELAY] = {"root_delay", UNIT_SECONDS, true, INFINITY, NULL, NULL,
                    "network round trip to the reference clock (can be below 0)"},
    [ROOT_DISPERSION] = {"root_dispersion", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                         "error accumulated on the way from the reference clock"},
};

static const char *const preset_names[] = {"none",      "finra",     "cat-participant",
                                           "mifid-hft", "mifid-1ms", "mifid-1s",
                                           "ceph",      NULL};
static const double preset_max_error[] = {0, 50e-3, 100e-6, 100e-6, 1e-3, 1, 50e-3};

static const struct option_row options[] = {
    {"preset", 0, OPTION_CHOICE, offsetof(struct settings, preset), "NAME", "none",
     preset_names,
     "limits of a rule book for max_error: critical at finra 50 ms, cat-participant 100 "
     "us, "
     "mifid-hft 100 us, mifid-1ms 1 ms, mifid-1s 1 s, ceph 50 ms; warning at 80 % of "
     "that"},
    OPTION_ALLOW_LOCAL,
    OPTION_GRACE,
    {0},
};

static unsigned needs(const struct settings *settings)
{
    return NEED_TRACKING | NEED_SOURCES | clock_starting_needs(settings);
}

static void settle(struct settings *settings)
{
    struct metric_limits *limits = settings_find(settings, &offset_metrics[MAX_ERROR]);
    double most = preset_max_error[settings->preset];

    if (!settings->preset || !limits)
        return;
    if (!limits->critical_given)
        limits->limits.critical = (struct range){.set = true, .end = most};
    if (!limits->warning_given)
        limits->limits.warning = (struct range){.set = true, .end = 0.8 * most};
}

double offset_max_error(const struct tracking *tracking)
{
    return fabs(tracking->offset) + tracking->root_dispersion +
           fabs(tracking->root_delay) / 2;
}

static void measure(const struct snapshot *snapshot, const struct settings *settings,
                    double max_error, struct result *result)
{
    const struct tracking *tracking = &snapshot->tracking;
    const double values[OFFSET_METRICS] = {
        [OFFSET] = tracking->offset,
        [MAX_ERROR] = max_error,
        [LAST_OFFSET] = tracking->last_offset,
        [RMS_OFFSET] = tracking->rms_offset,
        [FREQUENCY] = tracking->frequency,
        [SKEW] = tracking->skew,
        [ROOT_DELAY] = tracking->root_delay,
        [ROOT_DISPERSION] = tracking->root_dispersion,
    };

    for (size_t i = 0; i < OFFSET_METRICS; i++) {
        struct metric_limits limits = settings_limits(settings, &offset_metrics[i]);

        result_measure(result, &offset_metrics[i], values[i], &limits.limits);
    }
}

/* Without a selected source the numbers are what chronyd expects, not what it has
 * measured. */
static void judge_holdover(const struct snapshot *snapshot, struct result *result)
{
    double poll, age = clock_sample_age(snapshot, &poll);
    char since[QUANTITY_TEXT];

    quantity_text(age, UNIT_SECONDS, since);
    result_reason(
        result, STATE_WARNING,
        "in holdover for %s: no source is selected, the numbers are chronyd's estimate",
        isnan(age) ? "an unknown time" : since);
}

/* Not said of a clock that follows only itself: it knows no true time. */
static void summarise(const struct tracking *tracking, double max_error,
                      struct result *result)
{
    char offset[QUANTITY_TEXT], most[QUANTITY_TEXT];

    quantity_text(fabs(tracking->offset), UNIT_SECONDS, offset);
    quantity_text(max_error, UNIT_SECONDS, most);
    result_reason(result, STATE_OK, "clock is %s %s true time, at most %s off", offset,
                  tracking->offset < 0 ? "behind" : "ahead of", most);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    const struct tracking *tracking = &snapshot->tracking;
    double max_error;

    if (!report_has_tracking(snapshot, settings, result) ||
        !clock_is_trusted(snapshot, settings, result))
        return;
    max_error = offset_max_error(tracking);
    measure(snapshot, settings, max_error, result);
    if (clock_is_local(snapshot))
        return;
    summarise(tracking, max_error, result);
    if (report_has_sources(snapshot, settings, result) && snapshot->sources_whole &&
        !snapshot_selected(snapshot))
        judge_holdover(snapshot, result);
}

const struct check offset_check = {
    .name = "offset",
    .question = "How far is the clock from true time, and at most how far?",
    .metrics = offset_metrics,
    .metric_count = OFFSET_METRICS,
    .options = options,
    .needs = needs,
    .settle = settle,
    .judge = judge,
};
