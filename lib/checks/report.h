/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a report there that a check needs? What is to be said where it is not, for all
 * checks. */
#ifndef CHECKS_REPORT_H
#define CHECKS_REPORT_H

#include "settings.h"
#include "snapshot.h"

/* True when the report is there; otherwise says why not and what to do about it. The
 * message is the one that asks for it. */
bool report_is_there(const struct snapshot *snapshot, const struct settings *settings,
                     enum session_error error, const struct message *message,
                     struct result *result);

/* The same for the two reports that most checks need. */
bool report_has_tracking(const struct snapshot *snapshot, const struct settings *settings,
                         struct result *result);
bool report_has_sources(const struct snapshot *snapshot, const struct settings *settings,
                        struct result *result);

/* Adds to a text of a reason, in a buffer of that size, as far as there is room. */
void report_append(char *text, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
