/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntp/timestamp.h"

/* From 1900 to 1970, with 17 leap days. */
static const uint64_t epoch_seconds = (70 * 365 + 17) * UINT64_C(86400);

uint64_t timestamp_of_unix(int64_t seconds, uint32_t nanoseconds)
{
    return (((uint64_t)seconds + epoch_seconds) << 32) +
           ((uint64_t)nanoseconds << 32) / 1000000000;
}

double timestamp_difference(uint64_t later, uint64_t earlier)
{
    return (double)(int64_t)(later - earlier) / 0x1p32;
}
