/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NTP timestamps: units of 2^-32 s since 1900, in 64 bits, which wrap every 136 years,
 * next in 2036.
 *
 * None is ever made absolute. Two of them are only compared, and the difference is right
 * in any era as long as the two clocks are less than 68 years apart. The source is RFC
 * 5905, section 6. */
#ifndef NTP_TIMESTAMP_H
#define NTP_TIMESTAMP_H

#include <stdint.h>

/* The timestamp of a moment: seconds since 1970-01-01 00:00:00 UTC, of any year, and
 * nanoseconds from 0 to 999999999. */
uint64_t timestamp_of_unix(int64_t seconds, uint32_t nanoseconds);

/* Seconds from the earlier timestamp to the later one; < 0 when it is the other way
 * round. */
double timestamp_difference(uint64_t later, uint64_t earlier);

#endif
