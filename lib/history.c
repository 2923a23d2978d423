/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char first_words[] = "chrony-checks history ";
static const char first_line[] = "chrony-checks history 1";

/* The counts that are kept, each a line "NAME COUNT". One that is not known has none. */
static const struct count {
    const char *name;
    size_t offset;
    size_t whole; /* offset of what it is a part of, counted at the same moment; its own:
                     of nothing */
} counts[] = {
#define PART(name, whole)                                                                \
    {                                                                                    \
#name, offsetof(struct server_stats, name), offsetof(struct server_stats, whole) \
    }
#define COUNT(name) PART(name, name)
    COUNT(ntp_received),
    PART(ntp_dropped, ntp_received),
    COUNT(command_received),
    PART(command_dropped, command_received),
    COUNT(log_dropped),
    COUNT(nts_ke_accepted),
    PART(nts_ke_dropped, nts_ke_accepted),
    PART(ntp_authenticated, ntp_received),
    PART(ntp_interleaved, ntp_received),
    COUNT(daemon_receive_stamped),
    COUNT(daemon_transmit_stamped),
    COUNT(kernel_receive_stamped),
    COUNT(kernel_transmit_stamped),
    COUNT(hardware_receive_stamped),
    COUNT(hardware_transmit_stamped),
};

enum {
    COUNTS = sizeof counts / sizeof counts[0],
    ALWAYS_KNOWN = 5, /* the first ones: every chronyd tells them */
};

static double get(const struct server_stats *stats, size_t offset)
{
    const void *member = (const char *)stats + offset;

    return *(const double *)member;
}

static void set(struct server_stats *stats, size_t offset, double value)
{
    void *member = (char *)stats + offset;

    *(double *)member = value;
}

/* --- the text --- */

/* Whole numbers only: all that is kept is counted. */
static size_t write_text(const struct history *history, char text[static HISTORY_FILE])
{
    int length =
        snprintf(text, HISTORY_FILE, "%s\nplace %s\nboot %s\nmilliseconds %.0f\n",
                 first_line, history->place, history->boot, history->time * 1000);

    for (size_t i = 0; i < COUNTS; i++) {
        const double value = get(&history->server_stats, counts[i].offset);

        if (isfinite(value))
            length += snprintf(text + length, HISTORY_FILE - (size_t)length, "%s %.0f\n",
                               counts[i].name, value);
    }
    length += snprintf(text + length, HISTORY_FILE - (size_t)length, "end\n");
    return (size_t)length;
}

/* A line that begins with the word and a blank: what follows; otherwise NULL. */
static char *value_of(char *line, const char *word)
{
    const size_t length = strlen(word);

    return !strncmp(line, word, length) && line[length] == ' ' ? line + length + 1 : NULL;
}

static bool read_whole(const char *digits, double *value)
{
    const size_t length = strspn(digits, "0123456789");

    *value = 0;
    for (size_t i = 0; i < length; i++)
        *value = *value * 10 + (digits[i] - '0');
    return length > 0 && length <= 20 && !digits[length];
}

static bool read_word(const char *value, char *to, size_t size)
{
    return value && strlen(value) < size && snprintf(to, size, "%s", value) >= 0;
}

/* False for a line that is none of ours. */
static bool read_count(char *line, struct history *history)
{
    double value;

    for (size_t i = 0; i < COUNTS; i++) {
        const char *digits = value_of(line, counts[i].name);

        if (!digits)
            continue;
        if (!read_whole(digits, &value))
            return false;
        set(&history->server_stats, counts[i].offset, value);
        return true;
    }
    return false;
}

/* Cuts the text at its first newline; NULL when there is none. */
static char *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');

    if (!end)
        return NULL;
    *end = '\0';
    *text = end + 1;
    return line;
}

static enum history_error read_text(char *text, struct history *history)
{
    char *line = next_line(&text), *place, *boot, *time;

    if (!line)
        return HISTORY_CORRUPT;
    if (strcmp(line, first_line) != 0)
        return HISTORY_OTHER_RELEASE;
    place = next_line(&text);
    boot = place ? next_line(&text) : NULL;
    time = boot ? next_line(&text) : NULL;
    if (!time || !read_word(value_of(place, "place"), history->place, HISTORY_PLACE) ||
        !read_word(value_of(boot, "boot"), history->boot, HISTORY_BOOT) ||
        !value_of(time, "milliseconds") ||
        !read_whole(value_of(time, "milliseconds"), &history->time))
        return HISTORY_CORRUPT;
    history->time /= 1000;
    for (size_t i = 0; i < COUNTS; i++)
        set(&history->server_stats, counts[i].offset, NAN);
    while ((line = next_line(&text)) && strcmp(line, "end") != 0)
        if (!read_count(line, history))
            return HISTORY_CORRUPT;
    for (size_t i = 0; i < ALWAYS_KNOWN; i++)
        if (isnan(get(&history->server_stats, counts[i].offset)))
            return HISTORY_CORRUPT;
    return line && !*text ? HISTORY_OK : HISTORY_CORRUPT;
}

/* --- the file --- */

static enum history_error error_of(int number)
{
    switch (number) {
    case ENOENT:
        return HISTORY_NONE;
    case ELOOP:
    case ENXIO:
    case EISDIR:
        return HISTORY_NOT_OURS;
    case EACCES:
    case EPERM:
    case EROFS:
        return HISTORY_FORBIDDEN;
    default:
        return HISTORY_FAILED;
    }
}

static enum history_error judge_owner(int descriptor)
{
    struct stat status;

    if (fstat(descriptor, &status))
        return error_of(errno);
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid())
        return HISTORY_NOT_OURS;
    return status.st_mode & 077 ? HISTORY_OPEN_TO_OTHERS : HISTORY_OK;
}

/* One that was cut off within the words does, too, and an empty one. */
static bool begins_as_ours(const char *text, size_t length)
{
    const size_t words = sizeof first_words - 1;

    return !memcmp(text, first_words, length < words ? length : words);
}

/* O_NONBLOCK: a FIFO in its place must not hold us up. */
static enum history_error read_file(const char *path, struct history *history)
{
    int descriptor =
        open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    enum history_error error;
    char text[HISTORY_FILE];
    ssize_t length;

    if (descriptor < 0)
        return error_of(errno);
    error = judge_owner(descriptor);
    length = error ? 0 : read(descriptor, text, sizeof text);
    if (length < 0)
        error = error_of(errno);
    close(descriptor);
    if (error)
        return error;
    if (!begins_as_ours(text, (size_t)length))
        return HISTORY_NO_HISTORY;
    if (length == sizeof text || memchr(text, '\0', (size_t)length))
        return HISTORY_CORRUPT;
    text[length] = '\0';
    return read_text(text, history);
}

/* The new file gets a name of its own first, and then, whole, the name that counts. */
static enum history_error write_beside(const char *path, char *beside, const char *text,
                                       size_t length)
{
    int descriptor = mkostemp(beside, O_CLOEXEC), number = 0;
    ssize_t written;

    if (descriptor < 0)
        return errno == ENOENT ? HISTORY_FAILED : error_of(errno);
    written = write(descriptor, text, length);
    if (written != (ssize_t)length)
        number = written < 0 ? errno : ENOSPC;
    if (close(descriptor) && !number)
        number = errno;
    if (!number && rename(beside, path))
        number = errno;
    if (number)
        unlink(beside);
    return number ? error_of(number) : HISTORY_OK;
}

/* A signal that ends the process must not leave the other file behind. An alarm may: it
 * ends a wait for the file system. */
static enum history_error write_file(const char *path, const struct history *history)
{
    char text[HISTORY_FILE], beside[4096];
    size_t length = write_text(history, text);
    enum history_error error;
    sigset_t all, before;

    if (snprintf(beside, sizeof beside, "%s.XXXXXX", path) >= (int)sizeof beside)
        return HISTORY_FAILED;
    sigfillset(&all);
    sigdelset(&all, SIGALRM);
    sigprocmask(SIG_BLOCK, &all, &before);
    error = write_beside(path, beside, text, length);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return error;
}

/* --- two runs --- */

/* Below 0: it went back. Before chrony 4.4, which tells no timestamps, zero comes after
 * 4294967295: a count that fell by more than half of that has gone on. */
static double rise(const struct server_stats *now, const struct server_stats *earlier,
                   size_t offset)
{
    const double risen = get(now, offset) - get(earlier, offset);

    return isnan(now->daemon_receive_stamped) && risen < -0x1p31 ? risen + 0x1p32 : risen;
}

/* A count went back; or it has passed what it was, but rose by more than its whole. */
static bool was_restarted(const struct server_stats *now,
                          const struct server_stats *earlier)
{
    for (size_t i = 0; i < COUNTS; i++) {
        const double risen = rise(now, earlier, counts[i].offset);

        if (risen < 0 || risen > rise(now, earlier, counts[i].whole))
            return true;
    }
    return false;
}

static enum history_error compare(const struct history *now,
                                  const struct history *earlier)
{
    if (strcmp(now->place, earlier->place) != 0)
        return HISTORY_OTHER_PLACE;
    if (strcmp(now->boot, earlier->boot) != 0 ||
        (now->time < earlier->time && !*now->boot))
        return HISTORY_OTHER_BOOT;
    if (now->time < earlier->time)
        return HISTORY_OTHER_RUN;
    return was_restarted(&now->server_stats, &earlier->server_stats) ? HISTORY_RESTARTED
                                                                     : HISTORY_OK;
}

enum history_error history_exchange(const char *path, const struct history *now,
                                    struct history *earlier, bool *recalls)
{
    enum history_error read, written;

    *recalls = false;
    if (!isfinite(now->time))
        return HISTORY_FAILED;
    read = read_file(path, earlier);
    if (read >= HISTORY_NOT_OURS)
        return read;
    if (read == HISTORY_OK)
        read = compare(now, earlier);
    *recalls = read == HISTORY_OK;
    written = write_file(path, now);
    return written ? written : read;
}

void history_difference(const struct server_stats *now,
                        const struct server_stats *earlier,
                        struct server_stats *difference)
{
    difference->timestamps_held = difference->timestamps_span = NAN;
    for (size_t i = 0; i < COUNTS; i++)
        set(difference, counts[i].offset, rise(now, earlier, counts[i].offset));
}

/* A system without this file, or which hides it, does so always: "". False for a failure
 * that may be over in the next run, which would look like another start then. */
static bool read_boot(char boot[static HISTORY_BOOT])
{
    int descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t length;

    *boot = '\0';
    if (descriptor < 0)
        return errno == ENOENT || errno == EACCES;
    length = read(descriptor, boot, HISTORY_BOOT - 1);
    close(descriptor);
    boot[length > 0 ? length : 0] = '\0';
    boot[strcspn(boot, "\n")] = '\0';
    return length >= 0;
}

void history_stamp(struct history *history)
{
    struct timespec now;

    history->time = NAN;
    if (read_boot(history->boot) && !clock_gettime(CLOCK_BOOTTIME, &now)) {
        const int64_t milliseconds = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;

        history->time = (double)milliseconds / 1000;
    }
}
