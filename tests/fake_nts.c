/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_nts.h"
#include "fake_ntp.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <nettle/siv-cmac.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COOKIE = 100 };

/* --- establishing keys --- */

struct server {
    struct fake_nts fake;
    struct fake_nts_process process;
    gnutls_certificate_credentials_t credentials;
    struct nts_keys keys;
    uint8_t response[2048];
    size_t length;
};

static size_t append(struct server *server, const void *bytes, size_t count)
{
    memcpy(server->response + server->length, bytes, count);
    return server->length += count;
}

static void append_record(struct server *server, unsigned type, const void *body,
                          size_t count)
{
    const uint8_t header[] = {(uint8_t)(type >> 8), (uint8_t)type, (uint8_t)(count >> 8),
                              (uint8_t)count};

    append(server, header, sizeof header);
    append(server, body, count);
}

static void make_response(struct server *server)
{
    const struct fake_nts *fake = &server->fake;
    const uint16_t port = htons(server->process.ntp_port);
    uint8_t cookie[COOKIE];

    if (fake->response) {
        append(server, fake->response, fake->length);
        return;
    }
    append(server, "\x80\1\0\2\0\0\x80\4\0\2\0\x0f", 12);
    for (uint8_t i = 0; i < 8; i++) {
        memset(cookie, i + 1, COOKIE);
        append_record(server, 5, cookie, COOKIE);
    }
    if (fake->host)
        append_record(server, 6, fake->host, strlen(fake->host));
    append_record(server, 7, &port, 2);
    append_record(server, 0x8000, "", 0);
}

/* It takes as long to see that this is no signature. */
static int sign(gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, void *data,
                unsigned flags, const gnutls_datum_t *hash, gnutls_datum_t *signature)
{
    (void)key;
    (void)algorithm;
    (void)data;
    (void)flags;
    (void)hash;
    signature->size = CERTIFICATE_GIANT_KEY;
    signature->data = gnutls_malloc(signature->size);
    must(signature->data, "signature");
    memset(signature->data, 0x11, signature->size);
    return 0;
}

static int tell_key(gnutls_privkey_t key, unsigned what, void *data)
{
    (void)key;
    (void)data;
    return what == GNUTLS_PRIVKEY_INFO_PK_ALGO        ? GNUTLS_PK_RSA
           : what == GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS ? 8 * CERTIFICATE_GIANT_KEY
                                                      : 1;
}

/* What GnuTLS takes for the key of a giant certificate. */
static void set_giant_key(struct server *server, gnutls_x509_crt_t certificate)
{
    gnutls_pcert_st *first = gnutls_malloc(sizeof *first);
    gnutls_privkey_t key;

    must_tls(gnutls_pcert_import_x509(first, certificate, 0), "certificate");
    must_tls(gnutls_privkey_init(&key), "key");
    must_tls(gnutls_privkey_import_ext4(key, NULL, NULL, sign, NULL, NULL, tell_key, 0),
             "key");
    must_tls(gnutls_certificate_set_key(server->credentials, NULL, 0, first, 1, key),
             "key");
}

static void load_certificate(struct server *server)
{
    gnutls_x509_crt_t certificate;
    gnutls_x509_privkey_t key;

    certificate_make(server->fake.certificate, &certificate, &key);
    must_tls(gnutls_certificate_allocate_credentials(&server->credentials), "TLS");
    gnutls_certificate_set_flags(server->credentials,
                                 GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    if (server->fake.certificate == CERTIFICATE_GIANT)
        set_giant_key(server, certificate);
    else
        must_tls(
            gnutls_certificate_set_x509_key(server->credentials, &certificate, 1, key),
            "TLS");
}

static bool shake_hands(struct server *server, gnutls_session_t tls)
{
    const gnutls_datum_t nts = {(unsigned char *)"ntske/1", 7};
    const gnutls_datum_t http = {(unsigned char *)"h2", 2};
    const enum fake_nts_course course = server->fake.course;
    int error;

    must_tls(gnutls_priority_set_direct(
                 tls,
                 course == FAKE_NTS_TLS_1_2 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2" : "NORMAL",
                 NULL),
             "TLS");
    gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, server->credentials);
    if (course == FAKE_NTS_HTTP)
        gnutls_alpn_set_protocols(tls, &http, 1, GNUTLS_ALPN_MANDATORY);
    else if (course != FAKE_NTS_NO_ALPN)
        gnutls_alpn_set_protocols(tls, &nts, 1, 0);
    gnutls_handshake_set_timeout(tls, 5000);
    do
        error = gnutls_handshake(tls);
    while (error && !gnutls_error_is_fatal(error));
    if (error)
        gnutls_alert_send_appropriate(tls, error);
    return !error;
}

static void send_pieces(struct server *server, gnutls_session_t tls, size_t length)
{
    const size_t piece = server->fake.piece ? server->fake.piece : length;

    for (size_t at = 0; at < length; at += piece)
        gnutls_record_send(tls, server->response + at,
                           length - at < piece ? length - at : piece);
}

static void send_without_end(struct server *server, gnutls_session_t tls)
{
    static const uint8_t unknown[504] = {0x40, 0, 1, 244};

    send_pieces(server, tls, 12);
    while (gnutls_record_send(tls, unknown, sizeof unknown) > 0)
        ;
}

static void export_keys(gnutls_session_t tls, struct nts_keys *keys)
{
    static const char label[] = "EXPORTER-network-time-security";

    must_tls(gnutls_prf_rfc5705(tls, sizeof label - 1, label, 5, "\0\0\0\x0f\0", NTS_KEY,
                                (char *)keys->request),
             "C2S");
    must_tls(gnutls_prf_rfc5705(tls, sizeof label - 1, label, 5, "\0\0\0\x0f\1", NTS_KEY,
                                (char *)keys->answer),
             "S2C");
}

/* The request must be what RFC 8915 wants. True when the connection is to be closed. */
static bool respond(struct server *server, gnutls_session_t tls)
{
    static const uint8_t expected[] = {0x80, 1, 0, 2,  0,    0, 0x80, 4,
                                       0,    2, 0, 15, 0x80, 0, 0,    0};
    const enum fake_nts_course course = server->fake.course;
    uint8_t request[64];
    const size_t half = server->length / 2;

    if (gnutls_record_recv(tls, request, sizeof request) != sizeof expected ||
        memcmp(request, expected, sizeof expected) != 0)
        return true;
    export_keys(tls, &server->keys);
    if (course == FAKE_NTS_ENDLESS)
        send_without_end(server, tls);
    else if (course >= FAKE_NTS_HALF && course <= FAKE_NTS_HALF_BYE)
        send_pieces(server, tls, half);
    else if (course != FAKE_NTS_DEAF && course != FAKE_NTS_BYE)
        send_pieces(server, tls, server->length);
    if (course == FAKE_NTS_HALF_BYE || course == FAKE_NTS_BYE || course == FAKE_NTS_WHOLE)
        gnutls_bye(tls, GNUTLS_SHUT_WR);
    if (course == FAKE_NTS_WHOLE && !gnutls_record_recv(tls, request, sizeof request))
        ++*server->process.ended;
    return course != FAKE_NTS_DEAF && course != FAKE_NTS_HALF;
}

/* All at once: the client does not wait for the last one. */
static void send_alerts(int descriptor)
{
    uint8_t alerts[100][7];

    for (int i = 0; i < 100; i++)
        memcpy(alerts[i], "\x15\3\3\0\2\1\x5a", 7);
    must(send(descriptor, alerts, sizeof alerts, MSG_NOSIGNAL) == sizeof alerts, "send");
}

/* What is not closed stays open until the process ends. */
static void establish(struct server *server, int listener)
{
    const int descriptor = accept(listener, NULL, NULL);
    const enum fake_nts_course course = server->fake.course;
    gnutls_session_t tls;
    bool finished = true;

    if (descriptor < 0 || course == FAKE_NTS_SILENT)
        return;
    if (course == FAKE_NTS_SSH)
        must(send(descriptor, "SSH-2.0-x\r\n", 11, MSG_NOSIGNAL) == 11, "send");
    if (course == FAKE_NTS_ALERTS)
        send_alerts(descriptor);
    if (course != FAKE_NTS_SSH && course != FAKE_NTS_ALERTS &&
        course != FAKE_NTS_CLOSED) {
        must_tls(gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL), "TLS");
        gnutls_transport_set_int(tls, descriptor);
        finished = !shake_hands(server, tls) || respond(server, tls);
        gnutls_deinit(tls);
    }
    if (finished)
        close(descriptor);
}

/* --- NTP --- */

static bool is_protected(const struct server *server, const uint8_t *request, size_t size)
{
    struct siv_cmac_aes128_ctx siv;
    uint8_t nothing[1];

    siv_cmac_aes128_set_key(&siv, server->keys.request);
    return size == 48 + 36 + 4 + COOKIE + 40 && !memcmp(request + 48, "\1\4\0\44", 4) &&
           !memcmp(request + 84, "\2\4\0\150", 4) && request[88] >= 1 &&
           request[88] <= 8 && !memcmp(request + 188, "\4\4\0\50\0\20\0\20", 8) &&
           siv_cmac_aes128_decrypt_message(&siv, 16, request + 196, 188, request, 0,
                                           nothing, request + 212);
}

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return ((uint64_t)time.tv_sec + 2208988800u) << 32 |
           ((uint64_t)time.tv_nsec << 32) / 1000000000u;
}

static void tell_time(struct server *server, int descriptor)
{
    struct fake_ntp honest = fake_ntp_honest();
    struct sockaddr_storage client;
    socklen_t length = sizeof client;
    uint8_t request[NTS_ANSWER_MAX], reply[FAKE_NTP_MAX];
    ssize_t size = recvfrom(descriptor, request, sizeof request, 0,
                            (struct sockaddr *)&client, &length);

    if (size < 0 || !is_protected(server, request, (size_t)size))
        return;
    ++*server->process.asked;
    if (!server->fake.lie)
        return;
    honest.offset = server->fake.offset;
    fake_ntp_reply(&honest, request, now(), reply);
    size = (ssize_t)nts_lie_answer(server->fake.lie, &server->keys, request + 52, reply);
    sendto(descriptor, reply, (size_t)size, 0, (struct sockaddr *)&client, length);
}

/* --- the process --- */

static int listen_at(int type, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, type, 0);

    must(!bind(descriptor, (struct sockaddr *)&address, length), "bind");
    must(!getsockname(descriptor, (struct sockaddr *)&address, &length), "getsockname");
    must(type == SOCK_DGRAM || !listen(descriptor, 8), "listen");
    *port = ntohs(address.sin_port);
    return descriptor;
}

static void serve(struct server *server, int keys, int ntp)
{
    struct pollfd descriptors[] = {{keys, POLLIN, 0}, {ntp, POLLIN, 0}};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    load_certificate(server);
    make_response(server);
    while (poll(descriptors, 2, -1) > 0) {
        if (descriptors[0].revents)
            establish(server, keys);
        if (descriptors[1].revents)
            tell_time(server, ntp);
    }
    _exit(0);
}

void fake_nts_start(const struct fake_nts *fake, struct fake_nts_process *process)
{
    static struct server server;
    int keys, ntp;

    memset(&server, 0, sizeof server);
    keys = listen_at(SOCK_STREAM, &process->key_port);
    ntp = listen_at(SOCK_DGRAM, &process->ntp_port);
    process->asked = mmap(NULL, 2 * sizeof *process->asked, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(process->asked != MAP_FAILED, "mmap");
    process->ended = process->asked + 1;
    server.fake = *fake;
    server.process = *process;
    fflush(NULL);
    process->process = fork();
    must(process->process >= 0, "fork");
    if (!process->process)
        serve(&server, keys, ntp);
    close(keys);
    close(ntp);
}

void fake_nts_stop(const struct fake_nts_process *process)
{
    kill(process->process, SIGKILL);
    waitpid(process->process, NULL, 0);
}
