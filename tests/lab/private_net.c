/* SPDX-License-Identifier: GPL-2.0-or-later */

/* Runs a command where no port is taken and where /run is empty: with a network of its
   own that is loopback alone, and a /run of its own, both of which end with it. The
   command is root there, and only there if an ordinary user runs this.

   private_net COMMAND [ARGUMENT...]

   Exit status 77: this system does not permit it. */

#define _GNU_SOURCE 1

#include "helper.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

enum { NOT_PERMITTED = 77 };

static void need(bool success, const char *what)
{
    if (success)
        return;
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
    exit(NOT_PERMITTED);
}

static void write_map(const char *path, unsigned id)
{
    FILE *file = fopen(path, "w");

    need(file && fprintf(file, "0 %u 1", id) > 0 && fclose(file) == 0, path);
}

/* An ordinary user must give up the right to leave groups before groups can be mapped. */
static void become_root(void)
{
    const uid_t user = geteuid();
    const gid_t group = getegid();
    FILE *file;

    if (user == 0)
        return;
    need(unshare(CLONE_NEWUSER) == 0, "no user namespace");
    file = fopen("/proc/self/setgroups", "w");
    need(file && fputs("deny", file) >= 0 && fclose(file) == 0, "setgroups");
    write_map("/proc/self/uid_map", user);
    write_map("/proc/self/gid_map", group);
}

static void start_loopback(void)
{
    struct ifreq loopback = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    need(fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &loopback) == 0, "no loopback");
    loopback.ifr_flags |= IFF_UP;
    need(ioctl(fd, SIOCSIFFLAGS, &loopback) == 0, "cannot start loopback");
    close(fd);
}

static void empty_run(void)
{
    need(mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "mounts stay shared");
    need(mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755") == 0, "/run");
}

int main(int argc, char **argv)
{
    if (argc < 2)
        fail("a command is needed");
    become_root();
    need(unshare(CLONE_NEWNET | CLONE_NEWNS) == 0, "no network of its own");
    start_loopback();
    empty_run();
    execvp(argv[1], argv + 1);
    need(false, argv[1]);
}
