/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Preloaded into a plugin: calls of the system fail as tests/inject.h says. */
/* As the plugins are compiled, so that the names are theirs; but nothing stands before a
 * function here. */
#define _FILE_OFFSET_BITS 64
#undef _FORTIFY_SOURCE

#include "inject.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct inject *plan;
static void *program; /* where it is loaded */

static void *base_of(void *address)
{
    Dl_info info;

    return dladdr(address, &info) ? info.dli_fbase : NULL;
}

static void stop(void)
{
    plan = NULL;
}

/* What comes after the program is not its own: gcov writes its counts then. Only once the
 * program has begun is there a place in front of that. */
static void stop_behind(void *from)
{
    static bool is_noted;

    if (is_noted || base_of(from) != program)
        return;
    is_noted = true;
    atexit(stop);
}

/* True when this call, from an address, is one that fails. */
static bool fails(enum inject_call call, void *from)
{
    if (plan)
        stop_behind(from);
    if (!plan || plan->call != call ||
        (call == INJECT_MEMORY && base_of(from) != program) ||
        ++plan->made < plan->first || plan->made > plan->last)
        return false;
    plan->failed++;
    errno = plan->number;
    return true;
}

#define FAILS(call) fails(call, __builtin_return_address(0))

static void limit_space(size_t growth)
{
    int descriptor = open("/proc/self/statm", O_RDONLY);
    char text[64] = "";
    ssize_t length = read(descriptor, text, sizeof text - 1);
    rlim_t size = strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE) + growth;

    close(descriptor);
    if (length <= 0 || setrlimit(RLIMIT_AS, &(struct rlimit){size, size}))
        _exit(126);
}

__attribute__((constructor)) static void load(void)
{
    struct inject *memory = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED,
                                 INJECT_DESCRIPTOR, 0);

    if (memory == MAP_FAILED)
        _exit(126);
    memory->loaded = true;
    program = base_of((void *)getauxval(AT_ENTRY));
    if (memory->call == INJECT_SPACE)
        limit_space(memory->first);
    plan = memory;
}

/* The function that is hidden by ours: a pointer of any type is filled in. */
static void find(void *function, const char *name)
{
    void *symbol = dlsym(RTLD_NEXT, name);

    memcpy(function, &symbol, sizeof symbol);
}

/* --- memory: dlsym() might want some itself, so glibc's other names are used --- */

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    return FAILS(INJECT_MEMORY) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return FAILS(INJECT_MEMORY) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return FAILS(INJECT_MEMORY) ? NULL : __libc_realloc(memory, size);
}

/* --- files --- */

int open(const char *path, int flags, ...)
{
    int (*next)(const char *, int, ...);
    va_list arguments;
    mode_t mode;

    if (FAILS(INJECT_OPEN))
        return -1;
    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    find(&next, "open64");
    return next(path, flags, mode);
}

/* What a macro defines: a function that fails like the system's, with -1, or calls it. */
#define CALL(call, type, name, parameters, ...)                                          \
    type name parameters                                                                 \
    {                                                                                    \
        type(*next) parameters;                                                          \
                                                                                         \
        if (FAILS(call))                                                                 \
            return -1;                                                                   \
        find(&next, #name);                                                              \
        return next(__VA_ARGS__);                                                        \
    }

DIR *opendir(const char *path)
{
    DIR *(*next)(const char *);

    if (FAILS(INJECT_OPEN))
        return NULL;
    find(&next, "opendir");
    return next(path);
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*next)(const char *, const char *);

    if (FAILS(INJECT_OPEN))
        return NULL;
    find(&next, "fopen64");
    return next(path, mode);
}

size_t fread(void *bytes, size_t size, size_t count, FILE *from)
{
    size_t (*next)(void *, size_t, size_t, FILE *);

    if (FAILS(INJECT_READ))
        return 0;
    find(&next, "fread");
    return next(bytes, size, count, from);
}

int close(int descriptor)
{
    int (*next)(int);
    bool failed = FAILS(INJECT_CLOSE);
    int number = errno, result;

    find(&next, "close");
    result = next(descriptor);
    if (failed)
        errno = number;
    return failed ? -1 : result;
}

CALL(INJECT_OPEN, int, mkostemp, (char *path, int flags), path, flags)
CALL(INJECT_READ, ssize_t, read, (int from, void *bytes, size_t size), from, bytes, size)
/* What read() is where the size of the buffer is known, and looked after. */
CALL(INJECT_READ, ssize_t, __read_chk, (int from, void *bytes, size_t size, size_t room),
     from, bytes, size, room)
CALL(INJECT_WRITE, ssize_t, write, (int to, const void *bytes, size_t size), to, bytes,
     size)
CALL(INJECT_RENAME, int, rename, (const char *from, const char *to), from, to)

/* --- sockets --- */

CALL(INJECT_SOCKET, int, socket, (int family, int type, int protocol), family, type,
     protocol)
CALL(INJECT_BIND, int, bind,
     (int descriptor, const struct sockaddr *address, socklen_t length), descriptor,
     address, length)
CALL(INJECT_CONNECT, int, connect,
     (int descriptor, const struct sockaddr *address, socklen_t length), descriptor,
     address, length)
CALL(INJECT_SEND, ssize_t, send, (int to, const void *bytes, size_t size, int flags), to,
     bytes, size, flags)
CALL(INJECT_RECEIVE, ssize_t, recv, (int from, void *bytes, size_t size, int flags), from,
     bytes, size, flags)
CALL(INJECT_RECEIVE, ssize_t, recvmsg, (int from, struct msghdr *message, int flags),
     from, message, flags)
CALL(INJECT_POLL, int, poll,
     (struct pollfd * descriptors, nfds_t count, int milliseconds), descriptors, count,
     milliseconds)

/* --- time, chance and programs --- */

CALL(INJECT_CLOCK, int, clock_gettime, (clockid_t clock, struct timespec *now), clock,
     now)
CALL(INJECT_RANDOM, ssize_t, getrandom, (void *bytes, size_t size, unsigned flags), bytes,
     size, flags)

int posix_spawn(pid_t *process, const char *path,
                const posix_spawn_file_actions_t *actions,
                const posix_spawnattr_t *attributes, char *const *words,
                char *const *environment)
{
    int (*next)(pid_t *, const char *, const posix_spawn_file_actions_t *,
                const posix_spawnattr_t *, char *const *, char *const *);

    if (FAILS(INJECT_SPAWN))
        return errno;
    find(&next, "posix_spawn");
    return next(process, path, actions, attributes, words, environment);
}
