/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules P and M: the process, what it may do, and who may change what it does. Rule W:
 * the waivers. */
#include "checks/config/audit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* --- the process --- */

static bool wants_root(const struct config_line *line)
{
    return line && line->word_count > 1 && !strcmp(line->words[1], "root");
}

static void is_root(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;
    const struct config_line *line = audit_line(audit, rule->about);
    const bool is_told = survey->process.is_known || audit->config->is_whole;

    if (survey->process.is_known ? survey->process.user == 0
                                 : is_told && wants_root(line))
        audit_find(audit, rule, line);
    else if (!survey->process.is_known && (survey->is_here || wants_root(line)))
        audit_cannot_tell(audit, rule, line, "no chronyd with this file is seen");
}

static void is_unfiltered(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;

    if (strstr(survey->second.features, "-SCFILTER"))
        return;
    if (survey->process.is_known && !survey->process.filter)
        audit_find(audit, rule, NULL);
    else if (survey->is_here && !survey->process.is_known)
        audit_cannot_tell(audit, rule, NULL, "no chronyd with this file is seen");
}

static void is_silent(struct audit *audit, const struct rule *rule)
{
    const struct snapshot *snapshot = audit->snapshot;

    if (audit->survey->asks && snapshot->sources_error)
        audit_find_that(audit, rule, NULL, "%.100s: %s", snapshot->place,
                        session_error_text(snapshot->sources_error));
}

/* --- files --- */

static void exposes_socket(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file =
        audit_next_file(audit, NULL, SURVEY_SOCKET_DIRECTORY);
    const struct survey_user *user = &audit->survey->user;

    if (!file || file->error == ENOENT)
        return;
    if (file->error)
        audit_cannot_tell(audit, rule, file->line, "%.80s cannot be seen from here",
                          file->path);
    else if (file->mode & S_IRWXO)
        audit_find_that(audit, rule, file->line, "%.80s, mode %03o", file->path,
                        (unsigned)file->mode & 0777);
    else if (user->is_known &&
             (file->owner != user->id || file->group != user->groups[0]))
        audit_find_that(audit, rule, file->line, "%.80s belongs to user %u, group %u",
                        file->path, (unsigned)file->owner, (unsigned)file->group);
}

/* The group of root is root's own. */
static bool is_open(mode_t mode, uid_t owner, gid_t group)
{
    return owner != 0 || (mode & S_IWOTH) || ((mode & S_IWGRP) && group != 0);
}

static void describe(struct finding *finding, mode_t mode, uid_t owner, gid_t group)
{
    if (finding)
        snprintf(finding->detail, sizeof finding->detail, "mode %03o, user %u, group %u",
                 (unsigned)mode & 0777, (unsigned)owner, (unsigned)group);
}

/* In a directory of root such as /tmp nobody may replace what is another's. */
static bool keeps_its_files(const struct survey_file *file)
{
    return (file->mode & S_ISVTX) && file->owner == 0;
}

static void judge_directories(struct audit *audit, const struct rule *rule,
                              enum survey_role role)
{
    const struct survey_file *file = NULL;

    while ((file = audit_next_file(audit, file, role)))
        if (!file->error && is_open(file->mode, file->owner, file->group) &&
            !(role == SURVEY_MAIN_DIRECTORY && keeps_its_files(file)))
            describe(audit_find_at(audit, rule, file->path, 0), file->mode, file->owner,
                     file->group);
}

static void can_be_changed(struct audit *audit, const struct rule *rule)
{
    if (!audit->survey->is_here)
        return;
    for (size_t i = 0; i < audit->config->file_count; i++) {
        const struct config_file *file = audit->config->files[i];

        if (file->is_read && !file->is_directory &&
            is_open(file->mode, file->owner, file->group))
            describe(audit_find_at(audit, rule, file->path, 0), file->mode, file->owner,
                     file->group);
    }
    judge_directories(audit, rule, SURVEY_MAIN_DIRECTORY);
    judge_directories(audit, rule, SURVEY_CONFIG_DIRECTORY);
}

/* --- waivers --- */

static bool is_used(const struct audit *audit, const struct survey_waiver *waiver)
{
    for (size_t i = 0; i < audit->finding_count; i++)
        if (audit->findings[i].waiver == waiver)
            return true;
    return false;
}

/* Something critical was found that the waiver would cover if it said so. */
static bool leaves_critical(const struct audit *audit, const struct survey_waiver *waiver)
{
    for (size_t i = 0; i < audit->finding_count; i++) {
        const struct finding *finding = &audit->findings[i];

        if (finding->severity == SEVERITY_CRITICAL && !finding->waiver &&
            audit_covers(waiver->rule, strlen(waiver->rule), finding->rule,
                         SEVERITY_INFORMATION))
            return true;
    }
    return false;
}

static void is_too_weak(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;

    for (size_t i = 0; i < survey->waiver_count; i++) {
        const struct survey_waiver *waiver = &survey->waivers[i];
        struct finding *finding;

        if (!leaves_critical(audit, waiver))
            continue;
        finding = audit_find_at(audit, rule, survey->waivers_path, waiver->line);
        if (finding)
            snprintf(finding->detail, sizeof finding->detail, "%.20s", waiver->rule);
    }
}

static void is_useless(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;

    for (size_t i = 0; i < survey->waiver_count; i++) {
        const struct survey_waiver *waiver = &survey->waivers[i];
        struct finding *finding;

        if (is_used(audit, waiver) || leaves_critical(audit, waiver))
            continue;
        finding = audit_find_at(audit, rule, survey->waivers_path, waiver->line);
        if (finding)
            snprintf(finding->detail, sizeof finding->detail, "%.20s%s", waiver->rule,
                     audit_has_rule(waiver->rule, strlen(waiver->rule)) ? ""
                                                                        : ", no rule");
    }
}

const struct rule process_rules[] = {
    {.id = "P01",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd runs as root",
     .remedy = "delete user root or -u root; without either, add user _chrony on Debian "
               "and Ubuntu, user chrony elsewhere",
     .look = is_root,
     .about = "user"},
    {.id = "P02",
     .severity = SEVERITY_INFORMATION,
     .finding = "chronyd runs without a system call filter",
     .remedy = "add -F 2 (4.1), or -F 1, to the options of the service",
     .look = is_unfiltered},
    {.id = "P03",
     .severity = SEVERITY_WARNING,
     .finding = "the directory of the Unix socket is not chronyd's alone, so it closes "
                "the socket",
     .remedy = "chown it to the user and group of chronyd; mode 0750",
     .look = exposes_socket,
     .needs_all = true},
    {.id = "P04",
     .severity = SEVERITY_WARNING,
     .finding = "others than root may change the configuration",
     .remedy = "chown root, and chmod go-w",
     .look = can_be_changed},
    {.id = "M01",
     .severity = SEVERITY_INFORMATION,
     .finding = "chronyd does not answer this user, so what runs was not compared with "
                "the file",
     .remedy = "see check_chrony_sync, and cmdport and bindcmdaddress",
     .look = is_silent},
    {.id = NULL},
};

const struct rule policy_rules[] = {
    {.id = "W01",
     .severity = SEVERITY_INFORMATION,
     .finding = "a waiver is for something that was not found",
     .remedy = "delete its line",
     .look = is_useless,
     .needs_all = true},
    {.id = "W01",
     .severity = SEVERITY_INFORMATION,
     .finding = "a waiver does not cover what its rule finds that is critical",
     .remedy = "mend that, or write :critical right behind the rule, like S07:critical",
     .look = is_too_weak},
    {.id = NULL},
};
