/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an auditor looks at: chrony.conf, and what stands around it on this machine. Plain
 * data; survey.c is the only place that looks, and its parts are in survey_*.c.
 *
 * No byte of a key is kept, and nothing is executed but the chronyd that the user named.
 * What could not be seen carries its error or is not known: it is never taken for good.
 */
#ifndef SURVEY_H
#define SURVEY_H

#include "config/config.h"
#include "config/second_opinion.h"

struct settings;

/* --- files --- */

/* What a file is to chronyd. */
enum survey_role {
    SURVEY_KEY_FILE,         /* keyfile */
    SURVEY_NTS_KEY,          /* ntsserverkey */
    SURVEY_DRIFT_DIRECTORY,  /* that driftfile is in */
    SURVEY_LOG_DIRECTORY,    /* logdir */
    SURVEY_LOG_FILE,         /* in it; only those that are there */
    SURVEY_MAIN_DIRECTORY,   /* that the main file is in; also what it is a link to */
    SURVEY_CONFIG_DIRECTORY, /* confdir or sourcedir */
    SURVEY_SOCKET_DIRECTORY, /* of bindcmdaddress PATH, or chronyd's default */
    SURVEY_LEAP_ZONE,        /* leapsectz */
    SURVEY_LEAP_LIST,        /* leapseclist */
    SURVEY_ROTATION,         /* a file for logrotate; only where it is there */
};

struct survey_file {
    enum survey_role role;
    const struct config_line *line; /* that names it; NULL: a default */
    const char *path;
    int error; /* errno; 0: what follows is valid. ENOENT: the machine has no such file */
    mode_t mode; /* with the type of the file; that of a link itself */
    uid_t owner;
    gid_t group;
    bool is_sheltered; /* others cannot reach it: a directory above is closed to them */
    bool has_place;    /* with ENOENT: it can be created, the path so far is directories
                        */
};

/* --- keys --- */

enum { SURVEY_KEY_TYPE = 12 };

/* A line of the key file, without the key. */
struct survey_key {
    uint32_t id;
    size_t line;                /* in the key file */
    char type[SURVEY_KEY_TYPE]; /* in capitals: "MD5", "AES128" */
    size_t bits;
};

/* --- processes --- */

enum { SURVEY_GROUPS = 32 };

/* Who chronyd is when it runs: by its process, else by the account of "user" or of the
 * packages. */
struct survey_user {
    bool is_known;
    uid_t id;
    gid_t groups[SURVEY_GROUPS];
    size_t group_count;
};

/* The chronyd that runs the file. What its command line says is valid when is_known. */
struct survey_process {
    bool is_known;
    bool ipv4_only, ipv6_only; /* -4, -6 */
    bool no_clock;             /* -x: it does not steer the clock */
    bool sets_at_start;        /* -s */
    int filter;                /* -F, of system calls; 0: none */
    uid_t user;                /* effective */
};

enum survey_answer {
    SURVEY_UNTOLD,
    SURVEY_NO,
    SURVEY_YES,
};

/* --- waivers --- */

/* A line of the file of --waivers. */
struct survey_waiver {
    const char *rule; /* "S10", or "S10:critical" */
    const char *reason;
    size_t line;
};

struct survey_address {
    int family;              /* AF_INET or AF_INET6 */
    unsigned char bytes[16]; /* in network order; four of them for IPv4 */
};

struct survey {
    const char *path; /* of the main file */
    struct config config;
    bool version_is_known; /* config.version was given, or told by chronyd -v */

    /* The file is that of this machine: a default path, or a chronyd runs it here. Only
     * then is anything below looked at but the second opinion and the waivers. */
    bool is_here;
    bool asks; /* the chronyd that is asked is the one that reads the file */

    struct survey_file *files;
    size_t file_count;

    bool keys_are_known; /* the key file was read, as a whole */
    struct survey_key *keys;
    size_t key_count;

    struct survey_process process;
    bool runs_another; /* a chronyd runs on this machine, and none that reads the file */
    struct survey_user user;
    enum survey_answer serves_ipv4, serves_ipv6; /* a socket has the NTP port, and
                                                    not on loopback alone */

    bool addresses_are_known;
    struct survey_address *addresses; /* of this machine */
    size_t address_count;
    const char **domains; /* that this machine is in */
    size_t domain_count;

    int64_t now;                       /* s since 1970, by the clock of this machine */
    int64_t leap_expires;              /* s since 1970, of leapseclist; 0: not known */
    enum survey_answer zone_has_leaps; /* the zone of leapsectz lists leap seconds */

    bool has_second; /* chronyd was asked for a second opinion */
    struct second_answer second;

    const char *waivers_path;
    struct survey_waiver *waivers;
    size_t waiver_count;

    struct survey_memory *memory;
};

enum { SURVEY_ERROR = 512 };

/* Looks, no longer than until the deadline, a moment of wait_now(). NULL where there is
 * nothing to judge, with one sentence of what is wrong and what to do about it. */
struct surveyor {
    struct survey *(*take)(const struct settings *settings, int64_t deadline,
                           char error[static SURVEY_ERROR]);
    void (*release)(struct survey *survey);
};

extern const struct surveyor config_surveyor;

#endif
