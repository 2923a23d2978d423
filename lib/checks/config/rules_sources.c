/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules S07 to S24 but S18: whether there are enough sources, of the right kind, and
 * whether chronyd has them. */
#include "checks/config/audit.h"
#include "names.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    ENOUGH_SOURCES = 3,
    USUAL_POLL = 6, /* 64 s; below that is called abuse of public servers */
};

static bool is_ntp(const struct config_source *source)
{
    return source->kind != CONFIG_REFCLOCK;
}

/* The next source that chronyd may follow. */
static bool next_usable(const struct audit *audit, struct config_source *source)
{
    while (config_next_source(audit->config, source))
        if (audit_is_usable(audit, source))
            return true;
    return false;
}

/* --- how many --- */

/* The clock has another reason to be what it is: its own, or somebody's hands. */
static bool needs_no_source(const struct audit *audit)
{
    return audit_line(audit, "local") || audit_line(audit, "manual");
}

static bool has_any_source(const struct audit *audit)
{
    struct config_source source = {.line = NULL};

    return config_next_source(audit->config, &source);
}

/* Servers from DHCP may come later. */
static void find_lack(struct audit *audit, const struct rule *rule, bool may_come)
{
    if (audit_line(audit, "sourcedir") && may_come)
        audit_cannot_tell(audit, rule, audit_line(audit, "sourcedir"),
                          "its directories may be filled later");
    else
        audit_find(audit, rule, NULL);
}

static void has_no_source(struct audit *audit, const struct rule *rule)
{
    const struct snapshot *snapshot = audit->snapshot;
    bool is_told = audit->survey->asks && !snapshot->sources_error;

    if (!has_any_source(audit) && !needs_no_source(audit) &&
        !(is_told && snapshot->source_count))
        find_lack(audit, rule, !is_told);
}

/* They would not be authenticated, so authselectmode would leave them out, too. */
static void selects_no_source(struct audit *audit, const struct rule *rule)
{
    if (has_any_source(audit) && !audit->usable && !needs_no_source(audit))
        find_lack(audit, rule, !audit->plain_are_excluded);
}

/* A cloud gives its machines no other source than their host. */
static bool follows_host(const struct audit *audit)
{
    struct config_source source = {.line = NULL};
    size_t hosts = 0;

    while (next_usable(audit, &source))
        hosts += (name_traits(source.name) & NAME_LINK) &&
                 !config_subnet(source.name).is_loopback;
    return hosts >= audit->usable;
}

static bool are_few(const struct audit *audit)
{
    return audit->usable && audit->usable < ENOUGH_SOURCES && !audit->refclocks;
}

static void has_few_sources(struct audit *audit, const struct rule *rule)
{
    if (are_few(audit) && !follows_host(audit))
        audit_find_that(audit, rule, NULL, "%zu", audit->usable);
}

static void has_host_alone(struct audit *audit, const struct rule *rule)
{
    if (are_few(audit) && follows_host(audit))
        audit_find(audit, rule, NULL);
}

static void wants_too_many(struct audit *audit, const struct rule *rule)
{
    if (!audit->usable ||
        config_number(audit->config, "minsources") <= (double)audit->usable)
        return;
    if (audit_line(audit, "sourcedir") && !audit->knows_running &&
        !audit->plain_are_excluded)
        find_lack(audit, rule, true);
    else
        audit_find_that(audit, rule, audit_line(audit, "minsources"),
                        "%zu at most can be selected", audit->usable);
}

/* In an orphan group that is right: see C08. */
static void lacks_minimum(struct audit *audit, const struct rule *rule)
{
    const struct config_line *local = audit_line(audit, "local");

    if (audit->usable > ENOUGH_SOURCES && !(local && config_option(local, "orphan")))
        audit_is_absent(audit, rule);
}

static void has_no_spare(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, "minsources");

    if (line && audit->usable > 1 &&
        config_number(audit->config, "minsources") == (double)audit->usable)
        audit_find_that(audit, rule, line, "%zu", audit->usable);
}

/* --- whose --- */

static void has_only_pools(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    bool has_pools = false;

    while (next_usable(audit, &source)) {
        if (!(name_traits(source.name) & NAME_POOL))
            return;
        has_pools = true;
    }
    if (has_pools)
        audit_find(audit, rule, NULL);
}

/* Somebody is alone behind all sources; a pool has many operators, one's own servers are
 * one's own choice, and whose servers smear leap seconds go with no others (S12). */
static void has_one_operator(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    const char *first = NULL, *operator;
    size_t length;

    if (audit->usable < 2 || audit->refclocks)
        return;
    while (next_usable(audit, &source)) {
        if (!audit_is_foreign(audit, &source) ||
            (name_traits(source.name) & (NAME_POOL | NAME_SMEARS)))
            return;
        if (!first)
            first = source.name;
        else if (!name_shares_operator(source.name, first))
            return;
    }
    if (!first)
        return;
    operator= name_operator(first, &length);
    audit_find_that(audit, rule, NULL, "%.*s", (int)length, operator);
}

static void names_no_name(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (audit_is_foreign(audit, &source) && name_is_address(source.name))
            audit_find_that(audit, rule, source.line, "%.60s", source.name);
}

/* --- leap seconds --- */

static bool smears(const struct config_source *source)
{
    return is_ntp(source) && (name_traits(source->name) & NAME_SMEARS);
}

/* A PHC has the time of whoever set it. */
static bool is_of_no_kind(const struct audit *audit, const struct config_source *source)
{
    return is_ntp(source) ? !audit_is_foreign(audit, source)
                          : !strcasecmp(source->name, "PHC");
}

/* The first sources of the three kinds, as far as they are there. */
struct kinds {
    struct config_source smearing, leaping, own;
    bool has_smearing, has_leaping, has_own;
};

static struct kinds find_kinds(const struct audit *audit)
{
    struct config_source source = {.line = NULL};
    struct kinds kinds = {.has_smearing = false};

    while (next_usable(audit, &source)) {
        if (smears(&source) && !kinds.has_smearing) {
            kinds.smearing = source;
            kinds.has_smearing = true;
        } else if (!smears(&source) && is_of_no_kind(audit, &source)) {
            kinds.own = source;
            kinds.has_own = true;
        } else if (!smears(&source) && !kinds.has_leaping) {
            kinds.leaping = source;
            kinds.has_leaping = true;
        }
    }
    return kinds;
}

static void mixes_smear(struct audit *audit, const struct rule *rule)
{
    const struct kinds kinds = find_kinds(audit);

    if (kinds.has_smearing && kinds.has_leaping)
        audit_find_that(audit, rule, kinds.smearing.line, "%.60s does, %.60s does not",
                        kinds.smearing.name, kinds.leaping.name);
}

static void mixes_smear_perhaps(struct audit *audit, const struct rule *rule)
{
    const struct kinds kinds = find_kinds(audit);

    if (kinds.has_smearing && kinds.has_own && !kinds.has_leaping)
        audit_find_that(audit, rule, kinds.own.line, "%.60s beside %.60s", kinds.own.name,
                        kinds.smearing.name);
}

static void leaps_while_smearing(struct audit *audit, const struct rule *rule)
{
    const struct kinds kinds = find_kinds(audit);
    static const char *const lists[] = {"leapsectz", "leapseclist"};

    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (kinds.has_smearing && audit_line(audit, lists[i]))
            audit_find_that(audit, rule, audit_line(audit, lists[i]), "%s with %.60s",
                            lists[i], kinds.smearing.name);
}

/* --- options of sources --- */

static void prefers_one(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL}, preferred = {.line = NULL};
    size_t count = 0;

    while (next_usable(audit, &source))
        if (source.prefer) {
            preferred = source;
            count++;
        }
    if (count == 1 && audit->usable > 1 && audit_is_foreign(audit, &preferred))
        audit_find_that(audit, rule, preferred.line, "%.60s", preferred.name);
}

static void polls_too_often(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (audit_is_foreign(audit, &source) &&
            (source.minpoll < USUAL_POLL || source.maxpoll < USUAL_POLL))
            audit_find_that(audit, rule, source.line, "%.60s, %s %d", source.name,
                            source.maxpoll < USUAL_POLL ? "maxpoll" : "minpoll",
                            source.maxpoll < USUAL_POLL ? source.maxpoll
                                                        : source.minpoll);
}

static void begins_slowly(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    size_t count = 0;

    for (; config_next_source(audit->config, &source); count += is_ntp(&source))
        if (source.iburst)
            return;
    if (count)
        audit_find(audit, rule, NULL);
}

static bool is_offline(const struct config_source *source)
{
    return source->offline;
}

static bool is_peer(const struct config_source *source)
{
    return source->kind == CONFIG_PEER;
}

static bool is_old(const struct config_source *source)
{
    return is_ntp(source) && source->version == 3;
}

static bool is_trusted_blindly(const struct config_source *source)
{
    return is_ntp(source) && (source->trust || source->require) &&
           !audit_is_authenticated(source);
}

static void find_sources(struct audit *audit, const struct rule *rule,
                         bool (*is_meant)(const struct config_source *))
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (is_meant(&source))
            audit_find_that(audit, rule, source.line, "%.60s", source.name);
}

static void has_offline(struct audit *audit, const struct rule *rule)
{
    find_sources(audit, rule, is_offline);
}

static void has_peers(struct audit *audit, const struct rule *rule)
{
    find_sources(audit, rule, is_peer);
}

static void has_old_version(struct audit *audit, const struct rule *rule)
{
    find_sources(audit, rule, is_old);
}

static void trusts_blindly(struct audit *audit, const struct rule *rule)
{
    find_sources(audit, rule, is_trusted_blindly);
}

/* --- reference clocks --- */

/* Its refid, or that which chronyd makes of its driver and place. */
static void find_refid(const struct config_source *source, size_t place,
                       char refid[static 5])
{
    const char *given = config_option(source->line, "refid");

    if (given)
        snprintf(refid, 5, "%s", given);
    else if (place < 10)
        snprintf(refid, 5, "%.3s%zu", source->name, place);
    else
        snprintf(refid, 5, "%.2s%zu", source->name, place % 100);
}

static bool has_refid(const struct audit *audit, const char *wanted)
{
    struct config_source source = {.line = NULL};
    char refid[5];

    for (size_t place = 0; config_next_source(audit->config, &source);)
        if (source.kind == CONFIG_REFCLOCK) {
            find_refid(&source, place++, refid);
            if (!strcmp(refid, wanted))
                return true;
        }
    return false;
}

static void locks_to_nothing(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source)) {
        const char *refid = config_option(source.line, rule->about);

        if (refid && !has_refid(audit, refid))
            audit_find_that(audit, rule, source.line, "%.20s", refid);
    }
}

static void has_no_driftfile(struct audit *audit, const struct rule *rule)
{
    if (!audit->survey->process.no_clock)
        audit_is_absent(audit, rule);
}

/* chronyd makes these directories at its start, and none for driftfile. */
static bool is_made(const struct audit *audit, const char *path)
{
    static const char *const directives[] = {"dumpdir", "ntsdumpdir", "logdir"};

    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        const char *directory = config_text(audit->config, directives[i]);

        if (directory && !strcmp(directory, path))
            return true;
    }
    return false;
}

static void cannot_keep_drift(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file = audit_next_file(audit, NULL, SURVEY_DRIFT_DIRECTORY);

    if (file && !audit->survey->process.no_clock)
        audit_cannot_write(audit, rule, file, is_made(audit, file->path));
}

static void is_given_twice(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    struct audit_addresses seen = {.count = 0};

    while (config_next_source(audit->config, &source))
        if (audit_is_repeated(&seen, &source))
            audit_find_that(audit, rule, source.line, "%.60s", source.name);
}

/* --- what chronyd has --- */

static bool is_running(const struct audit *audit, const char *name)
{
    for (size_t i = 0; i < audit->snapshot->source_count; i++)
        if (audit_has_name(&audit->snapshot->sources[i], name))
            return true;
    return false;
}

/* Before 4.0 chronyd tells addresses only, and leaves out what does not resolve. */
static void lacks_source(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    bool knows_names = !audit->snapshot->names_error;

    if (audit->survey->is_here && audit->survey->runs_another && !audit->survey->asks)
        audit_cannot_tell(audit, rule, NULL, "the chronyd that runs reads another file");
    while (audit_is_told(audit) && config_next_source(audit->config, &source)) {
        if (!is_ntp(&source) || is_running(audit, source.name))
            continue;
        if (knows_names || name_is_address(source.name))
            audit_find_that(audit, rule, source.line, "%.60s", source.name);
        else
            audit_cannot_tell(audit, rule, source.line, "%.60s: no names are told",
                              source.name);
    }
}

static bool is_configured(const struct audit *audit, const struct source *running)
{
    static const char *const directives[] = {"server", "pool", "peer"};

    for (size_t i = 0; i < sizeof directives / sizeof directives[0]; i++) {
        const struct config_line *line = NULL;

        while ((line = config_next(audit->config, line, directives[i])))
            if (line->word_count > 1 && audit_has_name(running, line->words[1]))
                return true;
    }
    return false;
}

static void has_more_sources(struct audit *audit, const struct rule *rule)
{
    for (size_t i = 0; audit_is_told(audit) && i < audit->snapshot->source_count; i++) {
        const struct source *running = &audit->snapshot->sources[i];

        if (!source_is_clock(running) && !audit->snapshot->names_error &&
            audit->config->is_whole && !is_configured(audit, running))
            audit_find_that(audit, rule, NULL, "%.60s", source_display(running));
    }
}

const struct rule source_rules[] = {
    {.id = "S07",
     .severity = SEVERITY_CRITICAL,
     .finding = "no source is given, so the clock follows nothing",
     .remedy = "add four or more servers, or a pool",
     .look = has_no_source,
     .needs_all = true},
    {.id = "S07",
     .severity = SEVERITY_CRITICAL,
     .finding = "no source may be selected, so the clock follows nothing",
     .remedy = "delete noselect, or write authselectmode mix",
     .look = selects_no_source,
     .needs_all = true},
    {.id = "S07",
     .severity = SEVERITY_WARNING,
     .finding = "there are less than three sources, so a wrong one is not outvoted",
     .remedy = "give four or more",
     .look = has_few_sources,
     .needs_all = true},
    {.id = "S07",
     .severity = SEVERITY_INFORMATION,
     .finding =
         "the host of this machine is its only source, so when that is wrong it is "
         "not outvoted",
     .remedy = "nothing; or add three servers that treat leap seconds as the host does",
     .look = has_host_alone,
     .needs_all = true},
    {.id = "S08",
     .severity = SEVERITY_CRITICAL,
     .finding = "minsources wants more sources than there are, so the clock is never set",
     .remedy = "lower it, or add sources",
     .look = wants_too_many,
     .needs_all = true},
    {.id = "S09",
     .severity = SEVERITY_INFORMATION,
     .finding = "minsources is not given, so one source alone may set the clock",
     .remedy = "minsources 2, or 3 of five",
     .look = lacks_minimum,
     .about = "minsources",
     .needs_all = true},
    {.id = "S09",
     .severity = SEVERITY_WARNING,
     .finding = "minsources is the number of sources, so the loss of one stops the clock "
                "from being set",
     .remedy = "lower it, or add two sources",
     .look = has_no_spare,
     .needs_all = true},
    {.id = "S10",
     .severity = SEVERITY_INFORMATION,
     .finding = "all sources are of pools: volunteers that come and go, without keys",
     .remedy = "add servers that you have a reason to trust",
     .look = has_only_pools,
     .needs_all = true},
    {.id = "S11",
     .severity = SEVERITY_WARNING,
     .finding = "all sources have the same operator, so they can be wrong together",
     .remedy = "add servers of another operator",
     .look = has_one_operator,
     .needs_all = true},
    {.id = "S12",
     .severity = SEVERITY_CRITICAL,
     .finding = "sources that smear leap seconds are mixed with others, and differ by "
                "up to half a second when there is one",
     .remedy = "keep one of the two families, or give the others noselect",
     .look = mixes_smear},
    {.id = "S12",
     .severity = SEVERITY_INFORMATION,
     .finding = "own sources stand beside those that smear leap seconds, and must smear, "
                "too",
     .remedy = "make sure that they have the same upstream",
     .look = mixes_smear_perhaps},
    {.id = "S13",
     .severity = SEVERITY_CRITICAL,
     .finding = "leap seconds are applied here that the sources smear already",
     .remedy = "delete the line, or the sources that smear",
     .look = leaps_while_smearing},
    {.id = "S14",
     .severity = SEVERITY_INFORMATION,
     .finding = "prefer on one source keeps all others out of the combination",
     .remedy = "delete prefer, unless it is a reference clock of your own",
     .look = prefers_one},
    {.id = "S15",
     .severity = SEVERITY_WARNING,
     .finding = "a public server is asked more often than every 64 s, which counts as "
                "abuse",
     .remedy = "delete minpoll and maxpoll: the defaults are 6 and 10",
     .look = polls_too_often},
    {.id = "S16",
     .severity = SEVERITY_INFORMATION,
     .finding = "no source has iburst, so the first synchronisation takes minutes",
     .remedy = "add iburst, but for NIST, whose limit it breaks",
     .look = begins_slowly,
     .needs_all = true},
    {.id = "S17",
     .severity = SEVERITY_INFORMATION,
     .finding = "a source is offline until somebody switches it on",
     .remedy = "delete offline, unless a dispatcher runs chronyc online",
     .look = has_offline},
    {.id = "S17",
     .severity = SEVERITY_WARNING,
     .finding = "a peer is weaker against attackers than a server",
     .remedy = "give each of the two a server line for the other",
     .look = has_peers},
    {.id = "S17",
     .severity = SEVERITY_INFORMATION,
     .finding = "a source is asked with NTP version 3",
     .remedy = "delete the option, unless the server is that old",
     .look = has_old_version},
    {.id = "S17",
     .severity = SEVERITY_INFORMATION,
     .finding = "trust or require is on a source that is not authenticated",
     .remedy = "add a key or nts to it, or delete the option",
     .look = trusts_blindly},
    {.id = "S19",
     .severity = SEVERITY_INFORMATION,
     .finding = "driftfile is not given, so each start begins without the frequency",
     .remedy = "driftfile /var/lib/chrony/drift",
     .look = has_no_driftfile,
     .about = "driftfile",
     .needs_all = true},
    {.id = "S19",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd cannot write its driftfile, so each start begins without the "
                "frequency",
     .remedy = "driftfile in a directory of chronyd's user, such as /var/lib/chrony",
     .look = cannot_keep_drift,
     .needs_all = true},
    {.id = "S20",
     .severity = SEVERITY_INFORMATION,
     .finding = "a public server is given by its address, which may change",
     .remedy = "write its name",
     .look = names_no_name},
    {.id = "S21",
     .severity = SEVERITY_WARNING,
     .finding = "a source of the configuration is unknown to the chronyd that runs",
     .remedy = "restart chronyd, or run chronyc reload sources; see its log",
     .look = lacks_source},
    {.id = "S22",
     .severity = SEVERITY_INFORMATION,
     .finding = "the chronyd that runs has a source that is not in the configuration",
     .remedy = "write it down, or it is gone with the next start",
     .look = has_more_sources},
    {.id = "S23",
     .severity = SEVERITY_WARNING,
     .finding = "a source is given a second time, and chronyd takes it once",
     .remedy = "delete the line, or write the address of another server",
     .look = is_given_twice},
    {.id = "S24",
     .severity = SEVERITY_WARNING,
     .finding =
         "a reference clock is locked to a refid that none has, so it is not locked",
     .remedy = "give the other reference clock that refid, or write the one that it has",
     .look = locks_to_nothing,
     .about = "lock",
     .needs_all = true},
    {.id = NULL},
};
