/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fault matrix: what can go wrong around a plugin, and what the plugin is to make of
 * it. Each chapter is a table; tests/test_faults.c runs every row for every plugin to
 * which it applies, and prints docs/FAULTS. */
#ifndef FAULTS_H
#define FAULTS_H

#include "fake_chronyd.h"
#include "fake_ntp.h"

enum road {
    ROAD_UDP = 1,
    ROAD_UNIX = 2,
    ROAD_BOTH = 3,
    ROAD_OWN = 4, /* the arguments of the row say where chronyd is */
};

enum {
    FAULT_ARGUMENTS = 4,
    FAULT_EXPECTED = 6,
};

#define ALL "health sync offset stratum leap sources server auth"

struct fault {
    const char *id;
    const char *what;
    enum road roads;

    /* What happens. */
    struct fake_faults faults;
    const struct fake_ntp *ntp; /* an NTP server takes chronyd's place; NULL: none */
    void (*alter)(
        struct fake_chronyd *fake); /* before it is started; NULL: it is healthy */
    bool (*set_up)(void);  /* before anything is started, in the test's own process;
                              false: it cannot be had on this machine */
    void (*prepare)(void); /* in the plugin's process */
    const char *conf;      /* text of $/chrony.conf; NULL: there is none */
    const char *host;      /* where it listens; NULL: 127.0.0.1 */
    const char *meddle;    /* of tests/meddle.c; NULL: nothing */
    const char *arguments[FAULT_ARGUMENTS]; /* @ stands for the port, $ for the directory
                                               of the scene */

    /* What the plugin is to make of it. */
    bool at_once; /* it ends within 0.2 s */
    bool silent; /* it takes all of its time, which is 0.3 s, and has asked three times */
    bool unasked;    /* no request has been sent */
    bool asked_once; /* an NTP server got one packet */
    bool mute;       /* nobody gets its output */
    bool unchanged;  /* the output is that of a run without the fault */
    struct expectation {
        const char *plugins; /* that it is run for */
        int status;
        const char *words; /* that the line holds; NULL: any */
    } expected[FAULT_EXPECTED];
};

/* The chapters: each ends with a row without an id. */
extern const struct fault network_faults[], reply_faults[], data_faults[];
extern const struct fault socket_faults[], system_faults[], argument_faults[];
extern const struct fault ntp_faults[], ntp_around_faults[];
extern const struct fault config_faults[];

/* One more, made from all that tests/fake_ntp.c can say. */
const struct fault *lie_faults(void);

/* Where a row happens; a directory of its own, which is removed. */
struct scene {
    char directory[64];
    char home[80]; /* the directory where the plugin is, and its HOME; it stays empty */
    uint16_t port; /* of the fake chronyd over UDP, or of nobody */
};
extern struct scene scene;

/* To be set up where memory and files are taken away: a program with a sanitizer needs
 * them. */
bool fault_needs_no_sanitizer(void);

/* To be set up as well: a network without a route; that and fe80::1 on its loopback; IPv6
 * on the loopback that there is. */
bool fault_leave_network(void);
bool fault_add_link_local(void);
bool fault_has_ipv6(void);

/* To be prepared: name servers never answer. */
void fault_resolve_slowly(void);

/* What is executed next has this of tests/ loaded before its other libraries. */
void fault_preload(const char *name);

/* The path of a name in the directory, in a buffer that the next call takes. */
const char *scene_path(const char *name);

#endif
