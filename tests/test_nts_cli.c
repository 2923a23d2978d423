/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_chrony_ntp with --nts as it is run: command lines, what it says of servers that
 * give keys or none, every lie about time, and how long it takes. */
#include "fake_nts.h"
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MILLISECOND = NANOSECONDS_PER_SECOND / 1000 };

static char ca_path[] = "/tmp/test_nts_cli.XXXXXX";
static struct run run;
static struct fake_nts_process process;

/* Tests are processes of their own, and end as this one does. */
static pid_t owner;

static void remove_ca(void)
{
    if (getpid() == owner)
        unlink(ca_path);
}

static void assert_said(int status, const char *text)
{
    ck_assert_str_eq(run.err, "");
    ck_assert_msg(strstr(run.out, text) != NULL, "%s does not say: %s", run.out, text);
    ck_assert_msg(run.status == status, "status %d: %s", run.status, run.out);
}

static void assert_one_line(void)
{
    ck_assert_uint_eq(strcspn(run.out, "\n") + 1, strlen(run.out));
    for (const char *c = run.out; c[1]; c++)
        ck_assert(*c >= ' ' && *c <= '~');
}

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Runs the plugin against the server, as who trusts the CA. */
static void ask(const char *const *arguments)
{
    const char *all[RUN_ARGUMENTS + 1] = {"--nts"};
    char port[24], trusted[64];
    size_t count = 1;

    snprintf(port, sizeof port, "--nts-port=%u", process.key_port);
    snprintf(trusted, sizeof trusted, "--trusted-certs=%s", ca_path);
    all[count++] = port;
    all[count++] = trusted;
    for (; *arguments; arguments++) {
        ck_assert_uint_lt(count, RUN_ARGUMENTS);
        all[count++] = *arguments;
    }
    run_plugin(&run, "ntp", all);
}

/* --- usage errors --- */

static const struct {
    const char *arguments[6], *out;
} mistakes[] = {
    {{"--nts"},
     "--nts needs the name for which the server has its certificate: give it with -H"},
    {{"--nts", "-H", "localhost", "--key=1", "--keyfile=/etc/x"},
     "--nts excludes --key: a server is authenticated with the one or the other"},
    {{"-H", "localhost", "--nts-port=4460"},
     "--nts-port is about NTS: add --nts, or leave it out"},
    {{"-H", "localhost", "--trusted-certs=/etc/x"},
     "--trusted-certs is about NTS: add --nts, or leave it out"},
    {{"-H", "localhost", "--certificate-days-critical=7:"},
     "--certificate-days-critical is about NTS: add --nts, or leave it out"},
    {{"-H", "localhost", "--certificate-days-warning=30:"},
     "--certificate-days-warning is about NTS: add --nts, or leave it out"},
    {{"--nts", "-H", "localhost", "--nts-port=0"},
     "--nts-port '0' is not a port: write a whole number from 1 to 65535"},
    {{"--nts", "-H", "localhost", "--trusted-certs=ca.pem"},
     "--trusted-certs 'ca.pem' is no absolute path: begin it with a slash"},
    {{"--nts", "-H", "localhost", "--trusted-certs=/nonexistent"},
     "--trusted-certs '/nonexistent' has no certificates to trust (No such file or "
     "directory): name a file of them in PEM"},
    {{"--nts", "-H", "localhost", "--trusted-certs=/etc/passwd/x"},
     "--trusted-certs '/etc/passwd/x' has no certificates to trust (Not a directory): "
     "name a file of them in PEM"},
    {{"--nts", "-H", "localhost", "--trusted-certs=/dev/null"},
     "--trusted-certs '/dev/null' has no certificates to trust (it is no regular file "
     "of at most 16 MiB): name a file of them in PEM"},
    {{"--nts", "-H", "localhost", "--trusted-certs=/dev/zero"},
     "--trusted-certs '/dev/zero' has no certificates to trust (it is no regular file "
     "of at most 16 MiB): name a file of them in PEM"},
    {{"--nts", "-H", "localhost", "--trusted-certs=/proc/self/status"},
     "--trusted-certs '/proc/self/status' has no certificates to trust (there is no "
     "certificate in it): name a file of them in PEM"},
};

START_TEST(explains_mistakes)
{
    char line[512];

    run_plugin(&run, "ntp", mistakes[_i].arguments);
    snprintf(line, sizeof line, "CHRONY NTP UNKNOWN - %s\n", mistakes[_i].out);
    ck_assert_str_eq(run.out, line);
    assert_said(3, "");
}
END_TEST

/* --- keys --- */

static const struct nts_lie *const truth = &nts_lies[0];

START_TEST(proves_an_honest_server)
{
    const struct fake_nts fake = {.lie = truth};

    fake_nts_start(&fake, &process);
    ask(ARGUMENTS("-H", "localhost"));
    assert_said(0, "CHRONY NTP OK - clock is ");
    assert_said(0, ", stratum 2, reference id 192.0.2.9, no leap second is announced; "
                   "authenticated with NTS; the keys of localhost are for NTP on port ");
    assert_said(0, " certificate_days=40");
    assert_one_line();
    ck_assert_uint_eq(*process.asked, 1);
    fake_nts_stop(&process);
}
END_TEST

/* To read them is everybody's right. */
START_TEST(minds_who_may_write_the_certificates)
{
    const struct fake_nts fake = {.lie = truth};

    fake_nts_start(&fake, &process);
    ck_assert_int_eq(chmod(ca_path, 0644), 0);
    ask(ARGUMENTS("-H", "localhost"));
    assert_said(0, "authenticated with NTS");
    ck_assert_int_eq(chmod(ca_path, 0646), 0);
    ask(ARGUMENTS("-H", "localhost"));
    ck_assert_int_eq(chmod(ca_path, 0600), 0);
    assert_said(1, "CHRONY NTP WARNING - everybody may write to the trusted certificates "
                   "/tmp/test_nts_cli.");
    fake_nts_stop(&process);
}
END_TEST

START_TEST(names_it_in_the_table)
{
    const struct fake_nts fake = {.lie = truth};

    fake_nts_start(&fake, &process);
    ask(ARGUMENTS("-H", "127.0.0.1", "-v"));
    assert_said(0, "\n127.0.0.1: address 127.0.0.1 port ");
    assert_said(0, ", answer good, authentication NTS, offset ");
    fake_nts_stop(&process);
}
END_TEST

/* Who gives the keys says who serves NTP. */
static const struct {
    const char *host, *argument, *text;
    int status;
} hosts[] = {
    {"127.0.0.1", "-t20",
     "authenticated with NTS; the keys of localhost are for NTP at 127.0.0.1 port ", 0},
    {"127.0.0.2", "-t20",
     "chrony.conf; the keys of localhost are for NTP at 127.0.0.2 port ", 2},
    {"ntp.invalid", "-t20",
     "CRITICAL - the NTP server 'ntp.invalid' that 127.0.0.1 port ", 2},
    {"::1", "--use-ipv4", "the NTP server '::1' that 127.0.0.1 port ", 2},
};

START_TEST(goes_where_the_keys_are_for)
{
    const struct fake_nts fake = {.host = hosts[_i].host, .lie = truth};

    fake_nts_start(&fake, &process);
    ask(ARGUMENTS("-H", "localhost", hosts[_i].argument));
    assert_said(hosts[_i].status, hosts[_i].text);
    fake_nts_stop(&process);
}
END_TEST

static const struct {
    struct fake_nts fake;
    const char *timeout, *out;
    int status;
} servers[] = {
    {{.certificate = CERTIFICATE_EXPIRED}, "20", "its certificate has expired on 20", 2},
    {{.certificate = CERTIFICATE_EXPIRED},
     "20",
     " UTC: renew it, and see that the server reads the new one | certificate_days=-3",
     2},
    {{.certificate = CERTIFICATE_NOT_YET},
     "20",
     "its certificate is not valid yet: see the clocks of both sides | "
     "certificate_days=40",
     2},
    {{.certificate = CERTIFICATE_STRANGE},
     "20",
     "its certificate is not for that name: ask it by a name that is in its "
     "certificate, or get it one for this name",
     2},
    {{.certificate = CERTIFICATE_UNTRUSTED},
     "20",
     "nobody who is trusted has signed its certificate: name the file of the one who has "
     "with --trusted-certs, or see who answers in its place",
     2},
    {{.certificate = CERTIFICATE_OTHER_KEY},
     "20",
     "its certificate is missing, revoked, badly signed or of no use (the server has "
     "another key): get it another one",
     2},
    {{.certificate = CERTIFICATE_SHORT, .lie = &nts_lies[0]},
     "20",
     "certificate_days 5 (critical limit 7:)",
     2},

    {{.course = FAKE_NTS_SILENT},
     "500ms",
     "it accepts the connection, but does not answer in time: see its load and its log",
     2},
    {{.course = FAKE_NTS_SILENT},
     "500ms:UNKNOWN",
     "it accepts the connection, but does not answer in time",
     3},
    {{.course = FAKE_NTS_HALF},
     "500ms",
     "it accepts the connection, but does not answer in time",
     2},
    {{.course = FAKE_NTS_CLOSED},
     "20",
     "it closes the connection without an answer: see its log; for chronyd also "
     "ntsratelimit",
     2},
    {{.course = FAKE_NTS_SSH},
     "20",
     "there is no TLS 1.3 with it (An unexpected TLS packet was received.): who holds "
     "the port? else see its log",
     2},
    {{.course = FAKE_NTS_ALERTS},
     "20",
     "there is no TLS 1.3 with it (what it says makes no sense): who holds the port? "
     "else "
     "see its log",
     2},
    {{.course = FAKE_NTS_TLS_1_2}, "20", "there is no TLS 1.3 with it (", 2},
    {{.course = FAKE_NTS_HTTP},
     "20",
     "it does not speak NTS (ntske/1): who holds the port?",
     2},
    {{.course = FAKE_NTS_ENDLESS},
     "20",
     "useless response: it goes on behind its end, or is too long: clients get no keys "
     "of it either",
     2},
    {{.response = "\x80\2\0\2\0\1\x80\0\0\0", .length = 10},
     "20",
     "useless response: it is an error, 1: a bad request: ",
     2},
    {{.response = "\x80\3\0\2\0\7\x80\0\0\0", .length = 10},
     "20",
     "useless response: it is a warning, 7: ",
     2},
};

START_TEST(explains_servers)
{
    char place[64];

    fake_nts_start(&servers[_i].fake, &process);
    ask(ARGUMENTS("-H", "localhost", "-t", servers[_i].timeout));
    assert_said(servers[_i].status, servers[_i].out);
    snprintf(place, sizeof place,
             "no keys for localhost from 127.0.0.1 port %u: ", process.key_port);
    if (!servers[_i].fake.lie)
        assert_said(servers[_i].status, place);
    assert_one_line();
    ck_assert_int_eq(*process.asked > 0, servers[_i].fake.lie != NULL);
    fake_nts_stop(&process);
}
END_TEST

/* The day of its end is told, and no time zone is read for that: it may be a FIFO. */
START_TEST(reads_no_time_zone)
{
    const struct fake_nts fake = {.certificate = CERTIFICATE_EXPIRED};
    char zone[64];

    snprintf(zone, sizeof zone, ":/tmp/test_nts_cli.zone.%d", getpid());
    fake_nts_start(&fake, &process);
    ck_assert_int_eq(mkfifo(zone + 1, 0600), 0);
    setenv("TZ", zone, 1);
    ask(ARGUMENTS("-H", "localhost", "-t", "5"));
    unlink(zone + 1);
    assert_said(2, " UTC: renew it, and see that the server reads the new one");
    fake_nts_stop(&process);
}
END_TEST

START_TEST(is_refused_quickly)
{
    process.key_port = 1;
    ask(ARGUMENTS("-H", "127.0.0.1", "-t20"));
    assert_said(2, "no keys for 127.0.0.1 from 127.0.0.1 port 1: connection refused: "
                   "chronyd listens there with ntsserverkey and ntsservercert");
    ck_assert_int_lt(run.elapsed, (int64_t)5000 * MILLISECOND);
}
END_TEST

/* --- time: one lie of each kind; test_nts_field knows them all --- */

START_TEST(sees_through_lies)
{
    const struct nts_lie *lie = &nts_lies[_i];
    const struct fake_nts fake = {.lie = lie};

    fake_nts_start(&fake, &process);
    ask(ARGUMENTS("-H", "localhost", lie->error ? "-t2" : "-t20"));
    if (lie->error) {
        assert_said(2, "is not authenticated with NTS: ");
        assert_said(2, authentication_error_text(lie->error));
    } else {
        assert_said(lie->nak ? 2 : 0,
                    lie->nak ? "kiss-o'-death, NTSN: it does not know the cookie of the "
                               "request: see its log"
                             : "authenticated with NTS");
    }
    ck_assert_ptr_null(strstr(run.out, lie->error ? "offset=" : "(null)"));
    assert_one_line();
    ck_assert_uint_eq(*process.asked, 1);
    fake_nts_stop(&process);
}
END_TEST

/* A silent server is asked again, with another cookie. */
START_TEST(asks_again)
{
    const struct fake_nts fake = {.lie = NULL};

    fake_nts_start(&fake, &process);
    ask(ARGUMENTS("-H", "localhost", "-t1500ms"));
    assert_said(2, "no reply from localhost (127.0.0.1 port ");
    assert_said(
        2, " to a request with NTS: it has no NTS, and chronyd is then silent, it limits "
           "the rate, or a firewall drops long NTP packets (ask without --nts to see)");
    ck_assert_uint_eq(*process.asked, 2);
    fake_nts_stop(&process);
}
END_TEST

static const struct {
    const char *timeout;
    int status;
} ends[] = {{"300ms", 2}, {"300ms:UNKNOWN", 3}};

/* GnuTLS computes what a server has sent it, for as long as that takes. */
START_TEST(ends_in_the_middle_of_tls)
{
    const struct fake_nts fake = {.lie = truth};
    const char *build = getenv("top_builddir");
    char path[512];

    fake_nts_start(&fake, &process);
    snprintf(path, sizeof path, "%s/tests/meddle.so", build ? build : ".");
    setenv("LD_PRELOAD", path, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    setenv("MEDDLE", "tls", 1);
    ask(ARGUMENTS("-H", "localhost", "-t", ends[_i].timeout));
    assert_said(ends[_i].status,
                " - keys and certificates of servers kept this check busy for 0.3 s: ask "
                "them one by one to see whose\n");
    assert_one_line();
    ck_assert_int_lt(run.elapsed, (int64_t)500 * MILLISECOND);
    fake_nts_stop(&process);
}
END_TEST

/* The kernel takes connections there, and nobody ever answers. */
static int listen_silently(const char *address, uint16_t port)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_port = htons(port)};
    int descriptor = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_eq(inet_pton(AF_INET, address, &name.sin_addr), 1);
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&name, sizeof name), 0);
    ck_assert_int_eq(listen(descriptor, 1), 0);
    return descriptor;
}

/* One that is silent takes half of the time, and nothing from the others. */
START_TEST(leaves_time_to_the_others)
{
    const struct fake_nts good = {.lie = truth};
    int silent;

    fake_nts_start(&good, &process);
    silent = listen_silently("127.0.0.2", process.key_port);
    ask(ARGUMENTS("-H", "127.0.0.2", "-H", "127.0.0.1", "-t2"));
    assert_said(2, "no keys for 127.0.0.2 from 127.0.0.2 port ");
    assert_said(2, ": it accepts the connection, but does not answer in time: ");
    assert_said(2, "; authenticated with NTS; ");
    ck_assert_uint_eq(*process.asked, 1);
    ck_assert_int_ge(run.elapsed, (int64_t)900 * MILLISECOND);
    ck_assert_int_lt(run.elapsed, (int64_t)1800 * MILLISECOND);
    close(silent);
    fake_nts_stop(&process);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("nts command line");
    TCase *tcase = tcase_create("nts command line");

    close(mkstemp(ca_path));
    certificate_make_ca(ca_path);
    owner = getpid();
    atexit(remove_ca);
    tcase_set_timeout(tcase, 60);
    add_table_test(tcase, explains_mistakes, mistakes);
    tcase_add_test(tcase, proves_an_honest_server);
    tcase_add_test(tcase, minds_who_may_write_the_certificates);
    tcase_add_test(tcase, names_it_in_the_table);
    add_table_test(tcase, goes_where_the_keys_are_for, hosts);
    add_table_test(tcase, explains_servers, servers);
    tcase_add_test(tcase, reads_no_time_zone);
    tcase_add_test(tcase, is_refused_quickly);
    for (int i = 0; i < NTS_LIES; i++)
        if (!i || nts_lies[i].error != nts_lies[i - 1].error ||
            (nts_lies[i].nak && !nts_lies[i - 1].nak))
            tcase_add_loop_test(tcase, sees_through_lies, i, i + 1);
    tcase_add_test(tcase, asks_again);
    add_table_test(tcase, ends_in_the_middle_of_tls, ends);
    tcase_add_test(tcase, leaves_time_to_the_others);
    suite_add_tcase(suite, tcase);
    return suite;
}
