/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmdmon/session.h"

#include "cmdmon/road.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>

/* chronyd's queues are shared by all its clients: that of UDP holds 256 requests, that of
 * the Unix socket 11. Towards another host a default cmdratelimit lets eight pass at
 * once, so the window begins there, and grows by one with each answer. */
enum {
    WINDOW_LOOPBACK = 32,
    WINDOW_UNIX = 8,
    WINDOW_REMOTE = 8,
    WINDOW_REMOTE_WIDEST = 64,
};

/* So many datagrams are read before the clock is looked at again. */
enum { READ_BATCH = 64 };

static const int64_t BUSY_PAUSE =
    NANOSECONDS_PER_SECOND / 100;                        /* after a full send queue */
static const int64_t PACE = NANOSECONDS_PER_SECOND / 16; /* what cmdratelimit admits */
static const int64_t SHORTEST_PATIENCE = NANOSECONDS_PER_SECOND / 5;

/* --- one address after the other --- */

/* What has been sent to the address in use. */
static struct attempts *attempts_of(const struct session *session,
                                    struct question *question)
{
    return &question->attempts[session->parked_descriptor >= 0];
}

static void restart_questions(struct session *session, int64_t now)
{
    for (size_t i = 0; i < session->count; i++) {
        attempts_of(session, &session->questions[i])->tries = 0;
        session->questions[i].due = now;
    }
}

static void set_window(struct session *session)
{
    const struct target *target = &session->target;
    const size_t index = session->current;

    session->window = WINDOW_REMOTE;
    session->widest = WINDOW_REMOTE_WIDEST;
    if (target->count && target->addresses[index].ss_family == AF_UNIX)
        session->window = session->widest = WINDOW_UNIX;
    else if (session_is_local(session))
        session->window = session->widest = WINDOW_LOOPBACK;
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

/* The first address that was silent stays open while others are tried: it may only be
 * slow, and its answers still count. */
static void park_descriptor(struct session *session)
{
    if (session->parked_descriptor < 0 &&
        session->errors[session->current] == SESSION_TIMEOUT) {
        session->parked = session->current;
        session->parked_descriptor = session->exchange.descriptor;
        session->exchange.descriptor = -1;
    }
    road_close(&session->target, session->current, &session->exchange.descriptor);
}

static bool use_address(struct session *session, size_t index, int64_t now)
{
    enum session_error error;

    park_descriptor(session);
    session->current = index;
    error = road_open(&session->target, index, &session->exchange.descriptor);
    if (error) {
        session->errors[index] = error;
        return false;
    }
    set_window(session);
    share_time(session, now);
    restart_questions(session, now);
    return true;
}

static void settle_all(struct session *session, enum session_error error)
{
    for (size_t i = session->first; i < session->count; i++)
        if (!session->questions[i].settled) {
            session->questions[i].settled = true;
            session->questions[i].error = error;
        }
}

/* Listens to the parked address again, until the deadline; what has been asked three
 * times is not asked again. */
static bool unpark_descriptor(struct session *session, int64_t now)
{
    if (session->parked_descriptor < 0)
        return false;
    road_close(&session->target, session->current, &session->exchange.descriptor);
    session->current = session->parked;
    session->exchange.descriptor = session->parked_descriptor;
    session->parked_descriptor = -1;
    session->share_end = session->deadline;
    set_window(session);
    for (size_t i = 0; i < session->count; i++)
        session->questions[i].due =
            session->questions[i].attempts[0].tries < SESSION_TRIES ? now : INT64_MAX;
    return true;
}

/* Goes to the first untried address; when there is none, back to the one that was silent.
 * An address for which there was no time counts as silent. */
static void next_address(struct session *session, int64_t now)
{
    enum session_error error;

    for (size_t i = 0; i < session->target.count && now < session->deadline; i++)
        if (session->errors[i] == SESSION_OK && use_address(session, i, now))
            return;
    if (unpark_descriptor(session, now))
        return;
    error = session->errors[session_address(session)];
    settle_all(session, error ? error : SESSION_TIMEOUT);
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

bool session_is_local(const struct session *session)
{
    return !session->target.count || target_is_local(&session->target, session->current);
}

/* --- sending --- */

/* Long enough for an answer to find its sequence among the last ones. */
static int64_t paced_patience(const struct session *session)
{
    int64_t patience = 2 * session->round_trip;

    return patience > SHORTEST_PATIENCE ? patience : SHORTEST_PATIENCE;
}

/* One that only limits the rate is asked again and again, at its pace; any other three
 * times. */
static void set_due(struct session *session, struct question *question, int64_t now)
{
    const unsigned tries = attempts_of(session, question)->tries;

    if (session->paced)
        question->due = now + paced_patience(session);
    else if (tries < SESSION_TRIES)
        question->due = now + session->patience * (1 << (tries - 1));
    else
        question->due = INT64_MAX;
}

/* From now on, what waits is due at the pace of the host. */
static void start_pacing(struct session *session, int64_t now)
{
    session->paced = true;
    for (size_t i = session->first; i < session->count; i++)
        if (session->questions[i].due > now + paced_patience(session))
            session->questions[i].due = now + paced_patience(session);
}

/* Another host that leaves one request unanswered, of several, limits their rate. */
static void notice_loss(struct session *session, struct question *question, int64_t now)
{
    if (!session->paced && attempts_of(session, question)->tries && session->answered &&
        !session_is_local(session))
        start_pacing(session, now);
}

static enum session_error transmit(struct session *session, struct question *question,
                                   int64_t now)
{
    uint8_t packet[MESSAGE_MAX];
    size_t length = message_request_length(question->message);
    struct attempts *attempts = attempts_of(session, question);
    uint32_t sequence;

    if (getrandom(&sequence, sizeof sequence, 0) != sizeof sequence)
        return SESSION_FAILED;
    message_encode(question->message, &question->argument, (uint16_t)attempts->tries,
                   sequence, packet);
    if (send(session->exchange.descriptor, packet, length, MSG_NOSIGNAL) < 0) {
        question->due = now + BUSY_PAUSE;
        return road_error(&session->target, session->current, errno);
    }
    attempts->sequences[attempts->tries++ % SESSION_TRIES] = sequence;
    question->sent = now;
    session->next_sent = now + PACE;
    set_due(session, question, now);
    return SESSION_OK;
}

/* Sends one question if it is time for it; asks to be woken when it will be. */
static enum session_error transmit_if_due(struct session *session,
                                          struct question *question, int64_t now)
{
    int64_t *wake = &session->exchange.wake;
    enum session_error error = SESSION_OK;

    if (question->due <= now) {
        notice_loss(session, question, now);
        if (session->paced && now < session->next_sent)
            question->due = session->next_sent;
        else
            error = transmit(session, question, now);
    }
    if (question->due < *wake)
        *wake = question->due;
    return error;
}

/* Sends what is due, as far as the window allows; sets when to look again. */
static enum session_error transmit_due(struct session *session, int64_t now)
{
    size_t in_flight = 0;

    session->exchange.wake = session->answered ? session->deadline : session->share_end;
    while (session->first < session->count && session->questions[session->first].settled)
        session->first++;
    for (size_t i = session->first; i < session->count && in_flight < session->window;
         i++) {
        enum session_error error;

        if (session->questions[i].settled)
            continue;
        in_flight++;
        error = transmit_if_due(session, &session->questions[i], now);
        if (error)
            return error;
    }
    session->exchange.done = !in_flight;
    return SESSION_OK;
}

/* --- receiving --- */

static bool has_sent(const struct attempts *attempts, uint32_t sequence)
{
    for (unsigned try = 0; try < SESSION_TRIES && try < attempts->tries; try++)
        if (attempts->sequences[try] == sequence)
            return true;
    return false;
}

static struct question *find_question(struct session *session,
                                      const struct reply_header *header)
{
    for (size_t i = session->first; i < session->count; i++) {
        struct question *question = &session->questions[i];

        if (!question->settled && question->message->command == header->command &&
            has_sent(attempts_of(session, question), header->sequence))
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

static enum session_error error_of_decoding(enum decode_error error)
{
    switch (error) {
    case DECODE_OK:
        return SESSION_OK;
    case DECODE_GONE:
        return SESSION_NO_SUCH_SOURCE;
    case DECODE_UNKNOWN:
        return SESSION_NEWER_DAEMON;
    case DECODE_SHORT:
    case DECODE_IMPLAUSIBLE:
        return SESSION_IMPLAUSIBLE;
    }
    return SESSION_IMPLAUSIBLE;
}

/* An answer says how far away the host is, and that the window was not too wide. */
static void learn_from_answer(struct session *session, struct question *question,
                              int64_t now)
{
    session->answered = true;
    if (session_is_local(session))
        return;
    if (session->window < session->widest && !session->paced)
        session->window++;
    if (attempts_of(session, question)->tries != 1)
        return;
    session->round_trip = now - question->sent;
    if (2 * paced_patience(session) < session->patience)
        session->patience = 2 * paced_patience(session);
}

/* False for a datagram that is no answer. */
static bool accept_reply(struct session *session, const uint8_t *packet, size_t length,
                         int64_t now)
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
    } else {
        error =
            message_decode(question->message, &header, packet, length, question->report);
        if (error == DECODE_SHORT)
            return false;
        question->error = error_of_decoding(error);
    }
    question->settled = true;
    learn_from_answer(session, question, now);
    return true;
}

static enum session_error receive(struct session *session, int64_t now)
{
    uint8_t packet[MESSAGE_MAX];

    for (int i = 0; i < READ_BATCH; i++) {
        ssize_t length =
            recv(session->exchange.descriptor, packet, sizeof packet, MSG_TRUNC);

        if (length < 0)
            return road_error(&session->target, session->current, errno);
        if ((size_t)length > sizeof packet ||
            !accept_reply(session, packet, (size_t)length, now))
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
        error = receive(session, now);
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

void session_settle_user(const char *path)
{
    road_settle_user(path);
}

void session_open(struct session *session, const struct target *target, int64_t deadline)
{
    memset(session, 0, sizeof *session);
    session->exchange = (struct exchange){
        .descriptor = -1, .events = POLLIN, .done = true, .step = session_step};
    session->parked_descriptor = -1;
    session->target = *target;
    session->deadline = deadline;
}

void session_attach(struct session *session, const struct target *target, int descriptor,
                    int64_t now, int64_t deadline)
{
    session_open(session, target, deadline);
    session->exchange.descriptor = descriptor;
    session->share_end = deadline;
    session->patience = (deadline - now) / 7;
    set_window(session);
}

void session_ask(struct session *session, struct question *questions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        questions[i].settled = false;
        questions[i].attempts[0].tries = questions[i].attempts[1].tries = 0;
        questions[i].due = 0;
    }
    session->questions = questions;
    session->count = count;
    session->first = 0;
    session->exchange.done = !count;
}

void session_close(struct session *session)
{
    road_close(&session->target, session->current, &session->exchange.descriptor);
    road_close(&session->target, session->parked, &session->parked_descriptor);
}
