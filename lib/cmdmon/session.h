/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session asks one chronyd questions and matches the answers.
 *
 * Over UDP anybody can send us a datagram, so one that does not answer a request of ours,
 * by its sequence number, is ignored and never an error; only time ends the waiting. An
 * address that refuses or stays silent is followed by the next, which gets an equal share
 * of the time that is left; an address that has answered is kept, so that two daemons are
 * never mixed. */
#ifndef CMDMON_SESSION_H
#define CMDMON_SESSION_H

#include "cmdmon/message.h"
#include "wait.h"

#include <netinet/in.h>

enum session_error {
    SESSION_OK,
    SESSION_TIMEOUT,     /* no reply before the deadline */
    SESSION_REFUSED,     /* nothing listens there */
    SESSION_UNREACHABLE, /* no route, no such address family, forbidden by the system */
    SESSION_FAILED,      /* this system gave no socket or no randomness */
    SESSION_NOT_AUTHORISED, /* chronyd does not answer this on UDP */
    SESSION_NOT_SUPPORTED,  /* this chronyd is too old for the question */
    SESSION_NO_SUCH_SOURCE, /* no source with this index or address (any more) */
    SESSION_NOT_ENABLED,    /* the facility is off in chrony.conf */
    SESSION_OTHER_VERSION,  /* chronyd speaks another protocol version */
    SESSION_NEWER_DAEMON,   /* a reply that this program does not know yet */
    SESSION_IMPLAUSIBLE,    /* a number in the reply cannot be */
    SESSION_OTHER_STATUS,   /* chronyd reports a failure without a meaning for us */
};

/* What the error means, in a few words for people ("no reply"). */
const char *session_error_text(enum session_error error);

enum {
    SESSION_TRIES = 3,
    SESSION_ADDRESSES = 16,
};

/* Where a chronyd may be. Plain data; addresses in the order in which they are tried. */
struct session_target {
    struct sockaddr_storage addresses[SESSION_ADDRESSES];
    size_t count;
};

enum target_error {
    TARGET_OK,
    TARGET_NO_ADDRESS, /* the name does not resolve */
    TARGET_NO_FAMILY,  /* it resolves, but to no address of the wanted family */
};

/* Fills a target from a host name or address, or from NULL: 127.0.0.1, then ::1. The
 * family is AF_UNSPEC, AF_INET or AF_INET6. An address costs nothing; a name may block
 * for as long as the resolver likes. On an error *reason is a constant text of why. */
enum target_error session_target_find(struct session_target *target, const char *host,
                                      uint16_t port, int family, const char **reason);

/* A question and, later, its answer. The caller sets message, argument and report and
 * keeps all of it until the session is done; the rest belongs to the session. */
struct question {
    const struct message *message;
    struct request_argument argument;
    void *report; /* of message->report_size bytes; valid when error is SESSION_OK */
    enum session_error error;
    uint32_t sequences[SESSION_TRIES]; /* of what was sent; any of them may be answered */
    unsigned tries;
    int64_t due; /* wait_now() of the next transmission */
    bool settled;
};

/* A session is an exchange: see wait.h. */
struct session {
    struct exchange exchange; /* must be first */
    struct session_target target;
    int64_t deadline;
    size_t current;                               /* index of the address in use */
    enum session_error errors[SESSION_ADDRESSES]; /* SESSION_OK: not tried yet */
    int64_t share_end; /* when the address in use has had its time */
    int64_t
        patience;   /* ns before the second transmission; before the third, twice that */
    bool answered;  /* the address in use has answered: it is kept */
    size_t window;  /* so many questions are asked at a time */
    size_t ignored; /* datagrams that were no answer to us */
    uint8_t other_version; /* with SESSION_OTHER_VERSION: what the daemon speaks */
    uint16_t other_status; /* with SESSION_OTHER_STATUS: what it said */
    struct question *questions;
    size_t count;
};

/* Starts a session that ends at the deadline, a moment of wait_now(). */
void session_open(struct session *session, const struct session_target *target,
                  int64_t deadline);

/* The same over a connected, non-blocking descriptor, which the session then owns, from
 * now, a moment of wait_now(): for tests, which may have a clock of their own. */
void session_attach(struct session *session, int descriptor, int64_t now,
                    int64_t deadline);

/* Puts questions; the answers are there when the session is done. One batch at a time. */
void session_ask(struct session *session, struct question *questions, size_t count);

/* True when the address in use, or first in the target, is of this machine's loopback. */
bool session_is_local(const struct session *session);

void session_close(struct session *session);

/* The index in the target of the address to talk about: the one that answered, else the
 * one whose failure says most (silence before refusal before no route). */
size_t session_address(const struct session *session);

enum { SESSION_ADDRESS_TEXT = 64 };

/* An address of a target as text, with the scope if it has one ("fe80::1%eth0"). */
void session_address_text(const struct session_target *target, size_t index,
                          char text[static SESSION_ADDRESS_TEXT]);

#endif
