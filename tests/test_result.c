/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/result.h"
#include "runner.h"
#include "settings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct result result;

static void setup(void)
{
    memset(&result, 0xaa, sizeof result);
    result_init(&result, "CHRONY TEST");
}

static void teardown(void)
{
    result_free(&result);
}

/* --- states --- */

static const struct {
    enum state one, other, worse;
} states[] = {
    {STATE_OK, STATE_OK, STATE_OK},
    {STATE_OK, STATE_WARNING, STATE_WARNING},
    {STATE_OK, STATE_CRITICAL, STATE_CRITICAL},
    {STATE_OK, STATE_UNKNOWN, STATE_UNKNOWN},
    {STATE_WARNING, STATE_OK, STATE_WARNING},
    {STATE_WARNING, STATE_WARNING, STATE_WARNING},
    {STATE_WARNING, STATE_CRITICAL, STATE_CRITICAL},
    {STATE_WARNING, STATE_UNKNOWN, STATE_WARNING},
    {STATE_CRITICAL, STATE_OK, STATE_CRITICAL},
    {STATE_CRITICAL, STATE_WARNING, STATE_CRITICAL},
    {STATE_CRITICAL, STATE_CRITICAL, STATE_CRITICAL},
    {STATE_CRITICAL, STATE_UNKNOWN, STATE_CRITICAL},
    {STATE_UNKNOWN, STATE_OK, STATE_UNKNOWN},
    {STATE_UNKNOWN, STATE_WARNING, STATE_WARNING},
    {STATE_UNKNOWN, STATE_CRITICAL, STATE_CRITICAL},
    {STATE_UNKNOWN, STATE_UNKNOWN, STATE_UNKNOWN},
};

START_TEST(worse_state)
{
    ck_assert_int_eq(state_worse(states[_i].one, states[_i].other), states[_i].worse);
}
END_TEST

START_TEST(state_of_two_reasons)
{
    result_reason(&result, states[_i].one, "one");
    result_reason(&result, states[_i].other, "other");
    ck_assert_int_eq(result_state(&result), states[_i].worse);
}
END_TEST

START_TEST(state_of_one_sentence_said_twice)
{
    result_reason(&result, states[_i].one, "the same");
    result_reason(&result, states[_i].other, "the same");
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_int_eq(result.reasons[0].state, states[_i].worse);
    ck_assert_int_eq(result_state(&result), states[_i].worse);
}
END_TEST

/* The numbers are exit statuses. */
static const struct {
    enum state state;
    int status;
    const char *name;
} state_names[] = {
    {STATE_OK, 0, "OK"},
    {STATE_WARNING, 1, "WARNING"},
    {STATE_CRITICAL, 2, "CRITICAL"},
    {STATE_UNKNOWN, 3, "UNKNOWN"},
};

START_TEST(name_of_state)
{
    ck_assert_int_eq(state_names[_i].state, state_names[_i].status);
    ck_assert_str_eq(state_name(state_names[_i].state), state_names[_i].name);
}
END_TEST

START_TEST(nothing_is_ok_by_silence)
{
    ck_assert_str_eq(result.name, "CHRONY TEST");
    ck_assert_int_eq(result_state(&result), STATE_UNKNOWN);
}
END_TEST

/* --- reasons --- */

START_TEST(reason_is_formatted)
{
    result_reason(&result, STATE_WARNING, "%d of %s", 3, "five");
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_str_eq(result.reasons[0].text, "3 of five");
    ck_assert_int_eq(result.reasons[0].state, STATE_WARNING);
}
END_TEST

START_TEST(reasons_keep_their_order)
{
    result_reason(&result, STATE_OK, "first");
    result_reason(&result, STATE_CRITICAL, "second");
    result_reason(&result, STATE_WARNING, "first");
    ck_assert_uint_eq(result.reason_count, 2);
    ck_assert_str_eq(result.reasons[0].text, "first");
    ck_assert_str_eq(result.reasons[1].text, "second");
}
END_TEST

START_TEST(long_reason_is_cut)
{
    char text[REASON_TEXT + 1];

    memset(text, 'x', sizeof text);
    text[REASON_TEXT] = '\0';
    result_reason(&result, STATE_OK, "%s", text);
    ck_assert_uint_eq(strlen(result.reasons[0].text), REASON_TEXT - 1);
}
END_TEST

static void fill_reasons(int critical)
{
    for (int i = 0; i < RESULT_REASONS; i++)
        result_reason(&result, i == critical ? STATE_CRITICAL : STATE_OK, "reason %d", i);
}

START_TEST(one_reason_too_many_counts)
{
    fill_reasons(-1);
    result_reason(&result, STATE_CRITICAL, "one more");
    ck_assert_uint_eq(result.reason_count, RESULT_REASONS);
    ck_assert_int_eq(result_state(&result), STATE_CRITICAL);
}
END_TEST

/* Wherever the one that matters stands. */
START_TEST(one_reason_too_many_hides_nothing)
{
    fill_reasons(_i);
    result_reason(&result, STATE_OK, "one more");
    result_reason(&result, STATE_WARNING, "and one more");
    ck_assert_uint_eq(result.reason_count, RESULT_REASONS);
    ck_assert_int_eq(result_state(&result), STATE_CRITICAL);
}
END_TEST

/* --- measurements --- */

static const double inf = (double)INFINITY;

static const struct metric offset = {
    .name = "offset",
    .unit = UNIT_SECONDS,
    .is_signed = true,
    .maximum = (double)INFINITY,
    .warning = "10ms",
    .critical = "100ms",
    .help = "the clock's offset",
};

static const struct metric good = {
    .name = "good",
    .unit = UNIT_COUNT,
    .maximum = (double)INFINITY,
    .warning = "3:",
    .critical = "1:",
    .help = "good sources",
};

static const struct metric bare = {
    .name = "frequency_ppm",
    .unit = UNIT_PPM,
    .is_signed = true,
    .maximum = (double)INFINITY,
    .help = "the clock's own frequency",
};

static const struct {
    const struct metric *metric;
    double value;
    enum state state;
    const char *reason; /* NULL: none */
} measures[] = {
    {&offset, 0, STATE_OK, NULL},
    {&offset, 0.01, STATE_OK, NULL},
    {&offset, -0.01, STATE_OK, NULL},
    {&offset, 0.02, STATE_WARNING, "offset 0.02 s (warning limit -0.01:0.01 s)"},
    {&offset, 0.1, STATE_WARNING, "offset 0.1 s (warning limit -0.01:0.01 s)"},
    {&offset, -0.25, STATE_CRITICAL, "offset -0.25 s (critical limit -0.1:0.1 s)"},
    {&good, 3, STATE_OK, NULL},
    {&good, 2, STATE_WARNING, "good 2 (warning limit 3:)"},
    {&good, 1, STATE_WARNING, "good 1 (warning limit 3:)"},
    {&good, 0, STATE_CRITICAL, "good 0 (critical limit 1:)"},
    {&bare, -1e6, STATE_OK, NULL},
};

static struct limits default_limits(const struct metric *metric)
{
    struct settings settings;

    settings_init(&settings);
    return settings_limits(&settings, metric).limits;
}

START_TEST(measure)
{
    const struct metric *metric = measures[_i].metric;
    const struct limits limits = default_limits(metric);

    ck_assert_int_eq(result_measure(&result, metric, measures[_i].value, &limits),
                     measures[_i].state);
    ck_assert_uint_eq(result.measurement_count, 1);
    ck_assert_ptr_eq(result.measurements[0].metric, metric);
    ck_assert_double_eq(result.measurements[0].value, measures[_i].value);
    ck_assert_uint_eq(result.reason_count, measures[_i].reason ? 1 : 0);
    if (measures[_i].reason) {
        ck_assert_str_eq(result.reasons[0].text, measures[_i].reason);
        ck_assert_int_eq(result.reasons[0].state, measures[_i].state);
    }
}
END_TEST

/* Several things have the number: each is judged by its name, and one value is kept. */
START_TEST(judges_by_name)
{
    const struct limits limits = default_limits(&offset);

    ck_assert_int_eq(result_judge(&result, "192.0.2.1", &offset, 0.02, &limits),
                     STATE_WARNING);
    ck_assert_int_eq(result_judge(&result, "192.0.2.2", &offset, 0, &limits), STATE_OK);
    ck_assert_int_eq(result_judge(&result, "192.0.2.3", &offset, (double)NAN, &limits),
                     STATE_OK);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_str_eq(result.reasons[0].text,
                     "192.0.2.1: offset 0.02 s (warning limit -0.01:0.01 s)");
    ck_assert_uint_eq(result.measurement_count, 0);
    result_record(&result, &offset, 0.02, &limits);
    result_record(&result, &offset, (double)NAN, &limits);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_uint_eq(result.measurement_count, 1);
    ck_assert_double_eq(result.measurements[0].value, 0.02);
}
END_TEST

START_TEST(measurement_keeps_its_limits)
{
    const struct limits limits = {{true, true, -1, 2}, {true, false, -3, inf}};
    const struct range *warning = &result.measurements[0].limits.warning,
                       *critical = &result.measurements[0].limits.critical;

    result_measure(&result, &offset, 5, &limits);
    ck_assert(warning->set && warning->inside);
    ck_assert_double_eq(warning->start, -1);
    ck_assert_double_eq(warning->end, 2);
    ck_assert(critical->set && !critical->inside);
    ck_assert_double_eq(critical->start, -3);
    ck_assert_double_eq(critical->end, inf);
}
END_TEST

static const double no_numbers[] = {(double)NAN, (double)INFINITY, (double)-INFINITY};

START_TEST(no_number_is_no_measurement)
{
    const struct limits limits = default_limits(&offset);

    ck_assert_int_eq(result_measure(&result, &offset, no_numbers[_i], &limits), STATE_OK);
    ck_assert_uint_eq(result.measurement_count, 0);
    ck_assert_uint_eq(result.reason_count, 0);
}
END_TEST

/* Where there is no room for the number, what it means is still said. */
START_TEST(one_measurement_too_many_counts)
{
    const struct limits limits = default_limits(&offset);

    for (int i = 0; i < RESULT_MEASUREMENTS; i++)
        result_measure(&result, &offset, 0, &limits);
    ck_assert_int_eq(result_measure(&result, &offset, 1, &limits), STATE_CRITICAL);
    ck_assert_uint_eq(result.measurement_count, RESULT_MEASUREMENTS);
    ck_assert_int_eq(result_state(&result), STATE_CRITICAL);
}
END_TEST

/* --- tables --- */

static const struct column columns[] = {
    {"name", COLUMN_TEXT}, {"count", COLUMN_COUNT}, {"age", COLUMN_SECONDS}};

START_TEST(table_starts_empty)
{
    const struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));

    ck_assert_ptr_eq(table, &result.tables[0]);
    ck_assert_uint_eq(result.table_count, 1);
    ck_assert_str_eq(table->name, "sources");
    ck_assert_ptr_eq(table->columns, columns);
    ck_assert_uint_eq(table->column_count, 3);
    ck_assert_uint_eq(table->row_count, 0);
}
END_TEST

START_TEST(row_starts_unknown)
{
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));
    const struct cell *row = table_row(table);

    ck_assert_ptr_nonnull(row);
    for (int i = 0; i < COUNT(columns); i++) {
        ck_assert_ptr_null(row[i].text);
        ck_assert(isnan(row[i].number));
    }
}
END_TEST

START_TEST(table_grows)
{
    enum { ROWS = 1000 };
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));

    for (int i = 0; i < ROWS; i++) {
        struct cell *row = table_row(table);

        ck_assert_ptr_nonnull(row);
        row[1].number = i;
        row[2].number = -i;
    }
    ck_assert_uint_eq(table->row_count, ROWS);
    for (int i = 0; i < ROWS; i++) {
        ck_assert_double_eq(table->cells[i * 3 + 1].number, i);
        ck_assert_double_eq(table->cells[i * 3 + 2].number, -i);
    }
}
END_TEST

START_TEST(one_table_too_many)
{
    for (int i = 0; i < RESULT_TABLES; i++)
        ck_assert_ptr_nonnull(result_table(&result, "table", columns, 1));
    ck_assert_ptr_null(result_table(&result, "table", columns, 1));
    ck_assert_uint_eq(result.table_count, RESULT_TABLES);
}
END_TEST

START_TEST(one_column_too_many)
{
    static const struct column many[RESULT_COLUMNS + 1] = {{"name", COLUMN_TEXT}};

    ck_assert_ptr_null(result_table(&result, "table", many, RESULT_COLUMNS + 1));
    ck_assert_uint_eq(result.table_count, 0);
    ck_assert_ptr_nonnull(result_table(&result, "table", many, RESULT_COLUMNS));
}
END_TEST

START_TEST(texts_last)
{
    const char *first = result_text(&result, "%s:%d", "chrony.conf", 5);
    const char *second = result_text(&result, "%0*d", 5000, 1);

    ck_assert_str_eq(first, "chrony.conf:5");
    ck_assert_uint_eq(strlen(second), 5000);
}
END_TEST

/* --- settings --- */

START_TEST(settings_without_options)
{
    struct settings settings;

    memset(&settings, 0xaa, sizeof settings);
    settings_init(&settings);
    ck_assert_uint_eq(settings.metric_count, 0);
    ck_assert_double_eq(settings.timeout, 5);
    ck_assert_int_eq(settings.timeout_state, STATE_CRITICAL);
    ck_assert(!settings.verbose);
    ck_assert(!settings.allow_local);
    ck_assert_uint_eq(settings.preset, 0);
    ck_assert_uint_eq(settings.pending, STATE_WARNING);
    ck_assert_double_eq(settings.grace, 0);
    ck_assert_uint_eq(settings.required.count, 0);
    ck_assert_uint_eq(settings.authentication, 0);
    ck_assert_double_eq(settings.max_drift, 1);
    ck_assert_ptr_null(settings.state_file);
}
END_TEST

/* Limits of a row, with and without the metric having been added. */
static const struct {
    const struct metric *metric;
    struct limits limits;
} defaults[] = {
    {&offset, {{true, false, -0.01, 0.01}, {true, false, -0.1, 0.1}}},
    {&good, {{true, false, 3, (double)INFINITY}, {true, false, 1, (double)INFINITY}}},
    {&bare, {{.set = false}, {.set = false}}},
};

static void assert_range(const struct range *range, const struct range *expected)
{
    ck_assert_int_eq(range->set, expected->set);
    if (!expected->set)
        return;
    ck_assert_int_eq(range->inside, expected->inside);
    ck_assert_double_eq(range->start, expected->start);
    ck_assert_double_eq(range->end, expected->end);
}

static void assert_defaults(const struct metric_limits *limits, int row)
{
    ck_assert_ptr_eq(limits->metric, defaults[row].metric);
    ck_assert(!limits->warning_given);
    ck_assert(!limits->critical_given);
    assert_range(&limits->limits.warning, &defaults[row].limits.warning);
    assert_range(&limits->limits.critical, &defaults[row].limits.critical);
}

START_TEST(limits_of_a_metric_that_was_not_added)
{
    struct settings settings;
    struct metric_limits limits;

    settings_init(&settings);
    limits = settings_limits(&settings, defaults[_i].metric);
    assert_defaults(&limits, _i);
    ck_assert_ptr_null(settings_find(&settings, defaults[_i].metric));
}
END_TEST

START_TEST(limits_of_a_metric_that_was_added)
{
    static const struct metric other = {.name = "other"};
    struct settings settings;
    struct metric_limits *found;

    settings_init(&settings);
    settings_add_metrics(&settings, &other, 1);
    settings_add_metrics(&settings, defaults[_i].metric, 1);
    ck_assert_uint_eq(settings.metric_count, 2);
    found = settings_find(&settings, defaults[_i].metric);
    ck_assert_ptr_nonnull(found);
    assert_defaults(found, _i);
}
END_TEST

START_TEST(given_limits_are_found)
{
    struct settings settings;

    settings_init(&settings);
    settings_add_metrics(&settings, &offset, 1);
    settings_add_metrics(&settings, &good, 1);
    settings_find(&settings, &good)->limits.critical.start = 7;
    ck_assert_double_eq(settings_limits(&settings, &good).limits.critical.start, 7);
    ck_assert_double_eq(settings_limits(&settings, &offset).limits.critical.end, 0.1);
}
END_TEST

START_TEST(metrics_are_added_in_order)
{
    const struct metric rows[] = {offset, good, bare};
    struct settings settings;

    settings_init(&settings);
    settings_add_metrics(&settings, rows, 3);
    ck_assert_uint_eq(settings.metric_count, 3);
    for (int i = 0; i < COUNT(rows); i++)
        ck_assert_ptr_eq(settings.metrics[i].metric, &rows[i]);
}
END_TEST

/* Two checks may heed the limits of one metric: what was given for it is kept. */
START_TEST(metric_is_added_once)
{
    const struct metric rows[] = {offset, good};
    struct settings settings;

    settings_init(&settings);
    settings_add_metrics(&settings, rows, 2);
    settings_find(&settings, &rows[1])->limits.critical.start = 7;
    settings_add_metrics(&settings, &rows[1], 1);
    settings_add_metrics(&settings, rows, 2);
    ck_assert_uint_eq(settings.metric_count, 2);
    ck_assert_double_eq(settings_limits(&settings, &rows[1]).limits.critical.start, 7);
}
END_TEST

START_TEST(too_many_metrics_are_left_out)
{
    static const struct metric rows[SETTINGS_METRICS + 1];
    struct settings settings;

    settings_init(&settings);
    settings_add_metrics(&settings, rows, SETTINGS_METRICS + 1);
    ck_assert_uint_eq(settings.metric_count, SETTINGS_METRICS);
    ck_assert_ptr_null(settings_find(&settings, &rows[SETTINGS_METRICS]));
}
END_TEST

static const struct {
    const char *warning, *critical; /* NULL: none */
    bool warning_given;
    bool settled, kept; /* what comes of it */
} settlements[] = {
    /* A default that whatever the user gave hides. */
    {"10", "5", false, true, false},
    {"10", "10", false, true, false},
    {"3:", "5:", false, true, false},
    {"@0:2", "3:", false, true, false},
    /* The same, but the user gave both. */
    {"10", "5", true, false, true},
    {"10", "10", true, false, true},
    {"3", "1", true, false, true},
    /* Limits that have a meaning. */
    {"5", "10", false, true, true},
    {"5", "10", true, true, true},
    {"3:", "1:", true, true, true},
    {"10", "~:", true, true, true},
    {"~:", "10", true, true, true},
    {"10", NULL, true, true, true},
    {NULL, "10", false, true, false},
    {NULL, NULL, false, true, false},
};

START_TEST(settle)
{
    const struct metric metric = {.name = "count",
                                  .unit = UNIT_COUNT,
                                  .warning = settlements[_i].warning,
                                  .critical = settlements[_i].critical};
    struct settings settings;
    struct metric_limits limits;

    settings_init(&settings);
    limits = settings_limits(&settings, &metric);
    limits.warning_given = settlements[_i].warning_given;
    ck_assert_int_eq(metric_limits_settle(&limits), settlements[_i].settled);
    ck_assert_int_eq(limits.limits.warning.set, settlements[_i].kept);
    ck_assert_int_eq(limits.limits.critical.set, settlements[_i].critical != NULL);
}
END_TEST

static TCase *reason_tests(void)
{
    TCase *tcase = tcase_create("reasons");

    tcase_add_checked_fixture(tcase, setup, teardown);
    add_table_test(tcase, worse_state, states);
    add_table_test(tcase, state_of_two_reasons, states);
    add_table_test(tcase, state_of_one_sentence_said_twice, states);
    add_table_test(tcase, name_of_state, state_names);
    tcase_add_test(tcase, nothing_is_ok_by_silence);
    tcase_add_test(tcase, reason_is_formatted);
    tcase_add_test(tcase, reasons_keep_their_order);
    tcase_add_test(tcase, long_reason_is_cut);
    tcase_add_test(tcase, one_reason_too_many_counts);
    tcase_add_loop_test(tcase, one_reason_too_many_hides_nothing, 0, RESULT_REASONS);
    return tcase;
}

static TCase *measurement_tests(void)
{
    TCase *tcase = tcase_create("measurements and tables");

    tcase_add_checked_fixture(tcase, setup, teardown);
    add_table_test(tcase, measure, measures);
    tcase_add_test(tcase, judges_by_name);
    tcase_add_test(tcase, measurement_keeps_its_limits);
    add_table_test(tcase, no_number_is_no_measurement, no_numbers);
    tcase_add_test(tcase, one_measurement_too_many_counts);
    tcase_add_test(tcase, table_starts_empty);
    tcase_add_test(tcase, row_starts_unknown);
    tcase_add_test(tcase, table_grows);
    tcase_add_test(tcase, one_table_too_many);
    tcase_add_test(tcase, one_column_too_many);
    tcase_add_test(tcase, texts_last);
    return tcase;
}

static TCase *settings_tests(void)
{
    TCase *tcase = tcase_create("settings");

    tcase_add_test(tcase, settings_without_options);
    add_table_test(tcase, limits_of_a_metric_that_was_not_added, defaults);
    add_table_test(tcase, limits_of_a_metric_that_was_added, defaults);
    tcase_add_test(tcase, given_limits_are_found);
    tcase_add_test(tcase, metrics_are_added_in_order);
    tcase_add_test(tcase, metric_is_added_once);
    tcase_add_test(tcase, too_many_metrics_are_left_out);
    add_table_test(tcase, settle, settlements);
    return tcase;
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("result");

    suite_add_tcase(suite, reason_tests());
    suite_add_tcase(suite, measurement_tests());
    suite_add_tcase(suite, settings_tests());
    return suite;
}
