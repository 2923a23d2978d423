/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The encodings of the cmdmon protocol, one value at a time.
 *
 * Bytes are read and written one by one, never through a cast: packets have no alignment.
 * All integers are big-endian. The caller has checked that the bytes are there. The
 * source of every fact here is candm.h and util.c of chrony. */
#ifndef CMDMON_WIRE_H
#define CMDMON_WIRE_H

#include <stdbool.h>
#include <stdint.h>

enum ip_family {
    IP_UNSPECIFIED =
        0, /* no address: unsynchronised, a reference clock, the local reference */
    IP_V4 = 1,
    IP_V6 = 2,
    IP_ID = 3, /* chrony 4.0 and later: a source whose name is not resolved yet */
};

/* An address as chronyd sends it. It has no scope and no port. */
struct ip_address {
    uint16_t family;   /* enum ip_family, or a number that a newer chronyd made up */
    uint8_t bytes[16]; /* IP_V4 and IP_ID use the first four; network byte order */
};

/* A moment in time, UTC. */
struct wire_time {
    int64_t seconds;      /* since 1970-01-01 00:00:00; 0: never */
    uint32_t nanoseconds; /* 0 to 999999999 */
};

enum {
    WIRE_ADDRESS_LENGTH = 20,
    WIRE_TIME_LENGTH = 12,
};

uint16_t wire_get_u16(const uint8_t *bytes);
uint32_t wire_get_u32(const uint8_t *bytes);
uint64_t wire_get_u64(const uint8_t *bytes);
int8_t wire_get_i8(const uint8_t *bytes);
int16_t wire_get_i16(const uint8_t *bytes);
struct ip_address wire_get_address(const uint8_t *bytes);
struct wire_time wire_get_time(const uint8_t *bytes);

/* chrony's 32-bit float: 7 bits of exponent, 25 of coefficient, both signed. It has no
 * NaN and no infinity: chronyd sends NaN as 0 and anything too large as +-2^62. */
double wire_get_float(const uint8_t *bytes);

/* False for a float that stands for "too large to say" (see wire_get_float). */
bool wire_float_is_plausible(double value);

void wire_put_u16(uint8_t *bytes, uint16_t value);
void wire_put_u32(uint8_t *bytes, uint32_t value);
void wire_put_address(uint8_t *bytes, const struct ip_address *address);

#endif
