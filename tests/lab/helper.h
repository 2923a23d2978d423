/* SPDX-License-Identifier: GPL-2.0-or-later */

/* What the lab's helper programs share. Each takes options of the form "--name value",
   and a mistake ends the program with one sentence on standard error. */

#ifndef LAB_HELPER_H
#define LAB_HELPER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Either text or number is set. */
struct option_row {
    const char *name;
    const char **text;
    int64_t *number;
    int64_t least, most;
};

struct address {
    struct sockaddr_storage socket;
    socklen_t length;
};

_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

void read_options(int argc, char **argv, const struct option_row *rows, size_t count);

/* Takes numeric addresses only: the lab asks no resolver. */
struct address make_address(const char *host, int64_t port);
/* Reads "ADDRESS:PORT". */
struct address parse_endpoint(const char *text);

int open_udp(const struct address *local);

/* Returns in a child process without a terminal, whose pid is in the file by the time
   that the parent exits; does nothing without a file. */
void go_background(const char *pidfile);

#endif
