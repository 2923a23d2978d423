/* SPDX-License-Identifier: GPL-2.0-or-later */

/* An NTP server that says what it is told to say.

   ntp_server --bind ADDRESS[,ADDRESS...] --port N [--leap N] [--stratum N] [--refid N]
              [--offset-us N] [--jitter-us N] [--root-delay-us N] [--root-dispersion-us N]
              [--pidfile FILE] */

#define _GNU_SOURCE 1

#include "helper.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PACKET_SIZE = 48, MAX_SOCKETS = 16, MODE_CLIENT = 3, MODE_SERVER = 4 };

static const int64_t second_us = 1000000;
static const int64_t second_ns = 1000000000;
static const int64_t unix_epoch_in_ntp = 2208988800;

struct server {
    const char *bind, *pidfile;
    int64_t port, leap, stratum, refid;
    int64_t offset_us, jitter_us, root_delay_us, root_dispersion_us;
    struct pollfd sockets[MAX_SOCKETS];
    nfds_t socket_count;
};

static void read_server_options(struct server *server, int argc, char **argv)
{
    const int64_t year_us = 366 * 86400 * second_us;
    const int64_t long_us = 1000 * second_us;
    const struct option_row rows[] = {
        {"bind", &server->bind, NULL, 0, 0},
        {"pidfile", &server->pidfile, NULL, 0, 0},
        {"port", NULL, &server->port, 1, 65535},
        {"leap", NULL, &server->leap, 0, 3},
        {"stratum", NULL, &server->stratum, 0, 255},
        {"refid", NULL, &server->refid, 0, UINT32_MAX},
        {"offset-us", NULL, &server->offset_us, -year_us, year_us},
        {"jitter-us", NULL, &server->jitter_us, 0, second_us},
        {"root-delay-us", NULL, &server->root_delay_us, 0, long_us},
        {"root-dispersion-us", NULL, &server->root_dispersion_us, 0, long_us},
    };

    read_options(argc, argv, rows, sizeof rows / sizeof rows[0]);
    if (!server->bind || !server->port)
        fail("--bind and --port are needed");
}

static void open_sockets(struct server *server)
{
    char *rest = strdup(server->bind);
    char *list = rest;

    for (char *host; (host = strsep(&rest, ","));) {
        struct address local = make_address(host, server->port);

        if (server->socket_count == MAX_SOCKETS)
            fail("at most %d addresses", MAX_SOCKETS);
        server->sockets[server->socket_count++] =
            (struct pollfd){.fd = open_udp(&local), .events = POLLIN};
    }
    free(list);
}

static void put_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> (24 - 8 * i));
}

static void put_short(unsigned char *at, int64_t us)
{
    put_u32(at, (uint32_t)(us * 65536 / second_us));
}

static void put_time(unsigned char *at, int64_t unix_ns)
{
    put_u32(at, (uint32_t)(unix_ns / second_ns + unix_epoch_in_ntp));
    put_u32(at + 4, (uint32_t)(((unix_ns % second_ns) << 32) / second_ns));
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * second_ns + now.tv_nsec;
}

static int64_t error_ns(const struct server *server)
{
    int64_t noise_us = random() % (2 * server->jitter_us + 1) - server->jitter_us;

    return (server->offset_us + noise_us) * 1000;
}

static void write_reply(const struct server *server, const unsigned char *request,
                        int64_t received_ns, unsigned char *reply)
{
    const int64_t error = error_ns(server);
    const unsigned version_bits = request[0] & 0x38;

    reply[0] = (unsigned char)((unsigned)server->leap << 6 | version_bits | MODE_SERVER);
    reply[1] = (unsigned char)server->stratum;
    reply[2] = request[2];
    reply[3] = (unsigned char)-20; /* precision: 2^-20 s, about a microsecond */
    put_short(reply + 4, server->root_delay_us);
    put_short(reply + 8, server->root_dispersion_us);
    put_u32(reply + 12, (uint32_t)server->refid);
    put_time(reply + 16, received_ns + error - second_ns);
    memcpy(reply + 24, request + 40, 8);
    put_time(reply + 32, received_ns + error);
    put_time(reply + 40, now_ns() + error);
}

static void answer(const struct server *server, int fd)
{
    unsigned char request[512], reply[PACKET_SIZE];
    struct address client = {.length = sizeof client.socket};
    struct sockaddr *from = (struct sockaddr *)&client.socket;

    ssize_t length = recvfrom(fd, request, sizeof request, 0, from, &client.length);
    if (length < PACKET_SIZE || (request[0] & 7) != MODE_CLIENT)
        return;
    write_reply(server, request, now_ns(), reply);
    sendto(fd, reply, sizeof reply, 0, from, client.length);
}

int main(int argc, char **argv)
{
    struct server server = {.stratum = 1, .refid = 0x4C414200}; /* "LAB" */

    read_server_options(&server, argc, argv);
    open_sockets(&server);
    go_background(server.pidfile);
    for (;;) {
        poll(server.sockets, server.socket_count, -1);
        for (nfds_t i = 0; i < server.socket_count; i++)
            if (server.sockets[i].revents)
                answer(&server, server.sockets[i].fd);
    }
}
