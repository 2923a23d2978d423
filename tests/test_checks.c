/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Each judgement, from literal snapshots: what chronyd says, and what must be said of it.
 */
#include "judging.h"
#include "runner.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { SYNC, OFFSET, STRATUM, LEAP, SOURCES, CHECKS };

static const struct check *const checks[CHECKS] = {
    &sync_check, &offset_check, &stratum_check, &leap_check, &sources_check};

static void setup(void)
{
    judging_begin(checks, CHECKS);
}

/* --- the states that a chronyd can be in, and all five judgements of each --- */

static void good(void)
{
}

static void not_synchronised(void)
{
    snapshot.tracking = (struct tracking){
        .leap_status = LEAP_UNSYNCHRONISED, .root_delay = 1, .root_dispersion = 1};
}

static void never_answered(void)
{
    not_synchronised();
    set_sources(1, SOURCE_NOT_SELECTABLE, 0, NEVER);
}

static void no_sources(void)
{
    not_synchronised();
    set_sources(0, 0, 0, 0);
}

static void no_majority(void)
{
    not_synchronised();
    set_sources(2, SOURCE_FALSETICKER, 0xff, 1);
}

static void local_only(void)
{
    snapshot.tracking = (struct tracking){.reference_id = REFERENCE_ID_LOCAL,
                                          .stratum = 10,
                                          .reference_time = {1795396583, 0}};
    set_sources(0, 0, 0, 0);
}

static void local_allowed(void)
{
    local_only();
    settings.allow_local = true;
}

/* Tracking stays as it was for ever; only the sources tell. */
static void all_lost(void)
{
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, 139);
}

/* Until its next poll chronyd goes on calling them selected. */
static void all_lost_but_selected(void)
{
    for (size_t i = 0; i < 5; i++)
        sources[i].data.reach = 0;
}

static void one_falseticker(void)
{
    sources[4].data.state = SOURCE_FALSETICKER;
    sources[4].data.offset = -0.5;
}

/* +90, -90 and 0 ms: an average would say that all is well. */
static void disagreeing(void)
{
    not_synchronised();
    set_sources(3, SOURCE_FALSETICKER, 0xff, 1);
    sources[0].data.offset = 0.09;
    sources[1].data.offset = -0.09;
    sources[2].data.offset = 0;
}

static void none_selected(void)
{
    set_sources(5, SOURCE_NOT_SELECTABLE, 0xff, 31);
}

static void outlier(void)
{
    for (size_t i = 1; i < 5; i++)
        sources[i].data.state = SOURCE_SELECTABLE;
}

static void far_off(void)
{
    snapshot.tracking.offset = 0.25;
}

static void high_stratum(void)
{
    snapshot.tracking.stratum = 10;
    set_sources(1, SOURCE_SELECTED, 0xff, 1);
}

static void stratum_16(void)
{
    snapshot.tracking.stratum = 16;
}

static void one_clock(void)
{
    set_sources(1, SOURCE_SELECTED, 0xff, 1);
    sources[0].data.mode = MODE_REFERENCE_CLOCK;
}

static void names_unresolved(void)
{
    for (size_t i = 1; i < 5; i++) {
        sources[i].data.address.family = IP_ID;
        sources[i].data.state = SOURCE_NOT_SELECTABLE;
        sources[i].data.reach = 0;
        sources[i].data.since_sample = NEVER;
    }
}

static void all_unresolved(void)
{
    names_unresolved();
    sources[0] = sources[1];
}

static void leap_pending(void)
{
    snapshot.tracking.leap_status = LEAP_INSERT;
}

static void unknown_leap(void)
{
    snapshot.tracking.leap_status = 7;
}

static void unknown_leap_of_no_stratum(void)
{
    unknown_leap();
    snapshot.tracking.stratum = 16;
}

static void unknown_state(void)
{
    set_sources(5, 77, 0xff, 1);
}

/* An NTP server at 127.127.1.1 has the same reference id, but it also has an address. */
static void server_like_local(void)
{
    snapshot.tracking.reference_id = REFERENCE_ID_LOCAL;
    snapshot.tracking.address = (struct ip_address){IP_V4, {127, 127, 1, 1}};
}

static const struct {
    void (*make)(void);
    enum state states[CHECKS];
} worlds[] = {
    /* sync, offset, stratum, leap, sources */
    {good, {0, 0, 0, 0, 0}},
    {never_answered, {2, 2, 2, 2, 2}},
    {no_sources, {2, 2, 2, 2, 2}},
    {no_majority, {2, 2, 2, 2, 2}},
    {local_only, {2, 2, 2, 0, 2}},
    {local_allowed, {0, 0, 0, 0, 0}},
    {all_lost, {2, 1, 0, 0, 2}},
    {all_lost_but_selected, {2, 1, 0, 0, 2}},
    {one_falseticker, {0, 0, 0, 0, 1}},
    {disagreeing, {2, 2, 2, 2, 2}},
    {none_selected, {1, 1, 0, 0, 2}},
    {outlier, {0, 0, 0, 0, 0}},
    {far_off, {0, 2, 0, 0, 0}},
    {high_stratum, {0, 0, 2, 0, 1}},
    {stratum_16, {2, 2, 2, 2, 0}},
    {one_clock, {0, 0, 0, 0, 1}},
    {names_unresolved, {0, 0, 0, 0, 1}},
    {all_unresolved, {2, 1, 0, 0, 2}},
    {leap_pending, {0, 0, 0, 1, 0}},
    {unknown_leap, {3, 3, 3, 3, 0}},
    {unknown_leap_of_no_stratum, {2, 2, 2, 2, 0}},
    {unknown_state, {1, 1, 0, 0, 2}},
    {server_like_local, {0, 0, 0, 0, 0}},
};

START_TEST(judges_worlds)
{
    worlds[_i].make();
    for (size_t i = 0; i < CHECKS; i++)
        ck_assert_msg(judge(checks[i]) == worlds[_i].states[i],
                      "world %d, %s: %s instead of %s", _i, checks[i]->name,
                      state_name(result_state(&result)),
                      state_name(worlds[_i].states[i]));
}
END_TEST

/* Nothing that looks perfect is measured of a clock that is not to be trusted. */
static void (*const untrusted[])(void) = {never_answered, no_sources, no_majority,
                                          local_only, stratum_16};

START_TEST(measures_no_untrusted_clock)
{
    untrusted[_i]();
    judge(&offset_check);
    ck_assert_uint_eq(result.measurement_count, 0);
    judge(&stratum_check);
    ck_assert_uint_eq(result.measurement_count, 0);
}
END_TEST

/* --- a report that is missing --- */

static const struct {
    enum session_error error;
    enum state timeout_state, state;
    const char *text;
} missing[] = {
    {SESSION_REFUSED, STATE_UNKNOWN, STATE_CRITICAL,
     "connection refused: 127.0.0.1 port 323: is chronyd running? see its service and "
     "log, and cmdport and bindcmdaddress in chrony.conf"},
    {SESSION_TIMEOUT, STATE_CRITICAL, STATE_CRITICAL,
     "no reply from 127.0.0.1 port 323 within 5 s: chronyd hangs, its cmdallow or "
     "bindcmdaddress does not admit this host, its cmdratelimit is tight, or a firewall "
     "drops UDP"},
    {SESSION_TIMEOUT, STATE_UNKNOWN, STATE_UNKNOWN,
     "no reply from 127.0.0.1 port 323 within 5 s: chronyd hangs, its cmdallow or "
     "bindcmdaddress does not admit this host, its cmdratelimit is tight, or a firewall "
     "drops UDP"},
    {SESSION_UNREACHABLE, STATE_WARNING, STATE_WARNING,
     "cannot be reached: 127.0.0.1 port 323: there is no route from this host, or "
     "a rule "
     "of this host forbids it"},
    {SESSION_NO_SOCKET, STATE_UNKNOWN, STATE_CRITICAL,
     "no such socket: 127.0.0.1 port 323: is chronyd running? see bindcmdaddress in "
     "chrony.conf "
     "for the path"},
    {SESSION_STALE, STATE_UNKNOWN, STATE_CRITICAL,
     "nobody listens on the socket any more: 127.0.0.1 port 323: chronyd ended without "
     "removing "
     "it, see its service and log"},
    {SESSION_FORBIDDEN, STATE_CRITICAL, STATE_UNKNOWN,
     "this user may not use the socket: 127.0.0.1 port 323: run the plugin as the user "
     "of "
     "chronyd, or as root that may become it"},
    {SESSION_NOT_DATAGRAM, STATE_CRITICAL, STATE_UNKNOWN,
     "not a datagram socket: 127.0.0.1 port 323: give the path of bindcmdaddress in "
     "chrony.conf"},
    {SESSION_NO_PLACE, STATE_CRITICAL, STATE_UNKNOWN,
     "no file can be made beside the socket: 127.0.0.1 port 323: is its directory "
     "read-only here? "
     "make it writable, or ask over UDP"},
    {SESSION_SHARED, STATE_CRITICAL, STATE_UNKNOWN,
     "others may write to the directory of the socket: 127.0.0.1 port 323: chronyd "
     "itself would "
     "not use it, take the write permission away"},
    {SESSION_NOT_AUTHORISED, STATE_CRITICAL, STATE_UNKNOWN,
     "chronyd's tracking report: not authorised: add it to opencommands in chrony.conf "
     "(chrony 4.7 and later), or run the plugin as the user of chronyd"},
    {SESSION_NOT_SUPPORTED, STATE_CRITICAL, STATE_UNKNOWN,
     "chronyd's tracking report: chronyd is too old for it (it needs chrony 1.19): "
     "chronyd and this plugin are "
     "too far "
     "apart, update the older one"},
    {SESSION_OTHER_VERSION, STATE_CRITICAL, STATE_UNKNOWN,
     "chronyd's tracking report: another protocol version (7, not 6): chronyd and this "
     "plugin "
     "are too far apart, update the older one"},
    {SESSION_NEWER_DAEMON, STATE_CRITICAL, STATE_UNKNOWN,
     "chronyd's tracking report: chronyd is newer than this program: chronyd and this "
     "plugin "
     "are too far apart, update the older one"},
    {SESSION_IMPLAUSIBLE, STATE_CRITICAL, STATE_UNKNOWN,
     "chronyd's tracking report: implausible value: see the log of chronyd"},
    {SESSION_OTHER_STATUS, STATE_CRITICAL, STATE_UNKNOWN,
     "chronyd's tracking report: chronyd reports a failure (status 65535): see the log "
     "of "
     "chronyd"},
};

START_TEST(explains_missing_tracking)
{
    snapshot.tracking_error = missing[_i].error;
    snapshot.other_version = 7;
    snapshot.other_status = 65535;
    settings.timeout_state = missing[_i].timeout_state;
    for (size_t i = SYNC; i <= LEAP; i++) {
        ck_assert_int_eq(judge(checks[i]), missing[_i].state);
        assert_reason(missing[_i].state, missing[_i].text);
        ck_assert_uint_eq(result.reason_count, 1);
        ck_assert_uint_eq(result.measurement_count, 0);
    }
}
END_TEST

START_TEST(explains_missing_sources)
{
    snapshot.sources_error = SESSION_NOT_AUTHORISED;
    ck_assert_int_eq(judge(&sources_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN,
                  "chronyd's sources report: not authorised: add it to opencommands in "
                  "chrony.conf (chrony 4.7 and later), or run the plugin as the user of "
                  "chronyd");
    ck_assert_int_eq(judge(&sync_check), STATE_UNKNOWN);
    /* The offset is still measured: less is said, not nothing. */
    ck_assert_int_eq(judge(&offset_check), STATE_UNKNOWN);
    ck_assert_double_eq(measured("offset"), -0.34e-6);
}
END_TEST

/* With --allow-local, tracking decides which limits hold: its absence is told. */
START_TEST(says_that_the_local_reference_is_not_known)
{
    local_allowed();
    snapshot.tracking_error = SESSION_NOT_AUTHORISED;
    judge(&sources_check);
    ck_assert_ptr_nonnull(
        strstr(result.reasons[0].text, "chronyd's tracking report: not authorised"));
}
END_TEST

static const struct {
    size_t count;
    const char *text;
} ignored[] = {
    {0, " within 5 s: chronyd hangs"},
    {1, " within 5 s (1 other datagram ignored): chronyd hangs"},
    {7, " within 5 s (7 other datagrams ignored): chronyd hangs"},
};

START_TEST(counts_what_was_ignored)
{
    snapshot.tracking_error = SESSION_TIMEOUT;
    snapshot.ignored = ignored[_i].count;
    judge(&leap_check);
    ck_assert_ptr_nonnull(strstr(result.reasons[0].text, ignored[_i].text));
}
END_TEST

/* A row for each error: none is OK, and each has a remedy. */
START_TEST(knows_every_error)
{
    for (int error = SESSION_TIMEOUT; error <= SESSION_OTHER_STATUS; error++) {
        snapshot.tracking_error = (enum session_error)error;
        settings.timeout_state = STATE_WARNING;
        ck_assert_int_ne(judge(&leap_check), STATE_OK);
        ck_assert_ptr_null(strstr(result.reasons[0].text, "(null)"));
    }
}
END_TEST

START_TEST(counts_sources_that_answered)
{
    snapshot.answered = true;
    snapshot.sources_error = SESSION_TIMEOUT;
    snapshot.source_total = 5;
    snapshot.source_answered = 3;
    ck_assert_int_eq(judge(&sources_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN, "3 of 5 sources answered within 5 s; rate limited? see "
                                 "cmdratelimit in chrony.conf");
    snapshot.tracking_error = SESSION_TIMEOUT;
    ck_assert_int_eq(judge(&stratum_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN,
                  "chronyd's tracking report: no reply within 5 s, others came; "
                  "rate limited? see cmdratelimit in chrony.conf");
}
END_TEST

/* --- offset --- */

START_TEST(measures_offset)
{
    ck_assert_int_eq(judge(&offset_check), STATE_OK);
    ck_assert_double_eq(measured("offset"), -0.34e-6);
    ck_assert_double_eq_tol(measured("max_error"), 0.34e-6 + 0x1p-19 + 0x1p-19, 1e-18);
    ck_assert_double_eq(measured("last_offset"), -0x1p-20);
    ck_assert_double_eq(measured("rms_offset"), 0x1p-21);
    ck_assert_double_eq(measured("frequency_ppm"), -25.5);
    ck_assert_double_eq(measured("skew_ppm"), 0.5);
    ck_assert_double_eq(measured("root_delay"), 0x1p-18);
    ck_assert_double_eq(measured("root_dispersion"), 0x1p-19);
    ck_assert_uint_eq(result.measurement_count, 8);
    assert_reason(STATE_OK, "clock is 0.34 us behind true time, at most 4.15 us off");
}
END_TEST

START_TEST(says_ahead)
{
    snapshot.tracking.offset = 0.02;
    ck_assert_int_eq(judge(&offset_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "offset 0.02 s (warning limit -0.01:0.01 s)");
    assert_reason(STATE_OK, "clock is 20 ms ahead of true time, at most 20 ms off");
}
END_TEST

/* Offset and max_error at their default limits, and just beyond. */
static const struct {
    double offset, root_dispersion;
    enum state state;
} offsets[] = {
    {0.01, 0, STATE_OK},       {0.011, 0, STATE_WARNING},   {-0.011, 0, STATE_WARNING},
    {-0.1, 0, STATE_WARNING},  {-0.101, 0, STATE_CRITICAL}, {0.101, 0, STATE_CRITICAL},
    {0, 0.19, STATE_OK},       {0, 0.21, STATE_WARNING},    {0, 0.99, STATE_WARNING},
    {0, 1.01, STATE_CRITICAL}, {1e9, 0, STATE_CRITICAL},
};

START_TEST(limits_offset)
{
    snapshot.tracking.offset = offsets[_i].offset;
    snapshot.tracking.root_dispersion = offsets[_i].root_dispersion;
    snapshot.tracking.root_delay = 0;
    ck_assert_int_eq(judge(&offset_check), offsets[_i].state);
}
END_TEST

static const struct {
    const char *name;
    double warning, critical;
} presets[] = {
    {"none", 0.2, 1},
    {"finra", 0.04, 0.05},
    {"cat-participant", 80e-6, 100e-6},
    {"mifid-hft", 80e-6, 100e-6},
    {"mifid-1ms", 0.8e-3, 1e-3},
    {"mifid-1s", 0.8, 1},
    {"ceph", 0.04, 0.05},
};

START_TEST(knows_presets)
{
    const struct option_row *row = offset_check.options;
    const struct metric *metric = find_metric(&offset_check, "max_error");
    struct metric_limits limits;

    ck_assert_str_eq(row->name, "preset");
    ck_assert_str_eq(row->choices[_i], presets[_i].name);
    settings.preset = (unsigned)_i;
    offset_check.settle(&settings);
    limits = settings_limits(&settings, metric);
    ck_assert_double_eq_tol(limits.limits.warning.end, presets[_i].warning, 1e-12);
    ck_assert_double_eq_tol(limits.limits.critical.end, presets[_i].critical, 1e-12);
}
END_TEST

START_TEST(prefers_given_limits_to_presets)
{
    struct metric_limits limits;

    settings.preset = 1;
    give(&offset_check, "max_error", "1ms", "2ms");
    limits = settings_limits(&settings, find_metric(&offset_check, "max_error"));
    ck_assert_double_eq(limits.limits.warning.end, 1e-3);
    ck_assert_double_eq(limits.limits.critical.end, 2e-3);
}
END_TEST

START_TEST(tells_holdover)
{
    all_lost();
    sources[0].data.since_sample = 31; /* the one that was followed */
    ck_assert_int_eq(judge(&offset_check), STATE_WARNING);
    assert_reason(STATE_WARNING,
                  "in holdover for 31 s: no source is selected, the numbers are "
                  "chronyd's estimate");
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, NEVER);
    judge(&offset_check);
    assert_reason(STATE_WARNING,
                  "in holdover for an unknown time: no source is selected, the "
                  "numbers are chronyd's estimate");
}
END_TEST

/* --- sync --- */

START_TEST(names_the_selected_source)
{
    judge(&sync_check);
    assert_reason(STATE_OK, "synchronised to 127.0.0.11");
    snprintf(sources[0].name, sizeof sources[0].name, "ntp1.example.net");
    judge(&sync_check);
    assert_reason(STATE_OK, "synchronised to ntp1.example.net");
}
END_TEST

START_TEST(says_what_is_not_heard)
{
    all_lost();
    judge(&sync_check);
    assert_reason(STATE_CRITICAL, "all sources are unreachable (5)");
    all_unresolved();
    judge(&sync_check);
    assert_reason(STATE_CRITICAL, "no source has an address (5 unresolved)");
    set_sources(0, 0, 0, 0);
    judge(&sync_check);
    assert_reason(STATE_CRITICAL, "chronyd has no source");
}
END_TEST

/* Lost sources are lost, however much the local reference is allowed. */
START_TEST(does_not_forgive_lost_sources)
{
    local_allowed();
    set_sources(2, SOURCE_NOT_SELECTABLE, 0, 139);
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
    set_sources(2, SOURCE_NOT_SELECTABLE, 1, 139);
    ck_assert_int_eq(judge(&sync_check), STATE_WARNING);
}
END_TEST

/* Limits follow the longest poll of the sources in use: 4 and 10 times 2^poll, at least
 * 300 s. */
static const struct {
    int16_t poll;
    uint32_t age;
    enum state state;
    double warning, critical; /* 0: none */
} ages[] = {
    {-2, 300, STATE_OK, 0, 300},
    {-2, 301, STATE_CRITICAL, 0, 300},
    {4, 300, STATE_OK, 0, 300},
    {5, 301, STATE_WARNING, 300, 320},
    {6, 300, STATE_OK, 300, 640},
    {6, 301, STATE_WARNING, 300, 640},
    {6, 641, STATE_CRITICAL, 300, 640},
    {10, 2063, STATE_OK, 4096, 10240},
    {10, 4097, STATE_WARNING, 4096, 10240},
    {10, 10241, STATE_CRITICAL, 4096, 10240},
};

START_TEST(limits_age)
{
    for (size_t i = 0; i < 5; i++) {
        sources[i].data.poll = i ? -2 : ages[_i].poll;
        sources[i].data.since_sample = ages[_i].age + (uint32_t)i;
    }
    ck_assert_int_eq(judge(&sync_check), ages[_i].state);
    ck_assert_double_eq(measured("update_age"), ages[_i].age);
    ck_assert_int_eq(result.measurements[0].limits.warning.set, ages[_i].warning > 0);
    if (ages[_i].warning > 0)
        ck_assert_double_eq(result.measurements[0].limits.warning.end, ages[_i].warning);
    ck_assert_double_eq(result.measurements[0].limits.critical.end, ages[_i].critical);
}
END_TEST

/* A selectable source that is not in use is neither asked for its age nor for its poll.
 */
START_TEST(takes_the_age_of_sources_in_use)
{
    sources[4].data.state = SOURCE_SELECTABLE;
    sources[4].data.since_sample = 1;
    sources[4].data.poll = 17;
    judge(&sync_check);
    ck_assert_double_eq(measured("update_age"), 10);
    ck_assert_double_eq(result.measurements[0].limits.critical.end, 640);
}
END_TEST

/* Nothing is in use: what a source says that is never used (noselect) does not matter. */
START_TEST(takes_the_age_of_the_source_that_was_followed)
{
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, 700);
    sources[4].data.reach = 0xff;
    sources[4].data.since_sample = 1;
    sources[4].data.poll = 17;
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
    ck_assert_double_eq(measured("update_age"), 700);
    ck_assert_double_eq(result.measurements[1].limits.critical.end, 640);
    make_reference_clock(&sources[2], "PPS");
    sources[2].data.since_sample = 800;
    snapshot.tracking.address = (struct ip_address){.family = IP_UNSPECIFIED};
    snapshot.tracking.reference_id = 0x50505300;
    judge(&sync_check);
    ck_assert_double_eq(measured("update_age"), 800);
}
END_TEST

/* It is no longer there, and no other may stand for it. */
START_TEST(takes_the_age_of_the_update_when_the_followed_one_has_gone)
{
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, 700);
    sources[3].data.since_sample = 4;
    snapshot.tracking.address.bytes[3] = 99;
    snapshot.tracking.reference_time.nanoseconds = 0;
    snapshot.taken = (double)snapshot.tracking.reference_time.seconds + 641;
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
    ck_assert_double_eq(measured("update_age"), 641);
    set_sources(0, 0, 0, 0);
    judge(&sync_check);
    ck_assert_double_eq(measured("update_age"), 641);
}
END_TEST

/* Nothing was ever followed: the newest sample of all is the best that there is. */
START_TEST(takes_the_age_of_all_before_the_first_update)
{
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, 700);
    sources[3].data.since_sample = 400;
    snapshot.tracking.address = (struct ip_address){.family = IP_UNSPECIFIED};
    snapshot.tracking.reference_id = 0;
    snapshot.taken = (double)snapshot.tracking.reference_time.seconds + 641;
    judge(&sync_check);
    ck_assert_double_eq(measured("update_age"), 400);
    snapshot.tracking.reference_id = REFERENCE_ID_LOCAL;
    judge(&sync_check);
    ck_assert_double_eq(measured("update_age"), 400);
}
END_TEST

START_TEST(takes_given_ages)
{
    give(&sync_check, "update_age", "5", "20");
    ck_assert_int_eq(judge(&sync_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "update_age 10 s (warning limit 5 s)");
    give(&sync_check, "update_age", "1", "5");
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
}
END_TEST

/* The critical limit follows the poll interval until one is given, too. */
START_TEST(keeps_the_critical_age)
{
    give(&sync_check, "update_age", "1h", NULL);
    set_sources(5, SOURCE_COMBINED, 0xff, 641);
    sources[0].data.state = SOURCE_SELECTED;
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
    give(&sync_check, "update_age", NULL, "2h");
    ck_assert_int_eq(judge(&sync_check), STATE_OK);
}
END_TEST

/* --- grace --- */

static const struct {
    uint16_t reach;
    uint32_t since;
    double span;
    bool starting; /* within 60 s of grace */
} starts[] = {
    {0, NEVER, NAN, false}, /* no sample ever: nothing would end the grace */
    {1, 5, 0, true},        /* the first sample */
    {1, 5, NAN, true},      /* the same, where spans are not told */
    {3, 5, NAN, false},     /* two samples: nobody can tell since when */
    {017, 5, 55, true},     /* four of four polls answered, 60 s after the first sample */
    {017, 5, 56, false},    /* 61 s */
    {0177, 5, 10, true},    /* seven polls */
    {0377, 5, 10, false},   /* eight: no longer starting */
    {016, 5, 10, false},    /* one was not answered */
    {0, 100, 10, false},    /* lost */
};

START_TEST(knows_who_is_starting)
{
    not_synchronised();
    settings.grace = 60;
    set_sources(2, SOURCE_NOT_SELECTABLE, starts[_i].reach, starts[_i].since);
    sources[0].span = sources[1].span = starts[_i].span;
    for (size_t i = SYNC; i <= LEAP; i++)
        ck_assert_int_eq(judge(checks[i]),
                         starts[_i].starting ? STATE_WARNING : STATE_CRITICAL);
    ck_assert_int_eq(judge(&sources_check),
                     starts[_i].starting ? STATE_WARNING : STATE_CRITICAL);
    settings.grace = 0;
    ck_assert_int_eq(judge(&sync_check), STATE_CRITICAL);
}
END_TEST

START_TEST(tells_since_when_it_starts)
{
    not_synchronised();
    settings.grace = 60;
    set_sources(2, SOURCE_NOT_SELECTABLE, 3, 5);
    sources[0].span = 2;
    sources[1].span = 4;
    judge(&sync_check);
    assert_reason(STATE_WARNING, "not synchronised yet: first sample 9 s ago");
}
END_TEST

/* Given limits and required sources are no harder on a chronyd that is starting. */
START_TEST(forgives_who_is_starting)
{
    settings.grace = 60;
    settings.required.texts[0] = "127.0.0.99";
    settings.required.count = 1;
    set_sources(2, SOURCE_NOT_SELECTABLE, 1, 5);
    give(&sources_check, "good", "~:", "2:");
    give(&sources_check, "combined", NULL, "2:");
    ck_assert_int_eq(judge(&sources_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "combined 0 (warning limit 2:)");
    assert_reason(STATE_WARNING, "required source 127.0.0.99 is not among the sources");
    settings.grace = 0;
    ck_assert_int_eq(judge(&sources_check), STATE_CRITICAL);
}
END_TEST

/* Who heeds it lets it be given. */
START_TEST(offers_grace)
{
    for (size_t i = 0; i < CHECKS; i++) {
        const struct option_row *row = checks[i]->options;

        while (row->name && strcmp(row->name, "grace") != 0)
            row++;
        ck_assert_msg(row->name, "%s has no --grace", checks[i]->name);
    }
}
END_TEST

/* --- stratum and leap --- */

static const struct {
    uint16_t stratum;
    enum state state;
    const char *text;
} strata[] = {
    {1, STATE_OK, "stratum 1"},
    {5, STATE_OK, "stratum 5"},
    {6, STATE_WARNING, "stratum 6 (warning limit 1:5)"},
    {9, STATE_WARNING, "stratum 9 (warning limit 1:5)"},
    {10, STATE_CRITICAL, "stratum 10 (critical limit 1:9)"},
    {0, STATE_CRITICAL, "not synchronised: chronyd has no time to offer"},
    {16, STATE_CRITICAL, "not synchronised: chronyd has no time to offer"},
};

START_TEST(limits_a_local_stratum_as_given)
{
    local_allowed();
    give(&stratum_check, "stratum", "1:7", NULL);
    ck_assert_int_eq(judge(&stratum_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "stratum 10 (warning limit 1:7)");
}
END_TEST

START_TEST(limits_stratum)
{
    snapshot.tracking.stratum = strata[_i].stratum;
    ck_assert_int_eq(judge(&stratum_check), strata[_i].state);
    assert_reason(strata[_i].state, strata[_i].text);
    ck_assert_uint_eq(result.reason_count, 1);
}
END_TEST

/* However wide the limits: 0 and 16 are no strata. */
START_TEST(never_accepts_stratum_0_and_16)
{
    give(&stratum_check, "stratum", "~:", "~:");
    snapshot.tracking.stratum = 0;
    ck_assert_int_eq(judge(&stratum_check), STATE_CRITICAL);
    snapshot.tracking.stratum = 16;
    ck_assert_int_eq(judge(&stratum_check), STATE_CRITICAL);
}
END_TEST

static const struct {
    uint16_t leap_status;
    int64_t seconds;
    const char *text;
} leaps[] = {
    {LEAP_INSERT, 1798761599,
     "a leap second will be inserted at the end of 2026-12-31 UTC"},
    {LEAP_INSERT, 1798675200,
     "a leap second will be inserted at the end of 2026-12-31 UTC"},
    {LEAP_DELETE, 1782777600,
     "a leap second will be deleted at the end of 2026-06-30 UTC"},
    {LEAP_INSERT, 0, "a leap second will be inserted at the end of the day"},
    {LEAP_INSERT, INT64_MAX, "a leap second will be inserted at the end of the day"},
};

START_TEST(announces_leap_seconds)
{
    static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL};

    snapshot.tracking.leap_status = leaps[_i].leap_status;
    snapshot.tracking.reference_time.seconds = leaps[_i].seconds;
    for (unsigned i = 0; i < 3; i++) {
        settings.pending = i;
        ck_assert_int_eq(judge(&leap_check), states[i]);
        assert_reason(states[i], leaps[_i].text);
        ck_assert_uint_eq(result.reason_count, 1);
    }
}
END_TEST

/* --- sources --- */

START_TEST(counts_sources)
{
    static const struct {
        const char *name;
        double count;
    } counts[] = {{"good", 3},        {"sources", 7},      {"combined", 2},
                  {"reachable", 5},   {"falsetickers", 1}, {"jittery", 1},
                  {"unreachable", 2}, {"unresolved", 1},   {"refclocks", 1}};

    snapshot.source_count = snapshot.source_total = 8;
    sources[2].data.state = SOURCE_FALSETICKER;
    sources[3].data.state = SOURCE_JITTERY;
    sources[4].data.state = SOURCE_SELECTABLE;
    sources[4].data.mode = MODE_REFERENCE_CLOCK;
    sources[3].data.mode = MODE_REFERENCE_CLOCK; /* jittery: it does not count */
    sources[5] = sources[6] = sources[7] = sources[0];
    sources[5].data.state = sources[6].data.state = sources[7].data.state =
        SOURCE_NOT_SELECTABLE;
    sources[5].data.reach = sources[6].data.reach = sources[7].data.reach = 0;
    sources[7].data.address.family = IP_ID;
    judge(&sources_check);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        ck_assert_msg(measured(counts[i].name) == counts[i].count, "%s is %g",
                      counts[i].name, measured(counts[i].name));
    assert_reason(STATE_OK,
                  "good sources: 3 of 7, 127.0.0.13 falseticker, 127.0.0.14 jittery and "
                  "2 more, 1 unresolved");
}
END_TEST

static const struct {
    size_t good, bad;
    enum state state;
} counts[] = {{3, 1, STATE_OK},      {4, 0, STATE_OK},      {3, 0, STATE_WARNING},
              {2, 2, STATE_WARNING}, {1, 3, STATE_WARNING}, {0, 4, STATE_CRITICAL}};

START_TEST(limits_sources)
{
    set_sources(counts[_i].good + counts[_i].bad, SOURCE_NOT_SELECTABLE, 1, 1);
    for (size_t i = 0; i < counts[_i].good; i++)
        sources[i].data.state = SOURCE_COMBINED;
    ck_assert_int_eq(judge(&sources_check), counts[_i].state);
}
END_TEST

START_TEST(says_when_there_are_too_many)
{
    snapshot.source_total = 5000;
    snapshot.sources_whole = false;
    ck_assert_int_eq(judge(&sources_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN, "chronyd has 5000 sources, only 1024 were read");
    /* The selected one may be among the others. */
    set_sources(5, SOURCE_NOT_SELECTABLE, 0, 139);
    snapshot.source_total = 5000;
    ck_assert_int_eq(judge(&sync_check), STATE_UNKNOWN);
    ck_assert_int_eq(judge(&offset_check), STATE_UNKNOWN);
    settings.required.texts[0] = "127.0.0.99";
    settings.required.count = 1;
    judge(&sources_check);
    assert_reason(STATE_UNKNOWN,
                  "required source 127.0.0.99 was not found among those that were read");
}
END_TEST

/* Names fit into the sentence, however long they are. */
START_TEST(cuts_no_number_off)
{
    for (size_t i = 0; i < 5; i++) {
        memset(sources[i].name, 'a', SOURCE_LABEL - 1);
        sources[i].data.state = SOURCE_NOT_SELECTABLE;
    }
    judge(&sources_check);
    ck_assert_ptr_nonnull(strstr(result.reasons[result.reason_count - 1].text,
                                 " not selectable and 3 more"));
}
END_TEST

static const struct {
    const char *source;
    enum state state;
    const char *text; /* NULL: nothing is said */
} required[] = {
    {"127.0.0.11", STATE_OK, NULL},
    {"2001:db8:0::1", STATE_OK, NULL},
    {"NTP1.example.net", STATE_OK, NULL},
    {"pool.example.net", STATE_OK, NULL},
    {"PPS", STATE_CRITICAL, "required source PPS is unreachable"},
    {"pps", STATE_CRITICAL, "required source pps is not among the sources"},
    {"80.80.83.0", STATE_CRITICAL, "required source 80.80.83.0 is not among the sources"},
    {"127.0.0.99", STATE_CRITICAL, "required source 127.0.0.99 is not among the sources"},
    {"127.0.0.14", STATE_CRITICAL, "required source 127.0.0.14 is falseticker"},
};

START_TEST(requires_sources)
{
    sources[1].data.address = (struct ip_address){IP_V6, {0x20, 1, 0xd, 0xb8, [15] = 1}};
    sources[2].data.address = (struct ip_address){IP_V4, {'P', 'P', 'S', 0}};
    sources[2].data.mode = MODE_REFERENCE_CLOCK;
    sources[2].data.state = SOURCE_NOT_SELECTABLE;
    sources[2].data.reach = 0;
    snprintf(sources[2].label, SOURCE_LABEL, "PPS");
    sources[3].data.state = SOURCE_FALSETICKER;
    snprintf(sources[0].name, SOURCE_LABEL, "ntp1.example.net");
    snprintf(sources[3].name, SOURCE_LABEL, "pool.example.net");
    snprintf(sources[4].name, SOURCE_LABEL, "pool.example.net");
    give(&sources_check, "falsetickers", "~:", NULL);
    settings.required.texts[0] = required[_i].source;
    settings.required.count = 1;
    ck_assert_int_eq(judge(&sources_check), required[_i].state);
    if (required[_i].text)
        assert_reason(required[_i].state, required[_i].text);
}
END_TEST

START_TEST(explains_missing_names)
{
    snapshot.names_error = SESSION_NOT_SUPPORTED;
    settings.required.texts[0] = "ntp1.example.net";
    settings.required.count = 1;
    ck_assert_int_eq(judge(&sources_check), STATE_UNKNOWN);
    assert_reason(
        STATE_UNKNOWN,
        "required source ntp1.example.net was not found, but chronyd did not tell all "
        "names (chronyd is too old for it): require its address");
    settings.required.texts[0] = "192.0.2.1";
    ck_assert_int_eq(judge(&sources_check), STATE_CRITICAL);
}
END_TEST

/* The adjusted offset is shown, not the one that was measured then; and a source that
 * gave no sample has none. */
START_TEST(tabulates_sources)
{
    const struct cell *row;

    sources[1].data.since_sample = NEVER;
    settings.verbose = true;
    judge(&sources_check);
    ck_assert_uint_eq(result.table_count, 1);
    ck_assert_uint_eq(result.tables[0].row_count, 5);
    row = result.tables[0].cells;
    ck_assert_str_eq(result.tables[0].columns[8].name, "offset");
    ck_assert_double_eq(row[8].number, -0x1p-20);
    row += result.tables[0].column_count;
    ck_assert(isnan(row[8].number) && isnan(row[7].number) && isnan(row[4].number));
}
END_TEST

/* --- needs --- */

START_TEST(needs_no_more_than_it_must)
{
    static const unsigned plain[CHECKS] = {NEED_TRACKING | NEED_SOURCES,
                                           NEED_TRACKING | NEED_SOURCES, NEED_TRACKING,
                                           NEED_TRACKING, NEED_SOURCES};

    for (size_t i = 0; i < CHECKS; i++)
        ck_assert_uint_eq(checks[i]->needs(&settings), plain[i]);
    settings.grace = 60;
    for (size_t i = 0; i < CHECKS; i++)
        ck_assert_uint_eq(checks[i]->needs(&settings),
                          plain[i] | NEED_SOURCES | NEED_SOURCE_STATS);
    settings.grace = 0;
    settings.verbose = true;
    ck_assert_uint_eq(sources_check.needs(&settings),
                      NEED_SOURCES | NEED_SOURCE_NAMES | NEED_SELECT_DATA);
    ck_assert_uint_eq(sync_check.needs(&settings),
                      NEED_TRACKING | NEED_SOURCES | NEED_SOURCE_NAMES);
}
END_TEST

static void add_clock_tests(TCase *tcase)
{
    add_table_test(tcase, judges_worlds, worlds);
    add_table_test(tcase, measures_no_untrusted_clock, untrusted);
    add_table_test(tcase, explains_missing_tracking, missing);
    tcase_add_test(tcase, explains_missing_sources);
    tcase_add_test(tcase, knows_every_error);
    tcase_add_test(tcase, counts_sources_that_answered);
    tcase_add_test(tcase, says_that_the_local_reference_is_not_known);
    add_table_test(tcase, counts_what_was_ignored, ignored);
    tcase_add_test(tcase, measures_offset);
    tcase_add_test(tcase, says_ahead);
    add_table_test(tcase, limits_offset, offsets);
    add_table_test(tcase, knows_presets, presets);
    tcase_add_test(tcase, prefers_given_limits_to_presets);
    tcase_add_test(tcase, tells_holdover);
    add_table_test(tcase, limits_stratum, strata);
    tcase_add_test(tcase, limits_a_local_stratum_as_given);
    tcase_add_test(tcase, never_accepts_stratum_0_and_16);
    add_table_test(tcase, announces_leap_seconds, leaps);
    tcase_add_test(tcase, needs_no_more_than_it_must);
}

static void add_source_tests(TCase *tcase)
{
    tcase_add_test(tcase, names_the_selected_source);
    tcase_add_test(tcase, says_what_is_not_heard);
    tcase_add_test(tcase, does_not_forgive_lost_sources);
    add_table_test(tcase, limits_age, ages);
    tcase_add_test(tcase, takes_the_age_of_sources_in_use);
    tcase_add_test(tcase, takes_the_age_of_the_source_that_was_followed);
    tcase_add_test(tcase, takes_the_age_of_the_update_when_the_followed_one_has_gone);
    tcase_add_test(tcase, takes_the_age_of_all_before_the_first_update);
    tcase_add_test(tcase, takes_given_ages);
    tcase_add_test(tcase, keeps_the_critical_age);
    add_table_test(tcase, knows_who_is_starting, starts);
    tcase_add_test(tcase, tells_since_when_it_starts);
    tcase_add_test(tcase, forgives_who_is_starting);
    tcase_add_test(tcase, offers_grace);
    tcase_add_test(tcase, counts_sources);
    add_table_test(tcase, limits_sources, counts);
    tcase_add_test(tcase, says_when_there_are_too_many);
    tcase_add_test(tcase, cuts_no_number_off);
    add_table_test(tcase, requires_sources, required);
    tcase_add_test(tcase, explains_missing_names);
    tcase_add_test(tcase, tabulates_sources);
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("checks");
    TCase *clock = tcase_create("clock"), *heard = tcase_create("sources");

    tcase_add_checked_fixture(clock, setup, judging_end);
    tcase_add_checked_fixture(heard, setup, judging_end);
    add_clock_tests(clock);
    add_source_tests(heard);
    suite_add_tcase(suite, clock);
    suite_add_tcase(suite, heard);
    return suite;
}
