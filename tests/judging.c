/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "judging.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct source sources[FAKE_SOURCES];
struct snapshot snapshot;
struct settings settings;
struct result result;

void judging_begin(const struct check *const *checks, size_t count)
{
    const struct fake_chronyd fake = fake_healthy();

    memset(&snapshot, 0, sizeof snapshot);
    memset(sources, 0, sizeof sources);
    snprintf(snapshot.place, sizeof snapshot.place, "127.0.0.1 port 323");
    snapshot.tracking = fake.tracking;
    snapshot.sources = sources;
    snapshot.sources_whole = true;
    snapshot.source_count = snapshot.source_total = fake.count;
    for (size_t i = 0; i < FAKE_SOURCES; i++) {
        sources[i].data = fake.sources[i < fake.count ? i : fake.count - 1];
        sources[i].data.address.bytes[3] = (uint8_t)(11 + i);
        sources[i].span = NAN;
        snprintf(sources[i].label, sizeof sources[i].label, "127.0.0.%zu", 11 + i);
    }
    settings_init(&settings);
    for (size_t i = 0; i < count; i++) {
        settings_add_metrics(&settings, checks[i]->metrics, checks[i]->metric_count);
        if (checks[i]->heeds)
            settings_add_metrics(&settings, checks[i]->heeds, 1);
    }
    result_init(&result, "CHRONY TEST");
}

void judging_end(void)
{
    result_free(&result);
}

enum state judge(const struct check *check)
{
    result_free(&result);
    result_init(&result, "CHRONY TEST");
    check->judge(&snapshot, &settings, &result);
    return result_state(&result);
}

bool has_reason(enum state state, const char *text)
{
    for (size_t i = 0; i < result.reason_count; i++)
        if (result.reasons[i].state == state && !strcmp(result.reasons[i].text, text))
            return true;
    return false;
}

void assert_reason(enum state state, const char *text)
{
    char said[RESULT_REASONS * (REASON_TEXT + 16)] = "";

    for (size_t i = 0; i < result.reason_count; i++) {
        const size_t length = strlen(said);

        snprintf(said + length, sizeof said - length, "\n  %s: %s",
                 state_name(result.reasons[i].state), result.reasons[i].text);
    }
    ck_assert_msg(has_reason(state, text), "no reason %s: %s; there are:%s",
                  state_name(state), text, said);
}

double measured(const char *name)
{
    for (size_t i = 0; i < result.measurement_count; i++)
        if (!strcmp(result.measurements[i].metric->name, name))
            return result.measurements[i].value;
    return NAN;
}

void assert_value(const char *name, double expected)
{
    const double value = measured(name);

    ck_assert_msg(isnan(expected) ? isnan(value) : value == expected,
                  "%s is %.12g instead of %.12g", name, value, expected);
}

const struct metric *find_metric(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->metric_count; i++)
        if (!strcmp(check->metrics[i].name, name))
            return &check->metrics[i];
    ck_abort_msg("no metric %s", name);
}

static void give_one(const struct metric *metric, const char *text, struct range *range,
                     bool *given)
{
    if (!text)
        return;
    ck_assert_int_eq(range_parse(text, metric->unit, metric->is_signed, range), RANGE_OK);
    *given = true;
}

void give(const struct check *check, const char *name, const char *warning,
          const char *critical)
{
    const struct metric *metric = find_metric(check, name);
    struct metric_limits *limits = settings_find(&settings, metric);

    give_one(metric, warning, &limits->limits.warning, &limits->warning_given);
    give_one(metric, critical, &limits->limits.critical, &limits->critical_given);
    if (check->settle)
        check->settle(&settings);
}

void set_sources(size_t count, enum source_state state, uint16_t reach,
                 uint32_t since_sample)
{
    snapshot.source_count = snapshot.source_total = count;
    for (size_t i = 0; i < count; i++) {
        sources[i].data.state = (uint16_t)state;
        sources[i].data.reach = reach;
        sources[i].data.since_sample = since_sample;
    }
}

void name_sources(size_t count)
{
    for (size_t i = 0; i < count; i++)
        snprintf(sources[i].name, sizeof sources[i].name, "ntp%zu.example.net", i + 1);
}

void make_reference_clock(struct source *source, const char *id)
{
    source->data.mode = MODE_REFERENCE_CLOCK;
    source->data.address = (struct ip_address){.family = IP_V4};
    memcpy(source->data.address.bytes, id, strlen(id));
    snprintf(source->label, sizeof source->label, "%s", id);
    *source->name = '\0';
}

void make_unresolved(struct source *source)
{
    source->data.address = (struct ip_address){IP_ID, {0, 0, 0, 1}};
    source->data.state = SOURCE_NOT_SELECTABLE;
    source->data.reach = 0;
    source->data.since_sample = NEVER;
    snprintf(source->label, sizeof source->label, "ID#1");
}
