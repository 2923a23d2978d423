/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/wire.h"

#include <math.h>
#include <string.h>

uint16_t wire_get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

uint32_t wire_get_u32(const uint8_t *bytes)
{
    return (uint32_t)wire_get_u16(bytes) << 16 | wire_get_u16(bytes + 2);
}

uint64_t wire_get_u64(const uint8_t *bytes)
{
    return (uint64_t)wire_get_u32(bytes) << 32 | wire_get_u32(bytes + 4);
}

int8_t wire_get_i8(const uint8_t *bytes)
{
    int value = bytes[0];

    return (int8_t)(value < 0x80 ? value : value - 0x100);
}

int16_t wire_get_i16(const uint8_t *bytes)
{
    int value = wire_get_u16(bytes);

    return (int16_t)(value < 0x8000 ? value : value - 0x10000);
}

struct ip_address wire_get_address(const uint8_t *bytes)
{
    struct ip_address address = {.family = wire_get_u16(bytes + 16)};

    memcpy(address.bytes, bytes, sizeof address.bytes);
    return address;
}

struct wire_time wire_get_time(const uint8_t *bytes)
{
    uint32_t high = wire_get_u32(bytes), nanoseconds = wire_get_u32(bytes + 8);
    struct wire_time time;

    /* A chronyd with 32-bit time has no high half and says so with this number. */
    if (high == 0x7fffffff)
        high = 0;
    time.seconds = (int64_t)((uint64_t)high << 32 | wire_get_u32(bytes + 4));
    time.nanoseconds = nanoseconds < 1000000000 ? nanoseconds : 999999999;
    return time;
}

double wire_get_float(const uint8_t *bytes)
{
    uint32_t word = wire_get_u32(bytes);
    int exponent = (int)(word >> 25), coefficient = (int)(word & 0x1ffffff);

    if (exponent >= 1 << 6)
        exponent -= 1 << 7;
    if (coefficient >= 1 << 24)
        coefficient -= 1 << 25;
    return ldexp(coefficient, exponent - 25);
}

bool wire_float_is_plausible(double value)
{
    return fabs(value) < 0x1p61;
}

void wire_put_u16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

void wire_put_u32(uint8_t *bytes, uint32_t value)
{
    wire_put_u16(bytes, (uint16_t)(value >> 16));
    wire_put_u16(bytes + 2, (uint16_t)value);
}

void wire_put_address(uint8_t *bytes, const struct ip_address *address)
{
    memcpy(bytes, address->bytes, sizeof address->bytes);
    wire_put_u16(bytes + 16, address->family);
    wire_put_u16(bytes + 18, 0);
}
