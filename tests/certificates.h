/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates for servers of tests, and the CA that has signed most of them. */
#ifndef CERTIFICATES_H
#define CERTIFICATES_H

#include <gnutls/x509.h>
#include <stdbool.h>

/* What they are. */
enum certificate {
    CERTIFICATE_GOOD,    /* for localhost and 127.0.0.1, for 40 days, signed by the CA */
    CERTIFICATE_EXPIRED, /* since 3 days */
    CERTIFICATE_NOT_YET, /* valid in an hour */
    CERTIFICATE_STRANGE, /* for other.example */
    CERTIFICATE_UNTRUSTED, /* signed by itself */
    CERTIFICATE_SHORT,     /* for 5 days and a half */
    CERTIFICATE_OTHER_KEY, /* of a key that nobody has: it comes with another one */
    CERTIFICATE_GIANT,     /* the same, an RSA key that takes seconds to verify with */
};

enum { CERTIFICATE_GIANT_KEY = 4096 }; /* bytes */

/* Makes the CA; its certificate goes into the file. First of all. */
void certificate_make_ca(const char *path);

/* Makes a certificate with its key. */
void certificate_make(enum certificate which, gnutls_x509_crt_t *certificate,
                      gnutls_x509_privkey_t *key);

/* The same into files. */
void certificate_write(enum certificate which, const char *path, const char *key_path);

/* Ends the process, with errno's words, unless it is good. */
void must(bool good, const char *what);

/* The same for what GnuTLS returns. */
void must_tls(int error, const char *what);

#endif
