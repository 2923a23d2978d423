/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Key establishment with a server that plays along, as far as it wants to. */
#include "fake_nts.h"
#include "nts/establish.h"
#include "runner.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MILLISECOND = NANOSECONDS_PER_SECOND / 1000, PATIENCE = 250 };

static char ca_path[] = "/tmp/test_nts_establish.XXXXXX";
static struct nts_trust *trust;
static struct establishment establishment;
static struct sockaddr_storage addresses[3];
static struct fake_nts_process process;

/* Tests are processes of their own, and end as this one does. */
static pid_t owner;

static void remove_ca(void)
{
    if (getpid() == owner)
        unlink(ca_path);
}

static void open_trust(void)
{
    const char *reason;

    ck_assert_msg(nts_trust_open(ca_path, &trust, &reason), "%s", reason);
}

static void close_trust(void)
{
    nts_trust_close(trust);
}

static void set_address(size_t index, const char *text, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    ck_assert_int_eq(inet_pton(AF_INET, text, &address.sin_addr), 1);
    memcpy(&addresses[index], &address, sizeof address);
}

/* Asks the addresses by that name; returns the ms that it took. */
static double establish(const char *name, size_t count, int milliseconds)
{
    struct exchange *exchange = &establishment.exchange;
    const int64_t start = wait_now();

    establishment_open(&establishment, trust, name, addresses, count,
                       start + (int64_t)milliseconds * MILLISECOND);
    wait_all(&exchange, 1);
    return (double)(wait_now() - start) / MILLISECOND;
}

/* --- servers --- */

#define TEXT(bytes) .response = (bytes), .length = sizeof(bytes) - 1
#define AGREED      "\x80\1\0\2\0\0\x80\4\0\2\0\x0f"

static const struct {
    const char *name; /* as which it is asked; NULL: localhost */
    struct fake_nts fake;
    enum nts_error error;
    enum nts_record_error record;
    int days; /* of its certificate; INT32_MAX: it shows none */
} servers[] = {
    {NULL, {.course = FAKE_NTS_WHOLE}, NTS_OK, 0, 40},
    {NULL, {.course = FAKE_NTS_WHOLE, .piece = 1}, NTS_OK, 0, 40},
    {NULL, {.course = FAKE_NTS_WHOLE, .piece = 7}, NTS_OK, 0, 40},
    {"127.0.0.1", {.course = FAKE_NTS_WHOLE}, NTS_OK, 0, 40},
    {NULL, {.certificate = CERTIFICATE_SHORT}, NTS_OK, 0, 5},

    {NULL, {.certificate = CERTIFICATE_EXPIRED}, NTS_EXPIRED, 0, -3},
    {NULL, {.certificate = CERTIFICATE_NOT_YET}, NTS_NOT_YET, 0, 40},
    {NULL, {.certificate = CERTIFICATE_STRANGE}, NTS_OTHER_NAME, 0, 40},
    {"127.0.0.2", {.course = FAKE_NTS_WHOLE}, NTS_OTHER_NAME, 0, 40},
    {"other.example", {.course = FAKE_NTS_WHOLE}, NTS_OTHER_NAME, 0, 40},
    {NULL, {.certificate = CERTIFICATE_UNTRUSTED}, NTS_UNTRUSTED, 0, 40},
    {NULL, {.certificate = CERTIFICATE_OTHER_KEY}, NTS_BAD_CERTIFICATE, 0, 40},
    {NULL, {.certificate = CERTIFICATE_GIANT}, NTS_BAD_CERTIFICATE, 0, 40},

    {NULL, {.course = FAKE_NTS_SILENT}, NTS_SILENT, 0, INT32_MAX},
    {NULL, {.course = FAKE_NTS_CLOSED}, NTS_CLOSED, 0, INT32_MAX},
    {NULL, {.course = FAKE_NTS_SSH}, NTS_NO_TLS, 0, INT32_MAX},
    {NULL, {.course = FAKE_NTS_ALERTS}, NTS_NO_TLS, 0, INT32_MAX},
    {NULL, {.course = FAKE_NTS_TLS_1_2}, NTS_NO_TLS, 0, INT32_MAX},
    {NULL, {.course = FAKE_NTS_NO_ALPN}, NTS_NO_NTS, 0, 40},
    {NULL, {.course = FAKE_NTS_HTTP}, NTS_NO_NTS, 0, INT32_MAX},
    {NULL, {.course = FAKE_NTS_DEAF}, NTS_SILENT, 0, 40},
    {NULL, {.course = FAKE_NTS_HALF}, NTS_SILENT, 0, 40},
    {NULL, {.course = FAKE_NTS_HALF_CUT}, NTS_CLOSED, 0, 40},
    {NULL, {.course = FAKE_NTS_HALF_BYE}, NTS_BAD_RESPONSE, NTS_RECORD_INCOMPLETE, 40},
    {NULL, {.course = FAKE_NTS_BYE}, NTS_CLOSED, 0, 40},
    {NULL, {.course = FAKE_NTS_ENDLESS}, NTS_BAD_RESPONSE, NTS_RECORD_TOO_LONG, 40},

    {NULL, {TEXT("\x80\2\0\2\0\1\x80\0\0\0")}, NTS_BAD_RESPONSE, NTS_RECORD_ERROR, 40},
    {NULL,
     {TEXT(AGREED "\0\5\0\4abcd\x80\0\0\0x")},
     NTS_BAD_RESPONSE,
     NTS_RECORD_TOO_LONG,
     40},
    {NULL,
     {TEXT("\x80\1\0\2\0\0\x80\4\0\0\0\5\0\4abcd\x80\0\0\0")},
     NTS_BAD_RESPONSE,
     NTS_RECORD_NO_ALGORITHM,
     40},
    {NULL, {TEXT(AGREED "\x80\0\0\0")}, NTS_BAD_RESPONSE, NTS_RECORD_NO_COOKIE, 40},
};

static bool is_silence(enum nts_error error)
{
    return error == NTS_SILENT || error == NTS_TIMEOUT;
}

START_TEST(plays_with_servers)
{
    const char *name = servers[_i].name ? servers[_i].name : "localhost";
    const int days = servers[_i].days;
    const struct nts_outcome *outcome = &establishment.outcome;
    double took;

    fake_nts_start(&servers[_i].fake, &process);
    set_address(0, "127.0.0.1", process.key_port);
    took = establish(name, 1, is_silence(servers[_i].error) ? PATIENCE : 20000);
    ck_assert_int_eq(outcome->error, servers[_i].error);
    ck_assert_int_eq(outcome->record, servers[_i].record);
    ck_assert_uint_eq(establishment.telling, 0);
    ck_assert(is_silence(outcome->error) == (took >= PATIENCE));
    if (days == INT32_MAX) {
        ck_assert(isnan(outcome->certificate_days));
    } else {
        ck_assert_double_eq(outcome->certificate_days, days);
        ck_assert_int_ge(outcome->expires, time(NULL) + days * 86400);
        ck_assert_int_lt(outcome->expires, time(NULL) + (days + 1) * 86400);
    }
    if (outcome->error == NTS_NO_TLS)
        ck_assert_ptr_nonnull(outcome->reason);
    establishment_close(&establishment);
    fake_nts_stop(&process);
}
END_TEST

START_TEST(takes_what_the_server_gives)
{
    const struct nts_response *response = &establishment.response;
    const struct fake_nts fake = {.host = "ntp.example"};

    fake_nts_start(&fake, &process);
    set_address(0, "127.0.0.1", process.key_port);
    establish("localhost", 1, 20000);
    ck_assert_int_eq(establishment.outcome.error, NTS_OK);
    ck_assert_str_eq(response->host, "ntp.example");
    ck_assert_uint_eq(response->port, process.ntp_port);
    ck_assert_uint_eq(response->cookie_count, 8);
    ck_assert_uint_eq(response->cookies[7].length, 100);
    ck_assert_uint_eq(response->cookies[7].bytes[99], 8);
    ck_assert_mem_ne(establishment.keys.request, establishment.keys.answer, NTS_KEY);
    establishment_close(&establishment);
    for (int i = 0; i < NTS_KEY; i++)
        ck_assert_uint_eq(establishment.keys.request[i] | establishment.keys.answer[i],
                          0);
    fake_nts_stop(&process);
}
END_TEST

START_TEST(tells_the_code_of_an_error)
{
    const struct fake_nts fake = {TEXT("\x80\2\0\2\0\2\x80\0\0\0")};

    fake_nts_start(&fake, &process);
    set_address(0, "127.0.0.1", process.key_port);
    establish("localhost", 1, 20000);
    ck_assert_uint_eq(establishment.outcome.code, 2);
    establishment_close(&establishment);
    fake_nts_stop(&process);
}
END_TEST

/* Who waits for a server that takes one connection at a time must not wait for us. */
START_TEST(lets_go_of_the_server)
{
    static struct establishment other;
    const struct fake_nts fake = {.course = FAKE_NTS_WHOLE};
    struct exchange *const exchanges[] = {&establishment.exchange, &other.exchange};
    const int64_t deadline = wait_now() + (int64_t)5000 * MILLISECOND;

    fake_nts_start(&fake, &process);
    set_address(0, "127.0.0.1", process.key_port);
    establishment_open(&establishment, trust, "localhost", addresses, 1, deadline);
    establishment_open(&other, trust, "127.0.0.1", addresses, 1, deadline);
    wait_all(exchanges, 2);
    ck_assert_int_eq(establishment.outcome.error, NTS_OK);
    ck_assert_int_eq(other.outcome.error, NTS_OK);
    ck_assert_uint_ge(*process.ended, 1);
    establishment_close(&establishment);
    establishment_close(&other);
    fake_nts_stop(&process);
}
END_TEST

/* --- addresses --- */

START_TEST(is_refused_quickly)
{
    set_address(0, "127.0.0.1", 1);
    set_address(1, "127.0.0.2", 1);
    ck_assert_double_lt(establish("localhost", 2, 20000), 5000);
    ck_assert_int_eq(establishment.outcome.error, NTS_REFUSED);
    ck_assert_uint_eq(establishment.telling, 0);
    establishment_close(&establishment);
}
END_TEST

START_TEST(goes_on_after_a_refusal)
{
    const struct fake_nts fake = {.course = FAKE_NTS_WHOLE};

    fake_nts_start(&fake, &process);
    set_address(0, "127.0.0.1", 1);
    set_address(1, "127.0.0.1", process.key_port);
    establish("localhost", 2, 20000);
    ck_assert_int_eq(establishment.outcome.error, NTS_OK);
    ck_assert_uint_eq(establishment.telling, 1);
    establishment_close(&establishment);
    fake_nts_stop(&process);
}
END_TEST

/* Each of three addresses gets its share: the silent one says more than refusals. */
START_TEST(shares_the_time)
{
    const struct fake_nts fake = {.course = FAKE_NTS_SILENT};
    double took;

    fake_nts_start(&fake, &process);
    set_address(0, "127.0.0.1", 1);
    set_address(1, "127.0.0.1", process.key_port);
    set_address(2, "127.0.0.2", 1);
    took = establish("localhost", 3, 2 * PATIENCE);
    ck_assert_double_ge(took, PATIENCE);
    ck_assert_double_lt(took, 2 * PATIENCE);
    ck_assert_int_eq(establishment.outcome.error, NTS_SILENT);
    ck_assert_uint_eq(establishment.telling, 1);
    establishment_close(&establishment);
    fake_nts_stop(&process);
}
END_TEST

/* The half of a response that came from another address is no part of it. */
START_TEST(begins_again_at_the_next_address)
{
    const struct fake_nts half = {.course = FAKE_NTS_HALF},
                          good = {.host = "ntp.example"};
    struct fake_nts_process first;

    fake_nts_start(&half, &first);
    fake_nts_start(&good, &process);
    set_address(0, "127.0.0.1", first.key_port);
    set_address(1, "127.0.0.1", process.key_port);
    establish("localhost", 2, 8 * PATIENCE);
    ck_assert_int_eq(establishment.outcome.error, NTS_OK);
    ck_assert_uint_eq(establishment.telling, 1);
    ck_assert_uint_eq(establishment.response.port, process.ntp_port);
    ck_assert_uint_eq(establishment.response.cookie_count, 8);
    establishment_close(&establishment);
    fake_nts_stop(&process);
    fake_nts_stop(&first);
}
END_TEST

/* --- trust --- */

START_TEST(trusts_nobody_of_a_bad_file)
{
    static const char *const files[] = {"/dev/null", "/nonexistent", "/etc/passwd"};
    const char *reason = NULL;

    ck_assert(!nts_trust_open(files[_i], &trust, &reason));
    ck_assert_ptr_nonnull(reason);
    nts_trust_close(trust);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("nts_establish");
    TCase *tcase = tcase_create("servers"), *trusts = tcase_create("trust");

    close(mkstemp(ca_path));
    certificate_make_ca(ca_path);
    owner = getpid();
    atexit(remove_ca);
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, open_trust, close_trust);
    add_table_test(tcase, plays_with_servers, servers);
    tcase_add_test(tcase, takes_what_the_server_gives);
    tcase_add_test(tcase, tells_the_code_of_an_error);
    tcase_add_test(tcase, lets_go_of_the_server);
    tcase_add_test(tcase, is_refused_quickly);
    tcase_add_test(tcase, goes_on_after_a_refusal);
    tcase_add_test(tcase, shares_the_time);
    tcase_add_test(tcase, begins_again_at_the_next_address);
    suite_add_tcase(suite, tcase);
    tcase_add_loop_test(trusts, trusts_nobody_of_a_bad_file, 0, 3);
    suite_add_tcase(suite, trusts);
    return suite;
}
