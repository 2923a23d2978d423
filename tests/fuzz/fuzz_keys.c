/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a key file, behind a byte that is the id of the wanted key. A key that is
 * found stands in the line that is named, byte for byte; where none is found, nothing of
 * any key is left in memory that the caller sees. */
#include "fuzz.h"

#include "ntp/keys.h"

enum { TEXT = 4096 };

/* --- the line that is named, read in another way --- */

/* Its last word, without the prefix; NULL: there is no such line. */
static char *last_word(char *text, unsigned number, char **first)
{
    char *line = text, *word, *last = NULL;

    while (--number) {
        line = strchr(line, '\n');
        if (!line)
            return NULL;
        line++;
    }
    line[strcspn(line, "\n")] = '\0';
    *first = line + strspn(line, " \t\r\v\f");
    for (word = strtok(line, " \t\r\v\f"); word; word = strtok(NULL, " \t\r\v\f"))
        last = word;
    return last;
}

static bool is_hex(const char *digits, const struct key *key)
{
    for (size_t i = 0; i < key->length; i++) {
        const char two[] = {digits[2 * i], digits[2 * i + 1], '\0'};
        char *end;

        if (strtoul(two, &end, 16) != key->bytes[i] || *end)
            return false;
    }
    return !digits[2 * key->length];
}

static bool is_key(const char *word, const struct key *key)
{
    if (!strncmp(word, "HEX:", 4))
        return is_hex(word + 4, key);
    if (!strncmp(word, "ASCII:", 6))
        word += 6;
    return strlen(word) == key->length && !memcmp(word, key->bytes, key->length);
}

static void look_at_key(const struct key *key, const struct keys_report *report,
                        char *text)
{
    char *first = NULL;
    const char *word = last_word(text, report->line, &first);

    must(key->type && key->length && key->length <= KEY_MAX);
    must(!key_type_length(key->type) || key_type_length(key->type) == key->length);
    must(*key_type_name(key->type));
    must(word && strtoul(first, NULL, 10) == key->id);
    must(is_key(word, key));
}

/* --- the target --- */

static unsigned count_lines(const char *text)
{
    unsigned count = 1;

    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static bool is_zero(const void *memory, size_t size)
{
    const uint8_t *bytes = memory;

    while (size)
        if (bytes[--size])
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct input input = {bytes, length};
    const uint32_t id = take_byte(&input) + 1U;
    char text[TEXT];
    struct keys_report report = {0};
    struct key key;

    if (length > sizeof text || (input.left && memchr(input.bytes, 0, input.left)))
        return 0;
    memset(&key, 0xa5, sizeof key);
    must(keys_find((const char *)input.bytes, input.left, id, &key, &report) ==
         report.error);
    memcpy(text, input.bytes, input.left);
    text[input.left] = '\0';
    must(report.line <= count_lines(text));
    must((report.line == 0) == (report.error == KEYS_NO_KEY));
    if (report.error) {
        must(is_zero(&key, sizeof key));
        return 0;
    }
    must(key.id == id);
    look_at_key(&key, &report, text);
    return 0;
}
