/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How NTP servers are asked for a snapshot. */
#include "snapshot.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>

static const char *family_text(int family)
{
    return family == AF_INET ? " over IPv4" : family == AF_INET6 ? " over IPv6" : "";
}

/* Leaves only the addresses of the wanted family. */
static void keep_family(struct ntp_server *server)
{
    struct target *target = &server->target;
    size_t kept = 0;

    for (size_t i = 0; i < target->count; i++)
        if (server->family == AF_UNSPEC ||
            server->family == target->addresses[i].ss_family)
            target->addresses[kept++] = target->addresses[i];
    target->count = kept;
    if (!server->found && !kept)
        server->found = TARGET_NO_FAMILY;
}

/* How people call the server, and where it was found; index is that of its address. */
static void set_texts(struct ntp_server *server, size_t index)
{
    const struct sockaddr_storage *address = &server->target.addresses[index];
    const char *over = family_text(server->family);
    char host[NI_MAXHOST] = "this machine", port[TARGET_TEXT] = "";

    if (!server->found) {
        getnameinfo((const struct sockaddr *)address, sizeof *address, host, sizeof host,
                    NULL, 0, NI_NUMERICHOST);
        target_text(&server->target, index, port);
    }
    if (!server->name || !strcmp(server->name, host)) {
        snprintf(server->label, SERVER_TEXT, "%.64s%s", host, over);
        snprintf(server->place, SERVER_TEXT, "%.200s%s", *port ? port : host, over);
    } else {
        snprintf(server->label, SERVER_TEXT, "%.64s%s", server->name, over);
        snprintf(server->place, SERVER_TEXT, "%.64s%s%s%s%s", server->name,
                 *port ? " (" : "", port, *port ? ")" : "", over);
    }
}

/* Letters of a reference clock, or what looks like an IPv4 address: that of its server,
 * or a hash of an IPv6 one. */
static void set_reference_id(struct ntp_server *server)
{
    const struct ntp_packet *packet = &server->answer.packet;
    const uint32_t id = packet->reference_id;
    char letters[PACKET_LETTERS];

    packet_letters(packet, letters);
    if (ntp_server_is_local(server))
        snprintf(server->reference_id, REFERENCE_TEXT, "local");
    else if (id == REFERENCE_ID_SMOOTHED)
        snprintf(server->reference_id, REFERENCE_TEXT, "smoothed");
    else if (packet->stratum <= 1 && id)
        snprintf(server->reference_id, REFERENCE_TEXT, "%s", letters);
    else
        snprintf(server->reference_id, REFERENCE_TEXT, "%u.%u.%u.%u", id >> 24,
                 id >> 16 & 0xff, id >> 8 & 0xff, id & 0xff);
}

static bool has_packet(const struct ntp_server *server)
{
    return !server->found &&
           (!server->answer.error || server->answer.error == PROBE_UNUSABLE ||
            server->answer.error == PROBE_STEPPED);
}

static void ask_servers(struct ntp_server *servers, size_t count, int64_t deadline)
{
    struct probe probes[SNAPSHOT_SERVERS];
    struct exchange *exchanges[SNAPSHOT_SERVERS] = {NULL};
    bool is_asked[SNAPSHOT_SERVERS] = {false};
    size_t asked = 0;

    for (size_t i = 0; i < count; i++) {
        const struct target *target = &servers[i].target;

        keep_family(&servers[i]);
        if (servers[i].found || servers[i].answer.error)
            continue;
        probe_open(&probes[i], target->addresses, target->count, deadline);
        probes[i].authenticator = servers[i].authenticator;
        exchanges[asked++] = &probes[i].exchange;
        is_asked[i] = true;
    }
    wait_all(exchanges, asked);
    for (size_t i = 0; i < count; i++) {
        if (is_asked[i]) {
            servers[i].answer = probes[i].answer;
            probe_close(&probes[i]);
        }
        set_texts(&servers[i], is_asked[i] ? probes[i].telling : 0);
        if (has_packet(&servers[i]))
            set_reference_id(&servers[i]);
    }
}

/* Tracking once more; or, where chronyd has not told it, all of it again in the time that
 * is left. */
static void take_later(struct snapshot *snapshot, const struct target *target,
                       unsigned needs, int64_t deadline)
{
    struct snapshot later;

    if (snapshot->tracking_error) {
        snapshot_free(snapshot);
        snapshot_take(snapshot, target, needs, deadline);
        snapshot->tracking_later = snapshot->tracking;
    } else {
        snapshot_take(&later, target, NEED_TRACKING, deadline);
        snapshot->tracking_later =
            later.tracking_error ? snapshot->tracking : later.tracking;
    }
}

void snapshot_take_ntp(struct snapshot *snapshot, const struct target *target,
                       struct ntp_server *servers, size_t count, unsigned needs,
                       int64_t deadline)
{
    const unsigned other_needs = needs & ~(unsigned)NEED_NTP_PROBE;
    const int64_t now = wait_now();

    snapshot_take(snapshot, target, other_needs, now + (deadline - now) / 2);
    ask_servers(servers, count, deadline);
    if (needs & NEED_TRACKING)
        take_later(snapshot, target, other_needs, deadline);
    snapshot->servers = servers;
    snapshot->server_count = count;
}
