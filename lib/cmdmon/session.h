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

#include "cmdmon/error.h"
#include "cmdmon/message.h"
#include "cmdmon/target.h"
#include "wait.h"

enum { SESSION_TRIES = 3 };

/* What was sent to an address. */
struct attempts {
    uint32_t sequences[SESSION_TRIES]; /* of the last ones; any may be answered */
    unsigned tries;
};

/* A question and, later, its answer. The caller sets message, argument and report and
 * keeps all of it until the session is done; the rest belongs to the session. */
struct question {
    const struct message *message;
    struct request_argument argument;
    void *report; /* of message->report_size bytes; valid when error is SESSION_OK */
    enum session_error error;
    struct attempts
        attempts[2]; /* at an address that was parked, or is the only one; at others */
    int64_t sent;    /* wait_now() of the last transmission */
    int64_t due;     /* and of the next */
    bool settled;
};

/* A session is an exchange: see wait.h. */
struct session {
    struct exchange exchange; /* must be first */
    struct target target;
    int64_t deadline;
    size_t current;                              /* index of the address in use */
    enum session_error errors[TARGET_ADDRESSES]; /* SESSION_OK: not tried yet */
    int64_t share_end;     /* when the address in use has had its time */
    int64_t patience;      /* ns between the first two transmissions; then twice that */
    size_t parked;         /* index of an address that was silent and is still open */
    int parked_descriptor; /* its descriptor; -1: there is none */
    int64_t round_trip;    /* ns, to another host, as last measured; 0: not yet */
    bool answered;         /* the address in use has answered: it is kept */
    size_t window;         /* so many questions are asked at a time */
    size_t widest;         /* that the window may become */
    bool paced; /* the host drops requests: they are sent one by one, at its pace */
    int64_t next_sent;     /* wait_now() of the next transmission when paced */
    size_t ignored;        /* datagrams that were no answer to us */
    uint8_t other_version; /* with SESSION_OTHER_VERSION: what the daemon speaks */
    uint16_t other_status; /* with SESSION_OTHER_STATUS: what it said */
    struct question *questions;
    size_t count;
    size_t first; /* all questions before this one are settled */
};

/* root becomes, for good, the user who may use the Unix socket at this path: for a
 * process that gives up its rights before it asks. Any other user stays who it is. */
void session_settle_user(const char *path);

/* Starts a session that ends at the deadline, a moment of wait_now(). */
void session_open(struct session *session, const struct target *target, int64_t deadline);

/* The same over a connected, non-blocking descriptor, which the session then owns, from
 * now, a moment of wait_now(): for tests, which may have a clock of their own. The target
 * says where the descriptor leads; one without an address is this machine. */
void session_attach(struct session *session, const struct target *target, int descriptor,
                    int64_t now, int64_t deadline);

/* Puts questions; the answers are there when the session is done. One batch at a time. */
void session_ask(struct session *session, struct question *questions, size_t count);

/* True when the address in use, or first in the target, is of this machine. */
bool session_is_local(const struct session *session);

void session_close(struct session *session);

/* The index in the target of the address to talk about: the one that answered, else the
 * one whose failure says most (silence before refusal before no route). */
size_t session_address(const struct session *session);

#endif
