/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "authentication_nts.h"

#include <stdio.h>

bool nts_run_load(const struct settings *settings, struct nts_run **run,
                  char error[static AUTHENTICATION_TEXT])
{
    (void)settings;
    (void)run;
    snprintf(error, AUTHENTICATION_TEXT,
             "--nts is not in this build of check_chrony_ntp: build it where GnuTLS is "
             "(configure --with-nts)");
    return false;
}

void nts_run_prepare(struct nts_run *run, struct ntp_server *servers, size_t count,
                     int64_t deadline)
{
    (void)run;
    (void)servers;
    (void)count;
    (void)deadline;
}

void nts_run_release(struct nts_run *run)
{
    (void)run;
}
