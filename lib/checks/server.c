/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "checks/report.h"

#include <math.h>
#include <stdio.h>

enum {
    NTP_DROP_PERCENT,
    NTSKE_DROP_PERCENT,
    CMD_DROP_PERCENT,
    LOG_DROPS,
    AUTHENTICATED_PERCENT,
    INTERLEAVED_PERCENT,
    HW_TIMESTAMP_PERCENT,
    NTP_REQUEST_RATE,
    NTP_RECEIVED_TOTAL,
    NTP_DROPPED_TOTAL,
    NTP_AUTHENTICATED_TOTAL,
    NTP_INTERLEAVED_TOTAL,
    NTSKE_ACCEPTED_TOTAL,
    NTSKE_DROPPED_TOTAL,
    CMD_RECEIVED_TOTAL,
    CMD_DROPPED_TOTAL,
    LOG_DROPPED_TOTAL,
    METRICS,
};

#define PERCENT(name, warning, critical, help)                                           \
    {                                                                                    \
        name, UNIT_PERCENT, false, 100, warning, critical, help                          \
    }
#define TOTAL(name, help)                                                                \
    {                                                                                    \
        name, UNIT_COUNTER, false, INFINITY, NULL, NULL, help                            \
    }

static const struct metric metrics[METRICS] = {
    [NTP_DROP_PERCENT] = PERCENT("ntp_drop_percent", "10", "50",
                                 "NTP requests that were dropped for the rate limit "
                                 "(chrony.conf: ratelimit), of those received"),
    [NTSKE_DROP_PERCENT] = PERCENT("ntske_drop_percent", NULL, NULL,
                                   "connections for NTS key establishment that were "
                                   "dropped for the rate limit (ntsratelimit), of all"),
    [CMD_DROP_PERCENT] = PERCENT("cmd_drop_percent", NULL, NULL,
                                 "command requests that were dropped for the rate limit "
                                 "(cmdratelimit), of those received"),
    [LOG_DROPS] = {"log_drops", UNIT_COUNT, false, INFINITY, NULL, NULL,
                   "records of clients that were dropped for lack of memory "
                   "(clientloglimit)"},
    [AUTHENTICATED_PERCENT] =
        PERCENT("authenticated_percent", NULL, NULL,
                "NTP requests that were authenticated with a key or NTS, of those "
                "received"),
    [INTERLEAVED_PERCENT] = PERCENT("interleaved_percent", NULL, NULL,
                                    "NTP requests in the interleaved mode, of those "
                                    "received"),
    [HW_TIMESTAMP_PERCENT] = PERCENT("hw_timestamp_percent", NULL, NULL,
                                     "timestamps in NTP responses that the network card "
                                     "has taken, of all"),
    [NTP_REQUEST_RATE] = {"ntp_request_rate", UNIT_RATE, false, INFINITY, NULL, NULL,
                          "NTP requests received per second (with --state)"},
    [NTP_RECEIVED_TOTAL] =
        TOTAL("ntp_received_total", "NTP requests received since chronyd was started"),
    [NTP_DROPPED_TOTAL] = TOTAL("ntp_dropped_total", "of them, dropped"),
    [NTP_AUTHENTICATED_TOTAL] =
        TOTAL("ntp_authenticated_total", "of them, authenticated"),
    [NTP_INTERLEAVED_TOTAL] =
        TOTAL("ntp_interleaved_total", "of them, in the interleaved mode"),
    [NTSKE_ACCEPTED_TOTAL] =
        TOTAL("ntske_accepted_total", "connections for NTS key establishment"),
    [NTSKE_DROPPED_TOTAL] = TOTAL("ntske_dropped_total", "of them, dropped"),
    [CMD_RECEIVED_TOTAL] =
        TOTAL("cmd_received_total", "command requests, with those of this program"),
    [CMD_DROPPED_TOTAL] = TOTAL("cmd_dropped_total", "of them, dropped"),
    [LOG_DROPPED_TOTAL] = TOTAL("log_dropped_total", "records of clients dropped"),
};

static const struct option_row options[] = {
    {"state", 0, OPTION_PATH, offsetof(struct settings, state_file), "FILE", NULL, NULL,
     "keep the counts in this file, and judge what happened since the run before instead "
     "of since chronyd was started; each service needs a file of its own"},
    {0},
};

static unsigned needs(const struct settings *settings)
{
    (void)settings;
    return NEED_SERVER_STATS;
}

/* There is no rate without two runs: a limit would never alert. */
static bool refuse(const struct settings *settings, char error[static CHECK_ERROR])
{
    const struct metric_limits rate =
        settings_limits(settings, &metrics[NTP_REQUEST_RATE]);

    if (settings->state_file || !(rate.warning_given || rate.critical_given))
        return false;
    snprintf(error, CHECK_ERROR,
             "--ntp-request-rate-%s is about the time between two runs: add --state, or "
             "leave it out",
             rate.warning_given ? "warning" : "critical");
    return true;
}

/* Why the counts are those since chronyd was started, or why they will be next time. */
static const struct {
    enum state state;
    const char *text;
} notes[] = {
    [HISTORY_NONE] = {STATE_OK, "this is the first run with --state"},
    [HISTORY_CORRUPT] = {STATE_OK, "starting over: the --state file was corrupt"},
    [HISTORY_OTHER_RELEASE] = {STATE_OK, "starting over: the --state file was written by "
                                         "another release"},
    [HISTORY_OTHER_PLACE] = {STATE_OK,
                             "starting over: the --state file was about another chronyd"},
    [HISTORY_OTHER_BOOT] = {STATE_OK, "starting over: this machine was restarted"},
    [HISTORY_OTHER_RUN] = {STATE_OK, "starting over: another run with this --state file "
                                     "came in between"},
    [HISTORY_RESTARTED] = {STATE_OK, "starting over: chronyd was restarted"},
    [HISTORY_NOT_OURS] = {STATE_UNKNOWN, "the --state file is a link, no plain file or "
                                         "somebody else's: remove it, or give another"},
    [HISTORY_NO_HISTORY] = {STATE_UNKNOWN, "the --state file holds something else, which "
                                           "is kept: give another"},
    [HISTORY_OPEN_TO_OTHERS] =
        {STATE_UNKNOWN, "others may read or write the --state file: chmod 600 it"},
    [HISTORY_FORBIDDEN] = {STATE_UNKNOWN,
                           "this user may not write the --state file: give one in a "
                           "directory of its own (on the Unix socket, root has become "
                           "the user of chronyd)"},
    [HISTORY_FAILED] = {STATE_UNKNOWN, "the --state file cannot be written: is its "
                                       "directory there, and space?"},
};

/* What the server did in the time that is judged. */
static void since(const struct snapshot *snapshot, struct server_stats *stats)
{
    *stats = snapshot->server_stats;
    if (snapshot->recalls)
        history_difference(&snapshot->server_stats, &snapshot->earlier.server_stats,
                           stats);
}

/* NAN also when the whole has wrapped and is less than its part now. Where it is more,
 * that cannot be seen: the share since chronyd was started is too large then. */
static double percent(double part, double whole)
{
    return whole > 0 && part <= whole ? 100 * part / whole : NAN;
}

static void measure(const struct snapshot *snapshot, const struct settings *settings,
                    const struct server_stats *recent, struct result *result)
{
    const struct server_stats *all = &snapshot->server_stats;
    const double hardware =
        recent->hardware_receive_stamped + recent->hardware_transmit_stamped;
    const double values[METRICS] = {
        [NTP_DROP_PERCENT] = percent(recent->ntp_dropped, recent->ntp_received),
        [NTSKE_DROP_PERCENT] = percent(recent->nts_ke_dropped, recent->nts_ke_accepted),
        [CMD_DROP_PERCENT] = percent(recent->command_dropped, recent->command_received),
        [LOG_DROPS] = recent->log_dropped,
        [AUTHENTICATED_PERCENT] =
            percent(recent->ntp_authenticated, recent->ntp_received),
        [INTERLEAVED_PERCENT] = percent(recent->ntp_interleaved, recent->ntp_received),
        [HW_TIMESTAMP_PERCENT] = percent(
            hardware,
            hardware + recent->kernel_receive_stamped + recent->kernel_transmit_stamped +
                recent->daemon_receive_stamped + recent->daemon_transmit_stamped),
        [NTP_REQUEST_RATE] =
            snapshot->recalls ? recent->ntp_received / snapshot->interval : NAN,
        [NTP_RECEIVED_TOTAL] = all->ntp_received,
        [NTP_DROPPED_TOTAL] = all->ntp_dropped,
        [NTP_AUTHENTICATED_TOTAL] = all->ntp_authenticated,
        [NTP_INTERLEAVED_TOTAL] = all->ntp_interleaved,
        [NTSKE_ACCEPTED_TOTAL] = all->nts_ke_accepted,
        [NTSKE_DROPPED_TOTAL] = all->nts_ke_dropped,
        [CMD_RECEIVED_TOTAL] = all->command_received,
        [CMD_DROPPED_TOTAL] = all->command_dropped,
        [LOG_DROPPED_TOTAL] = all->log_dropped,
    };

    for (size_t i = 0; i < METRICS; i++) {
        struct metric_limits limits = settings_limits(settings, &metrics[i]);

        result_measure(result, &metrics[i], values[i], &limits.limits);
    }
}

/* A limit of what this chronyd does not count would never alert. */
static void explain_uncounted(const struct server_stats *all,
                              const struct settings *settings, struct result *result)
{
    const struct {
        size_t metric;
        double count;
        const char *since;
    } newer[] = {
        {NTSKE_DROP_PERCENT, all->nts_ke_dropped, "4.0"},
        {AUTHENTICATED_PERCENT, all->ntp_authenticated, "4.0"},
        {INTERLEAVED_PERCENT, all->ntp_interleaved, "4.2"},
        {HW_TIMESTAMP_PERCENT, all->hardware_receive_stamped, "4.4"},
    };

    for (size_t i = 0; i < sizeof newer / sizeof newer[0]; i++) {
        const struct metric *metric = &metrics[newer[i].metric];
        const struct metric_limits limits = settings_limits(settings, metric);

        if (isnan(newer[i].count) && (limits.warning_given || limits.critical_given))
            result_reason(result, STATE_UNKNOWN,
                          "this chronyd does not count %s: update it to chrony %s, or "
                          "leave out that limit",
                          metric->name, newer[i].since);
    }
}

enum { PERIOD_TEXT = 2 * QUANTITY_TEXT };

/* "in the last 5 min" */
static void period(const struct snapshot *snapshot, char text[static PERIOD_TEXT])
{
    char interval[QUANTITY_TEXT];

    quantity_text(snapshot->interval, UNIT_SECONDS, interval);
    snprintf(text, PERIOD_TEXT, "%s%s",
             snapshot->recalls ? "in the last " : "since chronyd was started",
             snapshot->recalls ? interval : "");
}

/* "1200 NTP requests in the last 5 min, 0.5 % dropped" */
static void summarise(const struct snapshot *snapshot, const struct server_stats *recent,
                      struct result *result)
{
    const double dropped = percent(recent->ntp_dropped, recent->ntp_received);
    char time[PERIOD_TEXT], requests[QUANTITY_TEXT], share[QUANTITY_TEXT];

    period(snapshot, time);
    quantity_text(recent->ntp_received, UNIT_COUNT, requests);
    quantity_text(isnan(dropped) ? 0 : dropped, UNIT_PERCENT, share);
    if (recent->ntp_received > 0)
        result_reason(result, STATE_OK, "%s NTP request%s %s%s%s%s", requests,
                      recent->ntp_received > 1 ? "s" : "", time,
                      isnan(dropped) ? "" : ", ", isnan(dropped) ? "" : share,
                      isnan(dropped) ? "" : " dropped");
    else
        result_reason(result, STATE_OK, "no NTP request %s", time);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    struct server_stats recent;

    if (!report_is_there(snapshot, settings, snapshot->server_stats_error,
                         &server_stats_message, result))
        return;
    since(snapshot, &recent);
    measure(snapshot, settings, &recent, result);
    explain_uncounted(&snapshot->server_stats, settings, result);
    summarise(snapshot, &recent, result);
    if (recent.log_dropped > 0)
        result_reason(
            result, STATE_OK,
            "chronyd forgets clients before it has to: raise clientloglimit in "
            "chrony.conf, rate limits and the interleaved mode need the records");
    if (snapshot->history_error)
        result_reason(result, notes[snapshot->history_error].state, "%s",
                      notes[snapshot->history_error].text);
}

const struct check server_check = {
    .name = "server",
    .question = "Is it serving its clients without dropping them?",
    .metrics = metrics,
    .metric_count = METRICS,
    .options = options,
    .needs = needs,
    .refuse = refuse,
    .judge = judge,
};
