/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into a plugin: names are looked up for ever, addresses are not; and
 * directories are read for ever, as on a file server that is gone. */
#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *restrict node, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict found)
{
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");

    memcpy(&next, &symbol, sizeof next);
    if (hints->ai_flags & AI_NUMERICHOST)
        return next(node, service, hints, found);
    for (;;)
        pause();
}

DIR *opendir(const char *name)
{
    (void)name;
    for (;;)
        pause();
}
