/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "certificates.h"

#include <gnutls/abstract.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { DAY = 86400, HOUR = 3600 };

void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    _exit(99);
}

void must_tls(int error, const char *what)
{
    if (error >= 0)
        return;
    fprintf(stderr, "%s: %s\n", what, gnutls_strerror(error));
    _exit(99);
}

struct signer {
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;
};

static struct signer ca;

static const struct identity {
    const char *name;
    time_t from, until; /* s from now */
    bool alone;         /* nobody else has signed it */
} identities[] = {
    [CERTIFICATE_GOOD] = {"localhost", -HOUR, 40 * DAY + HOUR, false},
    [CERTIFICATE_EXPIRED] = {"localhost", -30 * DAY, -3 * DAY + HOUR, false},
    [CERTIFICATE_NOT_YET] = {"localhost", HOUR, 40 * DAY + HOUR, false},
    [CERTIFICATE_STRANGE] = {"other.example", -HOUR, 40 * DAY + HOUR, false},
    [CERTIFICATE_UNTRUSTED] = {"localhost", -HOUR, 40 * DAY + HOUR, true},
    [CERTIFICATE_SHORT] = {"localhost", -HOUR, 5 * DAY + DAY / 2, false},
    [CERTIFICATE_OTHER_KEY] = {"localhost", -HOUR, 40 * DAY + HOUR, false},
    [CERTIFICATE_GIANT] = {"localhost", -HOUR, 40 * DAY + HOUR, false},
};

static void make_key(gnutls_x509_privkey_t *key)
{
    must_tls(gnutls_x509_privkey_init(key), "key");
    must_tls(
        gnutls_x509_privkey_generate(*key, GNUTLS_PK_ECDSA,
                                     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
        "key");
}

/* Any odd modulus and exponent look like a key. */
static void set_giant_key(gnutls_x509_crt_t crt)
{
    static unsigned char bytes[2][CERTIFICATE_GIANT_KEY];
    const gnutls_datum_t modulus = {bytes[0], CERTIFICATE_GIANT_KEY},
                         exponent = {bytes[1], CERTIFICATE_GIANT_KEY};
    gnutls_pubkey_t key;

    memset(bytes[0], 0xcb, CERTIFICATE_GIANT_KEY);
    memset(bytes[1], 0xab, CERTIFICATE_GIANT_KEY);
    must_tls(gnutls_pubkey_init(&key), "key");
    must_tls(gnutls_pubkey_import_rsa_raw(key, &modulus, &exponent), "key");
    must_tls(gnutls_x509_crt_set_pubkey(crt, key), "key");
    gnutls_pubkey_deinit(key);
}

/* Signed by the CA, or by itself where that is NULL. */
static void make_certificate(struct signer *made, const struct identity *identity,
                             const struct signer *by, bool is_ca)
{
    static unsigned char serial = 1;
    const unsigned char address[] = {127, 0, 0, 1};
    const time_t now = time(NULL);
    gnutls_x509_crt_t crt;

    make_key(&made->key);
    must_tls(gnutls_x509_crt_init(&crt), "certificate");
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, &serial, 1);
    serial++;
    gnutls_x509_crt_set_activation_time(crt, now + identity->from);
    gnutls_x509_crt_set_expiration_time(crt, now + identity->until);
    gnutls_x509_crt_set_key(crt, made->key);
    if (identity == &identities[CERTIFICATE_GIANT])
        set_giant_key(crt);
    gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, identity->name,
                                  (unsigned)strlen(identity->name));
    gnutls_x509_crt_set_basic_constraints(crt, is_ca, -1);
    gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, identity->name,
                                         (unsigned)strlen(identity->name),
                                         GNUTLS_FSAN_SET);
    if (!strcmp(identity->name, "localhost"))
        gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, address,
                                             sizeof address, GNUTLS_FSAN_APPEND);
    made->certificate = crt;
    must_tls(gnutls_x509_crt_sign2(crt, by ? by->certificate : crt,
                                   by ? by->key : made->key, GNUTLS_DIG_SHA256, 0),
             "signature");
}

static void write_text(gnutls_datum_t *text, const char *path)
{
    FILE *file = fopen(path, "w");

    must(file && fwrite(text->data, text->size, 1, file) == 1 && !fclose(file), path);
    gnutls_free(text->data);
}

static void write_certificate(const struct signer *of, const char *path)
{
    gnutls_datum_t text;

    must_tls(gnutls_x509_crt_export2(of->certificate, GNUTLS_X509_FMT_PEM, &text), "PEM");
    write_text(&text, path);
}

void certificate_make_ca(const char *path)
{
    static const struct identity identity = {"the CA of a test", -60 * DAY, 60 * DAY,
                                             true};

    must_tls(gnutls_global_init(), "GnuTLS");
    make_certificate(&ca, &identity, NULL, true);
    write_certificate(&ca, path);
}

void certificate_make(enum certificate which, gnutls_x509_crt_t *certificate,
                      gnutls_x509_privkey_t *key)
{
    struct signer own;

    make_certificate(&own, &identities[which], identities[which].alone ? NULL : &ca,
                     false);
    if (which == CERTIFICATE_OTHER_KEY)
        make_key(&own.key);
    *certificate = own.certificate;
    *key = own.key;
}

void certificate_write(enum certificate which, const char *path, const char *key_path)
{
    struct signer own;
    gnutls_datum_t text;

    certificate_make(which, &own.certificate, &own.key);
    write_certificate(&own, path);
    must_tls(gnutls_x509_privkey_export2(own.key, GNUTLS_X509_FMT_PEM, &text), "PEM");
    write_text(&text, key_path);
}
