/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For shell tests: a healthy fake chronyd whose answers never change. Prints its port and
 * serves until standard input ends. */
#include "fake_chronyd.h"

#include <stdio.h>
#include <unistd.h>

int main(void)
{
    struct fake_chronyd fake = fake_healthy();
    uint16_t port;
    pid_t process = fake_start(&fake, &port);
    char byte;

    printf("%u\n", port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    fake_stop(process);
    return 0;
}
