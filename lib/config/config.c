/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

#include "config/line.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE_BYTES = 2048, /* chronyd refuses a line of as many, and reads no more at once */
    LEVELS = 10,
    DIRECTORIES = 10, /* of one confdir or sourcedir */
};

const struct config_limits config_default_limits = {
    .files = 1000, .lines = 20000, .bytes = 1 << 20};

/* A configuration that is being read. */
struct reader {
    struct config *config;
    const struct config_limits *limits;
    size_t bytes;    /* that were read */
    bool has_ended;  /* at a limit */
    bool has_failed; /* no memory */
};

/* Where something was found. */
struct place {
    const struct config_file *file;
    size_t line;
};

/* --- problems --- */

static void add_problem(struct reader *reader, const struct config_problem *problem)
{
    struct config *config = reader->config;
    void *grown = config->problems;

    if (!memory_grow(&grown, config->problem_count, sizeof *problem)) {
        reader->has_failed = true;
        return;
    }
    config->problems = grown;
    config->problems[config->problem_count++] = *problem;
}

static void report(struct reader *reader, enum config_problem_kind kind,
                   const struct place *place, const char *path)
{
    const struct config_problem problem = {.kind = kind,
                                           .file = place->file,
                                           .line = place->line,
                                           .path = path,
                                           .number = NAN};

    add_problem(reader, &problem);
    if (config_problem_effect(kind) == CONFIG_UNTOLD)
        reader->config->is_whole = false;
}

static bool must_stop(const struct reader *reader)
{
    return reader->has_ended || reader->has_failed;
}

static void end_at_limit(struct reader *reader, const struct place *place)
{
    if (must_stop(reader))
        return;
    reader->has_ended = true;
    report(reader, CONFIG_LIMIT_REACHED, place, NULL);
}

/* --- files --- */

static struct config_file *add_file(struct reader *reader, const char *path,
                                    const struct place *place)
{
    struct config *config = reader->config;
    struct config_file *file = NULL;
    void *grown = config->files;

    if (config->file_count == reader->limits->files) {
        end_at_limit(reader, place);
        return NULL;
    }
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers is meant. */
    if (memory_grow(&grown, config->file_count, sizeof *config->files)) {
        config->files = grown;
        file = memory_take(&config->memory, sizeof *file);
    }
    if (file)
        file->path = memory_text(&config->memory, path, strlen(path));
    if (!file || !file->path) {
        reader->has_failed = true;
        return NULL;
    }
    file->included_by = place->file;
    file->included_at = place->line;
    config->files[config->file_count++] = file;
    return file;
}

static enum config_error error_of(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
        return CONFIG_NO_FILE;
    case EACCES:
    case EPERM:
        return CONFIG_NO_ACCESS;
    default:
        return CONFIG_FAILED;
    }
}

static void remember(struct config_file *file, const struct stat *status)
{
    file->is_read = true;
    file->mode = status->st_mode;
    file->owner = status->st_uid;
    file->group = status->st_gid;
    file->device = status->st_dev;
    file->inode = status->st_ino;
}

/* Only what is a regular file is opened: to open a device can do something by itself, and
 * to open a FIFO can block. It is looked at twice, since it can change in between. */
static enum config_error open_file(struct config_file *file, int *descriptor)
{
    struct stat status;

    *descriptor = -1;
    if (stat(file->path, &status))
        return error_of(errno);
    if (!S_ISREG(status.st_mode)) {
        file->mode = status.st_mode;
        return CONFIG_NOT_REGULAR;
    }
    *descriptor = open(file->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (*descriptor < 0)
        return error_of(errno);
    if (fstat(*descriptor, &status) || !S_ISREG(status.st_mode)) {
        close(*descriptor);
        return CONFIG_NOT_REGULAR;
    }
    remember(file, &status);
    return CONFIG_OK;
}

/* Reads all of a file, or a little more than the limit leaves; *content is freed by the
 * caller. */
static enum config_error read_descriptor(struct reader *reader, int descriptor,
                                         char **content, size_t *length)
{
    enum { STEP = 1 << 14 };
    ssize_t got;

    *length = 0;
    do {
        char *grown = realloc(*content, *length + STEP);

        if (!grown) {
            reader->has_failed = true;
            return CONFIG_FAILED;
        }
        *content = grown;
        got = read(descriptor, *content + *length, STEP);
        if (got < 0)
            return error_of(errno);
        *length += (size_t)got;
    } while (got > 0 && reader->bytes + *length <= reader->limits->bytes);
    return CONFIG_OK;
}

static enum config_error slurp(struct reader *reader, struct config_file *file,
                               char **content, size_t *length)
{
    int descriptor;
    enum config_error error = open_file(file, &descriptor);

    *content = NULL;
    if (error)
        return error;
    error = read_descriptor(reader, descriptor, content, length);
    close(descriptor);
    reader->bytes += error ? 0 : *length;
    return error;
}

/* --- lines --- */

static void take_line(struct reader *reader, struct config_file *file, size_t number,
                      char *text);

/* As much as fgets() gives chronyd: to a newline, or as many bytes as it has room for. */
static size_t piece_length(const char *content, size_t length)
{
    const size_t most = length < LINE_BYTES ? length : LINE_BYTES;
    const char *newline = memchr(content, '\n', most);

    return newline ? (size_t)(newline - content) + 1 : most;
}

static size_t rest_of_line(const char *content, size_t length)
{
    const char *newline = memchr(content, '\n', length);

    return newline ? (size_t)(newline - content) + 1 : length;
}

/* Judges a piece as bytes. False when nothing behind it counts. */
static bool is_sound(struct reader *reader, const struct place *place, const char *text,
                     size_t length)
{
    const size_t seen = strnlen(text, length);

    if (seen < length)
        report(reader, CONFIG_EMBEDDED_NUL, place, NULL);
    if (place->file->is_sources && (!seen || text[seen - 1] != '\n')) {
        report(reader, CONFIG_UNTERMINATED_LINE, place, NULL);
        return false;
    }
    return true;
}

/* A long line ends chronyd, so that what it made of the rest does not matter. */
static bool is_long(const struct config_file *file, const char *text)
{
    return !file->is_sources && strlen(text) == LINE_BYTES;
}

/* Skips a mark at the begin, so that the line behind it is read. */
static size_t mark_length(struct reader *reader, struct config_file *file,
                          const char *content, size_t length)
{
    const struct place place = {file, 1};

    if (file->is_sources || length < 3 || memcmp(content, "\xef\xbb\xbf", 3) != 0)
        return 0;
    report(reader, CONFIG_BYTE_ORDER_MARK, &place, NULL);
    return 3;
}

static void read_lines(struct reader *reader, struct config_file *file,
                       const char *content, size_t length)
{
    size_t at = mark_length(reader, file, content, length), piece;

    for (; at < length && !must_stop(reader); at += piece) {
        const struct place place = {file, ++file->lines};
        char text[LINE_BYTES + 1] = "";

        piece = piece_length(content + at, length - at);
        if (++reader->config->lines_read > reader->limits->lines) {
            end_at_limit(reader, &place);
            return;
        }
        if (!is_sound(reader, &place, content + at, piece))
            return;
        memcpy(text, content + at, piece);
        if (is_long(file, text)) {
            report(reader, CONFIG_LONG_LINE, &place, NULL);
            piece = rest_of_line(content + at, length - at);
        } else {
            take_line(reader, file, place.line, text);
        }
    }
}

/* What a file that cannot be read means where it is included. */
static void report_file(struct reader *reader, const struct config_file *file,
                        const struct place *place, enum config_error error)
{
    static const enum config_problem_kind kinds[] = {
        [CONFIG_NO_FILE] = CONFIG_MISSING_FILE,
        [CONFIG_NO_ACCESS] = CONFIG_FORBIDDEN_FILE,
        [CONFIG_NOT_REGULAR] = CONFIG_NOT_REGULAR_FILE,
        [CONFIG_FAILED] = CONFIG_FAILED_FILE,
    };

    if (error == CONFIG_NOT_REGULAR && S_ISDIR(file->mode))
        report(reader, CONFIG_READS_EMPTY, place, file->path);
    else
        report(reader, kinds[error], place, file->path);
}

static enum config_error read_file(struct reader *reader, struct config_file *file)
{
    char *content;
    size_t length;
    const struct place place = {file, 0};
    const enum config_error error = slurp(reader, file, &content, &length);

    if (!error) {
        read_lines(reader, file, content, length);
        if (reader->bytes > reader->limits->bytes)
            end_at_limit(reader, &place);
    }
    free(content);
    return error;
}

/* --- include --- */

/* True for a file that is being read already, however it is called this time. */
static bool is_loop(const struct config_file *file, const struct stat *status)
{
    for (; file; file = file->included_by)
        if (file->device == status->st_dev && file->inode == status->st_ino)
            return true;
    return false;
}

static size_t level_of(const struct config_file *file)
{
    size_t level = 0;

    for (; file; file = file->included_by)
        level++;
    return level;
}

static void read_included(struct reader *reader, const char *path,
                          const struct place *place, bool is_sources)
{
    struct config_file *file = add_file(reader, path, place);
    struct stat status;
    enum config_error error;

    if (!file)
        return;
    file->is_sources = is_sources;
    if (!stat(path, &status) && is_loop(place->file, &status)) {
        report(reader, CONFIG_INCLUDE_LOOP, place, file->path);
    } else if (level_of(file) > LEVELS && !is_sources) {
        report(reader, CONFIG_TOO_DEEP, place, file->path);
    } else {
        error = read_file(reader, file);
        if (error)
            report_file(reader, file, place, error);
    }
}

/* True when the directory that a pattern is matched in is not there: that ends chronyd,
 * while a pattern that matches nothing does not. */
static bool is_nowhere(const char *pattern)
{
    char path[LINE_BYTES + 1];
    struct stat status;
    char *slash;

    snprintf(path, sizeof path, "%.*s", (int)strcspn(pattern, "*?[\\"), pattern);
    slash = strrchr(path, '/');
    if (!slash)
        return false;
    slash[1] = '\0';
    return stat(path, &status) && error_of(errno) == CONFIG_NO_FILE;
}

static void report_pattern(struct reader *reader, const char *pattern, int result,
                           const struct place *place)
{
    if (result == GLOB_NOSPACE)
        reader->has_failed = true;
    else if (result == GLOB_NOMATCH)
        report(reader, CONFIG_EMPTY_PATTERN, place, pattern);
    else if (is_nowhere(pattern))
        report(reader, CONFIG_MISSING_FILE, place, pattern);
    else
        report(reader, CONFIG_FORBIDDEN_FILE, place, pattern);
}

static void include(struct reader *reader, const char *pattern, const struct place *place)
{
    glob_t found = {0};
    const int result = glob(pattern, GLOB_ERR | GLOB_NOMAGIC, NULL, &found);

    if (result)
        report_pattern(reader, pattern, result, place);
    for (size_t i = 0; !result && i < found.gl_pathc && !must_stop(reader); i++)
        read_included(reader, found.gl_pathv[i], place, false);
    globfree(&found);
}

/* --- confdir and sourcedir --- */

/* The files of all directories of one directive. */
struct listing {
    struct entry {
        const char *name, *path;
        size_t directory; /* its place among the directories */
    } * entries;
    size_t count;
};

static bool ends_with(const char *name, const char *suffix)
{
    const size_t length = strlen(name), end = strlen(suffix);

    return length >= end && !strcmp(name + length - end, suffix);
}

static void list_file(struct reader *reader, const char *directory, size_t place,
                      const char *name, struct listing *listing)
{
    const size_t length = strlen(directory) + strlen(name) + 2;
    char *path = memory_take(&reader->config->memory, length);
    void *grown = listing->entries;

    if (!path || !memory_grow(&grown, listing->count, sizeof *listing->entries)) {
        reader->has_failed = true;
        return;
    }
    listing->entries = grown;
    snprintf(path, length, "%s/%s", directory, name);
    listing->entries[listing->count++] =
        (struct entry){path + strlen(directory) + 1, path, place};
}

/* chronyd finds nothing in a directory whose name is a pattern, whatever it matches. */
static bool is_pattern(const char *path)
{
    return strpbrk(path, "*?[\\");
}

static void list_directory(struct reader *reader, const char *path, size_t index,
                           const char *suffix, const struct place *place,
                           struct listing *listing)
{
    struct config_file *file = add_file(reader, path, place);
    DIR *directory = NULL;
    struct dirent *entry;
    struct stat status;
    int number = ENOENT;

    if (!file)
        return;
    file->is_directory = true;
    if (!is_pattern(path)) {
        directory = opendir(path);
        number = errno;
    }
    if (!directory) {
        report(reader,
               error_of(number) == CONFIG_NO_FILE ? CONFIG_MISSING_DIRECTORY
                                                  : CONFIG_FORBIDDEN_FILE,
               place, file->path);
        return;
    }
    if (!fstat(dirfd(directory), &status))
        remember(file, &status);
    while ((entry = readdir(directory)) && !must_stop(reader)) {
        if (listing->count == reader->limits->files)
            end_at_limit(reader, place);
        else if (entry->d_name[0] != '.' && ends_with(entry->d_name, suffix))
            list_file(reader, file->path, index, entry->d_name, listing);
    }
    closedir(directory);
}

/* By name; of the same name, the earlier directory comes first. */
static int compare_entries(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const int order = strcmp(a->name, b->name);

    return order ? order : (a->directory > b->directory) - (a->directory < b->directory);
}

static void read_listing(struct reader *reader, const struct listing *listing,
                         const struct place *place, bool is_sources)
{
    const struct entry *entries = listing->entries;

    if (listing->count)
        qsort(listing->entries, listing->count, sizeof *entries, compare_entries);
    for (size_t i = 0; i < listing->count && !must_stop(reader); i++) {
        if (i && !strcmp(entries[i].name, entries[i - 1].name))
            report(reader, CONFIG_SHADOWED_FILE, place, entries[i].path);
        else
            read_included(reader, entries[i].path, place, is_sources);
    }
}

static void report_relative(struct reader *reader, const char *path,
                            const struct place *place)
{
    if (*path != '/')
        report(reader, CONFIG_RELATIVE_PATH, place, path);
}

static void read_directories(struct reader *reader, const char *const *paths,
                             const struct place *place, bool is_sources)
{
    struct listing listing = {0};

    for (size_t i = 0; paths[i] && !must_stop(reader); i++) {
        report_relative(reader, paths[i], place);
        if (i == DIRECTORIES) {
            report(reader,
                   is_sources ? CONFIG_SKIPPED_DIRECTORIES : CONFIG_TOO_MANY_DIRECTORIES,
                   place, NULL);
            listing.count = 0;
            break;
        }
        list_directory(reader, paths[i], i, is_sources ? ".sources" : ".conf", place,
                       &listing);
    }
    read_listing(reader, &listing, place, is_sources);
    free(listing.entries);
}

/* --- directives that read more --- */

static bool is_directive(const struct config_line *line, const char *name)
{
    return line->directive && line->is_valid && !strcmp(line->directive->name, name);
}

/* Takes what it needs of the line first: the array of lines moves as it grows. */
static void follow(struct reader *reader, const struct config_line *line)
{
    const struct place place = {line->file, line->number};
    const char *const *paths = line->words + 1;

    if (is_directive(line, "include")) {
        report_relative(reader, *paths, &place);
        include(reader, *paths, &place);
    } else if (is_directive(line, "confdir")) {
        read_directories(reader, paths, &place, false);
    }
}

static void read_sources(struct reader *reader)
{
    const size_t count = reader->config->line_count;

    for (size_t i = 0; i < count && !must_stop(reader); i++) {
        const struct config_line *line = &reader->config->lines[i];
        const struct place place = {line->file, line->number};

        if (is_directive(line, "sourcedir"))
            read_directories(reader, line->words + 1, &place, true);
    }
}

static bool is_ntp_source(const struct config_line *line)
{
    return is_directive(line, "server") || is_directive(line, "pool") ||
           is_directive(line, "peer");
}

static void report_line(struct reader *reader, const struct config_line *line,
                        struct line_problems *problems)
{
    const struct place place = {line->file, line->number};

    if (line->file->is_sources && !line->counts) {
        report(reader, CONFIG_SKIPPED_LINE, &place, NULL);
        return;
    }
    for (size_t i = 0; i < problems->count; i++) {
        problems->list[i].file = place.file;
        problems->list[i].line = place.line;
        add_problem(reader, &problems->list[i]);
    }
}

static void take_line(struct reader *reader, struct config_file *file, size_t number,
                      char *text)
{
    struct config *config = reader->config;
    struct config_line line = {.file = file, .number = number};
    struct line_problems problems;
    void *grown = config->lines;
    char *kept;

    line_normalise(text);
    if (!*text)
        return;
    kept = memory_text(&config->memory, text, strlen(text));
    if (!kept || !line_read(&line, kept, config->version, &config->memory, &problems) ||
        !memory_grow(&grown, config->line_count, sizeof line)) {
        reader->has_failed = true;
        return;
    }
    if (file->is_sources)
        line.counts = is_ntp_source(&line);
    config->lines = grown;
    config->lines[config->line_count++] = line;
    file->has_effect |= line.counts;
    report_line(reader, &line, &problems);
    follow(reader, &line);
}

/* --- all --- */

/* A file without any directive was hardly meant to be read, and holds anything. */
static void hide_words(struct config *config)
{
    for (size_t i = 0; i < config->problem_count; i++) {
        struct config_problem *problem = &config->problems[i];

        if ((problem->kind == CONFIG_UNKNOWN_DIRECTIVE ||
             problem->kind == CONFIG_PERHAPS_NEWER) &&
            !problem->file->has_effect)
            problem->word = NULL;
    }
}

enum config_error config_read(struct config *config, const char *path, unsigned version,
                              const struct config_limits *limits)
{
    struct reader reader = {.config = config,
                            .limits = limits ? limits : &config_default_limits};
    const struct place nowhere = {0};
    struct config_file *file;
    enum config_error error;

    memset(config, 0, sizeof *config);
    config->version = version;
    config->is_whole = true;
    file = add_file(&reader, path, &nowhere);
    error = file ? read_file(&reader, file) : CONFIG_FAILED;
    if (!error)
        read_sources(&reader);
    hide_words(config);
    return reader.has_failed ? CONFIG_FAILED : error;
}

void config_free(struct config *config)
{
    free(config->files);
    free(config->lines);
    free(config->problems);
    memory_free(config->memory);
    memset(config, 0, sizeof *config);
}

bool config_is_accepted(const struct config *config)
{
    for (size_t i = 0; i < config->problem_count; i++)
        if (config_problem_effect(config->problems[i].kind) == CONFIG_FATAL)
            return false;
    return true;
}
