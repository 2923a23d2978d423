/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "authentication.h"

static bool load(const struct settings *settings, struct credentials **credentials,
                 char error[static AUTHENTICATION_TEXT])
{
    (void)settings;
    (void)error;
    *credentials = NULL;
    return true;
}

static void prepare(struct credentials *credentials, struct ntp_server *servers,
                    size_t count, int64_t deadline)
{
    (void)credentials;
    (void)servers;
    (void)count;
    (void)deadline;
}

static void release(struct credentials *credentials)
{
    (void)credentials;
}

const struct authentication authentication = {load, prepare, release};
