/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into a plugin: names and accounts are looked up for ever, addresses are not;
 * and directories, and files called "lost", are read for ever, and no file ever gets its
 * name, as on a file server that is gone. */
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
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

int rename(const char *from, const char *to)
{
    (void)from;
    (void)to;
    for (;;)
        pause();
}

struct passwd *getpwuid(uid_t user)
{
    (void)user;
    for (;;)
        pause();
}

static int open_at(const char *path, int flags, int mode)
{
    const char *name = strrchr(path, '/');

    while (name && !strcmp(name, "/lost"))
        pause();
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list rest;
    int mode;

    va_start(rest, flags);
    mode = flags & O_CREAT ? va_arg(rest, int) : 0;
    va_end(rest);
    return open_at(path, flags, mode);
}

int __open64_2(const char *path, int flags)
{
    return open_at(path, flags, 0);
}
