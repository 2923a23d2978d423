/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NTP timestamps and packets, and a probe against a scripted server, with clocks of the
 * test's own. */
#include "fake_ntp.h"
#include "ntp/probe.h"
#include "runner.h"

#include <arpa/inet.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SECOND = NANOSECONDS_PER_SECOND };

static const int64_t start_of_2026 = 1767225600;

/* --- timestamps --- */

static const struct {
    int64_t seconds;
    uint32_t nanoseconds;
    uint64_t stamp;
} stamps[] = {
    {0, 0, UINT64_C(0x83aa7e8000000000)},
    {1767225600, 500000000, UINT64_C(0xed00378080000000)},
    {2085978495, 999999999, UINT64_C(0xfffffffffffffffb)}, /* the end of era 0, 2036 */
    {2085978496, 0, 0},
    {2147483648, 0, UINT64_C(0x03aa7e8000000000)}, /* 2^31, 2038 */
    {4294967296, 0, UINT64_C(0x83aa7e8000000000)}, /* 2^32, 2106 */
    {6380945792, 0, 0},                            /* the end of era 1, 2172 */
};

START_TEST(makes_timestamps)
{
    ck_assert_uint_eq(timestamp_of_unix(stamps[_i].seconds, stamps[_i].nanoseconds),
                      stamps[_i].stamp);
}
END_TEST

static const int64_t moments[] = {1767225600, 2085978495, 2085978496,
                                  2147483647, 2147483648, 4294967295,
                                  4294967296, 6380945791, 6380945792};
static const int64_t distances[] = {0, 1, 3600, 86400, INT64_C(2100000000)};

START_TEST(measures_across_eras)
{
    for (size_t i = 0; i < sizeof distances / sizeof distances[0]; i++) {
        uint64_t here = timestamp_of_unix(moments[_i], 250000000);
        uint64_t there = timestamp_of_unix(moments[_i] + distances[i], 750000000);

        ck_assert_double_eq_tol(timestamp_difference(there, here),
                                (double)distances[i] + 0.5, 1e-6);
        ck_assert_double_eq_tol(timestamp_difference(here, there),
                                -(double)distances[i] - 0.5, 1e-6);
    }
}
END_TEST

START_TEST(keeps_nanoseconds)
{
    uint64_t here = timestamp_of_unix(start_of_2026, 999999999);
    uint64_t there = timestamp_of_unix(start_of_2026 + 1, 0);

    ck_assert_double_eq_tol(timestamp_difference(there, here), 1e-9, 0.3e-9);
}
END_TEST

/* --- packets --- */

static const uint64_t nonce = UINT64_C(0x0123456789abcdef);
static uint8_t request[PACKET_MAX], reply[FAKE_NTP_MAX];

START_TEST(says_nothing_in_a_request)
{
    static const uint8_t expected[48] = {
        [0] = 0x23,  [40] = 0x01, [41] = 0x23, [42] = 0x45, [43] = 0x67,
        [44] = 0x89, [45] = 0xab, [46] = 0xcd, [47] = 0xef};

    memset(request, 0xff, sizeof request);
    ck_assert_uint_eq(packet_encode_request(nonce, request), 48);
    ck_assert_mem_eq(request, expected, 48);
}
END_TEST

/* An answer of a real chronyd 4.3: its bytes, and what they say. */
static const uint8_t recorded[48] = {
    0x24, 0x03, 0x00, 0xe6, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x05,
    0x7f, 0x00, 0x00, 0x09, 0xee, 0xae, 0x85, 0xd2, 0x26, 0xb8, 0xb1, 0x99,
    0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xee, 0xae, 0x85, 0xd3,
    0x26, 0xbb, 0x10, 0x00, 0xee, 0xae, 0x85, 0xd3, 0x26, 0xbe, 0x7f, 0x00};

START_TEST(decodes)
{
    struct ntp_packet packet;

    ck_assert_int_eq(packet_decode(recorded, 48, &packet), PACKET_OK);
    ck_assert_uint_eq(packet.leap_status, 0);
    ck_assert_uint_eq(packet.version, 4);
    ck_assert_uint_eq(packet.mode, 4);
    ck_assert_uint_eq(packet.stratum, 3);
    ck_assert_int_eq(packet.poll, 0);
    ck_assert_double_eq(packet.precision, 0x1p-26);
    ck_assert_double_eq(packet.root_delay, 3 / 65536.0);
    ck_assert_double_eq(packet.root_dispersion, 5 / 65536.0);
    ck_assert_uint_eq(packet.reference_id, 0x7f000009);
    ck_assert_uint_eq(packet.reference, UINT64_C(0xeeae85d226b8b199));
    ck_assert_uint_eq(packet.origin, nonce);
    ck_assert_uint_eq(packet.receive, UINT64_C(0xeeae85d326bb1000));
    ck_assert_uint_eq(packet.transmit, UINT64_C(0xeeae85d326be7f00));
    ck_assert_int_eq(packet_verify(&packet, nonce), PACKET_OK);
}
END_TEST

START_TEST(decodes_signs)
{
    uint8_t bytes[48] = {[2] = 0xfa, [3] = 0x80};
    struct ntp_packet packet;

    ck_assert_int_eq(packet_decode(bytes, 48, &packet), PACKET_OK);
    ck_assert_int_eq(packet.poll, -6);
    ck_assert_double_eq(packet.precision, 0x1p-128);
    memset(bytes + 3, 0xff, 9);
    bytes[3] = 0x7f;
    ck_assert_int_eq(packet_decode(bytes, 48, &packet), PACKET_OK);
    ck_assert_double_eq(packet.precision, 1); /* nothing is less precise */
    ck_assert_double_eq_tol(packet.root_delay, 65536, 1e-4);
    ck_assert_double_eq_tol(packet.root_dispersion, 65536, 1e-4);
}
END_TEST

static const struct {
    size_t length;
    enum packet_error error;
} lengths[] = {
    {0, PACKET_BAD_LENGTH},    {1, PACKET_BAD_LENGTH},    {47, PACKET_BAD_LENGTH},
    {48, PACKET_OK},           {49, PACKET_BAD_LENGTH},   {52, PACKET_OK},
    {68, PACKET_OK},           {72, PACKET_OK},           {1024, PACKET_OK},
    {1025, PACKET_BAD_LENGTH}, {1028, PACKET_BAD_LENGTH},
};

START_TEST(judges_length)
{
    struct ntp_packet packet;

    ck_assert_int_eq(packet_decode(reply, lengths[_i].length, &packet),
                     lengths[_i].error);
}
END_TEST

/* --- what follows the header --- */

enum { FIELD = 0x0104 };

/* The lengths of extension fields, as they say themselves, and of the packet. */
static const struct {
    uint8_t version;
    uint16_t fields[3];
    size_t length;
    bool good;
    struct packet_parts parts;
} tails[] = {
    {4, {0}, 48, true, {48, 0, 0}},
    {4, {0}, 52, true, {48, 4, 0}}, /* four zeros */
    {4, {1}, 52, false, {0}},
    {4, {0}, 56, false, {0}},
    {4, {0}, 60, false, {0}},
    {4, {0}, 64, false, {0}},
    {4, {16}, 64, true, {64, 0, 1}},
    {4, {12}, 64, false, {0}},
    {4, {18}, 64, false, {0}},
    {4, {18}, 88, false, {0}}, /* 22 bytes behind it are no MAC */
    {4, {20}, 64, false, {0}},
    {4, {0}, 68, true, {48, 20, 0}},
    {4, {20}, 68, true, {48, 20, 0}}, /* a MAC comes first */
    {4, {0}, 72, true, {48, 24, 0}},
    {4, {0}, 76, false, {0}},
    {4, {28}, 76, true, {76, 0, 1}},
    {4, {24}, 76, true, {72, 4, 1}},
    {4, {16}, 84, true, {64, 20, 1}},
    {4, {16}, 88, true, {64, 24, 1}},
    {4, {16, 16}, 80, true, {80, 0, 2}},
    {4, {16, 24, 32}, 140, true, {120, 20, 3}},
    {4, {16, 24, 32}, 120, true, {120, 0, 3}},
    {4, {976}, 1024, true, {1024, 0, 1}},
    {4, {980}, 1024, false, {0}},
    {4, {0xfffc}, 1024, false, {0}},
    {3, {0}, 48, true, {48, 0, 0}},
    {3, {0}, 52, true, {48, 4, 0}},
    {3, {28}, 76, true, {48, 28, 0}},
    {3, {0}, 1024, true, {48, 976, 0}},
};

START_TEST(tells_fields_from_macs)
{
    struct packet_parts parts;
    size_t at = 48;

    memset(reply, 0, sizeof reply);
    reply[0] = (uint8_t)(0x04 | tails[_i].version << 3);
    for (unsigned i = 0; i < 3 && tails[_i].fields[i]; i++) {
        reply[at] = FIELD >> 8;
        reply[at + 1] = FIELD & 0xff;
        reply[at + 2] = (uint8_t)(tails[_i].fields[i] >> 8);
        reply[at + 3] = (uint8_t)tails[_i].fields[i];
        at += tails[_i].fields[i];
    }
    ck_assert(packet_split(reply, tails[_i].length, &parts) == tails[_i].good);
    if (!tails[_i].good)
        return;
    ck_assert_uint_eq(parts.mac, tails[_i].parts.mac);
    ck_assert_uint_eq(parts.mac_length, tails[_i].parts.mac_length);
    ck_assert_uint_eq(parts.fields, tails[_i].parts.fields);
}
END_TEST

START_TEST(reads_fields)
{
    static const uint8_t bytes[] = {1, 4, 0, 20, 9, 9, 9, 9, 9, 9,
                                    9, 9, 9, 9,  9, 9, 9, 9, 9, 9};
    struct packet_field field;

    ck_assert(packet_read_field(bytes, sizeof bytes, 0, &field));
    ck_assert_uint_eq(field.type, FIELD);
    ck_assert_uint_eq(field.at, 0);
    ck_assert_uint_eq(field.length, 20);
    ck_assert(!packet_read_field(bytes, 19, 0, &field));
    ck_assert(!packet_read_field(bytes, sizeof bytes, 8, &field));
    ck_assert(!packet_read_field(bytes, sizeof bytes, sizeof bytes, &field));
    ck_assert(!packet_read_field(bytes, sizeof bytes, sizeof bytes + 4, &field));
}
END_TEST

/* --- the liar --- */

/* What packet.c says of what the liar sends, all in one. */
static enum packet_error judge(const struct fake_ntp *fake, uint64_t now)
{
    struct ntp_packet packet;
    struct ntp_sample sample;
    size_t length;
    enum packet_error error;

    packet_encode_request(nonce, request);
    length = fake_ntp_reply(fake, request, now, reply);
    error = packet_decode(reply, length, &packet);
    if (!error)
        error = packet_verify(&packet, nonce);
    if (!error)
        error = packet_measure(&packet, now, now, &sample);
    return error;
}

START_TEST(sees_through_lies)
{
    enum packet_error error =
        judge(&fake_ntp_lies[_i].fake, timestamp_of_unix(start_of_2026, 0));

    ck_assert_msg(error == fake_ntp_lies[_i].error, "%s: %s", fake_ntp_lies[_i].name,
                  packet_error_text(error));
}
END_TEST

/* Answers are good, and lies are seen, also where an era ends. */
START_TEST(sees_through_lies_in_any_era)
{
    for (size_t i = 0; i < FAKE_NTP_LIES; i++)
        for (int64_t around = -12; around <= 12; around += 4) {
            uint64_t now = timestamp_of_unix(moments[_i] + around, 1);
            enum packet_error error = judge(&fake_ntp_lies[i].fake, now);

            ck_assert_msg(error == fake_ntp_lies[i].error, "%s: %s",
                          fake_ntp_lies[i].name, packet_error_text(error));
        }
}
END_TEST

START_TEST(tells_answers_from_strangers)
{
    for (enum packet_error error = PACKET_OK; error <= PACKET_HELD; error++) {
        bool is_stranger = error >= PACKET_BAD_LENGTH && error <= PACKET_OTHER_ORIGIN;

        ck_assert_int_eq(packet_is_answer(error), !is_stranger);
        ck_assert_str_ne(packet_error_text(error), "unknown");
    }
}
END_TEST

static const struct {
    uint32_t id;
    const char *letters;
} ids[] = {
    {0x47505300, "GPS"},  {0x52415445, "RATE"}, {0x7c780000, "?x"},   {0, ""},
    {0x00475053, "?GPS"}, {0xd0415445, "?ATE"}, {0x1b5b324a, "??2J"}, {0x41004200, "A?B"},
};

START_TEST(reads_letters)
{
    struct ntp_packet packet = {.reference_id = ids[_i].id};
    char letters[PACKET_LETTERS];

    packet_letters(&packet, letters);
    ck_assert_str_eq(letters, ids[_i].letters);
}
END_TEST

/* Of a server that is so far ahead, over such a way there and back, and holds the request
 * so long; all in s. */
static const struct {
    double ahead, there, held, back, offset, round_trip;
} samples[] = {
    {0, 0, 0, 0, 0, 0},
    {0, 1e-3, 1e-4, 1e-3, 0, 2e-3},
    {0.25, 1e-3, 1e-4, 1e-3, -0.25, 2e-3},
    {-0.25, 1e-3, 1e-4, 1e-3, 0.25, 2e-3},
    {0, 3e-3, 0, 1e-3, -1e-3, 4e-3}, /* asymmetry is an error of half of itself */
    {86400, 1e-3, 0, 1e-3, -86400, 2e-3},
    {2e9, 1e-3, 0, 1e-3, -2e9, 2e-3},
    {0, 1e-4, 1e-3, -5e-4, -3e-4, 0}, /* less than nothing, but within the rounding */
};

START_TEST(measures)
{
    for (size_t m = 0; m < sizeof moments / sizeof moments[0]; m++) {
        const double arrived = samples[_i].there + samples[_i].held + samples[_i].back;
        uint64_t sent = timestamp_of_unix(moments[m], 0);
        struct fake_ntp fake = {.offset = samples[_i].ahead + samples[_i].there,
                                .held = samples[_i].held};
        struct ntp_packet packet;
        struct ntp_sample sample;

        packet_encode_request(nonce, request);
        fake_ntp_reply(&fake, request, sent, reply);
        ck_assert_int_eq(packet_decode(reply, 48, &packet), PACKET_OK);
        ck_assert_int_eq(packet_measure(&packet, sent,
                                        sent + (uint64_t)llround(arrived * 0x1p32),
                                        &sample),
                         PACKET_OK);
        ck_assert_double_eq_tol(sample.offset, samples[_i].offset, 1e-6);
        ck_assert_double_eq_tol(sample.round_trip, samples[_i].round_trip, 2e-9);
    }
}
END_TEST

/* A coarse clock may say that it held the request a tick longer than it did. */
START_TEST(forgives_a_coarse_clock)
{
    struct ntp_packet packet = {.precision = 0x1p-6, .receive = 1, .transmit = 1};
    struct ntp_sample sample;

    packet.transmit += (uint64_t)(15e-3 * 0x1p32);
    ck_assert_int_eq(packet_measure(&packet, 1, 1, &sample), PACKET_OK);
    ck_assert_double_eq(sample.round_trip, 0);
    packet.precision = 0x1p-20;
    ck_assert_int_eq(packet_measure(&packet, 1, 1, &sample), PACKET_HELD);
}
END_TEST

/* --- the clocks --- */

static const struct {
    double real, monotonic; /* s that passed */
    int64_t slack;          /* ns that each reading took */
    bool stepped;
} flights[] = {
    {0.02, 0.02, 1000, false},     {0, 0, 0, false},
    {0.0205, 0.02, 1000, false},   {0.0195, 0.02, 1000, false},
    {0.022, 0.02, 1000, true},     {0.018, 0.02, 1000, true},
    {3600.02, 0.02, 1000, true},   {-3600, 0.02, 1000, true},
    {-1.7e9, 0.02, 1000, true},    {2e9, 0.02, 1000, true},
    {0.022, 0.02, 2000000, false}, /* it cannot be told */
    {0.03, 0.02, 2000000, true},   {5, 5, 1000, false},
};

START_TEST(notices_steps)
{
    for (size_t m = 0; m < sizeof moments / sizeof moments[0]; m++) {
        uint64_t real = timestamp_of_unix(moments[m], 0);
        int64_t passed = llround(flights[_i].monotonic * SECOND);
        struct clock_reading first = {real, 1000, 1000 + flights[_i].slack};
        struct clock_reading second = {real +
                                           (uint64_t)llround(flights[_i].real * 0x1p32),
                                       1000 + passed, 1000 + passed + flights[_i].slack};

        ck_assert_int_eq(clock_was_stepped(&first, &second), flights[_i].stepped);
    }
}
END_TEST

/* --- etiquette --- */

static void read_address(const char *text, uint16_t port,
                         struct sockaddr_storage *address)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)address;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;

    memset(address, 0, sizeof *address);
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        return;
    }
    ck_assert_int_eq(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
}

static const struct {
    const char *address;
    int seconds;
} intervals[] = {
    {"127.0.0.1", 1},
    {"127.255.255.255", 1},
    {"10.1.2.3", 1},
    {"172.16.0.1", 1},
    {"172.31.255.255", 1},
    {"192.168.1.1", 1},
    {"169.254.1.1", 1},
    {"::1", 1},
    {"fe80::1", 1},
    {"febf::1", 1},
    {"fc00::1", 1},
    {"fdff::1", 1},
    {"11.0.0.1", 4},
    {"172.15.0.1", 4},
    {"172.32.0.1", 4},
    {"192.169.0.1", 4},
    {"192.0.2.1", 4},
    {"128.0.0.1", 4},
    {"0.0.0.0", 4},
    {"2001:db8::1", 4},
    {"fec0::1", 4},
    {"fe00::1", 4},
    {"::2", 4},
    {"::ffff:10.0.0.1", 4},
    {"7f00::1", 4},
    {"a00::1", 4},
};

START_TEST(knows_whose_network_it_is)
{
    struct sockaddr_storage address;

    read_address(intervals[_i].address, 123, &address);
    ck_assert_int_eq(probe_interval(&address), (int64_t)intervals[_i].seconds * SECOND);
}
END_TEST

/* --- a probe over a socket pair, in a time of its own --- */

static struct probe probe;
static struct sockaddr_storage addresses[3];
static int peer;
static struct clock_reading clocks; /* what the probe reads */

static struct clock_reading read_test_clocks(void)
{
    return clocks;
}

static void set_clocks(double real, int64_t monotonic)
{
    clocks = (struct clock_reading){timestamp_of_unix(start_of_2026, 0) +
                                        (uint64_t)llround(real * 0x1p32),
                                    monotonic, monotonic};
}

/* A probe of an address that is never connected to. */
static void attach(const char *address, double seconds)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    peer = ends[1];
    read_address(address, 123, &addresses[0]);
    probe_open(&probe, addresses, 1, (int64_t)(seconds * SECOND));
    probe.exchange.descriptor = ends[0];
    probe.read_clocks = read_test_clocks;
}

static void detach(void)
{
    probe_close(&probe);
    close(peer);
}

/* Both clocks go on as time does. */
static void step(double seconds)
{
    set_clocks(seconds, llround(seconds * SECOND));
    probe.exchange.step(&probe.exchange, llround(seconds * SECOND));
}

/* Takes the next request; false when there is none. */
static bool take(void)
{
    return recv(peer, request, sizeof request, 0) == 48;
}

static void send_reply(const struct fake_ntp *fake)
{
    size_t length = fake_ntp_reply(fake, request, clocks.real, reply);

    ck_assert_int_eq(send(peer, reply, length, 0), (ssize_t)length);
}

static void assert_settled(enum probe_error error)
{
    ck_assert(probe.exchange.done);
    ck_assert_int_eq(probe.answer.error, error);
}

START_TEST(asks_once)
{
    struct fake_ntp fake = {.offset = 0.05, .held = 0.001};

    attach("192.0.2.1", 5);
    step(0);
    ck_assert(take());
    ck_assert(!take());
    ck_assert_int_eq(probe.exchange.wake, (int64_t)4 * SECOND);
    step(0.01);
    send_reply(&fake);
    step(0.021);
    assert_settled(PROBE_OK);
    ck_assert_uint_eq(probe.answer.sent, 1);
    ck_assert_uint_eq(probe.answer.ignored, 0);
    ck_assert_double_eq_tol(probe.answer.sample.round_trip, 0.02, 1e-8);
    ck_assert_double_eq_tol(probe.answer.sample.offset, -0.05, 1e-8);
    ck_assert_uint_eq(probe.answer.packet.reference_id, 0xc0000209);
    ck_assert(!take());
    detach();
}
END_TEST

/* When it is asked again, in s; at the end comes silence. */
static const struct {
    const char *address;
    double timeout, due[4];
} schedules[] = {
    {"192.0.2.1", 5, {0, 4, 5}},        {"192.0.2.1", 3.9, {0, 3.9}},
    {"192.0.2.1", 4, {0, 4}},           {"192.0.2.1", 60, {0, 4, 8, 60}},
    {"10.0.0.1", 5, {0, 1, 2, 5}},      {"fe80::1", 60, {0, 1, 2, 60}},
    {"2001:db8::1", 60, {0, 4, 8, 60}}, {"127.0.0.1", 0.5, {0, 0.5}},
};

START_TEST(keeps_its_distance)
{
    const double *due = schedules[_i].due;
    uint64_t nonces[3] = {0};
    unsigned sent = 0;

    attach(schedules[_i].address, schedules[_i].timeout);
    for (; *due < schedules[_i].timeout; due++) {
        if (*due > 0) {
            step(*due - 0.001);
            ck_assert(!take());
        }
        step(*due);
        ck_assert(take());
        ck_assert(!take());
        memcpy(&nonces[sent++], request + 40, 8);
        ck_assert_int_eq(probe.exchange.wake, llround(due[1] * SECOND));
        ck_assert(!probe.exchange.done);
    }
    step(*due - 0.001);
    ck_assert(!probe.exchange.done);
    step(*due);
    assert_settled(PROBE_TIMEOUT);
    ck_assert(!take());
    ck_assert_uint_eq(probe.answer.sent, sent);
    ck_assert(nonces[0] != nonces[1] && (sent < 3 || nonces[1] != nonces[2]));
    detach();
}
END_TEST

START_TEST(takes_a_late_answer)
{
    struct fake_ntp fake = fake_ntp_honest();
    uint8_t first[48];

    attach("127.0.0.1", 5);
    step(0);
    ck_assert(take());
    memcpy(first, request, 48);
    step(1);
    ck_assert(take());
    memcpy(request, first, 48);
    send_reply(&fake);
    step(1.5);
    assert_settled(PROBE_OK);
    /* From the request that it answers: it came after a second, and half one later. */
    ck_assert_double_eq_tol(probe.answer.sample.round_trip, 1.5, 1e-8);
    ck_assert_double_eq_tol(probe.answer.sample.offset, -0.25, 1e-8);
    detach();
}
END_TEST

/* P1: each lie that is no answer is ignored, and the truth is heard behind it; each that
 * is one ends the probe, and is not answered with another request. */
START_TEST(hears_the_liar)
{
    struct fake_ntp fake = fake_ntp_honest();
    const enum packet_error error = fake_ntp_lies[_i].error;

    attach("127.0.0.1", 5);
    step(0);
    ck_assert(take());
    send_reply(&fake_ntp_lies[_i].fake);
    if (packet_is_answer(error)) {
        step(0.001);
        assert_settled(error ? PROBE_UNUSABLE : PROBE_OK);
        ck_assert_int_eq(probe.answer.unusable, error);
    } else {
        step(0.001);
        ck_assert(!probe.exchange.done);
        ck_assert_uint_eq(probe.answer.ignored, 1);
        ck_assert_int_eq(probe.answer.ignored_for, error);
        send_reply(&fake);
        step(0.002);
        assert_settled(PROBE_OK);
    }
    ck_assert_uint_eq(probe.answer.sent, 1);
    ck_assert(!take());
    detach();
}
END_TEST

/* What is not believed does not keep the truth away. */
START_TEST(does_not_believe)
{
    const struct fake_ntp fake = fake_ntp_honest();

    attach("127.0.0.1", 5);
    step(0);
    ck_assert(take());
    send_reply(&fake_ntp_unbelieved[_i].fake);
    step(0.001);
    ck_assert(!probe.exchange.done);
    ck_assert_int_eq(probe.answer.unauthentic, fake_ntp_unbelieved[_i].error);
    send_reply(&fake);
    step(0.002);
    assert_settled(PROBE_OK);
    ck_assert_uint_eq(probe.answer.sent, 1);
    detach();
}
END_TEST

/* An answer that is not believed is not asked for again: the probe ends when it would be.
 */
START_TEST(ends_unbelieving)
{
    static const struct fake_ntp fake = {.length = 68};
    const double timeout = _i ? 5 : 0.5, end = _i ? 1 : 0.5;

    attach("127.0.0.1", timeout);
    step(0);
    ck_assert(take());
    send_reply(&fake);
    step(end - 0.001);
    ck_assert(!probe.exchange.done);
    step(end);
    assert_settled(PROBE_UNAUTHENTIC);
    ck_assert_int_eq(probe.answer.unauthentic, AUTHENTICATION_UNWANTED);
    ck_assert(!take());
    detach();
}
END_TEST

/* P2: the clock is set while the sample travels: by how much, and what comes of it. */
static const struct {
    double step;
    enum probe_error error;
} steps[] = {
    {0, PROBE_OK},          {0.0005, PROBE_OK},           {-0.0005, PROBE_OK},
    {0.005, PROBE_STEPPED}, {-0.005, PROBE_STEPPED},      {3600, PROBE_STEPPED},
    {-3600, PROBE_STEPPED}, {-1767225600, PROBE_STEPPED}, {441763200, PROBE_STEPPED},
};

START_TEST(drops_a_sample_when_the_clock_was_stepped)
{
    struct fake_ntp fake = fake_ntp_honest();

    attach("127.0.0.1", 5);
    step(0);
    ck_assert(take());
    send_reply(&fake);
    set_clocks(0.01 + steps[_i].step, SECOND / 100);
    probe.exchange.step(&probe.exchange, SECOND / 100);
    assert_settled(steps[_i].error);
    ck_assert(!take());
    detach();
}
END_TEST

START_TEST(survives_a_flood)
{
    struct fake_ntp noise = {.patches = {{24, 8, {0}}}}, fake = fake_ntp_honest();
    size_t sent = 0;

    attach("127.0.0.1", 5);
    step(0);
    ck_assert(take());
    for (int round = 1; round <= 100; round++) {
        for (; sent < (size_t)round * 100; sent++)
            if (send(peer, reply, fake_ntp_reply(&noise, request, clocks.real, reply),
                     0) < 0)
                break;
        step(round * 1e-4);
        ck_assert(!probe.exchange.done);
    }
    while (probe.answer.ignored < sent)
        step(0.02);
    send_reply(&fake);
    step(0.03);
    assert_settled(PROBE_OK);
    ck_assert_uint_ge(sent, 5000);
    ck_assert_uint_eq(probe.answer.ignored, sent);
    ck_assert_int_eq(probe.answer.ignored_for, PACKET_OTHER_ORIGIN);
    detach();
}
END_TEST

START_TEST(takes_the_first_of_two_answers)
{
    struct fake_ntp fake = fake_ntp_honest(), other = {.offset = 9};

    attach("127.0.0.1", 5);
    step(0);
    ck_assert(take());
    send_reply(&fake);
    send_reply(&fake);
    send_reply(&other);
    step(0.001);
    assert_settled(PROBE_OK);
    ck_assert_double_lt(fabs(probe.answer.sample.offset), 0.01);
    detach();
}
END_TEST

/* --- over real sockets, in real time --- */

static int listener(const char *text, struct sockaddr_storage *address)
{
    socklen_t length = sizeof *address;
    int descriptor;

    read_address(text, 0, address);
    descriptor = socket(address->ss_family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)address, length), 0);
    ck_assert_int_eq(getsockname(descriptor, (struct sockaddr *)address, &length), 0);
    return descriptor;
}

/* An address of loopback where nothing listens. */
static void dead_address(struct sockaddr_storage *address)
{
    close(listener("127.0.0.1", address));
}

static void open_probe(size_t count, double seconds)
{
    probe_open(&probe, addresses, count,
               wait_now() + (int64_t)(seconds * NANOSECONDS_PER_SECOND));
}

static void wait_for_probe(void)
{
    struct exchange *exchange = &probe.exchange;

    wait_all(&exchange, 1);
    probe_close(&probe);
}

START_TEST(asks_a_server)
{
    struct fake_ntp fake = {.offset = 0.25};
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);

    read_address("127.0.0.1", port, &addresses[0]);
    open_probe(1, 20);
    wait_for_probe();
    fake_ntp_stop(process);
    assert_settled(PROBE_OK);
    ck_assert_double_lt(probe.answer.sample.round_trip, 1);
    ck_assert_double_eq_tol(probe.answer.sample.offset, -0.25,
                            probe.answer.sample.round_trip / 2 + 1e-6);
}
END_TEST

/* Whoever reads late sees the kernel's timestamp: here an hour later, by both clocks. */
static int64_t lateness;

static struct clock_reading read_late_clocks(void)
{
    struct timespec now;
    int64_t monotonic = wait_now() + lateness;

    clock_gettime(CLOCK_REALTIME, &now);
    return (struct clock_reading){
        timestamp_of_unix(now.tv_sec + lateness / SECOND, (uint32_t)now.tv_nsec),
        monotonic, monotonic};
}

START_TEST(measures_with_the_kernels_timestamp)
{
    struct fake_ntp fake = {.held = 0};
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);

    read_address("127.0.0.1", port, &addresses[0]);
    lateness = 0;
    open_probe(1, 20);
    probe.read_clocks = read_late_clocks;
    probe.exchange.step(&probe.exchange, wait_now());
    lateness = (int64_t)3600 * SECOND;
    wait_for_probe();
    fake_ntp_stop(process);
    assert_settled(PROBE_OK);
    ck_assert_double_lt(probe.answer.sample.round_trip, 60);
}
END_TEST

/* A stamp that is older than the request, or of a time to come: one clock was set. */
static const int64_t shifts[] = {3600, -3600};

START_TEST(doubts_a_timestamp_out_of_place)
{
    struct fake_ntp fake = {.held = 0};
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);

    read_address("127.0.0.1", port, &addresses[0]);
    lateness = shifts[_i] * SECOND;
    open_probe(1, 20);
    probe.read_clocks = read_late_clocks;
    wait_for_probe();
    fake_ntp_stop(process);
    assert_settled(PROBE_STEPPED);
}
END_TEST

START_TEST(is_refused_at_once)
{
    int64_t begun = wait_now();

    dead_address(&addresses[0]);
    open_probe(1, 20);
    wait_for_probe();
    assert_settled(PROBE_REFUSED);
    ck_assert_int_lt(wait_now() - begun, (int64_t)2 * SECOND);
}
END_TEST

START_TEST(goes_on_after_a_refusal)
{
    struct fake_ntp fake = fake_ntp_honest();
    uint16_t port = 0;
    pid_t process = fake_ntp_start(&fake, "127.0.0.1", &port, NULL);

    dead_address(&addresses[0]);
    dead_address(&addresses[1]);
    read_address("127.0.0.1", port, &addresses[2]);
    open_probe(3, 20);
    wait_for_probe();
    fake_ntp_stop(process);
    assert_settled(PROBE_OK);
    ck_assert_uint_eq(probe.telling, 2);
    ck_assert_uint_eq(probe.answer.sent, 3);
}
END_TEST

/* No way there is known before a packet is sent, and a refusal says more than that. */
START_TEST(tells_what_says_most)
{
    read_address("255.255.255.255", 123, &addresses[0]);
    dead_address(&addresses[1]);
    read_address("255.255.255.255", 123, &addresses[2]);
    open_probe(3, 20);
    wait_for_probe();
    assert_settled(PROBE_REFUSED);
    ck_assert_uint_eq(probe.telling, 1);
    ck_assert_uint_eq(probe.answer.sent, 1);
}
END_TEST

START_TEST(has_no_way)
{
    read_address("255.255.255.255", 123, &addresses[0]);
    open_probe(1, 20);
    wait_for_probe();
    assert_settled(PROBE_UNREACHABLE);
    ck_assert_uint_eq(probe.answer.sent, 0);
}
END_TEST

START_TEST(hears_only_whom_it_asked)
{
    struct sockaddr_storage elsewhere;
    struct sockaddr_in client;
    socklen_t length = sizeof client;
    struct fake_ntp fake = fake_ntp_honest();
    int first = listener("127.0.0.1", &addresses[0]);
    int stranger = listener("127.0.0.1", &elsewhere);
    size_t size;

    open_probe(1, 20);
    probe.exchange.step(&probe.exchange, wait_now());
    ck_assert_int_eq(
        recvfrom(first, request, sizeof request, 0, (struct sockaddr *)&client, &length),
        48);
    size = fake_ntp_reply(&fake, request, timestamp_of_unix(start_of_2026, 0), reply);
    sendto(stranger, reply, size, 0, (struct sockaddr *)&client, length);
    probe.exchange.step(&probe.exchange, wait_now());
    ck_assert(!probe.exchange.done);
    ck_assert_uint_eq(probe.answer.ignored, 0);
    probe_close(&probe);
    close(first);
    close(stranger);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("ntp");
    TCase *packets = tcase_create("packets"), *pairs = tcase_create("probes");
    TCase *sockets = tcase_create("sockets");

    add_table_test(packets, makes_timestamps, stamps);
    add_table_test(packets, measures_across_eras, moments);
    tcase_add_test(packets, keeps_nanoseconds);
    tcase_add_test(packets, says_nothing_in_a_request);
    tcase_add_test(packets, decodes);
    tcase_add_test(packets, decodes_signs);
    add_table_test(packets, judges_length, lengths);
    add_table_test(packets, tells_fields_from_macs, tails);
    tcase_add_test(packets, reads_fields);
    tcase_add_loop_test(packets, sees_through_lies, 0, FAKE_NTP_LIES);
    add_table_test(packets, sees_through_lies_in_any_era, moments);
    tcase_add_test(packets, tells_answers_from_strangers);
    add_table_test(packets, reads_letters, ids);
    add_table_test(packets, measures, samples);
    tcase_add_test(packets, forgives_a_coarse_clock);
    suite_add_tcase(suite, packets);

    add_table_test(pairs, notices_steps, flights);
    add_table_test(pairs, knows_whose_network_it_is, intervals);
    tcase_add_test(pairs, asks_once);
    add_table_test(pairs, keeps_its_distance, schedules);
    tcase_add_test(pairs, takes_a_late_answer);
    tcase_add_loop_test(pairs, hears_the_liar, 0, FAKE_NTP_LIES);
    tcase_add_loop_test(pairs, does_not_believe, 0, FAKE_NTP_UNBELIEVED);
    tcase_add_loop_test(pairs, ends_unbelieving, 0, 2);
    add_table_test(pairs, drops_a_sample_when_the_clock_was_stepped, steps);
    tcase_add_test(pairs, survives_a_flood);
    tcase_add_test(pairs, takes_the_first_of_two_answers);
    suite_add_tcase(suite, pairs);

    tcase_set_timeout(sockets, 60);
    tcase_add_test(sockets, asks_a_server);
    tcase_add_test(sockets, measures_with_the_kernels_timestamp);
    add_table_test(sockets, doubts_a_timestamp_out_of_place, shifts);
    tcase_add_test(sockets, is_refused_at_once);
    tcase_add_test(sockets, goes_on_after_a_refusal);
    tcase_add_test(sockets, tells_what_says_most);
    tcase_add_test(sockets, has_no_way);
    tcase_add_test(sockets, hears_only_whom_it_asked);
    suite_add_tcase(suite, sockets);
    return suite;
}
