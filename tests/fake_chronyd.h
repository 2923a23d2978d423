/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chronyd of our own making, in a child process on a loopback UDP port or a Unix
 * socket: for states that a real one is not easily brought into, for answers that never
 * change, and for all that can go wrong on the way. It looks at each request as hard as
 * chronyd does. */
#ifndef FAKE_CHRONYD_H
#define FAKE_CHRONYD_H

#include "cmdmon/reports.h"

#include <stdbool.h>
#include <sys/types.h>

enum {
    FAKE_SOURCES = 16,
    FAKE_PATCHES = 3,
    FAKE_ALL_COMMANDS = 0xffff,
};

/* Bytes of its replies that are others. */
struct fake_patch {
    uint16_t command; /* in the replies to this one; 0: to all */
    uint16_t at;
    uint8_t count;
    bool flips; /* the bits are inverted; otherwise the bytes are replaced */
    uint8_t bytes[8];
};

/* What goes wrong; all zeros: nothing. */
struct fake_faults {
    uint16_t refused_command; /* is answered with the status below; 0: none */
    uint16_t refused_status;
    unsigned deaf_to; /* so many datagrams are not answered at first; UINT32_MAX: all */
    unsigned delay;   /* ms, before each reply */
    unsigned copies;  /* of each reply, besides the first */
    unsigned noise; /* datagrams that are no replies, each ms while a reply is delayed */
    unsigned burst; /* so many replies at once, then 16 in a second; 0: no limit */
    const char
        *from;   /* an address that replies come from, on another port; NULL: right */
    long length; /* of each reply; 0: the right one, -1: none at all */
    int longer;  /* than the right length, by so many bytes */
    struct fake_patch patches[FAKE_PATCHES];
};

/* What it has been asked so far; shared with its process. */
struct fake_record {
    unsigned requests;
    unsigned strange;  /* not in the list of commands that change nothing, or not as
                          chronyd wants a request to be */
    unsigned repeated; /* sequence numbers that had been there */
    uint32_t sequences[4096]; /* of the first requests */
};

struct fake_chronyd {
    struct tracking tracking;
    uint32_t total; /* the number of sources that it claims to have */
    size_t count; /* source i is sources[i % count]; 0: it claims sources and has none */
    struct source_data sources[FAKE_SOURCES];
    uint32_t vanished; /* there is no source with this index; UINT32_MAX: all are there */
    const char *name;  /* of every source; NULL: the report is not known */
    uint32_t span;     /* of every source */
    unsigned shift_after;    /* after so many questions for a source a new one is first */
    unsigned reselect_after; /* and then the first is selected, not the last; 0: never */
    /* What is recorded of a real one; NULL: such reports are not known. */
    struct fake_recorded {
        const uint8_t *reply;
        size_t length;
    } server_stats, auth_data, select_data;
    struct fake_faults faults;
    struct fake_record *record; /* of fake_new_record(); NULL: nobody wants to know */
};

/* Memory that its process and this one share, zeroed. */
struct fake_record *fake_new_record(void);

/* A healthy one: five sources at 127.0.0.11 to 127.0.0.15, the first selected, the clock
 * 340 ns behind. */
struct fake_chronyd fake_healthy(void);

/* Starts it; returns its process and sets the port, in host byte order. Ends with the
 * parent. */
pid_t fake_start(const struct fake_chronyd *fake, uint16_t *port);

/* The same at an address, which may have a scope: "::1", "fe80::1%lo". */
pid_t fake_start_at(const struct fake_chronyd *fake, const char *host, uint16_t *port);

/* The same on a Unix socket at a path. */
pid_t fake_start_socket(const struct fake_chronyd *fake, const char *path);

/* Ends it and waits until it is gone. */
void fake_stop(pid_t process);

/* Writes a reply to a request as chronyd would; returns its length, 0 for none. */
size_t fake_reply(const struct fake_chronyd *fake, const uint8_t *request,
                  uint8_t *reply);

#endif
