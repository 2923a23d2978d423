/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "authentication_nts.h"

#include "nts/client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_PORT = 4460, NAME = 256 };

/* One server: where it was asked for keys, and what came of it. */
struct key_server {
    char name[NAME]; /* as in its certificate */
    struct target target;
    struct establishment establishment;
    struct nts_client client;
};

struct nts_run {
    struct nts_trust *trust;
    uint16_t key_port, ntp_port;
    size_t count;
    struct key_server servers[SNAPSHOT_SERVERS];
};

bool nts_run_load(const struct settings *settings, struct nts_run **run,
                  char error[static AUTHENTICATION_TEXT])
{
    const char *reason = "out of memory";

    *run = calloc(1, sizeof **run);
    if (*run && nts_trust_open(settings->trusted_certs, &(*run)->trust, &reason)) {
        (*run)->key_port = settings->nts_port ? settings->nts_port : KEY_PORT;
        (*run)->ntp_port = settings->ntp_port;
        return true;
    }
    if (settings->trusted_certs)
        snprintf(error, AUTHENTICATION_TEXT,
                 "--trusted-certs '%.80s' has no certificates to trust (%s): name a file "
                 "of them in PEM",
                 settings->trusted_certs, reason);
    else
        snprintf(error, AUTHENTICATION_TEXT,
                 "this system has no certificates to trust (%s): install them "
                 "(ca-certificates), or give --trusted-certs",
                 reason);
    nts_run_release(*run);
    *run = NULL;
    return false;
}

void nts_run_release(struct nts_run *run)
{
    if (!run)
        return;
    for (size_t i = 0; i < run->count; i++)
        establishment_close(&run->servers[i].establishment);
    nts_trust_close(run->trust);
    explicit_bzero(run, sizeof *run);
    free(run);
}

/* --- addresses --- */

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)address)->sin6_port = htons(port);
    else
        ((struct sockaddr_in *)address)->sin_port = htons(port);
}

/* The addresses of a server, of the wanted family, with the port for keys. */
static void find_key_server(const struct ntp_server *server, uint16_t port,
                            struct target *target)
{
    const struct target *all = &server->target;

    target->count = 0;
    for (size_t i = 0; !server->found && i < all->count; i++) {
        if (server->family != AF_UNSPEC && server->family != all->addresses[i].ss_family)
            continue;
        target->addresses[target->count] = all->addresses[i];
        set_port(&target->addresses[target->count++], port);
    }
}

/* NTP is served where the keys are from, unless that says otherwise. */
static void find_ntp_server(struct ntp_server *server, const struct key_server *from,
                            uint16_t port)
{
    server->target.addresses[0] = from->target.addresses[from->establishment.telling];
    server->target.count = 1;
    set_port(&server->target.addresses[0], port);
}

/* --- keys --- */

/* False where there is nobody to ask. */
static bool begin(struct nts_run *run, struct key_server *from,
                  const struct ntp_server *server, int64_t deadline)
{
    const size_t length = strlen(server->name);

    find_key_server(server, run->key_port, &from->target);
    snprintf(from->name, NAME, "%s", server->name);
    if (length && length < NAME && from->name[length - 1] == '.')
        from->name[length - 1] = '\0';
    establishment_open(&from->establishment, run->trust, from->name,
                       from->target.addresses, from->target.count, deadline);
    return from->target.count;
}

static void take_keys(const struct nts_run *run, struct key_server *from,
                      struct ntp_server *server)
{
    const struct establishment *establishment = &from->establishment;
    const struct nts_response *response = &establishment->response;
    struct ntp_keys *keys = &server->keys;

    keys->outcome = establishment->outcome;
    target_text(&from->target, establishment->telling, keys->place);
    server->answer.error = keys->outcome.error ? PROBE_NO_KEYS : PROBE_OK;
    if (keys->outcome.error)
        return;
    keys->port = response->port ? response->port : run->ntp_port;
    keys->cookies = response->cookie_count;
    snprintf(keys->host, sizeof keys->host, "%s", response->host);
    find_ntp_server(server, from, keys->port);
    nts_client_init(&from->client, &establishment->keys, response);
    from->client.authenticator.exposed = nts_trust_exposed(run->trust);
    server->authenticator = &from->client.authenticator;
}

void nts_run_prepare(struct nts_run *run, struct ntp_server *servers, size_t count,
                     int64_t deadline)
{
    struct exchange *exchanges[SNAPSHOT_SERVERS];
    struct key_server *asked[SNAPSHOT_SERVERS] = {NULL};
    const int64_t now = wait_now();
    size_t begun = 0;

    for (size_t i = 0; i < count; i++) {
        struct key_server *from = &run->servers[run->count++];

        if (!begin(run, from, &servers[i], now + (deadline - now) / 2))
            continue;
        asked[i] = from;
        exchanges[begun++] = &from->establishment.exchange;
    }
    wait_all(exchanges, begun);
    for (size_t i = 0; i < count; i++)
        if (asked[i])
            take_keys(run, asked[i], &servers[i]);
}
