/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For shell tests: a healthy fake chronyd whose answers never change. Prints its port and
 * serves until standard input ends. */
#include "fake_chronyd.h"
#include "replies.h"

#include <stdio.h>
#include <unistd.h>

int main(void)
{
    struct fake_chronyd fake = fake_healthy();
    uint16_t port;
    pid_t process;
    char byte;

    fake.server_stats = (struct fake_recorded){server_stats_4_6_reply, 196};
    process = fake_start(&fake, &port);
    printf("%u\n", port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    fake_stop(process);
    return 0;
}
