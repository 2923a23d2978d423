/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into a plugin: what the system may do to it, as $MEDDLE says.
 *
 *   storm    a signal each millisecond that interrupts whatever waits
 *   again    the first send() finds the queue full
 *   buffers  the first send() finds no buffer
 *   files    no file can be opened
 *   memory   there is no more of it
 *   tls      a handshake of TLS never ends
 *   clock N  CLOCK_REALTIME is N seconds ahead
 *   jump N   it is so once it has been read
 *
 * The first time that it does so it writes a byte to MEDDLE_DESCRIPTOR. */
#include "meddle.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static bool meddles(const char *how)
{
    const char *wanted = getenv("MEDDLE");

    return wanted && !strncmp(wanted, how, strlen(how));
}

static void note(void)
{
    static volatile sig_atomic_t noted;
    const int number = errno;

    if (!noted && write(MEDDLE_DESCRIPTOR, "", 1) == 1)
        noted = true;
    errno = number;
}

static void ignore(int signal)
{
    (void)signal;
    note();
}

__attribute__((constructor)) static void start_storm(void)
{
    const struct sigaction action = {.sa_handler = ignore}; /* without SA_RESTART */
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGWINCH};
    const struct itimerspec often = {{0, 1000000}, {0, 1000000}};
    timer_t timer;

    if (!meddles("storm") || sigaction(SIGWINCH, &action, NULL) ||
        timer_create(CLOCK_MONOTONIC, &event, &timer) ||
        timer_settime(timer, 0, &often, NULL))
        return;
}

static bool takes_some(void)
{
    void *volatile some = malloc(sizeof(struct rlimit));

    return some != NULL;
}

__attribute__((constructor)) static void take_away(void)
{
    const struct rlimit none = {0, 0};

    if (meddles("files") && !setrlimit(RLIMIT_NOFILE, &none))
        note();
    if (!meddles("memory") || setrlimit(RLIMIT_AS, &none))
        return;
    /* Libraries may have left some from their own start. */
    while (takes_some())
        ;
    note();
}

ssize_t send(int descriptor, const void *bytes, size_t length, int flags)
{
    static bool failed;

    if (!failed && (meddles("again") || meddles("buffers"))) {
        failed = true;
        note();
        errno = meddles("again") ? EAGAIN : ENOBUFS;
        return -1;
    }
    return sendto(descriptor, bytes, length, flags, NULL, 0);
}

/* Called by who is linked with GnuTLS. */
int gnutls_handshake(void *session)
{
    int (*next)(void *);
    void *symbol = dlsym(RTLD_NEXT, "gnutls_handshake");

    while (meddles("tls"))
        note();
    memcpy(&next, &symbol, sizeof next);
    return next(session);
}

static void add(struct timespec *time, double seconds)
{
    const int64_t sum = (int64_t)time->tv_nsec + (int64_t)(seconds * 1e9);
    const int64_t carry = sum / 1000000000 - (sum % 1000000000 < 0);

    time->tv_sec += carry;
    time->tv_nsec = (long)(sum - carry * 1000000000);
}

/* How far ahead this reading is, in seconds. */
static double lead(void)
{
    static bool read;
    const bool jumps = meddles("jump ");

    if (!meddles("clock ") && !(jumps && read)) {
        read = true;
        return 0;
    }
    note();
    return atof(strchr(getenv("MEDDLE"), ' '));
}

int clock_gettime(clockid_t clock, struct timespec *time)
{
    int (*next)(clockid_t, struct timespec *);
    void *symbol = dlsym(RTLD_NEXT, "clock_gettime");
    int result;

    memcpy(&next, &symbol, sizeof next);
    result = next(clock, time);
    if (clock == CLOCK_REALTIME)
        add(time, lead());
    return result;
}

time_t time(time_t *seconds)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (seconds)
        *seconds = now.tv_sec;
    return now.tv_sec;
}
