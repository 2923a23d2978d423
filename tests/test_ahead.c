/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is still well but will not stay so: how many sources may lie, whether they agree
 * and depend on each other, who is about to be lost, and how long a clock without a
 * source stays good. */
#include "judging.h"
#include "runner.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct check *const checks[] = {&offset_check, &sync_check, &sources_check,
                                             &operators_check};

static void setup(void)
{
    judging_begin(checks, sizeof checks / sizeof checks[0]);
}

/* Good enough sources for every limit but the one that is tested. */
static void limit_nothing_else(const char *name)
{
    static const char *const others[] = {"good", "sources", "falsetickers", "survivable",
                                         "missed_polls"};

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(others[i], name) != 0)
            settings_find(&settings, find_metric(&sources_check, others[i]))->limits =
                (struct limits){{.set = false}, {.set = false}};
}

/* What makes a source a bad one. */
static void lie(struct source *source)
{
    source->data.state = SOURCE_FALSETICKER;
}

static void jitter(struct source *source)
{
    source->data.state = SOURCE_JITTERY;
}

static void refuse(struct source *source)
{
    source->data.state = SOURCE_NOT_SELECTABLE;
}

static void vanish(struct source *source)
{
    source->data.reach = 0; /* chronyd may still call it selected */
}

static void confuse(struct source *source)
{
    source->data.state = 77;
}

static void (*const worsen[])(struct source *) = {
    lie, jitter, refuse, vanish, confuse, make_unresolved,
};

/* --- survivable --- */

/* By the number of good sources. */
static const double survivable[] = {0, 0, 0, 1, 1, 2, 2, 3, 3};

START_TEST(tells_how_many_may_lie)
{
    limit_nothing_else("survivable");
    set_sources((size_t)_i, SOURCE_COMBINED, 0377, 1);
    ck_assert_int_eq(judge(&sources_check), _i < 3 ? STATE_WARNING : STATE_OK);
    assert_value("survivable", survivable[_i]);
    if (_i < 3)
        assert_reason(STATE_WARNING, "survivable 0 (warning limit 1:)");
}
END_TEST

START_TEST(counts_no_bad_source_as_a_vote)
{
    set_sources(6, SOURCE_SELECTABLE, 0377, 1);
    judge(&sources_check);
    assert_value("survivable", 2);
    worsen[_i](&sources[0]);
    worsen[_i](&sources[5]);
    judge(&sources_check);
    assert_value("survivable", 1);
}
END_TEST

/* Who says how many good sources are enough has said how many may lie. */
static const struct {
    const char *good_warning, *good_critical, *survivable_warning;
    enum state state; /* of two good sources */
} enough[] = {
    {NULL, NULL, NULL, STATE_WARNING}, {"2:", NULL, NULL, STATE_OK},
    {"~:", NULL, NULL, STATE_OK},      {NULL, "2:", NULL, STATE_WARNING},
    {"2:", NULL, "1:", STATE_WARNING}, {"2:", NULL, "~:", STATE_OK},
    {NULL, "~:", "2:", STATE_WARNING},
};

START_TEST(settles_the_default_of_survivable)
{
    set_sources(2, SOURCE_COMBINED, 0377, 1);
    give(&sources_check, "sources", "~:", NULL);
    if (!enough[_i].good_warning)
        settings_find(&settings, find_metric(&sources_check, "good"))->limits.warning =
            (struct range){.set = false};
    give(&sources_check, "survivable", enough[_i].survivable_warning, NULL);
    give(&sources_check, "good", enough[_i].good_warning, enough[_i].good_critical);
    ck_assert_int_eq(judge(&sources_check), enough[_i].state);
    ck_assert_int_eq(has_reason(STATE_WARNING, "survivable 0 (warning limit 1:)") ||
                         has_reason(STATE_WARNING, "survivable 0 (warning limit 2:)"),
                     enough[_i].state == STATE_WARNING);
}
END_TEST

/* A given critical limit of survivable holds all the same. */
START_TEST(keeps_a_given_critical_limit_of_survivable)
{
    give(&sources_check, "survivable", NULL, "2:");
    give(&sources_check, "good", "1:", NULL);
    set_sources(4, SOURCE_COMBINED, 0377, 1);
    ck_assert_int_eq(judge(&sources_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "survivable 1 (critical limit 2:)");
}
END_TEST

/* Settings of another plugin's metrics are no harm. */
START_TEST(settles_nothing_that_is_not_there)
{
    settings_init(&settings);
    sources_check.settle(&settings);
    ck_assert_uint_eq(settings.metric_count, 0);
}
END_TEST

/* --- spread --- */

/* Offset and error bound of each good source, in s; exact in binary. */
static const struct {
    size_t count;
    struct {
        double offset, error;
    } sources[4];
    double spread;
} spreads[] = {
    {0, {{0}}, (double)NAN},
    {1, {{4, 0}}, (double)NAN},
    /* Overlapping, one within the other, touching, apart. */
    {2, {{0, 0.5}, {0.25, 0.5}}, 0},
    {2, {{0, 1}, {0.25, 0.125}}, 0},
    {2, {{0, 0.25}, {0.5, 0.25}}, 0},
    {2, {{0, 0.25}, {1, 0.25}}, 0.5},
    {2, {{1, 0.25}, {0, 0.25}}, 0.5},
    {2, {{0.5, 0}, {0.5, 0}}, 0},
    {2, {{0, 0}, {0x1p-20, 0}}, 0x1p-20},
    /* Below zero, and on both sides of it. */
    {2, {{-1, 0.25}, {-0.25, 0.125}}, 0.375},
    {2, {{-0.5, 0.125}, {0.5, 0.125}}, 0.75},
    {2, {{-0.5, 0.5}, {0.5, 0.5}}, 0},
    /* The two that are farthest apart count, not neighbours, nor the widest. */
    {3, {{0, 0.25}, {0.5, 0.25}, {1, 0.25}}, 0.5},
    {3, {{1, 0.25}, {0, 0.125}, {0.25, 0.125}}, 0.625},
    {3, {{0, 2}, {-1, 0.25}, {1, 0.25}}, 1.5},
    {3, {{0, 0.125}, {0.0625, 1}, {1, 0.125}}, 0.75},
    {3, {{0, 0.125}, {-0.0625, 1}, {-1, 0.125}}, 0.75},
    {3, {{0, 0.25}, {0.125, 0.25}, {-0.125, 0.25}}, 0},
    {4, {{0, 0.125}, {8, 8}, {-8, 7.5}, {0.5, 0.125}}, 0.875},
};

static void set_offsets(int row)
{
    set_sources(spreads[row].count, SOURCE_COMBINED, 0377, 1);
    for (size_t i = 0; i < spreads[row].count; i++) {
        sources[i].data.offset = spreads[row].sources[i].offset;
        sources[i].data.error = spreads[row].sources[i].error;
        sources[i].data.measured_offset = 99; /* not adjusted: not used */
    }
}

START_TEST(measures_the_spread)
{
    set_offsets(_i);
    judge(&sources_check);
    assert_value("spread", spreads[_i].spread);
}
END_TEST

/* A source that chronyd does not use may be anywhere, at either end of the list. */
START_TEST(spreads_over_no_bad_source)
{
    set_sources(4, SOURCE_COMBINED, 0377, 1);
    sources[1].data.offset = 0;
    sources[2].data.offset = 1;
    sources[1].data.error = sources[2].data.error = 0.25;
    for (size_t i = 0; i < 4; i += 3) {
        sources[i].data.offset = i ? 99 : -99;
        worsen[_i](&sources[i]);
    }
    judge(&sources_check);
    assert_value("spread", 0.5);
    /* Nor does it make a second one. */
    worsen[_i](&sources[2]);
    judge(&sources_check);
    assert_value("spread", (double)NAN);
}
END_TEST

START_TEST(spreads_over_reference_clocks)
{
    set_sources(2, SOURCE_SELECTABLE, 0377, 1);
    make_reference_clock(&sources[0], "PPS");
    sources[0].data.offset = 0;
    sources[0].data.error = 0;
    sources[1].data.offset = -0.5;
    sources[1].data.error = 0.25;
    judge(&sources_check);
    assert_value("spread", 0.25);
}
END_TEST

START_TEST(limits_the_spread)
{
    sources[1].data.offset = 0.5;
    sources[1].data.error = sources[0].data.error = sources[0].data.offset = 0;
    limit_nothing_else("spread");
    set_sources(2, SOURCE_COMBINED, 0377, 1);
    ck_assert_int_eq(judge(&sources_check), STATE_OK); /* no default */
    give(&sources_check, "spread", "250ms", "500ms");
    ck_assert_int_eq(judge(&sources_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "spread 0.5 s (warning limit 0.25 s)");
    give(&sources_check, "spread", NULL, "499ms");
    ck_assert_int_eq(judge(&sources_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "spread 0.5 s (critical limit 0.499 s)");
}
END_TEST

/* --- missed polls --- */

static const struct {
    uint16_t reach;
    double missed;
    enum state state;
    const char *text; /* NULL: nothing is said */
} polls[] = {
    {0377, 0, STATE_OK, NULL},
    {0001, 0, STATE_OK, NULL},
    {0201, 0, STATE_OK, NULL},
    {0376, 1, STATE_OK, NULL},
    {0002, 1, STATE_OK, NULL},
    {0374, 2, STATE_OK, NULL},
    {0370, 3, STATE_OK, NULL},
    {0360, 4, STATE_WARNING, "127.0.0.13 did not answer its last 4 polls"},
    {0340, 5, STATE_WARNING, "127.0.0.13 did not answer its last 5 polls"},
    {0300, 6, STATE_WARNING, "127.0.0.13 did not answer its last 6 polls"},
    {0200, 7, STATE_WARNING, "127.0.0.13 did not answer its last 7 polls"},
    {0100, 6, STATE_WARNING, "127.0.0.13 did not answer its last 6 polls"},
    /* Only the low eight bits are polls; without one of them it is not good. */
    {0x1f0, 4, STATE_WARNING, "127.0.0.13 did not answer its last 4 polls"},
    {0x100, 0, STATE_OK, NULL},
    {0000, 0, STATE_OK, NULL},
};

START_TEST(counts_missed_polls)
{
    sources[2].data.reach = polls[_i].reach;
    ck_assert_int_eq(judge(&sources_check), polls[_i].state);
    assert_value("missed_polls", polls[_i].missed);
    if (polls[_i].text)
        assert_reason(polls[_i].state, polls[_i].text);
    ck_assert_uint_eq(result.reason_count, polls[_i].text ? 3 : 1);
}
END_TEST

START_TEST(misses_no_polls_of_bad_sources)
{
    sources[1].data.reach = 0376;
    sources[0].data.reach = sources[4].data.reach = 0200;
    worsen[_i](&sources[0]);
    worsen[_i](&sources[4]);
    judge(&sources_check);
    assert_value("missed_polls", 1);
    set_sources(5, SOURCE_COMBINED, 0376, 1);
    for (size_t i = 0; i < 5; i++)
        worsen[_i](&sources[i]);
    judge(&sources_check);
    assert_value("missed_polls", (double)NAN);
}
END_TEST

/* By its configured name; the first of two that are as bad. */
START_TEST(names_the_source_that_is_worst_heard)
{
    name_sources(5);
    sources[0].data.reach = 0374;
    sources[3].data.reach = sources[4].data.reach = 0340;
    give(&sources_check, "missed_polls", NULL, "4");
    ck_assert_int_eq(judge(&sources_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "missed_polls 5 (critical limit 4)");
    assert_reason(STATE_CRITICAL, "ntp4.example.net did not answer its last 5 polls");
}
END_TEST

START_TEST(says_nothing_of_polls_without_a_limit)
{
    sources[3].data.reach = 0200;
    give(&sources_check, "missed_polls", "~:", NULL);
    ck_assert_int_eq(judge(&sources_check), STATE_OK);
    ck_assert_uint_eq(result.reason_count, 1);
}
END_TEST

/* --- operators --- */

enum { GROUP = 5 };

/* Good sources: a name, or an address without a name. */
static const struct {
    size_t count;
    struct {
        const char *name, *address; /* NULL: the name is not known */
    } sources[GROUP];
    double operators;
} groups[] = {
    {0, {{0}}, 0},
    {1, {{"ntp1.example.net", "192.0.2.1"}}, 1},
    /* Names: by their domain, whatever the address. */
    {2, {{"ntp1.example.net", "192.0.2.1"}, {"ntp2.example.net", "198.51.100.1"}}, 1},
    {2, {{"ntp1.example.net", "192.0.2.1"}, {"ntp1.example.org", "192.0.2.2"}}, 2},
    {2, {{"NTP1.Example.NET", "192.0.2.1"}, {"ntp2.eXAMPLE.net", "198.51.100.1"}}, 1},
    {2, {{"ntp1.example.net", "192.0.2.1"}, {"ntp1.sub.example.net", "192.0.2.2"}}, 1},
    {2, {{"a.one.example.net", "192.0.2.1"}, {"a.two.example.net", "192.0.2.2"}}, 1},
    {2, {{"ntp1.example.net.", "192.0.2.1"}, {"ntp2.example.net", "192.0.2.2"}}, 1},
    {2, {{"ntp1.example.net", "192.0.2.1"}, {"ntp2.example.net.", "192.0.2.2"}}, 1},
    {2, {{"ntp1.example.net.", "192.0.2.1"}, {"ntp2.example.nets", "192.0.2.2"}}, 2},
    {3,
     {{"a.one.example", "192.0.2.1"},
      {"a.two.example", "192.0.2.2"},
      {"b.one.example", "192.0.2.3"}},
     2},
    /* One label would be half the world, and so would the two of co.uk. */
    {2, {{"ntp.co.uk", "192.0.2.1"}, {"foo.co.uk", "192.0.2.2"}}, 2},
    {2, {{"ntp.foo.co.uk", "192.0.2.1"}, {"foo.co.uk", "192.0.2.2"}}, 1},
    {2, {{"ntp.ltd.uk", "192.0.2.1"}, {"foo.ltd.uk", "192.0.2.2"}}, 1},
    {2, {{"example.net", "192.0.2.1"}, {"example.org", "192.0.2.2"}}, 2},
    {2, {{"one.net", "192.0.2.1"}, {"two.net", "192.0.2.2"}}, 2},
    {2, {{"one.net.", "192.0.2.1"}, {"two.net.", "192.0.2.2"}}, 2},
    {2, {{"example.net", "192.0.2.1"}, {"ntp1.example.net", "198.51.100.1"}}, 1},
    /* A company has more than one domain. */
    {2, {{"time.google.com", "192.0.2.1"}, {"time.android.com", "192.0.2.2"}}, 1},
    /* One label, or a private domain: all are of this site. */
    {2, {{"ntp.one.lan", "192.0.2.1"}, {"gps.two.lan.", "198.51.100.1"}}, 1},
    {2, {{"ntp.lan", "192.0.2.1"}, {"gps", "198.51.100.1"}}, 1},
    {2, {{"ntp.lan", "192.0.2.1"}, {"ntp.example.net", "198.51.100.1"}}, 2},
    {2, {{"gps", "192.0.2.1"}, {"ntp", "198.51.100.1"}}, 1},
    {2, {{"gps", "192.0.2.1"}, {"ntp.example.net", "192.0.2.2"}}, 2},
    /* A pool counts once, and its numbered parts with it. */
    {4,
     {{"pool.example.org", "192.0.2.1"},
      {"pool.example.org", "198.51.100.1"},
      {"pool.example.org", "203.0.113.1"},
      {"pool.example.org", "2001:db8:1:1::1"}},
     1},
    {2, {{"0.pool.example.org", "192.0.2.1"}, {"1.pool.example.org", "198.51.100.1"}}, 1},
    {4,
     {{"pool.ntp.org", "192.0.2.1"},
      {"0.pool.ntp.org", "198.51.100.1"},
      {"2.debian.pool.ntp.org", "203.0.113.1"},
      {"DE.Pool.NTP.org.", "2001:db8:1:1::1"}},
     1},
    {2, {{"pool.ntp.org", "192.0.2.1"}, {"pool.ntp.org.example.net", "192.0.2.2"}}, 2},
    /* No names: IPv4 by /24, IPv6 by /48. */
    {2, {{NULL, "192.0.2.0"}, {NULL, "192.0.2.255"}}, 1},
    {2, {{NULL, "192.0.2.255"}, {NULL, "192.0.3.0"}}, 2},
    {2, {{NULL, "192.0.2.1"}, {NULL, "193.0.2.1"}}, 2},
    {2, {{NULL, "2001:db8:1::"}, {NULL, "2001:db8:1:ffff:ffff:ffff:ffff:ffff"}}, 1},
    {2, {{NULL, "2001:db8:1:ffff:ffff:ffff:ffff:ffff"}, {NULL, "2001:db8:2::"}}, 2},
    {2, {{NULL, "32.1.13.1"}, {NULL, "2001:db8:1:1::1"}}, 2},
    {2, {{NULL, "2001:db8:1:1::1"}, {NULL, "32.1.13.1"}}, 2},
    /* Addresses that are configured are no names. */
    {2, {{"192.0.2.1", "192.0.2.1"}, {"192.0.2.200", "192.0.2.200"}}, 1},
    {2, {{"192.0.2.1", "192.0.2.1"}, {"198.51.100.1", "198.51.100.1"}}, 2},
    {2, {{"10.0.2.1", "10.0.2.1"}, {"11.0.2.1", "11.0.2.1"}}, 2},
    {2,
     {{"2001:db8:1::1", "2001:db8:1:0::1"}, {"2001:db8:1:2::1", "2001:db8:1:2::1"}},
     1},
    {2, {{"2001:db8:1::1", "2001:db8:1:0::1"}, {"2001:db8:2::1", "2001:db8:2:0::1"}}, 2},
    {2, {{"192.0.2.1", "192.0.2.1"}, {NULL, "192.0.2.2"}}, 1},
    /* A name and an address tell nothing of each other. */
    {2, {{"ntp1.example.net", "192.0.2.1"}, {NULL, "192.0.2.2"}}, 2},
    {2, {{"gps", "192.0.2.1"}, {NULL, "192.0.2.2"}}, 2},
    {5,
     {{"ntp1.example.net", "192.0.2.1"},
      {NULL, "198.51.100.1"},
      {"ntp2.example.net", "203.0.113.1"},
      {NULL, "198.51.100.2"},
      {"ntp1.example.org", "192.0.2.3"}},
     3},
};

static void set_address(struct source *source, const char *text)
{
    struct ip_address *address = &source->data.address;

    address->family = strchr(text, ':') ? IP_V6 : IP_V4;
    ck_assert_int_eq(
        inet_pton(address->family == IP_V6 ? AF_INET6 : AF_INET, text, address->bytes),
        1);
}

static void set_group(int row)
{
    set_sources(groups[row].count, SOURCE_SELECTABLE, 0377, 1);
    for (size_t i = 0; i < groups[row].count; i++) {
        const char *name = groups[row].sources[i].name;

        snprintf(sources[i].name, SOURCE_NAME, "%s", name ? name : "");
        set_address(&sources[i], groups[row].sources[i].address);
    }
}

START_TEST(counts_operators)
{
    set_group(_i);
    judge(&operators_check);
    assert_value("operators", groups[_i].operators);
}
END_TEST

/* Two clocks fail apart, whatever they are called, and no address is theirs. */
START_TEST(counts_each_reference_clock)
{
    set_sources(5, SOURCE_SELECTABLE, 0377, 1);
    make_reference_clock(&sources[0], "PPS");
    make_reference_clock(&sources[2], "PPS");
    make_reference_clock(&sources[4], "GPS");
    set_address(&sources[1], "80.80.83.0"); /* "PPS" */
    set_address(&sources[3], "80.80.83.1");
    judge(&operators_check);
    assert_value("operators", 4);
}
END_TEST

START_TEST(counts_no_operator_of_bad_sources)
{
    name_sources(5);
    snprintf(sources[0].name, SOURCE_NAME, "ntp.one.example");
    snprintf(sources[4].name, SOURCE_NAME, "ntp.two.example");
    judge(&operators_check);
    assert_value("operators", 3);
    worsen[_i](&sources[0]);
    worsen[_i](&sources[4]);
    judge(&operators_check);
    assert_value("operators", 1);
    /* The first of an operator is bad: the second counts for it. */
    worsen[_i](&sources[1]);
    judge(&operators_check);
    assert_value("operators", 1);
}
END_TEST

START_TEST(limits_operators)
{
    name_sources(5);
    give(&operators_check, "operators", "2:", NULL);
    ck_assert_int_eq(judge(&operators_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "operators 1 (warning limit 2:)");
    give(&operators_check, "operators", "3:", "2:");
    ck_assert_int_eq(judge(&operators_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "operators 1 (critical limit 2:)");
}
END_TEST

/* With some of the names one operator would count twice. */
START_TEST(counts_no_operators_without_all_names)
{
    name_sources(5);
    snapshot.names_error = SESSION_TIMEOUT;
    judge(&operators_check);
    ck_assert_uint_eq(result.measurement_count, 0);
    ck_assert_uint_eq(result.reason_count, 0);
    give(&operators_check, "operators", "2:", NULL);
    ck_assert_int_eq(judge(&operators_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN, "operators cannot be counted: chronyd did not tell all "
                                 "names (no reply)");
    snapshot.names_error = SESSION_NOT_SUPPORTED;
    judge(&operators_check);
    assert_value("operators", 1);
}
END_TEST

START_TEST(explains_missing_sources_to_operators)
{
    snapshot.sources_error = SESSION_NOT_AUTHORISED;
    ck_assert_int_eq(judge(&operators_check), STATE_UNKNOWN);
    ck_assert_uint_eq(result.measurement_count, 0);
    ck_assert_uint_eq(operators_check.needs(&settings), NEED_SOURCES | NEED_SOURCE_NAMES);
}
END_TEST

/* --- a source that has just begun --- */

static const uint16_t beginnings[] = {01, 03, 07, 017, 037, 077, 0177};

static bool has_begun(unsigned reach)
{
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++)
        if (beginnings[i] == (reach & 0377))
            return true;
    return false;
}

/* Every value of the register, with bits above it that mean nothing. */
START_TEST(knows_every_beginning)
{
    for (unsigned reach = 0; reach < 0x200; reach++) {
        const enum source_condition expected = !(reach & 0377) ? CONDITION_UNREACHABLE
                                               : has_begun(reach)
                                                   ? CONDITION_STARTING
                                                   : CONDITION_NOT_SELECTABLE;

        sources[0].data.state = SOURCE_NOT_SELECTABLE;
        sources[0].data.reach = (uint16_t)reach;
        ck_assert_msg(source_condition(&sources[0]) == expected, "reach %o: %s", reach,
                      source_condition_text(source_condition(&sources[0])));
        ck_assert(!source_is_good(&sources[0]));
    }
}
END_TEST

/* What is selectable, or judged already, is what chronyd says. */
static const struct {
    uint16_t state;
    enum source_condition condition;
} begun[] = {
    {SOURCE_SELECTED, CONDITION_SELECTED},
    {SOURCE_NOT_SELECTABLE, CONDITION_STARTING},
    {SOURCE_FALSETICKER, CONDITION_FALSETICKER},
    {SOURCE_JITTERY, CONDITION_JITTERY},
    {SOURCE_COMBINED, CONDITION_COMBINED},
    {SOURCE_SELECTABLE, CONDITION_SELECTABLE},
    {77, CONDITION_UNKNOWN},
};

START_TEST(begins_only_what_is_not_selectable)
{
    sources[0].data.state = begun[_i].state;
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        sources[0].data.reach = beginnings[i];
        ck_assert_int_eq(source_condition(&sources[0]), begun[_i].condition);
    }
}
END_TEST

START_TEST(says_starting)
{
    sources[3].data.state = sources[4].data.state = SOURCE_NOT_SELECTABLE;
    sources[3].data.reach = 07;
    sources[4].data.reach = 05;
    settings.verbose = true;
    judge(&sources_check);
    assert_reason(STATE_OK, "good sources: 3 of 5, 127.0.0.14 starting, 127.0.0.15 not "
                            "selectable");
    ck_assert_str_eq(result.tables[0].columns[3].name, "state");
    ck_assert_str_eq(result.tables[0].cells[3 * result.tables[0].column_count + 3].text,
                     "starting");
}
END_TEST

START_TEST(starts_a_reference_clock)
{
    make_reference_clock(&sources[0], "PPS");
    sources[0].data.state = SOURCE_NOT_SELECTABLE;
    sources[0].data.reach = 01;
    ck_assert_int_eq(source_condition(&sources[0]), CONDITION_STARTING);
}
END_TEST

/* --- why a source is not used --- */

static const struct {
    char state;
    const char *text;
} letters[] = {
    {'N', "noselect is set"},
    {'s', "it is not synchronised itself"},
    {'M', "it has too few measurements"},
    {'r', "its stratum is below minstratum or above maxstratum"},
    {'d', "its root distance is above maxdistance"},
    {'~', "its jitter is above maxjitter"},
    {'w', "it waits for sources with too few measurements"},
    {'S', "its measurements are older than the others'"},
    {'O', "its stratum is not below that of the local reference"},
    {'T', "it disagrees with trusted sources"},
    {'x', "it disagrees with the majority"},
    {'W', "it waits for more selectable sources (minsources or require)"},
    {'P', "another source is preferred"},
    {'U', "it waits for a new measurement"},
    {'D', "its root distance is too large to combine it (combinelimit)"},
};

/* What the table says of the first source. */
static const char *not_used(void)
{
    const struct table *table = &result.tables[0];

    settings.verbose = true;
    judge(&sources_check);
    ck_assert_str_eq(table->columns[table->column_count - 1].name, "not used because");
    return table->cells[table->column_count - 1].text;
}

static const char *text_of(unsigned state)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if ((unsigned)letters[i].state == state)
            return letters[i].text;
    return NULL;
}

/* Of the two that are used, and of a newer chronyd's, nothing is said. */
START_TEST(says_why_a_source_is_not_used)
{
    for (unsigned state = 0; state <= UINT8_MAX; state++) {
        const char *said, *expected = text_of(state);

        sources[0].select_data.state = (uint8_t)state;
        said = not_used();
        ck_assert_msg(expected ? said && !strcmp(said, expected) : !said, "'%c' (%u): %s",
                      state, state, said ? said : "(nothing)");
    }
}
END_TEST

START_TEST(does_not_know_why_without_a_report)
{
    sources[0].select_data.state = 'x';
    sources[0].select_data_error = SESSION_NOT_AUTHORISED;
    ck_assert_ptr_null(not_used());
    sources[0].select_data_error = SESSION_OK;
    ck_assert_ptr_nonnull(not_used());
}
END_TEST

/* The column "state" says it; what chronyd held against it before is old. */
START_TEST(says_only_that_it_is_unreachable)
{
    sources[0].select_data.state = 'M';
    sources[0].data.reach = 0;
    ck_assert_ptr_null(not_used());
    sources[0].data.reach = 0100;
    ck_assert_ptr_nonnull(not_used());
    make_unresolved(&sources[0]);
    ck_assert_ptr_null(not_used());
}
END_TEST

START_TEST(asks_why_only_for_the_table)
{
    ck_assert_uint_eq(sources_check.needs(&settings) & NEED_SELECT_DATA, 0);
    settings.verbose = true;
    ck_assert_uint_eq(sources_check.needs(&settings) & NEED_SELECT_DATA,
                      NEED_SELECT_DATA);
}
END_TEST

/* --- holdover --- */

/* A clock whose sources are lost: at most 0.75 s off, and 0.75 ppm worse all the time,
 * besides what --max-drift says. */
static void lose_all(void)
{
    snapshot.tracking.offset = -0.25;
    snapshot.tracking.root_delay = 0.5;
    snapshot.tracking.root_dispersion = 0.25;
    snapshot.tracking.skew = 0.5;
    snapshot.tracking.residual_frequency = -0.25;
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, NEVER);
}

static void assert_holdover(double seconds)
{
    ck_assert_double_eq_tol(measured("holdover"), seconds, 1e-9 * seconds + 1e-9);
}

/* Root dispersion has grown by 1 ppm since the last update, not by what is given. */
static const struct {
    double max_drift, skew, residual_frequency;
    double age; /* s since the clock was updated */
    double holdover;
    const char *text;
} holdovers[] = {
    {1, 0.5, -0.25, 0, 0.25 / 1.75e-6, "in holdover, within 1 s for another 39.7 h"},
    {1, 0.5, 0.25, 0, 0.25 / 1.75e-6, "in holdover, within 1 s for another 39.7 h"},
    {1, 0.5, -0.25, 100000, 0.25 / 1.75e-6, "in holdover, within 1 s for another 39.7 h"},
    {1, 0, 0, 0, 250000, "in holdover, within 1 s for another 2.89 d"},
    {1, 0, 0, -10000, 250000, "in holdover, within 1 s for another 2.89 d"},
    {1, 249, 0, 0, 1000, "in holdover, within 1 s for another 16.7 min"},
    {10, 0, 0, 0, 25000, "in holdover, within 1 s for another 6.94 h"},
    /* The other machine's clock is ahead of this one's. */
    {10, 0, 0, -10000, 25000, "in holdover, within 1 s for another 6.94 h"},
    {11, 0, 0, 10000, 0.15 / 11e-6, "in holdover, within 1 s for another 3.79 h"},
    {0.5, 0.5, 0, 0, 250000, "in holdover, within 1 s for another 2.89 d"},
    {0.5, 0.5, 0, 100000, 300000, "in holdover, within 1 s for another 3.47 d"},
    {0, 1, 0, 0, 250000, "in holdover, within 1 s for another 2.89 d"},
    {0, 1, 0, 100000, 350000, "in holdover, within 1 s for another 4.05 d"},
    {0, 0.5, -0.5, 0, 250000, "in holdover, within 1 s for another 2.89 d"},
    /* The larger drift has eaten up all of it already. */
    {27, 0, 0, 10000, 0, "in holdover, no longer within 1 s"},
    {3000, 0, 0, 10000, 0, "in holdover, no longer within 1 s"},
};

START_TEST(tells_how_long_it_holds_over)
{
    lose_all();
    snapshot.tracking.skew = holdovers[_i].skew;
    snapshot.tracking.residual_frequency = holdovers[_i].residual_frequency;
    settings.max_drift = holdovers[_i].max_drift;
    snapshot.taken = (double)snapshot.tracking.reference_time.seconds +
                     snapshot.tracking.reference_time.nanoseconds * 1e-9 +
                     holdovers[_i].age;
    sources[3].data.since_sample = 5; /* it does not steer the clock */
    judge(&sync_check);
    assert_holdover(holdovers[_i].holdover);
    assert_reason(STATE_OK, holdovers[_i].text);
    /* The state is that of what is the matter: nothing is heard. */
    ck_assert_int_eq(result_state(&result), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "all sources are unreachable (5)");
}
END_TEST

/* A clock that cannot err holds for ever: that is no number. */
START_TEST(tells_no_endless_holdover)
{
    lose_all();
    snapshot.tracking.skew = snapshot.tracking.residual_frequency = 0;
    settings.max_drift = 0;
    judge(&sync_check);
    ck_assert(isnan(measured("holdover")));
    ck_assert_uint_eq(result.reason_count, 1);
}
END_TEST

/* The limit of max_error, as it may be given; the clock is at most 0.75 s off. */
static const struct {
    const char *limit;
    double holdover; /* NAN: nothing is measured */
    const char *text;
} given[] = {
    {"1s", 0.25 / 1.75e-6, "in holdover, within 1 s for another 39.7 h"},
    {"750001us", 1e-6 / 1.75e-6, "in holdover, within 750 ms for another 571 ms"},
    {"750ms", 0, "in holdover, no longer within 750 ms"},
    {"749999us", 0, "in holdover, no longer within 750 ms"},
    {"500ms", 0, "in holdover, no longer within 500 ms"},
    {"0", 0, "in holdover, no longer within 0 s"},
    {"0.1:2", 1.25 / 1.75e-6, "in holdover, within 2 s for another 8.27 d"},
    {"~:2", 1.25 / 1.75e-6, "in holdover, within 2 s for another 8.27 d"},
    {"~:", (double)NAN, NULL},
    {"0.5:", (double)NAN, NULL},
    {"@1", (double)NAN, NULL},
    {"@1:2", (double)NAN, NULL},
    {"@1:", (double)NAN, NULL},
};

START_TEST(holds_over_within_the_limit_of_max_error)
{
    lose_all();
    give(&offset_check, "max_error", NULL, given[_i].limit);
    judge(&sync_check);
    if (isnan(given[_i].holdover)) {
        ck_assert(isnan(measured("holdover")));
        ck_assert_uint_eq(result.reason_count, 1);
    } else {
        ck_assert_double_eq_tol(measured("holdover"), given[_i].holdover, 1e-6);
        assert_reason(STATE_OK, given[_i].text);
    }
}
END_TEST

START_TEST(holds_over_without_a_limit_of_max_error)
{
    lose_all();
    settings_find(&settings, find_metric(&offset_check, "max_error"))
        ->limits.critical.set = false;
    judge(&sync_check);
    ck_assert(isnan(measured("holdover")));
}
END_TEST

/* The plugin that has the sync check alone has the limit, too, and its default. */
START_TEST(heeds_the_limit_without_the_offset_check)
{
    static const struct check *const sync[] = {&sync_check};

    judging_begin(sync, 1);
    lose_all();
    judge(&sync_check);
    assert_holdover(0.25 / 1.75e-6);
    give(&offset_check, "max_error", NULL, "2s");
    judge(&sync_check);
    assert_holdover(1.25 / 1.75e-6);
    ck_assert_ptr_eq(sync_check.heeds, find_metric(&offset_check, "max_error"));
}
END_TEST

/* A preset is a limit of max_error like any other. */
START_TEST(holds_over_within_a_preset)
{
    lose_all();
    snapshot.tracking.offset = snapshot.tracking.root_delay = 0;
    snapshot.tracking.root_dispersion = 0.0325;
    settings.preset = 1;
    offset_check.settle(&settings);
    judge(&sync_check);
    assert_holdover(0.0175 / 1.75e-6);
    assert_reason(STATE_OK, "in holdover, within 50 ms for another 2.78 h");
}
END_TEST

/* Worlds in which there is no holdover to tell of. */

static void select_one(void)
{
    sources[4].data.state = SOURCE_SELECTED;
    sources[4].data.reach = 0377;
}

static void follow_the_local_reference(void)
{
    snapshot.tracking.reference_id = REFERENCE_ID_LOCAL;
    snapshot.tracking.address = (struct ip_address){.family = IP_UNSPECIFIED};
}

static void allow_the_local_reference(void)
{
    follow_the_local_reference();
    settings.allow_local = true;
}

static void lose_synchronisation(void)
{
    snapshot.tracking.leap_status = LEAP_UNSYNCHRONISED;
}

static void read_half_of_the_list(void)
{
    snapshot.sources_whole = false;
}

static void read_no_list(void)
{
    snapshot.sources_error = SESSION_TIMEOUT;
}

static void read_no_tracking(void)
{
    snapshot.tracking_error = SESSION_TIMEOUT;
}

static void (*const steered[])(void) = {
    select_one,           follow_the_local_reference, allow_the_local_reference,
    lose_synchronisation, read_half_of_the_list,      read_no_list,
    read_no_tracking,
};

START_TEST(tells_no_holdover)
{
    lose_all();
    give(&sync_check, "holdover", "1000d:", "999d:");
    steered[_i]();
    judge(&sync_check);
    ck_assert(isnan(measured("holdover")));
    for (size_t i = 0; i < result.reason_count; i++)
        ck_assert_ptr_null(strstr(result.reasons[i].text, "holdover"));
}
END_TEST

/* Sources that answer, but are not selected, steer nothing. */
START_TEST(holds_over_while_none_is_selected)
{
    lose_all();
    set_sources(5, SOURCE_NOT_SELECTABLE, 0377, 1);
    ck_assert_int_eq(judge(&sync_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "no source is selected");
    assert_holdover(0.25 / 1.75e-6);
    set_sources(0, 0, 0, 0);
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
    assert_holdover(0.25 / 1.75e-6);
}
END_TEST

static const struct {
    const char *warning, *critical;
    enum state state;
    const char *text; /* NULL: nothing is said */
} holdover_limits[] = {
    {NULL, NULL, STATE_OK, NULL},
    {"1d:", "1h:", STATE_OK, NULL},
    {"2d:", "1h:", STATE_WARNING, "holdover 142857.143 s (warning limit 172800 s:)"},
    {"4d:", "2d:", STATE_CRITICAL, "holdover 142857.143 s (critical limit 172800 s:)"},
};

START_TEST(limits_holdover)
{
    lose_all();
    give(&sync_check, "holdover", holdover_limits[_i].warning,
         holdover_limits[_i].critical);
    /* Nothing else is the matter but that no source is selected. */
    set_sources(5, SOURCE_SELECTABLE, 0377, 1);
    judge(&sync_check);
    if (holdover_limits[_i].text)
        assert_reason(holdover_limits[_i].state, holdover_limits[_i].text);
    ck_assert_uint_eq(result.reason_count, holdover_limits[_i].text ? 3 : 2);
}
END_TEST

/* --- all of it --- */

static TCase *agreement_tests(void)
{
    TCase *tcase = tcase_create("agreement");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    add_table_test(tcase, tells_how_many_may_lie, survivable);
    add_table_test(tcase, counts_no_bad_source_as_a_vote, worsen);
    add_table_test(tcase, settles_the_default_of_survivable, enough);
    tcase_add_test(tcase, keeps_a_given_critical_limit_of_survivable);
    tcase_add_test(tcase, settles_nothing_that_is_not_there);
    add_table_test(tcase, measures_the_spread, spreads);
    add_table_test(tcase, spreads_over_no_bad_source, worsen);
    tcase_add_test(tcase, spreads_over_reference_clocks);
    tcase_add_test(tcase, limits_the_spread);
    add_table_test(tcase, counts_missed_polls, polls);
    add_table_test(tcase, misses_no_polls_of_bad_sources, worsen);
    tcase_add_test(tcase, names_the_source_that_is_worst_heard);
    tcase_add_test(tcase, says_nothing_of_polls_without_a_limit);
    return tcase;
}

static TCase *operator_tests(void)
{
    TCase *tcase = tcase_create("operators");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    add_table_test(tcase, counts_operators, groups);
    tcase_add_test(tcase, counts_each_reference_clock);
    add_table_test(tcase, counts_no_operator_of_bad_sources, worsen);
    tcase_add_test(tcase, limits_operators);
    tcase_add_test(tcase, counts_no_operators_without_all_names);
    tcase_add_test(tcase, explains_missing_sources_to_operators);
    return tcase;
}

static TCase *condition_tests(void)
{
    TCase *tcase = tcase_create("starting and not used");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    tcase_add_test(tcase, knows_every_beginning);
    add_table_test(tcase, begins_only_what_is_not_selectable, begun);
    tcase_add_test(tcase, says_starting);
    tcase_add_test(tcase, starts_a_reference_clock);
    tcase_add_test(tcase, says_why_a_source_is_not_used);
    tcase_add_test(tcase, does_not_know_why_without_a_report);
    tcase_add_test(tcase, says_only_that_it_is_unreachable);
    tcase_add_test(tcase, asks_why_only_for_the_table);
    return tcase;
}

static TCase *holdover_tests(void)
{
    TCase *tcase = tcase_create("holdover");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    add_table_test(tcase, tells_how_long_it_holds_over, holdovers);
    tcase_add_test(tcase, tells_no_endless_holdover);
    add_table_test(tcase, holds_over_within_the_limit_of_max_error, given);
    tcase_add_test(tcase, holds_over_without_a_limit_of_max_error);
    tcase_add_test(tcase, heeds_the_limit_without_the_offset_check);
    tcase_add_test(tcase, holds_over_within_a_preset);
    add_table_test(tcase, tells_no_holdover, steered);
    tcase_add_test(tcase, holds_over_while_none_is_selected);
    add_table_test(tcase, limits_holdover, holdover_limits);
    return tcase;
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("ahead");

    suite_add_tcase(suite, agreement_tests());
    suite_add_tcase(suite, operator_tests());
    suite_add_tcase(suite, condition_tests());
    suite_add_tcase(suite, holdover_tests());
    return suite;
}
