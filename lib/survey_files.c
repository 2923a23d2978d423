/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey_parts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/stat.h>

enum {
    FILES = 128,
    KEYS = 1024,
    KEY_FILE_SIZE = 1024 * 1024,
    KEY_LINE = 2048, /* bytes that chronyd reads of a line */
    LEAP_LIST_SIZE = 1024 * 1024,
};

/* From the epoch of NTP, which leap-seconds.list counts from, to that of Unix. */
static const int64_t ntp_epoch = 2208988800;

/* --- files --- */

/* Cuts a path at its last slash; false when nothing is left to cut. */
static bool cut_path(char *path)
{
    char *slash = strrchr(path, '/');

    if (!slash || !path[1])
        return false;
    slash[slash == path] = '\0';
    return true;
}

static bool is_sheltered(const char *path)
{
    char above[PATH_MAX];
    struct stat status;

    snprintf(above, sizeof above, "%s", path);
    while (cut_path(above))
        if (stat(above, &status) == 0 && !(status.st_mode & S_IXOTH))
            return true;
    return false;
}

/* The nearest thing above that is there is a directory. */
static bool has_place(const char *path)
{
    char above[PATH_MAX];
    struct stat status;

    snprintf(above, sizeof above, "%s", path);
    while (cut_path(above))
        if (stat(above, &status) == 0)
            return S_ISDIR(status.st_mode);
    return false;
}

static void look_at(struct survey_file *file)
{
    struct stat status;
    const int failed = file->role == SURVEY_LOG_FILE ? lstat(file->path, &status)
                                                     : stat(file->path, &status);

    file->error = failed ? errno : 0;
    if (file->error == ENOTDIR)
        file->error = ENOENT;
    file->has_place = file->error == ENOENT && has_place(file->path);
    if (file->error)
        return;
    file->mode = status.st_mode;
    file->owner = status.st_uid;
    file->group = status.st_gid;
    file->is_sheltered = is_sheltered(file->path);
}

static struct survey_file *add_file(struct survey *survey, enum survey_role role,
                                    const struct config_line *line, const char *path)
{
    struct survey_file *file;

    if (!survey->files)
        survey->files = survey_allocate(survey, FILES, sizeof *survey->files);
    if (!survey->files || survey->file_count == FILES || !path)
        return NULL;
    file = &survey->files[survey->file_count++];
    *file = (struct survey_file){.role = role, .line = line, .path = path};
    look_at(file);
    return file;
}

static const char *join(struct survey *survey, const char *directory, const char *name)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", directory, name);

    return length < 0 || length >= PATH_MAX ? NULL
                                            : survey_copy(survey, path, (size_t)length);
}

/* Directives with one file, or several, behind them. */
static const struct named {
    const char *directive;
    enum survey_role role;
} named[] = {
    {"keyfile", SURVEY_KEY_FILE},         {"ntsserverkey", SURVEY_NTS_KEY},
    {"logdir", SURVEY_LOG_DIRECTORY},     {"leapseclist", SURVEY_LEAP_LIST},
    {"confdir", SURVEY_CONFIG_DIRECTORY}, {"sourcedir", SURVEY_CONFIG_DIRECTORY},
};

static void add_named(struct survey *survey, const struct named *row)
{
    const struct config_line *line = NULL;

    while ((line = config_next(&survey->config, line, row->directive))) {
        if (line->directive->repeat == CONFIG_LAST)
            line = config_last(&survey->config, row->directive);
        for (size_t i = 1; i < line->word_count; i++)
            add_file(survey, row->role, line, line->words[i]);
    }
}

static void add_logs(struct survey *survey)
{
    static const char *const names[] = {
        "measurements.log", "statistics.log", "tracking.log", "rtc.log",
        "refclocks.log",    "tempcomp.log",   "selection.log"};
    const struct config_line *line = config_last(&survey->config, "logdir");
    const char *directory = config_text(&survey->config, "logdir");

    for (size_t i = 0; directory && i < sizeof names / sizeof names[0]; i++) {
        const struct survey_file *file =
            add_file(survey, SURVEY_LOG_FILE, line, join(survey, directory, names[i]));

        if (file && file->error == ENOENT)
            survey->file_count--;
    }
}

/* As chronyd has it from TZ: a colon may stand before the name, which may be a path. */
static void add_zone(struct survey *survey)
{
    const char *zone = config_text(&survey->config, "leapsectz");
    const struct survey_file *file;

    if (!zone)
        return;
    zone += *zone == ':';
    file = add_file(survey, SURVEY_LEAP_ZONE, config_last(&survey->config, "leapsectz"),
                    *zone == '/' ? zone : join(survey, "/usr/share/zoneinfo", zone));
    if (file && !file->error)
        survey->zone_has_leaps = survey_zone(file->path);
}

static void add_socket_directory(struct survey *survey)
{
    const char *path = config_address(&survey->config, "bindcmdaddress", AF_UNIX);
    const char *slash;

    if (!path)
        path = "/run/chrony/chronyd.sock";
    slash = strrchr(path, '/');
    if (slash > path)
        add_file(survey, SURVEY_SOCKET_DIRECTORY, NULL,
                 survey_copy(survey, path, (size_t)(slash - path)));
}

static const char *directory_of(struct survey *survey, const char *path)
{
    const char *slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) : 0;

    return !slash ? "." : length ? survey_copy(survey, path, length) : "/";
}

/* Where a relative one is depends on where chronyd was started. */
static void add_drift_directory(struct survey *survey)
{
    const char *path = config_text(&survey->config, "driftfile");

    if (path && *path == '/')
        add_file(survey, SURVEY_DRIFT_DIRECTORY,
                 config_last(&survey->config, "driftfile"), directory_of(survey, path));
}

/* Where the file is a link, what it leads to can be replaced, too. */
static void add_main_directories(struct survey *survey)
{
    const char *directory = directory_of(survey, survey->path), *other;
    char target[PATH_MAX];

    add_file(survey, SURVEY_MAIN_DIRECTORY, NULL, directory);
    if (!directory || !realpath(survey->path, target))
        return;
    other = directory_of(survey, target);
    if (other && !survey_same_file(other, directory))
        add_file(survey, SURVEY_MAIN_DIRECTORY, NULL, other);
}

static void add_rotation(struct survey *survey)
{
    static const char directory[] = "/etc/logrotate.d";
    DIR *list = opendir(directory);
    const struct dirent *entry;

    while (list && (entry = readdir(list)))
        if (!strncmp(entry->d_name, "chrony", strlen("chrony")))
            add_file(survey, SURVEY_ROTATION, NULL,
                     join(survey, directory, entry->d_name));
    if (list)
        closedir(list);
}

void survey_files(struct survey *survey)
{
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        add_named(survey, &named[i]);
    add_logs(survey);
    add_zone(survey);
    add_socket_directory(survey);
    add_drift_directory(survey);
    add_main_directories(survey);
    add_rotation(survey);
}

/* --- keys --- */

/* Reads digits that are followed by a blank or the end; 0 for anything else. */
static uint64_t read_digits(const char *text)
{
    uint64_t number = 0;

    for (; *text >= '0' && *text <= '9'; text++)
        if (number <= UINT32_MAX)
            number = number * 10 + (uint64_t)(*text - '0');
    return *text && !isspace((unsigned char)*text) ? 0 : number;
}

/* Splits a line in place; returns how many words there are, at most so many kept. */
static size_t split(char *line, char **words, size_t limit)
{
    size_t count = 0;

    for (;;) {
        line += strspn(line, " \t\r\n\v\f");
        if (!*line)
            return count;
        if (count < limit)
            words[count] = line;
        count++;
        line += strcspn(line, " \t\r\n\v\f");
        if (*line)
            *line++ = '\0';
    }
}

static size_t count_bits(const char *key)
{
    if (!strncasecmp(key, "HEX:", 4))
        return strlen(key + 4) * 4;
    return strlen(key + (strncasecmp(key, "ASCII:", 6) ? 0 : 6)) * 8;
}

/* ID [TYPE] KEY; a line that is none of this, such as a comment, is no key. */
static bool parse_key(char *line, struct survey_key *key)
{
    char *words[3];
    size_t count = split(line, words, 3);
    uint64_t id;

    if (count < 2 || count > 3)
        return false;
    id = read_digits(words[0]);
    if (!id || id > UINT32_MAX)
        return false;
    key->id = (uint32_t)id;
    snprintf(key->type, sizeof key->type, "%s", count == 3 ? words[1] : "MD5");
    for (char *c = key->type; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    key->bits = count_bits(words[count - 1]);
    return true;
}

static void read_keys(struct survey *survey, FILE *file)
{
    char line[KEY_LINE];

    for (size_t number = 1; fgets(line, sizeof line, file); number++) {
        struct survey_key key = {.line = number};

        if (parse_key(line, &key) && survey->key_count < KEYS)
            survey->keys[survey->key_count++] = key;
    }
    survey->keys_are_known = !ferror(file) && survey->key_count < KEYS;
    explicit_bzero(line, sizeof line);
}

void survey_keys(struct survey *survey)
{
    static const size_t size = sizeof *survey->keys;
    const char *path = config_text(&survey->config, "keyfile");
    char buffer[BUFSIZ];
    FILE *file = path ? survey_open(path, KEY_FILE_SIZE) : NULL;

    survey->keys = file ? survey_allocate(survey, KEYS, size) : NULL;
    if (!file)
        return;
    setvbuf(file, buffer, _IOFBF, sizeof buffer); /* so that it can be wiped */
    if (survey->keys)
        read_keys(survey, file);
    fclose(file);
    explicit_bzero(buffer, sizeof buffer);
}

/* --- leap seconds --- */

/* The header of a zone, as RFC 9636 has it: "TZif", a version, and six counts at the end,
 * of four bytes each. */
enum { ZONE_HEADER = 44, ZONE_COUNTS = 20, ZONE_SIZE = 1024 * 1024 };

enum { UTC_MARKS, STANDARD_MARKS, LEAPS, TIMES, TYPES, LETTERS, COUNTS };

static bool read_zone_header(FILE *file, uint32_t counts[static COUNTS])
{
    unsigned char header[ZONE_HEADER];

    if (fread(header, sizeof header, 1, file) != 1 || memcmp(header, "TZif", 4) != 0)
        return false;
    for (size_t i = 0; i < COUNTS; i++) {
        const unsigned char *at = header + ZONE_COUNTS + 4 * i;

        counts[i] =
            (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    }
    return true;
}

/* How much stands behind the first header, where times have four bytes. */
static uint64_t zone_length(const uint32_t counts[static COUNTS])
{
    static const unsigned sizes[COUNTS] = {
        [UTC_MARKS] = 1, [STANDARD_MARKS] = 1, [LEAPS] = 8,
        [TIMES] = 5,     [TYPES] = 6,          [LETTERS] = 1};
    uint64_t length = 0;

    for (size_t i = 0; i < COUNTS; i++)
        length += (uint64_t)counts[i] * sizes[i];
    return length;
}

/* The leap seconds of a file of today are behind its second header; the first may be
 * there for old programs only, and empty. */
enum survey_answer survey_zone(const char *path)
{
    FILE *file = survey_open(path, ZONE_SIZE);
    enum survey_answer answer = SURVEY_UNTOLD;
    uint32_t counts[COUNTS];

    if (!file)
        return answer;
    if (read_zone_header(file, counts)) {
        answer = counts[LEAPS] ? SURVEY_YES : SURVEY_NO;
        if (answer == SURVEY_NO && zone_length(counts) <= ZONE_SIZE &&
            !fseek(file, (long)zone_length(counts), SEEK_CUR) &&
            read_zone_header(file, counts) && counts[LEAPS])
            answer = SURVEY_YES;
    }
    fclose(file);
    return answer;
}

void survey_leap_list(struct survey *survey)
{
    const char *path = config_text(&survey->config, "leapseclist");
    FILE *file = path ? survey_open(path, LEAP_LIST_SIZE) : NULL;
    char line[256];

    if (!file)
        return;
    while (fgets(line, sizeof line, file))
        if (!strncmp(line, "#@", 2)) {
            uint64_t seconds = read_digits(line + 2 + strspn(line + 2, " \t"));

            if (seconds > (uint64_t)ntp_epoch)
                survey->leap_expires = (int64_t)seconds - ntp_epoch;
        }
    fclose(file);
}
