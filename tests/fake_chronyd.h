/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chronyd of our own making, in a child process on a loopback UDP port: for states that
 * a real one is not easily brought into, and for answers that never change. */
#ifndef FAKE_CHRONYD_H
#define FAKE_CHRONYD_H

#include "cmdmon/reports.h"

#include <sys/types.h>

enum { FAKE_SOURCES = 16 };

struct fake_chronyd {
    struct tracking tracking;
    uint32_t total; /* the number of sources that it claims to have */
    size_t count; /* source i is sources[i % count]; 0: it claims sources and has none */
    struct source_data sources[FAKE_SOURCES];
    uint32_t vanished; /* there is no source with this index; UINT32_MAX: all are there */
    uint16_t refused_command; /* is answered with the status below; 0: none */
    uint16_t refused_status;
    const char *name;        /* of every source; NULL: the report is not known */
    uint32_t span;           /* of every source */
    unsigned shift_after;    /* after so many questions for a source a new one is first */
    unsigned reselect_after; /* and then the first is selected, not the last; 0: never */
    unsigned deaf_to;        /* so many datagrams are not answered at first */
};

/* A healthy one: five sources at 127.0.0.11 to 127.0.0.15, the first selected, the clock
 * 340 ns behind. */
struct fake_chronyd fake_healthy(void);

/* Starts it; returns its process and sets the port, in host byte order. Ends with the
 * parent. */
pid_t fake_start(const struct fake_chronyd *fake, uint16_t *port);

/* The same on a Unix socket at a path. */
pid_t fake_start_socket(const struct fake_chronyd *fake, const char *path);

/* Ends it and waits until it is gone. */
void fake_stop(pid_t process);

/* Writes a reply to a request as chronyd would; returns its length, 0 for none. */
size_t fake_reply(const struct fake_chronyd *fake, const uint8_t *request,
                  uint8_t *reply);

#endif
