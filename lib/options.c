/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "options.h"
#include "servers.h"

#include <math.h>
#include <popt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define COMMON(member) offsetof(struct invocation, member)

static const struct option_row common_rows[] = {
    {"hostname", 'H', OPTION_TEXT, COMMON(host), "HOST", "127.0.0.1, then ::1", NULL,
     "name or address of the host whose chronyd is asked"},
    {"port", 'p', OPTION_PORT, COMMON(port), "PORT", "323", NULL,
     "UDP port of its command protocol (chrony.conf: cmdport)"},
    {"socket", 'S', OPTION_TEXT, COMMON(socket), "PATH", NULL, NULL,
     "ask over chronyd's Unix socket (chrony.conf: bindcmdaddress); root becomes the "
     "user of "
     "chronyd first"},
    {"use-ipv4", '4', OPTION_FLAG, COMMON(ipv4_only), NULL, NULL, NULL, "use IPv4 only"},
    {"use-ipv6", '6', OPTION_FLAG, COMMON(ipv6_only), NULL, NULL, NULL, "use IPv6 only"},
    {"timeout", 't', OPTION_TIMEOUT, 0, "SECONDS[:STATE]", "5:CRITICAL", NULL,
     "the most that the whole run may take, and the state when there is no answer in "
     "that time"},
    {"verbose", 'v', OPTION_FLAG, COMMON(settings.verbose), NULL, NULL, NULL,
     "name sources as they are configured; where sources, servers or chrony.conf are "
     "checked, add a line for each, or for each finding"},
    {"format", 'f', OPTION_FORMAT, COMMON(format), "FORMAT", "nagios", NULL,
     "how the result is written"},
    {"no-perfdata", 0, OPTION_FLAG, COMMON(no_perfdata), NULL, NULL, NULL,
     "leave out the performance data"},
    {"version", 'V', OPTION_FLAG, COMMON(version), NULL, NULL, NULL, "print the version"},
    {"help", 'h', OPTION_FLAG, COMMON(help), NULL, NULL, NULL, "print this text"},
    {"describe", 0, OPTION_FLAG, COMMON(describe), NULL, NULL, NULL,
     "print all options as a table for programs, fields separated by tabs"},
    {0},
};

/* --- the list --- */

static struct option *add_option(struct options *options, const struct option_row *row)
{
    struct option *option = &options->list[options->count];

    if (options->count < OPTIONS_MAX - 1)
        options->count++;
    *option = (struct option){.row = *row};
    return option;
}

static struct option *find_option(struct options *options, const char *name)
{
    for (size_t i = 0; i < options->count; i++)
        if (!strcmp(options->list[i].row.name, name))
            return &options->list[i];
    return NULL;
}

/* Two checks may have the same row; and a check may have a row of its own with the name
 * of a common one, which then has its meaning. The limits of metrics, which are many, are
 * only looked for where a check heeds one of another check. */
static void add_rows(struct options *options, const struct option_row *rows)
{
    for (; rows && rows->name; rows++) {
        struct option *option = find_option(options, rows->name);

        if (option)
            option->row = *rows;
        else
            add_option(options, rows);
    }
}

/* "max_error" becomes "max-error-warning"; without a name, "warning". */
static void add_limit(struct options *options, const struct metric *metric,
                      bool is_critical, char letter)
{
    const char *which = is_critical ? "critical" : "warning";
    struct option_row row = {.letter = letter, .kind = OPTION_RANGE, .argument = "RANGE"};
    struct option *option;
    char name[OPTION_NAME];

    snprintf(name, sizeof name, "%s%s%s", letter ? "" : metric->name, letter ? "" : "-",
             which);
    for (char *c = name; *c; c++)
        if (*c == '_')
            *c = '-';
    row.name = name;
    row.help = metric ? metric->help : "";
    row.default_text = !metric ? NULL : is_critical ? metric->critical : metric->warning;
    option = add_option(options, &row);
    option->metric = metric;
    option->is_critical = is_critical;
    memcpy(option->name, name, sizeof name);
    option->row.name = option->name;
}

static bool has_limits(const struct options *options, const struct metric *metric)
{
    for (size_t i = 0; i < options->count; i++)
        if (options->list[i].metric == metric)
            return true;
    return false;
}

static void add_limits(struct options *options, const struct metric *metric)
{
    if (metric->unit == UNIT_COUNTER)
        return;
    add_limit(options, metric, false, 0);
    add_limit(options, metric, true, 0);
}

void options_init(struct options *options)
{
    const struct check *leader = plugin.checks[0];
    const struct metric *first = leader->has_no_first_metric ? NULL : leader->metrics;

    options->count = options->value_count = 0;
    options->values = NULL;
    add_rows(options, common_rows);
    add_limit(options, first, false, 'w');
    add_limit(options, first, true, 'c');
    for (const struct check *const *check = plugin.checks; *check; check++) {
        for (size_t i = 0; i < (*check)->metric_count; i++)
            add_limits(options, &(*check)->metrics[i]);
        if ((*check)->heeds && !has_limits(options, (*check)->heeds))
            add_limit(options, (*check)->heeds, true, 0);
        add_rows(options, (*check)->options);
    }
}

void options_free(struct options *options)
{
    for (size_t i = 0; i < options->value_count; i++)
        free(options->values[i]);
    free(options->values);
}

/* --- values --- */

/* What is wrong with a value, written behind "OPTION 'VALUE' ". */
struct complaint {
    char text[USAGE_TEXT / 2];
};

__attribute__((format(printf, 2, 3))) static bool complain(struct complaint *complaint,
                                                           const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(complaint->text, sizeof complaint->text, format, arguments);
    va_end(arguments);
    return false;
}

static void *member_of(const struct option *option, struct invocation *invocation)
{
    return (char *)invocation + option->row.offset;
}

static bool set_flag(const struct option *option, const char *value,
                     struct invocation *invocation, struct complaint *complaint)
{
    (void)value;
    (void)complaint;
    *(bool *)member_of(option, invocation) = true;
    return true;
}

static bool set_text(const struct option *option, const char *value,
                     struct invocation *invocation, struct complaint *complaint)
{
    if (!*value)
        return complain(complaint, "is empty: write a %s", option->row.argument);
    *(const char **)member_of(option, invocation) = value;
    return true;
}

static bool set_duration(const struct option *option, const char *value,
                         struct invocation *invocation, struct complaint *complaint)
{
    double *seconds = member_of(option, invocation);

    if (!quantity_parse(&value, UNIT_SECONDS, seconds) || *value || *seconds < 0)
        return complain(complaint,
                        "is not a duration: write seconds, or a unit like 90s or 5min");
    return true;
}

static bool set_ppm(const struct option *option, const char *value,
                    struct invocation *invocation, struct complaint *complaint)
{
    double *ppm = member_of(option, invocation);

    if (!quantity_parse(&value, UNIT_PPM, ppm) || *value || *ppm < 0)
        return complain(complaint, "is not a rate: write it in ppm, like 10 or 50ppb");
    return true;
}

static bool set_path(const struct option *option, const char *value,
                     struct invocation *invocation, struct complaint *complaint)
{
    if (*value != '/')
        return complain(complaint, "is no absolute path: begin it with a slash");
    *(const char **)member_of(option, invocation) = value;
    return true;
}

/* Which one may be left to the check. */
static bool set_program(const struct option *option, const char *value,
                        struct invocation *invocation, struct complaint *complaint)
{
    if (*value)
        return set_path(option, value, invocation, complaint);
    *(const char **)member_of(option, invocation) = value;
    return true;
}

/* Adds a word that would be right to the complaint. */
static void offer(struct complaint *complaint, const char *word)
{
    size_t length = strlen(complaint->text);

    snprintf(complaint->text + length, sizeof complaint->text - length, " %s", word);
}

static bool set_choice(const struct option *option, const char *value,
                       struct invocation *invocation, struct complaint *complaint)
{
    unsigned *choice = member_of(option, invocation);

    complain(complaint, "is not one of");
    for (*choice = 0; option->row.choices[*choice]; (*choice)++) {
        if (!strcmp(option->row.choices[*choice], value))
            return true;
        offer(complaint, option->row.choices[*choice]);
    }
    return false;
}

static bool set_list(const struct option *option, const char *value,
                     struct invocation *invocation, struct complaint *complaint)
{
    struct list *list = member_of(option, invocation);

    if (!*value)
        return complain(complaint, "is empty: write a %s", option->row.argument);
    if (list->count == SETTINGS_LIST)
        return complain(complaint, "is one too many: at most %d are taken",
                        SETTINGS_LIST);
    list->texts[list->count++] = value;
    return true;
}

static bool set_port(const struct option *option, const char *value,
                     struct invocation *invocation, struct complaint *complaint)
{
    double port;

    if (!quantity_parse(&value, UNIT_COUNT, &port) || *value || port < 1 ||
        port > 65535 || port != (uint16_t)port)
        return complain(complaint, "is not a port: write a whole number from 1 to 65535");
    *(uint16_t *)member_of(option, invocation) = (uint16_t)port;
    return true;
}

static bool set_key(const struct option *option, const char *value,
                    struct invocation *invocation, struct complaint *complaint)
{
    double id;

    if (!quantity_parse(&value, UNIT_COUNT, &id) || *value || id < 1 || id > UINT32_MAX ||
        id != (uint32_t)id)
        return complain(complaint,
                        "is not the id of a key: write a whole number from 1 to "
                        "4294967295");
    *(uint32_t *)member_of(option, invocation) = (uint32_t)id;
    return true;
}

static bool parse_state(const char *text, enum state *state)
{
    static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL,
                                        STATE_UNKNOWN};

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (!strcmp(text, state_name(states[i])) ||
            (text[0] == '0' + (char)i && !text[1])) {
            *state = states[i];
            return true;
        }
    return false;
}

static bool set_timeout(const struct option *option, const char *value,
                        struct invocation *invocation, struct complaint *complaint)
{
    struct settings *settings = &invocation->settings;

    (void)option;
    if (!quantity_parse(&value, UNIT_SECONDS, &settings->timeout) ||
        settings->timeout < 0.001 || settings->timeout > 3600)
        return complain(complaint,
                        "is not a time from 1ms to 1h: write it like 5 or 500ms");
    if (*value == ':' && !parse_state(value + 1, &settings->timeout_state))
        return complain(
            complaint,
            "has no state behind the colon: write OK, WARNING, CRITICAL or UNKNOWN");
    if (*value && *value != ':')
        return complain(complaint, "is not a time: write it like 5, 500ms or 5:UNKNOWN");
    return true;
}

static bool set_format(const struct option *option, const char *value,
                       struct invocation *invocation, struct complaint *complaint)
{
    (void)option;
    complain(complaint, "is not one of");
    for (invocation->format = formats; invocation->format->name; invocation->format++) {
        if (!strcmp(invocation->format->name, value))
            return true;
        offer(complaint, invocation->format->name);
    }
    invocation->format = formats;
    return false;
}

static bool set_range(const struct option *option, const char *value,
                      struct invocation *invocation, struct complaint *complaint)
{
    const struct metric *metric = option->metric;
    struct metric_limits *limits;
    struct range range;
    enum range_error error;
    bool *given;

    if (!metric && plugin.checks[0]->has_no_first_metric)
        return complain(complaint, "is for no metric of %s: write --NAME-%s", plugin.name,
                        option->row.name);
    if (!metric)
        return complain(complaint, "has nothing to limit: %s has no metric", plugin.name);
    error = range_parse(value, metric->unit, metric->is_signed, &range);
    if (error)
        return complain(
            complaint, "%s%s%s", range_error_text(error),
            *unit_suffixes(metric->unit) && error == RANGE_INVALID ? ", with units " : "",
            error == RANGE_INVALID ? unit_suffixes(metric->unit) : "");
    limits = settings_find(&invocation->settings, metric);
    given = option->is_critical ? &limits->critical_given : &limits->warning_given;
    if (*given)
        return complain(complaint, "is a second %s limit for %s: give one",
                        option->is_critical ? "critical" : "warning", metric->name);
    *given = true;
    *(option->is_critical ? &limits->limits.critical : &limits->limits.warning) = range;
    return true;
}

static bool (*const setters[])(const struct option *, const char *, struct invocation *,
                               struct complaint *) = {
    [OPTION_FLAG] = set_flag,       [OPTION_DURATION] = set_duration,
    [OPTION_PPM] = set_ppm,         [OPTION_PATH] = set_path,
    [OPTION_CHOICE] = set_choice,   [OPTION_LIST] = set_list,
    [OPTION_TEXT] = set_text,       [OPTION_PROGRAM] = set_program,
    [OPTION_PORT] = set_port,       [OPTION_KEY] = set_key,
    [OPTION_TIMEOUT] = set_timeout, [OPTION_FORMAT] = set_format,
    [OPTION_RANGE] = set_range,
};

/* --- the command line --- */

/* "-w" or "--max-error-warning", as the user most likely wrote it. */
static void option_text(const struct option *option, char text[static OPTION_NAME + 4])
{
    if (option->row.letter)
        snprintf(text, OPTION_NAME + 4, "-%c", option->row.letter);
    else
        snprintf(text, OPTION_NAME + 4, "--%s", option->row.name);
}

/* Who gives a key in the place of its id or its file finds nothing of it in the text; nor
 * where a word is one by its look. */
static const char *repeatable(const struct option *option, const char *value)
{
    const bool is_key = !strncmp(value, "HEX:", 4) || !strncmp(value, "ASCII:", 6) ||
                        (option && (option->row.kind == OPTION_KEY ||
                                    !strcmp(option->row.name, "keyfile")));

    return is_key ? "..." : value;
}

static bool apply(struct option *option, const char *value, struct invocation *invocation,
                  char error[static USAGE_TEXT])
{
    struct complaint complaint;
    char name[OPTION_NAME + 4];

    option_text(option, name);
    if (option->given && option->row.kind != OPTION_LIST && option->row.letter != 'v') {
        snprintf(error, USAGE_TEXT, "%s is given twice: give it once", name);
        return false;
    }
    option->given = value;
    if (setters[option->row.kind](option, value, invocation, &complaint))
        return true;
    snprintf(error, USAGE_TEXT, "%s '%.80s' %s", name, repeatable(option, value),
             complaint.text);
    return false;
}

static bool popt_complaint(poptContext context, int code, char error[static USAGE_TEXT])
{
    const char *option = poptBadOption(context, POPT_BADOPTION_NOALIAS);

    if (code == POPT_ERROR_NOARG)
        snprintf(error, USAGE_TEXT, "%.80s needs a value behind it", option);
    else if (code == POPT_ERROR_BADOPT)
        snprintf(error, USAGE_TEXT, "%.80s is not an option of %s: see --help", option,
                 plugin.name);
    else
        snprintf(error, USAGE_TEXT, "%.80s: %s: see --help", option, poptStrerror(code));
    return false;
}

/* What the option that popt has just found was given; "" for a flag. */
static const char *take_value(struct options *options, poptContext context)
{
    char *value = poptGetOptArg(context);

    if (value)
        options->values[options->value_count++] = value;
    return value ? value : "";
}

static bool next_options(struct options *options, poptContext context,
                         struct invocation *invocation, char error[static USAGE_TEXT])
{
    int code;

    while ((code = poptGetNextOpt(context)) > 0)
        if (!apply(&options->list[code - 1], take_value(options, context), invocation,
                   error))
            return false;
    if (code < -1)
        return popt_complaint(context, code, error);
    if (poptPeekArg(context)) {
        snprintf(error, USAGE_TEXT, "'%.80s' is left over: %s takes options only",
                 repeatable(NULL, poptPeekArg(context)), plugin.name);
        return false;
    }
    return true;
}

/* Who asks for a format reads a mistake in it, too: also one before the asking. */
static void find_format(struct options *options, poptContext context,
                        struct invocation *invocation)
{
    char ignored[USAGE_TEXT];
    int code;

    while ((code = poptGetNextOpt(context)) != -1) {
        const char *value = code > 0 ? take_value(options, context) : "";

        if (code > 0 && options->list[code - 1].row.kind == OPTION_FORMAT)
            apply(&options->list[code - 1], value, invocation, ignored);
    }
}

static void make_popt_table(const struct options *options, struct poptOption *table)
{
    memset(table, 0, (options->count + 1) * sizeof *table);
    for (size_t i = 0; i < options->count; i++) {
        const struct option_row *row = &options->list[i].row;

        table[i].longName = row->name;
        table[i].shortName = row->letter;
        table[i].argInfo = row->argument ? POPT_ARG_STRING : POPT_ARG_NONE;
        if (row->kind == OPTION_PROGRAM)
            table[i].argInfo |= POPT_ARGFLAG_OPTIONAL;
        table[i].val = (int)i + 1;
    }
}

/* --- what options say together --- */

/* How a limit came to be: "-w '3'", or "the default critical limit". */
static void limit_text(const struct options *options, const struct metric *metric,
                       bool is_critical, char text[static USAGE_TEXT / 4])
{
    char name[OPTION_NAME + 4];

    snprintf(text, USAGE_TEXT / 4, "the %s limit that is the default or a preset's",
             is_critical ? "critical" : "warning");
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->list[i];

        if (option->row.kind != OPTION_RANGE || option->metric != metric ||
            option->is_critical != is_critical || !option->given)
            continue;
        option_text(option, name);
        snprintf(text, USAGE_TEXT / 4, "%s '%.60s'", name, option->given);
    }
}

static bool less_is_worse(const struct metric *metric)
{
    const char *limit = metric->critical ? metric->critical : metric->warning;

    return limit && limit[strlen(limit) - 1] == ':';
}

static bool complain_shadowed(const struct options *options,
                              const struct metric_limits *limits,
                              char error[static USAGE_TEXT])
{
    const struct metric *metric = limits->metric;
    const bool turned_round =
        less_is_worse(metric) && limits->limits.warning.end < INFINITY;
    char warning[USAGE_TEXT / 4], critical[USAGE_TEXT / 4];

    limit_text(options, metric, false, warning);
    limit_text(options, metric, true, critical);
    snprintf(error, USAGE_TEXT,
             "%s for %s can never be reached, since %s comes first: %s", warning,
             metric->name, critical,
             turned_round ? "less is worse here, write 3: for at least 3"
                          : "give a wider critical limit, too");
    return false;
}

static bool is_for_udp(const struct invocation *invocation)
{
    return invocation->host || invocation->port || invocation->ipv4_only ||
           invocation->ipv6_only;
}

static bool settle(struct options *options, struct invocation *invocation,
                   char error[static USAGE_TEXT])
{
    struct settings *settings = &invocation->settings;

    settings->names_target = invocation->socket || is_for_udp(invocation);
    for (const struct check *const *check = plugin.checks; *check; check++) {
        if ((*check)->refuse && (*check)->refuse(settings, error))
            return false;
        if ((*check)->settle)
            (*check)->settle(settings);
    }
    for (size_t i = 0; i < settings->metric_count; i++)
        if (!metric_limits_settle(&settings->metrics[i]))
            return complain_shadowed(options, &settings->metrics[i], error);
    if (servers_are_asked(settings)) {
        if (!servers_settle(invocation, error))
            return false;
    } else if (invocation->socket && is_for_udp(invocation)) {
        snprintf(error, USAGE_TEXT,
                 "-S excludes -H, -p, -4 and -6: give the one or the others");
        return false;
    }
    if (invocation->ipv4_only && invocation->ipv6_only) {
        snprintf(error, USAGE_TEXT,
                 "-4 and -6 exclude each other: give one, or none for both");
        return false;
    }
    return true;
}

void options_defaults(struct invocation *invocation)
{
    memset(invocation, 0, sizeof *invocation);
    invocation->format = formats;
    settings_init(&invocation->settings);
    for (const struct check *const *check = plugin.checks; *check; check++) {
        settings_add_metrics(&invocation->settings, (*check)->metrics,
                             (*check)->metric_count);
        if ((*check)->heeds)
            settings_add_metrics(&invocation->settings, (*check)->heeds, 1);
    }
}

bool options_parse(struct options *options, int argc, const char **argv,
                   struct invocation *invocation, char error[static USAGE_TEXT])
{
    struct poptOption table[OPTIONS_MAX];
    poptContext context;
    bool good;

    options_defaults(invocation);
    make_popt_table(options, table);
    options->values = calloc((size_t)argc + 1, sizeof *options->values);
    context = poptGetContext(plugin.name, argc, argv, table, 0);
    if (!options->values || !context) {
        snprintf(error, USAGE_TEXT, "out of memory");
        return false;
    }
    good = next_options(options, context, invocation, error);
    if (!good)
        find_format(options, context, invocation);
    poptFreeContext(context);
    return good && settle(options, invocation, error);
}
