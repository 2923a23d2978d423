/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The programs as they are run: command lines, whole output lines, exit statuses and
 * times. */
#include "fake_chronyd.h"
#include "run_plugin.h"
#include "runner.h"
#include "wait.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MILLISECOND = NANOSECONDS_PER_SECOND / 1000 };

static struct run run;

/* A port where somebody listens and never answers. */
static int listen_silently(char port[static 8])
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address, length), 0);
    ck_assert_int_eq(getsockname(descriptor, (struct sockaddr *)&address, &length), 0);
    snprintf(port, 8, "%u", ntohs(address.sin_port));
    return descriptor;
}

static unsigned count_packets(int descriptor)
{
    unsigned count = 0;
    char packet[2048];

    while (recv(descriptor, packet, sizeof packet, 0) >= 0)
        count++;
    return count;
}

static void assert_said(int status, const char *out)
{
    ck_assert_str_eq(run.err, "");
    ck_assert_str_eq(run.out, out);
    ck_assert_int_eq(run.status, status);
}

/* --- usage errors --- */

#define RANGES           "is not a range: write it like 10, 3:, 1:5, ~:5 or @1:5"
#define TIMES            ", with units ns, us, ms, s, min, h, d"
#define OFFSET           "CHRONY OFFSET UNKNOWN - "
#define SOURCES          "CHRONY SOURCES UNKNOWN - "
#define SYNC             "CHRONY SYNC UNKNOWN - "
#define HEALTH           "CHRONY HEALTH UNKNOWN - "
#define AUTH             "CHRONY AUTH UNKNOWN - "
#define SERVER           "CHRONY SERVER UNKNOWN - "
#define NOT_RANGE(value) OFFSET "-w '" value "' " RANGES TIMES

static const struct {
    const char *plugin, *arguments[5], *out;
} mistakes[] = {
    {"offset",
     {"-w", ""},
     OFFSET "-w '' is empty: write a range like 10, 3:, 1:5 or @1:5"},
    {"offset", {"-w", "nan"}, NOT_RANGE("nan")},
    {"offset", {"-w", "0x10"}, NOT_RANGE("0x10")},
    {"offset", {"-w", "1,5"}, NOT_RANGE("1,5")},
    {"offset", {"-w", "inf"}, NOT_RANGE("inf")},
    {"offset", {"-w", "10 parsecs"}, NOT_RANGE("10 parsecs")},
    {"offset", {"-w", "1e999"}, NOT_RANGE("1e999")},
    {"offset", {"-w", ":"}, NOT_RANGE(":")},
    {"offset",
     {"-w", "20:10"},
     OFFSET "-w '20:10' starts above its end: write the smaller number first"},
    {"offset",
     {"-w", "-5"},
     OFFSET "-w '-5' starts above its end: write the smaller number first"},
    {"offset",
     {"-w", "/root:10"},
     OFFSET
     "-w '/root:10' begins with a slash: the shell has expanded ~, put the range in "
     "quotes"},
    {"sources", {"-w", "3ms"}, SOURCES "-w '3ms' " RANGES},
    {"offset",
     {"--frobnicate"},
     OFFSET "--frobnicate is not an option of check_chrony_offset: see --help"},
    {"offset",
     {"--warn=1"},
     OFFSET "--warn=1 is not an option of check_chrony_offset: see --help"},
    {"offset", {"-x"}, OFFSET "-x is not an option of check_chrony_offset: see --help"},
    {"offset",
     {"leftover"},
     OFFSET "'leftover' is left over: check_chrony_offset takes options only"},
    {"offset", {"-c"}, OFFSET "-c needs a value behind it"},
    {"offset",
     {"--max-error-warning=1m"},
     OFFSET "--max-error-warning '1m' " RANGES TIMES},
    {"offset",
     {"-w", "1", "--offset-warning=2"},
     OFFSET "--offset-warning '2' is a second warning limit for offset: give one"},
    {"offset", {"-t", "1", "-t", "2"}, OFFSET "-t is given twice: give it once"},
    {"offset",
     {"-w", "1s", "-c", "1ms"},
     OFFSET "-w '1s' for offset can never be reached, since -c '1ms' comes first: "
            "give a wider critical limit, too"},
    {"offset",
     {"-w", "200ms"},
     OFFSET "-w '200ms' for offset can never be reached, since the critical "
            "limit that is the default or a preset's comes first: give a wider critical "
            "limit, too"},
    {"sources",
     {"--sources-warning=4", "--sources-critical=2"},
     SOURCES
     "--sources-warning '4' for sources can never be reached, since --sources-critical "
     "'2' comes first: less is worse here, write 3: for at least 3"},
    {"sources",
     {"-w", "3", "-c", "1"},
     SOURCES "-w '3' for good can never be reached, since -c '1' comes first: less "
             "is worse here, write 3: for at least 3"},
    {"offset",
     {"--preset=ceph", "--max-error-warning=60ms"},
     OFFSET "--max-error-warning '60ms' for max_error can never be reached, since the "
            "critical limit that is the default or a preset's comes first: give a "
            "wider critical limit, too"},
    {"offset",
     {"--preset=nist"},
     OFFSET
     "--preset 'nist' is not one of none finra cat-participant mifid-hft mifid-1ms "
     "mifid-1s ceph"},
    {"offset",
     {"-t", "0"},
     OFFSET "-t '0' is not a time from 1ms to 1h: write it like 5 or 500ms"},
    {"offset",
     {"-t", "2h"},
     OFFSET "-t '2h' is not a time from 1ms to 1h: write it like 5 or 500ms"},
    {"offset",
     {"-t", "5:BAD"},
     OFFSET
     "-t '5:BAD' has no state behind the colon: write OK, WARNING, CRITICAL or UNKNOWN"},
    {"offset",
     {"-t", "5x"},
     OFFSET "-t '5x' is not a time from 1ms to 1h: write it like 5 or 500ms"},
    {"offset",
     {"-f", "journal", "-x"},
     "<3>" OFFSET "-x is not an option of check_chrony_offset: see --help"},
    {"offset",
     {"-f", "xml"},
     OFFSET "-f 'xml' is not one of nagios json prometheus journal"},
    {"offset",
     {"-f", "json", "-c"},
     "{\"plugin\": \"check_chrony_offset\", \"state\": \"UNKNOWN\", \"status\": 3, "
     "\"summary\": \"" OFFSET "-c needs a value behind it\", \"reasons\": [{\"state\": "
     "\"UNKNOWN\", \"text\": \"-c needs a value behind it\"}], \"measurements\": {}, "
     "\"tables\": {}}"},
    {"offset",
     {"-x", "-w", "bogus", "-f", "journal"},
     "<3>" OFFSET "-x is not an option of check_chrony_offset: see --help"},
    {"offset", {"-w", "bogus", "--format=journal", "-fxml"}, "<3>" NOT_RANGE("bogus")},
    {"offset",
     {"-4", "-6"},
     OFFSET "-4 and -6 exclude each other: give one, or none for both"},
    {"offset", {"-H", ""}, OFFSET "-H '' is empty: write a HOST"},
    {"offset", {"-H", "::1", "-4"}, OFFSET "-H '::1' has no IPv4 address: leave out -4"},
    {"leap",
     {"-w", "5"},
     "CHRONY LEAP UNKNOWN - -w '5' has nothing to limit: check_chrony_leap has no "
     "metric"},
    {"leap",
     {"--pending=unknown"},
     "CHRONY LEAP UNKNOWN - --pending 'unknown' is not one of ok warning critical"},
    {"sync",
     {"--grace=-1"},
     SYNC "--grace '-1' is not a duration: write seconds, or a unit like 90s or 5min"},
    {"sync",
     {"--max-drift=-1"},
     SYNC "--max-drift '-1' is not a rate: write it in ppm, like 10 or 50ppb"},
    {"sync",
     {"--max-drift=10s"},
     SYNC "--max-drift '10s' is not a rate: write it in ppm, like 10 or 50ppb"},
    {"sync",
     {"--max-drift=10 20"},
     SYNC "--max-drift '10 20' is not a rate: write it in ppm, like 10 or 50ppb"},
    {"sync",
     {"--max-drift="},
     SYNC "--max-drift '' is not a rate: write it in ppm, like 10 or 50ppb"},
    {"sync",
     {"--max-error-warning=1"},
     SYNC "--max-error-warning=1 is not an option of check_chrony_sync: see --help"},
    {"sync", {"--max-error-critical=1m"}, SYNC "--max-error-critical '1m' " RANGES TIMES},
    {"health",
     {"--max-error-critical=1", "--max-error-critical=2"},
     HEALTH "--max-error-critical is given twice: give it once"},
    {"health",
     {"--max-error-warning=1", "--max-error-critical=500ms"},
     HEALTH "--max-error-warning '1' for max_error can never be reached, since "
            "--max-error-critical '500ms' comes first: give a wider critical limit, too"},
    {"sources",
     {"--survivable-warning=2", "--survivable-critical=1"},
     SOURCES "--survivable-warning '2' for survivable can never be reached, since "
             "--survivable-critical '1' comes first: less is worse here, write 3: for at "
             "least 3"},
    {"health",
     {"--operators-warning=2:"},
     HEALTH "--operators-warning=2: is not an option of check_chrony_health: see --help"},
    {"auth",
     {"--require=some"},
     AUTH "--require 'some' is not one of nothing nts symmetric any"},
    {"auth", {"--require="}, AUTH "--require '' is not one of nothing nts symmetric any"},
    {"auth",
     {"--require=nts", "--require=any"},
     AUTH "--require is given twice: give it once"},
    {"auth",
     {"-w", "5", "-c", "2"},
     AUTH "-w '5' for unauthenticated can never be reached, since -c '2' comes first: "
          "give a wider critical limit, too"},
    {"auth",
     {"--unauthenticated-warning=1", "-w", "2"},
     AUTH "-w '2' is a second warning limit for unauthenticated: give one"},
    {"auth",
     {"--nts-cookies-warning=3", "--nts-cookies-critical=1"},
     AUTH "--nts-cookies-warning '3' for nts_cookies can never be reached, since "
          "--nts-cookies-critical '1' comes first: less is worse here, write 3: for at "
          "least 3"},
    {"server",
     {"--state=counts"},
     SERVER "--state 'counts' is no absolute path: begin it with a slash"},
    {"server",
     {"--state=./counts"},
     SERVER "--state './counts' is no absolute path: begin it with a slash"},
    {"server",
     {"--state="},
     SERVER "--state '' is no absolute path: begin it with a slash"},
    {"server",
     {"--ntp-received-total-warning=1"},
     SERVER "--ntp-received-total-warning=1 is not an option of check_chrony_server: see "
            "--help"},
    {"server",
     {"--log-dropped-total-critical=1"},
     SERVER "--log-dropped-total-critical=1 is not an option of check_chrony_server: see "
            "--help"},
    {"server",
     {"-w", "60%", "-c", "50"},
     SERVER "-w '60%' for ntp_drop_percent can never be reached, since -c '50' comes "
            "first: give a wider critical limit, too"},
    {"server",
     {"-w", "50%"},
     SERVER
     "-w '50%' for ntp_drop_percent can never be reached, since the critical limit "
     "that is the default or a preset's comes first: give a wider critical limit, "
     "too"},
    {"server",
     {"--ntp-request-rate-warning=10/min"},
     SERVER "--ntp-request-rate-warning '10/min' " RANGES ", with units /s"},
    {"server",
     {"--ntp-request-rate-critical=1000:"},
     SERVER
     "--ntp-request-rate-critical is about the time between two runs: add --state, "
     "or leave it out"},
    {"server",
     {"--ntp-request-rate-warning=1:", "--ntp-request-rate-critical=0:"},
     SERVER "--ntp-request-rate-warning is about the time between two runs: add --state, "
            "or leave it out"},
    {"server", {"-w", "10ms"}, SERVER "-w '10ms' " RANGES ", with units %"},
    {"server", {"--log-drops-warning=10%"}, SERVER "--log-drops-warning '10%' " RANGES},
    {"sources",
     {"--require-source="},
     SOURCES "--require-source '' is empty: write a SOURCE"},
    {"offset", {"-w", "1|x=1<b>\n\x1b[2J"}, OFFSET "-w '1?x=1?b>??[2J' " RANGES TIMES},
};

/* The port is given in front, so that a packet would be noticed. */
START_TEST(explains_mistakes)
{
    const char *arguments[RUN_ARGUMENTS] = {"-p"};
    char port[8], line[1024];
    int listener = listen_silently(port);

    arguments[1] = port;
    for (size_t i = 0; i < 5; i++)
        arguments[i + 2] = mistakes[_i].arguments[i];
    run_plugin(&run, mistakes[_i].plugin, arguments);
    snprintf(line, sizeof line, "%s\n", mistakes[_i].out);
    assert_said(3, line);
    ck_assert_uint_eq(count_packets(listener), 0);
    close(listener);
}
END_TEST

static const char *const ports[] = {"70000", "0", "-1", "1.5", "0x143", "", "323 "};

START_TEST(explains_ports)
{
    char line[256];

    run_plugin(&run, "offset", (const char *const[]){"-p", ports[_i], "-t", "1ms", NULL});
    snprintf(line, sizeof line,
             OFFSET "-p '%s' is not a port: write a whole number from 1 to 65535\n",
             ports[_i]);
    if (_i < 6)
        assert_said(3, line);
    else
        ck_assert_int_eq(run.status, 2); /* a blank behind a number does no harm */
}
END_TEST

/* --- help and version --- */

static const char *const helpful[] = {"health", "sync",    "offset", "stratum",
                                      "leap",   "sources", "ntp"};

START_TEST(helps)
{
    char usage[64];

    run_plugin(&run, helpful[_i], (const char *const[]){"--help", NULL});
    ck_assert_int_eq(run.status, 3);
    ck_assert_str_eq(run.err, "");
    snprintf(usage, sizeof usage, "Usage: check_chrony_%s [OPTION]...\n", helpful[_i]);
    ck_assert_ptr_eq(strstr(run.out, usage), run.out);
    for (const char *line = run.out; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        ck_assert_uint_le(strcspn(line, "\n"), 80);
    }
    run_plugin(&run, helpful[_i], (const char *const[]){"-V", NULL});
    snprintf(usage, sizeof usage, "check_chrony_%s (chrony-checks) " PACKAGE_VERSION "\n",
             helpful[_i]);
    assert_said(3, usage);
}
END_TEST

/* --- whole lines --- */

#define OFFSET_PERFDATA                                                                  \
    "offset=-0.000000340s;-0.01:0.01;-0.1:0.1 max_error=0.000004155s;0.2;1 "             \
    "last_offset=-0.000000954s rms_offset=0.000000477s frequency_ppm=-25.500000 "        \
    "skew_ppm=0.500000 root_delay=0.000003815s root_dispersion=0.000001907s"
#define SYNC_PERFDATA "update_age=10.000000000s;300;640"
#define SOURCES_PERFDATA                                                                 \
    "good=5;3:1024;1:1024 sources=5;4:1024 combined=5 reachable=5 falsetickers=0;0 "     \
    "jittery=0 unreachable=0 unresolved=0 refclocks=0 survivable=2;1:1024 "              \
    "spread=0.000000000s missed_polls=0;3"
#define OFFSET_TEXT "clock is 0.34 us behind true time, at most 4.15 us off"

static const struct {
    const char *plugin, *arguments[4], *out;
} lines[] = {
    {"offset", {NULL}, "CHRONY OFFSET OK - " OFFSET_TEXT " | " OFFSET_PERFDATA "\n"},
    {"sync", {NULL}, "CHRONY SYNC OK - synchronised to 127.0.0.11 | " SYNC_PERFDATA "\n"},
    {"stratum", {NULL}, "CHRONY STRATUM OK - stratum 2 | stratum=2;1:5;1:9\n"},
    {"leap", {NULL}, "CHRONY LEAP OK - no leap second is announced\n"},
    {"sources",
     {NULL},
     "CHRONY SOURCES OK - good sources: 5 of 5 | " SOURCES_PERFDATA " operators=1\n"},
    {"health",
     {NULL},
     "CHRONY HEALTH OK - " OFFSET_TEXT
     "; synchronised to 127.0.0.11; good sources: 5 of 5; "
     "stratum 2; no leap second is announced | " OFFSET_PERFDATA " " SYNC_PERFDATA
     " " SOURCES_PERFDATA " stratum=2;1:5;1:9\n"},
    {"stratum", {"--no-perfdata"}, "CHRONY STRATUM OK - stratum 2\n"},
    {"sources", {"-v", "-f", "journal"}, "<6>CHRONY SOURCES OK - good sources: 5 of 5\n"},
    {"stratum",
     {"-f", "journal", "-w", "1"},
     "<4>CHRONY STRATUM WARNING - stratum 2 (warning limit 1)\n"},
    {"stratum",
     {"-f", "json", "--no-perfdata"},
     "{\"plugin\": \"check_chrony_stratum\", \"state\": \"OK\", \"status\": 0, "
     "\"summary\": \"CHRONY STRATUM OK - stratum 2\", \"reasons\": [{\"state\": \"OK\", "
     "\"text\": \"stratum 2\"}], \"measurements\": {\"stratum\": {\"value\": 2, "
     "\"minimum\": 0, \"maximum\": 16, \"warning\": {\"inside\": false, \"start\": 1, "
     "\"end\": 5}, \"critical\": {\"inside\": false, \"start\": 1, \"end\": 9}}}, "
     "\"tables\": {}}\n"},
    {"stratum",
     {"-f", "journal", "-c", "1"},
     "<2>CHRONY STRATUM CRITICAL - stratum 2 (critical limit 1)\n"},
    {"stratum",
     {"-w", "1", "-c", "3"},
     "CHRONY STRATUM WARNING - stratum 2 (warning limit 1) | stratum=2;1;3\n"},
    {"stratum",
     {"-c", "1"},
     "CHRONY STRATUM CRITICAL - stratum 2 (critical limit 1) | stratum=2;;1\n"},
    {"stratum", {"-w", "~:", "-c", "~:"}, "CHRONY STRATUM OK - stratum 2 | stratum=2\n"},
    {"sources",
     {"-w", "6:", "-c", "4:"},
     "CHRONY SOURCES WARNING - good 5 (warning limit 6:); good sources: 5 of 5 | "
     "good=5;6:1024;4:1024 sources=5;4:1024 combined=5 reachable=5 falsetickers=0;0 "
     "jittery=0 unreachable=0 unresolved=0 refclocks=0 survivable=2 spread=0.000000000s "
     "missed_polls=0;3 operators=1\n"},
    {"sources",
     {"--operators-warning=3:", "--operators-critical=2:", "--no-perfdata"},
     "CHRONY SOURCES CRITICAL - operators 1 (critical limit 2:); good sources: 5 of 5\n"},
    {"sync",
     {"-w", "5"},
     "CHRONY SYNC WARNING - update_age 10 s (warning limit 5 s); synchronised to "
     "127.0.0.11 | "
     "update_age=10.000000000s;5;640\n"},
    {"sources",
     {"-v", "--no-perfdata"},
     "CHRONY SOURCES OK - good sources: 5 of 5\n"
     "127.0.0.11: mode client, state selected, stratum 1, poll 6, reach 377, last sample "
     "10 s, "
     "offset -0.95 us, error 1.91 us\n"
     "127.0.0.12: mode client, state combined, stratum 1, poll 6, reach 377, last sample "
     "10 s, "
     "offset -0.95 us, error 1.91 us\n"
     "127.0.0.13: mode client, state combined, stratum 1, poll 6, reach 377, last sample "
     "10 s, "
     "offset -0.95 us, error 1.91 us\n"
     "127.0.0.14: mode client, state combined, stratum 1, poll 6, reach 377, last sample "
     "10 s, "
     "offset -0.95 us, error 1.91 us\n"
     "127.0.0.15: mode client, state combined, stratum 1, poll 6, reach 377, last sample "
     "10 s, "
     "offset -0.95 us, error 1.91 us\n"},
};

/* Runs a plugin against a fake chronyd, over its port. */
static void ask(const struct fake_chronyd *fake, const char *plugin,
                const char *const arguments[4])
{
    const char *all[RUN_ARGUMENTS] = {"-H", "127.0.0.1", "-p"};
    char text[8];
    uint16_t port;
    pid_t process = fake_start(fake, &port);

    snprintf(text, sizeof text, "%u", port);
    all[3] = text;
    for (size_t i = 0; i < 4; i++)
        all[i + 4] = arguments[i];
    run_plugin(&run, plugin, all);
    fake_stop(process);
}

static int status_of(const char *line)
{
    return strstr(line, " OK - ")         ? 0
           : strstr(line, " WARNING - ")  ? 1
           : strstr(line, " CRITICAL - ") ? 2
                                          : 3;
}

START_TEST(prints_lines)
{
    struct fake_chronyd fake = fake_healthy();

    ask(&fake, lines[_i].plugin, lines[_i].arguments);
    assert_said(status_of(lines[_i].out), lines[_i].out);
}
END_TEST

/* The worst comes first, each thing is said once, and the state is that of the worst. */
START_TEST(tells_the_worst_first)
{
    struct fake_chronyd fake = fake_healthy();

    fake.tracking.leap_status = LEAP_UNSYNCHRONISED;
    fake.tracking.stratum = 0;
    fake.total = 0;
    ask(&fake, "health", (const char *const[4]){NULL});
    assert_said(
        2, "CHRONY HEALTH CRITICAL - not synchronised: chronyd has no time to offer; "
           "chronyd has no source; good 0 (critical limit 1:); sources 0 (warning limit "
           "4:); survivable 0 (warning limit 1:); good sources: 0 of 0 | "
           "good=0;3:1024;1:1024 sources=0;4:1024 combined=0 reachable=0 "
           "falsetickers=0;0 jittery=0 unreachable=0 unresolved=0 refclocks=0 "
           "survivable=0;1:1024\n");
}
END_TEST

/* A clock without sources, as its options say; max_error is 1.5 s, and grows by 0.75 ppm
 * besides. */
static const struct {
    const char *plugin, *arguments[4], *says;
    const char *holdover; /* NULL: none */
} holdovers[] = {
    {"sync", {NULL}, "in holdover, no longer within 1 s", " holdover=0.000000000s "},
    {"sync",
     {"--max-error-critical=2s"},
     "in holdover, within 2 s for another 3.31 d",
     " holdover=285714.285714286s "},
    {"sync",
     {"--max-error-critical=2s", "--max-drift=0.25"},
     "in holdover, within 2 s for another 5.79 d",
     " holdover=500000.000000000s "},
    {"sync",
     {"--max-error-critical=2s", "--max-drift=249250ppb"},
     "in holdover, within 2 s for another 33.3 min",
     " holdover=2000.000000000s "},
    {"sync",
     {"--max-error-critical=2s", "--max-drift=0"},
     "in holdover, within 2 s for another 7.72 d",
     " holdover=666666.666666667s "},
    {"sync",
     {"--max-error-critical=2s", "--holdover-warning=4d:", "--holdover-critical=1d:"},
     "; holdover 285714.286 s (warning limit 345600 s:);",
     " holdover=285714.285714286s update_age="},
    {"sync", {"--max-error-critical=~:"}, "all sources are unreachable (5) | ", NULL},
    /* One limit for both: of the error, and of the time until it. */
    {"health",
     {"--max-error-critical=2s"},
     "in holdover, within 2 s for another 3.31 d",
     " holdover=285714.285714286s "},
    {"health",
     {"--max-error-critical=2s"},
     "max_error 1.5 s (warning limit 0.2 s)",
     " max_error=1.500000000s;0.2;2 "},
    {"health",
     {"--max-error-critical=1400ms"},
     "max_error 1.5 s (critical limit 1.4 s)",
     " holdover=0.000000000s "},
    {"health",
     {"--preset=mifid-1s"},
     "in holdover, no longer within 1 s",
     " max_error=1.500000000s;0.8;1 "},
};

START_TEST(holds_over_as_the_options_say)
{
    struct fake_chronyd fake = fake_healthy();

    fake.tracking.offset = 0.5;
    fake.tracking.root_delay = 1;
    fake.tracking.root_dispersion = 0.5;
    fake.tracking.reference_time.seconds = INT64_C(1) << 40; /* an age of 0 */
    for (size_t i = 0; i < fake.count; i++) {
        fake.sources[i].state = SOURCE_NOT_SELECTABLE;
        fake.sources[i].reach = 0;
        fake.sources[i].since_sample = 0;
    }
    ask(&fake, holdovers[_i].plugin, holdovers[_i].arguments);
    ck_assert_int_eq(run.status, 2);
    ck_assert_str_eq(run.err, "");
    ck_assert_msg(strstr(run.out, holdovers[_i].says) != NULL, "%s", run.out);
    if (holdovers[_i].holdover)
        ck_assert_msg(strstr(run.out, holdovers[_i].holdover) != NULL, "%s", run.out);
    else
        ck_assert_ptr_null(strstr(run.out, "holdover"));
}
END_TEST

/* chronyd tells this only on its Unix socket, unless it is told otherwise. */
static const struct {
    const char *plugin, *report;
    uint16_t command;
} refused[] = {{"server", "serverstats", 54}, {"auth", "authdata", 67}};

START_TEST(explains_a_refused_report)
{
    struct fake_chronyd fake = fake_healthy();
    char line[256];

    fake.faults.refused_command = refused[_i].command;
    fake.faults.refused_status = STATUS_UNAUTHORISED;
    ask(&fake, refused[_i].plugin, (const char *const[4]){NULL});
    snprintf(line, sizeof line,
             "UNKNOWN - chronyd's %s report: not authorised: add it to opencommands in "
             "chrony.conf (chrony 4.7 and later), or run the plugin as the user of "
             "chronyd\n",
             refused[_i].report);
    ck_assert_int_eq(run.status, 3);
    ck_assert_msg(strstr(run.out, line) != NULL, "%s", run.out);
}
END_TEST

START_TEST(requires_each_source_of_a_list)
{
    struct fake_chronyd fake = fake_healthy();

    ask(&fake, "sources",
        (const char *const[4]){"--require-source=127.0.0.11",
                               "--require-source=127.0.0.99", "--require-source=PPS",
                               "--no-perfdata"});
    fake.name = "ntp.example.net";
    ck_assert_int_eq(run.status, 2);
    ask(&fake, "sources",
        (const char *const[4]){"--require-source=127.0.0.11",
                               "--require-source=127.0.0.99", "--require-source=PPS",
                               "--no-perfdata"});
    assert_said(
        2, "CHRONY SOURCES CRITICAL - required source 127.0.0.99 is not among the "
           "sources; required source PPS is not among the sources; good sources: 5 of "
           "5\n");
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("cli");
    TCase *tcase = tcase_create("cli");

    tcase_set_timeout(tcase, 30);
    add_table_test(tcase, explains_mistakes, mistakes);
    add_table_test(tcase, explains_ports, ports);
    add_table_test(tcase, helps, helpful);
    add_table_test(tcase, prints_lines, lines);
    tcase_add_test(tcase, tells_the_worst_first);
    add_table_test(tcase, holds_over_as_the_options_say, holdovers);
    add_table_test(tcase, explains_a_refused_report, refused);
    tcase_add_test(tcase, requires_each_source_of_a_list);
    suite_add_tcase(suite, tcase);
    return suite;
}
