/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of the checks share: a world to judge, and what came of it. */
#ifndef JUDGING_H
#define JUDGING_H

#include "checks/checks.h"
#include "fake_chronyd.h"

/* Five good sources at 127.0.0.11 to 127.0.0.15, without names; the tests change what
 * they want. The array has room for more. */
extern struct source sources[FAKE_SOURCES];
extern struct snapshot snapshot;
extern struct settings settings;
extern struct result result;

/* Makes the world anew, with the default limits of some checks. */
void judging_begin(const struct check *const *checks, size_t count);

void judging_end(void);

/* Judges the world; the result before is gone. */
enum state judge(const struct check *check);

bool has_reason(enum state state, const char *text);
void assert_reason(enum state state, const char *text);

/* The value of a metric; NAN when it was not measured. */
double measured(const char *name);
void assert_value(const char *name, double expected);

const struct metric *find_metric(const struct check *check, const char *name);

/* Gives a limit as the user would; NULL: none. */
void give(const struct check *check, const char *name, const char *warning,
          const char *critical);

/* So many sources, all alike but for their addresses. */
void set_sources(size_t count, enum source_state state, uint16_t reach,
                 uint32_t since_sample);

/* "ntp1.example.net" for the first of so many sources, and so on. */
void name_sources(size_t count);

/* As gather.c does it. */
void make_reference_clock(struct source *source, const char *id);
void make_unresolved(struct source *source);

#endif
