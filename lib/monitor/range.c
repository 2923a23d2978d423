/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "monitor/range.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *range_error_text(enum range_error error)
{
    switch (error) {
    case RANGE_OK:
        return "is a range";
    case RANGE_EMPTY:
        return "is empty: write a range like 10, 3:, 1:5 or @1:5";
    case RANGE_EXPANDED:
        return "begins with a slash: the shell has expanded ~, put the range in quotes";
    case RANGE_INVALID:
        return "is not a range: write it like 10, 3:, 1:5, ~:5 or @1:5";
    case RANGE_REVERSED:
        return "starts above its end: write the smaller number first";
    }
    return "is not a range";
}

/* What stands before the colon: nothing is 0, "~" is no start. */
static bool parse_start(const char **text, enum unit unit, double *start)
{
    *start = 0;
    if (**text == ':')
        return true;
    if (**text == '~') {
        *start = -INFINITY;
        *text += 1 + strspn(*text + 1, " \t");
        return **text == ':';
    }
    return quantity_parse(text, unit, start);
}

static bool parse_end(const char **text, enum unit unit, double *end)
{
    *end = INFINITY;
    return !**text || quantity_parse(text, unit, end);
}

enum range_error range_parse(const char *text, enum unit unit, bool is_signed,
                             struct range *range)
{
    const char *start;

    *range = (struct range){.set = true};
    text += strspn(text, " \t");
    if (!*text)
        return RANGE_EMPTY;
    if (*text == '/')
        return RANGE_EXPANDED;
    if (*text == '@') {
        range->inside = true;
        text += 1 + strspn(text + 1, " \t");
    }
    start = text;
    if (!parse_start(&text, unit, &range->start))
        return RANGE_INVALID;
    if (*text == ':') {
        text += 1 + strspn(text + 1, " \t");
        if ((start[0] == ':' && !*text) || !parse_end(&text, unit, &range->end))
            return RANGE_INVALID;
    } else {
        range->end = range->start;
        range->start = is_signed ? 0 - range->end : 0;
    }
    if (*text)
        return RANGE_INVALID;
    return range->start > range->end ? RANGE_REVERSED : RANGE_OK;
}

bool range_alerts(const struct range *range, double value)
{
    const bool within = value >= range->start && value <= range->end;

    return range->set && within == range->inside;
}

/* The values that alert: inside the range, or below its start and above its end. */
static bool alerts_on_nothing(const struct range *range)
{
    return !range->set ||
           (!range->inside && range->start == -INFINITY && range->end == INFINITY);
}

static bool covers(const struct range *outer, const struct range *inner)
{
    return outer->start <= inner->start && inner->end <= outer->end;
}

bool range_is_shadowed(const struct range *warning, const struct range *critical)
{
    if (alerts_on_nothing(warning) || alerts_on_nothing(critical))
        return false;
    if (!warning->inside && !critical->inside)
        return covers(warning, critical);
    if (warning->inside && critical->inside)
        return covers(critical, warning);
    if (warning->inside)
        return warning->end < critical->start || warning->start > critical->end;
    /* Everything below and above the warning range lies within one critical range. */
    return (warning->start == -INFINITY ||
            (critical->start == -INFINITY && critical->end >= warning->start)) &&
           (warning->end == INFINITY ||
            (critical->end == INFINITY && critical->start <= warning->end));
}

void range_text(const struct range *range, enum unit unit, bool is_signed,
                char text[static RANGE_TEXT])
{
    const bool bare = range->start == 0 && range->end < INFINITY && !is_signed;
    char start[QUANTITY_TEXT] = "~", end[QUANTITY_TEXT] = "";
    const char *space = *unit_name(unit) ? " " : "", *name = unit_name(unit);

    if (range->start > -INFINITY)
        quantity_short(range->start, start);
    if (range->end < INFINITY) {
        quantity_short(range->end, end);
        snprintf(text, RANGE_TEXT, "%s%s%s%s%s%s", range->inside ? "@" : "",
                 bare ? "" : start, bare ? "" : ":", end, space, name);
    } else {
        if (range->start == -INFINITY)
            space = name = "";
        snprintf(text, RANGE_TEXT, "%s%s%s%s:", range->inside ? "@" : "", start, space,
                 name);
    }
}
