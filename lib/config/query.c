/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/config.h"

#include "config/number.h"

#include <math.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* --- lines --- */

static bool is_line_of(const struct config_line *line, const char *directive)
{
    const struct config_directive *row = line->directive;
    const char *name = row->status == CONFIG_RENAMED ? row->instead : row->name;

    return !strcmp(name, directive);
}

const struct config_line *config_next(const struct config *config,
                                      const struct config_line *previous,
                                      const char *directive)
{
    size_t i = previous ? (size_t)(previous - config->lines) + 1 : 0;

    for (; i < config->line_count; i++)
        if (config->lines[i].counts && is_line_of(&config->lines[i], directive))
            return &config->lines[i];
    return NULL;
}

const struct config_line *config_last(const struct config *config, const char *directive)
{
    const struct config_line *line = NULL, *last = NULL;

    while ((line = config_next(config, line, directive)))
        last = line;
    return last;
}

/* --- words --- */

static double number_of(const char *text)
{
    struct config_read number;

    return text && number_read(&text, &number) ? number.value : NAN;
}

/* The default of the first word of a directive. */
static const char *usual_text(const char *directive)
{
    const struct config_directive *row = config_directive(directive);

    return row && row->words ? row->words[0].fallback : NULL;
}

const char *config_text(const struct config *config, const char *directive)
{
    const struct config_line *line = config_last(config, directive);

    return line && line->word_count > 1 ? line->words[1] : usual_text(directive);
}

double config_word_number(const struct config_line *line, size_t word)
{
    return word >= 1 && word <= line->value_count ? line->values[word - 1].number : NAN;
}

double config_number(const struct config *config, const char *directive)
{
    const struct config_line *line = config_last(config, directive);
    const double number = line ? config_word_number(line, 1) : NAN;

    return isnan(number) ? number_of(usual_text(directive)) : number;
}

/* --- options --- */

/* Behind the words of the form stand the options. */
static const struct config_value *find_value(const struct config_line *line,
                                             const char *option)
{
    const size_t words = config_word_count(line->directive);

    for (size_t i = line->value_count; i > words; i--)
        if (!strcasecmp(line->values[i - 1].option->name, option))
            return &line->values[i - 1];
    return NULL;
}

/* The number of a value, or else the default of the option. */
static double value_number(const char *directive, const char *option,
                           const struct config_value *value)
{
    const struct config_directive *row = config_directive(directive);
    const struct config_option *usual =
        row && row->options ? config_find_option(row->options, option, CONFIG_NEWEST)
                            : NULL;

    if (value && !isnan(value->number))
        return value->number;
    return number_of(usual ? usual->fallback : NULL);
}

const char *config_option(const struct config_line *line, const char *option)
{
    const struct config_value *value = find_value(line, option);

    return value ? value->text : NULL;
}

double config_option_number(const struct config_line *line, const char *option)
{
    return value_number(line->directive->name, option, find_value(line, option));
}

static const struct config_value *find_merged(const struct config *config,
                                              const char *directive, const char *option)
{
    const struct config_value *found = NULL, *value;
    const struct config_line *line = NULL;

    while ((line = config_next(config, line, directive)))
        if ((value = find_value(line, option)))
            found = value;
    return found;
}

const char *config_merged_option(const struct config *config, const char *directive,
                                 const char *option)
{
    const struct config_value *value = find_merged(config, directive, option);

    return value ? value->text : NULL;
}

double config_merged_number(const struct config *config, const char *directive,
                            const char *option)
{
    return value_number(directive, option, find_merged(config, directive, option));
}

/* --- addresses --- */

static int family_of(const char *text)
{
    return *text == '/' ? AF_UNIX : strchr(text, ':') ? AF_INET6 : AF_INET;
}

const char *config_address(const struct config *config, const char *directive, int family)
{
    const struct config_line *line = NULL;
    const char *found = NULL;

    while ((line = config_next(config, line, directive)))
        if (line->is_valid && family_of(line->words[1]) == family)
            found = line->words[1];
    return found;
}
