/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/clock.h"
#include "checks/sources.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

static bool is_address(const struct source *source, const char *text)
{
    const struct ip_address *address = &source->data.address;
    uint8_t bytes[16];

    if (source_is_clock(source))
        return false;
    if (address->family == IP_V4)
        return inet_pton(AF_INET, text, bytes) == 1 && !memcmp(bytes, address->bytes, 4);
    return address->family == IP_V6 && inet_pton(AF_INET6, text, bytes) == 1 &&
           !memcmp(bytes, address->bytes, 16);
}

/* Host names do not tell upper from lower case, reference ids do. */
static bool is_meant(const struct source *source, const char *text)
{
    if (source_is_clock(source))
        return !strcmp(source->label, text);
    return is_address(source, text) || !strcasecmp(source->name, text);
}

static bool reads_as_address(const char *text)
{
    uint8_t bytes[16];

    return inet_pton(AF_INET, text, bytes) == 1 || inet_pton(AF_INET6, text, bytes) == 1;
}

/* Without all names, a name that was not found may still be there. */
static void say_missing(const struct snapshot *snapshot, const char *text,
                        enum state state, struct result *result)
{
    if (!snapshot->sources_whole)
        result_reason(result, STATE_UNKNOWN,
                      "required source %.64s was not found among those that were read",
                      text);
    else if (snapshot->names_error == SESSION_OK || reads_as_address(text))
        result_reason(result, state, "required source %.64s is not among the sources",
                      text);
    else
        result_reason(
            result, STATE_UNKNOWN,
            "required source %.64s was not found, but chronyd did not tell all names "
            "(%s): require its address",
            text, session_error_text(snapshot->names_error));
}

static void judge_one(const struct snapshot *snapshot, const char *text, enum state state,
                      struct result *result)
{
    const struct source *found = NULL;

    for (size_t i = 0; i < snapshot->source_count; i++) {
        const struct source *source = &snapshot->sources[i];

        if (!is_meant(source, text))
            continue;
        if (source_is_good(source))
            return;
        found = source;
    }
    if (found)
        result_reason(result, state, "required source %.64s is %s", text,
                      source_condition_text(source_condition(found)));
    else
        say_missing(snapshot, text, state, result);
}

void sources_judge_required(const struct snapshot *snapshot,
                            const struct settings *settings, struct result *result)
{
    const enum state state =
        clock_is_starting(snapshot, settings) ? STATE_WARNING : STATE_CRITICAL;

    for (size_t i = 0; i < settings->required.count; i++)
        judge_one(snapshot, settings->required.texts[i], state, result);
}
