/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The two views of one chronyd: what it says of itself over its command protocol, and
 * what NTP clients get. */
#include "checks/ntp.h"
#include "checks/report.h"
#include "names.h"

#include <inttypes.h>
#include <string.h>

enum {
    DIFFERENCES = 152,
    TOLERANCE = 1, /* s: the local reference has a reference time that moves */
};

/* Bits of what differs. */
enum difference {
    LEAP_STATUS = 1 << 0,
    STRATUM = 1 << 1,
    REFERENCE_ID = 1 << 2,
    REFERENCE_TIME = 1 << 3,
};

static unsigned words_differ(const struct ntp_packet *packet,
                             const struct tracking *tracking)
{
    return (packet->leap_status != tracking->leap_status ? LEAP_STATUS : 0u) |
           (packet->stratum != tracking->stratum ? STRATUM : 0u) |
           (packet->reference_id != tracking->reference_id ? REFERENCE_ID : 0u);
}

/* 0, as in NTP, where there was none yet. */
static uint64_t reference_of(const struct tracking *tracking)
{
    const struct wire_time *time = &tracking->reference_time;

    return time->seconds ? timestamp_of_unix(time->seconds, time->nanoseconds) : 0;
}

/* s, from what chronyd says to what NTP says. */
static double reference_later(const struct ntp_packet *packet,
                              const struct tracking *tracking)
{
    return timestamp_difference(packet->reference, reference_of(tracking));
}

/* chronyd was asked before and after: NTP may say what either said, and a time between.
 * While chronyd smooths the time that it serves, it hides the rest on purpose. */
static unsigned find_differences(const struct ntp_packet *packet,
                                 const struct snapshot *snapshot)
{
    const struct tracking *before = &snapshot->tracking,
                          *after = &snapshot->tracking_later;
    unsigned differences = words_differ(packet, before) ? words_differ(packet, after) : 0;

    if (packet->reference_id == REFERENCE_ID_SMOOTHED)
        return differences & STRATUM;
    if (reference_later(packet, before) < -TOLERANCE ||
        reference_later(packet, after) > TOLERANCE)
        differences |= REFERENCE_TIME;
    return differences;
}

static const char *comma(const char *text)
{
    return *text ? ", " : "";
}

static void list_reference_time(const struct ntp_packet *packet,
                                const struct tracking *tracking,
                                char text[static DIFFERENCES])
{
    const double later = reference_later(packet, tracking);
    char time[QUANTITY_TEXT];

    quantity_text(later < 0 ? -later : later, UNIT_SECONDS, time);
    if (packet->reference && reference_of(tracking))
        report_append(text, DIFFERENCES, "%sreference time %s %s", comma(text), time,
                      later < 0 ? "earlier" : "later");
    else
        report_append(text, DIFFERENCES, "%s%s reference time", comma(text),
                      packet->reference ? "a" : "no");
}

/* "stratum 1 against 3, reference id 47505300 against C0000201" */
static void list_differences(unsigned differences, const struct ntp_packet *packet,
                             const struct tracking *tracking,
                             char text[static DIFFERENCES])
{
    *text = '\0';
    if (differences & LEAP_STATUS)
        report_append(text, DIFFERENCES, "leap status %s against %s",
                      ntp_leap_text(packet->leap_status),
                      ntp_leap_text(tracking->leap_status));
    if (differences & STRATUM)
        report_append(text, DIFFERENCES, "%sstratum %u against %u", comma(text),
                      packet->stratum, tracking->stratum);
    if (differences & REFERENCE_ID)
        report_append(text, DIFFERENCES,
                      "%sreference id %08" PRIX32 " against %08" PRIX32, comma(text),
                      packet->reference_id, tracking->reference_id);
    if (differences & REFERENCE_TIME)
        list_reference_time(packet, tracking, text);
}

/* A leap smear hides the leap second on purpose. */
static bool hides_leap_second(unsigned differences, const struct ntp_packet *packet,
                              const struct tracking *tracking)
{
    return differences == LEAP_STATUS && packet->leap_status == LEAP_NORMAL &&
           tracking->leap_status < LEAP_UNSYNCHRONISED;
}

static void compare_one(const struct ntp_server *server, const struct snapshot *snapshot,
                        struct result *result)
{
    const struct ntp_packet *packet = &server->answer.packet;
    const struct tracking *tracking = &snapshot->tracking_later;
    const unsigned differences = find_differences(packet, snapshot);
    char text[DIFFERENCES];

    list_differences(differences, packet, tracking, text);
    if (!differences)
        result_reason(result, STATE_OK, "%.96s answers as its chronyd says",
                      server->label);
    else if (hides_leap_second(differences, packet, tracking))
        result_reason(result, STATE_WARNING,
                      "%.64s does not pass on the leap second that its chronyd knows of: "
                      "right only for a leap smear, see leapsecmode in chrony.conf",
                      server->label);
    else
        result_reason(
            result, STATE_CRITICAL,
            "%.40s answers otherwise than chronyd says (%s): who holds the port? "
            "see bindaddress",
            server->label, text);
}

/* It has said what can be compared: a time, or that it has none. */
static bool has_said(const struct ntp_server *server)
{
    return !server->found &&
           (!server->answer.error || (server->answer.error == PROBE_UNUSABLE &&
                                      server->answer.unusable == PACKET_UNSYNCHRONISED));
}

bool ntp_is_elsewhere(const struct ntp_server *server, const struct settings *settings)
{
    const char *host = server->keys.host, *place = server->keys.place;
    const size_t length = strlen(host);
    const bool is_own_address = !strncmp(host, place, length) && place[length] == ' ';

    return length && !settings->command_host && !is_own_address &&
           !(server->name && name_is_same(host, server->name));
}

void ntp_compare(const struct snapshot *snapshot, const struct settings *settings,
                 struct result *result)
{
    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct ntp_server *server = &snapshot->servers[i];

        if (!has_said(server))
            continue;
        if (ntp_is_elsewhere(server, settings))
            result_reason(
                result, STATE_OK,
                "not compared with the chronyd of %.64s, since %.64s serves its "
                "NTP: name the host of that one's chronyd with --command-host",
                server->label, server->keys.host);
        else
            compare_one(server, snapshot, result);
    }
}
