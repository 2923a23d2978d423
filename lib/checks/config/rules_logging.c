/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules L: what is written down. */
#include "checks/config/audit.h"

#include <string.h>
#include <sys/stat.h>

enum { USUAL_CHANGE = 1 }; /* s, the default of logchange */

/* The first line of log that wants any log, or that of a word. */
static const struct config_line *log_line(const struct audit *audit, const char *word)
{
    const struct config_line *line = NULL;

    while ((line = config_next(audit->config, line, "log")))
        if (word ? config_option(line, word) != NULL : line->word_count > 1)
            return line;
    return NULL;
}

static void logs_nothing(struct audit *audit, const struct rule *rule)
{
    static const char *const words[] = {"tracking", "measurements", "rawmeasurements",
                                        "statistics"};

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (log_line(audit, words[i]))
            return;
    audit_find(audit, rule, NULL);
}

static void has_no_directory(struct audit *audit, const struct rule *rule)
{
    if (log_line(audit, NULL) && !audit_line(audit, "logdir"))
        audit_find(audit, rule, log_line(audit, NULL));
}

static void cannot_write(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file = audit_next_file(audit, NULL, SURVEY_LOG_DIRECTORY);

    if (file && log_line(audit, NULL))
        audit_cannot_write(audit, rule, file, true);
}

static void writes_through_link(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file = NULL;

    while ((file = audit_next_file(audit, file, SURVEY_LOG_FILE)))
        if (!file->error && S_ISLNK(file->mode))
            audit_find_that(audit, rule, file->line, "%.100s", file->path);
        else if (file->error) {
            audit_cannot_tell(audit, rule, file->line, "%.80s cannot be seen from here",
                              file->path);
            return;
        }
}

static void logs_no_rtc(struct audit *audit, const struct rule *rule)
{
    if (log_line(audit, "rtc") && !audit_line(audit, "rtcfile"))
        audit_find(audit, rule, log_line(audit, "rtc"));
}

static void grows(struct audit *audit, const struct rule *rule)
{
    if (audit->survey->is_here && log_line(audit, NULL) &&
        !audit_next_file(audit, NULL, SURVEY_ROTATION))
        audit_find(audit, rule, log_line(audit, NULL));
}

static void reports_oddly(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);
    double seconds = line ? config_word_number(line, 1) : USUAL_CHANGE;

    if (seconds > USUAL_CHANGE || seconds <= 0)
        audit_find_that(audit, rule, line, "%g s", seconds);
}

const struct rule logging_rules[] = {
    {.id = "L01",
     .severity = SEVERITY_INFORMATION,
     .finding = "no measurement is logged, so nobody can look into the past",
     .remedy = "log tracking measurements statistics",
     .look = logs_nothing,
     .needs_all = true},
    {.id = "L02",
     .severity = SEVERITY_WARNING,
     .finding = "logs are wanted and logdir is not given, so none is written",
     .remedy = "logdir /var/log/chrony",
     .look = has_no_directory,
     .needs_all = true},
    {.id = "L03",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd cannot write its logs",
     .remedy = "make the directory, and chown it to the user of chronyd; mode 0750",
     .look = cannot_write,
     .needs_all = true},
    {.id = "L03",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "a log is a symbolic link, which chronyd does not write through",
     .remedy = "remove the link, and let logdir name the other place",
     .look = writes_through_link,
     .needs_all = true},
    {.id = "L04",
     .severity = SEVERITY_INFORMATION,
     .finding = "log rtc writes nothing without rtcfile",
     .remedy = "delete the word; keep rtcsync",
     .look = logs_no_rtc,
     .needs_all = true},
    {.id = "L05",
     .severity = SEVERITY_INFORMATION,
     .finding = "logs grow for ever: nothing in /etc/logrotate.d is for them",
     .remedy = "rotate them, with chronyc cyclelogs behind it",
     .look = grows},
    {.id = "L06",
     .severity = SEVERITY_INFORMATION,
     .finding = "logchange keeps large jumps of the clock out of the system's log, or "
                "fills it",
     .remedy = "logchange 0.1, at most 1",
     .look = reports_oddly,
     .about = "logchange",
     .needs_all = true},
    {.id = "L06",
     .severity = SEVERITY_INFORMATION,
     .finding = "mailonchange runs a mail program from chronyd, and cannot be used with "
                "-F",
     .remedy = "delete it: the plugins notice more",
     .look = audit_is_present,
     .about = "mailonchange"},
    {.id = NULL},
};
