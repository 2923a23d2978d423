/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What chronyd itself says of a file, when it is asked with "chronyd -p -f FILE": the
 * only place of the suite that runs another program.
 *
 * There is no shell; chronyd gets an environment of two variables, no input, and a
 * process group of its own, which is killed at the deadline, and before SIGTERM, SIGINT
 * or SIGHUP ends us. Of what it writes a few kilobytes are kept, and none of it is passed
 * on but what stands in a table, and the place that it names: chronyd quotes words of the
 * file, which can be anything. Since chronyd looks up names of allow while it reads, this
 * can ask the DNS. */
#ifndef CONFIG_SECOND_OPINION_H
#define CONFIG_SECOND_OPINION_H

#include "config/directives.h"

#include <stdint.h>

enum second_opinion {
    SECOND_ACCEPTS,
    SECOND_REFUSES,
    /* Cannot tell: */
    SECOND_FORBIDDEN,  /* chronyd may not read the file, or one that it includes */
    SECOND_TOO_OLD,    /* chronyd before 4.0 has no -p */
    SECOND_NO_PROGRAM, /* there is none at this path, or we may not run it */
    SECOND_NO_CHRONYD, /* the program is something else */
    SECOND_NO_ANSWER,  /* it had not ended at the deadline, and was killed */
    SECOND_FAILED,     /* it could not be run, or did not end by itself */
};

enum { SECOND_FEATURES = 256, SECOND_FILE = 1024 };

struct second_answer {
    enum second_opinion opinion;
    unsigned version;               /* of chronyd; 0: not known */
    char features[SECOND_FEATURES]; /* as "chronyd -v" lists them: "+CMDMON +NTP -DEBUG";
                                       printable; "": not known */
    const char *reason; /* SECOND_REFUSES: what it says, as in "Invalid directive"; NULL:
                           words that this program does not know */
    size_t line;        /* SECOND_REFUSES: where; 0: it names none */
    char file[SECOND_FILE]; /* with a line: of this file; "": it names none. Foreign
                               bytes: to compare, not to show */
};

/* How an opinion that cannot be told is put, as in "may not read the file"; also what
 * the other two are called. */
const char *second_opinion_text(enum second_opinion opinion);

/* Learns version and features with "chronyd -v": the opinion is SECOND_ACCEPTS when they
 * are known, else why they are not. The program is an absolute path; the deadline is a
 * moment of wait_now(). */
void second_opinion_version(const char *program, int64_t deadline,
                            struct second_answer *answer);

/* The opinion of the file, by a program of which second_opinion_version() has filled in
 * the answer. */
void second_opinion_ask(const char *program, const char *file, int64_t deadline,
                        struct second_answer *answer);

#endif
