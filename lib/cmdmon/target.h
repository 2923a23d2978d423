/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a chronyd may be. */
#ifndef CMDMON_TARGET_H
#define CMDMON_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
    TARGET_ADDRESSES = 16,
    TARGET_PATH = sizeof(((struct sockaddr_un *)0)->sun_path), /* with the NUL */
    TARGET_TEXT = TARGET_PATH + 16,
};

/* How the name of our end of a Unix socket begins. */
#define TARGET_OWN_NAME "check_chrony."

/* The longest directory of a Unix socket: our own name has 16 digits more. */
enum { TARGET_DIRECTORY = TARGET_PATH - 1 - (int)sizeof TARGET_OWN_NAME - 16 };

/* Plain data; addresses in the order in which they are tried. */
struct target {
    struct sockaddr_storage
        addresses[TARGET_ADDRESSES]; /* of AF_INET, AF_INET6 or AF_UNIX */
    size_t count;
    char own_path[TARGET_PATH]; /* where our end of a Unix socket is bound; "": there is
                                   none */
};

enum target_error {
    TARGET_OK,
    TARGET_NO_ADDRESS, /* the name does not resolve */
    TARGET_NO_FAMILY,  /* it resolves, but to no address of the wanted family */
    TARGET_RELATIVE,   /* the path of a Unix socket does not begin with a slash */
    TARGET_TOO_LONG,   /* the path is too long for a socket, ours or chronyd's */
    TARGET_FAILED,     /* this system gave no randomness */
};

/* Fills a target from a host name or address, or from NULL: 127.0.0.1, then ::1. The
 * family is AF_UNSPEC, AF_INET or AF_INET6. An address costs nothing; a name may block
 * for as long as the resolver likes. On an error *reason is a constant text of why. */
enum target_error target_find(struct target *target, const char *host, uint16_t port,
                              int family, const char **reason);

/* Adds chronyd's Unix socket behind the other addresses, and makes up a private name for
 * our end, beside it: chronyd answers only to a path, and may see only its own directory.
 */
enum target_error target_add_socket(struct target *target, const char *path);

/* "127.0.0.1 port 323", with the scope of an address if it has one, or the path of a
 * socket. */
void target_text(const struct target *target, size_t index,
                 char text[static TARGET_TEXT]);

/* True for an address of this machine: loopback, or a Unix socket. */
bool target_is_local(const struct target *target, size_t index);

#endif
