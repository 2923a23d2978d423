/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a probe proves its requests and has the answers proven: the seam between the probe
 * and what knows keys. A key of the file that chronyd reads is one authenticator (see
 * ntp/mac.h); whatever else there is stands behind the same two functions.
 *
 * Nothing of an answer is believed, no kiss-o'-death either, before verify() has found it
 * authentic. */
#ifndef NTP_AUTHENTICATOR_H
#define NTP_AUTHENTICATOR_H

#include "ntp/packet.h"

enum { AUTHENTICATOR_NAME = 48 };

/* What is wrong with the proof of an answer. Each is followed by what a true answer may
 * still repair: the probe goes on listening. */
enum authentication_error {
    AUTHENTICATION_OK,
    AUTHENTICATION_MALFORMED, /* what follows the header is neither extension fields nor a
                                 MAC */
    AUTHENTICATION_MISSING,   /* there is no MAC */
    AUTHENTICATION_UNWANTED,  /* there is a MAC, and the request had none */
    AUTHENTICATION_NAK,       /* a crypto-NAK: the server could not verify the request */
    AUTHENTICATION_OTHER_KEY, /* the MAC names another key */
    AUTHENTICATION_LENGTH, /* the MAC has not the length that the key's type gives it */
    AUTHENTICATION_WRONG,  /* the MAC is not what the key makes of the answer */

    /* Of an answer to a request with NTS (see nts/field.h). */
    AUTHENTICATION_NTS_UNIDENTIFIED,  /* it has no unique identifier */
    AUTHENTICATION_NTS_OTHER_REQUEST, /* it has that of another request */
    AUTHENTICATION_NTS_NAK,           /* the server does not know the cookie */
    AUTHENTICATION_NTS_MISSING,       /* it has no authenticator */
    AUTHENTICATION_NTS_MALFORMED,     /* its extension fields are not what they must be */
    AUTHENTICATION_NTS_WRONG,         /* its authenticator is not what the key makes */
    AUTHENTICATION_NTS_NO_COOKIE,     /* it brings no new cookie */
};

/* What is wrong, in a few words for people ("it carries no MAC"). */
const char *authentication_error_text(enum authentication_error error);

/* It is the first member of the struct of whoever authenticates. */
struct authenticator {
    char name[AUTHENTICATOR_NAME]; /* for people, behind "with": "key 5 (SHA1)" */
    unsigned exposed; /* what everybody may do, and must not, with the file of its secret
                         or of whom it trusts: permission bits, 4 read, 2 write; 0:
                         nothing */

    /* Appends the proof to a request of PACKET_HEADER bytes and returns the length of the
     * whole, at most PACKET_MAX, a multiple of 4; 0 when it cannot be made, which ends
     * the probe as PROBE_FAILED. index counts the requests of the probe, from 0 to
     * PROBE_TRIES - 1 and at another address from 0 again: an authenticator whose
     * requests differ keeps what it must remember of each under it. */
    size_t (*complete)(struct authenticator *authenticator, unsigned index,
                       uint8_t bytes[static PACKET_MAX]);

    /* Is a datagram of PACKET_HEADER to PACKET_MAX bytes, a multiple of 4, an authentic
     * answer to that request? It has the version, the mode and the origin timestamp of
     * one; nothing else of it has been looked at. */
    enum authentication_error (*verify)(struct authenticator *authenticator,
                                        unsigned index, const uint8_t *bytes,
                                        size_t length);
};

/* The same for a request that had no authenticator: AUTHENTICATION_OK for a bare header
 * or one with extension fields, which are not looked into. */
enum authentication_error authentication_absent(const uint8_t *bytes, size_t length);

#endif
