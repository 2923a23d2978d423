/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Listens on a Unix socket of the other kind: streams, not datagrams.

   stream_socket --socket PATH [--pidfile FILE] */

#define _GNU_SOURCE 1

#include "helper.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/un.h>

static void listen_at(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (strlen(path) >= sizeof name.sun_path)
        fail("the path '%s' is too long for a socket", path);
    memcpy(name.sun_path, path, strlen(path));
    if (fd < 0 || bind(fd, (const struct sockaddr *)&name, sizeof name) < 0 ||
        listen(fd, 1) < 0)
        fail("cannot listen on %s: %s", path, strerror(errno));
}

int main(int argc, char **argv)
{
    const char *path = NULL, *pidfile = NULL;
    const struct option_row rows[] = {{"socket", &path, NULL, 0, 0},
                                      {"pidfile", &pidfile, NULL, 0, 0}};

    read_options(argc, argv, rows, sizeof rows / sizeof rows[0]);
    if (!path)
        fail("--socket is needed");
    listen_at(path);
    go_background(pidfile);
    for (;;)
        poll(NULL, 0, -1);
}
