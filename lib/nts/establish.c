/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "nts/establish.h"

#include "names.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* GnuTLS would prepare itself in every run, also of those who want no NTS. */
GNUTLS_SKIP_GLOBAL_INIT

struct nts_trust {
    gnutls_certificate_credentials_t credentials;
    unsigned exposed;
};

enum { DAY = 86400 }; /* s */

static const char protocol[] = "ntske/1";
static const char label[] = "EXPORTER-network-time-security";

/* --- whom to trust --- */

enum { TRUSTED_MAX = 16 << 20 }; /* bytes of a file of certificates */

/* GnuTLS would wait for what is no file, or read it for ever, and knows no reason. */
static bool can_be_read(const char *file, unsigned *exposed, const char **reason)
{
    const int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    bool good;

    *reason = strerror(errno);
    if (descriptor < 0)
        return false;
    *reason = "it is no regular file of at most 16 MiB";
    good = !fstat(descriptor, &status) && S_ISREG(status.st_mode) &&
           status.st_size <= TRUSTED_MAX;
    close(descriptor);
    if (good)
        *exposed = status.st_mode & S_IWOTH;
    return good;
}

/* True when there are certificates; else *reason says why not. */
static bool read_trusted(gnutls_certificate_credentials_t credentials, const char *file,
                         const char **reason)
{
    const int count = file ? gnutls_certificate_set_x509_trust_file(credentials, file,
                                                                    GNUTLS_X509_FMT_PEM)
                           : gnutls_certificate_set_x509_system_trust(credentials);

    if (count < 0)
        *reason = gnutls_strerror(count);
    else if (!count)
        *reason = "there is no certificate in it";
    return count > 0;
}

bool nts_trust_open(const char *file, struct nts_trust **trust, const char **reason)
{
    unsigned exposed = 0;

    *trust = NULL;
    if (file && !can_be_read(file, &exposed, reason))
        return false;
    unsetenv("SSLKEYLOGFILE"); /* GnuTLS would make that file */
    *reason = "out of memory";
    *trust = calloc(1, sizeof **trust);
    if (!*trust || gnutls_global_init() ||
        gnutls_certificate_allocate_credentials(&(*trust)->credentials))
        return false;
    (*trust)->exposed = exposed;
    return read_trusted((*trust)->credentials, file, reason);
}

unsigned nts_trust_exposed(const struct nts_trust *trust)
{
    return trust->exposed;
}

void nts_trust_close(struct nts_trust *trust)
{
    if (!trust)
        return;
    if (trust->credentials)
        gnutls_certificate_free_credentials(trust->credentials);
    gnutls_global_deinit();
    free(trust);
}

/* --- addresses --- */

/* The other side is told, as RFC 8915, section 4, wants it; what cannot be sent at once
 * is not. */
static void disconnect(struct establishment *establishment)
{
    if (establishment->tls) {
        gnutls_bye(establishment->tls, GNUTLS_SHUT_WR);
        gnutls_deinit(establishment->tls);
    }
    establishment->tls = NULL;
    if (establishment->exchange.descriptor >= 0)
        close(establishment->exchange.descriptor);
    establishment->exchange.descriptor = -1;
}

/* A server may take one connection at a time, and another may be waiting for it. */
static void settle(struct establishment *establishment, enum nts_error error)
{
    establishment->outcome.error = error;
    establishment->telling = establishment->current;
    establishment->exchange.done = true;
    disconnect(establishment);
}

static enum nts_error error_of(int number)
{
    return number == ECONNREFUSED ? NTS_REFUSED
           : number == ETIMEDOUT  ? NTS_TIMEOUT
                                  : NTS_UNREACHABLE;
}

/* The request follows the last message of the handshake: the kernel would hold it back
 * until that is acknowledged, 40 ms later. */
static enum nts_error open_socket(int family, int *descriptor)
{
    const int yes = 1;

    *descriptor = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*descriptor < 0)
        return errno == EAFNOSUPPORT ? NTS_UNREACHABLE : NTS_FAILED;
    setsockopt(*descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return NTS_OK;
}

/* Keeps the failure of an address that says more than those before it. */
static void keep_failure(struct establishment *establishment, enum nts_error error)
{
    enum nts_error *kept = &establishment->outcome.error;

    if (*kept && error >= *kept)
        return;
    *kept = error;
    establishment->telling = establishment->current;
}

/* Goes to the next address of a family that this system has; without one, it is done. */
static void next_address(struct establishment *establishment, int64_t now)
{
    while (establishment->current < establishment->count) {
        const size_t left = establishment->count - establishment->current;
        const int family = establishment->addresses[establishment->current].ss_family;
        enum nts_error error = open_socket(family, &establishment->exchange.descriptor);

        establishment->stage = 0;
        establishment->length = 0;
        establishment->exchange.events = POLLOUT;
        establishment->share = now + (establishment->deadline - now) / (int64_t)left;
        if (!error)
            return;
        keep_failure(establishment, error);
        establishment->current++;
    }
    establishment->exchange.done = true;
}

static void give_up_address(struct establishment *establishment, enum nts_error error,
                            int64_t now)
{
    keep_failure(establishment, error);
    disconnect(establishment);
    establishment->current++;
    next_address(establishment, now);
}

/* --- the server's certificate --- */

/* The worst first: what an operator must mend before the next can be seen. */
static const struct flaw {
    unsigned status;
    enum nts_error error;
} flaws[] = {
    {GNUTLS_CERT_REVOKED, NTS_BAD_CERTIFICATE},
    {GNUTLS_CERT_EXPIRED, NTS_EXPIRED},
    {GNUTLS_CERT_NOT_ACTIVATED, NTS_NOT_YET},
    {GNUTLS_CERT_UNEXPECTED_OWNER, NTS_OTHER_NAME},
    {GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA, NTS_UNTRUSTED},
};

static enum nts_error judge_certificate(gnutls_session_t tls)
{
    const unsigned status = gnutls_session_get_verify_cert_status(tls);

    for (size_t i = 0; i < sizeof flaws / sizeof flaws[0]; i++)
        if (status & flaws[i].status)
            return flaws[i].error;
    return NTS_BAD_CERTIFICATE;
}

/* The first certificate is that of the server, also where it is not trusted. False when
 * there is none that can be read; else the caller's. */
static bool open_certificate(gnutls_session_t tls, gnutls_x509_crt_t *certificate)
{
    unsigned count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(tls, &count);

    if (!chain || !count || gnutls_x509_crt_init(certificate))
        return false;
    if (!gnutls_x509_crt_import(*certificate, chain, GNUTLS_X509_FMT_DER))
        return true;
    gnutls_x509_crt_deinit(*certificate);
    return false;
}

static void read_expiry(struct establishment *establishment)
{
    gnutls_x509_crt_t certificate;
    int64_t expires, left, days;

    if (!open_certificate(establishment->tls, &certificate))
        return;
    expires = (int64_t)gnutls_x509_crt_get_expiration_time(certificate);
    gnutls_x509_crt_deinit(certificate);
    if (expires == -1)
        return;
    left = expires - (int64_t)time(NULL);
    establishment->outcome.expires = expires;
    days = left / DAY - (left % DAY < 0);
    establishment->outcome.certificate_days = (double)days;
}

enum { MODULUS_MAX = 16384 / 8 + 1, EXPONENT_MAX = 8 }; /* bytes, a zero in front */

/* Only RSA leaves it to the owner of a key what a signature costs others. */
static bool is_costly(gnutls_x509_crt_t certificate)
{
    gnutls_datum_t modulus, exponent;
    bool costly;

    if (gnutls_x509_crt_get_pk_rsa_raw(certificate, &modulus, &exponent))
        return false;
    costly = modulus.size > MODULUS_MAX || exponent.size > EXPONENT_MAX;
    gnutls_free(modulus.data);
    gnutls_free(exponent.data);
    return costly;
}

/* Called before GnuTLS verifies what the server has signed with its key. That may take
 * minutes for a key that is made for it, and GnuTLS limits keys only afterwards. */
static int refuse_costly_key(gnutls_session_t tls, unsigned type, unsigned when,
                             unsigned incoming, const gnutls_datum_t *message)
{
    gnutls_x509_crt_t certificate;
    bool costly;

    (void)type;
    (void)when;
    (void)incoming;
    (void)message;
    if (!open_certificate(tls, &certificate))
        return GNUTLS_E_NO_CERTIFICATE_FOUND;
    costly = is_costly(certificate);
    gnutls_x509_crt_deinit(certificate);
    return costly ? GNUTLS_E_CONSTRAINT_ERROR : 0;
}

/* --- stages: each goes as far as it can, and is true when the next one may begin --- */

/* What the system prefers, of TLS 1.3 alone. */
static int prepare_tls(struct establishment *establishment)
{
    const char *name = establishment->name;
    const gnutls_datum_t spoken = {(unsigned char *)protocol, sizeof protocol - 1};
    gnutls_session_t tls;
    int error =
        gnutls_init(&establishment->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK |
                                             GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);

    tls = establishment->tls;
    if (!error)
        error =
            gnutls_set_default_priority_append(tls, "-VERS-ALL:+VERS-TLS1.3", NULL, 0);
    if (!error)
        error = gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE,
                                       establishment->trust->credentials);
    if (!error)
        error = gnutls_alpn_set_protocols(tls, &spoken, 1, 0);
    if (!error && !name_is_address(name))
        error = gnutls_server_name_set(tls, GNUTLS_NAME_DNS, name, strlen(name));
    if (error)
        return error;
    gnutls_session_set_verify_cert(tls, name, 0);
    gnutls_handshake_set_hook_function(tls, GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY,
                                       GNUTLS_HOOK_PRE, refuse_costly_key);
    gnutls_transport_set_int(tls, establishment->exchange.descriptor);
    return 0;
}

/* The same call begins a connection and tells what has become of it. */
static bool connect_on(struct establishment *establishment)
{
    const struct sockaddr_storage *address =
        &establishment->addresses[establishment->current];
    const socklen_t length = address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                            : sizeof(struct sockaddr_in);

    if (connect(establishment->exchange.descriptor, (const struct sockaddr *)address,
                length) &&
        errno != EISCONN) {
        if (errno != EINPROGRESS && errno != EALREADY && errno != EINTR)
            give_up_address(establishment, error_of(errno), wait_now());
        return false;
    }
    if (!prepare_tls(establishment))
        return true;
    settle(establishment, NTS_FAILED);
    return false;
}

/* Whether to wait for the other side; if so, for what. Nothing is tried again without a
 * look at the clock. */
static bool must_wait(struct establishment *establishment, int error)
{
    if (error >= 0 || gnutls_error_is_fatal(error))
        return false;
    establishment->exchange.events =
        gnutls_record_get_direction(establishment->tls) ? POLLOUT : POLLIN;
    return true;
}

/* What an error of GnuTLS means here. */
static enum nts_error tls_error(struct establishment *establishment, int error)
{
    const gnutls_alert_description_t alert = gnutls_alert_get(establishment->tls);

    switch (error) {
    case GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR:
        return judge_certificate(establishment->tls);
    case GNUTLS_E_NO_CERTIFICATE_FOUND:
        return NTS_BAD_CERTIFICATE;
    case GNUTLS_E_CONSTRAINT_ERROR:
        establishment->outcome.reason = "its RSA key is too large";
        return NTS_BAD_CERTIFICATE;
    case GNUTLS_E_PK_SIG_VERIFY_FAILED:
        establishment->outcome.reason = "the server has another key";
        return NTS_BAD_CERTIFICATE;
    case GNUTLS_E_PREMATURE_TERMINATION:
    case GNUTLS_E_PULL_ERROR:
    case GNUTLS_E_PUSH_ERROR:
        return NTS_CLOSED;
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
        establishment->outcome.reason = gnutls_alert_get_name(alert);
        return alert == GNUTLS_A_NO_APPLICATION_PROTOCOL ? NTS_NO_NTS : NTS_NO_TLS;
    case GNUTLS_E_INTERNAL_ERROR: /* what GnuTLS says of alerts in place of a handshake */
        establishment->outcome.reason = "what it says makes no sense";
        return NTS_NO_TLS;
    default:
        establishment->outcome.reason = gnutls_strerror(error);
        return NTS_NO_TLS;
    }
}

static bool shake_hands(struct establishment *establishment)
{
    gnutls_datum_t spoken;
    const int error = gnutls_handshake(establishment->tls);

    if (must_wait(establishment, error))
        return false;
    read_expiry(establishment);
    if (error)
        settle(establishment, tls_error(establishment, error));
    else if (gnutls_alpn_get_selected_protocol(establishment->tls, &spoken))
        settle(establishment, NTS_NO_NTS);
    return !establishment->exchange.done;
}

/* GnuTLS keeps what could not be sent: it is called again with the same bytes. */
static bool send_request(struct establishment *establishment)
{
    uint8_t request[NTS_REQUEST];
    ssize_t sent;

    nts_request_encode(request);
    sent = gnutls_record_send(establishment->tls, request, sizeof request);
    if (sent > 0)
        establishment->exchange.events = POLLIN;
    else if (!must_wait(establishment, (int)sent))
        settle(establishment, tls_error(establishment, (int)sent));
    return sent > 0;
}

/* RFC 8915, section 5.1: NTPv4, the algorithm, and whose key it is. */
static bool export_key(struct establishment *establishment, char side,
                       uint8_t key[static NTS_KEY])
{
    const char context[] = {0, 0, 0, 15, side};

    return !gnutls_prf_rfc5705(establishment->tls, sizeof label - 1, label,
                               sizeof context, context, NTS_KEY, (char *)key);
}

static void finish_response(struct establishment *establishment,
                            enum nts_record_error error)
{
    establishment->outcome.record = error;
    establishment->outcome.code = establishment->response.code;
    if (error)
        settle(establishment, NTS_BAD_RESPONSE);
    else if (export_key(establishment, 0, establishment->keys.request) &&
             export_key(establishment, 1, establishment->keys.answer))
        settle(establishment, NTS_OK);
    else
        settle(establishment, NTS_FAILED);
}

/* A closed connection ends a response, too: then it is what it is. */
static bool receive_response(struct establishment *establishment)
{
    enum nts_record_error error;
    ssize_t got;

    do {
        uint8_t *end = establishment->bytes + establishment->length;

        got = gnutls_record_recv(establishment->tls, end,
                                 NTS_RESPONSE_MAX - establishment->length);
        if (got > 0)
            establishment->length += (size_t)got;
    } while (got > 0 && gnutls_record_check_pending(establishment->tls) &&
             establishment->length < NTS_RESPONSE_MAX);
    if (must_wait(establishment, (int)got))
        return false;
    error = nts_response_decode(establishment->bytes, establishment->length,
                                &establishment->response);
    if (got < 0)
        settle(establishment, tls_error(establishment, (int)got));
    else if (got && error == NTS_RECORD_INCOMPLETE &&
             establishment->length < NTS_RESPONSE_MAX)
        return true;
    else if (!establishment->length)
        settle(establishment, NTS_CLOSED);
    else
        finish_response(establishment, error);
    return false;
}

static bool (*const stages[])(struct establishment *) = {connect_on, shake_hands,
                                                         send_request, receive_response};

enum { LAST_STAGE = sizeof stages / sizeof stages[0] - 1 };

/* --- the life of it --- */

static void establishment_step(struct exchange *exchange, int64_t now)
{
    struct establishment *establishment = (struct establishment *)exchange;

    if (exchange->descriptor < 0)
        next_address(establishment, now);
    while (!exchange->done && stages[establishment->stage](establishment))
        if (establishment->stage < LAST_STAGE)
            establishment->stage++;
    if (!exchange->done && now >= establishment->share)
        give_up_address(establishment, establishment->stage ? NTS_SILENT : NTS_TIMEOUT,
                        now);
    exchange->wake = establishment->share;
}

void establishment_open(struct establishment *establishment,
                        const struct nts_trust *trust, const char *name,
                        const struct sockaddr_storage *addresses, size_t count,
                        int64_t deadline)
{
    memset(establishment, 0, sizeof *establishment);
    establishment->exchange =
        (struct exchange){.descriptor = -1, .step = establishment_step};
    establishment->trust = trust;
    establishment->name = name;
    establishment->addresses = addresses;
    establishment->count = count;
    establishment->deadline = deadline;
    establishment->outcome.certificate_days = NAN;
}

void establishment_close(struct establishment *establishment)
{
    disconnect(establishment);
    explicit_bzero(&establishment->keys, sizeof establishment->keys);
}
