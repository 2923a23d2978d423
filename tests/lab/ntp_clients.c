/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Asks an NTP server for the time, as many clients, one after the other. Succeeds when
   every packet was answered.

   ntp_clients --server ADDRESS:PORT --first ADDRESS --clients N --packets N
               [--patience-ms N]

   The clients have the IPv4 addresses from the first on. With a patience of 0 they wait
   for no answer, and need none: so few packets at once that the server's socket can hold
   them. */

#define _GNU_SOURCE 1

#include "helper.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

enum { PACKET_SIZE = 48, VERSION_4_CLIENT = 4 << 3 | 3 };

struct crowd {
    const char *server, *first;
    int64_t clients, packets, patience_ms;
};

static void read_crowd_options(struct crowd *crowd, int argc, char **argv)
{
    const struct option_row rows[] = {
        {"server", &crowd->server, NULL, 0, 0},
        {"first", &crowd->first, NULL, 0, 0},
        {"clients", NULL, &crowd->clients, 1, 65536},
        {"packets", NULL, &crowd->packets, 1, 1000},
        {"patience-ms", NULL, &crowd->patience_ms, 0, 60000},
    };

    read_options(argc, argv, rows, sizeof rows / sizeof rows[0]);
    if (!crowd->server || !crowd->first)
        fail("--server and --first are needed");
}

static struct address client_address(const char *first, int64_t client)
{
    struct address address = make_address(first, 0);
    struct sockaddr_in *name = (struct sockaddr_in *)&address.socket;

    if (name->sin_family != AF_INET)
        fail("'%s' is not an IPv4 address", first);
    name->sin_addr.s_addr = htonl(ntohl(name->sin_addr.s_addr) + (uint32_t)client);
    return address;
}

static bool exchange(int fd, const struct address *server, int patience_ms)
{
    const unsigned char request[PACKET_SIZE] = {VERSION_4_CLIENT};
    unsigned char answer[PACKET_SIZE];
    struct pollfd waiting = {.fd = fd, .events = POLLIN};

    sendto(fd, request, sizeof request, 0, (const struct sockaddr *)&server->socket,
           server->length);
    return !patience_ms || (poll(&waiting, 1, patience_ms) == 1 &&
                            recv(fd, answer, sizeof answer, 0) == PACKET_SIZE);
}

static int64_t run_client(const struct crowd *crowd, int64_t client)
{
    struct address server = parse_endpoint(crowd->server);
    struct address own = client_address(crowd->first, client);
    int64_t answers = 0;
    int fd = open_udp(&own);

    for (int64_t i = 0; i < crowd->packets; i++)
        answers += exchange(fd, &server, (int)crowd->patience_ms);
    close(fd);
    return answers;
}

int main(int argc, char **argv)
{
    struct crowd crowd = {.clients = 1, .packets = 1, .patience_ms = 2000};

    read_crowd_options(&crowd, argc, argv);
    for (int64_t i = 0; i < crowd.clients; i++)
        if (run_client(&crowd, i) != crowd.packets)
            fail("client %d was not always answered", (int)i);
    return 0;
}
