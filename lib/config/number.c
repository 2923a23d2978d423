/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/number.h"

#include <math.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *read_sign(const char *text, bool *negative)
{
    *negative = *text == '-';
    return text + (*text == '-' || *text == '+');
}

/* The value of a digit; 16 for a byte that is none in any base. */
static unsigned digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a' + 10);
    return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10) : 16;
}

/* --- integers --- */

/* NULL when there is no digit; a value above the limit becomes the limit. */
static const char *read_digits(const char *text, unsigned base, uint64_t limit,
                               uint64_t *value)
{
    const char *first = text;

    for (*value = 0; digit_value(*text) < base; text++) {
        const unsigned digit = digit_value(*text);

        *value = *value > (limit - digit) / base ? limit : *value * base + digit;
    }
    return text == first ? NULL : text;
}

/* The C library saturates at the ends of a long; chronyd keeps the lowest 32 bits. */
static bool read_integer(const char **text, uint64_t positive_limit,
                         uint64_t negative_limit, uint32_t *bits, bool *negative,
                         uint64_t *magnitude)
{
    const char *at = read_sign(*text + strspn(*text, " \t"), negative);

    at = read_digits(at, 10, *negative ? negative_limit : positive_limit, magnitude);
    if (!at)
        return false;
    *bits = (uint32_t)(*negative ? 0 - *magnitude : *magnitude);
    *text = at;
    return true;
}

bool number_read_integer(const char **text, struct config_read *number)
{
    const uint64_t highest = (uint64_t)1 << 63;
    uint64_t magnitude;
    uint32_t bits;
    bool negative;

    if (!read_integer(text, highest - 1, highest, &bits, &negative, &magnitude))
        return false;
    number->value = bits <= INT32_MAX ? (double)bits : (double)bits - 4294967296.0;
    number->odd = magnitude > (uint64_t)INT32_MAX + negative;
    return true;
}

bool number_read_unsigned(const char **text, struct config_read *number)
{
    uint64_t magnitude;
    uint32_t bits;
    bool negative;

    if (!read_integer(text, UINT64_MAX, UINT64_MAX, &bits, &negative, &magnitude))
        return false;
    number->value = bits;
    number->odd = magnitude > UINT32_MAX || (negative && magnitude > 0);
    return true;
}

bool number_read_hex(const char **text, uint32_t *value)
{
    uint64_t magnitude;
    bool negative;
    const char *at = read_sign(*text + strspn(*text, " \t"), &negative);

    if (at[0] == '0' && (at[1] == 'x' || at[1] == 'X') && digit_value(at[2]) < 16)
        at += 2;
    at = read_digits(at, 16, UINT64_MAX, &magnitude);
    if (!at)
        return false;
    *value = (uint32_t)(negative ? 0 - magnitude : magnitude);
    *text = at;
    return true;
}

/* --- numbers with a fraction --- */

/* Digits as they were written: value * base^power. */
struct mantissa {
    double value;
    int power;
    bool any;
};

enum {
    EXACT_BITS = 53,
    MOST_POWER = 5000, /* beyond it all numbers are zero or infinite */
};

static const char *read_mantissa_digits(const char *text, unsigned base, int step,
                                        struct mantissa *mantissa)
{
    for (; digit_value(*text) < base; text++) {
        mantissa->any = true;
        if (mantissa->value < ldexp(1, EXACT_BITS) / base) {
            mantissa->value = mantissa->value * base + digit_value(*text);
            mantissa->power -= step;
        } else {
            mantissa->power += 1 - step;
        }
    }
    return text;
}

static const char *read_mantissa(const char *text, unsigned base,
                                 struct mantissa *mantissa)
{
    text = read_mantissa_digits(text, base, 0, mantissa);
    if (*text == '.')
        text = read_mantissa_digits(text + 1, base, 1, mantissa);
    return mantissa->any ? text : NULL;
}

/* An exponent may lack its digits: older C libraries let that pass. */
static const char *read_exponent(const char *text, char letter, int *exponent)
{
    uint64_t magnitude = 0;
    const char *end;
    bool negative;

    *exponent = 0;
    if (*text != letter && *text != letter - 'a' + 'A')
        return text;
    text = read_sign(text + 1, &negative);
    end = read_digits(text, 10, MOST_POWER, &magnitude);
    *exponent = negative ? -(int)magnitude : (int)magnitude;
    return end ? end : text;
}

/* value * 10^power, with one rounding where the power of ten is exact. */
static double scale_by_ten(double value, int power)
{
    double factor = 1;

    for (int left = power < 0 ? -power : power; left > 0 && factor < HUGE_VAL; left--)
        factor *= 10;
    return value == 0 ? 0 : power < 0 ? value / factor : value * factor;
}

static const char *read_finite(const char *text, double *value, bool *odd)
{
    struct mantissa mantissa = {0};
    int exponent;

    *odd = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    if (*odd)
        text = read_mantissa(text + 2, 16, &mantissa);
    else
        text = read_mantissa(text, 10, &mantissa);
    if (!text)
        return NULL;
    text = read_exponent(text, *odd ? 'p' : 'e', &exponent);
    *value = *odd ? ldexp(mantissa.value, 4 * mantissa.power + exponent)
                  : scale_by_ten(mantissa.value, mantissa.power + exponent);
    return text;
}

/* What may stand behind nan, as in nan(0x1): newer C libraries take it. */
static const char *read_payload(const char *text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    const size_t length = *text == '(' ? strspn(text + 1, letters) : 0;

    return *text == '(' && text[1 + length] == ')' ? text + length + 2 : text;
}

/* "inf" may go on as "infinity", but not stop between the two. */
static const char *read_name(const char *text, double *value)
{
    const bool is_long = !strncasecmp(text, "infinity", 8);

    *value = !strncasecmp(text, "nan", 3) ? NAN : INFINITY;
    if (strncasecmp(text, "nan", 3) != 0 && strncasecmp(text, "inf", 3) != 0)
        return NULL;
    if (!isnan(*value) && !is_long && (text[3] == 'i' || text[3] == 'I'))
        return NULL;
    return isnan(*value) ? read_payload(text + 3) : text + (is_long ? 8 : 3);
}

bool number_read(const char **text, struct config_read *number)
{
    bool negative;
    const char *begin = read_sign(*text + strspn(*text, " \t"), &negative);
    const char *end = read_name(begin, &number->value);

    number->odd = true;
    if (!end)
        end = read_finite(begin, &number->value, &number->odd);
    if (!end)
        return false;
    if (negative)
        number->value = -number->value;
    *text = end;
    return true;
}
