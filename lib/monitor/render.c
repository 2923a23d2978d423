/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/format.h"

#include <string.h>

#define FORMAT_ROW(name) {#name, render_##name},

const struct format formats[] = {FORMATS(FORMAT_ROW){NULL, NULL}};

void render_text(const char *text, FILE *out)
{
    for (; *text; text++) {
        bool plain = *text >= ' ' && *text <= '~' && !strchr("|<`", *text);

        putc(plain ? *text : '?', out);
    }
}

const struct reason *told_reason(const struct result *result, size_t place)
{
    static const enum state worst_first[] = {STATE_CRITICAL, STATE_WARNING, STATE_UNKNOWN,
                                             STATE_OK};

    for (size_t s = 0; s < sizeof worst_first / sizeof worst_first[0]; s++)
        for (size_t i = 0; i < result->reason_count; i++)
            if (result->reasons[i].state == worst_first[s] && !place--)
                return &result->reasons[i];
    return NULL;
}

void render_verdict(const struct result *result, FILE *out)
{
    fprintf(out, "%s %s - ", result->name, state_name(result_state(result)));
    for (size_t i = 0; i < result->reason_count; i++) {
        fputs(i ? "; " : "", out);
        render_text(told_reason(result, i)->text, out);
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
