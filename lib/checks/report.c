/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What an error means to somebody who wanted a report. */
struct verdict {
    enum state state;
    bool is_silence;   /* the state is that of --timeout */
    bool names_report; /* it is about one report, not about chronyd as a whole */
    const char *remedy;
};

static const char hangs[] =
    "chronyd hangs, its cmdallow or bindcmdaddress does not admit this host, its "
    "cmdratelimit is tight, or a firewall drops UDP";
static const char apart[] =
    "chronyd and this plugin are too far apart, update the older one";
static const char running[] =
    "is chronyd running? see its service and log, and cmdport and bindcmdaddress in "
    "chrony.conf";
static const char owner[] =
    "run the plugin as the user of chronyd, or as root that may become it";

/* A row for each error; SESSION_OK has none. */
static const struct verdict verdicts[] = {
    [SESSION_TIMEOUT] = {STATE_CRITICAL, true, false, hangs},
    [SESSION_REFUSED] = {STATE_CRITICAL, false, false, running},
    [SESSION_UNREACHABLE] = {STATE_CRITICAL, true, false,
                             "there is no route from this host, or a rule of this host "
                             "forbids it"},
    [SESSION_NO_SOCKET] =
        {STATE_CRITICAL, false, false,
         "is chronyd running? see bindcmdaddress in chrony.conf for the "
         "path"},
    [SESSION_STALE] = {STATE_CRITICAL, false, false,
                       "chronyd ended without removing it, see its service and log"},
    [SESSION_FORBIDDEN] = {STATE_UNKNOWN, false, false, owner},
    [SESSION_NOT_DATAGRAM] = {STATE_UNKNOWN, false, false,
                              "give the path of bindcmdaddress in chrony.conf"},
    [SESSION_NO_PLACE] =
        {STATE_UNKNOWN, false, false,
         "is its directory read-only here? make it writable, or ask over "
         "UDP"},
    [SESSION_SHARED] =
        {STATE_UNKNOWN, false, false,
         "chronyd itself would not use it, take the write permission away"},
    [SESSION_FAILED] = {STATE_UNKNOWN, false, true, "see the limits of this process"},
    [SESSION_NOT_AUTHORISED] = {STATE_UNKNOWN, false, true,
                                "add it to opencommands in chrony.conf (chrony 4.7 and "
                                "later), or run the plugin as the user of chronyd"},
    [SESSION_NOT_SUPPORTED] = {STATE_UNKNOWN, false, true, apart},
    [SESSION_NO_SUCH_SOURCE] = {STATE_UNKNOWN, false, true, "see the log of chronyd"},
    [SESSION_NOT_ENABLED] = {STATE_UNKNOWN, false, true, "see chrony.conf"},
    [SESSION_OTHER_VERSION] = {STATE_UNKNOWN, false, true, apart},
    [SESSION_NEWER_DAEMON] = {STATE_UNKNOWN, false, true, apart},
    [SESSION_IMPLAUSIBLE] = {STATE_UNKNOWN, false, true, "see the log of chronyd"},
    [SESSION_OTHER_STATUS] = {STATE_UNKNOWN, false, true, "see the log of chronyd"},
};

/* What more is known of the error, where there is something. */
static void error_detail(const struct snapshot *snapshot, enum session_error error,
                         const struct message *message, char text[static 48])
{
    *text = '\0';
    if (error == SESSION_OTHER_VERSION)
        snprintf(text, 48, " (%u, not %d)", snapshot->other_version, PROTOCOL_VERSION);
    if (error == SESSION_OTHER_STATUS)
        snprintf(text, 48, " (status %u)", snapshot->other_status);
    if (error == SESSION_NOT_SUPPORTED)
        snprintf(text, 48, " (it needs chrony %s)", message->since);
    if (error == SESSION_TIMEOUT && snapshot->ignored)
        snprintf(text, 48, " (%zu other datagram%s ignored)", snapshot->ignored,
                 snapshot->ignored == 1 ? "" : "s");
}

/* Some of what was asked has been answered: the rest was most likely dropped on purpose.
 */
static void say_partial(const struct snapshot *snapshot, const struct settings *settings,
                        const struct message *message, struct result *result)
{
    char within[QUANTITY_TEXT];

    quantity_text(settings->timeout, UNIT_SECONDS, within);
    if (snapshot->source_total && message == &source_data_message)
        result_reason(
            result, STATE_UNKNOWN,
            "%zu of %zu sources answered within %s; rate limited? see cmdratelimit in "
            "chrony.conf",
            snapshot->source_answered, snapshot->source_total, within);
    else
        result_reason(
            result, STATE_UNKNOWN,
            "chronyd's %s report: no reply within %s, others came; rate limited? see "
            "cmdratelimit in chrony.conf",
            message->name, within);
}

bool report_is_there(const struct snapshot *snapshot, const struct settings *settings,
                     enum session_error error, const struct message *message,
                     struct result *result)
{
    const struct verdict verdict = verdicts[error];
    const enum state state = verdict.is_silence ? settings->timeout_state : verdict.state;
    char within[QUANTITY_TEXT], detail[48];

    quantity_text(settings->timeout, UNIT_SECONDS, within);
    error_detail(snapshot, error, message, detail);
    if (error == SESSION_TIMEOUT && snapshot->answered)
        say_partial(snapshot, settings, message, result);
    else if (error == SESSION_TIMEOUT && snapshot->place[0] == '/')
        result_reason(result, state, "no reply from %s within %s%s: chronyd hangs",
                      snapshot->place, within, detail);
    else if (error == SESSION_TIMEOUT)
        result_reason(result, state, "no reply from %s within %s%s: %s", snapshot->place,
                      within, detail, verdict.remedy);
    else if (error && verdict.names_report)
        result_reason(result, state, "chronyd's %s report: %s%s: %s", message->name,
                      session_error_text(error), detail, verdict.remedy);
    else if (error)
        result_reason(result, state, "%s: %s: %s", session_error_text(error),
                      snapshot->place, verdict.remedy);
    return error == SESSION_OK;
}

bool report_has_tracking(const struct snapshot *snapshot, const struct settings *settings,
                         struct result *result)
{
    return report_is_there(snapshot, settings, snapshot->tracking_error,
                           &tracking_message, result);
}

bool report_has_sources(const struct snapshot *snapshot, const struct settings *settings,
                        struct result *result)
{
    if (!snapshot->sources_error && snapshot->source_total > SNAPSHOT_SOURCES)
        result_reason(result, STATE_UNKNOWN, "chronyd has %zu sources, only %d were read",
                      snapshot->source_total, SNAPSHOT_SOURCES);
    else if (!snapshot->sources_error && !snapshot->sources_whole)
        result_reason(result, STATE_UNKNOWN,
                      "the list of sources kept changing while it was read");
    return report_is_there(snapshot, settings, snapshot->sources_error,
                           &source_data_message, result);
}

void report_append(char *text, size_t size, const char *format, ...)
{
    const size_t length = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + length, size - length, format, arguments);
    va_end(arguments);
}
