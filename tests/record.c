/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the chronyd on 127.0.0.1, or of a Unix socket, one question and prints its reply
   as tests/replies.c holds it:

   record PORT | PATH COMMAND [INDEX | ADDRESS | ID#NUMBER]

   PATH is absolute, and its directory is one that chronyd and we can write to. */
#include "cmdmon/reports.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, ROW = 12 };

static const struct message *find_message(unsigned long command)
{
    for (const struct message *const *message = all_messages; *message; message++)
        if ((*message)->command == command)
            return *message;
    return NULL;
}

static bool read_address(const char *text, struct ip_address *address)
{
    if (!strncmp(text, "ID#", 3)) {
        address->family = IP_ID;
        wire_put_u32(address->bytes, (uint32_t)strtoul(text + 3, NULL, 10));
        return true;
    }
    address->family = strchr(text, ':') ? IP_V6 : IP_V4;
    return inet_pton(address->family == IP_V6 ? AF_INET6 : AF_INET, text,
                     address->bytes) == 1;
}

static bool read_argument(enum argument kind, const char *text,
                          struct request_argument *argument)
{
    memset(argument, 0, sizeof *argument);
    switch (kind) {
    case ARGUMENT_NONE:
        return !text;
    case ARGUMENT_INDEX:
        argument->index = text ? (uint32_t)strtoul(text, NULL, 10) : 0;
        return text != NULL;
    case ARGUMENT_ADDRESS:
        return text && read_address(text, &argument->address);
    }
    return false;
}

static int connect_to(int family, const void *address, socklen_t length)
{
    int descriptor = socket(family, SOCK_DGRAM, 0);

    if (descriptor >= 0 && connect(descriptor, address, length) < 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static int connect_to_port(unsigned long port)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr = {htonl(INADDR_LOOPBACK)},
    };

    return connect_to(AF_INET, &address, sizeof address);
}

/* chronyd answers only a client that has a path: ours is chronyd's and a suffix. */
static int connect_to_path(const char *path, const struct sockaddr_un *own)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor;

    memcpy(address.sun_path, path, strlen(path) + 1);
    descriptor = connect_to(AF_UNIX, &address, sizeof address);
    if (descriptor >= 0 &&
        (bind(descriptor, (const struct sockaddr *)own, sizeof *own) < 0 ||
         chmod(own->sun_path, 0666) < 0)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static size_t exchange(int descriptor, const uint8_t *request, size_t request_length,
                       uint8_t *reply)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};
    ssize_t length = -1;

    if (send(descriptor, request, request_length, 0) == (ssize_t)request_length &&
        poll(&wait, 1, PATIENCE_MS) == 1)
        length = recv(descriptor, reply, MESSAGE_MAX, 0);
    return length > 0 ? (size_t)length : 0;
}

/* Zeros at the end are left to the size of the array. */
static void print_bytes(const uint8_t *bytes, size_t length)
{
    size_t count = length;

    while (count > 1 && !bytes[count - 1])
        count--;
    printf("const uint8_t NAME_reply[%zu] = {", length);
    for (size_t i = 0; i < count; i++)
        printf("%s0x%02x,", i % ROW ? " " : "\n    ", bytes[i]);
    printf("\n};\n");
}

static size_t ask(int descriptor, const struct message *message,
                  const struct request_argument *argument, uint8_t *reply)
{
    uint8_t request[MESSAGE_MAX];
    size_t length = 0;

    message_encode(message, argument, 0, 0x01020304, request);
    if (descriptor >= 0) {
        length = exchange(descriptor, request, message_request_length(message), reply);
        close(descriptor);
    }
    return length;
}

static size_t ask_path(const char *path, const struct message *message,
                       const struct request_argument *argument, uint8_t *reply)
{
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    size_t length;

    if (snprintf(own.sun_path, sizeof own.sun_path, "%s.record", path) >=
        (int)sizeof own.sun_path)
        return 0;
    length = ask(connect_to_path(path, &own), message, argument, reply);
    unlink(own.sun_path);
    return length;
}

int main(int argc, char **argv)
{
    const struct message *message =
        argc > 2 ? find_message(strtoul(argv[2], NULL, 10)) : NULL;
    struct request_argument argument;
    uint8_t reply[MESSAGE_MAX];
    size_t length;

    if (!message || argc > 4 || !read_argument(message->argument, argv[3], &argument)) {
        fprintf(stderr,
                "usage: record PORT | PATH COMMAND [INDEX | ADDRESS | ID#NUMBER]\n");
        return 2;
    }
    length = *argv[1] == '/' ? ask_path(argv[1], message, &argument, reply)
                             : ask(connect_to_port(strtoul(argv[1], NULL, 10)), message,
                                   &argument, reply);
    if (!length) {
        fprintf(stderr, "record: no reply\n");
        return 1;
    }
    print_bytes(reply, length);
    return 0;
}
