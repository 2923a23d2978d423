/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/road.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SWEPT = 32 };

static bool is_unix(const struct target *target, size_t index)
{
    return index < target->count && target->addresses[index].ss_family == AF_UNIX;
}

enum session_error road_error(const struct target *target, size_t index, int number)
{
    switch (number) {
    case EAGAIN:
    case EINTR:
    case ENOBUFS:
    case ENOMEM:
        return SESSION_OK;
    case ECONNREFUSED:
        return is_unix(target, index) ? SESSION_STALE : SESSION_REFUSED;
    case ENOENT:
        return SESSION_NO_SOCKET;
    case EPROTOTYPE:
    case ENOTDIR:
        return SESSION_NOT_DATAGRAM;
    case EACCES:
    case EPERM:
        return is_unix(target, index) ? SESSION_FORBIDDEN : SESSION_UNREACHABLE;
    default:
        return SESSION_UNREACHABLE;
    }
}

/* --- the Unix socket --- */

/* root gives up its rights, and its groups in any case. The group of the directory is
 * that of chronyd, which uses no other; to look up an account can take for ever. */
static enum session_error become_owner(uid_t owner, gid_t group)
{
    if (geteuid() != 0)
        return geteuid() == owner ? SESSION_OK : SESSION_FORBIDDEN;
    if (setgroups(0, NULL) && owner != 0)
        return SESSION_FORBIDDEN;
    if (owner != 0 && (setresgid(group, group, group) || setresuid(owner, owner, owner)))
        return SESSION_FORBIDDEN;
    return SESSION_OK;
}

static enum session_error enter_directory(const char *socket_path)
{
    char path[TARGET_PATH];
    struct stat directory;

    snprintf(path, sizeof path, "%.*s/", (int)(strrchr(socket_path, '/') - socket_path),
             socket_path);
    if (stat(path, &directory))
        return errno == EACCES ? SESSION_FORBIDDEN : SESSION_NO_SOCKET;
    if (directory.st_mode & (S_IWOTH | S_ISVTX))
        return SESSION_SHARED;
    return become_owner(directory.st_uid, directory.st_gid);
}

void road_settle_user(const char *path)
{
    if (geteuid() == 0 && *path == '/' && strlen(path) < TARGET_PATH)
        enter_directory(path);
}

static enum session_error look_at_socket(const char *path)
{
    struct stat file;

    if (stat(path, &file))
        return errno == EACCES    ? SESSION_FORBIDDEN
               : errno == ENOTDIR ? SESSION_NOT_DATAGRAM
                                  : SESSION_NO_SOCKET;
    return S_ISSOCK(file.st_mode) ? SESSION_OK : SESSION_NOT_DATAGRAM;
}

/* True for the end of a run of ours that was killed: nobody listens there. */
static bool is_left_behind(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat file;
    int descriptor;
    bool refused;

    if (lstat(path, &file) || !S_ISSOCK(file.st_mode) || file.st_uid != geteuid())
        return false;
    memcpy(address.sun_path, path, strlen(path));
    descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    refused =
        descriptor >= 0 &&
        connect(descriptor, (const struct sockaddr *)&address, sizeof address) < 0 &&
        errno == ECONNREFUSED;
    if (descriptor >= 0)
        close(descriptor);
    return refused;
}

/* A few at a time: a run has a deadline, and the next one goes on. */
static void sweep(const char *own_path)
{
    const int length = (int)(strrchr(own_path, '/') - own_path);
    char path[TARGET_PATH];
    struct dirent *entry;
    DIR *directory;

    snprintf(path, sizeof path, "%.*s/", length, own_path);
    directory = opendir(path);
    for (int left = SWEPT; directory && left > 0 && (entry = readdir(directory));) {
        if (strncmp(entry->d_name, TARGET_OWN_NAME, strlen(TARGET_OWN_NAME)) != 0 ||
            snprintf(path, sizeof path, "%.*s/%s", length, own_path, entry->d_name) >=
                (int)sizeof path)
            continue;
        left--;
        if (is_left_behind(path))
            unlink(path);
    }
    if (directory)
        closedir(directory);
}

static int bind_own_end(int descriptor, const char *own_path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memcpy(address.sun_path, own_path, strlen(own_path));
    umask(077);
    return bind(descriptor, (const struct sockaddr *)&address, sizeof address);
}

static enum session_error prepare_socket(const struct target *target, size_t index,
                                         int descriptor)
{
    const struct sockaddr_un *address =
        (const struct sockaddr_un *)&target->addresses[index];
    enum session_error error = look_at_socket(address->sun_path);

    if (!error)
        error = enter_directory(target->own_path);
    if (error)
        return error;
    sweep(target->own_path);
    if (!bind_own_end(descriptor, target->own_path))
        return SESSION_OK;
    return errno == EACCES || errno == EPERM ? SESSION_FORBIDDEN : SESSION_NO_PLACE;
}

/* --- both --- */

static socklen_t address_length(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_UNIX    ? sizeof(struct sockaddr_un)
           : address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                            : sizeof(struct sockaddr_in);
}

enum session_error road_open(const struct target *target, size_t index, int *descriptor)
{
    const struct sockaddr_storage *address = &target->addresses[index];
    enum session_error error = SESSION_OK;

    *descriptor =
        socket(address->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*descriptor < 0)
        return errno == EAFNOSUPPORT ? SESSION_UNREACHABLE : SESSION_FAILED;
    if (address->ss_family == AF_UNIX)
        error = prepare_socket(target, index, *descriptor);
    if (!error &&
        connect(*descriptor, (const struct sockaddr *)address, address_length(address)))
        error = road_error(target, index, errno);
    if (error)
        road_close(target, index, descriptor);
    return error;
}

void road_close(const struct target *target, size_t index, int *descriptor)
{
    struct sockaddr_un own;
    socklen_t length = sizeof own;

    if (*descriptor < 0)
        return;
    /* Only what was bound is removed: the name could be somebody else's. */
    if (is_unix(target, index) &&
        !getsockname(*descriptor, (struct sockaddr *)&own, &length) &&
        length > sizeof own.sun_family)
        unlink(target->own_path);
    close(*descriptor);
    *descriptor = -1;
}
