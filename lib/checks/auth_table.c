/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "checks/auth.h"

#include <string.h>

enum {
    SOURCE,
    NAME,
    MODE,
    KEY_TYPE,
    KEY_ID,
    KEY_BITS,
    KE_AGE,
    KE_ATTEMPTS,
    COOKIES,
    NAK,
    COLUMNS,
};

static const struct column columns[COLUMNS] = {
    [SOURCE] = {"source", COLUMN_TEXT},         [NAME] = {"name", COLUMN_TEXT},
    [MODE] = {"authentication", COLUMN_TEXT},   [KEY_TYPE] = {"key type", COLUMN_TEXT},
    [KEY_ID] = {"key id", COLUMN_COUNT},        [KEY_BITS] = {"key bits", COLUMN_COUNT},
    [KE_AGE] = {"key age", COLUMN_SECONDS},     [COOKIES] = {"cookies", COLUMN_COUNT},
    [KE_ATTEMPTS] = {"attempts", COLUMN_COUNT}, [NAK] = {"nak", COLUMN_COUNT},
};

/* The numbers are those of chrony's key types, and from 15 on those of the AEAD
 * algorithms of RFC 5297 and RFC 8452: see authdata in chronyc(1). */
static const struct key_type {
    uint16_t number;
    bool is_weak;
    const char *name;
} key_types[] = {
    {1, true, "MD5"},
    {2, true, "SHA1"},
    {3, false, "SHA256"},
    {4, false, "SHA384"},
    {5, false, "SHA512"},
    {6, false, "SHA3-224"},
    {7, false, "SHA3-256"},
    {8, false, "SHA3-384"},
    {9, false, "SHA3-512"},
    {10, false, "TIGER"},
    {11, false, "WHIRLPOOL"},
    {13, false, "AES128"},
    {14, false, "AES256"},
    {15, false, "AES-SIV-CMAC-256"},
    {30, false, "AES-128-GCM-SIV"},
};

static const struct key_type *find_key_type(uint16_t number)
{
    for (size_t i = 0; i < sizeof key_types / sizeof key_types[0]; i++)
        if (key_types[i].number == number)
            return &key_types[i];
    return NULL;
}

const char *auth_key_text(uint16_t key_type)
{
    const struct key_type *found = find_key_type(key_type);

    return found ? found->name : "unknown";
}

bool auth_key_is_weak(uint16_t key_type)
{
    const struct key_type *found = find_key_type(key_type);

    return found && found->is_weak;
}

const char *auth_mode_text(uint16_t mode)
{
    static const char *const texts[] = {[AUTHENTICATION_NONE] = "none",
                                        [AUTHENTICATION_KEY] = "symmetric key",
                                        [AUTHENTICATION_NTS] = "NTS"};

    return mode < sizeof texts / sizeof texts[0] ? texts[mode] : "unknown";
}

bool auth_is_known(const struct source *source)
{
    return !source_is_clock(source) && !source_is_unresolved(source) &&
           source->auth_data_error == SESSION_OK;
}

static void fill_row(struct cell *row, const struct source *source)
{
    const struct auth_data *auth = &source->auth_data;

    row[SOURCE].text = source->label;
    if (*source->name && strcmp(source->name, source->label) != 0)
        row[NAME].text = source->name;
    row[MODE].text = auth_mode_text(auth->mode);
    if (auth->mode == AUTHENTICATION_NONE)
        return;
    row[KEY_ID].number = auth->key_id;
    if (auth->key_length) {
        row[KEY_TYPE].text = auth_key_text(auth->key_type);
        row[KEY_BITS].number = auth->key_length;
    }
    if (auth->mode != AUTHENTICATION_NTS)
        return;
    if (auth->since_key != NEVER)
        row[KE_AGE].number = auth->since_key;
    row[KE_ATTEMPTS].number = auth->attempts;
    row[COOKIES].number = auth->cookies;
    row[NAK].number = auth->nak;
}

void auth_tabulate(const struct snapshot *snapshot, struct result *result)
{
    struct table *table = result_table(result, "authentication", columns, COLUMNS);

    for (size_t i = 0; table && i < snapshot->source_count; i++) {
        struct cell *row = auth_is_known(&snapshot->sources[i]) ? table_row(table) : NULL;

        if (row)
            fill_row(row, &snapshot->sources[i]);
    }
}
