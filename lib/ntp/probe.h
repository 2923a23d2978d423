/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A probe asks one NTP server for its time, as a client would, and only as often as a
 * guest may.
 *
 * One request is one packet. It is sent again only when it has had no answer for
 * probe_interval(), at most PROBE_TRIES times in all, and never after a kiss-o'-death. A
 * datagram that does not answer a request of ours is ignored: only time ends the waiting.
 * An answer that is not authentic is not believed either, but the server has the request:
 * when it would be sent again, the probe ends.
 * An address that refuses, or to which there is no way, is followed by the next one. */
#ifndef NTP_PROBE_H
#define NTP_PROBE_H

#include "ntp/authenticator.h"
#include "wait.h"

#include <sys/socket.h>

enum { PROBE_TRIES = 3 };

/* What can become of a probe. */
enum probe_error {
    PROBE_OK,
    PROBE_TIMEOUT,     /* no answer before the deadline */
    PROBE_REFUSED,     /* nothing listens there */
    PROBE_UNREACHABLE, /* no route, no such address family, forbidden by the system */
    PROBE_FAILED,      /* this system gave no socket or randomness */
    PROBE_UNUSABLE,    /* an answer of which no time can be had: see unusable */
    PROBE_STEPPED,     /* our clock was stepped meanwhile: the sample says nothing */
    PROBE_NO_KEYS,     /* nothing was sent: there are no keys to authenticate with */
    PROBE_UNAUTHENTIC, /* answers, none of them authentic: see unauthentic */
};

/* What is known in the end, as plain data. */
struct probe_answer {
    enum probe_error error;
    enum packet_error unusable;            /* with PROBE_UNUSABLE: why */
    enum authentication_error unauthentic; /* with PROBE_UNAUTHENTIC: why the last answer
                                              was not believed */
    struct ntp_packet packet; /* valid with PROBE_OK, PROBE_UNUSABLE, PROBE_STEPPED */
    struct ntp_sample sample; /* valid with PROBE_OK */
    unsigned sent;            /* requests */
    size_t ignored;           /* datagrams that were no answer */
    enum packet_error ignored_for; /* why the last of them was none */
};

/* What the two clocks of this machine said at one moment. */
struct clock_reading {
    uint64_t real;         /* CLOCK_REALTIME, an NTP timestamp */
    int64_t before, after; /* wait_now() just before and just after */
};

/* A request that was sent. */
struct probe_request {
    uint64_t nonce;
    struct clock_reading at;
};

/* A probe is an exchange: see wait.h. */
struct probe {
    struct exchange exchange;                 /* must be first */
    const struct sockaddr_storage *addresses; /* the caller's, as they are tried */
    size_t count;
    struct authenticator *authenticator; /* of the caller, set after probe_open(); NULL:
                                            requests carry no proof */
    size_t current;                      /* index of the address in use */
    size_t telling; /* of the one to talk about: it answered, or its failure says most
                       (silence before refusal before no route) */
    int64_t deadline;
    int64_t due; /* wait_now() of the next transmission */
    struct probe_request requests[PROBE_TRIES];
    unsigned tries;                            /* at the address in use */
    struct clock_reading (*read_clocks)(void); /* tests may have clocks of their own */
    struct probe_answer answer;                /* final when the exchange is done */
};

/* Starts a probe of one server, which ends at the deadline, a moment of wait_now(). There
 * is at least one address, of AF_INET or AF_INET6, with its port; they are kept by the
 * caller until the probe is closed. */
void probe_open(struct probe *probe, const struct sockaddr_storage *addresses,
                size_t count, int64_t deadline);

void probe_close(struct probe *probe);

/* How long an address must be left alone between two requests, in ns: a second on
 * networks that are one's own (loopback, private and link-local addresses), else the four
 * seconds that public servers ask for. */
int64_t probe_interval(const struct sockaddr_storage *address);

/* True when CLOCK_REALTIME was set between the two readings, by more than a millisecond.
 * Slewing is none: CLOCK_MONOTONIC is slewed with it. */
bool clock_was_stepped(const struct clock_reading *first,
                       const struct clock_reading *second);

#endif
