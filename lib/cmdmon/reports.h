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

/* How many sources chronyd polls, and how (chronyc activity). Reference clocks do not
 * count. A source in a burst is in its burst count alone. */
struct activity {
    uint32_t online;
    uint32_t offline;       /* not polled, by a command or a network script */
    uint32_t burst_online;  /* in a burst; online after it */
    uint32_t burst_offline; /* in a burst; offline after it */
    uint32_t unresolved;    /* names without an address yet */
};

/* What chronyd did for its clients since it was started (chronyc serverstats). A count
 * that this chronyd does not keep is NAN: a release beside a member is the first that
 * keeps it and those below it. Before 4.4 they wrap at 2^32. */
struct server_stats {
    double ntp_received;             /* 2.3: valid requests */
    double ntp_dropped;              /* for the rate limit */
    double command_received;         /* requests of cmdmon, with ours */
    double command_dropped;          /* for the rate limit */
    double log_dropped;              /* records of clients, for the limit of memory */
    double nts_ke_accepted;          /* 4.0: connections for key establishment */
    double nts_ke_dropped;           /* for the rate limit */
    double ntp_authenticated;        /* of ntp_received: with a key or NTS */
    double ntp_interleaved;          /* 4.2: of ntp_received: in the interleaved mode */
    double timestamps_held;          /* pairs in memory for that mode, at present */
    double timestamps_span;          /* s, that those cover */
    double daemon_receive_stamped;   /* 4.4: responses, by who took their timestamp: */
    double daemon_transmit_stamped;  /* chronyd, */
    double kernel_receive_stamped;   /* the kernel */
    double kernel_transmit_stamped;  /* or */
    double hardware_receive_stamped; /* the network card */
    double hardware_transmit_stamped;
};

enum authentication_mode {
    AUTHENTICATION_NONE = 0,
    AUTHENTICATION_KEY = 1, /* a symmetric key */
    AUTHENTICATION_NTS = 2,
};

/* How the packets of one source are authenticated (chronyc authdata). */
struct auth_data {
    uint16_t mode;       /* enum authentication_mode; with NONE all else is 0 or NEVER */
    uint16_t key_type;   /* chronyc's number of the algorithm: 1 MD5, 3 SHA256, 13 AES128,
                            15 AES-SIV-CMAC-256, 30 AES-128-GCM-SIV; 0: no key (yet) */
    uint32_t key_id;     /* of the key file; with NTS, how many keys were established */
    uint16_t key_length; /* bits; 0: no key (yet), or one that is not in the key file */
    uint16_t attempts;   /* at an NTS key since the last success; > 1: a problem */
    uint32_t since_key;  /* s since the last success; NEVER, as with a symmetric key */
    uint16_t cookies;    /* NTS cookies at hand, 0 to 8; few: responses are missing */
    uint16_t cookie_length; /* bytes, of the next one; 0: none */
    uint16_t nak; /* 1: the server refused the last request's cookie; 0: it did not */
};

enum ntp_flags {
    NTP_TESTS = 0x3ff, /* a bit for each test that was passed, the first one highest */
    NTP_INTERLEAVED = 0x4000,
    NTP_AUTHENTICATED = 0x8000,
};

/* The last valid response of one NTP source, and counts of packets, which wrap at 2^32
 * (chronyc ntpdata). While there was no such response all but the counts, the address
 * and the port is 0; chrony 4.0 has no address and no port then, either. */
struct ntp_data {
    struct ip_address address;       /* of the source */
    struct ip_address local_address; /* ours, where the response arrived */
    uint16_t port;                   /* of the source, to which requests go */
    uint8_t leap_status;             /* enum leap_status, of the source */
    uint8_t version;                 /* of NTP */
    uint8_t mode;                    /* of NTP: 4 server, 2 or 1 peer */
    uint8_t stratum;                 /* of the source */
    int8_t poll;                     /* log2 s, what the response says */
    int8_t precision;                /* log2 s, of the source's clock */
    double root_delay;               /* s, of the source */
    double root_dispersion;          /* s, of the source */
    uint32_t reference_id;           /* of the source's own reference */
    struct wire_time reference_time; /* when the source last updated its clock */
    double offset;                   /* s, as measured; > 0: our clock was ahead */
    double delay;                    /* s, round trip to the source */
    double dispersion;               /* s, of this measurement */
    double response_time;            /* s, that the source took to respond */
    double jitter_asymmetry; /* -0.5 to 0.5; < 0: the way to the source varies more */
    uint16_t flags;          /* enum ntp_flags */
    uint8_t transmit_stamp;  /* who took our timestamps: 'D' daemon, 'K' kernel, */
    uint8_t receive_stamp;   /* 'H' network card; any byte of a newer chronyd */
    double transmitted;      /* requests to the source */
    double received;         /* packets from it */
    double valid;            /* of them, that are a response to a request of ours */
    double good;             /* of them, that became a measurement; NAN before 4.3 */
    double kernel_transmit_stamped; /* NAN before 4.6: by who took the timestamp */
    double kernel_receive_stamped;
    double hardware_transmit_stamped;
    double hardware_receive_stamped;
};

enum select_options {
    SELECT_NEVER = 0x1, /* noselect */
    SELECT_PREFER = 0x2,
    SELECT_TRUST = 0x4,
    SELECT_REQUIRE = 0x8,
};

/* Why one source is selected or not, as of the last selection (chronyc selectdata). */
struct select_data {
    uint32_t reference_id;     /* of the source, or of the reference clock */
    struct ip_address address; /* IP_UNSPECIFIED for a reference clock */
    uint8_t state; /* chronyc's character: *+ used; DPUW selectable; ~MNOSTdrswx not
                      selectable; any byte of a newer chronyd */
    uint8_t authenticated;       /* 1: it is configured so; 0: it is not */
    uint8_t leap_status;         /* enum leap_status, of the source */
    uint16_t configured_options; /* enum select_options */
    uint16_t options;            /* the same, in effect: see authselectmode */
    uint32_t since_sample;       /* s, age of its last sample then; 0 without one, too */
    double score;                /* > 1: better of late than the selected one; 10: it is
                                    selected next */
    double offset_low;  /* s, the interval in which the source expects the true offset */
    double offset_high; /* of our clock; > 0: ahead; both 0 where that is not known */
};

enum smoothing_flags {
    SMOOTHING_ACTIVE = 0x1,
    SMOOTHING_LEAP_SECONDS = 0x2, /* of nothing but leap seconds */
};

/* How the time that is served differs from our clock (chronyc smoothing). Without the
 * smoothtime directive the request is refused. */
struct smoothing {
    uint32_t flags;      /* enum smoothing_flags */
    double offset;       /* s, of the time served; > 0: ahead of the true time */
    double frequency;    /* ppm, of the time served; > 0: fast */
    double wander;       /* ppm/s, change of frequency */
    double since_update; /* s, since the last update of the clock was taken over */
    double remaining;    /* s, until offset and frequency are 0 */
};

/* The real-time clock of the machine (chronyc rtcdata). Without the rtcfile directive the
 * request is refused. */
struct rtc_data {
    struct wire_time reference_time; /* what the RTC said when it was last measured */
    uint16_t samples;                /* kept at present */
    uint16_t runs;                   /* of residuals with the same sign */
    uint32_t span;                   /* s, between the oldest and the newest sample */
    double offset;                   /* s, of the RTC then; > 0: ahead of the true time */
    double frequency;                /* ppm, of the RTC; > 0: fast */
};

extern const struct message tracking_message;
extern const struct message
    source_total_message; /* its name is "sources": chronyd opens it so */
extern const struct message source_data_message;
extern const struct message source_stats_message;
extern const struct message source_name_message;
extern const struct message activity_message;
extern const struct message server_stats_message;
extern const struct message auth_data_message;
extern const struct message ntp_data_message;
extern const struct message select_data_message;
extern const struct message smoothing_message;
extern const struct message rtc_data_message;

/* All of the above; ends with NULL. For the tests that hold for every message. */
extern const struct message *const all_messages[];

#endif
