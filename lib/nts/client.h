/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Proves the requests of a probe with the keys and the cookies that were established for
 * it, and has the answers proven. */
#ifndef NTS_CLIENT_H
#define NTS_CLIENT_H

#include "ntp/probe.h"
#include "nts/field.h"

struct nts_client {
    struct authenticator authenticator; /* must be first */
    const struct nts_keys *keys;
    const struct nts_response *response;
    size_t next; /* cookie: each is shown once, as long as there are enough */
    uint8_t identifiers[PROBE_TRIES][NTS_IDENTIFIER]; /* of the requests so far */
};

/* The keys and the response, with one cookie at least, are kept by the caller as long as
 * the client is. */
void nts_client_init(struct nts_client *client, const struct nts_keys *keys,
                     const struct nts_response *response);

#endif
