/* SPDX-License-Identifier: GPL-2.0-or-later */

#define _GNU_SOURCE 1

#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void fail(const char *format, ...)
{
    va_list arguments;

    fprintf(stderr, "%s: ", program_invocation_short_name);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static int64_t parse_number(const char *name, const char *text, int64_t least,
                            int64_t most)
{
    char *end;

    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number < least || number > most)
        fail("%s takes a number from %" PRId64 " to %" PRId64 ", not '%s'", name, least,
             most, text);
    return number;
}

static const struct option_row *find_row(const char *argument,
                                         const struct option_row *rows, size_t count)
{
    if (strncmp(argument, "--", 2) == 0)
        for (size_t i = 0; i < count; i++)
            if (strcmp(argument + 2, rows[i].name) == 0)
                return &rows[i];
    fail("unknown option '%s'", argument);
}

void read_options(int argc, char **argv, const struct option_row *rows, size_t count)
{
    for (int i = 1; i < argc; i += 2) {
        const struct option_row *row = find_row(argv[i], rows, count);
        const char *value = argv[i + 1];

        if (!value)
            fail("--%s needs a value", row->name);
        if (row->text)
            *row->text = value;
        else
            *row->number = parse_number(row->name, value, row->least, row->most);
    }
}

static struct address resolve(const char *host, const char *port)
{
    const struct addrinfo numeric = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                                     .ai_socktype = SOCK_DGRAM};
    struct addrinfo *found;
    struct address address = {0};

    int error = getaddrinfo(host, port, &numeric, &found);
    if (error)
        fail("address '%s' port '%s': %s", host, port, gai_strerror(error));
    memcpy(&address.socket, found->ai_addr, found->ai_addrlen);
    address.length = found->ai_addrlen;
    freeaddrinfo(found);
    return address;
}

struct address make_address(const char *host, int64_t port)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, port);
    return resolve(host, text);
}

struct address parse_endpoint(const char *text)
{
    const char *colon = strrchr(text, ':');
    char host[64];

    if (!colon || (size_t)(colon - text) >= sizeof host)
        fail("'%s' is not ADDRESS:PORT", text);
    snprintf(host, sizeof host, "%.*s", (int)(colon - text), text);
    return resolve(host, colon + 1);
}

int open_udp(const struct address *local)
{
    int fd =
        socket(local->socket.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        fail("cannot open a socket: %s", strerror(errno));
    if (bind(fd, (const struct sockaddr *)&local->socket, local->length) < 0)
        fail("cannot bind: %s", strerror(errno));
    return fd;
}

static void record_pid(const char *pidfile, pid_t pid)
{
    FILE *file = fopen(pidfile, "w");

    if (file && fprintf(file, "%ld\n", (long)pid) > 0 && fclose(file) == 0)
        return;
    kill(pid, SIGTERM);
    fail("cannot write %s: %s", pidfile, strerror(errno));
}

/* The lab starts its programs with the usual signals ignored. */
static void leave_terminal(void)
{
    int null = open("/dev/null", O_RDWR);

    signal(SIGTERM, SIG_DFL);
    setsid();
    for (int fd = 0; fd <= 2 && null >= 0; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
}

void go_background(const char *pidfile)
{
    if (!pidfile)
        return;
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        fail("cannot fork: %s", strerror(errno));
    if (child > 0) {
        record_pid(pidfile, child);
        _exit(0);
    }
    leave_terminal();
}
