/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/quantity.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct suffix {
    const char *name;
    int power;  /* of ten */
    int factor; /* and of this */
};

struct unit_row {
    const char *symbol, *name, *suffixes;
    int decimals; /* in performance data */
    struct suffix suffix[8];
};

static const struct unit_row units[] = {
    [UNIT_COUNT] = {"", "", "", 0, {{0}}},
    [UNIT_SECONDS] = {"s",
                      "s",
                      "ns, us, ms, s, min, h, d",
                      9,
                      {{"ns", -9, 1},
                       {"us", -6, 1},
                       {"ms", -3, 1},
                       {"s", 0, 1},
                       {"min", 0, 60},
                       {"h", 0, 3600},
                       {"d", 0, 86400},
                       {0}}},
    [UNIT_PPM] = {"", "ppm", "ppm, ppb", 6, {{"ppm", 0, 1}, {"ppb", -3, 1}, {0}}},
    [UNIT_PERCENT] = {"%", "%", "%", 3, {{"%", 0, 1}, {0}}},
    [UNIT_COUNTER] = {"c", "", "", 0, {{0}}},
    [UNIT_RATE] = {"", "/s", "/s", 3, {{"/s", 0, 1}, {0}}},
};

const char *unit_symbol(enum unit unit)
{
    return units[unit].symbol;
}

const char *unit_name(enum unit unit)
{
    return units[unit].name;
}

const char *unit_suffixes(enum unit unit)
{
    return units[unit].suffixes;
}

/* --- reading --- */

enum {
    MAX_DIGITS = 15, /* below 2^53, so that the digits and the result are exact */
    MAX_POWER = 22,  /* the largest power of ten that a double holds exactly */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_suffix_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '/';
}

/* A number as it was written: digits * 10^power. */
struct decimal {
    uint64_t digits;
    int power;
    bool any; /* there was a digit at all */
    bool too_long;
};

static const char *read_digits(const char *text, struct decimal *decimal, int power_step)
{
    for (; is_digit(*text); text++) {
        decimal->any = true;
        decimal->power -= power_step;
        if (decimal->digits >= 100000000000000) /* one more would be the 16th */
            decimal->too_long = true;
        else
            decimal->digits = decimal->digits * 10 + (uint64_t)(*text - '0');
    }
    return text;
}

static const char *read_exponent(const char *text, struct decimal *decimal)
{
    struct decimal exponent = {0};
    bool negative;

    if (*text != 'e')
        return text;
    text++;
    negative = *text == '-';
    text = read_digits(text + (*text == '-' || *text == '+'), &exponent, 0);
    if (!exponent.any || exponent.digits > 99)
        decimal->too_long = true;
    else
        decimal->power += negative ? -(int)exponent.digits : (int)exponent.digits;
    return text;
}

static const char *read_decimal(const char *text, struct decimal *decimal)
{
    text = read_digits(text, decimal, 0);
    if (*text == '.')
        text = read_digits(text + 1, decimal, 1);
    return decimal->any ? read_exponent(text, decimal) : text;
}

/* The suffix that stands at text; NULL when letters stand there that are none. */
static const struct suffix *find_suffix(const char *text, enum unit unit, size_t *length)
{
    static const struct suffix none = {"", 0, 1};

    for (*length = 0; is_suffix_letter(text[*length]);)
        (*length)++;
    if (!*length)
        return &none;
    for (const struct suffix *suffix = units[unit].suffix; suffix->name; suffix++)
        if (strlen(suffix->name) == *length && !strncmp(suffix->name, text, *length))
            return suffix;
    return NULL;
}

/* The digits stay exact for as long as they can: the one division comes last. */
static bool scale(const struct decimal *decimal, int factor, double *value)
{
    static const double powers[MAX_POWER + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

    if (decimal->too_long || decimal->power > MAX_POWER || decimal->power < -MAX_POWER)
        return false;
    *value = (double)decimal->digits * factor;
    if (decimal->power < 0)
        *value /= powers[-decimal->power];
    else
        *value *= powers[decimal->power];
    return true;
}

bool quantity_parse(const char **text, enum unit unit, double *value)
{
    struct decimal decimal = {0};
    const char *at = *text + strspn(*text, " \t");
    const bool negative = *at == '-';
    const struct suffix *suffix;
    size_t length;

    at = read_decimal(at + (*at == '-' || *at == '+'), &decimal);
    at += strspn(at, " \t");
    suffix = find_suffix(at, unit, &length);
    if (!decimal.any || !suffix)
        return false;
    decimal.power += suffix->power;
    if (!scale(&decimal, negative ? -suffix->factor : suffix->factor, value))
        return false;
    at += length;
    *text = at + strspn(at, " \t");
    return true;
}

/* --- writing --- */

/* Fixed notation; a number that rounds to zero has no sign. */
static void write_fixed(double value, int decimals, char text[static QUANTITY_TEXT])
{
    snprintf(text, QUANTITY_TEXT, "%.*f", decimals, value);
    if (*text == '-' && !text[strspn(text, "-0.")])
        memmove(text, text + 1, strlen(text));
}

/* The same without trailing zeros behind the point. */
static void write_trimmed(double value, int decimals, char text[static QUANTITY_TEXT])
{
    size_t length;

    write_fixed(value, decimals, text);
    length = strlen(text);
    if (!decimals)
        return;
    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    text[length] = '\0';
}

static void write_unit(const char *name, char text[static QUANTITY_TEXT])
{
    size_t length = strlen(text);

    if (*name)
        snprintf(text + length, QUANTITY_TEXT - length, " %s", name);
}

static void three_digits(double value, const char *name, char text[static QUANTITY_TEXT])
{
    write_trimmed(value, fabs(value) >= 100 ? 0 : fabs(value) >= 10 ? 1 : 2, text);
    write_unit(name, text);
}

static void seconds_text(double value, char text[static QUANTITY_TEXT])
{
    static const struct {
        double below, size;
        const char *name;
    } rows[] = {{1e-8, 1e-9, "ns"},    {1e-3, 1e-6, "us"}, {1, 1e-3, "ms"},
                {120, 1, "s"},         {7200, 60, "min"},  {172800, 3600, "h"},
                {INFINITY, 86400, "d"}};
    size_t row = 0;

    while (fabs(value) >= rows[row].below && rows[row].below < INFINITY)
        row++;
    three_digits(value / rows[row].size, value == 0 ? "s" : rows[row].name, text);
}

void quantity_text(double value, enum unit unit, char text[static QUANTITY_TEXT])
{
    switch (unit) {
    case UNIT_COUNT:
    case UNIT_COUNTER:
        quantity_short(value, text);
        break;
    case UNIT_SECONDS:
        seconds_text(value, text);
        break;
    case UNIT_PPM:
    case UNIT_PERCENT:
    case UNIT_RATE:
        three_digits(value, units[unit].name, text);
        break;
    }
}

void quantity_plain(double value, enum unit unit, char text[static QUANTITY_TEXT])
{
    double left = fabs(value);
    int decimals = 3;

    while (left < 1 && decimals < 9) {
        left *= 10;
        decimals++;
    }
    write_trimmed(value, decimals, text);
    write_unit(unit_name(unit), text);
}

void quantity_fixed(double value, enum unit unit, char text[static QUANTITY_TEXT])
{
    write_fixed(value, units[unit].decimals, text);
}

void quantity_short(double value, char text[static QUANTITY_TEXT])
{
    write_trimmed(value, 9, text);
}
