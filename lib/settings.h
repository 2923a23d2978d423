/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user wants of the checks, as plain data. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "monitor/result.h"

#include <stdint.h>

enum {
    SETTINGS_METRICS = 64,
    SETTINGS_LIST = 32,
};

/* What an option that may be repeated was given, in order. */
struct list {
    const char *texts[SETTINGS_LIST];
    size_t count;
};

/* The limits of one metric: the defaults of its row until the user gives others. */
struct metric_limits {
    const struct metric *metric;
    struct limits limits;
    bool warning_given, critical_given;
};

struct settings {
    struct metric_limits metrics[SETTINGS_METRICS];
    size_t metric_count;

    double timeout;           /* s, for the whole run */
    enum state timeout_state; /* of a chronyd that does not answer in time */
    bool verbose;             /* the tables are wanted */

    bool allow_local;     /* chronyd's local reference is as good as a source */
    unsigned preset;      /* an index into the presets of the offset check; 0: none */
    unsigned pending;     /* enum state of a leap second that is announced */
    double grace;         /* s that a chronyd has after its first sample to become good */
    struct list required; /* sources that must be good: name, address, id */
    unsigned authentication; /* an index into those that the auth check can require; 0:
                                none */
    double max_drift;        /* ppm, by which the clock may err when nothing steers it */
    const char *state_file;  /* where counts are kept between runs; NULL: nowhere */

    struct list servers;       /* NTP servers: name or address; none: this machine */
    uint16_t ntp_port;         /* where they are asked */
    bool both_families;        /* each of them over IPv4 and over IPv6 */
    bool compare;              /* with what its chronyd says over its own protocol */
    const char *command_host;  /* where that chronyd is; NULL: at the server */
    bool allow_pool;           /* public pools may be asked */
    uint32_t key;              /* id of the key that authenticates them; 0: none */
    bool nts;                  /* they are authenticated with NTS */
    uint16_t nts_port;         /* where they are asked for keys; 0: the default */
    const char *trusted_certs; /* the file of those who sign their certificates; NULL:
                                  those whom the system trusts */
    const char *key_file; /* where that key is, in the format of chronyd; NULL: there is
                             none */

    bool names_target; /* the user said which chronyd to ask */

    /* Of the config check. */
    struct {
        const char *file;    /* NULL: where chronyd looks */
        const char *version; /* of chrony, as given; NULL: not given */
        const char *chronyd; /* the program that is asked for a second opinion on the
                                file; "": where it usually is; NULL: none is asked */
        const char *ignore; /* rules, perhaps with ":critical", separated by commas; NULL:
                               none */
        const char *waivers; /* path of a file; NULL: none */
        bool strict;         /* information is a warning */
        unsigned role;       /* enum role */
    } audit;
};

/* The settings of somebody who gave no option. */
void settings_init(struct settings *settings);

/* Adds metrics, with their default limits, that are not there yet. */
void settings_add_metrics(struct settings *settings, const struct metric *metrics,
                          size_t count);

/* The limits of a metric; of one that was not added, the defaults of its row. */
struct metric_limits settings_limits(const struct settings *settings,
                                     const struct metric *metric);

/* Where to store given limits; NULL for a metric that was not added. */
struct metric_limits *settings_find(struct settings *settings,
                                    const struct metric *metric);

/* Drops a default warning limit that can never be reached, since whatever alerts it is
 * critical already. False when the user gave that warning limit: it is a mistake, and is
 * kept. */
bool metric_limits_settle(struct metric_limits *limits);

#endif
