/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prometheus' text exposition format 0.0.4: a family of series for each measurement and
 * for each column of a table, in base units. When it was is for the collector to say. */
#include "monitor/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILY_NAME = 96 };

/* How a unit appears: parts per million are a ratio, as Prometheus wants it. The exponent
 * behind the digits converts without rounding. */
struct family_unit {
    const char *ending; /* what a metric's own name ends with, and is replaced */
    const char *suffix;
    const char *exponent;
    const char *type;
};

static const struct family_unit family_units[] = {
    [UNIT_COUNT] = {"", "", "", "gauge"},
    [UNIT_SECONDS] = {"", "_seconds", "", "gauge"},
    [UNIT_PPM] = {"_ppm", "_ratio", "e-6", "gauge"},
    [UNIT_PERCENT] = {"_percent", "_ratio", "e-2", "gauge"},
    [UNIT_COUNTER] = {"", "", "", "counter"}, /* the names end in _total */
    [UNIT_RATE] = {"_rate", "s_per_second", "", "gauge"},
};

static void make_name(const char *base, const struct family_unit *unit,
                      char name[static FAMILY_NAME])
{
    size_t length = strlen(base), ending = strlen(unit->ending);

    if (length > ending && !strcmp(base + length - ending, unit->ending))
        length -= ending;
    snprintf(name, FAMILY_NAME, "chrony_%.*s%s", (int)length, base, unit->suffix);
}

static void write_value(double value, const struct family_unit *unit, FILE *out)
{
    char text[QUANTITY_TEXT];

    quantity_short(value, text);
    fprintf(out, " %s%s\n", text, unit->exponent);
}

static void write_measurement(const struct measurement *measurement, const char *plugin,
                              FILE *out)
{
    const struct metric *metric = measurement->metric;
    const struct family_unit *unit = &family_units[metric->unit];
    char name[FAMILY_NAME];

    make_name(metric->name, unit, name);
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n%s{plugin=\"%s\"}", name, metric->help,
            name, unit->type, name, plugin);
    write_value(measurement->value, unit, out);
}

/* --- tables: the first column's text is a label of all series of a row --- */

struct rows {
    const struct table *table;
    const char *plugin;
    unsigned *numbers; /* the place of each row among those of its name, from 1 */
};

static const struct cell *cell_at(const struct rows *rows, size_t row, size_t column)
{
    return &rows->table->cells[row * rows->table->column_count + column];
}

static const char *row_name(const struct rows *rows, size_t row)
{
    const char *text = cell_at(rows, row, 0)->text;

    return text ? text : "?";
}

/* Of those with its name, from 1 on. */
static unsigned count_row(const struct rows *rows, size_t row)
{
    unsigned number = 1;

    for (size_t other = 0; other < row; other++)
        number += text_is_same(row_name(rows, other), row_name(rows, row));
    return number;
}

/* No two series may have the same labels, or the whole text would be refused. Without
 * memory each row is counted whenever it is written. */
static void number_rows(struct rows *rows)
{
    rows->numbers = malloc((rows->table->row_count + 1) * sizeof *rows->numbers);
    for (size_t i = 0; rows->numbers && i < rows->table->row_count; i++)
        rows->numbers[i] = count_row(rows, i);
}

static unsigned row_number(const struct rows *rows, size_t row)
{
    return rows->numbers ? rows->numbers[row] : count_row(rows, row);
}

static void write_label(const struct rows *rows, size_t column, const char *text,
                        FILE *out)
{
    char key[KEY_TEXT];

    make_key(rows->table->columns[column].name, key);
    fprintf(out, ",%s=", key);
    render_string(text, out);
}

/* The name of a series and the labels that all series of a row have. */
static void begin_series(const struct rows *rows, size_t row, const char *name, FILE *out)
{
    fprintf(out, "%s{plugin=\"%s\"", name, rows->plugin);
    write_label(rows, 0, row_name(rows, row), out);
    if (row_number(rows, row) > 1)
        fprintf(out, ",number=\"%u\"", row_number(rows, row));
}

static void make_column_name(const struct table *table, const char *column,
                             const struct family_unit *unit,
                             char name[static FAMILY_NAME])
{
    char base[2 * KEY_TEXT], table_key[KEY_TEXT], column_key[KEY_TEXT];

    make_key(table->name, table_key);
    make_key(column, column_key);
    snprintf(base, sizeof base, "%s_%s", table_key, column_key);
    make_name(base, unit, name);
}

static void write_column(const struct rows *rows, size_t column, FILE *out)
{
    const struct column *heading = &rows->table->columns[column];
    const struct family_unit *unit = &family_units[column_unit(heading->type)];
    char name[FAMILY_NAME];
    bool begun = false;

    make_column_name(rows->table, heading->name, unit, name);
    for (size_t row = 0; row < rows->table->row_count; row++) {
        const double value = cell_at(rows, row, column)->number;

        if (!isfinite(value))
            continue;
        if (!begun)
            fprintf(out, "# HELP %s %s of each of the %s\n# TYPE %s %s\n", name,
                    heading->name, rows->table->name, name, unit->type);
        begun = true;
        begin_series(rows, row, name, out);
        putc('}', out);
        write_value(value, unit, out);
    }
}

/* One series a row with all its texts as labels: they change, and other series must not
 * end when they do. */
static void write_texts(const struct rows *rows, FILE *out)
{
    const struct table *table = rows->table;
    char name[FAMILY_NAME];

    make_column_name(table, "info", &family_units[UNIT_COUNT], name);
    if (table->row_count)
        fprintf(out, "# HELP %s texts of each of the %s, as labels\n# TYPE %s gauge\n",
                name, table->name, name);
    for (size_t row = 0; row < table->row_count; row++) {
        begin_series(rows, row, name, out);
        for (size_t column = 1; column < table->column_count; column++)
            if (cell_at(rows, row, column)->text)
                write_label(rows, column, cell_at(rows, row, column)->text, out);
        fputs("} 1\n", out);
    }
}

static void write_table(const struct table *table, const char *plugin, FILE *out)
{
    struct rows rows = {.table = table, .plugin = plugin};

    number_rows(&rows);
    write_texts(&rows, out);
    for (size_t column = 1; column < table->column_count; column++)
        write_column(&rows, column, out);
    free(rows.numbers);
}

/* The state comes last: where it is missing, the text was cut off. */
void render_prometheus(const struct result *result, const struct render_options *options,
                       FILE *out)
{
    fputs("# ", out);
    render_verdict(result, IN_LINE, out);
    putc('\n', out);
    for (size_t i = 0; i < result->measurement_count; i++)
        write_measurement(&result->measurements[i], options->plugin, out);
    for (size_t i = 0; i < result->table_count; i++)
        write_table(&result->tables[i], options->plugin, out);
    fprintf(out,
            "# HELP chrony_check_state 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN\n"
            "# TYPE chrony_check_state gauge\n"
            "chrony_check_state{plugin=\"%s\"} %d\n",
            options->plugin, (int)result_state(result));
}
