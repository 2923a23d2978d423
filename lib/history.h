/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run leaves for the next one in a file, so that counts become those of the time
 * between the two.
 *
 * The file is ours alone: it must be a regular file that belongs to this process's user
 * and that nobody else may read or write. It is replaced as a whole or not at all. One
 * that cannot be understood is no reason to fail: the run starts over, and says so. Only
 * what never was a history is left alone: a mistyped path may be that of a key file. */
#ifndef HISTORY_H
#define HISTORY_H

#include "cmdmon/reports.h"

enum {
    HISTORY_PLACE = 128,
    HISTORY_BOOT = 40,
    HISTORY_FILE = 2048, /* bytes; no file is as long */
};

/* One run. */
struct history {
    char place[HISTORY_PLACE]; /* of the chronyd that was asked; printable */
    char boot[HISTORY_BOOT];   /* which start of this machine; "": not known */
    double time; /* s since that start, with the time that it was suspended; NAN: the
                    system did not tell it */
    struct server_stats server_stats;
};

enum history_error {
    HISTORY_OK,
    HISTORY_NONE,          /* there is no file yet */
    HISTORY_CORRUPT,       /* it is not what a run wrote, but begins so */
    HISTORY_OTHER_RELEASE, /* it is of another release's format */
    HISTORY_OTHER_PLACE,   /* it is about another chronyd */
    HISTORY_OTHER_BOOT,    /* this machine was restarted: its age is not known */
    HISTORY_OTHER_RUN,     /* it is younger than this run: two ran at once */
    HISTORY_RESTARTED,     /* chronyd was restarted: a count went back, or rose by more
                              than what it is a part of */
    HISTORY_NOT_OURS,      /* a link, no regular file, or somebody else's */
    HISTORY_NO_HISTORY,    /* it is not empty, and does not begin as a history does */
    HISTORY_OPEN_TO_OTHERS,
    HISTORY_FORBIDDEN, /* by the rights of the file or its directory */
    HISTORY_FAILED,    /* no such directory, no space, ... */
};

/* Reads what the run before has left at path, and puts what this run knows in its place.
 * Where it recalls, earlier is that of the same chronyd, and of the same start of both,
 * and is no younger; so it is on HISTORY_OK, and where only writing failed. The errors
 * from HISTORY_NOT_OURS on mean that nothing was written. */
enum history_error history_exchange(const char *path, const struct history *now,
                                    struct history *earlier, bool *recalls);

/* The counts of the time between two runs, also of one that has wrapped in between. What
 * is not known of either is NAN, and so are the members that are no counts. */
void history_difference(const struct server_stats *now,
                        const struct server_stats *earlier,
                        struct server_stats *difference);

/* The place to compare is set; the time and the start of the machine become the present
 * ones. */
void history_stamp(struct history *history);

#endif
