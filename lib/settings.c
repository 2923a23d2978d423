/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "settings.h"

#include <string.h>

void settings_init(struct settings *settings)
{
    memset(settings, 0, sizeof *settings);
    settings->timeout = 5;
    settings->timeout_state = STATE_CRITICAL;
    settings->pending = STATE_WARNING;
    settings->max_drift = 1; /* what chronyd assumes itself: maxclockerror */
    settings->ntp_port = 123;
}

static struct range default_range(const struct metric *metric, const char *text)
{
    struct range range = {.set = false};

    if (text)
        range_parse(text, metric->unit, metric->is_signed, &range);
    return range;
}

static struct metric_limits default_limits(const struct metric *metric)
{
    return (struct metric_limits){
        .metric = metric,
        .limits = {default_range(metric, metric->warning),
                   default_range(metric, metric->critical)},
    };
}

void settings_add_metrics(struct settings *settings, const struct metric *metrics,
                          size_t count)
{
    for (size_t i = 0; i < count && settings->metric_count < SETTINGS_METRICS; i++)
        if (!settings_find(settings, &metrics[i]))
            settings->metrics[settings->metric_count++] = default_limits(&metrics[i]);
}

struct metric_limits *settings_find(struct settings *settings,
                                    const struct metric *metric)
{
    for (size_t i = 0; i < settings->metric_count; i++)
        if (settings->metrics[i].metric == metric)
            return &settings->metrics[i];
    return NULL;
}

struct metric_limits settings_limits(const struct settings *settings,
                                     const struct metric *metric)
{
    for (size_t i = 0; i < settings->metric_count; i++)
        if (settings->metrics[i].metric == metric)
            return settings->metrics[i];
    return default_limits(metric);
}

bool metric_limits_settle(struct metric_limits *limits)
{
    if (!range_is_shadowed(&limits->limits.warning, &limits->limits.critical))
        return true;
    if (limits->warning_given)
        return false;
    limits->limits.warning.set = false;
    return true;
}
