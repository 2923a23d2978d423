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
    NOT_USED,
    COLUMNS,
};

static const struct column columns[COLUMNS] = {
    [SOURCE] = {"source", COLUMN_TEXT},
    [NAME] = {"name", COLUMN_TEXT},
    [MODE] = {"mode", COLUMN_TEXT},
    [STATE] = {"state", COLUMN_TEXT},
    [STRATUM] = {"stratum", COLUMN_COUNT},
    [POLL] = {"poll", COLUMN_COUNT},
    [REACH] = {"reach", COLUMN_OCTAL},
    [AGE] = {"last sample", COLUMN_SECONDS},
    [OFFSET] = {"offset", COLUMN_SECONDS},
    [ERROR] = {"error", COLUMN_SECONDS},
    [NOT_USED] = {"not used because", COLUMN_TEXT},
};

static const char *mode_text(uint16_t mode)
{
    static const char *const texts[] = {[MODE_CLIENT] = "client",
                                        [MODE_PEER] = "peer",
                                        [MODE_REFERENCE_CLOCK] = "reference clock"};

    return mode < sizeof texts / sizeof texts[0] ? texts[mode] : "unknown";
}

/* Why chronyd does not use a source, by the character of its selection report: see
 * selectdata in chronyc(1). */
static const char *not_used_text(uint8_t state)
{
    static const char *const texts[UINT8_MAX + 1] = {
        ['N'] = "noselect is set",
        ['s'] = "it is not synchronised itself",
        ['M'] = "it has too few measurements",
        ['r'] = "its stratum is below minstratum or above maxstratum",
        ['d'] = "its root distance is above maxdistance",
        ['~'] = "its jitter is above maxjitter",
        ['w'] = "it waits for sources with too few measurements",
        ['S'] = "its measurements are older than the others'",
        ['O'] = "its stratum is not below that of the local reference",
        ['T'] = "it disagrees with trusted sources",
        ['x'] = "it disagrees with the majority",
        ['W'] = "it waits for more selectable sources (minsources or require)",
        ['P'] = "another source is preferred",
        ['U'] = "it waits for a new measurement",
        ['D'] = "its root distance is too large to combine it (combinelimit)",
    };

    return texts[state];
}

static void fill_row(struct cell *row, const struct source *source)
{
    const struct source_data *data = &source->data;

    row[SOURCE].text = source->label;
    if (*source->name && strcmp(source->name, source->label) != 0)
        row[NAME].text = source->name;
    row[MODE].text = mode_text(data->mode);
    row[STATE].text = source_condition_text(source_condition(source));
    if (!source->select_data_error && source_is_reachable(source))
        row[NOT_USED].text = not_used_text(source->select_data.state);
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
