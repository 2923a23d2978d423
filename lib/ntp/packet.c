/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntp/packet.h"

#include <math.h>
#include <string.h>

enum {
    NEWEST_VERSION = 4,
    OLDEST_VERSION = 3,
    FIRST_WITH_FIELDS = 4,
    MODE_OF_CLIENT = 3,
    MODE_OF_SERVER = 4,
    TRANSMIT = 40, /* where this timestamp is */
    LEAP_UNKNOWN = 3,
    STRATUM_UNKNOWN = 16,
};

/* The rounding of timestamps, beyond the precision that a server admits. */
static const double rounding = 1e-3;

/* How a field is written, behind the first byte, which is three fields. */
enum encoding {
    U8,
    I8,
    LOG2,  /* an exponent of 2, in s */
    SHORT, /* units of 2^-16 s */
    U32,
    TIMESTAMP,
};

static const struct field {
    uint8_t at; /* in the packet */
    uint8_t encoding;
    size_t member;
} fields[] = {
#define FIELD(at, encoding, member)                                                      \
    {                                                                                    \
        at, encoding, offsetof(struct ntp_packet, member)                                \
    }
    FIELD(1, U8, stratum),
    FIELD(2, I8, poll),
    FIELD(3, LOG2, precision),
    FIELD(4, SHORT, root_delay),
    FIELD(8, SHORT, root_dispersion),
    FIELD(12, U32, reference_id),
    FIELD(16, TIMESTAMP, reference),
    FIELD(24, TIMESTAMP, origin),
    FIELD(32, TIMESTAMP, receive),
    FIELD(TRANSMIT, TIMESTAMP, transmit),
};

/* --- bytes --- */

static uint64_t get(const uint8_t *bytes, size_t count)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++)
        value = value << 8 | bytes[i];
    return value;
}

static int8_t get_i8(const uint8_t *bytes)
{
    return (int8_t)(*bytes < 0x80 ? *bytes : *bytes - 0x100);
}

static void decode_field(const struct field *field, const uint8_t *bytes, void *member)
{
    int8_t exponent;

    switch ((enum encoding)field->encoding) {
    case U8:
        *(uint8_t *)member = *bytes;
        break;
    case I8:
        *(int8_t *)member = get_i8(bytes);
        break;
    case LOG2:
        exponent = get_i8(bytes);
        *(double *)member = ldexp(1, exponent < 0 ? exponent : 0);
        break;
    case SHORT:
        *(double *)member = (double)get(bytes, 4) / 0x1p16;
        break;
    case U32:
        *(uint32_t *)member = (uint32_t)get(bytes, 4);
        break;
    case TIMESTAMP:
        *(uint64_t *)member = get(bytes, 8);
        break;
    }
}

/* --- packets --- */

bool packet_is_answer(enum packet_error error)
{
    return error == PACKET_OK || error >= PACKET_KISS;
}

const char *packet_error_text(enum packet_error error)
{
    switch (error) {
    case PACKET_OK:
        return "a good answer";
    case PACKET_BAD_LENGTH:
        return "it has not the length of an NTP packet";
    case PACKET_OTHER_VERSION:
        return "it is neither NTPv4 nor NTPv3";
    case PACKET_OTHER_MODE:
        return "its mode is not that of a server";
    case PACKET_OTHER_ORIGIN:
        return "its origin timestamp is not ours";
    case PACKET_KISS:
        return "a kiss-o'-death";
    case PACKET_UNSYNCHRONISED:
        return "not synchronised";
    case PACKET_BAD_STRATUM:
        return "its stratum is above 16";
    case PACKET_NO_TIME:
        return "it has no time in it";
    case PACKET_REVERSED:
        return "it left before the request arrived";
    case PACKET_FUTURE:
        return "its reference time is in the future";
    case PACKET_HELD:
        return "it was held for longer than the whole round trip took";
    }
    return "unknown";
}

size_t packet_encode_request(uint64_t nonce, uint8_t bytes[static PACKET_MAX])
{
    memset(bytes, 0, PACKET_HEADER);
    bytes[0] = NEWEST_VERSION << 3 | MODE_OF_CLIENT;
    for (unsigned i = 0; i < 8; i++)
        bytes[TRANSMIT + i] = (uint8_t)(nonce >> (56 - 8 * i));
    return PACKET_HEADER;
}

enum packet_error packet_decode(const uint8_t *bytes, size_t length,
                                struct ntp_packet *packet)
{
    if (length < PACKET_HEADER || length > PACKET_MAX || length % 4)
        return PACKET_BAD_LENGTH;
    packet->leap_status = bytes[0] >> 6;
    packet->version = bytes[0] >> 3 & 7;
    packet->mode = bytes[0] & 7;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        decode_field(&fields[i], bytes + fields[i].at, (char *)packet + fields[i].member);
    return PACKET_OK;
}

enum packet_error packet_verify(const struct ntp_packet *packet, uint64_t nonce)
{
    if (packet->version < OLDEST_VERSION || packet->version > NEWEST_VERSION)
        return PACKET_OTHER_VERSION;
    if (packet->mode != MODE_OF_SERVER)
        return PACKET_OTHER_MODE;
    if (packet->origin != nonce)
        return PACKET_OTHER_ORIGIN;
    if (!packet->stratum && packet->reference_id)
        return PACKET_KISS;
    if (packet->leap_status == LEAP_UNKNOWN || !packet->stratum ||
        packet->stratum == STRATUM_UNKNOWN)
        return PACKET_UNSYNCHRONISED;
    if (packet->stratum > STRATUM_UNKNOWN)
        return PACKET_BAD_STRATUM;
    if (!packet->receive || !packet->transmit)
        return PACKET_NO_TIME;
    if (timestamp_difference(packet->transmit, packet->receive) < 0)
        return PACKET_REVERSED;
    if (packet->reference &&
        timestamp_difference(packet->transmit, packet->reference) < 0)
        return PACKET_FUTURE;
    return PACKET_OK;
}

enum packet_error packet_measure(const struct ntp_packet *packet, uint64_t sent,
                                 uint64_t received, struct ntp_sample *sample)
{
    const double there = timestamp_difference(sent, packet->receive);
    const double back = timestamp_difference(received, packet->transmit);
    const double held = timestamp_difference(packet->transmit, packet->receive);

    sample->offset = (there + back) / 2;
    sample->round_trip = timestamp_difference(received, sent) - held;
    if (sample->round_trip < -(rounding + packet->precision))
        return PACKET_HELD;
    if (sample->round_trip < 0)
        sample->round_trip = 0;
    return PACKET_OK;
}

/* --- what follows the header --- */

bool packet_read_field(const uint8_t *bytes, size_t length, size_t at,
                       struct packet_field *field)
{
    if (at > length || length - at < PACKET_FIELD_MIN)
        return false;
    field->type = (uint16_t)get(bytes + at, 2);
    field->at = at;
    field->length = (size_t)get(bytes + at + 2, 2);
    return field->length >= PACKET_FIELD_MIN && field->length % 4 == 0 &&
           field->length <= length - at;
}

static bool may_have_fields(const uint8_t *bytes)
{
    return (bytes[0] >> 3 & 7) >= FIRST_WITH_FIELDS;
}

size_t packet_mac_max(const uint8_t *bytes)
{
    return may_have_fields(bytes) ? PACKET_MAC_MAX : PACKET_MAC_MAX_V3;
}

static bool is_mac(const uint8_t *bytes, size_t at, size_t length)
{
    const size_t left = length - at;

    return (left >= PACKET_MAC_MIN && left <= PACKET_MAC_MAX) ||
           (left == PACKET_KEY_ID && !get(bytes + at, PACKET_KEY_ID));
}

bool packet_split(const uint8_t *bytes, size_t length, struct packet_parts *parts)
{
    const bool has_fields = may_have_fields(bytes);
    struct packet_field field;

    *parts = (struct packet_parts){.mac = PACKET_HEADER};
    while (has_fields && parts->mac < length && !is_mac(bytes, parts->mac, length)) {
        if (!packet_read_field(bytes, length, parts->mac, &field))
            return false;
        parts->mac += field.length;
        parts->fields++;
    }
    parts->mac_length = length - parts->mac;
    return true;
}

void packet_letters(const struct ntp_packet *packet, char letters[static PACKET_LETTERS])
{
    uint32_t left = packet->reference_id;
    unsigned i;

    for (i = 0; left; left <<= 8) {
        char c = (char)(left >> 24);
        bool plain =
            (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');

        letters[i] = '?';
        if (plain)
            letters[i] = c;
        i++;
    }
    letters[i] = '\0';
}
