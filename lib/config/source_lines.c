/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

#include <math.h>
#include <string.h>

/* An option, and the member that it fills in. */
struct member {
    const char *option;
    size_t offset;
};

#define MEMBER(name)                                                                     \
    {                                                                                    \
#name, offsetof(struct config_source, name)                                      \
    }

static const struct member flags[] = {
    MEMBER(nts),          MEMBER(iburst),  MEMBER(burst),    MEMBER(prefer),
    MEMBER(trust),        MEMBER(require), MEMBER(noselect), MEMBER(offline),
    MEMBER(auto_offline), MEMBER(xleave),  MEMBER(copy),     MEMBER(ipv4),
    MEMBER(ipv6),         MEMBER(tai),     MEMBER(pps),      MEMBER(local),
};

static const struct member numbers[] = {
    MEMBER(minpoll), MEMBER(maxpoll), MEMBER(maxsources), MEMBER(port), MEMBER(version),
};

static const char *const kinds[] = {
    [CONFIG_SERVER] = "server",
    [CONFIG_POOL] = "pool",
    [CONFIG_PEER] = "peer",
    [CONFIG_REFCLOCK] = "refclock",
};

/* False for a line of another directive, and for one that lacks the name. */
static bool find_kind(const struct config_line *line, enum config_source_kind *kind)
{
    if (!line->counts || line->word_count < 2)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (!strcmp(line->directive->name, kinds[i])) {
            *kind = (enum config_source_kind)i;
            return true;
        }
    return false;
}

static int integer_option(const struct config_line *line, const char *option)
{
    const double number = config_option_number(line, option);

    return isnan(number) ? 0 : (int)number;
}

static void read_members(struct config_source *source)
{
    char *members = (char *)source;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        *(bool *)(members + flags[i].offset) =
            config_option(source->line, flags[i].option);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        *(int *)(members + numbers[i].offset) =
            integer_option(source->line, numbers[i].option);
}

static void settle(struct config_source *source)
{
    const double key = config_option_number(source->line, "key");

    source->key = isnan(key) ? 0 : (uint32_t)key;
    if (source->kind == CONFIG_REFCLOCK)
        source->minpoll = source->maxpoll = integer_option(source->line, "poll");
    if (source->maxpoll < source->minpoll)
        source->maxpoll = source->minpoll;
    if (source->kind != CONFIG_POOL)
        source->maxsources = 1;
}

bool config_next_source(const struct config *config, struct config_source *source)
{
    size_t i = source->line ? (size_t)(source->line - config->lines) + 1 : 0;

    for (; i < config->line_count; i++) {
        const struct config_line *line = &config->lines[i];

        memset(source, 0, sizeof *source);
        if (!find_kind(line, &source->kind))
            continue;
        source->line = line;
        source->name = line->words[1];
        read_members(source);
        settle(source);
        return true;
    }
    return false;
}
