/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Gathering, from a chronyd of our own making over real sockets. */
#include "fake_chronyd.h"
#include "runner.h"
#include "snapshot.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static struct fake_chronyd fake;
static struct snapshot snapshot;

/* Takes a snapshot of the fake; the deadline is far enough away for one that answers. */
static void take(unsigned needs, double seconds)
{
    struct target target;
    char place[TARGET_TEXT];
    const char *reason;
    uint16_t port;
    pid_t process = fake_start(&fake, &port);

    ck_assert_int_eq(target_find(&target, "127.0.0.1", port, AF_UNSPEC, &reason),
                     TARGET_OK);
    snapshot_take(&snapshot, &target, needs,
                  wait_now() + (int64_t)(seconds * NANOSECONDS_PER_SECOND));
    fake_stop(process);
    snprintf(place, sizeof place, "127.0.0.1 port %u", port);
    ck_assert_str_eq(snapshot.place, place);
}

static void setup(void)
{
    fake = fake_healthy();
}

static void teardown(void)
{
    snapshot_free(&snapshot);
}

START_TEST(gathers_what_is_needed)
{
    take(NEED_TRACKING | NEED_SOURCES, 20);
    ck_assert_int_eq(snapshot.tracking_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.tracking.stratum, 2);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, 5);
    ck_assert(snapshot.sources_whole);
    for (size_t i = 0; i < 5; i++) {
        char label[SOURCE_LABEL];

        snprintf(label, sizeof label, "127.0.0.%zu", 11 + i);
        ck_assert_str_eq(snapshot.sources[i].label, label);
        ck_assert_str_eq(snapshot.sources[i].name, "");
        ck_assert(isnan(snapshot.sources[i].span));
    }
    ck_assert_ptr_eq(snapshot_selected(&snapshot), &snapshot.sources[0]);
}
END_TEST

/* When it was taken is told by the clock that people set. */
START_TEST(knows_when_it_was_taken)
{
    struct timespec before, after;

    clock_gettime(CLOCK_REALTIME, &before);
    take(NEED_TRACKING, 20);
    clock_gettime(CLOCK_REALTIME, &after);
    ck_assert_double_ge(snapshot.taken, (double)before.tv_sec);
    ck_assert_double_le(snapshot.taken, (double)after.tv_sec + 1);
}
END_TEST

START_TEST(gathers_nothing_else)
{
    take(NEED_TRACKING, 20);
    ck_assert_int_eq(snapshot.tracking_error, SESSION_OK);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, 0);
}
END_TEST

/* Below, at and above the number that is guessed at first, and above the window. */
static const uint32_t totals[] = {0, 1, 7, 8, 9, 40, 41, 300};

START_TEST(gathers_any_number)
{
    fake.total = totals[_i];
    take(NEED_SOURCES, 20);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, totals[_i]);
    for (uint32_t i = 0; i < totals[_i]; i++)
        ck_assert_uint_eq(snapshot.sources[i].data.address.bytes[3], 11 + i % 5);
}
END_TEST

START_TEST(caps_the_number)
{
    fake.total = UINT32_MAX;
    take(NEED_SOURCES, 20);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, SNAPSHOT_SOURCES);
    ck_assert_uint_eq(snapshot.source_total, UINT32_MAX);
}
END_TEST

/* Guessed, and asked for later. */
static const uint32_t vanished[] = {0, 3, 9};

START_TEST(leaves_out_what_vanished)
{
    fake.total = 10;
    fake.vanished = vanished[_i];
    take(NEED_SOURCES, 20);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, 9);
    for (uint32_t i = 0; i < 9; i++)
        ck_assert_uint_eq(snapshot.sources[i].data.address.bytes[3],
                          11 + (i < vanished[_i] ? i : i + 1) % 5);
}
END_TEST

/* The list moves while it is read: it is read again, and nothing of the first reading is
 * left. */
START_TEST(reads_a_moving_list_again)
{
    fake.shift_after = 3;
    take(NEED_SOURCES, 20);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, 5);
    ck_assert_str_eq(snapshot.sources[0].label, "127.0.0.200");
    for (size_t i = 1; i < 5; i++)
        ck_assert_uint_eq(snapshot.sources[i].data.address.bytes[3], 10 + i);
}
END_TEST

/* The first is told before it is selected, the last after it was: nobody would be
 * selected. */
START_TEST(reads_a_moving_selection_again)
{
    fake.sources[0].state = SOURCE_COMBINED;
    fake.sources[4].state = SOURCE_SELECTED;
    fake.reselect_after = 3;
    take(NEED_TRACKING | NEED_SOURCES, 20);
    ck_assert_ptr_eq(snapshot_selected(&snapshot), &snapshot.sources[0]);
}
END_TEST

/* One that stays inconsistent is told as it is, and as not whole. */
START_TEST(doubts_a_list_that_never_holds)
{
    fake.sources[3].address = fake.sources[2].address;
    take(NEED_SOURCES, 20);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, 5);
    ck_assert(!snapshot.sources_whole);
}
END_TEST

/* Two reference clocks may have one id. */
START_TEST(keeps_like_reference_clocks)
{
    for (size_t i = 0; i < 2; i++) {
        fake.sources[i].address = (struct ip_address){IP_V4, {'P', 'P', 'S', 0}};
        fake.sources[i].mode = MODE_REFERENCE_CLOCK;
    }
    take(NEED_SOURCES, 20);
    ck_assert_uint_eq(snapshot.source_count, 5);
}
END_TEST

START_TEST(gathers_names)
{
    fake.name = "ntp|one.example<b>'=\n\x1b[2J";
    take(NEED_SOURCES | NEED_SOURCE_NAMES, 20);
    ck_assert_int_eq(snapshot.names_error, SESSION_OK);
    ck_assert_str_eq(snapshot.sources[4].name, "ntp?one.example?b??????2J");
    ck_assert_str_eq(source_display(&snapshot.sources[4]), snapshot.sources[4].name);
}
END_TEST

START_TEST(keeps_long_names)
{
    char name[256];

    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    fake.name = name;
    take(NEED_SOURCES | NEED_SOURCE_NAMES, 20);
    ck_assert_str_eq(snapshot.sources[0].name, name);
}
END_TEST

START_TEST(says_that_names_are_not_known)
{
    take(NEED_SOURCES | NEED_SOURCE_NAMES, 20);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_int_eq(snapshot.names_error, SESSION_NOT_SUPPORTED);
    ck_assert_str_eq(source_display(&snapshot.sources[0]), "127.0.0.11");
}
END_TEST

START_TEST(joins_details)
{
    fake.span = 77;
    fake.name = "ntp.example.net";
    take(NEED_SOURCES | NEED_SOURCE_STATS | NEED_SOURCE_NAMES, 20);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_double_eq(snapshot.sources[i].span, 77);
        ck_assert_str_eq(snapshot.sources[i].name, "ntp.example.net");
    }
}
END_TEST

/* A report that is refused carries its own error, and no other. */
START_TEST(keeps_errors_apart)
{
    static const struct {
        uint16_t command;
        enum session_error tracking, sources;
    } rows[] = {{33, SESSION_NOT_AUTHORISED, SESSION_OK},
                {14, SESSION_OK, SESSION_NOT_AUTHORISED},
                {15, SESSION_OK, SESSION_NOT_AUTHORISED}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake.faults.refused_command = rows[i].command;
        fake.faults.refused_status = STATUS_UNAUTHORISED;
        take(NEED_TRACKING | NEED_SOURCES, 20);
        ck_assert_int_eq(snapshot.tracking_error, rows[i].tracking);
        ck_assert_int_eq(snapshot.sources_error, rows[i].sources);
        snapshot_free(&snapshot);
    }
}
END_TEST

/* What is refused on UDP is told on the Unix socket, and stays refused where that is not
 * there. */
START_TEST(asks_privately_for_what_is_refused)
{
    char directory[] = "/tmp/test_snapshot.XXXXXX", path[64];
    struct target target;
    const char *reason;
    pid_t refusing, telling;
    uint16_t port;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/sock", directory);
    fake.faults.refused_command = 33;
    fake.faults.refused_status = STATUS_UNAUTHORISED;
    refusing = fake_start(&fake, &port);
    fake.faults.refused_command = 0;
    fake.tracking.stratum = 7;
    telling = fake_start_socket(&fake, path);
    target_find(&target, "127.0.0.1", port, AF_UNSPEC, &reason);
    ck_assert_int_eq(target_add_socket(&target, path), TARGET_OK);
    for (int told = 1; told >= 0; told--) {
        snapshot_take(&snapshot, &target, NEED_TRACKING | NEED_SOURCES,
                      wait_now() + (int64_t)20 * NANOSECONDS_PER_SECOND);
        ck_assert_int_eq(snapshot.tracking_error,
                         told ? SESSION_OK : SESSION_NOT_AUTHORISED);
        if (told)
            ck_assert_uint_eq(snapshot.tracking.stratum, 7);
        ck_assert_uint_eq(snapshot.source_count, 5);
        snapshot_free(&snapshot);
        if (told)
            fake_stop(telling);
        unlink(path);
    }
    fake_stop(refusing);
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

/* --- what is refused is asked for together --- */

enum { TOGETHER = 16 };

struct request {
    uint8_t bytes[MESSAGE_MAX];
    struct sockaddr_storage client;
    socklen_t length;
};

/* The same but for its number and how often it was sent. */
static bool is_same_question(const struct request *one, const struct request *other)
{
    return !memcmp(one->bytes + 4, other->bytes + 4, 2) &&
           !memcmp(one->bytes + MESSAGE_REQUEST_HEADER,
                   other->bytes + MESSAGE_REQUEST_HEADER,
                   MESSAGE_MAX - MESSAGE_REQUEST_HEADER);
}

static size_t receive(int descriptor, struct request *requests, size_t count)
{
    struct request *request = &requests[count];

    *request = (struct request){.length = sizeof request->client};
    if (recvfrom(descriptor, request->bytes, MESSAGE_MAX, 0,
                 (struct sockaddr *)&request->client, &request->length) < 0)
        return count;
    for (size_t i = 0; i < count; i++)
        if (is_same_question(&requests[i], request))
            return count;
    return count + 1;
}

/* Answers nothing before so many different questions have come; then all of them, and
 * from then on each. */
static void serve_together(int descriptor, size_t together)
{
    static struct request requests[TOGETHER];
    uint8_t reply[MESSAGE_MAX];

    for (;; together = 1) {
        size_t count = 0;

        while (count < together)
            count = receive(descriptor, requests, count);
        for (size_t i = 0; i < count; i++)
            sendto(descriptor, reply, fake_reply(&fake, requests[i].bytes, reply), 0,
                   (struct sockaddr *)&requests[i].client, requests[i].length);
    }
}

static pid_t start_together(const char *path, size_t together)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_DGRAM, 0);
    pid_t process;

    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    ck_assert_int_eq(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    process = fork();
    ck_assert_int_ge(process, 0);
    if (!process) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        serve_together(descriptor, together);
    }
    close(descriptor);
    return process;
}

/* What UDP refuses, and how many questions for it must be under way at once. The socket
 * takes eight. */
static const struct {
    uint16_t refused_command;
    uint32_t total;
    size_t together;
} refusals[] = {
    {33, 5, 1},  /* tracking: one question */
    {15, 5, 8},  /* sources: eight are asked for on suspicion */
    {15, 20, 8}, /* and the others later */
    {34, 5, 5},  /* statistics, while names are told */
    {65, 5, 5},  /* names, while statistics are told */
    {65, 20, 8},
};

static void take_from_both(const char *path, uint16_t port)
{
    struct target target;
    const char *reason;

    target_find(&target, "127.0.0.1", port, AF_UNSPEC, &reason);
    ck_assert_int_eq(target_add_socket(&target, path), TARGET_OK);
    snapshot_free(&snapshot);
    snapshot_take(&snapshot, &target,
                  NEED_TRACKING | NEED_SOURCES | NEED_SOURCE_STATS | NEED_SOURCE_NAMES,
                  wait_now() + (int64_t)3 * NANOSECONDS_PER_SECOND);
}

/* Each report came by the road that tells it, and stands where it belongs. */
static void assert_from_both(uint16_t refused, uint32_t total)
{
    ck_assert_int_eq(snapshot.tracking_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.tracking.stratum, refused == 33 ? 7 : 2);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert(snapshot.sources_whole);
    ck_assert_uint_eq(snapshot.source_count, total);
    ck_assert_int_eq(snapshot.names_error, SESSION_OK);
    for (uint32_t i = 0; i < total; i++) {
        const struct source *source = &snapshot.sources[i];

        ck_assert_uint_eq(source->data.address.bytes[2], i / 5);
        ck_assert_uint_eq(source->data.address.bytes[3], 11 + i % 5);
        ck_assert_uint_eq(source->data.stratum, refused == 15 ? 7 : 1);
        ck_assert_double_eq(source->span, refused == 34 ? 77 : 5);
        ck_assert_str_eq(source->name, refused == 65 ? "unix.example" : "udp.example");
    }
}

START_TEST(asks_privately_in_one_batch)
{
    char directory[] = "/tmp/test_snapshot.XXXXXX", path[64];
    const uint16_t refused = refusals[_i].refused_command;
    pid_t refusing, telling;
    uint16_t port;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/sock", directory);
    fake.total = refusals[_i].total;
    fake.faults.refused_command = refused;
    fake.faults.refused_status = STATUS_UNAUTHORISED;
    fake.name = "udp.example";
    fake.span = 5;
    refusing = fake_start(&fake, &port);
    fake.faults.refused_command = 0;
    fake.name = "unix.example";
    fake.span = 77;
    fake.tracking.stratum = 7;
    for (size_t i = 0; i < fake.count; i++)
        fake.sources[i].stratum = 7;
    telling = start_together(path, refusals[_i].together);
    take_from_both(path, port);
    fake_stop(telling);
    unlink(path);
    assert_from_both(refused, fake.total);
    /* Where the socket is not there, the refusal counts. */
    take_from_both(path, port);
    fake_stop(refusing);
    ck_assert_int_eq(rmdir(directory), 0);
    ck_assert_int_eq(snapshot.tracking_error,
                     refused == 33 ? SESSION_NOT_AUTHORISED : SESSION_OK);
    ck_assert_int_eq(snapshot.sources_error,
                     refused == 15 ? SESSION_NOT_AUTHORISED : SESSION_OK);
    ck_assert_int_eq(snapshot.names_error,
                     refused == 65 ? SESSION_NOT_AUTHORISED : SESSION_OK);
    for (size_t i = 0; refused == 34 && i < snapshot.source_count; i++)
        ck_assert_int_eq(snapshot.sources[i].source_stats_error, SESSION_NOT_AUTHORISED);
}
END_TEST

START_TEST(asks_again_for_what_was_lost)
{
    fake.faults.deaf_to = 5;
    take(NEED_TRACKING | NEED_SOURCES, 1);
    ck_assert_int_eq(snapshot.tracking_error, SESSION_OK);
    ck_assert_int_eq(snapshot.sources_error, SESSION_OK);
    ck_assert_uint_eq(snapshot.source_count, 5);
}
END_TEST

START_TEST(ends_at_the_deadline)
{
    int64_t start = wait_now();

    fake.faults.deaf_to = 1000000;
    take(NEED_TRACKING | NEED_SOURCES | NEED_SOURCE_NAMES | NEED_SOURCE_STATS, 0.3);
    ck_assert_int_eq(snapshot.tracking_error, SESSION_TIMEOUT);
    ck_assert_int_eq(snapshot.sources_error, SESSION_TIMEOUT);
    ck_assert_int_ge(wait_now() - start, (int64_t)300000000);
    ck_assert_int_lt(wait_now() - start, (int64_t)500000000);
}
END_TEST

/* What a source is called, and what it is, from the bytes that chronyd sends. */
static const struct {
    struct source_data data;
    const char *label;
    enum source_condition condition;
} kinds[] = {
    {{.address = {IP_V4, {192, 0, 2, 1}}, .state = SOURCE_SELECTED, .reach = 0xff},
     "192.0.2.1",
     CONDITION_SELECTED},
    {{.address = {IP_V6, {0x20, 1, 0xd, 0xb8, [15] = 1}},
      .state = SOURCE_COMBINED,
      .reach = 1},
     "2001:db8::1",
     CONDITION_COMBINED},
    {{.address = {IP_V4, {'P', 'P', 'S', 0}},
      .mode = MODE_REFERENCE_CLOCK,
      .state = SOURCE_SELECTABLE,
      .reach = 1},
     "PPS",
     CONDITION_SELECTABLE},
    {{.address = {IP_V4, {'A', '|', 'B', '<'}},
      .mode = MODE_REFERENCE_CLOCK,
      .state = SOURCE_FALSETICKER,
      .reach = 1},
     "A?B?",
     CONDITION_FALSETICKER},
    {{.address = {IP_ID, {0, 0, 0, 2}}, .state = SOURCE_NOT_SELECTABLE},
     "ID#2",
     CONDITION_UNRESOLVED},
    {{.address = {IP_V4, {192, 0, 2, 1}}, .state = SOURCE_JITTERY, .reach = 1},
     "192.0.2.1",
     CONDITION_JITTERY},
    {{.address = {IP_V4, {192, 0, 2, 1}}, .state = SOURCE_NOT_SELECTABLE, .reach = 0x100},
     "192.0.2.1",
     CONDITION_UNREACHABLE},
    {{.address = {IP_V4, {192, 0, 2, 1}}, .state = SOURCE_NOT_SELECTABLE, .reach = 0x80},
     "192.0.2.1",
     CONDITION_NOT_SELECTABLE},
    {{.address = {IP_V4, {192, 0, 2, 1}}, .state = SOURCE_NOT_SELECTABLE, .reach = 7},
     "192.0.2.1",
     CONDITION_STARTING},
    {{.address = {IP_V4, {192, 0, 2, 1}}, .state = 77, .reach = 0xff},
     "192.0.2.1",
     CONDITION_UNKNOWN},
    {{.address = {99, {192, 0, 2, 1}}, .state = SOURCE_SELECTED, .reach = 0xff},
     "unknown",
     CONDITION_UNRESOLVED},
};

START_TEST(knows_kinds_of_sources)
{
    fake.total = 1;
    fake.count = 1;
    fake.sources[0] = kinds[_i].data;
    take(NEED_SOURCES, 20);
    ck_assert_str_eq(snapshot.sources[0].label, kinds[_i].label);
    ck_assert_int_eq(source_condition(&snapshot.sources[0]), kinds[_i].condition);
    ck_assert_int_eq(source_is_good(&snapshot.sources[0]),
                     kinds[_i].condition <= CONDITION_SELECTABLE);
}
END_TEST

Suite *test_suite(void)
{
    Suite *suite = suite_create("snapshot");
    TCase *tcase = tcase_create("snapshot");

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, gathers_what_is_needed);
    tcase_add_test(tcase, knows_when_it_was_taken);
    tcase_add_test(tcase, gathers_nothing_else);
    add_table_test(tcase, gathers_any_number, totals);
    tcase_add_test(tcase, caps_the_number);
    add_table_test(tcase, leaves_out_what_vanished, vanished);
    tcase_add_test(tcase, reads_a_moving_list_again);
    tcase_add_test(tcase, reads_a_moving_selection_again);
    tcase_add_test(tcase, doubts_a_list_that_never_holds);
    tcase_add_test(tcase, keeps_like_reference_clocks);
    tcase_add_test(tcase, gathers_names);
    tcase_add_test(tcase, keeps_long_names);
    tcase_add_test(tcase, says_that_names_are_not_known);
    tcase_add_test(tcase, joins_details);
    tcase_add_test(tcase, keeps_errors_apart);
    tcase_add_test(tcase, asks_privately_for_what_is_refused);
    add_table_test(tcase, asks_privately_in_one_batch, refusals);
    tcase_add_test(tcase, asks_again_for_what_was_lost);
    tcase_add_test(tcase, ends_at_the_deadline);
    add_table_test(tcase, knows_kinds_of_sources, kinds);
    suite_add_tcase(suite, tcase);
    return suite;
}
