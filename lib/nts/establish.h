/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key establishment: asks one NTS-KE server for keys and cookies, over TLS 1.3 (RFC 8915,
 * section 4). It is an exchange of wait.h, so that any number of servers are asked at the
 * same time.
 *
 * Addresses are tried in their order, each for an equal share of the time that is left.
 * One that refuses, or to which there is no way, is followed by the next at once; what
 * comes out of TLS is final. */
#ifndef NTS_ESTABLISH_H
#define NTS_ESTABLISH_H

#include "nts/field.h"
#include "wait.h"

#include <sys/socket.h>

/* What can become of it. Each of the first three says more than those behind it, where
 * several addresses fail. */
enum nts_error {
    NTS_OK,
    NTS_SILENT,          /* it accepts the connection, and does not go on in time */
    NTS_TIMEOUT,         /* no connection in time */
    NTS_REFUSED,         /* nothing listens there */
    NTS_UNREACHABLE,     /* no route, no such address family, forbidden by the system */
    NTS_FAILED,          /* this system gave no socket or memory */
    NTS_CLOSED,          /* it closed the connection before its response had ended */
    NTS_NO_TLS,          /* there is no TLS 1.3 with it: see reason */
    NTS_NO_NTS,          /* it speaks TLS, but not NTS-KE */
    NTS_EXPIRED,         /* its certificate, or one that signs it, is no longer valid */
    NTS_NOT_YET,         /* the same, not valid yet */
    NTS_OTHER_NAME,      /* its certificate is for other names */
    NTS_UNTRUSTED,       /* nobody who is trusted has signed its certificate */
    NTS_BAD_CERTIFICATE, /* it has none, or one that is revoked, badly signed or of no
                            use: see reason */
    NTS_BAD_RESPONSE,    /* see record */
};

/* What is known in the end, as plain data. */
struct nts_outcome {
    enum nts_error error;
    const char *reason;           /* with NTS_NO_TLS, and NTS_BAD_CERTIFICATE where it is
                                     not NULL: why, a constant text */
    enum nts_record_error record; /* with NTS_BAD_RESPONSE: what is wrong */
    uint16_t code;                /* with a record that is an error or a warning */
    int64_t expires; /* s since 1970, when the server's certificate is no longer valid;
                        there is one where certificate_days is a number */
    double certificate_days; /* whole d until then; below 0: since then; NAN: it showed
                                none */
};

/* Whom to trust. */
struct nts_trust;

/* Reads the certificates of a file in PEM, or those that the system trusts where it is
 * NULL. False when there are none: *reason is a constant text of why, or that of an
 * error of the system. */
bool nts_trust_open(const char *file, struct nts_trust **trust, const char **reason);

/* What everybody may do with the file to change whom we trust: permission bits, 2 write;
 * 0: nothing, or there is no file. */
unsigned nts_trust_exposed(const struct nts_trust *trust);

void nts_trust_close(struct nts_trust *trust);

struct establishment {
    struct exchange exchange; /* must be first */
    const struct nts_trust *trust;
    const char *name; /* the host that the certificate must be for: a name without a dot
                         behind it, or an address */
    const struct sockaddr_storage *addresses; /* the caller's, as they are tried */
    size_t count;
    size_t current; /* index of the address in use */
    size_t telling; /* of the one to talk about: it answered, or its failure says most */
    int64_t deadline; /* of all */
    int64_t share;    /* when the address in use is given up */
    unsigned stage;   /* how far it has come there */
    struct gnutls_session_int *tls;
    size_t length; /* of what has come of the response there */
    uint8_t bytes[NTS_RESPONSE_MAX];

    /* Final when the exchange is done; the last two are valid with NTS_OK. */
    struct nts_outcome outcome;
    struct nts_response response;
    struct nts_keys keys;
};

/* Starts it, to end at the deadline, a moment of wait_now(). There is at least one
 * address, of AF_INET or AF_INET6, with its port. Trust, name and addresses are kept by
 * the caller until it is closed. */
void establishment_open(struct establishment *establishment,
                        const struct nts_trust *trust, const char *name,
                        const struct sockaddr_storage *addresses, size_t count,
                        int64_t deadline);

/* Wipes the keys, too. */
void establishment_close(struct establishment *establishment);

#endif
