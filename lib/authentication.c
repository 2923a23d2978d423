/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "authentication.h"

#include "authentication_nts.h"
#include "ntp/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct credentials {
    struct mac_authenticator mac;
    struct nts_run *nts; /* NULL: the key is for all servers */
};

/* --- what is wrong with a key file --- */

enum { LINE_TEXT = 48 };

/* Written behind "--keyfile 'FILE' " or "--keyfile 'FILE' line 7 ". Nothing of a line is
 * repeated: a mistake in it may make the key look like something else. */
static const char *const complaints[] = {
    [KEYS_OK] = "is good",
    [KEYS_ABSENT] = "is not there: name the file of keys that this host has",
    [KEYS_FORBIDDEN] = "may not be read by this user: give it a file of its own, with "
                       "the keys that it needs",
    [KEYS_UNREADABLE] = "cannot be read",
    [KEYS_NO_FILE] = "is not a regular file: name the file of keys",
    [KEYS_TOO_LONG] = "is longer than 1 MiB: name the file of keys",
    [KEYS_NO_KEY] = "has no such key: add its line, or give another --key",
    [KEYS_TWICE] = "has a second key with this id: take one of them away",
    [KEYS_LONG_LINE] = "is longer than the 2046 characters that chronyd reads: write a "
                       "shorter key",
    [KEYS_WORDS] = "is not an id, a type and a key: write them like 5 SHA256 HEX:...",
    [KEYS_TYPE] = "has a type of key that is not known: write MD5, SHA1, SHA256, SHA384, "
                  "SHA512, SHA3-224, SHA3-256, SHA3-384, SHA3-512, AES128 or AES256",
    [KEYS_UNSUPPORTED] = "has a type of key that is not supported here, TIGER or "
                         "WHIRLPOOL: take AES128 or SHA256 on both sides",
    [KEYS_EMPTY] = "has an empty key: write one",
    [KEYS_HEX] =
        "has a key that is not pairs of hexadecimal digits: write them behind HEX:",
    [KEYS_LENGTH] = "has a key of the wrong length",
};

static void explain(const struct settings *settings, const struct keys_report *report,
                    char error[static AUTHENTICATION_TEXT])
{
    const char *complaint = complaints[report->error];
    char line[LINE_TEXT] = "";

    if (report->error >= KEYS_TWICE)
        snprintf(line, sizeof line, " line %u", report->line);
    if (report->error == KEYS_UNREADABLE)
        snprintf(error, AUTHENTICATION_TEXT, "--keyfile '%.80s' cannot be read: %s",
                 settings->key_file, strerror(report->number));
    else if (report->error == KEYS_LENGTH)
        snprintf(error, AUTHENTICATION_TEXT,
                 "--key '%u': --keyfile '%.80s'%s %s: %s takes %zu bits, as hexadecimal "
                 "digits behind HEX:",
                 settings->key, settings->key_file, line, complaint,
                 key_type_name(report->type), 8 * key_type_length(report->type));
    else if (report->error >= KEYS_NO_KEY)
        snprintf(error, AUTHENTICATION_TEXT, "--key '%u': --keyfile '%.80s'%s %s",
                 settings->key, settings->key_file, line, complaint);
    else
        snprintf(error, AUTHENTICATION_TEXT, "--keyfile '%.80s' %s", settings->key_file,
                 complaint);
}

/* --- the run --- */

static bool load_key(const struct settings *settings, struct mac_authenticator *mac,
                     char error[static AUTHENTICATION_TEXT])
{
    struct keys_report report;

    if (keys_read(settings->key_file, settings->key, &mac->key, &report)) {
        explain(settings, &report, error);
        return false;
    }
    mac_authenticator_open(mac);
    mac->authenticator.exposed = report.exposed;
    return true;
}

static bool load(const struct settings *settings, struct credentials **credentials,
                 char error[static AUTHENTICATION_TEXT])
{
    struct credentials *made;
    bool loaded;

    *credentials = NULL;
    if (!settings->key && !settings->nts)
        return true;
    made = calloc(1, sizeof *made);
    if (!made) {
        snprintf(error, AUTHENTICATION_TEXT, "out of memory");
        return false;
    }
    loaded = settings->nts ? nts_run_load(settings, &made->nts, error)
                           : load_key(settings, &made->mac, error);
    if (loaded)
        *credentials = made;
    else
        authentication.release(made);
    return loaded;
}

static void prepare(struct credentials *credentials, struct ntp_server *servers,
                    size_t count, int64_t deadline)
{
    if (credentials->nts)
        nts_run_prepare(credentials->nts, servers, count, deadline);
    for (size_t i = 0; !credentials->nts && i < count; i++)
        servers[i].authenticator = &credentials->mac.authenticator;
}

static void release(struct credentials *credentials)
{
    if (!credentials)
        return;
    nts_run_release(credentials->nts);
    explicit_bzero(credentials, sizeof *credentials);
    free(credentials);
}

const struct authentication authentication = {load, prepare, release};
