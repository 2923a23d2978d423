/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_chrony_ntp as it is run, against servers of the test's own: command lines, every
 * lie, how many packets it sends and how long it takes. */
#include "fake_chronyd.h"
#include "fake_ntp.h"
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MILLISECOND = NANOSECONDS_PER_SECOND / 1000 };

static struct run run;

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

/* Runs the plugin with the port of the servers in front. */
static void ask(uint16_t port, const char *const *arguments)
{
    const char *all[RUN_ARGUMENTS + 1] = {NULL};
    char option[24];

    snprintf(option, sizeof option, "--ntp-port=%u", port);
    all[0] = option;
    for (size_t i = 0; arguments[i]; i++) {
        ck_assert_uint_lt(i + 1, RUN_ARGUMENTS);
        all[i + 1] = arguments[i];
    }
    run_plugin(&run, "ntp", all);
}

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* --- usage errors --- */

#define COMMANDS                                                                         \
    " is about the command protocol of chronyd, which only --compare asks: add that, "   \
    "or "                                                                                \
    "give --ntp-port for another NTP port"
#define POOL                                                                             \
    "' is a public pool: its volunteers' servers are not for monitoring, and each time " \
    "another one answers; ask servers of your own, or give --allow-pool"

static const struct {
    const char *arguments[6], *out;
} mistakes[] = {
    {{"-p", "123"}, "-p" COMMANDS},
    {{"-S", "/run/x"}, "-S" COMMANDS},
    {{"--command-host=127.0.0.1"}, "--command-host" COMMANDS},
    {{"--compare", "-S", "/run/x", "-p", "323"},
     "-S excludes -p and --command-host: give the one or the others"},
    {{"--compare", "-S", "run/x"},
     "-S 'run/x' is no absolute path: begin it with a slash"},
    {{"--compare", "-H", "127.0.0.1", "-H", "127.0.0.2"},
     "--compare is for one server: give one -H"},
    {{"-H", "127.0.0.1", "-H", "127.0.0.1"},
     "-H '127.0.0.1' is given twice: a server gets one request"},
    {{"-H", "a.example", "-H", "A.EXAMPLE"},
     "-H 'A.EXAMPLE' is given twice: a server gets one request"},
    {{"-H", "pool.ntp.org"}, "-H 'pool.ntp.org" POOL},
    {{"-H", "0.de.Pool.NTP.org"}, "-H '0.de.Pool.NTP.org" POOL},
    {{"-H", "2.debian.pool.ntp.org."}, "-H '2.debian.pool.ntp.org." POOL},
    {{"--both-families", "-4"},
     "--both-families excludes -4 and -6: give the one or the other"},
    {{"--both-families", "-6"},
     "--both-families excludes -4 and -6: give the one or the other"},
    {{"-4", "-6"}, "-4 and -6 exclude each other: give one, or none for both"},
    {{"--both-families", "-H", "127.0.0.1"},
     "-H '127.0.0.1' is an address of one family: give a name, or leave out "
     "--both-families"},
    {{"--both-families", "-H", "::1"},
     "-H '::1' is an address of one family: give a name, or leave out --both-families"},
    {{"-H", ""}, "-H '' is empty: write a HOST"},
    {{"-P", "0"}, "-P '0' is not a port: write a whole number from 1 to 65535"},
    {{"-P", "123", "-P", "124"}, "-P is given twice: give it once"},
    {{"-w", "1s"},
     "-w '1s' for offset can never be reached, since the critical limit that is the "
     "default or a preset's comes first: give a wider critical limit, too"},
};

static int listen_silently(uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address, length), 0);
    ck_assert_int_eq(getsockname(descriptor, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return descriptor;
}

START_TEST(explains_mistakes)
{
    char line[512], byte;
    uint16_t port;
    int listener = listen_silently(&port);

    if (strcmp(mistakes[_i].arguments[0], "-P") != 0)
        ask(port, mistakes[_i].arguments);
    else
        run_plugin(&run, "ntp", mistakes[_i].arguments);
    snprintf(line, sizeof line, "CHRONY NTP UNKNOWN - %s\n", mistakes[_i].out);
    ck_assert_str_eq(run.out, line);
    assert_said(3, "");
    ck_assert_int_lt(recv(listener, &byte, 1, 0), 0);
    close(listener);
}
END_TEST

/* Names are not looked up for it: they have as many digits as an address. */
static const struct {
    int count;
    bool both_families;
    const char *out; /* NULL: they are asked */
} crowds[] = {
    {16, false, NULL},
    {17, false, "-H '127.0.0.17' is one too many: at most 16 servers are asked\n"},
    {33, false, "-H '127.0.0.33' is one too many: at most 32 are taken\n"},
    {9, true,
     "-H 'h9.invalid' is one too many: at most 8 servers are asked with "
     "--both-families\n"},
};

START_TEST(asks_only_so_many)
{
    char hosts[40][24];
    const char *arguments[64] = {NULL};
    size_t count = 0;

    for (int i = 0; i < crowds[_i].count; i++) {
        snprintf(hosts[i], sizeof hosts[i],
                 crowds[_i].both_families ? "-Hh%d.invalid" : "-H127.0.0.%d", i + 1);
        arguments[count++] = hosts[i];
    }
    if (crowds[_i].both_families)
        arguments[count++] = "--both-families";
    arguments[count++] = "-P1";
    run_plugin(&run, "ntp", arguments);
    if (crowds[_i].out)
        assert_said(3, crowds[_i].out);
    else
        assert_said(2, "connection refused: 127.0.0.16 port 1: ");
    assert_one_line();
}
END_TEST

START_TEST(tells_the_code_of_a_kiss)
{
    static const char *const codes[] = {"DENY", "RATE", "?x", NULL};
    struct fake_ntp fake = {.patches = {{0, 2, {0xe4, 0}}, {12, 4, {0}}}};
    char text[64];
    uint16_t port;
    pid_t process;

    for (size_t i = 0; codes[i]; i++) {
        memcpy(fake.patches[1].bytes, "|x\0\0", 4);
        if (i < 2)
            memcpy(fake.patches[1].bytes, codes[i], 4);
        port = 0;
        process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);
        ask(port, ARGUMENTS("-t", "20"));
        fake_ntp_stop(process);
        snprintf(text, sizeof text, " answers with a kiss-o'-death, %s: ", codes[i]);
        assert_said(i == 1 ? 1 : 2, text);
    }
}
END_TEST

/* --- what a good server gives --- */

START_TEST(prints_a_whole_line)
{
    struct fake_ntp fake = {.offset = 0.055, .reference = 10};
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);

    ask(port, ARGUMENTS("-H", "127.0.0.1"));
    fake_ntp_stop(process);
    assert_one_line();
    /* The server's clock is ahead of ours, so ours is behind. */
    assert_said(1, "CHRONY NTP WARNING - offset -0.05");
    assert_said(1, " s (warning limit -0.01:0.01 s); clock is 5");
    assert_said(1, " ms behind 127.0.0.1, round trip ");
    assert_said(1, ", stratum 2, reference id 192.0.2.9, no leap second is announced | "
                   "offset=-0.05");
    assert_said(1, "s;-0.01:0.01;-0.1:0.1 round_trip=0.0");
    assert_said(1, "s stratum=2;1:5;1:15 root_distance=0.0");
    assert_said(1, "s;1;3 precision=0.000000954s\n");
}
END_TEST

/* --- etiquette --- */

static const struct {
    const char *timeout;
    unsigned deaf_to, asked;
    int status;
    int64_t least; /* ms, that the run takes; and at most half a second more */
} silences[] = {
    {"900ms", UINT32_MAX, 1, 2, 900},
    {"1500ms:UNKNOWN", UINT32_MAX, 2, 3, 1500},
    {"3200ms", UINT32_MAX, 3, 2, 3200},
    {"20", 1, 2, 0, 1000},
    {"20", 2, 3, 0, 2000},
};

START_TEST(asks_again_after_a_while)
{
    struct fake_ntp fake = {.deaf_to = silences[_i].deaf_to};
    volatile unsigned *asked;
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, &asked);

    ask(port, ARGUMENTS("-H", "127.0.0.1", "-t", silences[_i].timeout));
    fake_ntp_stop(process);
    assert_said(silences[_i].status,
                silences[_i].status ? "no reply from 127.0.0.1 port " : "clock is ");
    ck_assert_uint_eq(*asked, silences[_i].asked);
    ck_assert_int_ge(run.elapsed, silences[_i].least * MILLISECOND);
    ck_assert_int_lt(run.elapsed, (silences[_i].least + 500) * MILLISECOND);
}
END_TEST

/* --- several servers --- */

enum { GROUP = 10 };

static pid_t group[GROUP];
static volatile unsigned *group_asked[GROUP];

/* Servers at 127.0.0.1, 2, ... with one port; lists them as arguments. */
static uint16_t start_group(const struct fake_ntp *fakes, size_t count,
                            char hosts[GROUP][24], const char **arguments)
{
    uint16_t port = 0;

    for (size_t i = 0; i < count; i++) {
        char address[16];

        snprintf(address, sizeof address, "127.0.0.%zu", i + 1);
        group[i] = fake_ntp_start(&fakes[i], address, &port, &group_asked[i]);
        snprintf(hosts[i], 24, "-H%s", address);
        arguments[i] = hosts[i];
    }
    return port;
}

static void stop_group(size_t count)
{
    for (size_t i = 0; i < count; i++)
        fake_ntp_stop(group[i]);
}

START_TEST(asks_all_at_the_same_time)
{
    struct fake_ntp fakes[GROUP];
    const char *arguments[RUN_ARGUMENTS] = {NULL};
    char hosts[GROUP][24];
    uint16_t port;

    for (size_t i = 0; i < GROUP; i++)
        fakes[i] = (struct fake_ntp){.deaf_to = UINT32_MAX};
    port = start_group(fakes, GROUP, hosts, arguments);
    arguments[GROUP] = "-t";
    arguments[GROUP + 1] = "900ms";
    ask(port, arguments);
    stop_group(GROUP);
    assert_said(2, "no reply from 127.0.0.10 port ");
    ck_assert_int_lt(run.elapsed, (int64_t)1400 * MILLISECOND);
    for (size_t i = 0; i < GROUP; i++)
        ck_assert_uint_eq(*group_asked[i], 1);
}
END_TEST

START_TEST(finds_the_odd_one_out)
{
    struct fake_ntp fakes[4] = {{.held = 0}, {.held = 0}, {.offset = 0.25}, {.held = 0}};
    const char *arguments[RUN_ARGUMENTS] = {NULL};
    char hosts[GROUP][24];
    uint16_t port = start_group(fakes, 4, hosts, arguments);

    arguments[4] = "-v";
    ask(port, arguments);
    stop_group(4);
    assert_said(2, "127.0.0.3: offset -0.2");
    assert_said(2, " s (critical limit -0.1:0.1 s)");
    assert_said(2, "odd one out: 127.0.0.3");
    assert_said(2, " disagreement=0.2");
    assert_said(2, "\n127.0.0.3: address 127.0.0.3 port ");
    assert_said(2, ", answer good, offset -2");
}
END_TEST

/* --- both families --- */

static bool has_ipv6(void)
{
    struct sockaddr_in6 address = {.sin6_family = AF_INET6,
                                   .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int descriptor = socket(AF_INET6, SOCK_DGRAM, 0);
    bool binds =
        descriptor >= 0 && !bind(descriptor, (struct sockaddr *)&address, sizeof address);

    if (descriptor >= 0)
        close(descriptor);
    return binds;
}

/* "WHAT PLACE port PORT over FAMILY" */
static void assert_family(int status, const char *what, uint16_t port, const char *family)
{
    char text[96];

    snprintf(text, sizeof text, "%s port %u over %s", what, port, family);
    assert_said(status, text);
}

START_TEST(misses_a_family)
{
    struct fake_ntp fake = fake_ntp_honest();
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);

    ask(port, ARGUMENTS("--both-families", "-t", "20"));
    fake_ntp_stop(process);
    assert_family(2, has_ipv6() ? "connection refused: ::1" : "cannot be reached: ::1",
                  port, "IPv6: ");
    assert_said(2, " 127.0.0.1 over IPv4, round trip ");
}
END_TEST

START_TEST(asks_both_families)
{
    struct fake_ntp fake = fake_ntp_honest(), deaf = {.deaf_to = UINT32_MAX};
    uint16_t port = 0;
    pid_t v4 = fake_ntp_start(&fake, "127.0.0.1", &port, NULL), v6;

    if (!has_ipv6())
        leave_out("there is no IPv6");
    v6 = fake_ntp_start(&fake, "::1", &port, NULL);
    ask(port, ARGUMENTS("--both-families", "-t", "20"));
    fake_ntp_stop(v6);
    assert_said(0, " 127.0.0.1 over IPv4 and ");
    assert_said(0, " ::1 over IPv6 | ");
    v6 = fake_ntp_start(&deaf, "::1", &port, NULL);
    ask(port, ARGUMENTS("--both-families", "-t", "300ms"));
    assert_family(2, "no reply from ::1", port, "IPv6 within 300 ms: ");
    fake_ntp_stop(v4);
    fake_ntp_stop(v6);
}
END_TEST

START_TEST(takes_the_other_loopback_after_a_refusal)
{
    struct fake_ntp fake = fake_ntp_honest();
    uint16_t port = 0;
    pid_t process;

    if (!has_ipv6())
        leave_out("there is no IPv6");
    process = fake_ntp_start(&fake, "::1", &port, NULL);
    ask(port, ARGUMENTS("-t", "20"));
    assert_said(0, " ::1, round trip ");
    ask(port, ARGUMENTS("--both-families", "-t", "20"));
    assert_family(2, "connection refused: 127.0.0.1", port, "IPv4: ");
    fake_ntp_stop(process);
}
END_TEST

/* --- two views --- */

/* What the server says of itself is what the chronyd says, so far. */
static void make_views(struct fake_chronyd *chronyd, struct fake_ntp *ntp)
{
    int64_t reference = time(NULL) - 20;
    uint32_t ntp_reference = (uint32_t)(reference + 2208988800);

    *chronyd = fake_healthy();
    chronyd->tracking.reference_time = (struct wire_time){reference, 0};
    *ntp = (struct fake_ntp){.patches = {{12, 4, {127, 0, 0, 11}}, {16, 8, {0}}}};
    for (unsigned i = 0; i < 4; i++)
        ntp->patches[1].bytes[i] = (uint8_t)(ntp_reference >> (24 - 8 * i));
}

/* Runs the comparison of the two, and ends them. */
static void compare(const struct fake_chronyd *chronyd, const struct fake_ntp *ntp,
                    const char *timeout)
{
    uint16_t command_port = 0, port = 0;
    pid_t chronyd_process = fake_start(chronyd, &command_port);
    pid_t process = fake_ntp_start(ntp, "127.0.0.1", &port, NULL);
    char text[8];

    snprintf(text, sizeof text, "%u", command_port);
    /* A busy machine makes an offset of its own. */
    ask(port, ARGUMENTS("--compare", "-H", "127.0.0.1", "-p", text, "-t", timeout, "-w",
                        "0.09"));
    fake_stop(chronyd_process);
    fake_ntp_stop(process);
}

START_TEST(compares_both_views)
{
    struct fake_chronyd chronyd;
    struct fake_ntp ntp;

    make_views(&chronyd, &ntp);
    compare(&chronyd, &ntp, "20");
    assert_said(0, "CHRONY NTP OK - 127.0.0.1 answers as its chronyd says; clock is ");
    chronyd.tracking.leap_status = LEAP_INSERT;
    compare(&chronyd, &ntp, "20");
    assert_said(1,
                "CHRONY NTP WARNING - 127.0.0.1 does not pass on the leap second that ");
    make_views(&chronyd, &ntp);
    chronyd.tracking.stratum = 3;
    compare(&chronyd, &ntp, "20");
    assert_said(2, "127.0.0.1 answers otherwise than chronyd says (stratum 2 against 3): "
                   "who holds the port? see bindaddress");
    make_views(&chronyd, &ntp);
    ntp.deaf_to = UINT32_MAX;
    compare(&chronyd, &ntp, "500ms");
    assert_said(2, "within 500 ms: its chronyd runs: allow in chrony.conf does not ");
}
END_TEST

/* A chronyd that is silent leaves NTP its half of the time; one that is only slow to
 * answer is heard. */
START_TEST(judges_one_view_without_the_other)
{
    struct fake_chronyd chronyd;
    struct fake_ntp ntp;

    make_views(&chronyd, &ntp);
    chronyd.faults.deaf_to = 1000;
    compare(&chronyd, &ntp, "1");
    assert_said(2, "CHRONY NTP CRITICAL - no reply from 127.0.0.1 port ");
    assert_said(2, " within 1 s: chronyd hangs");
    assert_said(2, "; clock is ");
    ck_assert_int_lt(run.elapsed, (int64_t)1500 * MILLISECOND);
    chronyd.faults.deaf_to = 3;
    compare(&chronyd, &ntp, "1");
    assert_said(0, "127.0.0.1 answers as its chronyd says");
}
END_TEST

/* The command protocol elsewhere, and over a Unix socket. */
START_TEST(finds_the_chronyd_elsewhere)
{
    struct fake_chronyd chronyd;
    struct fake_ntp ntp;
    uint16_t port = 0;
    char directory[] = "/tmp/check_ntp.XXXXXX", path[64], option[80];
    pid_t process, chronyd_process;

    make_views(&chronyd, &ntp);
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/sock", directory);
    snprintf(option, sizeof option, "--socket=%s", path);
    chronyd_process = fake_start_socket(&chronyd, path);
    process = fake_ntp_start(&ntp, "127.0.0.2", &port, NULL);
    ask(port, ARGUMENTS("--compare", "-H127.0.0.2", option, "-t20"));
    assert_said(0, "127.0.0.2 answers as its chronyd says");
    fake_stop(chronyd_process);
    unlink(path);
    ck_assert_int_eq(rmdir(directory), 0); /* nothing of ours is left in it */
    fake_ntp_stop(process);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("ntp command line");
    TCase *tcase = tcase_create("ntp command line");

    tcase_set_timeout(tcase, 60);
    add_table_test(tcase, explains_mistakes, mistakes);
    add_table_test(tcase, asks_only_so_many, crowds);
    tcase_add_test(tcase, tells_the_code_of_a_kiss);
    tcase_add_test(tcase, prints_a_whole_line);
    add_table_test(tcase, asks_again_after_a_while, silences);
    tcase_add_test(tcase, asks_all_at_the_same_time);
    tcase_add_test(tcase, finds_the_odd_one_out);
    tcase_add_test(tcase, misses_a_family);
    tcase_add_test(tcase, asks_both_families);
    tcase_add_test(tcase, takes_the_other_loopback_after_a_refusal);
    tcase_add_test(tcase, compares_both_views);
    tcase_add_test(tcase, judges_one_view_without_the_other);
    tcase_add_test(tcase, finds_the_chronyd_elsewhere);
    suite_add_tcase(suite, tcase);
    return suite;
}
