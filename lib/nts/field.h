/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extension fields that protect NTP packets with NTS (RFC 8915, section 5), by
 * AEAD_AES_SIV_CMAC_256 (RFC 5297).
 *
 * Pure: whoever calls brings keys, cookies and random bytes. */
#ifndef NTS_FIELD_H
#define NTS_FIELD_H

#include "ntp/authenticator.h"
#include "nts/record.h"

enum {
    NTS_KEY = 32,        /* bytes of a key */
    NTS_IDENTIFIER = 32, /* of a unique identifier */
    NTS_NONCE = 16,
};

/* The keys that key establishment has given both sides. */
struct nts_keys {
    uint8_t request[NTS_KEY]; /* the client's: C2S */
    uint8_t answer[NTS_KEY];  /* the server's: S2C */
};

/* What no two requests share; the answer repeats the identifier. */
struct nts_randomness {
    uint8_t identifier[NTS_IDENTIFIER];
    uint8_t nonce[NTS_NONCE];
};

/* Appends unique identifier, cookie and authenticator to a request of PACKET_HEADER
 * bytes; returns the length of the whole. */
size_t nts_field_protect(const struct nts_keys *keys, const struct nts_cookie *cookie,
                         const struct nts_randomness *random,
                         uint8_t bytes[static PACKET_MAX]);

/* Is a packet of PACKET_HEADER to PACKET_MAX bytes an authentic answer to the request
 * with that identifier? As for chronyd its authenticator must be its last field, and it
 * must bring a new cookie. An answer without an authenticator, by which a server says
 * that it does not know the cookie, is AUTHENTICATION_NTS_NAK. */
enum authentication_error nts_field_verify(const struct nts_keys *keys,
                                           const uint8_t identifier[NTS_IDENTIFIER],
                                           const uint8_t *bytes, size_t length);

#endif
