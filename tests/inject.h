/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of the system that fail on demand: what tests/inject.so, which is preloaded into
 * a plugin, and its test say to each other, in memory that both have mapped. */
#ifndef INJECT_H
#define INJECT_H

#include <stdbool.h>

/* The descriptor of that memory, in the plugin. */
enum { INJECT_DESCRIPTOR = 100 };

enum inject_call {
    INJECT_NOTHING,
    INJECT_MEMORY, /* malloc, calloc and realloc, but for what libraries want themselves
                    */
    INJECT_SPACE,  /* none fails, but the process may grow by `first` bytes only */
    INJECT_OPEN,   /* open, fopen, opendir and mkostemp */
    INJECT_SOCKET,
    INJECT_BIND,
    INJECT_CONNECT,
    INJECT_SEND,
    INJECT_RECEIVE, /* recv and recvmsg */
    INJECT_POLL,
    INJECT_CLOCK,
    INJECT_RANDOM,
    INJECT_READ, /* read and fread */
    INJECT_WRITE,
    INJECT_CLOSE, /* the descriptor is closed nevertheless, as on Linux */
    INJECT_RENAME,
    INJECT_SPAWN, /* posix_spawn */
};

struct inject {
    /* Wanted: which calls fail, the first of them being 1, and errno then. */
    enum inject_call call;
    unsigned first, last;
    int number;
    /* Seen: so many of them were made, and so many failed. */
    unsigned made, failed;
    bool loaded;
};

#endif
