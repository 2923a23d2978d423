/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Passes datagrams on to a server, and its answers back, each after the same delay.

   udp_relay --listen ADDRESS:PORT --target ADDRESS:PORT [--source ADDRESS] [--delay-ms N]
             [--pidfile FILE]

   The server sees each client as a port of its own at the source address. */

#define _GNU_SOURCE 1

#include "helper.h"

#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_CLIENTS = 256,
    QUEUE_SIZE = 8192,
    MAX_PACKET = 2048,
    RECEIVE_BUFFER = 1 << 22
};

static const int64_t second_ns = 1000000000;

struct client {
    struct address address;
    int upstream;
};

struct packet {
    int64_t due_ns;
    int fd;
    struct address destination;
    size_t length;
    unsigned char bytes[MAX_PACKET];
};

/* The delay is the same for all, so packets leave in the order in which they came. */
struct queue {
    struct packet *packets;
    size_t taken, added;
};

struct relay {
    const char *listen_text, *target_text, *source_text, *pidfile;
    int64_t delay_ms;
    struct address target, source;
    int listener;
    struct client clients[MAX_CLIENTS];
    size_t clients_seen;
    struct queue queue;
};

static void read_relay_options(struct relay *relay, int argc, char **argv)
{
    const struct option_row rows[] = {
        {"listen", &relay->listen_text, NULL, 0, 0},
        {"target", &relay->target_text, NULL, 0, 0},
        {"source", &relay->source_text, NULL, 0, 0},
        {"pidfile", &relay->pidfile, NULL, 0, 0},
        {"delay-ms", NULL, &relay->delay_ms, 0, 60000},
    };

    read_options(argc, argv, rows, sizeof rows / sizeof rows[0]);
    if (!relay->listen_text || !relay->target_text)
        fail("--listen and --target are needed");
}

static int open_roomy_udp(const struct address *local)
{
    int fd = open_udp(local);
    int size = RECEIVE_BUFFER;

    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return fd;
}

static void open_relay(struct relay *relay)
{
    struct address listen = parse_endpoint(relay->listen_text);

    relay->target = parse_endpoint(relay->target_text);
    relay->source = make_address(relay->source_text, 0);
    relay->listener = open_roomy_udp(&listen);
    relay->queue.packets = calloc(QUEUE_SIZE, sizeof *relay->queue.packets);
    if (!relay->queue.packets)
        fail("no memory");
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * second_ns + now.tv_nsec;
}

static size_t client_count(const struct relay *relay)
{
    return relay->clients_seen < MAX_CLIENTS ? relay->clients_seen : MAX_CLIENTS;
}

static bool same_address(const struct address *a, const struct address *b)
{
    return a->length == b->length && memcmp(&a->socket, &b->socket, a->length) == 0;
}

/* A new client takes the place of the oldest one when there is no room. */
static struct client *find_client(struct relay *relay, const struct address *address)
{
    for (size_t i = 0; i < client_count(relay); i++)
        if (same_address(&relay->clients[i].address, address))
            return &relay->clients[i];

    struct client *client = &relay->clients[relay->clients_seen % MAX_CLIENTS];
    if (relay->clients_seen >= MAX_CLIENTS)
        close(client->upstream);
    relay->clients_seen++;
    client->address = *address;
    client->upstream = open_roomy_udp(&relay->source);
    return client;
}

static bool receive(int fd, struct packet *packet, struct address *sender)
{
    *sender = (struct address){.length = sizeof sender->socket};
    ssize_t length = recvfrom(fd, packet->bytes, sizeof packet->bytes, 0,
                              (struct sockaddr *)&sender->socket, &sender->length);
    if (length < 0)
        return false;
    packet->length = (size_t)length;
    return true;
}

static struct packet *next_free(struct queue *queue)
{
    bool full = queue->added - queue->taken == QUEUE_SIZE;

    return full ? NULL : &queue->packets[queue->added % QUEUE_SIZE];
}

static void send_later(struct relay *relay, struct packet *packet, int fd,
                       const struct address *destination)
{
    packet->due_ns = now_ns() + relay->delay_ms * 1000000;
    packet->fd = fd;
    packet->destination = *destination;
    relay->queue.added++;
}

static void take_requests(struct relay *relay)
{
    struct packet *packet;
    struct address sender;

    while ((packet = next_free(&relay->queue)) &&
           receive(relay->listener, packet, &sender))
        send_later(relay, packet, find_client(relay, &sender)->upstream, &relay->target);
}

static void take_answers(struct relay *relay, const struct client *client)
{
    struct packet *packet;
    struct address sender;

    while ((packet = next_free(&relay->queue)) &&
           receive(client->upstream, packet, &sender))
        send_later(relay, packet, relay->listener, &client->address);
}

static void send_due(struct queue *queue)
{
    for (; queue->taken != queue->added; queue->taken++) {
        const struct packet *packet = &queue->packets[queue->taken % QUEUE_SIZE];

        if (packet->due_ns > now_ns())
            return;
        sendto(packet->fd, packet->bytes, packet->length, 0,
               (const struct sockaddr *)&packet->destination.socket,
               packet->destination.length);
    }
}

static void wait_for_work(const struct relay *relay)
{
    struct pollfd sockets[MAX_CLIENTS + 1] = {{.fd = relay->listener, .events = POLLIN}};
    const struct queue *queue = &relay->queue;
    bool idle = queue->taken == queue->added;
    int64_t left = idle ? 0 : queue->packets[queue->taken % QUEUE_SIZE].due_ns - now_ns();
    struct timespec timeout = {0};
    nfds_t count = 1;

    for (size_t i = 0; i < client_count(relay); i++)
        sockets[count++] =
            (struct pollfd){.fd = relay->clients[i].upstream, .events = POLLIN};
    if (left > 0) {
        timeout.tv_sec = left / second_ns;
        timeout.tv_nsec = left % second_ns;
    }
    ppoll(sockets, count, idle ? NULL : &timeout, NULL);
}

int main(int argc, char **argv)
{
    static struct relay relay = {.source_text = "127.0.0.1"};

    read_relay_options(&relay, argc, argv);
    open_relay(&relay);
    go_background(relay.pidfile);
    for (;;) {
        wait_for_work(&relay);
        take_requests(&relay);
        for (size_t i = 0; i < client_count(&relay); i++)
            take_answers(&relay, &relay.clients[i]);
        send_due(&relay.queue);
    }
}
