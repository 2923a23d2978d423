/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An audit holds a configuration, and what is known of the machine around it, against
 * rules. A rule is a row; its condition is a small function that adds a finding for each
 * place where it holds. All of it is pure.
 *
 * No finding says a key, a password or more of a line than is needed to find it. */
#ifndef CHECKS_CONFIG_AUDIT_H
#define CHECKS_CONFIG_AUDIT_H

#include "settings.h"
#include "snapshot.h"
#include "survey.h"

enum severity {
    SEVERITY_CRITICAL,    /* chronyd does not start, cannot synchronise, or is exposed */
    SEVERITY_WARNING,     /* the service is weaker than it need be */
    SEVERITY_INFORMATION, /* advice */
};

/* What the machine is to others. The order is that of the words of --role. */
enum role {
    ROLE_AUTOMATIC, /* a server when somebody else may ask it */
    ROLE_CLIENT,
    ROLE_SERVER,
    ROLE_PUBLIC_SERVER, /* that everybody may ask */
};

struct audit;

/* Rows may share an id where a thing can be wrong in several ways or degrees. */
struct rule {
    const char *id; /* chapter and number, never changed: waivers name it */
    enum severity severity;
    unsigned since;      /* CONFIG_VERSION() of the first chrony concerned; 0: all */
    const char *finding; /* a sentence that can stand behind "cannot tell whether" */
    const char *remedy;  /* what to write instead */
    void (*look)(struct audit *audit, const struct rule *rule);
    const char *about; /* a directive, where rows share a function; else NULL */
    double limit;      /* of its value */
    bool needs_all;    /* another line could undo it: not known where not all was read */
};

struct chapter {
    const char *title;
    const struct rule *rules; /* the row without an id ends them */
};

/* In the order in which they are read; the one without a title ends them. */
extern const struct chapter audit_chapters[];

extern const struct rule syntax_rules[];
extern const struct rule trust_rules[];
extern const struct rule source_rules[];
extern const struct rule access_rules[];
extern const struct rule clock_rules[];
extern const struct rule logging_rules[];
extern const struct rule process_rules[];
extern const struct rule policy_rules[];

enum {
    FINDING_DETAIL = 160,
    AUDIT_FINDINGS = 192, /* more are counted, not kept */
};

struct finding {
    const struct rule *rule;
    enum severity severity;             /* of the rule, or information when untold */
    bool is_untold;                     /* not known from here whether the rule holds */
    const struct survey_waiver *waiver; /* NULL: not waived */
    const char *path;                   /* of the file it is in; NULL: nowhere */
    size_t line;                        /* 0: the file as a whole */
    const char *remedy;
    char detail[FINDING_DETAIL]; /* what it is about; "": the rule says all */
};

struct audit {
    const struct snapshot *snapshot;
    const struct settings *settings;
    const struct survey *survey;
    const struct config *config;

    /* What the configuration comes to. */
    bool is_server, is_public;       /* by role, or by whom it allows */
    struct config_access ipv4, ipv6; /* to NTP */
    size_t refclocks;                /* lines; sources of noselect are not counted */
    bool knows_running;              /* which sources chronyd has, and by what name */
    size_t authenticated; /* NTP sources: a name counts as often as it has servers there,
                             or else may have */
    size_t plain;         /* the same without a key or NTS; with what only chronyd has */
    size_t usable;        /* of all these, by authselectmode */
    bool plain_are_excluded; /* NTP sources without authentication are not usable */

    struct finding findings[AUDIT_FINDINGS];
    size_t finding_count;                         /* kept */
    size_t by_severity[SEVERITY_INFORMATION + 1]; /* found, and neither waived nor ignored
                                                   */
    size_t waived, lost;                          /* lost: found and not kept */
};

/* Looks at everything, by all rules. What snapshot->survey holds must outlive it. */
void audit_make(struct audit *audit, const struct snapshot *snapshot,
                const struct settings *settings);

/* How a rule is named that is waived or ignored: "S10", or "S10:critical". True for the
 * name of any. */
bool audit_has_rule(const char *word, size_t length);

/* That name covers what is found by a rule: the plain one covers all but what is
 * critical, the other one that, too. */
bool audit_covers(const char *word, size_t length, const struct rule *rule,
                  enum severity severity);

/* --- as text, in table.c --- */

/* "/etc/chrony.conf:5", and the finding with what it is about; they live as long as the
 * result. */
const char *audit_place_text(struct result *result, const struct finding *finding);
const char *audit_finding_text(struct result *result, const struct finding *finding);

/* Adds the table of findings: worst first, what is waived last. */
void audit_tabulate(const struct audit *audit, struct result *result);

/* --- for the conditions --- */

/* The rule holds; the place is a line, or the file as a whole where that is NULL. */
void audit_find(struct audit *audit, const struct rule *rule,
                const struct config_line *line);

/* The same, with what it is about. */
void audit_find_that(struct audit *audit, const struct rule *rule,
                     const struct config_line *line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Another place, or a remedy of its own: a finding to be filled in by the caller. NULL:
 * it is ignored, or there is no room. */
struct finding *audit_find_at(struct audit *audit, const struct rule *rule,
                              const char *path, size_t line);

/* It cannot be known from here whether the rule holds, and why not. */
void audit_cannot_tell(struct audit *audit, const struct rule *rule,
                       const struct config_line *line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The line that counts of a directive; NULL: it is not given. */
const struct config_line *audit_line(const struct audit *audit, const char *directive);

/* Conditions that rows share: the directive that a row is about is not given, is given,
 * or has a number that is above, below or just the limit. */
void audit_is_absent(struct audit *audit, const struct rule *rule);
void audit_is_present(struct audit *audit, const struct rule *rule);
void audit_is_above(struct audit *audit, const struct rule *rule);
void audit_is_below(struct audit *audit, const struct rule *rule);
void audit_is_equal(struct audit *audit, const struct rule *rule);

/* An NTP source with a key or NTS. */
bool audit_is_authenticated(const struct config_source *source);

/* chronyd may select it: neither noselect nor authselectmode forbids that. */
bool audit_is_usable(const struct audit *audit, const struct config_source *source);

/* A server of the public Internet, by its name and whoever has registered this machine's
 * domains. All others are one's own: reference clocks, too, and servers with which a key
 * was exchanged. */
bool audit_is_foreign(const struct audit *audit, const struct config_source *source);

/* Addresses of the sources so far; begin with count 0. */
enum { AUDIT_ADDRESSES = 1024 };

struct audit_addresses {
    const char *names[AUDIT_ADDRESSES];
    size_t count;
};

/* A source at the address of one before it, which chronyd does not take, whatever its
 * port; false behind AUDIT_ADDRESSES others. A name may come twice: each line gets an
 * address of its own. */
bool audit_is_repeated(struct audit_addresses *seen, const struct config_source *source);

/* chronyd has told all the sources that it has. */
bool audit_is_told(const struct audit *audit);

/* A source of chronyd has a name or address of the configuration. */
bool audit_has_name(const struct source *running, const char *name);

/* A file in a role, behind another, NULL for the first one; NULL at the end, and where
 * the configuration is not that of this machine. */
const struct survey_file *audit_next_file(const struct audit *audit,
                                          const struct survey_file *previous,
                                          enum survey_role role);

/* True when chronyd's user has all of the rights, as bits of S_IRWXO, on a file. */
bool audit_may(const struct survey_user *user, const struct survey_file *file,
               mode_t rights);

/* The rule holds where chronyd cannot write into a directory, or it cannot be told. Some
 * are made by chronyd when they are not there: is_made. */
void audit_cannot_write(struct audit *audit, const struct rule *rule,
                        const struct survey_file *directory, bool is_made);

#endif
