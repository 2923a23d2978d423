/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why an NTP server was not asked: there are no keys for it. */
#include "checks/ntp.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

enum { DATE_TEXT = 32 };

/* What each error means to somebody who wanted keys. */
static const struct verdict {
    enum state state;
    bool is_silence; /* the state is that of --timeout */
    const char *outcome;
    const char *remedy;
} verdicts[] = {
    [NTS_OK] = {.outcome = "good"},
    [NTS_SILENT] = {STATE_CRITICAL, true,
                    "it accepts the connection, but does not answer in time",
                    "see its load and its log"},
    [NTS_TIMEOUT] = {STATE_CRITICAL, true, "there is no connection in time",
                     "it is down, or a firewall drops TCP"},
    [NTS_REFUSED] = {STATE_CRITICAL, false, "connection refused",
                     "chronyd listens there with ntsserverkey and ntsservercert "
                     "(chrony.conf), see also ntsport"},
    [NTS_UNREACHABLE] = {STATE_CRITICAL, true, "it cannot be reached",
                         "there is no route from this host, or a rule of this host "
                         "forbids it"},
    [NTS_FAILED] = {STATE_UNKNOWN, false, "this system gave no socket or memory",
                    "see the limits of this process"},
    [NTS_CLOSED] = {STATE_CRITICAL, false, "it closes the connection without an answer",
                    "see its log; for chronyd also ntsratelimit, maxntsconnections and "
                    "the files of ntsserverkey and ntsservercert"},
    [NTS_NO_TLS] = {STATE_CRITICAL, false, "there is no TLS 1.3 with it",
                    "who holds the port? else see its log"},
    [NTS_NO_NTS] = {STATE_CRITICAL, false, "it does not speak NTS (ntske/1)",
                    "who holds the port?"},
    [NTS_EXPIRED] = {STATE_CRITICAL, false, "its certificate has expired",
                     "renew it, and see that the server reads the new one"},
    [NTS_NOT_YET] = {STATE_CRITICAL, false, "its certificate is not valid yet",
                     "see the clocks of both sides"},
    [NTS_OTHER_NAME] = {STATE_CRITICAL, false, "its certificate is not for that name",
                        "ask it by a name that is in its certificate, or get it one for "
                        "this name"},
    [NTS_UNTRUSTED] = {STATE_CRITICAL, false,
                       "nobody who is trusted has signed its certificate",
                       "name the file of the one who has with --trusted-certs, or see "
                       "who answers in its place"},
    [NTS_BAD_CERTIFICATE] =
        {STATE_CRITICAL, false,
         "its certificate is missing, revoked, badly signed or of no use",
         "get it another one"},
    [NTS_BAD_RESPONSE] = {STATE_CRITICAL, false, "useless response",
                          "clients get no keys of it either, see its software and its "
                          "log"},
};

static void write_date(int64_t moment, char text[static DATE_TEXT])
{
    const time_t seconds = (time_t)moment;
    struct tm day;

    snprintf(text, DATE_TEXT, "long ago");
    if (gmtime_r(&seconds, &day))
        strftime(text, DATE_TEXT, "%Y-%m-%d %H:%M UTC", &day);
}

/* What there is to say beyond the outcome. */
static void write_details(const struct nts_outcome *outcome,
                          char text[static REASON_TEXT])
{
    char date[DATE_TEXT];

    *text = '\0';
    if (outcome->error == NTS_EXPIRED && outcome->certificate_days >= 0) {
        snprintf(text, REASON_TEXT, " (not its own, one that signs it)");
    } else if (outcome->error == NTS_EXPIRED) {
        write_date(outcome->expires, date);
        snprintf(text, REASON_TEXT, " on %s", date);
    } else if (outcome->reason &&
               (outcome->error == NTS_NO_TLS || outcome->error == NTS_BAD_CERTIFICATE)) {
        snprintf(text, REASON_TEXT, " (%.80s)", outcome->reason);
    } else if (outcome->error == NTS_BAD_RESPONSE) {
        snprintf(text, REASON_TEXT, ": %s", nts_record_error_text(outcome->record));
    }
}

/* " 1, a bad request" */
static void write_code(const struct nts_outcome *outcome, char text[static REASON_TEXT])
{
    *text = '\0';
    if (outcome->error != NTS_BAD_RESPONSE)
        return;
    if (outcome->record == NTS_RECORD_ERROR)
        snprintf(text, REASON_TEXT, ", %u: %s", outcome->code,
                 nts_error_code_text(outcome->code));
    else if (outcome->record == NTS_RECORD_WARNING)
        snprintf(text, REASON_TEXT, ", %u", outcome->code);
}

void ntp_report_keys(const struct ntp_server *server, const struct settings *settings,
                     struct result *result)
{
    const struct nts_outcome *outcome = &server->keys.outcome;
    const struct verdict *verdict = &verdicts[outcome->error];
    char details[REASON_TEXT], code[REASON_TEXT];

    write_details(outcome, details);
    write_code(outcome, code);
    result_reason(result, verdict->is_silence ? settings->timeout_state : verdict->state,
                  "no keys for %.64s from %.64s: %s%.96s%.64s: %s", server->label,
                  server->keys.place, verdict->outcome, details, code, verdict->remedy);
}

double ntp_certificate_days(const struct ntp_server *server)
{
    return *server->keys.place ? server->keys.outcome.certificate_days : NAN;
}

static bool has_keys(const struct ntp_server *server)
{
    return *server->keys.place && !server->keys.outcome.error;
}

static void tell_named(const struct ntp_server *server, const struct settings *settings,
                       struct result *result)
{
    const struct ntp_keys *keys = &server->keys;

    if (*keys->host)
        result_reason(result, STATE_OK, "the keys of %.64s are for NTP at %.64s port %u",
                      server->label, keys->host, keys->port);
    else if (keys->port != settings->ntp_port)
        result_reason(result, STATE_OK, "the keys of %.64s are for NTP on port %u",
                      server->label, keys->port);
}

void ntp_tell_named(const struct snapshot *snapshot, const struct settings *settings,
                    struct result *result)
{
    for (size_t i = 0; i < snapshot->server_count; i++)
        if (!snapshot->servers[i].found && has_keys(&snapshot->servers[i]))
            tell_named(&snapshot->servers[i], settings, result);
}
