/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ntp/keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char spaces[] = " \t\r\v\f";

/* --- words --- */

enum { WORDS = 4 }; /* of a line; the fourth is one too many */

struct word {
    const char *text;
    size_t length;
};

struct line {
    struct word words[WORDS];
    size_t count;
    size_t length;
};

static bool is_space(char c)
{
    return memchr(spaces, c, sizeof spaces - 1) != NULL;
}

/* A comment needs no care: its first word is never an id. */
static struct line split(const char *text, size_t length)
{
    struct line line = {.count = 0, .length = length};
    const char *end = text + length;

    while (line.count < WORDS) {
        const char *start;

        while (text < end && is_space(*text))
            text++;
        if (text == end)
            break;
        for (start = text; text < end && !is_space(*text); text++)
            ;
        line.words[line.count++] = (struct word){start, (size_t)(text - start)};
    }
    return line;
}

static bool is_word(const struct word *word, const char *text)
{
    return word->length == strlen(text) && !memcmp(word->text, text, word->length);
}

/* Takes a prefix away; false when the word has another. */
static bool take_prefix(struct word *word, const char *prefix)
{
    const size_t length = strlen(prefix);

    if (word->length < length || memcmp(word->text, prefix, length) != 0)
        return false;
    word->text += length;
    word->length -= length;
    return true;
}

static bool is_id(const struct word *word, uint32_t id)
{
    uint64_t value = 0;

    for (size_t i = 0; i < word->length; i++) {
        if (word->text[i] < '0' || word->text[i] > '9' || value > UINT32_MAX)
            return false;
        value = value * 10 + (uint64_t)(word->text[i] - '0');
    }
    return value == id;
}

/* --- keys --- */

static int digit_of(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = memchr(digits, c, sizeof digits - 1);

    return found ? (int)(found - digits) % 16 : -1;
}

static enum keys_error decode_hex(const struct word *word, struct key *key)
{
    key->length = word->length / 2;
    if (word->length % 2)
        return KEYS_HEX;
    for (size_t i = 0; i < key->length; i++) {
        const int high = digit_of(word->text[2 * i]),
                  low = digit_of(word->text[2 * i + 1]);

        if (high < 0 || low < 0)
            return KEYS_HEX;
        key->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return KEYS_OK;
}

static enum keys_error decode_key(struct word word, struct key *key)
{
    enum keys_error error = KEYS_OK;

    if (take_prefix(&word, "HEX:")) {
        error = decode_hex(&word, key);
    } else {
        take_prefix(&word, "ASCII:");
        key->length = word.length;
        memcpy(key->bytes, word.text, word.length);
    }
    return error || key->length ? error : KEYS_EMPTY;
}

static enum keys_error read_key(const struct line *line, struct key *key)
{
    const struct word *name = &line->words[1];
    enum keys_error error;
    size_t length;

    if (line->length > KEYS_LINE_MAX)
        return KEYS_LONG_LINE;
    if (line->count < 2 || line->count > 3)
        return KEYS_WORDS;
    key->type = line->count == 3 ? key_type_find(name->text, name->length)
                                 : key_type_find("MD5", 3);
    if (!key->type)
        return is_word(name, "TIGER") || is_word(name, "WHIRLPOOL") ? KEYS_UNSUPPORTED
                                                                    : KEYS_TYPE;
    error = decode_key(line->words[line->count - 1], key);
    length = key_type_length(key->type);
    if (!error && length && length != key->length)
        error = KEYS_LENGTH;
    return error;
}

/* Notes what became of a line that has the id. A good one counts more than bad ones,
 * which chronyd skips; two good ones are one too many. */
static void note(enum keys_error error, unsigned number, const struct key *key,
                 struct keys_report *report)
{
    if (!error && report->line && !report->error) {
        report->error = KEYS_TWICE;
        report->line = number;
    } else if (report->error == KEYS_NO_KEY || !error) {
        report->error = error;
        report->line = number;
        report->type = key->type;
    }
}

enum keys_error keys_find(const char *text, size_t length, uint32_t id, struct key *key,
                          struct keys_report *report)
{
    const char *end = text + length, *next;
    struct key found = {.id = id};
    unsigned number = 0;

    report->error = KEYS_NO_KEY;
    report->line = 0;
    for (; text < end && report->error != KEYS_TWICE; text = next) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const struct line line = split(text, (size_t)((newline ? newline : end) - text));

        next = newline ? newline + 1 : end;
        number++;
        if (!line.count || !is_id(&line.words[0], id))
            continue;
        note(read_key(&line, &found), number, &found, report);
        if (!report->error && report->line == number)
            *key = found;
    }
    explicit_bzero(&found, sizeof found);
    if (report->error)
        explicit_bzero(key, sizeof *key);
    return report->error;
}

/* --- the file --- */

static enum keys_error open_file(const char *path, int *descriptor, size_t *size,
                                 struct keys_report *report)
{
    struct stat status;

    *descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    report->number = errno;
    if (*descriptor < 0)
        return errno == ENOENT || errno == ENOTDIR ? KEYS_ABSENT
               : errno == EACCES                   ? KEYS_FORBIDDEN
                                                   : KEYS_UNREADABLE;
    if (fstat(*descriptor, &status) || !S_ISREG(status.st_mode))
        return KEYS_NO_FILE;
    if (status.st_size > KEYS_FILE_MAX)
        return KEYS_TOO_LONG;
    *size = (size_t)status.st_size;
    report->exposed = status.st_mode & (S_IROTH | S_IWOTH);
    return KEYS_OK;
}

/* Reads as much as there is, at most size; false when the system fails. */
static bool read_text(int descriptor, char *text, size_t *size)
{
    size_t length = 0;
    ssize_t count = 1;

    while (length < *size && count) {
        count = read(descriptor, text + length, *size - length);
        if (count < 0 && errno != EINTR)
            return false;
        length += count > 0 ? (size_t)count : 0;
    }
    *size = length;
    return true;
}

enum keys_error keys_read(const char *path, uint32_t id, struct key *key,
                          struct keys_report *report)
{
    size_t size = 0, length;
    char *text = NULL;
    int descriptor;

    memset(report, 0, sizeof *report);
    report->error = open_file(path, &descriptor, &size, report);
    length = size;
    if (!report->error)
        text = malloc(size + 1);
    if (text && read_text(descriptor, text, &length)) {
        keys_find(text, length, id, key, report);
    } else if (!report->error) {
        report->number = errno;
        report->error = KEYS_UNREADABLE;
    }
    if (text)
        explicit_bzero(text, size);
    free(text);
    if (descriptor >= 0)
        close(descriptor);
    return report->error;
}
