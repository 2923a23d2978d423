/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/sources.h"

#include <string.h>

enum {
    SOURCE,
    NAME,
    MODE,
    STATE,
    STRATUM,
    POLL,
    REACH,
    AGE,
    OFFSET,
    ERROR,
    COLUMNS,
};

static const struct column columns[COLUMNS] = {
    [SOURCE] = {"source", COLUMN_TEXT},    [NAME] = {"name", COLUMN_TEXT},
    [MODE] = {"mode", COLUMN_TEXT},        [STATE] = {"state", COLUMN_TEXT},
    [STRATUM] = {"stratum", COLUMN_COUNT}, [POLL] = {"poll", COLUMN_COUNT},
    [REACH] = {"reach", COLUMN_OCTAL},     [AGE] = {"last sample", COLUMN_SECONDS},
    [OFFSET] = {"offset", COLUMN_SECONDS}, [ERROR] = {"error", COLUMN_SECONDS},
};

static const char *mode_text(uint16_t mode)
{
    static const char *const texts[] = {[MODE_CLIENT] = "client",
                                        [MODE_PEER] = "peer",
                                        [MODE_REFERENCE_CLOCK] = "reference clock"};

    return mode < sizeof texts / sizeof texts[0] ? texts[mode] : "unknown";
}

static void fill_row(struct cell *row, const struct source *source)
{
    const struct source_data *data = &source->data;

    row[SOURCE].text = source->label;
    if (*source->name && strcmp(source->name, source->label))
        row[NAME].text = source->name;
    row[MODE].text = mode_text(data->mode);
    row[STATE].text = source_condition_text(source_condition(source));
    row[POLL].number = data->poll;
    row[REACH].number = data->reach & 0xff;
    /* A source that gave no sample yet reports zeros, which would look perfect. */
    if (data->since_sample == NEVER)
        return;
    row[STRATUM].number = data->stratum;
    row[AGE].number = data->since_sample;
    row[OFFSET].number = data->offset;
    row[ERROR].number = data->error;
}

void sources_tabulate(const struct snapshot *snapshot, struct result *result)
{
    struct table *table = result_table(result, "sources", columns, COLUMNS);

    for (size_t i = 0; table && i < snapshot->source_count; i++) {
        struct cell *row = table_row(table);

        if (row)
            fill_row(row, &snapshot->sources[i]);
    }
}
