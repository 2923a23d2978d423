/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "checks/clock.h"
#include "checks/report.h"

#include <stdio.h>
#include <time.h>

/* In the order of enum state, since the index becomes one. */
static const char *const pending_names[] = {"ok", "warning", "critical", NULL};

static const struct option_row options[] = {
    {"pending", 0, OPTION_CHOICE, offsetof(struct settings, pending), "STATE", "warning",
     pending_names, "state of a leap second that is announced: ok, warning or critical"},
    OPTION_GRACE,
    {0},
};

static unsigned needs(const struct settings *settings)
{
    return NEED_TRACKING | clock_starting_needs(settings);
}

/* The UTC day of chronyd's own reference time: our clock may be wrong. */
static void reference_day(const struct tracking *tracking, char text[static 32])
{
    time_t seconds = (time_t)tracking->reference_time.seconds;
    struct tm day;

    snprintf(text, 32, "the day");
    if (seconds > 0 && gmtime_r(&seconds, &day))
        strftime(text, 32, "%Y-%m-%d UTC", &day);
}

static void announce(const struct tracking *tracking, const struct settings *settings,
                     const char *what, struct result *result)
{
    char day[32];

    reference_day(tracking, day);
    result_reason(result, (enum state)settings->pending,
                  "a leap second will be %s at the end of %s", what, day);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    const struct tracking *tracking = &snapshot->tracking;

    if (!report_has_tracking(snapshot, settings, result) ||
        !clock_is_synchronised(snapshot, settings, result))
        return;
    if (tracking->leap_status == LEAP_NORMAL)
        result_reason(result, STATE_OK, "no leap second is announced");
    else if (tracking->leap_status == LEAP_INSERT)
        announce(tracking, settings, "inserted", result);
    else
        announce(tracking, settings, "deleted", result);
}

const struct check leap_check = {
    .name = "leap",
    .question = "Is a leap second announced, or the clock not synchronised?",
    .options = options,
    .needs = needs,
    .judge = judge,
};
