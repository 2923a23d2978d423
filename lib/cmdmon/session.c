/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

/* chronyd's UDP queue holds 256 requests and is shared by all its clients; towards
 * another host a default cmdratelimit lets eight pass at once. */
enum {
    WINDOW_LOOPBACK = 32,
    WINDOW_REMOTE = 8,
};

/* So many datagrams are read before the clock is looked at again. */
enum { READ_BATCH = 64 };

static const int64_t BUSY_PAUSE =
    NANOSECONDS_PER_SECOND / 100; /* after a full send queue */

const char *session_error_text(enum session_error error)
{
    switch (error) {
    case SESSION_OK:
        return "answered";
    case SESSION_TIMEOUT:
        return "no reply";
    case SESSION_REFUSED:
        return "connection refused";
    case SESSION_UNREACHABLE:
        return "no route to the address";
    case SESSION_FAILED:
        return "this system gave no socket";
    case SESSION_NOT_AUTHORISED:
        return "not authorised";
    case SESSION_NOT_SUPPORTED:
        return "chronyd is too old for it";
    case SESSION_NO_SUCH_SOURCE:
        return "no such source";
    case SESSION_NOT_ENABLED:
        return "not enabled in chrony.conf";
    case SESSION_OTHER_VERSION:
        return "another protocol version";
    case SESSION_NEWER_DAEMON:
        return "chronyd is newer than this program";
    case SESSION_IMPLAUSIBLE:
        return "implausible value";
    case SESSION_OTHER_STATUS:
        return "chronyd reports a failure";
    }
    return "unknown error";
}

static void target_add(struct session_target *target, const struct sockaddr *address,
                       socklen_t length, uint16_t port)
{
    struct sockaddr_storage *slot = &target->addresses[target->count];

    if (target->count == SESSION_ADDRESSES || length > sizeof *slot)
        return;
    memcpy(slot, address, length);
    if (slot->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)slot)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)slot)->sin_port = htons(port);
    target->count++;
}

static void target_add_loopback(struct session_target *target, uint16_t port, int family)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};

    if (family != AF_INET6)
        target_add(target, (const struct sockaddr *)&v4, sizeof v4, port);
    if (family != AF_INET)
        target_add(target, (const struct sockaddr *)&v6, sizeof v6, port);
}

enum target_error session_target_find(struct session_target *target, const char *host,
                                      uint16_t port, int family, const char **reason)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST},
                    *found;
    int error;

    memset(target, 0, sizeof *target);
    *reason = "";
    if (!host) {
        target_add_loopback(target, port, family);
        return TARGET_OK;
    }
    error = getaddrinfo(host, NULL, &hints, &found);
    if (error) {
        hints.ai_flags = 0;
        error = getaddrinfo(host, NULL, &hints, &found);
    }
    if (error) {
        *reason = gai_strerror(error);
        return TARGET_NO_ADDRESS;
    }
    for (const struct addrinfo *one = found; one; one = one->ai_next)
        if (family == AF_UNSPEC || family == one->ai_family)
            target_add(target, one->ai_addr, one->ai_addrlen, port);
    freeaddrinfo(found);
    return target->count ? TARGET_OK : TARGET_NO_FAMILY;
}

void session_address_text(const struct session_target *target, size_t index,
                          char text[static SESSION_ADDRESS_TEXT])
{
    const struct sockaddr *address = (const struct sockaddr *)&target->addresses[index];

    if (index >= target->count ||
        getnameinfo(address, sizeof target->addresses[index], text, SESSION_ADDRESS_TEXT,
                    NULL, 0, NI_NUMERICHOST))
        snprintf(text, SESSION_ADDRESS_TEXT, "unknown address");
}

static bool is_loopback(const struct sockaddr_storage *address)
{
    if (address->ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)address)->sin6_addr);
    return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
}

/* --- one address after the other --- */

static void drop_descriptor(struct session *session)
{
    if (session->exchange.descriptor >= 0)
        close(session->exchange.descriptor);
    session->exchange.descriptor = -1;
}

static void restart_questions(struct session *session, int64_t now)
{
    for (size_t i = 0; i < session->count; i++) {
        session->questions[i].tries = 0;
        session->questions[i].due = now;
    }
}

static enum session_error connect_address(struct session *session)
{
    const struct sockaddr_storage *address = &session->target.addresses[session->current];
    socklen_t length = address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                      : sizeof(struct sockaddr_in);
    int descriptor =
        socket(address->ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (descriptor < 0)
        return errno == EAFNOSUPPORT ? SESSION_UNREACHABLE : SESSION_FAILED;
    session->exchange.descriptor = descriptor;
    if (connect(descriptor, (const struct sockaddr *)address, length) < 0)
        return SESSION_UNREACHABLE;
    session->window = is_loopback(address) ? WINDOW_LOOPBACK : WINDOW_REMOTE;
    return SESSION_OK;
}

/* The address in use gets an equal share of the time that is left, and three
 * transmissions in it, each with twice the patience of the one before. */
static void share_time(struct session *session, int64_t now)
{
    int64_t left = session->deadline - now, untried = 0;

    for (size_t i = 0; i < session->target.count; i++)
        untried += session->errors[i] == SESSION_OK;
    if (untried > 1)
        left /= untried;
    session->share_end = now + left;
    session->patience = left / 7;
}

static bool use_address(struct session *session, size_t index, int64_t now)
{
    enum session_error error;

    drop_descriptor(session);
    session->current = index;
    error = connect_address(session);
    if (error) {
        session->errors[index] = error;
        return false;
    }
    share_time(session, now);
    restart_questions(session, now);
    return true;
}

static void settle_all(struct session *session, enum session_error error)
{
    for (size_t i = 0; i < session->count; i++)
        if (!session->questions[i].settled) {
            session->questions[i].settled = true;
            session->questions[i].error = error;
        }
}

/* Goes to the first untried address; when there is none, back to one that was silent, for
 * as long as time is left: it may only be slow. */
static void next_address(struct session *session, int64_t now)
{
    for (size_t i = 0; i < session->target.count; i++)
        if (session->errors[i] == SESSION_OK && use_address(session, i, now))
            return;
    for (size_t i = 0; i < session->target.count && now < session->deadline; i++)
        if (session->errors[i] == SESSION_TIMEOUT && use_address(session, i, now))
            return;
    settle_all(session, session->errors[session_address(session)]);
}

static void give_up_address(struct session *session, enum session_error error,
                            int64_t now)
{
    if (session->answered || !session->target.count) {
        settle_all(session, error);
        return;
    }
    session->errors[session->current] = error;
    next_address(session, now);
}

static unsigned telling(enum session_error error)
{
    return error == SESSION_TIMEOUT   ? 3
           : error == SESSION_REFUSED ? 2
                                      : error != SESSION_OK;
}

size_t session_address(const struct session *session)
{
    size_t best = 0;

    if (session->answered)
        return session->current;
    for (size_t i = 1; i < session->target.count; i++)
        if (telling(session->errors[i]) > telling(session->errors[best]))
            best = i;
    return best;
}

/* --- sending --- */

static enum session_error error_of_errno(int number)
{
    switch (number) {
    case ECONNREFUSED:
        return SESSION_REFUSED;
    case EAGAIN:
    case EINTR:
    case ENOBUFS:
    case ENOMEM:
        return SESSION_OK; /* for the moment: try again */
    default:
        return SESSION_UNREACHABLE;
    }
}

static enum session_error transmit(struct session *session, struct question *question,
                                   int64_t now)
{
    uint8_t packet[MESSAGE_MAX];
    size_t length = message_request_length(question->message);
    uint32_t sequence;

    if (getrandom(&sequence, sizeof sequence, 0) != sizeof sequence)
        return SESSION_FAILED;
    message_encode(question->message, &question->argument, (uint16_t)question->tries,
                   sequence, packet);
    if (send(session->exchange.descriptor, packet, length, MSG_NOSIGNAL) < 0) {
        question->due = now + BUSY_PAUSE;
        return error_of_errno(errno);
    }
    question->sequences[question->tries] = sequence;
    question->due = question->tries + 1 == SESSION_TRIES
                        ? INT64_MAX
                        : now + (session->patience << question->tries);
    question->tries++;
    return SESSION_OK;
}

/* Sends what is due, as far as the window allows; sets when to look again. */
static enum session_error transmit_due(struct session *session, int64_t now)
{
    size_t in_flight = 0;

    session->exchange.wake = session->share_end;
    for (size_t i = 0; i < session->count && in_flight < session->window; i++) {
        struct question *question = &session->questions[i];

        if (question->settled)
            continue;
        in_flight++;
        if (question->due <= now) {
            enum session_error error = transmit(session, question, now);

            if (error)
                return error;
        }
        if (question->due < session->exchange.wake)
            session->exchange.wake = question->due;
    }
    session->exchange.done = !in_flight;
    return SESSION_OK;
}

/* --- receiving --- */

static struct question *find_question(struct session *session,
                                      const struct reply_header *header)
{
    for (size_t i = 0; i < session->count; i++) {
        struct question *question = &session->questions[i];

        if (question->settled || question->message->command != header->command)
            continue;
        for (unsigned try = 0; try < question->tries; try++)
            if (question->sequences[try] == header->sequence)
                return question;
    }
    return NULL;
}

static enum session_error error_of_status(struct session *session,
                                          const struct reply_header *header)
{
    switch (header->status) {
    case STATUS_UNAUTHORISED:
        return SESSION_NOT_AUTHORISED;
    case STATUS_INVALID:
        return SESSION_NOT_SUPPORTED;
    case STATUS_NO_SUCH_SOURCE:
        return SESSION_NO_SUCH_SOURCE;
    case STATUS_NOT_ENABLED:
    case STATUS_NO_RTC:
    case STATUS_INACTIVE:
        return SESSION_NOT_ENABLED;
    case STATUS_BAD_VERSION:
        session->other_version = header->version;
        return SESSION_OTHER_VERSION;
    case STATUS_BAD_LENGTH:
        return SESSION_NEWER_DAEMON;
    default:
        session->other_status = header->status;
        return SESSION_OTHER_STATUS;
    }
}

/* False for a datagram that is no answer. */
static bool accept_reply(struct session *session, const uint8_t *packet, size_t length)
{
    struct reply_header header;
    struct question *question;
    enum decode_error error;

    if (!message_decode_header(packet, length, &header))
        return false;
    question = find_question(session, &header);
    if (!question)
        return false;
    if (header.status != STATUS_SUCCESS) {
        question->error = error_of_status(session, &header);
        return question->settled = true;
    }
    error = message_decode(question->message, &header, packet, length, question->report);
    if (error == DECODE_SHORT)
        return false;
    question->error = error == DECODE_OK        ? SESSION_OK
                      : error == DECODE_GONE    ? SESSION_NO_SUCH_SOURCE
                      : error == DECODE_UNKNOWN ? SESSION_NEWER_DAEMON
                                                : SESSION_IMPLAUSIBLE;
    return question->settled = true;
}

static enum session_error receive(struct session *session)
{
    uint8_t packet[MESSAGE_MAX];

    for (int i = 0; i < READ_BATCH; i++) {
        ssize_t length =
            recv(session->exchange.descriptor, packet, sizeof packet, MSG_TRUNC);

        if (length < 0)
            return error_of_errno(errno);
        if ((size_t)length <= sizeof packet &&
            accept_reply(session, packet, (size_t)length))
            session->answered = true;
        else
            session->ignored++;
    }
    return SESSION_OK;
}

/* At the end of all time, and of the time of an address that has said nothing yet. */
static enum session_error look_at_clock(struct session *session, int64_t now)
{
    if (now < session->deadline)
        return !session->answered && now >= session->share_end ? SESSION_TIMEOUT
                                                               : SESSION_OK;
    if (!session->answered)
        session->errors[session->current] = SESSION_TIMEOUT;
    settle_all(session, SESSION_TIMEOUT);
    return SESSION_OK;
}

static void session_step(struct exchange *exchange, int64_t now)
{
    struct session *session = (struct session *)exchange;
    enum session_error error = SESSION_OK;

    if (exchange->descriptor >= 0)
        error = receive(session);
    else
        next_address(session, now);
    if (!error)
        error = look_at_clock(session, now);
    if (!error)
        error = transmit_due(session, now);
    while (error && !exchange->done) {
        give_up_address(session, error, now);
        error = transmit_due(session, now);
    }
}

/* --- the life of a session --- */

void session_open(struct session *session, const struct session_target *target,
                  int64_t deadline)
{
    memset(session, 0, sizeof *session);
    session->exchange = (struct exchange){
        .descriptor = -1, .events = POLLIN, .done = true, .step = session_step};
    session->target = *target;
    session->deadline = deadline;
}

void session_attach(struct session *session, int descriptor, int64_t now,
                    int64_t deadline)
{
    static const struct session_target nowhere;

    session_open(session, &nowhere, deadline);
    session->exchange.descriptor = descriptor;
    session->share_end = deadline;
    session->patience = (deadline - now) / 7;
    session->window = WINDOW_LOOPBACK;
}

void session_ask(struct session *session, struct question *questions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        questions[i].settled = false;
        questions[i].tries = 0;
        questions[i].due = 0;
    }
    session->questions = questions;
    session->count = count;
    session->exchange.done = !count;
}

bool session_is_local(const struct session *session)
{
    return !session->target.count ||
           is_loopback(&session->target.addresses[session->current]);
}

void session_close(struct session *session)
{
    drop_descriptor(session);
}
