/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs a plugin as an engine does, and keeps what it said. */
#ifndef RUN_PLUGIN_H
#define RUN_PLUGIN_H

#include <stdint.h>

enum {
    RUN_ARGUMENTS = 40,
    RUN_OUTPUT = 16384,
};

struct run {
    int status;           /* exit status; -1: it did not end by itself */
    char out[RUN_OUTPUT]; /* standard output */
    char err[RUN_OUTPUT]; /* standard error */
    int64_t elapsed;      /* ns */
};

/* Runs check_chrony_NAME from the directory $PLUGIN_DIR (default: plugins) with arguments
 * up to NULL. */
void run_plugin(struct run *run, const char *name, const char *const *arguments);

#endif
