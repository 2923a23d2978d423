/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foreign bytes and any numbers in a result, in each output format: what is written is
 * what a strict reader of that format takes, and its first line has the state and the
 * count of measurements that the result has. */
#include "fuzz.h"
#include "reader.h"

#include "monitor/render.h"

#include <math.h>

enum { OUTPUT = 1 << 17 };

static const struct metric metrics[] = {
    {"offset", UNIT_SECONDS, true, INFINITY, NULL, NULL, "offset of the clock"},
    {"sources", UNIT_COUNT, false, INFINITY, NULL, NULL, "sources"},
    {"skew_ppm", UNIT_PPM, false, INFINITY, NULL, NULL, "skew of the clock"},
    {"reach_percent", UNIT_PERCENT, false, 100, NULL, NULL, "polls that were answered"},
    {"packets_total", UNIT_COUNTER, false, INFINITY, NULL, NULL, "packets"},
    {"packet_rate", UNIT_RATE, false, INFINITY, NULL, NULL, "packets per second"},
};

enum { METRICS = sizeof metrics / sizeof metrics[0] };

static const struct column columns[] = {
    {"source", COLUMN_TEXT}, {"state", COLUMN_TEXT},     {"stratum", COLUMN_COUNT},
    {"reach", COLUMN_OCTAL}, {"offset", COLUMN_SECONDS},
};

enum { COLUMNS = sizeof columns / sizeof columns[0], ROWS = 3 };

/* --- a result --- */

/* Any number up to those that quantity.h can write. */
static double take_value(struct input *input)
{
    const double value = take_double(input);

    return fabs(value) < 1e42 ? value : NAN;
}

static void take_range(struct input *input, struct range *range)
{
    const uint8_t kind = take_byte(input);
    const double one = take_value(input), other = take_value(input);

    *range = (struct range){.set = kind & 1, .inside = kind & 2};
    range->start = kind & 4 || isnan(one) ? -INFINITY : one;
    range->end = kind & 8 || isnan(other) ? INFINITY : other;
    if (range->start > range->end)
        range->end = INFINITY;
}

/* Each metric at most once, as in a plugin. */
static void take_measurements(struct input *input, struct result *result)
{
    const uint8_t which = take_byte(input);

    for (size_t i = 0; i < METRICS; i++) {
        struct limits limits;

        if (!(which >> i & 1))
            continue;
        take_range(input, &limits.warning);
        take_range(input, &limits.critical);
        result_measure(result, &metrics[i], take_value(input), &limits);
    }
}

static void take_reasons(struct input *input, struct result *result)
{
    for (size_t count = take_byte(input) % 4; count--;) {
        const enum state state = (enum state)(take_byte(input) % 4);
        char text[REASON_TEXT + 32];

        result_reason(result, state, "%s", take_text(input, text, sizeof text));
    }
}

static void take_table(struct input *input, struct result *result,
                       char texts[ROWS][2][300])
{
    struct table *table = result_table(result, "sources", columns, COLUMNS);
    const size_t rows = take_byte(input) % (ROWS + 1);

    must(table);
    for (size_t i = 0; i < rows; i++) {
        struct cell *row = table_row(table);

        must(row);
        row[0].text = take_text(input, texts[i][0], 300);
        row[1].text = take_byte(input) & 1 ? take_text(input, texts[i][1], 300) : NULL;
        row[2].number = (double)take_number(input, 2);
        row[3].number = take_byte(input);
        row[4].number = take_value(input);
    }
}

/* --- the text --- */

static FILE *output_file(char **text)
{
    static char output[OUTPUT];
    static FILE *file;

    if (!file)
        file = fmemopen(output, sizeof output, "w");
    must(file);
    rewind(file);
    *text = output;
    return file;
}

static const char *render(const struct result *result, const struct format *format,
                          const struct render_options *options)
{
    char *text;
    FILE *file = output_file(&text);

    format->render(result, options, file);
    putc(0, file);
    must(!fflush(file) && !ferror(file));
    must(ftell(file) < OUTPUT);
    must((long)strlen(text) == ftell(file) - 1);
    return text;
}

static void look_at_state(const char *text, const struct result *result)
{
    char begin[64];

    snprintf(begin, sizeof begin, "CHRONY TEST %s - ", state_name(result_state(result)));
    must(!strncmp(text, begin, strlen(begin)));
}

static void look_at_perfdata(const char *text, const struct result *result)
{
    const char *end = strchr(text, '\n'), *at = strchr(text, '|');
    size_t count = 0;

    for (; at && at < end; at = strchr(at + 1, '='))
        count++;
    must((count ? count - 1 : 0) == result->measurement_count);
}

static void look_at_text(const char *text, const struct format *format,
                         const struct render_options *options,
                         const struct result *result)
{
    if (!strcmp(format->name, "nagios")) {
        if (options->colour) {
            must(reads_as_coloured(text));
            return;
        }
        must(reads_as_nagios(text));
        look_at_state(text, result);
        if (options->perfdata)
            look_at_perfdata(text, result);
    } else if (!strcmp(format->name, "json")) {
        must(reads_as_json(text));
    } else if (!strcmp(format->name, "prometheus")) {
        must(reads_as_prometheus(text));
    } else {
        must(!strcmp(format->name, "journal") && reads_as_journal(text));
    }
}

static const struct format *take_format(struct input *input)
{
    size_t count = 0;

    while (formats[count].name)
        count++;
    must(count);
    return &formats[take_byte(input) % count];
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct input input = {bytes, length};
    const struct format *format = take_format(&input);
    const uint8_t flags = take_byte(&input);
    const struct render_options options = {"check_chrony_test", .perfdata = flags & 1,
                                           .terminal = flags & 2, .colour = flags & 4};
    char texts[ROWS][2][300];
    static struct result result;

    result_init(&result, "CHRONY TEST");
    take_reasons(&input, &result);
    take_measurements(&input, &result);
    if (flags & 8)
        take_table(&input, &result, texts);
    look_at_text(render(&result, format, &options), format, &options, &result);
    result_free(&result);
    return 0;
}
