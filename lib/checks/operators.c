/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sources of one operator fail, or lie, together. */
#include "checks/checks.h"
#include "checks/report.h"
#include "names.h"

#include <string.h>

static const struct metric metrics[] = {
    {"operators", UNIT_COUNT, false, SNAPSHOT_SOURCES, NULL, NULL,
     "independent groups among the good sources: by the domain of the configured name, "
     "by address where there is no name (IPv4 /24, IPv6 /48); a pool is one, each "
     "reference clock is one"},
};

static unsigned needs(const struct settings *settings)
{
    (void)settings;
    return NEED_SOURCES | NEED_SOURCE_NAMES;
}

/* A name, and not an address that was configured. */
static bool has_name(const struct source *source)
{
    return *source->name && !name_is_address(source->name);
}

/* Private names are all of this site. */
static bool are_related(const char *name, const char *other)
{
    return name_shares_operator(name, other) ||
           (name_is_private(name) && name_is_private(other));
}

static bool are_near(const struct ip_address *one, const struct ip_address *other)
{
    return one->family == other->family &&
           !memcmp(one->bytes, other->bytes, one->family == IP_V4 ? 3 : 6);
}

static bool are_of_one_operator(const struct source *one, const struct source *other)
{
    if (source_is_clock(one) || source_is_clock(other))
        return false;
    if (has_name(one) && has_name(other))
        return are_related(one->name, other->name);
    return !has_name(one) && !has_name(other) &&
           are_near(&one->data.address, &other->data.address);
}

/* A source counts when none before it is of the same operator. */
static size_t count_operators(const struct snapshot *snapshot)
{
    size_t operators = 0;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        bool is_new = source_is_good(&snapshot->sources[i]);

        for (size_t before = 0; is_new && before < i; before++)
            is_new =
                !source_is_good(&snapshot->sources[before]) ||
                !are_of_one_operator(&snapshot->sources[i], &snapshot->sources[before]);
        operators += is_new;
    }
    return operators;
}

/* With some of the names one operator would count twice; an old chronyd has none. */
static bool has_all_names(const struct snapshot *snapshot)
{
    return !snapshot->names_error || snapshot->names_error == SESSION_NOT_SUPPORTED;
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    const struct limits limits = settings_limits(settings, &metrics[0]).limits;

    if (!report_has_sources(snapshot, settings, result))
        return;
    if (has_all_names(snapshot))
        result_measure(result, &metrics[0], (double)count_operators(snapshot), &limits);
    else if (limits.warning.set || limits.critical.set)
        result_reason(result, STATE_UNKNOWN,
                      "operators cannot be counted: chronyd did not tell all names (%s)",
                      session_error_text(snapshot->names_error));
}

const struct check operators_check = {
    .name = "operators",
    .question = "Are the good sources independent of each other?",
    .metrics = metrics,
    .metric_count = sizeof metrics / sizeof metrics[0],
    .needs = needs,
    .judge = judge,
};
