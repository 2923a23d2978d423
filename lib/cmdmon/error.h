/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can become of a question to chronyd. */
#ifndef CMDMON_ERROR_H
#define CMDMON_ERROR_H

enum session_error {
    SESSION_OK,
    SESSION_TIMEOUT,      /* no reply before the deadline */
    SESSION_REFUSED,      /* nothing listens there */
    SESSION_UNREACHABLE,  /* no route, no such address family, forbidden by the system */
    SESSION_NO_SOCKET,    /* there is no such Unix socket */
    SESSION_STALE,        /* a Unix socket on which nobody listens any more */
    SESSION_FORBIDDEN,    /* this user may not use the Unix socket */
    SESSION_NOT_DATAGRAM, /* a file that is no datagram socket */
    SESSION_NO_PLACE,     /* our end of a Unix socket cannot be made beside chronyd's */
    SESSION_SHARED,       /* others could put files beside the Unix socket: not used */
    SESSION_FAILED,       /* this system gave no socket, memory or randomness */
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

#endif
