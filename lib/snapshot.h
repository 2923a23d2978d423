/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one run knows of one chronyd and of NTP servers, as plain data; gather.c and
 * gather_ntp.c are the only places that gather it.
 *
 * Every report carries its own error, and a number that this chronyd does not say is NAN:
 * absent is never zero. */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "cmdmon/reports.h"
#include "cmdmon/session.h"
#include "history.h"
#include "ntp/probe.h"
#include "nts/establish.h"

struct survey;

/* What must be known to judge. */
enum need {
    NEED_TRACKING = 1 << 0,
    NEED_ACTIVITY = 1 << 1,
    NEED_SERVER_STATS = 1 << 2,
    NEED_SMOOTHING = 1 << 3,
    NEED_RTC_DATA = 1 << 4,
    NEED_SOURCES = 1 << 5,
    /* Of each source, with NEED_SOURCES; one more round trip for all of these together.
     */
    NEED_SOURCE_NAMES = 1 << 6, /* as configured */
    NEED_SOURCE_STATS = 1 << 7,
    NEED_SELECT_DATA = 1 << 8,
    NEED_AUTH_DATA = 1 << 9,
    NEED_NTP_DATA = 1 << 10,
    NEED_DETAILS = NEED_SOURCE_NAMES | NEED_SOURCE_STATS | NEED_SELECT_DATA |
                   NEED_AUTH_DATA | NEED_NTP_DATA,

    NEED_NTP_PROBE = 1 << 11, /* what NTP servers answer: see snapshot_take_ntp() */
};

enum {
    SNAPSHOT_SOURCES = 1024, /* more are not asked for */
    SOURCE_LABEL = 64,
    SOURCE_NAME = 257,
    SNAPSHOT_SERVERS = WAIT_EXCHANGES, /* NTP servers that are asked at once */
    SERVER_TEXT = 256,
    REFERENCE_TEXT = 20,
};

/* Reference ids that chronyd gives its clients, besides REFERENCE_ID_LOCAL. */
enum { REFERENCE_ID_SMOOTHED = 0x7f7f01ff }; /* chrony.conf: smoothtime is at work */

struct source {
    struct source_data data;
    char label[SOURCE_LABEL]; /* address, reference id or "ID#1" of an unresolved one;
                                 sanitised */
    char name[SOURCE_NAME];   /* as configured, sanitised; "": not needed, or not told */
    double span; /* s from the first kept sample to the newest; NAN: not known */

    /* Each is valid when its error is SESSION_OK and it was needed. */
    enum session_error source_name_error, source_stats_error, select_data_error;
    enum session_error auth_data_error, ntp_data_error;
    struct source_name source_name; /* as it came: use name */
    struct source_stats source_stats;
    struct select_data select_data;
    struct auth_data auth_data; /* not of a reference clock, as ntp_data */
    struct ntp_data ntp_data;
};

/* Where the keys of an NTP server are from, with NTS. */
struct ntp_keys {
    char place[TARGET_TEXT]; /* "192.0.2.1 port 4460"; "": nobody was asked for keys */
    struct nts_outcome outcome;
    char host[NTS_HOST]; /* that serves NTP, where that is another: a name or an address;
                            "": the same */
    uint16_t port;       /* its NTP port */
    size_t cookies;
};

/* An NTP server: who is to be asked, and what came of it. One that is asked over both
 * families is two of these. */
struct ntp_server {
    /* Set by the caller. */
    const char *name; /* as the user wrote it; NULL: this machine */
    int family; /* AF_INET or AF_INET6: of its addresses only these; AF_UNSPEC: all */
    struct target target;    /* its addresses, with the NTP port */
    enum target_error found; /* its name has no address where this is not TARGET_OK; then
                                nothing is asked */
    const char *reason;      /* with TARGET_NO_ADDRESS: why, in the words of the system */
    struct authenticator *authenticator; /* of its answers: see authentication.h; NULL:
                                            they are not authenticated */
    struct ntp_keys keys; /* set by the authentication, as target is where they say so */

    /* Set by snapshot_take_ntp(). TARGET_NO_FAMILY, too, where family finds nothing. */
    char label[SERVER_TEXT]; /* "ntp1.example.net", "127.0.0.1", "ntp1 over IPv6" */
    char place[SERVER_TEXT]; /* "ntp1.example.net (192.0.2.1 port 123)": what answered, or
                                whose failure says most */
    struct probe_answer answer; /* valid when found is TARGET_OK; with PROBE_NO_KEYS
                                   set by the authentication */
    char reference_id[REFERENCE_TEXT]; /* in words: "GPS", "192.0.2.9", "local"; "": there
                                          is no packet */
};

struct snapshot {
    char place[TARGET_TEXT]; /* "127.0.0.1 port 323": what answered, or whose failure says
                                most */
    bool answered;           /* it has answered something */
    size_t ignored;          /* datagrams that were no answer */
    uint8_t other_version;   /* what the daemon speaks, where an error is
                                SESSION_OTHER_VERSION */
    uint16_t other_status;   /* what it said, where an error is SESSION_OTHER_STATUS */

    /* Each is valid when its error is SESSION_OK and it was needed. */
    enum session_error tracking_error, activity_error, server_stats_error;
    enum session_error smoothing_error, rtc_data_error;
    struct tracking tracking;
    struct activity activity;
    struct server_stats server_stats;
    struct smoothing smoothing;
    struct rtc_data rtc_data;
    double taken; /* s since 1970, CLOCK_REALTIME of this machine at the first question */

    enum session_error sources_error;
    struct source *sources; /* owned; all of them when sources_error is SESSION_OK */
    size_t source_count;
    size_t source_total;    /* what chronyd said; may be above source_count */
    size_t source_answered; /* with SESSION_TIMEOUT: so many were told in time */

    bool sources_whole; /* all are there, each once; false also when there are too many */

    enum session_error names_error; /* of any name that was not told */

    /* What snapshot_recall() found. */
    enum history_error history_error; /* HISTORY_OK also when it was not called */
    bool recalls; /* earlier and interval are there; also where the file was only not
                     written */
    struct history earlier;     /* the run before */
    double interval;            /* s since then, more than 0 */
    struct ntp_server *servers; /* of the caller of snapshot_take_ntp() */
    size_t server_count;
    struct tracking tracking_later; /* with NEED_NTP_PROBE and NEED_TRACKING: the same
                                       after the NTP servers were asked, valid as
                                       tracking is */
    const struct survey *survey; /* chrony.conf and what is around it: see survey.h; NULL:
                                    no check needs it */
};

/* Asks for what is needed, all at once as far as that goes. What is refused on UDP is
 * asked for on the Unix socket where the target has one; where that does not help, the
 * error is the refusal. The deadline is a moment of wait_now(). What was not needed has
 * the error SESSION_OK and no content.
 *
 * Sources that come and go while they are read are read once more, all of them, so that
 * two lists are never mixed; when they still change, what was read is not whole. */
void snapshot_take(struct snapshot *snapshot, const struct target *target, unsigned needs,
                   int64_t deadline);

/* Exchanges the server statistics, where they are there, with those that the run before
 * has left in a file: see history.h. */
void snapshot_recall(struct snapshot *snapshot, const char *path);
/* The same, and asks the NTP servers, at most SNAPSHOT_SERVERS and all at once. Where
 * chronyd is asked, too, it is asked before them and once more after them: an update of
 * its clock in between is no contradiction. A silent chronyd leaves them half of the
 * time. */
void snapshot_take_ntp(struct snapshot *snapshot, const struct target *target,
                       struct ntp_server *servers, size_t count, unsigned needs,
                       int64_t deadline);

void snapshot_free(struct snapshot *snapshot);

/* What a source is, from state, reach and address together. The order is that of the
 * words. */
enum source_condition {
    CONDITION_SELECTED,
    CONDITION_COMBINED,
    CONDITION_SELECTABLE,
    CONDITION_FALSETICKER,
    CONDITION_JITTERY,
    CONDITION_STARTING, /* not selectable, but it has answered all of its first polls */
    CONDITION_NOT_SELECTABLE,
    CONDITION_UNREACHABLE,
    CONDITION_UNRESOLVED,
    CONDITION_UNKNOWN, /* a state that this program does not know */
};

enum source_condition source_condition(const struct source *source);

/* "selected", "not selectable", ... */
const char *source_condition_text(enum source_condition condition);

/* Selected, combined or selectable, and reachable. */
bool source_is_good(const struct source *source);

/* A reference clock: its "address" is a reference id. */
bool source_is_clock(const struct source *source);

bool source_is_unresolved(const struct source *source);

/* An answer to one of the last eight polls. */
bool source_is_reachable(const struct source *source);

/* The name for people: as configured where it is known, else the label. */
const char *source_display(const struct source *source);

/* Selected or combined, and reachable. */
bool source_is_in_use(const struct source *source);

/* It follows only itself, by its reference id: the local reference of chronyd or of ntpd.
 * It must have answered. */
bool ntp_server_is_local(const struct ntp_server *server);

/* The one that tracking names: it is selected, or was when the clock was last updated.
 * Reference clocks may share an id. */
bool source_is_followed(const struct source *source, const struct tracking *tracking);

/* The selected source; NULL when there is none. */
const struct source *snapshot_selected(const struct snapshot *snapshot);

#endif
