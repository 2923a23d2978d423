/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For shell tests: a healthy fake chronyd whose answers never change. Prints its port and
 * serves until standard input ends.
 *
 *   fake_server [DIRECTORY]
 *
 * With a directory it also listens at sock in there, and so do an NTP server, one that
 * has key 1 (SHA1, nobody-knows-this-key), and, where it is built with NTS, one that
 * gives keys, whose CA is ca.pem in there: all ports stand in one line, in this order. */
#include "fake_chronyd.h"
#include "fake_ntp.h"
#include "replies.h"

#ifdef WITH_NTS
#include "fake_nts.h"
#endif

#include <stdio.h>
#include <unistd.h>

static const struct fake_ntp honest = {.reference = 10};
static const struct fake_ntp keyed = {
    .reference = 10, .mac = {.hash = "sha1", .key = "nobody-knows-this-key", .id = 1}};

enum { PORTS = 4 };

/* They end with this process. Returns the number of ports. */
static size_t serve_more(const struct fake_chronyd *fake, const char *directory,
                         uint16_t ports[static PORTS - 1])
{
    char path[512];

    snprintf(path, sizeof path, "%s/sock", directory);
    fake_start_socket(fake, path);
    fake_ntp_start(&honest, "127.0.0.1", &ports[0], NULL);
    fake_ntp_start(&keyed, "127.0.0.1", &ports[1], NULL);
#ifdef WITH_NTS
    struct fake_nts_process nts;

    snprintf(path, sizeof path, "%s/ca.pem", directory);
    certificate_make_ca(path);
    fake_nts_start(&(struct fake_nts){.lie = &nts_lies[0]}, &nts);
    ports[2] = nts.key_port;
    return 3;
#else
    return 2;
#endif
}

int main(int argc, char **argv)
{
    struct fake_chronyd fake = fake_healthy();
    uint16_t ports[PORTS] = {0};
    size_t count = 1;
    char byte;

    fake.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    fake.auth_data = (struct fake_recorded){auth_data_nts_reply, 52};
    fake.name = argc > 1 ? "ntp.example.net" : NULL;
    fake_start(&fake, &ports[0]);
    if (argc > 1)
        count += serve_more(&fake, argv[1], ports + 1);
    for (size_t i = 0; i < count; i++)
        printf("%u%c", ports[i], i + 1 < count ? ' ' : '\n');
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    return 0;
}
