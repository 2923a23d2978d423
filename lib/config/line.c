/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config/line.h"

#include "config/number.h"
#include "config/subnet.h"

#include <limits.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* A line in work. Texts are had twice: whole, since chronyd reads some numbers across
 * words, and split into words. */
struct work {
    struct config_line *line;
    const char *whole, *split;
    unsigned version;
    struct line_problems *problems;
    struct config_value *values;
};

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Where a number may end without anything left behind it. */
static bool is_end(char c)
{
    return c == '\0' || c == ' ';
}

static bool is_comment(const char *word)
{
    return *word && strchr("!;#%", *word);
}

void line_normalise(char *text)
{
    char *to = text;

    for (const char *from = text; *from; from++) {
        if (!is_blank(*from))
            *to++ = *from;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    if (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
    if (is_comment(text))
        *text = '\0';
}

/* --- problems --- */

static struct config_problem *report(struct work *work, enum config_problem_kind kind,
                                     const char *word)
{
    struct line_problems *problems = work->problems;
    const bool is_fatal = config_problem_effect(kind) == CONFIG_FATAL;
    struct config_problem *problem = &problems->list[problems->count];

    if (problems->count < LINE_PROBLEMS)
        problems->count++;
    else if (is_fatal && !problems->is_fatal)
        problem--;
    problems->is_fatal |= is_fatal;
    *problem = (struct config_problem){.kind = kind, .word = word, .number = NAN};
    return problem;
}

/* True when the version is too old for a row. */
static bool is_newer(struct work *work, enum config_problem_kind kind, const char *name,
                     unsigned since)
{
    if (since <= work->version)
        return false;
    report(work, kind, name)->since = since;
    return true;
}

/* A name that is no secret: a few letters, that begin as names of options do. */
static const char *harmless(const char *word)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    const size_t length = strlen(word);

    return length >= 2 && length <= 20 && !word[strspn(word, letters)] ? word : NULL;
}

static void report_unknown(struct work *work, enum config_problem_kind kind,
                           const char *word)
{
    if (is_comment(word))
        report(work, CONFIG_TRAILING_COMMENT, NULL);
    else if (work->version > CONFIG_NEWEST)
        report(work, CONFIG_PERHAPS_NEWER, harmless(word));
    else
        report(work, kind, harmless(word));
}

/* --- values --- */

static const char *word_at(const struct work *work, const char *at)
{
    return work->split + (at - work->whole);
}

static bool is_beyond(const struct config_range *range, double number)
{
    return (range->low != 0 || range->high != 0) &&
           !(number >= range->low && number <= range->high);
}

static double nearest(const struct config_option *option, double number)
{
    struct config_read usual = {.value = option->useful.low};
    const char *text = option->fallback;

    if (number > option->useful.high)
        return option->useful.high;
    if (option->resets)
        number_read(&text, &usual);
    return usual.value;
}

/* Judges a number that was read, and makes it the one that chronyd goes by. */
static void judge_number(struct work *work, const struct config_option *option, bool odd,
                         double *number)
{
    const bool is_refused = is_beyond(&option->allowed, *number);
    const bool is_useless = is_beyond(&option->useful, *number);

    if (is_refused && work->version >= option->allowed_since) {
        report(work, CONFIG_OUT_OF_RANGE, option->name);
    } else if (is_useless && option->kind != CONFIG_NUMBER) {
        *number = nearest(option, *number);
        report(work, CONFIG_CLAMPED, option->name)->number = *number;
    } else if (is_refused || is_useless || odd) {
        report(work, CONFIG_ODD_NUMBER, option->name);
    }
}

static bool read_number(struct work *work, const struct config_option *option,
                        const char **at, struct config_value *value)
{
    const bool is_strict =
        option->kind == CONFIG_WHOLE && work->version >= CONFIG_VERSION(4, 7, 0);
    struct config_read number;
    bool is_there;

    if (option->kind == CONFIG_NUMBER)
        is_there = number_read(at, &number);
    else if (option->kind == CONFIG_UNSIGNED)
        is_there = number_read_unsigned(at, &number);
    else
        is_there = number_read_integer(at, &number);
    if (!is_there || (is_strict && !is_end(**at)))
        return false;
    if (is_strict && number.odd) {
        report(work, CONFIG_OUT_OF_RANGE, option->name);
        return true;
    }
    value->number = number.value;
    judge_number(work, option, number.odd || !is_end(**at), &value->number);
    return true;
}

static bool read_hex(struct work *work, const struct config_option *option,
                     const char **at, struct config_value *value)
{
    uint32_t wanted, known;

    if (!number_read_hex(at, &wanted))
        return false;
    value->number = wanted;
    for (const struct config_option *row = option->choices; row->name; row++) {
        const char *name = row->name;

        if (number_read_hex(&name, &known) && known == wanted) {
            is_newer(work, CONFIG_NEWER_OPTION, row->name, row->since);
            return true;
        }
    }
    return false;
}

static bool read_choice(struct work *work, const struct config_option *option,
                        const char **at, struct config_value *value)
{
    const struct config_option *row =
        config_find_option(option->choices, value->text, work->version);

    (void)at;
    if (row)
        is_newer(work, CONFIG_NEWER_OPTION, row->name, row->since);
    return row && (option->kind == CONFIG_CHOICE || !strcmp(row->name, value->text));
}

static bool read_subnet(struct work *work, const struct config_option *option,
                        const char **at, struct config_value *value)
{
    const bool is_second = value > work->values;
    struct subnet subnet;
    enum subnet_result result = subnet_read(value->text, &subnet);

    (void)at;
    if (is_second && result == SUBNET_OK && subnet.family == AF_UNSPEC)
        result = SUBNET_NAME; /* a host that is called "all" */
    if (result == SUBNET_ODD)
        report(work, CONFIG_ODD_NUMBER, option->name);
    if (result == SUBNET_BAD_BITS)
        report(work, CONFIG_BAD_PREFIX, NULL);
    if (result == SUBNET_NAME)
        report(work, CONFIG_NAME_LOOKED_UP, NULL);
    return result != SUBNET_BAD;
}

static bool read_word(struct work *work, const struct config_option *option,
                      const char **at, struct config_value *value)
{
    (void)option;
    (void)at;
    if (is_comment(value->text))
        report(work, CONFIG_COMMENT_TAKEN, NULL);
    return true;
}

static bool read_refid(struct work *work, const struct config_option *option,
                       const char **at, struct config_value *value)
{
    const size_t length = strlen(value->text);

    (void)work;
    (void)option;
    (void)at;
    return length >= 1 && length <= 4;
}

static bool read_address(struct work *work, const struct config_option *option,
                         const char **at, struct config_value *value)
{
    struct subnet subnet;

    (void)work;
    (void)at;
    if (option->kind == CONFIG_SOCKET && *value->text == '/')
        return true;
    return subnet_read_address(value->text, &subnet);
}

/* Each reads value->text; those of numbers move *at behind what they took of it. */
static bool (*const readers[])(struct work *, const struct config_option *, const char **,
                               struct config_value *) = {
    [CONFIG_WORD] = read_word,      [CONFIG_WHOLE] = read_number,
    [CONFIG_INTEGER] = read_number, [CONFIG_UNSIGNED] = read_number,
    [CONFIG_NUMBER] = read_number,  [CONFIG_HEX] = read_hex,
    [CONFIG_REFID] = read_refid,    [CONFIG_CHOICE] = read_choice,
    [CONFIG_EXACT] = read_choice,   [CONFIG_ADDRESS] = read_address,
    [CONFIG_SOCKET] = read_address, [CONFIG_SUBNET] = read_subnet,
};

static void report_value(struct work *work, const struct config_option *option,
                         const char *word)
{
    if (is_comment(word))
        report(work, CONFIG_TRAILING_COMMENT, NULL);
    else
        report(work, *word ? CONFIG_BAD_VALUE : CONFIG_NO_VALUE, option->name);
}

/* Reads the value that begins at *at, and moves *at behind it. False when it is bad. */
static bool read_value(struct work *work, const struct config_option *option,
                       const char **at)
{
    const char *begin = *at;
    struct config_value *value = &work->values[work->line->value_count++];

    *value = (struct config_value){option, word_at(work, begin), NAN};
    if (!readers[option->kind](work, option, at, value)) {
        report_value(work, option, value->text);
        return false;
    }
    if (*at == begin)
        *at += strlen(value->text);
    return true;
}

/* --- what may follow --- */

static const char *skip_blank(const char *at)
{
    return at + (*at == ' ');
}

/* Beside a key an unknown word can be the key itself: it is not shown. */
static void report_option(struct work *work, const char *name)
{
    bool has_key = false;

    for (size_t i = 0; i < work->line->value_count; i++)
        has_key |= !strcmp(work->values[i].option->name, "key");
    report_unknown(work, CONFIG_UNKNOWN_OPTION, has_key && !is_comment(name) ? "" : name);
}

/* A source is asked at minpoll where maxpoll is below it, also at the default of 6. */
static void judge_polls(struct work *work, const struct config_directive *form)
{
    const bool is_source = config_find_option(form->options, "iburst", work->version);
    const double minpoll =
        is_source ? config_option_number(work->line, "minpoll") : -INFINITY;

    if (config_option(work->line, "maxpoll") &&
        config_option_number(work->line, "maxpoll") < minpoll)
        report(work, CONFIG_CLAMPED, "maxpoll")->number = minpoll;
}

/* chronyd goes on right behind a number, so that "minpoll 6iburst" is two options. */
static void read_options(struct work *work, const struct config_directive *form,
                         const char *at)
{
    while (*(at = skip_blank(at))) {
        const char *name = word_at(work, at);
        const struct config_option *option =
            config_find_option(form->options, name, work->version);

        if (!option) {
            report_option(work, name);
            return;
        }
        is_newer(work, CONFIG_NEWER_OPTION, option->name, option->since);
        at = skip_blank(at + strlen(name));
        if (option->kind == CONFIG_FLAG)
            work->values[work->line->value_count++] =
                (struct config_value){option, "", NAN};
        else if (!read_value(work, option, &at))
            return;
    }
    judge_polls(work, form);
}

static void read_choices(struct work *work, const struct config_directive *form,
                         const char *at)
{
    for (; *(at = skip_blank(at)); at += strlen(word_at(work, at))) {
        const char *name = word_at(work, at);
        const struct config_option *option =
            config_find_option(form->options, name, work->version);

        if (!option || (form->exact_case && strcmp(option->name, name) != 0)) {
            report_unknown(work, CONFIG_UNKNOWN_OPTION, name);
            return;
        }
        is_newer(work, CONFIG_NEWER_OPTION, option->name, option->since);
        work->values[work->line->value_count++] = (struct config_value){option, "", NAN};
    }
}

static void read_ids(struct work *work, const struct config_directive *form,
                     const char *at)
{
    static const struct config_option id = {.name = "ID",
                                            .kind = CONFIG_WHOLE,
                                            .allowed = {0, INT_MAX},
                                            .allowed_since = CONFIG_VERSION(4, 7, 0)};

    (void)form;
    for (const char *end; *(at = skip_blank(at)); at = end) {
        end = at + strlen(word_at(work, at));
        if (!read_value(work, &id, &at))
            return;
    }
}

static void read_anything(struct work *work, const struct config_directive *form,
                          const char *at)
{
    (void)form;
    for (; *(at = skip_blank(at)); at += strlen(word_at(work, at)))
        if (is_comment(at)) {
            report(work, CONFIG_COMMENT_TAKEN, NULL);
            return;
        }
}

static void (*const tails[])(struct work *, const struct config_directive *,
                             const char *) = {
    [CONFIG_OPTIONS] = read_options,
    [CONFIG_CHOICES] = read_choices,
    [CONFIG_IDS] = read_ids,
    [CONFIG_ANYTHING] = read_anything,
};

/* --- the line as a whole --- */

static bool is_same_name(const struct config_directive *form, const char *name)
{
    return form->name && !strcmp(form->name, name);
}

/* The form that takes as many words; where there is none, the longest of those that take
 * fewer, or else the first. */
static const struct config_directive *find_form(const struct config_directive *first,
                                                size_t words, bool *fits)
{
    const struct config_directive *found = first;

    for (const struct config_directive *form = first; is_same_name(form, first->name);
         form++) {
        const size_t count = config_word_count(form);

        *fits = form->tail == CONFIG_NOTHING ? words == count : words >= count;
        if (*fits)
            return form;
        if (words > count)
            found = form;
    }
    return found;
}

static bool has_comment(const struct config_line *line)
{
    for (size_t i = 1; i < line->word_count; i++)
        if (is_comment(line->words[i]))
            return true;
    return false;
}

static void report_count(struct work *work, const struct config_directive *form)
{
    if (work->line->word_count - 1 < config_word_count(form))
        report(work, CONFIG_TOO_FEW_WORDS, NULL);
    else
        report(work,
               has_comment(work->line) ? CONFIG_TRAILING_COMMENT : CONFIG_TOO_MANY_WORDS,
               NULL);
}

static void read_form(struct work *work, const struct config_directive *form)
{
    const char *at = work->whole + strlen(work->split);

    for (size_t i = 0; i < config_word_count(form); i++) {
        const struct config_option *option = &form->words[i];

        if (i == 0 || !option->joined || !form->words[i - 1].joined)
            at = work->whole + (work->line->words[i + 1] - work->split);
        if (!read_value(work, option, &at))
            return;
    }
    if (tails[form->tail])
        tails[form->tail](work, form, at);
}

static void read_directive(struct work *work, const struct config_directive *first)
{
    bool fits = false;
    const struct config_directive *form =
        find_form(first, work->line->word_count - 1, &fits);

    work->line->directive = form;
    if (first->status == CONFIG_RENAMED)
        report(work, CONFIG_OLD_NAME, first->name);
    if (!is_newer(work, CONFIG_NEWER_DIRECTIVE, first->name, first->since))
        is_newer(work, CONFIG_NEWER_OPTION, first->name, form->since);
    if (fits)
        read_form(work, form);
    else
        report_count(work, form);
}

/* Splits in place. */
static bool split(struct config_line *line, char *text, struct config_memory **memory)
{
    const char **words;

    line->word_count = 1;
    for (const char *at = text; *at; at++)
        line->word_count += *at == ' ';
    words = memory_take(memory, (line->word_count + 1) * sizeof *words);
    if (!words)
        return false;
    for (size_t i = 0; i < line->word_count; i++) {
        words[i] = text;
        text += strcspn(text, " ");
        *text++ = '\0';
    }
    line->words = words;
    return true;
}

/* A word can hold a number and the name behind it. */
static struct config_value *take_values(size_t words, struct config_memory **memory)
{
    return memory_take(memory, 2 * words * sizeof(struct config_value));
}

static void judge_directive(struct work *work)
{
    static const enum config_problem_kind reported[] = {
        [CONFIG_OBSOLETE] = CONFIG_OBSOLETE_DIRECTIVE,
        [CONFIG_IGNORED] = CONFIG_IGNORED_DIRECTIVE,
        [CONFIG_NEVER] = CONFIG_NEVER_DIRECTIVE,
    };
    const char *name = work->line->words[0];
    const struct config_directive *first = config_directive(name);

    work->line->directive = first;
    if (!first) {
        report_unknown(work, CONFIG_UNKNOWN_DIRECTIVE, name);
    } else if (first->status == CONFIG_CURRENT || first->status == CONFIG_RENAMED) {
        work->line->counts = true;
        read_directive(work, first);
    } else {
        report(work, reported[first->status], first->name);
    }
}

bool line_read(struct config_line *line, char *text, unsigned version,
               struct config_memory **memory, struct line_problems *problems)
{
    struct work work = {.line = line, .version = version, .problems = problems};

    problems->count = 0;
    problems->is_fatal = false;
    work.split = text;
    work.whole = memory_text(memory, text, strlen(text));
    if (!work.whole || !split(line, text, memory))
        return false;
    work.values = take_values(line->word_count, memory);
    if (!work.values)
        return false;
    line->values = work.values;
    judge_directive(&work);
    for (size_t i = 0; i < problems->count; i++)
        problems->list[i].directive = line->directive;
    line->is_valid = !problems->is_fatal;
    return true;
}
