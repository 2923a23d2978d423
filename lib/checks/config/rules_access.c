/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules A: who may ask for the time, and who may ask about it. */
#include "checks/config/audit.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

enum {
    LARGE_NETWORK = 19,      /* bits; more addresses than the default log of clients */
    CLIENT_LOG = 512 * 1024, /* bytes, the default of clientloglimit */
    MONITORING_BURST = 8,    /* so many questions come at once from another host */
};

static const int families[] = {AF_INET, AF_INET6};

enum { FAMILIES = sizeof families / sizeof families[0] };

static const struct config_access *access_of(const struct audit *audit, int family)
{
    return family == AF_INET ? &audit->ipv4 : &audit->ipv6;
}

static const char *family_text(int family)
{
    return family == AF_INET ? "IPv4" : "IPv6";
}

/* The last line of a directive with a word behind it. */
static const struct config_line *line_with(const struct audit *audit,
                                           const char *directive, const char *word)
{
    const struct config_line *line = NULL, *found = NULL;

    while ((line = config_next(audit->config, line, directive)))
        if (line->word_count > 1 && !strcmp(line->words[1], word))
            found = line;
    return found;
}

/* --- the command port --- */

/* The line that opens the command port of a family to other hosts; NULL: it is on
 * loopback, or closed. */
static const struct config_line *opening_line(const struct audit *audit, int family)
{
    const char *address = config_address(audit->config, "bindcmdaddress", family);

    if (!address || config_subnet(address).is_loopback ||
        config_number(audit->config, "cmdport") == 0)
        return NULL;
    return line_with(audit, "bindcmdaddress", address);
}

/* True for what is not only loopback, and has, or may have, addresses of the family, or
 * of any, AF_UNSPEC. */
static bool admits(const char *text, int family)
{
    const struct config_subnet subnet = config_subnet(text);

    return !subnet.is_loopback &&
           (family == AF_UNSPEC || subnet.family == AF_UNSPEC || subnet.family == family);
}

/* The first line of allow or cmdallow that is for other hosts over a family. */
static const struct config_line *admitting_line(const struct audit *audit,
                                                const char *directive, int family)
{
    const struct config_line *line = NULL;

    while ((line = config_next(audit->config, line, directive)))
        if (line->word_count < 2 || admits(line->words[line->word_count - 1], family))
            return line;
    return NULL;
}

static bool is_remote_over(const struct audit *audit, int family)
{
    return opening_line(audit, family) && admitting_line(audit, "cmdallow", family);
}

static bool is_remote(const struct audit *audit)
{
    return is_remote_over(audit, AF_INET) || is_remote_over(audit, AF_INET6);
}

/* The line that allows commands of more than single hosts, or of all. */
static const struct config_line *wide_line(const struct audit *audit, bool all)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        const int host = families[i] == AF_INET ? 32 : 128;
        struct config_access access;

        config_access(audit->config, CONFIG_COMMAND, families[i], &access);
        if (is_remote_over(audit, families[i]) && access.any && access.all == all &&
            access.widest < host)
            return access.line;
    }
    return NULL;
}

static void admits_networks(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = wide_line(audit, false);

    if (line)
        audit_find(audit, rule, line);
}

static void admits_all(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = wide_line(audit, true);

    if (line)
        audit_find(audit, rule, line);
}

static void admits_in_vain(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = admitting_line(audit, "cmdallow", AF_UNSPEC);

    if (line && !opening_line(audit, AF_INET) && !opening_line(audit, AF_INET6))
        audit_find(audit, rule, line);
}

static void opens_in_vain(struct audit *audit, const struct rule *rule)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        const struct config_line *line = opening_line(audit, families[i]);

        if (line && !admitting_line(audit, "cmdallow", families[i]) &&
            !audit_line(audit, "bindcmddevice"))
            audit_find_that(audit, rule, line, "%s", family_text(families[i]));
    }
}

static void tells_too_much(struct audit *audit, const struct rule *rule)
{
    static const char *const words[] = {"clients", "authdata", "ntpdata", "serverstats",
                                        "selectdata"};
    const struct config_line *line = audit_line(audit, rule->about);

    for (size_t i = 0; line && i < sizeof words / sizeof words[0]; i++)
        if (is_remote(audit) && config_option(line, words[i]))
            audit_find_that(audit, rule, line, "%s", words[i]);
}

static void tells_too_little(struct audit *audit, const struct rule *rule)
{
    static const char *const words[] = {"tracking", "sources", "sourcename",
                                        "sourcestats"};
    const struct config_line *line = audit_line(audit, rule->about);

    for (size_t i = 0; line && i < sizeof words / sizeof words[0]; i++)
        if (!config_option(line, words[i]))
            audit_find_that(audit, rule, line, "%s", words[i]);
}

static void closes_port(struct audit *audit, const struct rule *rule)
{
    if (config_number(audit->config, rule->about) == 0)
        audit_is_present(audit, rule);
}

static void closes_socket(struct audit *audit, const struct rule *rule)
{
    const char *path = config_address(audit->config, rule->about, AF_UNIX);

    if (path && !strcmp(path, "/"))
        audit_find(audit, rule, line_with(audit, rule->about, path));
}

/* The line of a cmdratelimit that a plugin on another host does not get through. */
static const struct config_line *tight_line(const struct audit *audit)
{
    const struct config_line *line = audit_line(audit, "cmdratelimit");

    return config_merged_number(audit->config, "cmdratelimit", "interval") > 0 ||
                   config_merged_number(audit->config, "cmdratelimit", "burst") <
                       MONITORING_BURST
               ? line
               : NULL;
}

static void limits_no_command(struct audit *audit, const struct rule *rule)
{
    if (is_remote(audit))
        audit_is_absent(audit, rule);
}

static void limits_monitoring(struct audit *audit, const struct rule *rule)
{
    if (is_remote(audit) && tight_line(audit))
        audit_find(audit, rule, tight_line(audit));
}

static void would_limit_monitoring(struct audit *audit, const struct rule *rule)
{
    if (!is_remote(audit) && tight_line(audit))
        audit_find(audit, rule, tight_line(audit));
}

/* --- the NTP port --- */

static void serves_all(struct audit *audit, const struct rule *rule)
{
    if (!audit->is_server || audit->settings->audit.role == ROLE_PUBLIC_SERVER)
        return;
    for (size_t i = 0; i < FAMILIES; i++)
        if (access_of(audit, families[i])->all) {
            audit_find(audit, rule, access_of(audit, families[i])->line);
            return;
        }
}

static void limits_no_client(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && !audit->is_public)
        audit_is_absent(audit, rule);
}

static void limits_nobody(struct audit *audit, const struct rule *rule)
{
    if (audit->is_public)
        audit_is_absent(audit, rule);
}

static void forgets_clients(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && audit->ipv4.any && audit->ipv4.widest <= LARGE_NETWORK &&
        !audit_line(audit, "noclientlog"))
        audit_is_absent(audit, rule);
}

static void forgets_clients_early(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server)
        audit_is_below(audit, rule);
}

/* False where it is known that this machine has IPv6 only within itself and its link. */
static bool may_have_ipv6(const struct survey *survey)
{
    for (size_t i = 0; i < survey->address_count; i++)
        if (survey->addresses[i].family == AF_INET6 && survey->addresses[i].bytes[0] &&
            survey->addresses[i].bytes[0] != 0xfe)
            return true;
    return !survey->addresses_are_known;
}

static void serves_no_ipv6(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && audit->ipv4.any && !audit->ipv6.any &&
        !audit->ipv6.has_names && may_have_ipv6(audit->survey))
        audit_find(audit, rule, NULL);
}

static void asks_over_ipv4(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    size_t count = 0;

    while (config_next_source(audit->config, &source)) {
        if (source.kind != CONFIG_REFCLOCK && !source.ipv4)
            return;
        count += source.kind != CONFIG_REFCLOCK;
    }
    if (count)
        audit_find(audit, rule, NULL);
}

static void has_no_ipv6(struct audit *audit, const struct rule *rule)
{
    if (audit->survey->process.ipv4_only)
        audit_find(audit, rule, NULL);
}

/* Audits that miss IPv6 like to add this. */
static void binds_to_default(struct audit *audit, const struct rule *rule)
{
    static const char *const addresses[] = {"0.0.0.0", "::"};

    for (size_t i = 0; i < FAMILIES; i++)
        if (line_with(audit, rule->about, addresses[i]))
            audit_find_that(audit, rule, line_with(audit, rule->about, addresses[i]),
                            "%s", addresses[i]);
}

/* True for an address of this machine, one that stands for all, and any of 127/8, which
 * Linux serves without having them. */
static bool has_address(const struct survey *survey, int family, const char *text)
{
    static const unsigned char any[16] = {0};
    const size_t size = family == AF_INET ? 4 : 16;
    unsigned char bytes[16];

    if (inet_pton(family, text, bytes) != 1 || !memcmp(bytes, any, size) ||
        (family == AF_INET && bytes[0] == 127))
        return true;
    for (size_t i = 0; i < survey->address_count; i++)
        if (survey->addresses[i].family == family &&
            !memcmp(survey->addresses[i].bytes, bytes, size))
            return true;
    return false;
}

static void binds_elsewhere(struct audit *audit, const struct rule *rule)
{
    static const char *const directives[] = {"bindaddress", "bindacqaddress",
                                             "bindcmdaddress"};

    for (size_t i = 0; audit->survey->addresses_are_known && i < (size_t)3 * FAMILIES;
         i++) {
        const char *directive = directives[i / FAMILIES];
        const int family = families[i % FAMILIES];
        const char *address = config_address(audit->config, directive, family);

        if (address && !has_address(audit->survey, family, address))
            audit_find_that(audit, rule, line_with(audit, directive, address), "%s %.50s",
                            directive, address);
    }
}

/* The address of bindaddress where no other host reaches it; NULL: it does, or there is
 * none. */
static const char *loopback_for(const struct audit *audit, int family)
{
    const char *address = config_address(audit->config, "bindaddress", family);

    return address && config_subnet(address).is_loopback ? address : NULL;
}

static void binds_to_loopback(struct audit *audit, const struct rule *rule)
{
    for (size_t i = 0; i < FAMILIES; i++) {
        const char *address = loopback_for(audit, families[i]);

        if (address && access_of(audit, families[i])->any)
            audit_find_that(audit, rule, line_with(audit, rule->about, address), "%.50s",
                            address);
    }
}

static void serves_without_port(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = audit_line(audit, rule->about);

    if (line && config_word_number(line, 1) == 0 && (audit->ipv4.any || audit->ipv6.any))
        audit_find(audit, rule, line);
}

static void signs_for_many(struct audit *audit, const struct rule *rule)
{
    if (audit->ipv4.all || audit->ipv6.all)
        audit_is_present(audit, rule);
}

static void is_deaf(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;
    const enum survey_answer answers[] = {survey->serves_ipv4, survey->serves_ipv6};

    if (!survey->process.is_known || !audit->is_server)
        return;
    for (size_t i = 0; i < FAMILIES; i++) {
        const struct config_access *access = access_of(audit, families[i]);

        if (loopback_for(audit, families[i]))
            continue; /* A10 tells why */
        if (access->any && answers[i] == SURVEY_NO)
            audit_find_that(audit, rule, access->line, "%s", family_text(families[i]));
        else if (access->any && answers[i] == SURVEY_UNTOLD)
            audit_cannot_tell(audit, rule, access->line,
                              "%s: the sockets of this machine cannot be seen",
                              family_text(families[i]));
    }
}

static bool admits_nobody(const struct audit *audit)
{
    return !audit->ipv4.any && !audit->ipv6.any && !audit->ipv4.has_names &&
           !audit->ipv6.has_names;
}

static void is_no_server(struct audit *audit, const struct rule *rule)
{
    if (audit->is_server && admits_nobody(audit))
        audit_find(audit, rule, NULL);
}

/* It was allowed, and denied again. */
static void allows_in_vain(struct audit *audit, const struct rule *rule)
{
    const struct config_line *line = admitting_line(audit, rule->about, AF_UNSPEC);

    if (line && admits_nobody(audit) && audit->settings->audit.role == ROLE_AUTOMATIC)
        audit_find(audit, rule, line);
}

static void is_no_client(struct audit *audit, const struct rule *rule)
{
    if (audit->settings->audit.role != ROLE_CLIENT)
        return;
    for (size_t i = 0; i < FAMILIES; i++)
        if (access_of(audit, families[i])->any) {
            audit_find(audit, rule, access_of(audit, families[i])->line);
            return;
        }
}

const struct rule access_rules[] = {
    {.id = "A01",
     .severity = SEVERITY_WARNING,
     .finding = "whole networks may ask chronyd for its state",
     .remedy = "cmdallow the address of the monitoring host alone",
     .look = admits_networks,
     .needs_all = true},
    {.id = "A01",
     .severity = SEVERITY_INFORMATION,
     .finding = "cmdallow has no effect, since commands are taken on loopback only",
     .remedy = "delete it, or add bindcmdaddress and allow the monitoring host alone",
     .look = admits_in_vain,
     .needs_all = true},
    {.id = "A02",
     .severity = SEVERITY_CRITICAL,
     .finding = "everybody may ask chronyd for its state",
     .remedy = "cmdallow the address of the monitoring host alone, or use an agent",
     .look = admits_all,
     .needs_all = true},
    {.id = "A02",
     .severity = SEVERITY_WARNING,
     .finding = "the command port is open to other hosts, and none of them is allowed",
     .remedy = "delete bindcmdaddress, or cmdallow the monitoring host",
     .look = opens_in_vain,
     .needs_all = true},
    {.id = "A03",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 7, 0),
     .finding = "opencommands tells other hosts what helps to attack this one",
     .remedy = "take the word out, or keep the command port on loopback",
     .look = tells_too_much,
     .about = "opencommands",
     .needs_all = true},
    {.id = "A04",
     .severity = SEVERITY_INFORMATION,
     .since = CONFIG_VERSION(4, 7, 0),
     .finding = "opencommands lacks a command that the plugins use",
     .remedy = "add the word, or let the plugins use the Unix socket",
     .look = tells_too_little,
     .about = "opencommands",
     .needs_all = true},
    {.id = "A04",
     .severity = SEVERITY_INFORMATION,
     .finding = "the command port is closed, so plugins need the Unix socket",
     .remedy = "delete cmdport 0, or run the plugins as the user of chronyd",
     .look = closes_port,
     .about = "cmdport",
     .needs_all = true},
    {.id = "A04",
     .severity = SEVERITY_INFORMATION,
     .finding = "the Unix socket is closed, so plugins see only the open commands",
     .remedy = "delete bindcmdaddress /",
     .look = closes_socket,
     .about = "bindcmdaddress",
     .needs_all = true},
    {.id = "A05",
     .severity = SEVERITY_INFORMATION,
     .finding = "commands of other hosts are answered at any rate",
     .remedy = "cmdratelimit",
     .look = limits_no_command,
     .about = "cmdratelimit",
     .needs_all = true},
    {.id = "A05",
     .severity = SEVERITY_WARNING,
     .finding = "cmdratelimit is so tight that monitoring from another host fails",
     .remedy = "cmdratelimit without options, or interval -4 burst 16",
     .look = limits_monitoring,
     .needs_all = true},
    {.id = "A05",
     .severity = SEVERITY_INFORMATION,
     .finding = "cmdratelimit has no effect on loopback, and would break monitoring from "
                "another host",
     .remedy = "delete it, or write cmdratelimit without options",
     .look = would_limit_monitoring,
     .needs_all = true},
    {.id = "A06",
     .severity = SEVERITY_WARNING,
     .finding = "everybody may ask for the time",
     .remedy = "allow your own networks alone, or say --role=public-server",
     .look = serves_all,
     .needs_all = true},
    {.id = "A07",
     .severity = SEVERITY_WARNING,
     .finding = "a server for everybody answers at any rate",
     .remedy = "ratelimit interval 1 burst 16 leak 2",
     .look = limits_nobody,
     .about = "ratelimit",
     .needs_all = true},
    {.id = "A07",
     .severity = SEVERITY_INFORMATION,
     .finding = "clients are answered at any rate",
     .remedy = "ratelimit interval 1 burst 16 leak 2",
     .look = limits_no_client,
     .about = "ratelimit",
     .needs_all = true},
    {.id = "A08",
     .severity = SEVERITY_INFORMATION,
     .finding = "more clients may ask than clientloglimit has room for (4096), and the "
                "rate of the others is not limited",
     .remedy = "clientloglimit 4194304; watch the drops in chronyc serverstats",
     .look = forgets_clients,
     .about = "clientloglimit",
     .needs_all = true},
    {.id = "A08",
     .severity = SEVERITY_INFORMATION,
     .finding = "clientloglimit, which is in bytes, is below its default of 524288",
     .remedy = "delete it, or raise it: 128 bytes a client",
     .look = forgets_clients_early,
     .about = "clientloglimit",
     .limit = CLIENT_LOG,
     .needs_all = true},
    {.id = "A09",
     .severity = SEVERITY_INFORMATION,
     .finding = "no IPv6 network is allowed, so IPv6 clients get no time",
     .remedy = "allow your IPv6 prefix: that alone opens the IPv6 port",
     .look = serves_no_ipv6,
     .needs_all = true},
    {.id = "A09",
     .severity = SEVERITY_INFORMATION,
     .finding = "all sources are asked over IPv4 alone",
     .remedy = "delete the ipv4 option where there is IPv6",
     .look = asks_over_ipv4,
     .needs_all = true},
    {.id = "A09",
     .severity = SEVERITY_INFORMATION,
     .finding = "chronyd was started with -4, so it does not use IPv6",
     .remedy = "start it without -4 where there is IPv6",
     .look = has_no_ipv6},
    {.id = "A09",
     .severity = SEVERITY_INFORMATION,
     .finding = "bindaddress names the default, and changes nothing: the IPv6 port opens "
                "as soon as an IPv6 network is allowed",
     .remedy = "delete it",
     .look = binds_to_default,
     .about = "bindaddress"},
    {.id = "A10",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd binds to an address that this machine does not have",
     .remedy = "write an address of this machine, or delete the line",
     .look = binds_elsewhere,
     .needs_all = true},
    {.id = "A10",
     .severity = SEVERITY_WARNING,
     .finding = "clients are allowed, and chronyd listens on loopback alone",
     .remedy = "delete bindaddress, or the allow lines",
     .look = binds_to_loopback,
     .about = "bindaddress",
     .needs_all = true},
    {.id = "A10",
     .severity = SEVERITY_WARNING,
     .finding = "clients are allowed, and port 0 serves none",
     .remedy = "delete port 0, or the allow lines",
     .look = serves_without_port,
     .about = "port",
     .needs_all = true},
    {.id = "A11",
     .severity = SEVERITY_INFORMATION,
     .finding = "answers are signed for everybody, which helps to guess passwords",
     .remedy = "allow the networks of the domain alone",
     .look = signs_for_many,
     .about = "ntpsigndsocket",
     .needs_all = true},
    {.id = "A12",
     .severity = SEVERITY_WARNING,
     .finding = "clients are allowed, and chronyd does not listen for them",
     .remedy = "restart chronyd, and see its log, -4, -6 and bindaddress",
     .look = is_deaf,
     .needs_all = true},
    {.id = "A13",
     .severity = SEVERITY_WARNING,
     .finding = "this is said to be a server, and nobody may ask it",
     .remedy = "allow the networks of the clients",
     .look = is_no_server,
     .needs_all = true},
    {.id = "A13",
     .severity = SEVERITY_WARNING,
     .finding = "clients are allowed, and all of them are denied again",
     .remedy = "delete the deny line that is too wide, or the allow lines",
     .look = allows_in_vain,
     .about = "allow",
     .needs_all = true},
    {.id = "A13",
     .severity = SEVERITY_WARNING,
     .finding = "this is said to be a client, and others may ask it",
     .remedy = "delete the allow lines, or say --role=server",
     .look = is_no_client,
     .needs_all = true},
    {.id = NULL},
};
