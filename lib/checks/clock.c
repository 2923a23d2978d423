/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/clock.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool clock_is_local(const struct snapshot *snapshot)
{
    return snapshot->tracking.reference_id == REFERENCE_ID_LOCAL &&
           snapshot->tracking.address.family == IP_UNSPECIFIED;
}

struct limits clock_limits(const struct snapshot *snapshot,
                           const struct settings *settings, const struct metric *metric)
{
    struct metric_limits found = settings_limits(settings, metric);

    if (settings->allow_local && snapshot->tracking_error == SESSION_OK &&
        clock_is_local(snapshot)) {
        found.limits.warning.set = found.warning_given;
        found.limits.critical.set = found.critical_given;
    }
    return found.limits;
}

unsigned clock_starting_needs(const struct settings *settings)
{
    return settings->grace > 0 ? NEED_SOURCES | NEED_SOURCE_STATS : 0;
}

/* How long ago the source gave its first sample; NAN when it gave none, -1 when it is no
 * longer starting: after eight polls, or one that was not answered, or when that cannot
 * be told. */
static double first_sample(const struct source *source)
{
    const unsigned reach = source->data.reach & 0xff;
    const double span = reach == 1 ? 0 : source->span; /* one sample spans nothing */

    if (reach == 0xff || (reach & (reach + 1)))
        return -1;
    if (source->data.since_sample == NEVER)
        return NAN;
    return reach && !isnan(span) ? source->data.since_sample + span : -1;
}

/* Of two numbers, or the one that is a number. (fmax() would cost a library at every
 * start.) */
static double larger(double one, double other)
{
    return isnan(one) || other > one ? other : one;
}

static double smaller(double one, double other)
{
    return isnan(one) || other < one ? other : one;
}

/* Seconds since the first sample of a chronyd that is starting; NAN: it is not. */
static double starting_since(const struct snapshot *snapshot)
{
    double first = NAN;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        double one = first_sample(&snapshot->sources[i]);

        if (one < 0)
            return NAN;
        first = larger(first, one);
    }
    return first;
}

bool clock_is_starting(const struct snapshot *snapshot, const struct settings *settings)
{
    return settings->grace > 0 && snapshot->sources_error == SESSION_OK &&
           starting_since(snapshot) <= settings->grace;
}

void clock_ago(double seconds, char text[static AGO_TEXT])
{
    char age[QUANTITY_TEXT];

    quantity_text(isnan(seconds) ? 0 : seconds, UNIT_SECONDS, age);
    snprintf(text, AGO_TEXT, "%s%s", isnan(seconds) ? "" : age,
             isnan(seconds) ? "" : " ago");
}

static bool is_leap_status_known(const struct tracking *tracking, struct result *result)
{
    if (tracking->leap_status <= LEAP_UNSYNCHRONISED)
        return true;
    result_reason(result, STATE_UNKNOWN, "unknown leap status %u", tracking->leap_status);
    return false;
}

bool clock_is_synchronised(const struct snapshot *snapshot,
                           const struct settings *settings, struct result *result)
{
    const struct tracking *tracking = &snapshot->tracking;
    char ago[AGO_TEXT];

    if (tracking->leap_status != LEAP_UNSYNCHRONISED && tracking->stratum > 0 &&
        tracking->stratum < 16)
        return is_leap_status_known(tracking, result);
    clock_ago(starting_since(snapshot), ago);
    if (clock_is_starting(snapshot, settings))
        result_reason(result, STATE_WARNING, "not synchronised yet: first sample %s",
                      ago);
    else
        result_reason(result, STATE_CRITICAL,
                      "not synchronised: chronyd has no time to offer");
    return false;
}

bool clock_is_trusted(const struct snapshot *snapshot, const struct settings *settings,
                      struct result *result)
{
    if (!clock_is_synchronised(snapshot, settings, result))
        return false;
    if (!clock_is_local(snapshot))
        return true;
    if (settings->allow_local) {
        result_reason(result, STATE_OK,
                      "free-running on the local reference, as allowed");
        return true;
    }
    result_reason(
        result, clock_is_starting(snapshot, settings) ? STATE_WARNING : STATE_CRITICAL,
        "free-running on the local reference, stratum %u: no source steers the clock",
        snapshot->tracking.stratum);
    return false;
}

/* Which sources tell how old the newest sample is: a sample of one that does not steer
 * the clock (chrony.conf: noselect) makes nothing newer. */
enum steering {
    STEERS_NOT,
    STEERS_LAST, /* it did when the clock was last updated */
    STEERS,
};

static enum steering steering(const struct snapshot *snapshot,
                              const struct source *source)
{
    if (source_is_in_use(source))
        return STEERS;
    return snapshot->tracking_error == SESSION_OK &&
                   source_is_followed(source, &snapshot->tracking)
               ? STEERS_LAST
               : STEERS_NOT;
}

/* chronyd steers the clock by a source, or did until it was lost. */
static bool has_followed(const struct snapshot *snapshot)
{
    return snapshot->tracking_error == SESSION_OK &&
           snapshot->tracking.leap_status != LEAP_UNSYNCHRONISED &&
           snapshot->tracking.reference_id && !clock_is_local(snapshot);
}

double clock_sample_age(const struct snapshot *snapshot, double *poll)
{
    enum steering most = STEERS_NOT;
    double age = NAN;

    for (size_t i = 0; i < snapshot->source_count; i++)
        if (steering(snapshot, &snapshot->sources[i]) > most)
            most = steering(snapshot, &snapshot->sources[i]);
    *poll = 0;
    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        if (steering(snapshot, source) < most)
            continue;
        *poll = larger(*poll, ldexp(1, source->data.poll));
        if (source->data.since_sample != NEVER)
            age = smaller(age, source->data.since_sample);
    }
    /* The one that was followed has gone. */
    return most == STEERS_NOT && has_followed(snapshot) ? clock_update_age(snapshot)
                                                        : age;
}

double clock_update_age(const struct snapshot *snapshot)
{
    const struct wire_time *time = &snapshot->tracking.reference_time;

    return larger(0, snapshot->taken - (double)time->seconds - time->nanoseconds * 1e-9);
}
