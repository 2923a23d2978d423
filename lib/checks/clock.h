/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What several checks must know before they judge: is there a clock to judge. Each
 * function says what is wrong, so that all checks say it in the same words. */
#ifndef CHECKS_CLOCK_H
#define CHECKS_CLOCK_H

#include "settings.h"
#include "snapshot.h"

/* The option that clock_is_trusted() heeds. */
#define OPTION_ALLOW_LOCAL                                                               \
    {                                                                                    \
        "allow-local", 0, OPTION_FLAG, offsetof(struct settings, allow_local), NULL,     \
            NULL, NULL,                                                                  \
            "accept chronyd's local reference (chrony.conf: local) as a time source; "   \
            "while it "                                                                  \
            "is in use, default limits of stratum and source counts do not apply"        \
    }

/* The option that clock_is_starting() heeds. */
#define OPTION_GRACE                                                                     \
    {                                                                                    \
        "grace", 0, OPTION_DURATION, offsetof(struct settings, grace), "SECONDS", "0",   \
            NULL,                                                                        \
            "for so long after its first sample, a chronyd that has polled no source "   \
            "eight times yet is WARNING where it would be CRITICAL"                      \
    }

/* True when chronyd is synchronised; otherwise CRITICAL, WARNING when it is starting, or
 * UNKNOWN when its leap status has no meaning. The tracking report must be there. */
bool clock_is_synchronised(const struct snapshot *snapshot,
                           const struct settings *settings, struct result *result);

/* The same, and CRITICAL when the clock follows only itself and that is not allowed.
 * Where it is allowed this says so. */
bool clock_is_trusted(const struct snapshot *snapshot, const struct settings *settings,
                      struct result *result);

/* The clock follows only itself (chrony.conf: local). The tracking report must be there.
 */
bool clock_is_local(const struct snapshot *snapshot);

/* The limits of a metric that a clock on its local reference cannot meet: where that is
 * allowed and in use, only those that the user gave. */
struct limits clock_limits(const struct snapshot *snapshot,
                           const struct settings *settings, const struct metric *metric);

/* True when chronyd has had a first sample no longer ago than the grace that was given,
 * and fewer than eight polls of every source. Without a first sample it is not starting:
 * nothing would ever end that. */
bool clock_is_starting(const struct snapshot *snapshot, const struct settings *settings);

/* The needs of clock_is_starting(): nothing unless grace was given. */
unsigned clock_starting_needs(const struct settings *settings);

/* Seconds since chronyd's newest sample: of the sources in use; where none is, of the one
 * that was followed last; where that has gone, clock_update_age(); of all sources where
 * none was ever followed. NAN when there is no sample. *poll is the longest poll interval
 * of those sources in seconds. */
double clock_sample_age(const struct snapshot *snapshot, double *poll);

/* Seconds since chronyd last updated the clock, by this machine's clock; never below 0.
 * The tracking report must be there. */
double clock_update_age(const struct snapshot *snapshot);

/* "31 s ago", or "" for NAN. */
enum { AGO_TEXT = QUANTITY_TEXT + 8 };
void clock_ago(double seconds, char text[static AGO_TEXT]);

#endif
