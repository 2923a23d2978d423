/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_chronyd.h"

#include "wait.h"

#include <math.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct fake_chronyd fake_healthy(void)
{
    struct fake_chronyd fake = {
        .tracking = {.reference_id = 0x7f00000b,
                     .address = {IP_V4, {127, 0, 0, 11}},
                     .stratum = 2,
                     .reference_time = {1795396583, 359663120},
                     .offset = -0.34e-6,
                     .last_offset = -0x1p-20,
                     .rms_offset = 0x1p-21,
                     .frequency = -25.5,
                     .residual_frequency = 0.25,
                     .skew = 0.5,
                     .root_delay = 0x1p-18,
                     .root_dispersion = 0x1p-19,
                     .update_interval = 1},
        .total = 5,
        .count = 5,
        .vanished = UINT32_MAX,
    };

    for (uint8_t i = 0; i < 5; i++)
        fake.sources[i] =
            (struct source_data){.address = {IP_V4, {127, 0, 0, 11 + i}},
                                 .poll = 6,
                                 .stratum = 1,
                                 .state = i ? SOURCE_COMBINED : SOURCE_SELECTED,
                                 .reach = 0xff,
                                 .since_sample = 10,
                                 .measured_offset = 0x1p-10,
                                 .offset = -0x1p-20,
                                 .error = 0x1p-19};
    return fake;
}

/* --- encoding: the reverse of message_decode(), as far as these reports need it --- */

static uint8_t *put_u16(uint8_t *at, unsigned value)
{
    wire_put_u16(at, (uint16_t)value);
    return at + 2;
}

static uint8_t *put_u32(uint8_t *at, uint32_t value)
{
    wire_put_u32(at, value);
    return at + 4;
}

static uint8_t *put_float(uint8_t *at, double value)
{
    int exponent = 0;
    double coefficient = frexp(value, &exponent);

    /* One bit is the sign: 24 are left for the coefficient. */
    return put_u32(at,
                   ((uint32_t)(exponent + 1) << 25) |
                       ((uint32_t)(int32_t)lrint(ldexp(coefficient, 24)) & 0x1ffffff));
}

static uint8_t *put_address(uint8_t *at, const struct ip_address *address)
{
    wire_put_address(at, address);
    return at + WIRE_ADDRESS_LENGTH;
}

static uint8_t *put_tracking(uint8_t *at, const struct tracking *tracking)
{
    at = put_address(put_u32(at, tracking->reference_id), &tracking->address);
    at = put_u16(put_u16(at, tracking->stratum), tracking->leap_status);
    at = put_u32(at, (uint32_t)(tracking->reference_time.seconds >> 32));
    at = put_u32(at, (uint32_t)tracking->reference_time.seconds);
    at = put_u32(at, tracking->reference_time.nanoseconds);
    at = put_float(put_float(at, -tracking->offset), tracking->last_offset);
    at = put_float(put_float(at, tracking->rms_offset), tracking->frequency);
    at = put_float(put_float(at, tracking->residual_frequency), tracking->skew);
    at = put_float(put_float(at, tracking->root_delay), tracking->root_dispersion);
    return put_float(at, tracking->update_interval);
}

static uint8_t *put_source(uint8_t *at, const struct source_data *source)
{
    at = put_u16(put_address(at, &source->address), (uint16_t)source->poll);
    at = put_u16(put_u16(at, source->stratum), source->state);
    at = put_u16(put_u16(at, source->mode), source->flags);
    at = put_u32(put_u16(at, source->reach), source->since_sample);
    at = put_float(put_float(at, source->measured_offset), source->offset);
    return put_float(at, source->error);
}

static uint8_t *put_stats(uint8_t *at, const struct source_data *source, uint32_t span)
{
    at = put_address(put_u32(at, wire_get_u32(source->address.bytes)), &source->address);
    at = put_u32(put_u32(put_u32(at, 4), 3), span);
    for (int i = 0; i < 5; i++)
        at = put_float(at, 0x1p-10);
    return at;
}

static uint8_t *put_name(uint8_t *at, const char *name)
{
    memset(at, 0, 256);
    memcpy(at, name, strnlen(name, 256));
    return at + 256;
}

/* --- answering --- */

/* The source at an index; its address tells the indexes apart. NULL: there is none. */
static const struct source_data *find_source(const struct fake_chronyd *fake,
                                             uint32_t index, struct source_data *source)
{
    if (!fake->count || index >= fake->total || index == fake->vanished)
        return NULL;
    *source = fake->sources[index % fake->count];
    if (source->mode != MODE_REFERENCE_CLOCK && index >= fake->count)
        wire_put_u16(source->address.bytes + 1, (uint16_t)(index / fake->count));
    return source;
}

static uint8_t *put_recorded(uint8_t *at, const struct fake_recorded *recorded,
                             unsigned *number)
{
    if (!recorded->reply)
        return NULL;
    *number = wire_get_u16(recorded->reply + 6);
    memcpy(at, recorded->reply + MESSAGE_REPLY_HEADER,
           recorded->length - MESSAGE_REPLY_HEADER);
    return at + recorded->length - MESSAGE_REPLY_HEADER;
}

static uint8_t *put_body(const struct fake_chronyd *fake, const uint8_t *request,
                         uint8_t *at, unsigned *reply)
{
    uint32_t index = wire_get_u32(request + MESSAGE_REQUEST_HEADER);
    struct source_data found;
    const struct source_data *source = find_source(fake, index, &found);

    switch (wire_get_u16(request + 4)) {
    case 33:
        *reply = 5;
        return put_tracking(at, &fake->tracking);
    case 14:
        *reply = 2;
        return put_u32(at, fake->total);
    case 15:
        *reply = 3;
        return source ? put_source(at, source) : NULL;
    case 34:
        *reply = 6;
        return source ? put_stats(at, source, fake->span) : NULL;
    case 54:
        return put_recorded(at, &fake->server_stats, reply);
    case 65:
        *reply = 19;
        return put_name(at, fake->name ? fake->name : "");
    case 67:
        return put_recorded(at, &fake->auth_data, reply);
    case 69:
        return source ? put_recorded(at, &fake->select_data, reply) : NULL;
    default:
        return NULL;
    }
}

static void patch(const struct fake_patch *patch, unsigned command, uint8_t *reply)
{
    if (patch->command && patch->command != command)
        return;
    for (unsigned i = 0; i < patch->count; i++)
        reply[patch->at + i] =
            patch->flips ? reply[patch->at + i] ^ patch->bytes[i] : patch->bytes[i];
}

size_t fake_reply(const struct fake_chronyd *fake, const uint8_t *request, uint8_t *reply)
{
    const struct fake_faults *faults = &fake->faults;
    unsigned number = 1, command = wire_get_u16(request + 4),
             status = STATUS_NO_SUCH_SOURCE;
    uint8_t *end = NULL;

    memset(reply, 0, MESSAGE_MAX);
    if (command == faults->refused_command ||
        faults->refused_command == FAKE_ALL_COMMANDS)
        status = faults->refused_status;
    else if (command == 65 && !fake->name)
        status = STATUS_INVALID;
    else
        end = put_body(fake, request, reply + MESSAGE_REPLY_HEADER, &number);
    reply[0] = PROTOCOL_VERSION;
    reply[1] = 2;
    put_u16(reply + 4, command);
    put_u16(reply + 6, end ? number : 1);
    put_u16(reply + 8, end ? STATUS_SUCCESS : status);
    memcpy(reply + 16, request + 8, 4);
    for (size_t i = 0; i < FAKE_PATCHES; i++)
        patch(&faults->patches[i], command, reply);
    return end ? (size_t)(end - reply) : MESSAGE_REPLY_HEADER;
}

/* --- looking at requests --- */

/* The commands that change nothing, and how long chronyd wants their requests: as long as
 * the longest reply to them. */
static const struct {
    uint16_t command;
    size_t length, argument;
} harmless[] = {
    {14, 32, 0}, {15, 76, 4},  {33, 104, 0},  {34, 84, 4},   {35, 56, 0},  {44, 48, 0},
    {51, 52, 0}, {54, 196, 0}, {57, 172, 20}, {65, 284, 20}, {67, 52, 20}, {69, 76, 4},
};

static bool is_zero(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i])
            return false;
    return true;
}

static bool is_strange(const uint8_t *request, size_t length)
{
    static const uint8_t begin[] = {PROTOCOL_VERSION, 1, 0, 0};

    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        const size_t used = MESSAGE_REQUEST_HEADER + harmless[i].argument;

        if (length >= used && harmless[i].command == wire_get_u16(request + 4))
            return length != harmless[i].length || memcmp(request, begin, sizeof begin) ||
                   !is_zero(request + 12, MESSAGE_REQUEST_HEADER - 12) ||
                   !is_zero(request + used, length - used);
    }
    return true;
}

static void record(struct fake_record *record, const uint8_t *request, size_t length)
{
    const uint32_t sequence = wire_get_u32(request + 8);
    const unsigned kept = sizeof record->sequences / sizeof record->sequences[0];

    record->strange += is_strange(request, length);
    for (unsigned i = 0; i < record->requests && i < kept; i++)
        record->repeated += record->sequences[i] == sequence;
    if (record->requests < kept)
        record->sequences[record->requests] = sequence;
    record->requests++;
}

struct fake_record *fake_new_record(void)
{
    return mmap(NULL, sizeof(struct fake_record), PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* --- serving --- */

enum {
    HELD = 64,
    PACKET = 65507,
    MILLISECOND = NANOSECONDS_PER_SECOND / 1000,
    PACE = NANOSECONDS_PER_SECOND / 16,
};

/* What a process serves with. */
struct server {
    struct fake_chronyd fake;
    int descriptor;
    int other;       /* where replies come from; -1: there */
    unsigned asked;  /* so many questions for a source */
    int64_t allowed; /* wait_now() at which the next reply is within the limit */
    struct held {
        int64_t due;
        struct sockaddr_storage client;
        socklen_t client_length;
        size_t length;
        uint8_t reply[MESSAGE_MAX];
    } held[HELD];
    size_t count;
};

/* A source that is new stands first, and the others move up by one. */
static void insert_source(struct fake_chronyd *fake)
{
    memmove(fake->sources + 1, fake->sources,
            (FAKE_SOURCES - 1) * sizeof fake->sources[0]);
    fake->sources[0].address.bytes[3] = 200;
    fake->count++;
}

/* The selection goes from the last source, which has not been told yet, to the first. */
static void move_selection(struct fake_chronyd *fake)
{
    fake->sources[0].state = SOURCE_SELECTED;
    fake->sources[fake->count - 1].state = SOURCE_COMBINED;
}

/* As cmdratelimit has it: a burst, and then a reply at a time. */
static bool is_over_limit(struct server *server, int64_t now)
{
    const int64_t burst = (int64_t)server->fake.faults.burst * PACE;

    if (!burst)
        return false;
    if (server->allowed < now - burst)
        server->allowed = now - burst;
    if (server->allowed + PACE > now)
        return true;
    server->allowed += PACE;
    return false;
}

static void reply_to(const struct server *server, const struct held *held)
{
    static uint8_t packet[PACKET];
    const struct fake_faults *faults = &server->fake.faults;
    size_t length =
        faults->length ? (size_t)faults->length : held->length + (size_t)faults->longer;

    memcpy(packet, held->reply, MESSAGE_MAX);
    for (unsigned i = 0; i <= faults->copies; i++)
        sendto(server->other < 0 ? server->descriptor : server->other, packet,
               faults->length < 0 ? 0 : length, 0, (const struct sockaddr *)&held->client,
               held->client_length);
}

/* Much like the reply, but that its sequence is another's. */
static void make_noise(const struct server *server, const struct held *held)
{
    uint8_t packet[MESSAGE_MAX];

    memcpy(packet, held->reply, sizeof packet);
    packet[16] ^= 1;
    for (unsigned i = 0; i < server->fake.faults.noise; i++)
        sendto(server->descriptor, packet, held->length, 0,
               (const struct sockaddr *)&held->client, held->client_length);
}

static void change_sources(struct fake_chronyd *fake, unsigned asked)
{
    if (fake->shift_after && asked == fake->shift_after + 1) {
        insert_source(fake);
        fake->shift_after = 0;
    }
    if (fake->reselect_after && asked == fake->reselect_after + 1)
        move_selection(fake);
}

static void take_request(struct server *server, int64_t now)
{
    struct fake_faults *faults = &server->fake.faults;
    struct held *held = &server->held[server->count];
    uint8_t request[MESSAGE_MAX];
    ssize_t length;

    held->client_length = sizeof held->client;
    length = recvfrom(server->descriptor, request, sizeof request, 0,
                      (struct sockaddr *)&held->client, &held->client_length);
    if (length < MESSAGE_REQUEST_HEADER)
        return;
    if (server->fake.record)
        record(server->fake.record, request, (size_t)length);
    if (faults->deaf_to) {
        faults->deaf_to -= faults->deaf_to != UINT32_MAX;
        return;
    }
    if (is_over_limit(server, now))
        return;
    server->asked += wire_get_u16(request + 4) == 15;
    change_sources(&server->fake, server->asked);
    held->length = fake_reply(&server->fake, request, held->reply);
    held->due = now + (int64_t)faults->delay * MILLISECOND;
    server->count++;
}

/* All replies wait for the same time, so the first one is the next. */
static void reply_to_due(struct server *server, int64_t now)
{
    while (server->count && server->held[0].due <= now) {
        reply_to(server, &server->held[0]);
        memmove(server->held, server->held + 1, --server->count * sizeof server->held[0]);
    }
    for (size_t i = 0; i < server->count; i++)
        make_noise(server, &server->held[i]);
}

static void serve(struct server *server)
{
    struct pollfd descriptor = {.fd = server->descriptor, .events = POLLIN};

    for (;;) {
        if (poll(&descriptor, 1, server->count ? 1 : -1) > 0 && server->count < HELD)
            take_request(server, wait_now());
        reply_to_due(server, wait_now());
    }
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    _exit(99);
}

/* Binds to an address, and a free port where *port is 0. */
static int listen_at(const char *host, uint16_t *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST},
                    *found;
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    char text[8];
    int descriptor;

    snprintf(text, sizeof text, "%u", *port);
    must(!getaddrinfo(host, text, &hints, &found), host);
    descriptor = socket(found->ai_family, SOCK_DGRAM, 0);
    must(!bind(descriptor, found->ai_addr, found->ai_addrlen), host);
    freeaddrinfo(found);
    must(!getsockname(descriptor, (struct sockaddr *)&address, &length), "getsockname");
    *port =
        ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                            : ((struct sockaddr_in *)&address)->sin_port);
    return descriptor;
}

static pid_t start(const struct fake_chronyd *fake, int descriptor)
{
    static struct server server;
    pid_t process;

    fflush(NULL);
    process = fork();
    must(process >= 0, "fork");
    if (!process) {
        uint16_t port = 0;

        prctl(PR_SET_PDEATHSIG, SIGKILL);
        server = (struct server){.fake = *fake, .descriptor = descriptor, .other = -1};
        if (fake->faults.from)
            server.other = listen_at(fake->faults.from, &port);
        serve(&server);
    }
    close(descriptor);
    return process;
}

pid_t fake_start_at(const struct fake_chronyd *fake, const char *host, uint16_t *port)
{
    return start(fake, listen_at(host, port));
}

pid_t fake_start(const struct fake_chronyd *fake, uint16_t *port)
{
    *port = 0;
    return fake_start_at(fake, "127.0.0.1", port);
}

pid_t fake_start_socket(const struct fake_chronyd *fake, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    must(!bind(descriptor, (struct sockaddr *)&address, sizeof address), "bind");
    return start(fake, descriptor);
}

void fake_stop(pid_t process)
{
    kill(process, SIGKILL);
    waitpid(process, NULL, 0);
}
