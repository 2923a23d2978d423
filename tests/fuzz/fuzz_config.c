/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A chrony.conf, in one file: what it includes is not opened. What is read is whole, in
 * order and within bounds; what is said of it fits together; and no question about it
 * fails. agree.sh asks chronyd for its opinion of the same files. */
#include "fuzz.h"

#include "config/config.h"

#include <fcntl.h>
#include <math.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct config_limits limits = {.files = 1, .lines = 1000, .bytes = 1 << 16};

static char path[128];

static void choose_path(void)
{
    if (!*path)
        snprintf(path, sizeof path, "%s/fuzz_config.%ld",
                 access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm", (long)getpid());
}

static void write_file(const uint8_t *bytes, size_t length)
{
    const int descriptor =
        open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

    must(descriptor >= 0);
    must(write(descriptor, bytes, length) == (ssize_t)length);
    close(descriptor);
}

static void look_at_line(const struct config *config, size_t i)
{
    const struct config_line *line = &config->lines[i];

    must(line->file == config->files[0] && line->number && line->word_count);
    must(line->number <= config->lines_read);
    must(!i || line->number > line[-1].number);
    for (size_t word = 0; word < line->word_count; word++)
        must(*line->words[word]);
    must(!line->words[line->word_count]);
    must(!line->is_valid || line->directive);
    must(!line->counts || line->directive);
    for (size_t value = 0; value < line->value_count; value++)
        must(line->values[value].option && line->values[value].text);
}

static void look_at_problems(const struct config *config)
{
    bool is_fatal = false;

    for (size_t i = 0; i < config->problem_count; i++) {
        const struct config_problem *problem = &config->problems[i];

        must(*config_problem_text(problem->kind));
        must(problem->line <= config->lines_read + 1); /* a byte order mark alone */
        is_fatal |= config_problem_effect(problem->kind) == CONFIG_FATAL;
    }
    must(config_is_accepted(config) == !is_fatal);
}

static void look_at_sources(const struct config *config)
{
    struct config_source source = {0};
    const struct config_line *before = NULL;

    while (config_next_source(config, &source)) {
        must(!before || source.line > before);
        must(*source.name && source.line->counts);
        must(source.kind == CONFIG_REFCLOCK || source.minpoll <= source.maxpoll ||
             !source.line->is_valid);
        before = source.line;
    }
}

static void look_at_access(const struct config *config, enum config_service service)
{
    struct config_access access;

    must(config_access(config, service, AF_INET, &access));
    must(access.any == (access.widest >= 0) && access.any == (access.line != NULL));
    must(access.widest <= 32 && (!access.all || access.any));
    if (!access.any)
        must(!config_allows(config, service, "192.0.2.77"));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct config config;

    if (length > 1 << 14)
        return 0;
    choose_path();
    write_file(bytes, length);
    must(config_read(&config, path, CONFIG_NEWEST, &limits) == CONFIG_OK);
    unlink(path);
    must(config.file_count == 1);
    for (size_t i = 0; i < config.line_count; i++)
        look_at_line(&config, i);
    look_at_problems(&config);
    look_at_sources(&config);
    look_at_access(&config, CONFIG_NTP);
    look_at_access(&config, CONFIG_COMMAND);
    must(fabs(config_number(&config, "port")) <= UINT32_MAX);
    config_free(&config);
    return 0;
}
