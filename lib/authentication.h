/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a run authenticates the NTP servers that it asks.
 *
 * This needs a library for cryptography, which costs time at every start. So only the
 * plugin that asks NTP servers names it, in its struct plugin, and only that one is
 * linked with it. */
#ifndef AUTHENTICATION_H
#define AUTHENTICATION_H

#include "settings.h"
#include "snapshot.h"

enum { AUTHENTICATION_TEXT = 512 };

/* What a run proves itself with, and knows others by: the secrets, and one authenticator
 * for each server. Only authentication.c looks into it. */
struct credentials;

struct authentication {
    /* Reads what the settings name, before the first packet is sent. False when it cannot
     * be had: the error is one sentence, a usage error. The credentials are NULL where
     * the settings ask for no authentication, and otherwise the caller's, to be
     * released. */
    bool (*load)(const struct settings *settings, struct credentials **credentials,
                 char error[static AUTHENTICATION_TEXT]);

    /* Gives each server its authenticator, when their addresses are known and before they
     * are asked. What the network is asked for meanwhile ends at the deadline, a moment
     * of wait_now(). */
    void (*prepare)(struct credentials *credentials, struct ntp_server *servers,
                    size_t count, int64_t deadline);

    /* Wipes and frees the secrets and the authenticators; NULL is nothing. */
    void (*release)(struct credentials *credentials);
};

extern const struct authentication authentication;

#endif
