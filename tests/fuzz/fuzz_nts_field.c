/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A datagram as the answer to a request with NTS. As it is, it is not believed, since
 * nobody who makes inputs has the key; then its last field is sealed with the key, and it
 * is believed exactly when it may be. */
#include "fuzz.h"

#include "nts/field.h"

#include <nettle/siv-cmac.h>

enum { ID = 0x0104, COOKIE = 0x0204, SEAL = 0x0404, TAG = 16 };

static const struct nts_keys keys = {{1, 2, 3}, {4, 5, 6}};
static const uint8_t identifier[NTS_IDENTIFIER] = "the identifier of a fuzz target";

static size_t number_at(const uint8_t *bytes)
{
    return bytes[0] * 256U + bytes[1];
}

/* 0: no field of at least so many bytes begins there. */
static size_t field_at(const uint8_t *bytes, size_t length, size_t at, size_t least)
{
    const size_t size = length - at >= least ? number_at(bytes + at + 2) : 0;

    return size >= least && size % 4 == 0 && size <= length - at ? size : 0;
}

/* Fields up to the end, one of which is ours; none is somebody else's or seals. */
static bool identifies(const uint8_t *bytes, size_t length)
{
    bool found = false;
    size_t size;

    for (size_t at = PACKET_HEADER; at < length; at += size) {
        size = field_at(bytes, length, at, 16);
        if (!size || number_at(bytes + at) == SEAL)
            return false;
        if (number_at(bytes + at) != ID)
            continue;
        if (size != 36 || memcmp(bytes + at + 4, identifier, 32) != 0)
            return false;
        found = true;
    }
    return found;
}

static bool has_cookie(const uint8_t *bytes, size_t length)
{
    bool found = false;
    size_t size;

    for (size_t at = 0; at < length; at += size) {
        size = field_at(bytes, length, at, 4);
        if (!size)
            return false;
        found |=
            number_at(bytes + at) == COOKIE && size >= 16 && size <= NTS_COOKIE_MAX + 4;
    }
    return found;
}

/* Seals a text behind the fields; returns the length of the whole. */
static size_t seal(uint8_t *bytes, size_t length, const uint8_t *text, size_t count)
{
    const size_t size = 4 + 4 + NTS_NONCE + TAG + (count + 3) / 4 * 4;
    uint8_t *field = bytes + length;
    struct siv_cmac_aes128_ctx siv;

    memset(field, 0, size);
    field[0] = SEAL >> 8;
    field[1] = SEAL & 0xff;
    field[2] = (uint8_t)(size >> 8);
    field[3] = (uint8_t)size;
    field[5] = NTS_NONCE;
    field[6] = (uint8_t)((count + TAG) >> 8);
    field[7] = (uint8_t)(count + TAG);
    siv_cmac_aes128_set_key(&siv, keys.answer);
    siv_cmac_aes128_encrypt_message(&siv, NTS_NONCE, field + 8, length, bytes,
                                    count + TAG, field + 8 + NTS_NONCE, text);
    return length + size;
}

/* An identifier of ours stands for that of any input. */
static void put_identifier(uint8_t *bytes, size_t length)
{
    size_t size;

    for (size_t at = PACKET_HEADER; at < length; at += size) {
        size = field_at(bytes, length, at, 16);
        if (!size)
            return;
        if (number_at(bytes + at) == ID && size == 36 && bytes[at + 4] == 't')
            memcpy(bytes + at + 4, identifier, 32);
    }
}

/* The first byte says how much of the rest, in words, is encrypted. */
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t length)
{
    static uint8_t bytes[PACKET_MAX + 128];
    const size_t count = length ? input[0] * 4U : 0;
    const size_t fields = length > 1 + count ? length - 1 - count : 0;
    enum authentication_error error;
    bool good;

    if (fields < PACKET_HEADER || fields % 4 || fields + count + 40 > PACKET_MAX)
        return 0;
    memcpy(bytes, input + 1, fields);
    put_identifier(bytes, fields);
    error = nts_field_verify(&keys, identifier, bytes, fields);
    must(error && *authentication_error_text(error));
    must(error != AUTHENTICATION_NTS_NAK || (!bytes[1] && identifies(bytes, fields)));
    good = identifies(bytes, fields) && has_cookie(input + 1 + fields, count);
    length = seal(bytes, fields, input + 1 + fields, count);
    error = nts_field_verify(&keys, identifier, bytes, length);
    must((error == AUTHENTICATION_OK) == good);
    bytes[length - 1 - (count + 3) / 4] ^= 1;
    must(nts_field_verify(&keys, identifier, bytes, length) != AUTHENTICATION_OK);
    return 0;
}
