/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/result.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *state_name(enum state state)
{
    switch (state) {
    case STATE_OK:
        return "OK";
    case STATE_WARNING:
        return "WARNING";
    case STATE_CRITICAL:
        return "CRITICAL";
    case STATE_UNKNOWN:
        return "UNKNOWN";
    }
    return "UNKNOWN";
}

void result_init(struct result *result, const char *name)
{
    result->name = name;
    result->reason_count = result->measurement_count = result->table_count = 0;
    result->texts = NULL;
    result->is_cut = false;
}

struct result_text {
    struct result_text *next;
    char text[];
};

const char *result_text(struct result *result, const char *format, ...)
{
    struct result_text *own;
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    own = length < 0 ? NULL : malloc(sizeof *own + (size_t)length + 1);
    if (!own) {
        result->is_cut = true;
        return "";
    }
    va_start(arguments, format);
    vsnprintf(own->text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    own->next = result->texts;
    result->texts = own;
    return own->text;
}

void result_free(struct result *result)
{
    for (size_t i = 0; i < result->table_count; i++)
        free(result->tables[i].cells);
    result->table_count = 0;
    while (result->texts) {
        struct result_text *next = result->texts->next;

        free(result->texts);
        result->texts = next;
    }
}

enum state result_state(const struct result *result)
{
    enum state state = result->reason_count ? STATE_OK : STATE_UNKNOWN;

    for (size_t i = 0; i < result->reason_count; i++)
        state = state_worse(state, result->reasons[i].state);
    return state;
}

static int severity(enum state state)
{
    static const int severities[] = {
        [STATE_OK] = 0, [STATE_UNKNOWN] = 1, [STATE_WARNING] = 2, [STATE_CRITICAL] = 3};

    return severities[state];
}

enum state state_worse(enum state one, enum state other)
{
    return severity(one) >= severity(other) ? one : other;
}

/* Where a reason goes: behind the others, or in place of one that matters less; NULL:
 * nowhere. */
static struct reason *find_place(struct result *result, enum state state)
{
    struct reason *least = &result->reasons[0];

    if (result->reason_count < RESULT_REASONS)
        return &result->reasons[result->reason_count++];
    for (size_t i = 1; i < RESULT_REASONS; i++)
        if (severity(result->reasons[i].state) <= severity(least->state))
            least = &result->reasons[i];
    return severity(state) > severity(least->state) ? least : NULL;
}

void result_reason(struct result *result, enum state state, const char *format, ...)
{
    struct reason reason = {.state = state}, *place;
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason.text, sizeof reason.text, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < result->reason_count; i++)
        if (!strcmp(result->reasons[i].text, reason.text)) {
            result->reasons[i].state = state_worse(result->reasons[i].state, state);
            return;
        }
    place = find_place(result, state);
    if (place)
        *place = reason;
}

static void explain(struct result *result, const char *subject,
                    const struct metric *metric, double value, enum state state,
                    const struct range *limit)
{
    char number[QUANTITY_TEXT], range[RANGE_TEXT];

    quantity_plain(value, metric->unit, number);
    range_text(limit, metric->unit, metric->is_signed, range);
    result_reason(result, state, "%.96s%s%s %s (%s limit %s)", subject ? subject : "",
                  subject ? ": " : "", metric->name, number,
                  state == STATE_CRITICAL ? "critical" : "warning", range);
}

enum state result_judge(struct result *result, const char *subject,
                        const struct metric *metric, double value,
                        const struct limits *limits)
{
    enum state state = STATE_OK;

    if (!isfinite(value))
        return STATE_OK;
    if (range_alerts(&limits->critical, value))
        state = STATE_CRITICAL;
    else if (range_alerts(&limits->warning, value))
        state = STATE_WARNING;
    if (state == STATE_CRITICAL)
        explain(result, subject, metric, value, state, &limits->critical);
    if (state == STATE_WARNING)
        explain(result, subject, metric, value, state, &limits->warning);
    return state;
}

void result_record(struct result *result, const struct metric *metric, double value,
                   const struct limits *limits)
{
    if (isfinite(value) && result->measurement_count < RESULT_MEASUREMENTS)
        result->measurements[result->measurement_count++] =
            (struct measurement){metric, value, *limits};
}

enum state result_measure(struct result *result, const struct metric *metric,
                          double value, const struct limits *limits)
{
    result_record(result, metric, value, limits);
    return result_judge(result, NULL, metric, value, limits);
}

struct table *result_table(struct result *result, const char *name,
                           const struct column *columns, size_t column_count)
{
    struct table *table = &result->tables[result->table_count];

    if (result->table_count == RESULT_TABLES || column_count > RESULT_COLUMNS)
        return NULL;
    *table =
        (struct table){.name = name, .columns = columns, .column_count = column_count};
    result->table_count++;
    return table;
}

static bool table_grow(struct table *table)
{
    size_t limit = table->row_limit ? table->row_limit * 2 : 16;
    struct cell *cells =
        realloc(table->cells, limit * table->column_count * sizeof *table->cells);

    if (!cells)
        return false;
    table->cells = cells;
    table->row_limit = limit;
    return true;
}

struct cell *table_row(struct table *table)
{
    struct cell *row;

    if (table->row_count == table->row_limit && !table_grow(table)) {
        table->is_cut = true;
        return NULL;
    }
    row = table->cells + table->row_count++ * table->column_count;
    for (size_t i = 0; i < table->column_count; i++)
        row[i] = (struct cell){.text = NULL, .number = NAN};
    return row;
}
