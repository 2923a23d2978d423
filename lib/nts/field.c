/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nts/field.h"

#include <assert.h>
#include <nettle/siv-cmac.h>
#include <string.h>

/* The types of extension fields (RFC 8915, section 7.5). */
enum {
    UNIQUE_IDENTIFIER = 0x0104,
    COOKIE = 0x0204,
    AUTHENTICATOR = 0x0404,
};

enum {
    FIELD_HEADER = 4, /* type and length, and so the two lengths in an authenticator */
    TAG = SIV_DIGEST_SIZE,
    AUTHENTICATOR_LENGTH = FIELD_HEADER + 4 + NTS_NONCE + TAG,
    STRATUM = 1, /* where they are in the header */
    REFERENCE_ID = 12,
};

static_assert(PACKET_HEADER + FIELD_HEADER + NTS_IDENTIFIER + FIELD_HEADER +
                      NTS_COOKIE_MAX + AUTHENTICATOR_LENGTH <=
                  PACKET_MAX,
              "the longest cookie fits");

static size_t get_u16(const uint8_t *bytes)
{
    return (size_t)bytes[0] << 8 | bytes[1];
}

static void put_u16(uint8_t *bytes, size_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

/* --- the request --- */

/* Appends a field at the length; returns the new length. */
static size_t put_field(uint8_t *bytes, size_t length, unsigned type, const uint8_t *body,
                        size_t count)
{
    put_u16(bytes + length, type);
    put_u16(bytes + length + 2, FIELD_HEADER + count);
    memcpy(bytes + length + FIELD_HEADER, body, count);
    return length + FIELD_HEADER + count;
}

/* There is nothing to encrypt in a request: the ciphertext is the tag alone. */
static size_t put_authenticator(const uint8_t key[static NTS_KEY],
                                const uint8_t nonce[static NTS_NONCE], uint8_t *bytes,
                                size_t length)
{
    struct siv_cmac_aes128_ctx siv;
    uint8_t body[AUTHENTICATOR_LENGTH - FIELD_HEADER];

    put_u16(body, NTS_NONCE);
    put_u16(body + 2, TAG);
    memcpy(body + 4, nonce, NTS_NONCE);
    siv_cmac_aes128_set_key(&siv, key);
    siv_cmac_aes128_encrypt_message(&siv, NTS_NONCE, nonce, length, bytes, TAG,
                                    body + 4 + NTS_NONCE, nonce);
    explicit_bzero(&siv, sizeof siv);
    return put_field(bytes, length, AUTHENTICATOR, body, sizeof body);
}

size_t nts_field_protect(const struct nts_keys *keys, const struct nts_cookie *cookie,
                         const struct nts_randomness *random,
                         uint8_t bytes[static PACKET_MAX])
{
    size_t length = PACKET_HEADER;

    length =
        put_field(bytes, length, UNIQUE_IDENTIFIER, random->identifier, NTS_IDENTIFIER);
    length = put_field(bytes, length, COOKIE, cookie->bytes, cookie->length);
    return put_authenticator(keys->request, random->nonce, bytes, length);
}

/* --- the answer --- */

static bool is_identifier(const uint8_t *bytes, const struct packet_field *field,
                          const uint8_t identifier[NTS_IDENTIFIER])
{
    return field->length == FIELD_HEADER + NTS_IDENTIFIER &&
           !memcmp(bytes + field->at + FIELD_HEADER, identifier, NTS_IDENTIFIER);
}

/* A kiss-o'-death with the code NTSN. */
static bool is_nak(const uint8_t *bytes)
{
    return !bytes[STRATUM] && !memcmp(bytes + REFERENCE_ID, "NTSN", 4);
}

static bool is_cookie(size_t length)
{
    return length >= FIELD_HEADER + NTS_COOKIE_MIN &&
           length <= FIELD_HEADER + NTS_COOKIE_MAX;
}

/* The encrypted fields must all be there, and one of them be a cookie. As for chronyd a
 * header is enough for the others: the 16 bytes of RFC 7822 keep a field apart from a
 * MAC, and none comes here. */
static enum authentication_error find_cookie(const uint8_t *bytes, size_t length)
{
    enum authentication_error error = AUTHENTICATION_NTS_NO_COOKIE;
    size_t count;

    for (size_t at = 0; at < length; at += count) {
        count = length - at < FIELD_HEADER ? 0 : get_u16(bytes + at + 2);
        if (count < FIELD_HEADER || count % 4 || count > length - at)
            return AUTHENTICATION_NTS_MALFORMED;
        if (get_u16(bytes + at) == COOKIE && is_cookie(count))
            error = AUTHENTICATION_OK;
    }
    return error;
}

static size_t padded(size_t length)
{
    return (length + 3) / 4 * 4;
}

/* All in front of the authenticator is authenticated, not encrypted. */
static enum authentication_error open_authenticator(const uint8_t key[NTS_KEY],
                                                    const uint8_t *bytes,
                                                    const struct packet_field *field)
{
    const uint8_t *body = bytes + field->at + FIELD_HEADER;
    const size_t nonce = get_u16(body), cipher = get_u16(body + 2);
    struct siv_cmac_aes128_ctx siv;
    uint8_t plain[PACKET_MAX];
    int good;

    if (nonce < SIV_MIN_NONCE_SIZE || cipher < TAG ||
        FIELD_HEADER + 4 + padded(nonce) + padded(cipher) > field->length)
        return AUTHENTICATION_NTS_MALFORMED;
    siv_cmac_aes128_set_key(&siv, key);
    good = siv_cmac_aes128_decrypt_message(&siv, nonce, body + 4, field->at, bytes,
                                           cipher - TAG, plain, body + 4 + padded(nonce));
    explicit_bzero(&siv, sizeof siv);
    return good ? find_cookie(plain, cipher - TAG) : AUTHENTICATION_NTS_WRONG;
}

enum authentication_error nts_field_verify(const struct nts_keys *keys,
                                           const uint8_t identifier[NTS_IDENTIFIER],
                                           const uint8_t *bytes, size_t length)
{
    bool identified = false, sealed = false;
    struct packet_field field = {.at = 0};

    for (size_t at = PACKET_HEADER; at < length; at += field.length) {
        if (!packet_read_field(bytes, length, at, &field))
            return AUTHENTICATION_NTS_MALFORMED;
        if (field.type == UNIQUE_IDENTIFIER && !is_identifier(bytes, &field, identifier))
            return AUTHENTICATION_NTS_OTHER_REQUEST;
        identified |= field.type == UNIQUE_IDENTIFIER;
        sealed |= field.type == AUTHENTICATOR;
        if (sealed && at + field.length < length)
            return AUTHENTICATION_NTS_MALFORMED;
    }
    if (!identified)
        return AUTHENTICATION_NTS_UNIDENTIFIED;
    if (sealed)
        return open_authenticator(keys->answer, bytes, &field);
    return is_nak(bytes) ? AUTHENTICATION_NTS_NAK : AUTHENTICATION_NTS_MISSING;
}
