/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram as the answer to an NTP request. The first 24 bytes are the nonce of the
 * request, and when it left and the answer arrived. An answer is accepted exactly when
 * its bytes say what they must; what is measured is a number. */
#include "fuzz.h"

#include "ntp/packet.h"

#include <math.h>

/* The difference of timestamps is below this, in s. */
static const double half_era = 0x1p31;

static uint64_t number_at(const uint8_t *bytes, size_t at)
{
    struct input input = {bytes + at, 8};

    return take_number(&input, 8);
}

/* 0: no answer to us; 1: an answer, of which no time can be had; 2: a good one. */
static int expected(const uint8_t *bytes, uint64_t nonce)
{
    const int version = bytes[0] / 8 % 8, stratum = bytes[1];
    const uint64_t reference = number_at(bytes, 16), receive = number_at(bytes, 32);
    const uint64_t transmit = number_at(bytes, 40);

    if ((version != 3 && version != 4) || bytes[0] % 8 != 4 ||
        number_at(bytes, 24) != nonce)
        return 0;
    if (bytes[0] / 64 == 3 || stratum < 1 || stratum > 15 || !receive || !transmit ||
        (transmit - receive) >> 63 || (reference && (transmit - reference) >> 63))
        return 1;
    return 2;
}

static void look_at_letters(const struct ntp_packet *packet)
{
    char letters[PACKET_LETTERS];

    memset(letters, 'x', sizeof letters);
    packet_letters(packet, letters);
    must(memchr(letters, '\0', sizeof letters));
    must(!letters[strspn(letters, "?0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz")]);
}

static void look_at_packet(const struct ntp_packet *packet, const uint8_t *bytes)
{
    must(packet->leap_status == bytes[0] >> 6 && packet->version == (bytes[0] >> 3 & 7));
    must(packet->mode == (bytes[0] & 7) && packet->stratum == bytes[1]);
    must((uint8_t)packet->poll == bytes[2]);
    must(packet->precision > 0 && packet->precision <= 1);
    must(packet->root_delay * 0x1p16 == (double)(number_at(bytes, 4) >> 32));
    must(packet->root_dispersion * 0x1p16 == (double)(number_at(bytes, 8) >> 32));
    must(packet->reference_id == number_at(bytes, 12) >> 32);
    must(packet->reference == number_at(bytes, 16));
    must(packet->origin == number_at(bytes, 24));
    must(packet->receive == number_at(bytes, 32));
    must(packet->transmit == number_at(bytes, 40));
    look_at_letters(packet);
}

/* Header, extension fields and MAC are the whole of it, one behind the other. */
static void look_at_parts(const uint8_t *bytes, size_t length)
{
    struct packet_parts parts;
    struct packet_field field;
    size_t at = 48, fields = 0;

    if (!packet_split(bytes, length, &parts))
        return;
    must(parts.mac >= 48 && parts.mac + parts.mac_length == length);
    if (bytes[0] / 8 % 8 == 4) /* in NTPv3 all of it is a MAC, however long */
        must(!parts.mac_length || parts.mac_length == 4 || parts.mac_length == 20 ||
             parts.mac_length == 24);
    for (; at < parts.mac; at += field.length, fields++) {
        must(packet_read_field(bytes, parts.mac, at, &field));
        must(field.at == at && field.length >= 16 && field.length % 4 == 0);
        must(field.type == (uint16_t)(bytes[at] << 8 | bytes[at + 1]));
    }
    must(at == parts.mac && fields == parts.fields);
}

static void look_at_sample(const struct ntp_packet *packet, uint64_t sent,
                           uint64_t received)
{
    struct ntp_sample sample;
    const enum packet_error error = packet_measure(packet, sent, received, &sample);

    must(error == PACKET_OK || error == PACKET_HELD);
    if (error)
        return;
    must(fabs(sample.offset) <= half_era);
    must(sample.round_trip >= 0 && sample.round_trip <= 2 * half_era);
}

static void look_at_request(uint64_t nonce)
{
    uint8_t bytes[PACKET_MAX];
    struct ntp_packet packet;
    const size_t length = packet_encode_request(nonce, bytes);

    must(packet_decode(bytes, length, &packet) == PACKET_OK);
    must(packet.mode == 3 && packet.version == 4 && packet.transmit == nonce);
    bytes[0] = 0;
    for (size_t i = 0; i < 40; i++)
        must(!bytes[i]);
    must(packet_verify(&packet, nonce) == PACKET_OTHER_MODE);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct input input = {bytes, length};
    const uint64_t nonce = take_number(&input, 8), sent = take_number(&input, 8);
    const uint64_t received = take_number(&input, 8);
    const bool fits = input.left >= 48 && input.left <= 1024 && input.left % 4 == 0;
    struct ntp_packet packet;
    enum packet_error error = packet_decode(input.bytes, input.left, &packet);

    look_at_request(nonce);
    must(error == (fits ? PACKET_OK : PACKET_BAD_LENGTH));
    if (error)
        return 0;
    look_at_packet(&packet, input.bytes);
    look_at_parts(input.bytes, input.left);
    error = packet_verify(&packet, nonce);
    must(packet_is_answer(error) + (error == PACKET_OK) == expected(input.bytes, nonce));
    must(*packet_error_text(error));
    if (!error)
        look_at_sample(&packet, sent, received);
    return 0;
}
