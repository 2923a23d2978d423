/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Finds a range of free UDP ports, prints its first port, and keeps the range for one lab
   until it is ended.

   port_guard [--pidfile FILE]

   chronyd opens its sockets with SO_REUSEPORT: two labs on one port would share it
   without an error. The guard's own socket on the first port has no such option, so that
   it is a lock, which the kernel gives back however the guard ends. */

#define _GNU_SOURCE 1

#include "helper.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/* Below the ports that Linux gives to clients by default. */
enum { FIRST_PORT = 20000, LAST_PORT = 32000, RANGE = 150 };

static bool binds(int fd, const struct address *address)
{
    return bind(fd, (const struct sockaddr *)&address->socket, address->length) == 0;
}

/* The socket's address is any of either family, unless this system has no IPv6. */
static int open_any(int64_t port, struct address *any)
{
    int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int no = 0;

    if (fd < 0) {
        *any = make_address("0.0.0.0", port);
        return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    }
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    *any = make_address("::", port);
    return fd;
}

static bool is_free(int64_t port)
{
    struct address any;
    int fd = open_any(port, &any);
    bool bound = binds(fd, &any);

    close(fd);
    return bound;
}

static bool all_free(int64_t first, int64_t last)
{
    for (int64_t port = first; port <= last; port++)
        if (!is_free(port))
            return false;
    return true;
}

static bool guard(int64_t base)
{
    struct address first = make_address("127.0.0.1", base);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (binds(fd, &first) && all_free(base + 1, base + RANGE - 1))
        return true;
    close(fd);
    return false;
}

int main(int argc, char **argv)
{
    const char *pidfile = NULL;
    const struct option_row rows[] = {{"pidfile", &pidfile, NULL, 0, 0}};
    int64_t base = FIRST_PORT;

    read_options(argc, argv, rows, 1);
    while (!guard(base)) {
        base += RANGE;
        if (base + RANGE > LAST_PORT)
            fail("no free range of %d ports", RANGE);
    }
    printf("%d\n", (int)base);
    go_background(pidfile);
    for (;;)
        poll(NULL, 0, -1);
}
