/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a plugin as an engine does, and keeps what it said. */
#ifndef RUN_PLUGIN_H
#define RUN_PLUGIN_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum {
    RUN_ARGUMENTS = 40,
    RUN_OUTPUT = 16384,
};

struct run {
    int status;           /* exit status; -1: it did not end by itself */
    char out[RUN_OUTPUT]; /* standard output */
    char err[RUN_OUTPUT]; /* standard error */
    int64_t elapsed;      /* ns */
    int64_t cpu;          /* ns, of user and system */

    /* While it runs. */
    pid_t process;
    int64_t start;
    FILE *out_file, *err_file;
};

/* Runs check_chrony_NAME from the directory $PLUGIN_DIR (default: plugins) with arguments
 * up to NULL. */
void run_plugin(struct run *run, const char *name, const char *const *arguments);

/* Starts it, and does not wait. prepare() is called in its process, with the streams in
 * place, before it is executed; NULL: nothing is to be prepared. */
void run_start(struct run *run, const char *name, const char *const *arguments,
               void (*prepare)(void));

/* Waits for so many, and keeps what they said. */
void run_finish(struct run *runs, size_t count);

#endif
