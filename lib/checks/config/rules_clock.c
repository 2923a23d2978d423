/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules C: how the clock is steered, and what is served of it. */
#include "checks/config/audit.h"
#include "names.h"

#include <errno.h>
#include <strings.h>

enum {
    STEP_UPDATES = 10,  /* a step is for the start, so for the first few updates */
    HIGH_STRATUM = 8,   /* of a local reference: worse than what it stands in for */
    SLOW_SLEW = 1000,   /* ppm, by which a second takes 1000 s */
    USUAL_SLEW = 83333, /* ppm, the default of maxslewrate */
    NTP_PORT = 123,
};

static bool steers_clock(const struct audit *audit)
{
    return !audit->survey->process.no_clock;
}

/* --- steps --- */

static void never_steps(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);
    const double limit = line ? config_word_number(line, 2) : 0;

    if (limit == 0 && steers_clock(audit) && !audit->survey->process.sets_at_start &&
        !audit_line(audit, "initstepslew"))
        audit_find(audit, rule, line);
}

/* A PHC is as a rule the clock of the host of a virtual machine, which jumps when it was
 * suspended; without a source the clock is set by hand. */
static bool has_reason_to_step(const struct audit *audit)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.kind == CONFIG_REFCLOCK && !strcasecmp(source.name, "PHC"))
            return true;
    return !audit->usable;
}

static void find_steps(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);
    double limit = line ? config_word_number(line, 2) : 0;

    if (limit < 0 || limit > STEP_UPDATES)
        audit_find_that(audit, rule, line, "limit %g", limit);
}

static void steps_at_any_time(struct audit *audit, const struct rule *rule)
{
    if (!has_reason_to_step(audit))
        find_steps(audit, rule);
}

static void steps_with_reason(struct audit *audit, const struct rule *rule)
{
    if (has_reason_to_step(audit))
        find_steps(audit, rule);
}

static void sets_no_rtc(struct audit *audit, const struct rule *rule)
{
    if (steers_clock(audit) && !audit_line(audit, "rtcfile"))
        audit_is_absent(audit, rule);
}

/* --- leap seconds --- */

static bool is_smeared(const struct audit *audit)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.kind != CONFIG_REFCLOCK && audit_is_usable(audit, &source) &&
            (name_traits(source.name) & NAME_SMEARS))
            return true;
    return false;
}

static void knows_no_leaps(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && !audit_line(audit, "leapsectz") &&
        !audit_line(audit, "leapseclist") && !is_smeared(audit))
        audit_find(audit, rule, NULL);
}

static void judge_list(struct audit *audit, const struct rule *rule,
                       const struct survey_file *file)
{
    if (file && (file->error == EACCES || file->error == EPERM))
        audit_cannot_tell(audit, rule, file->line, "%.100s cannot be seen from here",
                          file->path);
    else if (file && file->error)
        audit_find_that(audit, rule, file->line, "%.100s", file->path);
}

static void lacks_list(struct audit *audit, const struct rule *rule)
{
    judge_list(audit, rule, audit_next_file(audit, NULL, SURVEY_LEAP_ZONE));
    judge_list(audit, rule, audit_next_file(audit, NULL, SURVEY_LEAP_LIST));
}

static void is_no_list(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file = audit_next_file(audit, NULL, SURVEY_LEAP_ZONE);

    if (file && !file->error && audit->survey->zone_has_leaps == SURVEY_NO)
        audit_find_that(audit, rule, file->line, "%.100s", file->path);
}

static void has_old_list(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;
    const struct survey_file *file = audit_next_file(audit, NULL, SURVEY_LEAP_LIST);

    if (file && survey->leap_expires && survey->leap_expires < survey->now)
        audit_find_that(audit, rule, file->line, "%.100s", file->path);
}

/* --- slewing and smearing --- */

static bool slews_leaps(const struct audit *audit)
{
    const char *mode = config_text(audit->config, "leapsecmode");

    return mode && !strcasecmp(mode, "slew");
}

/* The third word of smoothtime can only be leaponly. */
static bool smears_leaps(const struct audit *audit)
{
    const struct config_line *line = audit_line(audit, "smoothtime");

    return line && line->is_valid && line->word_count > 3;
}

static void slews_alone(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && slews_leaps(audit) && !smears_leaps(audit))
        audit_find(audit, rule, audit_line(audit, rule->about));
}

/* Where there is no other time than that of this server nobody can compare. */
static bool is_island(const struct audit *audit)
{
    return audit_line(audit, "local") && !audit->usable;
}

static void smooths_for_all(struct audit *audit, const struct rule *rule)
{
    if (audit->is_public && !smears_leaps(audit) && !is_island(audit))
        audit_is_present(audit, rule);
}

static void smooths_for_some(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && !audit->is_public && !smears_leaps(audit) &&
        !is_island(audit))
        audit_is_present(audit, rule);
}

static void smears_in_vain(struct audit *audit, const struct rule *rule)
{
    if (smears_leaps(audit) && !slews_leaps(audit))
        audit_find(audit, rule, audit_line(audit, rule->about));
}

/* On a server a rate is set for the sake of smearing, or by mistake; on a client also to
 * bound, with maxchange, what an attacker can do. */
static void slews_slowly(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);
    const bool is_plain_server = audit->is_server && !audit_line(audit, "smoothtime");
    const double rate = line ? config_word_number(line, 1) : USUAL_SLEW;

    if (rate < (is_plain_server ? USUAL_SLEW : SLOW_SLEW) &&
        (audit->is_server || !audit_line(audit, "maxchange")))
        audit_find_that(audit, rule, line, "%g ppm", rate);
}

/* --- the local reference --- */

static bool has_source(const struct audit *audit, bool is_foreign)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.kind != CONFIG_REFCLOCK &&
            audit_is_foreign(audit, &source) == is_foreign)
            return true;
    return false;
}

static bool has_peer(const struct audit *audit)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.kind == CONFIG_PEER)
            return true;
    return false;
}

static void outranks_sources(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && audit->is_server && has_source(audit, true) &&
        config_option_number(line, "stratum") < HIGH_STRATUM)
        audit_find(audit, rule, line);
}

static bool is_orphan(const struct config_line *line)
{
    return config_option(line, "orphan") != NULL;
}

static void competes(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && !is_orphan(line) && has_peer(audit))
        audit_find(audit, rule, line);
}

static void is_alone(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && is_orphan(line) && !has_source(audit, false))
        audit_find(audit, rule, line);
}

/* In an outage one server of the group is the only good source of the others. */
static void follows_nobody(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);
    const double minimum = config_number(audit->config, "minsources");

    if (line && audit->is_server && is_orphan(line) && minimum > 1 &&
        has_source(audit, false))
        audit_find_that(audit, rule, audit_line(audit, "minsources"), "%g", minimum);
}

/* An orphan is to begin without anybody else; from 4.7 on, it waits a while by itself. */
static bool waits(const struct config_line *line)
{
    return is_orphan(line) || config_option(line, "activate") ||
           config_option(line, "waitsynced") || config_option(line, "waitunsynced");
}

static void serves_before_sync(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && audit->is_server && audit->usable && !waits(line))
        audit_find(audit, rule, line);
}

/* --- the rest --- */

/* Without a source it is the only way to the right time. */
static void is_set_by_hand(struct audit *audit, const struct rule *rule)
{
    if (audit->usable)
        audit_is_present(audit, rule);
}

static void is_unbounded(struct audit *audit, const struct rule *rule)
{
    if (!audit->authenticated && has_source(audit, true) && steers_clock(audit) &&
        !audit_line(audit, "maxdrift"))
        audit_is_absent(audit, rule);
}

const struct rule clock_rules[] = {
    {.id = "C01",
     .severity = SEVERITY_WARNING,
     .finding = "makestep is not given, or its limit is 0, so a clock that is far off "
                "takes days to come right",
     .remedy = "makestep 1.0 3",
     .look = never_steps,
     .about = "makestep",
     .needs_all = true},
    {.id = "C02",
     .severity = SEVERITY_WARNING,
     .finding = "makestep lets the clock jump at any time, not only after the start",
     .remedy = "makestep 1.0 3, unless this is a virtual machine that is suspended",
     .look = steps_at_any_time,
     .about = "makestep",
     .needs_all = true},
    {.id = "C02",
     .severity = SEVERITY_INFORMATION,
     .finding = "makestep lets the clock jump at any time, which a virtual machine and a "
                "clock that is set by hand need",
     .remedy = "nothing on these, else makestep 1.0 3",
     .look = steps_with_reason,
     .about = "makestep",
     .needs_all = true},
    {.id = "C03",
     .severity = SEVERITY_INFORMATION,
     .finding = "maxupdateskew is not given, so a very uncertain frequency is used (1000 "
                "ppm)",
     .remedy = "maxupdateskew 100.0, or 10.0 in a LAN",
     .look = audit_is_absent,
     .about = "maxupdateskew",
     .needs_all = true},
    {.id = "C03",
     .severity = SEVERITY_INFORMATION,
     .finding = "maxupdateskew lets a very uncertain frequency be used",
     .remedy = "maxupdateskew 100.0, or 10.0 in a LAN",
     .look = audit_is_above,
     .about = "maxupdateskew",
     .limit = 100,
     .needs_all = true},
    {.id = "C03",
     .severity = SEVERITY_WARNING,
     .finding = "maxupdateskew is so low that hardly any frequency is used",
     .remedy = "maxupdateskew 100.0, or 10.0 in a LAN",
     .look = audit_is_below,
     .about = "maxupdateskew",
     .limit = 1,
     .needs_all = true},
    {.id = "C04",
     .severity = SEVERITY_INFORMATION,
     .finding = "neither rtcsync nor rtcfile is given, so the RTC is never set",
     .remedy = "rtcsync, unless the machine has no RTC",
     .look = sets_no_rtc,
     .about = "rtcsync",
     .needs_all = true},
    {.id = "C05",
     .severity = SEVERITY_INFORMATION,
     .finding = "a server knows of leap seconds only from its sources",
     .remedy = "leapseclist /usr/share/zoneinfo/leap-seconds.list (4.6), or leapsectz "
               "right/UTC",
     .look = knows_no_leaps,
     .needs_all = true},
    {.id = "C05",
     .severity = SEVERITY_WARNING,
     .finding = "the list of leap seconds is not there, and chronyd does without",
     .remedy = "install tzdata with the right zones, or leapseclist "
               "/usr/share/zoneinfo/leap-seconds.list (4.6)",
     .look = lacks_list,
     .needs_all = true},
    {.id = "C05",
     .severity = SEVERITY_WARNING,
     .finding = "the zone of leapsectz has no leap seconds, and chronyd does without",
     .remedy = "leapsectz right/UTC, or leapseclist "
               "/usr/share/zoneinfo/leap-seconds.list (4.6)",
     .look = is_no_list,
     .needs_all = true},
    {.id = "C05",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 6, 0),
     .finding = "the list of leap seconds has expired",
     .remedy = "update tzdata",
     .look = has_old_list,
     .needs_all = true},
    {.id = "C06",
     .severity = SEVERITY_WARNING,
     .finding = "leapsecmode slew without smoothtime leaponly gives clients a whole "
                "second at once, while this clock is off",
     .remedy = "leapsecmode system; or, in a closed LAN, also maxslewrate 1000 and "
               "smoothtime 400 0.001024 leaponly",
     .look = slews_alone,
     .about = "leapsecmode",
     .needs_all = true},
    {.id = "C06",
     .severity = SEVERITY_CRITICAL,
     .finding = "smoothtime without leaponly serves everybody another time than the "
                "best, so clients with other sources reject this server",
     .remedy = "delete it, or add leaponly",
     .look = smooths_for_all,
     .about = "smoothtime",
     .needs_all = true},
    {.id = "C06",
     .severity = SEVERITY_WARNING,
     .finding = "smoothtime without leaponly serves another time than the best, so "
                "clients with other sources reject this server",
     .remedy = "delete it, or add leaponly",
     .look = smooths_for_some,
     .about = "smoothtime",
     .needs_all = true},
    {.id = "C06",
     .severity = SEVERITY_WARNING,
     .finding = "smoothtime leaponly without leapsecmode slew smears nothing",
     .remedy = "add leapsecmode slew and maxslewrate 1000, or delete it",
     .look = smears_in_vain,
     .about = "smoothtime",
     .needs_all = true},
    {.id = "C07",
     .severity = SEVERITY_WARNING,
     .finding = "maxslewrate slows down every correction, not only that of a leap second",
     .remedy = "delete it: the default is 83333 ppm",
     .look = slews_slowly,
     .about = "maxslewrate",
     .needs_all = true},
    {.id = "C08",
     .severity = SEVERITY_WARNING,
     .finding = "the local reference has so low a stratum that clients prefer it to real "
                "time",
     .remedy = "local stratum 10 orphan",
     .look = outranks_sources,
     .about = "local",
     .needs_all = true},
    {.id = "C08",
     .severity = SEVERITY_WARNING,
     .finding = "the local reference competes with that of the peers",
     .remedy = "add orphan, on all of them",
     .look = competes,
     .about = "local",
     .needs_all = true},
    {.id = "C08",
     .severity = SEVERITY_INFORMATION,
     .finding = "a local reference in orphan mode, without another server of yours among "
                "the sources, only hides that all sources are lost",
     .remedy = "poll the other servers of the group, or delete local",
     .look = is_alone,
     .about = "local",
     .needs_all = true},
    {.id = "C08",
     .severity = SEVERITY_WARNING,
     .finding = "minsources above 1 keeps the servers of an orphan group from following "
                "one another",
     .remedy = "minsources 1, or delete local",
     .look = follows_nobody,
     .about = "local",
     .needs_all = true},
    {.id = "C08",
     .severity = SEVERITY_INFORMATION,
     .since = CONFIG_VERSION(4, 6, 0),
     .finding = "the local reference may be served before the clock was ever right",
     .remedy = "add activate 0.5 (4.6), or waitunsynced 300 (4.7)",
     .look = serves_before_sync,
     .about = "local",
     .needs_all = true},
    {.id = "C09",
     .severity = SEVERITY_INFORMATION,
     .finding = "maxdistance accepts sources that may be seconds off",
     .remedy = "delete it: the default is 3 s",
     .look = audit_is_above,
     .about = "maxdistance",
     .limit = 3,
     .needs_all = true},
    {.id = "C09",
     .severity = SEVERITY_INFORMATION,
     .finding = "maxjitter accepts sources that vary by seconds",
     .remedy = "delete it: the default is 1 s",
     .look = audit_is_above,
     .about = "maxjitter",
     .limit = 1,
     .needs_all = true},
    {.id = "C09",
     .severity = SEVERITY_INFORMATION,
     .finding = "combinelimit 0 leaves the clock to a single source",
     .remedy = "delete it: the default is 3",
     .look = audit_is_equal,
     .about = "combinelimit",
     .limit = 0,
     .needs_all = true},
    {.id = "C09",
     .severity = SEVERITY_INFORMATION,
     .finding = "nothing bounds what a forged source can do to the clock",
     .remedy = "authenticate sources; or maxdrift 100, and maxchange 100 1 2 where a "
               "chronyd that ends itself is noticed",
     .look = is_unbounded,
     .about = "maxchange",
     .needs_all = true},
    {.id = "C10",
     .severity = SEVERITY_WARNING,
     .finding = "manual lets the time be set by hand",
     .remedy = "delete it",
     .look = is_set_by_hand,
     .about = "manual"},
    {.id = "C10",
     .severity = SEVERITY_WARNING,
     .finding = "acquisitionport 123 makes answers easy to forge",
     .remedy = "delete it: each source gets a random port",
     .look = audit_is_equal,
     .about = "acquisitionport",
     .limit = NTP_PORT,
     .needs_all = true},
    {.id = NULL},
};
