/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Message authentication codes of NTP, from a key that both sides have.
 *
 * A digest is that of the key and the packet behind it (RFC 5905, appendix A); AES makes
 * a CMAC (RFC 8573, RFC 4493). In NTPv4 no code is longer than 20 bytes, as chronyd has
 * it, so that it cannot be taken for an extension field (RFC 7822); in NTPv3 it is whole.
 */
#ifndef NTP_MAC_H
#define NTP_MAC_H

#include "ntp/authenticator.h"

enum {
    KEY_MAX = 2048, /* bytes; a line of a key file has no room for more */
    MAC_MAX = 64,
};

/* How a code is made; see mac.c. */
struct key_type;

/* The whole of it is secret but the id and the type. */
struct key {
    uint32_t id;                 /* never 0 */
    const struct key_type *type; /* NULL: there is no key */
    size_t length;
    uint8_t bytes[KEY_MAX];
};

/* The type with the name that key files give it ("SHA1", "AES128"), of which these are
 * the first so many characters; NULL for one that is not known. */
const struct key_type *key_type_find(const char *name, size_t length);

const char *key_type_name(const struct key_type *type);

/* Bytes that its keys must have; 0: any number. */
size_t key_type_length(const struct key_type *type);

/* Writes the code of a message and returns its length, at most MAC_MAX. */
size_t mac_make(const struct key *key, const uint8_t *message, size_t length,
                uint8_t mac[static MAC_MAX]);

/* Authenticates with a key; it may serve any number of probes at once. */
struct mac_authenticator {
    struct authenticator authenticator; /* must be first */
    struct key key;                     /* set by the caller, before it is opened */
};

void mac_authenticator_open(struct mac_authenticator *mac);

#endif
