/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What chronyd reports, as plain structs, and the messages that ask for it.
 *
 * Signs are converted here, once: in a report an offset > 0 means that the clock is ahead
 * of the true time. Times are in seconds, frequencies in ppm. The source of the facts is
 * candm.h and the chronyc manual. */
#ifndef CMDMON_REPORTS_H
#define CMDMON_REPORTS_H

#include "cmdmon/message.h"

enum leap_status {
    LEAP_NORMAL = 0,
    LEAP_INSERT = 1, /* the last minute of the day has 61 seconds */
    LEAP_DELETE = 2, /* it has 59 */
    LEAP_UNSYNCHRONISED = 3,
};

/* The reference id of a clock that follows only itself (chrony.conf: local). */
enum { REFERENCE_ID_LOCAL = 0x7f7f0101 };

/* The system clock as chronyd believes it to be (chronyc tracking). */
struct tracking {
    uint32_t reference_id; /* of the selected source; 0: unsynchronised */
    struct ip_address
        address;          /* of the selected source; IP_UNSPECIFIED: see reference_id */
    uint16_t stratum;     /* hops from a reference clock; 0: unsynchronised */
    uint16_t leap_status; /* enum leap_status */
    struct wire_time
        reference_time; /* when chronyd last updated the clock from its sources */
    double offset;      /* s, of the system clock now; > 0: ahead */
    double last_offset; /* s, estimated at the last update; > 0: ahead */
    double rms_offset;  /* s, long-term average of |last_offset| */
    double frequency;   /* ppm, by which the clock would err without chronyd; > 0: fast */
    double residual_frequency; /* ppm, between the selected source and what is in use */
    double skew;               /* ppm, error bound of frequency */
    double root_delay; /* s, round trip to the reference clock; 1 when unsynchronised */
    double root_dispersion; /* s, accumulated since the reference clock; 1 as above */
    double update_interval; /* s, between the last two updates */
};

/* How many sources chronyd has; those without an address count (chrony 4.0 and later). */
struct source_total {
    uint32_t count;
};

enum source_state {
    SOURCE_SELECTED = 0,       /* chronyc shows * */
    SOURCE_NOT_SELECTABLE = 1, /* ? */
    SOURCE_FALSETICKER = 2,    /* x */
    SOURCE_JITTERY = 3,        /* ~ */
    SOURCE_COMBINED = 4,       /* + */
    SOURCE_SELECTABLE = 5,     /* - */
};

enum source_mode {
    MODE_CLIENT = 0, /* we are the client of an NTP server */
    MODE_PEER = 1,
    MODE_REFERENCE_CLOCK = 2,
};

enum { NEVER = UINT32_MAX }; /* since_sample of a source that gave no sample yet */

/* One source (chronyc sources). */
struct source_data {
    struct ip_address address; /* of a reference clock: its reference id, as an IP_V4 */
    int16_t poll;              /* log2 of the poll interval in seconds, -7 to 24 */
    uint16_t stratum;          /* of the source; 0: nothing received yet */
    uint16_t state;            /* enum source_state, or a number of a newer chronyd */
    uint16_t mode;             /* enum source_mode */
    uint16_t flags;            /* always 0 */
    uint16_t reach;        /* low 8 bits: the last 8 polls, 1 = answered, newest lowest */
    uint32_t since_sample; /* s since the last sample, by chronyd's count; NEVER */
    double measured_offset; /* s, as measured then; > 0: our clock was ahead */
    double offset;          /* s, the same, adjusted for all changes of our clock since */
    double error;           /* s, error bound of the measurement */
};

/* Statistics of one source (chronyc sourcestats). */
struct source_stats {
    uint32_t reference_id;     /* of the source, or of the reference clock */
    struct ip_address address; /* IP_UNSPECIFIED for a reference clock */
    uint32_t samples;          /* kept by chronyd at present */
    uint32_t runs;             /* of residuals with the same sign */
    uint32_t span;             /* s, between the oldest and the newest kept sample */
    double standard_deviation; /* s; 4 when there are no samples */
    double residual_frequency; /* ppm */
    double skew;               /* ppm; 2000 when there are no samples */
    double offset;             /* s, estimated; > 0: our clock is ahead */
    double offset_error;       /* s, error bound of offset */
};

/* The name by which a source is configured (chronyc sourcename). From outside: any byte.
 */
struct source_name {
    char name[257];
};

extern const struct message tracking_message;
extern const struct message
    source_total_message; /* its name is "sources": chronyd opens it so */
extern const struct message source_data_message;
extern const struct message source_stats_message;
extern const struct message source_name_message;

/* All of the above; ends with NULL. For the tests that hold for every message. */
extern const struct message *const all_messages[];

#endif
