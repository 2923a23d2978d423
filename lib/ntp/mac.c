/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntp/mac.h"

#include <nettle/cmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <nettle/sha3.h>
#include <nettle/version.h>
#include <stdio.h>
#include <string.h>

/* --- types of keys --- */

struct key_type {
    const char *name;
    const struct nettle_hash *hash;
    size_t key_length; /* 0: any */
    void (*cmac)(const uint8_t *key, const uint8_t *message, size_t length, uint8_t *mac);
};

/* Nettle 4 writes whole digests only. */
#if NETTLE_VERSION_MAJOR < 4
#define WHOLE(length) length,
#else
#define WHOLE(length)
#endif

static void cmac_128(const uint8_t *key, const uint8_t *message, size_t length,
                     uint8_t *mac)
{
    struct cmac_aes128_ctx context;

    cmac_aes128_set_key(&context, key);
    cmac_aes128_update(&context, length, message);
    cmac_aes128_digest(&context, WHOLE(CMAC128_DIGEST_SIZE) mac);
    explicit_bzero(&context, sizeof context);
}

static void cmac_256(const uint8_t *key, const uint8_t *message, size_t length,
                     uint8_t *mac)
{
    struct cmac_aes256_ctx context;

    cmac_aes256_set_key(&context, key);
    cmac_aes256_update(&context, length, message);
    cmac_aes256_digest(&context, WHOLE(CMAC128_DIGEST_SIZE) mac);
    explicit_bzero(&context, sizeof context);
}

static const struct key_type types[] = {
    {"MD5", &nettle_md5, 0, NULL},
    {"SHA1", &nettle_sha1, 0, NULL},
    {"SHA256", &nettle_sha256, 0, NULL},
    {"SHA384", &nettle_sha384, 0, NULL},
    {"SHA512", &nettle_sha512, 0, NULL},
    {"SHA3-224", &nettle_sha3_224, 0, NULL},
    {"SHA3-256", &nettle_sha3_256, 0, NULL},
    {"SHA3-384", &nettle_sha3_384, 0, NULL},
    {"SHA3-512", &nettle_sha3_512, 0, NULL},
    {"AES128", NULL, AES128_KEY_SIZE, cmac_128},
    {"AES256", NULL, AES256_KEY_SIZE, cmac_256},
};

const struct key_type *key_type_find(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strlen(types[i].name) == length && !memcmp(types[i].name, name, length))
            return &types[i];
    return NULL;
}

const char *key_type_name(const struct key_type *type)
{
    return type->name;
}

size_t key_type_length(const struct key_type *type)
{
    return type->key_length;
}

/* --- codes --- */

static size_t digest(const struct key *key, const uint8_t *message, size_t length,
                     uint8_t *mac)
{
    const struct nettle_hash *hash = key->type->hash;
    union {
        struct md5_ctx md5;
        struct sha1_ctx sha1;
        struct sha256_ctx sha256;
        struct sha512_ctx sha512;
        struct sha3_224_ctx sha3_224;
        struct sha3_256_ctx sha3_256;
        struct sha3_384_ctx sha3_384;
        struct sha3_512_ctx sha3_512;
    } context;

    hash->init(&context);
    hash->update(&context, key->length, key->bytes);
    hash->update(&context, length, message);
    hash->digest(&context, WHOLE(hash->digest_size) mac);
    explicit_bzero(&context, sizeof context);
    return hash->digest_size;
}

size_t mac_make(const struct key *key, const uint8_t *message, size_t length,
                uint8_t mac[static MAC_MAX])
{
    if (key->type->hash)
        return digest(key, message, length, mac);
    key->type->cmac(key->bytes, message, length, mac);
    return CMAC128_DIGEST_SIZE;
}

/* The code as it stands behind a packet, which is as long as its version has it. */
static size_t make_for_packet(const struct key *key, const uint8_t *packet, size_t length,
                              uint8_t mac[static MAC_MAX])
{
    const size_t whole = mac_make(key, packet, length, mac);
    const size_t most = packet_mac_max(packet) - PACKET_KEY_ID;

    return whole < most ? whole : most;
}

/* --- the authenticator --- */

static uint32_t get_id(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
           bytes[3];
}

static void put_id(uint32_t id, uint8_t *bytes)
{
    for (unsigned i = 0; i < PACKET_KEY_ID; i++)
        bytes[i] = (uint8_t)(id >> (24 - 8 * i));
}

static size_t complete(struct authenticator *authenticator, unsigned index,
                       uint8_t bytes[static PACKET_MAX])
{
    const struct key *key = &((const struct mac_authenticator *)authenticator)->key;
    uint8_t mac[MAC_MAX];
    size_t length;

    (void)index;
    length = make_for_packet(key, bytes, PACKET_HEADER, mac);
    put_id(key->id, bytes + PACKET_HEADER);
    memcpy(bytes + PACKET_HEADER + PACKET_KEY_ID, mac, length);
    return PACKET_HEADER + PACKET_KEY_ID + length;
}

static enum authentication_error verify(struct authenticator *authenticator,
                                        unsigned index, const uint8_t *bytes,
                                        size_t length)
{
    const struct key *key = &((const struct mac_authenticator *)authenticator)->key;
    struct packet_parts parts;
    uint8_t mac[MAC_MAX];
    size_t mac_length;

    (void)index;
    if (!packet_split(bytes, length, &parts))
        return AUTHENTICATION_MALFORMED;
    if (!parts.mac_length)
        return AUTHENTICATION_MISSING;
    if (parts.mac_length == PACKET_KEY_ID && !get_id(bytes + parts.mac))
        return AUTHENTICATION_NAK;
    if (get_id(bytes + parts.mac) != key->id)
        return AUTHENTICATION_OTHER_KEY;
    mac_length = make_for_packet(key, bytes, parts.mac, mac);
    if (parts.mac_length != PACKET_KEY_ID + mac_length)
        return AUTHENTICATION_LENGTH;
    return memeql_sec(bytes + parts.mac + PACKET_KEY_ID, mac, mac_length)
               ? AUTHENTICATION_OK
               : AUTHENTICATION_WRONG;
}

void mac_authenticator_open(struct mac_authenticator *mac)
{
    mac->authenticator.complete = complete;
    mac->authenticator.verify = verify;
    snprintf(mac->authenticator.name, AUTHENTICATOR_NAME, "key %u (%s)",
             (unsigned)mac->key.id, mac->key.type->name);
}
