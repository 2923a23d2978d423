/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A limit as somebody may write it. Its first byte chooses the unit. What is accepted is
 * a range of numbers, those that the C library reads there, too; it alerts where its text
 * says; and its text is read as the same range. */
#include "fuzz.h"

#include "monitor/range.h"

#include <math.h>

enum { TEXT = 256, UNITS = UNIT_RATE + 1 };

/* Beyond a million, a text of nine decimals has more than the 15 digits that are read. */
static bool is_written_exactly(double end)
{
    return isinf(end) || fabs(end) < 1e6;
}

static bool is_near(double one, double other)
{
    return one == other || fabs(one - other) <= 0.5e-9 + 4e-16 * fabs(one);
}

/* The C library reads the last number of the text as the same. */
static void look_at_large(const struct range *range, const char *text)
{
    const char *end = strchr(text, ':');

    end = end ? end + 1 : text + range->inside;
    if (isfinite(range->end) && fabs(range->end) >= 1e6)
        must(fabs(strtod(end, NULL) - range->end) <= 1e-15 * fabs(range->end));
    if (isfinite(range->start) && fabs(range->start) >= 1e6)
        must(fabs(strtod(text + range->inside, NULL) - range->start) <=
             1e-15 * fabs(range->start));
}

static void look_at_text(const struct range *range, enum unit unit, bool is_signed)
{
    char text[RANGE_TEXT];
    struct range read;

    memset(text, 'x', sizeof text);
    range_text(range, unit, is_signed, text);
    must(memchr(text, '\0', sizeof text));
    if (!is_written_exactly(range->start) || !is_written_exactly(range->end)) {
        look_at_large(range, text);
        return;
    }
    if (range->start == -INFINITY && range->end == INFINITY)
        must(!strcmp(text, range->inside ? "@~:" : "~:"));
    must(range_parse(text, unit, is_signed, &read) == RANGE_OK);
    must(read.inside == range->inside);
    must(is_near(read.start, range->start) && is_near(read.end, range->end));
}

static void look_at_alerts(const struct range *range)
{
    const struct range none = {0};
    const double values[] = {range->start, range->end, 0, -1, 1, 1e300, -1e300};

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const bool outside = values[i] < range->start || values[i] > range->end;

        must(range_alerts(range, values[i]) == (outside != range->inside));
        must(!range_alerts(&none, values[i]));
    }
    must(!range_is_shadowed(range, &none) && !range_is_shadowed(&none, range));
}

/* What the suffixes are worth, once more. */
static const struct {
    enum unit unit;
    const char *suffix;
    double factor;
} suffixes[] = {
    {UNIT_SECONDS, "ns", 1e-9}, {UNIT_SECONDS, "us", 1e-6}, {UNIT_SECONDS, "ms", 1e-3},
    {UNIT_SECONDS, "s", 1},     {UNIT_SECONDS, "min", 60},  {UNIT_SECONDS, "h", 3600},
    {UNIT_SECONDS, "d", 86400}, {UNIT_PPM, "ppm", 1},       {UNIT_PPM, "ppb", 1e-3},
    {UNIT_PERCENT, "%", 1},     {UNIT_RATE, "/s", 1},
};

/* NAN for what stands behind a number alone and is no suffix of its unit. */
static double factor_of(const char *suffix, enum unit unit)
{
    if (!*suffix)
        return 1;
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (suffixes[i].unit == unit && !strcmp(suffixes[i].suffix, suffix))
            return suffixes[i].factor;
    return NAN;
}

/* A number alone, with a suffix or without one, is what the C library reads. */
static void look_at_number(const char *text, enum unit unit, bool is_signed,
                           const struct range *range)
{
    char *rest;
    const double number = strtod(text, &rest);
    const double written = fabs(number * factor_of(rest, unit));

    if (isnan(written) || range->inside)
        return;
    must(isfinite(written));
    must(fabs(written - fabs(range->end)) <= 1e-15 * written);
    must(range->start == (is_signed ? -range->end : 0));
}

static void look_at_error(enum range_error error, const char *text)
{
    must(*range_error_text(error));
    must((error == RANGE_EMPTY) == !text[strspn(text, " \t")]);
    must((error == RANGE_EXPANDED) == (text[strspn(text, " \t")] == '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char text[TEXT];
    struct range range;
    enum range_error error;
    enum unit unit;
    bool is_signed;

    if (!length || length > sizeof text)
        return 0;
    unit = (enum unit)(*bytes % UNITS);
    is_signed = *bytes / UNITS % 2;
    memcpy(text, bytes + 1, length - 1);
    text[length - 1] = '\0';
    error = range_parse(text, unit, is_signed, &range);
    look_at_error(error, text);
    if (error)
        return 0;
    must(range.set && !isnan(range.start) && !isnan(range.end));
    must(range.start <= range.end && range.start < INFINITY && range.end > -INFINITY);
    look_at_alerts(&range);
    look_at_text(&range, unit, is_signed);
    look_at_number(text, unit, is_signed, &range);
    return 0;
}
