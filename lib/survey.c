/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey.h"

#include "settings.h"
#include "survey_parts.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Where chronyd looks: as its authors have it, and as Debian has it. */
static const char *const default_paths[] = {"/etc/chrony.conf",
                                            "/etc/chrony/chrony.conf"};
static const char *const default_programs[] = {
    "/usr/sbin/chronyd", "/usr/local/sbin/chronyd", "/usr/bin/chronyd", "/sbin/chronyd"};

enum {
    PATHS = sizeof default_paths / sizeof default_paths[0],
    LONGEST_ANSWER = 5, /* s, for all that chronyd is asked */
};

/* --- memory --- */

struct survey_memory {
    struct survey_memory *next;
    max_align_t bytes[];
};

void *survey_allocate(struct survey *survey, size_t count, size_t size)
{
    struct survey_memory *memory = calloc(1, sizeof *memory + count * size);

    if (!memory)
        return NULL;
    memory->next = survey->memory;
    survey->memory = memory;
    return memory->bytes;
}

const char *survey_copy(struct survey *survey, const char *text, size_t length)
{
    char *copy = survey_allocate(survey, length + 1, 1);

    if (copy)
        memcpy(copy, text, length);
    return copy;
}

static void release(struct survey *survey)
{
    struct survey_memory *memory = survey ? survey->memory : NULL;

    if (survey)
        config_free(&survey->config);
    while (memory) {
        struct survey_memory *next = memory->next;

        free(memory);
        memory = next;
    }
    free(survey);
}

/* To open a device can do something by itself, so it is looked at before, and again
 * since it can change in between. */
FILE *survey_open(const char *path, off_t limit)
{
    struct stat status;
    FILE *file = NULL;
    int descriptor;

    if (stat(path, &status))
        return NULL;
    errno = EINVAL;
    if (!S_ISREG(status.st_mode))
        return NULL;
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return NULL;
    if (fstat(descriptor, &status) == 0) {
        errno = !S_ISREG(status.st_mode) ? EINVAL : status.st_size > limit ? EFBIG : 0;
        if (!errno)
            file = fdopen(descriptor, "r");
    }
    if (!file)
        close(descriptor);
    return file;
}

/* --- the configuration --- */

/* The default that is there; NULL: none is. */
static const char *default_path(void)
{
    for (size_t i = 0; i < PATHS; i++)
        if (access(default_paths[i], F_OK) == 0)
            return default_paths[i];
    return NULL;
}

static bool find_path(struct survey *survey, const char *given,
                      char error[static SURVEY_ERROR])
{
    survey->path = given ? given : default_path();
    if (!survey->path)
        snprintf(error, SURVEY_ERROR,
                 "there is neither %s nor %s: give the file that chronyd reads as --file",
                 default_paths[0], default_paths[1]);
    return survey->path != NULL;
}

static const char *find_program(const char *given)
{
    if (*given)
        return given;
    for (size_t i = 0; i < sizeof default_programs / sizeof default_programs[0]; i++)
        if (access(default_programs[i], X_OK) == 0)
            return default_programs[i];
    return default_programs[0];
}

/* Others want some of the time that is left, too. */
static int64_t half_way(int64_t deadline)
{
    const int64_t now = wait_now();
    const int64_t longest = (int64_t)LONGEST_ANSWER * NANOSECONDS_PER_SECOND;

    return now + ((deadline - now) / 2 < longest ? (deadline - now) / 2 : longest);
}

/* Learns the version of chronyd. False when the user has named something else. */
static bool ask_version(struct survey *survey, const struct settings *settings,
                        const char *program, int64_t deadline,
                        char error[static SURVEY_ERROR])
{
    const enum second_opinion *opinion = &survey->second.opinion;

    survey->has_second = program != NULL;
    if (!program)
        return true;
    second_opinion_version(program, deadline, &survey->second);
    if (!*settings->audit.chronyd ||
        (*opinion != SECOND_NO_PROGRAM && *opinion != SECOND_NO_CHRONYD))
        return true;
    snprintf(error, SURVEY_ERROR, "--with-chronyd '%.200s' %s: give the path of chronyd",
             program, second_opinion_text(*opinion));
    return false;
}

static unsigned find_version(struct survey *survey, const struct settings *settings)
{
    unsigned version = survey->second.version;

    if (settings->audit.version)
        config_version_parse(settings->audit.version, &version);
    survey->version_is_known = version != 0;
    return version ? version : CONFIG_NEWEST;
}

static bool read_config(struct survey *survey, unsigned version,
                        char error[static SURVEY_ERROR])
{
    static const char *const reasons[] = {
        [CONFIG_OK] = "",
        [CONFIG_NO_FILE] = "is not there: give the file that chronyd reads as --file",
        [CONFIG_NO_ACCESS] = "may not be read by this user: run the plugin as one that "
                             "may, or chmod a+r, since it holds no secret",
        [CONFIG_NOT_REGULAR] = "is no regular file: give the file that chronyd reads as "
                               "--file",
        [CONFIG_FAILED] = "cannot be read: see the limits of this process and the log of "
                          "the system",
    };
    enum config_error result = config_read(&survey->config, survey->path, version, NULL);

    if (result)
        snprintf(error, SURVEY_ERROR, "%.200s %s", survey->path, reasons[result]);
    return result == CONFIG_OK;
}

/* --- the machine --- */

static bool is_default(const char *path)
{
    for (size_t i = 0; i < PATHS; i++)
        if (survey_same_file(path, default_paths[i]))
            return true;
    return false;
}

static void look_around(struct survey *survey, const struct settings *settings)
{
    const bool is_system = is_default(survey->path);

    survey_process(survey, is_system ? survey->path : NULL);
    survey->is_here = is_system || survey->process.is_known;
    survey->asks = (survey->is_here && !survey->runs_another) || settings->names_target;
    survey->now = (int64_t)time(NULL);
    if (!survey->is_here)
        return;
    survey_user(survey);
    survey_files(survey);
    survey_keys(survey);
    survey_leap_list(survey);
    survey_network(survey);
}

static bool look(struct survey *survey, const struct settings *settings, int64_t deadline,
                 char error[static SURVEY_ERROR])
{
    const char *program =
        settings->audit.chronyd ? find_program(settings->audit.chronyd) : NULL;
    const int64_t middle = half_way(deadline);

    if (settings->audit.waivers &&
        !survey_waivers(survey, settings->audit.waivers, error))
        return false;
    if (!find_path(survey, settings->audit.file, error) ||
        !ask_version(survey, settings, program, middle, error) ||
        !read_config(survey, find_version(survey, settings), error))
        return false;
    look_around(survey, settings);
    if (program)
        second_opinion_ask(program, survey->path, middle, &survey->second);
    return true;
}

static struct survey *take(const struct settings *settings, int64_t deadline,
                           char error[static SURVEY_ERROR])
{
    struct survey *survey = calloc(1, sizeof *survey);

    if (!survey)
        snprintf(error, SURVEY_ERROR, "out of memory");
    else if (look(survey, settings, deadline, error))
        return survey;
    release(survey);
    return NULL;
}

const struct surveyor config_surveyor = {take, release};
