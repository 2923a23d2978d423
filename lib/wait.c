/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "wait.h"

#include <limits.h>
#include <poll.h>
#include <time.h>

int64_t wait_now(void)
{
    struct timespec now;

    if (clock_gettime(CLOCK_MONOTONIC, &now))
        return WAIT_TOO_LATE;
    return (int64_t)now.tv_sec * NANOSECONDS_PER_SECOND + now.tv_nsec;
}

/* Rounded up: waking a little early would only mean to go round again. */
static int milliseconds_until(int64_t wake)
{
    int64_t left = (wake - wait_now() + 999999) / 1000000;

    return left < 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

/* Steps what is not done; returns the earliest moment at which one wants to be woken. */
static int64_t step_all(struct exchange *const *exchanges, size_t count, size_t *pending)
{
    int64_t wake = INT64_MAX, now = wait_now();

    *pending = 0;
    for (size_t i = 0; i < count; i++) {
        struct exchange *exchange = exchanges[i];

        if (!exchange->done)
            exchange->step(exchange, now);
        if (exchange->done)
            continue;
        (*pending)++;
        if (exchange->wake < wake)
            wake = exchange->wake;
    }
    return wake;
}

void wait_all(struct exchange *const *exchanges, size_t count)
{
    struct pollfd descriptors[WAIT_EXCHANGES];
    size_t pending;

    for (;;) {
        int64_t wake = step_all(exchanges, count, &pending);

        if (!pending)
            return;
        for (size_t i = 0; i < count; i++) {
            descriptors[i].fd = exchanges[i]->done ? -1 : exchanges[i]->descriptor;
            descriptors[i].events = exchanges[i]->events;
        }
        /* An interrupted or failed poll() is no event: every step looks for itself. */
        poll(descriptors, (nfds_t)count, milliseconds_until(wake));
    }
}
