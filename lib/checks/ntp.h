/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the NTP check share. */
#ifndef CHECKS_NTP_H
#define CHECKS_NTP_H

#include "settings.h"
#include "snapshot.h"

/* The server has given a time that may be judged: it has answered well, and follows more
 * than itself, unless that is allowed. */
bool ntp_is_good(const struct ntp_server *server, const struct settings *settings);

/* s, the most that the time of a server that has answered can be off, as it is had here.
 */
double ntp_root_distance(const struct ntp_server *server);

/* "normal", "insert second", ... */
const char *ntp_leap_text(unsigned leap_status);

/* Says what is wrong with the answer of the server, if anything, and what to do. */
void ntp_report(const struct snapshot *snapshot, const struct ntp_server *server,
                const struct settings *settings, struct result *result);

/* Says why there are no keys for the server, and what to do. */
void ntp_report_keys(const struct ntp_server *server, const struct settings *settings,
                     struct result *result);

/* Says where NTP is served, or should be, as who gave the keys named it, where that is no
 * matter of course. */
void ntp_tell_named(const struct snapshot *snapshot, const struct settings *settings,
                    struct result *result);

/* d, whole ones, until the server's certificate expires; below 0: since then; NAN: it has
 * shown none. */
double ntp_certificate_days(const struct ntp_server *server);

/* "no reply", "kiss-o'-death", ...: what became of asking, in two or three words. */
const char *ntp_outcome_text(const struct ntp_server *server);

/* Who gave the keys has named another machine for NTP than the one whose chronyd
 * --compare asks. */
bool ntp_is_elsewhere(const struct ntp_server *server, const struct settings *settings);

/* Says where the answers of the servers and what their chronyd says of itself differ, or
 * that it is not the chronyd of who answered. Tracking must be there. */
void ntp_compare(const struct snapshot *snapshot, const struct settings *settings,
                 struct result *result);

/* How the times of the good servers fit together. */
struct ntp_agreement {
    size_t good;       /* servers */
    double difference; /* s, between the two that are farthest apart; NAN: there are no
                          two */
    double
        disagreement; /* s, the most by which two differ beyond the sum of their root
                         distances: above 0 one of them is wrong; NAN: there are no two */
    const struct ntp_server *first, *second;        /* those two */
    const struct ntp_server *odd[SNAPSHOT_SERVERS]; /* contradict most of the others */
    size_t odd_count; /* 0: nobody, or there is no majority */
};
struct ntp_agreement ntp_agree(const struct snapshot *snapshot,
                               const struct settings *settings);

/* Adds the table of servers. */
void ntp_tabulate(const struct snapshot *snapshot, struct result *result);

#endif
