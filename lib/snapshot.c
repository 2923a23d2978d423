/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "snapshot.h"

#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- gathering --- */

/* So many sources are asked for on suspicion, before it is known how many there are.
 * Towards another host all of the first flight must pass a default cmdratelimit: a burst
 * of eight. */
enum {
    GUESS_LOOPBACK = 8,
    GUESS_REMOTE = 6,
};

static void ask(struct session *session, struct question *questions, size_t count)
{
    struct exchange *exchange = &session->exchange;

    session_ask(session, questions, count);
    wait_all(&exchange, 1);
}

/* The first flight: tracking, the number of sources, and a guess at the first of them. */
struct flight {
    struct question questions[2 + GUESS_LOOPBACK];
    struct source_total total;
    struct source_data sources[GUESS_LOOPBACK];
    size_t first_guess; /* index of the question for source 0 */
    size_t guessed;
};

static void fly(struct flight *flight, struct session *session, struct snapshot *snapshot,
                unsigned needs)
{
    size_t count = 0;

    memset(flight, 0, sizeof *flight);
    if (needs & NEED_TRACKING)
        flight->questions[count++] = (struct question){.message = &tracking_message,
                                                       .report = &snapshot->tracking};
    if (needs & NEED_SOURCES) {
        flight->questions[count++] =
            (struct question){.message = &source_total_message, .report = &flight->total};
        flight->guessed = session_is_local(session) ? GUESS_LOOPBACK : GUESS_REMOTE;
    }
    flight->first_guess = count;
    for (size_t i = 0; i < flight->guessed; i++)
        flight->questions[count++] = (struct question){.message = &source_data_message,
                                                       .argument.index = (uint32_t)i,
                                                       .report = &flight->sources[i]};
    ask(session, flight->questions, count);
    if (needs & NEED_TRACKING)
        snapshot->tracking_error = flight->questions[0].error;
    if (needs & NEED_SOURCES)
        snapshot->sources_error = flight->questions[flight->first_guess - 1].error;
}

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
 * clocks may share an id. */
static bool has_moved(const struct snapshot *snapshot)
{
    struct ip_address *sorted = calloc(snapshot->source_count + 1, sizeof *sorted);
    size_t count = 0;
    bool moved = false;

    for (size_t i = 0; sorted && i < snapshot->source_count; i++)
        if (snapshot->sources[i].data.mode != MODE_REFERENCE_CLOCK)
            sorted[count++] = snapshot->sources[i].data.address;
    if (count)
        qsort(sorted, count, sizeof *sorted, compare_addresses);
    for (size_t i = 1; i < count; i++)
        moved = moved || !compare_addresses(&sorted[i - 1], &sorted[i]);
    free(sorted);
    return moved;
}

/* Reads the list once. False when it has changed meanwhile. */
static bool walk_sources(struct snapshot *snapshot, struct session *session,
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

        ask(session, questions, asked);
        keep_answered(snapshot, questions, asked);
    }
    free(questions);
    return snapshot->sources_error ||
           (snapshot->source_count == count && !has_moved(snapshot));
}

static void gather_sources(struct snapshot *snapshot, struct session *session,
                           struct flight *flight)
{
    if (walk_sources(snapshot, session, flight))
        return;
    fly(flight, session, snapshot, NEED_SOURCES);
    if (!snapshot->sources_error)
        walk_sources(snapshot, session, flight);
}

/* Bytes from outside: what a host name, an address or a reference id may hold stays. */
static void copy_clean(char *to, size_t size, const char *from)
{
    size_t i;

    for (i = 0; from[i] && i < size - 1; i++) {
        bool plain = (from[i] >= '0' && from[i] <= '9') ||
                     (from[i] >= 'A' && from[i] <= 'Z') ||
                     (from[i] >= 'a' && from[i] <= 'z') || strchr(".:_%@/#+-", from[i]);

        to[i] = plain ? from[i] : '?';
    }
    to[i] = '\0';
}

static void set_label(struct source *source)
{
    const struct ip_address *address = &source->data.address;
    char text[INET6_ADDRSTRLEN] = "unknown";

    if (source->data.mode == MODE_REFERENCE_CLOCK)
        snprintf(text, sizeof text, "%.4s", (const char *)address->bytes);
    else if (address->family == IP_V4)
        inet_ntop(AF_INET, address->bytes, text, sizeof text);
    else if (address->family == IP_V6)
        inet_ntop(AF_INET6, address->bytes, text, sizeof text);
    else if (address->family == IP_ID)
        snprintf(text, sizeof text, "ID#%u", wire_get_u32(address->bytes));
    copy_clean(source->label, sizeof source->label, *text ? text : "unknown");
}

/* --- the second round --- */

static bool same_source(const struct source_data *data, const struct source_stats *stats)
{
    if (data->mode == MODE_REFERENCE_CLOCK)
        return stats->address.family == IP_UNSPECIFIED &&
               wire_get_u32(data->address.bytes) == stats->reference_id;
    return data->address.family == stats->address.family &&
           !memcmp(data->address.bytes, stats->address.bytes,
                   sizeof stats->address.bytes);
}

static void join_stats(struct snapshot *snapshot, const struct source_stats *stats)
{
    for (size_t i = 0; i < snapshot->source_count; i++)
        if (same_source(&snapshot->sources[i].data, stats))
            snapshot->sources[i].span = stats->span;
}

static void plan_spans(const struct snapshot *snapshot, struct question *questions,
                       struct source_stats *stats)
{
    for (size_t i = 0; i < snapshot->source_count; i++)
        questions[i] = (struct question){.message = &source_stats_message,
                                         .argument.index = (uint32_t)i,
                                         .report = &stats[i]};
}

/* A reference clock has no name but its reference id. */
static size_t plan_names(const struct snapshot *snapshot, struct question *questions,
                         struct source_name *names)
{
    size_t count = 0;

    for (size_t i = 0; i < snapshot->source_count; i++)
        if (snapshot->sources[i].data.mode != MODE_REFERENCE_CLOCK) {
            questions[count] = (struct question){
                .message = &source_name_message,
                .argument = {.index = (uint32_t)i,
                             .address = snapshot->sources[i].data.address},
                .report = &names[count]};
            count++;
        }
    return count;
}

static void keep_names(struct snapshot *snapshot, const struct question *questions,
                       size_t count, const struct source_name *names)
{
    for (size_t i = 0; i < count; i++)
        if (questions[i].error == SESSION_OK)
            copy_clean(snapshot->sources[questions[i].argument.index].name, SOURCE_NAME,
                       names[i].name);
        else
            snapshot->names_error = questions[i].error;
}

/* What is known of sources besides the list, all in one batch. */
static void gather_details(struct snapshot *snapshot, struct session *session,
                           unsigned needs)
{
    const size_t count = snapshot->source_count;
    const size_t spans = needs & NEED_SOURCE_SPANS ? count : 0;
    struct question *questions = calloc(2 * count + 1, sizeof *questions);
    struct source_stats *stats = calloc(count + 1, sizeof *stats);
    struct source_name *names = calloc(count + 1, sizeof *names);
    size_t named = 0;

    snapshot->names_error = SESSION_FAILED;
    if (questions && stats && names) {
        snapshot->names_error = SESSION_OK;
        if (spans)
            plan_spans(snapshot, questions, stats);
        if (needs & NEED_SOURCE_NAMES)
            named = plan_names(snapshot, questions + spans, names);
        ask(session, questions, spans + named);
        for (size_t i = 0; i < spans; i++)
            if (questions[i].error == SESSION_OK)
                join_stats(snapshot, &stats[i]);
        keep_names(snapshot, questions + spans, named, names);
    }
    free(names);
    free(stats);
    free(questions);
}

void snapshot_take(struct snapshot *snapshot, const struct target *target, unsigned needs,
                   int64_t deadline)
{
    struct session session;
    struct flight flight;

    memset(snapshot, 0, sizeof *snapshot);
    session_open(&session, target, deadline);
    fly(&flight, &session, snapshot, needs);
    if ((needs & NEED_SOURCES) && !snapshot->sources_error)
        gather_sources(snapshot, &session, &flight);
    for (size_t i = 0; i < snapshot->source_count; i++)
        set_label(&snapshot->sources[i]);
    if (needs & (NEED_SOURCE_SPANS | NEED_SOURCE_NAMES))
        gather_details(snapshot, &session, needs);
    snapshot->answered = session.answered;
    snapshot->ignored = session.ignored;
    snapshot->other_version = session.other_version;
    snapshot->other_status = session.other_status;
    target_text(target, session_address(&session), snapshot->place);
    session_close(&session);
}

void snapshot_free(struct snapshot *snapshot)
{
    free(snapshot->sources);
    snapshot->sources = NULL;
    snapshot->source_count = 0;
}

/* --- reading --- */

bool source_is_unresolved(const struct source *source)
{
    return source->data.mode != MODE_REFERENCE_CLOCK &&
           source->data.address.family != IP_V4 && source->data.address.family != IP_V6;
}

bool source_is_reachable(const struct source *source)
{
    return (source->data.reach & 0xff) != 0;
}

enum source_condition source_condition(const struct source *source)
{
    static const enum source_condition of_state[] = {
        [SOURCE_SELECTED] = CONDITION_SELECTED,
        [SOURCE_NOT_SELECTABLE] = CONDITION_NOT_SELECTABLE,
        [SOURCE_FALSETICKER] = CONDITION_FALSETICKER,
        [SOURCE_JITTERY] = CONDITION_JITTERY,
        [SOURCE_COMBINED] = CONDITION_COMBINED,
        [SOURCE_SELECTABLE] = CONDITION_SELECTABLE,
    };

    if (source_is_unresolved(source))
        return CONDITION_UNRESOLVED;
    /* chronyd may go on calling a dead source selected until its next poll. */
    if (!source_is_reachable(source))
        return CONDITION_UNREACHABLE;
    if (source->data.state >= sizeof of_state / sizeof of_state[0])
        return CONDITION_UNKNOWN;
    return of_state[source->data.state];
}

const char *source_condition_text(enum source_condition condition)
{
    switch (condition) {
    case CONDITION_SELECTED:
        return "selected";
    case CONDITION_COMBINED:
        return "combined";
    case CONDITION_SELECTABLE:
        return "selectable";
    case CONDITION_FALSETICKER:
        return "falseticker";
    case CONDITION_JITTERY:
        return "jittery";
    case CONDITION_NOT_SELECTABLE:
        return "not selectable";
    case CONDITION_UNREACHABLE:
        return "unreachable";
    case CONDITION_UNRESOLVED:
        return "unresolved";
    case CONDITION_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}

bool source_is_good(const struct source *source)
{
    return source_condition(source) <= CONDITION_SELECTABLE;
}

const char *source_display(const struct source *source)
{
    return *source->name ? source->name : source->label;
}

bool source_is_in_use(const struct source *source)
{
    return source_condition(source) <= CONDITION_COMBINED;
}

const struct source *snapshot_selected(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->source_count; i++)
        if (source_condition(&snapshot->sources[i]) == CONDITION_SELECTED)
            return &snapshot->sources[i];
    return NULL;
}
