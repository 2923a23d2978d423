/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line with performance data, then the tables: a line each row, or in columns on a
 * terminal. */
#include "monitor/format.h"

#include <math.h>
#include <stdint.h>

/* True for a number that nine decimals can say. */
static bool is_writable(double value)
{
    double nano = value * 1e9, nearest;

    if (!isfinite(value) || fabs(value) > 1e6)
        return isfinite(value);
    nearest = (double)(int64_t)(nano < 0 ? nano - 0.5 : nano + 0.5);
    return fabs(nano - nearest) <= 1e-6 * fabs(nano);
}

/* A range that means the same and that Icinga DB Web can read: it fails on an open end
 * and on a colon before a zero end. An open end becomes the metric's maximum; what has no
 * such form is left out. */
static bool portable_range(const struct range *range, const struct metric *metric,
                           struct range *portable)
{
    *portable = *range;
    if (!range->set || (range->start == -INFINITY && range->end == INFINITY))
        return false;
    if (portable->end == INFINITY)
        portable->end = metric->maximum;
    if (portable->start == -INFINITY && !metric->is_signed)
        portable->start = 0;
    return is_writable(portable->start) && is_writable(portable->end) &&
           portable->start <= portable->end &&
           (portable->end != 0 || (portable->start == 0 && !portable->inside));
}

static void write_range(const struct range *range, FILE *out)
{
    char start[QUANTITY_TEXT], end[QUANTITY_TEXT];

    quantity_short(range->start, start);
    quantity_short(range->end, end);
    if (range->inside || range->start != 0)
        fprintf(out, "%s%s:%s", range->inside ? "@" : "", start, end);
    else
        fputs(end, out);
}

static void write_limits(const struct limits *limits, const struct metric *metric,
                         FILE *out)
{
    struct range warning, critical;
    bool has_warning = portable_range(&limits->warning, metric, &warning);
    bool has_critical = portable_range(&limits->critical, metric, &critical);

    /* Icinga DB Web turns both round when the warning limit ends above the critical one.
     */
    if (has_warning && has_critical && warning.end > critical.end)
        has_warning = false;
    if (has_warning || has_critical)
        putc(';', out);
    if (has_warning)
        write_range(&warning, out);
    if (has_critical) {
        putc(';', out);
        write_range(&critical, out);
    }
}

static void write_perfdata(const struct result *result, FILE *out)
{
    for (size_t i = 0; i < result->measurement_count; i++) {
        const struct measurement *measurement = &result->measurements[i];
        const struct metric *metric = measurement->metric;
        char value[QUANTITY_TEXT];

        quantity_fixed(measurement->value, metric->unit, value);
        fprintf(out, "%s%s=%s%s", i ? " " : " | ", metric->name, value,
                unit_symbol(metric->unit));
        write_limits(&measurement->limits, metric, out);
    }
}

/* "127.0.0.1: state selected, stratum 1": what is unknown is left out. */
static void write_row(const struct table *table, const struct cell *row, FILE *out)
{
    const char *separator = ": ";

    render_text(row[0].text ? row[0].text : "?", IN_LINE, out);
    for (size_t i = 1; i < table->column_count; i++) {
        char number[QUANTITY_TEXT];
        const char *text = cell_text(&row[i], table->columns[i].type, number);

        if (!text)
            continue;
        fprintf(out, "%s%s ", separator, table->columns[i].name);
        render_text(text, IN_LINE, out);
        separator = ", ";
    }
    putc('\n', out);
}

static void write_rows(const struct table *table, FILE *out)
{
    for (size_t i = 0; i < table->row_count; i++)
        write_row(table, table->cells + i * table->column_count, out);
}

void render_nagios(const struct result *result, const struct render_options *options,
                   FILE *out)
{
    const enum text_place place = options->colour ? IN_COLOUR : IN_LINE;

    render_verdict(result, place, out);
    if (options->perfdata)
        write_perfdata(result, out);
    putc('\n', out);
    for (size_t i = 0; i < result->table_count; i++)
        if (options->terminal)
            render_columns(&result->tables[i], options->width, place, out);
        else
            write_rows(&result->tables[i], out);
}
