/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the name of a time server tells, without looking it up. */
#ifndef NAMES_H
#define NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* What is publicly known of a server. */
enum name_trait {
    NAME_SMEARS = 1 << 0, /* it spreads a leap second over hours */
    NAME_POOL = 1 << 1,   /* volunteers that change: pool.ntp.org */
    NAME_LINK = 1 << 2,   /* this machine, or its host: no network in between; hosts of
                             clouds are at link-local addresses */
};

/* Bits of enum name_trait; 0: nothing is known. */
unsigned name_traits(const char *name);

/* An IPv4 or IPv6 address, with or without a zone. */
bool name_is_address(const char *name);

/* The same name without regard to case, or the same address however it is written. */
bool name_is_same(const char *name, const char *other);

/* An address that is not routed in the Internet, a name without a dot, or one under a
 * domain that is kept for private use. */
bool name_is_private(const char *name);

/* Who runs it: a company of which that is publicly known, else the part of the name that
 * somebody has registered ("example.co.uk"); the text is *length bytes long. An address
 * stands for itself. */
const char *name_operator(const char *name, size_t *length);

/* They have the same operator, without regard to case. */
bool name_shares_operator(const char *name, const char *other);

#endif
