/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a snapshot is taken. */
#include "snapshot.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* So many sources are asked for on suspicion, before it is known how many there are.
 * Towards another host all of the first flight must pass a default cmdratelimit: a burst
 * of eight. */
enum {
    GUESS_LOOPBACK = 8,
    GUESS_REMOTE = 6,
};

/* The reports on chronyd as a whole: where they go in a snapshot. */
static const struct whole {
    unsigned need;
    const struct message *message;
    size_t report, error;
} wholes[] = {
#define WHOLE(need, name)                                                                \
    {                                                                                    \
        need, &name##_message, offsetof(struct snapshot, name),                          \
            offsetof(struct snapshot, name##_error)                                      \
    }
    WHOLE(NEED_TRACKING, tracking),         WHOLE(NEED_ACTIVITY, activity),
    WHOLE(NEED_SERVER_STATS, server_stats), WHOLE(NEED_SMOOTHING, smoothing),
    WHOLE(NEED_RTC_DATA, rtc_data),
};

enum { WHOLES = sizeof wholes / sizeof wholes[0] };

/* The reports on each source besides the list: where they go in a source. One that is
 * asked for by index is joined by the reference id and the address in it, since indexes
 * move. */
static const struct detail {
    unsigned need;
    const struct message *message;
    size_t report, error;
    size_t reference_id, address; /* in a report that is asked for by index */
} details[] = {
#define DETAIL(need, name, reference_id, address)                                        \
    {                                                                                    \
        need, &name##_message, offsetof(struct source, name),                            \
            offsetof(struct source, name##_error), reference_id, address                 \
    }
#define INDEXED(need, name)                                                              \
    DETAIL(need, name, offsetof(struct name, reference_id),                              \
           offsetof(struct name, address))
    INDEXED(NEED_SOURCE_STATS, source_stats),     INDEXED(NEED_SELECT_DATA, select_data),
    DETAIL(NEED_SOURCE_NAMES, source_name, 0, 0), DETAIL(NEED_AUTH_DATA, auth_data, 0, 0),
    DETAIL(NEED_NTP_DATA, ntp_data, 0, 0),
};

enum { DETAILS = sizeof details / sizeof details[0] };

/* Who is asked. */
struct roads {
    struct session main;
    struct session private; /* the Unix socket, for what is refused on UDP */
    const struct target *target;
    int64_t deadline;
    bool private_open;
};

static void ask(struct session *session, struct question *questions, size_t count)
{
    struct exchange *exchange = &session->exchange;

    session_ask(session, questions, count);
    wait_all(&exchange, 1);
}

/* --- what chronyd tells only on its Unix socket --- */

/* The Unix socket is the last address of a target that has it and others: see target.h.
 */
static bool open_private(struct roads *roads)
{
    const struct target *target = roads->target;
    struct target private = *target;

    if (roads->private_open)
        return true;
    if (target->count < 2 || !*target->own_path ||
        roads->main.current == target->count - 1)
        return false;
    private.addresses[0] = target->addresses[target->count - 1];
    private.count = 1;
    session_open(&roads->private, &private, roads->deadline);
    roads->private_open = true;
    return true;
}

/* Asks once more what was refused, together. Where the socket does not help, the refusal
 * is what counts. */
static void ask_privately(struct roads *roads, struct question *questions, size_t count)
{
    struct question *again = calloc(count + 1, sizeof *again);
    size_t refused = 0, taken = 0;

    if (!again)
        return;
    for (size_t i = 0; i < count; i++)
        if (questions[i].error == SESSION_NOT_AUTHORISED)
            again[refused++] = (struct question){.message = questions[i].message,
                                                 .argument = questions[i].argument,
                                                 .report = questions[i].report};
    if (refused && open_private(roads)) {
        ask(&roads->private, again, refused);
        for (size_t i = 0; roads->private.answered && i < count; i++)
            if (questions[i].error == SESSION_NOT_AUTHORISED)
                questions[i] = again[taken++];
    }
    free(again);
}

static void ask_anywhere(struct roads *roads, struct question *questions, size_t count)
{
    bool refused = false;

    ask(&roads->main, questions, count);
    for (size_t i = 0; i < count; i++)
        refused = refused || questions[i].error == SESSION_NOT_AUTHORISED;
    if (refused)
        ask_privately(roads, questions, count);
}

/* --- the first flight: all that needs no answer to be asked for --- */

struct flight {
    struct question questions[WHOLES + 1 + GUESS_LOOPBACK];
    struct source_total total;
    struct source_data sources[GUESS_LOOPBACK];
    size_t first_guess; /* index of the question for source 0 */
    size_t guessed;
};

static size_t plan_wholes(struct snapshot *snapshot, unsigned needs,
                          struct question *questions)
{
    size_t count = 0;

    for (size_t i = 0; i < WHOLES; i++)
        if (needs & wholes[i].need)
            questions[count++] =
                (struct question){.message = wholes[i].message,
                                  .report = (char *)snapshot + wholes[i].report};
    return count;
}

static void keep_wholes(struct snapshot *snapshot, unsigned needs,
                        const struct question *questions)
{
    for (size_t i = 0; i < WHOLES; i++)
        if (needs & wholes[i].need)
            *(enum session_error *)((char *)snapshot + wholes[i].error) =
                questions++->error;
}

static void fly(struct flight *flight, struct roads *roads, struct snapshot *snapshot,
                unsigned needs)
{
    size_t count;

    memset(flight, 0, sizeof *flight);
    count = plan_wholes(snapshot, needs, flight->questions);
    if (needs & NEED_SOURCES) {
        flight->questions[count++] =
            (struct question){.message = &source_total_message, .report = &flight->total};
        flight->guessed = session_is_local(&roads->main) ? GUESS_LOOPBACK : GUESS_REMOTE;
    }
    flight->first_guess = count;
    for (size_t i = 0; i < flight->guessed; i++)
        flight->questions[count++] = (struct question){.message = &source_data_message,
                                                       .argument.index = (uint32_t)i,
                                                       .report = &flight->sources[i]};
    ask_anywhere(roads, flight->questions, count);
    keep_wholes(snapshot, needs, flight->questions);
    if (needs & NEED_SOURCES)
        snapshot->sources_error = flight->questions[flight->first_guess - 1].error;
}

/* --- the list of sources --- */

/* Takes what the first flight has answered; the rest becomes questions. Returns how many.
 */
static size_t plan_sources(struct snapshot *snapshot, const struct flight *flight,
                           struct question *questions)
{
    const struct question *guesses = flight->questions + flight->first_guess;
    size_t count = 0;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        struct source *source = &snapshot->sources[i];

        *source = (struct source){.span = NAN};
        if (i < flight->guessed && guesses[i].error == SESSION_OK)
            source->data = flight->sources[i];
        else
            questions[count++] = (struct question){.message = &source_data_message,
                                                   .argument.index = (uint32_t)i,
                                                   .report = &source->data};
    }
    return count;
}

/* A source that vanished in the meantime is left out; any other error is one of the whole
 * report. */
static void keep_answered(struct snapshot *snapshot, const struct question *questions,
                          size_t count)
{
    snapshot->source_answered = snapshot->source_count;
    for (size_t i = count; i-- > 0;) {
        struct source *source = &snapshot->sources[questions[i].argument.index];
        size_t behind = snapshot->source_count - questions[i].argument.index - 1;

        if (questions[i].error == SESSION_NO_SUCH_SOURCE) {
            memmove(source, source + 1, behind * sizeof *source);
            snapshot->source_count--;
            snapshot->source_answered--;
        } else if (questions[i].error != SESSION_OK) {
            snapshot->sources_error = questions[i].error;
            snapshot->source_answered--;
        }
    }
}

static int compare_addresses(const void *one, const void *other)
{
    return memcmp(one, other, sizeof(struct ip_address));
}

/* True when an address stands twice: the list has moved while it was read. Reference
 * clocks may share an id. Without memory nobody knows: it may have moved. */
static bool has_moved(const struct snapshot *snapshot)
{
    struct ip_address *sorted = calloc(snapshot->source_count + 1, sizeof *sorted);
    size_t count = 0;
    bool moved = !sorted;

    for (size_t i = 0; sorted && i < snapshot->source_count; i++)
        if (!source_is_clock(&snapshot->sources[i]))
            sorted[count++] = snapshot->sources[i].data.address;
    if (count)
        qsort(sorted, count, sizeof *sorted, compare_addresses);
    for (size_t i = 1; i < count; i++)
        moved = moved || !compare_addresses(&sorted[i - 1], &sorted[i]);
    free(sorted);
    return moved;
}

/* True when no source is selected, though tracking follows one that is good: the
 * selection has moved on while the list was read. Sources that are lost are not good. */
static bool has_lost_selection(const struct snapshot *snapshot)
{
    const struct tracking *tracking = &snapshot->tracking;
    bool follows_good = false;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        if (source_condition(source) == CONDITION_SELECTED)
            return false;
        if (source_is_good(source) && source_is_followed(source, tracking))
            follows_good = true;
    }
    return follows_good;
}

/* Reads the list once. False when it has changed meanwhile. */
static bool walk_sources(struct snapshot *snapshot, struct roads *roads,
                         const struct flight *flight)
{
    size_t count =
        flight->total.count < SNAPSHOT_SOURCES ? flight->total.count : SNAPSHOT_SOURCES;
    struct question *questions = calloc(count + 1, sizeof *questions);

    free(snapshot->sources);
    snapshot->sources = calloc(count + 1, sizeof *snapshot->sources);
    snapshot->source_total = flight->total.count;
    snapshot->source_count = snapshot->sources ? count : 0;
    if (!snapshot->sources || !questions) {
        snapshot->sources_error = SESSION_FAILED;
    } else {
        size_t asked = plan_sources(snapshot, flight, questions);

        ask_anywhere(roads, questions, asked);
        keep_answered(snapshot, questions, asked);
    }
    free(questions);
    snapshot->sources_whole = snapshot->source_count == snapshot->source_total &&
                              snapshot->source_count == count && !has_moved(snapshot);
    return snapshot->sources_error ||
           (snapshot->source_count == count && !has_moved(snapshot) &&
            !has_lost_selection(snapshot));
}

static void gather_sources(struct snapshot *snapshot, struct roads *roads,
                           struct flight *flight, unsigned needs)
{
    if (walk_sources(snapshot, roads, flight))
        return;
    snapshot->source_count = snapshot->source_total = snapshot->source_answered = 0;
    fly(flight, roads, snapshot, needs & (NEED_TRACKING | NEED_SOURCES));
    if (!snapshot->sources_error)
        walk_sources(snapshot, roads, flight);
}

/* Bytes from outside: what a host name, an address or a reference id may hold stays. */
static void copy_clean(char *to, size_t size, const char *from)
{
    size_t i;

    for (i = 0; i < size - 1 && from[i]; i++) {
        bool plain = (from[i] >= '0' && from[i] <= '9') ||
                     (from[i] >= 'A' && from[i] <= 'Z') ||
                     (from[i] >= 'a' && from[i] <= 'z') || strchr(".:_%@/#+-", from[i]);

        to[i] = '?';
        if (plain)
            to[i] = from[i];
    }
    to[i] = '\0';
}

static void set_label(struct source *source)
{
    const struct ip_address *address = &source->data.address;
    char text[INET6_ADDRSTRLEN] = "unknown";

    if (source_is_clock(source))
        snprintf(text, sizeof text, "%.4s", (const char *)address->bytes);
    else if (address->family == IP_V4)
        inet_ntop(AF_INET, address->bytes, text, sizeof text);
    else if (address->family == IP_V6)
        inet_ntop(AF_INET6, address->bytes, text, sizeof text);
    else if (address->family == IP_ID)
        snprintf(text, sizeof text, "ID#%u", wire_get_u32(address->bytes));
    copy_clean(source->label, sizeof source->label, *text ? text : "unknown");
}

/* --- the second round: what is told of each source --- */

static bool is_about(const struct detail *detail, const void *report,
                     const struct source *source)
{
    const struct ip_address *address =
        (const struct ip_address *)((const char *)report + detail->address);

    if (source_is_clock(source))
        return address->family == IP_UNSPECIFIED &&
               wire_get_u32(source->data.address.bytes) ==
                   *(const uint32_t *)((const char *)report + detail->reference_id);
    return !compare_addresses(address, &source->data.address);
}

/* The source that an answer is about; NULL when it has gone. */
static struct source *find_owner(struct snapshot *snapshot, const struct detail *detail,
                                 const struct question *question)
{
    const size_t index = question->argument.index;

    if (detail->message->argument == ARGUMENT_ADDRESS || question->error ||
        is_about(detail, question->report, &snapshot->sources[index]))
        return &snapshot->sources[index];
    for (size_t i = 0; i < snapshot->source_count; i++)
        if (is_about(detail, question->report, &snapshot->sources[i]))
            return &snapshot->sources[i];
    return NULL;
}

static void keep_detail(struct snapshot *snapshot, const struct detail *detail,
                        const struct question *question)
{
    struct source *source = find_owner(snapshot, detail, question);

    if (!source)
        return;
    *(enum session_error *)((char *)source + detail->error) = question->error;
    if (!question->error)
        memcpy((char *)source + detail->report, question->report,
               detail->message->report_size);
}

/* A reference clock has no name, no authentication and no NTP: it is not asked for them.
 */
static size_t plan_detail(const struct snapshot *snapshot, const struct detail *detail,
                          struct question *questions, char *reports)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        if (detail->message->argument == ARGUMENT_ADDRESS && source_is_clock(source))
            continue;
        questions[count] = (struct question){
            .message = detail->message,
            .argument = {.index = (uint32_t)i, .address = source->data.address},
            .report = reports + count * detail->message->report_size};
        count++;
    }
    return count;
}

/* One kind of report for all sources; the questions are asked with those of the other
 * kinds. */
struct batch {
    const struct detail *detail;
    char *reports;
    size_t first, count; /* of its questions */
};

static void finish_sources(struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->source_count; i++) {
        struct source *source = &snapshot->sources[i];

        if (source->source_name_error)
            snapshot->names_error = source->source_name_error;
        copy_clean(source->name, SOURCE_NAME, source->source_name.name);
        if (!source->source_stats_error && source->source_stats.samples)
            source->span = source->source_stats.span;
    }
}

static void gather_details(struct snapshot *snapshot, struct roads *roads, unsigned needs)
{
    const size_t count = snapshot->source_count;
    struct question *questions = calloc(DETAILS * count + 1, sizeof *questions);
    struct batch batches[DETAILS] = {{0}};
    size_t asked = 0;

    for (size_t i = 0; questions && i < DETAILS; i++) {
        if (!(needs & details[i].need))
            continue;
        batches[i] = (struct batch){
            &details[i], calloc(count + 1, details[i].message->report_size), asked, 0};
        if (batches[i].reports)
            batches[i].count =
                plan_detail(snapshot, &details[i], questions + asked, batches[i].reports);
        else
            snapshot->sources_error = SESSION_FAILED;
        asked += batches[i].count;
    }
    if (questions)
        ask_anywhere(roads, questions, asked);
    else
        snapshot->sources_error = SESSION_FAILED;
    for (size_t i = 0; i < DETAILS; i++) {
        for (size_t q = 0; q < batches[i].count; q++)
            keep_detail(snapshot, batches[i].detail, &questions[batches[i].first + q]);
        free(batches[i].reports);
    }
    free(questions);
    finish_sources(snapshot);
}

static double real_time(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void snapshot_take(struct snapshot *snapshot, const struct target *target, unsigned needs,
                   int64_t deadline)
{
    struct roads roads = {.target = target, .deadline = deadline};
    struct flight flight;

    memset(snapshot, 0, sizeof *snapshot);
    snapshot->taken = real_time();
    session_open(&roads.main, target, deadline);
    fly(&flight, &roads, snapshot, needs);
    if ((needs & NEED_SOURCES) && !snapshot->sources_error)
        gather_sources(snapshot, &roads, &flight, needs);
    for (size_t i = 0; i < snapshot->source_count; i++)
        set_label(&snapshot->sources[i]);
    if (needs & NEED_DETAILS)
        gather_details(snapshot, &roads, needs);
    snapshot->answered = roads.main.answered;
    snapshot->ignored = roads.main.ignored;
    snapshot->other_version = roads.main.other_version;
    snapshot->other_status = roads.main.other_status;
    target_text(target, session_address(&roads.main), snapshot->place);
    session_close(&roads.main);
    if (roads.private_open)
        session_close(&roads.private);
}
