/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fake_chronyd.h"

#include <math.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
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
    memcpy(at, name, strlen(name));
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
    case 65:
        *reply = 19;
        return put_name(at, fake->name ? fake->name : "");
    default:
        return NULL;
    }
}

size_t fake_reply(const struct fake_chronyd *fake, const uint8_t *request, uint8_t *reply)
{
    unsigned number = 1, command = wire_get_u16(request + 4),
             status = STATUS_NO_SUCH_SOURCE;
    uint8_t *end = NULL;

    memset(reply, 0, MESSAGE_MAX);
    if (command == fake->refused_command)
        status = fake->refused_status;
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
    return end ? (size_t)(end - reply) : MESSAGE_REPLY_HEADER;
}

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

static void serve(struct fake_chronyd fake, int descriptor)
{
    uint8_t request[MESSAGE_MAX], reply[MESSAGE_MAX];
    struct sockaddr_storage client;
    unsigned asked = 0;

    for (;;) {
        socklen_t length = sizeof client;

        if (recvfrom(descriptor, request, sizeof request, 0, (struct sockaddr *)&client,
                     &length) < 0 ||
            (fake.deaf_to && fake.deaf_to--))
            continue;
        asked += wire_get_u16(request + 4) == 15;
        if (fake.shift_after && asked == fake.shift_after + 1) {
            insert_source(&fake);
            fake.shift_after = 0;
        }
        if (fake.reselect_after && asked == fake.reselect_after + 1)
            move_selection(&fake);
        sendto(descriptor, reply, fake_reply(&fake, request, reply), 0,
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

static pid_t start(const struct fake_chronyd *fake, int descriptor)
{
    pid_t process;

    fflush(NULL);
    process = fork();
    must(process >= 0, "fork");
    if (!process) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve(*fake, descriptor);
    }
    close(descriptor);
    return process;
}

pid_t fake_start(const struct fake_chronyd *fake, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(!bind(descriptor, (struct sockaddr *)&address, length), "bind");
    must(!getsockname(descriptor, (struct sockaddr *)&address, &length), "getsockname");
    *port = ntohs(address.sin_port);
    return start(fake, descriptor);
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
