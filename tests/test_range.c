/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/quantity.h"
#include "monitor/range.h"
#include "runner.h"

#include <math.h>
#include <string.h>

/* --- numbers that are read --- */

static const struct {
    const char *text;
    enum unit unit;
    double value;
    const char *rest; /* what is left of the text */
} quantities[] = {
    {"0", UNIT_COUNT, 0, ""},
    {"7", UNIT_COUNT, 7, ""},
    {"007", UNIT_COUNT, 7, ""},
    {"-7", UNIT_COUNT, -7, ""},
    {"+7", UNIT_COUNT, 7, ""},
    {"5.", UNIT_COUNT, 5, ""},
    {".5", UNIT_COUNT, 0.5, ""},
    {"-.5", UNIT_COUNT, -0.5, ""},
    {" \t7 \t", UNIT_COUNT, 7, ""},
    /* Every double is the one that is nearest to what was written. */
    {"0.1", UNIT_COUNT, 0.1, ""},
    {"0.3", UNIT_COUNT, 0.3, ""},
    {"0.7", UNIT_COUNT, 0.7, ""},
    {"2.675", UNIT_COUNT, 2.675, ""},
    {"123456789.012345", UNIT_COUNT, 123456789.012345, ""},
    {"999999999999999", UNIT_COUNT, 999999999999999, ""},
    {".000000000000001", UNIT_COUNT, 1e-15, ""},
    {"0000000000000000000000.1", UNIT_COUNT, 0.1, ""},
    {"1e-3", UNIT_COUNT, 1e-3, ""},
    {"1e3", UNIT_COUNT, 1000, ""},
    {"1e+3", UNIT_COUNT, 1000, ""},
    {"1.5e03", UNIT_COUNT, 1500, ""},
    {"1e22", UNIT_COUNT, 1e22, ""},
    {"1e-22", UNIT_COUNT, 1e-22, ""},
    {"1234567.89e-10", UNIT_COUNT, 1234567.89e-10, ""},
    /* Units. */
    {"2", UNIT_SECONDS, 2, ""},
    {"2s", UNIT_SECONDS, 2, ""},
    {"2 s", UNIT_SECONDS, 2, ""},
    {"50ms", UNIT_SECONDS, 0.05, ""},
    {"0.1ms", UNIT_SECONDS, 0.0001, ""},
    {"100us", UNIT_SECONDS, 0.0001, ""},
    {"340ns", UNIT_SECONDS, 3.4e-7, ""},
    {"-1.5us", UNIT_SECONDS, -1.5e-6, ""},
    {"123456789012.345ms", UNIT_SECONDS, 123456789.012345, ""},
    {"1e3ms", UNIT_SECONDS, 1, ""},
    {"1min", UNIT_SECONDS, 60, ""},
    {"1.5min", UNIT_SECONDS, 90, ""},
    {"2h", UNIT_SECONDS, 7200, ""},
    {"-2h", UNIT_SECONDS, -7200, ""},
    {"1d", UNIT_SECONDS, 86400, ""},
    {"1.1h", UNIT_SECONDS, 3960, ""},
    {"0.07h", UNIT_SECONDS, 252, ""},
    {"1.1d", UNIT_SECONDS, 95040, ""},
    {"10", UNIT_PPM, 10, ""},
    {"10ppm", UNIT_PPM, 10, ""},
    {"5ppb", UNIT_PPM, 0.005, ""},
    {"5 ppb ", UNIT_PPM, 0.005, ""},
    {"90", UNIT_PERCENT, 90, ""},
    {"90%", UNIT_PERCENT, 90, ""},
    {"0.5 %", UNIT_PERCENT, 0.5, ""},
    {"10%:90%", UNIT_PERCENT, 10, ":90%"},
    {"12", UNIT_COUNTER, 12, ""},
    {"1.25", UNIT_RATE, 1.25, ""},
    {"1.25/s", UNIT_RATE, 1.25, ""},
    {"1.25 /s", UNIT_RATE, 1.25, ""},
    /* Reading ends behind the number, its unit and blanks. */
    {"10:20", UNIT_COUNT, 10, ":20"},
    {"10 : 20", UNIT_COUNT, 10, ": 20"},
    {"50ms:1s", UNIT_SECONDS, 0.05, ":1s"},
    {"1,5", UNIT_COUNT, 1, ",5"},
    {"1_000", UNIT_COUNT, 1, "_000"},
    {"1.2.3", UNIT_COUNT, 1.2, ".3"},
    {"1 2", UNIT_COUNT, 1, "2"},
};

START_TEST(parse_quantity)
{
    const char *text = quantities[_i].text;
    double value = NAN;

    ck_assert_msg(quantity_parse(&text, quantities[_i].unit, &value), "'%s'", text);
    ck_assert_double_eq(value, quantities[_i].value);
    ck_assert_str_eq(text, quantities[_i].rest);
}
END_TEST

static const struct {
    const char *text;
    enum unit unit;
} no_quantities[] = {
    {"", UNIT_COUNT},
    {" ", UNIT_COUNT},
    {"-", UNIT_COUNT},
    {"+", UNIT_COUNT},
    {".", UNIT_COUNT},
    {"-.", UNIT_COUNT},
    {"--5", UNIT_COUNT},
    {"+-5", UNIT_COUNT},
    {"- 5", UNIT_COUNT},
    {":5", UNIT_COUNT},
    {"abc", UNIT_COUNT},
    {"nan", UNIT_COUNT},
    {"inf", UNIT_COUNT},
    {"-inf", UNIT_COUNT},
    {"infinity", UNIT_SECONDS},
    {"0x10", UNIT_COUNT},
    {"0x1p3", UNIT_SECONDS},
    {"1E-3", UNIT_COUNT},
    {"e3", UNIT_COUNT},
    {"1e", UNIT_COUNT},
    {"1e-", UNIT_COUNT},
    {"1e+-3", UNIT_COUNT},
    {"1e.5", UNIT_COUNT},
    {"1 e3", UNIT_COUNT},
    /* More digits, or a larger power, than can be held exactly. */
    {"1234567890123456", UNIT_COUNT},
    {"0.1234567890123456", UNIT_COUNT},
    {"1e23", UNIT_COUNT},
    {"1e-23", UNIT_COUNT},
    {"1e-14ns", UNIT_SECONDS},
    {"1e999", UNIT_COUNT},
    {"1e-999", UNIT_COUNT},
    {"1e99999999999999999999", UNIT_COUNT},
    {"1e4294967297", UNIT_COUNT},
    /* Units that are none, or another metric's. */
    {"10 parsecs", UNIT_SECONDS},
    {"10parsecs", UNIT_COUNT},
    {"10S", UNIT_SECONDS},
    {"10MS", UNIT_SECONDS},
    {"10m", UNIT_SECONDS},
    {"10mss", UNIT_SECONDS},
    {"10sec", UNIT_SECONDS},
    {"10 m s", UNIT_SECONDS},
    {"10ppm", UNIT_SECONDS},
    {"10%", UNIT_SECONDS},
    {"10s", UNIT_PPM},
    {"10pp", UNIT_PPM},
    {"10ppmm", UNIT_PPM},
    {"10s", UNIT_COUNT},
    {"10ms", UNIT_COUNT},
    {"10ppm", UNIT_COUNT},
    {"10%", UNIT_COUNT},
    {"10%%", UNIT_PERCENT},
    {"10ppm", UNIT_PERCENT},
    {"10c", UNIT_COUNTER},
    {"10%", UNIT_RATE},
    {"10s", UNIT_RATE},
    {"10/", UNIT_RATE},
    {"10/min", UNIT_RATE},
    {"10/s", UNIT_COUNT},
    {"10/s", UNIT_SECONDS},
    {"\xc2\xb5", UNIT_SECONDS},
};

START_TEST(refuse_quantity)
{
    const char *text = no_quantities[_i].text;
    double value;

    ck_assert_msg(!quantity_parse(&text, no_quantities[_i].unit, &value), "'%s'",
                  no_quantities[_i].text);
    ck_assert_ptr_eq(text, no_quantities[_i].text);
}
END_TEST

/* --- numbers that are written --- */

static const struct {
    double value;
    enum unit unit;
    const char *text;
} texts[] = {
    {0, UNIT_SECONDS, "0 s"},
    {-0.0, UNIT_SECONDS, "0 s"},
    {1e-12, UNIT_SECONDS, "0 ns"},
    {-1e-12, UNIT_SECONDS, "0 ns"},
    {1e-9, UNIT_SECONDS, "1 ns"},
    {9.99e-9, UNIT_SECONDS, "9.99 ns"},
    {1e-8, UNIT_SECONDS, "0.01 us"},
    {3.4e-7, UNIT_SECONDS, "0.34 us"},
    {-3.4e-7, UNIT_SECONDS, "-0.34 us"},
    {1.259e-6, UNIT_SECONDS, "1.26 us"},
    {12.59e-6, UNIT_SECONDS, "12.6 us"},
    {125.9e-6, UNIT_SECONDS, "126 us"},
    {999.4e-6, UNIT_SECONDS, "999 us"},
    {999.6e-6, UNIT_SECONDS, "1000 us"},
    {0.001, UNIT_SECONDS, "1 ms"},
    {0.0021, UNIT_SECONDS, "2.1 ms"},
    {-0.25, UNIT_SECONDS, "-250 ms"},
    {1, UNIT_SECONDS, "1 s"},
    {9.996, UNIT_SECONDS, "10 s"},
    {31, UNIT_SECONDS, "31 s"},
    {-31.25, UNIT_SECONDS, "-31.2 s"},
    {119, UNIT_SECONDS, "119 s"},
    {120, UNIT_SECONDS, "2 min"},
    {300, UNIT_SECONDS, "5 min"},
    {-300, UNIT_SECONDS, "-5 min"},
    {7199, UNIT_SECONDS, "120 min"},
    {7200, UNIT_SECONDS, "2 h"},
    {86400, UNIT_SECONDS, "24 h"},
    {172800, UNIT_SECONDS, "2 d"},
    {31536000, UNIT_SECONDS, "365 d"},
    {-0x1p61, UNIT_SECONDS, "-26687997791825 d"},
    {0, UNIT_PPM, "0 ppm"},
    {-0.001, UNIT_PPM, "0 ppm"},
    {-2.031, UNIT_PPM, "-2.03 ppm"},
    {2000, UNIT_PPM, "2000 ppm"},
    {0x1p61, UNIT_PPM, "2305843009213693952 ppm"},
    {0, UNIT_COUNT, "0"},
    {-0.0, UNIT_COUNT, "0"},
    {5, UNIT_COUNT, "5"},
    {1024, UNIT_COUNT, "1024"},
    {0, UNIT_PERCENT, "0 %"},
    {0.5, UNIT_PERCENT, "0.5 %"},
    {0.004, UNIT_PERCENT, "0 %"},
    {12.34, UNIT_PERCENT, "12.3 %"},
    {100, UNIT_PERCENT, "100 %"},
    {0, UNIT_COUNTER, "0"},
    {9007199254740992, UNIT_COUNTER, "9007199254740992"},
    {0, UNIT_RATE, "0 /s"},
    {1.25, UNIT_RATE, "1.25 /s"},
    {1234.5, UNIT_RATE, "1234 /s"},
};

START_TEST(write_text)
{
    char text[QUANTITY_TEXT];

    quantity_text(texts[_i].value, texts[_i].unit, text);
    ck_assert_str_eq(text, texts[_i].text);
}
END_TEST

static const struct {
    double value;
    enum unit unit;
    const char *text;
} plain[] = {
    {0, UNIT_SECONDS, "0 s"},
    {-0.0, UNIT_SECONDS, "0 s"},
    {-4e-10, UNIT_SECONDS, "0 s"},
    {1e-9, UNIT_SECONDS, "0.000000001 s"},
    {-3.4e-7, UNIT_SECONDS, "-0.00000034 s"},
    {0.00657, UNIT_SECONDS, "0.00657 s"},
    {0.006571234, UNIT_SECONDS, "0.006571 s"},
    {0.1, UNIT_SECONDS, "0.1 s"},
    {-0.250000805, UNIT_SECONDS, "-0.25 s"},
    {0.99996, UNIT_SECONDS, "1 s"},
    {31.25, UNIT_SECONDS, "31.25 s"},
    {300, UNIT_SECONDS, "300 s"},
    {86400.5, UNIT_SECONDS, "86400.5 s"},
    {-0x1p61, UNIT_SECONDS, "-2305843009213693952 s"},
    {2000, UNIT_PPM, "2000 ppm"},
    {-2.0314, UNIT_PPM, "-2.031 ppm"},
    {0.0042, UNIT_PPM, "0.0042 ppm"},
    {0, UNIT_COUNT, "0"},
    {10, UNIT_COUNT, "10"},
    {0.5, UNIT_PERCENT, "0.5 %"},
    {99.99951, UNIT_PERCENT, "100 %"},
    {12, UNIT_COUNTER, "12"},
    {1.25, UNIT_RATE, "1.25 /s"},
};

START_TEST(write_plain)
{
    char text[QUANTITY_TEXT];

    quantity_plain(plain[_i].value, plain[_i].unit, text);
    ck_assert_str_eq(text, plain[_i].text);
}
END_TEST

static const struct {
    double value;
    enum unit unit;
    const char *text;
} fixed[] = {
    {0, UNIT_SECONDS, "0.000000000"},
    {-0.0, UNIT_SECONDS, "0.000000000"},
    {-3.4e-7, UNIT_SECONDS, "-0.000000340"},
    {4e-10, UNIT_SECONDS, "0.000000000"},
    {-4e-10, UNIT_SECONDS, "0.000000000"},
    {-6e-10, UNIT_SECONDS, "-0.000000001"},
    {0.1, UNIT_SECONDS, "0.100000000"},
    {-0.25, UNIT_SECONDS, "-0.250000000"},
    {86400, UNIT_SECONDS, "86400.000000000"},
    {-0x1p61, UNIT_SECONDS, "-2305843009213693952.000000000"},
    {0, UNIT_PPM, "0.000000"},
    {-2.0314, UNIT_PPM, "-2.031400"},
    {4e-7, UNIT_PPM, "0.000000"},
    {-4e-7, UNIT_PPM, "0.000000"},
    {-6e-7, UNIT_PPM, "-0.000001"},
    {2000, UNIT_PPM, "2000.000000"},
    {0, UNIT_COUNT, "0"},
    {-0.0, UNIT_COUNT, "0"},
    {5, UNIT_COUNT, "5"},
    {4294967295, UNIT_COUNT, "4294967295"},
    {0, UNIT_PERCENT, "0.000"},
    {0.5, UNIT_PERCENT, "0.500"},
    {0.0004, UNIT_PERCENT, "0.000"},
    {100, UNIT_PERCENT, "100.000"},
    {12, UNIT_COUNTER, "12"},
    {9007199254740992, UNIT_COUNTER, "9007199254740992"},
    {1.25, UNIT_RATE, "1.250"},
    {0, UNIT_RATE, "0.000"},
};

START_TEST(write_fixed)
{
    char text[QUANTITY_TEXT];

    quantity_fixed(fixed[_i].value, fixed[_i].unit, text);
    ck_assert_str_eq(text, fixed[_i].text);
}
END_TEST

static const struct {
    double value;
    const char *text;
} shorts[] = {
    {0, "0"},
    {-0.0, "0"},
    {0.01, "0.01"},
    {-0.1, "-0.1"},
    {10, "10"},
    {100, "100"},
    {-300, "-300"},
    {1e-9, "0.000000001"},
    {1e-10, "0"},
    {-1e-10, "0"},
    {0.123456789, "0.123456789"},
    {86400.5, "86400.5"},
    /* The longest limit that can be read. */
    {999999999999999e22, "9999999999999990094029692462830714880"},
};

START_TEST(write_short)
{
    char text[QUANTITY_TEXT];

    quantity_short(shorts[_i].value, text);
    ck_assert_str_eq(text, shorts[_i].text);
}
END_TEST

static const struct {
    enum unit unit;
    const char *symbol, *name, *suffixes;
} units[] = {
    {UNIT_COUNT, "", "", ""},
    {UNIT_SECONDS, "s", "s", "ns, us, ms, s, min, h, d"},
    {UNIT_PPM, "", "ppm", "ppm, ppb"},
    {UNIT_PERCENT, "%", "%", "%"},
    {UNIT_COUNTER, "c", "", ""},
    {UNIT_RATE, "", "/s", "/s"},
};

START_TEST(words_of_unit)
{
    ck_assert_str_eq(unit_symbol(units[_i].unit), units[_i].symbol);
    ck_assert_str_eq(unit_name(units[_i].unit), units[_i].name);
    ck_assert_str_eq(unit_suffixes(units[_i].unit), units[_i].suffixes);
}
END_TEST

/* --- ranges --- */

static struct range parse(const char *text, enum unit unit, bool is_signed)
{
    struct range range;

    ck_assert_msg(range_parse(text, unit, is_signed, &range) == RANGE_OK, "'%s'", text);
    return range;
}

/* The table of the monitoring plugins guidelines: does the range alert on the value? */
static const double values[] = {-1, 0, 5, 10, 10.1, 20, 21};

static const struct {
    const char *text;
    bool alerts[COUNT(values)];
} guidelines[] = {
    {"10", {1, 0, 0, 0, 1, 1, 1}},     {":10", {1, 0, 0, 0, 1, 1, 1}},
    {"10:", {1, 1, 1, 0, 0, 0, 0}},    {"~:10", {0, 0, 0, 0, 1, 1, 1}},
    {"~:", {0, 0, 0, 0, 0, 0, 0}},     {"@10", {0, 1, 1, 1, 0, 0, 0}},
    {"@10:", {0, 0, 0, 1, 1, 1, 1}},   {"@~:10", {1, 1, 1, 1, 0, 0, 0}},
    {"@~:", {1, 1, 1, 1, 1, 1, 1}},    {"10:20", {1, 1, 1, 0, 0, 0, 1}},
    {"@10:20", {0, 0, 0, 1, 1, 1, 0}},
};

START_TEST(alerts_as_in_the_guidelines)
{
    const struct range range = parse(guidelines[_i].text, UNIT_COUNT, false);

    for (int i = 0; i < COUNT(values); i++)
        ck_assert_msg(range_alerts(&range, values[i]) == guidelines[_i].alerts[i],
                      "'%s' and %g", guidelines[_i].text, values[i]);
}
END_TEST

START_TEST(no_range_never_alerts)
{
    const struct range range = {.set = false, .inside = true, .start = -1, .end = 1};

    ck_assert(!range_alerts(&range, 0));
    ck_assert(!range_alerts(&range, 2));
}
END_TEST

START_TEST(limit_itself_is_within)
{
    const struct range range = parse("100ms", UNIT_SECONDS, true);

    ck_assert(!range_alerts(&range, 0.1));
    ck_assert(!range_alerts(&range, -0.1));
    ck_assert(range_alerts(&range, nextafter(0.1, 1)));
    ck_assert(range_alerts(&range, nextafter(-0.1, -1)));
}
END_TEST

enum { PLAIN = false, SIGNED = true };

static const struct {
    const char *text;
    enum unit unit;
    bool is_signed;
    bool inside;
    double start, end;
} ranges[] = {
    {"10", UNIT_COUNT, PLAIN, false, 0, 10},
    {"0", UNIT_COUNT, PLAIN, false, 0, 0},
    {"@0", UNIT_COUNT, PLAIN, true, 0, 0},
    {"+5", UNIT_COUNT, PLAIN, false, 0, 5},
    {"1e-3", UNIT_COUNT, PLAIN, false, 0, 0.001},
    {".5", UNIT_COUNT, PLAIN, false, 0, 0.5},
    {"5.", UNIT_COUNT, PLAIN, false, 0, 5},
    {"-.5:.5", UNIT_COUNT, PLAIN, false, -0.5, 0.5},
    {"-20:-10", UNIT_COUNT, PLAIN, false, -20, -10},
    {"10:10", UNIT_COUNT, PLAIN, false, 10, 10},
    {":10", UNIT_COUNT, PLAIN, false, 0, 10},
    {"3:", UNIT_COUNT, PLAIN, false, 3, (double)INFINITY},
    {"~:5", UNIT_COUNT, PLAIN, false, (double)-INFINITY, 5},
    {"~:-5", UNIT_COUNT, PLAIN, false, (double)-INFINITY, -5},
    {"@~:", UNIT_COUNT, PLAIN, true, (double)-INFINITY, (double)INFINITY},
    /* Blanks. */
    {" 10", UNIT_COUNT, PLAIN, false, 0, 10},
    {"\t10\t", UNIT_COUNT, PLAIN, false, 0, 10},
    {" @ 10 : 20 ", UNIT_COUNT, PLAIN, true, 10, 20},
    {"3: ", UNIT_COUNT, PLAIN, false, 3, (double)INFINITY},
    {": 10", UNIT_COUNT, PLAIN, false, 0, 10},
    {"~: 10", UNIT_COUNT, PLAIN, false, (double)-INFINITY, 10},
    {"~ : 10", UNIT_COUNT, PLAIN, false, (double)-INFINITY, 10},
    /* A bare number. */
    {"0.1", UNIT_SECONDS, SIGNED, false, -0.1, 0.1},
    {"@0.1", UNIT_SECONDS, SIGNED, true, -0.1, 0.1},
    {"@0.1", UNIT_SECONDS, PLAIN, true, 0, 0.1},
    {"0", UNIT_SECONDS, SIGNED, false, 0, 0},
    {":0.1", UNIT_SECONDS, SIGNED, false, 0, 0.1},
    {"0:0.1", UNIT_SECONDS, SIGNED, false, 0, 0.1},
    {"0.1:", UNIT_SECONDS, SIGNED, false, 0.1, (double)INFINITY},
    /* Units. */
    {"50ms", UNIT_SECONDS, PLAIN, false, 0, 0.05},
    {"50ms", UNIT_SECONDS, SIGNED, false, -0.05, 0.05},
    {"-100us:100us", UNIT_SECONDS, SIGNED, false, -0.0001, 0.0001},
    {"100us:2s", UNIT_SECONDS, PLAIN, false, 0.0001, 2},
    {"~:1min", UNIT_SECONDS, SIGNED, false, (double)-INFINITY, 60},
    {"@2h:1d", UNIT_SECONDS, PLAIN, true, 7200, 86400},
    {"5ppb:10ppm", UNIT_PPM, PLAIN, false, 0.005, 10},
    {"10 ppm", UNIT_PPM, SIGNED, false, -10, 10},
    {"90%", UNIT_PERCENT, PLAIN, false, 0, 90},
    {"90%:", UNIT_PERCENT, PLAIN, false, 90, (double)INFINITY},
    {"@0.5:99.5 %", UNIT_PERCENT, PLAIN, true, 0.5, 99.5},
    {"~:90", UNIT_PERCENT, PLAIN, false, (double)-INFINITY, 90},
    {"0.5:1000", UNIT_RATE, PLAIN, false, 0.5, 1000},
    {"1/s:", UNIT_RATE, PLAIN, false, 1, (double)INFINITY},
};

START_TEST(parse_range)
{
    const struct range range =
        parse(ranges[_i].text, ranges[_i].unit, ranges[_i].is_signed);

    ck_assert(range.set);
    ck_assert_int_eq(range.inside, ranges[_i].inside);
    ck_assert_double_eq(range.start, ranges[_i].start);
    ck_assert_double_eq(range.end, ranges[_i].end);
}
END_TEST

static const struct {
    const char *text;
    enum unit unit;
    enum range_error error;
} no_ranges[] = {
    {"", UNIT_COUNT, RANGE_EMPTY},
    {" \t", UNIT_COUNT, RANGE_EMPTY},
    {":", UNIT_COUNT, RANGE_INVALID},
    {": ", UNIT_COUNT, RANGE_INVALID},
    {"@:", UNIT_COUNT, RANGE_INVALID},
    {"@", UNIT_COUNT, RANGE_INVALID},
    {"@@5", UNIT_COUNT, RANGE_INVALID},
    {"~", UNIT_COUNT, RANGE_INVALID},
    {"@~", UNIT_COUNT, RANGE_INVALID},
    {"~5", UNIT_COUNT, RANGE_INVALID},
    {"~~:5", UNIT_COUNT, RANGE_INVALID},
    {"10:~", UNIT_COUNT, RANGE_INVALID},
    {"~:~", UNIT_COUNT, RANGE_INVALID},
    {"::", UNIT_COUNT, RANGE_INVALID},
    {"1:2:3", UNIT_COUNT, RANGE_INVALID},
    {"1:2 3", UNIT_COUNT, RANGE_INVALID},
    {"1-2", UNIT_COUNT, RANGE_INVALID},
    {"1E-3", UNIT_COUNT, RANGE_INVALID},
    {"0x10", UNIT_COUNT, RANGE_INVALID},
    {"1,5", UNIT_COUNT, RANGE_INVALID},
    {"1,5:2,5", UNIT_SECONDS, RANGE_INVALID},
    {"nan", UNIT_COUNT, RANGE_INVALID},
    {"nan:", UNIT_COUNT, RANGE_INVALID},
    {"0:nan", UNIT_SECONDS, RANGE_INVALID},
    {"inf", UNIT_COUNT, RANGE_INVALID},
    {"0:inf", UNIT_SECONDS, RANGE_INVALID},
    {"-inf:0", UNIT_SECONDS, RANGE_INVALID},
    {"1e999", UNIT_SECONDS, RANGE_INVALID},
    {"0:1e999", UNIT_SECONDS, RANGE_INVALID},
    {"abc", UNIT_COUNT, RANGE_INVALID},
    {"10 parsecs", UNIT_SECONDS, RANGE_INVALID},
    {"10ms", UNIT_COUNT, RANGE_INVALID},
    {"1:10ms", UNIT_COUNT, RANGE_INVALID},
    {"90%", UNIT_COUNT, RANGE_INVALID},
    {"90percent", UNIT_PERCENT, RANGE_INVALID},
    {"90%:10%", UNIT_PERCENT, RANGE_REVERSED},
    {"10%", UNIT_RATE, RANGE_INVALID},
    {"1234567890123456", UNIT_COUNT, RANGE_INVALID},
    {"10\n", UNIT_COUNT, RANGE_INVALID},
    {"20:10", UNIT_COUNT, RANGE_REVERSED},
    {"@20:10", UNIT_COUNT, RANGE_REVERSED},
    {":-5", UNIT_COUNT, RANGE_REVERSED},
    {"-5", UNIT_COUNT, RANGE_REVERSED},
    {"@-5", UNIT_COUNT, RANGE_REVERSED},
    {"1s:50ms", UNIT_SECONDS, RANGE_REVERSED},
    {"/root:10", UNIT_COUNT, RANGE_EXPANDED},
    {" /home/nagios:10ms", UNIT_SECONDS, RANGE_EXPANDED},
    {"/", UNIT_COUNT, RANGE_EXPANDED},
    {"@/root:10", UNIT_COUNT, RANGE_INVALID},
};

START_TEST(refuse_range)
{
    struct range range;

    ck_assert_msg(range_parse(no_ranges[_i].text, no_ranges[_i].unit, PLAIN, &range) ==
                      no_ranges[_i].error,
                  "'%s'", no_ranges[_i].text);
}
END_TEST

START_TEST(refuse_bare_negative_when_signed)
{
    struct range range;

    ck_assert_int_eq(range_parse("-5", UNIT_SECONDS, SIGNED, &range), RANGE_REVERSED);
}
END_TEST

static const struct {
    enum range_error error;
    const char *says;
} errors[] = {
    {RANGE_EMPTY, "is empty"},
    {RANGE_EXPANDED, "the shell has expanded ~"},
    {RANGE_INVALID, "is not a range"},
    {RANGE_REVERSED, "starts above its end"},
};

START_TEST(error_text)
{
    ck_assert_ptr_nonnull(strstr(range_error_text(errors[_i].error), errors[_i].says));
}
END_TEST

static const struct {
    struct range range;
    enum unit unit;
    const char *text;
    bool is_signed;
} range_texts[] = {
    {{true, false, 0, 10}, UNIT_COUNT, "10", PLAIN},
    {{true, false, 0, 0}, UNIT_COUNT, "0", PLAIN},
    {{true, true, 0, 5}, UNIT_COUNT, "@5", PLAIN},
    {{true, true, 1, 5}, UNIT_COUNT, "@1:5", PLAIN},
    {{true, false, -20, -10}, UNIT_COUNT, "-20:-10", PLAIN},
    {{true, false, 3, (double)INFINITY}, UNIT_COUNT, "3:", PLAIN},
    {{true, false, 0, (double)INFINITY}, UNIT_COUNT, "0:", PLAIN},
    {{true, false, (double)-INFINITY, 5}, UNIT_COUNT, "~:5", PLAIN},
    {{true, false, (double)-INFINITY, 0}, UNIT_COUNT, "~:0", PLAIN},
    {{true, false, (double)-INFINITY, (double)INFINITY}, UNIT_COUNT, "~:", PLAIN},
    {{true, true, (double)-INFINITY, (double)INFINITY}, UNIT_COUNT, "@~:", PLAIN},
    {{true, false, -0.1, 0.1}, UNIT_SECONDS, "-0.1:0.1 s", SIGNED},
    {{true, false, 0, 0.1}, UNIT_SECONDS, "0:0.1 s", SIGNED},
    {{true, false, 0.1, (double)INFINITY}, UNIT_SECONDS, "0.1 s:", SIGNED},
    {{true, false, (double)-INFINITY, (double)INFINITY}, UNIT_SECONDS, "~:", SIGNED},
    {{true, true, -0.1, 0.1}, UNIT_SECONDS, "@-0.1:0.1 s", PLAIN},
    {{true, false, 0, 0.0001}, UNIT_SECONDS, "0.0001 s", PLAIN},
    {{true, false, -0.5, 10}, UNIT_PPM, "-0.5:10 ppm", PLAIN},
    {{true, false, 0, 90}, UNIT_PERCENT, "90 %", PLAIN},
    {{true, false, 90, (double)INFINITY}, UNIT_PERCENT, "90 %:", PLAIN},
    {{true, false, 0.5, 1000}, UNIT_RATE, "0.5:1000 /s", PLAIN},
    {{true, false, 1, (double)INFINITY}, UNIT_RATE, "1 /s:", PLAIN},
};

START_TEST(write_range)
{
    char text[RANGE_TEXT];

    range_text(&range_texts[_i].range, range_texts[_i].unit, range_texts[_i].is_signed,
               text);
    ck_assert_str_eq(text, range_texts[_i].text);
}
END_TEST

/* --- a warning limit that critical hides --- */

static const struct {
    const char *warning, *critical;
    bool shadowed;
} pairs[] = {
    /* Outside and outside. */
    {"10", "20", false},
    {"20", "10", true},
    {"10", "10", true},
    {"3", "1", true},
    {"3:", "1:", false},
    {"1:", "3:", true},
    {"3:", "3:", true},
    {"5:15", "10:20", false},
    {"10", "5:", false},
    {"~:10", "10", true},
    {"10", "~:10", false},
    {"~:", "10", false},
    {"10", "~:", false},
    {"~:", "~:", false},
    /* Inside and inside. */
    {"@10:20", "@10:20", true},
    {"@12:18", "@10:20", true},
    {"@10:20", "@12:18", false},
    {"@10:20", "@15:30", false},
    {"@10:20", "@~:", true},
    {"@~:", "@10:20", false},
    /* Inside and outside. */
    {"@0:2", "3:", true},
    {"@0:3", "3:", false},
    {"@0:5", "3:", false},
    {"@10:20", "5", true},
    {"@10:20", "10", false},
    {"@10:20", "21:30", true},
    {"@10:20", "20:30", false},
    {"@10:20", "~:", false},
    {"@~:", "10", false},
    /* Outside and inside. */
    {"10", "@~:", true},
    {"10:", "@~:10", true},
    {"10:", "@~:9", false},
    {"~:10", "@10:", true},
    {"~:10", "@11:", false},
    {"10", "@10:", false},
    {"10", "@~:0", false},
    {"~:", "@~:", false},
};

START_TEST(shadowed)
{
    const struct range warning = parse(pairs[_i].warning, UNIT_COUNT, PLAIN),
                       critical = parse(pairs[_i].critical, UNIT_COUNT, PLAIN);

    ck_assert_msg(range_is_shadowed(&warning, &critical) == pairs[_i].shadowed,
                  "'%s' and '%s'", pairs[_i].warning, pairs[_i].critical);
}
END_TEST

START_TEST(no_range_is_not_shadowed)
{
    const struct range none = {.set = false}, some = parse("10", UNIT_COUNT, PLAIN);

    ck_assert(!range_is_shadowed(&none, &some));
    ck_assert(!range_is_shadowed(&some, &none));
    ck_assert(!range_is_shadowed(&none, &none));
}
END_TEST

/* Every pair of these, held against the definition. Their ends are whole numbers, so that
   the halves from -5 to 35 stand for all values that there are. */
static const char *const all_kinds[] = {
    "0",      "5",      "10",  "10:10", "5:15", "10:20", "0:",     "5:",    "10:",
    "~:5",    "~:10",   "~:",  "@0",    "@5",   "@10",   "@10:10", "@5:15", "@10:20",
    "@12:18", "@15:30", "@0:", "@5:",   "@10:", "@~:5",  "@~:10",  "@~:",
};

static bool shadowed_by_definition(const struct range *warning,
                                   const struct range *critical)
{
    bool alerts = false;

    for (int halves = -10; halves <= 70; halves++) {
        if (!range_alerts(warning, halves / 2.0))
            continue;
        if (!range_alerts(critical, halves / 2.0))
            return false;
        alerts = true;
    }
    return alerts;
}

START_TEST(shadowed_as_defined)
{
    const struct range warning = parse(all_kinds[_i], UNIT_COUNT, PLAIN);

    for (int i = 0; i < COUNT(all_kinds); i++) {
        const struct range critical = parse(all_kinds[i], UNIT_COUNT, PLAIN);

        ck_assert_msg(range_is_shadowed(&warning, &critical) ==
                          shadowed_by_definition(&warning, &critical),
                      "'%s' and '%s'", all_kinds[_i], all_kinds[i]);
    }
}
END_TEST

/* --- what is written means the same when it is read --- */

START_TEST(range_text_is_a_range)
{
    const enum unit unit = ranges[_i].unit;
    const bool is_signed = ranges[_i].is_signed;
    const struct range range = parse(ranges[_i].text, unit, is_signed);
    char text[RANGE_TEXT];
    struct range again;

    range_text(&range, unit, is_signed, text);
    again = parse(text, unit, is_signed);
    ck_assert_int_eq(again.inside, range.inside);
    ck_assert_double_eq(again.start, range.start);
    ck_assert_double_eq(again.end, range.end);
}
END_TEST

static TCase *quantity_tests(void)
{
    TCase *tcase = tcase_create("quantities");

    add_table_test(tcase, parse_quantity, quantities);
    add_table_test(tcase, refuse_quantity, no_quantities);
    add_table_test(tcase, write_text, texts);
    add_table_test(tcase, write_plain, plain);
    add_table_test(tcase, write_fixed, fixed);
    add_table_test(tcase, write_short, shorts);
    add_table_test(tcase, words_of_unit, units);
    return tcase;
}

static TCase *range_tests(void)
{
    TCase *tcase = tcase_create("ranges");

    add_table_test(tcase, alerts_as_in_the_guidelines, guidelines);
    tcase_add_test(tcase, no_range_never_alerts);
    tcase_add_test(tcase, limit_itself_is_within);
    add_table_test(tcase, parse_range, ranges);
    add_table_test(tcase, refuse_range, no_ranges);
    tcase_add_test(tcase, refuse_bare_negative_when_signed);
    add_table_test(tcase, error_text, errors);
    add_table_test(tcase, write_range, range_texts);
    add_table_test(tcase, range_text_is_a_range, ranges);
    return tcase;
}

static TCase *shadow_tests(void)
{
    TCase *tcase = tcase_create("warning and critical");

    add_table_test(tcase, shadowed, pairs);
    tcase_add_test(tcase, no_range_is_not_shadowed);
    add_table_test(tcase, shadowed_as_defined, all_kinds);
    return tcase;
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("range");

    suite_add_tcase(suite, quantity_tests());
    suite_add_tcase(suite, range_tests());
    suite_add_tcase(suite, shadow_tests());
    return suite;
}
