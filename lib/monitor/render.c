/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/format.h"

#include <math.h>

#define FORMAT_ROW(name) {#name, render_##name},

const struct format formats[] = {FORMATS(FORMAT_ROW){NULL, NULL}};

static char clean(char byte)
{
    if (byte >= ' ' && byte <= '~' && byte != '|' && byte != '<' && byte != '`')
        return byte;
    return '?';
}

void render_text(const char *text, enum text_place place, FILE *out)
{
    for (; *text; text++) {
        if (place == IN_STRING && (*text == '"' || *text == '\\'))
            putc('\\', out);
        putc(clean(*text), out);
    }
}

bool text_is_same(const char *one, const char *other)
{
    for (; *one && *other && clean(*one) == clean(*other); one++, other++)
        continue;
    return !*one && !*other;
}

void render_string(const char *text, FILE *out)
{
    putc('"', out);
    render_text(text, IN_STRING, out);
    putc('"', out);
}

void make_key(const char *name, char key[static KEY_TEXT])
{
    size_t i;

    for (i = 0; i < KEY_TEXT - 1 && name[i]; i++) {
        bool plain =
            (name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9');

        key[i] = '_';
        if (plain)
            key[i] = name[i];
    }
    key[i] = '\0';
}

const struct reason *told_reason(const struct result *result, size_t i)
{
    static const enum state worst_first[] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN,
                                             STATE_OK};

    for (size_t s = 0; s < sizeof worst_first / sizeof worst_first[0]; s++)
        for (size_t r = 0; r < result->reason_count; r++)
            if (result->reasons[r].state == worst_first[s] && !i--)
                return &result->reasons[r];
    return NULL;
}

void render_state(enum state state, enum text_place place, FILE *out)
{
    static const char *const colours[] = {[STATE_OK] = "32",
                                          [STATE_WARNING] = "33",
                                          [STATE_CRITICAL] = "31",
                                          [STATE_UNKNOWN] = "35"};

    if (place == IN_COLOUR)
        fprintf(out, "\033[%sm%s\033[0m", colours[state], state_name(state));
    else
        fputs(state_name(state), out);
}

void render_verdict(const struct result *result, enum text_place place, FILE *out)
{
    fprintf(out, "%s ", result->name);
    render_state(result_state(result), place, out);
    fputs(" - ", out);
    for (size_t i = 0; i < result->reason_count; i++) {
        fputs(i ? "; " : "", out);
        render_text(told_reason(result, i)->text, place, out);
    }
}

enum unit column_unit(enum column_type type)
{
    switch (type) {
    case COLUMN_TEXT:
    case COLUMN_COUNT:
    case COLUMN_OCTAL:
        return UNIT_COUNT;
    case COLUMN_SECONDS:
        return UNIT_SECONDS;
    }
    return UNIT_COUNT;
}

const char *cell_text(const struct cell *cell, enum column_type type,
                      char number[static QUANTITY_TEXT])
{
    if (cell->text || isnan(cell->number))
        return cell->text;
    if (type == COLUMN_OCTAL)
        snprintf(number, QUANTITY_TEXT, "%03o", (unsigned)cell->number);
    else
        quantity_text(cell->number, column_unit(type), number);
    return number;
}
