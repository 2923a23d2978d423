/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "survey_parts.h"

#include <dirent.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

enum {
    COMMAND_LINE = 4096,
    STATUS_LINE = 1024,
};

bool survey_same_file(const char *path, const char *other)
{
    struct stat one, two;

    return stat(path, &one) == 0 && stat(other, &two) == 0 && one.st_dev == two.st_dev &&
           one.st_ino == two.st_ino;
}

/* --- /proc --- */

/* Reads a file of a process; returns its length, 0 on an error. One byte is left for a
 * NUL. */
static size_t read_proc(const char *process, const char *name, char *text, size_t size)
{
    char path[PATH_MAX];
    FILE *file;
    size_t length;

    snprintf(path, sizeof path, "/proc/%s/%s", process, name);
    file = fopen(path, "re");
    if (!file)
        return 0;
    length = fread(text, 1, size - 1, file);
    text[length] = '\0';
    fclose(file);
    return length;
}

static bool is_chronyd(const char *process)
{
    char name[32];

    return *process >= '1' && *process <= '9' &&
           read_proc(process, "comm", name, sizeof name) &&
           !strncmp(name, "chronyd", strlen("chronyd"));
}

static unsigned long read_digits(const char **text)
{
    unsigned long number = 0;

    for (; **text >= '0' && **text <= '9'; ++*text)
        number = number * 10 + (unsigned long)(**text - '0');
    return number;
}

/* The process of a container has a number of its own there, and reads its own files. */
static bool is_contained(const char *process)
{
    char text[STATUS_LINE * 4];
    const char *numbers;

    if (!read_proc(process, "status", text, sizeof text))
        return false;
    numbers = strstr(text, "\nNSpid:");
    if (!numbers)
        return false;
    numbers += strcspn(numbers, "\t");
    numbers += strspn(numbers, "\t ");
    read_digits(&numbers);
    numbers += strspn(numbers, "\t ");
    return *numbers >= '0' && *numbers <= '9';
}

/* --- its command line --- */

/* What a command line says besides struct survey_process. */
struct command {
    const char *file;    /* -f; NULL: the default */
    bool has_directives; /* they are given in place of a file */
    bool is_single;      /* it answers a question, or sets the clock once: no daemon */
};

static void take_flag(struct survey_process *process, char letter)
{
    switch (letter) {
    case '4':
        process->ipv4_only = true;
        break;
    case '6':
        process->ipv6_only = true;
        break;
    case 's':
        process->sets_at_start = true;
        break;
    case 'x':
        process->no_clock = true;
        break;
    default:
        break;
    }
}

static void take_value(struct survey_process *process, struct command *command,
                       char letter, const char *value)
{
    if (letter == 'f')
        command->file = value;
    if (letter == 'F')
        process->filter = *value == '-' ? -(value[1] - '0') : *value - '0';
}

/* Letters in one word, as getopt() reads them. Returns where the next word begins. */
static const char *take_word(struct survey_process *process, struct command *command,
                             const char *word, const char *end)
{
    const char *next = word + strlen(word) + 1;

    for (const char *letter = word + 1; *letter; letter++) {
        const char *value = letter[1] ? letter + 1 : next;

        if (!strchr("fFlLPtu", *letter)) {
            take_flag(process, *letter);
            command->is_single = command->is_single || strchr("hpqQv", *letter);
            continue;
        }
        if (value >= end)
            return end;
        take_value(process, command, *letter, value);
        return letter[1] ? next : value + strlen(value) + 1;
    }
    return next;
}

/* Words are separated by NULs; the first is the program. */
static struct command parse_command(struct survey_process *process, const char *text,
                                    size_t length)
{
    const char *end = text + length, *word = text + strlen(text) + 1;
    struct command command = {.file = NULL};

    while (word < end)
        if (*word == '-') {
            word = take_word(process, &command, word, end);
        } else {
            command.has_directives = true;
            word += strlen(word) + 1;
        }
    return command;
}

/* A relative path begins where the process is. Where others may not see that, it is
 * perhaps where we are. */
static bool leads_to(const char *process, const char *name, const char *path)
{
    char place[64], from[PATH_MAX];
    struct stat status;

    snprintf(place, sizeof place, "/proc/%.20s/cwd", process);
    snprintf(from, sizeof from, "%s/%s", place, name);
    return survey_same_file(*name != '/' && !stat(place, &status) ? from : name, path);
}

static bool reads_file(const struct command *command, const char *id, const char *path,
                       const char *default_path)
{
    if (command->has_directives)
        return false;
    if (!command->file)
        return default_path != NULL;
    return leads_to(id, command->file, path);
}

/* --- its user --- */

static void take_groups(struct survey_user *user, const char *text)
{
    for (; *text && *text != '\n'; text++)
        if (*text >= '0' && *text <= '9' && user->group_count < SURVEY_GROUPS) {
            user->groups[user->group_count++] = (gid_t)read_digits(&text);
            text--;
        }
}

/* The second number of a line of ids is the effective one. */
static unsigned long effective(const char *text)
{
    text += strspn(text, "\t ");
    read_digits(&text);
    text += strspn(text, "\t ");
    return read_digits(&text);
}

static void read_user(struct survey *survey, const char *process)
{
    char text[STATUS_LINE * 4];
    const char *ids, *groups, *more;

    if (!read_proc(process, "status", text, sizeof text))
        return;
    ids = strstr(text, "\nUid:");
    groups = strstr(text, "\nGid:");
    more = strstr(text, "\nGroups:");
    if (!ids || !groups || !more)
        return;
    survey->user = (struct survey_user){.is_known = true};
    survey->user.id = (uid_t)effective(ids + strlen("\nUid:"));
    survey->user.groups[survey->user.group_count++] =
        (gid_t)effective(groups + strlen("\nGid:"));
    take_groups(&survey->user, more + strlen("\nGroups:"));
    survey->process.user = survey->user.id;
}

/* A daemon that reads the file ends the search; any other one is noted. */
static void look_at(struct survey *survey, const char *id, const char *default_path)
{
    struct survey_process process = {.is_known = true};
    char text[COMMAND_LINE];
    const size_t length = read_proc(id, "cmdline", text, sizeof text);
    struct command command;

    if (!length)
        return;
    command = parse_command(&process, text, length);
    if (command.is_single)
        return;
    survey->runs_another = true;
    if (!reads_file(&command, id, survey->path, default_path))
        return;
    survey->process = process;
    read_user(survey, id);
    survey->process.is_known = survey->user.is_known;
}

void survey_process(struct survey *survey, const char *default_path)
{
    DIR *list = opendir("/proc");
    const struct dirent *entry;

    while (list && !survey->process.is_known && (entry = readdir(list)))
        if (is_chronyd(entry->d_name) && !is_contained(entry->d_name))
            look_at(survey, entry->d_name, default_path);
    survey->runs_another = survey->runs_another && !survey->process.is_known;
    if (list)
        closedir(list);
}

/* --- its account --- */

void survey_user(struct survey *survey)
{
    const char *const names[] = {config_text(&survey->config, "user"), "chrony",
                                 "_chrony"};
    struct survey_user *user = &survey->user;

    for (size_t i = 0; i < 3 && !user->is_known; i++) {
        const struct passwd *account = names[i] ? getpwnam(names[i]) : NULL;
        int count = SURVEY_GROUPS;

        if (!account)
            continue;
        user->is_known = true;
        user->id = account->pw_uid;
        if (getgrouplist(account->pw_name, account->pw_gid, user->groups, &count) < 0)
            count = SURVEY_GROUPS;
        user->group_count = (size_t)count;
    }
}
