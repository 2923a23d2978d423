/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "snapshot.h"

#include <stdlib.h>

void snapshot_free(struct snapshot *snapshot)
{
    free(snapshot->sources);
    snapshot->sources = NULL;
    snapshot->source_count = 0;
}

bool source_is_clock(const struct source *source)
{
    return source->data.mode == MODE_REFERENCE_CLOCK;
}

bool source_is_unresolved(const struct source *source)
{
    return !source_is_clock(source) && source->data.address.family != IP_V4 &&
           source->data.address.family != IP_V6;
}

bool source_is_reachable(const struct source *source)
{
    return (source->data.reach & 0xff) != 0;
}

/* Fewer than eight polls so far, and all of them answered: 1, 3, 7, 17, ... */
static bool has_just_begun(const struct source *source)
{
    const unsigned reach = source->data.reach & 0xff;

    return reach && reach != 0xff && !(reach & (reach + 1));
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
    if (source->data.state == SOURCE_NOT_SELECTABLE && has_just_begun(source))
        return CONDITION_STARTING;
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
    case CONDITION_STARTING:
        return "starting";
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

bool source_is_followed(const struct source *source, const struct tracking *tracking)
{
    const struct ip_address *address = &source->data.address;

    return source_is_clock(source)
               ? tracking->reference_id == wire_get_u32(address->bytes)
               : !memcmp(address, &tracking->address, sizeof *address);
}

const struct source *snapshot_selected(const struct snapshot *snapshot)
{
    for (size_t i = 0; i < snapshot->source_count; i++)
        if (source_condition(&snapshot->sources[i]) == CONDITION_SELECTED)
            return &snapshot->sources[i];
    return NULL;
}

bool ntp_server_is_local(const struct ntp_server *server)
{
    const uint32_t id = server->answer.packet.reference_id;

    /* 127.127.1.0 to 3 are the units of ntpd's driver, and 1 is chronyd's, too. */
    return (id & ~UINT32_C(3)) == (REFERENCE_ID_LOCAL & ~UINT32_C(3)) ||
           id == UINT32_C(0x4c4f434c); /* "LOCL" */
}
