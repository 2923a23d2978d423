/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A server of NTS as a script says: one that establishes keys, on one connection at a
 * time, and answers NTP requests that were protected with them. */
#ifndef FAKE_NTS_H
#define FAKE_NTS_H

#include "certificates.h"
#include "nts_lies.h"

#include <sys/types.h>

/* How far it plays along. */
enum fake_nts_course {
    FAKE_NTS_WHOLE,    /* all of it, and it waits until the client ends the connection */
    FAKE_NTS_SILENT,   /* it accepts connections, and says nothing */
    FAKE_NTS_CLOSED,   /* it closes them at once */
    FAKE_NTS_SSH,      /* it speaks another protocol */
    FAKE_NTS_ALERTS,   /* it sends warnings in place of a handshake */
    FAKE_NTS_TLS_1_2,  /* it knows no other TLS */
    FAKE_NTS_NO_ALPN,  /* it speaks TLS, for no protocol */
    FAKE_NTS_HTTP,     /* it speaks TLS, for another protocol */
    FAKE_NTS_DEAF,     /* after the TLS handshake it is silent */
    FAKE_NTS_HALF,     /* it sends half of the response, and is silent */
    FAKE_NTS_HALF_CUT, /* half, and it closes the connection */
    FAKE_NTS_HALF_BYE, /* half, and it ends TLS */
    FAKE_NTS_BYE,      /* no response: it ends TLS */
    FAKE_NTS_ENDLESS,  /* it never stops to send */
};

struct fake_nts {
    enum certificate certificate;
    enum fake_nts_course course;
    const void *response; /* NULL: a good one, of eight cookies and its own NTP port */
    size_t length;        /* of the response */
    const char *host;     /* that a good response names; NULL: none */
    size_t piece;         /* bytes of each TLS record; 0: all in one */
    const struct nts_lie *lie; /* of its NTP answers; NULL: it is silent there */
    double offset;             /* s, of its clock; > 0: ahead of ours */
};

struct fake_nts_process {
    pid_t process;
    uint16_t key_port, ntp_port; /* host byte order, on 127.0.0.1 */
    volatile unsigned *asked;    /* NTP requests that were protected as they must be */
    volatile unsigned *ended;    /* connections whose TLS the client ended */
};

/* Starts it. Ends with the parent. */
void fake_nts_start(const struct fake_nts *fake, struct fake_nts_process *process);

/* Ends it and waits until it is gone. */
void fake_nts_stop(const struct fake_nts_process *process);

#endif
