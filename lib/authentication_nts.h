/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Authentication with NTS: the keys of a run are established with the servers themselves.
 * Part of the authentication module: only authentication.c includes it. Built without
 * NTS, authentication_no_nts.c stands in its place. */
#ifndef AUTHENTICATION_NTS_H
#define AUTHENTICATION_NTS_H

#include "authentication.h"

/* Whom a run trusts, its keys and its cookies. */
struct nts_run;

/* See struct authentication. load() is called where the settings ask for NTS; NULL is
 * nothing to release. */
bool nts_run_load(const struct settings *settings, struct nts_run **run,
                  char error[static AUTHENTICATION_TEXT]);

/* Half of the time is for the keys, the other for the servers. One that gets no keys is
 * not asked. */
void nts_run_prepare(struct nts_run *run, struct ntp_server *servers, size_t count,
                     int64_t deadline);

void nts_run_release(struct nts_run *run);

#endif
