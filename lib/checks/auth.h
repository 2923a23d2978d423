/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parts of the auth check. */
#ifndef CHECKS_AUTH_H
#define CHECKS_AUTH_H

#include "settings.h"
#include "snapshot.h"

/* True when it is known how the source is authenticated: not of a reference clock, nor of
 * a source without an address, nor of one that chronyd does not tell it of. */
bool auth_is_known(const struct source *source);

/* Which algorithm the key of a source is for, by chronyc's number: "AES128"; "unknown".
 */
const char *auth_key_text(uint16_t key_type);

/* One that should not be used any more: MD5 or SHA1. */
bool auth_key_is_weak(uint16_t key_type);

/* "none", "symmetric key" or "NTS" */
const char *auth_mode_text(uint16_t mode);

/* Adds the table of sources, a row each. */
void auth_tabulate(const struct snapshot *snapshot, struct result *result);

#endif
