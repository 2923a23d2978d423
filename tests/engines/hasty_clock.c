/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into another time server: it believes that it steers the system's clock,
 * which it does not touch; and its waiting is over sooner, while the time of day is as it
 * is. */
#include <dlfcn.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>

enum { HASTE = 40, SECOND = 1000000000 };

int adjtime(const struct timeval *change, struct timeval *left)
{
    (void)change;
    if (left)
        memset(left, 0, sizeof *left);
    return 0;
}

int adjtimex(struct timex *state)
{
    memset(state, 0, sizeof *state);
    return 0;
}

int ntp_adjtime(struct timex *state)
{
    return adjtimex(state);
}

int settimeofday(const struct timeval *time, const struct timezone *zone)
{
    (void)time;
    (void)zone;
    return 0;
}

int clock_settime(clockid_t clock, const struct timespec *time)
{
    (void)clock;
    (void)time;
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    static int64_t first;
    int (*real)(clockid_t, struct timespec *);
    void *symbol = dlsym(RTLD_NEXT, "clock_gettime");
    int result;
    int64_t now;

    memcpy(&real, &symbol, sizeof real);
    result = real(clock, time);
    if (result || clock != CLOCK_MONOTONIC)
        return result;
    now = (int64_t)time->tv_sec * SECOND + time->tv_nsec;
    if (!first)
        first = now;
    now = first + (now - first) * HASTE;
    time->tv_sec = (time_t)(now / SECOND);
    time->tv_nsec = (long)(now % SECOND);
    return 0;
}

int poll(struct pollfd *descriptors, nfds_t count, int milliseconds)
{
    int (*real)(struct pollfd *, nfds_t, int);
    void *symbol = dlsym(RTLD_NEXT, "poll");

    memcpy(&real, &symbol, sizeof real);
    return real(descriptors, count,
                milliseconds > 0 ? milliseconds / HASTE + 1 : milliseconds);
}
