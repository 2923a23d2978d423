/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/ntp.h"
#include "checks/checks.h"
#include "checks/clock.h"
#include "checks/naming.h"
#include "checks/report.h"

#include <math.h>
#include <stdio.h>

enum {
    OFFSET,
    ROUND_TRIP,
    STRATUM,
    ROOT_DISTANCE,
    PRECISION,
    OF_ONE, /* the metrics above are of one server, those below of several together */
    DISAGREEMENT = OF_ONE,
    DIFFERENCE,
    CERTIFICATE_DAYS, /* of one, which need not have answered */
    METRICS,
    NAMED = 4, /* servers in the text; so many fit */
};

static const struct metric metrics[METRICS] = {
    [OFFSET] = {"offset", UNIT_SECONDS, true, INFINITY, "10ms", "100ms",
                "distance of this host's clock from the server's; above 0: ahead; of "
                "several servers the one that is farthest off counts, as for the next "
                "four metrics"},
    [ROUND_TRIP] = {"round_trip", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                    "time that the request and the answer spent on the network"},
    [STRATUM] = {"stratum", UNIT_COUNT, false, 16, "1:5", "1:15",
                 "hops between the server and a reference clock"},
    [ROOT_DISTANCE] = {"root_distance", UNIT_SECONDS, false, INFINITY, "1s", "3s",
                       "the most that the server's time can be off, as it is had here: "
                       "root delay / 2 + "
                       "root dispersion + round trip / 2 + precision"},
    [PRECISION] = {"precision", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                   "precision of the server's clock, as it says"},
    [DISAGREEMENT] =
        {"disagreement", UNIT_SECONDS, false, INFINITY, "1ms", "100ms",
         "the most by which the times of two servers differ beyond the sum of their root "
         "distances; above 0, one of them is wrong"},
    [DIFFERENCE] = {"difference", UNIT_SECONDS, false, INFINITY, NULL, NULL,
                    "the most by which the times of two servers differ"},
    [CERTIFICATE_DAYS] = {"certificate_days", UNIT_COUNT, false, INFINITY, "30:", "7:",
                          "whole days until the server's certificate for NTS expires; "
                          "below 0: since then"},
};

static const struct option_row options[] = {
    {"hostname", 'H', OPTION_LIST, offsetof(struct settings, servers), "HOST",
     "127.0.0.1, then ::1", NULL,
     "name or address of an NTP server; may be repeated for up to 16 servers (8 with "
     "--both-families), which are all asked at the same time"},
    {"ntp-port", 'P', OPTION_PORT, offsetof(struct settings, ntp_port), "PORT", "123",
     NULL,
     "UDP port of the NTP servers; with --nts, of those whose keys are for no other"},
    {"both-families", 0, OPTION_FLAG, offsetof(struct settings, both_families), NULL,
     NULL, NULL,
     "ask each server over IPv4 and over IPv6; a family that does not answer is as bad "
     "as a server that does not"},
    {"compare", 0, OPTION_FLAG, offsetof(struct settings, compare), NULL, NULL, NULL,
     "ask the server's chronyd over its command protocol, too (-p, -S), and compare what "
     "it says there with what NTP clients get; for one server"},
    {"command-host", 0, OPTION_TEXT, offsetof(struct settings, command_host), "HOST",
     "that of -H", NULL,
     "the host of that chronyd for the command protocol, where NTP is asked at another "
     "of its addresses"},
    {"allow-pool", 0, OPTION_FLAG, offsetof(struct settings, allow_pool), NULL, NULL,
     NULL, "ask servers of a public pool (pool.ntp.org), too"},
    {"key", 0, OPTION_KEY, offsetof(struct settings, key), "ID", NULL, NULL,
     "authenticate the servers, all with this key: what is not proven by it is no "
     "answer"},
    {"keyfile", 0, OPTION_PATH, offsetof(struct settings, key_file), "FILE", NULL, NULL,
     "the file where that key is, in the format of chronyd (chrony.conf: keyfile)"},
    {"nts", 0, OPTION_FLAG, offsetof(struct settings, nts), NULL, NULL, NULL,
     "authenticate the servers with NTS, by the names of -H: what is not proven is no "
     "answer"},
    {"nts-port", 0, OPTION_PORT, offsetof(struct settings, nts_port), "PORT", "4460",
     NULL, "TCP port where they are asked for keys"},
    {"trusted-certs", 0, OPTION_PATH, offsetof(struct settings, trusted_certs), "FILE",
     "those of the system", NULL,
     "the certificates of those who may sign that of a server, in PEM"},
    OPTION_ALLOW_LOCAL,
    {0},
};

static unsigned needs(const struct settings *settings)
{
    return NEED_NTP_PROBE | (settings->compare ? NEED_TRACKING : 0);
}

static bool refuse(const struct settings *settings, char error[static CHECK_ERROR])
{
    const struct metric_limits days =
        settings_limits(settings, &metrics[CERTIFICATE_DAYS]);
    const bool lonely = !settings->nts && (days.warning_given || days.critical_given);

    if (lonely)
        snprintf(error, CHECK_ERROR, "%s is about NTS: add --nts, or leave it out",
                 days.critical_given ? "--certificate-days-critical"
                                     : "--certificate-days-warning");
    return lonely;
}

bool ntp_is_good(const struct ntp_server *server, const struct settings *settings)
{
    return !server->found && !server->answer.error &&
           (settings->allow_local || !ntp_server_is_local(server));
}

double ntp_root_distance(const struct ntp_server *server)
{
    const struct ntp_packet *packet = &server->answer.packet;

    return packet->root_delay / 2 + packet->root_dispersion +
           server->answer.sample.round_trip / 2 + packet->precision;
}

const char *ntp_leap_text(unsigned leap_status)
{
    static const char *const texts[] = {[LEAP_NORMAL] = "normal",
                                        [LEAP_INSERT] = "insert second",
                                        [LEAP_DELETE] = "delete second",
                                        [LEAP_UNSYNCHRONISED] = "not synchronised"};

    return leap_status < sizeof texts / sizeof texts[0] ? texts[leap_status] : "unknown";
}

/* --- numbers --- */

static double value_of(const struct ntp_server *server, int metric)
{
    const double values[OF_ONE] = {
        [OFFSET] = server->answer.sample.offset,
        [ROUND_TRIP] = server->answer.sample.round_trip,
        [STRATUM] = server->answer.packet.stratum,
        [ROOT_DISTANCE] = ntp_root_distance(server),
        [PRECISION] = server->answer.packet.precision,
    };

    return values[metric];
}

/* The stratum of a local reference is no number of hops: only a given limit holds. */
static struct limits limits_of(const struct settings *settings, int metric,
                               const struct ntp_server *server)
{
    struct metric_limits found = settings_limits(settings, &metrics[metric]);

    if (metric == STRATUM && server && ntp_server_is_local(server)) {
        found.limits.warning.set = found.warning_given;
        found.limits.critical.set = found.critical_given;
    }
    return found.limits;
}

/* Each server is judged, and the worst of them is the datum. */
static void measure(const struct snapshot *snapshot, const struct settings *settings,
                    int metric, struct result *result)
{
    const struct ntp_server *worst = NULL;
    struct limits limits;

    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct ntp_server *server = &snapshot->servers[i];
        const char *subject = snapshot->server_count > 1 ? server->label : NULL;

        if (!ntp_is_good(server, settings))
            continue;
        limits = limits_of(settings, metric, server);
        result_judge(result, subject, &metrics[metric], value_of(server, metric),
                     &limits);
        if (!worst || fabs(value_of(server, metric)) > fabs(value_of(worst, metric)))
            worst = server;
    }
    if (!worst)
        return;
    limits = limits_of(settings, metric, worst);
    result_record(result, &metrics[metric], value_of(worst, metric), &limits);
}

/* Each certificate is judged, and the first to expire is the datum. One that has expired
 * already is a reason of its own. */
static void measure_certificates(const struct snapshot *snapshot,
                                 const struct settings *settings, struct result *result)
{
    const struct limits limits = limits_of(settings, CERTIFICATE_DAYS, NULL);
    double least = NAN;

    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct ntp_server *server = &snapshot->servers[i];
        const double days = ntp_certificate_days(server);

        if (server->keys.outcome.error != NTS_EXPIRED)
            result_judge(result, snapshot->server_count > 1 ? server->label : NULL,
                         &metrics[CERTIFICATE_DAYS], days, &limits);
        if (isnan(least) || days < least)
            least = days;
    }
    result_record(result, &metrics[CERTIFICATE_DAYS], least, &limits);
}

/* --- text --- */

/* "340 ns behind 192.0.2.1" */
static void write_offset(const struct ntp_server *server, char text[static REASON_TEXT])
{
    const double offset = server->answer.sample.offset;
    char number[QUANTITY_TEXT];

    quantity_text(fabs(offset), UNIT_SECONDS, number);
    snprintf(text, REASON_TEXT, "%s %s %.64s", number, offset < 0 ? "behind" : "ahead of",
             server->label);
}

static const char *announcement(unsigned leap_status)
{
    return leap_status == LEAP_INSERT   ? "a leap second will be inserted"
           : leap_status == LEAP_DELETE ? "a leap second will be deleted"
                                        : "no leap second is announced";
}

static void summarise_one(const struct ntp_server *server, struct result *result)
{
    const struct ntp_packet *packet = &server->answer.packet;
    char offset[REASON_TEXT], round_trip[QUANTITY_TEXT];

    write_offset(server, offset);
    quantity_text(server->answer.sample.round_trip, UNIT_SECONDS, round_trip);
    result_reason(result, STATE_OK,
                  "clock is %.128s, round trip %s, stratum %u, reference id %s, %s",
                  offset, round_trip, packet->stratum, server->reference_id,
                  announcement(packet->leap_status));
}

/* "clock is 12 us ahead of a, 14 us ahead of b and 3 us behind c" */
static void summarise_several(const struct snapshot *snapshot,
                              const struct settings *settings, size_t good,
                              struct result *result)
{
    char text[REASON_TEXT] = "clock is ", offset[REASON_TEXT];
    size_t told = 0;

    for (size_t i = 0; i < snapshot->server_count && told < NAMED; i++) {
        if (!ntp_is_good(&snapshot->servers[i], settings))
            continue;
        write_offset(&snapshot->servers[i], offset);
        report_append(text, sizeof text, "%s%s",
                      !told              ? ""
                      : told + 1 == good ? " and "
                                         : ", ",
                      offset);
        told++;
    }
    if (good > told)
        report_append(text, sizeof text, " and so on (%zu servers)", good);
    result_reason(result, STATE_OK, "%s", text);
}

static void tell_leap(const struct snapshot *snapshot, const struct settings *settings,
                      struct result *result)
{
    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct ntp_server *server = &snapshot->servers[i];

        if (ntp_is_good(server, settings) && server->answer.packet.leap_status)
            result_reason(result, STATE_OK, "%.96s says that %s", server->label,
                          announcement(server->answer.packet.leap_status));
    }
}

static void tell_authentication(const struct snapshot *snapshot,
                                const struct settings *settings, struct result *result)
{
    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct ntp_server *server = &snapshot->servers[i];

        if (!ntp_is_good(server, settings) || !server->authenticator)
            continue;
        result_reason(result, STATE_OK, "authenticated with %s",
                      server->authenticator->name);
        return;
    }
}

static void summarise(const struct snapshot *snapshot, const struct settings *settings,
                      size_t good, struct result *result)
{
    for (size_t i = 0; good == 1 && i < snapshot->server_count; i++)
        if (ntp_is_good(&snapshot->servers[i], settings))
            summarise_one(&snapshot->servers[i], result);
    if (good > 1) {
        summarise_several(snapshot, settings, good, result);
        tell_leap(snapshot, settings, result);
    }
    tell_authentication(snapshot, settings, result);
    ntp_tell_named(snapshot, settings, result);
}

/* A key that everybody may have had proves nothing, nor does a certificate that everybody
 * may have made. */
static void judge_files(const struct snapshot *snapshot, const struct settings *settings,
                        struct result *result)
{
    unsigned exposed = 0;

    for (size_t i = 0; i < snapshot->server_count; i++)
        if (snapshot->servers[i].authenticator)
            exposed |= snapshot->servers[i].authenticator->exposed;
    if (exposed && settings->nts)
        result_reason(result, STATE_WARNING,
                      "everybody may write to the trusted certificates %.80s: chmod o-w "
                      "them, and see whose they are",
                      settings->trusted_certs);
    else if (exposed)
        result_reason(result, STATE_WARNING,
                      "everybody may %s the key file %.80s: chmod o= it, and change the "
                      "keys on all sides",
                      exposed == 2   ? "write to"
                      : exposed == 4 ? "read"
                                     : "read and write",
                      settings->key_file);
}

/* --- several servers --- */

/* Who is wrong can only be told where there is a majority. */
static void accuse(const struct ntp_agreement *agreement, enum state state,
                   struct result *result)
{
    struct naming odd = {.count = 0};

    for (size_t i = 0; i < agreement->odd_count; i++)
        naming_add(&odd, agreement->odd[i]->label);
    if (odd.count)
        result_reason(result, state, "odd one%s out: %s", odd.count > 1 ? "s" : "",
                      naming_finish(&odd));
    else
        result_reason(
            result, state,
            "%.64s and %.64s contradict each other, and no majority tells which "
            "of them is wrong: ask more servers",
            agreement->first->label, agreement->second->label);
}

static void judge_agreement(const struct ntp_agreement *agreement,
                            const struct settings *settings, struct result *result)
{
    struct limits limits = limits_of(settings, DISAGREEMENT, NULL);
    enum state state =
        result_measure(result, &metrics[DISAGREEMENT], agreement->disagreement, &limits);

    if (state && agreement->disagreement > 0)
        accuse(agreement, state, result);
    limits = limits_of(settings, DIFFERENCE, NULL);
    result_measure(result, &metrics[DIFFERENCE], agreement->difference, &limits);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    const struct ntp_agreement agreement = ntp_agree(snapshot, settings);

    for (size_t i = 0; i < snapshot->server_count; i++)
        ntp_report(snapshot, &snapshot->servers[i], settings, result);
    judge_files(snapshot, settings, result);
    for (int metric = 0; metric < OF_ONE; metric++)
        measure(snapshot, settings, metric, result);
    measure_certificates(snapshot, settings, result);
    judge_agreement(&agreement, settings, result);
    if (settings->compare && report_has_tracking(snapshot, settings, result))
        ntp_compare(snapshot, settings, result);
    summarise(snapshot, settings, agreement.good, result);
    if (settings->verbose)
        ntp_tabulate(snapshot, result);
}

const struct check ntp_check = {
    .name = "ntp",
    .question = "Does the NTP port answer, over IPv4 and IPv6, with the truth?",
    .metrics = metrics,
    .metric_count = METRICS,
    .options = options,
    .needs = needs,
    .refuse = refuse,
    .judge = judge,
};
