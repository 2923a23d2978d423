/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The session against a scripted peer, with a clock of the test's own. */
#include "cmdmon/session.h"
#include "fake_chronyd.h"
#include "runner.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECOND = NANOSECONDS_PER_SECOND };

/* --- both ends of a conversation over a socket pair --- */

enum { QUESTIONS = 40 };

static struct session session;
static struct question questions[QUESTIONS];
static struct tracking tracking;
static struct source_data sources[QUESTIONS];
static int peer;
static uint8_t request[MESSAGE_MAX], reply[MESSAGE_MAX];

/* A session that starts at 0 s and ends at 7 s: its patience is 1 s, then 2 s. */
static void attach_to(const struct target *target)
{
    int ends[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    peer = ends[1];
    session_attach(&session, target, ends[0], 0, (int64_t)7 * SECOND);
    memset(questions, 0, sizeof questions);
}

static void attach(void)
{
    static const struct target here;

    attach_to(&here);
}

static void ask_tracking(void)
{
    attach();
    questions[0] = (struct question){.message = &tracking_message, .report = &tracking};
    session_ask(&session, questions, 1);
}

static void detach(void)
{
    session_close(&session);
    close(peer);
}

static void step(int64_t milliseconds)
{
    session.exchange.step(&session.exchange, milliseconds * 1000000);
}

/* Takes the next request; its length, or 0 when there is none. */
static size_t take(void)
{
    ssize_t length = recv(peer, request, sizeof request, 0);

    return length < 0 ? 0 : (size_t)length;
}

static uint32_t taken_sequence(void)
{
    return wire_get_u32(request + 8);
}

/* Makes the reply to the request that was taken last. */
static size_t make_reply(void)
{
    struct fake_chronyd fake = fake_healthy();

    fake.total = QUESTIONS;
    return fake_reply(&fake, request, reply);
}

static void send_reply(size_t length)
{
    ck_assert_int_eq(send(peer, reply, length, 0), (ssize_t)length);
}

static void assert_settled(enum session_error error)
{
    ck_assert(session.exchange.done);
    ck_assert_int_eq(questions[0].error, error);
}

static void assert_waiting(size_t ignored)
{
    ck_assert(!session.exchange.done);
    ck_assert_uint_eq(session.ignored, ignored);
}

/* A session with another host: 192.0.2.1 is nobody's. */
static void attach_remote(size_t count)
{
    struct target target;
    const char *reason;

    ck_assert_int_eq(target_find(&target, "192.0.2.1", 323, AF_UNSPEC, &reason),
                     TARGET_OK);
    attach_to(&target);
    for (unsigned i = 0; i < count; i++)
        questions[i] = (struct question){
            .message = &source_data_message, .argument.index = i, .report = &sources[i]};
    session_ask(&session, questions, count);
}

/* Answers all requests that wait; how many there were. */
static unsigned answer_all(void)
{
    unsigned count = 0;

    for (; take(); count++)
        send_reply(make_reply());
    return count;
}

START_TEST(answers)
{
    ask_tracking();
    step(0);
    ck_assert_uint_eq(take(), 104);
    send_reply(make_reply());
    step(1);
    assert_settled(SESSION_OK);
    ck_assert_uint_eq(tracking.reference_id, 0x7f00000b);
    ck_assert_uint_eq(tracking.stratum, 2);
    detach();
}
END_TEST

START_TEST(transmits_three_times_with_growing_patience)
{
    static const int64_t times[] = {0, 999, 1000, 2999, 3000, 6999};
    static const size_t lengths[] = {104, 0, 104, 0, 104, 0};
    uint32_t sequences[SESSION_TRIES];
    unsigned sent = 0;

    ask_tracking();
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        step(times[i]);
        ck_assert_uint_eq(take(), lengths[i]);
        ck_assert(!session.exchange.done);
        if (!lengths[i])
            continue;
        ck_assert_uint_eq(wire_get_u16(request + 6), sent);
        sequences[sent++] = taken_sequence();
    }
    ck_assert_uint_eq(sent, SESSION_TRIES);
    ck_assert(sequences[0] != sequences[1] && sequences[1] != sequences[2] &&
              sequences[0] != sequences[2]);
    step(7000);
    ck_assert_uint_eq(take(), 0);
    assert_settled(SESSION_TIMEOUT);
    detach();
}
END_TEST

/* A sequence that could be foreseen would let others answer for chronyd. */
START_TEST(draws_sequences_at_random)
{
    uint32_t drawn[3];

    for (int i = 0; i < 3; i++) {
        ask_tracking();
        step(0);
        take();
        drawn[i] = taken_sequence();
        detach();
    }
    ck_assert_uint_ne(drawn[1] - drawn[0], drawn[2] - drawn[1]);
    ck_assert_uint_gt(drawn[0] | drawn[1] | drawn[2], 0xffff);
}
END_TEST

START_TEST(wants_to_be_woken_when_something_is_due)
{
    ask_tracking();
    step(0);
    ck_assert_int_eq(session.exchange.wake, (int64_t)1 * SECOND);
    step(1000);
    ck_assert_int_eq(session.exchange.wake, (int64_t)3 * SECOND);
    step(3000);
    ck_assert_int_eq(session.exchange.wake, (int64_t)7 * SECOND);
    detach();
}
END_TEST

START_TEST(takes_a_late_reply_to_an_earlier_transmission)
{
    size_t length;

    ask_tracking();
    step(0);
    take();
    length = make_reply();
    step(1000);
    take();
    send_reply(length);
    step(1001);
    assert_settled(SESSION_OK);
    detach();
}
END_TEST

/* One byte of the header that makes a reply somebody else's. */
static const struct {
    size_t at;
    uint8_t mask;
} strangers[] = {
    {0, 3},  /* version 5 */
    {1, 3},  /* a request */
    {2, 1},  /* reserved */
    {3, 1},  /* reserved */
    {5, 1},  /* command */
    {16, 1}, /* sequence */
    {19, 1}, /* sequence */
};

START_TEST(ignores_strangers)
{
    size_t length;

    ask_tracking();
    step(0);
    take();
    length = make_reply();
    reply[strangers[_i].at] ^= strangers[_i].mask;
    send_reply(length);
    step(1);
    assert_waiting(1);
    reply[strangers[_i].at] ^= strangers[_i].mask;
    send_reply(length);
    step(2);
    assert_settled(SESSION_OK);
    detach();
}
END_TEST

static const struct {
    size_t length;
    bool accepted;
} lengths[] = {{1, false},  {27, false},  {28, false},   {103, false}, {104, true},
               {105, true}, {1024, true}, {1025, false}, {4096, false}};

START_TEST(judges_length)
{
    static uint8_t packet[4096];

    ask_tracking();
    step(0);
    take();
    make_reply();
    memcpy(packet, reply, sizeof reply);
    ck_assert_int_eq(send(peer, packet, lengths[_i].length, 0),
                     (ssize_t)lengths[_i].length);
    step(1);
    if (lengths[_i].accepted)
        assert_settled(SESSION_OK);
    else
        assert_waiting(1);
    detach();
}
END_TEST

START_TEST(ignores_duplicates)
{
    size_t length;

    attach();
    for (unsigned i = 0; i < 2; i++)
        questions[i] = (struct question){
            .message = &source_data_message, .argument.index = i, .report = &sources[i]};
    session_ask(&session, questions, 2);
    step(0);
    take();
    length = make_reply();
    send_reply(length);
    send_reply(length);
    step(1);
    assert_waiting(1);
    ck_assert_int_eq(questions[0].error, SESSION_OK);
    take();
    send_reply(make_reply());
    step(2);
    ck_assert(session.exchange.done);
    ck_assert_uint_eq(sources[1].address.bytes[3], 12);
    detach();
}
END_TEST

START_TEST(survives_a_flood)
{
    ask_tracking();
    step(0);
    take();
    make_reply();
    reply[16] ^= 1;
    for (int i = 0; i < 100; i++)
        send_reply(MESSAGE_REPLY_HEADER);
    step(1);
    assert_waiting(64);
    step(2);
    assert_waiting(100);
    reply[16] ^= 1;
    send_reply(make_reply());
    step(3);
    assert_settled(SESSION_OK);
    detach();
}
END_TEST

static const struct {
    uint16_t status;
    enum session_error error;
} statuses[] = {{1, SESSION_OTHER_STATUS},  {2, SESSION_NOT_AUTHORISED},
                {3, SESSION_NOT_SUPPORTED}, {4, SESSION_NO_SUCH_SOURCE},
                {6, SESSION_NOT_ENABLED},   {13, SESSION_NOT_ENABLED},
                {15, SESSION_NOT_ENABLED},  {18, SESSION_OTHER_VERSION},
                {19, SESSION_NEWER_DAEMON}, {65535, SESSION_OTHER_STATUS}};

START_TEST(understands_statuses)
{
    struct fake_chronyd fake = fake_healthy();

    fake.faults.refused_command = 33;
    fake.faults.refused_status = statuses[_i].status;
    ask_tracking();
    step(0);
    take();
    send_reply(fake_reply(&fake, request, reply));
    step(1);
    assert_settled(statuses[_i].error);
    if (statuses[_i].error == SESSION_OTHER_STATUS)
        ck_assert_uint_eq(session.other_status, statuses[_i].status);
    detach();
}
END_TEST

START_TEST(names_the_version_of_a_newer_daemon)
{
    ask_tracking();
    step(0);
    take();
    make_reply();
    reply[0] = 7;
    wire_put_u16(reply + 8, STATUS_BAD_VERSION);
    send_reply(MESSAGE_REPLY_HEADER);
    step(1);
    assert_settled(SESSION_OTHER_VERSION);
    ck_assert_uint_eq(session.other_version, 7);
    detach();
}
END_TEST

/* A reply number, and what a successful reply with it means. */
static const struct {
    uint16_t number;
    enum session_error error;
} numbers[] = {{1, SESSION_NO_SUCH_SOURCE}, {5, SESSION_OK}, {99, SESSION_NEWER_DAEMON}};

START_TEST(understands_reply_numbers)
{
    size_t length;

    ask_tracking();
    step(0);
    take();
    length = make_reply();
    wire_put_u16(reply + 6, numbers[_i].number);
    send_reply(length);
    step(1);
    assert_settled(numbers[_i].error);
    detach();
}
END_TEST

START_TEST(refuses_implausible_numbers)
{
    size_t length;

    ask_tracking();
    step(0);
    take();
    length = make_reply();
    wire_put_u32(reply + 68,
                 0x7effffff); /* the largest float: chronyd had a larger one */
    send_reply(length);
    step(1);
    assert_settled(SESSION_IMPLAUSIBLE);
    detach();
}
END_TEST

START_TEST(keeps_to_its_window)
{
    unsigned taken = 0;

    attach();
    for (unsigned i = 0; i < QUESTIONS; i++)
        questions[i] = (struct question){
            .message = &source_data_message, .argument.index = i, .report = &sources[i]};
    session_ask(&session, questions, QUESTIONS);
    step(0);
    while (take())
        taken++;
    ck_assert_uint_eq(taken, 32);
    ck_assert_uint_eq(wire_get_u32(request + MESSAGE_REQUEST_HEADER), 31);
    send_reply(make_reply());
    step(1);
    ck_assert_uint_eq(take(), 76);
    ck_assert_uint_eq(wire_get_u32(request + MESSAGE_REQUEST_HEADER), 32);
    ck_assert_uint_eq(take(), 0);
    detach();
}
END_TEST

/* Towards another host the window begins with what a default cmdratelimit admits, and
 * grows with each answer. */
START_TEST(widens_its_window_for_another_host)
{
    static const unsigned flights[] = {8, 16, 16};

    attach_remote(QUESTIONS);
    for (size_t i = 0; i < sizeof flights / sizeof flights[0]; i++) {
        step((int64_t)i);
        ck_assert_uint_eq(answer_all(), flights[i]);
    }
    step(3);
    ck_assert(session.exchange.done);
    ck_assert(!session.paced);
    detach();
}
END_TEST

/* One that leaves requests unanswered gets 16 in a second, until all are answered. */
START_TEST(paces_itself)
{
    unsigned taken = 0;

    attach_remote(QUESTIONS);
    step(0);
    take();
    send_reply(make_reply());
    while (take())
        continue;
    step(1);
    while (take())
        continue;
    for (int64_t now = 1001; now <= 2001; now += 1) {
        step(now);
        while (take())
            taken++;
    }
    ck_assert(session.paced);
    ck_assert_uint_ge(taken, 15);
    ck_assert_uint_le(taken, 17);
    for (int64_t now = 2002; now < 6900 && !session.exchange.done; now += 1) {
        step(now);
        answer_all();
    }
    ck_assert(session.exchange.done);
    for (size_t i = 0; i < QUESTIONS; i++)
        ck_assert_int_eq(questions[i].error, SESSION_OK);
    detach();
}
END_TEST

/* Requests on their way to a host that is far away. */
static struct {
    int64_t due;
    uint8_t request[MESSAGE_MAX];
} under_way[512];

/* A long way, and one request that is lost on it: the answer to a later one still counts.
 */
START_TEST(recovers_over_a_long_way)
{
    size_t sent = 0, answered = 0;

    attach_remote(2);
    for (int64_t now = 0; now < 6900 && !session.exchange.done; now += 10) {
        step(now);
        for (; take() && sent < 512; sent++) {
            under_way[sent].due = now + 900;
            memcpy(under_way[sent].request, request, sizeof request);
        }
        for (; answered < sent && under_way[answered].due <= now; answered++) {
            memcpy(request, under_way[answered].request, sizeof request);
            if (answered != 1)
                send_reply(make_reply());
        }
    }
    ck_assert(session.exchange.done);
    ck_assert_int_eq(questions[0].error, SESSION_OK);
    ck_assert_int_eq(questions[1].error, SESSION_OK);
    detach();
}
END_TEST

START_TEST(is_done_without_questions)
{
    attach();
    session_ask(&session, questions, 0);
    ck_assert(session.exchange.done);
    detach();
}
END_TEST

/* --- real sockets: which address is asked, and for how long --- */

static int listener(const char *host, struct target *target)
{
    struct sockaddr_in *address = (struct sockaddr_in *)&target->addresses[target->count];
    socklen_t length = sizeof *address;
    struct target found;
    const char *reason;
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

    ck_assert_int_eq(target_find(&found, host, 0, AF_UNSPEC, &reason), TARGET_OK);
    memcpy(address, &found.addresses[0], sizeof *address);
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)address, length), 0);
    ck_assert_int_eq(getsockname(descriptor, (struct sockaddr *)address, &length), 0);
    target->count++;
    return descriptor;
}

/* An address where nothing listens any more. */
static void dead_address(struct target *target)
{
    close(listener("127.0.0.1", target));
}

static void open_target(const struct target *target)
{
    session_open(&session, target, (int64_t)7 * SECOND);
    questions[0] = (struct question){.message = &tracking_message, .report = &tracking};
    session_ask(&session, questions, 1);
}

/* Answers the request that waits at a listener; false when there is none. */
static bool serve_one(int descriptor)
{
    struct sockaddr_in client;
    socklen_t length = sizeof client;

    if (recvfrom(descriptor, request, sizeof request, 0, (struct sockaddr *)&client,
                 &length) < 0)
        return false;
    sendto(descriptor, reply, make_reply(), 0, (struct sockaddr *)&client, length);
    return true;
}

/* Takes requests without answering; how many there were. */
static unsigned swallow(int descriptor)
{
    unsigned count = 0;

    while (recv(descriptor, request, sizeof request, 0) > 0)
        count++;
    return count;
}

START_TEST(is_refused_at_once)
{
    struct target target = {.count = 0};

    dead_address(&target);
    dead_address(&target);
    open_target(&target);
    for (int i = 0; i < 3; i++)
        step(0);
    assert_settled(SESSION_REFUSED);
    ck_assert_uint_eq(session_address(&session), 0);
    session_close(&session);
}
END_TEST

/* A process may have been stopped for longer than it had: nothing is asked then, and
 * nothing is known. */
START_TEST(knows_nothing_after_the_deadline)
{
    struct target target = {.count = 0};
    int first = listener("127.0.0.1", &target);

    open_target(&target);
    step(7000);
    assert_settled(SESSION_TIMEOUT);
    ck_assert_uint_eq(swallow(first), 0);
    session_close(&session);
    close(first);
}
END_TEST

START_TEST(goes_on_after_a_refusal)
{
    struct target target = {.count = 0};
    int second;

    dead_address(&target);
    second = listener("127.0.0.1", &target);
    open_target(&target);
    step(0);
    step(1);
    ck_assert(serve_one(second));
    step(2);
    assert_settled(SESSION_OK);
    ck_assert_uint_eq(session_address(&session), 1);
    session_close(&session);
    close(second);
}
END_TEST

START_TEST(shares_time_equally)
{
    struct target target = {.count = 0};
    int first = listener("127.0.0.1", &target), second = listener("127.0.0.1", &target);

    open_target(&target);
    step(0);
    step(500);
    step(1500);
    ck_assert_uint_eq(swallow(first), 3);
    step(3499);
    ck_assert_uint_eq(swallow(first) + swallow(second), 0);
    step(3500);
    ck_assert_uint_eq(swallow(second), 1);
    step(6999);
    ck_assert(!session.exchange.done);
    step(7000);
    assert_settled(SESSION_TIMEOUT);
    ck_assert_uint_eq(session_address(&session), 0);
    session_close(&session);
    close(first);
    close(second);
}
END_TEST

/* It has been asked three times, and is not asked again: it may only be slow. */
START_TEST(returns_to_a_silent_address)
{
    struct target target = {.count = 0};
    int first = listener("127.0.0.1", &target);

    dead_address(&target);
    open_target(&target);
    step(0);
    step(500);
    step(1500);
    step(3500);
    step(3501);
    step(5000);
    ck_assert(!session.exchange.done);
    ck_assert(serve_one(first));
    ck_assert_uint_eq(swallow(first), 2);
    step(5001);
    assert_settled(SESSION_OK);
    ck_assert_uint_eq(session_address(&session), 0);
    session_close(&session);
    close(first);
}
END_TEST

/* After an answer there is nothing to do before the deadline but to wait. */
START_TEST(sleeps_until_the_deadline_once_answered)
{
    struct target target = {.count = 0};
    int first = listener("127.0.0.1", &target), second = listener("127.0.0.1", &target);

    open_target(&target);
    questions[1] = questions[0];
    session_ask(&session, questions, 2);
    step(0);
    ck_assert(serve_one(first));
    for (int64_t now = 1; now < 7000; now += 500)
        step(now);
    ck_assert_int_eq(session.exchange.wake, (int64_t)7 * SECOND);
    session_close(&session);
    close(first);
    close(second);
}
END_TEST

START_TEST(keeps_an_address_that_has_answered)
{
    struct target target = {.count = 0};
    int first = listener("127.0.0.1", &target), second = listener("127.0.0.1", &target);

    open_target(&target);
    step(0);
    ck_assert(serve_one(first));
    step(1);
    session_ask(&session, questions, 1);
    step(2);
    step(3600);
    ck_assert_uint_eq(swallow(second), 0);
    step(7000);
    assert_settled(SESSION_TIMEOUT);
    session_close(&session);
    close(first);
    close(second);
}
END_TEST

START_TEST(hears_only_whom_it_asked)
{
    struct target target = {.count = 0}, elsewhere = {.count = 0};
    int first = listener("127.0.0.1", &target),
        stranger = listener("127.0.0.1", &elsewhere);
    struct sockaddr_in client;
    socklen_t length = sizeof client;

    open_target(&target);
    step(0);
    ck_assert_int_gt(
        recvfrom(first, request, sizeof request, 0, (struct sockaddr *)&client, &length),
        0);
    sendto(stranger, reply, make_reply(), 0, (struct sockaddr *)&client, length);
    step(1);
    assert_waiting(0);
    sendto(first, reply, make_reply(), 0, (struct sockaddr *)&client, length);
    step(2);
    assert_settled(SESSION_OK);
    session_close(&session);
    close(first);
    close(stranger);
}
END_TEST

/* Silence says more than a refusal: something is there. */
START_TEST(reports_silence_before_refusal)
{
    struct target target = {.count = 0};
    int second;

    dead_address(&target);
    second = listener("127.0.0.1", &target);
    open_target(&target);
    step(0);
    step(1);
    step(7000);
    assert_settled(SESSION_TIMEOUT);
    ck_assert_uint_eq(session_address(&session), 1);
    session_close(&session);
    close(second);
}
END_TEST

/* --- targets --- */

static const struct {
    const char *host;
    int family;
    enum target_error error;
    const char *texts[2];
} hosts[] = {
    {NULL, AF_UNSPEC, TARGET_OK, {"127.0.0.1", "::1"}},
    {NULL, AF_INET, TARGET_OK, {"127.0.0.1", NULL}},
    {NULL, AF_INET6, TARGET_OK, {"::1", NULL}},
    {"127.0.0.7", AF_UNSPEC, TARGET_OK, {"127.0.0.7", NULL}},
    {"127.0.0.7", AF_INET6, TARGET_NO_FAMILY, {NULL}},
    {"::1", AF_UNSPEC, TARGET_OK, {"::1", NULL}},
    {"fe80::1%lo", AF_UNSPEC, TARGET_OK, {"fe80::1%lo", NULL}},
    {"no-such-host.invalid", AF_UNSPEC, TARGET_NO_ADDRESS, {NULL}},
    {"", AF_UNSPEC, TARGET_NO_ADDRESS, {NULL}},
};

START_TEST(finds_targets)
{
    struct target target;
    char text[TARGET_TEXT];
    const char *reason;

    ck_assert_int_eq(target_find(&target, hosts[_i].host, 323, hosts[_i].family, &reason),
                     hosts[_i].error);
    for (size_t i = 0; i < 2 && hosts[_i].texts[i]; i++) {
        ck_assert_uint_lt(i, target.count);
        target_text(&target, i, text);
        ck_assert_int_eq(strncmp(text, hosts[_i].texts[i], strlen(hosts[_i].texts[i])),
                         0);
        ck_assert_str_eq(text + strlen(hosts[_i].texts[i]), " port 323");
    }
    if (!hosts[_i].error)
        ck_assert_uint_eq(target.count, hosts[_i].texts[1] ? 2 : 1);
}
END_TEST

/* Where a chronyd may be, as it is told, and whether it is this machine. */
static const struct {
    const char *host; /* NULL: the socket below */
    const char *text;
    bool is_local;
} places[] = {
    {"127.0.0.1", "127.0.0.1 port 323", true},
    {"127.255.255.254", "127.255.255.254 port 323", true},
    {"128.0.0.1", "128.0.0.1 port 323", false},
    {"192.0.2.1", "192.0.2.1 port 323", false},
    {"0.0.0.0", "0.0.0.0 port 323", false},
    {"::1", "::1 port 323", true},
    {"::2", "::2 port 323", false},
    {"2001:db8::1", "2001:db8::1 port 323", false},
    {"0:0:1::1", "0:0:1::1 port 323", false},
    {"::1:0:1", "::1:0:1 port 323", false},
    {NULL, "/run/chrony/chronyd.sock", true},
};

START_TEST(tells_where_a_target_is)
{
    struct target target = {.count = 0};
    char text[TARGET_TEXT];
    const char *reason;

    if (places[_i].host)
        ck_assert_int_eq(target_find(&target, places[_i].host, 323, AF_UNSPEC, &reason),
                         TARGET_OK);
    else
        ck_assert_int_eq(target_add_socket(&target, places[_i].text), TARGET_OK);
    target_text(&target, 0, text);
    ck_assert_str_eq(text, places[_i].text);
    ck_assert(target_is_local(&target, 0) == places[_i].is_local);
    target_text(&target, 1, text);
    ck_assert_str_eq(text, "unknown address");
}
END_TEST

/* An address of a family that nobody knows has no text. */
START_TEST(tells_no_address_of_an_unknown_family)
{
    struct target target = {.count = 1, .addresses = {{.ss_family = AF_UNSPEC}}};
    char text[TARGET_TEXT];

    target_text(&target, 0, text);
    ck_assert_str_eq(text, "unknown address");
}
END_TEST

START_TEST(has_room_for_so_many_addresses)
{
    struct target target = {.count = TARGET_ADDRESSES - 1};
    const struct sockaddr_storage *last = &target.addresses[TARGET_ADDRESSES - 1];

    ck_assert_int_eq(target_add_socket(&target, "/run/chrony/chronyd.sock"), TARGET_OK);
    ck_assert_int_eq(last->ss_family, AF_UNIX);
    ck_assert_int_eq(target_add_socket(&target, "/run/chrony/chronyd.sock"),
                     TARGET_TOO_LONG);
    ck_assert_uint_eq(target.count, TARGET_ADDRESSES);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("session");
    TCase *peers = tcase_create("scripted peer"), *addresses = tcase_create("addresses");

    tcase_add_test(peers, answers);
    tcase_add_test(peers, transmits_three_times_with_growing_patience);
    tcase_add_test(peers, draws_sequences_at_random);
    tcase_add_test(peers, wants_to_be_woken_when_something_is_due);
    tcase_add_test(peers, takes_a_late_reply_to_an_earlier_transmission);
    add_table_test(peers, ignores_strangers, strangers);
    add_table_test(peers, judges_length, lengths);
    tcase_add_test(peers, ignores_duplicates);
    tcase_add_test(peers, survives_a_flood);
    add_table_test(peers, understands_statuses, statuses);
    tcase_add_test(peers, names_the_version_of_a_newer_daemon);
    add_table_test(peers, understands_reply_numbers, numbers);
    tcase_add_test(peers, refuses_implausible_numbers);
    tcase_add_test(peers, keeps_to_its_window);
    tcase_add_test(peers, widens_its_window_for_another_host);
    tcase_add_test(peers, paces_itself);
    tcase_add_test(peers, recovers_over_a_long_way);
    tcase_add_test(peers, is_done_without_questions);
    suite_add_tcase(suite, peers);

    tcase_add_test(addresses, is_refused_at_once);
    tcase_add_test(addresses, knows_nothing_after_the_deadline);
    tcase_add_test(addresses, goes_on_after_a_refusal);
    tcase_add_test(addresses, shares_time_equally);
    tcase_add_test(addresses, sleeps_until_the_deadline_once_answered);
    tcase_add_test(addresses, returns_to_a_silent_address);
    tcase_add_test(addresses, keeps_an_address_that_has_answered);
    tcase_add_test(addresses, hears_only_whom_it_asked);
    tcase_add_test(addresses, reports_silence_before_refusal);
    add_table_test(addresses, finds_targets, hosts);
    add_table_test(addresses, tells_where_a_target_is, places);
    tcase_add_test(addresses, tells_no_address_of_an_unknown_family);
    tcase_add_test(addresses, has_room_for_so_many_addresses);
    suite_add_tcase(suite, addresses);
    return suite;
}
