/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is said of a server's clients, from literal snapshots. */
#include "judging.h"
#include "monitor/render.h"
#include "runner.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct check *const checks[] = {&server_check};

/* Of a busy server, as chrony 4.4 and later tells it. */
static const struct server_stats busy = {
    .ntp_received = 2000,
    .ntp_dropped = 5,
    .command_received = 400,
    .command_dropped = 3,
    .log_dropped = 0,
    .nts_ke_accepted = 40,
    .nts_ke_dropped = 1,
    .ntp_authenticated = 300,
    .ntp_interleaved = 500,
    .timestamps_held = 20,
    .timestamps_span = 3600,
    .daemon_receive_stamped = 10,
    .daemon_transmit_stamped = 20,
    .kernel_receive_stamped = 30,
    .kernel_transmit_stamped = 40,
    .hardware_receive_stamped = 60,
    .hardware_transmit_stamped = 90,
};

enum generation { SINCE_2_3, SINCE_4_0, SINCE_4_2, SINCE_4_4, GENERATIONS };

static void forget_what_is_newer(struct server_stats *stats, enum generation generation)
{
    if (generation < SINCE_4_4) {
        stats->daemon_receive_stamped = stats->daemon_transmit_stamped = NAN;
        stats->kernel_receive_stamped = stats->kernel_transmit_stamped = NAN;
        stats->hardware_receive_stamped = stats->hardware_transmit_stamped = NAN;
    }
    if (generation < SINCE_4_2)
        stats->ntp_interleaved = stats->timestamps_held = stats->timestamps_span = NAN;
    if (generation < SINCE_4_0)
        stats->nts_ke_accepted = stats->nts_ke_dropped = stats->ntp_authenticated = NAN;
}

static struct server_stats *const now = &snapshot.server_stats;
static struct server_stats *const before = &snapshot.earlier.server_stats;

static void setup(void)
{
    judging_begin(checks, COUNT(checks));
    snapshot.answered = true;
    *now = busy;
}

static enum state judge_server(void)
{
    return judge(&server_check);
}

/* A run was so many seconds before, when nothing was counted yet. */
static void recall(double seconds)
{
    snapshot.recalls = true;
    snapshot.interval = seconds;
    *before = (struct server_stats){0};
}

static void count_requests(double received, double dropped)
{
    now->ntp_received = received;
    now->ntp_dropped = dropped;
}

/* The only reason. */
static void assert_summary(const char *text)
{
    assert_reason(STATE_OK, text);
    ck_assert_uint_eq(result.reason_count, 1);
}

static void assert_measured(const char *name, double value)
{
    const double found = measured(name);

    if (isnan(value))
        ck_assert_msg(isnan(found), "%s is %g", name, found);
    else
        ck_assert_msg(fabs(found - value) <= 1e-12 * fabs(value), "%s is %.17g, not %g",
                      name, found, value);
}

/* --- what is measured of each layout --- */

static const struct {
    const char *name;
    double since_start[GENERATIONS];
} measurements[] = {
    {"ntp_drop_percent", {0.25, 0.25, 0.25, 0.25}},
    {"ntske_drop_percent", {NAN, 2.5, 2.5, 2.5}},
    {"cmd_drop_percent", {0.75, 0.75, 0.75, 0.75}},
    {"log_drops", {0, 0, 0, 0}},
    {"authenticated_percent", {NAN, 15, 15, 15}},
    {"interleaved_percent", {NAN, NAN, 25, 25}},
    {"hw_timestamp_percent", {NAN, NAN, NAN, 60}},
    {"ntp_request_rate", {NAN, NAN, NAN, NAN}},
    {"ntp_received_total", {2000, 2000, 2000, 2000}},
    {"ntp_dropped_total", {5, 5, 5, 5}},
    {"ntp_authenticated_total", {NAN, 300, 300, 300}},
    {"ntp_interleaved_total", {NAN, NAN, 500, 500}},
    {"ntske_accepted_total", {NAN, 40, 40, 40}},
    {"ntske_dropped_total", {NAN, 1, 1, 1}},
    {"cmd_received_total", {400, 400, 400, 400}},
    {"cmd_dropped_total", {3, 3, 3, 3}},
    {"log_dropped_total", {0, 0, 0, 0}},
};

START_TEST(measures_what_a_layout_has)
{
    forget_what_is_newer(now, (enum generation)_i);
    ck_assert_int_eq(judge_server(), STATE_OK);
    for (int i = 0; i < COUNT(measurements); i++)
        assert_measured(measurements[i].name, measurements[i].since_start[_i]);
    assert_summary("2000 NTP requests since chronyd was started, 0.25 % dropped");
}
END_TEST

/* The table above names all of them, in their order. */
START_TEST(measures_nothing_else)
{
    ck_assert_uint_eq(server_check.metric_count, COUNT(measurements));
    for (int i = 0; i < COUNT(measurements); i++)
        ck_assert_str_eq(server_check.metrics[i].name, measurements[i].name);
}
END_TEST

START_TEST(measures_an_interval_of_any_layout)
{
    static const unsigned known[GENERATIONS] = {9, 14, 16, 17};

    recall(50);
    before->ntp_received = 1000;
    before->ntp_dropped = 4;
    forget_what_is_newer(now, (enum generation)_i);
    forget_what_is_newer(before, (enum generation)_i);
    ck_assert_int_eq(judge_server(), STATE_OK);
    ck_assert_uint_eq(result.measurement_count, known[_i]);
    assert_measured("ntp_drop_percent", 0.1);
    assert_measured("ntp_request_rate", 20);
    assert_measured("ntp_received_total", 2000);
    assert_summary("1000 NTP requests in the last 50 s, 0.1 % dropped");
}
END_TEST

/* Every share is of the interval; every total is of all time. */
START_TEST(measures_the_interval_only)
{
    recall(300);
    *before = (struct server_stats){.ntp_received = 800,
                                    .ntp_dropped = 2,
                                    .command_received = 390,
                                    .command_dropped = 1,
                                    .log_dropped = 0,
                                    .nts_ke_accepted = 36,
                                    .nts_ke_dropped = 0,
                                    .ntp_authenticated = 240,
                                    .ntp_interleaved = 80,
                                    .daemon_receive_stamped = 10,
                                    .daemon_transmit_stamped = 15,
                                    .kernel_receive_stamped = 10,
                                    .kernel_transmit_stamped = 20,
                                    .hardware_receive_stamped = 58,
                                    .hardware_transmit_stamped = 87};
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_measured("ntp_drop_percent", 0.25);
    assert_measured("ntske_drop_percent", 25);
    assert_measured("cmd_drop_percent", 20);
    assert_measured("authenticated_percent", 5);
    assert_measured("interleaved_percent", 35);
    assert_measured("hw_timestamp_percent", 10); /* 5 of 50 */
    assert_measured("ntp_request_rate", 4);
    for (int i = 8; i < COUNT(measurements); i++)
        assert_measured(measurements[i].name, measurements[i].since_start[SINCE_4_4]);
    assert_summary("1200 NTP requests in the last 5 min, 0.25 % dropped");
}
END_TEST

/* --- the text of the interval --- */

static const struct {
    double received, dropped; /* in the interval */
    double seconds;           /* 0: there was no run before */
    const char *text;
} summaries[] = {
    {0, 0, 0, "no NTP request since chronyd was started"},
    {1, 0, 0, "1 NTP request since chronyd was started, 0 % dropped"},
    {2, 0, 0, "2 NTP requests since chronyd was started, 0 % dropped"},
    {10, 1, 0, "10 NTP requests since chronyd was started, 10 % dropped"},
    {4e9, 1, 0, "4000000000 NTP requests since chronyd was started, 0 % dropped"},
    {4e9, 2e7, 0, "4000000000 NTP requests since chronyd was started, 0.5 % dropped"},
    {9007199254740992, 0, 0,
     "9007199254740992 NTP requests since chronyd was started, 0 % dropped"},
    {0, 0, 300, "no NTP request in the last 5 min"},
    {1, 0, 300, "1 NTP request in the last 5 min, 0 % dropped"},
    {300, 7, 0.25, "300 NTP requests in the last 250 ms, 2.33 % dropped"},
    {300, 7, 1, "300 NTP requests in the last 1 s, 2.33 % dropped"},
    {300, 7, 61.5, "300 NTP requests in the last 61.5 s, 2.33 % dropped"},
    {300, 7, 120, "300 NTP requests in the last 2 min, 2.33 % dropped"},
    {300, 7, 3600, "300 NTP requests in the last 60 min, 2.33 % dropped"},
    {300, 7, 9000, "300 NTP requests in the last 2.5 h, 2.33 % dropped"},
    {300, 7, 604800, "300 NTP requests in the last 7 d, 2.33 % dropped"},
};

START_TEST(summarises)
{
    count_requests(summaries[_i].received, summaries[_i].dropped);
    if (summaries[_i].seconds > 0) {
        recall(summaries[_i].seconds);
        before->ntp_received = 5000;
        before->ntp_dropped = 100;
        count_requests(5000 + summaries[_i].received, 100 + summaries[_i].dropped);
    }
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_summary(summaries[_i].text);
}
END_TEST

/* A server without clients drops nothing: there is no share of nothing, whatever limit.
 */
START_TEST(shares_nothing_without_requests)
{
    give(&server_check, "ntp_drop_percent", "0", "0");
    give(&server_check, "authenticated_percent", "90:", "50:");
    *now = (struct server_stats){0};
    ck_assert_int_eq(judge_server(), STATE_OK);
    for (int i = 0; i < COUNT(measurements); i++)
        assert_measured(measurements[i].name, strstr(measurements[i].name, "percent") ||
                                                      strstr(measurements[i].name, "rate")
                                                  ? NAN
                                                  : 0);
    assert_summary("no NTP request since chronyd was started");
}
END_TEST

/* Before 4.4 counts wrap at 2^32, the received ones first. While less is left than was
 * dropped there is no share; after that it cannot be seen any more. */
START_TEST(shares_nothing_of_a_count_that_wrapped)
{
    *now = (struct server_stats){.ntp_received = 1000,
                                 .ntp_dropped = 400000000,
                                 .command_received = 5,
                                 .command_dropped = 6};
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_measured("ntp_drop_percent", NAN);
    assert_measured("cmd_drop_percent", NAN);
    assert_measured("ntp_dropped_total", 400000000);
}
END_TEST

/* Between two runs it can. */
START_TEST(measures_over_a_wrap)
{
    recall(300);
    before->ntp_received = 4294960000;
    before->ntp_dropped = 300000;
    before->command_received = 5000;
    count_requests(592704, 300400);
    now->command_received = 5002;
    forget_what_is_newer(now, (enum generation)_i);
    forget_what_is_newer(before, (enum generation)_i);
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_measured("ntp_drop_percent", 100 * 400.0 / 600000);
    assert_measured("ntp_request_rate", 2000);
    assert_summary("600000 NTP requests in the last 5 min, 0.07 % dropped");
}
END_TEST

START_TEST(knows_a_rate_of_zero)
{
    recall(300);
    *before = *now;
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_measured("ntp_request_rate", 0);
    assert_measured("ntp_drop_percent", NAN);
    assert_measured("hw_timestamp_percent", NAN);
    assert_measured("ntp_received_total", 2000);
    give(&server_check, "ntp_request_rate", "1:", NULL);
    ck_assert_int_eq(judge_server(), STATE_WARNING);
    assert_reason(STATE_WARNING, "ntp_request_rate 0 /s (warning limit 1 /s:)");
}
END_TEST

/* --- limits --- */

static const struct {
    double dropped; /* of 1000 */
    enum state state;
    const char *text; /* NULL: no more than the summary */
} shares[] = {
    {0, STATE_OK, NULL},
    {100, STATE_OK, NULL},
    {101, STATE_WARNING, "ntp_drop_percent 10.1 % (warning limit 10 %)"},
    {500, STATE_WARNING, "ntp_drop_percent 50 % (warning limit 10 %)"},
    {501, STATE_CRITICAL, "ntp_drop_percent 50.1 % (critical limit 50 %)"},
    {1000, STATE_CRITICAL, "ntp_drop_percent 100 % (critical limit 50 %)"},
};

START_TEST(limits_the_share_of_drops)
{
    count_requests(1000, shares[_i].dropped);
    ck_assert_int_eq(judge_server(), shares[_i].state);
    ck_assert_uint_eq(result.reason_count, shares[_i].text ? 2 : 1);
    if (shares[_i].text)
        assert_reason(shares[_i].state, shares[_i].text);
}
END_TEST

/* What happened before the run before is over. */
START_TEST(limits_the_interval_only)
{
    count_requests(1000, 900);
    recall(60);
    before->ntp_received = 900;
    before->ntp_dropped = 900;
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_summary("100 NTP requests in the last 60 s, 0 % dropped");
    before->ntp_received = 100;
    before->ntp_dropped = 0;
    ck_assert_int_eq(judge_server(), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, "ntp_drop_percent 100 % (critical limit 50 %)");
    assert_reason(STATE_OK, "900 NTP requests in the last 60 s, 100 % dropped");
}
END_TEST

/* Nothing else has a limit until somebody gives one. */
START_TEST(limits_nothing_else)
{
    for (size_t i = 1; i < server_check.metric_count; i++) {
        ck_assert_ptr_null(server_check.metrics[i].warning);
        ck_assert_ptr_null(server_check.metrics[i].critical);
    }
}
END_TEST

static const struct {
    const char *metric, *warning, *critical;
    enum state state;
    const char *text;
} limits[] = {
    {"ntp_drop_percent", "0.2", NULL, STATE_WARNING,
     "ntp_drop_percent 0.25 % (warning limit 0.2 %)"},
    {"ntp_drop_percent", "0.1", "0.2%", STATE_CRITICAL,
     "ntp_drop_percent 0.25 % (critical limit 0.2 %)"},
    {"ntske_drop_percent", "1", "2", STATE_CRITICAL,
     "ntske_drop_percent 2.5 % (critical limit 2 %)"},
    {"cmd_drop_percent", "0.5", NULL, STATE_WARNING,
     "cmd_drop_percent 0.75 % (warning limit 0.5 %)"},
    {"log_drops", "1:", NULL, STATE_WARNING, "log_drops 0 (warning limit 1:)"},
    {"authenticated_percent", "20:", "10:", STATE_WARNING,
     "authenticated_percent 15 % (warning limit 20 %:)"},
    {"interleaved_percent", NULL, "30:", STATE_CRITICAL,
     "interleaved_percent 25 % (critical limit 30 %:)"},
    {"hw_timestamp_percent", "90:", "70:", STATE_CRITICAL,
     "hw_timestamp_percent 60 % (critical limit 70 %:)"},
};

START_TEST(limits_what_the_user_wants)
{
    give(&server_check, limits[_i].metric, limits[_i].warning, limits[_i].critical);
    ck_assert_int_eq(judge_server(), limits[_i].state);
    assert_reason(limits[_i].state, limits[_i].text);
    ck_assert_uint_eq(result.reason_count, 2);
}
END_TEST

/* What only a newer chronyd counts, and the first release that does. */
static const struct {
    const char *metric;
    enum generation since;
    const char *text;
} newer[] = {
    {"ntske_drop_percent", SINCE_4_0,
     "this chronyd does not count ntske_drop_percent: update it to chrony 4.0, or leave "
     "out that limit"},
    {"authenticated_percent", SINCE_4_0,
     "this chronyd does not count authenticated_percent: update it to chrony 4.0, or "
     "leave out that limit"},
    {"interleaved_percent", SINCE_4_2,
     "this chronyd does not count interleaved_percent: update it to chrony 4.2, or leave "
     "out that limit"},
    {"hw_timestamp_percent", SINCE_4_4,
     "this chronyd does not count hw_timestamp_percent: update it to chrony 4.4, or "
     "leave out that limit"},
};

/* 0:100 is passed by no share. */
static void judge_generations(int i, const char *warning, const char *critical)
{
    for (int generation = 0; generation < GENERATIONS; generation++) {
        const bool counts = (int)newer[i].since <= generation;

        *now = busy;
        forget_what_is_newer(now, (enum generation)generation);
        give(&server_check, newer[i].metric, warning, critical);
        ck_assert_int_eq(judge_server(), counts ? STATE_OK : STATE_UNKNOWN);
        ck_assert_int_eq(has_reason(STATE_UNKNOWN, newer[i].text), !counts);
        ck_assert_uint_eq(result.reason_count, counts ? 1 : 2);
    }
}

START_TEST(limits_nothing_that_is_not_counted)
{
    judge_generations(_i, "0:100", NULL);
}
END_TEST

START_TEST(limits_nothing_critical_that_is_not_counted)
{
    judge_generations(_i, NULL, "0:100");
}
END_TEST

/* A share of nothing may come to be. */
START_TEST(limits_what_is_counted_of_nothing)
{
    *now = (struct server_stats){0};
    for (int i = 0; i < COUNT(newer); i++)
        give(&server_check, newer[i].metric, NULL, "100:");
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_summary("no NTP request since chronyd was started");
}
END_TEST

/* --- records of clients --- */

static const char forgets[] =
    "chronyd forgets clients before it has to: raise clientloglimit in chrony.conf, rate "
    "limits and the interleaved mode need the records";

START_TEST(explains_log_drops)
{
    now->log_dropped = 1;
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_reason(STATE_OK, forgets);
    assert_measured("log_drops", 1);
    give(&server_check, "log_drops", "0", NULL);
    ck_assert_int_eq(judge_server(), STATE_WARNING);
    assert_reason(STATE_WARNING, "log_drops 1 (warning limit 0)");
    assert_reason(STATE_OK, forgets);
}
END_TEST

/* Once is not always: an interval without them says nothing. */
START_TEST(forgets_old_log_drops)
{
    recall(60);
    now->log_dropped = before->log_dropped = 70;
    ck_assert_int_eq(judge_server(), STATE_OK);
    ck_assert(!has_reason(STATE_OK, forgets));
    assert_measured("log_drops", 0);
    assert_measured("log_dropped_total", 70);
    now->log_dropped = 71;
    judge_server();
    assert_reason(STATE_OK, forgets);
    assert_measured("log_drops", 1);
}
END_TEST

/* --- timestamps --- */

static const struct {
    double daemon, kernel, hardware; /* of each direction */
    double percent;
} stampers[] = {
    {0, 0, 0, NAN},   {7, 0, 0, 0},  {0, 7, 0, 0},     {0, 0, 7, 100},   {1, 1, 2, 50},
    {0, 199, 1, 0.5}, {3, 0, 1, 25}, {NAN, 1, 1, NAN}, {1, NAN, 1, NAN},
};

START_TEST(shares_timestamps_of_the_network_card)
{
    now->daemon_receive_stamped = now->daemon_transmit_stamped = stampers[_i].daemon;
    now->kernel_receive_stamped = now->kernel_transmit_stamped = stampers[_i].kernel;
    now->hardware_receive_stamped = now->hardware_transmit_stamped =
        stampers[_i].hardware;
    ck_assert_int_eq(judge_server(), STATE_OK);
    assert_measured("hw_timestamp_percent", stampers[_i].percent);
}
END_TEST

/* One direction alone counts, too. */
START_TEST(counts_both_directions)
{
    now->hardware_receive_stamped = 0;
    judge_server();
    assert_measured("hw_timestamp_percent", 100 * 90.0 / 190);
    now->hardware_receive_stamped = 60;
    now->hardware_transmit_stamped = 0;
    judge_server();
    assert_measured("hw_timestamp_percent", 100 * 60.0 / 160);
}
END_TEST

/* --- the file between runs --- */

static const struct {
    enum history_error error;
    enum state state;
    const char *text;
} notes[] = {
    {HISTORY_NONE, STATE_OK, "this is the first run with --state"},
    {HISTORY_CORRUPT, STATE_OK, "starting over: the --state file was corrupt"},
    {HISTORY_OTHER_RELEASE, STATE_OK,
     "starting over: the --state file was written by another release"},
    {HISTORY_OTHER_PLACE, STATE_OK,
     "starting over: the --state file was about another chronyd"},
    {HISTORY_OTHER_BOOT, STATE_OK, "starting over: this machine was restarted"},
    {HISTORY_OTHER_RUN, STATE_OK,
     "starting over: another run with this --state file came in between"},
    {HISTORY_RESTARTED, STATE_OK, "starting over: chronyd was restarted"},
    {HISTORY_NOT_OURS, STATE_UNKNOWN,
     "the --state file is a link, no plain file or somebody else's: remove it, or give "
     "another"},
    {HISTORY_NO_HISTORY, STATE_UNKNOWN,
     "the --state file holds something else, which is kept: give another"},
    {HISTORY_OPEN_TO_OTHERS, STATE_UNKNOWN,
     "others may read or write the --state file: chmod 600 it"},
    {HISTORY_FORBIDDEN, STATE_UNKNOWN,
     "this user may not write the --state file: give one in a directory of its own (on "
     "the Unix socket, root has become the user of chronyd)"},
    {HISTORY_FAILED, STATE_UNKNOWN,
     "the --state file cannot be written: is its directory there, and space?"},
};

/* What is known is judged all the same, since chronyd was started. */
START_TEST(notes_what_is_wrong_with_the_file)
{
    snapshot.history_error = notes[_i].error;
    snapshot.interval = 300; /* of no use without recalls */
    snapshot.earlier.server_stats.ntp_received = 1999;
    ck_assert_int_eq(judge_server(), notes[_i].state);
    assert_reason(notes[_i].state, notes[_i].text);
    assert_reason(STATE_OK,
                  "2000 NTP requests since chronyd was started, 0.25 % dropped");
    ck_assert_uint_eq(result.reason_count, 2);
    assert_measured("ntp_drop_percent", 0.25);
    assert_measured("ntp_request_rate", NAN);
}
END_TEST

/* Where it could only not be written, what happened since the run before is known. */
START_TEST(judges_the_interval_without_a_new_file)
{
    recall(60);
    snapshot.history_error = HISTORY_FAILED;
    ck_assert_int_eq(judge_server(), STATE_UNKNOWN);
    assert_measured("ntp_request_rate",
                    snapshot.server_stats.ntp_received / 60 -
                        snapshot.earlier.server_stats.ntp_received / 60);
}
END_TEST

/* The file must not hide what is wrong. */
START_TEST(judges_drops_first)
{
    snapshot.history_error = notes[_i].error;
    count_requests(1000, 600);
    ck_assert_int_eq(judge_server(), STATE_CRITICAL);
    count_requests(1000, 200);
    ck_assert_int_eq(judge_server(), STATE_WARNING);
}
END_TEST

START_TEST(notes_nothing_when_all_is_well)
{
    snapshot.history_error = HISTORY_OK;
    recall(60);
    judge_server();
    ck_assert_uint_eq(result.reason_count, 1);
}
END_TEST

START_TEST(knows_every_history_error)
{
    ck_assert_int_eq(COUNT(notes), HISTORY_FAILED);
    for (int i = 0; i < COUNT(notes); i++)
        ck_assert_int_eq(notes[i].error, i + 1);
}
END_TEST

/* --- a report that is missing --- */

static const struct {
    enum session_error error;
    enum state state;
    const char *text;
} missing[] = {
    {SESSION_NOT_AUTHORISED, STATE_UNKNOWN,
     "chronyd's serverstats report: not authorised: add it to opencommands in "
     "chrony.conf "
     "(chrony 4.7 and later), or run the plugin as the user of chronyd"},
    {SESSION_REFUSED, STATE_CRITICAL,
     "connection refused: 127.0.0.1 port 323: is chronyd running? see its service and "
     "log, and cmdport and bindcmdaddress in chrony.conf"},
    {SESSION_TIMEOUT, STATE_UNKNOWN,
     "chronyd's serverstats report: no reply within 5 s, others came; rate limited? see "
     "cmdratelimit in chrony.conf"},
    {SESSION_NEWER_DAEMON, STATE_UNKNOWN,
     "chronyd's serverstats report: chronyd is newer than this program: chronyd and this "
     "plugin are too far apart, update the older one"},
};

START_TEST(explains_a_missing_report)
{
    snapshot.server_stats_error = missing[_i].error;
    now->log_dropped = 5; /* not to be believed */
    count_requests(1000, 600);
    ck_assert_int_eq(judge_server(), missing[_i].state);
    assert_reason(missing[_i].state, missing[_i].text);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_uint_eq(result.measurement_count, 0);
}
END_TEST

START_TEST(needs_one_report)
{
    ck_assert_uint_eq(server_check.needs(&settings), NEED_SERVER_STATS);
}
END_TEST

/* --- the whole line --- */

START_TEST(writes_totals_as_counters)
{
    static const char expected[] =
        "CHRONY TEST OK - 1000 NTP requests in the last 5 min, 0.1 % dropped | "
        "ntp_drop_percent=0.100%;10;50 ntske_drop_percent=2.500% "
        "cmd_drop_percent=0.750% log_drops=0 "
        "authenticated_percent=30.000% interleaved_percent=50.000% "
        "hw_timestamp_percent=60.000% ntp_request_rate=3.333 "
        "ntp_received_total=2000c ntp_dropped_total=5c "
        "ntp_authenticated_total=300c ntp_interleaved_total=500c "
        "ntske_accepted_total=40c ntske_dropped_total=1c "
        "cmd_received_total=400c cmd_dropped_total=3c log_dropped_total=0c\n";
    const struct render_options options = {.perfdata = true};
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    recall(300);
    before->ntp_received = 1000;
    before->ntp_dropped = 4;
    judge_server();
    formats[0].render(&result, &options, out);
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_str_eq(text, expected);
    free(text);
}
END_TEST

static void add_tests_of_measurements(TCase *tcase)
{
    tcase_add_loop_test(tcase, measures_what_a_layout_has, 0, GENERATIONS);
    tcase_add_test(tcase, measures_nothing_else);
    tcase_add_loop_test(tcase, measures_an_interval_of_any_layout, 0, GENERATIONS);
    tcase_add_test(tcase, measures_the_interval_only);
    add_table_test(tcase, summarises, summaries);
    tcase_add_test(tcase, shares_nothing_without_requests);
    tcase_add_test(tcase, shares_nothing_of_a_count_that_wrapped);
    tcase_add_loop_test(tcase, measures_over_a_wrap, 0, SINCE_4_4);
    tcase_add_test(tcase, knows_a_rate_of_zero);
    add_table_test(tcase, limits_the_share_of_drops, shares);
    tcase_add_test(tcase, limits_the_interval_only);
    tcase_add_test(tcase, limits_nothing_else);
    add_table_test(tcase, limits_what_the_user_wants, limits);
    add_table_test(tcase, limits_nothing_that_is_not_counted, newer);
    add_table_test(tcase, limits_nothing_critical_that_is_not_counted, newer);
    tcase_add_test(tcase, limits_what_is_counted_of_nothing);
    add_table_test(tcase, shares_timestamps_of_the_network_card, stampers);
    tcase_add_test(tcase, counts_both_directions);
    tcase_add_test(tcase, writes_totals_as_counters);
}

Suite *test_suite(void)
{
    Suite *suite = suite_create("server");
    TCase *tcase = tcase_create("server");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    add_tests_of_measurements(tcase);
    tcase_add_test(tcase, explains_log_drops);
    tcase_add_test(tcase, forgets_old_log_drops);
    add_table_test(tcase, notes_what_is_wrong_with_the_file, notes);
    add_table_test(tcase, judges_drops_first, notes);
    tcase_add_test(tcase, notes_nothing_when_all_is_well);
    tcase_add_test(tcase, judges_the_interval_without_a_new_file);
    tcase_add_test(tcase, knows_every_history_error);
    add_table_test(tcase, explains_a_missing_report, missing);
    tcase_add_test(tcase, needs_one_report);
    suite_add_tcase(suite, tcase);
    return suite;
}
