/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nts/client.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static size_t complete(struct authenticator *authenticator, unsigned index,
                       uint8_t bytes[static PACKET_MAX])
{
    struct nts_client *client = (struct nts_client *)authenticator;
    const struct nts_response *response = client->response;
    const struct nts_cookie *cookie =
        &response->cookies[client->next++ % response->cookie_count];
    struct nts_randomness random;

    if (getrandom(&random, sizeof random, 0) != sizeof random)
        return 0;
    memcpy(client->identifiers[index], random.identifier, NTS_IDENTIFIER);
    return nts_field_protect(client->keys, cookie, &random, bytes);
}

static enum authentication_error verify(struct authenticator *authenticator,
                                        unsigned index, const uint8_t *bytes,
                                        size_t length)
{
    const struct nts_client *client = (const struct nts_client *)authenticator;

    return nts_field_verify(client->keys, client->identifiers[index], bytes, length);
}

void nts_client_init(struct nts_client *client, const struct nts_keys *keys,
                     const struct nts_response *response)
{
    memset(client, 0, sizeof *client);
    client->authenticator.complete = complete;
    client->authenticator.verify = verify;
    snprintf(client->authenticator.name, AUTHENTICATOR_NAME, "NTS");
    client->keys = keys;
    client->response = response;
}
