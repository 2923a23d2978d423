/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "servers.h"

#include "names.h"

#include <stdarg.h>
#include <strings.h>

bool servers_are_asked(const struct settings *settings)
{
    for (const struct check *const *check = plugin.checks; *check; check++)
        if ((*check)->needs(settings) & NEED_NTP_PROBE)
            return true;
    return false;
}

__attribute__((format(printf, 2, 3))) static bool refuse(char error[static USAGE_TEXT],
                                                         const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error, USAGE_TEXT, format, arguments);
    va_end(arguments);
    return false;
}

static bool is_given_before(const struct list *servers, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (!strcasecmp(servers->texts[i], servers->texts[index]))
            return true;
    return false;
}

static bool settle_server(const struct settings *settings, size_t index,
                          char error[static USAGE_TEXT])
{
    const char *host = settings->servers.texts[index];
    const size_t most = settings->both_families ? SNAPSHOT_SERVERS / 2 : SNAPSHOT_SERVERS;

    if (index == most)
        return refuse(error,
                      "-H '%.80s' is one too many: at most %zu servers are asked%s", host,
                      most, settings->both_families ? " with --both-families" : "");
    if (is_given_before(&settings->servers, index))
        return refuse(error, "-H '%.80s' is given twice: a server gets one request",
                      host);
    if (settings->both_families && name_is_address(host))
        return refuse(error,
                      "-H '%.80s' is an address of one family: give a name, or leave out "
                      "--both-families",
                      host);
    if ((name_traits(host) & NAME_POOL) && !settings->allow_pool)
        return refuse(
            error,
            "-H '%.80s' is a public pool: its volunteers' servers are not for "
            "monitoring, and each time another one answers; ask servers of your "
            "own, or give --allow-pool",
            host);
    return true;
}

/* The first option that has a meaning only with --compare; NULL: none was given. */
static const char *needs_compare(const struct invocation *invocation)
{
    return invocation->port                    ? "-p"
           : invocation->socket                ? "-S"
           : invocation->settings.command_host ? "--command-host"
                                               : NULL;
}

/* The first option that has a meaning only with --nts; NULL: none was given. */
static const char *needs_nts(const struct settings *settings)
{
    return settings->nts_port        ? "--nts-port"
           : settings->trusted_certs ? "--trusted-certs"
                                     : NULL;
}

static bool settle_nts(const struct settings *settings, char error[static USAGE_TEXT])
{
    const char *lonely = needs_nts(settings);

    if (lonely && !settings->nts)
        return refuse(error, "%s is about NTS: add --nts, or leave it out", lonely);
    if (settings->nts && settings->key)
        return refuse(error,
                      "--nts excludes --key: a server is authenticated with the one "
                      "or the other");
    if (settings->nts && !settings->servers.count)
        return refuse(error, "--nts needs the name for which the server has its "
                             "certificate: give it with -H");
    return true;
}

bool servers_settle(struct invocation *invocation, char error[static USAGE_TEXT])
{
    const struct settings *settings = &invocation->settings;
    const struct list *servers = &settings->servers;
    const char *lonely = needs_compare(invocation);

    for (size_t i = 0; i < servers->count; i++)
        if (!settle_server(settings, i, error))
            return false;
    if (lonely && !settings->compare)
        return refuse(error,
                      "%s is about the command protocol of chronyd, which only --compare "
                      "asks: add that, or give --ntp-port for another NTP port",
                      lonely);
    if (settings->key && !settings->key_file)
        return refuse(error, "--key needs the file where that key is: add --keyfile");
    if (settings->key_file && !settings->key)
        return refuse(error, "--keyfile does nothing alone: add --key with the id of one "
                             "of its keys");
    if (!settle_nts(settings, error))
        return false;
    if (settings->compare && servers->count > 1)
        return refuse(error, "--compare is for one server: give one -H");
    if (invocation->socket && (invocation->port || settings->command_host))
        return refuse(error, "-S excludes -p and --command-host: give the one or the "
                             "others");
    if (settings->both_families && (invocation->ipv4_only || invocation->ipv6_only))
        return refuse(error,
                      "--both-families excludes -4 and -6: give the one or the other");
    if (settings->compare)
        invocation->host = settings->command_host ? settings->command_host
                           : servers->count       ? servers->texts[0]
                                                  : NULL;
    return true;
}
