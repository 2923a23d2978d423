/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one poll loop. Everything that talks is an exchange, so that any number of them can
 * be waited for together under one deadline. */
#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Behind every deadline. */
#define WAIT_TOO_LATE (INT64_MAX / 2)

/* A moment of CLOCK_MONOTONIC, in nanoseconds. The clock under test may jump; this one
 * does not. Where it cannot be read there is no time left: WAIT_TOO_LATE. */
int64_t wait_now(void);

enum { NANOSECONDS_PER_SECOND = 1000000000 };

/* A conversation in progress. It is the first member of the struct of whoever talks. */
struct exchange {
    int descriptor; /* to be watched; -1: none, only the time */
    short events;   /* of poll(), what it is watched for */
    int64_t wake;   /* wait_now() at which step() is wanted even when nothing happened */
    bool done;      /* nothing more to wait for */

    /* Goes as far as it can without blocking, then sets the members above. */
    void (*step)(struct exchange *exchange, int64_t now);
};

enum { WAIT_EXCHANGES = 16 };

/* Steps all exchanges, at most WAIT_EXCHANGES, until every one is done. Each ends itself
 * at the deadline that it was given, so this returns no later than the latest of those.
 */
void wait_all(struct exchange *const *exchanges, size_t count);

#endif
