/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/format.h"

#include <string.h>

/* How wide a column is, and how narrow it may be made without breaking a word. */
struct extent {
    size_t width, least;
};

static size_t longest_word(const char *text)
{
    size_t longest = 0;

    while (*text) {
        const size_t word = strcspn(text, " ");

        if (word > longest)
            longest = word;
        text += word;
        text += strspn(text, " ");
    }
    return longest;
}

static void widen(struct extent *extent, const char *text, enum column_type type)
{
    const size_t width = strlen(text);
    const size_t least = type == COLUMN_TEXT ? longest_word(text) : width;

    if (width > extent->width)
        extent->width = width;
    if (least > extent->least)
        extent->least = least;
}

/* All 0: nothing is known of the column. */
static struct extent column_extent(const struct table *table, size_t column)
{
    const struct column *heading = &table->columns[column];
    struct extent extent = {0, 0};

    for (size_t row = 0; row < table->row_count; row++) {
        char number[QUANTITY_TEXT];
        const char *text = cell_text(&table->cells[row * table->column_count + column],
                                     heading->type, number);

        if (text)
            widen(&extent, text, heading->type);
    }
    if (extent.width)
        widen(&extent, heading->name, heading->type);
    return extent;
}

/* Takes what the table is too wide from its widest columns. */
static void narrow(struct extent *extents, size_t count, size_t most)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        total += extents[i].width ? extents[i].width + 2 : 0;
    for (; total > most + 2; total--) {
        struct extent *widest = NULL;

        for (size_t i = 0; i < count; i++)
            if (extents[i].width > extents[i].least &&
                (!widest || extents[i].width > widest->width))
                widest = &extents[i];
        if (!widest)
            return;
        widest->width--;
    }
}

/* How much of a text goes into a line: as many words as there is room for. */
static size_t fitting(const char *text, size_t width)
{
    size_t length = strlen(text);

    if (length <= width)
        return length;
    for (length = width; length && text[length] != ' ';)
        length--;
    return length ? length : width;
}

static void write_part(const char *text, size_t length, enum text_place place, FILE *out)
{
    for (size_t i = 0; i < length; i++)
        render_text((const char[]){text[i], '\0'}, place, out);
}

static void write_text(const char *text, size_t length, enum text_place place, FILE *out)
{
    static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL,
                                        STATE_UNKNOWN};

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (!strcmp(text, state_name(states[i]))) {
            render_state(states[i], place, out);
            return;
        }
    write_part(text, length, place, out);
}

/* What fits of the rest of each cell, which is taken off. Numbers stand to the right.
 * False when there was nothing. */
static bool write_line(const struct table *table, const struct extent *extents,
                       const char **rest, enum text_place place, FILE *out)
{
    size_t gap = 0;
    bool written = false;

    for (size_t i = 0; i < table->column_count; i++) {
        const bool is_number = table->columns[i].type != COLUMN_TEXT;
        const size_t length = fitting(rest[i], extents[i].width);
        const size_t padding = extents[i].width - length;

        if (!extents[i].width)
            continue;
        if (length) {
            fprintf(out, "%*s", (int)(gap + (is_number ? padding : 0)), "");
            write_text(rest[i], length, place, out);
            gap = 0;
            written = true;
        }
        gap += 2 + (!length || !is_number ? padding : 0);
        rest[i] += length;
        rest[i] += strspn(rest[i], " ");
    }
    if (written)
        putc('\n', out);
    return written;
}

/* A row; NULL: the headings. */
static void write_row(const struct table *table, const struct extent *extents,
                      const struct cell *row, enum text_place place, FILE *out)
{
    char numbers[RESULT_COLUMNS][QUANTITY_TEXT];
    const char *rest[RESULT_COLUMNS];

    for (size_t i = 0; i < table->column_count; i++) {
        const struct column *column = &table->columns[i];
        const char *text =
            row ? cell_text(&row[i], column->type, numbers[i]) : column->name;

        rest[i] = text ? text : "-";
    }
    while (write_line(table, extents, rest, place, out))
        ;
}

void render_columns(const struct table *table, size_t most, enum text_place place,
                    FILE *out)
{
    struct extent extents[RESULT_COLUMNS];

    if (!table->row_count)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        extents[i] = column_extent(table, i);
    if (most)
        narrow(extents, table->column_count, most);
    putc('\n', out);
    write_row(table, extents, NULL, place, out);
    for (size_t i = 0; i < table->row_count; i++)
        write_row(table, extents, table->cells + i * table->column_count, place, out);
}
