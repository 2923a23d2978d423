/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/ntp.h"

#include <stdio.h>
#include <string.h>

/* --- no answer --- */

/* What an error means to somebody who wanted the time. */
static const struct verdict {
    enum state state;
    bool is_silence; /* the state is that of --timeout */
    const char *outcome;
    const char *remedy;
    const char *beside; /* the remedy where its chronyd answers the command protocol */
} verdicts[] = {
    [PROBE_OK] = {.outcome = "good"},
    [PROBE_TIMEOUT] =
        {STATE_CRITICAL, true, "no reply",
         "it does not admit this host (chrony.conf: allow), limits the rate, or a "
         "firewall "
         "drops UDP",
         "its chronyd runs: allow in chrony.conf does not admit this host, ratelimit is "
         "tight, or a firewall drops UDP"},
    [PROBE_REFUSED] =
        {STATE_CRITICAL, false, "connection refused",
         "no NTP server listens there; chronyd does with allow alone, see also port and "
         "bindaddress in chrony.conf",
         "its chronyd runs, but does not listen there: add allow to chrony.conf, and see "
         "port and bindaddress"},
    [PROBE_UNREACHABLE] = {STATE_CRITICAL, true, "cannot be reached",
                           "there is no route from this host, or a rule of this host "
                           "forbids it",
                           NULL},
    [PROBE_FAILED] = {STATE_UNKNOWN, false, "this system gave no socket or randomness",
                      "see the limits of this process", NULL},
    [PROBE_UNUSABLE] = {.outcome = "useless answer"},
    [PROBE_STEPPED] = {.outcome = "clock stepped"},
    [PROBE_NO_KEYS] = {.outcome = "not asked, no keys"},
    [PROBE_UNAUTHENTIC] = {.outcome = "not authenticated"},
};

/* What was ignored meanwhile, where there was something. */
static void ignored_detail(const struct probe_answer *answer, char text[static 96])
{
    *text = '\0';
    if (answer->ignored)
        snprintf(text, 96, " (%zu other datagram%s ignored: %s)", answer->ignored,
                 answer->ignored > 1 ? "s" : "", packet_error_text(answer->ignored_for));
}

/* chronyd and ntpsec are silent to a request whose MAC they cannot verify. */
static const char *absence_remedy(const struct ntp_server *server,
                                  const struct verdict *verdict, bool is_beside)
{
    if (server->answer.error == PROBE_TIMEOUT && *server->keys.place)
        return "it has no NTS, and chronyd is then silent, it limits the rate, or a "
               "firewall drops long NTP packets (ask without --nts to see)";
    if (server->answer.error == PROBE_TIMEOUT && server->authenticator)
        return "it has no such key or another one, and most servers are then silent (ask "
               "without --key to see), it does not admit this host, or a firewall drops "
               "UDP";
    return is_beside ? verdict->beside : verdict->remedy;
}

static void report_absence(const struct snapshot *snapshot,
                           const struct ntp_server *server,
                           const struct settings *settings, struct result *result)
{
    const struct verdict *verdict = &verdicts[server->answer.error];
    const bool is_beside = settings->compare && !snapshot->tracking_error &&
                           verdict->beside && !ntp_is_elsewhere(server, settings);
    const enum state state =
        verdict->is_silence ? settings->timeout_state : verdict->state;
    const struct authenticator *authenticator = server->authenticator;
    const char *remedy = absence_remedy(server, verdict, is_beside);
    char within[QUANTITY_TEXT], ignored[96];

    quantity_text(settings->timeout, UNIT_SECONDS, within);
    ignored_detail(&server->answer, ignored);
    if (server->answer.error == PROBE_TIMEOUT)
        result_reason(result, state, "no reply from %.110s within %s%s%s%s: %s",
                      server->place, within, authenticator ? " to a request with " : "",
                      authenticator ? authenticator->name : "", ignored, remedy);
    else
        result_reason(result, state, "%s: %.110s: %s", verdict->outcome, server->place,
                      remedy);
}

static void report_no_address(const struct ntp_server *server, struct result *result)
{
    if (*server->keys.host)
        result_reason(result, STATE_CRITICAL,
                      "the NTP server '%.80s' that %.64s has keys for has no address "
                      "(%s): see its configuration, and the name servers",
                      server->keys.host, server->keys.place,
                      server->found == TARGET_NO_ADDRESS ? server->reason
                                                         : "none of that family");
    else if (server->found == TARGET_NO_ADDRESS)
        result_reason(
            result, STATE_UNKNOWN,
            "-H '%.80s' does not resolve (%s): see the name servers, or give an "
            "address",
            server->name, server->reason);
    else if (server->family == AF_UNSPEC)
        result_reason(result, STATE_UNKNOWN,
                      "-H '%.80s' has no address of that family: leave out -4 or -6",
                      server->name);
    else
        result_reason(result, STATE_CRITICAL,
                      "%.80s has no %s address: give it one in the DNS, or leave out "
                      "--both-families",
                      server->name, server->family == AF_INET ? "IPv4" : "IPv6");
}

/* --- an answer without a time --- */

/* Kiss codes, and what they mean here (RFC 5905, section 7.4). */
static const struct kiss {
    const char *code;
    enum state state;
    const char *meaning;
} kisses[] = {
    {"RATE", STATE_WARNING,
     "it is asked too often from here: ask less often, or see ratelimit in chrony.conf"},
    {"DENY", STATE_CRITICAL, "it refuses to serve this host: see its access rules"},
    {"RSTR", STATE_CRITICAL, "it refuses to serve this host: see its access rules"},
    {"INIT", STATE_CRITICAL, "it is not synchronised yet: see its sources"},
    {"STEP", STATE_CRITICAL,
     "it has stepped its clock and is not synchronised again yet"},
    {"NTSN", STATE_CRITICAL, "it does not know the cookie of the request: see its log"},
    {NULL, STATE_CRITICAL, "it refuses to give its time: see its log"},
};

static const struct kiss *find_kiss(const char *code)
{
    const struct kiss *kiss = kisses;

    while (kiss->code && strcmp(kiss->code, code) != 0)
        kiss++;
    return kiss;
}

static void report_useless(const struct ntp_server *server, struct result *result)
{
    const enum packet_error error = server->answer.unusable;
    const struct kiss *kiss = find_kiss(server->reference_id);

    if (error == PACKET_KISS)
        result_reason(result, kiss->state, "%.110s answers with a kiss-o'-death, %s: %s",
                      server->place, server->reference_id, kiss->meaning);
    else if (error == PACKET_UNSYNCHRONISED)
        result_reason(result, STATE_CRITICAL,
                      "%.110s is not synchronised and has no time to offer: see its "
                      "sources",
                      server->place);
    else
        result_reason(result, STATE_CRITICAL,
                      "%.110s gives a useless answer: %s; clients ignore it, see its "
                      "clock and its software",
                      server->place, packet_error_text(error));
}

/* --- an answer that is not authentic --- */

static const char *const forgery_remedies[] = {
    [AUTHENTICATION_OK] = "",
    [AUTHENTICATION_MALFORMED] = "see its software, and who else may answer",
    [AUTHENTICATION_MISSING] =
        "the server ignores keys, or somebody else answers in its place",
    [AUTHENTICATION_UNWANTED] =
        "give --key to have it verified, or see who answers in its place",
    [AUTHENTICATION_NAK] =
        "the server does not know the key, or has another one with its id: compare the "
        "key files",
    [AUTHENTICATION_OTHER_KEY] = "see the key file of the server",
    [AUTHENTICATION_LENGTH] = "compare the type of the key in both key files",
    [AUTHENTICATION_WRONG] =
        "the server has another key with this id, or somebody else answers in its place: "
        "compare the key files",
    [AUTHENTICATION_NTS_UNIDENTIFIED] =
        "the NTP server knows nothing of NTS, or somebody else answers in its place",
    [AUTHENTICATION_NTS_OTHER_REQUEST] = "see who else may answer",
    [AUTHENTICATION_NTS_NAK] =
        "the NTP server does not know the cookie: it and the key server must have the "
        "same keys, see ntsdumpdir and ntsrotate in chrony.conf",
    [AUTHENTICATION_NTS_MISSING] =
        "the NTP server knows nothing of NTS, or somebody else answers in its place",
    [AUTHENTICATION_NTS_MALFORMED] = "see its software, and who else may answer",
    [AUTHENTICATION_NTS_WRONG] =
        "somebody changed it on its way, or the NTP server has other keys than the key "
        "server",
    [AUTHENTICATION_NTS_NO_COOKIE] =
        "its clients run out of cookies, and do not use such answers: see its software",
};

static void report_forgery(const struct ntp_server *server, struct result *result)
{
    const enum authentication_error error = server->answer.unauthentic;
    const struct authenticator *authenticator = server->authenticator;

    result_reason(result, STATE_CRITICAL, "reply from %.110s is not %s%s: %s: %s",
                  server->place, authenticator ? "authenticated with " : "believed",
                  authenticator ? authenticator->name : "",
                  authentication_error_text(error), forgery_remedies[error]);
}

static void report_local(const struct ntp_server *server, const struct settings *settings,
                         struct result *result)
{
    if (settings->allow_local)
        result_reason(result, STATE_OK,
                      "%.110s is free-running on its local reference, as allowed",
                      server->label);
    else
        result_reason(result, STATE_CRITICAL,
                      "%.110s serves its local reference as the truth, stratum %u: no "
                      "source steers "
                      "its clock, see its sources, and local in chrony.conf",
                      server->label, server->answer.packet.stratum);
}

void ntp_report(const struct snapshot *snapshot, const struct ntp_server *server,
                const struct settings *settings, struct result *result)
{
    if (server->found)
        report_no_address(server, result);
    else if (server->answer.error == PROBE_NO_KEYS)
        ntp_report_keys(server, settings, result);
    else if (server->answer.error == PROBE_UNUSABLE)
        report_useless(server, result);
    else if (server->answer.error == PROBE_UNAUTHENTIC)
        report_forgery(server, result);
    else if (server->answer.error == PROBE_STEPPED)
        result_reason(result, STATE_UNKNOWN,
                      "the clock of this host was stepped while %.110s answered: the "
                      "sample is dropped, ask again",
                      server->place);
    else if (server->answer.error)
        report_absence(snapshot, server, settings, result);
    else if (ntp_server_is_local(server))
        report_local(server, settings, result);
}

const char *ntp_outcome_text(const struct ntp_server *server)
{
    if (server->found)
        return "no address";
    if (server->answer.error == PROBE_UNUSABLE)
        return packet_error_text(server->answer.unusable);
    if (server->answer.error == PROBE_UNAUTHENTIC)
        return authentication_error_text(server->answer.unauthentic);
    return verdicts[server->answer.error].outcome;
}
