/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the reader makes of the files on standard input, a path a line.
 *
 *   read_config VERSION            whether chronyd of that version takes it: "yes PATH",
 *                                  "no PATH LINE PROBLEM" or "untold PATH LINE PROBLEM"
 *   read_config VERSION ADDRESS    whether the address may ask for the time
 *   read_config VERSION sources    the names of its sources
 *   read_config VERSION lines      what chronyd -p prints of it */
#include "config/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct config_problem *find(const struct config *config,
                                         enum config_effect effect)
{
    for (size_t i = 0; i < config->problem_count; i++)
        if (config_problem_effect(config->problems[i].kind) == effect)
            return &config->problems[i];
    return NULL;
}

static void print(const char *word, const char *path,
                  const struct config_problem *problem)
{
    printf("%s %s", word, path);
    if (problem)
        printf(" %zu %s", problem->line, config_problem_text(problem->kind));
    printf("\n");
}

static void judge(struct config *config, const char *path, unsigned version, bool is_told)
{
    const enum config_error error = config_read(config, path, version, NULL);
    const struct config_problem *fatal = find(config, CONFIG_FATAL);
    const struct config_problem *untold = find(config, CONFIG_UNTOLD);

    if (!is_told)
        return;
    if (error || fatal)
        print("no", path, fatal);
    else if (untold)
        print("untold", path, untold);
    else
        print("yes", path, NULL);
}

/* Whether an address may ask for the time. */
static void tell_access(const struct config *config, const char *address)
{
    printf("%s\n", config_allows(config, CONFIG_NTP, address) ? "allowed" : "denied");
}

static void tell_sources(const struct config *config)
{
    struct config_source source = {0};

    while (config_next_source(config, &source))
        if (source.kind != CONFIG_REFCLOCK)
            printf("%s\n", source.name);
}

/* All but those that are replaced by what they include. */
static bool is_printed(const struct config_line *line)
{
    return !line->file->is_sources && line->directive &&
           strcmp(line->directive->name, "include") != 0 &&
           strcmp(line->directive->name, "confdir") != 0;
}

static void tell_lines(const struct config *config)
{
    for (size_t i = 0; i < config->line_count; i++) {
        const struct config_line *line = &config->lines[i];

        for (size_t j = 0; is_printed(line) && j < line->word_count; j++)
            printf("%s%s", line->words[j], j + 1 < line->word_count ? " " : "\n");
    }
}

int main(int argc, char **argv)
{
    char path[4096];
    struct config config;
    unsigned version;

    if (argc < 2 || !config_version_parse(argv[1], &version)) {
        fprintf(stderr,
                "usage: read_config VERSION [sources | lines | ADDRESS] <PATHS\n");
        return EXIT_FAILURE;
    }
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = '\0';
        judge(&config, path, version, argc == 2);
        if (argc > 2 && !strcmp(argv[2], "sources"))
            tell_sources(&config);
        else if (argc > 2 && !strcmp(argv[2], "lines"))
            tell_lines(&config);
        else if (argc > 2)
            tell_access(&config, argv[2]);
        config_free(&config);
    }
    return EXIT_SUCCESS;
}
