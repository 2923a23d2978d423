/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_ntp.h"

#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <nettle/nettle-meta.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct fake_ntp fake_ntp_honest(void)
{
    return (struct fake_ntp){.reference = 10, .length = 48};
}

const struct fake_ntp_lie fake_ntp_lies[FAKE_NTP_LIES] = {
    {"none", {.reference = 10}, PACKET_OK},
    {"an extension field",
     {.length = 76, .patches = {{48, 4, {0x01, 0x04, 0, 28}}}},
     PACKET_OK},
    {"NTPv3", {.patches = {{0, 1, {0x1c}}}}, PACKET_OK},
    {"no reference time", {.patches = {{16, 8, {0}}}}, PACKET_OK},
    {"a leap second", {.patches = {{0, 1, {0x64}}}}, PACKET_OK},
    {"stratum 15", {.patches = {{1, 1, {15}}}}, PACKET_OK},

    {"47 bytes", {.length = 47}, PACKET_BAD_LENGTH},
    {"49 bytes", {.length = 49}, PACKET_BAD_LENGTH},
    {"1028 bytes", {.length = 1028}, PACKET_BAD_LENGTH},
    {"NTPv2", {.patches = {{0, 1, {0x14}}}}, PACKET_OTHER_VERSION},
    {"NTPv5", {.patches = {{0, 1, {0x2c}}}}, PACKET_OTHER_VERSION},
    {"mode 1", {.patches = {{0, 1, {0x21}}}}, PACKET_OTHER_MODE},
    {"mode 3", {.patches = {{0, 1, {0x23}}}}, PACKET_OTHER_MODE},
    {"mode 5", {.patches = {{0, 1, {0x25}}}}, PACKET_OTHER_MODE},
    {"mode 6", {.patches = {{0, 1, {0x26}}}}, PACKET_OTHER_MODE},
    {"another origin", {.flipped = UINT64_MAX}, PACKET_OTHER_ORIGIN},
    {"another origin, by the last bit", {.flipped = 1}, PACKET_OTHER_ORIGIN},
    {"another origin, by the first bit",
     {.flipped = UINT64_C(1) << 63},
     PACKET_OTHER_ORIGIN},
    {"no origin", {.patches = {{24, 8, {0}}}}, PACKET_OTHER_ORIGIN},
    {"a kiss with another origin",
     {.patches = {{1, 1, {0}}, {12, 4, "DENY"}, {24, 8, {0}}}},
     PACKET_OTHER_ORIGIN},

    {"KoD DENY", {.patches = {{0, 2, {0xe4, 0}}, {12, 4, "DENY"}}}, PACKET_KISS},
    {"KoD RATE", {.patches = {{0, 2, {0xe4, 0}}, {12, 4, "RATE"}}}, PACKET_KISS},
    {"KoD |x", {.patches = {{0, 2, {0xe4, 0}}, {12, 4, "|x"}}}, PACKET_KISS},
    {"KoD without the leap status",
     {.patches = {{1, 1, {0}}, {12, 4, "RATE"}}},
     PACKET_KISS},
    {"leap status 3", {.patches = {{0, 1, {0xe4}}}}, PACKET_UNSYNCHRONISED},
    {"stratum 0", {.patches = {{1, 1, {0}}, {12, 4, {0}}}}, PACKET_UNSYNCHRONISED},
    {"stratum 16", {.patches = {{1, 1, {16}}}}, PACKET_UNSYNCHRONISED},
    {"stratum 17", {.patches = {{1, 1, {17}}}}, PACKET_BAD_STRATUM},
    {"stratum 255", {.patches = {{1, 1, {255}}}}, PACKET_BAD_STRATUM},
    {"no transmit timestamp", {.patches = {{40, 8, {0}}}}, PACKET_NO_TIME},
    {"no receive timestamp", {.patches = {{32, 8, {0}}}}, PACKET_NO_TIME},
    {"it left before it came", {.held = -1e-6}, PACKET_REVERSED},
    {"a reference time to come", {.reference = -1}, PACKET_FUTURE},
    {"held for too long", {.held = 3600}, PACKET_HELD},
};

const struct fake_ntp_unbelieved fake_ntp_unbelieved[FAKE_NTP_UNBELIEVED] = {
    {"a MAC of 20 bytes", {.length = 68}, AUTHENTICATION_UNWANTED},
    {"a MAC of 24 bytes", {.length = 72}, AUTHENTICATION_UNWANTED},
    {"a MAC behind an extension field",
     {.length = 84, .patches = {{48, 4, {0x01, 0x04, 0, 16}}}},
     AUTHENTICATION_UNWANTED},
    {"a crypto-NAK", {.length = 52, .patches = {{48, 4, {0}}}}, AUTHENTICATION_UNWANTED},
    {"neither a field nor a MAC", {.length = 76}, AUTHENTICATION_MALFORMED},
};

#define GOOD                                                                             \
    {                                                                                    \
        "sha1", FAKE_NTP_KEY, FAKE_NTP_KEY_ID, 0                                         \
    }

const struct fake_ntp_forgery fake_ntp_forgeries[FAKE_NTP_FORGERIES] = {
    {"none", {.mac = GOOD}, AUTHENTICATION_OK, PACKET_OK},
    {"a MAC behind an extension field",
     {.length = 64, .patches = {{48, 4, {0x01, 0x04, 0, 16}}}, .mac = GOOD},
     AUTHENTICATION_OK,
     PACKET_OK},
    {"NTPv3 with a MAC",
     {.patches = {{0, 1, {0x1c}}}, .mac = GOOD},
     AUTHENTICATION_OK,
     PACKET_OK},
    {"DENY with a MAC",
     {.patches = {{0, 2, {0xe4, 0}}, {12, 4, "DENY"}}, .mac = GOOD},
     AUTHENTICATION_OK,
     PACKET_KISS},
    {"leap status 3 with a MAC",
     {.patches = {{0, 1, {0xe4}}}, .mac = GOOD},
     AUTHENTICATION_OK,
     PACKET_UNSYNCHRONISED},

    {"no MAC", {.length = 48}, AUTHENTICATION_MISSING, PACKET_OK},
    {"an extension field and no MAC",
     {.length = 76, .patches = {{48, 4, {0x01, 0x04, 0, 28}}}},
     AUTHENTICATION_MISSING,
     PACKET_OK},
    {"DENY without a MAC",
     {.patches = {{0, 2, {0xe4, 0}}, {12, 4, "DENY"}}},
     AUTHENTICATION_MISSING,
     PACKET_OK},
    {"a crypto-NAK",
     {.length = 52, .patches = {{48, 4, {0}}}},
     AUTHENTICATION_NAK,
     PACKET_OK},
    {"a key id of its own",
     {.mac = {"sha1", FAKE_NTP_KEY, 6, 0}},
     AUTHENTICATION_OTHER_KEY,
     PACKET_OK},
    {"the key id 0",
     {.mac = {"sha1", FAKE_NTP_KEY, 0, 0}},
     AUTHENTICATION_OTHER_KEY,
     PACKET_OK},
    {"a MAC of MD5",
     {.mac = {"md5", FAKE_NTP_KEY, FAKE_NTP_KEY_ID, 0}},
     AUTHENTICATION_LENGTH,
     PACKET_OK},
    {"a key id in NTPv3, and nothing else",
     {.length = 52, .patches = {{0, 1, {0x1c}}, {48, 4, {0, 0, 0, 5}}}},
     AUTHENTICATION_LENGTH,
     PACKET_OK},
    {"another key",
     {.mac = {"sha1", "sworDfish", FAKE_NTP_KEY_ID, 0}},
     AUTHENTICATION_WRONG,
     PACKET_OK},
    {"DENY with a MAC of another key",
     {.patches = {{0, 2, {0xe4, 0}}, {12, 4, "DENY"}},
      .mac = {"sha1", "sworDfish", FAKE_NTP_KEY_ID, 0}},
     AUTHENTICATION_WRONG,
     PACKET_OK},
    {"a MAC of zeros in front",
     {.mac = GOOD, .late = {52, 8, {0}}},
     AUTHENTICATION_WRONG,
     PACKET_OK},
    {"a MAC of zeros at the end",
     {.mac = GOOD, .late = {64, 8, {0}}},
     AUTHENTICATION_WRONG,
     PACKET_OK},
    {"a time that is changed behind the MAC",
     {.mac = GOOD, .late = {36, 8, {1, 2, 3, 4, 5, 6, 7, 8}}},
     AUTHENTICATION_WRONG,
     PACKET_OK},
    {"a MAC of the header alone",
     {.length = 64,
      .patches = {{48, 4, {0x01, 0x04, 0, 16}}},
      .mac = {"sha1", FAKE_NTP_KEY, FAKE_NTP_KEY_ID, 48}},
     AUTHENTICATION_WRONG,
     PACKET_OK},
    {"a whole MAC of SHA256",
     {.mac = {"sha256", FAKE_NTP_KEY, FAKE_NTP_KEY_ID, 0}},
     AUTHENTICATION_MALFORMED,
     PACKET_OK},
    {"neither a field nor a MAC", {.length = 76}, AUTHENTICATION_MALFORMED, PACKET_OK},
};

/* --- the answer --- */

static void put(uint8_t *at, uint64_t value, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        at[i] = (uint8_t)(value >> 8 * (count - 1 - i));
}

static size_t put_mac(const struct fake_ntp_mac *mac, uint8_t *reply, size_t length)
{
    const struct nettle_hash *hash = nettle_lookup_hash(mac->hash);
    union {
        uint64_t align;
        uint8_t bytes[1024];
    } context;

    hash->init(&context);
    hash->update(&context, strlen(mac->key), (const uint8_t *)mac->key);
    hash->update(&context, mac->cover ? mac->cover : length, reply);
    put(reply + length, mac->id, 4);
    hash->digest(&context, hash->digest_size, reply + length + 4);
    return length + 4 + hash->digest_size;
}

static uint64_t later(uint64_t time, double seconds)
{
    return time + (uint64_t)(int64_t)llround(seconds * 0x1p32);
}

size_t fake_ntp_reply(const struct fake_ntp *fake, const uint8_t request[48],
                      uint64_t now, uint8_t reply[FAKE_NTP_MAX])
{
    const uint64_t received = later(now, fake->offset);
    size_t length = fake->length ? fake->length : 48;

    memset(reply, 0xab, FAKE_NTP_MAX);
    reply[0] = 0x24; /* leap 0, version 4, mode 4 */
    reply[1] = 2;
    reply[2] = 6;
    reply[3] = 0xec; /* 2^-20 s */
    put(reply + 4, 0x0400, 4);
    put(reply + 8, 0x0200, 4);
    put(reply + 12, 0xc0000209, 4);
    put(reply + 16, later(received, -fake->reference), 8);
    for (unsigned i = 0; i < 8; i++)
        reply[24 + i] = request[40 + i] ^ (uint8_t)(fake->flipped >> (56 - 8 * i));
    put(reply + 32, received, 8);
    put(reply + 40, later(received, fake->held), 8);
    for (size_t i = 0; i < FAKE_NTP_PATCHES; i++)
        memcpy(reply + fake->patches[i].at, fake->patches[i].bytes,
               fake->patches[i].count);
    if (fake->mac.hash)
        length = put_mac(&fake->mac, reply, length);
    memcpy(reply + fake->late.at, fake->late.bytes, fake->late.count);
    return length;
}

/* --- the server --- */

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    return ((uint64_t)time.tv_sec + 2208988800u) << 32 |
           ((uint64_t)time.tv_nsec << 32) / 1000000000u;
}

static void answer(const struct fake_ntp *fake, int descriptor, const uint8_t *request,
                   const struct sockaddr *client, socklen_t length)
{
    uint8_t reply[FAKE_NTP_MAX];
    size_t size = fake_ntp_reply(fake, request, now(), reply);

    for (unsigned i = 0; i < fake->noise; i++) {
        reply[24] ^= 0xff;
        sendto(descriptor, reply, size, 0, client, length);
        reply[24] ^= 0xff;
    }
    for (unsigned i = 0; i <= fake->copies; i++)
        sendto(descriptor, reply, size, 0, client, length);
}

/* Answers leave by the other descriptor where there is one. */
static void serve(struct fake_ntp fake, int descriptor, int other,
                  volatile unsigned *asked)
{
    uint8_t request[FAKE_NTP_MAX];
    struct sockaddr_storage client;

    for (;;) {
        socklen_t length = sizeof client;
        ssize_t size = recvfrom(descriptor, request, sizeof request, 0,
                                (struct sockaddr *)&client, &length);

        if (size < 48)
            continue;
        if (asked)
            ++*asked;
        if (fake.deaf_to)
            fake.deaf_to -= fake.deaf_to != UINT32_MAX;
        else
            answer(&fake, other < 0 ? descriptor : other, request,
                   (struct sockaddr *)&client, length);
    }
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    _exit(99);
}

static int listen_at(const char *text, uint16_t *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST},
                    *found;
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char service[8];
    int descriptor;

    snprintf(service, sizeof service, "%u", *port);
    must(!getaddrinfo(text, service, &hints, &found), text);
    descriptor = socket(found->ai_family, SOCK_DGRAM, 0);
    must(!bind(descriptor, found->ai_addr, found->ai_addrlen), "bind");
    freeaddrinfo(found);
    must(!getsockname(descriptor, (struct sockaddr *)&address, &length), "getsockname");
    *port =
        ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                            : ((struct sockaddr_in *)&address)->sin_port);
    return descriptor;
}

pid_t fake_ntp_start(const struct fake_ntp *fake, const char *address, uint16_t *port,
                     volatile unsigned **asked)
{
    int descriptor = listen_at(address, port);
    volatile unsigned *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE,
                                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t process;

    must(count != MAP_FAILED, "mmap");
    if (asked)
        *asked = count;
    fflush(NULL);
    process = fork();
    must(process >= 0, "fork");
    if (!process) {
        uint16_t own = 0;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(*fake, descriptor, fake->from ? listen_at(fake->from, &own) : -1, count);
    }
    close(descriptor);
    return process;
}

void fake_ntp_stop(pid_t process)
{
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
}
