/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A few names for a sentence: "ntp1.example, ntp2.example and 3 more". */
#ifndef CHECKS_NAMING_H
#define CHECKS_NAMING_H

#include <stddef.h>

enum { NAMING_TEXT = 112 };

/* Begins as {{0}}. */
struct naming {
    char text[NAMING_TEXT]; /* of the first two, cut to 40 characters each */
    size_t count;           /* of all */
};

void naming_add(struct naming *naming, const char *name);

/* Adds how many more there are: the last call. Returns the text. */
const char *naming_finish(struct naming *naming);

#endif
