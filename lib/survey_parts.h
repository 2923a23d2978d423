/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of survey.c: each looks at one thing and fills in its members of a survey,
 * which knows its configuration. */
#ifndef SURVEY_PARTS_H
#define SURVEY_PARTS_H

#include "survey.h"

#include <stdio.h>

/* Zeroed memory that goes with the survey; NULL: there is none. */
void *survey_allocate(struct survey *survey, size_t count, size_t size);
const char *survey_copy(struct survey *survey, const char *text, size_t length);

/* A regular file for reading, at most so many bytes large, or NULL and errno. A FIFO or a
 * device is not opened. */
FILE *survey_open(const char *path, off_t limit);

/* --- survey_files.c --- */

/* What the configuration names: see enum survey_role. */
void survey_files(struct survey *survey);

/* The ids, types and lengths of symmetric keys; no byte of a key is kept. */
void survey_keys(struct survey *survey);

/* Whether a zone lists leap seconds: those below right/ do. */
enum survey_answer survey_zone(const char *path);

/* When the list of leap seconds expires. */
void survey_leap_list(struct survey *survey);

/* --- survey_process.c --- */

/* True when two paths lead to the same file. */
bool survey_same_file(const char *path, const char *other);

/* The chronyd that runs the file. The default is what it reads when it was not told;
 * NULL: not this file. */
void survey_process(struct survey *survey, const char *default_path);

/* The user of chronyd, where no process told: by the account. */
void survey_user(struct survey *survey);

/* --- survey_network.c --- */

/* Whether sockets have the NTP port, and the addresses and domains of this machine. */
void survey_network(struct survey *survey);

/* --- survey_waivers.c --- */

/* Reads the file of --waivers. False with a sentence on a mistake in it. */
bool survey_waivers(struct survey *survey, const char *path,
                    char error[static SURVEY_ERROR]);

#endif
