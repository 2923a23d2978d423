/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One JSON object on one line, as docs/result.schema.json describes it. What is unknown
 * is left out. */
#include "monitor/format.h"

#include <math.h>

static void write_number(double value, FILE *out)
{
    char text[QUANTITY_TEXT];

    quantity_short(value, text);
    fputs(text, out);
}

/* A member of an object, behind others. */
static void write_member(const char *key, double value, FILE *out)
{
    fprintf(out, ", \"%s\": ", key);
    write_number(value, out);
}

static void write_reasons(const struct result *result, FILE *out)
{
    fputs("\"reasons\": [", out);
    for (size_t i = 0; i < result->reason_count; i++) {
        const struct reason *reason = told_reason(result, i);

        fprintf(out, "%s{\"state\": \"%s\", \"text\": ", i ? ", " : "",
                state_name(reason->state));
        render_string(reason->text, out);
        putc('}', out);
    }
    putc(']', out);
}

static void write_limit(const char *key, const struct range *limit, FILE *out)
{
    if (!limit->set)
        return;
    fprintf(out, ", \"%s\": {\"inside\": %s", key, limit->inside ? "true" : "false");
    if (isfinite(limit->start))
        write_member("start", limit->start, out);
    if (isfinite(limit->end))
        write_member("end", limit->end, out);
    putc('}', out);
}

static void write_unit(enum unit unit, FILE *out)
{
    if (*unit_name(unit))
        fprintf(out, ", \"unit\": \"%s\"", unit_name(unit));
}

static void write_measurement(const struct measurement *measurement, FILE *out)
{
    const struct metric *metric = measurement->metric;

    fprintf(out, "\"%s\": {\"value\": ", metric->name);
    write_number(measurement->value, out);
    write_unit(metric->unit, out);
    if (!metric->is_signed)
        write_member("minimum", 0, out);
    if (isfinite(metric->maximum))
        write_member("maximum", metric->maximum, out);
    write_limit("warning", &measurement->limits.warning, out);
    write_limit("critical", &measurement->limits.critical, out);
    putc('}', out);
}

static void write_measurements(const struct result *result, FILE *out)
{
    fputs("\"measurements\": {", out);
    for (size_t i = 0; i < result->measurement_count; i++) {
        fputs(i ? ", " : "", out);
        write_measurement(&result->measurements[i], out);
    }
    putc('}', out);
}

static void write_key(const char *name, FILE *out)
{
    char key[KEY_TEXT];

    make_key(name, key);
    fprintf(out, "\"%s\": ", key);
}

static void write_units(const struct table *table, FILE *out)
{
    const char *separator = "";

    fputs("\"units\": {", out);
    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const char *unit = unit_name(column_unit(column->type));

        if (!*unit)
            continue;
        fputs(separator, out);
        write_key(column->name, out);
        fprintf(out, "\"%s\"", unit);
        separator = ", ";
    }
    putc('}', out);
}

static void write_row(const struct table *table, const struct cell *row, FILE *out)
{
    const char *separator = "";

    putc('{', out);
    for (size_t i = 0; i < table->column_count; i++) {
        if (!row[i].text && !isfinite(row[i].number))
            continue;
        fputs(separator, out);
        write_key(table->columns[i].name, out);
        if (row[i].text)
            render_string(row[i].text, out);
        else
            write_number(row[i].number, out);
        separator = ", ";
    }
    putc('}', out);
}

static void write_table(const struct table *table, FILE *out)
{
    write_key(table->name, out);
    putc('{', out);
    write_units(table, out);
    fputs(", \"rows\": [", out);
    for (size_t i = 0; i < table->row_count; i++) {
        fputs(i ? ", " : "", out);
        write_row(table, table->cells + i * table->column_count, out);
    }
    fputs("]}", out);
}

static void write_tables(const struct result *result, FILE *out)
{
    fputs("\"tables\": {", out);
    for (size_t i = 0; i < result->table_count; i++) {
        fputs(i ? ", " : "", out);
        write_table(&result->tables[i], out);
    }
    putc('}', out);
}

void render_json(const struct result *result, const struct render_options *options,
                 FILE *out)
{
    const enum state state = result_state(result);

    fprintf(out,
            "{\"plugin\": \"%s\", \"state\": \"%s\", \"status\": %d, \"summary\": \"",
            options->plugin, state_name(state), (int)state);
    render_verdict(result, IN_STRING, out);
    fputs("\", ", out);
    write_reasons(result, out);
    fputs(", ", out);
    write_measurements(result, out);
    fputs(", ", out);
    write_tables(result, out);
    fputs("}\n", out);
}
