/* SPDX-License-Identifier: GPL-2.0-or-later */

/* The least that a program can do that asks chronyd one question (tracking) and exits.

   floor PORT [tell]

   With a second argument it also tells what it learned, as a plugin must: one line, by
   printf(). Exit status 0: chronyd has answered. */

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PROTOCOL_VERSION = 6,
    PACKET_REQUEST = 1,
    PACKET_REPLY = 2,
    COMMAND_TRACKING = 33,
    TRACKING_LENGTH = 104, /* of the request and of its reply */
    OFFSET_STRATUM = 53,   /* its low byte, in the reply */
    OFFSET_LEAP = 55,
    PATIENCE = 5, /* s; then a signal ends it */
};

static uint16_t read_port(const char *text)
{
    unsigned port = 0;

    for (; *text; text++)
        port = port * 10 + (unsigned)(*text - '0');
    return (uint16_t)port;
}

int main(int argc, char **argv)
{
    uint8_t packet[TRACKING_LENGTH] = {PROTOCOL_VERSION,
                                       PACKET_REQUEST, [5] = COMMAND_TRACKING};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);

    if (argc < 2)
        return 1;
    address.sin_port = htons(read_port(argv[1]));
    alarm(PATIENCE);
    if (connect(descriptor, (const struct sockaddr *)&address, sizeof address) ||
        send(descriptor, packet, sizeof packet, 0) != TRACKING_LENGTH ||
        recv(descriptor, packet, sizeof packet, 0) != TRACKING_LENGTH ||
        packet[1] != PACKET_REPLY)
        return 1;
    if (argc > 2)
        printf("FLOOR OK - stratum %u, leap status %u\n", packet[OFFSET_STRATUM],
               packet[OFFSET_LEAP]);
    return 0;
}
