/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a server can make of NTS, truly and falsely: the answers to a protected request.
 * They are made here, byte by byte, and not by what is tested. */
#ifndef NTS_LIES_H
#define NTS_LIES_H

#include "nts/field.h"

enum {
    NTS_LIES = 53,
    NTS_ANSWER_MAX = 2048,
};

/* An answer is made of fields: what a server puts into it, and how it lies. */
extern const struct nts_lie {
    const char *name;
    enum authentication_error error;
    struct nts_lie_field {
        int type;       /* 0: none */
        int length;     /* of the body; of an authenticator: of what is encrypted */
        unsigned patch; /* that its own length is too great by */
        bool other;     /* identifier: of another request; authenticator: another key */
    } fields[4];
    const char *plain; /* what is encrypted; NULL: a cookie */
    int flip;          /* a byte of the packet, one bit of which is flipped after all; <
                          0: from its end; 0: none */
    unsigned nonce;    /* its length; 0: 16 */
    unsigned nonce_said, cipher_said; /* too great by so much */
    size_t behind;                    /* zeros behind all */
    bool nak;                         /* stratum 0 and NTSN */
} nts_lies[NTS_LIES];

/* Appends the fields of an answer to the header in the packet; returns the length of the
 * whole. The first lie is the truth. */
size_t nts_lie_answer(const struct nts_lie *lie, const struct nts_keys *keys,
                      const uint8_t identifier[NTS_IDENTIFIER],
                      uint8_t packet[static NTS_ANSWER_MAX]);

#endif
