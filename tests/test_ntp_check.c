/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judgement of NTP servers, from literal snapshots. */
#include "judging.h"
#include "runner.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SERVERS = 6 };

static struct ntp_server servers[SERVERS];

static const uint64_t now = UINT64_C(0xee00000000000000);

/* A good server at 192.0.2.1, 2, ...: our clock is 1 ms ahead of it. */
static void make_server(size_t index)
{
    struct ntp_server *server = &servers[index];

    memset(server, 0, sizeof *server);
    snprintf(server->label, SERVER_TEXT, "192.0.2.%zu", index + 1);
    snprintf(server->place, SERVER_TEXT, "192.0.2.%zu port 123", index + 1);
    snprintf(server->reference_id, REFERENCE_TEXT, "192.0.2.99");
    server->name = server->label;
    server->answer.packet = (struct ntp_packet){.version = 4,
                                                .mode = 4,
                                                .stratum = 2,
                                                .precision = 0x1p-20,
                                                .root_delay = 0.004,
                                                .root_dispersion = 0.001,
                                                .reference_id = 0xc0000263,
                                                .reference = now - (UINT64_C(10) << 32),
                                                .receive = now,
                                                .transmit = now};
    server->answer.sample = (struct ntp_sample){.offset = 1e-3, .round_trip = 2e-3};
    server->answer.sent = 1;
}

/* The chronyd of the first server says the same of itself. */
static void setup(void)
{
    static const struct check *const checks[] = {&ntp_check};

    judging_begin(checks, 1);
    for (size_t i = 0; i < SERVERS; i++)
        make_server(i);
    snapshot.servers = servers;
    snapshot.server_count = 1;
    snapshot.tracking = (struct tracking){.reference_id = 0xc0000263, .stratum = 2};
    snapshot.tracking.reference_time.seconds =
        (int64_t)(servers[0].answer.packet.reference >> 32) - INT64_C(2208988800);
    snapshot.tracking_later = snapshot.tracking;
}

/* --- one server that answers --- */

START_TEST(likes_a_good_server)
{
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    ck_assert_uint_eq(result.reason_count, 1);
    assert_reason(
        STATE_OK,
        "clock is 1 ms ahead of 192.0.2.1, round trip 2 ms, stratum 2, reference "
        "id 192.0.2.99, no leap second is announced");
    ck_assert_uint_eq(result.measurement_count, 5);
    ck_assert_double_eq(measured("offset"), 1e-3);
    ck_assert_double_eq(measured("round_trip"), 2e-3);
    ck_assert_double_eq(measured("stratum"), 2);
    ck_assert_double_eq(measured("precision"), 0x1p-20);
    /* 4 / 2 + 1 + 2 / 2 ms, and the precision. */
    ck_assert_double_eq_tol(measured("root_distance"), 4e-3 + 0x1p-20, 1e-12);
    ck_assert_uint_eq(result.table_count, 0);
}
END_TEST

static const struct {
    double offset;
    enum state state;
    const char *text; /* NULL: no limit is passed */
} offsets[] = {
    {-1e-3, STATE_OK, NULL},
    {0.01, STATE_OK, NULL},
    {-0.01, STATE_OK, NULL},
    {0.02, STATE_WARNING, "offset 0.02 s (warning limit -0.01:0.01 s)"},
    {-0.02, STATE_WARNING, "offset -0.02 s (warning limit -0.01:0.01 s)"},
    {0.2, STATE_CRITICAL, "offset 0.2 s (critical limit -0.1:0.1 s)"},
    {-3600, STATE_CRITICAL, "offset -3600 s (critical limit -0.1:0.1 s)"},
    {2e9, STATE_CRITICAL, "offset 2000000000 s (critical limit -0.1:0.1 s)"},
};

START_TEST(judges_offset)
{
    servers[0].answer.sample.offset = offsets[_i].offset;
    ck_assert_int_eq(judge(&ntp_check), offsets[_i].state);
    if (offsets[_i].text)
        assert_reason(offsets[_i].state, offsets[_i].text);
    ck_assert_ptr_nonnull(
        strstr(result.reasons[result.reason_count - 1].text,
               offsets[_i].offset < 0 ? " behind 192.0.2.1, " : " ahead of 192.0.2.1, "));
}
END_TEST

static void set_stratum(double value)
{
    servers[0].answer.packet.stratum = (uint8_t)value;
}

static void set_dispersion(double value)
{
    servers[0].answer.packet.root_dispersion = value;
}

static void set_delay(double value)
{
    servers[0].answer.packet.root_delay = value;
}

static void set_round_trip(double value)
{
    servers[0].answer.sample.round_trip = value;
}

static void set_precision(double value)
{
    servers[0].answer.packet.precision = value;
}

static const struct {
    void (*set)(double value);
    double value;
    enum state state;
} limits[] = {
    {set_stratum, 1, STATE_OK},
    {set_stratum, 5, STATE_OK},
    {set_stratum, 6, STATE_WARNING},
    {set_stratum, 15, STATE_WARNING},
    {set_dispersion, 0.9, STATE_OK},
    {set_dispersion, 1.1, STATE_WARNING},
    {set_dispersion, 3.1, STATE_CRITICAL},
    {set_delay, 1.9, STATE_OK},
    {set_delay, 2.1, STATE_WARNING},
    {set_delay, 6.1, STATE_CRITICAL},
    {set_round_trip, 1.9, STATE_OK},
    {set_round_trip, 2.1, STATE_WARNING},
    {set_precision, 0.015, STATE_OK},
    {set_precision, 1, STATE_WARNING},
};

START_TEST(judges_limits)
{
    limits[_i].set(limits[_i].value);
    ck_assert_int_eq(judge(&ntp_check), limits[_i].state);
}
END_TEST

static const struct {
    uint8_t leap_status;
    const char *words;
} leaps[] = {
    {LEAP_NORMAL, "no leap second is announced"},
    {LEAP_INSERT, "a leap second will be inserted"},
    {LEAP_DELETE, "a leap second will be deleted"},
};

START_TEST(tells_the_leap_status)
{
    servers[0].answer.packet.leap_status = leaps[_i].leap_status;
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    ck_assert_ptr_nonnull(strstr(result.reasons[0].text, leaps[_i].words));
}
END_TEST

/* --- the local reference --- */

static const struct {
    uint32_t id;
    bool is_local;
} references[] = {
    {0x7f7f0101, true},  {0x7f7f0100, true},  {0x7f7f0103, true},  {0x4c4f434c, true},
    {0x7f7f01ff, false}, {0x7f7f0104, false}, {0x7f000001, false}, {0xc0000201, false},
    {0x47505300, false}, {0, false},
};

START_TEST(knows_local_references)
{
    servers[0].answer.packet.reference_id = references[_i].id;
    ck_assert_int_eq(ntp_server_is_local(&servers[0]), references[_i].is_local);
    ck_assert_int_eq(judge(&ntp_check),
                     references[_i].is_local ? STATE_CRITICAL : STATE_OK);
    /* Zeros look perfect. */
    ck_assert_uint_eq(result.measurement_count, references[_i].is_local ? 0 : 5);
}
END_TEST

static void serve_local(uint8_t stratum)
{
    servers[0].answer.packet.reference_id = REFERENCE_ID_LOCAL;
    servers[0].answer.packet.stratum = stratum;
}

START_TEST(minds_a_local_reference)
{
    serve_local(10);
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    ck_assert_uint_eq(result.reason_count, 1);
    assert_reason(
        STATE_CRITICAL,
        "192.0.2.1 serves its local reference as the truth, stratum 10: no source "
        "steers its clock, see its sources, and local in chrony.conf");
}
END_TEST

START_TEST(allows_a_local_reference)
{
    settings.allow_local = true;
    serve_local(10);
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    assert_reason(STATE_OK,
                  "192.0.2.1 is free-running on its local reference, as allowed");
    ck_assert_double_eq(measured("stratum"), 10);
    give(&ntp_check, "stratum", "1:9", "1:15");
    ck_assert_int_eq(judge(&ntp_check), STATE_WARNING);
}
END_TEST

/* --- one that does not answer, or badly --- */

#define HERE "192.0.2.1 port 123"

static const struct {
    enum probe_error error;
    enum state state;
    const char *text;
    const char *beside; /* what is said where its chronyd answers --compare */
} absences[] = {
    {PROBE_TIMEOUT, STATE_CRITICAL,
     "no reply from " HERE
     " within 5 s: it does not admit this host (chrony.conf: allow), "
     "limits the rate, or a firewall drops UDP",
     "no reply from " HERE " within 5 s: its chronyd runs: allow in chrony.conf does "
     "not admit this host, ratelimit is tight, or a firewall drops UDP"},
    {PROBE_REFUSED, STATE_CRITICAL,
     "connection refused: " HERE ": no NTP server listens there; chronyd does with allow "
     "alone, see also port and bindaddress in chrony.conf",
     "connection refused: " HERE ": its chronyd runs, but does not listen there: add "
     "allow to chrony.conf, and see port and bindaddress"},
    {PROBE_UNREACHABLE, STATE_CRITICAL,
     "cannot be reached: " HERE ": there is no route from this host, or a rule of this "
     "host forbids it",
     NULL},
    {PROBE_FAILED, STATE_UNKNOWN,
     "this system gave no socket or randomness: " HERE ": see the limits of this process",
     NULL},
    {PROBE_STEPPED, STATE_UNKNOWN,
     "the clock of this host was stepped while " HERE " answered: the sample is dropped, "
     "ask again",
     NULL},
};

START_TEST(explains_absence)
{
    servers[0].answer.error = absences[_i].error;
    ck_assert_int_eq(judge(&ntp_check), absences[_i].state);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_uint_eq(result.measurement_count, 0);
    assert_reason(absences[_i].state, absences[_i].text);
    settings.compare = true;
    ck_assert_int_eq(judge(&ntp_check), absences[_i].state);
    assert_reason(absences[_i].state,
                  absences[_i].beside ? absences[_i].beside : absences[_i].text);
    snapshot.tracking_error = SESSION_REFUSED;
    judge(&ntp_check);
    assert_reason(absences[_i].state, absences[_i].text);
}
END_TEST

START_TEST(takes_silence_as_told)
{
    settings.timeout = 0.5;
    settings.timeout_state = STATE_UNKNOWN;
    servers[0].answer.error = PROBE_TIMEOUT;
    servers[0].answer.ignored = 3;
    servers[0].answer.ignored_for = PACKET_OTHER_ORIGIN;
    ck_assert_int_eq(judge(&ntp_check), STATE_UNKNOWN);
    assert_reason(STATE_UNKNOWN,
                  "no reply from " HERE
                  " within 500 ms (3 other datagrams ignored: its origin timestamp is "
                  "not ours): it does not admit this host (chrony.conf: "
                  "allow), limits the rate, or a firewall drops UDP");
    servers[0].answer.error = PROBE_UNREACHABLE;
    ck_assert_int_eq(judge(&ntp_check), STATE_UNKNOWN);
    servers[0].answer.error = PROBE_REFUSED;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
}
END_TEST

/* --- authentication --- */

static struct authenticator authenticator = {.name = "key 5 (SHA1)"};

#define KEYED "reply from " HERE " is not authenticated with key 5 (SHA1): "
#define OTHER                                                                            \
    "the server has another key with this id, or somebody else answers in its place: "   \
    "compare the key files"

static const struct {
    enum authentication_error error;
    const char *text;
} forgeries[] = {
    {AUTHENTICATION_MALFORMED,
     KEYED "what follows its header is neither extension fields nor a MAC: see its "
           "software, and who else may answer"},
    {AUTHENTICATION_MISSING, KEYED "it carries no MAC: the server ignores keys, or "
                                   "somebody else answers in its place"},
    {AUTHENTICATION_NAK, KEYED "a crypto-NAK: the server does not know the key, or has "
                               "another one with its id: compare the key files"},
    {AUTHENTICATION_OTHER_KEY,
     KEYED "its MAC is of another key: see the key file of the server"},
    {AUTHENTICATION_LENGTH,
     KEYED "its MAC has the length of another type of key: compare "
           "the type of the key in both key files"},
    {AUTHENTICATION_WRONG, KEYED "its MAC does not verify: " OTHER},
};

START_TEST(believes_nothing_unproven)
{
    servers[0].authenticator = &authenticator;
    servers[0].answer.error = PROBE_UNAUTHENTIC;
    servers[0].answer.unauthentic = forgeries[_i].error;
    settings.timeout_state = STATE_OK;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_uint_eq(result.measurement_count, 0);
    assert_reason(STATE_CRITICAL, forgeries[_i].text);
}
END_TEST

START_TEST(wants_no_mac_without_a_key)
{
    servers[0].answer.error = PROBE_UNAUTHENTIC;
    servers[0].answer.unauthentic = AUTHENTICATION_UNWANTED;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL,
                  "reply from " HERE " is not believed: it carries a MAC that was not "
                  "asked for: give --key to have it verified, or see who answers in its "
                  "place");
}
END_TEST

START_TEST(says_that_it_is_authenticated)
{
    snapshot.server_count = 2;
    servers[0].authenticator = servers[1].authenticator = &authenticator;
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    assert_reason(STATE_OK, "authenticated with key 5 (SHA1)");
    ck_assert_uint_eq(result.reason_count, 2);
    servers[0].answer.error = servers[1].answer.error = PROBE_REFUSED;
    judge(&ntp_check);
    ck_assert_uint_eq(result.reason_count,
                      2); /* a refusal each, and not a word of keys */
    servers[0].answer.error = PROBE_TIMEOUT;
    judge(&ntp_check);
    assert_reason(STATE_CRITICAL,
                  "no reply from " HERE
                  " within 5 s to a request with key 5 (SHA1): it has "
                  "no such key or another one, and most servers are then silent (ask "
                  "without --key to see), it does not admit this host, or a firewall "
                  "drops UDP");
}
END_TEST

static const struct {
    unsigned exposed;
    const char *verb;
} exposures[] = {{4, "read"}, {2, "write to"}, {6, "read and write"}};

START_TEST(minds_an_open_key_file)
{
    struct authenticator exposed = {.name = "key 5 (SHA1)",
                                    .exposed = exposures[_i].exposed};
    char text[128];

    snapshot.server_count = 2;
    servers[0].authenticator = servers[1].authenticator = &exposed;
    settings.key_file = "/etc/keys";
    ck_assert_int_eq(judge(&ntp_check), STATE_WARNING);
    snprintf(text, sizeof text,
             "everybody may %s the key file /etc/keys: chmod o= it, and change the keys "
             "on all sides",
             exposures[_i].verb);
    assert_reason(STATE_WARNING, text);
    ck_assert_uint_eq(result.reason_count, 3);
}
END_TEST

/* Of several servers it is said once, and also where the first one got no keys. */
START_TEST(minds_open_certificates)
{
    struct authenticator exposed = {.name = "NTS", .exposed = 2};

    snapshot.server_count = 3;
    servers[1].authenticator = servers[2].authenticator = &exposed;
    settings.nts = true;
    settings.trusted_certs = "/etc/ca.pem";
    ck_assert_int_eq(judge(&ntp_check), STATE_WARNING);
    assert_reason(STATE_WARNING,
                  "everybody may write to the trusted certificates /etc/ca.pem: chmod "
                  "o-w them, and see whose they are");
    ck_assert_uint_eq(result.reason_count, 3);
}
END_TEST

START_TEST(explains_names)
{
    servers[0].name = "ntp1.example.net";
    servers[0].found = TARGET_NO_ADDRESS;
    servers[0].reason = "Name or service not known";
    ck_assert_int_eq(judge(&ntp_check), STATE_UNKNOWN);
    assert_reason(
        STATE_UNKNOWN,
        "-H 'ntp1.example.net' does not resolve (Name or service not known): see "
        "the name servers, or give an address");
    servers[0].found = TARGET_NO_FAMILY;
    ck_assert_int_eq(judge(&ntp_check), STATE_UNKNOWN);
    assert_reason(
        STATE_UNKNOWN,
        "-H 'ntp1.example.net' has no address of that family: leave out -4 or -6");
    servers[0].family = AF_INET6;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(
        STATE_CRITICAL,
        "ntp1.example.net has no IPv6 address: give it one in the DNS, or leave "
        "out --both-families");
    servers[0].family = AF_INET;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(
        STATE_CRITICAL,
        "ntp1.example.net has no IPv4 address: give it one in the DNS, or leave "
        "out --both-families");
}
END_TEST

static const struct {
    const char *code;
    enum state state;
    const char *text;
} kisses[] = {
    {"RATE", STATE_WARNING,
     "it is asked too often from here: ask less often, or see ratelimit in chrony.conf"},
    {"DENY", STATE_CRITICAL, "it refuses to serve this host: see its access rules"},
    {"RSTR", STATE_CRITICAL, "it refuses to serve this host: see its access rules"},
    {"INIT", STATE_CRITICAL, "it is not synchronised yet: see its sources"},
    {"STEP", STATE_CRITICAL,
     "it has stepped its clock and is not synchronised again yet"},
    {"?x", STATE_CRITICAL, "it refuses to give its time: see its log"},
    {"rate", STATE_CRITICAL, "it refuses to give its time: see its log"},
};

START_TEST(explains_kisses)
{
    char text[REASON_TEXT];

    servers[0].answer.error = PROBE_UNUSABLE;
    servers[0].answer.unusable = PACKET_KISS;
    snprintf(servers[0].reference_id, REFERENCE_TEXT, "%s", kisses[_i].code);
    ck_assert_int_eq(judge(&ntp_check), kisses[_i].state);
    snprintf(text, sizeof text, HERE " answers with a kiss-o'-death, %s: %s",
             kisses[_i].code, kisses[_i].text);
    assert_reason(kisses[_i].state, text);
    ck_assert_uint_eq(result.reason_count, 1);
    ck_assert_uint_eq(result.measurement_count, 0);
}
END_TEST

static const struct {
    enum packet_error error;
    const char *text;
} uselesses[] = {
    {PACKET_UNSYNCHRONISED,
     HERE " is not synchronised and has no time to offer: see its sources"},
    {PACKET_BAD_STRATUM,
     HERE " gives a useless answer: its stratum is above 16; clients ignore it, see its "
          "clock and its software"},
    {PACKET_NO_TIME, HERE " gives a useless answer: it has no time in it; clients ignore "
                          "it, see its clock and its software"},
    {PACKET_REVERSED,
     HERE " gives a useless answer: it left before the request arrived; clients ignore "
          "it, see its clock and its software"},
    {PACKET_FUTURE,
     HERE " gives a useless answer: its reference time is in the future; clients ignore "
          "it, see its clock and its software"},
    {PACKET_HELD,
     HERE " gives a useless answer: it was held for longer than the whole round trip "
          "took; clients ignore it, see its clock and its software"},
};

START_TEST(explains_useless_answers)
{
    servers[0].answer.error = PROBE_UNUSABLE;
    servers[0].answer.unusable = uselesses[_i].error;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(STATE_CRITICAL, uselesses[_i].text);
    ck_assert_uint_eq(result.measurement_count, 0);
}
END_TEST

/* --- several --- */

static void ask(size_t count, ...)
{
    va_list offsets_of;

    va_start(offsets_of, count);
    snapshot.server_count = count;
    for (size_t i = 0; i < count; i++)
        servers[i].answer.sample.offset = va_arg(offsets_of, double);
    va_end(offsets_of);
}

START_TEST(likes_a_group_that_agrees)
{
    ask(3, 1e-3, -2e-3, 4e-3);
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    ck_assert_uint_eq(result.reason_count, 1);
    assert_reason(STATE_OK,
                  "clock is 1 ms ahead of 192.0.2.1, 2 ms behind 192.0.2.2 and 4 "
                  "ms ahead of 192.0.2.3");
    ck_assert_uint_eq(result.measurement_count, 7);
    ck_assert_double_eq(measured("offset"), 4e-3);
    ck_assert_double_eq(measured("disagreement"), 0);
    ck_assert_double_eq_tol(measured("difference"), 6e-3, 1e-12);
}
END_TEST

START_TEST(names_a_few_of_many)
{
    ask(6, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3);
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    assert_reason(STATE_OK,
                  "clock is 1 ms ahead of 192.0.2.1, 1 ms ahead of 192.0.2.2, 1 ms ahead "
                  "of 192.0.2.3, 1 ms ahead of 192.0.2.4 and so on (6 servers)");
}
END_TEST

/* Each is judged by its name; the worst is the datum. */
START_TEST(judges_each_of_a_group)
{
    ask(3, 1e-3, -5e-3, 2e-3);
    servers[1].answer.packet.stratum = 7;
    servers[2].answer.packet.root_dispersion = 2;
    ck_assert_int_eq(judge(&ntp_check), STATE_WARNING);
    assert_reason(STATE_WARNING, "192.0.2.2: stratum 7 (warning limit 1:5)");
    assert_reason(STATE_WARNING, "192.0.2.3: root_distance 2.003 s (warning limit 1 s)");
    ck_assert_double_eq(measured("offset"), -5e-3);
    ck_assert_double_eq(measured("stratum"), 7);
    ck_assert_double_gt(measured("root_distance"), 2);
}
END_TEST

/* The bounds of each are 4 ms: they contradict each other beyond 8 ms. */
static const struct {
    size_t count;
    double offsets[SERVERS];
    enum state state;
    double disagreement, difference;
    const char *text; /* NULL: nobody is accused */
} groups[] = {
    {2, {0, 8e-3}, STATE_OK, 0, 8e-3, NULL},
    {2, {0, 8.5e-3}, STATE_OK, 0.5e-3, 8.5e-3, NULL}, /* within the limit */
    {2,
     {0, 9.5e-3},
     STATE_WARNING,
     1.5e-3,
     9.5e-3,
     "192.0.2.1 and 192.0.2.2 contradict each other, and no majority tells which of them "
     "is wrong: ask more servers"},
    {2,
     {0, 0.25},
     STATE_CRITICAL,
     0.242,
     0.25,
     "192.0.2.1 and 192.0.2.2 contradict each other, and no majority tells which of them "
     "is wrong: ask more servers"},
    {3, {0, 0.25, 1e-3}, STATE_CRITICAL, 0.242, 0.25, "odd one out: 192.0.2.2"},
    {3, {-0.25, 0, 1e-3}, STATE_CRITICAL, 0.243, 0.251, "odd one out: 192.0.2.1"},
    {3, {0, 5e-3, 0.5}, STATE_CRITICAL, 0.492, 0.5, "odd one out: 192.0.2.3"},
    /* The second one could go with either. */
    {3,
     {0, 6e-3, 12e-3},
     STATE_WARNING,
     4e-3,
     12e-3,
     "192.0.2.1 and 192.0.2.3 contradict each other, and no majority tells which of them "
     "is wrong: ask more servers"},
    {3,
     {0, 0.25, 0.5},
     STATE_CRITICAL,
     0.492,
     0.5,
     "192.0.2.1 and 192.0.2.3 contradict each other, and no majority tells which of them "
     "is wrong: ask more servers"},
    {4,
     {0, 0, 0.25, 0.25},
     STATE_CRITICAL,
     0.242,
     0.25,
     "192.0.2.1 and 192.0.2.3 contradict each other, and no majority tells which of them "
     "is wrong: ask more servers"},
    {4, {0, 1e-3, 0.25, 2e-3}, STATE_CRITICAL, 0.242, 0.25, "odd one out: 192.0.2.3"},
    {5,
     {0, 0.25, 1e-3, 0.25, 2e-3},
     STATE_CRITICAL,
     0.242,
     0.25,
     "odd ones out: 192.0.2.2, 192.0.2.4"},
    {6,
     {0, 1e-3, -1e-3, 0.3, 0, 0},
     STATE_CRITICAL,
     0.293,
     0.301,
     "odd one out: 192.0.2.4"},
};

START_TEST(finds_the_odd_one_out)
{
    give(&ntp_check, "offset", "~:", "~:");
    snapshot.server_count = groups[_i].count;
    for (size_t i = 0; i < groups[_i].count; i++) {
        servers[i].answer.packet.precision = 0;
        servers[i].answer.sample.offset = groups[_i].offsets[i];
    }
    ck_assert_int_eq(judge(&ntp_check), groups[_i].state);
    ck_assert_double_eq_tol(measured("disagreement"), groups[_i].disagreement, 1e-12);
    ck_assert_double_eq_tol(measured("difference"), groups[_i].difference, 1e-12);
    if (groups[_i].text)
        assert_reason(groups[_i].state, groups[_i].text);
    else
        ck_assert_uint_eq(result.reason_count, 1);
}
END_TEST

/* Only good ones are compared: of one there is nothing to say. */
START_TEST(compares_only_good_ones)
{
    ask(3, 0.0, 0.25, 0.0);
    servers[1].answer.packet.reference_id = REFERENCE_ID_LOCAL;
    servers[2].answer.error = PROBE_TIMEOUT;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    ck_assert(isnan(measured("disagreement")));
    ck_assert(isnan(measured("difference")));
    assert_reason(
        STATE_CRITICAL,
        "192.0.2.2 serves its local reference as the truth, stratum 2: no source "
        "steers its clock, see its sources, and local in chrony.conf");
    assert_reason(
        STATE_OK,
        "clock is 0 s ahead of 192.0.2.1, round trip 2 ms, stratum 2, reference "
        "id 192.0.2.99, no leap second is announced");
}
END_TEST

START_TEST(tells_who_announces_a_leap_second)
{
    ask(2, 0.0, 0.0);
    servers[1].answer.packet.leap_status = LEAP_INSERT;
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    assert_reason(STATE_OK, "192.0.2.2 says that a leap second will be inserted");
}
END_TEST

/* --- two views of one chronyd --- */

static void agree(void)
{
}

static void leap_known(void)
{
    snapshot.tracking.leap_status = snapshot.tracking_later.leap_status = LEAP_INSERT;
}

static void leap_known_to_another(void)
{
    leap_known();
    servers[0].answer.packet.stratum = 1;
}

static void leap_passed_on(void)
{
    leap_known();
    servers[0].answer.packet.leap_status = LEAP_INSERT;
}

static void leap_made_up(void)
{
    servers[0].answer.packet.leap_status = LEAP_DELETE;
}

static void other_daemon(void)
{
    servers[0].answer.packet.stratum = 1;
    servers[0].answer.packet.reference_id = 0x47505300;
    servers[0].answer.packet.reference += UINT64_C(8) << 32;
}

static void other_time(void)
{
    servers[0].answer.packet.reference -= UINT64_C(2) << 32;
}

static void no_time(void)
{
    servers[0].answer.packet.reference = 0;
}

/* Between the two questions chronyd has selected another source. */
static void updated_before_ntp(void)
{
    snapshot.tracking.reference_id = 0xc0000264;
    snapshot.tracking.stratum = 3;
    snapshot.tracking.reference_time.seconds -= 64;
}

static void updated_after_ntp(void)
{
    snapshot.tracking_later.reference_id = 0xc0000264;
    snapshot.tracking_later.stratum = 3;
    snapshot.tracking_later.reference_time.seconds += 64;
}

static void moving_reference_time(void)
{
    servers[0].answer.packet.reference += UINT64_C(0x80000000);
}

static void ntp_unsynchronised(void)
{
    servers[0].answer.error = PROBE_UNUSABLE;
    servers[0].answer.unusable = PACKET_UNSYNCHRONISED;
    servers[0].answer.packet.leap_status = LEAP_UNSYNCHRONISED;
    servers[0].answer.packet.stratum = 0;
    servers[0].answer.packet.reference_id = 0;
    servers[0].answer.packet.reference = 0;
}

static void chronyd_unsynchronised(void)
{
    snapshot.tracking = snapshot.tracking_later =
        (struct tracking){.leap_status = LEAP_UNSYNCHRONISED};
}

static void both_unsynchronised(void)
{
    ntp_unsynchronised();
    chronyd_unsynchronised();
}

static void smoothed(void)
{
    servers[0].answer.packet.reference_id = REFERENCE_ID_SMOOTHED;
    servers[0].answer.packet.reference += UINT64_C(5) << 32;
    leap_known();
}

static void smoothed_elsewhere(void)
{
    smoothed();
    servers[0].answer.packet.stratum = 5;
}

static void leap_of_no_meaning(void)
{
    snapshot.tracking.leap_status = snapshot.tracking_later.leap_status = 42;
}

static void chronyd_silent(void)
{
    snapshot.tracking_error = SESSION_TIMEOUT;
}

static void refuses(void)
{
    servers[0].answer.error = PROBE_REFUSED;
}

#define OTHERWISE "192.0.2.1 answers otherwise than chronyd says ("
#define WHOSE     "): who holds the port? see bindaddress"

static const struct {
    void (*change)(void);
    enum state state;
    const char *text; /* NULL: there is nothing to say of the comparison */
} comparisons[] = {
    {agree, STATE_OK, "192.0.2.1 answers as its chronyd says"},
    {updated_before_ntp, STATE_OK, "192.0.2.1 answers as its chronyd says"},
    {updated_after_ntp, STATE_OK, "192.0.2.1 answers as its chronyd says"},
    {moving_reference_time, STATE_OK, "192.0.2.1 answers as its chronyd says"},
    {leap_passed_on, STATE_OK, "192.0.2.1 answers as its chronyd says"},
    {smoothed, STATE_OK, "192.0.2.1 answers as its chronyd says"},
    {leap_known, STATE_WARNING,
     "192.0.2.1 does not pass on the leap second that its chronyd knows of: right only "
     "for a leap smear, see leapsecmode in chrony.conf"},
    {leap_known_to_another, STATE_CRITICAL,
     OTHERWISE "leap status normal against insert second, stratum 1 against 2" WHOSE},
    {leap_of_no_meaning, STATE_CRITICAL,
     OTHERWISE "leap status normal against unknown" WHOSE},
    {leap_made_up, STATE_CRITICAL,
     OTHERWISE "leap status delete second against normal" WHOSE},
    {other_daemon, STATE_CRITICAL,
     OTHERWISE "stratum 1 against 2, reference id 47505300 against C0000263, reference "
               "time 8 s later" WHOSE},
    {other_time, STATE_CRITICAL, OTHERWISE "reference time 2 s earlier" WHOSE},
    {no_time, STATE_CRITICAL, OTHERWISE "no reference time" WHOSE},
    {smoothed_elsewhere, STATE_CRITICAL, OTHERWISE "stratum 5 against 2" WHOSE},
    {ntp_unsynchronised, STATE_CRITICAL,
     OTHERWISE "leap status not synchronised against normal, stratum 0 against 2, "
               "reference id 00000000 against C0000263, no reference time" WHOSE},
    {chronyd_unsynchronised, STATE_CRITICAL,
     OTHERWISE "leap status normal against not synchronised, stratum 2 against 0, "
               "reference id C0000263 against 00000000, a reference time" WHOSE},
    {both_unsynchronised, STATE_CRITICAL, NULL},
    {chronyd_silent, STATE_CRITICAL, NULL},
    {refuses, STATE_CRITICAL, NULL},
};

START_TEST(compares_both_views)
{
    bool is_told = false;

    settings.compare = true;
    comparisons[_i].change();
    ck_assert_int_eq(judge(&ntp_check), comparisons[_i].state);
    if (comparisons[_i].text)
        assert_reason(comparisons[_i].state, comparisons[_i].text);
    for (size_t i = 0; i < result.reason_count; i++)
        is_told = is_told || strstr(result.reasons[i].text, OTHERWISE);
    ck_assert_int_eq(is_told,
                     comparisons[_i].text && strstr(comparisons[_i].text, OTHERWISE));
    settings.compare = false;
    snapshot.tracking_error = SESSION_TIMEOUT;
    judge(&ntp_check);
    for (size_t i = 0; i < result.reason_count; i++)
        ck_assert_ptr_null(strstr(result.reasons[i].text, "chronyd says"));
}
END_TEST

START_TEST(minds_a_chronyd_that_is_silent)
{
    settings.compare = true;
    chronyd_silent();
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    ck_assert_uint_eq(result.reason_count, 2);
    ck_assert_ptr_nonnull(
        strstr(result.reasons[0].text, "no reply from 127.0.0.1 port 323 within 5 s: "));
    ck_assert_double_eq(measured("offset"), 1e-3);
}
END_TEST

/* The longest sentence that there can be is whole. */
START_TEST(says_all_of_it)
{
    settings.compare = true;
    snprintf(servers[0].label, SERVER_TEXT, "2001:0db8:1111:2222:3333:4444:5555:6666");
    servers[0].answer.packet.leap_status = LEAP_DELETE;
    servers[0].answer.packet.stratum = 15;
    servers[0].answer.packet.reference_id = 0;
    servers[0].answer.packet.reference += UINT64_C(1234567) << 32;
    snapshot.tracking_later.leap_status = LEAP_INSERT;
    snapshot.tracking.leap_status = LEAP_INSERT;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(
        STATE_CRITICAL,
        "2001:0db8:1111:2222:3333:4444:5555:6666 answers otherwise than chronyd "
        "says (leap status delete second against insert second, stratum 15 "
        "against 2, reference id 00000000 against C0000263, reference time 14.3 "
        "d later): who holds the port? see bindaddress");
}
END_TEST

/* --- what is needed, and the table --- */

START_TEST(needs_little)
{
    ck_assert_uint_eq(ntp_check.needs(&settings), NEED_NTP_PROBE);
    settings.compare = true;
    ck_assert_uint_eq(ntp_check.needs(&settings), NEED_NTP_PROBE | NEED_TRACKING);
}
END_TEST

static const struct cell *cell_of(size_t row, const char *name)
{
    const struct table *table = &result.tables[0];

    for (size_t i = 0; i < table->column_count; i++)
        if (!strcmp(table->columns[i].name, name))
            return &table->cells[row * table->column_count + i];
    ck_abort_msg("no column %s", name);
}

START_TEST(tabulates)
{
    settings.verbose = true;
    ask(4, 1e-3, 0.0, 0.0, 0.0);
    servers[1].answer.error = PROBE_TIMEOUT;
    servers[2].answer.error = PROBE_UNUSABLE;
    servers[2].answer.unusable = PACKET_KISS;
    servers[3].found = TARGET_NO_FAMILY;
    servers[0].authenticator = servers[1].authenticator = &authenticator;
    judge(&ntp_check);
    ck_assert_uint_eq(result.table_count, 1);
    ck_assert_str_eq(result.tables[0].name, "servers");
    ck_assert_uint_eq(result.tables[0].row_count, 4);
    ck_assert_str_eq(cell_of(0, "server")->text, "192.0.2.1");
    ck_assert_str_eq(cell_of(0, "address")->text, HERE);
    ck_assert_str_eq(cell_of(0, "answer")->text, "good");
    ck_assert_str_eq(cell_of(0, "authentication")->text, "key 5 (SHA1)");
    ck_assert_ptr_null(cell_of(1, "authentication")->text);
    ck_assert_str_eq(cell_of(0, "leap status")->text, "normal");
    ck_assert_str_eq(cell_of(0, "reference id")->text, "192.0.2.99");
    ck_assert_double_eq(cell_of(0, "offset")->number, 1e-3);
    ck_assert_double_eq(cell_of(0, "round trip")->number, 2e-3);
    ck_assert_double_eq(cell_of(0, "stratum")->number, 2);
    ck_assert_double_eq(cell_of(0, "reference age")->number, 10);
    ck_assert_double_eq(cell_of(0, "root delay")->number, 0.004);
    ck_assert_double_eq(cell_of(0, "root dispersion")->number, 0.001);
    ck_assert_double_eq(cell_of(0, "precision")->number, 0x1p-20);
    ck_assert_double_gt(cell_of(0, "root distance")->number, 0.004);
    ck_assert_str_eq(cell_of(1, "answer")->text, "no reply");
    ck_assert_str_eq(cell_of(2, "answer")->text, "a kiss-o'-death");
    ck_assert_str_eq(cell_of(3, "answer")->text, "no address");
    for (size_t row = 1; row < 4; row++) {
        ck_assert(isnan(cell_of(row, "offset")->number));
        ck_assert(isnan(cell_of(row, "stratum")->number));
        ck_assert_ptr_null(cell_of(row, "reference id")->text);
    }
}
END_TEST

/* --- NTS --- */

#define KEYS "no keys for 192.0.2.1 from 192.0.2.1 port 4460: "

static void give_keys(size_t index, struct nts_outcome outcome)
{
    struct ntp_keys *keys = &servers[index].keys;

    snprintf(keys->place, sizeof keys->place, "192.0.2.%zu port 4460", index + 1);
    keys->outcome = outcome;
    keys->port = 123;
    if (outcome.error)
        servers[index].answer.error = PROBE_NO_KEYS;
}

static const struct {
    struct nts_outcome outcome;
    enum state state;
    const char *reason;
} refusals[] = {
    {{.error = NTS_SILENT, .certificate_days = NAN},
     STATE_WARNING, /* that of --timeout here */
     KEYS "it accepts the connection, but does not answer in time: see its load and its "
          "log"},
    {{.error = NTS_TIMEOUT, .certificate_days = NAN},
     STATE_WARNING,
     KEYS "there is no connection in time: it is down, or a firewall drops TCP"},
    {{.error = NTS_REFUSED, .certificate_days = NAN},
     STATE_CRITICAL,
     KEYS "connection refused: chronyd listens there with ntsserverkey and "
          "ntsservercert (chrony.conf), see also ntsport"},
    {{.error = NTS_UNREACHABLE, .certificate_days = NAN},
     STATE_WARNING,
     KEYS "it cannot be reached: there is no route from this host, or a rule of this "
          "host forbids it"},
    {{.error = NTS_FAILED, .certificate_days = NAN},
     STATE_UNKNOWN,
     KEYS "this system gave no socket or memory: see the limits of this process"},
    {{.error = NTS_CLOSED, .certificate_days = NAN},
     STATE_CRITICAL,
     KEYS "it closes the connection without an answer: see its log; for chronyd also "
          "ntsratelimit, maxntsconnections and the files of ntsserverkey and "
          "ntsservercert"},
    {{.error = NTS_NO_TLS, .reason = "Handshake failed", .certificate_days = NAN},
     STATE_CRITICAL,
     KEYS "there is no TLS 1.3 with it (Handshake failed): who holds the port? else see "
          "its log"},
    {{.error = NTS_NO_NTS, .certificate_days = NAN},
     STATE_CRITICAL,
     KEYS "it does not speak NTS (ntske/1): who holds the port?"},
    {{.error = NTS_EXPIRED, .expires = 1767323040, .certificate_days = -1},
     STATE_CRITICAL,
     KEYS "its certificate has expired on 2026-01-02 03:04 UTC: renew it, and see that "
          "the server reads the new one"},
    {{.error = NTS_EXPIRED, .expires = 1767323040, .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "its certificate has expired (not its own, one that signs it): renew it, and "
          "see that the server reads the new one"},
    {{.error = NTS_NOT_YET, .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "its certificate is not valid yet: see the clocks of both sides"},
    {{.error = NTS_OTHER_NAME, .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "its certificate is not for that name: ask it by a name that is in its "
          "certificate, or get it one for this name"},
    {{.error = NTS_UNTRUSTED, .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "nobody who is trusted has signed its certificate: name the file of the one "
          "who has with --trusted-certs, or see who answers in its place"},
    {{.error = NTS_BAD_CERTIFICATE, .certificate_days = 40},
     STATE_CRITICAL,
     KEYS
     "its certificate is missing, revoked, badly signed or of no use: get it another "
     "one"},
    {{.error = NTS_BAD_CERTIFICATE,
      .reason = "its RSA key is too large",
      .certificate_days = 40},
     STATE_CRITICAL,
     KEYS
     "its certificate is missing, revoked, badly signed or of no use (its RSA key is "
     "too large): get it another one"},
    {{.error = NTS_BAD_RESPONSE, .record = NTS_RECORD_NO_COOKIE, .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "useless response: it has no cookie that can be used: clients get no keys of "
          "it either, see its software and its log"},
    {{.error = NTS_BAD_RESPONSE,
      .record = NTS_RECORD_ERROR,
      .code = 2,
      .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "useless response: it is an error, 2: an internal error: clients get no keys "
          "of it either, see its software and its log"},
    {{.error = NTS_BAD_RESPONSE,
      .record = NTS_RECORD_WARNING,
      .code = 7,
      .certificate_days = 40},
     STATE_CRITICAL,
     KEYS "useless response: it is a warning, 7: clients get no keys of it either, see "
          "its software and its log"},
};

START_TEST(explains_a_server_without_keys)
{
    settings.timeout_state = STATE_WARNING;
    give_keys(0, refusals[_i].outcome);
    servers[0].keys.port = 0;
    ck_assert_int_eq(judge(&ntp_check), refusals[_i].state);
    assert_reason(refusals[_i].state, refusals[_i].reason);
    ck_assert(!has_reason(STATE_OK, "the keys of 192.0.2.1 are for NTP on port 0"));
    ck_assert(isnan(measured("offset")));
}
END_TEST

/* Each certificate is judged, and the first to expire is told; also where there is no
 * time, and never twice. */
START_TEST(judges_certificates)
{
    snapshot.server_count = 4;
    give_keys(0, (struct nts_outcome){.certificate_days = 90});
    give_keys(1, (struct nts_outcome){.certificate_days = 29});
    give_keys(2, (struct nts_outcome){.error = NTS_BAD_RESPONSE, .certificate_days = 6});
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(STATE_WARNING, "192.0.2.2: certificate_days 29 (warning limit 30:)");
    assert_reason(STATE_CRITICAL, "192.0.2.3: certificate_days 6 (critical limit 7:)");
    assert_value("certificate_days", 6);
    give_keys(2, (struct nts_outcome){.error = NTS_EXPIRED, .certificate_days = -2});
    judge(&ntp_check);
    assert_value("certificate_days", -2);
    ck_assert(!has_reason(STATE_CRITICAL,
                          "192.0.2.3: certificate_days -2 (critical limit 7:)"));
}
END_TEST

START_TEST(says_where_time_is_served)
{
    struct authenticator nts = {.name = "NTS"};

    servers[0].authenticator = &nts;
    give_keys(0, (struct nts_outcome){.certificate_days = 90});
    servers[0].keys.port = settings.ntp_port;
    ck_assert_int_eq(judge(&ntp_check), STATE_OK);
    assert_reason(STATE_OK, "authenticated with NTS");
    servers[0].keys.port = 11123;
    judge(&ntp_check);
    assert_reason(STATE_OK, "the keys of 192.0.2.1 are for NTP on port 11123");
    snprintf(servers[0].keys.host, NTS_HOST, "ntp.example");
    judge(&ntp_check);
    assert_reason(STATE_OK,
                  "the keys of 192.0.2.1 are for NTP at ntp.example port 11123");
    servers[0].answer.error = PROBE_REFUSED;
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    assert_reason(STATE_OK,
                  "the keys of 192.0.2.1 are for NTP at ntp.example port 11123");
    servers[0].found = TARGET_NO_ADDRESS;
    servers[0].reason = "Name or service not known";
    ck_assert_int_eq(judge(&ntp_check), STATE_CRITICAL);
    ck_assert(!has_reason(STATE_OK,
                          "the keys of 192.0.2.1 are for NTP at ntp.example port 11123"));
    assert_reason(
        STATE_CRITICAL,
        "the NTP server 'ntp.example' that 192.0.2.1 port 4460 has keys for has "
        "no address (Name or service not known): see its configuration, and the "
        "name servers");
}
END_TEST

/* Who serves NTP for the keys, and whether that is the chronyd of --compare. */
static const struct {
    const char *host, *command_host;
    bool is_compared;
} splits[] = {
    {"", NULL, true},
    {"ntp.example", NULL, false},
    {"ntp.example", "ntp.example", true},
    {"192.0.2.1", NULL, true},
    {"192.0.2.11", NULL, false},
    {"192.0.2", NULL, false},
    {"NTP1.example", NULL, true},
};

START_TEST(compares_no_other_host)
{
    const bool is_compared = splits[_i].is_compared;
    char text[REASON_TEXT];

    settings.compare = true;
    settings.command_host = splits[_i].command_host;
    servers[0].name = "ntp1.example";
    snprintf(servers[0].label, SERVER_TEXT, "ntp1.example over IPv4");
    give_keys(0, (struct nts_outcome){.certificate_days = 90});
    snprintf(servers[0].keys.host, NTS_HOST, "%s", splits[_i].host);
    servers[0].answer.packet.stratum = 3;
    snprintf(text, sizeof text,
             "not compared with the chronyd of ntp1.example over IPv4, since %s serves "
             "its NTP: "
             "name the host of that one's chronyd with --command-host",
             splits[_i].host);
    ck_assert_int_eq(judge(&ntp_check), is_compared ? STATE_CRITICAL : STATE_OK);
    ck_assert(has_reason(STATE_OK, text) != is_compared);
    servers[0].answer.error = PROBE_REFUSED;
    judge(&ntp_check);
    ck_assert(has_reason(STATE_CRITICAL,
                         "connection refused: 192.0.2.1 port 123: its chronyd runs, but "
                         "does not listen there: add allow to chrony.conf, and see port "
                         "and bindaddress") == is_compared);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("ntp check");
    TCase *tcase = tcase_create("ntp check");

    tcase_add_checked_fixture(tcase, setup, judging_end);
    tcase_add_test(tcase, likes_a_good_server);
    add_table_test(tcase, judges_offset, offsets);
    add_table_test(tcase, judges_limits, limits);
    add_table_test(tcase, tells_the_leap_status, leaps);
    add_table_test(tcase, knows_local_references, references);
    tcase_add_test(tcase, minds_a_local_reference);
    tcase_add_test(tcase, allows_a_local_reference);
    add_table_test(tcase, explains_absence, absences);
    tcase_add_test(tcase, takes_silence_as_told);
    add_table_test(tcase, believes_nothing_unproven, forgeries);
    tcase_add_test(tcase, wants_no_mac_without_a_key);
    tcase_add_test(tcase, says_that_it_is_authenticated);
    add_table_test(tcase, minds_an_open_key_file, exposures);
    add_table_test(tcase, explains_a_server_without_keys, refusals);
    tcase_add_test(tcase, judges_certificates);
    tcase_add_test(tcase, says_where_time_is_served);
    add_table_test(tcase, compares_no_other_host, splits);
    tcase_add_test(tcase, minds_open_certificates);
    tcase_add_test(tcase, explains_names);
    add_table_test(tcase, explains_kisses, kisses);
    add_table_test(tcase, explains_useless_answers, uselesses);
    tcase_add_test(tcase, likes_a_group_that_agrees);
    tcase_add_test(tcase, names_a_few_of_many);
    tcase_add_test(tcase, judges_each_of_a_group);
    add_table_test(tcase, finds_the_odd_one_out, groups);
    tcase_add_test(tcase, compares_only_good_ones);
    tcase_add_test(tcase, tells_who_announces_a_leap_second);
    add_table_test(tcase, compares_both_views, comparisons);
    tcase_add_test(tcase, minds_a_chronyd_that_is_silent);
    tcase_add_test(tcase, says_all_of_it);
    tcase_add_test(tcase, needs_little);
    tcase_add_test(tcase, tabulates);
    suite_add_tcase(suite, tcase);
    return suite;
}
