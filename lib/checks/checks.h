/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A check answers one question of an operator: a pure function from a snapshot and
 * settings to a result. It opens nothing, reads no clock, prints nothing and never exits.
 */
#ifndef CHECKS_H
#define CHECKS_H

#include "settings.h"
#include "snapshot.h"

struct surveyor;

/* What an option takes and where it goes, by the type of the member that its row names.
 */
enum option_kind {
    OPTION_FLAG,     /* bool */
    OPTION_DURATION, /* double, s, not negative */
    OPTION_PPM,      /* double, ppm, not negative */
    OPTION_CHOICE,   /* unsigned, an index into choices */
    OPTION_LIST,     /* struct list; the option may be repeated */
    OPTION_TEXT,     /* const char * */
    OPTION_PATH,     /* const char *, absolute */
    OPTION_PROGRAM,  /* const char *, an absolute path, or "" where none is given */
    OPTION_PORT,     /* uint16_t */
    OPTION_KEY,      /* uint32_t, the id of a key, from 1 */
    OPTION_TIMEOUT,  /* struct settings: timeout and timeout_state */
    OPTION_FORMAT,   /* const struct format * */
    OPTION_RANGE,    /* a limit of a metric; made by options.c */
};

/* One option. Parser, help, manual page and engine configuration are made from the row.
 */
struct option_row {
    const char *name; /* long name, without hyphens in front */
    char letter;      /* short name, or 0 */
    enum option_kind kind;
    size_t offset;              /* of the member in struct settings */
    const char *argument;       /* what it takes, in capitals; NULL: nothing */
    const char *default_text;   /* for people; NULL: none */
    const char *const *choices; /* of OPTION_CHOICE; ends with NULL */
    const char *help;
};

enum { CHECK_ERROR = 512 };

struct check {
    const char *name;     /* one word */
    const char *question; /* that it answers */
    const struct metric *metrics;
    size_t metric_count;
    bool has_no_first_metric;         /* -w and -c are for none of them */
    const struct option_row *options; /* ends with a row without a name; NULL: none */

    /* A metric of another check whose critical limit this one heeds; NULL: none. */
    const struct metric *heeds;

    /* What must be known, bits of enum need. */
    unsigned (*needs)(const struct settings *settings);

    /* Fills in limits that follow from other options; NULL: there are none. */
    void (*settle)(struct settings *settings);

    /* True when options say what cannot be done, with one sentence that names the option,
     * the value and the remedy; NULL: never. */
    bool (*refuse)(const struct settings *settings, char error[static CHECK_ERROR]);

    /* Looks at this machine for what no chronyd tells; NULL: there is nothing to look at.
     */
    const struct surveyor *surveyor;

    /* Adds reasons, measurements and tables; always at least one reason. */
    void (*judge)(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result);
};

extern const struct check sync_check;
extern const struct check offset_check;
extern const struct check stratum_check;
extern const struct check leap_check;
extern const struct check sources_check;
extern const struct check operators_check;
extern const struct check server_check;
extern const struct check auth_check;
extern const struct check ntp_check;
extern const struct check config_check;

#endif
