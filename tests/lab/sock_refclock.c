/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Feeds chronyd's "refclock SOCK" with the system's own time.

   sock_refclock --socket PATH [--offset-us N] [--interval-ms N] [--pidfile FILE] */

#define _GNU_SOURCE 1

#include "helper.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/time.h>
#include <sys/un.h>

/* The layout that chronyd's SOCK driver expects. */
struct sample {
    struct timeval time;
    double offset;
    int pulse, leap, padding, magic;
};

enum { SAMPLE_MAGIC = 0x534F434B }; /* "SOCK" */

struct feed {
    const char *socket, *pidfile;
    int64_t offset_us, interval_ms;
};

static void read_feed_options(struct feed *feed, int argc, char **argv)
{
    const int64_t day_us = 86400 * INT64_C(1000000);
    const struct option_row rows[] = {
        {"socket", &feed->socket, NULL, 0, 0},
        {"pidfile", &feed->pidfile, NULL, 0, 0},
        {"offset-us", NULL, &feed->offset_us, -day_us, day_us},
        {"interval-ms", NULL, &feed->interval_ms, 1, 60000},
    };

    read_options(argc, argv, rows, sizeof rows / sizeof rows[0]);
    if (!feed->socket)
        fail("--socket is needed");
}

static struct sockaddr_un socket_name(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    if (strlen(path) >= sizeof name.sun_path)
        fail("the path '%s' is too long for a socket", path);
    memcpy(name.sun_path, path, strlen(path));
    return name;
}

static int open_feed(const struct sockaddr_un *name)
{
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, (const struct sockaddr *)name, sizeof *name) < 0)
        fail("cannot connect to %s: %s", name->sun_path, strerror(errno));
    return fd;
}

static void send_sample(const struct feed *feed, int fd)
{
    struct sample sample = {.magic = SAMPLE_MAGIC,
                            .offset = (double)feed->offset_us / 1e6};

    gettimeofday(&sample.time, NULL);
    send(fd, &sample, sizeof sample, 0);
}

int main(int argc, char **argv)
{
    struct feed feed = {.interval_ms = 100};

    read_feed_options(&feed, argc, argv);
    struct sockaddr_un name = socket_name(feed.socket);
    int fd = open_feed(&name);
    go_background(feed.pidfile);
    for (;;) {
        send_sample(&feed, fd);
        poll(NULL, 0, (int)feed.interval_ms);
    }
}
