/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules S01 to S06 and S18: whether sources can be believed. */
#include "checks/config/audit.h"
#include "names.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
    SHORTEST_KEY = 80, /* bits; chronyd calls shorter ones too short */
    MOST_KEYS = 1024,  /* of sources that are compared */
};

/* --- authentication --- */

/* Nothing is followed without it, nor against it. */
static bool is_guard(const struct config_source *source)
{
    return source->kind == CONFIG_REFCLOCK && !source->noselect && source->trust &&
           source->require;
}

/* Between a virtual machine and its host nobody can listen. */
static bool is_exposed(const struct config_source *source)
{
    return source->kind != CONFIG_REFCLOCK && !source->noselect &&
           !(name_traits(source->name) & NAME_LINK);
}

static bool is_any_exposed(const struct audit *audit)
{
    struct config_source source = {.line = NULL};
    bool is_any = false;

    while (config_next_source(audit->config, &source)) {
        if (is_guard(&source))
            return false;
        is_any |= is_exposed(&source);
    }
    return is_any;
}

static void is_unauthenticated(struct audit *audit, const struct rule *rule)
{
    if (!audit->authenticated && is_any_exposed(audit))
        audit_find(audit, rule, NULL);
}

static bool has_mode(const struct audit *audit, const char *mode)
{
    const char *text = config_text(audit->config, "authselectmode");

    return !strcasecmp(text ? text : "mix", mode);
}

static void is_mixed_blindly(struct audit *audit, const struct rule *rule)
{
    if (audit->authenticated && audit->plain && has_mode(audit, "ignore"))
        audit_find(audit, rule, audit_line(audit, rule->about));
}

static void is_mixed(struct audit *audit, const struct rule *rule)
{
    if (audit->authenticated && audit->plain && has_mode(audit, "mix"))
        audit_find_that(audit, rule, NULL, "%zu authenticated, %zu not",
                        audit->authenticated, audit->plain);
}

static void leaves_too_few(struct audit *audit, const struct rule *rule)
{
    const double wanted = config_number(audit->config, "minsources") + 1;
    const size_t all = audit->refclocks + audit->authenticated + audit->plain;

    if (audit->authenticated && (double)audit->usable < wanted && (double)all >= wanted)
        audit_find_that(audit, rule, audit_line(audit, rule->about), "%zu of %zu",
                        audit->usable, all);
}

/* --- symmetric keys --- */

static bool is_denied(int error)
{
    return error == EACCES || error == EPERM;
}

static const struct survey_file *key_file(const struct audit *audit)
{
    return audit_next_file(audit, NULL, SURVEY_KEY_FILE);
}

static bool has_key(const struct survey *survey, uint32_t id)
{
    for (size_t i = 0; i < survey->key_count; i++)
        if (survey->keys[i].id == id)
            return true;
    return false;
}

static bool are_keys_used(const struct audit *audit)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.key)
            return true;
    return false;
}

static void judge_key(struct audit *audit, const struct rule *rule,
                      const struct config_source *source)
{
    const struct survey *survey = audit->survey;
    const struct survey_file *file = key_file(audit);

    if (!file)
        return; /* not the file of this machine */
    if (is_denied(file->error) || (!file->error && !survey->keys_are_known))
        audit_cannot_tell(audit, rule, source->line, "key %u: %.80s cannot be read here",
                          source->key, file->path);
    else if (file->error)
        audit_find_that(audit, rule, source->line, "key %u, and there is no %.80s",
                        source->key, file->path);
    else if (!has_key(survey, source->key))
        audit_find_that(audit, rule, source->line, "key %u, not in %.80s", source->key,
                        file->path);
}

static void lacks_key(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.key)
            judge_key(audit, rule, &source);
}

/* Without the line rekey says that all is well, and does nothing. */
static void lacks_key_file(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};

    while (!audit_line(audit, rule->about) && config_next_source(audit->config, &source))
        if (source.key)
            audit_find_that(audit, rule, source.line, "key %u", source.key);
}

/* The keys are read before chronyd gives up the rights of root, and never again but for
 * rekey, which forgets them first. */
static void is_closed_to_chronyd(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file = key_file(audit);
    const struct survey_user *user = &audit->survey->user;

    if (file && !file->error && user->is_known && are_keys_used(audit) &&
        !audit_may(user, file, S_IROTH))
        audit_find_that(audit, rule, file->line, "%.80s is closed to user %u", file->path,
                        (unsigned)user->id);
}

static void has_no_keys(struct audit *audit, const struct rule *rule)
{
    const struct survey_file *file = key_file(audit);

    if (!file || file->error == ENOENT)
        return;
    if (!audit->survey->keys_are_known)
        audit_cannot_tell(audit, rule, file->line, "%.80s cannot be read here",
                          file->path);
    else if (!audit->survey->key_count)
        audit_find_that(audit, rule, file->line, "%.80s", file->path);
}

/* --- who may read keys --- */

static bool is_key(const struct survey_file *file)
{
    return file->role == SURVEY_KEY_FILE || file->role == SURVEY_NTS_KEY;
}

/* What is wrong with the rights on a file of keys; NULL: nothing. */
static const char *exposure(const struct audit *audit, const struct survey_file *file)
{
    const struct survey_user *user = &audit->survey->user;

    if ((file->mode & S_IWOTH) && !file->is_sheltered)
        return "everybody may write it";
    if ((file->mode & S_IROTH) && !file->is_sheltered)
        return "everybody may read it";
    if (user->is_known && file->owner != 0 && file->owner != user->id)
        return "it belongs to neither root nor the user of chronyd";
    return NULL;
}

static void judge_exposure(struct audit *audit, const struct rule *rule,
                           enum survey_role role)
{
    const struct survey_file *file = NULL;

    while ((file = audit_next_file(audit, file, role))) {
        const char *text = file->error ? NULL : exposure(audit, file);

        if (is_denied(file->error))
            audit_cannot_tell(audit, rule, file->line, "%.80s cannot be seen from here",
                              file->path);
        else if (text)
            audit_find_that(audit, rule, file->line, "%.80s, mode %03o: %s", file->path,
                            (unsigned)file->mode & 0777, text);
    }
}

static void exposes_used_keys(struct audit *audit, const struct rule *rule)
{
    if (are_keys_used(audit))
        judge_exposure(audit, rule, SURVEY_KEY_FILE);
}

static void exposes_other_keys(struct audit *audit, const struct rule *rule)
{
    if (!are_keys_used(audit))
        judge_exposure(audit, rule, SURVEY_KEY_FILE);
}

static void exposes_nts_key(struct audit *audit, const struct rule *rule)
{
    judge_exposure(audit, rule, SURVEY_NTS_KEY);
}

static void can_change_keys(struct audit *audit, const struct rule *rule)
{
    const struct survey_user *user = &audit->survey->user;

    for (size_t i = 0; i < audit->survey->file_count; i++) {
        const struct survey_file *file = &audit->survey->files[i];

        if (is_key(file) && !file->error && user->is_known && user->id != 0 &&
            audit_may(user, file, S_IWOTH))
            audit_find_that(audit, rule, file->line, "%.80s, mode %03o", file->path,
                            (unsigned)file->mode & 0777);
    }
}

/* --- how good keys are --- */

static bool is_repeated(const struct survey *survey, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (survey->keys[i].id == survey->keys[index].id)
            return true;
    return false;
}

static void find_key(struct audit *audit, const struct rule *rule,
                     const struct survey_key *key, const char *text)
{
    struct finding *finding =
        audit_find_at(audit, rule, key_file(audit)->path, key->line);

    if (finding)
        snprintf(finding->detail, sizeof finding->detail, "key %u %s", key->id, text);
}

static void has_weak_keys(struct audit *audit, const struct rule *rule)
{
    const struct survey *survey = audit->survey;
    const struct survey_file *file = key_file(audit);

    if (!file || file->error == ENOENT)
        return;
    if (!survey->keys_are_known && are_keys_used(audit))
        audit_cannot_tell(audit, rule, file->line, "%.80s cannot be read here",
                          file->path);
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct survey_key *key = &survey->keys[i];

        if (!strcmp(key->type, "MD5"))
            find_key(audit, rule, key, "is for MD5");
        else if (key->bits < SHORTEST_KEY)
            find_key(audit, rule, key, "has less than 80 bits");
        if (is_repeated(survey, i))
            find_key(audit, rule, key, "is there twice");
    }
}

static bool is_among(const uint32_t *keys, size_t count, uint32_t key)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i] == key)
            return true;
    return false;
}

static void shares_key(struct audit *audit, const struct rule *rule)
{
    struct config_source source = {.line = NULL};
    uint32_t keys[MOST_KEYS];
    size_t count = 0;

    while (config_next_source(audit->config, &source) && count < MOST_KEYS) {
        if (source.key && is_among(keys, count, source.key))
            audit_find_that(audit, rule, source.line, "key %u", source.key);
        else if (source.key)
            keys[count++] = source.key;
    }
}

/* --- NTS --- */

static bool is_nts_used(const struct audit *audit)
{
    struct config_source source = {.line = NULL};

    while (config_next_source(audit->config, &source))
        if (source.nts)
            return true;
    return false;
}

static void forgets_cookies(struct audit *audit, const struct rule *rule)
{
    if (is_nts_used(audit))
        audit_is_absent(audit, rule);
}

static void trusts_old_certificates(struct audit *audit, const struct rule *rule)
{
    if (is_nts_used(audit))
        audit_is_above(audit, rule);
}

static void trusts_no_certificate(struct audit *audit, const struct rule *rule)
{
    if (is_nts_used(audit) && !audit_line(audit, "ntstrustedcerts"))
        audit_is_present(audit, rule);
}

/* It is read when chronyd has given up the rights of root. */
static void lacks_nts_key(struct audit *audit, const struct rule *rule)
{
    const struct survey_user *user = &audit->survey->user;
    const struct survey_file *file = NULL;

    while ((file = audit_next_file(audit, file, SURVEY_NTS_KEY)))
        if (is_denied(file->error))
            audit_cannot_tell(audit, rule, file->line, "%.80s cannot be seen from here",
                              file->path);
        else if (file->error)
            audit_find_that(audit, rule, file->line, "%.80s is not there", file->path);
        else if (user->is_known && !audit_may(user, file, S_IROTH))
            audit_find_that(audit, rule, file->line, "%.80s is closed to user %u",
                            file->path, (unsigned)user->id);
}

const struct rule trust_rules[] = {
    {.id = "S01",
     .severity = SEVERITY_WARNING,
     .finding = "no source is authenticated, so whoever is on the path sets this clock",
     .remedy = "add nts to a server that offers it, or key N to your own servers",
     .look = is_unauthenticated,
     .needs_all = true},
    {.id = "S02",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "authselectmode ignore makes sources without authentication as good as "
                "those with it",
     .remedy = "authselectmode require, once three sources are authenticated",
     .look = is_mixed_blindly,
     .about = "authselectmode",
     .needs_all = true},
    {.id = "S02",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "authselectmode leaves no more sources than minsources wants",
     .remedy = "authenticate more sources, or write authselectmode mix",
     .look = leaves_too_few,
     .about = "authselectmode",
     .needs_all = true},
    {.id = "S02",
     .severity = SEVERITY_INFORMATION,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "sources with and without authentication are mixed: the latter count "
                "only where they agree with the former",
     .remedy = "authselectmode require, once three sources are authenticated",
     .look = is_mixed,
     .needs_all = true},
    {.id = "S03",
     .severity = SEVERITY_CRITICAL,
     .finding = "a source uses a key that chronyd does not have, so it is never asked",
     .remedy = "add the key to the keyfile, then run chronyc rekey",
     .look = lacks_key,
     .needs_all = true},
    {.id = "S03",
     .severity = SEVERITY_CRITICAL,
     .finding = "a source uses a key and keyfile is not given, so it is never asked",
     .remedy = "keyfile PATH, with the key in it, then restart chronyd",
     .look = lacks_key_file,
     .about = "keyfile",
     .needs_all = true},
    {.id = "S03",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd may not read its keys again, so chronyc rekey loses them all",
     .remedy = "chmod 0640, and chown root to the group of chronyd",
     .look = is_closed_to_chronyd,
     .needs_all = true},
    {.id = "S04",
     .severity = SEVERITY_INFORMATION,
     .finding = "the keyfile has no key, which does no harm while no source uses one",
     .remedy = "nothing; or use keys, or NTS",
     .look = has_no_keys,
     .needs_all = true},
    {.id = "S05",
     .severity = SEVERITY_CRITICAL,
     .finding = "keys that are in use are open to others",
     .remedy = "chmod 0640, chown root to the group of chronyd, and change the keys",
     .look = exposes_used_keys,
     .needs_all = true},
    {.id = "S05",
     .severity = SEVERITY_CRITICAL,
     .finding = "a private key of the NTS server is open to others",
     .remedy = "chmod 0640, chown root to the group of chronyd, and change the key",
     .look = exposes_nts_key},
    {.id = "S05",
     .severity = SEVERITY_WARNING,
     .finding = "a keyfile is open to others",
     .remedy = "chmod 0640, and chown root to the group of chronyd",
     .look = exposes_other_keys,
     .needs_all = true},
    {.id = "S05",
     .severity = SEVERITY_WARNING,
     .finding = "chronyd itself may write its keys",
     .remedy = "chown root, and chmod 0640",
     .look = can_change_keys,
     .needs_all = true},
    {.id = "S06",
     .severity = SEVERITY_WARNING,
     .finding = "a key is weak",
     .remedy = "make a new one with chronyc keygen ID AES128",
     .look = has_weak_keys,
     .needs_all = true},
    {.id = "S06",
     .severity = SEVERITY_WARNING,
     .finding = "several sources share a key, so each of them can speak for the others",
     .remedy = "use a key for each server",
     .look = shares_key},
    {.id = "S18",
     .severity = SEVERITY_INFORMATION,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "NTS cookies are not kept, so each start needs the key exchange",
     .remedy = "ntsdumpdir /var/lib/chrony",
     .look = forgets_cookies,
     .about = "ntsdumpdir",
     .needs_all = true},
    {.id = "S18",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "nocerttimecheck lets expired certificates pass",
     .remedy = "delete it, unless this machine has no RTC",
     .look = trusts_old_certificates,
     .about = "nocerttimecheck",
     .limit = 0,
     .needs_all = true},
    {.id = "S18",
     .severity = SEVERITY_CRITICAL,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "nosystemcert leaves no certificate to trust, so no NTS source works",
     .remedy = "delete it, or add ntstrustedcerts FILE",
     .look = trusts_no_certificate,
     .about = "nosystemcert",
     .needs_all = true},
    {.id = "S18",
     .severity = SEVERITY_WARNING,
     .since = CONFIG_VERSION(4, 0, 0),
     .finding = "chronyd cannot read the private key of its NTS server, so NTS clients "
                "get no time",
     .remedy = "copy it there: of root and the group of chronyd, mode 0640",
     .look = lacks_nts_key,
     .needs_all = true},
    {.id = NULL},
};
