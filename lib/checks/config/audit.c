/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/config/audit.h"
#include "names.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>

const struct chapter audit_chapters[] = {
    {"Syntax, and what keeps chronyd from starting", syntax_rules},
    {"Trust in sources", trust_rules},
    {"Sources", source_rules},
    {"Access and monitoring", access_rules},
    {"Clock discipline", clock_rules},
    {"Logging", logging_rules},
    {"Process and files", process_rules},
    {"The audit itself", policy_rules},
    {NULL, NULL},
};

/* --- findings --- */

bool audit_covers(const char *word, size_t length, const struct rule *rule,
                  enum severity severity)
{
    static const char critical[] = ":critical";
    const size_t id = strlen(rule->id);

    if (length < id || strncmp(word, rule->id, id) != 0)
        return false;
    if (length == id)
        return severity != SEVERITY_CRITICAL;
    return length - id == strlen(critical) && !strncmp(word + id, critical, length - id);
}

static const struct survey_waiver *
find_waiver(const struct audit *audit, const struct rule *rule, enum severity severity)
{
    for (size_t i = 0; i < audit->survey->waiver_count; i++) {
        const struct survey_waiver *waiver = &audit->survey->waivers[i];

        if (audit_covers(waiver->rule, strlen(waiver->rule), rule, severity))
            return waiver;
    }
    return NULL;
}

static bool is_ignored(const struct audit *audit, const struct rule *rule,
                       enum severity severity)
{
    const char *list = audit->settings->audit.ignore;

    while (list && *list) {
        const size_t word = strcspn(list, ",");

        if (audit_covers(list, word, rule, severity))
            return true;
        list += word;
        list += *list == ',';
    }
    return false;
}

/* What is waived matters least. */
static bool matters_less(const struct finding *finding, const struct finding *other)
{
    if (!finding->waiver != !other->waiver)
        return finding->waiver != NULL;
    return finding->severity > other->severity;
}

/* Behind the others, or in place of one that matters less. */
static struct finding *find_room(struct audit *audit, const struct finding *finding)
{
    struct finding *least = &audit->findings[0];

    if (audit->finding_count < AUDIT_FINDINGS)
        return &audit->findings[audit->finding_count++];
    audit->lost++;
    for (size_t i = 1; i < AUDIT_FINDINGS; i++)
        if (!matters_less(least, &audit->findings[i]))
            least = &audit->findings[i];
    return matters_less(least, finding) ? least : NULL;
}

static struct finding *add(struct audit *audit, const struct rule *rule, bool is_untold,
                           const char *path, size_t line)
{
    const enum severity severity = is_untold ? SEVERITY_INFORMATION : rule->severity;
    const struct finding finding = {
        .rule = rule,
        .severity = severity,
        .is_untold = is_untold,
        .waiver = find_waiver(audit, rule, severity),
        .path = path,
        .line = line,
        .remedy = rule->remedy,
    };
    struct finding *room;

    if (is_ignored(audit, rule, severity))
        return NULL;
    room = find_room(audit, &finding);
    if (finding.waiver)
        audit->waived++;
    else
        audit->by_severity[finding.severity]++;
    if (room)
        *room = finding;
    return room;
}

static const char *path_of(const struct audit *audit, const struct config_line *line)
{
    return line ? line->file->path : audit->survey->path;
}

struct finding *audit_find_at(struct audit *audit, const struct rule *rule,
                              const char *path, size_t line)
{
    return add(audit, rule, rule->needs_all && !audit->config->is_whole, path, line);
}

void audit_find(struct audit *audit, const struct rule *rule,
                const struct config_line *line)
{
    audit_find_at(audit, rule, path_of(audit, line), line ? line->number : 0);
}

void audit_find_that(struct audit *audit, const struct rule *rule,
                     const struct config_line *line, const char *format, ...)
{
    struct finding *finding =
        audit_find_at(audit, rule, path_of(audit, line), line ? line->number : 0);
    va_list arguments;

    if (!finding)
        return;
    va_start(arguments, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, arguments);
    va_end(arguments);
}

void audit_cannot_tell(struct audit *audit, const struct rule *rule,
                       const struct config_line *line, const char *format, ...)
{
    struct finding *finding =
        add(audit, rule, true, path_of(audit, line), line ? line->number : 0);
    va_list arguments;

    if (!finding)
        return;
    va_start(arguments, format);
    vsnprintf(finding->detail, sizeof finding->detail, format, arguments);
    va_end(arguments);
}

/* --- conditions that rows share --- */

const struct config_line *audit_line(const struct audit *audit, const char *directive)
{
    return config_last(audit->config, directive);
}

void audit_is_absent(struct audit *audit, const struct rule *rule)
{
    if (!audit_line(audit, rule->about))
        audit_find(audit, rule, NULL);
}

void audit_is_present(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line)
        audit_find(audit, rule, line);
}

void audit_is_above(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && config_word_number(line, 1) > rule->limit)
        audit_find_that(audit, rule, line, "%g", config_word_number(line, 1));
}

void audit_is_below(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && config_word_number(line, 1) < rule->limit)
        audit_find_that(audit, rule, line, "%g", config_word_number(line, 1));
}

void audit_is_equal(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && config_word_number(line, 1) == rule->limit)
        audit_find(audit, rule, line);
}

/* --- sources --- */

bool audit_is_authenticated(const struct config_source *source)
{
    return source->nts || source->key;
}

/* authselectmode gives noselect to sources that are not authenticated. */
static bool excludes_plain_ones(const struct audit *audit)
{
    const char *mode = config_text(audit->config, "authselectmode");

    if (!mode || audit->config->version < CONFIG_VERSION(4, 0, 0))
        return false;
    return !strcasecmp(mode, "require") ||
           (!strcasecmp(mode, "prefer") && audit->authenticated);
}

bool audit_is_usable(const struct audit *audit, const struct config_source *source)
{
    return !source->noselect &&
           (source->kind == CONFIG_REFCLOCK || audit_is_authenticated(source) ||
            !audit->plain_are_excluded);
}

bool audit_is_foreign(const struct audit *audit, const struct config_source *source)
{
    if (source->kind == CONFIG_REFCLOCK || source->key || name_is_private(source->name) ||
        (name_traits(source->name) & NAME_LINK))
        return false;
    for (size_t i = 0; i < audit->survey->domain_count; i++)
        if (name_shares_operator(source->name, audit->survey->domains[i]))
            return false;
    return true;
}

bool audit_is_repeated(struct audit_addresses *seen, const struct config_source *source)
{
    if (!name_is_address(source->name) || seen->count == AUDIT_ADDRESSES)
        return false;
    for (size_t i = 0; i < seen->count; i++)
        if (name_is_same(seen->names[i], source->name))
            return true;
    seen->names[seen->count++] = source->name;
    return false;
}

bool audit_is_told(const struct audit *audit)
{
    return audit->survey->asks && !audit->snapshot->sources_error &&
           audit->snapshot->sources_whole;
}

bool audit_has_name(const struct source *running, const char *name)
{
    return name_is_same(running->name, name) || name_is_same(running->label, name);
}

/* An NTP server that chronyd can ask. */
static bool has_address(const struct source *running)
{
    return running->data.mode != MODE_REFERENCE_CLOCK && !source_is_unresolved(running);
}

/* Counts the servers of a name that were not yet counted. False: chronyd knows none, or
 * none so far. */
static bool count_running(const struct audit *audit, const char *name,
                          bool counted[static SNAPSHOT_SOURCES], size_t *count)
{
    bool is_there = false;

    for (size_t i = 0; audit->knows_running && i < audit->snapshot->source_count; i++) {
        const struct source *running = &audit->snapshot->sources[i];

        if (!has_address(running) || !audit_has_name(running, name))
            continue;
        is_there = true;
        *count += !counted[i];
        counted[i] = true;
    }
    return is_there;
}

/* A name has as many servers as chronyd has found, or as it may have while there is none:
 * the DNS is perhaps not there yet. */
static void count_configured(struct audit *audit, bool counted[static SNAPSHOT_SOURCES])
{
    struct config_source source = {.line = NULL};
    struct audit_addresses seen = {.count = 0};

    while (config_next_source(audit->config, &source)) {
        const bool is_refclock = source.kind == CONFIG_REFCLOCK;
        size_t *sum = is_refclock                       ? &audit->refclocks
                      : audit_is_authenticated(&source) ? &audit->authenticated
                                                        : &audit->plain;
        size_t count = 0;

        if (audit_is_repeated(&seen, &source))
            continue;
        if (is_refclock || !count_running(audit, source.name, counted, &count))
            count = (size_t)source.maxsources;
        if (!source.noselect)
            *sum += count;
    }
}

/* Sources may come at run time, or be in what was not read. Without that, what only
 * chronyd has may have been deleted since it was started. */
static bool adds_sources(const struct config *config)
{
    return !config->is_whole || config_last(config, "sourcedir");
}

static void count_sources(struct audit *audit)
{
    bool counted[SNAPSHOT_SOURCES] = {false};

    audit->knows_running = audit_is_told(audit) && !audit->snapshot->names_error;
    count_configured(audit, counted);
    for (size_t i = 0; audit->knows_running && adds_sources(audit->config) &&
                       i < audit->snapshot->source_count;
         i++)
        audit->plain += !counted[i] && has_address(&audit->snapshot->sources[i]);
    audit->plain_are_excluded = excludes_plain_ones(audit);
    audit->usable = audit->refclocks + audit->authenticated +
                    (audit->plain_are_excluded ? 0 : audit->plain);
}

/* --- the machine --- */

const struct survey_file *audit_next_file(const struct audit *audit,
                                          const struct survey_file *previous,
                                          enum survey_role role)
{
    const struct survey *survey = audit->survey;
    size_t i = previous ? (size_t)(previous - survey->files) + 1 : 0;

    for (; i < survey->file_count; i++)
        if (survey->files[i].role == role)
            return &survey->files[i];
    return NULL;
}

static bool is_member(const struct survey_user *user, gid_t group)
{
    for (size_t i = 0; i < user->group_count; i++)
        if (user->groups[i] == group)
            return true;
    return false;
}

bool audit_may(const struct survey_user *user, const struct survey_file *file,
               mode_t rights)
{
    mode_t mode = file->mode;

    if (user->id == 0)
        return true;
    if (file->owner == user->id)
        mode >>= 6;
    else if (is_member(user, file->group))
        mode >>= 3;
    return (mode & rights) == rights;
}

/* What keeps chronyd from writing there; NULL: nothing that is known. */
static const char *obstacle(const struct survey_user *user,
                            const struct survey_file *directory, bool is_made)
{
    if (directory->error == ENOENT && !is_made)
        return "is not there";
    if (directory->error == ENOENT)
        return directory->has_place ? NULL : "is not there and cannot be created";
    if (directory->error)
        return NULL;
    if (!S_ISDIR(directory->mode))
        return "is no directory";
    if (user->is_known && !audit_may(user, directory, S_IWOTH | S_IXOTH))
        return "is closed to the user of chronyd";
    return NULL;
}

void audit_cannot_write(struct audit *audit, const struct rule *rule,
                        const struct survey_file *directory, bool is_made)
{
    const char *text = obstacle(&audit->survey->user, directory, is_made);

    if (text)
        audit_find_that(audit, rule, directory->line, "%.80s %s", directory->path, text);
    else if (directory->error == EACCES)
        audit_cannot_tell(audit, rule, directory->line, "%.80s cannot be seen from here",
                          directory->path);
}

/* --- the whole --- */

bool audit_has_rule(const char *word, size_t length)
{
    for (const struct chapter *chapter = audit_chapters; chapter->title; chapter++)
        for (const struct rule *rule = chapter->rules; rule->id; rule++)
            if (audit_covers(word, length, rule, SEVERITY_INFORMATION))
                return true;
    return false;
}

static void settle_role(struct audit *audit)
{
    const enum role role = (enum role)audit->settings->audit.role;
    bool allows = audit->ipv4.any || audit->ipv6.any || audit->ipv4.has_names ||
                  audit->ipv6.has_names;

    audit->is_server = role == ROLE_AUTOMATIC
                           ? allows && config_number(audit->config, "port") != 0
                           : role != ROLE_CLIENT;
    audit->is_public = audit->is_server &&
                       (role == ROLE_PUBLIC_SERVER || audit->ipv4.all || audit->ipv6.all);
}

void audit_make(struct audit *audit, const struct snapshot *snapshot,
                const struct settings *settings)
{
    memset(audit, 0, sizeof *audit);
    audit->snapshot = snapshot;
    audit->settings = settings;
    audit->survey = snapshot->survey;
    audit->config = &snapshot->survey->config;
    config_access(audit->config, CONFIG_NTP, AF_INET, &audit->ipv4);
    config_access(audit->config, CONFIG_NTP, AF_INET6, &audit->ipv6);
    settle_role(audit);
    count_sources(audit);
    for (const struct chapter *chapter = audit_chapters; chapter->title; chapter++)
        for (const struct rule *rule = chapter->rules; rule->id; rule++)
            if (rule->since <= audit->config->version)
                rule->look(audit, rule);
}
