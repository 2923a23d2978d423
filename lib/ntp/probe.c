/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntp/probe.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum {
    OWN_INTERVAL = 1, /* s */
    PUBLIC_INTERVAL = 4,
    READ_BATCH = 64, /* datagrams, before time is looked at again */
    READINGS = 5,    /* of the clocks, until two of them are close together */
};

static const int64_t millisecond = NANOSECONDS_PER_SECOND / 1000;

/* --- clocks --- */

/* The process may be interrupted between two clocks: then they are read again. */
static struct clock_reading read_clocks(void)
{
    struct clock_reading reading;
    struct timespec now = {0};

    for (int i = 0; i < READINGS; i++) {
        reading.before = wait_now();
        clock_gettime(CLOCK_REALTIME, &now);
        reading.after = wait_now();
        if (reading.after - reading.before < millisecond / 10)
            break;
    }
    reading.real = timestamp_of_unix(now.tv_sec, (uint32_t)now.tv_nsec);
    return reading;
}

bool clock_was_stepped(const struct clock_reading *first,
                       const struct clock_reading *second)
{
    const double passed =
        timestamp_difference(second->real, first->real) * NANOSECONDS_PER_SECOND;
    const double most = (double)(second->after - first->before + millisecond);
    const double least = (double)(second->before - first->after - millisecond);

    return passed > most || passed < least;
}

/* --- addresses --- */

static const struct network {
    int family;
    uint8_t bytes[2], mask[2];
} own_networks[] = {
    {AF_INET, {127}, {0xff}},
    {AF_INET, {10}, {0xff}},
    {AF_INET, {172, 16}, {0xff, 0xf0}},
    {AF_INET, {192, 168}, {0xff, 0xff}},
    {AF_INET, {169, 254}, {0xff, 0xff}},
    {AF_INET6, {0xfe, 0x80}, {0xff, 0xc0}},
    {AF_INET6, {0xfc}, {0xfe}},
};

static bool is_within(const struct network *network, const uint8_t *bytes)
{
    return (bytes[0] & network->mask[0]) == network->bytes[0] &&
           (bytes[1] & network->mask[1]) == network->bytes[1];
}

static bool is_own(const struct sockaddr_storage *address)
{
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
    const struct in_addr *v4 = &((const struct sockaddr_in *)address)->sin_addr;
    const uint8_t *bytes =
        address->ss_family == AF_INET6 ? v6->s6_addr : (const uint8_t *)v4;

    if (address->ss_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(v6))
        return true;
    for (size_t i = 0; i < sizeof own_networks / sizeof own_networks[0]; i++)
        if (own_networks[i].family == address->ss_family &&
            is_within(&own_networks[i], bytes))
            return true;
    return false;
}

int64_t probe_interval(const struct sockaddr_storage *address)
{
    return (int64_t)(is_own(address) ? OWN_INTERVAL : PUBLIC_INTERVAL) *
           NANOSECONDS_PER_SECOND;
}

/* What an error of the system means here: PROBE_OK for one that passes by itself. */
static enum probe_error error_of(int number)
{
    switch (number) {
    case EAGAIN:
    case EINTR:
    case ENOBUFS:
    case ENOMEM:
        return PROBE_OK;
    case ECONNREFUSED:
        return PROBE_REFUSED;
    default:
        return PROBE_UNREACHABLE;
    }
}

/* Without the kernel's timestamps our own, taken a little later, must do. */
static enum probe_error open_road(const struct sockaddr_storage *address, int *descriptor)
{
    const socklen_t length = address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                            : sizeof(struct sockaddr_in);
    const int yes = 1;
    enum probe_error error = PROBE_OK;

    *descriptor =
        socket(address->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*descriptor < 0)
        return errno == EAFNOSUPPORT ? PROBE_UNREACHABLE : PROBE_FAILED;
    setsockopt(*descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof yes);
    if (connect(*descriptor, (const struct sockaddr *)address, length))
        error = error_of(errno) ? error_of(errno) : PROBE_FAILED;
    if (error) {
        close(*descriptor);
        *descriptor = -1;
    }
    return error;
}

static void settle(struct probe *probe, enum probe_error error)
{
    probe->answer.error = error;
    probe->telling = probe->current;
    probe->exchange.done = true;
}

/* Keeps the failure of an address that says more than those before it. */
static void keep_failure(struct probe *probe, enum probe_error error)
{
    if (probe->answer.error && error >= probe->answer.error)
        return;
    probe->answer.error = error;
    probe->telling = probe->current;
}

/* Goes to the next address to which there is a way; without one, the probe is done. */
static void next_address(struct probe *probe, int64_t now)
{
    enum probe_error error;

    while (probe->current < probe->count) {
        error = open_road(&probe->addresses[probe->current], &probe->exchange.descriptor);
        if (!error) {
            probe->tries = 0;
            probe->due = now;
            return;
        }
        keep_failure(probe, error);
        probe->current++;
    }
    probe->exchange.done = true;
}

static void give_up_address(struct probe *probe, enum probe_error error, int64_t now)
{
    keep_failure(probe, error);
    probe->answer.unauthentic = AUTHENTICATION_OK; /* of this address */
    probe_close(probe);
    probe->current++;
    next_address(probe, now);
}

/* --- sending --- */

/* Makes the next request and returns its length; 0: it cannot be made. */
static size_t make_request(struct probe *probe, uint8_t packet[static PACKET_MAX])
{
    struct authenticator *authenticator = probe->authenticator;
    struct probe_request *request = &probe->requests[probe->tries];
    size_t length;

    if (getrandom(&request->nonce, sizeof request->nonce, 0) != sizeof request->nonce)
        return 0;
    length = packet_encode_request(request->nonce, packet);
    return authenticator ? authenticator->complete(authenticator, probe->tries, packet)
                         : length;
}

static void transmit(struct probe *probe, int64_t now)
{
    struct probe_request *request = &probe->requests[probe->tries];
    uint8_t packet[PACKET_MAX];
    const size_t length = make_request(probe, packet);

    if (!length) {
        settle(probe, PROBE_FAILED);
        return;
    }
    request->at = probe->read_clocks();
    if (send(probe->exchange.descriptor, packet, length, MSG_NOSIGNAL) >= 0) {
        probe->answer.sent++;
        probe->due = now + probe_interval(&probe->addresses[probe->current]);
        if (++probe->tries == PROBE_TRIES)
            probe->due = INT64_MAX;
    } else if (error_of(errno)) {
        give_up_address(probe, error_of(errno), now);
    } else {
        probe->due = now + 10 * millisecond;
    }
}

/* --- receiving --- */

/* When the kernel had the datagram; without its word, when we had it. */
static uint64_t time_of_arrival(struct msghdr *message,
                                const struct clock_reading *reading)
{
    struct timespec stamp;

    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part;
         part = CMSG_NXTHDR(message, part))
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS &&
            part->cmsg_len >= CMSG_LEN(sizeof stamp)) {
            memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
            return timestamp_of_unix(stamp.tv_sec, (uint32_t)stamp.tv_nsec);
        }
    return reading->real;
}

/* The request that the packet answers, well or badly; NULL when it answers none. */
static const struct probe_request *find_request(const struct probe *probe,
                                                const struct ntp_packet *packet,
                                                enum packet_error *error)
{
    for (unsigned i = 0; i < probe->tries; i++) {
        *error = packet_verify(packet, probe->requests[i].nonce);
        if (packet_is_answer(*error))
            return &probe->requests[i];
    }
    return NULL;
}

static enum probe_error measure(const struct probe_request *request, uint64_t arrived,
                                const struct clock_reading *reading,
                                struct probe_answer *answer)
{
    if (clock_was_stepped(&request->at, reading) ||
        timestamp_difference(arrived, request->at.real) < 0 ||
        timestamp_difference(reading->real, arrived) < 0)
        return PROBE_STEPPED;
    answer->unusable =
        packet_measure(&answer->packet, request->at.real, arrived, &answer->sample);
    return answer->unusable ? PROBE_UNUSABLE : PROBE_OK;
}

static enum authentication_error authenticate(const struct probe *probe,
                                              const struct probe_request *request,
                                              const uint8_t *bytes, size_t length)
{
    struct authenticator *authenticator = probe->authenticator;
    const unsigned index = (unsigned)(request - probe->requests);

    return authenticator ? authenticator->verify(authenticator, index, bytes, length)
                         : authentication_absent(bytes, length);
}

/* Settles the probe with an answer that can be believed, or returns why the datagram is
 * none at all. */
static enum packet_error accept_datagram(struct probe *probe, struct msghdr *message,
                                         size_t length)
{
    struct probe_answer *answer = &probe->answer;
    const struct clock_reading reading = probe->read_clocks();
    const struct probe_request *request;
    struct ntp_packet packet;
    enum packet_error error;

    if (message->msg_flags & MSG_TRUNC)
        return PACKET_BAD_LENGTH;
    error = packet_decode(message->msg_iov->iov_base, length, &packet);
    if (error)
        return error;
    error = PACKET_OTHER_ORIGIN;
    request = find_request(probe, &packet, &error);
    if (!request)
        return error;
    answer->unauthentic =
        authenticate(probe, request, message->msg_iov->iov_base, length);
    if (answer->unauthentic)
        return PACKET_OK;
    answer->packet = packet;
    answer->unusable = error;
    settle(probe, error ? PROBE_UNUSABLE
                        : measure(request, time_of_arrival(message, &reading), &reading,
                                  answer));
    return PACKET_OK;
}

static void receive(struct probe *probe, int64_t now)
{
    uint8_t bytes[PACKET_MAX];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(struct timespec)) * 4];
    } control;
    struct iovec part = {bytes, sizeof bytes};

    for (int i = 0; i < READ_BATCH && !probe->exchange.done; i++) {
        struct msghdr message = {.msg_iov = &part,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof control};
        ssize_t length = recvmsg(probe->exchange.descriptor, &message, 0);
        enum packet_error error;

        if (length < 0 && error_of(errno))
            give_up_address(probe, error_of(errno), now);
        if (length < 0)
            return;
        error = accept_datagram(probe, &message, (size_t)length);
        if (!error)
            continue;
        probe->answer.ignored++;
        probe->answer.ignored_for = error;
    }
}

/* --- the life of a probe --- */

static void probe_step(struct exchange *exchange, int64_t now)
{
    struct probe *probe = (struct probe *)exchange;

    if (exchange->descriptor < 0)
        next_address(probe, now);
    else
        receive(probe, now);
    if (!exchange->done && probe->answer.unauthentic &&
        (now >= probe->due || now >= probe->deadline))
        settle(probe, PROBE_UNAUTHENTIC);
    if (!exchange->done && now >= probe->deadline)
        settle(probe, PROBE_TIMEOUT);
    while (!exchange->done && probe->due <= now)
        transmit(probe, now);
    exchange->wake = probe->due < probe->deadline ? probe->due : probe->deadline;
}

void probe_open(struct probe *probe, const struct sockaddr_storage *addresses,
                size_t count, int64_t deadline)
{
    memset(probe, 0, sizeof *probe);
    probe->exchange =
        (struct exchange){.descriptor = -1, .events = POLLIN, .step = probe_step};
    probe->addresses = addresses;
    probe->count = count;
    probe->deadline = deadline;
    probe->read_clocks = read_clocks;
}

void probe_close(struct probe *probe)
{
    if (probe->exchange.descriptor >= 0)
        close(probe->exchange.descriptor);
    probe->exchange.descriptor = -1;
}
