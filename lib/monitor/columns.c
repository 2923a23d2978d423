/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/format.h"

#include <string.h>

/* 0: nothing is known of the column. */
static size_t column_width(const struct table *table, size_t column)
{
    const struct column *heading = &table->columns[column];
    const size_t least = strlen(heading->name);
    size_t width = 0;

    for (size_t row = 0; row < table->row_count; row++) {
        char number[QUANTITY_TEXT];
        const char *text = cell_text(&table->cells[row * table->column_count + column],
                                     heading->type, number);

        if (text && strlen(text) > width)
            width = strlen(text);
    }
    return width && width < least ? least : width;
}

static void write_text(const char *text, enum text_place place, FILE *out)
{
    static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL,
                                        STATE_UNKNOWN};

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (!strcmp(text, state_name(states[i]))) {
            render_state(states[i], place, out);
            return;
        }
    render_text(text, place, out);
}

/* A row; NULL: the headings. Numbers stand to the right. */
static void write_line(const struct table *table, const size_t *widths,
                       const struct cell *row, enum text_place place, FILE *out)
{
    size_t gap = 0;

    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const bool is_number = column->type != COLUMN_TEXT;
        char number[QUANTITY_TEXT];
        const char *text = row ? cell_text(&row[i], column->type, number) : column->name;
        size_t padding;

        if (!widths[i])
            continue;
        text = text ? text : "-";
        padding = widths[i] - strlen(text);
        fprintf(out, "%*s", (int)(gap + (is_number ? padding : 0)), "");
        write_text(text, place, out);
        gap = 2 + (is_number ? 0 : padding);
    }
    putc('\n', out);
}

void render_columns(const struct table *table, enum text_place place, FILE *out)
{
    size_t widths[RESULT_COLUMNS];

    if (!table->row_count)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        widths[i] = column_width(table, i);
    putc('\n', out);
    write_line(table, widths, NULL, place, out);
    for (size_t i = 0; i < table->row_count; i++)
        write_line(table, widths, table->cells + i * table->column_count, place, out);
}
