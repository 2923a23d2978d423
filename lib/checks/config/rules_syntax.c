/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules X: what chronyd cannot read, does not take together, or reads in another way than
 * it was meant. */
#include "checks/config/audit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* --- what the reader has met --- */

/* The rule that a problem belongs to. */
static const char *const rule_of[] = {
    [CONFIG_UNKNOWN_DIRECTIVE] = "X01",
    [CONFIG_NEVER_DIRECTIVE] = "X04",
    [CONFIG_NEWER_DIRECTIVE] = "X02",
    [CONFIG_NEWER_OPTION] = "X02",
    [CONFIG_TOO_FEW_WORDS] = "X01",
    [CONFIG_TOO_MANY_WORDS] = "X01",
    [CONFIG_TRAILING_COMMENT] = "X01",
    [CONFIG_UNKNOWN_OPTION] = "X01",
    [CONFIG_NO_VALUE] = "X01",
    [CONFIG_BAD_VALUE] = "X01",
    [CONFIG_OUT_OF_RANGE] = "X01",
    [CONFIG_LONG_LINE] = "X01",
    [CONFIG_BYTE_ORDER_MARK] = "X01",
    [CONFIG_MISSING_FILE] = "X01",
    [CONFIG_INCLUDE_LOOP] = "X01",
    [CONFIG_TOO_DEEP] = "X01",
    [CONFIG_TOO_MANY_DIRECTORIES] = "X01",
    [CONFIG_BAD_PREFIX] = "X07",
    [CONFIG_OBSOLETE_DIRECTIVE] = "X03",
    [CONFIG_IGNORED_DIRECTIVE] = "X03",
    [CONFIG_OLD_NAME] = "X03",
    [CONFIG_ODD_NUMBER] = "X08",
    [CONFIG_CLAMPED] = "X08",
    [CONFIG_COMMENT_TAKEN] = "X11",
    [CONFIG_EMBEDDED_NUL] = "X11",
    [CONFIG_EMPTY_PATTERN] = "X12",
    [CONFIG_MISSING_DIRECTORY] = "X12",
    [CONFIG_SKIPPED_DIRECTORIES] = "X11",
    [CONFIG_SHADOWED_FILE] = "X12",
    [CONFIG_RELATIVE_PATH] = "X12",
    [CONFIG_READS_EMPTY] = "X11",
    [CONFIG_SKIPPED_LINE] = "X09",
    [CONFIG_UNTERMINATED_LINE] = "X09",
    [CONFIG_NAME_LOOKED_UP] = "X13",
    [CONFIG_FORBIDDEN_FILE] = "X01",
    [CONFIG_PERHAPS_NEWER] = "X01",
    [CONFIG_NOT_REGULAR_FILE] = "X01",
    [CONFIG_FAILED_FILE] = "X01",
    [CONFIG_LIMIT_REACHED] = "X01",
};

static bool is_fatal(const struct config_problem *problem)
{
    return config_problem_effect(problem->kind) == CONFIG_FATAL;
}

static bool is_untold(const struct config_problem *problem)
{
    return config_problem_effect(problem->kind) == CONFIG_UNTOLD;
}

/* What is known besides the text of a problem; "": nothing. */
static void describe_more(const struct config_problem *problem, char text[static 96])
{
    *text = '\0';
    if (problem->kind == CONFIG_CLAMPED)
        snprintf(text, 96, ": %g is used", problem->number);
    else if (problem->kind == CONFIG_OLD_NAME)
        snprintf(text, 96, ": it is %.40s now", problem->directive->instead);
    else if (problem->path)
        snprintf(text, 96, ": %.90s", problem->path);
}

/* Without repeating what the rule says. */
static void describe(const struct config_problem *problem,
                     char text[static FINDING_DETAIL])
{
    const char *word = problem->word ? problem->word : "it";
    char more[96], version[CONFIG_VERSION_TEXT];

    config_version_text(problem->since, version);
    describe_more(problem, more);
    if (problem->since)
        snprintf(text, FINDING_DETAIL, "%.80s came with chrony %s", word, version);
    else if (problem->kind == CONFIG_NEVER_DIRECTIVE)
        snprintf(text, FINDING_DETAIL, "%.80s", word);
    else
        snprintf(text, FINDING_DETAIL, "%.40s %s%s", word,
                 config_problem_text(problem->kind), more);
}

static void find_problem(struct audit *audit, const struct rule *rule,
                         const struct config_problem *problem)
{
    struct finding *finding =
        audit_find_at(audit, rule, problem->file->path, problem->line);

    if (!finding)
        return;
    finding->is_untold = rule->severity == SEVERITY_INFORMATION && is_untold(problem);
    describe(problem, finding->detail);
    if (problem->kind == CONFIG_NEVER_DIRECTIVE && problem->directive->instead)
        finding->remedy = problem->directive->instead;
}

static bool does_chronyd(const struct audit *audit, enum second_opinion opinion)
{
    return audit->survey->has_second && audit->survey->second.opinion == opinion;
}

/* Finds the problems of a rule that a function picks out. */
static void find_problems(struct audit *audit, const struct rule *rule,
                          bool (*is_meant)(const struct audit *,
                                           const struct config_problem *))
{
    for (size_t i = 0; i < audit->config->problem_count; i++) {
        const struct config_problem *problem = &audit->config->problems[i];

        if (!strcmp(rule_of[problem->kind], rule->id) && is_meant(audit, problem))
            find_problem(audit, rule, problem);
    }
}

/* What chronyd has read itself it knows better. */
static bool is_refused(const struct audit *audit, const struct config_problem *problem)
{
    return is_fatal(problem) && !does_chronyd(audit, SECOND_ACCEPTS);
}

static bool is_doubtful(const struct audit *audit, const struct config_problem *problem)
{
    if (problem->kind == CONFIG_PERHAPS_NEWER)
        return !does_chronyd(audit, SECOND_ACCEPTS);
    return is_fatal(problem) && does_chronyd(audit, SECOND_ACCEPTS);
}

static bool is_unread(const struct audit *audit, const struct config_problem *problem)
{
    (void)audit;
    return is_untold(problem) && problem->kind != CONFIG_PERHAPS_NEWER;
}

/* Directories below /run come and go, as those of DHCP. */
static bool is_lasting(const struct audit *audit, const struct config_problem *problem)
{
    const char *path = problem->path ? problem->path : "";

    return problem->kind != CONFIG_MISSING_DIRECTORY ||
           (audit->survey->is_here && strncmp(path, "/run/", 5) != 0 &&
            strncmp(path, "/var/run/", 9) != 0);
}

static bool is_any(const struct audit *audit, const struct config_problem *problem)
{
    (void)audit;
    (void)problem;
    return true;
}

static void has_refused_line(struct audit *audit, const struct rule *rule)
{
    find_problems(audit, rule, is_refused);
}

static void has_doubtful_line(struct audit *audit, const struct rule *rule)
{
    find_problems(audit, rule, is_doubtful);
}

static void has_unread_part(struct audit *audit, const struct rule *rule)
{
    find_problems(audit, rule, is_unread);
}

static void has_problem(struct audit *audit, const struct rule *rule)
{
    find_problems(audit, rule, is_any);
}

static void has_oddity(struct audit *audit, const struct rule *rule)
{
    find_problems(audit, rule, is_lasting);
}

/* Of the names that chronyd says, only one that was read here is shown. */
static const char *find_path(const struct audit *audit, const char *name)
{
    for (size_t i = 0; i < audit->config->file_count; i++)
        if (!strcmp(audit->config->files[i]->path, name))
            return audit->config->files[i]->path;
    return NULL;
}

static void find_refusal(struct audit *audit, const struct rule *rule,
                         const struct second_answer *second)
{
    const char *main_file = audit->survey->path;
    const char *path = *second->file ? find_path(audit, second->file) : main_file;
    struct finding *finding =
        audit_find_at(audit, rule, path ? path : main_file, path ? second->line : 0);

    if (finding)
        snprintf(finding->detail, sizeof finding->detail, "%s%s",
                 second->reason ? second->reason : "see what it says",
                 path ? "" : " in an included file");
}

static void is_refused_by_chronyd(struct audit *audit, const struct rule *rule)
{
    const struct second_answer *second = &audit->survey->second;

    if (!audit->survey->has_second || second->opinion == SECOND_ACCEPTS)
        return;
    if (second->opinion != SECOND_REFUSES)
        audit_cannot_tell(audit, rule, NULL, "the program that was asked %s",
                          second_opinion_text(second->opinion));
    else if (config_is_accepted(audit->config))
        find_refusal(audit, rule, second);
}

/* --- what does not go together --- */

static void has_two_rtcs(struct audit *audit, const struct rule *rule)
{
    if (audit_line(audit, "rtcsync"))
        audit_is_present(audit, rule);
}

static void limits_without_log(struct audit *audit, const struct rule *rule)
{
    static const char *const limits[] = {"ratelimit", "cmdratelimit", "ntsratelimit"};

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        if (audit_line(audit, limits[i]) && audit_line(audit, "noclientlog"))
            audit_find_that(audit, rule, audit_line(audit, "noclientlog"), "%s",
                            limits[i]);
}

static void mails_behind_a_filter(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, "mailonchange");
    const struct survey_process *process = &audit->survey->process;

    if (line && !process->is_known)
        audit_cannot_tell(audit, rule, line, "the command line of chronyd is not known");
    else if (line && process->filter)
        audit_find_that(audit, rule, line, "-F %d", process->filter);
}

static void reads_rtc_twice(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    if (!audit_line(audit, "rtcsync") && !audit_line(audit, "rtcfile"))
        return;
    while (config_next_source(audit->config, &source))
        if (source.kind == CONFIG_REFCLOCK && !strcasecmp(source.name, "RTC"))
            audit_find(audit, rule, source.line);
}

static void has_tai_without_leaps(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    if (audit_line(audit, "leapsectz") || audit_line(audit, "leapseclist"))
        return;
    while (config_next_source(audit->config, &source))
        if (source.tai)
            audit_find(audit, rule, source.line);
}

static size_t count_lines(const struct audit *audit, const char *directive)
{
    const struct config_line *line = NULL;
    size_t count = 0;

    while ((line = config_next(audit->config, line, directive)))
        count++;
    return count;
}

static void has_odd_certificates(struct audit *audit, const struct rule *rule)
{
    const size_t certificates = count_lines(audit, "ntsservercert");
    const size_t keys = count_lines(audit, "ntsserverkey");

    if (certificates != keys)
        audit_find_that(
            audit, rule,
            audit_line(audit, certificates > keys ? "ntsservercert" : "ntsserverkey"),
            "%zu ntsservercert, %zu ntsserverkey", certificates, keys);
}

/* --- what is repeated --- */

/* What can be given again: a directive, or one family or option of it. */
struct repeated {
    const char *directive;
    int family;         /* AF_UNSPEC: all */
    const char *option; /* NULL: all of the line */
};

static int family_of(const char *address)
{
    return *address == '/' ? AF_UNIX : strchr(address, ':') ? AF_INET6 : AF_INET;
}

static bool is_part(const struct config_line *line, const struct repeated *repeated)
{
    return line->is_valid &&
           (!repeated->option || config_option(line, repeated->option)) &&
           (repeated->family == AF_UNSPEC ||
            family_of(line->words[1]) == repeated->family);
}

static bool says_the_same(const struct config_line *line, const struct config_line *other,
                          const char *option)
{
    if (option)
        return !strcmp(config_option(line, option), config_option(other, option));
    if (line->word_count != other->word_count)
        return false;
    for (size_t i = 1; i < line->word_count; i++)
        if (strcmp(line->words[i], other->words[i]) != 0)
            return false;
    return true;
}

static void judge_repeats(struct audit *audit, const struct rule *rule,
                          const struct repeated *repeated)
{
    const char *directive = repeated->directive;
    const struct config_line *line = NULL, *last = NULL;

    while ((line = config_next(audit->config, line, directive)))
        if (is_part(line, repeated))
            last = line;
    while (last && (line = config_next(audit->config, line, directive)) != last)
        if (is_part(line, repeated) && !says_the_same(line, last, repeated->option))
            audit_find_that(audit, rule, line, "%s%s%s, line %zu of %.80s counts",
                            directive, repeated->option ? " " : "",
                            repeated->option ? repeated->option : "", last->number,
                            last->file->path);
}

static void judge_row(struct audit *audit, const struct rule *rule,
                      const struct config_directive *row)
{
    static const int families[] = {AF_INET, AF_INET6, AF_UNIX};
    struct repeated repeated = {.directive = row->name, .family = AF_UNSPEC};

    if (row->repeat == CONFIG_LAST)
        judge_repeats(audit, rule, &repeated);
    for (size_t i = 0; row->repeat == CONFIG_MERGES && row->options[i].name; i++) {
        repeated.option = row->options[i].name;
        judge_repeats(audit, rule, &repeated);
    }
    for (size_t i = 0; row->repeat == CONFIG_FAMILY && i < 3; i++) {
        repeated.family = families[i];
        judge_repeats(audit, rule, &repeated);
    }
}

/* The forms of a directive are next to each other. */
static void is_overridden(struct audit *audit, const struct rule *rule)
{
    const char *previous = "";

    for (const struct config_directive *row = config_directives; row->name; row++) {
        if (row->status == CONFIG_CURRENT && strcmp(row->name, previous) != 0)
            judge_row(audit, rule, row);
        previous = row->name;
    }
}

const struct rule syntax_rules[] = {
    {.id = "X01",
     .severity = SEVERITY_CRITICAL,
     .finding = "chronyd refuses a line, and with it the whole file",
     .remedy = "mend the line, or chronyd does not start again",
     .look = has_refused_line},
    {.id = "X01",
     .severity = SEVERITY_CRITICAL,
     .finding = "chronyd -p refuses the file",
     .remedy = "mend what chronyd names, or it does not start again",
     .look = is_refused_by_chronyd},
    {.id = "X01",
     .severity = SEVERITY_WARNING,
     .finding = "a line is not known here that this chronyd may well take",
     .remedy = "see chronyd -p, and update chrony-checks",
     .look = has_doubtful_line},
    {.id = "X01",
     .severity = SEVERITY_INFORMATION,
     .finding = "chronyd refuses what could not be read here",
     .remedy = "run this as a user who may read it, or give --with-chronyd",
     .look = has_unread_part},
    {.id = "X02",
     .severity = SEVERITY_CRITICAL,
     .finding = "a keyword is newer than this chronyd, which refuses the whole file",
     .remedy = "update chronyd, or leave the keyword out",
     .look = has_problem},
    {.id = "X03",
     .severity = SEVERITY_WARNING,
     .finding = "a directive is obsolete",
     .remedy = "delete the line, or write the new name",
     .look = has_problem},
    {.id = "X04",
     .severity = SEVERITY_CRITICAL,
     .finding = "a directive was never one of chrony, which refuses the whole file",
     .remedy = "delete the line",
     .look = has_problem},
    {.id = "X05",
     .severity = SEVERITY_CRITICAL,
     .finding = "rtcfile and rtcsync are given together, so chronyd does not start",
     .remedy = "keep rtcsync",
     .look = has_two_rtcs,
     .about = "rtcfile"},
    {.id = "X06",
     .severity = SEVERITY_CRITICAL,
     .finding = "noclientlog is given with a rate limit, so chronyd does not start",
     .remedy = "delete noclientlog",
     .look = limits_without_log},
    {.id = "X07",
     .severity = SEVERITY_CRITICAL,
     .finding = "mailonchange is given with a system call filter, so chronyd does not "
                "start",
     .remedy = "delete mailonchange, the plugins notice more; or start it without -F",
     .look = mails_behind_a_filter},
    {.id = "X07",
     .severity = SEVERITY_CRITICAL,
     .finding =
         "the RTC is a reference clock and is set by chronyd, so it does not start",
     .remedy = "keep either the refclock or rtcsync",
     .look = reads_rtc_twice},
    {.id = "X07",
     .severity = SEVERITY_CRITICAL,
     .finding = "a refclock is in TAI without a list of leap seconds, so chronyd does "
                "not start",
     .remedy =
         "add leapseclist /usr/share/zoneinfo/leap-seconds.list (4.6), or leapsectz "
         "right/UTC",
     .look = has_tai_without_leaps,
     .needs_all = true},
    {.id = "X07",
     .severity = SEVERITY_CRITICAL,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "NTS certificates and keys are no pairs, so chronyd does not start",
     .remedy = "give one ntsserverkey for each ntsservercert, in the same order",
     .look = has_odd_certificates,
     .needs_all = true},
    {.id = "X07",
     .severity = SEVERITY_CRITICAL,
     .finding = "a subnet has more bits than an address, so chronyd does not start",
     .remedy = "write at most /32 for IPv4 and /128 for IPv6",
     .look = has_problem},
    {.id = "X08",
     .severity = SEVERITY_WARNING,
     .finding = "a number is not taken as it is written",
     .remedy = "write the number that is meant",
     .look = has_problem},
    {.id = "X09",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "chronyd leaves out a line of a .sources file without a word",
     .remedy = "mend the line, then run chronyc reload sources",
     .look = has_problem},
    {.id = "X10",
     .severity = SEVERITY_INFORMATION,
     .finding = "a directive is given again with another value, and only the last counts",
     .remedy = "delete the earlier line, unless it is a default to be overridden",
     .look = is_overridden},
    {.id = "X11",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd reads something else than what was most likely meant",
     .remedy = "write it anew; a comment must be a line of its own",
     .look = has_problem},
    {.id = "X12",
     .severity = SEVERITY_INFORMATION,
     .finding = "chronyd finds other files than the line suggests",
     .remedy = "name what is there, by its absolute path",
     .look = has_oddity},
    {.id = "X13",
     .severity = SEVERITY_WARNING,
     .finding = "a name is looked up while the file is read, so chronyd does not start "
                "without DNS",
     .remedy = "write the address",
     .look = has_problem},
    {.id = NULL},
};
