/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/sources.h"
#include "checks/checks.h"
#include "checks/clock.h"
#include "checks/report.h"

#include <math.h>

static bool is_known(const struct source *source)
{
    return !source_is_unresolved(source);
}

static bool is_falseticker(const struct source *source)
{
    return source_condition(source) == CONDITION_FALSETICKER;
}

static bool is_jittery(const struct source *source)
{
    return source_condition(source) == CONDITION_JITTERY;
}

static bool is_unreachable(const struct source *source)
{
    return is_known(source) && !source_is_reachable(source);
}

static bool is_good_clock(const struct source *source)
{
    return source_is_clock(source) && source_is_good(source);
}

/* One row a count; the metric of the same index is what it is called. */
static bool (*const is_counted[])(const struct source *) = {
    source_is_good, is_known,   source_is_in_use, source_is_reachable,
    is_falseticker, is_jittery, is_unreachable,   source_is_unresolved,
    is_good_clock,
};

enum {
    COUNTS = sizeof is_counted / sizeof is_counted[0],
    SURVIVABLE = COUNTS,
    SPREAD,
    MISSED_POLLS,
    METRICS,
    NAMED = 2, /* bad sources in the text; so many fit */
    SUMMARY_TEXT = REASON_TEXT - 40,
};

static const struct metric metrics[METRICS] = {
    {"good", UNIT_COUNT, false, SNAPSHOT_SOURCES,
     "3:", "1:", "sources that are selected, combined or selectable (chronyc: *, +, -)"},
    {"sources", UNIT_COUNT, false, SNAPSHOT_SOURCES, "4:", NULL,
     "sources with an address, and reference clocks"},
    {"combined", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "sources that are selected or combined (chronyc: *, +)"},
    {"reachable", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "sources that answered one of the last eight polls"},
    {"falsetickers", UNIT_COUNT, false, SNAPSHOT_SOURCES, "0", NULL,
     "sources that disagree with the majority (chronyc: x)"},
    {"jittery", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "sources whose time varies too much (chronyc: ~)"},
    {"unreachable", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "sources with an address that answered none of the last eight polls"},
    {"unresolved", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "sources whose name does not resolve (chrony 4.0 and later)"},
    {"refclocks", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "reference clocks that are good"},
    [SURVIVABLE] = {"survivable", UNIT_COUNT, false, SNAPSHOT_SOURCES, "1:", NULL,
                    "wrong sources that the good ones outvote: one of three, two of "
                    "five; the default limit holds unless a warning limit for good is "
                    "given"},
    [SPREAD] = {"spread", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                "largest distance between two good sources' offsets beyond their error "
                "bounds; 0: all can be right"},
    [MISSED_POLLS] = {"missed_polls", UNIT_COUNT, false, 8, "3", NULL,
                      "polls in a row, up to the last one, that a good source did not "
                      "answer; of the worst"},
};

static const struct option_row options[] = {
    {"require-source", 0, OPTION_LIST, offsetof(struct settings, required), "SOURCE",
     NULL, NULL,
     "CRITICAL when this source is not good: its name as configured, its address, or the "
     "reference id of a reference clock (PPS)"},
    OPTION_ALLOW_LOCAL,
    OPTION_GRACE,
    {0},
};

static unsigned needs(const struct settings *settings)
{
    return NEED_SOURCES | (settings->allow_local ? NEED_TRACKING : 0) |
           (settings->verbose || settings->required.count ? NEED_SOURCE_NAMES : 0) |
           (settings->verbose ? NEED_SELECT_DATA : 0) | clock_starting_needs(settings);
}

/* Who says how many good sources are enough has said how many may be wrong. */
static void settle(struct settings *settings)
{
    const struct metric_limits *good = settings_find(settings, &metrics[0]);
    struct metric_limits *survivable = settings_find(settings, &metrics[SURVIVABLE]);

    if (good && survivable && good->warning_given && !survivable->warning_given)
        survivable->limits.warning.set = false;
}

/* A chronyd that has just started has few sources yet: what is critical becomes a
 * warning. */
static struct limits count_limits(const struct snapshot *snapshot,
                                  const struct settings *settings,
                                  const struct metric *metric)
{
    struct limits limits = clock_limits(snapshot, settings, metric);

    if (clock_is_starting(snapshot, settings)) {
        if (!limits.warning.set)
            limits.warning = limits.critical;
        limits.critical.set = false;
    }
    return limits;
}

static enum state measure(const struct snapshot *snapshot,
                          const struct settings *settings, size_t m, double value,
                          struct result *result)
{
    struct limits limits = count_limits(snapshot, settings, &metrics[m]);

    return result_measure(result, &metrics[m], value, &limits);
}

static void measure_counts(const struct snapshot *snapshot,
                           const struct settings *settings, struct result *result)
{
    for (size_t m = 0; m < COUNTS; m++) {
        size_t count = 0;

        for (size_t i = 0; i < snapshot->source_count; i++)
            count += is_counted[m](&snapshot->sources[i]);
        measure(snapshot, settings, m, (double)count, result);
    }
}

static void measure_agreement(const struct snapshot *snapshot,
                              const struct settings *settings, struct result *result)
{
    const struct source *worst = sources_worst_heard(snapshot);
    const unsigned missed = worst ? source_missed_polls(worst) : 0;
    enum state state;

    measure(snapshot, settings, SURVIVABLE, sources_survivable(snapshot), result);
    measure(snapshot, settings, SPREAD, sources_spread(snapshot), result);
    state =
        measure(snapshot, settings, MISSED_POLLS, worst ? (double)missed : NAN, result);
    if (state)
        result_reason(result, state, "%.64s did not answer its last %u polls",
                      source_display(worst), missed);
}

/* "good sources: 4 of 5, 127.0.0.15 falseticker, 2 unresolved": a few bad ones are named.
 */
static void summarise(const struct snapshot *snapshot, struct result *result)
{
    size_t good = 0, bad = 0, unresolved = 0;
    char text[SUMMARY_TEXT] = "";

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        good += source_is_good(source);
        unresolved += source_is_unresolved(source);
        if (source_is_good(source) || source_is_unresolved(source) || ++bad > NAMED)
            continue;
        report_append(text, sizeof text, ", %.40s %s", source_display(source),
                      source_condition_text(source_condition(source)));
    }
    if (bad > NAMED)
        report_append(text, sizeof text, " and %zu more", bad - NAMED);
    if (unresolved)
        report_append(text, sizeof text, ", %zu unresolved", unresolved);
    result_reason(result, STATE_OK, "good sources: %zu of %zu%s", good, good + bad, text);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    /* It decides which limits hold. */
    if (settings->allow_local)
        report_has_tracking(snapshot, settings, result);
    if (!report_has_sources(snapshot, settings, result))
        return;
    measure_counts(snapshot, settings, result);
    measure_agreement(snapshot, settings, result);
    sources_judge_required(snapshot, settings, result);
    summarise(snapshot, result);
    if (settings->verbose)
        sources_tabulate(snapshot, result);
}

const struct check sources_check = {
    .name = "sources",
    .question = "Are there enough good, agreeing, independent sources?",
    .metrics = metrics,
    .metric_count = METRICS,
    .options = options,
    .needs = needs,
    .settle = settle,
    .judge = judge,
};
