/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "checks/clock.h"
#include "checks/holdover.h"
#include "checks/offset.h"
#include "checks/report.h"

#include <math.h>

enum { SHORTEST_LIMIT = 300 }; /* s */

enum {
    UPDATE_AGE,
    HOLDOVER,
    METRICS,
};

static const struct metric metrics[METRICS] = {
    [UPDATE_AGE] =
        {"update_age", UNIT_SECONDS, false, INFINITY, NULL, NULL,
         "time since chronyd's newest sample of the sources in use, or, where none is, "
         "of "
         "the one that was followed last; limits that are not given follow the longest "
         "poll interval of those "
         "sources: warning above 4 times, critical above 10 times, each at least 300 s"},
    [HOLDOVER] = {"holdover", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                  "while no source is selected: time until max_error passes its critical "
                  "limit, as the error grows by the present skew and --max-drift"},
};

static const struct option_row options[] = {
    OPTION_ALLOW_LOCAL,
    OPTION_GRACE,
    {"max-drift", 0, OPTION_PPM, offsetof(struct settings, max_drift), "PPM", "1", NULL,
     "how fast the clock may drift while nothing steers it, besides the skew; chronyd's "
     "own assumption is 1 (chrony.conf: maxclockerror)"},
    {0},
};

static unsigned needs(const struct settings *settings)
{
    return NEED_TRACKING | NEED_SOURCES | (settings->verbose ? NEED_SOURCE_NAMES : 0) |
           clock_starting_needs(settings);
}

/* From zero to so many poll intervals, but not a short time. */
static struct range poll_range(double intervals, double poll)
{
    double end = intervals * poll;

    return (struct range){.set = true,
                          .end = end > SHORTEST_LIMIT ? end : SHORTEST_LIMIT};
}

static struct limits age_limits(const struct settings *settings, double poll)
{
    struct metric_limits limits = settings_limits(settings, &metrics[UPDATE_AGE]);

    if (!limits.warning_given)
        limits.limits.warning = poll_range(4, poll);
    if (!limits.critical_given)
        limits.limits.critical = poll_range(10, poll);
    /* Out of reach of the critical limit that follows, even a given one means nothing. */
    if (!metric_limits_settle(&limits))
        limits.limits.warning.set = false;
    return limits.limits;
}

/* Says it when no source can be heard. */
static bool sources_are_heard(const struct snapshot *snapshot,
                              const struct settings *settings, struct result *result)
{
    size_t total = snapshot->source_count, unresolved = 0, reachable = 0;

    for (size_t i = 0; i < total; i++) {
        unresolved += source_is_unresolved(&snapshot->sources[i]);
        reachable += source_is_reachable(&snapshot->sources[i]);
    }
    if (reachable || !snapshot->sources_whole ||
        (!total && settings->allow_local && clock_is_local(snapshot)))
        return true;
    if (total > unresolved)
        result_reason(result, STATE_CRITICAL, "all sources are unreachable (%zu)",
                      total - unresolved);
    else if (total)
        result_reason(result, STATE_CRITICAL, "no source has an address (%zu unresolved)",
                      total);
    else
        result_reason(result, STATE_CRITICAL, "chronyd has no source");
    return false;
}

static void judge_selection(const struct snapshot *snapshot, struct result *result)
{
    const struct source *selected = snapshot_selected(snapshot);

    if (selected)
        result_reason(result, STATE_OK, "synchronised to %.64s",
                      source_display(selected));
    else if (snapshot->source_count && snapshot->sources_whole)
        result_reason(result, STATE_WARNING, "no source is selected");
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    double poll, age;
    struct limits limits;
    bool trusted, heard;

    if (!report_has_tracking(snapshot, settings, result) ||
        !report_has_sources(snapshot, settings, result))
        return;
    trusted = clock_is_trusted(snapshot, settings, result);
    heard = sources_are_heard(snapshot, settings, result);
    if (trusted && heard)
        judge_selection(snapshot, result);
    if (trusted && snapshot->sources_whole && !clock_is_local(snapshot))
        holdover_judge(snapshot, settings, &metrics[HOLDOVER], result);
    age = clock_sample_age(snapshot, &poll);
    limits = age_limits(settings, poll);
    result_measure(result, &metrics[UPDATE_AGE], age, &limits);
}

const struct check sync_check = {
    .name = "sync",
    .question = "Is the clock steered by a real, selected, fresh source right now?",
    .metrics = metrics,
    .metric_count = METRICS,
    .heeds = &offset_metrics[MAX_ERROR],
    .options = options,
    .needs = needs,
    .judge = judge,
};
