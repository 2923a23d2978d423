/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/render.h"
#include "runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct result result;

static void setup(void)
{
    result_init(&result, "CHRONY TEST");
}

static void teardown(void)
{
    result_free(&result);
}

static void assert_format(const char *name, const struct render_options *options,
                          const char *expected)
{
    const struct format *format = formats;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    while (format->name && strcmp(format->name, name) != 0)
        format++;
    ck_assert_ptr_nonnull(format->name);
    ck_assert_ptr_nonnull(out);
    format->render(&result, options, out);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(length, strlen(expected));
    free(text);
}

static void assert_rendered(const char *name, bool perfdata, const char *expected)
{
    const struct render_options options = {.plugin = "check_chrony_test",
                                           .perfdata = perfdata};

    assert_format(name, &options, expected);
}

static void assert_output(bool perfdata, const char *expected)
{
    assert_rendered("nagios", perfdata, expected);
}

START_TEST(default_format)
{
    ck_assert_str_eq(formats[0].name, "nagios");
}
END_TEST

/* --- the first line --- */

START_TEST(no_reason)
{
    assert_output(true, "CHRONY TEST UNKNOWN - \n");
}
END_TEST

static const struct {
    enum state state;
    const char *line;
} single_reasons[] = {
    {STATE_OK, "CHRONY TEST OK - all is said\n"},
    {STATE_WARNING, "CHRONY TEST WARNING - all is said\n"},
    {STATE_CRITICAL, "CHRONY TEST CRITICAL - all is said\n"},
    {STATE_UNKNOWN, "CHRONY TEST UNKNOWN - all is said\n"},
};

START_TEST(one_reason)
{
    result_reason(&result, single_reasons[_i].state, "all is said");
    assert_output(true, single_reasons[_i].line);
}
END_TEST

START_TEST(worst_reason_first)
{
    result_reason(&result, STATE_OK, "fine");
    result_reason(&result, STATE_UNKNOWN, "dark");
    result_reason(&result, STATE_WARNING, "odd");
    result_reason(&result, STATE_CRITICAL, "bad");
    result_reason(&result, STATE_OK, "fine too");
    result_reason(&result, STATE_WARNING, "odd too");
    result_reason(&result, STATE_CRITICAL, "bad too");
    assert_output(true, "CHRONY TEST CRITICAL - bad; bad too; odd; odd too; dark; fine; "
                        "fine too\n");
}
END_TEST

/* --- performance data --- */

static const struct metric offset = {
    .name = "offset",
    .unit = UNIT_SECONDS,
    .is_signed = true,
    .maximum = (double)INFINITY,
    .help = "how far it is off",
};
static const struct metric age = {.name = "update_age",
                                  .unit = UNIT_SECONDS,
                                  .maximum = (double)INFINITY,
                                  .help = "how old it is"};
static const struct metric sources = {.name = "sources",
                                      .unit = UNIT_COUNT,
                                      .maximum = (double)INFINITY,
                                      .help = "how many there are"};
static const struct metric stratum = {
    .name = "stratum", .unit = UNIT_COUNT, .maximum = 16, .help = "how far it is away"};
static const struct metric frequency = {
    .name = "frequency_ppm",
    .unit = UNIT_PPM,
    .is_signed = true,
    .maximum = (double)INFINITY,
    .help = "how fast it is",
};

static const struct metric share = {
    .name = "ntp_drop_percent", .unit = UNIT_PERCENT, .maximum = 100};
static const struct metric total = {
    .name = "ntp_received_total", .unit = UNIT_COUNTER, .maximum = (double)INFINITY};
static const struct metric rate = {
    .name = "ntp_request_rate", .unit = UNIT_RATE, .maximum = (double)INFINITY};

static struct range limit(const struct metric *metric, const char *text)
{
    struct range range = {.set = false};

    if (text)
        ck_assert_int_eq(range_parse(text, metric->unit, metric->is_signed, &range),
                         RANGE_OK);
    return range;
}

/* Adds a measurement without what it means: no limit alerts. */
static void add_measurement(const struct metric *metric, double value,
                            const char *warning, const char *critical)
{
    result.measurements[result.measurement_count++] = (struct measurement){
        metric, value, {limit(metric, warning), limit(metric, critical)}};
}

/* Icinga DB Web reads only these forms rightly: N, A:B and @A:B, with no end open and no
   end zero but that of a bare 0; and the warning limit must not end above the critical
   one. What has no such form is left out. */
static const struct {
    const struct metric *metric;
    double value;
    const char *warning, *critical;
    const char *perfdata;
} measurements[] = {
    {&sources, 5, NULL, NULL, "sources=5"},
    {&sources, 5, "10", NULL, "sources=5;10"},
    {&sources, 5, NULL, "20", "sources=5;;20"},
    {&sources, 5, "10", "20", "sources=5;10;20"},
    {&sources, 0, "0", NULL, "sources=0;0"},
    {&sources, 5, "1:10", "1:20", "sources=5;1:10;1:20"},
    /* Values and limits in the base unit, with all digits, never with an exponent. */
    {&age, 0.5, "300", "1000", "update_age=0.500000000s;300;1000"},
    {&age, 1e-9, "1us", "1e-3", "update_age=0.000000001s;0.000001;0.001"},
    {&age, 1e6, "1d", NULL, "update_age=1000000.000000000s;86400"},
    {&frequency, -2.0314, "1ppm", "10ppm", "frequency_ppm=-2.031400;-1:1;-10:10"},
    {&frequency, 0, "5ppb", NULL, "frequency_ppm=0.000000;-0.005:0.005"},
    {&share, 0.5, "10%", "50%", "ntp_drop_percent=0.500%;10;50"},
    {&share, 100, "90%:", NULL, "ntp_drop_percent=100.000%;90:100"},
    {&share, 0, "0.5:99.5", NULL, "ntp_drop_percent=0.000%;0.5:99.5"},
    {&total, 12, NULL, NULL, "ntp_received_total=12c"},
    {&total, 9007199254740992, NULL, NULL, "ntp_received_total=9007199254740992c"},
    {&rate, 1.25, NULL, NULL, "ntp_request_rate=1.250"},
    {&rate, 1.25, "1000", "2000", "ntp_request_rate=1.250;1000;2000"},
    /* A signed metric. */
    {&offset, -3.4e-7, NULL, NULL, "offset=-0.000000340s"},
    {&offset, -0.25, "10ms", "100ms", "offset=-0.250000000s;-0.01:0.01;-0.1:0.1"},
    {&offset, -0.0, "0:0.1", NULL, "offset=0.000000000s;0.1"},
    {&offset, 0, "-5:-1", NULL, "offset=0.000000000s;-5:-1"},
    {&offset, 0, "~:5", "~:9", "offset=0.000000000s"},
    {&offset, 0, "@~:5", NULL, "offset=0.000000000s"},
    {&offset, 0, "-5:", NULL, "offset=0.000000000s"},
    {&offset, 0, "~:", NULL, "offset=0.000000000s"},
    /* An open end is the maximum, where there is one. */
    {&stratum, 2, "1:5", "1:9", "stratum=2;1:5;1:9"},
    {&stratum, 2, "3:", "1:", "stratum=2;3:16;1:16"},
    {&stratum, 2, "@3:", NULL, "stratum=2;@3:16"},
    {&stratum, 2, "0:", NULL, "stratum=2;16"},
    {&stratum, 2, "16:", NULL, "stratum=2;16:16"},
    {&sources, 2, "3:", "1:", "sources=2"},
    {&sources, 2, "3:", "9", "sources=2;;9"},
    {&sources, 2, "@3:", NULL, "sources=2"},
    /* No start is zero, where no value is below it. */
    {&sources, 2, "~:5", NULL, "sources=2;5"},
    {&sources, 2, "@~:5", NULL, "sources=2;@0:5"},
    {&sources, 2, "@1:2", "@0:1", "sources=2;;@0:1"},
    {&sources, 2, "@1:2", "@0:5", "sources=2;@1:2;@0:5"},
    {&stratum, 2, "~:", NULL, "stratum=2"},
    /* A colon before a zero end. */
    {&offset, 0, "-5:0", NULL, "offset=0.000000000s"},
    {&offset, 0, "-5:0", "1", "offset=0.000000000s;;-1:1"},
    {&offset, 0, "~:0", NULL, "offset=0.000000000s"},
    {&sources, 0, "@0", NULL, "sources=0"},
    {&sources, 0, "@0:0", "5", "sources=0;;5"},
    /* A range that would begin above its end. */
    {&stratum, 2, "20:", NULL, "stratum=2"},
    {&stratum, 2, "@20:", "9", "stratum=2;;9"},
    {&sources, 2, "~:-5", NULL, "sources=2"},
    /* A warning limit that ends above the critical one. */
    {&sources, 5, "20", "10", "sources=5;;10"},
    {&sources, 5, "@0:3", "@0:1", "sources=5;;@0:1"},
    {&stratum, 5, "3:", "1:9", "stratum=5;;1:9"},
    {&offset, 0, "1s", "50ms", "offset=0.000000000s;;-0.05:0.05"},
};

START_TEST(performance_data)
{
    char expected[256];

    snprintf(expected, sizeof expected, "CHRONY TEST OK - fine | %s\n",
             measurements[_i].perfdata);
    result_reason(&result, STATE_OK, "fine");
    add_measurement(measurements[_i].metric, measurements[_i].value,
                    measurements[_i].warning, measurements[_i].critical);
    assert_output(true, expected);
}
END_TEST

/* The base units, as text beside a limit and as performance data. */
static const struct {
    const struct metric *metric;
    double value;
    const char *warning, *line;
} alerts[] = {
    {&share, 12.5, "10%",
     "ntp_drop_percent 12.5 % (warning limit 10 %) | ntp_drop_percent=12.500%;10"},
    {&rate, 1.25, "1",
     "ntp_request_rate 1.25 /s (warning limit 1 /s) | ntp_request_rate=1.250;1"},
};

START_TEST(alert_in_unit)
{
    const struct limits limits = {.warning =
                                      limit(alerts[_i].metric, alerts[_i].warning)};
    char expected[256];

    snprintf(expected, sizeof expected, "CHRONY TEST WARNING - %s\n", alerts[_i].line);
    result_measure(&result, alerts[_i].metric, alerts[_i].value, &limits);
    assert_output(true, expected);
}
END_TEST

static void add_three_measurements(void)
{
    result_reason(&result, STATE_OK, "fine");
    add_measurement(&offset, -3.4e-7, "10ms", "100ms");
    add_measurement(&sources, 5, NULL, NULL);
    add_measurement(&stratum, 2, NULL, "1:9");
}

START_TEST(several_measurements)
{
    add_three_measurements();
    assert_output(true, "CHRONY TEST OK - fine | "
                        "offset=-0.000000340s;-0.01:0.01;-0.1:0.1 sources=5 "
                        "stratum=2;;1:9\n");
}
END_TEST

START_TEST(no_perfdata)
{
    add_three_measurements();
    assert_output(false, "CHRONY TEST OK - fine\n");
}
END_TEST

START_TEST(alert_in_text_and_perfdata)
{
    const struct limits limits = {limit(&offset, "10ms"), limit(&offset, "100ms")};

    result_reason(&result, STATE_OK, "selected 127.0.0.11");
    result_measure(&result, &offset, 0.25, &limits);
    assert_output(true,
                  "CHRONY TEST CRITICAL - offset 0.25 s (critical limit -0.1:0.1 s); "
                  "selected 127.0.0.11 | offset=0.250000000s;-0.01:0.01;-0.1:0.1\n");
}
END_TEST

/* --- text from outside --- */

static const struct {
    const char *text, *line;
} outside[] = {
    {"evil|load=1;2;3", "evil?load=1;2;3"},
    {"<script>x</script>", "?script>x?/script>"},
    {"A|B<", "A?B?"},
    {"two\nlines\r\n", "two?lines??"},
    {"a\ttab", "a?tab"},
    {"\033[31mred\033[0m", "?[31mred?[0m"},
    {"\001\037\177", "???"},
    {"\xc2\xb5s", "??s"},
    {"caf\xe9 \xff\x80", "caf? ??"},
    {"a'b\"c$(id)&~\\ 100%s%n", "a'b\"c$(id)&~\\ 100%s%n"},
    {"", ""},
};

START_TEST(reason_from_outside)
{
    char expected[256];

    snprintf(expected, sizeof expected, "CHRONY TEST WARNING - %s\n", outside[_i].line);
    result_reason(&result, STATE_WARNING, "%s", outside[_i].text);
    assert_output(true, expected);
}
END_TEST

START_TEST(cell_from_outside)
{
    static const struct column columns[] = {{"name", COLUMN_TEXT}, {"by", COLUMN_TEXT}};
    struct table *table = result_table(&result, "sources", columns, 2);
    struct cell *row = table_row(table);
    char expected[256];

    row[0].text = row[1].text = outside[_i].text;
    snprintf(expected, sizeof expected, "CHRONY TEST OK - fine\n%s: by %s\n",
             outside[_i].line, outside[_i].line);
    result_reason(&result, STATE_OK, "fine");
    assert_output(true, expected);
}
END_TEST

/* --- tables --- */

static const struct column columns[] = {{"name", COLUMN_TEXT},
                                        {"state", COLUMN_TEXT},
                                        {"stratum", COLUMN_COUNT},
                                        {"reach", COLUMN_OCTAL},
                                        {"age", COLUMN_SECONDS}};

/* The cells of a row, and its line. */
static const struct {
    struct cell cells[COUNT(columns)];
    const char *line;
} rows[] = {
    {{{"127.0.0.11", NAN}, {"selected", NAN}, {NULL, 1}, {NULL, 0377}, {NULL, 31}},
     "127.0.0.11: state selected, stratum 1, reach 377, age 31 s\n"},
    {{{"PPS", NAN}, {"lost", NAN}, {NULL, 0}, {NULL, 0}, {NULL, 0}},
     "PPS: state lost, stratum 0, reach 000, age 0 s\n"},
    {{{"PPS", NAN}, {NULL, NAN}, {NULL, 16}, {NULL, 1}, {NULL, -3.4e-7}},
     "PPS: stratum 16, reach 001, age -0.34 us\n"},
    {{{"::1", NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, 0177}, {NULL, NAN}},
     "::1: reach 177\n"},
    {{{"::1", NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, 7200}},
     "::1: age 2 h\n"},
    {{{"::1", NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, NAN}}, "::1\n"},
    {{{NULL, NAN}, {"selected", NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, NAN}},
     "?: state selected\n"},
    {{{NULL, NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, NAN}, {NULL, NAN}}, "?\n"},
};

static void add_row(struct table *table, int row)
{
    struct cell *cells = table_row(table);

    ck_assert_ptr_nonnull(cells);
    memcpy(cells, rows[row].cells, sizeof rows[row].cells);
}

START_TEST(table_row_as_line)
{
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));
    char expected[256];

    add_row(table, _i);
    result_reason(&result, STATE_OK, "fine");
    snprintf(expected, sizeof expected, "CHRONY TEST OK - fine\n%s", rows[_i].line);
    assert_output(true, expected);
}
END_TEST

START_TEST(tables_follow_performance_data)
{
    static const struct column names[] = {{"name", COLUMN_TEXT}};
    struct table *first =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));
    struct table *second = result_table(&result, "names", names, 1);

    result_reason(&result, STATE_OK, "fine");
    add_measurement(&sources, 2, NULL, NULL);
    add_row(first, 0);
    add_row(first, 3);
    table_row(second)->text = "a name";
    assert_output(true, "CHRONY TEST OK - fine | sources=2\n"
                        "127.0.0.11: state selected, stratum 1, reach 377, age 31 s\n"
                        "::1: reach 177\n"
                        "a name\n");
}
END_TEST

START_TEST(empty_table)
{
    result_table(&result, "sources", columns, (size_t)COUNT(columns));
    result_reason(&result, STATE_OK, "fine");
    assert_output(true, "CHRONY TEST OK - fine\n");
}
END_TEST

/* --- on a terminal --- */

static void assert_on_terminal(bool colour, const char *expected)
{
    const struct render_options options = {
        .perfdata = true, .terminal = true, .colour = colour};

    assert_format("nagios", &options, expected);
}

START_TEST(table_in_columns)
{
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));

    for (int row = 0; row < COUNT(rows); row++)
        add_row(table, row);
    add_measurement(&sources, 8, NULL, NULL);
    result_reason(&result, STATE_OK, "fine");
    assert_on_terminal(false, "CHRONY TEST OK - fine | sources=8\n"
                              "\n"
                              "name        state     stratum  reach       age\n"
                              "127.0.0.11  selected        1    377      31 s\n"
                              "PPS         lost            0    000       0 s\n"
                              "PPS         -              16    001  -0.34 us\n"
                              "::1         -               -    177         -\n"
                              "::1         -               -      -       2 h\n"
                              "::1         -               -      -         -\n"
                              "-           selected        -      -         -\n"
                              "-           -               -      -         -\n");
}
END_TEST

static const struct {
    size_t width;
    const char *expected;
} widths[] = {
    {0, "rule     age  why so              what to do\n"
        "A1    100 ms  one two three four  do it now\n"
        "A2         -  short               -\n"},
    {44, "rule     age  why so              what to do\n"
         "A1    100 ms  one two three four  do it now\n"
         "A2         -  short               -\n"},
    {43, "rule     age  why so             what to do\n"
         "A1    100 ms  one two three      do it now\n"
         "              four\n"
         "A2         -  short              -\n"},
    {28, "rule     age  why so  what\n"
         "                      to do\n"
         "A1    100 ms  one     do it\n"
         "              two     now\n"
         "              three\n"
         "              four\n"
         "A2         -  short   -\n"},
    {1, "rule     age  why    what\n"
        "              so     to\n"
        "                     do\n"
        "A1    100 ms  one    do\n"
        "              two    it\n"
        "              three  now\n"
        "              four\n"
        "A2         -  short  -\n"},
};

/* What is wider than the terminal goes over several lines: the widest texts first, no
 * number, no word. */
START_TEST(long_texts_in_lines)
{
    static const struct column long_columns[] = {{"rule", COLUMN_TEXT},
                                                 {"age", COLUMN_SECONDS},
                                                 {"why so", COLUMN_TEXT},
                                                 {"what to do", COLUMN_TEXT},
                                                 {"never", COLUMN_TEXT}};
    const struct render_options options = {.terminal = true, .width = widths[_i].width};
    struct table *table = result_table(&result, "findings", long_columns, 5);
    struct cell *row = table_row(table);
    char expected[512];

    row[0].text = "A1";
    row[1].number = 0.1;
    row[2].text = "one two three four";
    row[3].text = "do it now";
    row = table_row(table);
    row[0].text = "A2";
    row[2].text = "short";
    result_reason(&result, STATE_OK, "fine");
    snprintf(expected, sizeof expected, "CHRONY TEST OK - fine\n\n%s",
             widths[_i].expected);
    assert_format("nagios", &options, expected);
}
END_TEST

/* A heading that is wider than what is below it; a column of which nothing is known. */
START_TEST(only_known_columns)
{
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));
    struct cell *row = table_row(table);

    row[0].text = "a|\033b";
    row[2].number = 1;
    row = table_row(table);
    row[0].text = "c";
    row[1].text = "";
    result_reason(&result, STATE_OK, "fine");
    assert_on_terminal(false, "CHRONY TEST OK - fine\n"
                              "\n"
                              "name  stratum\n"
                              "a??b        1\n"
                              "c           -\n");
}
END_TEST

START_TEST(tables_on_terminal)
{
    static const struct column names[] = {{"its name", COLUMN_TEXT}};

    result_table(&result, "sources", columns, (size_t)COUNT(columns));
    table_row(result_table(&result, "names", names, 1))->text = "b";
    table_row(result_table(&result, "more names", names, 1))->text = "a longer one";
    result_reason(&result, STATE_OK, "fine");
    assert_on_terminal(false, "CHRONY TEST OK - fine\n"
                              "\n"
                              "its name\n"
                              "b\n"
                              "\n"
                              "its name\n"
                              "a longer one\n");
}
END_TEST

static const struct {
    enum state state;
    const char *word;
} colours[] = {
    {STATE_OK, "\033[32mOK\033[0m"},
    {STATE_WARNING, "\033[33mWARNING\033[0m"},
    {STATE_CRITICAL, "\033[31mCRITICAL\033[0m"},
    {STATE_UNKNOWN, "\033[35mUNKNOWN\033[0m"},
};

START_TEST(state_words_in_colour)
{
    static const struct column findings[] = {
        {"finding", COLUMN_TEXT}, {"severity", COLUMN_TEXT}, {"line", COLUMN_COUNT}};
    struct cell *row = table_row(result_table(&result, "findings", findings, 3));
    char expected[256];

    row[0].text = "a";
    row[1].text = state_name(colours[_i].state);
    row[2].number = 7;
    snprintf(expected, sizeof expected,
             "CHRONY TEST %s - not \"OK\"\n"
             "\n"
             "finding  severity  line\n"
             "a        %s%*s     7\n",
             colours[_i].word, colours[_i].word, 8 - (int)strlen(row[1].text), "");
    result_reason(&result, colours[_i].state, "not \"OK\"");
    assert_on_terminal(true, expected);
}
END_TEST

/* --- the journal's line --- */

/* The numbers are syslog's: critical, error, warning, informational. */
static const struct {
    enum state state;
    const char *line;
} journal_lines[] = {
    {STATE_OK, "<6>CHRONY TEST OK - worst; fine\n"},
    {STATE_WARNING, "<4>CHRONY TEST WARNING - worst; fine\n"},
    {STATE_CRITICAL, "<2>CHRONY TEST CRITICAL - worst; fine\n"},
    {STATE_UNKNOWN, "<3>CHRONY TEST UNKNOWN - worst; fine\n"},
};

START_TEST(journal_line)
{
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));

    add_row(table, 0);
    add_measurement(&sources, 5, "10", NULL);
    result_reason(&result, journal_lines[_i].state, "worst");
    result_reason(&result, STATE_OK, "fine");
    assert_rendered("journal", true, journal_lines[_i].line);
}
END_TEST

START_TEST(journal_line_from_outside)
{
    result_reason(&result, STATE_OK, "one\n<0>two");
    assert_rendered("journal", true, "<6>CHRONY TEST OK - one??0>two\n");
}
END_TEST

/* --- the JSON object --- */

#define JSON_HEAD(state, status, text)                                                   \
    "{\"plugin\": \"check_chrony_test\", \"state\": \"" state "\", \"status\": " status  \
    ", \"summary\": \"CHRONY TEST " state " - " text "\", "
#define JSON_FINE                                                                        \
    JSON_HEAD("OK", "0", "fine")                                                         \
    "\"reasons\": [{\"state\": \"OK\", \"text\": \"fine\"}], "
#define JSON_END "\"measurements\": {}, \"tables\": {}}\n"

START_TEST(json_without_reason)
{
    assert_rendered("json", true,
                    JSON_HEAD("UNKNOWN", "3", "") "\"reasons\": [], " JSON_END);
}
END_TEST

START_TEST(json_reasons)
{
    result_reason(&result, STATE_OK, "fine");
    result_reason(&result, STATE_UNKNOWN, "dark");
    result_reason(&result, STATE_WARNING, "odd");
    result_reason(&result, STATE_CRITICAL, "bad");
    assert_rendered(
        "json", true,
        JSON_HEAD("CRITICAL", "2",
                  "bad; odd; dark; fine") "\"reasons\": ["
                                          "{\"state\": \"CRITICAL\", \"text\": \"bad\"}, "
                                          "{\"state\": \"WARNING\", \"text\": \"odd\"}, "
                                          "{\"state\": \"UNKNOWN\", \"text\": \"dark\"}, "
                                          "{\"state\": \"OK\", \"text\": "
                                          "\"fine\"}], " JSON_END);
}
END_TEST

/* What JSON escapes, on top of what no format lets through. */
static const struct {
    const char *text, *string;
} strings[] = {
    {"say \"no\"", "say \\\"no\\\""}, {"C:\\x\\", "C:\\\\x\\\\"},
    {"\"}, {\"", "\\\"}, {\\\""},     {"\\u0041\\n", "\\\\u0041\\\\n"},
    {"a|b<c`d", "a?b?c?d"},           {"tab\tline\n\001\177", "tab?line???"},
    {"\xc2\xb5s \xff", "??s ?"},      {"/'%s%n", "/'%s%n"},
};

START_TEST(json_string)
{
    char expected[512];

    snprintf(expected, sizeof expected,
             JSON_HEAD("OK", "0", "%s") "\"reasons\": [{\"state\": \"OK\", \"text\": "
                                        "\"%s\"}], " JSON_END,
             strings[_i].string, strings[_i].string);
    result_reason(&result, STATE_OK, "%s", strings[_i].text);
    assert_rendered("json", true, expected);
}
END_TEST

static const struct {
    const struct metric *metric;
    double value;
    const char *warning, *critical, *json;
} json_measurements[] = {
    {&sources, 5, NULL, NULL, "\"sources\": {\"value\": 5, \"minimum\": 0}"},
    {&stratum, 2, NULL, NULL,
     "\"stratum\": {\"value\": 2, \"minimum\": 0, \"maximum\": 16}"},
    {&offset, -3.4e-7, NULL, NULL,
     "\"offset\": {\"value\": -0.00000034, \"unit\": \"s\"}"},
    {&offset, -1e-12, NULL, NULL, "\"offset\": {\"value\": 0, \"unit\": \"s\"}"},
    {&frequency, 2.0314, NULL, NULL,
     "\"frequency_ppm\": {\"value\": 2.0314, \"unit\": \"ppm\"}"},
    {&age, 1e6, "300", NULL,
     "\"update_age\": {\"value\": 1000000, \"unit\": \"s\", \"minimum\": 0, "
     "\"warning\": {\"inside\": false, \"start\": 0, \"end\": 300}}"},
    {&offset, 0, "10ms", "-1:100us",
     "\"offset\": {\"value\": 0, \"unit\": \"s\", "
     "\"warning\": {\"inside\": false, \"start\": -0.01, \"end\": 0.01}, "
     "\"critical\": {\"inside\": false, \"start\": -1, \"end\": 0.0001}}"},
    {&sources, 5, "3:", "@~:1",
     "\"sources\": {\"value\": 5, \"minimum\": 0, "
     "\"warning\": {\"inside\": false, \"start\": 3}, "
     "\"critical\": {\"inside\": true, \"end\": 1}}"},
    {&sources, 5, NULL, "~:",
     "\"sources\": {\"value\": 5, \"minimum\": 0, \"critical\": {\"inside\": false}}"},
};

START_TEST(json_measurement)
{
    char expected[512];

    snprintf(expected, sizeof expected,
             JSON_FINE "\"measurements\": {%s, \"sources\": {\"value\": 1, "
                       "\"minimum\": 0}}, \"tables\": {}}\n",
             json_measurements[_i].json);
    result_reason(&result, STATE_OK, "fine");
    add_measurement(json_measurements[_i].metric, json_measurements[_i].value,
                    json_measurements[_i].warning, json_measurements[_i].critical);
    add_measurement(&sources, 1, NULL, NULL);
    assert_rendered("json", false, expected);
}
END_TEST

static const struct column sample_columns[] = {
    {"name", COLUMN_TEXT}, {"reach", COLUMN_OCTAL}, {"last sample", COLUMN_SECONDS}};

START_TEST(json_tables)
{
    static const struct column names[] = {{"name", COLUMN_TEXT}};
    struct table *first = result_table(&result, "sources", sample_columns, 3);
    struct cell *row = table_row(first);

    result_table(&result, "names", names, 1);
    result_reason(&result, STATE_OK, "fine");
    row[0].text = "a \"b\"";
    row[1].number = 0377;
    row[2].number = 1.5;
    row = table_row(first);
    row[0].text = "c";
    row[2].number = (double)INFINITY;
    row = table_row(first);
    row[1].number = 0;
    assert_rendered("json", true,
                    JSON_FINE
                    "\"measurements\": {}, \"tables\": {\"sources\": "
                    "{\"units\": {\"last_sample\": \"s\"}, \"rows\": ["
                    "{\"name\": \"a \\\"b\\\"\", \"reach\": 255, "
                    "\"last_sample\": 1.5}, {\"name\": \"c\"}, {\"reach\": 0}]}, "
                    "\"names\": {\"units\": {}, \"rows\": []}}}\n");
}
END_TEST

/* --- Prometheus' text --- */

#define PROMETHEUS_STATE(number)                                                         \
    "# HELP chrony_check_state 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN\n"                 \
    "# TYPE chrony_check_state gauge\n"                                                  \
    "chrony_check_state{plugin=\"check_chrony_test\"} " number "\n"

static const struct {
    enum state state;
    const char *text;
} prometheus_states[] = {
    {STATE_OK, "# CHRONY TEST OK - one??# HELP \"?\\\n" PROMETHEUS_STATE("0")},
    {STATE_WARNING, "# CHRONY TEST WARNING - one??# HELP \"?\\\n" PROMETHEUS_STATE("1")},
    {STATE_CRITICAL,
     "# CHRONY TEST CRITICAL - one??# HELP \"?\\\n" PROMETHEUS_STATE("2")},
    {STATE_UNKNOWN, "# CHRONY TEST UNKNOWN - one??# HELP \"?\\\n" PROMETHEUS_STATE("3")},
};

START_TEST(prometheus_state)
{
    result_reason(&result, prometheus_states[_i].state, "one\r\n# HELP \"|\\");
    assert_rendered("prometheus", true, prometheus_states[_i].text);
}
END_TEST

static const struct {
    const struct metric *metric;
    double value;
    const char *name, *help, *number;
} families[] = {
    {&sources, 5, "chrony_sources", "how many there are", "5"},
    {&stratum, 16, "chrony_stratum", "how far it is away", "16"},
    {&offset, -3.4e-7, "chrony_offset_seconds", "how far it is off", "-0.00000034"},
    {&offset, -1e-12, "chrony_offset_seconds", "how far it is off", "0"},
    {&age, 1e6, "chrony_update_age_seconds", "how old it is", "1000000"},
    {&frequency, -16.0314, "chrony_frequency_ratio", "how fast it is", "-16.0314e-6"},
    {&frequency, 1e-6, "chrony_frequency_ratio", "how fast it is", "0.000001e-6"},
};

START_TEST(prometheus_family)
{
    char expected[1024];

    snprintf(expected, sizeof expected,
             "# CHRONY TEST OK - fine\n"
             "# HELP %s %s\n"
             "# TYPE %s gauge\n"
             "%s{plugin=\"check_chrony_test\"} %s\n" PROMETHEUS_STATE("0"),
             families[_i].name, families[_i].help, families[_i].name, families[_i].name,
             families[_i].number);
    result_reason(&result, STATE_OK, "fine");
    add_measurement(families[_i].metric, families[_i].value, "10", "100");
    assert_rendered("prometheus", false, expected);
}
END_TEST

/* A row without its name, one that is twice there, unknown numbers, and a table of
 * which nothing is known. */
START_TEST(prometheus_tables)
{
    static const struct column none[] = {{"server", COLUMN_TEXT},
                                         {"delay", COLUMN_SECONDS}};
    struct table *table =
        result_table(&result, "sources", columns, (size_t)COUNT(columns));

    result_table(&result, "servers", none, 2);
    result_reason(&result, STATE_OK, "fine");
    for (int row = 0; row < 4; row++)
        add_row(table, row);
    add_row(table, 7);
    table->cells[0].text = "a\\\"b\"";
    table->cells[4].number = (double)INFINITY;
    assert_rendered(
        "prometheus", true,
        "# CHRONY TEST OK - fine\n"
        "# HELP chrony_sources_info texts of each of the sources, as labels\n"
        "# TYPE chrony_sources_info gauge\n"
        "chrony_sources_info{plugin=\"check_chrony_test\",name=\"a\\\\\\\"b\\\"\","
        "state=\"selected\"} 1\n"
        "chrony_sources_info{plugin=\"check_chrony_test\",name=\"PPS\","
        "state=\"lost\"} 1\n"
        "chrony_sources_info{plugin=\"check_chrony_test\",name=\"PPS\","
        "number=\"2\"} 1\n"
        "chrony_sources_info{plugin=\"check_chrony_test\",name=\"::1\"} 1\n"
        "chrony_sources_info{plugin=\"check_chrony_test\",name=\"?\"} 1\n"
        "# HELP chrony_sources_stratum stratum of each of the sources\n"
        "# TYPE chrony_sources_stratum gauge\n"
        "chrony_sources_stratum{plugin=\"check_chrony_test\",name=\"a\\\\\\\"b\\\"\"} 1\n"
        "chrony_sources_stratum{plugin=\"check_chrony_test\",name=\"PPS\"} 0\n"
        "chrony_sources_stratum{plugin=\"check_chrony_test\",name=\"PPS\","
        "number=\"2\"} 16\n"
        "# HELP chrony_sources_reach reach of each of the sources\n"
        "# TYPE chrony_sources_reach gauge\n"
        "chrony_sources_reach{plugin=\"check_chrony_test\",name=\"a\\\\\\\"b\\\"\"} 255\n"
        "chrony_sources_reach{plugin=\"check_chrony_test\",name=\"PPS\"} 0\n"
        "chrony_sources_reach{plugin=\"check_chrony_test\",name=\"PPS\",number=\"2\"} 1\n"
        "chrony_sources_reach{plugin=\"check_chrony_test\",name=\"::1\"} 127\n"
        "# HELP chrony_sources_age_seconds age of each of the sources\n"
        "# TYPE chrony_sources_age_seconds gauge\n"
        "chrony_sources_age_seconds{plugin=\"check_chrony_test\",name=\"PPS\"} 0\n"
        "chrony_sources_age_seconds{plugin=\"check_chrony_test\",name=\"PPS\","
        "number=\"2\"} -0.00000034\n" PROMETHEUS_STATE("0"));
}
END_TEST

#define NAMED(labels)                                                                    \
    "chrony_x_1_info{plugin=\"check_chrony_test\",its_name=" labels "} 1\n"

/* Different bytes, but the same label; and names that others begin with. */
START_TEST(prometheus_names_are_compared_as_written)
{
    static const struct column name[] = {{"its name", COLUMN_TEXT}};
    static const char *const names[] = {"a|", "b", "a<", "a", "a\377", "a??", "b", ""};
    struct table *table = result_table(&result, "x-1", name, 1);

    for (int i = 0; i < COUNT(names); i++)
        table_row(table)->text = names[i];
    result_reason(&result, STATE_OK, "fine");
    assert_rendered("prometheus", true,
                    "# CHRONY TEST OK - fine\n"
                    "# HELP chrony_x_1_info texts of each of the x-1, as labels\n"
                    "# TYPE chrony_x_1_info gauge\n" NAMED("\"a?\"") NAMED("\"b\"")
                        NAMED("\"a?\",number=\"2\"") NAMED("\"a\"")
                            NAMED("\"a?\",number=\"3\"") NAMED("\"a??\"")
                                NAMED("\"b\",number=\"2\"") NAMED("\"\"")
                                    PROMETHEUS_STATE("0"));
}
END_TEST

static TCase *prometheus_tests(void)
{
    TCase *tcase = tcase_create("prometheus");

    tcase_add_checked_fixture(tcase, setup, teardown);
    add_table_test(tcase, prometheus_state, prometheus_states);
    add_table_test(tcase, prometheus_family, families);
    tcase_add_test(tcase, prometheus_tables);
    tcase_add_test(tcase, prometheus_names_are_compared_as_written);
    return tcase;
}

static TCase *json_tests(void)
{
    TCase *tcase = tcase_create("json");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, json_without_reason);
    tcase_add_test(tcase, json_reasons);
    add_table_test(tcase, json_string, strings);
    add_table_test(tcase, json_measurement, json_measurements);
    tcase_add_test(tcase, json_tables);
    return tcase;
}

static TCase *line_tests(void)
{
    TCase *tcase = tcase_create("first line");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, default_format);
    tcase_add_test(tcase, no_reason);
    add_table_test(tcase, one_reason, single_reasons);
    tcase_add_test(tcase, worst_reason_first);
    add_table_test(tcase, performance_data, measurements);
    add_table_test(tcase, alert_in_unit, alerts);
    tcase_add_test(tcase, several_measurements);
    tcase_add_test(tcase, no_perfdata);
    tcase_add_test(tcase, alert_in_text_and_perfdata);
    return tcase;
}

static TCase *text_tests(void)
{
    TCase *tcase = tcase_create("text and tables");

    tcase_add_checked_fixture(tcase, setup, teardown);
    add_table_test(tcase, reason_from_outside, outside);
    add_table_test(tcase, cell_from_outside, outside);
    add_table_test(tcase, table_row_as_line, rows);
    tcase_add_test(tcase, tables_follow_performance_data);
    tcase_add_test(tcase, empty_table);
    tcase_add_test(tcase, table_in_columns);
    tcase_add_test(tcase, only_known_columns);
    tcase_add_test(tcase, tables_on_terminal);
    add_table_test(tcase, long_texts_in_lines, widths);
    add_table_test(tcase, state_words_in_colour, colours);
    add_table_test(tcase, journal_line, journal_lines);
    tcase_add_test(tcase, journal_line_from_outside);
    return tcase;
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("render");

    suite_add_tcase(suite, line_tests());
    suite_add_tcase(suite, text_tests());
    suite_add_tcase(suite, json_tests());
    suite_add_tcase(suite, prometheus_tests());
    return suite;
}
