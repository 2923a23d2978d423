/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/target.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static void add_address(struct target *target, const struct sockaddr *address,
                        socklen_t length, uint16_t port)
{
    struct sockaddr_storage *slot = &target->addresses[target->count];

    if (target->count == TARGET_ADDRESSES || length > sizeof *slot)
        return;
    memcpy(slot, address, length);
    if (slot->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)slot)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)slot)->sin_port = htons(port);
    target->count++;
}

static void add_loopback(struct target *target, uint16_t port, int family)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    if (family != AF_INET6)
        add_address(target, (const struct sockaddr *)&v4, sizeof v4, port);
    if (family != AF_INET)
        add_address(target, (const struct sockaddr *)&v6, sizeof v6, port);
}

enum target_error target_find(struct target *target, const char *host, uint16_t port,
                              int family, const char **reason)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST},
                    *found;
    int error;

    memset(target, 0, sizeof *target);
    *reason = "";
    if (!host) {
        add_loopback(target, port, family);
        return TARGET_OK;
    }
    error = getaddrinfo(host, NULL, &hints, &found);
    if (error) {
        hints.ai_flags = 0;
        error = getaddrinfo(host, NULL, &hints, &found);
    }
    if (error) {
        *reason = gai_strerror(error);
        return TARGET_NO_ADDRESS;
    }
    for (const struct addrinfo *one = found; one; one = one->ai_next)
        if (family == AF_UNSPEC || family == one->ai_family)
            add_address(target, one->ai_addr, one->ai_addrlen, port);
    freeaddrinfo(found);
    return target->count ? TARGET_OK : TARGET_NO_FAMILY;
}

/* A name that nobody can foresee, in the directory of the other end. */
static enum target_error make_own_path(struct target *target, const char *path)
{
    const int directory = (int)(strrchr(path, '/') - path);
    uint32_t random[2];

    if (directory > TARGET_DIRECTORY)
        return TARGET_TOO_LONG;
    if (getrandom(random, sizeof random, 0) != sizeof random)
        return TARGET_FAILED;
    snprintf(target->own_path, TARGET_PATH, "%.*s/" TARGET_OWN_NAME "%08x%08x", directory,
             path, random[0], random[1]);
    return TARGET_OK;
}

enum target_error target_add_socket(struct target *target, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    enum target_error error;

    if (*path != '/')
        return TARGET_RELATIVE;
    if (strlen(path) >= TARGET_PATH || target->count == TARGET_ADDRESSES)
        return TARGET_TOO_LONG;
    error = make_own_path(target, path);
    if (error)
        return error;
    memcpy(address.sun_path, path, strlen(path));
    memcpy(&target->addresses[target->count++], &address, sizeof address);
    return TARGET_OK;
}

void target_text(const struct target *target, size_t index, char text[static TARGET_TEXT])
{
    const struct sockaddr_storage *address = &target->addresses[index];
    char host[TARGET_PATH], port[8];

    if (index < target->count && address->ss_family == AF_UNIX)
        snprintf(text, TARGET_TEXT, "%s",
                 ((const struct sockaddr_un *)address)->sun_path);
    else if (index < target->count &&
             !getnameinfo((const struct sockaddr *)address, sizeof *address, host,
                          sizeof host, port, sizeof port,
                          NI_NUMERICHOST | NI_NUMERICSERV))
        snprintf(text, TARGET_TEXT, "%s port %s", host, port);
    else
        snprintf(text, TARGET_TEXT, "unknown address");
}

bool target_is_local(const struct target *target, size_t index)
{
    const struct sockaddr_storage *address = &target->addresses[index];

    if (address->ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
    if (address->ss_family == AF_INET)
        return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
    return true;
}
