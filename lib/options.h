/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of the plugin: one list of options, made from the rows that all
 * plugins share, the metrics of its checks and the rows of its checks. Part of the plugin
 * module: only plugin.c and help.c include it. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "checks/checks.h"
#include "monitor/render.h"
#include "plugin.h"

#include <stdint.h>

/* What the command line asks for. Settings are first, so that the offsets of all rows
 * count from here. */
struct invocation {
    struct settings settings;
    const char *host;   /* NULL: this machine */
    uint16_t port;      /* 0: not given */
    const char *socket; /* path of chronyd's Unix socket; NULL: not given */
    bool ipv4_only, ipv6_only;
    const struct format *format;
    bool no_perfdata;
    bool help, version, describe;
};

enum {
    OPTION_NAME = 40,
    OPTIONS_MAX = 96,
    USAGE_TEXT = CHECK_ERROR,
};

/* One option of this plugin. */
struct option {
    struct option_row row;
    const struct metric *metric; /* of an OPTION_RANGE; NULL: the plugin has none */
    bool is_critical;            /* the limit that an OPTION_RANGE sets */
    const char *given;           /* what the user wrote; NULL: the option was not given */
    char name[OPTION_NAME];      /* of an OPTION_RANGE: what row.name points to */
};

struct options {
    struct option list[OPTIONS_MAX];
    size_t count;
    char **values; /* given arguments, owned; settings point to them */
    size_t value_count;
};

/* Fills the list. */
void options_init(struct options *options);

/* The invocation of somebody who gave no option. */
void options_defaults(struct invocation *invocation);

/* Reads argv into the invocation. False on a usage error: the text is one sentence that
 * names the option, the value and the remedy. The invocation points into the options
 * until they are freed. */
bool options_parse(struct options *options, int argc, const char **argv,
                   struct invocation *invocation, char error[static USAGE_TEXT]);

void options_free(struct options *options);

/* --- help.c --- */

/* "check_chrony_offset (chrony-checks) 0.1" */
void help_version(FILE *out);

/* Everything about the command line, at most 80 columns wide. */
void help_write(const struct options *options, FILE *out);

/* The same for programs: one line an option, fields separated by tabs: long name, letter,
 * argument, default, how the argument is given ("repeatable", "optional"), help, and the
 * words that it takes; what does not apply is empty. The manual page is made from it. */
void help_describe(const struct options *options, FILE *out);

#endif
