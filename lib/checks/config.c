/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/checks.h"
#include "checks/config/audit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct metric metrics[] = {
    {"critical_findings", UNIT_COUNT, false, INFINITY, NULL, NULL,
     "findings that keep chronyd from starting or synchronising, or expose it"},
    {"warning_findings", UNIT_COUNT, false, INFINITY, NULL, NULL,
     "findings that weaken the service"},
    {"information_findings", UNIT_COUNT, false, INFINITY, NULL, NULL,
     "findings that are advice, or cannot be told from here"},
    {"waived_findings", UNIT_COUNT, false, INFINITY, NULL, NULL,
     "findings that a waiver excuses"},
    {"config_lines", UNIT_COUNT, false, INFINITY, NULL, NULL,
     "lines that were read, of all files together"},
};

enum { CRITICAL, WARNING, INFORMATION, WAIVED, LINES, METRICS };

/* In the order of enum role. */
static const char *const roles[] = {"auto", "client", "server", "public-server", NULL};

#define AUDIT(member) offsetof(struct settings, audit.member)

static const struct option_row options[] = {
    {"file", 0, OPTION_TEXT, AUDIT(file), "PATH",
     "/etc/chrony.conf, then /etc/chrony/chrony.conf", NULL,
     "the configuration to judge; one that no chronyd of this machine runs is judged by "
     "its text alone"},
    {"chrony-version", 0, OPTION_TEXT, AUDIT(version), "VERSION",
     "the newest that is known", NULL,
     "version of the chronyd that reads the file, like 4.3: it decides which words "
     "exist; --with-chronyd asks for it"},
    {"role", 0, OPTION_CHOICE, AUDIT(role), "ROLE", "auto", roles,
     "what the machine is: client, server, public-server (that everybody may ask), or "
     "auto: a server if it allows clients"},
    {"ignore", 0, OPTION_TEXT, AUDIT(ignore), "RULE,...", NULL, NULL,
     "rules whose findings do not count, like S10,L05; those that are critical only with "
     "a word more, like S07:critical"},
    {"waivers", 0, OPTION_TEXT, AUDIT(waivers), "PATH", NULL, NULL,
     "rules that are waived here: in each line a rule, like S10 or S07:critical, and "
     "behind it the reason"},
    {"strict", 0, OPTION_FLAG, AUDIT(strict), NULL, NULL, NULL,
     "information is a WARNING, too, but not what cannot be told"},
    {"with-chronyd", 0, OPTION_PROGRAM, AUDIT(chronyd), "PATH", NULL, NULL,
     "ask a chronyd for a second opinion (chronyd -p), for at most 5 s; without PATH it "
     "is /usr/sbin/chronyd, or where else it usually is"},
    {"timeout", 't', OPTION_TIMEOUT, 0, "SECONDS[:STATE]", "5:CRITICAL", NULL,
     "the most that the whole run may take, and the state when -H is a name that is not "
     "resolved in that time"},
    {0},
};

static unsigned needs(const struct settings *settings)
{
    (void)settings;
    return NEED_SOURCES | NEED_SOURCE_NAMES;
}

/* --- the command line --- */

static bool refuse_ignored(const char *ignored, char error[static CHECK_ERROR])
{
    for (size_t length; *ignored; ignored += length + (ignored[length] == ',')) {
        length = strcspn(ignored, ",");
        if (audit_has_rule(ignored, length))
            continue;
        snprintf(error, CHECK_ERROR,
                 "--ignore '%.*s' is no rule: write rules like S10,L05,S07:critical, as "
                 "they are in chrony-checks-rules(7)",
                 length > 80 ? 80 : (int)length, ignored);
        return true;
    }
    return false;
}

static bool refuse(const struct settings *settings, char error[static CHECK_ERROR])
{
    unsigned version;

    if (settings->audit.version &&
        !config_version_parse(settings->audit.version, &version)) {
        snprintf(error, CHECK_ERROR,
                 "--chrony-version '%.80s' is no version of chrony: write it like 4.3 or "
                 "4.6.1",
                 settings->audit.version);
        return true;
    }
    return settings->audit.ignore && refuse_ignored(settings->audit.ignore, error);
}

/* --- the verdict --- */

static enum state state_of(const struct audit *audit, const struct finding *finding)
{
    static const enum state states[] = {[SEVERITY_CRITICAL] = STATE_CRITICAL,
                                        [SEVERITY_WARNING] = STATE_WARNING,
                                        [SEVERITY_INFORMATION] = STATE_OK};

    if (finding->waiver)
        return STATE_OK;
    if (finding->severity == SEVERITY_INFORMATION && !finding->is_untold &&
        audit->settings->audit.strict)
        return STATE_WARNING;
    return states[finding->severity];
}

/* The first of those that matter most. */
static const struct finding *worst(const struct audit *audit)
{
    const struct finding *found = NULL;
    enum state state = STATE_OK;

    for (size_t i = 0; i < audit->finding_count; i++) {
        const struct finding *finding = &audit->findings[i];

        if (state_worse(state, state_of(audit, finding)) != state) {
            found = finding;
            state = state_of(audit, finding);
        }
    }
    return found;
}

static void measure(const struct audit *audit, struct result *result)
{
    const size_t values[METRICS] = {
        [CRITICAL] = audit->by_severity[SEVERITY_CRITICAL],
        [WARNING] = audit->by_severity[SEVERITY_WARNING],
        [INFORMATION] = audit->by_severity[SEVERITY_INFORMATION],
        [WAIVED] = audit->waived,
        [LINES] = audit->config->lines_read,
    };

    for (size_t i = 0; i < METRICS; i++) {
        struct metric_limits limits = settings_limits(audit->settings, &metrics[i]);

        result_measure(result, &metrics[i], (double)values[i], &limits.limits);
    }
}

/* "12 lines of /etc/chrony.conf: 1 critical, 2 warnings, 3 for information". */
static void summarise(const struct audit *audit, struct result *result)
{
    const size_t *found = audit->by_severity;
    char waived[48] = "";

    if (audit->waived)
        snprintf(waived, sizeof waived, ", %zu waived", audit->waived);
    result_reason(
        result, STATE_OK,
        "%zu line%s of %.80s%s: %zu critical, %zu warning%s, %zu for "
        "information%s",
        audit->config->lines_read, audit->config->lines_read == 1 ? "" : "s",
        audit->survey->path, audit->survey->is_here ? "" : ", by their text alone",
        found[SEVERITY_CRITICAL], found[SEVERITY_WARNING],
        found[SEVERITY_WARNING] == 1 ? "" : "s", found[SEVERITY_INFORMATION], waived);
}

/* Whoever names a chronyd wants the file compared with what runs. */
static void tell_silence(const struct audit *audit, struct result *result)
{
    const struct snapshot *snapshot = audit->snapshot;

    if (audit->settings->names_target && snapshot->sources_error)
        result_reason(result, STATE_OK,
                      "it was not compared with what runs at %.100s: %s", snapshot->place,
                      session_error_text(snapshot->sources_error));
}

/* What lies behind a limit of the reader is not judged, so nothing is well. */
static void warn_of_limits(const struct audit *audit, struct result *result)
{
    const struct config_limits *limits = &config_default_limits;

    for (size_t i = 0; i < audit->config->problem_count; i++)
        if (audit->config->problems[i].kind == CONFIG_LIMIT_REACHED)
            result_reason(
                result, STATE_UNKNOWN,
                "%.80s is too large: at most %zu lines, %zu bytes and %zu files "
                "are judged",
                audit->survey->path, limits->lines, limits->bytes, limits->files);
}

static void judge(const struct snapshot *snapshot, const struct settings *settings,
                  struct result *result)
{
    const struct finding *finding;
    struct audit audit;

    audit_make(&audit, snapshot, settings);
    finding = worst(&audit);
    if (finding)
        result_reason(result, state_of(&audit, finding), "%s %s: %s: %s",
                      finding->rule->id, audit_place_text(result, finding),
                      audit_finding_text(result, finding), finding->remedy);
    warn_of_limits(&audit, result);
    measure(&audit, result);
    summarise(&audit, result);
    tell_silence(&audit, result);
    if (settings->verbose)
        audit_tabulate(&audit, result);
    if (settings->verbose && audit.lost)
        result_reason(result, STATE_OK, "%zu findings are only counted", audit.lost);
}

const struct check config_check = {
    .name = "config",
    .question = "Does chrony.conf hold what an audit would ask for?",
    .metrics = metrics,
    .metric_count = METRICS,
    .has_no_first_metric = true,
    .options = options,
    .needs = needs,
    .refuse = refuse,
    .surveyor = &config_surveyor,
    .judge = judge,
};
