/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey_parts.h"

#include <errno.h>
#include <string.h>

enum {
    WAIVERS = 128,
    LINE = 512,
    SIZE = 256 * 1024,
};

static const char blanks[] = " \t\r\n";

/* "S10 the pool is what we want": an id, and a reason in words. Cuts the line in two. */
static const char *find_reason(char *line)
{
    size_t end;

    line += strcspn(line, blanks);
    if (*line)
        *line++ = '\0';
    line += strspn(line, blanks);
    for (end = strlen(line); end && strchr(blanks, line[end - 1]); end--)
        line[end - 1] = '\0';
    return line;
}

static const char *copy(struct survey *survey, const char *text)
{
    const char *own = survey_copy(survey, text, strlen(text));

    return own ? own : "";
}

/* A letter and two digits, as all rules have, and perhaps ":critical"; anything else is
 * perhaps a secret of a file that was not meant. */
static bool is_rule(const char *word)
{
    return *word >= 'A' && *word <= 'Z' && strspn(word + 1, "0123456789") == 2 &&
           (!word[3] || !strcmp(word + 3, ":critical"));
}

static bool take_waiver(struct survey *survey, char *line, size_t number,
                        char error[static SURVEY_ERROR])
{
    const char *reason = find_reason(line);

    if (!is_rule(line))
        snprintf(
            error, SURVEY_ERROR,
            "--waivers '%.100s' has no rule in line %zu: begin it with one, like S10 "
            "or S10:critical",
            survey->waivers_path, number);
    else if (!*reason)
        snprintf(error, SURVEY_ERROR,
                 "--waivers '%.100s' waives '%s' in line %zu without a reason: write "
                 "it behind the rule",
                 survey->waivers_path, line, number);
    else if (survey->waiver_count == WAIVERS)
        snprintf(error, SURVEY_ERROR,
                 "--waivers '%.100s' has too many lines: at most %d are taken",
                 survey->waivers_path, WAIVERS);
    else
        survey->waivers[survey->waiver_count++] =
            (struct survey_waiver){copy(survey, line), copy(survey, reason), number};
    return !*error;
}

static bool read_waivers(struct survey *survey, FILE *file,
                         char error[static SURVEY_ERROR])
{
    char line[LINE];

    for (size_t number = 1; fgets(line, sizeof line, file); number++) {
        char *start = line + strspn(line, blanks);

        if (!strchr(line, '\n') && strlen(line) < sizeof line - 1 && !feof(file)) {
            snprintf(error, SURVEY_ERROR,
                     "--waivers '%.100s' has a NUL in line %zu: give a file of text",
                     survey->waivers_path, number);
            return false;
        }
        if (!strchr(line, '\n') && !feof(file)) {
            snprintf(error, SURVEY_ERROR,
                     "--waivers '%.100s' has a line %zu that is too long: at most %d "
                     "bytes are taken",
                     survey->waivers_path, number, LINE - 2);
            return false;
        }
        if (*start && *start != '#' && !take_waiver(survey, start, number, error))
            return false;
    }
    return true;
}

bool survey_waivers(struct survey *survey, const char *path,
                    char error[static SURVEY_ERROR])
{
    static const size_t size = sizeof *survey->waivers;
    FILE *file = survey_open(path, SIZE);
    bool good;

    *error = '\0';
    survey->waivers_path = path;
    survey->waivers = survey_allocate(survey, WAIVERS, size);
    if (!file || !survey->waivers) {
        snprintf(error, SURVEY_ERROR,
                 "--waivers '%.100s' cannot be read (%s): give a file with a rule and a "
                 "reason on each line",
                 path, errno == EINVAL ? "no regular file" : strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    good = read_waivers(survey, file, error);
    fclose(file);
    return good;
}
